"""The layouts of the TPDUs: which field comes after which, and what it says (TS 23.040 9.2.2).

A `Walk` goes through the octets of a PDU, one step a field; `LAYOUTS`, at the end, reads like the tables of the
standard.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..address import CLAUSE as ADDRESS_CLAUSE
from ..address import decode_address, decode_service_centre
from ..causes import failure_words
from ..coding import GSM7, DataCoding
from ..elements import CLAUSE as HEADER_CLAUSE
from ..errors import PduError
from ..header import concatenation_of, decode_header, ports_of
from ..protocol import command_words, protocol_words
from ..records import CLAUSE as RECORD_CLAUSE
from ..records import RecordStatus
from ..reports import EXTENSION, INDICATED, LATER_FIELDS, PARAMETER_CLAUSE
from ..status import status_and_group_words, status_words
from ..times import STAMP_CLAUSE, STAMP_OCTETS, VALIDITY_CLAUSE, ServiceCentreTimeStamp, decode_validity
from ..user_data import LENGTH_CLAUSE, UserData, decode_user_data
from . import kinds, meanings
from .kinds import CLAUSES, Bits, Field, Kind, first_octet_bits

SERVICE_CENTRE_CLAUSE = "TS 24.011 8.2.5.2"


class Walk:
    """One way through the octets. Each step takes its field, or raises PduError and leaves the place where it is."""

    def __init__(self, octets: bytes, kind: Kind, record: bool) -> None:
        self.octets = octets
        self.kind = kind
        self.record = record
        self.at = 0
        self.start = 0
        self.fields: list[Field] = []
        self.facts: dict[str, Any] = {}
        self.problems: list[PduError] = []
        self.coding = GSM7
        self.present = 0  # TP-PI
        self.later = False  # whether it tells of fields that a later version has
        self.content: UserData | None = None

    # --- taking octets

    def take(self, name: str, size: int, value: str, clause: str, bits: tuple[Bits, ...] = ()) -> bytes:
        """The next `size` octets as a field."""
        taken = self.octets[self.at : self.at + size]
        if taken:
            self.fields.append(Field(name, self.at, taken, value, clause, bits))
            self.at += size
        return taken

    def peek(self, name: str, clause: str) -> int:
        """The next octet, which is there."""
        if self.at >= len(self.octets):
            raise PduError("cut off", field=name, offset=self.at, clause=clause)
        return self.octets[self.at]

    def check(self, decode: Callable[..., object], *arguments: object) -> None:
        """Remember what strict decoding has against the next field."""
        try:
            decode(*arguments)
        except PduError as error:
            self.problems.append(error)

    def rest(self, stopped: PduError | None) -> None:
        """What no step took."""
        left = self.octets[self.at :]
        if stopped is not None:
            self.take("not decoded", len(left), f"{len(left)} octets", "")
        elif self.later:
            self.take("later fields", len(left), "of a later version of the standard", PARAMETER_CLAUSE)
        elif left.strip(b"\xff"):
            self.take("rest", len(left), f"{len(left)} octets after the end", "")
        else:
            self.take("fill", len(left), f"{len(left)} octets unused", RECORD_CLAUSE if self.record else "")

    # --- in front of the TPDU

    def record_status(self) -> None:
        """The status octet of EF_SMS."""
        status = self.peek("record status", RECORD_CLAUSE)
        words = meanings.RECORD_STATUS[RecordStatus.of(status)]
        self.take("record status", 1, words, RECORD_CLAUSE)
        self.facts["record_status"] = words

    def service_centre(self) -> None:
        """The RP address of the service centre."""
        clause = SERVICE_CENTRE_CLAUSE
        length = self.peek("SC length", clause)
        address, end = decode_service_centre(self.octets, self.at)
        self.check(decode_service_centre, self.octets, self.at, True)
        self.take("SC length", 1, f"{length} octets" if length else "none, the modem's own (+CSCA)", clause)
        if address is not None:
            self.type_of_address("SC type", clause)
            self.take("SC address", end - self.at, str(address), clause)
            self.facts["service_centre"] = str(address)

    # --- the fields of a TPDU

    def first_octet(self) -> None:
        """The bits that every TPDU begins with."""
        clause = f"TS 23.040 {CLAUSES[self.kind.name]}"
        first = self.peek("TP-MTI", clause)
        self.take("first octet", 1, str(self.kind), clause, first_octet_bits(self.kind, first))

    def octet(self, name: str, clause: int, words: Callable[[int], str], fact: str) -> None:
        """A field of one octet."""
        where = f"TS 23.040 9.2.3.{clause}"
        value = self.peek(name, where)
        self.take(name, 1, words(value), where)
        self.facts[fact] = value

    def type_of_address(self, name: str, clause: str) -> None:
        """TON and NPI."""
        octet = self.peek(name, clause)
        number, plan = meanings.type_of_address_words(octet)
        self.take(name, 1, f"{number}; {plan}", clause)

    def address(self, name: str, fact: str) -> None:
        """A TP address: length, type, value."""
        address, end = decode_address(self.octets, self.at, False, name)
        self.check(decode_address, self.octets, self.at, True, name)
        length = self.octets[self.at]
        self.take(f"{name} length", 1, f"{length} semi-octets", ADDRESS_CLAUSE)
        self.type_of_address(f"{name} type", ADDRESS_CLAUSE)
        where = 7 if name == "TP-OA" else 14 if name == "TP-RA" else 8
        self.take(name, end - self.at, str(address), f"TS 23.040 9.2.3.{where}")
        self.facts[fact] = str(address)
        self.facts["type_of_address"] = f"{address.type_of_address:02X}"

    def stamp(self, name: str, fact: str) -> None:
        """A time stamp."""
        stamp = ServiceCentreTimeStamp.decode(self.octets, self.at, False, name)
        self.check(ServiceCentreTimeStamp.decode, self.octets, self.at, True, name)
        self.take(
            name, STAMP_OCTETS, meanings.stamp_words(stamp), STAMP_CLAUSE if name == "TP-SCTS" else "TS 23.040 9.2.3.13"
        )
        self.facts[fact] = stamp.time.isoformat() if stamp.time else None

    def data_coding(self) -> None:
        """TP-DCS."""
        self.coding = DataCoding.of(self.peek("TP-DCS", "TS 23.040 9.2.3.10"))
        self.take("TP-DCS", 1, meanings.data_coding_words(self.coding), "TS 23.040 9.2.3.10")
        self.facts["data_coding_scheme"] = self.coding.octet
        if self.coding.message_class is not None:
            self.facts["message_class"] = self.coding.message_class

    def validity(self) -> None:
        """TP-VP, in the format that the first octet announces."""
        form = self.octets[self.start] >> 3 & 3
        period, end = decode_validity(self.octets, self.at, form)
        self.check(decode_validity, self.octets, self.at, form, True)
        if period is not None:
            words = meanings.validity_words(period)
            self.take("TP-VP", end - self.at, words, VALIDITY_CLAUSE)
            self.facts["validity_period"] = words

    def failure_cause(self) -> None:
        """TP-FCS, which only a report in an RP-ERROR has."""
        if self.kind.carrier == "RP-ERROR":
            self.octet("TP-FCS", 22, failure_words, "failure_cause")

    def indicator(self) -> None:
        """TP-PI and its extensions."""
        clause = PARAMETER_CLAUSE
        first = self.peek("TP-PI", clause)
        bits = tuple(
            Bits(name, mask, "follows" if first & mask else "absent", clause)
            for name, mask in (*INDICATED.items(), ("reserved", LATER_FIELDS), ("extension", EXTENSION))
        )
        size = 1
        while self.octets[self.at + size - 1] & EXTENSION:
            if self.at + size == len(self.octets):
                raise PduError("cut off", field="TP-PI", offset=self.at, clause=clause)
            size += 1
        extension = self.octets[self.at + 1 : self.at + size]
        self.present = first
        self.later = bool(first & LATER_FIELDS or any(octet & ~EXTENSION for octet in extension))
        self.take("TP-PI", size, "which of the following stand", clause, bits)

    def parameters(self) -> None:
        """What TP-PI announces."""
        for name, step in (
            ("TP-PID", Walk.protocol_identifier),
            ("TP-DCS", Walk.data_coding),
            ("TP-UDL", Walk.user_data),
        ):
            if self.present & INDICATED[name]:
                step(self)

    def status_report_end(self) -> None:
        """The optional end of a STATUS-REPORT."""
        if self.at < len(self.octets) and not (self.record and not self.octets[self.at :].strip(b"\xff")):
            try:
                self.indicator()
                self.parameters()
            except PduError as error:
                # The report says all it has to without its end: lenient decoding minds only user data that breaks off.
                if error.field == "TP-UDL":
                    raise
                self.problems.append(error)

    def protocol_identifier(self) -> None:
        """TP-PID."""
        self.octet("TP-PID", 9, protocol_words, "protocol_identifier")

    def user_data(self) -> None:
        """TP-UDL and TP-UD."""
        length = self.peek("TP-UDL", LENGTH_CLAUSE)
        coding = self.coding
        has_header = bool(self.octets[self.start] & 0x40)
        size = (length * 7 + 7) // 8 if coding.septets else length
        end = self.at + 1 + size
        whole = self.octets[:end] if self.record or self.later else self.octets
        self.check(decode_user_data, whole, self.at, has_header, coding, True)
        try:
            content = decode_user_data(self.octets, self.at, has_header, coding)
        except PduError as error:
            self.take("TP-UDL", 1, f"{length} {'septets' if coding.septets else 'octets'}", LENGTH_CLAUSE)
            self._torn(error, has_header)
            raise
        self.take("TP-UDL", 1, f"{length} {'septets' if coding.septets else 'octets'}", LENGTH_CLAUSE)
        self.content = content
        header_size = self.header(size) if content.has_header else 0
        self._body(content, size - header_size, -header_size % 7 if coding.septets else 0)

    def header(self, size: int) -> int:
        """TP-UDHL and the information elements; the octets that they take."""
        elements, taken = decode_header(self.octets[self.at : self.at + size])
        self.take("TP-UDHL", 1, f"{taken - 1} octets", HEADER_CLAUSE)
        for element in elements:
            words, clause = meanings.element_words(element)
            self.take(f"IE {element.identifier:02X}", 2 + len(element.data), words, clause)
        place, ports = concatenation_of(elements), ports_of(elements)
        if place is not None:
            self.facts["part"] = {"reference": place.reference, "total": place.total, "sequence": place.sequence}
        if ports is not None:
            self.facts["ports"] = {"destination": ports.destination, "source": ports.source}
        self.facts["elements"] = [
            {"identifier": element.identifier, "data": element.data.hex().upper()} for element in elements
        ]
        return taken

    def _body(self, content: UserData, size: int, fill_bits: int) -> None:
        body = content.body
        bits = (
            Bits(
                "fill",
                (1 << fill_bits) - 1,
                f"{fill_bits} {'bit' if fill_bits == 1 else 'bits'} before the text",
                HEADER_CLAUSE,
            ),
        )
        self.facts["encoding"] = _encoding_name(self.coding, body)
        if isinstance(body, str):
            self.facts["text"] = body
            self.take("TP-UD", size, body, "TS 23.040 9.2.3.24", bits if fill_bits else ())
        else:
            self.facts["data"] = body.hex().upper()
            shown = "".join(chr(octet) if 0x20 <= octet < 0x7F else "." for octet in body)
            self.take("TP-UD", size, f"{len(body)} octets, in ASCII {shown}" if body else "", "TS 23.040 9.2.3.24")

    def _torn(self, error: PduError, has_header: bool) -> None:
        """Of user data that is cut off, show what is there."""
        left = self.octets[self.at :]
        if has_header or not left or error.field != "TP-UDL":
            return
        count = len(left) * 8 // 7 if self.coding.septets else len(left) & ~1 if self.coding.text else len(left)
        body = decode_user_data(bytes([min(count, 255)]) + left, 0, False, self.coding).body
        if isinstance(body, str):
            self.take("TP-UD", len(left), body, "TS 23.040 9.2.3.24")


def _encoding_name(coding: DataCoding, body: str | bytes) -> str:
    if coding.compressed:
        return "compressed"
    # Octets in a coding for text: the header is so broken that nobody knows where the text begins.
    return coding.alphabet.value if isinstance(body, str) == coding.text else "unknown"


# --- the layouts of TS 23.040 9.2.2 -----------------------------------------------------------------------------

_Step = Callable[[Walk], None]


def _reference(walk: Walk) -> None:
    walk.octet("TP-MR", 6, str, "message_reference")


def _originator(walk: Walk) -> None:
    walk.address("TP-OA", "from")


def _destination(walk: Walk) -> None:
    walk.address("TP-DA", "to")


def _recipient(walk: Walk) -> None:
    walk.address("TP-RA", "recipient")


def _service_centre_time_stamp(walk: Walk) -> None:
    walk.stamp("TP-SCTS", "sent_at")


def _discharge_time(walk: Walk) -> None:
    walk.stamp("TP-DT", "discharged_at")


def _status(walk: Walk) -> None:
    walk.octet("TP-ST", 15, status_and_group_words, "status")
    walk.facts["meaning"] = status_words(walk.facts["status"])


def _command_type(walk: Walk) -> None:
    walk.octet("TP-CT", 19, command_words, "command_type")


def _message_number(walk: Walk) -> None:
    walk.octet("TP-MN", 18, str, "message_number")


def _command_data(walk: Walk) -> None:
    length = walk.peek("TP-CDL", "TS 23.040 9.2.3.20")
    walk.take("TP-CDL", 1, f"{length} octets", "TS 23.040 9.2.3.20")
    data = walk.octets[walk.at : walk.at + length]
    if len(data) < length:
        raise PduError(f"{length} octets announced, {len(data)} there",
                       field="TP-CDL", offset=walk.at - 1, clause="TS 23.040 9.2.3.20")  # fmt: skip
    walk.facts["data"] = walk.take("TP-CD", length, f"{length} octets", "TS 23.040 9.2.3.21").hex().upper()


def _pages(walk: Walk) -> None:
    from .page_layout import pages  # seldom needed

    pages(walk)


_REPORT: tuple[_Step, ...] = (Walk.first_octet, Walk.failure_cause, Walk.indicator)

LAYOUTS: dict[Kind, tuple[_Step, ...]] = {
    kinds.DELIVER: (
        Walk.first_octet,
        _originator,
        Walk.protocol_identifier,
        Walk.data_coding,
        _service_centre_time_stamp,
        Walk.user_data,
    ),
    kinds.SUBMIT: (
        Walk.first_octet,
        _reference,
        _destination,
        Walk.protocol_identifier,
        Walk.data_coding,
        Walk.validity,
        Walk.user_data,
    ),
    kinds.STATUS_REPORT: (
        Walk.first_octet,
        _reference,
        _recipient,
        _service_centre_time_stamp,
        _discharge_time,
        _status,
        Walk.status_report_end,
    ),
    kinds.PAGE: (_pages,),
    kinds.EMPTY_RECORD: (),
    kinds.COMMAND: (
        Walk.first_octet,
        _reference,
        Walk.protocol_identifier,
        _command_type,
        _message_number,
        _destination,
        _command_data,
    ),
    kinds.DELIVER_REPORT: (*_REPORT, Walk.parameters),
    kinds.DELIVER_REPORT_ERROR: (*_REPORT, Walk.parameters),
    kinds.SUBMIT_REPORT: (*_REPORT, _service_centre_time_stamp, Walk.parameters),
    kinds.SUBMIT_REPORT_ERROR: (*_REPORT, _service_centre_time_stamp, Walk.parameters),
}
