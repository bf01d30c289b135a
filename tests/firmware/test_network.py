"""Registration, operators of the card, identity and time as TS 27.007 tells them, and as a profile bends them."""

from __future__ import annotations

import pytest

from emulator.firmware.profile import parse
from emulator.radio import Registration, UssdAnswer
from emulator.sim import EF_PLMN_ACT, Card
from tests.firmware.conftest import HOME

PLACE = '"2936","00001A2D"'


@pytest.mark.parametrize(
    ("registration", "answers"),
    [
        # <n> 0, 1, 2, 3 of +CREG, 3 of +CGREG, 5 of +CEREG (7.2, 10.1.20, 10.1.22).
        (HOME, ["0,1", "1,1", f"2,1,{PLACE},7", f"3,1,{PLACE},7", f"3,1,{PLACE},7", f"5,1,{PLACE},7"]),
        (HOME._replace(technology=0, routing_area=0x36),
         ["0,1", "1,1", f"2,1,{PLACE},0", f"3,1,{PLACE},0", f'3,1,{PLACE},0,"36"', "5,0"]),
        # SMS only is of +CREG alone.
        (HOME._replace(status=7),
         ["0,7", "1,7", f"2,7,{PLACE},7", f"3,7,{PLACE},7", f"3,5,{PLACE},7", f"5,5,{PLACE},7"]),
        (Registration(2), ["0,2", "1,2", "2,2", "3,2", "3,2", "5,2"]),
        (Registration(3, cause=11), ["0,3", "1,3", "2,3", "3,3,,,,0,11", "3,3,,,,,0,11", "5,3,,,,0,11"]),
    ],
)  # fmt: skip
def test_registration_in_all_details(desk, registration, answers):
    desk.radio.become(registration)
    desk.heard()
    for detail, answer in enumerate(answers[:4]):
        assert desk.at(f"AT+CREG={detail};+CREG?") == [f"+CREG: {answer}", "OK"]
    assert desk.at("AT+CGREG=3;+CGREG?") == [f"+CGREG: {answers[4]}", "OK"]
    assert desk.at("AT+CEREG=5;+CEREG?") == [f"+CEREG: {answers[5]}", "OK"]


def test_a_new_cell_is_told_only_with_the_place(desk):
    desk.at("AT+CREG=1;+CEREG=2")
    desk.radio.become(HOME._replace(cell=0x1A2E))
    assert desk.heard() == b'\r\n+CEREG: 1,"2936","00001A2E",7\r\n'


def test_cat_m_modems_say_8(make_desk):
    """Quectel BG96 AT Commands Manual, +CREG and +COPS: <AcT> 8 is eMTC."""
    desk = make_desk(Card(), profile=parse("[network]\ntechnology = 8", "cat-m"))
    assert desk.at("AT+CEREG=2;+CEREG?;+COPS?") == [f"+CEREG: 2,1,{PLACE},8", '+COPS: 0,0,"Testnet",8', "OK"]
    assert desk.at("AT+WS46=?") == ["+WS46: (28)", "OK"]


def test_a_modem_that_takes_its_time(make_desk):
    desk = make_desk(Card(), profile=parse("[network]\nregistration_s = 4.0", "slow"))
    assert desk.at("AT+CREG=1;+CREG?") == ["+CREG: 1,2", "OK"]
    desk.clock.advance(4)
    assert desk.heard() == b"\r\n+CREG: 1\r\n"


def test_identity_with_its_name_in_front(make_desk):
    desk = make_desk(Card(), profile=parse('[identity]\ntagged = ["+CGMI", "+CGSN"]', "tagged"))
    assert desk.at("AT+CGMI;+CGMM") == ["+CGMI: modem2936", "Software Modem", "OK"]
    assert desk.at("AT+CGSN")[0] == f"+CGSN: {desk.modem.imei}"
    assert desk.at("AT+CGSN=0")[0] == f"+CGSN: {desk.modem.imei}"


