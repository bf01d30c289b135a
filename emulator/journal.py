"""The journal: what happened in the little world, one event after the other.

Every part writes to it; a transcript of a failed test, `modem-emulator run --json` and the console read it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple

from .clock import Clock


class Event(NamedTuple):
    """One thing that happened: when (clock seconds), what, and its particulars (JSON values)."""

    at: float
    kind: str
    data: dict[str, Any]


class Journal:
    """Keeps the latest events and tells listeners of each new one."""

    def __init__(self, clock: Clock, keep: int = 10_000) -> None:
        self._clock = clock
        self.events: deque[Event] = deque(maxlen=keep)
        self.listeners: list[Callable[[Event], object]] = []

    def write(self, kind: str, **data: Any) -> None:
        """Note an event. `kind` is dotted, most general word first: ``at.line``, ``sms.submitted``."""
        event = Event(round(self._clock.now, 6), kind, data)
        self.events.append(event)
        for listener in self.listeners:
            listener(event)
