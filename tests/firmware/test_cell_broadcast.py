"""Cell broadcast: which pages are let through, and how they reach the client (TS 27.005 3.1, 3.3.4, 3.4.1 Table 3)."""

from __future__ import annotations

import pytest

from emulator.firmware.profile import parse
from emulator.radio import Registration
from emulator.sim import Card
from tests.wire.vectors import load

PAGES = {vector["name"]: vector["octets"] for vector in load("broadcasts")}
ENGLISH = PAGES["one page in English"]  # serial number 0110 (272), identifier 0032 (50), coding 01: "Belconnen"
GENERAL = PAGES["general coding"]  # C000 (49152), 50, coding 40
TEXT = "A GSM default alphabet message with carriage return padding"


def edition(page: str, identifier: int = 50, coding: int = 0x01, serial: int = 0x0110) -> str:
    """The page with another serial number, identifier and coding (TS 23.041 9.4.1.2)."""
    return f"{serial:04X}{identifier:04X}{coding:02X}{page[10:]}"


@pytest.fixture
def listening(desk):
    desk.at('AT+CSCB=0,"50,320-478"')
    return desk


def heard(desk, page: str) -> list[str]:
    desk.modem.inbox.broadcast(bytes.fromhex(page))
    return [line for line in desk.heard().decode("latin-1").split("\r\n") if line]


def test_nothing_is_wanted_from_the_start(desk):
    """3.3.4: the default lists are empty."""
    desk.at("AT+CNMI=2,1,2,0,0")
    assert desk.at("AT+CSCB?") == ['+CSCB: 0,"",""', "OK"]
    assert heard(desk, ENGLISH) == []


def test_routed_in_pdu_mode(listening):
    """+CBM: <length><CR><LF><pdu>: a page has no service centre in front of it (3.1)."""
    listening.at("AT+CNMI=2,1,2,0,0")
    assert heard(listening, ENGLISH) == ["+CBM: 88", ENGLISH]


def test_routed_in_text_mode(listening):
    """+CBM: <sn>,<mid>,<dcs>,<page>,<pages><CR><LF><data>."""
    listening.at("AT+CMGF=1;+CNMI=2,1,2,0,0")
    assert heard(listening, ENGLISH) == ["+CBM: 272,50,1,1,1", "Belconnen"]
    assert heard(listening, GENERAL) == ["+CBM: 49152,50,64,1,1", TEXT]
    # 8-bit data and UCS2 are two digits an octet; page "1 of 0" is read as 1 of 1 (TS 23.041 9.4.1.2.4).
    assert heard(listening, PAGES["octets"]) == ["+CBM: 49152,50,68,1,1", PAGES["octets"][12:]]
    assert heard(listening, PAGES["UCS2"]) == ["+CBM: 49152,50,72,1,1", PAGES["UCS2"][12:]]
    listening.at('AT+CSCS="UCS2"')
    assert heard(listening, edition(ENGLISH, serial=0x0111))[1] == "00420065006C0063006F006E006E0065006E"


def test_stored_and_announced(listening):
    """<bm> 1: +CBMI; +CMGL and +CMGR of the BM store in both modes (3.4.2, 3.4.3)."""
    listening.at("AT+CNMI=2,1,1,0,0")
    assert heard(listening, ENGLISH) == ['+CBMI: "BM",1']
    assert heard(listening, GENERAL) == ['+CBMI: "BM",2']
    assert listening.at('AT+CPMS="BM"') == ["+CPMS: 2,20,0,30,0,30", "OK"]
    assert listening.at("AT+CMGR=1") == ["+CMGR: 0,,88", ENGLISH, "OK"]
    assert listening.at("AT+CMGL") == ["+CMGL: 2,0,,88", GENERAL, "OK"]
    listening.at("AT+CMGF=1")
    assert listening.at('AT+CMGL="ALL"') == [
        '+CMGL: 1,"REC READ",272,50,1,1', "Belconnen", '+CMGL: 2,"REC READ",49152,50,1,1', TEXT, "OK",
    ]  # fmt: skip
    assert listening.at("AT+CMGR=2") == ['+CMGR: "REC READ",49152,50,64,1,1', TEXT, "OK"]
    assert listening.at("AT+CMGD=1,4") == ["OK"]
    assert listening.at("AT+CPMS?")[0].startswith('+CPMS: "BM",0,20,')


