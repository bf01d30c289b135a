"""Power: what happens from power-up to ready, level by level, and what the modem says of it unasked (+CFUN)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ..clock import Timer
from .security import card_state

if TYPE_CHECKING:
    from .modem import SoftModem

FULL, MINIMUM, FLIGHT = 1, 0, 4


class Power:
    """The modem's functionality (TS 27.007 8.2), and when its card's messages have been read."""

    def __init__(self, modem: SoftModem) -> None:
        self._modem = modem
        self.level = MINIMUM
        self.deaf = False  # just powered up: nothing is listened to
        self.messages_ready = False  # the card's messages have been read
        self._timers: list[Timer] = []
        self._reading: Timer | None = None
        self._card_announced = False

    def up(self, level: int = FULL) -> None:
        """Start with the card reset, and look for a network as soon as the card allows it."""
        modem, start = self._modem, self._modem.profile.start
        if modem.card is not None:
            modem.card.power_up()
        self._card_announced = False
        if start.deaf_s:
            self.deaf = True
            self._later(start.deaf_s, self._listen)
        self._say(start.on, start.deaf_s)
        if modem.card is None or not modem.card.ready:
            # Why the card cannot be used is told as well; the whole chain comes when it can.
            self._say([line for line in start.card if "{pin}" in line[1]], start.deaf_s)
        for period, line in start.chatter:
            self._later(period, self._chatter, period, line)
        self.set_level(level)

    def restart(self, level: int = FULL) -> None:
        """Start again with the saved settings (+CFUN=1,1): what was begun is forgotten, the card asks for its PIN."""
        modem = self._modem
        for line in modem.profile.start.off:
            modem.unsolicited(line)
        self.set_level(MINIMUM)
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()
        modem.calls.reset()
        for channel in modem.channels:
            channel.reset()
        modem.inbox.reset()
        modem.settings.restore_saved()
        self.up(level)

    def set_level(self, level: int) -> None:
        """+CFUN: 1 is full, 0 and 4 are without radio; with 0 the card is not used either (TS 27.007 8.2)."""
        self.level = level
        self.card_changed()

    def card_changed(self) -> None:
        """The card may have become ready, or is so no longer: use the network and its messages, or do not."""
        modem = self._modem
        card = modem.card if modem.card is not None and modem.card.ready and self.level != MINIMUM else None
        modem.use_network(card is not None and self.level == FULL)
        if card is None:
            self.messages_ready = False
            if self._reading is not None:
                self._reading.cancel()
            return
        if not self._card_announced:
            self._card_announced = True
            self._say(modem.profile.start.card, modem.profile.start.deaf_s)
        wait = modem.profile.messages.ready_s
        if not self.messages_ready and (self._reading is None or not self._reading.active):
            if wait:
                self._reading = modem.clock.call_later(wait, self._messages_read)
            else:
                self._messages_read()

    def chatter(self) -> tuple[str, ...]:
        """One of the lines that this modem sends for no reason, or nothing."""
        lines = self._modem.profile.start.chatter
        return (self._filled(self._modem.rng.choice(lines)[1]),) if lines else ()

    def _messages_read(self) -> None:
        self.messages_ready = True
        self._say(self._modem.profile.start.messages, 0.0)

    def _listen(self) -> None:
        self.deaf = False

    def _chatter(self, period: float, line: str) -> None:
        if self._modem.chatters:
            self._modem.unsolicited(self._filled(line))
        self._later(period, self._chatter, period, line)

    def _say(self, lines: Sequence[tuple[float, str]], after: float) -> None:
        """Send lines, each so long after the one before."""
        for wait, line in lines:
            after += wait
            self._later(after, self._announce, line)

    def _announce(self, line: str) -> None:
        self._modem.unsolicited(self._filled(line))

    def _filled(self, line: str) -> str:
        modem = self._modem
        return line.format(pin=card_state(modem.card), signal=modem.radio.signal, level=self.level)

    def _later(self, wait: float, callback: Callable[..., object], *arguments: object) -> None:
        self._timers = [timer for timer in self._timers if timer.active]
        self._timers.append(self._modem.clock.call_later(wait, callback, *arguments))
