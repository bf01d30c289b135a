"""Receiving: stores, +CNMI, +CNMA and what the network hears (TS 27.005 3.4, TS 24.011)."""

from __future__ import annotations

import pytest

from emulator.firmware.profile import parse
from emulator.radio import RpAck, RpError
from emulator.sim import Card

# From 2936, 2026-11-23 09:05:12 +00, "Hello": read alike by smspdudecoder, python-messaging and python-gsmmodem-new.
HELLO = "040481926300006211329050210005C8329BFD06"
CENTRE = "07915155002039F6"
# Message reference 78, to 2936, delivered: python-messaging, python-gsmmodem-new.
REPORT = "064E04819263621132905021006211329050310000"


def coded(octet: str, body: str = "05C8329BFD06") -> str:
    """The message with another TP-DCS (TS 23.038 4)."""
    return f"040481926300{octet}62113290502100{body}"


def test_stored_announced_read(desk):
    assert desk.deliver(HELLO) == RpAck()
    assert desk.heard() == b'\r\n+CMTI: "SM",1\r\n'
    assert desk.at("AT+CPMS?") == ['+CPMS: "SM",1,30,"SM",1,30,"SM",1,30', "OK"]
    assert desk.at("AT+CMGL") == ["+CMGL: 1,0,,20", CENTRE + HELLO, "OK"]
    assert desk.at("AT+CMGL") == ["OK"]  # read now
    assert desk.at("AT+CMGR=1") == ["+CMGR: 1,,20", CENTRE + HELLO, "OK"]
    assert desk.at("AT+CMGD=1") == ["OK"]
    assert desk.at("AT+CMGR=1") == ["+CMS ERROR: 321"]
    assert desk.at("AT+CMGR=0") == ["+CMS ERROR: 321"]
    assert desk.at("AT+CMGR=31") == ["+CMS ERROR: 321"]


def test_text_mode(desk):
    """The forms of TS 27.005 3.4.2, 3.4.3 and 3.3.3."""
    desk.at("AT+CMGF=1")
    desk.deliver(HELLO)
    desk.heard()
    assert desk.at("AT+CMGR=1") == ['+CMGR: "REC UNREAD","2936",,"26/11/23,09:05:12+00"', "Hello", "OK"]
    desk.at("AT+CSDH=1")
    assert desk.at("AT+CMGR=1") == [
        '+CMGR: "REC READ","2936",,"26/11/23,09:05:12+00",129,4,0,0,"+15550002936",145,5', "Hello", "OK",
    ]  # fmt: skip
    assert desk.at('AT+CMGL="ALL"') == ['+CMGL: 1,"REC READ","2936",,"26/11/23,09:05:12+00",129,5', "Hello", "OK"]
    desk.at('AT+CSCS="UCS2";+CSDH=0')
    assert desk.at("AT+CMGR=1") == [
        '+CMGR: "REC READ","0032003900330036",,"26/11/23,09:05:12+00"', "00480065006C006C006F", "OK",
    ]  # fmt: skip
    assert desk.at("AT+CMGL=4") == ["+CMS ERROR: 305"]


def test_text_mode_shows_octets_where_there_is_no_text(desk):
    """<data> of 3.1: 8-bit data, UCS2 and anything with a header as two digits an octet."""
    desk.at("AT+CMGF=1;+CNMI=2,2")
    for octet, body in (("04", "0300FF1A"), ("08", "04017C0061"), ("00", "05C8329BFD06")):
        desk.deliver(coded(octet, body))
    desk.deliver("44" + coded("00", "0A050003FF0201986F39")[2:])
    lines = desk.heard().decode().split("\r\n")
    assert [line for line in lines if line and line[0] != "+"] == [
        "00FF1A", "017C0061", "Hello", "050003FF0201986F39",
    ]  # fmt: skip


def test_flags_of_delete(desk):
    for _ in range(3):
        desk.deliver(HELLO)
    desk.at("AT+CMGR=2")
    assert desk.at("AT+CMGD=1,1") == ["OK"]  # the index does not count
    assert desk.at("AT+CMGD=?") == ["+CMGD: (1,3),(0-4)", "OK"]
    desk.at("AT+CMGD=1,4")
    assert desk.at("AT+CMGD=?") == ["+CMGD: (),(0-4)", "OK"]
    assert desk.at("AT+CMGD=99") == ["+CMS ERROR: 321"]


