"""Where modems differ with messages: the [messages] table of a profile, entry by entry, with who has seen it."""

from __future__ import annotations

import pytest

from emulator.firmware.profile import parse
from emulator.radio import RpAck
from emulator.sim import Card

# Both read alike by python-messaging and python-gsmmodem-new.
HELLO = "040481926300006211329050210005C8329BFD06"
REPORT = "064E04819263621132905021006211329050310000"
CENTRE = "07915155002039F6"


@pytest.fixture
def with_way(make_desk):
    """Builds a desk whose modem has these entries."""

    def make(*entries: str, card: Card | None = None):
        return make_desk(card or Card(), profile=parse("[messages]\n" + "\n".join(entries), "odd"))

    return make


# --- memories ---


def test_all_three_memories_are_needed(with_way):
    """E3372-325 (gammu, issue 829)."""
    desk = with_way("memories_at_least = 3")
    assert desk.at('AT+CPMS="SM"') == ["ERROR"]
    assert desk.at('AT+CPMS="SM","SM"') == ["ERROR"]
    assert desk.at('AT+CPMS="ME","ME","ME"') == ["+CPMS: 0,100,0,100,0,100", "OK"]


def test_memories_left_out_stay(with_way):
    """E303 leaves mem3 as it was and shows it (gammu, pull request 1207)."""
    desk = with_way()
    assert desk.at('AT+CPMS="ME","ME"') == ["+CPMS: 0,100,0,100,0,30", "OK"]
    assert desk.at('AT+CPMS=,"SM"') == ["+CPMS: 0,100,0,30,0,30", "OK"]
    assert desk.at("AT+CPMS=") == ["ERROR"]


def test_memories_left_out_follow_the_first(with_way):
    desk = with_way("memories_kept = false")
    assert desk.at('AT+CPMS="ME"') == ["+CPMS: 0,100,0,100,0,100", "OK"]
    assert desk.at('AT+CPMS="SR"') == ["+CPMS: 0,20,0,100,0,100", "OK"]  # where no message can be written


def test_a_memory_that_is_not_offered(with_way):
    desk = with_way()
    assert desk.at('AT+CPMS="SM","SR"') == ["+CMS ERROR: 302"]
    assert desk.at('AT+CPMS="TA"') == ["+CMS ERROR: 302"]


def test_counts_lag(with_way):
    """E3531 says 0 used right after +CMTI, and is right 0.5 s later (gammu, issue 373)."""
    desk = with_way("count_lag_s = 0.5")
    desk.deliver(HELLO)
    assert desk.heard() == b'\r\n+CMTI: "SM",1\r\n'
    assert desk.at('AT+CPMS="MT","SM"') == ["+CPMS: 0,130,0,30,0,30", "OK"]
    assert desk.at("AT+CMGR=101")[-1] == "OK"  # after the places of ME
    desk.clock.advance(0.5)
    assert desk.at("AT+CPMS?") == ['+CPMS: "MT",1,130,"SM",1,30,"SM",1,30', "OK"]


def test_indexes_begin_at_nought(with_way):
    """SIM7600, u-blox: `index_base` of a memory, or of all that are not named."""
    desk = with_way('index_base = { "" = 0, ME = 1 }')
    desk.deliver(HELLO)
    assert desk.heard() == b'\r\n+CMTI: "SM",0\r\n'
    assert desk.at("AT+CMGL=4")[0] == "+CMGL: 0,0,,20"
    assert desk.at("AT+CMGD=30") == ["+CMS ERROR: 321"]
    assert desk.at('AT+CPMS="ME"')[-1] == "OK"
    assert desk.at("AT+CMGR=0") == ["+CMS ERROR: 321"]


@pytest.mark.parametrize(("code", "answer"), [(0, "OK"), (321, "+CMS ERROR: 321"), (500, "+CMS ERROR: 500")])
def test_reading_an_empty_place(with_way, code, answer):
    """OK alone: Quectel (asterisk-chan-quectel, pull request 75); 500: gnokii, issue 1."""
    desk = with_way(f"empty = {code}")
    assert desk.at("AT+CMGR=1") == [answer]
    assert desk.at("AT+CMGR=31") == ["+CMS ERROR: 321"]  # no place at all
    assert desk.at("AT+CMSS=1") == ["+CMS ERROR: 321"]


# --- reports ---


