"""The sans-IO engine: dialogues of real devices, in every chunking.

The R numbers are those of the list of failures that users of other drivers reported; each names where.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modem import commands
from modem.commands import Request, raw
from modem.engine import Completed, Engine, Event, Indication, TimedOut
from modem.errors import InvalidInput

PDU = "0001000481926300" + "0009E8329BFD8ECCD36D"
MARKER = b"\r\n+CMEE: 1\r\n\r\nOK\r\n"


def in_step() -> Engine:
    """An engine whose modem has answered the first question."""
    engine = Engine()
    engine.submit(commands.CMEE(mode=1), 0.0)
    assert engine.outgoing() == b"\x1b\rAT+CMEE?\r"
    engine.receive(MARKER, 0.0)
    assert engine.outgoing() == b"AT+CMEE=1\r"
    engine.receive(b"\r\nOK\r\n", 0.0)
    return engine


def schedules(wire: bytes) -> Iterator[list[bytes]]:
    """Whole, in single octets, and in two pieces cut at every place."""
    yield [wire]
    yield [wire[at : at + 1] for at in range(len(wire))]
    for at in range(1, len(wire)):
        yield [wire[:at], wire[at:]]


def dialogue(request: Request, chunks: list[bytes]) -> tuple[list[Event], bytes]:
    """What happens, and what was written, when the answer to `request` comes in these chunks."""
    engine = in_step()
    engine.submit(request, 0.0)
    events: list[Event] = []
    for chunk in chunks:
        events += engine.receive(chunk, 0.0)
    return events, engine.outgoing()


def answer(request: Request, wire: bytes) -> tuple[Completed | None, list[str]]:
    """The completion and the lines of indications; the same in every chunking."""
    outcomes = [dialogue(request, chunks) for chunks in schedules(wire)]
    assert all(outcome == outcomes[0] for outcome in outcomes)
    events = outcomes[0][0]
    done = [event for event in events if isinstance(event, Completed)]
    return (done[0] if done else None), [event.line for event in events if isinstance(event, Indication)]


def cmgs() -> Request:
    return commands.CMGS(length=17, payload=PDU)


# --- answers ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "wire", "lines"),
    [
        pytest.param("AT+CSQ", b"\r\n+CSQ: 20,99\r\n\r\nOK\r\n", ("+CSQ: 20,99",), id="standard"),
        pytest.param("AT+CSQ", b"AT+CSQ\r\r\n+CSQ: 20,99\r\n\r\nOK\r\n", ("+CSQ: 20,99",), id="R07 echo, CR CR LF"),
        pytest.param("AT+CSQ", b"AT+CSQ\rAT+CSQ\r\r\n+CSQ: 1,99\r\nOK\r\n", ("+CSQ: 1,99",), id="R07 echoed twice"),
        pytest.param("AT+CSQ", b"+CSQ: 20,99\nOK\n", ("+CSQ: 20,99",), id="LF alone"),
        pytest.param("AT+CSQ", b"\x00\x00\r\n+CSQ: 2\x000,99\r\n\r\nOK\r\n", ("+CSQ: 20,99",), id="NULs"),
        pytest.param("AT+CSQ", b"\r\n\x11+CSQ: 20,99\r\n\x13\r\nOK\r\n", ("+CSQ: 20,99",), id="XON, XOFF"),
        pytest.param(
            "ATI",
            b"\r\nQuectel\r\nEC25\r\nRevision: EC25EFAR06A10M4G\r\n\r\nOK\r\n",
            ("Quectel", "EC25", "Revision: EC25EFAR06A10M4G"),
            id="Quectel EC25 ATI",
        ),
        pytest.param(
            "AT+CGMR", b"\r\n+CGMR: LE20B03SIM7600M22\r\n\r\nOK\r\n", ("+CGMR: LE20B03SIM7600M22",), id="SIM7600 CGMR"
        ),
        pytest.param(
            "AT+CGMI", b'\r\n^RSSI:21\r\nhuawei\r\n^HCSQ:"LTE",50\r\n\r\nOK\r\n', ("huawei",), id="Huawei chatter"
        ),
    ],
)
def test_answer(line: str, wire: bytes, lines: tuple[str, ...]) -> None:
    done, _ = answer(raw(line), wire)
    assert done is not None
    assert done.final.ok
    assert done.lines == lines


@pytest.mark.parametrize(
    ("final", "kind", "code"),
    [
        (b"ERROR", "ERROR", None),
        (b"error", "ERROR", None),
        (b"+CME ERROR: 14", "+CME ERROR", 14),
        (b"+CMS ERROR: 38", "+CMS ERROR", 38),
        (b"+CME ERROR: SIM busy", "+CME ERROR", 14),
        (b"+CMS ERROR: Unknown error", "+CMS ERROR", 500),  # SIM7600 with its default +CMEE=2
        (b"COMMAND NOT SUPPORT", "ERROR", None),  # Huawei E1752
        (b" COMMAND NOT SUPPORT\r", "ERROR", None),
        (b"MODEM ERROR: 3", "ERROR", None),
        (b"TOO MANY PARAMETERS", "ERROR", None),
    ],
)
def test_r12_every_final_ends_the_command(final: bytes, kind: str, code: int | None) -> None:
    done, _ = answer(commands.CMGF(), b"\r\n" + final + b"\r\n")
    assert done is not None
    assert (done.final.kind, done.final.code) == (kind, code)


def test_results_of_calls_end_only_calls() -> None:
    """A dropped data call's NO CARRIER is not the answer to whatever is asked meanwhile (V.250 5.7.1)."""
    done, others = answer(raw("AT+CSQ"), b"\r\nNO CARRIER\r\n\r\n+CSQ: 20,99\r\n\r\nOK\r\n")
    assert done is not None
    assert done.lines[-1] == "+CSQ: 20,99"
    done, _ = answer(raw("ATD5551234;"), b"\r\nNO CARRIER\r\n")
    assert done is not None
    assert done.final.kind == "NO CARRIER"
    assert others == []


