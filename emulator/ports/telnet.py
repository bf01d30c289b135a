"""RFC 2217: a serial port behind Telnet, from the side of the access server, which has the port.

Without input and output of its own: octets in, octets out. Data has IAC doubled (RFC 854); a client sets speed,
format and DTR with COM-PORT-OPTION and is told of the modem's circuits.
"""

from __future__ import annotations

import struct
from collections.abc import Callable

from ..firmware.lines import Lines

IAC, DONT, DO, WONT, WILL, SB, SE = 255, 254, 253, 252, 251, 250, 240
BINARY, ECHO, SUPPRESS_GO_AHEAD, COM_PORT = 0, 1, 3, 44
_OFFERED = (ECHO, SUPPRESS_GO_AHEAD, BINARY)  # what this side does: the modem echoes, so that a person sees it once
_WANTED = (SUPPRESS_GO_AHEAD, BINARY, COM_PORT)  # what the client may do

# RFC 2217 3: what a client sends; the answer has the number with 100 added.
SIGNATURE, BAUD_RATE, DATA_SIZE, PARITY, STOP_SIZE, CONTROL = range(6)
LINE_STATE, MODEM_STATE, SUSPEND, RESUME, LINE_STATE_MASK, MODEM_STATE_MASK, PURGE = range(6, 13)
_ANSWER = 100

# The values of CONTROL: a group for each thing that is set, of which the first value asks.
_FLOW, _BREAK, _DTR, _RTS, _FLOW_IN = range(5)
_GROUPS = {
    **dict.fromkeys((0, 1, 2, 3, 17, 19), _FLOW),
    **dict.fromkeys((4, 5, 6), _BREAK),
    **dict.fromkeys((7, 8, 9), _DTR),
    **dict.fromkeys((10, 11, 12), _RTS),
    **dict.fromkeys((13, 14, 15, 16, 18), _FLOW_IN),
}
_ASKING = (0, 4, 7, 10, 13)
_DTR_ON, _DTR_OFF = 8, 9

_LONGEST = 128  # octets of a subnegotiation; RFC 2217 needs fewer, save for a signature
_HELD = 64 * 1024  # octets that wait while the client suspends us