# TS 27.005 3.4.1, Tables 1 and 2: what a message of a class gives with <mt> 0 to 3.
@pytest.mark.parametrize(
    ("octet", "codes"),
    [
        ("00", ["", "+CMTI", "+CMT:", "+CMTI"]),
        ("10", ["", "+CMTI", "+CMT:", "+CMTI"]),  # class 0 without a display counts as none (TS 23.038 4)
        ("11", ["", "+CMTI", "+CMT:", "+CMTI"]),
        ("12", ["", "+CMTI", "+CMTI", "+CMTI"]),
        ("13", ["", "+CMTI", "+CMT:", "+CMT:"]),
        ("C8", ["", "", "+CMT:", ""]),  # message waiting, discard
        ("D8", ["", "+CMTI", "+CMTI", "+CMTI"]),  # message waiting, store
    ],
)
def test_routing_table(desk, octet, codes):
    for mt, code in enumerate(codes):
        desk.at(f"AT+CNMI=2,{mt},0,0,0")
        assert desk.deliver(coded(octet)) == RpAck()
        assert desk.heard().decode().strip()[:5] == code


def test_class_2_goes_to_the_card(desk):
    desk.at('AT+CPMS="ME","ME","ME"')
    desk.deliver(HELLO)
    assert desk.heard() == b'\r\n+CMTI: "ME",1\r\n'
    desk.deliver(coded("12"))
    assert desk.heard() == b'\r\n+CMTI: "SM",1\r\n'
    assert desk.at('AT+CPMS="MT"') == ["+CPMS: 2,130,1,100,1,100", "OK"]
    assert desk.at("AT+CMGL=4")[0::2] == ["+CMGL: 1,0,,20", "+CMGL: 101,0,,20", "OK"]


def test_routed_in_both_modes(desk):
    desk.at("AT+CNMI=2,2,0,1,0")
    assert desk.deliver(HELLO) == RpAck()
    assert desk.heard().decode() == f"\r\n+CMT: ,20\r\n{CENTRE}{HELLO}\r\n"
    assert desk.deliver(REPORT) == RpAck()
    assert desk.heard().decode() == f"\r\n+CDS: 21\r\n{CENTRE}{REPORT}\r\n"
    desk.at("AT+CMGF=1")
    desk.deliver(HELLO)
    assert desk.heard() == b'\r\n+CMT: "2936",,"26/11/23,09:05:12+00"\r\nHello\r\n'
    desk.deliver(REPORT)
    assert desk.heard() == b'\r\n+CDS: 6,78,"2936",129,"26/11/23,09:05:12+00","26/11/23,09:05:13+00",0\r\n'
    assert desk.at('AT+CMGL="ALL"') == ["OK"]


def test_reports_stored(desk):
    desk.at('AT+CNMI=2,1,0,2,0;+CPMS="ME","ME","ME"')
    assert desk.deliver(REPORT) == RpAck()
    assert desk.heard() == b'\r\n+CDSI: "ME",1\r\n'
    assert desk.at("AT+CMGR=1") == ["+CMGR: 0,,21", CENTRE + REPORT, "OK"]
    desk.at("AT+CMGF=1")
    header = '6,78,"2936",129,"26/11/23,09:05:12+00","26/11/23,09:05:13+00",0'
    assert desk.at("AT+CMGR=1") == [f'+CMGR: "REC READ",{header}', "OK"]
    assert desk.at('AT+CMGL="ALL"') == [f'+CMGL: 1,"REC READ",{header}', "OK"]


def test_reports_on_the_card(desk):
    desk.at("AT+CNMI=2,1,0,2,0")
    desk.deliver(REPORT)
    assert desk.heard() == b'\r\n+CDSI: "SM",1\r\n'
    assert desk.at("AT+CMGR=1") == ["+CMGR: 0,,21", CENTRE + REPORT, "OK"]


def test_reports_in_a_store_of_their_own(make_desk):
    """As on Quectel's EC25 ("SR")."""
    profile = parse('[messages]\nreport_memory = "SR"\ncapacities = { SR = 1 }', "ec25")
    desk = make_desk(Card(), profile=profile)
    desk.at("AT+CNMI=2,1,0,2,0")
    assert desk.deliver(REPORT) == RpAck()
    assert desk.heard() == b'\r\n+CDSI: "SR",1\r\n'
    assert desk.deliver(REPORT) == RpError(22, bytes.fromhex("00D300"))
    assert desk.at('AT+CPMS="SR"') == ["+CPMS: 1,1,0,30,0,30", "OK"]
    assert desk.at("AT+CMGR=1") == ["+CMGR: 0,,21", CENTRE + REPORT, "OK"]


def test_mode_0_keeps_codes_until_another_mode_is_entered(desk):
    desk.at("AT+CNMI=0,1,0,0,0")
    desk.deliver(HELLO)
    assert desk.heard() == b""
    assert desk.type(b"AT+CNMI=2,1,0,0,0\r") == b'\r\nOK\r\n\r\n+CMTI: "SM",1\r\n'
    desk.at("AT+CNMI=0,1,0,0,0")
    desk.deliver(HELLO)
    assert desk.type(b"AT+CNMI=2,1,0,0,1\r") == b"\r\nOK\r\n"  # <bfr> 1 clears


