"""Records in the order they came, with a memory for the place of those that are gone.

A client that deletes Commands while it pages through them asks for what comes after a Command that no longer exists;
so the places of deleted records are kept as long as the records themselves would have been.
"""

from __future__ import annotations

from datetime import datetime
from itertools import takewhile
from typing import Generic, Protocol, TypeVar


class Record(Protocol):
    """What can be kept here."""

    sid: str
    date_created: datetime


T = TypeVar("T", bound=Record)


class Records(Generic[T]):
    """Records by SID, in the order of their arrival (dates are of no use for that: they count whole seconds)."""

    def __init__(self) -> None:
        self._records: dict[str, T] = {}
        self._places: dict[str, tuple[int, datetime]] = {}
        self._next_place = 0

    def __len__(self) -> int:
        return len(self._records)

    def add(self, record: T) -> None:
        """Append a record."""
        self._records[record.sid] = record
        self._places[record.sid] = (self._next_place, record.date_created)
        self._next_place += 1

    def get(self, sid: str) -> T | None:
        """The record, if it is there."""
        return self._records.get(sid)

    def delete(self, sid: str) -> bool:
        """Remove a record; whether it was there."""
        return self._records.pop(sid, None) is not None

    def expire(self, before: datetime) -> None:
        """Forget all that was created before that time."""
        expired = list(takewhile(lambda place: place[1][1] < before, self._places.items()))
        for sid, _ in expired:
            del self._places[sid]
            self._records.pop(sid, None)

    def newest_first(self) -> list[T]:
        """All records, the latest in front."""
        return list(reversed(self._records.values()))

    def place(self, sid: str) -> int | None:
        """The running number of a record or of a deleted one; None for a SID never seen, or forgotten."""
        place = self._places.get(sid)
        return place[0] if place else None
