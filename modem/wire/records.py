"""Messages on the SIM: a record of EF_SMS (TS 51.011 10.5.3, TS 31.102 4.2.25)."""

from __future__ import annotations

from enum import IntEnum

from .address import Address, decode_service_centre, encode_service_centre
from .coding import GSM7, DataCoding
from .errors import PduError, checked
from .named import NamedTuple
from .times import STAMP_OCTETS
from .user_data import user_data_end

CLAUSE = "TS 51.011 10.5.3"

RECORD_OCTETS = 176


class RecordStatus(IntEnum):
    """The status octet. Bits 8 to 6 are reserved; bit 1 alone tells a used record from a free one."""

    FREE = 0x00
    READ = 0x01
    UNREAD = 0x03
    SENT = 0x05
    TO_BE_SENT = 0x07
    SENT_REPORT_REQUESTED = 0x0D
    SENT_REPORT_RECEIVED = 0x15  # but not stored
    SENT_REPORT_STORED = 0x1D  # in EF_SMSR

    @classmethod
    def of(cls, octet: int) -> RecordStatus:
        """The status of an octet, without its reserved bits. Every octet has one: FREE when bit 1 is not set."""
        if not octet & 1:
            return cls.FREE
        return cls(octet & 0x1F) if octet & 7 == cls.SENT else cls(octet & 7)

    @property
    def received(self) -> bool:
        """Whether the message came from the network."""
        return self in (RecordStatus.READ, RecordStatus.UNREAD)

    @property
    def sent(self) -> bool:
        """Whether the message is from this device, and was sent."""
        return self & 7 == RecordStatus.SENT


class SmsRecord(NamedTuple):
    """A record: the service centre that the message came from or goes to, and the TPDU. A free one has neither."""

    status: RecordStatus = RecordStatus.FREE
    service_centre: Address | None = None
    tpdu: bytes = b""

    def encode(self) -> bytes:
        """The 176 octets, filled up with FF. Raises PduError when the TPDU does not fit."""
        if self.status is RecordStatus.FREE:
            return _FREE
        content = encode_service_centre(self.service_centre) + self.tpdu
        if len(content) >= RECORD_OCTETS:
            raise PduError(f"{len(content)} octets, a record holds {RECORD_OCTETS - 1}", field="record", clause=CLAUSE)
        return bytes((checked(self.status, "status", CLAUSE),)) + content.ljust(RECORD_OCTETS - 1, b"\xff")

    @classmethod
    def decode(cls, octets: bytes, strict: bool = False) -> SmsRecord:
        """Read a record; what fills it up is no part of the TPDU. Raises PduError.

        What a free record has left of a message that was deleted is not shown. `strict` asks for exactly 176 octets,
        and no reserved bits.
        """
        if not octets or (strict and len(octets) != RECORD_OCTETS):
            raise PduError(f"{len(octets)} octets, a record has {RECORD_OCTETS}", field="record", clause=CLAUSE)
        status = RecordStatus.of(octets[0])
        if strict and octets[0] not in RecordStatus.__members__.values():
            raise PduError(f"{octets[0]:02X} is reserved", field="status", offset=0, clause=CLAUSE)
        if status is RecordStatus.FREE:
            return cls()
        service_centre, start = decode_service_centre(octets, 1, strict)
        tpdu = octets[start:]
        return cls(status, service_centre, tpdu[: _tpdu_length(tpdu, status.received)])


_FREE = b"\0".ljust(RECORD_OCTETS, b"\xff")


def _tpdu_length(octets: bytes, received: bool) -> int:
    """How long the TPDU at the beginning of `octets` is; of one that is cut off, all but the filling."""
    try:
        length = _announced_length(octets, received)
    except IndexError:
        length = len(octets) + 1
    return length if length <= len(octets) else len(octets.rstrip(b"\xff"))


def _announced_length(octets: bytes, received: bool) -> int:
    """What the TPDU itself says. Raises IndexError when it is cut off."""
    first = octets[0]
    if first & 3 == 0b10:
        if received:  # SMS-STATUS-REPORT: after TP-ST, what TP-PI announces
            at = 2 + _address_length(octets, 2) + 2 * STAMP_OCTETS + 1
            return at if octets[at] == 0xFF else _parameters_end(octets, at)
        at = 5 + _address_length(octets, 5)  # SMS-COMMAND
        return at + 1 + octets[at]
    if first & 3 == 0b01 and not received:
        at = 2 + _address_length(octets, 2)
        validity = (0, 7, 1, 7)[first >> 3 & 3]
        return user_data_end(octets, at + 2 + validity, DataCoding.of(octets[at + 1]))
    at = 1 + _address_length(octets, 1)
    return user_data_end(octets, at + 2 + STAMP_OCTETS, DataCoding.of(octets[at + 1]))


def _address_length(octets: bytes, at: int) -> int:
    return 2 + (octets[at] + 1) // 2


def _parameters_end(octets: bytes, at: int) -> int:
    indicator = octets[at]
    if indicator & 0xF8:  # fields of a later version may follow
        return len(octets.rstrip(b"\xff"))
    at += 1 + (indicator & 1)
    coding = GSM7
    if indicator & 2:
        coding = DataCoding.of(octets[at])
        at += 1
    return user_data_end(octets, at, coding) if indicator & 4 else at
