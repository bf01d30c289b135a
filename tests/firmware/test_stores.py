"""Message stores: what is in them from the start, the card's own records (TS 51.011 10.5.3), character sets."""

from __future__ import annotations

import pytest

from emulator.firmware.profile import ProfileError, parse
from emulator.sim import EF_SMS, Card
from emulator.sim.tree import EF_SMSR
from modem.wire.tpdu import Submit

HELLO = "040481926300006211329050210005C8329BFD06"
CENTRE = "07915155002039F6"
SUBMIT_WITH_REPORT = "210004819263000009E8329BFD8ECCD36D"  # TP-SRR set
# Message references 0 and 78, to 2936, delivered: python-messaging, python-gsmmodem-new.
REPORT_0 = "060004819263621132905021006211329050310000"
REPORT_78 = "064E04819263621132905021006211329050310000"


def record(desk, number: int) -> str:
    return desk.card.files[EF_SMS].records[number].hex().upper()


# --- the card's records ---


def test_status_octets_of_messages(desk):
    """Bits 3 to 1: 001 read, 011 unread, 101 sent, 111 to be sent; filled up with FF."""
    desk.deliver(HELLO)
    assert record(desk, 0) == ("03" + CENTRE + HELLO).ljust(352, "F")
    desk.at("AT+CMGR=1")
    assert record(desk, 0)[:2] == "01"
    desk.type(b"AT+CMGW=17\r")
    desk.type(b"00010004819263000009E8329BFD8ECCD36D\x1a")
    assert record(desk, 1)[:4] == "0700"
    desk.at("AT+CMSS=2")
    assert record(desk, 1)[:2] == "05"
    desk.at("AT+CMGD=2")
    assert record(desk, 1) == "00".ljust(352, "F")


def reports(desk) -> list[str]:
    return [record.hex().upper() for record in desk.card.files[EF_SMSR].records]


def test_status_octets_of_reports(desk):
    """01101 sent, report asked for; 11101 the same, and the report is in EF_SMSR (TS 51.011 10.5.3, 10.5.8)."""
    free = "00".ljust(60, "F")
    desk.type(b"AT+CMGW=17\r")
    desk.type(f"00{SUBMIT_WITH_REPORT}\x1a".encode())
    assert record(desk, 0)[:2] == "07"
    desk.at("AT+CMSS=1")
    assert record(desk, 0)[:2] == "0D"
    desk.deliver(REPORT_78)  # of another message
    assert record(desk, 0)[:2] == "0D"
    assert reports(desk) == [free] * 4
    desk.deliver(REPORT_0)
    assert record(desk, 0)[:2] == "1D"
    assert reports(desk) == [("01" + REPORT_0).ljust(60, "F"), free, free, free]
    assert desk.at("AT+CMGL=3")[0] == "+CMGL: 1,3,,17"
    desk.at("AT+CMGD=1")
    assert reports(desk) == [free] * 4


def test_a_report_that_the_card_has_no_room_for(desk):
    """10101: it is here, but not stored."""
    desk.card.files[EF_SMSR].records[:] = [b"\x09" + b"\xff" * 29] * 4
    desk.type(b"AT+CMGW=17\r")
    desk.type(f"00{SUBMIT_WITH_REPORT}\x1a".encode())
    desk.at("AT+CMSS=1")
    desk.deliver(REPORT_0)
    assert record(desk, 0)[:2] == "15"


def test_a_message_sent_to_somebody_else_keeps_its_address(desk):
    """3.5.2: <da> is 'used instead of that stored with the message'."""
    desk.type(b"AT+CMGW=17\r")
    desk.type(f"00{SUBMIT_WITH_REPORT}\x1a".encode())
    desk.at('AT+CMSS=1,"+15551234567"')
    desk.at("AT+CMGF=1")
    assert desk.at("AT+CMGR=1")[0] == '+CMGR: "STO SENT","2936",'


def test_a_report_is_found_by_the_reference_that_was_sent(desk):
    for _ in range(5):
        desk.card.next_message_reference()
    desk.type(b"AT+CMGW=17\r")
    desk.type(f"00{SUBMIT_WITH_REPORT}\x1a".encode())
    assert desk.at("AT+CMSS=1") == ["+CMSS: 5", "OK"]
    assert Submit.decode(bytes.fromhex(desk.at("AT+CMGR=1")[1][2:])).message_reference == 5


def test_records_that_somebody_else_has_written(desk):
    """By the card's own commands: a report, a message in state "report stored" (1D), and what nobody can read."""
    files = desk.card.files[EF_SMS].records
    for number, content in enumerate(("01" + CENTRE + REPORT_78, "1D00" + SUBMIT_WITH_REPORT, "03FF", "0300040481")):
        files[number] = bytes.fromhex(content).ljust(176, b"\xff")
    assert desk.at("AT+CPMS?")[0].startswith('+CPMS: "SM",4,30,')
    assert desk.at("AT+CMGR=1") == ["+CMGR: 1,,21", CENTRE + REPORT_78, "OK"]
    assert desk.at("AT+CMGR=2") == ["+CMGR: 3,,17", "00" + SUBMIT_WITH_REPORT, "OK"]
    desk.at("AT+CMGF=1")
    report = '6,78,"2936",129,"26/11/23,09:05:12+00","26/11/23,09:05:13+00",0'
    assert desk.at("AT+CMGR=1") == [f'+CMGR: "REC READ",{report}', "OK"]
    assert desk.at("AT+CMGR=4") == ["+CMS ERROR: 320"]
    assert desk.at('AT+CMGL="ALL"') == [
        f'+CMGL: 1,"REC READ",{report}', '+CMGL: 2,"STO SENT","2936",,', "hello_sim", "OK",
    ]  # fmt: skip
    assert desk.at("AT+CMGD=3") == ["OK"]
    assert desk.at("AT+CPMS?")[0].startswith('+CPMS: "SM",3,30,')