def test_stored_in_silence(listening):
    """<bm> 0."""
    assert heard(listening, ENGLISH) == []
    assert listening.at('AT+CPMS="BM"')[0].startswith("+CPMS: 1,20,")


def test_class_3_alone_is_routed(listening):
    """<bm> 3."""
    listening.at("AT+CNMI=2,1,3,0,0")
    assert heard(listening, edition(ENGLISH, coding=0xF3))[0] == "+CBM: 88"
    assert heard(listening, edition(ENGLISH, coding=0xF2)) == ['+CBMI: "BM",1']
    assert heard(listening, edition(ENGLISH)) == ['+CBMI: "BM",2']


def test_a_page_that_is_sent_again_is_known(listening):
    """The cell repeats its pages; another update number is another edition (TS 23.041 9.4.1.2.1)."""
    listening.at("AT+CNMI=2,1,2,0,0")
    assert heard(listening, ENGLISH)
    assert heard(listening, ENGLISH) == []
    assert heard(listening, edition(ENGLISH, serial=0x0111))


@pytest.mark.parametrize(
    ("types", "let_through"),
    [
        ('0,"50"', {(50, 1), (50, 5)}),
        ('0,"0,1,5,320-478,922"', {(320, 1), (478, 1), (922, 5)}),  # the example of 3.3.4
        ('0,"50,922","0-3,6"', {(50, 1)}),
        ('0,"50","0-3,5"', {(50, 1), (50, 5)}),
        ('1,"50"', {(320, 1), (478, 1), (922, 5), (479, 1)}),
        ('1,"50","5"', {(50, 1), (320, 1), (478, 1), (922, 5), (479, 1)}),
        ('1,"","5"', {(50, 1), (320, 1), (478, 1), (479, 1)}),
        ("1", {(50, 1), (50, 5), (320, 1), (478, 1), (922, 5), (479, 1)}),
        ("0", set()),
    ],
)
def test_types(desk, types, let_through):
    """<mode> 0: those of the lists are accepted, 1: they are not (3.3.4)."""
    desk.at("AT+CNMI=2,1,2,0,0")
    assert desk.at(f"AT+CSCB={types}") == ["OK"]
    pages = [(50, 1), (50, 5), (320, 1), (478, 1), (479, 1), (922, 5)]
    assert {page for page in pages if heard(desk, edition(ENGLISH, *page))} == let_through


def test_lists_left_out_are_empty(listening):
    """So does oFono stop listening: AT+CSCB=0 (drivers/atmodem/cbs.c)."""
    assert listening.at("AT+CSCB?") == ['+CSCB: 0,"50,320-478",""', "OK"]
    assert listening.at("AT+CSCB=0") == ["OK"]
    assert listening.at("AT+CSCB?") == ['+CSCB: 0,"",""', "OK"]


@pytest.mark.parametrize("types", ['0,"a"', '0,"5-"', '0,"7-5"', '0,"65536"', '0,"1","256"', "2", '0,"1,,2"'])
def test_what_is_no_list(listening, types):
    assert listening.at(f"AT+CSCB={types}") == ["+CMS ERROR: 304"]
    assert listening.at("AT+CSCB?") == ['+CSCB: 0,"50,320-478",""', "OK"]


def test_a_full_store_and_no_service(make_desk):
    desk = make_desk(Card(), profile=parse("[messages]\ncapacities = { BM = 1 }", "small"))
    desk.at('AT+CSCB=0,"50";+CNMI=2,1,1,0,0')
    desk.radio.become(Registration(2))
    assert heard(desk, ENGLISH) == []
    desk.radio.become(Registration(1))
    assert heard(desk, ENGLISH) == ['+CBMI: "BM",1']
    assert heard(desk, GENERAL) == []
    desk.modem.inbox.broadcast(b"\x01")  # no page
    assert [event.kind for event in desk.journal.events if event.kind.startswith("cell")] == [
        "cell.no_room", "cell.unreadable",
    ]  # fmt: skip