def test_preferred_operators_are_the_cards(desk):
    """7.19; EF_PLMNwAcT as TS 31.102 4.2.5 has it, MCC and MNC as TS 24.008 10.5.1.3 (310410: 130014)."""
    desk.at("AT+CMEE=1")
    assert desk.at("AT+CPOL?") == ["OK"]
    assert desk.at("AT+CPOL=?") == ["+CPOL: (1-8),(0-2)", "OK"]
    assert desk.at('AT+CPOL=1,2,"310410",0,0,1,1') == ["OK"]
    assert desk.at('AT+CPOL=,2,"26201"') == ["OK"]
    assert desk.card.files[EF_PLMN_ACT].data[:10].hex() == "130014c00062f210c080"
    assert desk.at("AT+CPOL?") == ['+CPOL: 1,2,"310410",0,0,1,1', '+CPOL: 2,2,"26201",1,0,1,1', "OK"]
    assert desk.at("AT+CPOL=,0;+CPOL?")[:2] == ['+CPOL: 1,0,"AT&T",0,0,1,1', '+CPOL: 2,0,"Telekom.de",1,0,1,1']
    assert desk.at("AT+CPOL=1;+CPOL=,2;+CPOL?") == ['+CPOL: 2,2,"26201",1,0,1,1', "OK"]
    assert desk.at('AT+CPOL=9,2,"26201"') == ["+CME ERROR: 21"]
    assert desk.at('AT+CPOL=1,2,"x"') == ["+CME ERROR: 50"]
    assert desk.at("AT+CPLS=0;+CPLS?") == ["+CPLS: 0", "OK"]
    assert '+COPN: "26201","Telekom.de"' in desk.at("AT+COPN")


def test_time_with_its_zone(desk):
    """8.15: local time, and the difference to GMT in quarters of an hour."""
    desk.at("AT+CMEE=1")
    assert desk.at('AT+CCLK="26/12/24,18:30:00-20"') == ["OK"]
    assert desk.at("AT+CCLK?") == ['+CCLK: "26/12/24,18:30:00-20"', "OK"]
    assert desk.at('AT+CCLK="26/12/24,19:00:00"') == ["OK"]
    assert desk.at("AT+CCLK?") == ['+CCLK: "26/12/24,19:00:00-20"', "OK"]
    assert desk.at('AT+CCLK="26/12/24,18:30:00+60"') == ["+CME ERROR: 50"]


@pytest.mark.parametrize(
    ("detail", "line"),
    [
        (1, '+CTZV: "+00"'),
        (2, '+CTZE: "+00",0,"2026/11/23,09:00:00"'),
        (3, '+CTZEU: "+00",0,"2026/11/23,09:00:00"'),
    ],
)
def test_the_network_tells_the_time(desk, detail, line):
    """8.40, 8.41."""
    desk.at('AT+CTZU=0;+CCLK="20/01/01,00:00:00+08"')
    desk.at(f"AT+CTZR={detail}")
    desk.radio.become(Registration(2))
    desk.radio.become(HOME)
    assert desk.heard().decode() == f"\r\n{line}\r\n"
    assert desk.at("AT+CCLK?")[0] == '+CCLK: "20/01/01,00:00:00+08"'
    desk.at("AT+CTZU=1;+CTZR=0")
    assert desk.at("AT+CCLK?")[0] == '+CCLK: "26/11/23,09:00:00+00"'


def test_services_that_the_network_lacks(desk):
    """9.2: 133 is "requested service option not subscribed"."""
    desk.at("AT+CMEE=1")
    assert desk.at("AT+CCFC=0,2;+CCWA=,2") == ["+CCFC: 0,7", "+CCWA: 0,7", "OK"]
    assert desk.at('AT+CCFC=0,3,"2936"') == ["+CME ERROR: 133"]
    assert desk.at("AT+CCWA=1") == ["+CME ERROR: 133"]


def test_a_service_in_another_order(make_desk):
    """Whether OK waits for the answer is the modem's; a character ends the waiting (7.15)."""
    desk = make_desk(Card(), profile=parse("[network]\nussd_first = true", "waits"))
    assert desk.at('AT+CUSD=1,"*100#"') == []
    text, hear = desk.radio.requests[0]
    assert text == "*100#"
    hear(UssdAnswer(1, "1 Balance"))
    assert desk.heard() == b'\r\n+CUSD: 1,"1 Balance",15\r\n\r\nOK\r\n'
    hear(UssdAnswer(2))
    assert desk.heard() == b"\r\n+CUSD: 2\r\n"
    desk.at('AT+CUSD=1,"*100#"')
    desk.clock.advance(1)
    assert desk.type(b"x") == b"\r\nOK\r\n"
    assert desk.radio.requests == []
