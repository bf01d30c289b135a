"""python-gammu (libgammu) as a witness."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from modem.wire.alphabet import TORN_ESCAPE, encode_gsm7, is_gsm7
from modem.wire.coding import Alphabet
from modem.wire.reports import StatusReport
from modem.wire.times import RelativeValidity
from modem.wire.tpdu import Deliver, Submit
from tests.long.witnesses.facts import Facts
from tests.long.witnesses.orders import some_order
from tests.long.witnesses.witness import Bug, Case, Line, Order, Witness


def plain_number(case: Case) -> bool:
    """What is left of a number without its *, #, a, b and c."""
    return case.found["address"] == re.sub("[*#abc]", "", case.expected["address"])


def name_as_octets(case: Case) -> bool:
    """The septets of the name as octets, up to a zero."""
    if not is_gsm7(case.expected["address"]):
        return False
    septets = encode_gsm7(case.expected["address"])
    return bool(case.found["address"] == septets.partition(b"\0")[0].decode("latin-1"))


def no_such_coding(case: Case) -> bool:
    """The groups and bits of which TS 23.038 says how to read them all the same."""
    coding = case.coding
    return case.found.get("alphabet") == "8bit" and (coding.reserved or 0x40 <= coding.octet < 0xC0)


def tail(case: Case) -> bool:
    """As many zeros or leftovers as there are escapes."""
    text, found = case.expected.get("text"), case.found.get("text")
    return bool(text and found) and found.startswith(text) and any(character in EXTENDED for character in text)


def unknown_escape(case: Case) -> bool:
    found = case.found.get("text") or ""
    text = (case.expected["text"] or "?").removesuffix(" ").removesuffix(TORN_ESCAPE)
    return case.odd_escape and "¹" in found and found.replace("¹", "").startswith(text)


def nokia_mark(case: Case) -> bool:
    """U+0001 shows as ~, and ~ twice; the end of the text may get lost for it."""
    text, found = case.expected.get("text"), case.found.get("text")
    if not text or not found or case.coding.alphabet is not Alphabet.UCS2:
        return False
    return found == text.replace("\x01", "~") or ("~" in text and found[:-1].replace("~~", "~").strip("\ufffd") in text)


def half_pair(case: Case) -> bool:
    """Half a surrogate pair, which we keep in a part of a longer message."""
    text = case.expected.get("text") or ""
    return text.encode("utf-16-be", "surrogatepass").decode("utf-16-be", "replace") == case.found.get("text")


def weeks_as_days(case: Case) -> bool:
    asked, found = case.expected["validity"], case.found["validity"]
    return asked and RelativeValidity.of(asked).octet == RelativeValidity.of(found).octet + 192 - 166


def eighties(case: Case, name: str) -> bool:
    time = case.expected.get(name)
    found = case.found.get(name)
    return bool(time and found) and 1990 <= time.year <= 1999 and found == time.replace(year=time.year + 90)


EXTENDED = "^{}[]~|\\€\f"

READING = (
    Bug("drops *, #, a, b and c from numbers", ("address",), plain_number),
    Bug("shows the septets of a name as octets, up to a zero (@)", ("address",), name_as_octets),
    Bug(
        "takes automatic deletion and reserved codings for 8-bit data",
        ("alphabet", "data", "text"),
        no_such_coding,
    ),
    Bug(
        "has no message class with automatic deletion",
        ("class",),
        lambda case: case.coding.automatic_deletion and case.found["class"] is None,
    ),
    Bug("never tells of a reply path", ("reply path",), lambda case: case.found["reply path"] is False),
    Bug(
        "finds a concatenation only when it is the one element",
        ("concatenation",),
        lambda case: len(case.expected["elements"]) > 1 and case.found["concatenation"] is None,
    ),
    Bug("reads no compressed text", ("refused",), lambda case: case.message and case.coding.compressed),
    Bug("leaves zeros or leftovers behind text with extension characters", ("text",), tail),
    Bug("shows ¹ for an escape without a character", ("text",), unknown_escape),
    Bug("loses half a surrogate pair at the end of a part", ("text",), half_pair),
    Bug("takes U+0001 in UCS2 for a mark of Nokia's, written ~", ("text",), nokia_mark),
    Bug(
        "refuses a type of address whose bit 7 is not set",
        ("refused",),
        lambda case: case.message and not case.type_of_address & 0x80,
    ),
    Bug(
        "refuses the enhanced validity period",
        ("refused",),
        lambda case: isinstance(case.expected.get("validity"), bytes),
    ),
    Bug(
        "refuses a report for its invalid time",
        ("refused",),
        lambda case: (
            isinstance(case.message, StatusReport) and None in (case.expected["time"], case.expected["discharge"])
        ),
    ),
    Bug("shows an unknown escape in a name as U+001B", ("address",), lambda case: case.escape_in_name),
    Bug("reads half a character at the end of UCS2", ("refused",), lambda case: "an odd number" in case.error),
    Bug("reads on where octets are missing", ("refused",), lambda case: case.cut),
    Bug("leaves 1111 out of a number", ("address",), lambda case: case.filled),
    Bug("refuses a broken header, of which the rest could be kept", ("refused",), lambda case: case.broken_header),
    Bug(
        "takes the fill of an odd count for a digit",
        ("address",),
        lambda case: (
            case.name is None
            and case.found["address"]
            and case.found["address"][:-1] == re.sub("[*#abc]", "", case.expected["address"])
        ),
    ),
    Bug(
        "takes a part beyond the last for a part",
        ("concatenation",),
        lambda case: case.expected["concatenation"] is None and case.found["concatenation"],
    ),
    Bug(
        "takes automatic deletion and reserved codings for 8-bit data",
        ("refused",),
        lambda case: case.message and case.coding.septets and (case.coding.reserved or case.coding.automatic_deletion),
    ),
    Bug("takes the years 90 to 99 for 2080 to 2089", ("time",), lambda case: eighties(case, "time")),
    Bug("takes the years 90 to 99 for 2080 to 2089", ("discharge",), lambda case: eighties(case, "discharge")),
    Bug("makes a time of invalid digits", ("time",), lambda case: case.expected["time"] is None),
    Bug("makes a time of invalid digits", ("discharge",), lambda case: case.expected["discharge"] is None),
)

