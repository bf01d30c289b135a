"""A channel: one AT port of a modem, with its own line settings, command lines and unsolicited codes.

A USB modem shows several of them. What V.250 sets (echo, result codes, S registers) belongs to the channel, and so
does +CMEE; everything else belongs to the modem.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from ..clock import Timer
from .front import Front
from .interpreter import Interpreter
from .lines import Lines
from .responses import NO_CARRIER, Refusal, frame_unsolicited
from .settings import Settings, Values

if TYPE_CHECKING:
    from .modem import SoftModem

_UNSOLICITED_KEPT = 256  # codes that wait for a line to end; older ones are lost
_RINGING = ("RING", "+CRING:")
RING_S = 1.0  # RI is on so long with each RING (believed: a second of ringing, then a pause)


def _nothing() -> None:
    pass


class Channel:
    """`receive` takes what a client sends; what the modem sends goes to every callable in `outputs`."""

    def __init__(self, modem: SoftModem, name: str, factory: dict[str, Values]) -> None:
        self.modem = modem
        self.name = name
        self.outputs: list[Callable[[bytes], None]] = []
        self.settings = Settings(factory)
        self.lines = Lines(self._dtr_changed)
        self._carrier = False  # there is a connection, in data or in commands
        self._hang_up: Callable[[], None] = _nothing
        self._ringing: Timer | None = None
        self._out = bytearray()
        self._unsolicited: deque[tuple[str, ...]] = deque(maxlen=_UNSOLICITED_KEPT)
        self._last_octet = 0.0
        self._hold: Timer | None = None
        self._awake = not modem.profile.start.autobaud  # whether the first AT has come
        self.interpreter = Interpreter(self)
        self.front = Front(
            self.settings,
            modem.profile.line,
            modem.clock,
            write=self.write,
            execute=self._execute,
            refuse=lambda: self.interpreter.finish(Refusal()),
            submit=self.interpreter.submit,
            escaped=self._escaped,
        )

    def receive(self, data: bytes) -> None:
        """Take octets from the client, in any pieces."""
        if self.modem.power.deaf:
            return
        self._last_octet = self.modem.clock.now
        if data and self.interpreter.abort():
            data = data[1:]  # V.250 5.6.1: one character is enough, and it is used up
            self.front.release()
        self.front.receive(data)
        self.flush()

    def write(self, octets: bytes) -> None:
        """Put octets on the line; they leave with the next `flush`."""
        self._out += octets

    def flush(self) -> None:
        """Hand what was written to the outputs, and unsolicited codes if they may go now."""
        self._release()
        if self._out:
            octets = bytes(self._out)
            self._out.clear()
            for output in self.outputs:
                output(octets)

    @property
    def at_rest(self) -> bool:
        """Whether nothing is going on here: neither a command line, begun or running, nor data."""
        return not (self.interpreter.busy or self.front.mid_line or self.front.online)

    def unsolicited(self, *lines: str) -> None:
        """Send an unsolicited result code as soon as it would not stand inside something else."""
        if not self._awake:
            return
        self._unsolicited.append(lines)
        if not self.interpreter.busy:
            self.flush()

    def line_ended(self) -> None:
        """A command line has had its final result: what waited for that may go."""
        self._show_carrier()  # the line may have had &C on it
        self._release()

    def line_boundary(self) -> None:
        """Between two lines of an answer, where most modems keep still, and the whimsical do not."""
        modem = self.modem
        if not modem.profile.whims or modem.rng.random() >= modem.profile.whims:
            return
        lines = self._unsolicited.popleft() if self._unsolicited else modem.power.chatter()
        if lines:
            self._send_unsolicited(lines)

    def reset(self) -> None:
        """Forget all that was begun: the modem starts again."""
        self.interpreter.reset()
        self.front.reset()
        self._unsolicited.clear()
        self.settings.restore_saved()
        if self._carrier:
            self._hang_up()
        self.go_offline()
        self._awake = not self.modem.profile.start.autobaud

    def go_online(self, sink: Callable[[bytes], None], hang_up: Callable[[], None] = _nothing) -> None:
        """Data from now on: octets of the client go to `sink`, until +++ or `go_offline` (V.250 6.3.1).

        `hang_up` is called when the terminal ends the connection with DTR (&D2).
        """
        self._carrier = True
        self._hang_up = hang_up
        self.front.go_online(sink)
        self._show_carrier()

    def go_offline(self) -> None:
        """The connection is over: commands again, and unsolicited codes may go."""
        self._carrier = False
        self.front.go_offline()
        self._show_carrier()

    def _show_carrier(self) -> None:
        """DCD: always on with &C0, with &C1 while there is a connection (V.250 6.2.8)."""
        self.lines.drive(dcd=self._carrier or not self.settings.number("&C"))

    def _dtr_changed(self) -> None:
        """DTR off in data: nothing with &D0, commands with &D1, the end of the connection with &D2 (V.250 6.2.9)."""
        manner = self.settings.number("&D")
        if self.lines.dtr or not self.front.online or not manner:
            return
        if manner == 1:
            self.front.go_offline()
            self._escaped()
            return
        self.go_offline()
        self._hang_up()
        self.interpreter.finish(Refusal(NO_CARRIER))
        self.flush()

    def _escaped(self) -> None:
        """+++ was heard: OK, and the connection stays for ATO."""
        self.interpreter.finish()
        self.flush()

    def _execute(self, line: str) -> None:
        self._awake = True
        self.interpreter.execute(line)

    def _release(self) -> None:
        if not self._unsolicited or self.interpreter.busy or self.front.online:
            return
        if self.front.mid_line:
            # Somebody is typing, or stopped in the middle of a line and went away.
            clock = self.modem.clock
            due = self._last_octet + self.modem.profile.line.hold_s
            if clock.now < due:
                if self._hold is None or not self._hold.active:
                    self._hold = clock.call_later(due - clock.now, self.flush)
                return
        while self._unsolicited:
            self._send_unsolicited(self._unsolicited.popleft())

    def _send_unsolicited(self, lines: tuple[str, ...]) -> None:
        self.modem.journal.write("at.unsolicited", modem=self.modem.name, port=self.name, lines=list(lines))
        self.write(frame_unsolicited(lines, self.settings))
        if lines[0].startswith(_RINGING):
            self._ring()

    def _ring(self) -> None:
        if self._ringing is not None:
            self._ringing.cancel()
        self.lines.drive(ri=True)
        self._ringing = self.modem.clock.call_later(RING_S, lambda: self.lines.drive(ri=False))
