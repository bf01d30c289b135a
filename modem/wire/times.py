"""Time stamps and validity periods (TS 23.040 9.2.3.11 and 9.2.3.12)."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from .errors import PduError, checked
from .named import NamedTuple

STAMP_CLAUSE = "TS 23.040 9.2.3.11"
VALIDITY_CLAUSE = "TS 23.040 9.2.3.12"
STAMP_OCTETS = 7

_SWAP = bytes((octet & 0x0F) << 4 | octet >> 4 for octet in range(256))
_MAX_QUARTERS = 79


class ServiceCentreTimeStamp(NamedTuple):
    """Seven octets: local time and its offset from GMT in quarters of an hour, each octet with its digits swapped.

    The octets are kept as they came; `time` is None when they hold no valid date (devices and networks do send such).
    """

    octets: bytes

    @classmethod
    def of(cls, time: datetime) -> ServiceCentreTimeStamp:
        """The stamp of an aware time: its own offset is what is sent. Raises PduError for a naive time."""
        offset = time.utcoffset()
        if offset is None:
            raise PduError("a time without a zone", field="TP-SCTS", clause=STAMP_CLAUSE)
        quarters = round(offset.total_seconds() / 900)
        if abs(quarters) > _MAX_QUARTERS:
            raise PduError(f"an offset of {offset} does not fit", field="TP-SCTS", clause=STAMP_CLAUSE)
        time = time.astimezone(_zone(quarters))
        if not 1990 <= time.year <= 2089:
            raise PduError(f"two digits cannot tell the year {time.year}", field="TP-SCTS", clause=STAMP_CLAUSE)
        digits = time.strftime("%y%m%d%H%M%S") + f"{abs(quarters):02}"
        octets = bytearray(bytes.fromhex(digits).translate(_SWAP))
        if quarters < 0:
            octets[6] |= 0x08
        return cls(bytes(octets))

    @classmethod
    def decode(
        cls, octets: bytes, offset: int = 0, strict: bool = False, field: str = "TP-SCTS"
    ) -> ServiceCentreTimeStamp:
        """The stamp at `offset`. Raises PduError when cut off or, with `strict`, when it is no valid date."""
        if offset + STAMP_OCTETS > len(octets):
            raise PduError("cut off", field=field, offset=offset, clause=STAMP_CLAUSE)
        stamp = cls(octets[offset : offset + STAMP_OCTETS])
        if strict and stamp.time is None:
            raise PduError(
                f"{stamp.octets.hex().upper()} is no valid time",
                field=field,
                offset=offset,
                clause=STAMP_CLAUSE,
            )
        return stamp

    @property
    def time(self) -> datetime | None:
        """The aware time, or None when the octets hold no valid date. Years 90..99 are of the last century."""
        digits = self.octets[:6].translate(_SWAP).hex()
        zone = self.octets[6]
        quarters = (zone & 0x07) * 10 + (zone >> 4)
        if not digits.isdecimal() or zone >> 4 > 9 or quarters > _MAX_QUARTERS:
            return None
        if zone & 0x08:  # "the algebraic sign ... bit 3 of the seventh octet"
            quarters = -quarters
        year, month, day, hour, minute, second = (int(digits[at : at + 2]) for at in range(0, 12, 2))
        try:
            return datetime(
                year + (1900 if year >= 90 else 2000), month, day, hour, minute, second, tzinfo=_zone(quarters)
            )  # fmt: skip
        except ValueError:
            return None

    def encode(self) -> bytes:
        """The seven octets."""
        return _seven(self.octets, "TP-SCTS", STAMP_CLAUSE)

    def __str__(self) -> str:
        """As TS 27.005 prints it: ``yy/MM/dd,hh:mm:ss±zz``, digits as they came."""
        year, month, day, hour, minute, second = (f"{octet:02X}" for octet in self.octets[:6].translate(_SWAP))
        zone = self.octets[6]
        sign = "-" if zone & 0x08 else "+"
        return f"{year}/{month}/{day},{hour}:{minute}:{second}{sign}{zone & 0x07:X}{zone >> 4:X}"


def _seven(octets: bytes, field: str, clause: str) -> bytes:
    if len(octets) != STAMP_OCTETS:
        raise PduError(f"{len(octets)} octets, it has seven", field=field, clause=clause)
    return octets


_ZONES: dict[int, timezone] = {}


def _zone(quarters: int) -> timezone:
    zone = _ZONES.get(quarters)
    if zone is None:
        zone = _ZONES[quarters] = timezone(timedelta(minutes=15 * quarters))
    return zone


class RelativeValidity(NamedTuple):
    """A validity period counted from when the service centre has the message (9.2.3.12.1)."""

    octet: int

    @classmethod
    def of(cls, duration: timedelta) -> RelativeValidity:
        """The shortest period of at least `duration` (5 minutes to 63 weeks). Raises PduError outside."""
        for octet in range(256):
            if cls(octet).duration >= duration:
                return cls(octet)
        raise PduError(f"{duration} is longer than 63 weeks", field="TP-VP", clause=VALIDITY_CLAUSE)

    @property
    def duration(self) -> timedelta:
        """How long the message is valid."""
        value = self.octet
        if value <= 143:
            return timedelta(minutes=(value + 1) * 5)
        if value <= 167:
            return timedelta(hours=12, minutes=(value - 143) * 30)
        if value <= 196:
            return timedelta(days=value - 166)
        return timedelta(weeks=value - 192)

    def encode(self) -> bytes:
        """One octet."""
        return bytes([checked(self.octet, "TP-VP", VALIDITY_CLAUSE)])


class AbsoluteValidity(NamedTuple):
    """The moment at which the validity ends (9.2.3.12.2)."""

    stamp: ServiceCentreTimeStamp

    def encode(self) -> bytes:
        """Seven octets."""
        return self.stamp.encode()


class EnhancedValidity(NamedTuple):
    """The enhanced format (9.2.3.12.3): a functionality indicator and a period in one of several units."""

    octets: bytes

    @property
    def single_shot(self) -> bool:
        """Whether the service centre makes one attempt only."""
        return bool(self.octets[0] & 0x40)

    @property
    def duration(self) -> timedelta | None:
        """The period, or None when the format holds none, or a reserved or invalid one."""
        if self.octets[0] & 0x80:  # an extension octet follows, and no meaning is given to any
            return None
        unit = self.octets[0] & 0x07
        if unit == 1:
            return RelativeValidity(self.octets[1]).duration
        if unit == 2:
            return timedelta(seconds=self.octets[1]) if self.octets[1] else None
        digits = self.octets[1:4].translate(_SWAP).hex()
        if unit == 3 and digits.isdecimal() and digits[2] < "6" and digits[4] < "6":
            return timedelta(hours=int(digits[:2]), minutes=int(digits[2:4]), seconds=int(digits[4:]))
        return None

    def encode(self) -> bytes:
        """Seven octets."""
        return _seven(self.octets, "TP-VP", VALIDITY_CLAUSE)


ValidityPeriod = RelativeValidity | AbsoluteValidity | EnhancedValidity

# TP-VPF, bits 4 and 3 of the first octet (9.2.3.3).
_FORMATS: dict[type, int] = {RelativeValidity: 0b10, EnhancedValidity: 0b01, AbsoluteValidity: 0b11}


def validity_format(period: ValidityPeriod | None) -> int:
    """The TP-VPF value (0..3) for a period."""
    return 0 if period is None else _FORMATS[type(period)]


def decode_validity(octets: bytes, offset: int, vpf: int, strict: bool = False) -> tuple[ValidityPeriod | None, int]:
    """The TP-VP at `offset` in the format `vpf` (0..3), and the offset after it."""
    if vpf == 0:
        return None, offset
    size = 1 if vpf == 0b10 else STAMP_OCTETS
    if offset + size > len(octets):
        raise PduError("cut off", field="TP-VP", offset=offset, clause=VALIDITY_CLAUSE)
    if vpf == 0b10:
        return RelativeValidity(octets[offset]), offset + 1
    if vpf == 0b11:
        return AbsoluteValidity(ServiceCentreTimeStamp.decode(octets, offset, strict, "TP-VP")), offset + size
    enhanced = EnhancedValidity(octets[offset : offset + size])
    if strict and enhanced.octets[0] & 0x87 and enhanced.duration is None:
        raise PduError("a reserved or invalid enhanced format", field="TP-VP", offset=offset, clause=VALIDITY_CLAUSE)
    return enhanced, offset + size