@pytest.mark.parametrize(
    "wire",
    [
        b'\r\n+CMTI: "SM",3\r\n\r\n+CSQ: 20,99\r\n\r\nOK\r\n',
        b'\r\n+CSQ: 20,99\r\n\r\n+CMTI: "SM",3\r\n\r\nOK\r\n',
        b'\r\n+CSQ: 20,99\r\n\r\nOK\r\n\r\n+CMTI: "SM",3\r\n',
        b'AT+CSQ\r\r\n+CMTI: "SM",3\r\n\r\n+CSQ: 20,99\r\n\r\nOK\r\n',
    ],
)
def test_r02_indication_inside_an_answer(wire: bytes) -> None:
    """babca/python-gsmmodem#47: the answer broke and the message was lost."""
    done, others = answer(commands.CSQ(), wire)
    assert done is not None
    assert done.lines == ("+CSQ: 20,99",)
    assert others == ['+CMTI: "SM",3']


@pytest.mark.parametrize("count", [1, 2, 50])
def test_r03_indications_in_one_burst(count: int) -> None:
    wire = b"".join(b'\r\n+CMTI: "ME",%d\r\n' % index for index in range(count))
    events = in_step().receive(wire, 0.0)
    assert [event.line for event in events if isinstance(event, Indication)] == [
        f'+CMTI: "ME",{index}' for index in range(count)
    ]


def test_r06_unknown_lines_do_not_extend_a_deadline() -> None:
    engine = in_step()
    engine.submit(commands.CSQ(), 0.0)
    deadline = engine.deadline
    for now in range(5):
        engine.receive(b"\r\n^DSFLOWRPT:000,001\r\n" * 20, float(now))
        assert engine.deadline == deadline
    assert isinstance(engine.tick(5.0)[0], TimedOut)


@pytest.mark.parametrize(
    ("wire", "solicited", "unsolicited"),
    [
        # ModemManager's test vectors for +CREG.
        (b'\r\n+CREG:002,001,"18d8","ffff"\r\nOK\r\n', ('+CREG:002,001,"18d8","ffff"',), []),
        (b"\r\n+CREG: 1\r\n\r\n+CREG: 0,1\r\n\r\nOK\r\n", ("+CREG: 0,1",), ["+CREG: 1"]),
        (b'\r\n+CREG: 1,"18D8","FFFF"\r\n\r\n+CREG: 2,6\r\n\r\nOK\r\n', ("+CREG: 2,6",), ['+CREG: 1,"18D8","FFFF"']),
        (b"\r\n+CREG: 0,5\r\n\r\nOK\r\n\r\n+CREG: 5\r\n", ("+CREG: 0,5",), ["+CREG: 5"]),
    ],
)
def test_r08_same_name_solicited_and_not(wire: bytes, solicited: tuple[str, ...], unsolicited: list[str]) -> None:
    """atat#223, gammu#91: told apart by shape."""
    done, others = answer(commands.CREG(), wire)
    assert done is not None
    assert done.lines == solicited
    assert others == unsolicited


