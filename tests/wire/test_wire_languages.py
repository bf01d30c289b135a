"""TS 23.038 6.2.1.2 and annex A: the national shift tables."""

from __future__ import annotations

from typing import Any

import pytest

from modem.wire.alphabet import decode_gsm7, encode_gsm7, is_gsm7
from modem.wire.errors import PduError
from modem.wire.header import InformationElement
from modem.wire.languages import (
    LOCKING_LANGUAGES,
    SINGLE_LANGUAGES,
    Language,
    shift_tables,
    tables_for,
    tables_of,
)
from tests.wire import models
from tests.wire.vectors import cases, load

NONE = "\ufffd"
LOCKING = {vector["language"]: vector["characters"] for vector in load("languages") if vector["table"] == "locking"}
SINGLE = {vector["language"]: vector["characters"] for vector in load("languages") if vector["table"] == "single"}


@cases("languages")
def test_every_place(vector: dict[str, Any]) -> None:
    language, characters = vector["language"], vector["characters"]
    assert len(characters) == 128
    if vector["table"] == "locking":
        tables = shift_tables(language, 0)
        for septet, character in enumerate(characters):
            if septet == 0x1B:
                continue
            shown = " " if character == NONE else character
            assert tables.decode(bytes((septet,))) == shown
            assert tables.encode(shown) == bytes((0x20 if character == NONE else septet,))
        return
    tables = shift_tables(0, language)
    for septet, character in enumerate(characters):
        shown = tables.decode(bytes((0x1B, septet)))
        if septet == 0x1B:  # reserved for a further table
            assert shown == " "
        elif character == NONE:  # "the character of the default alphabet table"
            assert shown == models.ALPHABET[septet]
        else:
            assert shown == character
            encoded = tables.encode(character)
            if is_gsm7(character) and character not in models.EXTENSION.values():
                assert encoded == encode_gsm7(character)
            else:  # some have two places after the escape, like the asterisk in the Indic tables
                assert encoded == bytes((0x1B, characters.index(character)))


def test_the_languages_are_those_of_the_annex() -> None:
    assert {*LOCKING_LANGUAGES} == {Language.DEFAULT, *LOCKING}
    assert {*SINGLE_LANGUAGES} == {Language.DEFAULT, *SINGLE}
    assert Language.SPANISH not in LOCKING_LANGUAGES


def test_a_locking_table_stands_in_for_what_a_single_table_lacks() -> None:
    assert shift_tables(Language.TURKISH, 0).decode(b"\x1b\x40\x1b\x60") == "|ç"
    assert shift_tables(Language.HINDI, Language.GUJARATI).decode(b"\x1b\x7b\x1b\x19") == "\u0972\u0964"
    assert shift_tables(Language.BENGALI, 0).decode(b"\x1b\x0c") == " "


def test_both_tables_together() -> None:
    tables = shift_tables(Language.PORTUGUESE, Language.TURKISH)
    assert tables.encode("ãğ~^") == b"\x7b\x1b\x67\x60\x16"  # one septet where the locking table has the character
    assert tables.decode(b"\x7b\x1b\x67\x60\x16") == "ãğ~^"


@pytest.mark.parametrize("locking", LOCKING_LANGUAGES)
@pytest.mark.parametrize("single", SINGLE_LANGUAGES)
def test_every_pair_of_tables_goes_both_ways(locking: Language, single: Language) -> None:
    tables = shift_tables(locking, single)
    assert (tables.locking, tables.single) == (locking, single)
    assert tables is shift_tables(locking, single)
    text = "".join(map(chr, tables.encoding))
    assert tables.decode(tables.encode(text)) == text
    assert set(text) >= set("abcxyz0189 \r\n€{}[]~\\|^")


def test_escapes_are_read_in_pairs() -> None:
    tables = shift_tables(0, Language.TURKISH)
    assert tables.decode(b"a\x1b\x1b\x67\x1b\x67\x1b") == "a gğ "
    with pytest.raises(PduError):
        tables.decode(b"a\x80")


@pytest.mark.parametrize("character", ["ő", "日", "\x1b", "\x00", "\ufffd", "😀", "·"])
def test_what_has_no_place(character: str) -> None:
    for locking in LOCKING_LANGUAGES:
        for single in SINGLE_LANGUAGES:
            assert ord(character) not in shift_tables(locking, single).encoding
    with pytest.raises(PduError, match="languages 1 and 2") as caught:
        shift_tables(1, 2).encode(character, "a name")
    assert caught.value.field == "a name"


@pytest.mark.parametrize("identifier", [0, 14, 127, 255])
def test_an_unknown_language_is_the_default(identifier: int) -> None:
    everything = bytes(range(128)) + bytes(octet for septet in range(128) for octet in (0x1B, septet))
    assert shift_tables(identifier, identifier).decode(everything) == decode_gsm7(everything)
    assert shift_tables(Language.SPANISH, identifier).locking is Language.DEFAULT


def test_what_a_header_asks_for() -> None:
    turkish, spanish = InformationElement(0x25, b"\x01"), InformationElement(0x24, b"\x02")
    assert tables_of(()) is None
    assert tables_of((InformationElement(0, b"\x01\x02\x01"),)) is None
    assert tables_of((turkish,)) is shift_tables(1, 0)
    assert tables_of((spanish,)) is shift_tables(0, 2)
    assert tables_of((spanish, turkish)) is shift_tables(1, 2)
    # "the last occurring information element shall be used"; one of a wrong length is none
    assert tables_of((turkish, InformationElement(0x25, b"\x03"))) is shift_tables(3, 0)
    assert tables_of((turkish, InformationElement(0x25, b"\x03\x00"))) is shift_tables(1, 0)
    assert tables_of((InformationElement(0x24, b""),)) is None
    for tables in (shift_tables(1, 0), shift_tables(0, 2), shift_tables(13, 4)):
        assert tables_of(tables.elements()) is tables
    assert shift_tables(0, 0).elements() == ()


def test_which_tables_take_a_text() -> None:
    found = {(tables.locking, tables.single) for tables in tables_for("çığ")}
    assert {(1, 0), (0, 1), (1, 1), (1, 13)} <= found
    assert all(1 in pair for pair in found)
    assert list(tables_for("日")) == []
    assert len(list(tables_for("abc"))) == len(LOCKING_LANGUAGES) * len(SINGLE_LANGUAGES) - 1
