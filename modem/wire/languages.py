"""National languages: the shift tables that a message may choose (TS 23.038 6.2.1.2, annex A).

A *locking* shift table takes the place of the default alphabet, a *single* shift table the place of its extension:
what a septet means after an escape. The header elements 25 and 24 name the language of each (TS 23.040 9.2.3.24.15,
9.2.3.24.16).
"""

from __future__ import annotations

import re
from codecs import charmap_encode
from collections.abc import Iterator
from enum import IntEnum
from functools import cache

from .alphabet import DEFAULT_TABLE, ESCAPE, EXTENSION_TABLE
from .elements import NATIONAL_LOCKING_SHIFT, NATIONAL_SINGLE_SHIFT
from .errors import PduError
from .header import Header, InformationElement
from .named import NamedTuple

CLAUSE = "TS 23.038 6.2.1.2"


class Language(IntEnum):
    """The national language identifiers (6.2.1.2.4). DEFAULT is the GSM 7-bit alphabet itself."""

    DEFAULT = 0
    TURKISH = 1
    SPANISH = 2  # single shift only
    PORTUGUESE = 3
    BENGALI = 4
    GUJARATI = 5
    HINDI = 6
    KANNADA = 7
    MALAYALAM = 8
    ORIYA = 9
    PUNJABI = 10
    TAMIL = 11
    TELUGU = 12
    URDU = 13


# A.3.1 and A.3.3: where the table differs from the default alphabet.
_LATIN_LOCKING = {
    Language.TURKISH: {
        0x04: "€", 0x07: "ı", 0x0B: "Ğ", 0x0C: "ğ", 0x1C: "Ş", 0x1D: "ş", 0x40: "İ", 0x60: "ç",
    },
    Language.PORTUGUESE: {
        0x04: "ê", 0x06: "ú", 0x07: "í", 0x08: "ó", 0x09: "ç", 0x0B: "Ô", 0x0C: "ô", 0x0E: "Á", 0x0F: "á",
        0x12: "ª", 0x13: "Ç", 0x14: "À", 0x15: "∞", 0x16: "^", 0x17: "\\", 0x18: "€", 0x19: "Ó", 0x1A: "|",
        0x1C: "Â", 0x1D: "â", 0x1E: "Ê", 0x24: "º", 0x40: "Í", 0x5B: "Ã", 0x5C: "Õ", 0x5D: "Ú", 0x60: "~",
        0x7B: "ã", 0x7C: "õ", 0x7D: "`",
    },
}  # fmt: skip

# A.2.1 to A.2.3: what the table has besides the default extension.
_LATIN_SINGLE = {
    Language.TURKISH: {0x47: "Ğ", 0x49: "İ", 0x53: "Ş", 0x63: "ç", 0x67: "ğ", 0x69: "ı", 0x73: "ş"},
    Language.SPANISH: {
        0x09: "ç", 0x41: "Á", 0x49: "Í", 0x4F: "Ó", 0x55: "Ú", 0x61: "á", 0x69: "í", 0x6F: "ó", 0x75: "ú",
    },
    Language.PORTUGUESE: {
        0x05: "ê", 0x09: "ç", 0x0B: "Ô", 0x0C: "ô", 0x0E: "Á", 0x0F: "á", 0x12: "Φ", 0x13: "Γ", 0x15: "Ω",
        0x16: "Π", 0x17: "Ψ", 0x18: "Σ", 0x19: "Θ", 0x1F: "Ê", 0x41: "À", 0x49: "Í", 0x4F: "Ó", 0x55: "Ú",
        0x5B: "Ã", 0x5C: "Õ", 0x61: "Â", 0x69: "í", 0x6F: "ó", 0x75: "ú", 0x7B: "ã", 0x7C: "õ", 0x7F: "â",
    },
}  # fmt: skip

# A.3.4 to A.3.13 have these characters in common; a dot marks where each has its own, in the order given below.
_INDIC_LOCKING_FRAME = (
    "··········\n··\r··"
    "···········\x1b····"
    " !······)(··,·.·"
    "0123456789:;···?"
    "················"
    "················"
    "·abcdefghijklmno"
    "pqrstuvwxyz·····"
)