class ComPortServer:
    """One client's connection. `write` gets what goes to the client, `receive` gives the data that it sent.

    Speed and format are kept as the client sets them, and mean nothing yet.
    """

    def __init__(self, lines: Lines, write: Callable[[bytes], None]) -> None:
        self._lines = lines
        self._write = write
        self.baud_rate = 115200
        self._format = {DATA_SIZE: 8, PARITY: 1, STOP_SIZE: 1}
        self._control = {_FLOW: 1, _BREAK: 6, _DTR: _DTR_ON, _RTS: 11, _FLOW_IN: 14}
        self._mask = 0xFF
        self._told = 0  # the state of the circuits that the client has last been told of
        self._mine: dict[int, bool] = dict.fromkeys(_OFFERED, True)
        self._theirs: dict[int, bool] = dict.fromkeys(_WANTED, True)
        self._agreed = False  # the client speaks COM-PORT-OPTION
        self._binary = False
        self._pending = bytearray()  # a command that has begun and not ended
        self._after_cr = False
        self._suspended = False
        self._held = bytearray()

    def start(self) -> None:
        """Offer and ask for what this side can do, and take the client to be ready (it may never speak of DTR)."""
        self._lines.terminal_ready(self, True)
        offers = [(WILL, option) for option in _OFFERED] + [(DO, option) for option in _WANTED]
        self._write(b"".join(bytes((IAC, verb, option)) for verb, option in offers))

    def end(self) -> None:
        """The client has gone."""
        self._lines.terminal_ready(self, False)

    def send(self, data: bytes) -> None:
        """Data from the modem."""
        if self._suspended:
            self._held += data[: _HELD - len(self._held)]
        else:
            self._write(data.replace(b"\xff", b"\xff\xff"))

    def tell_circuits(self) -> None:
        """Tell the client of circuits that changed (RFC 2217, NOTIFY-MODEMSTATE), as far as its mask wants it."""
        state = self._circuits()
        changed = state ^ self._told
        ended_ring = 0x04 if changed & 0x40 and not state & 0x40 else 0
        deltas = (changed & 0xB0) >> 4 | ended_ring
        if self._agreed and (changed | deltas) & self._mask:
            self._told = state
            self._answer(MODEM_STATE, bytes(((state | deltas) & self._mask,)))

    def receive(self, octets: bytes) -> bytes:
        """Take octets from the client; the data among them. Commands are answered on the way."""
        data = bytearray()
        self._pending += octets
        while self._pending:
            command = self._pending.find(IAC)
            if command:
                run = self._pending[:command] if command > 0 else self._pending[:]
                del self._pending[: len(run)]
                self._take_data(run, data)
                continue
            taken = self._take_command(data)
            if not taken:
                break
            del self._pending[:taken]
        return bytes(data)

    def _take_data(self, run: bytearray, data: bytearray) -> None:
        if not self._binary:  # RFC 854: a carriage return alone is CR NUL
            if self._after_cr and run[0] == 0:
                del run[0]
            self._after_cr = run.endswith(b"\r")
            run = run.replace(b"\r\0", b"\r")
        data += run

    def _take_command(self, data: bytearray) -> int:
        """Obey the command that `_pending` begins with; its length, or 0 when its end is still to come."""
        pending = self._pending
        if len(pending) < 2:
            return 0
        verb = pending[1]
        if verb == IAC:
            data.append(IAC)
            return 2
        if verb in (DO, DONT, WILL, WONT):
            if len(pending) < 3:
                return 0
            self._negotiate(verb, pending[2])
            return 3
        if verb != SB:
            return 2  # NOP, AYT, BREAK ...
        end = _end_of_subnegotiation(pending)
        if end < 0:
            del pending[2 + _LONGEST :]  # an endless one is no reason to grow
            return 0
        self._subnegotiate(bytes(pending[2 : end - 2]).replace(b"\xff\xff", b"\xff"))
        return end

    def _negotiate(self, verb: int, option: int) -> None:
        """RFC 854: agree to what is known, refuse what is not, and answer nothing that is no news."""
        states, agree, refuse = (self._mine, WILL, WONT) if verb in (DO, DONT) else (self._theirs, DO, DONT)
        wanted = verb in (DO, WILL)
        if option == COM_PORT and verb == DO:
            states.setdefault(option, False)  # pyserial's client asks for it in both directions
        known = states.get(option)
        if known is None:
            if wanted:
                self._write(bytes((IAC, refuse, option)))
            return
        if known != wanted:
            states[option] = wanted
            self._write(bytes((IAC, agree if wanted else refuse, option)))
        if option == BINARY and verb in (WILL, WONT):
            self._binary = wanted
        if option == COM_PORT and verb in (WILL, WONT):
            self._agreed = wanted
            self.tell_circuits()

    def _subnegotiate(self, text: bytes) -> None:
        if len(text) < 2 or text[0] != COM_PORT:
            return
        if not self._agreed:  # pyserial's client takes our DO for an answer when it comes early, and never says WILL
            self._agreed = True
            self.tell_circuits()
        command, value = text[1], text[2:]
        number = value[0] if value else 0
        if command == SIGNATURE:
            if not value:  # asked for ours
                self._answer(SIGNATURE, b"modem2936")
        elif command == BAUD_RATE and len(value) == 4:
            (rate,) = struct.unpack("!I", value)
            self.baud_rate = rate or self.baud_rate
            self._answer(BAUD_RATE, struct.pack("!I", self.baud_rate))
        elif command in self._format and value:
            allowed = {DATA_SIZE: range(5, 9), PARITY: range(1, 6), STOP_SIZE: range(1, 4)}[command]
            if number in allowed:
                self._format[command] = number
            self._answer(command, bytes((self._format[command],)))
        elif command == CONTROL and number in _GROUPS and value:
            self._set_control(_GROUPS[number], number)
        elif command == LINE_STATE:
            self._answer(LINE_STATE, b"\0")
        elif command == MODEM_STATE:  # a poll, as pyserial does it
            self._told = self._circuits()
            self._answer(MODEM_STATE, bytes((self._told & self._mask,)))
        elif command in (SUSPEND, RESUME):
            self._suspend(command == SUSPEND)
        elif command in (LINE_STATE_MASK, MODEM_STATE_MASK) and value:
            if command == MODEM_STATE_MASK:
                self._mask = number
            self._answer(command, value[:1])
        elif command == PURGE and 1 <= number <= 3:
            if number != 2:
                self._held.clear()
            self._answer(PURGE, value[:1])

    def _set_control(self, group: int, number: int) -> None:
        if number not in _ASKING:
            self._control[group] = number
            if group == _DTR:
                self._lines.terminal_ready(self, number == _DTR_ON)
        self._answer(CONTROL, bytes((self._control[group],)))

    def _suspend(self, suspended: bool) -> None:
        self._suspended = suspended
        if not suspended and self._held:
            held = bytes(self._held)
            self._held.clear()
            self.send(held)

    def _circuits(self) -> int:
        lines = self._lines
        return lines.cts << 4 | lines.dsr << 5 | lines.ri << 6 | lines.dcd << 7

    def _answer(self, command: int, value: bytes) -> None:
        escaped = value.replace(b"\xff", b"\xff\xff")
        self._write(bytes((IAC, SB, COM_PORT, _ANSWER + command)) + escaped + bytes((IAC, SE)))


def _end_of_subnegotiation(octets: bytearray) -> int:
    """Where IAC SB ... IAC SE ends, an IAC IAC being no end; -1 when it does not."""
    at = 2
    while (at := octets.find(IAC, at)) >= 0:
        if octets[at + 1 : at + 2] == b"\xf0":
            return at + 2
        at += 2
    return -1
