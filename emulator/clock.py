"""Simulated time: an agenda of callbacks that somebody else moves forward.

Everything in the emulator that waits (a delivery, an acknowledgement deadline, a registration) puts a callback
on the one `Clock` of its bench. A test moves the clock by hand and an hour takes no time; on a port, a runner
moves it along with the real one.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any


class Timer:
    """A callback on the agenda; `cancel` takes it off."""

    __slots__ = ("_callback", "_clock", "when")

    def __init__(self, clock: Clock, when: float, callback: Callable[[], object]) -> None:
        self.when = when
        self._clock = clock
        self._callback: Callable[[], object] | None = callback

    @property
    def active(self) -> bool:
        """Whether the callback is still to come."""
        return self._callback is not None

    def cancel(self) -> None:
        """Take the callback off the agenda. Harmless when it has run."""
        if self._callback is not None:
            self._callback = None
            self._clock.forget_cancelled()

    def fire(self) -> None:
        """Run the callback, once."""
        callback, self._callback = self._callback, None
        if callback is not None:
            callback()


class Clock:
    """Time in seconds since the bench started, and the callbacks due in it."""

    def __init__(self, epoch: datetime = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)) -> None:
        self.epoch = epoch
        self.now = 0.0
        self.on_sooner: Callable[[], object] = lambda: None  # called when something is due earlier than anything before
        self._agenda: list[tuple[float, int, Timer]] = []
        self._order = count()
        self._cancelled = 0

    def utc(self) -> datetime:
        """The simulated wall clock, in UTC."""
        return self.epoch + timedelta(seconds=self.now)

    def call_later(self, delay: float, callback: Callable[..., object], *args: Any) -> Timer:
        """Run `callback(*args)` after `delay` seconds; those of one instant run in the order they were asked for."""
        timer = Timer(self, self.now + max(0.0, delay), (lambda: callback(*args)) if args else callback)
        entry = (timer.when, next(self._order), timer)
        heapq.heappush(self._agenda, entry)
        if self._agenda[0] is entry:
            self.on_sooner()
        return timer

    def forget_cancelled(self) -> None:
        """A timer on the agenda was cancelled: once they are the greater part, throw all such out."""
        self._cancelled += 1
        if self._cancelled > 64 and self._cancelled * 2 > len(self._agenda):
            self._agenda = [entry for entry in self._agenda if entry[2].active]
            heapq.heapify(self._agenda)
            self._cancelled = 0

    def next_due(self) -> float | None:
        """When the next callback is due (clock time), or None when nothing is waiting."""
        while self._agenda and not self._agenda[0][2].active:
            heapq.heappop(self._agenda)
            self._cancelled -= 1
        return self._agenda[0][0] if self._agenda else None

    def run_until(self, when: float) -> None:
        """Move to `when`, running all that falls due on the way, each at its own instant."""
        while (due := self.next_due()) is not None and due <= when:
            timer = heapq.heappop(self._agenda)[2]
            self.now = max(self.now, due)
            timer.fire()
        self.now = max(self.now, when)

    def advance(self, seconds: float) -> None:
        """Move forward by `seconds`."""
        self.run_until(self.now + seconds)

    def settle(self) -> None:
        """Run what is due at this very instant, without moving on."""
        self.run_until(self.now)
