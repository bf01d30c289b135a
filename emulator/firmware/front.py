"""The V.250 front: octets from the client become command lines and message bodies (V.250 5.2, TS 27.005 3.5.1).

It echoes, edits and finds the ends of lines; it knows no command. While a command runs, what the client sends
waits here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from ..clock import Clock
from .escape import Escape
from .profile import Line
from .settings import Settings

LF, CR, CTRL_Z, ESC, DEL = 0x0A, 0x0D, 0x1A, 0x1B, 0x7F
TYPE_AHEAD = 8192  # octets that wait for a running command to end; more are lost, as in a modem's own buffer


@lru_cache(maxsize=64)
def _specials(terminator: int, backspace: int) -> re.Pattern[bytes]:
    """What cannot simply be appended to a command line: controls, and what S3 and S5 have made special."""
    return re.compile(rb"[\x00-\x1f\x7f%b%b]" % (re.escape(b"%c" % terminator), re.escape(b"%c" % backspace)))


_BODY_SPECIALS = re.compile(rb"[\r\x1a\x1b\x08\x7f]")
_CONTROLS = bytes(range(0x20))
_ATTENTION = re.compile(rb"at", re.IGNORECASE)


class Front:
    """`receive` takes octets; `write` gets the echo and the prompt, `execute` a command line without its AT,
    `refuse` is called for a line too long, `submit` gets a message body, or None when it was given up, `escaped` is
    called when +++ has ended the data."""

    def __init__(
        self,
        settings: Settings,
        manner: Line,
        clock: Clock,
        *,
        write: Callable[[bytes], None],
        execute: Callable[[str], None],
        refuse: Callable[[], None],
        submit: Callable[[bytes | None], None],
        escaped: Callable[[], None],
    ) -> None:
        self._settings = settings
        self._manner = manner
        self._clock = clock
        self._prompt = manner.prompt.encode("ascii")
        self._line_limit = manner.length
        self._body_limit = manner.body
        self._write = write
        self._execute = execute
        self._refuse = refuse
        self._submit = submit
        self._escaped = escaped
        self._data: Escape | None = None
        self.held = False  # a command runs: input waits
        self._waiting = bytearray()
        self._pumping = False
        self._line = bytearray()
        self._overflow = False
        self._last_line = ""
        self._body: bytearray | None = None
        self._text_body = False
        self._after_cr = False

    @property
    def mid_line(self) -> bool:
        """Whether a command line has begun and not ended."""
        return bool(self._line)

    @property
    def online(self) -> bool:
        """Whether what comes is data, not commands."""
        return self._data is not None

    def go_online(self, sink: Callable[[bytes], None]) -> None:
        """Take all that comes as data, up to +++ between two silences."""
        self._data = Escape(self._settings, self._clock, sink, self._leave_data)

    def go_offline(self) -> None:
        """Take commands again."""
        self._data = None

    def _leave_data(self) -> None:
        self._data = None
        self._escaped()

    def open_prompt(self, text: bool) -> None:
        """Ask for a message body: of text, in which every CR gives another prompt, or of a PDU's digits."""
        if not self._manner.type_ahead:
            self._waiting.clear()
        self._body = bytearray()
        self._text_body = text
        self._write(self._prompt)

    def receive(self, octets: bytes) -> None:
        """Take octets from the client. In how many pieces they come makes no difference."""
        if self._data is not None:
            self._data.receive(octets)
            return
        self._waiting += octets
        self.pump()

    def reset(self) -> None:
        """Forget all that was begun: the modem starts again."""
        self.release()
        self._line.clear()
        self._overflow = False
        self._last_line = ""
        self._body = None
        self._data = None

    def release(self) -> None:
        """Stop holding the input, and forget what waited: the command before it was aborted."""
        self.held = False
        self._waiting.clear()

    def pump(self) -> None:
        """Work off what waits, up to the next command that holds the input."""
        if self._pumping:  # the client answered from within our own output
            return
        self._pumping = True
        try:
            while self._waiting and not self.held:
                if self._data is not None:
                    self._data.receive(self._consume(len(self._waiting)))
                elif self._after_cr and self._waiting[0] == LF:
                    del self._waiting[0]
                    self._after_cr = False
                elif self._body is None:
                    self._take_command()
                else:
                    self._take_body(self._body)
        finally:
            self._pumping = False
        del self._waiting[TYPE_AHEAD:]

    def _consume(self, count: int) -> bytes:
        run = bytes(self._waiting[:count])
        del self._waiting[:count]
        self._after_cr = False
        return run

    def _echo(self, octets: bytes) -> None:
        if self._settings.number("E"):
            self._write(octets)

    def _take_command(self) -> None:
        terminator, backspace = self._settings.number("S3"), self._settings.number("S5")
        special = _specials(terminator, backspace).search(self._waiting)
        end = len(self._waiting) if special is None else special.start()
        if end:
            self._take_run(end)
            return
        octet = self._consume(1)[0]
        if octet == terminator or (octet == LF and self._manner.line_feed_ends):
            self._echo(b"%c" % octet)
            self._after_cr = octet == CR
            self._end_line()
        elif octet == DEL and octet != backspace:
            # Terminals send DEL for the backspace key. Echoed as it is, it would show nothing.
            if self._erase():
                self._echo(b"\b \b")
        else:
            # V.250 5.2.2: controls other than S3 and S5 are disregarded (some clients send NUL before CR).
            self._echo(b"%c" % octet)
            if octet == backspace:
                self._erase()

    def _take_run(self, end: int) -> None:
        """Append `end` ordinary octets to the line, but stop at the end of ``A/`` (V.250 5.2.4)."""
        missing = 2 - len(self._line)
        if missing > 0 and (self._line + self._waiting[:missing]).upper() == b"A/":
            self._echo(self._consume(missing))
            self._line.clear()
            self._execute(self._last_line)
            return
        run = self._consume(end)
        self._echo(run)
        room = self._line_limit - len(self._line)
        self._overflow |= len(run) > room
        self._line += run[:room]

    def _erase(self) -> bool:
        """Delete the last character, but never the AT (V.250 5.2.2, 6.2.3)."""
        if not self._line or self._line.upper() == b"AT":
            return False
        del self._line[-1]
        return True

    def _end_line(self) -> None:
        # The line begins where AT stands: before it may be what a port gives as it opens, a +++ that was none, or what
        # a client has left of a message that was not taken.
        begin = _ATTENTION.search(self._line)
        line = self._line[begin.end() :].decode("latin-1") if begin else None
        overflow = self._overflow
        self._line.clear()
        self._overflow = False
        if line is None:
            return
        if overflow:
            self._refuse()
            return
        self._last_line = line
        self._execute(line)

    def _take_body(self, body: bytearray) -> None:
        special = _BODY_SPECIALS.search(self._waiting)
        end = len(self._waiting) if special is None else special.start()
        if end:
            run = self._consume(end)
            self._echo(run)
            self._append(body, run)
            return
        octet = self._consume(1)[0]
        if octet in (CTRL_Z, ESC):
            self._body = None
            self._submit(None if octet == ESC else bytes(body))
        elif octet == CR:
            self._echo(b"\r")
            if self._text_body:
                self._append(body, b"\r")
                if self._manner.reprompt:
                    self._write(self._prompt)
        elif body and len(body) <= self._body_limit:  # BS or DEL
            self._echo(b"\b" if octet != DEL else b"\b \b")
            del body[-1]

    def _append(self, body: bytearray, run: bytes) -> None:
        """One octet over the limit is kept: it makes the body too long for whoever reads it."""
        if not self._text_body:
            run = run.translate(None, _CONTROLS)
        body += run[: self._body_limit + 1 - len(body)]
