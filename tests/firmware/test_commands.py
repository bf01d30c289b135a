"""Identity, registration, clock, indicators, telephone book (TS 27.007), and the table of commands itself."""

from __future__ import annotations

import re

import pytest

from emulator.firmware.profile import load, names
from emulator.radio import Registration
from emulator.sim import Card


def test_identity(make_desk):
    desk = make_desk(Card(iccid="8944500123456789012", imsi="001010000000001", msisdn="+15551234567"))
    imei = desk.at("AT+CGSN")[0]
    assert re.fullmatch(r"35293600\d{7}", imei)
    total = sum(int(digit) if at % 2 == 0 else sum(map(int, str(2 * int(digit)))) for at, digit in enumerate(imei))
    assert total % 10 == 0  # TS 23.003 Annex B
    assert desk.at("AT+CGSN=1") == [f'+CGSN: "{imei}"', "OK"]
    assert desk.at("AT+CIMI") == ["001010000000001", "OK"]
    assert desk.at("AT+CCID") == ["+CCID: 8944500123456789012", "OK"]
    assert desk.at("AT+CNUM") == ['+CNUM: "","+15551234567",145', "OK"]
    assert desk.at("AT+GCAP") == ["+GCAP: +CGSM", "OK"]


def test_registration_is_announced(desk):
    """7.2: <n> 1 tells the state, 2 also where."""
    desk.at("AT+CREG=1;+CEREG=2")
    desk.radio.become(Registration(2))
    assert desk.heard() == b"\r\n+CREG: 2\r\n\r\n+CEREG: 2\r\n"
    desk.radio.become(Registration(5, 0x12, 0xABC, 7, "Abroad", "99999"))
    assert desk.heard() == b'\r\n+CREG: 5\r\n\r\n+CEREG: 5,"0012","00000ABC",7\r\n'
    assert desk.at("AT+CEREG?") == ['+CEREG: 2,5,"0012","00000ABC",7', "OK"]
    assert desk.at("AT+COPS?") == ['+COPS: 0,0,"Abroad",7', "OK"]
    desk.at("AT+COPS=3,2")
    assert desk.at("AT+COPS?") == ['+COPS: 0,2,"99999",7', "OK"]


def test_leaving_the_network_and_coming_back(desk):
    desk.at("AT+CREG=1")
    assert desk.type(b"AT+COPS=2\r") == b"\r\nOK\r\n\r\n+CREG: 0\r\n"
    assert desk.at("AT+COPS?") == ["+COPS: 2", "OK"]
    assert desk.type(b"AT+COPS=0\r") == b"\r\nOK\r\n\r\n+CREG: 1\r\n"
    assert desk.at("AT+CFUN=4;+CREG?") == ["+CREG: 1,0", "OK", "+CREG: 0"]
    assert desk.at("AT+CFUN?") == ["+CFUN: 4", "OK"]
    assert desk.at("AT+CFUN=1")[-1] == "+CREG: 1"
    assert desk.at('AT+CMEE=1;+COPS=1,2,"26201"') == ["+CME ERROR: 32"]


def test_reset(desk):
    """8.2, <rst> 1: the answer, then a start with the saved settings; what was begun is gone."""
    desk.at("AT+CMGF=1;&W;+CMEE=1")
    assert desk.type(b'AT+CFUN=1,1\rAT+CMGS="2936"\r') == b"\r\nOK\r\n\r\n> "
    desk.clock.settle()
    assert desk.type(b"AT\r") == b"\r\nOK\r\n"
    assert desk.at("AT+CMEE?;+CMGF?;+CREG?") == ["+CMEE: 0", "+CMGF: 1", "+CREG: 0,1", "OK"]


def test_signal(desk):
    assert desk.at("AT+CSQ") == ["+CSQ: 20,99", "OK"]
    assert desk.at("AT+CESQ") == ["+CESQ: 99,99,255,255,20,40", "OK"]
    desk.radio.signal = 99
    assert desk.at("AT+CSQ;+CESQ") == ["+CSQ: 99,99", "+CESQ: 99,99,255,255,255,255", "OK"]


def test_clock(desk):
    assert desk.at("AT+CCLK?") == ['+CCLK: "26/11/23,09:00:00+00"', "OK"]
    assert desk.at('AT+CCLK="26/12/24,18:30:00+04"') == ["OK"]
    desk.clock.advance(60)
    assert desk.at("AT+CCLK?") == ['+CCLK: "26/12/24,17:31:00+00"', "OK"]
    assert desk.at('AT+CMEE=1;+CCLK="26/13/24,18:30:00+04"') == ["+CME ERROR: 50"]
    desk.at("AT+CTZU=1")
    assert desk.at("AT+CCLK?") == ['+CCLK: "26/11/23,09:01:00+00"', "OK"]