# Ranges of code points; a dot is a place without a character. For septet 24 of Kannada the standard prints U+0CAA,
# which is at 3D already: U+0CA1 is meant, as Android and warthog618/sms have it.
_INDIC_LOCKING = {
    Language.BENGALI: "0981-0983 0985-098C . . 098F-0990 . . 0993-09A8 . 09AA-09B0 . 09B2 . . . 09B6-09B9 09BC-09C4 . "
    ". 09C7-09C8 . . 09CB-09CE 09D7 09DC-09DD 09F0-09F1",
    Language.GUJARATI: "0A81-0A83 0A85-0A8D . 0A8F-0A91 . 0A93-0AA8 . 0AAA-0AB0 . 0AB2-0AB3 . 0AB5-0AB9 0ABC-0AC5 . "
    "0AC7-0AC9 . 0ACB-0ACD 0AD0 0AE0-0AE3 0AF1",
    Language.HINDI: "0901-0903 0905-0939 093C-094D 0950 0972 097B-097C 097E-097F",
    Language.KANNADA: ". 0C82-0C83 0C85-0C8C . 0C8E-0C90 . 0C92-0CA8 . 0CAA-0CB3 . 0CB5-0CB9 0CBC-0CC4 . 0CC6-0CC8 . "
    "0CCA-0CCD 0CD5-0CD6 0CE0-0CE3",
    Language.MALAYALAM: ". 0D02-0D03 0D05-0D0C . 0D0E-0D10 . 0D12-0D28 . 0D2A-0D39 . 0D3D-0D44 . 0D46-0D48 . "
    "0D4A-0D4D 0D57 0D60-0D63 0D79",
    Language.ORIYA: "0B01-0B03 0B05-0B0C . . 0B0F-0B10 . . 0B13-0B28 . 0B2A-0B30 . 0B32-0B33 . 0B35-0B39 0B3C-0B44 . . "
    "0B47-0B48 . . 0B4B-0B4D 0B56-0B57 0B60-0B63",
    Language.PUNJABI: "0A01-0A03 0A05-0A0A . . . . 0A0F-0A10 . . 0A13-0A28 . 0A2A-0A30 . 0A32-0A33 . 0A35-0A36 . "
    "0A38-0A39 0A3C . 0A3E-0A42 . . . . 0A47-0A48 . . 0A4B-0A4D 0A51 0A70-0A74",
    Language.TAMIL: ". 0B82-0B83 0B85-0B8A . . . 0B8E-0B90 . 0B92-0B95 . . . 0B99-0B9A . 0B9C . 0B9E-0B9F . . . "
    "0BA3-0BA4 . . . 0BA8-0BAA . . . 0BAE-0BB9 . . 0BBE-0BC2 . . . 0BC6-0BC8 . 0BCA-0BCD 0BD0 0BD7 0BF0-0BF2 0BF9",
    Language.TELUGU: "0C01-0C03 0C05-0C0C . 0C0E-0C10 . 0C12-0C28 . 0C2A-0C33 . 0C35-0C39 . 0C3D-0C44 . 0C46-0C48 . "
    "0C4A-0C4D 0C55-0C56 0C60-0C63",
    Language.URDU: "0627 0622 0628 067B 0680 067E 06A6 062A 06C2 067F 0679 067D 067A 067C 062B-062C 0681 0684 0683 "
    "0685-0687 062D-062F 068C 0688-068A 068F 068D 0630-0631 0691 0693 0699 0632 0696 0698 069A 0633-0639 0641-0642 "
    "06A9-06AB 06AF 06B3 06B1 0644-0646 06BA-06BC 0648 06C4 06D5 06C1 06BE 0621 06CC 06D0 06D2 064D 0650 064F 0657 "
    "0654-0655 0651 0653 0656 0670",
}

# A.2.4 to A.2.13, in the same way; a null stands where none of them has a character.
_INDIC_SINGLE_FRAME = (
    "@£$¥¿\"¤%&'\f*+\0-/"
    "<=>¡^¡_#*··\0····"
    "········{}·····\\"
    "············[~]·"
    "|ABCDEFGHIJKLMNO"
    "PQRSTUVWXYZ\0\0\0\0\0"
    "\0\0\0\0\0€\0\0\0\0\0\0\0\0\0\0"
    "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
)
_INDIC_SINGLE = {
    Language.BENGALI: "09E6-09EF 09DF-09E3 09F2-09FA",
    Language.GUJARATI: "0964-0965 0AE6-0AEF",
    Language.HINDI: "0964-096F 0951-0954 0958-0963 0970-0971",
    Language.KANNADA: "0964-0965 0CE6-0CEF 0CDE 0CF1-0CF2",
    Language.MALAYALAM: "0964-0965 0D66-0D75 0D7A-0D7F",
    Language.ORIYA: "0964-0965 0B66-0B6F 0B5C-0B5D 0B5F 0B70-0B71",
    Language.PUNJABI: "0964-0965 0A66-0A6F 0A59-0A5C 0A5E 0A75",
    Language.TAMIL: "0964-0965 0BE6-0BEF 0BF3-0BF8 0BFA",
    Language.TELUGU: ". . 0C66-0C6F 0C58-0C59 0C78-0C7F",
    Language.URDU: "0600-0601 06F0-06F9 060C-0614 061B 061F 0640 0652 0658 066B-066C 0672-0673 06CD 06D4",
}

LOCKING_LANGUAGES = (Language.DEFAULT, *_LATIN_LOCKING, *_INDIC_LOCKING)
SINGLE_LANGUAGES = (Language.DEFAULT, *_LATIN_SINGLE, *_INDIC_SINGLE)


