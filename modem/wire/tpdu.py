"""The TPDUs that carry messages: SUBMIT, DELIVER and COMMAND (TS 23.040 9.2.2), and the choice between all six.

One type for each PDU. `decode` is lenient unless told otherwise: lenient reads what real devices send, strict
refuses what the standard forbids; neither makes up text that is not there.
"""

from __future__ import annotations

from .address import Address, decode_address, encode_address
from .coding import GSM7, DataCoding
from .errors import PduError, checked
from .named import NamedTuple
from .reports import DeliverReport, StatusReport, SubmitReport, first_octet
from .times import (
    ServiceCentreTimeStamp,
    ValidityPeriod,
    decode_validity,
    validity_format,
)
from .user_data import UserData, decode_user_data, encode_user_data

# TP-MTI, bits 1 and 0 of the first octet: the same two bits mean another PDU in the other direction.
DELIVER = DELIVER_REPORT = 0b00
SUBMIT = SUBMIT_REPORT = 0b01
STATUS_REPORT = COMMAND = 0b10

MAX_COMMAND_DATA = 157


class Submit(NamedTuple):
    """SMS-SUBMIT (9.2.2.2): a message from the mobile to the service centre."""

    destination: Address
    user_data: UserData
    data_coding: DataCoding = GSM7
    message_reference: int = 0
    protocol_identifier: int = 0
    validity_period: ValidityPeriod | None = None
    reject_duplicates: bool = False
    status_report_request: bool = False
    reply_path: bool = False

    def encode(self) -> bytes:
        """The octets of the TPDU. Raises PduError when a field does not fit."""
        destination, user_data, coding, reference, identifier, period, reject_duplicates, report, reply_path = self
        first = SUBMIT
        if user_data.header or user_data.empty_header:
            first |= 0x40
        if reject_duplicates:
            first |= 0x04
        if report:
            first |= 0x20
        if reply_path:
            first |= 0x80
        validity = b""
        if period is not None:
            first |= validity_format(period) << 3
            validity = period.encode()
        return (
            bytes((first, reference if 0 <= reference <= 255 else _octet(reference, "TP-MR")))
            + encode_address(destination)
            + bytes((identifier if 0 <= identifier <= 255 else _octet(identifier, "TP-PID"), coding.octet))
            + validity
            + encode_user_data(user_data, coding)
        )

    @classmethod
    def decode(cls, octets: bytes, strict: bool = False) -> Submit:
        """Read the TPDU. Raises PduError."""
        first = first_octet(octets, SUBMIT, "SMS-SUBMIT", 2)
        destination, at = decode_address(octets, 2, strict, "TP-DA")
        if at + 2 > len(octets):
            raise PduError("cut off", field="TP-PID, TP-DCS", offset=at, clause="TS 23.040 9.2.2.2")
        coding = DataCoding.of(octets[at + 1])
        period, start = decode_validity(octets, at + 2, first >> 3 & 3, strict)
        return cls(
            destination,
            decode_user_data(octets, start, bool(first & 0x40), coding, strict),
            coding,
            octets[1],
            octets[at],
            period,
            bool(first & 0x04),
            bool(first & 0x20),
            bool(first & 0x80),
        )


class Deliver(NamedTuple):
    """SMS-DELIVER (9.2.2.1): a message from the service centre to the mobile."""

    originator: Address
    service_centre_time_stamp: ServiceCentreTimeStamp
    user_data: UserData
    data_coding: DataCoding = GSM7
    protocol_identifier: int = 0
    more_messages: bool = False
    loop_prevention: bool = False
    status_report_indication: bool = False
    reply_path: bool = False

    def encode(self) -> bytes:
        """The octets of the TPDU. Raises PduError when a field does not fit."""
        originator, stamp, user_data, coding, identifier, more_messages, loop_prevention, report, reply_path = self
        first = DELIVER if more_messages else DELIVER | 0x04  # TP-MMS: 0 says that more messages wait
        if user_data.header or user_data.empty_header:
            first |= 0x40
        if loop_prevention:
            first |= 0x08
        if report:
            first |= 0x20
        if reply_path:
            first |= 0x80
        return (
            bytes((first,))
            + encode_address(originator)
            + bytes((identifier if 0 <= identifier <= 255 else _octet(identifier, "TP-PID"), coding.octet))
            + stamp.encode()
            + encode_user_data(user_data, coding)
        )

    @classmethod
    def decode(cls, octets: bytes, strict: bool = False) -> Deliver:
        """Read the TPDU. Raises PduError. The reserved TP-MTI 11 is read as a DELIVER (9.2.3.1) unless `strict`."""
        if octets and octets[0] & 3 == 0b11 and not strict:
            octets = bytes([octets[0] & ~3]) + octets[1:]
        first = first_octet(octets, DELIVER, "SMS-DELIVER", 1)
        originator, at = decode_address(octets, 1, strict, "TP-OA")
        if at + 2 > len(octets):
            raise PduError("cut off", field="TP-PID, TP-DCS", offset=at, clause="TS 23.040 9.2.2.1")
        coding = DataCoding.of(octets[at + 1])
        return cls(
            originator,
            ServiceCentreTimeStamp.decode(octets, at + 2, strict),
            decode_user_data(octets, at + 9, bool(first & 0x40), coding, strict),
            coding,
            octets[at],
            not first & 0x04,
            bool(first & 0x08),
            bool(first & 0x20),
            bool(first & 0x80),
        )


