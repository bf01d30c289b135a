"""python-messaging as a witness."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from modem.wire.alphabet import TORN_ESCAPE
from modem.wire.coding import Alphabet, DataCoding
from modem.wire.reports import StatusReport
from modem.wire.tpdu import Deliver
from tests.long.witnesses.facts import Facts
from tests.long.witnesses.orders import some_order
from tests.long.witnesses.witness import Bug, Case, Line, Order, Witness

NBSP = "\N{NO-BREAK SPACE}"
LETTERS = str.maketrans("*#abc", "abcde")


def alphabet(coding: DataCoding) -> Alphabet:
    """What it takes the coding for: bits 3 and 2, whatever the group."""
    return (Alphabet.GSM7, Alphabet.DATA, Alphabet.UCS2, Alphabet.DATA)[coding.octet >> 2 & 3]


def misread(case: Case) -> bool:
    coding = case.coding
    return bool(case.message) and (coding.compressed or coding.alphabet is not alphabet(coding))


def halves(case: Case) -> bool:
    """Two code units where there is one character."""
    text = (case.found.get("text") or "").encode("utf-16-be", "surrogatepass").decode("utf-16-be", "replace")
    return text == (case.expected["text"] or "?").encode("utf-16-be", "surrogatepass").decode("utf-16-be", "replace")


def fill(case: Case) -> bool:
    translated = case.expected["address"].translate(LETTERS)
    if case.name is not None or case.found["address"] == translated:
        return False
    return "f" in case.address_octets.hex() or case.found["address"].startswith(translated)


def beyond(case: Case) -> bool:
    if not case.trailing:
        return False
    text, data = case.found.get("text"), case.found.get("data")
    if data is not None:
        return bytes(data).startswith(case.expected["data"] or b"?") and data != case.expected["data"]
    expected = (case.expected["text"] or "").encode("utf-16-be", "surrogatepass")
    return bool(text) and text.encode("utf-16-be", "surrogatepass").startswith(expected)


def spare_bits(name: str, found: str) -> bool:
    return found.startswith(name) and found not in (name, name + "@")


def unknown_escape(case: Case) -> bool:
    """Behind it comes the character, and so after two escapes."""
    found, text = case.found.get("text") or "", case.expected["text"] or ""
    if NBSP not in found or not case.odd_escape:
        return False
    if found.replace(NBSP, "").rstrip() == text.removesuffix(TORN_ESCAPE).rstrip():
        return True
    # After a second escape it reads an extension character, where the standard has a blank and a plain one.
    return len(found) == len(text)


def shown(case: Case, name: str) -> datetime | None:
    """The time as it shows it, bugs and all."""
    time = case.expected.get(name)
    if time is None:
        return None
    if 2069 <= time.year <= 2089:
        time = time.replace(year=time.year - 100)
    return time.replace(tzinfo=UTC) if isinstance(case.message, StatusReport) else time


def century(case: Case, name: str) -> bool:
    time = case.expected.get(name)
    return time is not None and 2069 <= time.year <= 2089 and case.found[name] == shown(case, name)


def zoneless(case: Case, name: str) -> bool:
    return isinstance(case.message, StatusReport) and bool(case.found[name]) and case.found[name] == shown(case, name)


READING = (
    Bug(
        "reads *, #, a, b and c in numbers as a to e",
        ("address",),
        lambda case: case.found["address"] == case.expected["address"].translate(LETTERS),
    ),
    Bug(
        "reads a name of seven characters as eight",
        ("address",),
        lambda case: case.name and case.found["address"] == case.name + "@",
    ),
    Bug(
        "reads a name as digits in a status report",
        ("address",),
        lambda case: case.name and isinstance(case.message, StatusReport),
    ),
    Bug("reads bits 3 and 2 of a coding only, and compressed text as it is", ("text", "data", "refused"), misread),
    Bug(
        "takes the fill of an odd count for a digit, and drops 1111 before it swaps the digits",
        ("address",),
        fill,
    ),
    Bug(
        "reads the spare bits of a name as characters",
        ("address",),
        lambda case: case.name is not None and spare_bits(case.name, case.found["address"]),
    ),
    Bug("shows a no-break space for an unknown escape", ("address",), lambda case: case.escape_in_name),
    Bug("refuses a concatenation or ports of an unusual length", ("refused",), lambda case: case.odd_element),
    Bug("reads beyond TP-UDL", ("text", "data"), beyond),
    Bug(
        "shows a no-break space for an unknown escape",
        ("text",),
        unknown_escape,
    ),
    Bug("reads half a character at the end of UCS2", ("refused",), lambda case: "an odd number" in case.error),
    Bug("leaves surrogate pairs in halves", ("text",), halves),
    Bug("takes the years 69 to 89 for the last century", ("time",), lambda case: century(case, "time")),
    Bug("takes the years 69 to 89 for the last century", ("discharge",), lambda case: century(case, "discharge")),
    Bug("leaves the zone of a status report out of account", ("time",), lambda case: zoneless(case, "time")),
    Bug("leaves the zone of a status report out of account", ("discharge",), lambda case: zoneless(case, "discharge")),
    Bug("makes a time of invalid digits", ("time",), lambda case: case.expected["time"] is None),
    Bug("makes a time of invalid digits", ("discharge",), lambda case: case.expected["discharge"] is None),
    Bug(
        "refuses a message for its invalid time",
        ("refused",),
        lambda case: None in (case.expected.get("time", 0), case.expected.get("discharge", 0)),
    ),
    Bug(
        "refuses an empty text",
        ("refused",),
        lambda case: case.message and case.expected.get("text") == "",
    ),
    Bug("reads elements out of a broken header", ("concatenation", "text", "data"), lambda case: case.broken_header),
    Bug("refuses a broken header, of which the rest could be kept", ("refused",), lambda case: case.broken_header),
    Bug(
        "takes a part beyond the last for a part",
        ("concatenation",),
        lambda case: case.expected["concatenation"] is None and case.found["concatenation"],
    ),
    Bug("reads on where octets are missing", ("refused",), lambda case: case.cut),
    Bug("reads 1111 among the digits of a number in its own way", ("address",), lambda case: case.filled),
)

WRITING = (
    Bug(
        "writes four octets for two in a character beyond the basic multilingual plane",
        ("refused", "text"),
        lambda case: any(ord(character) > 0xFFFF for character in case.expected["text"] or ""),
    ),
    Bug(
        "writes a TP-UDL of three too many in the parts of 8-bit data",
        ("refused",),
        lambda case: case.expected["data"] is not None and len(case.expected["data"]) > 140,
    ),
)


class Messaging(Witness):
    name = "python-messaging"
    reading = READING
    writing = WRITING
    kinds = (Deliver, StatusReport)
    writes = True

    def __init__(self) -> None:
        from messaging.sms import SmsDeliver, SmsSubmit

        self._deliver = SmsDeliver
        self._submit = SmsSubmit

    def read(self, lines: list[Line]) -> Iterator[Facts]:
        for line in lines:
            try:
                yield self._facts(self._deliver(line.hex))
            except (ValueError, IndexError, TypeError) as error:
                yield {"refused": f"{type(error).__name__}: {error}"}

    def _facts(self, sms: Any) -> Facts:
        if sms.sr is not None:
            return {
                "type": "StatusReport",
                "address": sms.sr["recipient"],
                "reference": sms.udh.concat.ref,
                "time": sms.sr["scts"] and sms.sr["scts"].replace(tzinfo=UTC),
                "discharge": sms.sr["dt"] and sms.sr["dt"].replace(tzinfo=UTC),
                "status": sms.sr["status"],
            }
        place = sms.udh and sms.udh.concat
        return {
            "type": "Deliver",
            "address": sms.number,
            "pid": sms.pid,
            "dcs": sms.dcs,
            "time": sms.date.replace(tzinfo=UTC),
            "concatenation": place and (place.ref, place.cnt, place.seq),
            "text" if isinstance(sms.text, str) else "data": sms.text,
        }

    def order(self, rng: random.Random) -> Order:
        return some_order(rng, reject_duplicates=False)

    def write(self, order: Order) -> list[str]:
        data = isinstance(order.body, bytes)
        sms = self._submit(order.number, order.body.decode("latin-1") if isinstance(order.body, bytes) else order.body)
        if data:
            sms.fmt = 0x04
        sms.ref = order.reference
        sms.request_status = order.report
        sms.validity = order.validity
        return [part.pdu for part in sms.to_pdu()]