# --- what a modem has from the start ---


def test_stores_that_are_not_empty(make_desk):
    profile = parse("[messages]\nused = { SM = 2, ME = 5, SR = 2, BM = 1 }\ncapacities = { ME = 5 }", "old")
    card = Card(sms_records=5)
    desk = make_desk(card, profile=profile)
    assert desk.at("AT+CPMS?") == ['+CPMS: "SM",2,5,"SM",2,5,"SM",2,5', "OK"]
    desk.at("AT+CMGF=1")
    # What python-gsmmodem-new and ofono say these messages are.
    assert desk.at('AT+CMGL="ALL"') == [
        '+CMGL: 1,"REC READ","+27748577604",,"13/01/28,14:51:42+08"', "Hello raspberry pi",
        '+CMGL: 2,"REC READ","+31641600986",,"02/08/26,19:37:41-04"', "How are you?", "OK",
    ]  # fmt: skip
    assert desk.at('AT+CPMS="MT"') == ["+CPMS: 7,10,2,5,2,5", "OK"]
    assert desk.at('AT+CPMS="SR"') == ["+CPMS: 2,20,2,5,2,5", "OK"]
    assert desk.at("AT+CMGR=1")[0].startswith('+CMGR: "REC READ",6,39,"+43626575117",145,')
    desk.at('AT+CPMS="BM"')
    assert desk.at("AT+CMGR=1") == ['+CMGR: "REC READ",272,50,1,1,1', "Belconnen", "OK"]
    again = make_desk(card, profile=profile)  # the messages are on the card already
    assert again.at("AT+CPMS?")[0].startswith('+CPMS: "SM",2,5,')


@pytest.mark.parametrize("line", ['memories = [["SM", "XX"], ["SM"], ["SM"]]', 'report_memory = "XX"', "used = {XX=1}"])
def test_a_profile_cannot_name_a_store_that_there_is_not(make_desk, line):
    with pytest.raises(ProfileError, match="XX"):
        make_desk(Card(), profile=parse(f"[messages]\n{line}", "odd"))


def test_a_full_store_of_255_is_listed(make_desk):
    desk = make_desk(Card(sms_records=255))
    for _ in range(255):
        desk.deliver(HELLO)
    desk.heard()
    assert len(desk.at("AT+CMGL=4")) == 2 * 255 + 1
    assert desk.at("AT+CMGR=255") == ["+CMGR: 1,,20", CENTRE + HELLO, "OK"]


def test_preferred_memories(make_desk):
    """SIM800: "SM_P" has the size of the card, and +CMTI says "SM"."""
    memories = ["SM", "ME", "SM_P", "ME_P", "MT"]
    desk = make_desk(Card(), profile=parse(f"[messages]\nmemories = {[memories] * 3}", "sim800"))
    assert desk.at('AT+CPMS="SM_P","SM_P","SM_P"') == ["+CPMS: 0,30,0,30,0,30", "OK"]
    desk.heard()
    desk.deliver(HELLO)
    assert desk.heard() == b'\r\n+CMTI: "SM",1\r\n'


# --- character sets (TS 27.007 5.5) ---


@pytest.mark.parametrize(
    ("charset", "octets", "text"),
    [
        ("UTF-8", b"5 \xe2\x82\xac \xc3\xbc", "5 € ü"),
        ("8859-1", b"5 \xa4 \xfc", "5 ¤ ü"),
        ("PCCP437", b"5 \x81 \xe4", "5 ü Σ"),
        ("PCDN", b"\x9b\x9d", "øØ"),
    ],
)
def test_character_sets_there_and_back(desk, charset, octets, text):
    """Octets by the Unicode Consortium's mapping tables (ISO 8859-1, CP437, CP865)."""
    desk.at(f'AT+CMGF=1;+CSCS="{charset}"')
    desk.type(b'AT+CMGW="2936"\r')
    desk.type(octets + b"\x1a")
    assert desk.type(b"AT+CMGR=1\r").split(b"\r\n")[2] == octets
    desk.at("AT+CMSS=1")
    assert Submit.decode(desk.radio.sent[0][1]).user_data.body == text


def test_octets_that_are_no_utf_8(desk):
    desk.at('AT+CMGF=1;+CSCS="UTF-8"')
    desk.type(b'AT+CMGS="2936"\r')
    assert desk.type(b"\xff\xfe\x1a") == b"\r\n+CMS ERROR: 305\r\n"
