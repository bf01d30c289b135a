"""Sending and writing messages (TS 27.005 3.5, 4.3, 4.4), and what is refused before anything leaves."""

from __future__ import annotations

import pytest

from emulator.firmware.profile import parse
from emulator.radio import Registration, RpAck, RpError
from emulator.sim import Card
from modem.wire.tpdu import Submit
from tests.wire.vectors import load

# The user data of hello_sim agreed by python-messaging, python-gsmmodem-new and warthog618/sms.
HELLO = "E8329BFD8ECCD36D"
SUBMIT = f"0100048192630000 09{HELLO}".replace(" ", "")


def send(desk, pdu: str, length: int) -> bytes:
    assert desk.type(f"AT+CMGS={length}\r".encode()) == b"\r\n> "
    return desk.type(f"{pdu}\x1a".encode())


def test_pdu_goes_out_as_it_came_but_for_the_reference(desk):
    assert send(desk, "00" + SUBMIT, 17) == b"\r\n+CMGS: 0\r\n\r\nOK\r\n"
    assert send(desk, "00" + SUBMIT.lower(), 17) == b"\r\n+CMGS: 1\r\n\r\nOK\r\n"
    centre, tpdu = desk.radio.sent[1]
    assert str(centre) == "+15550002936"  # the card's, +CSCA
    assert tpdu.hex().upper() == "0101" + SUBMIT[4:]


def test_a_service_centre_in_front_of_the_pdu(desk):
    send(desk, "07917283010010F5" + SUBMIT, 17)
    assert str(desk.radio.sent[0][0]) == "+27381000015"


def test_reference_wraps_and_stays_with_the_card(make_desk):
    """TS 23.040 9.2.3.6; EF_SMSS, TS 51.011 10.5.7."""
    card = Card()
    desk = make_desk(card)
    for _ in range(255):
        send(desk, "00" + SUBMIT, 17)
    assert b"+CMGS: 255" in send(desk, "00" + SUBMIT, 17)
    assert b"+CMGS: 0\r" in send(desk, "00" + SUBMIT, 17)
    assert b"+CMGS: 1\r" in send(make_desk(card), "00" + SUBMIT, 17)


def test_a_repeated_message_keeps_its_reference(desk):
    """TP-RD (TS 23.040 9.2.3.25): the service centre knows the double by TP-MR and TP-DA."""
    assert b"+CMGS: 200\r" in send(desk, "0005C8" + SUBMIT[4:], 17)


@pytest.mark.parametrize(
    ("pdu", "length"),
    [
        ("00" + SUBMIT, 16),  # <length> is that of the TPDU
        ("00" + SUBMIT, 18),
        ("00" + SUBMIT[:-2], 16),  # TP-UDL says more
        ("00" + SUBMIT + "00", 18),  # TP-UDL says less
        ("00" + SUBMIT[:-1], 17),
        ("00" + SUBMIT[:-1] + "G", 17),
        ("", 17),
        ("00", 17),
        ("0003" + SUBMIT[2:], 17),  # TP-MTI 11 is reserved
        ("00" + SUBMIT.replace("0481", "0401"), 17),  # type of address without bit 7
        ("00020000010004819263" + "00", 10),  # an SMS-COMMAND is for +CMGC
    ],
)
def test_a_bad_pdu_is_refused_before_it_is_sent(desk, pdu, length):
    assert send(desk, pdu, length) == b"\r\n+CMS ERROR: 304\r\n"
    assert desk.radio.sent == []
    assert desk.at("AT") == ["OK"]


@pytest.mark.parametrize("length", ["0", "165", "-1", "", "x", "1,2"])
def test_bad_lengths_get_no_prompt(desk, length):
    assert desk.at(f"AT+CMGS={length}") == ["+CMS ERROR: 304"]


