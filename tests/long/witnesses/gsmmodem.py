"""python-gsmmodem-new as a witness."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

from modem.wire.alphabet import TORN_ESCAPE, decode_gsm7, encode_gsm7, is_gsm7
from modem.wire.coding import Alphabet, DataCoding
from modem.wire.header import header_length
from modem.wire.reports import StatusReport
from modem.wire.times import AbsoluteValidity
from modem.wire.tpdu import Deliver, Submit
from tests.long.witnesses.facts import Facts
from tests.long.witnesses.orders import some_order
from tests.long.witnesses.witness import Bug, Case, Line, Order, Witness

ALPHABETS = (Alphabet.GSM7, Alphabet.DATA, Alphabet.UCS2, Alphabet.DATA)
TYPES = {"SMS-DELIVER": "Deliver", "SMS-SUBMIT": "Submit", "SMS-STATUS-REPORT": "StatusReport"}
SAME = ("time", "discharge", "reference", "status", "validity", "text")


LETTERS = str.maketrans("*#abc", "abcde")


def alphabet(coding: DataCoding) -> Alphabet:
    """What it takes the coding for."""
    return ALPHABETS[coding.octet >> 2 & 3] if coding.octet < 0x40 else Alphabet.GSM7


def misread(case: Case) -> bool:
    coding = case.coding
    return coding.compressed or coding.alphabet is not alphabet(coding)


def text_of(case: Case) -> str:
    """GSM-7 text as it shows it."""
    assert isinstance(case.message, Submit | Deliver)
    text = case.message.user_data.text or ""
    if first_lost(case) and is_gsm7(text):
        text = decode_gsm7(encode_gsm7(text)[1:])
    if last_at(case):
        text = text[:-1]
    return text.replace("§", "`").replace("\f", "")


def first_lost(case: Case) -> bool:
    """A header that ends where a septet does, with no fill bits."""
    assert isinstance(case.message, Submit | Deliver)
    taken = header_length(case.message.user_data.header)
    return taken > 0 and taken % 7 == 0


def last_at(case: Case) -> bool:
    """An @ that ends where an octet does."""
    assert isinstance(case.message, Submit | Deliver)
    text, header = case.message.user_data.text or "", case.message.user_data.header
    taken = header_length(header)
    size = (-taken % 7) + 7 * len(encode_gsm7(text)) if is_gsm7(text) else 1
    return text.endswith("@") and size % 8 == 0


def gsm7(case: Case, effect: Callable[[Case], object]) -> bool:
    """Whether `effect` has a part in a text that is otherwise explained."""
    if not isinstance(case.message, Submit | Deliver) or misread(case) or not case.coding.septets:
        return False
    text = case.message.user_data.text
    return text is not None and is_gsm7(text) and bool(effect(case)) and case.found["text"].startswith(text_of(case))


def less(case: Case) -> bool:
    """Some characters are missing, each with its escape."""
    if not case.odd_escape:
        return False
    if not isinstance(case.message, Submit | Deliver) or not is_gsm7(
        (case.message.user_data.text or "?").removesuffix(TORN_ESCAPE)
    ):
        return False
    text = text_of(case).removesuffix(TORN_ESCAPE)
    following = iter(text)
    size = len(text) * 9 // 10 - 2  # it may read beyond TP-UDL besides
    return all(character in following for character in case.found["text"][: max(size, 0)])


def broken_off(case: Case) -> bool:
    return case.coding.septets and str(case.found.get("refused")).startswith("StopIteration")


def latin(case: Case) -> bool:
    data = case.expected["data"]
    return data is not None and "text" in case.found and case.found["text"].startswith(data.decode("latin-1"))


def halves(case: Case) -> bool:
    """Two code units where there is one character; read until the octets end."""
    text = case.found["text"].encode("utf-16-be", "surrogatepass").decode("utf-16-be", "replace")
    expected = (case.expected["text"] or "").encode("utf-16-be", "surrogatepass").decode("utf-16-be", "replace")
    if text != expected and not case.trailing:
        return False
    return bool(expected) and text.startswith(expected.rstrip("\ufffd"))


def century(case: Case, name: str) -> bool:
    time, found = case.expected.get(name), case.found.get(name)
    return bool(time and found) and 2069 <= time.year <= 2089 and found == time.replace(year=time.year - 100)


def early_fill(case: Case) -> bool:
    """1111 in the upper half of an octet, elsewhere than at the end of the number."""
    if case.message is None:
        return False
    end = case.tpdu.find(case.address_octets) + len(case.address_octets)
    match case.message:
        case StatusReport():
            times = case.tpdu[end : end + 14]
        case Deliver() | Submit(validity_period=AbsoluteValidity()):
            times = case.tpdu[end + 2 : end + 9]
        case _:
            times = b""
    digits = times if case.name is not None else case.address_octets[:-1] + times
    return any(octet >> 4 == 0xF for octet in digits)


def spare_nibble(case: Case) -> bool:
    """The fill may be missing, or an f."""
    digits, found = case.expected["address"].translate(LETTERS), case.found["address"]
    return case.name is None and found != digits and found.startswith(digits)


READING = (
    Bug(
        "reads *, #, a, b and c in numbers as a to e",
        ("address",),
        lambda case: case.found["address"] == case.expected["address"].translate(LETTERS),
    ),
    Bug("reads only the general coding group, and compressed text as it is", ("text", "refused"), misread),
    Bug("shows 8-bit data as text", ("text",), latin),
    Bug("reads § as `", ("text",), lambda case: gsm7(case, lambda case: "§" in case.expected["text"])),
    Bug(
        "reads § as `",
        ("address",),
        lambda case: case.name is not None and case.found["address"] == case.name.replace("§", "`"),
    ),
    Bug("drops a form feed", ("text",), lambda case: gsm7(case, lambda case: "\f" in case.expected["text"])),
    Bug("drops an @ that fills the last octet", ("text",), lambda case: gsm7(case, last_at)),
    Bug("drops the first character after a header without fill bits", ("text",), lambda case: gsm7(case, first_lost)),
    Bug("reads beyond TP-UDL", ("text",), lambda case: gsm7(case, lambda case: case.found["text"] != text_of(case))),
    Bug("drops the character after an unknown escape", ("text",), less),
    Bug("drops the character after an unknown escape", ("address",), lambda case: case.escape_in_name),
    Bug("breaks off at an escape at the end of the octets", ("refused",), broken_off),
    Bug("takes the fill of an odd count for a digit", ("address",), spare_nibble),
    Bug(
        "reads the spare bits of a name as characters",
        ("address",),
        lambda case: case.name is not None and case.found["address"].startswith(case.name),
    ),
    Bug("reads half a character at the end of UCS2", ("refused",), lambda case: "an odd number" in case.error),
    Bug("leaves surrogate pairs in halves", ("text",), halves),
    Bug("takes the years 69 to 89 for the last century", ("time",), lambda case: century(case, "time")),
    Bug("takes the years 69 to 89 for the last century", ("discharge",), lambda case: century(case, "discharge")),
    Bug("makes a time of invalid digits", ("time",), lambda case: case.expected["time"] is None),
    Bug("makes a time of invalid digits", ("validity",), lambda case: case.expected["validity"] is None),
    Bug("makes a time of invalid digits", ("discharge",), lambda case: case.expected["discharge"] is None),
    Bug(
        "refuses a message for its invalid time",
        ("refused",),
        lambda case: case.message and None in [case.expected.get(name, 0) for name in ("time", "discharge")],
    ),
    Bug(
        "refuses a header with nothing behind it",
        ("refused",),
        lambda case: case.expected.get("elements") and not (case.expected["text"] or case.expected["data"]),
    ),
    Bug(
        "reads elements out of a broken header", ("elements", "concatenation", "text"), lambda case: case.broken_header
    ),
    Bug("refuses a broken header, of which the rest could be kept", ("refused",), lambda case: case.broken_header),
    Bug(
        "takes a part beyond the last for a part",
        ("concatenation",),
        lambda case: case.expected["concatenation"] is None and case.found["concatenation"],
    ),
    Bug(
        "reads all that follows 1111 in a number or a time from the wrong octet",
        ("status", "time", "discharge", "validity", "text", "pid", "refused", "elements", "concatenation", "address"),
        early_fill,
    ),
    Bug(
        "refuses a message for its invalid validity period",
        ("refused",),
        lambda case: isinstance(case.message, Submit) and isinstance(case.message.validity_period, AbsoluteValidity),
    ),
    Bug(
        "leaves the enhanced validity period unread",
        ("text", "refused"),
        lambda case: isinstance(case.expected.get("validity"), bytes),
    ),
    Bug(
        "refuses a concatenation or ports of an unusual length",
        ("refused",),
        lambda case: case.odd_element,
    ),
    Bug("reads on where octets are missing", ("refused",), lambda case: case.cut),
    Bug("reads 1111 among the digits of a number in its own way", ("address",), lambda case: case.filled),
)

WRITING = (
    Bug(
        "writes no character beyond the basic multilingual plane",
        ("refused",),
        lambda case: any(ord(character) > 0xFFFF for character in case.expected["text"] or ""),
    ),
)


class GsmModem(Witness):
    name = "python-gsmmodem-new"
    reading = READING
    writing = WRITING
    kinds = (Deliver, Submit, StatusReport)
    writes = True

    def __init__(self) -> None:
        from gsmmodem import pdu
        from gsmmodem.exceptions import EncodingError

        self._pdu = pdu
        self._refusals = (EncodingError, ValueError, IndexError, StopIteration, TypeError, RuntimeError)

    def read(self, lines: list[Line]) -> Iterator[Facts]:
        return map(self._read, lines)

    def _read(self, line: Line) -> Facts:
        try:
            return self._facts(self._pdu.decodeSmsPdu(line.hex))
        except self._refusals as error:
            return {"refused": f"{type(error).__name__}: {error}"}

    def _facts(self, sms: dict[str, Any]) -> Facts:
        facts = {name: sms[name] for name in SAME if name in sms}
        facts |= {"type": TYPES[sms["type"]], "address": sms["number"]}
        if "protocol_id" in sms:
            elements = sms.get("udh", [])
            places = [(ie.reference, ie.parts, ie.number) for ie in elements if ie.id in (0x00, 0x08)]
            facts |= {
                "pid": sms["protocol_id"],
                "elements": tuple((ie.id, bytes(ie.data)) for ie in elements),
                "concatenation": places[-1] if places else None,
            }
        return facts

    def order(self, rng: random.Random) -> Order:
        return some_order(rng, data=False)

    def write(self, order: Order) -> list[str]:
        pdus = self._pdu.encodeSmsSubmitPdu(
            order.number,
            order.body,
            order.reference,
            order.validity,
            requestStatusReport=order.report,
            rejectDuplicates=order.reject_duplicates,
        )
        return [str(pdu) for pdu in pdus]
