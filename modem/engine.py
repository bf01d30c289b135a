"""The AT host without any IO: octets in, events out, time as an argument.

One command is in flight at a time; the others wait in a queue. A line that comes in is, in this order: the echo of
what was sent, the final result, part of the answer (each command declares how its lines begin), or unsolicited. What
an unsolicited line means is nobody's guess here: it becomes an `Indication`.

The engine starts out of step: it does not know what the last user of the port left behind, be it half a line, an open
prompt or an answer on its way. It gets into step, at the beginning and after each timeout, by sending ESC (which leaves
a prompt without sending anything; Ctrl-Z would send what is there) and a question whose answer cannot be mistaken.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from enum import Enum

from .commands import READ_CMEE, RESULT_CODES, VERBOSE, Request
from .wire.at import FinalResult, parse_final

MAX_LINE = 4096  # octets; the longest real line is a list of operators or of commands, about 2,000
MAX_ANSWER = 1 << 20  # characters; a full memory of 255 messages takes about 100,000

PROMPT_TIMEOUT = 10.0  # seconds from the command to its prompt; u-blox promises less than one
PROBE_TIMEOUT = 1.0  # seconds from a question to its answer while getting into step
QUIET = 0.5  # seconds without a final result after which no late one is expected
FINAL_GRACE = 2.0  # seconds for an OK that may not come at all

ESCAPE = b"\x1b\r"
END_OF_DATA = b"\x1a"

# The marker is the answer to +CMEE?. The other two lines are for a modem that was left with numeric results (V0) or
# without any (Q1).
_PROBES = (READ_CMEE(), READ_CMEE(), RESULT_CODES(), VERBOSE(), READ_CMEE(), READ_CMEE())

TWO_LINE = frozenset(("+CMT", "+CDS", "+CBM"))
# What may interrupt an answer whose own lines have no prefix.
_NAMES = """
+CMT +CMTI +CDS +CDSI +CBM +CBMI +CREG +CGREG +CEREG +CRING +CLIP +CUSD +CPIN +CFUN +CTZV +CTZE +CIEV +CGEV
+QIND +QUSIM +KSUP +PBREADY +UUSTS ^RSSI ^HCSQ ^MODE ^DSFLOWRPT ^BOOT ^SRVST ^SIMST ^SYSSTART ^SMMEMFULL
*ATREADY RING RDY
"""
_PHRASES = {"APP RDY", "SMS Ready", "Call Ready", "SMS DONE", "PB DONE", "NORMAL POWER DOWN", "POWERED DOWN"}
_UNSOLICITED = _PHRASES.union(_NAMES.split())
# Finals of a call, which end no other command (V.250 5.7.1).
_CALL_RESULTS = frozenset(("NO CARRIER", "NO ANSWER", "NO DIALTONE", "NO DIAL TONE", "BUSY", "CONNECT"))
# NUL comes from a line that floats, XON and XOFF from a modem with software flow control.
_IGNORED = b"\x00\x11\x13"
_LINE_END = re.compile(rb"[\r\n]")
_PDU = re.compile(r"[0-9A-Fa-f]{14,}")
_LINE_END_OR_PROMPT = re.compile(rb"[\r\n>]")


@dataclass(frozen=True, slots=True)
class Completed:
    """A command has its final result. `lines` are the lines of its answer, without the final one."""

    request: Request
    final: FinalResult
    lines: tuple[str, ...]
    payload_sent: bool


@dataclass(frozen=True, slots=True)
class TimedOut:
    """A command got no final result in time. Without `sent` it never left the queue: the modem is mute."""

    request: Request
    sent: bool
    payload_sent: bool


@dataclass(frozen=True, slots=True)
class Lost:
    """The port went away before a command had its final result."""

    request: Request
    payload_sent: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Indication:
    """An unsolicited line. `name` is what stands before the colon; `body` the second line of +CMT, +CDS and +CBM."""

    name: str
    line: str
    body: str | None = None


Event = Completed | TimedOut | Lost | Indication


class _State(Enum):
    OUT_OF_STEP = "out of step"  # until somebody wants to send something
    IN_STEP = "in step"  # nothing in flight
    GETTING_INTO_STEP = "getting into step"
    ANSWER = "waiting for the answer"
    PROMPT = "waiting for the prompt"


class Engine:
    """The host's end of an AT line.

    `submit`, `receive` and `tick` move it on; `outgoing` has the octets to write after each of them, and `deadline`
    says when to call `tick` next.
    """

    def __init__(self) -> None:
        self.deadline: float | None = None  # in the time of the caller's `now`
        self.dropped = 0  # lines that were too long to keep
        self._state = _State.OUT_OF_STEP
        self._queue: deque[Request] = deque()
        self._current: Request | None = None
        self._payload_sent = False
        self._lines: list[str] = []
        self._size = 0
        self._stale: Request | None = None
        self._probes = 0
        self._marked = False
        self._final_seen = False
        self._line = bytearray()
        self._overlong = False
        self._header: str | None = None
        self._out = bytearray()
        self._events: list[Event] = []

    # --- what the caller does ---------------------------------------------------------------------------------

    @property
    def idle(self) -> bool:
        """Whether nothing is in flight and nothing waits."""
        return self._current is None and not self._queue and self._state is not _State.GETTING_INTO_STEP

    def submit(self, request: Request, now: float) -> None:
        """Put a command in the queue; it goes out as soon as the line is free."""
        self._queue.append(request)
        self._next(now)

    def outgoing(self) -> bytes:
        """The octets to write now; they are the caller's from here on."""
        octets = bytes(self._out)
        self._out.clear()
        return octets

    def receive(self, octets: bytes, now: float) -> list[Event]:
        """What the modem sent, in pieces of any size: the events do not depend on where it was cut."""
        data = octets.translate(None, _IGNORED)
        at = 0
        while at < len(data):
            ends = _LINE_END_OR_PROMPT if self._state is _State.PROMPT else _LINE_END
            found = ends.search(data, at)
            end = found.start() if found else len(data)
            self._keep(data[at:end])
            at = end + 1
            if found is None:
                break
            if found[0] != b">":
                self._end_line(now)
            elif self._at_prompt():
                self._end_line(now)
                if self._state is _State.PROMPT:
                    self._send_payload(now)
            else:
                self._keep(b">")
        return self._take_events()

    def tick(self, now: float) -> list[Event]:
        """Let time pass: what is due at `now` happens."""
        while self.deadline is not None and now >= self.deadline:
            self.deadline = None
            if self._state is _State.GETTING_INTO_STEP:
                self._step_deadline(now)
            else:
                self._command_deadline(now)
        return self._take_events()

    def withdraw(self, request: Request, now: float) -> None:
        """Nobody waits for this command any more. In flight, it is left with ESC, and its answer will be dropped."""
        if request in self._queue:
            self._queue.remove(request)
        elif request is self._current:
            self._abandon(now)

    def lost(self, reason: str) -> list[Event]:
        """The port is gone: what was in flight or waiting will not be answered."""
        if self._current is not None:
            self._events.append(Lost(self._current, self._payload_sent, reason))
            self._current = None
        self._events += [Lost(request, False, reason) for request in self._queue]
        self._queue.clear()
        self._state = _State.OUT_OF_STEP
        self.deadline = None
        self._out.clear()
        return self._take_events()

    # --- lines ------------------------------------------------------------------------------------------------

    def _keep(self, octets: bytes) -> None:
        self._line += octets
        if len(self._line) > MAX_LINE:
            self._overlong = True
            del self._line[MAX_LINE:]

    def _text(self) -> str:
        # Controls and octets that are no text (a wrong speed, a floating line) stand around a line, not in it.
        return self._line.decode("utf-8", "backslashreplace").strip("".join(map(chr, range(0x21))) + "\x7f")

    def _at_prompt(self) -> bool:
        """Whether a ">" that comes now is the prompt: at the start of a line, whatever follows it (SIM7670G sends
        CR LF in place of the blank), or glued to an unsolicited line."""
        start = bytes(octet for octet in self._line if 0x20 < octet < 0x7F)
        return not start or (start.count(b'"') % 2 == 0 and _name(self._text()) in _UNSOLICITED)

    def _end_line(self, now: float) -> None:
        line = self._text()
        self._line.clear()
        if self._overlong:
            self._overlong = False
            self.dropped += 1
        elif line:
            self._handle(line, now)

    def _handle(self, line: str, now: float) -> None:
        header, self._header = self._header, None
        if self._is_echo(line):
            self._header = header
            return
        final = self._final(line)
        ours = final is not None or self._belongs(line)
        if header is not None:
            # The second line, unless it is plainly something else: then it was lost on the way. In the middle of an
            # answer without prefixes, only hexadecimal tells it from a line of that answer.
            taken = final is None and _name(line) not in _UNSOLICITED and (not ours or bool(_PDU.fullmatch(line)))
            self._events.append(Indication(_name(header), header, line if taken else None))
            if taken:
                return
        if final is not None:
            self._handle_final(final, now)
        elif ours:
            self._handle_answer(line, now)
        elif _name(line) in TWO_LINE:
            self._header = line
        elif not self._is_stale(line):
            self._events.append(Indication(_name(line), line))

    def _is_echo(self, line: str) -> bool:
        """Echo is recognised by comparing with what was sent, whether it is on, off, or repeated."""
        request = self._current or self._stale
        if self._state is _State.GETTING_INTO_STEP and any(line == probe.line for probe in _PROBES):
            return True
        if request is None:
            return False
        return line == request.line or (self._payload_sent and line.lstrip("> ") in (request.payload, ""))

    def _final(self, line: str) -> FinalResult | None:
        """What ends the answer; with nothing in flight, nothing does."""
        final = parse_final(line)
        if self._state is _State.GETTING_INTO_STEP:
            return final
        if self._current is None:
            return None
        if final is not None and final.kind in _CALL_RESULTS and self._current.line[2:3].upper() not in ("D", "A", "O"):
            return None
        return final

    def _belongs(self, line: str) -> bool:
        """Whether the line is part of the answer that is being waited for."""
        if self._state is _State.GETTING_INTO_STEP:
            return line.startswith(READ_CMEE.answers)
        if self._current is None:
            return False
        row = self._current.command
        if line.upper().startswith(row.answers):
            return row.pattern is None or row.pattern.fullmatch(line) is not None
        unsolicited = _name(line) in _UNSOLICITED
        if row.pdu and self._lines and self._lines[-1].startswith(row.answers) and not unsolicited:
            return True
        return row.plain and not unsolicited

    def _is_stale(self, line: str) -> bool:
        """Whether the line belongs to a command that was given up."""
        return (
            self._state is _State.GETTING_INTO_STEP
            and self._stale is not None
            and line.startswith(self._stale.command.answers)
        )

    def _handle_answer(self, line: str, now: float) -> None:
        if self._state is _State.GETTING_INTO_STEP:
            self._marked = True
            return
        self._size += len(line)
        if self._size > MAX_ANSWER:
            self.dropped += 1
            return
        self._lines.append(line)
        if self._current is not None and self._current.command.final_optional:
            self.deadline = min(self.deadline or now + FINAL_GRACE, now + FINAL_GRACE)

    def _handle_final(self, final: FinalResult, now: float) -> None:
        if self._state is _State.GETTING_INTO_STEP:
            if self._marked and self._probes == 1:
                self._in_step(now)
            else:
                # Whose is it? When nothing more comes, it does not matter.
                self._final_seen = True
                self.deadline = now + QUIET
        else:
            self._complete(final, now)

    # --- commands ---------------------------------------------------------------------------------------------

    def _next(self, now: float) -> None:
        if not self._queue:
            return
        if self._state is _State.OUT_OF_STEP:
            self._get_into_step(now)
        elif self._state is _State.IN_STEP:
            request = self._current = self._queue.popleft()
            self._payload_sent = False
            self._lines = []
            self._size = 0
            self._out += request.line.encode() + b"\r"
            asks = request.payload is not None
            self._state = _State.PROMPT if asks else _State.ANSWER
            self.deadline = now + (min(PROMPT_TIMEOUT, request.timeout) if asks else request.timeout)

    def _send_payload(self, now: float) -> None:
        request = self._current
        assert request is not None
        assert request.payload is not None
        self._out += request.payload.encode() + END_OF_DATA
        self._payload_sent = True
        self._state = _State.ANSWER
        self.deadline = now + request.timeout

    def _complete(self, final: FinalResult, now: float) -> None:
        assert self._current is not None
        self._events.append(Completed(self._current, final, tuple(self._lines), self._payload_sent))
        self._current = None
        self._state = _State.IN_STEP
        self.deadline = None
        self._next(now)

    def _command_deadline(self, now: float) -> None:
        request = self._current
        if request is None:
            return
        if request.command.final_optional and self._lines:
            self._complete(FinalResult("OK", None, ""), now)
            return
        self._events.append(TimedOut(request, True, self._payload_sent))
        self._abandon(now)

    def _abandon(self, now: float) -> None:
        self._stale, self._current = self._current, None
        self._get_into_step(now)

    # --- getting into step ------------------------------------------------------------------------------------

    def _get_into_step(self, now: float) -> None:
        self._state = _State.GETTING_INTO_STEP
        self._probes = 0
        self._marked = False
        self._probe(now)

    def _probe(self, now: float) -> None:
        self._out += ESCAPE + _PROBES[self._probes].line.encode() + b"\r"
        self._probes += 1
        self._final_seen = False
        self.deadline = now + PROBE_TIMEOUT

    def _step_deadline(self, now: float) -> None:
        if self._final_seen:
            self._in_step(now)
        elif self._probes < len(_PROBES):
            self._probe(now)
        else:
            self._state = _State.OUT_OF_STEP
            self._events += [TimedOut(request, False, False) for request in self._queue]
            self._queue.clear()

    def _in_step(self, now: float) -> None:
        self._state = _State.IN_STEP
        self._stale = None
        self.deadline = None
        self._next(now)

    def _take_events(self) -> list[Event]:
        events, self._events = self._events, []
        return events


def _name(line: str) -> str:
    """What an unsolicited line is called: what stands before its colon."""
    return line.partition(":")[0].strip()
