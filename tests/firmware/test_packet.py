"""Packet data (TS 27.007 10.1)."""

from __future__ import annotations

import pytest

from emulator.radio import Registration
from tests.firmware.conftest import IDLE

GSM = Registration(1, 0x2936, 0x1A2D, 0, "Testnet", "00101", "Test", 0x36)


@pytest.fixture
def gsm(desk):
    desk.at("AT+CMEE=1")
    desk.radio.become(IDLE)
    desk.radio.become(GSM)
    return desk


def test_on_e_utran_a_context_is_there_with_the_registration(desk):
    """TS 23.401 5.3.2: to be attached is to have a default bearer; the last one cannot be ended (10.1.10, 171)."""
    desk.at("AT+CMEE=1")
    assert desk.at("AT+CGATT?;+CGACT?") == ["+CGATT: 1", "+CGACT: 1,1", "OK"]
    assert desk.at("AT+CGPADDR=1") == [
        '+CGPADDR: 1,"10.29.0.2","32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.2"', "OK",
    ]  # fmt: skip
    assert desk.at("AT+CGACT=0,1") == ["+CME ERROR: 171"]
    assert desk.at('AT+CGDCONT=2,"IP","iot";+CGACT=1,2') == ["OK"]
    assert desk.at("AT+CGCONTRDP=2") == [
        '+CGCONTRDP: 2,6,"iot","10.29.0.2","10.29.0.1","10.29.0.1"', "OK",
    ]  # fmt: skip
    assert desk.at("AT+CGACT=0,1;+CGACT?") == ["+CGACT: 1,0", "+CGACT: 2,1", "OK"]


def test_what_a_connection_manager_asks(gsm):
    """The order of ModemManager 1.20: +CGDCONT=?, ?, =1,...; +CGACT?; +CGEREP."""
    assert gsm.at("AT+CGDCONT=?")[0] == '+CGDCONT: (1-16),"IP",,,(0),(0)'
    assert gsm.at('AT+CGDCONT=1,"IP","internet";+CGDCONT?') == ['+CGDCONT: 1,"IP","internet","",0,0', "OK"]
    assert gsm.at("AT+CGACT?") == ["+CGACT: 1,0", "OK"]
    assert gsm.at("AT+CGPADDR=1") == ["+CGPADDR: 1", "OK"]
    assert gsm.at("AT+CGEREP=2,0") == ["OK"]
    assert gsm.at("AT+CGACT=1,1") == ["OK", "+CGEV: ME PDN ACT 1"]
    assert gsm.at("AT+CGPADDR") == ['+CGPADDR: 1,"10.29.0.2"', "OK"]
    assert gsm.at("AT+CGACT=0,1") == ["OK", "+CGEV: ME PDN DEACT 1"]
    assert gsm.at("AT+CGACT=1,3") == ["+CME ERROR: 143"]
    assert gsm.at("AT+CGDCONT=1;+CGDCONT?") == ["OK"]
    assert gsm.at('AT+CGDCONT=17,"IP"') == ["+CME ERROR: 50"]
    assert gsm.at('AT+CGDCONT=1,"X25"') == ["+CME ERROR: 50"]


def test_detaching_leaves_calls_on_gsm(gsm):
    """10.1.9: contexts end; 10.1.20: +CGREG tells, +CREG does not."""
    gsm.at("AT+CREG=1;+CGREG=1;+CGEREP=2;+CGACT=1,1")
    assert gsm.at("AT+CGATT=0") == ["OK", "+CGEV: ME DETACH", "+CGREG: 0"]
    assert gsm.at("AT+CGATT?;+CGACT?;+CREG?") == ["+CGATT: 0", "+CGACT: 1,0", "+CREG: 1,1", "OK"]
    assert gsm.at("AT+CGACT=1,1") == ["+CME ERROR: 30"]
    assert gsm.at("AT+CGATT=1") == ["OK", "+CGREG: 1"]
    assert gsm.at("AT+CGACT?") == ["+CGACT: 1,0", "OK"]


def test_detaching_leaves_e_utran(desk):
    """TS 23.401 5.3.8."""
    desk.at("AT+CREG=1")
    assert desk.at("AT+CGATT=0") == ["OK", "+CREG: 0"]
    assert desk.at("AT+CGATT=1") == ["OK", "+CREG: 1"]
    assert desk.at("AT+CGATT?;+CGACT?") == ["+CGATT: 1", "+CGACT: 1,1", "OK"]


def test_losing_the_network(gsm):
    gsm.at("AT+CGEREP=1;+CGACT=1,1")
    gsm.radio.become(Registration(2))
    assert gsm.heard() == b"\r\n+CGEV: NW DETACH\r\n"
    assert gsm.at("AT+CGACT?") == ["+CGACT: 1,0", "OK"]


def test_there_is_no_other_class_of_modem(desk):
    desk.at("AT+CMEE=1")
    assert desk.at("AT+CGCLASS?;+CEMODE?") == ['+CGCLASS: "A"', "+CEMODE: 2", "OK"]
    assert desk.at('AT+CGCLASS="B"') == ["+CME ERROR: 4"]
    assert desk.at('AT+CGDATA="PPP",1') == ["ERROR"]
