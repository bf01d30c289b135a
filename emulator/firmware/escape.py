"""Leaving data: three escape characters with silence before and after them (V.250 6.2.9, S2; S12 of Hayes)."""

from __future__ import annotations

from collections.abc import Callable

from ..clock import Clock, Timer
from .settings import Settings

_COUNT = 3
GUARD_UNIT_S = 0.02  # of S12


class Escape:
    """Passes data on to `sink` and calls `escaped` when the client wants to give commands again.

    The escape characters are data until the silence behind them is over, so they wait here so long.
    """

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        sink: Callable[[bytes], None],
        escaped: Callable[[], None],
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._sink = sink
        self._escaped = escaped
        self._held = b""
        self._last = clock.now
        self._timer: Timer | None = None

    def receive(self, octets: bytes) -> None:
        """Take what the client sends."""
        guard = self._settings.number("S12") * GUARD_UNIT_S
        quiet = self._clock.now - self._last >= guard
        self._last = self._clock.now
        if self._timer is not None:
            self._timer.cancel()
        if self._held or quiet:
            candidate = self._held + octets
            code = self._settings.number("S2")
            # S2 over 127 switches the escape off.
            if code < 128 and len(candidate) <= _COUNT and candidate.strip(b"%c" % code) == b"":
                self._held = candidate
                if len(candidate) == _COUNT:
                    self._timer = self._clock.call_later(guard, self._leave)
                return
            octets, self._held = candidate, b""
        if octets:
            self._sink(octets)

    def _leave(self) -> None:
        self._held = b""
        self._escaped()
