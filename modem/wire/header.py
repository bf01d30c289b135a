"""The user data header: information elements in front of the text (TS 23.040 9.2.3.24)."""

from __future__ import annotations

from enum import IntEnum

from .elements import (
    CLAUSE,
    CONCATENATED_8BIT,
    CONCATENATED_16BIT,
    PORTS_8BIT,
    PORTS_16BIT,
    SPECIAL_MESSAGE_INDICATION,
)
from .errors import PduError, checked
from .named import NamedTuple


class InformationElement(NamedTuple):
    """One element: its identifier and its data, kept raw."""

    identifier: int
    data: bytes


Header = tuple[InformationElement, ...]


class Concatenation(NamedTuple):
    """This part's place in a longer message (9.2.3.24.1, 9.2.3.24.8): `sequence` of `total`, both from 1."""

    reference: int
    total: int
    sequence: int
    wide: bool = False  # a 16-bit reference

    def element(self) -> InformationElement:
        """The information element that says so. Raises PduError when a number does not fit."""
        reference, total, sequence, wide = self
        checked(reference, "reference", CLAUSE, 0xFFFF if wide else 0xFF)
        checked(total, "total", CLAUSE)
        checked(sequence, "sequence", CLAUSE)
        if wide:
            return InformationElement(CONCATENATED_16BIT, bytes((reference >> 8, reference & 0xFF, total, sequence)))
        return InformationElement(CONCATENATED_8BIT, bytes((reference, total, sequence)))


class Ports(NamedTuple):
    """Application ports (9.2.3.24.3, 9.2.3.24.4)."""

    destination: int
    source: int
    wide: bool = True

    def element(self) -> InformationElement:
        """The information element that says so. Raises PduError when a port does not fit."""
        size, identifier = (2, PORTS_16BIT) if self.wide else (1, PORTS_8BIT)
        ports = [checked(port, "port", CLAUSE, 256**size - 1) for port in (self.destination, self.source)]
        return InformationElement(identifier, b"".join(port.to_bytes(size, "big") for port in ports))


class WaitingKind(IntEnum):
    """What waits, in a special message indication: basic type, and extended type above it. Others are reserved."""

    VOICE = 0
    FAX = 1
    EMAIL = 2
    OTHER = 3
    VIDEO = 7


class SpecialIndication(NamedTuple):
    """How many messages of a kind wait (9.2.3.24.2). A header may hold one for each kind, and each profile."""

    kind: int  # 0..31; WaitingKind names the known ones
    messages: int  # how many; 255 stands for that many and more
    store: bool = False  # whether to keep this message once the indication is shown
    profile: int = 1  # 1..4

    def element(self) -> InformationElement:
        """The information element that says so. Raises PduError when a number does not fit."""
        kind = checked(self.kind, "message indication type", CLAUSE, 31)
        profile = checked(self.profile - 1, "profile", CLAUSE, 3)
        messages = checked(self.messages, "message count", CLAUSE)
        return InformationElement(SPECIAL_MESSAGE_INDICATION, bytes((self.store << 7 | profile << 5 | kind, messages)))


def indications_of(header: Header) -> tuple[SpecialIndication, ...]:
    """The special message indications of a header. Of several for the same kind and profile the last one counts."""
    found: dict[int, SpecialIndication] = {}
    for identifier, data in header:
        if identifier == SPECIAL_MESSAGE_INDICATION and len(data) == 2:
            first, messages = data
            found[first & 0x7F] = SpecialIndication(first & 0x1F, messages, bool(first & 0x80), (first >> 5 & 3) + 1)
    return tuple(found.values())


def concatenation_of(header: Header) -> Concatenation | None:
    """The concatenation a header tells of, or None. Of several the last one counts (9.2.3.24).

    An element whose total or sequence is 0, or whose sequence is beyond the total, is to be ignored (9.2.3.24.1).
    """
    for identifier, data in reversed(header):
        if identifier == CONCATENATED_8BIT and len(data) == 3:
            found = Concatenation(data[0], data[1], data[2])
        elif identifier == CONCATENATED_16BIT and len(data) == 4:
            found = Concatenation(int.from_bytes(data[:2], "big"), data[2], data[3], wide=True)
        else:
            continue
        if 0 < found.sequence <= found.total:
            return found
    return None


def ports_of(header: Header) -> Ports | None:
    """The application ports a header tells of, or None."""
    for identifier, data in reversed(header):
        if identifier == PORTS_16BIT and len(data) == 4:
            return Ports(int.from_bytes(data[:2], "big"), int.from_bytes(data[2:], "big"))
        if identifier == PORTS_8BIT and len(data) == 2:
            return Ports(data[0], data[1], wide=False)
    return None


def encode_header(header: Header) -> bytes:
    """The header with its length octet in front; nothing at all for an empty one."""
    if not header:
        return b""
    length = header_length(header) - 1
    if length > 139:
        raise PduError(f"{length} octets, at most 139 fit", field="TP-UDH", clause=CLAUSE)
    parts = [bytes([length])]
    for identifier, data in header:
        parts += bytes([checked(identifier, "IEI", CLAUSE), len(data)]), data
    return b"".join(parts)


def header_length(header: Header) -> int:
    """Octets the encoded header takes, its length octet included."""
    return 1 + sum(2 + len(data) for _, data in header) if header else 0


def decode_header(octets: bytes, offset: int = 0) -> tuple[Header, int]:
    """The header whose length octet stands at `octets[0]`, and how many octets it takes.

    `offset` is only for the error: where the user data begins in the PDU. Raises PduError when the header is longer
    than the user data, or an element longer than the header.
    """
    if not octets:
        raise PduError(
            "a header is announced, but there is no user data", field="TP-UDHL", offset=offset, clause=CLAUSE
        )
    end = 1 + octets[0]
    if end > len(octets):
        raise PduError(f"{octets[0]} octets announced, {len(octets) - 1} left",
                       field="TP-UDHL", offset=offset, clause=CLAUSE)  # fmt: skip
    elements = []
    at = 1
    while at < end:
        if at + 2 > end or at + 2 + octets[at + 1] > end:
            raise PduError("an information element runs over the end of the header",
                           field="TP-UDH", offset=offset + at, clause=CLAUSE)  # fmt: skip
        after = at + 2 + octets[at + 1]
        elements.append(InformationElement(octets[at], octets[at + 2 : after]))
        at = after
    return tuple(elements), end
