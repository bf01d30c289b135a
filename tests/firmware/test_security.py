"""PIN and PUK (TS 27.007 8.3, 7.4, 7.5; counters TS 102.221 9.5)."""

from __future__ import annotations

import pytest

from emulator.sim import Card


@pytest.fixture
def locked(make_desk):
    desk = make_desk(Card(pin="2936", pin_enabled=True))
    desk.at("AT+CMEE=1")
    return desk


def test_pin_opens_card_and_network(locked):
    assert locked.at("AT+CPIN?") == ["+CPIN: SIM PIN", "OK"]
    assert locked.at("AT+CREG?") == ["+CREG: 0,0", "OK"]
    assert locked.at("AT+CIMI") == ["+CME ERROR: 11"]
    assert locked.at("AT+CMGL=4") == ["+CMS ERROR: 311"]
    assert locked.at('AT+CPIN="2936"') == ["OK"]
    assert locked.at("AT+CPIN?") == ["+CPIN: READY", "OK"]
    assert locked.at("AT+CREG?") == ["+CREG: 0,1", "OK"]
    assert locked.at("AT+CPIN=2936") == ["+CME ERROR: 3"]


def test_three_wrong_pins_ask_for_the_puk(locked):
    assert locked.at("AT+CPIN=0000") == ["+CME ERROR: 16"]
    assert locked.at("AT+CPINR")[0] == "+CPINR: SIM PIN,2,3"
    assert locked.at("AT+CPIN=0000") == ["+CME ERROR: 16"]
    assert locked.at('AT+CPINR="SIM PIN"') == ["+CPINR: SIM PIN,1,3", "OK"]
    assert locked.at("AT+CPIN=0000") == ["+CME ERROR: 12"]
    assert locked.at("AT+CPIN?") == ["+CPIN: SIM PUK", "OK"]
    assert locked.at("AT+CPIN=2936") == ["+CME ERROR: 12"]
    assert locked.at("AT+CMGL=4") == ["+CMS ERROR: 316"]
    assert locked.at('AT+CPIN="12345678","4321"') == ["OK"]
    assert locked.at("AT+CPIN?") == ["+CPIN: READY", "OK"]
    assert locked.at("AT+CPINR")[:2] == ["+CPINR: SIM PIN,3,3", "+CPINR: SIM PUK,10,10"]


def test_ten_wrong_puks_end_the_card(locked):
    for _ in range(3):
        locked.at("AT+CPIN=0000")
    for _ in range(9):
        assert locked.at("AT+CPIN=00000000,1111") == ["+CME ERROR: 16"]
    assert locked.at("AT+CPIN=00000000,1111") == ["+CME ERROR: 13"]
    assert locked.at("AT+CPIN=12345678,1111") == ["+CME ERROR: 13"]
    assert locked.at("AT+CPIN?") == ["+CME ERROR: 13"]
    assert locked.at("AT+CMGL=4") == ["+CMS ERROR: 313"]


def test_what_is_no_pin_costs_no_try(locked):
    for pin in ("", "123", "123456789", "12a4", '"abcd"'):
        assert locked.at(f"AT+CPIN={pin}") == ["+CME ERROR: 50"]
    assert locked.at("AT+CPINR")[0] == "+CPINR: SIM PIN,3,3"


def test_a_right_pin_gives_the_tries_back(locked):
    locked.at("AT+CPIN=0000")
    locked.at("AT+CPIN=0000")
    assert locked.at("AT+CPIN=2936") == ["OK"]
    assert locked.at("AT+CPINR")[0] == "+CPINR: SIM PIN,3,3"


def test_lock_and_change(make_desk):
    desk = make_desk(Card(pin="2936"))
    desk.at("AT+CMEE=1")
    assert desk.at('AT+CLCK="SC",2') == ["+CLCK: 0", "OK"]
    assert desk.at('AT+CPWD="SC","2936","1111"') == ["+CME ERROR: 3"]  # disabled
    assert desk.at('AT+CLCK="SC",1,"0000"') == ["+CME ERROR: 16"]
    assert desk.at('AT+CLCK="SC",1,"2936"') == ["OK"]
    assert desk.at('AT+CLCK="SC",2') == ["+CLCK: 1", "OK"]
    assert desk.at('AT+CPWD="SC","2936","1111"') == ["OK"]
    assert desk.at("AT+CPIN?") == ["+CPIN: READY", "OK"]
    desk.at("AT+CFUN=1,1")
    desk.clock.settle()
    desk.at("ATE0+CMEE=1")
    assert desk.at("AT+CPIN?") == ["+CPIN: SIM PIN", "OK"]
    assert desk.at("AT+CPIN=1111") == ["OK"]
    assert desk.at('AT+CLCK="SC",0,"1111"') == ["OK"]
    assert desk.at('AT+CLCK="AO",2') == ["+CLCK: 0", "OK"]
    assert desk.at('AT+CLCK="AO",1,"0000"') == ["+CME ERROR: 133"]
    assert desk.at('AT+CLCK="XX",2') == ["+CME ERROR: 50"]


def test_without_a_card(make_desk):
    desk = make_desk(None)
    desk.at("AT+CMEE=2")
    assert desk.at("AT+CPIN?") == ["+CME ERROR: SIM not inserted"]
    assert desk.at("AT+CMGL=4") == ["+CMS ERROR: 310"]
    assert desk.at("AT+CSQ")[-1] == "OK"