class ShiftTables(NamedTuple):
    """The tables in force in a message. `shift_tables` is the way to get them."""

    locking: Language
    single: Language
    characters: str  # of each of the 128 septets, then of each after an escape
    encoding: dict[int, bytes]  # of each character: one septet, or an escape and one

    def encode(self, text: str, field: str = "TP-UD") -> bytes:
        """The septets of `text`, one an octet. Raises PduError (of `field`) for a character without a place."""
        try:
            return charmap_encode(text, "strict", self.encoding)[0]
        except UnicodeEncodeError as error:
            character = text[error.start]
            raise PduError(
                f"{character!r} (U+{ord(character):04X}) is not in the tables of languages "
                f"{self.locking.value} and {self.single.value}",
                field=field,
                clause=CLAUSE,
            ) from None

    def decode(self, septets: bytes) -> str:
        """The text of septets given one an octet; places without a character, and an escape at the end, show as blanks.

        Raises PduError for a value over 127.
        """
        if not septets.isascii():
            raise PduError("a septet is over 127", field="TP-UD", clause=CLAUSE)
        text = septets.decode("latin-1")
        if "\x1b" in text:
            text = _ESCAPED.sub(lambda pair: chr(128 | ord(pair[1] or "\x1b")), text)
        return text.translate(self.characters)

    def elements(self) -> Header:
        """The header elements that announce these tables: none, one or two."""
        single = InformationElement(NATIONAL_SINGLE_SHIFT, bytes((self.single,)))
        locking = InformationElement(NATIONAL_LOCKING_SHIFT, bytes((self.locking,)))
        return (single,) * bool(self.single) + (locking,) * bool(self.locking)


_ESCAPED = re.compile("\x1b(.?)", re.DOTALL)


def shift_tables(locking: int, single: int) -> ShiftTables:
    """The tables of two language identifiers (0..255). One that is unknown, or has no such table, is the default's."""
    return _shift_tables(
        Language(locking) if locking in LOCKING_LANGUAGES else Language.DEFAULT,
        Language(single) if single in SINGLE_LANGUAGES else Language.DEFAULT,
    )


def tables_of(header: Header) -> ShiftTables | None:
    """The tables that a header's elements 24 and 25 ask for, or None when there are none. The last one counts."""
    locking = single = None
    for identifier, data in header:
        if identifier == NATIONAL_SINGLE_SHIFT and len(data) == 1:
            single = data[0]
        elif identifier == NATIONAL_LOCKING_SHIFT and len(data) == 1:
            locking = data[0]
    if locking is single is None:
        return None
    return shift_tables(locking or 0, single or 0)


def tables_for(text: str) -> Iterator[ShiftTables]:
    """All pairs of tables (but not the default one alone) that have a place for each character of `text`."""
    wanted = set(map(ord, text))
    for locking in LOCKING_LANGUAGES:
        for single in SINGLE_LANGUAGES:
            tables = _shift_tables(locking, single)
            if (locking or single) and wanted <= tables.encoding.keys():
                yield tables


@cache  # there are 168 of them
def _shift_tables(locking: Language, single: Language) -> ShiftTables:
    characters = _locking_table(locking)
    shifted = _single_table(single)
    encoding = {
        ord(character): bytes((ESCAPE, septet)) for septet, character in reversed(shifted.items()) if septet != ESCAPE
    }
    encoding |= {
        ord(character): bytes((septet,)) for septet, character in enumerate(characters) if character not in "\0\x1b"
    }
    # After an escape, a septet without a character in the single shift table shows as the character of the default
    # alphabet, or of the locking shift table in its place (6.2.1.1). A second escape, reserved for a further table,
    # shows as a blank.
    shifted[ESCAPE] = " "
    both = characters + "".join(shifted.get(septet, character) for septet, character in enumerate(characters))
    return ShiftTables(locking, single, both.replace("\0", " "), encoding)


def _locking_table(language: Language) -> str:
    """The 128 characters; a null where there is none."""
    if language in _INDIC_LOCKING:
        return _filled(_INDIC_LOCKING_FRAME, _INDIC_LOCKING[language])
    return DEFAULT_TABLE.translate({ord(DEFAULT_TABLE[k]): v for k, v in _LATIN_LOCKING.get(language, {}).items()})


def _single_table(language: Language) -> dict[int, str]:
    """The characters that the table has, by septet."""
    if language in _INDIC_SINGLE:
        table = _filled(_INDIC_SINGLE_FRAME, _INDIC_SINGLE[language])
        return {septet: character for septet, character in enumerate(table) if character != "\0"}
    return EXTENSION_TABLE | _LATIN_SINGLE.get(language, {})


def _filled(frame: str, ranges: str) -> str:
    """`frame` with the characters of `ranges` in the places marked by a dot, and nulls when they are used up."""
    characters: list[str] = []
    for item in ranges.split():
        first, _, last = item.partition("-")
        characters += ["\0"] if item == "." else map(chr, range(int(first, 16), int(last or first, 16) + 1))
    own = iter(characters)
    return "".join(next(own, "\0") if place == "·" else place for place in frame)
