"""The V.250 front, octet by octet. Clause numbers are of ITU-T V.250 unless another standard is named."""

from __future__ import annotations

import pytest

from emulator.radio import RpAck
from emulator.sim import Card
from modem.wire.tpdu import decode_from_mobile


def test_echo_is_what_was_typed_and_the_answer_is_framed(make_desk):
    """5.2.3 and 5.7.1; the octets AT CR CR LF OK CR LF are in the dumps of gammu issues 115 and 216."""
    desk = make_desk(None, echo=True)
    assert desk.type(b"A") == b"A"
    assert desk.type(b"T") == b"T"
    assert desk.type(b"\r") == b"\r\r\nOK\r\n"


def test_lower_case_and_line_feed_after_cr(make_desk):
    desk = make_desk(None, echo=True)
    assert desk.type(b"at\r\n") == b"at\r\r\nOK\r\n"
    assert desk.type(b"AT\r") == b"AT\r\r\nOK\r\n"


def test_backspace_deletes_but_never_the_prefix(desk):
    """5.2.2, 6.2.3."""
    assert desk.at("ATX\x08\x08\x08\x08\x08I9") == ["SM2936-01", "OK"]
    assert desk.at("AT+CGMX\x7fI") == ["modem2936", "OK"]


def test_another_backspace_character(desk):
    """S5 (6.2.3)."""
    assert desk.at("ATS5=35") == ["OK"]
    assert desk.at("AT+CGMX#I") == ["modem2936", "OK"]


def test_repeat_last_line_at_once(make_desk):
    """5.2.4: A/ takes no terminator."""
    desk = make_desk(None, echo=True)
    desk.type(b"AT+CGMM\r")
    assert desk.type(b"A/") == b"A/\r\nSoftware Modem\r\n\r\nOK\r\n"
    assert desk.type(b"a") == b"a"
    assert desk.type(b"/AT\r") == b"/\r\nSoftware Modem\r\n\r\nOK\r\nAT\r\r\nOK\r\n"


def test_controls_are_disregarded(desk):
    """5.2.2."""
    assert desk.type(b"A\x00T\x01+CGMI\x00\r") == b"\r\nmodem2936\r\n\r\nOK\r\n"


def test_noise_before_the_prefix_and_lines_without_one(desk):
    assert desk.type(b"\x00\xff\xfe  AT\r") == b"\r\nOK\r\n"
    assert desk.type(b"hello\r\r\nRING\r") == b""


def test_line_too_long_is_an_error_and_takes_no_memory(desk):
    """5.2.1."""
    for _ in range(100):
        assert desk.type(b"AT" + b"X" * 10_000) == b""
    assert desk.type(b"\r") == b"\r\nERROR\r\n"
    assert desk.type(b"AT\r") == b"\r\nOK\r\n"


def test_other_line_characters(desk):
    """S3 and S4 (6.2.1, 6.2.2) are honoured both ways; the result of the line that sets them uses them already."""
    assert desk.type(b"ATS3=33\r") == b"!\nOK!\n"
    assert desk.type(b"ATS4=36!") == b"!$OK!$"
    assert desk.type(b"ATS3?!") == b"!$033!$!$OK!$"


def test_numeric_and_suppressed_results(desk):
    """V0 and Q1 (6.2.5, 6.2.6; 5.7.1 for the form)."""
    assert desk.type(b"ATV0\r") == b"0\r"
    assert desk.type(b"ATI9\r") == b"SM2936-01\r\n0\r"
    assert desk.type(b"AT+NOSUCH\r") == b"4\r"
    assert desk.type(b"ATV1Q1\r") == b""
    assert desk.type(b"ATI9\r") == b"\r\nSM2936-01\r\n"
    assert desk.type(b"ATQ0\r") == b"\r\nOK\r\n"


def test_commands_of_one_line_and_the_first_failure_ends_it(desk):
    """5.4.1 and 5.6."""
    assert desk.at("ATE0V1;+CGMI;+CGMM") == ["modem2936", "Software Modem", "OK"]
    assert desk.at("AT+CGMI;+NOSUCH;+CGMM") == ["modem2936", "ERROR"]
    assert desk.at("AT +CSQ ; S3 ?") == ["+CSQ: 20,99", "013", "OK"]


@pytest.mark.parametrize(
    "line", ["AT+", 'AT+CPIN="1', "AT1", "ATS999=1", "ATE7", "AT+CGMI+CGMM", "AT&", "AT=", "ATS3=999"]
)
def test_bad_lines(desk, line):
    assert desk.at(line) == ["ERROR"]
    assert desk.at("AT") == ["OK"]


def test_settings_come_back(desk):
    """&W, Z and &F (6.1)."""
    desk.at("AT+CMEE=1;&W")
    desk.at("AT+CMEE=2")
    assert desk.at("ATZ+CMEE?") == ["+CMEE: 1", "OK"]
    assert desk.at("AT&F")[-1] == "OK"
    desk.at("ATE0")
    assert desk.at("AT+CMEE?") == ["+CMEE: 0", "OK"]


