"""The TPDUs that answer: STATUS-REPORT, DELIVER-REPORT and SUBMIT-REPORT (TS 23.040 9.2.2)."""

from __future__ import annotations

from .address import Address, decode_address, encode_address
from .coding import GSM7, DataCoding
from .errors import PduError, checked
from .named import NamedTuple
from .times import STAMP_OCTETS, ServiceCentreTimeStamp
from .user_data import UserData, decode_user_data, encode_user_data, user_data_end

PARAMETER_CLAUSE = "TS 23.040 9.2.3.27"

# TP-PI: the fields that it announces, bits that a later version may use for fields after these, and whether another
# octet follows, whose bits are all for later versions.
INDICATED = {"TP-PID": 0x01, "TP-DCS": 0x02, "TP-UDL": 0x04}
LATER_FIELDS = 0x78
EXTENSION = 0x80

_PID, _DCS, _UDL = INDICATED.values()


class Parameters(NamedTuple):
    """The optional end of a report, announced by TP-Parameter-Indicator (9.2.3.27)."""

    protocol_identifier: int | None = None
    data_coding: DataCoding | None = None
    user_data: UserData | None = None

    def encode(self) -> bytes:
        """TP-PI and what it announces."""
        indicator = 0
        parts = []
        if self.protocol_identifier is not None:
            indicator |= _PID
            parts.append(bytes((checked(self.protocol_identifier, "TP-PID", "TS 23.040 9.2.3.9"),)))
        if self.data_coding is not None:
            indicator |= _DCS
            parts.append(bytes((self.data_coding.octet,)))
        if self.user_data is not None:
            indicator |= _UDL
            parts.append(encode_user_data(self.user_data, self.data_coding or GSM7))
        return bytes((indicator,)) + b"".join(parts)


NO_PARAMETERS = Parameters()


def first_octet(octets: bytes, mti: int, name: str, least: int) -> int:
    """The first octet, when there are `least` octets of a TPDU of type `mti`. Raises PduError, naming the PDU."""
    if octets and octets[0] & 3 != mti:
        raise PduError(
            f"{octets[0] & 3:02b} is not the type of an {name}", field="TP-MTI", offset=0, clause="TS 23.040 9.2.3.1"
        )
    if len(octets) < least:
        raise PduError("cut off", field=name, offset=len(octets), clause="TS 23.040 9.2.2")
    return octets[0]


def _indicator(octets: bytes, offset: int) -> tuple[int, int]:
    """TP-PI at `offset`, and the offset after it and its extensions.

    It has LATER_FIELDS set where a bit of an extension is.
    """
    indicator = octets[offset] if offset < len(octets) else 0
    for at in range(offset, len(octets)):
        if at > offset and octets[at] & ~EXTENSION:
            indicator |= LATER_FIELDS
        if not octets[at] & EXTENSION:
            return indicator, at + 1
    raise PduError("cut off", field="TP-PI", offset=offset, clause=PARAMETER_CLAUSE)


def _parameters(octets: bytes, at: int, indicator: int, has_header: bool, strict: bool) -> Parameters:
    """What `indicator` announces, from `at` to the end; fields of a later version may follow and are left unread."""
    protocol_identifier, coding, user_data = None, None, None
    wanted = (indicator & (_PID | _DCS)).bit_count()
    if at + wanted > len(octets):
        raise PduError("cut off", field="TP-PID, TP-DCS", offset=at, clause=PARAMETER_CLAUSE)
    if indicator & _PID:
        protocol_identifier = octets[at]
        at += 1
    if indicator & _DCS:
        coding = DataCoding.of(octets[at])
        at += 1
    later = indicator & LATER_FIELDS
    if indicator & _UDL:
        end = user_data_end(octets, at, coding or GSM7) if later else None
        user_data = decode_user_data(octets[:end], at, has_header, coding or GSM7, strict)
    elif strict and at < len(octets) and not later:
        raise PduError(f"{len(octets) - at} octets after the end", field="TP-PI", offset=at, clause=PARAMETER_CLAUSE)
    return Parameters(protocol_identifier, coding, user_data)


