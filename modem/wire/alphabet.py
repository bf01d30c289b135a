"""The GSM 7-bit default alphabet and its extension table (TS 23.038 6.2.1).

Text is turned into *septets*, one an octet (values 0..127), and back. Packing them tightly is `septets`' business.
"""

from __future__ import annotations

from codecs import charmap_encode
from collections.abc import Iterable

from .errors import PduError

CLAUSE = "TS 23.038 6.2.1"
ESCAPE = 0x1B

# An escape at the end of a part of a longer message, torn from its character. Like half of a surrogate pair it is no
# character; U+001B itself may well stand in a UCS2 text.
TORN_ESCAPE = "\udc1b"

# 6.2.1, read down the columns: position = septet. 0x1B is the escape to the extension table.
DEFAULT_TABLE = (
    "@£$¥èéùìòÇ\nØø\rÅå"
    "Δ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ"
    " !\"#¤%&'()*+,-./"
    "0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNO"
    "PQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmno"
    "pqrstuvwxyzäöñüà"
)

# 6.2.1.1: the second septet after an escape.
EXTENSION_TABLE = {
    0x0A: "\f",
    0x14: "^",
    0x28: "{",
    0x29: "}",
    0x2F: "\\",
    0x3C: "[",
    0x3D: "~",
    0x3E: "]",
    0x40: "|",
    0x65: "€",
}

_ENCODING: dict[int, bytes] = {
    ord(character): bytes([septet]) for septet, character in enumerate(DEFAULT_TABLE) if septet != ESCAPE
} | {ord(character): bytes([ESCAPE, septet]) for septet, character in EXTENSION_TABLE.items()}
# The same for `bytes.translate`, many times as fast, for the characters of ASCII that take one septet. All others
# become an octet that is no septet.
_ASCII_ENCODING = bytes(
    _ENCODING[code][0] if len(_ENCODING.get(code, b"")) == 1 else 0xFF for code in range(128)
).ljust(256, b"\xff")

# "In the event that an MS receives a code where a symbol is not represented in the extension table, it shall
# display the character of the default table"; a second escape, reserved for a further table, shows as a space.
_AFTER_ESCAPE = [EXTENSION_TABLE.get(septet, DEFAULT_TABLE[septet]) for septet in range(128)]
_AFTER_ESCAPE[ESCAPE] = " "
_DECODING = dict(enumerate(DEFAULT_TABLE))


def is_gsm7(text: str) -> bool:
    """Whether every character of `text` has a place in the default alphabet or its extension."""
    if text.isascii() and text.encode("ascii").translate(_ASCII_ENCODING).isascii():
        return True
    try:
        charmap_encode(text, "strict", _ENCODING)
    except UnicodeEncodeError:
        return False
    return True


def septet_count(text: str) -> int:
    """How many septets `text` takes; the characters ``^{}[]~|\\€`` and form feed take two.

    Raises PduError when a character is not in the alphabet.
    """
    return len(encode_gsm7(text))


def encode_gsm7(text: str, field: str = "TP-UD") -> bytes:
    """The septets of `text`, one an octet. Raises PduError (of `field`) naming the first character without a place."""
    if text.isascii():
        septets = text.encode("ascii").translate(_ASCII_ENCODING)
        if septets.isascii():
            return septets
    try:
        return charmap_encode(text, "strict", _ENCODING)[0]
    except UnicodeEncodeError as error:
        character = text[error.start]
        raise PduError(
            f"{character!r} (U+{ord(character):04X}) is not in the GSM 7-bit alphabet",
            field=field,
            clause=CLAUSE,
        ) from None


def decode_gsm7(septets: bytes) -> str:
    """The text of septets given one an octet. Raises PduError for a value over 127."""
    if not septets.isascii():
        raise PduError("a septet is over 127", field="TP-UD", clause=CLAUSE)
    text = septets.decode("latin-1").translate(_DECODING)
    plain = text.find("\x1b")
    if plain < 0:
        return text
    return text[:plain] + _decode_escapes(septets[plain:])


def join_gsm7(parts: Iterable[str]) -> str:
    """The text of consecutive parts, where one may end with TORN_ESCAPE, whose character begins the next."""
    text = "".join(parts)
    if TORN_ESCAPE not in text:
        return text
    pieces = text.split(TORN_ESCAPE)
    joined = pieces[0]
    for piece in pieces[1:]:
        if "\ud800" <= joined[-1:] <= "\udbff":  # the second half of a surrogate pair
            joined += TORN_ESCAPE + piece
        else:
            joined += _after_escape(piece[:1]) + piece[1:]
    return joined


def _after_escape(character: str) -> str:
    return decode_gsm7(b"\x1b" + encode_gsm7(character)) if is_gsm7(character) else " " + character


def _decode_escapes(septets: bytes) -> str:
    """The slow road: septets of which the first is an escape."""
    characters = []
    following = iter(septets)
    for septet in following:
        if septet != ESCAPE:
            characters.append(DEFAULT_TABLE[septet])
        else:
            # An escape with nothing after it (cut off by a sender that split the pair) shows as a space.
            characters.append(_AFTER_ESCAPE[next(following, ESCAPE)])
    return "".join(characters)