def test_a_report_where_nobody_is_told(with_way):
    """EC25 names "SM" while the report sits in "SR" (asterisk-chan-quectel, pull request 75)."""
    desk = with_way('report_memory = "SR"', 'report_memory_named = "SM"', 'index_base = { "" = 0 }', "empty = 0")
    desk.at("AT+CNMI=2,1,0,2,0")
    desk.deliver(REPORT)
    assert desk.heard() == b'\r\n+CDSI: "SM",0\r\n'
    assert desk.at("AT+CMGR=0") == ["OK"]
    desk.at('AT+CPMS="SR"')
    assert desk.at("AT+CMGR=0") == ["+CMGR: 0,,21", CENTRE + REPORT, "OK"]


def test_a_comma_too_many(with_way):
    """ZTE: +CDS: ,<length> (oFono, at_cds_notify)."""
    desk = with_way("report_comma = true")
    desk.at("AT+CNMI=2,1,0,1,0")
    desk.deliver(REPORT)
    assert desk.heard().startswith(b"\r\n+CDS: ,21\r\n")


def test_reports_without_an_address(with_way):
    """GM862 and UC864 guides: +CDS: 6,120,,,"...","...",0."""
    desk = with_way("report_address = false")
    desk.at("AT+CMGF=1;+CNMI=2,1,0,1,0")
    desk.deliver(REPORT)
    times = '"26/11/23,09:05:12+00","26/11/23,09:05:13+00"'
    assert desk.heard() == f"\r\n+CDS: 6,78,,,{times},0\r\n".encode()
    desk.at("AT+CNMI=2,1,0,2,0")
    desk.deliver(REPORT)
    desk.heard()
    assert desk.at("AT+CMGR=1") == [f'+CMGR: "REC UNREAD",6,78,,,{times},0', "OK"]


# --- the alpha field ---


def test_alpha_fields(with_way):
    """An empty pair of quotation marks: SIM900 in text mode; `+CMGR: 0,"",50` in ModemManager's tests."""
    desk = with_way("alpha = '\"\"'", "alpha_in_pdu = '\"\"'")
    desk.deliver(HELLO)
    desk.heard()
    assert desk.at("AT+CMGR=1")[0] == '+CMGR: 0,"",20'
    assert desk.at("AT+CMGL=4")[0] == '+CMGL: 1,1,"",20'
    desk.at("AT+CNMI=2,2")
    desk.deliver(HELLO)
    assert desk.heard().startswith(b'\r\n+CMT: "",20\r\n')
    desk.at("AT+CMGF=1")
    desk.deliver(HELLO)
    assert desk.heard() == b'\r\n+CMT: "2936","","26/11/23,09:05:12+00"\r\nHello\r\n'
    assert desk.at("AT+CMGR=1")[0] == '+CMGR: "REC READ","2936","","26/11/23,09:05:12+00"'
    assert desk.at('AT+CMGL="ALL"')[0] == '+CMGL: 1,"REC READ","2936","","26/11/23,09:05:12+00"'


def test_no_alpha_field_in_lists(with_way):
    """`+CMGL: 17,3,35` in ModemManager's tests; Gemalto's `+CMT: <length>` (oFono, at_cmt_notify)."""
    desk = with_way("list_alpha = false")
    desk.deliver(HELLO)
    desk.heard()
    assert desk.at("AT+CMGL=4")[0] == "+CMGL: 1,0,20"
    assert desk.at("AT+CMGR=1")[0] == "+CMGR: 1,,20"
    desk.at("AT+CNMI=2,2")
    desk.deliver(HELLO)
    assert desk.heard().startswith(b"\r\n+CMT: 20\r\n")


# --- +CNMI, +CNMA, +CSMP ---


def test_values_that_are_told_and_refused(with_way):
    """<mode> 2 of Qualcomm's firmwares (oFono, build_cnmi_string); <ds> of SIM800 (python-gsmmodem, issue 60)."""
    desk = with_way(
        'indications = ["0,1", "0-3", "0,2", "0,1", "0,1"]', 'indications_told = ["0-2", "0-3", "0,2", "0-2", "0,1"]'
    )
    assert desk.at("AT+CNMI=?") == ["+CNMI: (0-2),(0-3),(0,2),(0-2),(0,1)", "OK"]
    assert desk.at("AT+CNMI=2,1,0,1,0") == ["+CMS ERROR: 304"]
    assert desk.at("AT+CNMI=1,1,0,2,0") == ["+CMS ERROR: 304"]
    assert desk.at("AT+CNMI=1,1,0,1,0") == ["OK"]
    assert desk.at("AT+CMGF=1;+CNMI=1,1,1") == ["+CMS ERROR: 305"]