def test_indicators(desk):
    """8.9, 8.10."""
    assert desk.at("AT+CIND?") == ["+CIND: 5,3,1,0,0,0,0", "OK"]
    desk.at("AT+CMER=3,0,0,1;+CNMI=2,0")
    desk.deliver("040481926300006211329050210005C8329BFD06")
    assert desk.heard() == b"\r\n+CIEV: 4,1\r\n"
    assert desk.at("AT+CMGR=1")[-1] == "+CIEV: 4,0"
    desk.radio.become(Registration(2))
    assert desk.heard() == b"\r\n+CIEV: 3,0\r\n"


def test_telephone_book(desk):
    """8.11 to 8.14."""
    desk.at("AT+CMEE=1")
    assert desk.at("AT+CPBS?") == ['+CPBS: "SM",0,100', "OK"]
    assert desk.at('AT+CPBW=,"+15551234567",145,"Zoë"') == ["+CME ERROR: 25"]  # not in IRA
    assert desk.at('AT+CPBW=,"+15551234567",145,"Zoe"') == ["OK"]
    assert desk.at('AT+CPBW=5,"2936",129,"Cloud"') == ["OK"]
    assert desk.at("AT+CPBR=1,100") == [
        '+CPBR: 1,"+15551234567",145,"Zoe"', '+CPBR: 5,"2936",129,"Cloud"', "OK",
    ]  # fmt: skip
    assert desk.at('AT+CPBF="clo"') == ['+CPBF: 5,"2936",129,"Cloud"', "OK"]
    assert desk.at("AT+CPBW=5") == ["OK"]
    assert desk.at('AT+CPBF="clo"') == ["+CME ERROR: 22"]
    assert desk.at("AT+CPBR=101") == ["+CME ERROR: 21"]


def test_names_are_in_the_character_set_and_numbers_are_not(make_desk):
    """TS 27.007 5.5; ModemManager, which selects UCS2, reads +CNUM and +COPS so."""
    desk = make_desk(Card(msisdn="+15551234567"))
    desk.at('AT+CSCS="UCS2"')
    assert desk.at("AT+CNUM") == ['+CNUM: "","+15551234567",145', "OK"]
    assert desk.at("AT+COPS?") == ['+COPS: 0,0,"0054006500730074006E00650074",7', "OK"]
    assert desk.at('AT+CPBW=1,"2936",129,"017C"') == ["OK"]
    assert desk.at("AT+CPBR=1") == ['+CPBR: 1,"2936",129,"017C"', "OK"]
    assert desk.at('AT+CMEE=1;+CPBW=1,"2936",129,"zz"') == ["+CME ERROR: 25"]


@pytest.mark.parametrize("name", names())
def test_every_profile_loads(name):
    assert load(name).name == name


def test_unknown_profile():
    with pytest.raises(ValueError, match="generic"):
        load("no-such-modem")


def test_errors_in_three_details(desk):
    """9.1."""
    assert desk.at("AT+CPBR=0") == ["ERROR"]
    assert desk.at("AT+CMEE=1;+CPBR=0") == ["+CME ERROR: 21"]
    assert desk.at("AT+CMEE=2;+CPBR=0") == ["+CME ERROR: invalid index"]
    assert desk.at("AT+CMEE=3") == ["+CME ERROR: incorrect parameters"]


def test_test_commands_come_from_the_table(desk):
    assert desk.at("AT+CNMI=?") == ["+CNMI: (0-3),(0-3),(0,2),(0-2),(0,1)", "OK"]
    assert desk.at("AT+CSCS=?") == ['+CSCS: ("IRA","GSM","HEX","UCS2")', "OK"]
    for name in desk.modem.commands:
        if name[0] == "+" and name != "+COPS":
            assert desk.at(f"AT{name}=?")[-1] == "OK", name


def test_values_left_out_stay_as_they_are(desk):
    """V.250 5.4.2."""
    desk.at("AT+CNMI=2,1,0,2,0")
    assert desk.at("AT+CNMI=1,,,1") == ["OK"]
    assert desk.at("AT+CNMI?") == ["+CNMI: 1,1,0,1,0", "OK"]
    assert desk.at("AT+CNMI=1,1,1") == ["+CMS ERROR: 304"]
    assert desk.at("AT+CNMI=1,1,0,0,0,0") == ["+CMS ERROR: 304"]
