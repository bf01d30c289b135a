"""TS 23.041 9.4 and TS 23.038 5: cell broadcast."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modem.wire.cell_broadcast import (
    BroadcastCoding,
    GeographicalScope,
    Page,
    SerialNumber,
    decode_pages,
    join_pages,
)
from modem.wire.coding import Alphabet
from modem.wire.errors import PduError
from modem.wire.header import InformationElement
from modem.wire.user_data import UserData
from tests.wire.vectors import cases


@cases("broadcasts")
def test_vector_broadcasts(vector: dict[str, Any]) -> None:
    octets = bytes.fromhex(vector["octets"])
    pages = decode_pages(octets, strict=True)
    bodies = [bytes.fromhex(vector["data"])] if "data" in vector else vector["texts"]
    assert [page.user_data.body for page in pages] == bodies
    assert [(page.page, page.pages) for page in pages] == [
        (number, len(bodies)) for number in range(1, len(bodies) + 1)
    ]
    for page in pages:
        assert page.serial_number == (vector["message_code"], vector["update_number"], vector["scope"])
        assert page.message_identifier == vector["message_identifier"]
        assert page.data_coding.octet == vector["dcs"]
        assert page.language == vector["language"]
    if len(octets) == 88 and "bends" not in vector:
        assert pages[0].encode() == octets


LANGUAGES = {
    **dict(enumerate(("de", "en", "it", "fr", "es", "nl", "sv", "da", "pt", "fi", "no", "el", "tr", "hu", "pl"))),
    **dict(enumerate(("cs", "he", "ar", "ru", "is"), start=0x20)),
}


@pytest.mark.parametrize("octet", range(256))
def test_every_coding(octet: int) -> None:
    """The table of TS 23.038 5, row by row."""
    coding = BroadcastCoding.of(octet)
    assert coding.octet == octet
    assert coding.language == LANGUAGES.get(octet)
    assert coding.language_first == (octet in (0x10, 0x11))
    assert coding.has_header == (octet >> 4 == 9)
    assert coding.compressed == (octet >> 5 == 0b011)
    if octet == 0x11:
        alphabet = Alphabet.UCS2
    elif octet >> 6 == 1 or octet >> 4 == 9:
        alphabet = (Alphabet.GSM7, Alphabet.DATA, Alphabet.UCS2, Alphabet.RESERVED)[octet >> 2 & 3]
    elif octet >> 4 in (0xD, 0xE):
        alphabet = Alphabet.RESERVED
    elif octet >> 4 == 0xF and octet & 4:
        alphabet = Alphabet.DATA
    else:  # "any reserved codings shall be assumed to be the GSM 7 bit default alphabet"
        alphabet = Alphabet.GSM7
    assert coding.alphabet is alphabet
    if octet >> 4 in (5, 7, 9):
        assert coding.message_class == octet & 3
    elif octet >> 4 == 0xF:
        assert coding.message_class == (octet & 3 or None)
    else:
        assert coding.message_class is None
    assert coding.text == (alphabet in (Alphabet.GSM7, Alphabet.UCS2) and not coding.compressed)
    named = octet < 0x10 or octet in LANGUAGES or octet in (0x10, 0x11)
    general = (octet >> 6 == 1 or octet >> 4 == 9) and alphabet is not Alphabet.RESERVED
    assert coding.reserved == (not (named or general or 0xF0 <= octet <= 0xF7))


def page(body: str | bytes, dcs: int = 0x0F, **more: Any) -> Page:
    return Page(SerialNumber(1), 50, UserData(body), BroadcastCoding.of(dcs), **more)


@pytest.mark.parametrize(
    ("body", "dcs", "fits"),
    [
        ("x" * 93, 0x0F, True),
        ("x" * 94, 0x0F, False),
        ("€" * 46, 0x01, True),
        ("€" * 47, 0x01, False),
        ("x" * 90, 0x10, True),  # three characters for the language
        ("x" * 91, 0x10, False),
        ("ő" * 41, 0x48, True),
        ("ő" * 42, 0x48, False),
        ("ő" * 40, 0x11, True),
        ("ő" * 41, 0x11, False),
        (bytes(82), 0x44, True),
        (bytes(83), 0x44, False),
    ],
)
def test_what_fits_a_page(body: str | bytes, dcs: int, fits: bool) -> None:
    coding = BroadcastCoding.of(dcs)
    made = page(body, dcs, language="en" if coding.language_first else coding.language)
    if not fits:
        with pytest.raises(PduError, match="fit"):
            made.encode()
        return
    assert len(made.encode()) == 88
    assert Page.decode(made.encode(), strict=True) == made


@pytest.mark.parametrize("size", range(12))
@pytest.mark.parametrize(("dcs", "body"), [(0x90, "hello {}"), (0x98, "ő😀"), (0x94, bytes(75))])
def test_a_header_in_front(size: int, dcs: int, body: str | bytes) -> None:
    header = (InformationElement(0x70, bytes(size)),)
    made = page(body, dcs)._replace(user_data=UserData(body, header))
    if isinstance(body, bytes):
        made = made._replace(user_data=UserData(bytes(82 - 3 - size), header))
    assert Page.decode(made.encode(), strict=True) == made
    with pytest.raises(PduError):
        made._replace(data_coding=BroadcastCoding.of(0x40)).encode()
    none = made._replace(user_data=UserData(body if isinstance(body, str) else bytes(81)))
    assert none.encode()[6] == 0  # a header of no octets
    assert Page.decode(none.encode()) == none


@pytest.mark.parametrize(
    "made",
    [
        page("a", 0x44),
        page(b"a", 0x0F),
        page("ő", 0x0F),
        page("a", 0x10),  # which language?
        page("a", 0x10, language="e"),
        page("a", 0x10, language="eng"),
        page("a", page=16, pages=15),
        page("a", page=1, pages=16),
        page("a")._replace(message_identifier=0x10000),
        page("a")._replace(serial_number=SerialNumber(1024)),
        page("a")._replace(serial_number=SerialNumber(1, 16)),
    ],
)
def test_what_cannot_be_encoded(made: Page) -> None:
    with pytest.raises(PduError):
        made.encode()


@pytest.mark.parametrize("size", [0, 1, 6, 87, 89, 90, 172])
def test_what_is_no_page(size: int) -> None:
    octets = (page("x").encode() * 2)[:size]
    with pytest.raises(PduError):
        decode_pages(octets)


@pytest.mark.parametrize("parameter", [0x00, 0x01, 0x10, 0x21, 0xF1])
def test_a_page_parameter_that_makes_no_sense(parameter: int) -> None:
    octets = bytearray(page("x").encode())
    octets[5] = parameter
    with pytest.raises(PduError) as caught:
        Page.decode(bytes(octets), strict=True)
    assert caught.value.offset == 5
    assert (Page.decode(bytes(octets)).page, Page.decode(bytes(octets)).pages) == (1, 1)


def test_umts_pages_that_make_no_sense() -> None:
    content = page("x").encode()[6:]
    good = bytes.fromhex("01 0032 C000 40 02") + (content + b"\x52") * 2
    assert [page.user_data.body for page in decode_pages(good)] == ["x", "x"]
    for bad in (good[:-1], good + b"\0", b"\x02" + good[1:], good[:6] + b"\x03" + good[7:], good[:-1] + b"\x53"):
        with pytest.raises(PduError):
            decode_pages(bad)


def test_where_umts_pages_go_wrong() -> None:
    """TS 23.041 9.4.2: 7 octets, then 82 and a length for each page; the second length is the last octet."""
    octets = bytes.fromhex("01 0032 C000 40 02") + (bytes(82) + b"\x52") + (bytes(82) + b"\x53")
    with pytest.raises(PduError) as caught:
        decode_pages(octets)
    assert caught.value.offset == len(octets) - 1


def test_where_a_header_goes_wrong() -> None:
    with pytest.raises(PduError) as caught:  # it begins after the six octets of serial number, identifier, DCS and page
        Page.decode(bytes.fromhex("0010 0032 90 11 FF").ljust(88, b"\0"))
    assert (caught.value.field, caught.value.offset) == ("TP-UDHL", 6)


def test_the_largest_numbers() -> None:
    """TS 23.041 9.4.1.2: scope 11, ten bits of message code, four of update number; 4370 is a warning (9.4.1.2.2)."""
    largest = SerialNumber(1023, 15, GeographicalScope.CELL)
    made = page("x")._replace(serial_number=largest, message_identifier=0xFFFF)
    assert made.encode()[:4].hex() == "ffffffff"
    assert Page.decode(made.encode()) == made
    octets = page("x").encode()
    assert Page.decode(octets[:2] + b"\x11\x12" + octets[4:]).message_identifier == 4370
    umts = bytes.fromhex("01 1112 C000 40 02") + (octets[6:] + b"\x52") * 2
    assert [found.message_identifier for found in decode_pages(umts)] == [4370, 4370]


def test_the_longest_umts_message() -> None:
    """TS 23.041 9.4.2: up to 15 pages."""
    content = page("x").encode()[6:] + b"\x52"
    assert len(decode_pages(bytes.fromhex("01 0032 C000 40 0F") + content * 15)) == 15
    with pytest.raises(PduError):
        decode_pages(bytes.fromhex("01 0032 C000 40 10") + content * 16)


def test_editions() -> None:
    for older in range(16):
        for ahead in range(16):
            newer = SerialNumber(5, (older + ahead) % 16)
            assert newer.updates(SerialNumber(5, older)) == (1 <= ahead <= 8)
    assert not SerialNumber(5, 1).updates(SerialNumber(6, 0))
    assert not SerialNumber(5, 1).updates(SerialNumber(5, 0, GeographicalScope.CELL))


def test_joining() -> None:
    pages = [page("one ", page=1, pages=3), page("two ", page=2, pages=3), page("three", page=3, pages=3)]
    assert join_pages(pages) == "one two three"
    assert join_pages([pages[2], pages[0], pages[1], pages[0]]) == "one two three"
    assert join_pages([page(b"a", 0x44), page(b"a", 0x44)]) == b"a"
    with pytest.raises(PduError, match="page 2 of 3"):
        join_pages([pages[0], pages[2]])
    with pytest.raises(PduError, match="page 1 of 3"):
        join_pages([pages[2]])
    with pytest.raises(PduError, match="page 3 of 3"):
        join_pages(pages[:2])
    with pytest.raises(PduError, match="2 messages"):
        join_pages([*pages[:2], pages[2]._replace(serial_number=SerialNumber(2))])
    with pytest.raises(PduError, match="0 messages"):
        join_pages([])


@given(st.binary(min_size=82, max_size=82), st.binary(min_size=6, max_size=6))
def test_any_page_is_a_value_or_an_error(content: bytes, start: bytes) -> None:
    for strict in (False, True):
        try:
            found = Page.decode(start + content, strict)
        except PduError:
            continue
        assert isinstance(found.user_data.body, str) == found.data_coding.text


@given(st.binary(max_size=260))
def test_any_octets_are_a_value_or_an_error(octets: bytes) -> None:
    for made in (octets, octets[:88].ljust(88, b"\0"), b"\x01" + octets[:4] + b"\x00\x40\x01" + octets[:83].ljust(83)):
        with contextlib.suppress(PduError):
            assert decode_pages(made)


def test_a_page_of_no_language_and_its_lenient_reading() -> None:
    """TS 23.038 5: 00001111 is "language unspecified"; TS 23.041 9.4.1.2.4: page 0 of 0 is read as 1 of 1."""
    octets = bytearray(Page(SerialNumber(1), 50, UserData("x")).encode())
    assert octets[4] == 0b00001111
    octets[5] = 0
    (found,) = decode_pages(bytes(octets))
    assert (found.page, found.pages) == (1, 1)
