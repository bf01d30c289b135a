"""The kinds of PDU, and the bits that each begins with (TS 23.040 9.2.2): tables for `layouts`."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ..reports import DeliverReport, StatusReport, SubmitReport
from ..tpdu import Command, Deliver, Submit


class Bits(NamedTuple):
    """Some bits of the first octet of a field: `mask` says which."""

    name: str
    mask: int
    value: str
    clause: str


class Field(NamedTuple):
    """Octets that belong together. `problem` says what the standard has against them; `octets` is empty where octets
    are missing."""

    name: str
    offset: int
    octets: bytes
    value: str
    clause: str = ""
    bits: tuple[Bits, ...] = ()
    problem: str = ""


class Kind(NamedTuple):
    """One of the six TPDUs, or what may stand in the place of one. `type_indicator` is TP-MTI; the two reports have one
    layout in an RP-ACK and another in an RP-ERROR (`carrier`)."""

    name: str
    from_mobile: bool
    type_indicator: int
    decode: Callable[[bytes, bool], object]
    carrier: str = ""

    @property
    def direction(self) -> str:
        """Who sends it, in words."""
        return "mobile to network" if self.from_mobile else "network to mobile"

    def __str__(self) -> str:
        return f"{self.name} in an {self.carrier}" if self.carrier else self.name


DELIVER = Kind("SMS-DELIVER", False, 0, Deliver.decode)
SUBMIT = Kind("SMS-SUBMIT", True, 1, Submit.decode)
STATUS_REPORT = Kind("SMS-STATUS-REPORT", False, 2, StatusReport.decode)
COMMAND = Kind("SMS-COMMAND", True, 2, Command.decode)
DELIVER_REPORT = Kind("SMS-DELIVER-REPORT", True, 0, lambda o, s: DeliverReport.decode(o, False, s), "RP-ACK")
DELIVER_REPORT_ERROR = Kind("SMS-DELIVER-REPORT", True, 0, lambda o, s: DeliverReport.decode(o, True, s), "RP-ERROR")
SUBMIT_REPORT = Kind("SMS-SUBMIT-REPORT", False, 1, lambda o, s: SubmitReport.decode(o, False, s), "RP-ACK")
SUBMIT_REPORT_ERROR = Kind("SMS-SUBMIT-REPORT", False, 1, lambda o, s: SubmitReport.decode(o, True, s), "RP-ERROR")


def _decode_pages(octets: bytes, strict: bool) -> object:
    from ..cell_broadcast import decode_pages  # seldom needed, and its table costs time

    return decode_pages(octets, strict)


# No TPDUs: what +CBM carries, and a place on the SIM that holds nothing.
PAGE = Kind("CBS page", False, -1, _decode_pages)
EMPTY_RECORD = Kind("empty record", False, -1, lambda *_: None)

KINDS = (
    *(DELIVER, SUBMIT, STATUS_REPORT, COMMAND),
    *(DELIVER_REPORT, DELIVER_REPORT_ERROR, SUBMIT_REPORT, SUBMIT_REPORT_ERROR),
)

# Where each stands in TS 23.040
CLAUSES = {
    "SMS-DELIVER": "9.2.2.1",
    "SMS-DELIVER-REPORT": "9.2.2.1a",
    "SMS-SUBMIT": "9.2.2.2",
    "SMS-SUBMIT-REPORT": "9.2.2.2a",
    "SMS-STATUS-REPORT": "9.2.2.3",
    "SMS-COMMAND": "9.2.2.4",
}

VALIDITY_FORMATS = ("no TP-VP", "enhanced", "relative", "absolute")  # TP-VPF 00, 01, 10, 11


_Flag = tuple[str, int, tuple[str, str], int]  # name, mask, (meaning of 0, meaning of 1), clause after 9.2.3.
_MMS: _Flag = ("TP-MMS", 0x04, ("more messages wait in the SC", "no more messages wait"), 2)
_LP: _Flag = ("TP-LP", 0x08, ("not forwarded, or loops not prevented", "forwarded or spawned: prevent loops"), 28)
_UDHI: _Flag = ("TP-UDHI", 0x40, ("no header", "a header begins the user data"), 23)
_RP: _Flag = ("TP-RP", 0x80, ("no reply path", "reply path set"), 17)
_SRR: _Flag = ("TP-SRR", 0x20, ("no status report requested", "status report requested"), 5)

FIRST_OCTETS: dict[str, tuple[_Flag, ...]] = {
    "SMS-DELIVER": (
        _MMS,
        _LP,
        ("TP-SRI", 0x20, ("no status report to the sender", "status report to the sender"), 4),
        _UDHI,
        _RP,
    ),
    "SMS-SUBMIT": (
        ("TP-RD", 0x04, ("accept duplicates", "reject duplicates"), 25),
        _SRR,
        _UDHI,
        _RP,
    ),
    "SMS-STATUS-REPORT": (
        _MMS,
        _LP,
        ("TP-SRQ", 0x20, ("answers an SMS-SUBMIT", "answers an SMS-COMMAND"), 26),
        _UDHI,
    ),
    "SMS-COMMAND": (_SRR, _UDHI),
    "SMS-DELIVER-REPORT": (_UDHI,),
    "SMS-SUBMIT-REPORT": (_UDHI,),
}


def first_octet_bits(kind: Kind, first: int) -> tuple[Bits, ...]:
    """What the bits of a first octet say, the lowest first."""
    name = kind.name if first & 3 == kind.type_indicator else "reserved, read as SMS-DELIVER"
    bits = [Bits("TP-MTI", 0x03, name, "TS 23.040 9.2.3.1")]
    if kind is SUBMIT:
        bits.append(Bits("TP-VPF", 0x18, VALIDITY_FORMATS[first >> 3 & 3], "TS 23.040 9.2.3.3"))
    for field, mask, (zero, one), clause in FIRST_OCTETS[kind.name]:
        bits.append(Bits(field, mask, one if first & mask else zero, f"TS 23.040 9.2.3.{clause}"))
    spare = 0xFF - sum(bit.mask for bit in bits)
    if spare:
        words = "set, to be ignored" if first & spare else "not used"
        bits.append(Bits("spare", spare, words, f"TS 23.040 {CLAUSES[kind.name]}"))
    return tuple(sorted(bits, key=lambda bit: bit.mask & -bit.mask))
