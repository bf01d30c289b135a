"""Wireshark's dissector as a witness; all messages go through it in one capture."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from modem.wire.reports import StatusReport
from modem.wire.tpdu import Command, Deliver, Submit
from tests.long.witnesses.facts import Facts, Message
from tests.long.witnesses.witness import Bug, Case, Line, Witness
from tests.wire.tshark import FIELDS, TSHARK, dissect, of_message, of_report, rp_data

SURROGATES = "".join(map(chr, range(0xD800, 0xE000)))
CONCATENATION = {0x00: 3, 0x08: 4}  # octets
BATCH = 2_000


def spare_nibble(case: Case, field: str) -> bool:
    """The fill may be missing, or shown as a question mark."""
    expected, found = case.expected.get(field), case.found.get(field)
    return bool(expected and found) and case.type_of_address & 0x70 != 0x50 and found[0].startswith(expected[0])


def odd_name(case: Case, field: str) -> bool:
    return "\ufffd" in (case.found.get(field) or [""])[0]


def long_name(case: Case, field: str) -> bool:
    """It shows ten octets of an address."""
    expected, found = case.expected.get(field), case.found.get(field)
    return bool(expected and found) and len(case.address_octets) > 10 and expected[0].startswith(found[0])


def early_end(case: Case, field: str) -> bool:
    expected, found = case.expected.get(field), case.found.get(field)
    return bool(expected and found) and case.name is None and found[0] == expected[0].partition("?")[0]


def odd_text(case: Case) -> bool:
    """Halves of surrogate pairs, and escapes with no character, show as U+FFFD, and the next character may get lost."""
    found = case.found.get("sms_text") or [""]
    return "\ufffd" in found[0]


def beyond(case: Case, field: str) -> bool:
    """Half a character at the end gets its other half."""
    expected, found = case.expected.get(field), case.found.get(field)
    return bool(expected and found) and found[0].startswith(expected[0].rstrip(SURROGATES))


def odd_element(case: Case) -> bool:
    """One that it dissects, and that is no concatenation."""
    if not isinstance(case.message, Submit | Deliver):
        return False
    header = case.message.user_data.header
    return any(iei < 0x80 and len(data) != CONCATENATION.get(iei, -1) for iei, data in header)


def odd_country(case: Case) -> bool:
    """Shorter than a country code, or with *, #, a, b or c in it, or one of 87 and 88 that is given to nobody."""
    digits = "".join(f"{octet & 0xF:x}{octet >> 4:x}" for octet in case.address_octets[:2])
    short = len(case.address_octets) < 2
    return case.message is not None and (short or bool(set(digits) & set("abcdef")) or digits.startswith(("87", "88")))


READING = (
    *(
        Bug(name, (field,), lambda case, field=field, shows=shows: shows(case, field))
        for field in ("tp-da", "tp-oa", "tp-ra")
        for name, shows in (
            ("shows the spare nibble of an odd number as a digit", spare_nibble),
            ("shows U+FFFD for odd escapes and half surrogate pairs", odd_name),
            ("cuts an address off after ten octets", long_name),
            ("ends a number at 1111", early_end),
        )
    ),
    Bug(
        "tells of a header that is broken, or has nothing in it",
        ("tp-udhi",),
        lambda case: case.broken_header and case.found["tp-udhi"] == ["1"],
    ),
    Bug("shows U+FFFD for odd escapes and half surrogate pairs", ("sms_text",), odd_text),
    Bug(
        "ends a text at U+0000",
        ("sms_text",),
        lambda case: case.found["sms_text"] == [case.expected["sms_text"][0].partition("\0")[0]],
    ),
    Bug("reads beyond TP-UDL", ("sms_text",), lambda case: beyond(case, "sms_text")),
    Bug("reads beyond TP-UDL", ("sms_body",), lambda case: beyond(case, "sms_body")),
    Bug("calls a packet malformed whose E.164 number has a country code it does not know", ("refused",), odd_country),
    Bug("reads half a character at the end of UCS2", ("refused",), lambda case: "an odd number" in case.error),
    Bug("reads on where octets are missing", ("refused",), lambda case: case.cut),
    Bug("calls a packet malformed for an element whose contents it does not expect", ("refused",), odd_element),
    Bug("calls a packet malformed whose header is broken", ("refused",), lambda case: case.broken_header),
)


class Tshark(Witness):
    name = "tshark"
    reading = READING
    kinds = (Deliver, Submit, StatusReport)

    def __init__(self) -> None:
        if TSHARK is None:
            raise ImportError("Debian package tshark")

    def expect(self, message: Message) -> Facts:
        assert not isinstance(message, Command)
        return of_report(message) if isinstance(message, StatusReport) else of_message(message)

    def read(self, lines: list[Line]) -> Iterator[Facts]:
        for start in range(0, len(lines), BATCH):
            # After the service centre, which is empty.
            frames = [rp_data(bytes.fromhex(line.hex)[1:], line.from_mobile) for line in lines[start : start + BATCH]]
            with tempfile.TemporaryDirectory() as folder:
                for seen in dissect(frames, FIELDS, Path(folder)):
                    if "_ws.malformed" in seen:
                        yield {"refused": "malformed packet"}
                    else:
                        yield {field: seen.get(field) for field in FIELDS}
