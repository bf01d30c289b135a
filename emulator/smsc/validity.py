"""How long the centre keeps a message, and whether it tries more than once (TS 23.040 9.2.3.12)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from modem.wire.times import AbsoluteValidity, EnhancedValidity, ValidityPeriod

DEFAULT = timedelta(hours=24)
LONGEST = timedelta(weeks=63)


class Validity(NamedTuple):
    """Seconds, after which a message that has not been delivered is dropped; `single_shot` allows one attempt."""

    seconds: float = DEFAULT.total_seconds()
    single_shot: bool = False

    @classmethod
    def of(cls, period: ValidityPeriod | None, now: datetime) -> Validity:
        """What a TP-VP asks for at `now`: no longer than `LONGEST`, and nothing when an absolute time is past."""
        if period is None:
            return _DEFAULT
        single_shot = isinstance(period, EnhancedValidity) and period.single_shot
        if isinstance(period, AbsoluteValidity):
            end = period.stamp.time
            duration = None if end is None else max(end - now, timedelta(0))
        else:
            duration = period.duration
        return cls(min(DEFAULT if duration is None else duration, LONGEST).total_seconds(), single_shot)


_DEFAULT = Validity()