def test_r09_wavecom_answers_cpin_without_ok() -> None:
    engine = in_step()
    engine.submit(commands.READ_CPIN(), 0.0)
    assert engine.receive(b"\r\n+CPIN: READY\r\n", 0.1) == []
    assert engine.deadline == pytest.approx(2.1)
    (done,) = engine.tick(2.2)
    assert isinstance(done, Completed)
    assert done.lines == ("+CPIN: READY",)


@pytest.mark.parametrize(
    ("wire", "line", "body"),
    [
        (b"\r\n+CMT: ,23\r\n07917283010010F5040BC8\r\n", "+CMT: ,23", "07917283010010F5040BC8"),
        (b"\r\n+CMT: 23\r\n07917283010010F5040BC8\r\n", "+CMT: 23", "07917283010010F5040BC8"),  # Gemalto
        (b"\r\n+CDS: ,26\r\n07917283010010F5064E\r\n", "+CDS: ,26", "07917283010010F5064E"),  # ZTE
        (b"\r\n+CDS: 26\r\n\r\n07917283010010F5064E\r\n", "+CDS: 26", "07917283010010F5064E"),
    ],
)
def test_two_line_indications(wire: bytes, line: str, body: str) -> None:
    for chunks in schedules(wire):
        engine = in_step()
        events = [event for chunk in chunks for event in engine.receive(chunk, 0.0)]
        assert events == [Indication(line.partition(":")[0], line, body)]


def test_second_line_lost_does_not_swallow_the_next() -> None:
    done, others = answer(commands.CSQ(), b'\r\n+CMT: ,23\r\n\r\n+CSQ: 20,99\r\n\r\nOK\r\n\r\n+CMTI: "SM",1\r\n')
    assert done is not None
    assert done.lines == ("+CSQ: 20,99",)
    assert others == ["+CMT: ,23", '+CMTI: "SM",1']


def test_listing_with_indications_between() -> None:
    wire = (
        b"\r\n+CMGL: 0,1,,20\r\n07917283010010F504\r\n"
        b'\r\n+CMTI: "ME",9\r\n+CMGL: 17,3,35\r\n07917283010010F505\r\n^RSSI:20\r\n\r\nOK\r\n'
    )
    done, others = answer(commands.CMGL(), wire)
    assert done is not None
    assert done.lines == ("+CMGL: 0,1,,20", "07917283010010F504", "+CMGL: 17,3,35", "07917283010010F505")
    assert others == ['+CMTI: "ME",9', "^RSSI:20"]


# --- prompt -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "prompt",
    [
        pytest.param(b"\r\n> ", id="TS 27.005"),
        pytest.param(b"\r\n>", id="no blank"),
        pytest.param(b">", id="bare"),
        pytest.param(b"\r\n>\r\n", id="SIM7670G"),  # gammu#1176
        pytest.param(b'\r\n+CMTI: "SM",4\r\n\r\n> ', id="after an indication"),
        pytest.param(b'\r\n+CMTI: "SM",4> ', id="glued to an indication"),
        pytest.param(b'\r\n> \r\n+CMTI: "SM",4\r\n', id="an indication after it"),
        pytest.param(b'> +CMTI: "SM",4\r\n', id="an indication glued after it"),
        pytest.param(b"AT+CMGS=17\r\r\n> ", id="echo"),
        pytest.param(b"\r\n\x00\xff> ", id="garbage before it"),
    ],
)
@pytest.mark.parametrize("echo", [b"", PDU.encode() + b"\x1a", PDU.encode(), b"> " + PDU.encode()])
def test_r01_prompt_dialects(prompt: bytes, echo: bytes) -> None:
    wire = prompt + echo + b"\r\n+CMGS: 5\r\n\r\nOK\r\n"
    for chunks in schedules(wire):
        events, written = dialogue(cmgs(), chunks)
        assert written.endswith(b"AT+CMGS=17\r" + PDU.encode() + b"\x1a")
        done = [event for event in events if isinstance(event, Completed)]
        assert [event.lines for event in done] == [("+CMGS: 5",)]
        assert all("CMTI" in event.line or "xff" in event.line for event in events if isinstance(event, Indication))