def test_acknowledged_by_the_client(desk):
    """+CSMS=1: +CNMA decides; a second one is not expected (340, as Quectel's LTE family)."""
    desk.at("AT+CSMS=1;+CNMI=2,2,0,1,0")
    assert desk.deliver(HELLO) is None
    assert desk.at("AT+CNMA")[-1] == "OK"
    assert desk.answers == [RpAck()]
    assert desk.at("AT+CNMA") == ["+CMS ERROR: 340"]
    desk.deliver(REPORT)
    desk.heard()
    assert desk.at("AT+CNMA=2") == ["OK"]
    assert isinstance(desk.answers[1], RpError)


def test_acknowledged_with_a_report(desk):
    """4.6: the SMS-DELIVER-REPORT without a service centre follows at the prompt."""
    desk.at("AT+CSMS=1;+CNMI=2,2,0,0,0")
    desk.deliver(HELLO)
    desk.heard()
    assert desk.type(b"AT+CNMA=1,2\r") == b"\r\n> "
    assert desk.type(b"0000\x1a") == b"\r\nOK\r\n"
    desk.deliver(HELLO)
    desk.heard()
    desk.type(b"AT+CNMA=2,3\r")
    assert desk.type(b"00D300\x1a") == b"\r\nOK\r\n"
    assert desk.answers == [RpAck(b"\x00\x00"), RpError(111, b"\x00\xd3\x00")]


def test_no_acknowledgement_in_time(desk):
    """3.4.4: the network hears of an error, <mt> and <ds> fall to 0."""
    desk.at("AT+CSMS=1;+CNMI=2,2,0,1,0")
    desk.deliver(HELLO)
    desk.clock.advance(14)
    assert desk.answers == []
    desk.clock.advance(2)
    assert isinstance(desk.answers[0], RpError)
    desk.heard()
    assert desk.at("AT+CNMI?") == ["+CNMI: 2,0,0,0,0", "OK"]
    assert desk.at("AT+CNMA") == ["+CMS ERROR: 340"]


def test_a_full_card_pushes_back(make_desk):
    """TS 23.040 9.2.3.22 D0, RP cause 22, and RP-SMMA when there is room again (TS 24.011 5.2.2)."""
    card = Card(sms_records=1)
    desk = make_desk(card)
    assert desk.deliver(HELLO) == RpAck()
    assert desk.deliver(HELLO) == RpError(22, bytes.fromhex("00D000"))
    assert card.memory_exceeded
    desk.at("AT+CMGD=1")
    assert desk.radio.memory_reports == 1
    assert not card.memory_exceeded
    desk.at("AT+CMGD=1")
    assert desk.radio.memory_reports == 1


def test_type_0_and_replace_types(desk):
    """TP-PID, TS 23.040 9.2.3.9."""
    assert desk.deliver(HELLO.replace("92630000", "92634000")) == RpAck()
    assert desk.heard() == b""
    desk.deliver(HELLO.replace("92630000", "92634100"))
    desk.deliver(HELLO.replace("92630000", "92634200"))
    desk.deliver(HELLO.replace("92630000", "92634100"))
    assert desk.heard().decode().split() == ["+CMTI:", '"SM",1', "+CMTI:", '"SM",2', "+CMTI:", '"SM",1']


def test_what_cannot_be_read_is_refused(desk):
    assert desk.deliver("0404") == RpError(96)
    assert desk.deliver("") == RpError(96)


@pytest.mark.parametrize("data", ["FF", "FFFF", "00FF", "FFFFFFFFFFFFFF"])
def test_filling_of_the_card_is_not_taken_for_data(desk, data):
    """A record is filled with FF (TS 51.011 10.5.3), and data may end in FF."""
    tpdu = coded("04", f"{len(data) // 2:02X}{data}")
    desk.deliver(tpdu)
    desk.heard()
    assert desk.at("AT+CMGR=1")[1] == CENTRE + tpdu


def test_state_outlives_the_connection(desk):
    desk.at("AT+CMGF=1")
    desk.type(b"AT+CM")  # the client dies in the middle of a line
    desk.modem.outputs.clear()
    desk.deliver(HELLO)
    desk.clock.advance(10)
    output = bytearray()
    desk.modem.outputs.append(output.extend)
    desk.modem.receive(b"\x1b\rAT+CMGF?\r")
    assert output.endswith(b"\r\n+CMGF: 1\r\n\r\nOK\r\n")
