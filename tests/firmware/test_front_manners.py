"""What V.250 leaves to the modem, as profiles have it, and the line's settings: Q, V, X, S registers, &F, Z, &W."""

from __future__ import annotations

import pytest

from emulator.firmware.profile import parse
from emulator.sim import Card
from modem.wire.tpdu import decode_from_mobile

SUBMIT = b"00010004819263000009E8329BFD8ECCD36D"  # to 2936, "hello_sim"; 17 octets
DELIVER = "040481926300006211329050210005C8329BFD06"


def with_line(make_desk, **manner):
    """A desk whose profile has these entries under [line]."""
    entries = "\n".join(f"{name} = {toml(value)}" for name, value in manner.items())
    return make_desk(Card(), profile=parse(f"[line]\n{entries}\n", "mine"))


def toml(value):
    if isinstance(value, str):
        return '"' + value.replace("\r", "\\r").replace("\n", "\\n") + '"'
    return str(value).lower()


# --- profiles -----------------------------------------------------------------------------------------------


def test_line_feed_may_end_a_line(make_desk):
    """Some modems take LF for CR; CR LF is then still one end of a line."""
    desk = with_line(make_desk, line_feed_ends=True)
    assert desk.type(b"AT\n") == b"\r\nOK\r\n"
    assert desk.type(b"AT+CGMM\r\nAT\r\n") == b"\r\nSoftware Modem\r\n\r\nOK\r\n\r\nOK\r\n"
    plain = make_desk(None)
    assert plain.type(b"AT\n") == b""
    assert plain.type(b"\r") == b"\r\nOK\r\n"


def test_what_comes_before_the_prompt_may_be_lost(make_desk):
    """A driver that does not wait for the prompt loses its text on such a modem, and is still at the prompt."""
    patient = with_line(make_desk, prompt_s=0.1)
    patient.type(b"AT+CMGS=17\r" + SUBMIT + b"\x1a")
    patient.clock.advance(1)
    assert patient.heard() == b"\r\n> \r\n+CMGS: 0\r\n\r\nOK\r\n"
    deaf = with_line(make_desk, prompt_s=0.1, type_ahead=False)
    assert deaf.type(b"AT+CMGS=17\r" + SUBMIT + b"\x1a") == b""
    deaf.clock.advance(0.05)
    assert deaf.heard() == b""
    deaf.clock.advance(0.05)
    assert deaf.heard() == b"\r\n> "
    assert deaf.type(SUBMIT + b"\x1a") == b"\r\n+CMGS: 0\r\n\r\nOK\r\n"


def test_a_new_prompt_for_every_line_of_text_or_not(make_desk):
    desk = with_line(make_desk, reprompt=False)
    desk.at("AT+CMGF=1")
    assert desk.type(b'AT+CMGS="2936"\rone\rtwo\x1a') == b"\r\n> \r\n+CMGS: 0\r\n\r\nOK\r\n"
    assert decode_from_mobile(desk.radio.sent[0][1], strict=True).user_data.body == "one\rtwo"


def test_lines_may_end_with_a_doubled_carriage_return(make_desk):
    """Huawei E1752: CR CR LF after information text and final results, not after unsolicited codes."""
    desk = with_line(make_desk, doubled_cr=True)
    assert desk.type(b"AT+CGMI;+CGMM\r") == b"\r\nmodem2936\r\r\n\r\nSoftware Modem\r\r\n\r\nOK\r\r\n"
    desk.deliver(DELIVER)
    assert desk.heard() == b'\r\n+CMTI: "SM",1\r\n'


def test_the_prompt_and_the_word_for_what_is_not_known_are_the_modems_own(make_desk):
    desk = with_line(make_desk, prompt="> ", unknown="COMMAND NOT SUPPORT")
    assert desk.type(b"AT+CMGS=17\r") == b"> "
    assert desk.type(b"\x1b") == b"\r\nOK\r\n"
    assert desk.type(b"AT+NOSUCH\r") == b"\r\nCOMMAND NOT SUPPORT\r\n"
    assert desk.type(b"AT+CMGS=abc\r") == b"\r\n+CMS ERROR: 304\r\n"


def test_the_limits_of_a_line_and_of_a_body(make_desk):
    desk = with_line(make_desk, length=40, body=60)
    assert desk.type(b"AT" + b" " * 37 + b"E\r") == b"\r\nOK\r\n"  # 40 characters with its AT
    assert desk.type(b"AT" + b" " * 38 + b"E\r") == b"\r\nERROR\r\n"
    desk.at("AT+CMGF=1")
    desk.type(b'AT+CMGS="2936"\r')
    assert desk.type(b"x" * 60 + b"\x1a").startswith(b"\r\n+CMGS: ")
    desk.type(b'AT+CMGS="2936"\r')
    assert desk.type(b"x" * 61 + b"\x1a").startswith(b"\r\n+CMS ERROR: ")


# --- the command line -----------------------------------------------------------------------------------------