def test_validity_periods(desk):
    """What oFono, gammu and smstools send by default (first octet 11 or 31), and the other two formats."""
    for first, period in (("11", "A7"), ("31", "AD"), ("19", "62113290502100"), ("09", "01A70000000000")):
        pdu = first + SUBMIT[2:14] + "00" + period + "09" + HELLO
        assert b"OK" in send(desk, "00" + pdu, len(pdu) // 2)


@pytest.mark.parametrize(
    ("result", "code"),
    [
        (RpError(38), 38),
        (RpError(41), 41),
        (RpError(21, bytes.fromhex("01C40062113290502100")), 0xC4),  # TP-FCS: destination barred
    ],
)
def test_causes_of_the_network(desk, result, code):
    desk.radio.result = result
    assert send(desk, "00" + SUBMIT, 17) == f"\r\n+CMS ERROR: {code}\r\n".encode()


def test_no_answer_of_the_network(desk):
    desk.radio.result = None
    assert send(desk, "00" + SUBMIT, 17) == b""
    desk.clock.advance(60)
    assert desk.heard() == b"\r\n+CMS ERROR: 332\r\n"
    desk.radio.answers[0](RpAck())  # too late
    assert desk.heard() == b""


def test_what_is_missing(make_desk):
    assert make_desk(None).at("AT+CMGS=17") == ["+CMS ERROR: 310"]
    assert make_desk(Card(pin_enabled=True)).at("AT+CMGS=17") == ["+CMS ERROR: 311"]
    desk = make_desk(Card())
    desk.radio.become(Registration(2))
    assert desk.at("AT+CMGS=17") == ["+CMS ERROR: 331"]
    desk = make_desk(Card(service_centre=""))
    assert send(desk, "00" + SUBMIT, 17) == b"\r\n+CMS ERROR: 330\r\n"


def test_messages_on_the_card_are_read_first(make_desk):
    """TS 27.007 9.2: busy until then, which on real modems takes seconds after power-up."""
    desk = make_desk(Card(), profile=parse("[messages]\nready_s = 5.0", "slow"))
    assert desk.at("AT+CMGS=17") == ["+CMS ERROR: 314"]
    desk.clock.advance(5)
    assert desk.at("AT+CMGS=17") == ["> "]


def test_service_lost_while_the_prompt_is_open(desk):
    desk.type(b"AT+CMGS=17\r")
    desk.radio.become(Registration(2))
    assert desk.type(f"00{SUBMIT}\x1a".encode()) == b"\r\n+CMS ERROR: 331\r\n"


def test_acknowledgement_with_phase_2_plus(desk):
    """+CSMS=1 shows what RP-ACK carried: the report in PDU mode, its time stamp in text mode (4.3, 3.5.1)."""
    desk.at("AT+CSMS=1")
    desk.radio.result = RpAck(bytes.fromhex("010062113290502100"))
    assert send(desk, "00" + SUBMIT, 17) == b'\r\n+CMGS: 0,"010062113290502100"\r\n\r\nOK\r\n'
    desk.at("AT+CMGF=1")
    desk.type(b'AT+CMGS="2936"\r')
    assert desk.type(b"x\x1a") == b'\r\n+CMGS: 1,"26/11/23,09:05:12+00"\r\n\r\nOK\r\n'


# --- text mode ---


def text(desk, address: str, body: bytes) -> bytes:
    desk.at("AT+CMGF=1")
    assert desk.type(f"AT+CMGS={address}\r".encode()) == b"\r\n> "
    return desk.type(body + b"\x1a")


def test_text_to_the_short_code(desk):
    assert text(desk, '"2936"', b"hello_sim") == b"\r\n+CMGS: 0\r\n\r\nOK\r\n"
    # +CSMP's defaults: SUBMIT with a relative validity period, 24 hours (17, 167).
    assert desk.radio.sent[0][1].hex().upper() == f"1100048192630000A709{HELLO}"


def test_types_of_address(desk):
    text(desk, '"+15551234567"', b"x")
    text(desk, '"2936",161', b"x")
    sent = [Submit.decode(tpdu, strict=True).destination for _, tpdu in desk.radio.sent]
    assert [(number.value, number.type_of_address) for number in sent] == [("15551234567", 145), ("2936", 161)]
    for address in ('"Twilio"', '"29 36"', '"123456789012345678901"', '"2936",300', '"2936",1'):
        assert desk.at(f"AT+CMGS={address}") == ["+CMS ERROR: 305"]


def test_character_sets(desk):
    """TS 27.007 5.5: numbers and text alike."""
    desk.at('AT+CSCS="UCS2"')
    text(desk, '"0032003900330036"', b"00680065006C006C006F005F00730069006D")
    desk.at('AT+CSCS="HEX"')
    text(desk, '"32393336"', b"68656C6C6F1173696D")
    desk.at('AT+CSCS="GSM"')
    text(desk, '"2936"', b"hello\x11sim")
    assert {tpdu[-8:].hex().upper() for _, tpdu in desk.radio.sent} == {HELLO}


def test_data_and_ucs2_are_typed_as_hexadecimal(desk):
    """<data> of TS 27.005 3.1."""
    desk.at("AT+CSMP=17,167,0,4")
    text(desk, '"2936"', b"00FF1A1B")
    desk.at("AT+CSMP=17,167,0,8")
    text(desk, '"2936"', b"007A0061017C00F301420107")
    assert [Submit.decode(tpdu, strict=True).user_data.body for _, tpdu in desk.radio.sent] == [
        b"\x00\xff\x1a\x1b",
        "zażółć",
    ]
    assert text(desk, '"2936"', b"zaz") == b"\r\n+CMS ERROR: 305\r\n"


def test_a_header_is_typed_with_the_data(desk):
    """TP-UDHI in <fo>: <data> is the whole TP-UD in hexadecimal (TS 27.005 3.1)."""
    desk.at("AT+CSMP=81,167,0,4")
    text(desk, '"2936"', b"060504158A0000C0FFEE")
    message = Submit.decode(desk.radio.sent[0][1], strict=True)
    assert message.user_data.header == ((5, bytes.fromhex("158A0000")),)  # application ports
    assert message.user_data.body == bytes.fromhex("C0FFEE")
    assert text(desk, '"2936"', b"0505") == b"\r\n+CMS ERROR: 305\r\n"


def test_a_header_in_front_of_septets(desk):
    """Of two parts the first, packed by python-gsmmodem-new (test_modem.py, message 143)."""
    part = next(v for v in load("messages") if v["name"] == "gsmmodem, message 143, part 1 of two")
    user_data = bytes.fromhex(part["pdu"])[-140:]
    desk.at("AT+CSMP=81,167,0,0")
    assert b"OK" in text(desk, '"2936"', user_data.hex().encode())
    assert desk.radio.sent[0][1][-141:] == b"\xa0" + user_data  # TP-UDL 160
    # A header of 6 octets, a fill bit and one septet.
    assert b"OK" in text(desk, '"2936"', b"050003FF0201D0")
    assert desk.radio.sent[1][1][-8:].hex().upper() == "08050003FF0201D0"
    assert text(desk, '"2936"', b"050003FF0201D1") == b"\r\n+CMS ERROR: 305\r\n"  # the fill bit is set


def test_what_does_not_fit_is_refused(desk):
    assert text(desk, '"2936"', b"a" * 161) == b"\r\n+CMS ERROR: 305\r\n"
    assert text(desk, '"2936"', b"[" * 81) == b"\r\n+CMS ERROR: 305\r\n"
    assert text(desk, '"2936"', "ż".encode()) == b"\r\n+CMS ERROR: 305\r\n"
    assert desk.radio.sent == []
    assert b"OK" in text(desk, '"2936"', b"a" * 160)
    assert b"OK" in text(desk, '"2936"', b"")


def test_parameters_must_fit_together(desk):
    assert desk.at("AT+CSMP=17,256,0,0") == ["+CMS ERROR: 305"]
    assert desk.at("AT+CSMP=16,167,0,0")[0].startswith("+CMS ERROR")  # not an SMS-SUBMIT
    assert desk.at('AT+CSMP=25,"26/11/24,09:00:00+04",0,0') == ["OK"]
    text(desk, '"2936"', b"x")
    assert desk.radio.sent[0][1][8:15].hex() == "62114290000040"
    assert desk.at("AT+CSMP?") == ['+CSMP: 25,"26/11/24,09:00:00+04",0,0', "OK"]
    assert desk.at("AT+CSMP=49,167") == ["OK"]
    text(desk, '"2936"', b"x")
    assert Submit.decode(desk.radio.sent[1][1]).status_report_request


def test_service_centre_can_be_set_and_taken_away(desk):
    assert desk.at('AT+CSCA="+27381000015"') == ["OK"]
    assert desk.at("AT+CSCA?") == ['+CSCA: "+27381000015",145', "OK"]
    text(desk, '"2936"', b"x")
    assert str(desk.radio.sent[0][0]) == "+27381000015"
    assert desk.at('AT+CSCA=""') == ["OK"]
    assert text(desk, '"2936"', b"x") == b"\r\n+CMS ERROR: 330\r\n"


# --- writing, and sending what is written ---


def test_write_list_send_delete(desk):
    desk.at("AT+CMGF=1")
    desk.type(b'AT+CMGW="2936"\r')
    assert desk.type(b"hello_sim\x1a") == b"\r\n+CMGW: 1\r\n\r\nOK\r\n"
    assert desk.at('AT+CMGL="STO UNSENT"') == ['+CMGL: 1,"STO UNSENT","2936",,', "hello_sim", "OK"]
    # The form with its trailing comma, and the one with +CSDH=1, as in Quectel's LTE family manual.
    assert desk.at("AT+CMGR=1") == ['+CMGR: "STO UNSENT","2936",', "hello_sim", "OK"]
    desk.at("AT+CSDH=1")
    assert desk.at("AT+CMGR=1") == [
        '+CMGR: "STO UNSENT","2936",,129,17,0,0,167,"+15550002936",145,9',
        "hello_sim",
        "OK",
    ]
    desk.radio.result = RpError(38)
    assert desk.at("AT+CMSS=1") == ["+CMS ERROR: 38"]
    assert '"STO UNSENT"' in desk.at("AT+CMGR=1")[0]
    desk.radio.result = RpAck()
    assert desk.at('AT+CMSS=1,"+123"') == ["+CMSS: 1", "OK"]
    assert Submit.decode(desk.radio.sent[1][1]).destination.value == "123"
    desk.at("AT+CMGF=0")
    assert desk.at("AT+CMGL=3")[0] == "+CMGL: 1,3,,18"
    assert desk.at("AT+CMGD=1") == ["OK"]
    assert desk.at("AT+CMGL=4") == ["OK"]
    assert desk.at("AT+CMSS=1") == ["+CMS ERROR: 321"]


def test_write_a_received_message(desk):
    deliver = "07917283010010F5" + "040481926300006211329050210005C8329BFD06"
    desk.type(b"AT+CMGW=20,1\r")
    assert desk.type(deliver.encode() + b"\x1a") == b"\r\n+CMGW: 1\r\n\r\nOK\r\n"
    assert desk.at("AT+CMGR=1") == ["+CMGR: 1,,20", deliver, "OK"]
    desk.type(b"AT+CMGW=20,2\r")
    assert desk.type(deliver.encode() + b"\x1a") == b"\r\n+CMS ERROR: 304\r\n"  # no SMS-SUBMIT


def test_a_full_store(make_desk):
    desk = make_desk(Card(sms_records=1))
    for answer in (b"\r\n+CMGW: 1\r\n\r\nOK\r\n", b"\r\n+CMS ERROR: 322\r\n"):
        desk.type(b"AT+CMGW=17\r")
        assert desk.type(f"00{SUBMIT}\x1a".encode()) == answer


def test_link_is_kept_for_more_messages(desk):
    """+CMMS=1 falls back by itself (3.5.6), 2 does not."""
    desk.at("AT+CMMS=1")
    send(desk, "00" + SUBMIT, 17)
    desk.clock.advance(4)
    assert desk.at("AT+CMMS?") == ["+CMMS: 1", "OK"]
    desk.clock.advance(2)
    assert desk.at("AT+CMMS?") == ["+CMMS: 0", "OK"]


def test_an_enhanced_validity_stays_as_it_was_given(desk):
    """3.3.2: seven octets, whose first digit may be 0."""
    assert desk.at('AT+CSMP=9,"01020304050607",0,0') == ["OK"]
    assert desk.at("AT+CSMP?") == ['+CSMP: 9,"01020304050607",0,0', "OK"]
    assert desk.at("AT+CSMP=,,0") == ["OK"]
