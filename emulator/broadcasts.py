"""Cell broadcast: a text cut into the pages that a network sends (TS 23.041 9.4.1, TS 23.038 5)."""

from __future__ import annotations

from modem.wire.alphabet import encode_gsm7
from modem.wire.cell_broadcast import CLAUSE, CONTENT_OCTETS, MAX_PAGES, BroadcastCoding, Page, SerialNumber
from modem.wire.coding import Alphabet
from modem.wire.errors import PduError
from modem.wire.user_data import UserData

_SEPTETS = CONTENT_OCTETS * 8 // 7
_UNITS = CONTENT_OCTETS // 2

_UCS2 = BroadcastCoding.of(0x48)  # general data coding, UCS2
_UCS2_LANGUAGE_FIRST = BroadcastCoding.of(0x11)
_LANGUAGE_FIRST = BroadcastCoding.of(0x10)


def pages(serial_number: SerialNumber, message_identifier: int, text: str, language: str | None = None) -> list[bytes]:
    """The 88 octets of each page of a message; `language` is of ISO 639, two letters.

    The coding is GSM 7-bit where that has all characters, else UCS2. Raises PduError for an empty text, for more than
    fifteen pages, and for what has no place in a page's header.
    """
    coding = _coding(text, language)
    contents = _cut(text, coding)
    if not 1 <= len(contents) <= MAX_PAGES:
        raise PduError(f"{len(contents)} pages, a message has 1 to {MAX_PAGES}", field="pages", clause=CLAUSE)
    return [
        Page(
            serial_number,
            message_identifier,
            UserData(content),
            coding,
            number,
            len(contents),
            language,
        ).encode()
        for number, content in enumerate(contents, start=1)
    ]


def _coding(text: str, language: str | None) -> BroadcastCoding:
    try:
        encode_gsm7(text, "content")
    except PduError:
        return _UCS2 if language is None else _UCS2_LANGUAGE_FIRST
    for octet in (*range(0x10), *range(0x20, 0x25)):
        coding = BroadcastCoding.of(octet)
        if coding.language == language and not coding.reserved:
            return coding
    return _LANGUAGE_FIRST


def _cut(text: str, coding: BroadcastCoding) -> list[str]:
    """The text in pieces that fit, no character in two."""
    septets = coding.alphabet is Alphabet.GSM7
    room = _SEPTETS - 3 * coding.language_first if septets else _UNITS - coding.language_first
    contents, used = [""], 0
    for character in text:
        size = len(encode_gsm7(character, "content")) if septets else 1 + (character > "\uffff")
        if used + size > room:
            contents.append("")
            used = 0
        contents[-1] += character
        used += size
    return contents if text else []