def test_basic_commands_run_together_and_extended_ones_follow(desk):
    """5.3.1, 5.4.1: as ModemManager and wvdial write them."""
    assert desk.at("ATE0V1X4&C1&D2S0=0+CMEE=1;+CSQ;S0?") == ["+CSQ: 20,99", "000", "OK"]
    assert desk.at("AT;;+CSQ;") == ["+CSQ: 20,99", "OK"]
    assert desk.at("AT+CSQE0") == ["ERROR"]  # an extended one ends with a semicolon


def test_a_missing_number_is_0_and_a_missing_value_is_the_default_or_stays(desk):
    """5.3.1; 5.4.2: parameters left out; S registers (5.3.2) say ERROR and stay as they are."""
    assert desk.at("AT&C;E") == ["OK"]
    assert "&C0" in desk.at("AT&V")[1].split()
    desk.at("AT+CNMI=2,1,0,0,0")
    assert desk.at("AT+CNMI=,,,1;+CNMI?") == ["+CNMI: 2,1,0,1,0", "OK"]
    assert desk.at("AT+CNMI=1;+CNMI?") == ["+CNMI: 1,1,0,1,0", "OK"]
    assert desk.at("ATS3=") == ["ERROR"]
    assert desk.at("ATS3?") == ["013", "OK"]
    assert desk.at("AT+CNMI=1,2,3,4,5,6") == ["+CMS ERROR: 304"]


def test_strings_with_escapes_semicolons_and_commas(desk):
    """5.4.2.2: a backslash and two hexadecimal digits; separators in a string separate nothing."""
    assert desk.at('AT+CMGF=1;+CSCA="\\2B15550001",145;+CSCA?') == ['+CSCA: "+15550001",145', "OK"]
    assert desk.at('AT+CPBW=1,"123",129,"a;b,c";+CPBR=1') == ['+CPBR: 1,"123",129,"a;b,c"', "OK"]
    assert desk.at('AT+CPBW=1,"123",129,"at\\5C";+CPBR=1')[-1] == "OK"


@pytest.mark.parametrize("octet", [b"\x00", b"\x01", b"\n", b"\x0b", b"\x1a", b"\x1b"])
def test_a_control_character_before_the_end_of_the_line(desk, octet):
    """5.2.2; a client in the field sends NUL before CR, gammu ESC CR to begin with."""
    assert desk.type(b"AT+CMGF?" + octet + b"\r") == b"\r\n+CMGF: 0\r\n\r\nOK\r\n"
    assert desk.type(octet + b"\r") == b""
    assert desk.type(octet + b"AT\r") == b"\r\nOK\r\n"


def test_echo_is_octet_by_octet_also_of_a_body(make_desk):
    desk = make_desk(Card(), echo=True)
    for octet in b"AT+CMGS=17":
        assert desk.type(b"%c" % octet) == b"%c" % octet
    assert desk.type(b"\r") == b"\r\r\n> "
    for octet in SUBMIT:
        assert desk.type(b"%c" % octet) == b"%c" % octet
    assert desk.type(b"\x1a") == b"\r\n+CMGS: 0\r\n\r\nOK\r\n"


def test_echo_off_applies_to_the_body_too(desk):
    assert desk.type(b"AT+CMGS=17\r" + SUBMIT) == b"\r\n> "


def test_repeating_works_for_what_failed_and_without_a_line_repeats_nothing(desk):
    """5.2.4: A/ repeats the last command line, whatever came of it; an empty one is OK."""
    assert desk.at("AT+NOSUCH") == ["ERROR"]
    assert desk.type(b"A/") == b"\r\nERROR\r\n"
    desk.modem.power.restart()
    desk.at("ATE0")
    desk.type(b"AT\r")
    assert desk.type(b"a/") == b"\r\nOK\r\n"


# --- results ----------------------------------------------------------------------------------------------------


def test_q1_silences_unsolicited_codes_as_well(desk):
    """6.2.5: no portion of any final or unsolicited result code is sent; information text is."""
    desk.at("ATQ1")
    desk.deliver(DELIVER)
    assert desk.heard() == b""
    assert desk.type(b"AT+CGMM\r") == b"\r\nSoftware Modem\r\n"
    desk.type(b"ATQ0\r")
    desk.deliver(DELIVER)
    assert desk.heard() == b'\r\n+CMTI: "SM",2\r\n'


def test_v0_has_a_number_for_ring_and_none_for_extended_codes(desk):
    """5.7.1 and table 1."""
    desk.at("ATV0")
    desk.heard()
    desk.modem.unsolicited("RING")
    assert desk.heard() == b"2\r"
    desk.deliver(DELIVER)
    assert desk.heard() == b'\r\n+CMTI: "SM",1\r\n'
    assert desk.type(b"AT+CMEE=1;+CPIN=1\r").startswith(b"\r\n+CME ERROR: ")
    assert desk.type(b"ATO\r") == b"3\r"