def test_r21_indications_while_the_network_takes_its_time() -> None:
    engine = in_step()
    engine.submit(cmgs(), 0.0)
    engine.receive(b"\r\n> ", 0.0)
    events = [event for now in range(5) for event in engine.receive(b'\r\n+CMTI: "ME",%d\r\n' % now, now * 12.0)]
    assert len(events) == 5
    (done,) = engine.receive(b"\r\n+CMGS: 9\r\n\r\nOK\r\n", 60.0)
    assert isinstance(done, Completed)
    assert done.payload_sent


def test_r14_a_prompt_that_never_comes_is_left_with_escape() -> None:
    engine = in_step()
    engine.submit(cmgs(), 0.0)
    engine.outgoing()
    (event,) = engine.tick(10.0)
    assert event == TimedOut(event.request, sent=True, payload_sent=False)  # type: ignore[union-attr]
    written = engine.outgoing()
    assert written.startswith(b"\x1b")
    assert b"\x1a" not in written


def test_r15_no_result_after_the_pdu_left() -> None:
    engine = in_step()
    engine.submit(cmgs(), 0.0)
    engine.receive(b"\r\n> ", 1.0)
    assert engine.deadline == 181.0
    (event,) = engine.tick(181.0)
    assert isinstance(event, TimedOut)
    assert event.payload_sent


# --- getting into step ------------------------------------------------------------------------------------------


def test_r10_a_late_answer_is_not_the_next_commands() -> None:
    """u-blox/ubxlib#171, faucamp/python-gsmmodem#6."""
    late = b"\r\n+CSQ: 1,99\r\n\r\nOK\r\n"
    for chunks in schedules(late + MARKER):
        engine = in_step()
        engine.submit(commands.CSQ(), 0.0)
        engine.submit(commands.CMGF(), 0.0)
        engine.outgoing()
        (timed_out,) = engine.tick(5.0)
        assert isinstance(timed_out, TimedOut)
        assert engine.outgoing() == b"\x1b\rAT+CMEE?\r"
        events = [event for chunk in chunks for event in engine.receive(chunk, 5.5)]
        assert events == []
        assert engine.outgoing() == b"AT+CMGF=0\r"
        (done,) = engine.receive(b"\r\nERROR\r\n", 5.6)
        assert isinstance(done, Completed)
        assert done.final.kind == "ERROR"


def test_indications_survive_getting_into_step() -> None:
    engine = in_step()
    engine.submit(commands.CSQ(), 0.0)
    engine.tick(5.0)
    events = engine.receive(b'\r\n+CMTI: "ME",1\r\n' + MARKER, 5.1)
    assert [event.line for event in events if isinstance(event, Indication)] == ['+CMTI: "ME",1']


def test_a_modem_without_the_marker_is_in_step_after_a_quiet_while() -> None:
    engine = Engine()
    engine.submit(commands.CMGF(), 0.0)
    engine.outgoing()
    engine.receive(b"\r\nERROR\r\n", 0.1)
    assert engine.outgoing() == b""
    engine.tick(0.7)
    assert engine.outgoing() == b"AT+CMGF=0\r"


@pytest.mark.parametrize(
    ("answers", "needed"),
    [
        pytest.param({b"AT+CMEE?": b"+CMEE: 1\r\n0\r", b"ATQ0": b"0\r", b"ATV1": b"\r\nOK\r\n"}, 4, id="V0"),
        pytest.param({b"AT+CMEE?": b"\r\n+CMEE: 1\r\n", b"ATQ0": b"\r\nOK\r\n"}, 3, id="Q1"),
    ],
)
def test_numeric_or_no_result_codes_of_the_last_user(answers: dict[bytes, bytes], needed: int) -> None:
    """V.250 6.2.5, 6.2.6: a modem keeps V0 and Q1 until somebody changes them."""
    engine = Engine()
    engine.submit(commands.CMGF(), 0.0)
    now, probes = 0.0, 0
    while (written := engine.outgoing()) != b"AT+CMGF=0\r":
        if written:
            probes += 1
            engine.receive(answers[written.removeprefix(b"\x1b\r").rstrip()], now)
        assert engine.deadline is not None
        now = engine.deadline
        engine.tick(now)
    assert probes == needed