class Command(NamedTuple):
    """SMS-COMMAND (9.2.2.4): an order about a message submitted before. `command_type` as 9.2.3.19 lists."""

    destination: Address
    command_type: int
    message_number: int = 0
    data: bytes = b""
    message_reference: int = 0
    protocol_identifier: int = 0
    status_report_request: bool = False
    has_header: bool = False

    def encode(self) -> bytes:
        """The octets of the TPDU. Raises PduError when a field does not fit."""
        if len(self.data) > MAX_COMMAND_DATA:
            raise PduError(
                f"{len(self.data)} octets, at most {MAX_COMMAND_DATA} fit", field="TP-CD", clause="TS 23.040 9.2.3.21"
            )
        return b"".join(
            (
                bytes((COMMAND | self.status_report_request << 5 | self.has_header << 6,)),
                bytes((_octet(self.message_reference, "TP-MR"), _octet(self.protocol_identifier, "TP-PID"))),
                bytes((_octet(self.command_type, "TP-CT"), _octet(self.message_number, "TP-MN"))),
                encode_address(self.destination),
                bytes((len(self.data),)),
                self.data,
            )
        )

    @classmethod
    def decode(cls, octets: bytes, strict: bool = False) -> Command:
        """Read the TPDU. Raises PduError."""
        first = first_octet(octets, COMMAND, "SMS-COMMAND", 5)
        destination, at = decode_address(octets, 5, strict, "TP-DA")
        if at >= len(octets):
            raise PduError("cut off", field="TP-CDL", offset=at, clause="TS 23.040 9.2.3.20")
        end = at + 1 + octets[at]
        if strict and octets[at] > MAX_COMMAND_DATA:
            raise PduError(
                f"{octets[at]} is over the limit of {MAX_COMMAND_DATA}",
                field="TP-CDL",
                offset=at,
                clause="TS 23.040 9.2.3.21",
            )
        if end > len(octets) or (strict and end < len(octets)):
            raise PduError(
                f"{octets[at]} octets announced, {len(octets) - at - 1} there",
                field="TP-CDL",
                offset=at,
                clause="TS 23.040 9.2.3.20",
            )
        return cls(
            destination,
            octets[3],
            octets[4],
            octets[at + 1 : end],
            octets[1],
            octets[2],
            bool(first & 0x20),
            bool(first & 0x40),
        )


def _octet(value: int, field: str) -> int:
    return checked(value, field, "TS 23.040 9.2.2")


def decode_from_network(octets: bytes, strict: bool = False) -> Deliver | StatusReport:
    """What a service centre sends as a message: DELIVER or STATUS-REPORT (what +CMT, +CDS and +CMGR carry)."""
    if octets and octets[0] & 3 == STATUS_REPORT:
        return StatusReport.decode(octets, strict)
    return Deliver.decode(octets, strict)


def decode_from_mobile(octets: bytes, strict: bool = False) -> Submit | Command:
    """What a mobile sends as a message: SUBMIT or COMMAND."""
    if octets and octets[0] & 3 == COMMAND:
        return Command.decode(octets, strict)
    return Submit.decode(octets, strict)


Tpdu = Submit | Deliver | Command | StatusReport | DeliverReport | SubmitReport