@pytest.mark.parametrize("level", range(5))
def test_levels_of_x_are_kept(desk, level):
    assert desk.at(f"ATX{level}") == ["OK"]
    assert f"X{level}" in desk.at("AT&V")[1].split()


# --- settings ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("register", "default", "least", "most"),
    [(0, 0, 0, 255), (3, 13, 0, 127), (4, 10, 0, 127), (5, 8, 0, 127), (6, 2, 2, 10), (7, 60, 1, 255), (8, 2, 0, 255),
     (10, 14, 1, 254)],
)  # fmt: skip
def test_s_registers(make_desk, register, default, least, most):
    """6.2.1 to 6.2.3 and 6.3.8 to 6.3.12: three digits, and a value that is out of range changes nothing."""
    desk = make_desk(None)
    assert desk.at(f"ATS{register}?") == [f"{default:03}", "OK"]
    for bad in (least - 1, most + 1):
        if bad >= 0:
            assert desk.at(f"ATS{register}={bad}") == ["ERROR"]
    if register > 5 or register == 0:
        assert desk.at(f"ATS{register}={most}S{register}?") == [f"{most:03}", "OK"]


def test_and_f_z_and_w_are_about_the_channels_settings_and_the_modems(desk):
    """6.1: Z brings back what &W saved, &F what the factory set; &V shows what there is."""
    desk.at("ATS7=30&C0+CMEE=2;+CMGF=1;&W")
    desk.at("ATS7=20&C1+CMEE=1;+CMGF=0")
    assert desk.at("ATZ") == ["OK"]
    assert desk.at("ATS7?+CMEE?;+CMGF?") == ["030", "+CMEE: 2", "+CMGF: 1", "OK"]
    assert desk.modem.lines.dcd  # &C0
    assert desk.at("AT&FE0") == ["OK"]
    assert desk.at("ATS7?+CMEE?;+CMGF?") == ["060", "+CMEE: 0", "+CMGF: 0", "OK"]
    assert not desk.modem.lines.dcd
    shown = desk.at("AT&V")
    assert shown[1] == "E0 Q0 V1 X4 &C1 &D2 L1 M1"
    assert "S3:013" in shown[2]
    desk.at("ATZ")
    assert desk.at("ATS7?") == ["030", "OK"]  # the factory's settings have not been saved


@pytest.mark.parametrize("command", ["ATZ1", "AT&F1", "AT&W1", "AT&V1", "ATX5", "AT&C2", "AT&D3", "ATV2", "ATQ2"])
def test_what_it_cannot_do_it_does_not_say_ok_to(desk, command):
    assert desk.at(command) == ["ERROR"]


def test_the_list_of_commands_holds_what_there_is(desk):
    """TS 27.007 8.37: each of them is known, if only to refuse."""
    listed = desk.at("AT+CLAC")
    assert listed[-1] == "OK"
    assert {"+CMGS", "+CLAC", "+GCAP", "S3", "&F", "Z"} <= {name.removeprefix("AT") for name in listed[:-1]}


# --- data ----------------------------------------------------------------------------------------------------------


def online(desk):
    data = bytearray()
    desk.modem.channels[0].go_online(data.extend)
    return data


def test_the_escape_needs_silence_before_and_after_it(desk):
    """6.2.9 and S2, S12: three in a row with a second's silence on both sides; all else is data."""
    data = online(desk)
    desk.clock.advance(2)
    desk.type(b"a+++")
    desk.clock.advance(2)
    desk.type(b"+++b")
    desk.clock.advance(2)
    desk.type(b"++")
    desk.clock.advance(2)
    desk.type(b"AT\r")
    assert bytes(data) == b"a++++++b++AT\r"
    assert desk.heard() == b""
    desk.clock.advance(2)
    for _ in range(3):
        desk.type(b"+")
        desk.clock.advance(0.2)
    assert desk.heard() == b""
    desk.clock.advance(1)
    assert desk.heard() == b"\r\nOK\r\n"
    assert desk.at("AT") == ["OK"]


def test_another_escape_character_and_none(desk):
    desk.at("ATS2=42S12=10")
    data = online(desk)
    desk.clock.advance(2)
    desk.type(b"+++")
    desk.clock.advance(2)
    assert bytes(data) == b"+++"
    desk.type(b"***")
    desk.clock.advance(0.2)
    assert desk.heard() == b"\r\nOK\r\n"
    desk.at("ATS2=200")
    data = online(desk)
    desk.clock.advance(2)
    desk.type(b"\xc8\xc8\xc8")
    desk.clock.advance(2)
    assert bytes(data) == b"\xc8\xc8\xc8"


def test_data_that_follow_the_command_in_one_breath_are_data(desk):
    """And unsolicited codes wait until there is room for them."""
    data = online(desk)
    desk.type(b"x" * 10_000)
    desk.deliver(DELIVER)
    assert len(data) == 10_000
    assert desk.heard() == b""
    desk.modem.channels[0].go_offline()
    desk.modem.channels[0].flush()
    assert desk.heard() == b'\r\n+CMTI: "SM",1\r\n'