def test_class_0_with_mt_3(with_way):
    """TS 27.005 3.4.4 has it routed, Table 2 of 3.4.1 stored."""
    flash = HELLO.replace("92630000", "92630010")
    for routed, code in (("false", b"\r\n+CMTI: "), ("true", b"\r\n+CMT: ")):
        desk = with_way(f"class_0_as_routed = {routed}")
        desk.at("AT+CNMI=2,3")
        assert desk.deliver(flash) == RpAck()
        assert desk.heard().startswith(code)


def test_no_acknowledgement_at_all(with_way):
    """SIMCom must get none (oFono, at_cmt_notify): phase 2+ is refused."""
    desk = with_way('acknowledgement = "never"')
    assert desk.at("AT+CSMS=?") == ["+CSMS: (0)", "OK"]
    assert desk.at("AT+CSMS=1") == ["+CMS ERROR: 303"]
    assert desk.at("AT+CSMS=0;+CSMS?") == ["+CSMS: 1,1,1", "+CSMS: 0,1,1,1", "OK"]
    desk.at("AT+CNMI=2,2")
    assert desk.deliver(HELLO) == RpAck()
    desk.heard()
    assert desk.at("AT+CNMA") == ["+CMS ERROR: 340"]


def test_plain_acknowledgement_alone(with_way):
    """Huawei, ZTE, Novatel ...: AT+CNMA without a value (oFono, at_ack_delivery)."""
    desk = with_way('acknowledgement = "plain"')
    assert desk.at("AT+CSMS=?") == ["+CSMS: (0,1)", "OK"]
    assert desk.at("AT+CNMA=?") == ["OK"]
    desk.at("AT+CSMS=1;+CNMI=2,2")
    assert desk.deliver(HELLO) is None
    desk.heard()
    assert desk.at("AT+CNMA=1") == ["+CMS ERROR: 303"]
    assert desk.at("AT+CNMA") == ["OK"]
    assert desk.answers == [RpAck()]


def test_parameters_make_it_forget_the_centre(with_way):
    """ZTE K3565-Z and Qualcomm M6280 (python-gsmmodem, fakemodems.py)."""
    desk = with_way("parameters_clear_centre = true")
    desk.at("AT+CSMP=17,167,0,0")
    assert desk.at("AT+CSCA?") == ['+CSCA: "",129', "OK"]


# --- before the messages have been read ---


def test_refused_until_ready(with_way):
    """AT+CMGF=1 says ERROR until "SMS Ready" (Seeed GPRS_SIM900, issue 39; TinyGSM, issue 242)."""
    desk = with_way("ready_s = 8.0", "not_ready = 0", 'not_ready_commands = ["+CMGF", "+CSCS"]')
    for command in ("+CMGF=1", "+CPMS?", "+CMGL=4", '+CSCS="GSM"'):
        assert desk.at(f"AT{command}") == ["ERROR"]
    assert desk.at("AT+CMGF=?") == ["+CMGF: (0,1)", "OK"]
    assert desk.at("AT+CSDH=1") == ["OK"]
    desk.clock.advance(8)
    assert desk.at("AT+CMGF=1;+CPMS?")[-1] == "OK"


def test_another_number_until_ready(with_way):
    desk = with_way("ready_s = 8.0", "not_ready = 500")
    assert desk.at("AT+CMGL=4") == ["+CMS ERROR: 500"]
    assert desk.at("AT+CMGF=1") == ["OK"]


def test_deadlines(with_way):
    desk = with_way("acknowledgement_s = 3.0", "submission_s = 7.0")
    desk.at("AT+CSMS=1;+CNMI=2,2")
    desk.deliver(HELLO)
    desk.clock.advance(3)
    assert len(desk.answers) == 1
    desk.heard()
    desk.radio.result = None
    desk.type(b"AT+CMGS=17\r")
    desk.type(b"00010004819263000009E8329BFD8ECCD36D\x1a")
    desk.clock.advance(6.9)
    assert desk.heard() == b""
    desk.clock.advance(0.1)
    assert desk.heard() == b"\r\n+CMS ERROR: 332\r\n"
