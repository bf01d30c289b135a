"""TS 23.038 6: the alphabet and its packing."""

from __future__ import annotations

from typing import Any

import pytest

from modem.wire.alphabet import decode_gsm7, encode_gsm7, is_gsm7, septet_count
from modem.wire.errors import PduError
from modem.wire.septets import octet_count, pack, unpack
from tests.wire import models
from tests.wire.vectors import cases


@pytest.mark.parametrize("septet", range(128))
def test_every_place_of_the_default_table(septet: int) -> None:
    character = models.ALPHABET[septet]
    if septet == 0x1B:
        assert not is_gsm7(character)
        assert decode_gsm7(b"\x1b") == " "
        return
    assert decode_gsm7(bytes([septet])) == character
    assert encode_gsm7(character) == bytes([septet])
    assert septet_count(character) == 1


@pytest.mark.parametrize("septet", range(128))
def test_every_place_of_the_extension_table(septet: int) -> None:
    shown = decode_gsm7(bytes([0x1B, septet]))
    if septet in models.EXTENSION:
        assert shown == models.EXTENSION[septet]
        assert encode_gsm7(shown) == bytes([0x1B, septet])
        assert septet_count(shown) == 2
    elif septet == 0x1B:  # reserved for a further table: shown as a blank
        assert shown == " "
    else:  # "the MS shall display the character of the default table"
        assert shown == models.ALPHABET[septet]


def test_there_are_137_characters() -> None:
    assert sum(is_gsm7(chr(code)) for code in range(0x11000)) == 127 + 10


def test_escapes_are_read_in_pairs() -> None:
    assert decode_gsm7(b"\x1b\x1b\x65") == " e"
    assert decode_gsm7(b"a\x1b\x65\x1b\x28b\x1b") == "a€{b "
    assert encode_gsm7("a€{b") == b"a\x1b\x65\x1b\x28b"


@pytest.mark.parametrize("text", ["`", "ç", "Á", "\t", "\x00", "\x1b", "😀", "日", "\u00a0", "\ud83d"])
def test_what_has_no_place(text: str) -> None:
    assert not is_gsm7("ok" + text)
    with pytest.raises(PduError, match="not in the GSM 7-bit alphabet") as caught:
        encode_gsm7("ok" + text)
    assert caught.value.clause == "TS 23.038 6.2.1"


@pytest.mark.parametrize("septets", [b"\x80", b"a\xff", b"\x1b\x80", b"\x1b\xe5"])
def test_an_octet_over_127_is_no_septet(septets: bytes) -> None:
    with pytest.raises(PduError):
        decode_gsm7(septets)
    with pytest.raises(PduError):
        pack(septets)


@cases("packed")
def test_vector_packed(vector: dict[str, Any]) -> None:
    text, packed = vector["text"], bytes.fromhex(vector["packed"])
    assert septet_count(text) == vector["septets"]
    assert pack(encode_gsm7(text)) == packed
    assert decode_gsm7(unpack(packed, vector["septets"])) == text


@pytest.mark.parametrize("fill_bits", range(7))
def test_packing_agrees_with_the_bits_for_every_length(fill_bits: int) -> None:
    for count in range(170):
        values = [(n * 37 + count) % 128 for n in range(count)]
        packed = pack(bytes(values), fill_bits)
        assert packed == models.pack(values, fill_bits)
        assert len(packed) == octet_count(count, fill_bits)
        assert list(unpack(packed, count, fill_bits)) == values


@pytest.mark.parametrize("fill_bits", range(7))
def test_unpacking_does_not_mind_what_surrounds_the_septets(fill_bits: int) -> None:
    for count in range(1, 20):
        noise = bytes([0xFF]) * (octet_count(count, fill_bits) + 3)
        assert list(unpack(noise, count, fill_bits)) == models.unpack(noise, count, fill_bits) == [127] * count


def test_unpacking_too_little() -> None:
    assert unpack(b"", 0) == b""
    for count in range(1, 170):
        for fill_bits in range(7):
            with pytest.raises(PduError):
                unpack(bytes(octet_count(count, fill_bits) - 1), count, fill_bits)