class StatusReport(NamedTuple):
    """SMS-STATUS-REPORT (9.2.2.3): what became of a message. `status` is TP-ST (9.2.3.15)."""

    message_reference: int
    recipient: Address
    service_centre_time_stamp: ServiceCentreTimeStamp
    discharge_time: ServiceCentreTimeStamp
    status: int
    more_messages: bool = False
    loop_prevention: bool = False
    of_command: bool = False  # TP-SRQ: the report answers an SMS-COMMAND
    parameters: Parameters | None = None

    def encode(self) -> bytes:
        """The octets of the TPDU. Raises PduError when a field does not fit."""
        has_header = bool(self.parameters and self.parameters.user_data and self.parameters.user_data.has_header)
        first = (
            0b10 | (not self.more_messages) << 2 | self.loop_prevention << 3 | self.of_command << 5 | has_header << 6
        )
        return b"".join(
            (
                bytes((first, checked(self.message_reference, "TP-MR", "TS 23.040 9.2.3.6"))),
                encode_address(self.recipient),
                self.service_centre_time_stamp.encode(),
                self.discharge_time.encode(),
                bytes((checked(self.status, "TP-ST", "TS 23.040 9.2.3.15"),)),
                self.parameters.encode() if self.parameters is not None else b"",
            )
        )

    @classmethod
    def decode(cls, octets: bytes, strict: bool = False) -> StatusReport:
        """Read the TPDU. Raises PduError."""
        first = first_octet(octets, 0b10, "SMS-STATUS-REPORT", 2)
        recipient, at = decode_address(octets, 2, strict, "TP-RA")
        stamp = ServiceCentreTimeStamp.decode(octets, at, strict)
        discharge = ServiceCentreTimeStamp.decode(octets, at + STAMP_OCTETS, strict, "TP-DT")
        at += 2 * STAMP_OCTETS
        if at >= len(octets):
            raise PduError("cut off", field="TP-ST", offset=at, clause="TS 23.040 9.2.3.15")
        parameters = None
        if at + 1 < len(octets):
            try:
                indicator, start = _indicator(octets, at + 1)
                parameters = _parameters(octets, start, indicator, bool(first & 0x40), strict)
            except PduError as error:
                # The report says all it has to without its optional end. SIM records are filled up with FF, which looks
                # like an endless indicator. But user data that breaks off is an error as everywhere.
                if strict or error.field == "TP-UDL":
                    raise
        return cls(
            octets[1],
            recipient,
            stamp,
            discharge,
            octets[at],
            not first & 0x04,
            bool(first & 0x08),
            bool(first & 0x20),
            parameters,
        )


class DeliverReport(NamedTuple):
    """SMS-DELIVER-REPORT (9.2.2.1a): the mobile's answer to a DELIVER or STATUS-REPORT.

    `failure_cause` is TP-FCS (9.2.3.22) and stands only in one carried by RP-ERROR.
    """

    failure_cause: int | None = None
    parameters: Parameters = NO_PARAMETERS

    def encode(self) -> bytes:
        """The octets of the TPDU. Raises PduError when a field does not fit."""
        header = bool(self.parameters.user_data and self.parameters.user_data.has_header)
        cause = _failure_cause(self.failure_cause)
        return bytes((0b00 | header << 6,)) + cause + self.parameters.encode()

    @classmethod
    def decode(cls, octets: bytes, error: bool, strict: bool = False) -> DeliverReport:
        """Read the TPDU carried by RP-ERROR (`error`) or RP-ACK. Raises PduError."""
        first, cause, at = _report_start(octets, 0b00, "SMS-DELIVER-REPORT", error)
        indicator, at = _indicator(octets, at)
        return cls(cause, _parameters(octets, at, indicator, bool(first & 0x40), strict))


class SubmitReport(NamedTuple):
    """SMS-SUBMIT-REPORT (9.2.2.2a): the service centre's answer to a SUBMIT or COMMAND."""

    service_centre_time_stamp: ServiceCentreTimeStamp
    failure_cause: int | None = None
    parameters: Parameters = NO_PARAMETERS

    def encode(self) -> bytes:
        """The octets of the TPDU. Raises PduError when a field does not fit."""
        indicator, *rest = self.parameters.encode()
        header = bool(self.parameters.user_data and self.parameters.user_data.has_header)
        cause = _failure_cause(self.failure_cause)
        stamp = self.service_centre_time_stamp.encode()
        return bytes((0b01 | header << 6,)) + cause + bytes((indicator,)) + stamp + bytes(rest)

    @classmethod
    def decode(cls, octets: bytes, error: bool, strict: bool = False) -> SubmitReport:
        """Read the TPDU carried by RP-ERROR (`error`) or RP-ACK. Raises PduError."""
        first, cause, at = _report_start(octets, 0b01, "SMS-SUBMIT-REPORT", error)
        indicator, at = _indicator(octets, at)
        stamp = ServiceCentreTimeStamp.decode(octets, at, strict)
        return cls(stamp, cause, _parameters(octets, at + STAMP_OCTETS, indicator, bool(first & 0x40), strict))


def _failure_cause(cause: int | None) -> bytes:
    """TP-FCS, which stands only in a report of failure."""
    return b"" if cause is None else bytes((checked(cause, "TP-FCS", "TS 23.040 9.2.3.22"),))


def _report_start(octets: bytes, mti: int, name: str, error: bool) -> tuple[int, int | None, int]:
    """(first octet, TP-FCS or None, offset of TP-PI)."""
    first = first_octet(octets, mti, name, 1 + error)
    return (first, octets[1], 2) if error else (first, None, 1)