def test_a_mute_modem_is_given_up_and_tried_again() -> None:
    engine = Engine()
    request = commands.CMGF()
    engine.submit(request, 0.0)
    events: list[Event] = []
    while engine.deadline is not None:
        events += engine.tick(engine.deadline)
    assert events == [TimedOut(request, sent=False, payload_sent=False)]
    engine.outgoing()
    engine.submit(commands.CMGF(), 100.0)
    assert engine.outgoing() == b"\x1b\rAT+CMEE?\r"


# --- robustness -------------------------------------------------------------------------------------------------


TALK = b'AT+CSQ\r\r\n+CSQ: 20,99\r\n\r\n+CMTI: "SM",3\r\n\r\nOK\r\n'


def test_r04_any_octet_anywhere_is_survived() -> None:
    """home-assistant/core#86933: one octet that was no UTF-8 ended the reader for good."""
    for octet in range(256):
        for at in range(len(TALK) + 1):
            engine = in_step()
            engine.submit(commands.CSQ(), 0.0)
            engine.receive(TALK[:at] + bytes([octet]) + TALK[at:], 0.0)
            engine.tick(5.0)
            engine.receive(MARKER, 6.0)
            engine.outgoing()
            engine.submit(commands.CSQ(), 10.0)
            if engine.outgoing() != b"AT+CSQ\r":  # still waiting for quiet
                engine.tick(11.0)
            done = engine.receive(b"\r\n+CSQ: 5,99\r\n\r\nOK\r\n", 12.0)
            assert any(isinstance(event, Completed) and event.lines == ("+CSQ: 5,99",) for event in done)


def cut(wire: bytes, places: list[int]) -> list[bytes]:
    """The pieces of `wire` between these places."""
    ends = sorted({place % (len(wire) + 1) for place in places} | {0, len(wire)})
    return [wire[start:end] for start, end in pairwise(ends)]


fragments = st.sampled_from(
    [
        b"\r\n", b"\r", b"\n", b">", b"> ", b"OK", b"ERROR", b"+CMGS: 5", b"+CMS ERROR: 38", b'+CMTI: "SM",1',
        b"+CMT: ,20",
        b"07917283010010F504", b"RING", b"\x00", b"\xff", b"AT+CMGS=17", PDU.encode(), b"+CMEE: 1", b"0", b"x",
    ]
)  # fmt: skip


@given(
    st.lists(st.one_of(fragments, st.binary(max_size=6)), max_size=30).map(b"".join),
    st.lists(st.integers(min_value=0), max_size=12),
    st.booleans(),
)
def test_r11_events_do_not_depend_on_where_the_octets_are_cut(wire: bytes, places: list[int], send: bool) -> None:
    request = cmgs() if send else raw("AT+CSQ")
    assert dialogue(request, cut(wire, places)) == dialogue(request, [wire])


def test_buffers_are_bounded() -> None:
    engine = in_step()
    for _ in range(100):
        assert engine.receive(b"x" * 100_000, 0.0) == []
    assert len(engine._line) <= 4096
    engine.receive(b"\r\n", 0.0)
    assert engine.dropped == 1
    assert len(engine.receive(b'+CMTI: "SM",1\r\n', 0.0)) == 1


def test_r20_one_command_at_a_time() -> None:
    engine = in_step()
    engine.submit(cmgs(), 0.0)
    engine.submit(commands.CSQ(), 0.0)
    assert engine.outgoing() == b"AT+CMGS=17\r"
    engine.receive(b"\r\n> ", 0.0)
    assert b"AT+CSQ" not in engine.outgoing()
    engine.receive(b"\r\n+CMGS: 1\r\n\r\nOK\r\n", 0.0)
    assert engine.outgoing() == b"AT+CSQ\r"


@pytest.mark.parametrize("control", ["\r", "\n", "\x1a", "\x1b", "\x00", "\x7f", "é", "\u2028"])
def test_no_control_reaches_the_line(control: str) -> None:
    with pytest.raises(InvalidInput):
        raw(f"AT+CSQ{control}ATD911;")
    with pytest.raises(InvalidInput):
        commands.CPIN(pin=f"1234{control}")
    with pytest.raises(InvalidInput):
        commands.CMGS(length=1, payload=f"00{control}")


def test_withdrawn_command_leaves_the_line_in_order() -> None:
    engine = in_step()
    request = cmgs()
    engine.submit(request, 0.0)
    engine.outgoing()
    engine.withdraw(request, 1.0)
    assert engine.outgoing().startswith(b"\x1b")
    assert engine.receive(b"\r\nOK\r\n" + MARKER, 1.1) == []
    assert engine.idle
