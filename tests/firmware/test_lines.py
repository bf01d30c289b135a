"""The circuits of V.24 and what &C and &D make of them (V.250 6.2.8, 6.2.9)."""

from __future__ import annotations

import pytest

from emulator.firmware.registry import Connected


class Call:
    """A data connection on the desk's channel."""

    def __init__(self, desk) -> None:
        self.data = bytearray()
        self.ended = 0
        self.desk = desk
        self.channel = desk.modem.channels[0]
        self.channel.lines.terminal_ready(self, True)
        self.answer = Connected("CONNECT", self.data.extend, self._end)
        self.channel.go_online(self.answer.sink, self.answer.hang_up)

    def _end(self) -> None:
        self.ended += 1

    def drop_dtr(self) -> bytes:
        self.channel.lines.terminal_ready(self, False)
        return self.desk.heard()


def test_carrier_detect_follows_the_connection_with_c1_and_is_always_on_with_c0(desk):
    lines = desk.modem.lines
    assert (lines.dcd, lines.dsr, lines.cts, lines.ri) == (False, True, True, False)
    desk.at("AT&C0")
    assert lines.dcd
    desk.at("AT&C1")
    assert not lines.dcd
    call = Call(desk)
    assert lines.dcd
    call.channel.go_offline()
    assert not lines.dcd


def test_the_carrier_stays_while_commands_are_given(desk):
    """6.2.9: after +++ the connection is still there."""
    call = Call(desk)
    desk.clock.advance(2)
    desk.type(b"+++")
    desk.clock.advance(2)
    assert desk.heard() == b"\r\nOK\r\n"
    assert desk.modem.lines.dcd
    assert desk.at("AT") == ["OK"]
    assert call.ended == 0


@pytest.mark.parametrize(
    ("manner", "answer", "ended", "online"),
    [("&D0", b"", 0, True), ("&D1", b"\r\nOK\r\n", 0, False), ("&D2", b"\r\nNO CARRIER\r\n", 1, False)],
)
def test_dtr_off_in_data(desk, manner, answer, ended, online):
    desk.at(f"AT{manner}")
    call = Call(desk)
    assert call.drop_dtr() == answer
    assert call.ended == ended
    assert call.channel.front.online is online
    assert desk.modem.lines.dcd is (ended == 0)
    desk.type(b"AT\r")
    assert bytes(call.data) == (b"AT\r" if online else b"")


def test_dtr_off_in_commands_changes_nothing(desk):
    lines = desk.modem.lines
    lines.terminal_ready(desk, True)
    desk.at("AT+CMEE=1")
    lines.terminal_ready(desk, False)
    assert desk.heard() == b""
    assert desk.at("AT+CMEE?") == ["+CMEE: 1", "OK"]


def test_of_two_terminals_on_one_channel_one_is_enough(desk):
    call = Call(desk)
    desk.modem.lines.terminal_ready("another", True)
    assert call.drop_dtr() == b""
    assert call.channel.front.online
    desk.modem.lines.terminal_ready("another", False)
    assert desk.heard() == b"\r\nNO CARRIER\r\n"


def test_ring_indicator_is_on_with_each_ring(desk):
    changes = []
    lines = desk.modem.lines
    lines.listeners.append(lambda: changes.append((desk.clock.now, lines.ri)))
    desk.modem.unsolicited("RING")
    desk.clock.advance(5)
    desk.modem.unsolicited("+CRING: VOICE")
    desk.clock.advance(5)
    assert changes == [(0.0, True), (1.0, False), (5.0, True), (6.0, False)]
    desk.modem.unsolicited('+CMTI: "SM",1')
    assert not lines.ri


def test_a_modem_that_starts_again_lets_go_of_the_connection(desk):
    call = Call(desk)
    desk.modem.power.restart()
    assert call.ended == 1
    assert not call.channel.front.online
    assert not desk.modem.lines.dcd