WRITING = (
    Bug(
        "cannot leave the validity period out",
        ("validity",),
        lambda case: case.expected["validity"] is None and case.found["validity"] == timedelta(minutes=5),
    ),
    Bug("writes weeks as so many days", ("validity",), weeks_as_days),
    Bug(
        "writes 00 in front of a number as a plus",
        ("address",),
        lambda case: case.expected["address"] == "00" + case.found["address"][1:],
    ),
    Bug(
        "splits no 8-bit data",
        ("refused",),
        lambda case: case.expected["data"] is not None and len(case.expected["data"]) > 140,
    ),
)

TYPES = {"Deliver": "Deliver", "Submit": "Submit", "Status_Report": "StatusReport"}
ALPHABETS = {"Default_No_Compression": "gsm7", "Unicode_No_Compression": "ucs2", "8bit": "8bit"}


class Gammu(Witness):
    name = "python-gammu"
    reading = READING
    writing = WRITING
    kinds = (Deliver, Submit, StatusReport)
    writes = True

    def __init__(self) -> None:
        import gammu

        self._gammu = gammu

    def read(self, lines: list[Line]) -> Iterator[Facts]:
        return map(self._read, lines)

    def _read(self, line: Line) -> Facts:
        try:
            return self._facts(self._gammu.DecodePDU(bytes.fromhex(line.hex)))
        except (self._gammu.GSMError, ValueError, SystemError) as error:
            return {"refused": f"{type(error).__name__}: {error}"}

    def _facts(self, sms: dict[str, Any]) -> Facts:
        kind = TYPES[sms["Type"]]
        facts = {"type": kind, "address": sms["Number"]}
        if kind == "StatusReport":
            return facts | {
                "reference": sms["MessageReference"],
                "time": sms["DateTime"],
                "discharge": sms["SMSCDateTime"],
                "status": sms["DeliveryStatus"],
            }
        header = sms["UDH"]
        reference = header["ID16bit"] if header["ID16bit"] > 0 else header["ID8bit"]
        facts |= {
            "alphabet": ALPHABETS.get(sms["Coding"], sms["Coding"]),
            "text" if isinstance(sms["Text"], str) else "data": sms["Text"],
            "class": sms["Class"] if sms["Class"] >= 0 else None,
            "reply path": bool(sms["ReplyViaSameSMSC"]),
            "concatenation": (reference, header["AllParts"], header["PartNumber"])
            if header["PartNumber"] > 0
            else None,
        }
        if kind == "Deliver":
            return facts | {"time": sms["DateTime"]}
        return facts | {"reference": sms["MessageReference"]}

    def order(self, rng: random.Random) -> Order:
        return some_order(rng)

    def write(self, order: Order) -> list[str]:
        if isinstance(order.body, bytes):
            (part,) = self._parts("x", False)
            parts = [part | {"Text": order.body, "Coding": "8bit"}]
        else:
            parts = self._parts(order.body, not is_gsm7(order.body))
        minutes = order.validity and order.validity.total_seconds() // 60
        fields = {
            "Number": order.number,
            "SMSC": {"Number": "", "Validity": f"{minutes:.0f}M" if minutes else "NA"},
            "Type": "Status_Report" if order.report else "Submit",
            "MessageReference": order.reference,
            "RejectDuplicates": int(order.reject_duplicates),
        }
        try:
            return [self._gammu.EncodePDU(part | fields, "Submit").hex() for part in parts]
        except self._gammu.GSMError as error:
            raise ValueError(str(error)) from None

    def _parts(self, text: str, unicode: bool) -> list[dict[str, Any]]:
        entry = {"ID": "ConcatenatedTextLong", "Buffer": text}
        parts: list[dict[str, Any]] = self._gammu.EncodeSMS({"Unicode": unicode, "Entries": [entry]})
        return parts
