"""Real time: moves a bench's clock along with an asyncio loop's."""

from __future__ import annotations

import asyncio

from .clock import Clock


class Runner:
    """Runs what is due on a `Clock` when it is due, and brings the clock up to date before outside input.

    Whoever brings something in from outside (octets, a request) calls `sync` first, so that it happens *now*.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._loop = asyncio.get_running_loop()
        self._origin = self._loop.time() - clock.now
        self._handle: asyncio.TimerHandle | None = None
        self._running = False
        clock.on_sooner = self._arm
        self._arm()

    def sync(self) -> None:
        """Move the clock to the present."""
        self._running = True
        try:
            self._clock.run_until(self._loop.time() - self._origin)
        finally:
            self._running = False
            self._arm()

    def close(self) -> None:
        """Let the clock stand still."""
        self._clock.on_sooner = lambda: None
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _arm(self) -> None:
        if self._running:  # once, when all that is due has run
            return
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None
        due = self._clock.next_due()
        if due is not None:
            self._handle = self._loop.call_at(self._origin + due, self.sync)
