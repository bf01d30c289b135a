"""TS 23.040 9.2.3.24: the user data header."""

from __future__ import annotations

from typing import Any

import pytest

from modem.wire.errors import PduError
from modem.wire.header import (
    Concatenation,
    InformationElement,
    Ports,
    SpecialIndication,
    WaitingKind,
    concatenation_of,
    decode_header,
    encode_header,
    header_length,
    indications_of,
    ports_of,
)
from tests.wire.vectors import cases


@cases("elements")
def test_vector_elements(vector: dict[str, Any]) -> None:
    octets = bytes.fromhex(vector["octets"])
    header, size = decode_header(octets + b"text")
    assert size == len(octets) == header_length(header)
    assert encode_header(header) == octets
    place, ports = concatenation_of(header), ports_of(header)
    assert (place and list(place)) == vector["concatenation"]
    assert (ports and list(ports)) == vector["ports"]
    if len(header) == 1 and place:
        assert place.element() == header[0]
    if len(header) == 1 and ports:
        assert ports.element() == header[0]
    indications = indications_of(header)
    assert [list(indication) for indication in indications] == vector.get("indications", [])
    if len(header) == len(indications):
        assert tuple(indication.element() for indication in indications) == header


@pytest.mark.parametrize("first", range(256))
def test_every_special_indication(first: int) -> None:
    header = (InformationElement(0x01, bytes((first, 7))),)
    (found,) = indications_of(header)
    assert found.element() == header[0]
    assert (found.messages, found.store, found.profile) == (7, first >= 0x80, (first & 0x7F) // 32 + 1)
    named = {0: WaitingKind.VOICE, 1: WaitingKind.FAX, 2: WaitingKind.EMAIL, 3: WaitingKind.OTHER, 7: WaitingKind.VIDEO}
    assert (found.kind in WaitingKind.__members__.values()) == (first & 0x1F in named)


@pytest.mark.parametrize(
    "indication", [SpecialIndication(32, 1), SpecialIndication(0, 256), SpecialIndication(0, 1, profile=5)]
)
def test_an_indication_that_does_not_fit(indication: SpecialIndication) -> None:
    with pytest.raises(PduError):
        indication.element()


def test_every_identifier_is_kept() -> None:
    for identifier in range(256):
        octets = bytes([4, identifier, 2, 0xAB, 0xCD])
        assert decode_header(octets) == ((InformationElement(identifier, b"\xab\xcd"),), 5)


def test_an_empty_header() -> None:
    assert encode_header(()) == b""
    assert header_length(()) == 0
    assert decode_header(b"\x00text") == ((), 1)


def test_an_element_without_data() -> None:
    header = (InformationElement(0x70, b""),)
    assert encode_header(header) == b"\x02\x70\x00"
    assert decode_header(b"\x02\x70\x00") == (header, 3)


@pytest.mark.parametrize(
    ("octets", "field", "offset"),
    [
        ("", "TP-UDHL", 10),  # announced, and not there
        ("05", "TP-UDHL", 10),
        ("0500031701", "TP-UDHL", 10),
        ("010B", "TP-UDH", 11),  # half an element
        ("0500041703 01", "TP-UDH", 11),  # an element longer than the header
        ("06000317030105", "TP-UDH", 16),  # an octet left over
    ],
)
def test_broken_headers(octets: str, field: str, offset: int) -> None:
    with pytest.raises(PduError) as caught:
        decode_header(bytes.fromhex(octets), 10)
    assert (caught.value.field, caught.value.offset) == (field, offset)


@pytest.mark.parametrize("data", [b"", b"\x17\x03", b"\x17\x03\x01\x00"])
def test_a_concatenation_of_another_length_is_none(data: bytes) -> None:
    assert concatenation_of((InformationElement(0x00, data),)) is None
    assert concatenation_of((InformationElement(0x08, data[:3]),)) is None


@pytest.mark.parametrize(
    "header",
    [
        (InformationElement(256, b""),),
        (InformationElement(-1, b""),),
        (InformationElement(0, bytes(138)),),
        (InformationElement(0, bytes(256)),),
        (InformationElement(0, bytes(70)), InformationElement(1, bytes(70))),
    ],
)
def test_headers_that_do_not_fit(header: tuple[InformationElement, ...]) -> None:
    with pytest.raises(PduError):
        encode_header(header)


def test_the_longest_header() -> None:
    octets = encode_header((InformationElement(0, bytes(137)),))
    assert len(octets) == 140


@pytest.mark.parametrize(
    "element",
    [
        Concatenation(256, 2, 1),
        Concatenation(-1, 2, 1),
        Concatenation(65536, 2, 1, wide=True),
        Concatenation(0, 256, 1),
        Concatenation(0, 2, 256),
        Ports(65536, 0),
        Ports(256, 0, wide=False),
        Ports(0, -1),
    ],
)
def test_numbers_that_do_not_fit(element: Concatenation | Ports) -> None:
    with pytest.raises(PduError):
        element.element()


@pytest.mark.parametrize(
    ("element", "octets"),
    [
        # 9.2.3.24.1, .3, .4, .8: the largest numbers that the octets hold
        (Concatenation(255, 255, 255), "0003FFFFFF"),
        (Concatenation(65535, 255, 1, wide=True), "0804FFFFFF01"),
        (Ports(255, 255, wide=False), "0402FFFF"),
        (Ports(65535, 65535), "0504FFFFFFFF"),
    ],
)
def test_the_largest_numbers(element: Concatenation | Ports, octets: str) -> None:
    assert encode_header((element.element(),))[1:].hex().upper() == octets


def test_indications_of_two_kinds() -> None:
    """9.2.3.24.2: an element for each kind; 80 and 81 differ in one bit, the kind's lowest."""
    header, _ = decode_header(bytes.fromhex("08 01028003 01028105"))
    assert indications_of(header) == (
        SpecialIndication(WaitingKind.VOICE, 3, store=True),
        SpecialIndication(WaitingKind.FAX, 5, store=True),
    )


def test_errors_count_from_the_header_where_nobody_says_otherwise() -> None:
    with pytest.raises(PduError) as caught:
        decode_header(b"\x05")
    assert caught.value.offset == 0


def test_an_indication_is_not_stored_where_nobody_says_so() -> None:
    """9.2.3.24.2: bit 7 is 0 for "discard message after updating indication"."""
    assert SpecialIndication(WaitingKind.VOICE, 3).element().data.hex() == "0003"