def test_prompt_and_echo_of_the_body(make_desk):
    """TS 27.005 3.5.1: CR LF > blank; each CR of a text gives it again (as Telit's LE910 manual shows)."""
    desk = make_desk(Card(), echo=True)
    desk.type(b"AT+CMGF=1\r")
    assert desk.type(b'AT+CMGS="2936"\r') == b'AT+CMGS="2936"\r\r\n> '
    assert desk.type(b"one\r") == b"one\r\r\n> "
    assert desk.type(b"twoX\x08\x1a") == b"twoX\x08\r\n+CMGS: 0\r\n\r\nOK\r\n"
    text = decode_from_mobile(desk.radio.sent[0][1], strict=True)
    assert text.user_data.body == "one\rtwo"


def test_escape_leaves_the_prompt_with_ok(desk):
    """TS 27.005 3.5.1; the answer OK as in the manuals of Quectel's LTE family and Telit's LE910."""
    desk.at("AT+CMGF=1")
    assert desk.type(b'AT+CMGS="2936"\r') == b"\r\n> "
    assert desk.type(b"not to be sent\x1b") == b"\r\nOK\r\n"
    assert desk.radio.sent == []
    assert desk.at("AT") == ["OK"]


def test_line_feed_after_the_command_is_no_text(desk):
    desk.at("AT+CMGF=1")
    desk.type(b'AT+CMGS="2936"\r\nhi\x1a')
    assert desk.radio.sent[0][1].endswith(bytes.fromhex("02E834"))  # "hi": E834, TS 23.038 6.1.2.1


def test_prompt_body_is_bounded(desk):
    desk.type(b"AT+CMGS=17\r")
    for _ in range(100):
        desk.type(b"0" * 10_000)
    assert desk.type(b"\x1a") == b"\r\n+CMS ERROR: 304\r\n"
    assert desk.at("AT") == ["OK"]


def test_input_waits_for_a_running_command(desk):
    desk.radio.result = None
    assert desk.type(b"AT+CMGS=17\r00010004819263000009E8329BFD8ECCD36D\x1aAT+CGMI\r") == b"\r\n> "
    desk.radio.answers[0](RpAck())
    assert desk.heard() == b"\r\n+CMGS: 0\r\n\r\nOK\r\n\r\nmodem2936\r\n\r\nOK\r\n"


def test_abort(desk):
    """5.6.1: any character ends an abortable command, but not within the first 125 ms."""
    assert desk.type(b"AT+COPS=?\r\n") == b""
    desk.clock.advance(1)
    assert desk.type(b"x") == b"\r\nOK\r\n"
    desk.clock.advance(100)
    assert desk.heard() == b""
    assert desk.type(b"AT+COPS=?\r") == b""
    desk.clock.advance(5)
    assert desk.heard() == b'\r\n+COPS: (2,"Testnet","Testnet","00101",7),,(0-4),(0-2)\r\n\r\nOK\r\n'


def test_abort_forgets_what_was_typed_ahead(desk):
    """Else the ESC CR of the next client would end the command, and what waited would open a prompt after it."""
    desk.type(b"AT+COPS=?\rAT+CMGS=17\r")
    desk.clock.advance(1)
    assert desk.type(b"\x1b\rAT\r") == b"\r\nOK\r\n\r\nOK\r\n"


def test_unsolicited_codes_wait_for_the_line_to_end(desk):
    deliver = "040481926300006211329050210005C8329BFD06"
    desk.type(b"AT+CG")
    desk.deliver(deliver)
    assert desk.heard() == b""
    assert desk.type(b"MI\r") == b'\r\nmodem2936\r\n\r\nOK\r\n\r\n+CMTI: "SM",1\r\n'
    desk.type(b"AT+CMGS=17\r")
    desk.deliver(deliver)
    assert desk.heard() == b""
    assert desk.type(b"\x1b") == b'\r\nOK\r\n\r\n+CMTI: "SM",2\r\n'


def test_a_line_left_unfinished_does_not_hold_them_for_ever(desk):
    desk.type(b"AT+CG")
    desk.deliver("040481926300006211329050210005C8329BFD06")
    desk.clock.advance(3)
    assert desk.heard() == b'\r\n+CMTI: "SM",1\r\n'


@pytest.mark.parametrize("before", [b"+++", b"xx", b"\x1a", b"0001000481\x1a", b"\x00\xff"])
def test_a_line_begins_where_at_stands(desk, before):
    """V.250 5.2.1: what comes before the prefix is no part of the command line."""
    assert desk.type(before + b"AT+CMGF?\r") == b"\r\n+CMGF: 0\r\n\r\nOK\r\n"
    assert desk.type(before + b"\r") == b""


def test_a_prompt_ends_its_line(desk):
    """TS 27.005 3.5.1: what stands behind it is not done."""
    assert desk.type(b"AT+CMGS=17;+CSQ\r") == b"\r\n> "
    assert b"+CSQ" not in desk.type(b"00010004819263000009E8329BFD8ECCD36D\x1a")
