"""TS 23.040 9.2.3.16 and 9.2.3.24: TP-UDL and TP-UD."""

from __future__ import annotations

from typing import Any

import pytest

from modem.wire.alphabet import TORN_ESCAPE
from modem.wire.coding import DATA, GSM7, UCS2, DataCoding
from modem.wire.errors import PduError
from modem.wire.header import Concatenation, InformationElement
from modem.wire.user_data import UserData, decode_septets, decode_user_data, encode_user_data
from tests.wire import models
from tests.wire.vectors import cases

CONCATENATED = (Concatenation(0x4C, 2, 1).element(),)


@cases("packed")
def test_vector_packed(vector: dict[str, Any]) -> None:
    octets = bytes([vector["septets"]]) + bytes.fromhex(vector["packed"])
    assert encode_user_data(UserData(vector["text"]), GSM7) == octets
    assert decode_user_data(octets, 0, False, GSM7, strict=True) == UserData(vector["text"])


@cases("tables")
def test_vector_tables(vector: dict[str, Any]) -> None:
    """9.2.3.24.15, 9.2.3.24.16: with the header that names the languages."""
    octets = bytes.fromhex(vector["user_data"])
    if vector["locking"] is vector["single"] is None:
        assert decode_user_data(octets, 0, False, GSM7, strict=True) == UserData(vector["text"])
        return
    elements = {0x24: vector["single"], 0x25: vector["locking"]}
    header = tuple(InformationElement(number, bytes((language,))) for number, language in elements.items() if language)
    encoded = bytes((3 * len(header),)) + b"".join(bytes((number, 1)) + data for number, data in header)
    septets = models.unpack(octets[1:], octets[0])
    fill_bits = -len(encoded) * 8 % 7
    length = (len(encoded) * 8 + fill_bits) // 7 + len(septets)
    whole = bytes((length,)) + encoded + models.pack(septets, fill_bits)
    assert decode_user_data(whole, 0, True, GSM7) == UserData(vector["text"], header)
    again = encode_user_data(UserData(vector["text"], header), GSM7) if length <= 160 else None
    assert decode_user_data(again or whole, 0, True, GSM7, strict=again is not None).text == vector["text"]


NATIONAL = [InformationElement(0x25, b"\x01"), InformationElement(0x24, b"\x01")]


@pytest.mark.parametrize(
    ("header", "octets", "text"),
    [  # worked out by hand: 07 is i without a dot in the locking table, 1B 69 in the single one
        ((NATIONAL[0],), "06 03250101 3800", "ı"),  # three bits of fill
        ((NATIONAL[1],), "07 03240101 D8A401", "ı"),
        ((NATIONAL[1], NATIONAL[0]), "09 06240101250101 07", "ı"),
        ((InformationElement(0x25, b"\x63"),), "06 03250163 3800", "ì"),  # an unknown language: the default alphabet
        ((InformationElement(0x25, b""),), "05 022500 7000", "ì"),
    ],
)
def test_languages(header: tuple[InformationElement, ...], octets: str, text: str) -> None:
    found = decode_user_data(bytes.fromhex(octets), 0, True, GSM7)
    assert found == UserData(text, header)
    assert decode_user_data(encode_user_data(found, GSM7), 0, True, GSM7, strict=True) == found


def test_languages_say_nothing_about_other_codings() -> None:
    for coding, body in ((UCS2, "ı"), (DATA, b"\x07")):
        user_data = UserData(body, (NATIONAL[0],))
        assert decode_user_data(encode_user_data(user_data, coding), 0, True, coding, strict=True) == user_data


def test_an_escape_at_the_end_of_a_part_in_a_language_is_a_blank() -> None:
    header = (*CONCATENATED, NATIONAL[1])
    whole = encode_user_data(UserData("ab", header), GSM7)
    octets = whole[:10] + models.pack([0x61, 0x1B], -9 * 8 % 7)
    assert len(octets) == len(whole)
    assert decode_user_data(octets, 0, True, GSM7, strict=True).text == "a "


@cases("long")
def test_vector_long(vector: dict[str, Any]) -> None:
    parts = [decode_user_data(bytes.fromhex(part), 0, True, GSM7, strict=True) for part in vector["parts"]]
    assert "".join(part.text or "" for part in parts) == vector["text"]
    for number, part in enumerate(parts, start=1):
        assert part.concatenation == Concatenation(vector["reference"], len(parts), number)
        assert encode_user_data(part, GSM7) == bytes.fromhex(vector["parts"][number - 1])


@pytest.mark.parametrize(
    ("coding", "body", "most"),
    [
        (GSM7, "x", 160),
        (GSM7, "€", 80),
        (DATA, b"x", 140),
        (UCS2, "ő", 70),
        (UCS2, "😀", 35),
        (DataCoding.of(0x20), b"x", 140),
    ],
)
def test_limits(coding: DataCoding, body: str | bytes, most: int) -> None:
    """TS 23.040 9.2.3.16: 160 septets, 140 octets."""
    octets = encode_user_data(UserData(body * most), coding)
    assert len(octets) == 141
    assert decode_user_data(octets, 0, False, coding, strict=True) == UserData(body * most)
    with pytest.raises(PduError) as caught:
        encode_user_data(UserData(body * (most + 1)), coding)
    assert caught.value.clause == "TS 23.040 9.2.3.16"


@pytest.mark.parametrize(
    ("elements", "gsm7", "data", "ucs2"),
    [  # octets of the header: what is left, from TS 23.040 9.2.3.24 by hand
        ([3], 153, 134, 67),  # 8-bit reference
        ([4], 152, 133, 66),  # 16-bit reference
        ([3, 1], 149, 131, 65),  # and one shift table
        ([3, 1, 1], 146, 128, 64),  # and both
        ([0], 156, 137, 68),
        ([137], 0, 0, 0),
    ],
)
def test_limits_behind_a_header(elements: list[int], gsm7: int, data: int, ucs2: int) -> None:
    header = tuple(InformationElement(0x70 + at, bytes(size)) for at, size in enumerate(elements))
    for coding, body, most in ((GSM7, "x", gsm7), (DATA, b"x", data), (UCS2, "ő", ucs2)):
        user_data = UserData(body * most, header)  # type: ignore[operator]
        octets = encode_user_data(user_data, coding)
        assert len(octets) <= 141
        assert decode_user_data(octets, 0, True, coding, strict=True) == user_data
        with pytest.raises(PduError):
            encode_user_data(UserData(body * (most + 1), header), coding)  # type: ignore[operator]


@pytest.mark.parametrize("size", range(0, 60))
def test_fill_bits_for_every_length_of_a_header(size: int) -> None:
    """The text begins on a septet boundary counted from the start of the user data (9.2.3.24)."""
    header = (InformationElement(0x70, bytes(size)),)
    header_octets = bytes([size + 2, 0x70, size]) + bytes(size)
    fill_bits = (7 - 8 * len(header_octets) % 7) % 7
    values = models.septets("Hi €!")
    count = (8 * len(header_octets) + fill_bits) // 7 + len(values)
    octets = bytes([count]) + header_octets + models.pack(values, fill_bits)
    assert encode_user_data(UserData("Hi €!", header), GSM7) == octets
    assert decode_user_data(octets, 0, True, GSM7, strict=True) == UserData("Hi €!", header)


def test_a_header_and_no_text() -> None:
    octets = encode_user_data(UserData("", CONCATENATED), GSM7)
    assert octets == bytes.fromhex("07 0500034C0201 00")
    assert decode_user_data(octets, 0, True, GSM7, strict=True) == UserData("", CONCATENATED)


def test_surrogate_pairs() -> None:
    octets = bytes.fromhex("04D83DDE00")
    assert encode_user_data(UserData("😀"), UCS2) == octets
    assert decode_user_data(octets, 0, False, UCS2, strict=True) == UserData("😀")


@pytest.mark.parametrize(
    ("units", "shown"),
    [
        ("D83D", "\ufffd"),
        ("DE00", "\ufffd"),
        ("0041D83D0042", "A\ufffdB"),
        ("DE00D83D", "\ufffd\ufffd"),
        ("D83DD83DDE00", "\ufffd😀"),
        ("FEFF0041", "\ufeffA"),
        ("FFFE4100", "\ufffe\u4100"),
    ],
)
def test_unpaired_surrogates(units: str, shown: str) -> None:
    """What is shown can always be encoded (wdoekes/asterisk-chan-dongle issue 8)."""
    octets = bytes([len(units) // 2]) + bytes.fromhex(units)
    text = decode_user_data(octets, 0, False, UCS2).text
    assert text == shown
    assert text.encode()


def test_a_surrogate_pair_torn_between_two_parts_is_kept_for_joining() -> None:
    octets = bytes.fromhex("08 0500034C0201 D83D")
    assert decode_user_data(octets, 0, True, UCS2).text == "\ud83d"


def test_an_odd_number_of_octets_is_no_ucs2() -> None:
    for strict in (False, True):
        with pytest.raises(PduError, match="odd") as caught:
            decode_user_data(b"\xaa\x03\x00A\x00", 1, False, UCS2, strict)
        assert caught.value.offset == 2


@pytest.mark.parametrize("octet", range(256))
def test_every_coding_carries_text_or_octets(octet: int) -> None:
    coding = DataCoding.of(octet)
    model = models.coding(octet)
    if model["compressed"] or model["alphabet"] in ("8bit", "reserved"):
        good, bad, octets = b"\x12\x34", "12", b"\x02\x12\x34"
    elif model["alphabet"] == "ucs2":
        good, bad, octets = "ő", b"ab", b"\x02\x01\x51"
    else:
        good, bad, octets = "hi", b"hi", b"\x02\xe8\x34"
    assert encode_user_data(UserData(good), coding) == octets
    assert decode_user_data(octets, 0, False, coding, strict=True) == UserData(good)
    with pytest.raises(PduError):
        encode_user_data(UserData(bad), coding)


def test_text_that_the_coding_cannot_carry() -> None:
    with pytest.raises(PduError, match="not in the GSM 7-bit alphabet"):
        encode_user_data(UserData("日本"), GSM7)


@pytest.mark.parametrize(
    ("octets", "field", "offset"),
    [
        ("A1" + "00" * 141, "TP-UDL", 1),  # 161 septets
        ("02E834AA", "TP-UD", 4),  # an octet after the text
        ("0380", "TP-UDL", 1),  # too short in both manners
        ("02E8B4", "TP-UD", 2),  # the spare bits of the last octet
    ],
)
def test_strictness(octets: str, field: str, offset: int) -> None:
    with pytest.raises(PduError) as caught:
        decode_user_data(b"\xaa" + bytes.fromhex(octets), 1, False, GSM7, strict=True)
    assert (caught.value.field, caught.value.offset) == (field, offset)


def test_strictness_of_octets() -> None:
    for coding in (DATA, UCS2):
        decode_user_data(bytes([142]) + bytes(142), 0, False, coding)
        with pytest.raises(PduError) as caught:
            decode_user_data(bytes([142]) + bytes(142), 0, False, coding, strict=True)
        assert (caught.value.field, caught.value.offset) == ("TP-UDL", 0)


def test_leniencies() -> None:
    # What follows is left unread: SIM records are filled up with FF.
    assert decode_user_data(bytes.fromhex("02E834FFFF"), 0, False, GSM7) == UserData("hi")
    # Spare bits that are not zero.
    assert decode_user_data(bytes.fromhex("02E8B4"), 0, False, GSM7) == UserData("hi")
    # More septets than one message holds.
    assert decode_user_data(b"\xa1" + bytes(141), 0, False, GSM7) == UserData("@" * 161)


@pytest.mark.parametrize("coding", [GSM7, DATA, UCS2])
@pytest.mark.parametrize("user_data", ["07FF020304050607", "0A0500054C0201AABBCCDD", "00", "0402000100"])
def test_a_broken_header_leaves_octets(coding: DataCoding, user_data: str) -> None:
    """Nobody can tell where the text begins: octets, never wrong text."""
    octets = bytes.fromhex(user_data)
    if coding is GSM7 and octets[0]:
        octets = bytes([len(octets[1:]) * 8 // 7]) + octets[1:]
    assert decode_user_data(octets, 0, True, coding) == UserData(octets[1:])
    with pytest.raises(PduError) as caught:
        decode_user_data(octets, 0, True, coding, strict=True)
    assert caught.value.field in ("TP-UDHL", "TP-UDH")
    assert caught.value.offset is not None
    assert caught.value.offset >= 1


def test_a_header_longer_than_the_septets_counted() -> None:
    """TP-UDL 6 takes six octets, and the header of six octets ends inside the seventh septet."""
    octets = bytes.fromhex("06 0500034C0201")
    assert decode_user_data(octets, 0, True, GSM7) == UserData(octets[1:])
    with pytest.raises(PduError):
        decode_user_data(octets, 0, True, GSM7, strict=True)


def test_an_escape_torn_from_its_character_by_the_end() -> None:
    assert decode_user_data(bytes([2]) + models.pack([0x41, 0x1B]), 0, False, GSM7) == UserData("A ")


@pytest.mark.parametrize(
    ("dcs", "octets", "body"),
    [
        # By hand: TP-UDHL 0 and 6 fill bits are the first two septets of a text (9.2.3.24).
        (0x00, "0300 4010", "A"),
        (0x04, "0200 41", b"A"),
        (0x08, "0300 0041", "A"),
    ],
)
def test_an_empty_header_is_written_again(dcs: int, octets: str, body: str | bytes) -> None:
    coding, whole = DataCoding.of(dcs), bytes.fromhex(octets)
    user_data = decode_user_data(whole, 0, True, coding, strict=True)
    assert user_data == UserData(body, empty_header=True)
    assert encode_user_data(user_data, coding) == whole


def test_a_header_that_ends_within_the_last_septet() -> None:
    """Eight octets are 64 bits, nine septets 63: TP-UDL has to be 10 at least."""
    octets = bytes.fromhex("07 7005 0000000000")
    with pytest.raises(PduError) as caught:
        decode_user_data(b"\x09" + octets, 0, True, GSM7, strict=True)
    assert (caught.value.field, caught.value.offset) == ("TP-UDHL", 1)
    assert decode_user_data(b"\x0a" + octets + b"\0", 0, True, GSM7).body == ""


def test_errors_behind_a_header() -> None:
    header = "05 0003170201"
    with pytest.raises(PduError, match="spare") as caught:  # the fill bit is set
        decode_user_data(bytes.fromhex(f"08 {header} 91"), 0, True, GSM7, strict=True)
    assert caught.value.offset == 7
    with pytest.raises(PduError, match="odd") as caught:
        decode_user_data(bytes.fromhex(f"07 {header} 65"), 0, True, UCS2)
    assert caught.value.offset == 7


def test_a_body_that_the_coding_does_not_carry_is_named() -> None:
    with pytest.raises(PduError, match=r"text in a coding \(04\) that carries octets"):
        encode_user_data(UserData("a"), DATA)
    with pytest.raises(PduError, match=r"octets in a coding \(00\) that carries text"):
        encode_user_data(UserData(b"a"), GSM7)


def test_escapes_at_the_end() -> None:
    """TS 23.038 6.2.1: an escape after an escape shows as a space; so does one that no other part can complete."""
    part = (Concatenation(23, 2, 1).element(),)
    assert decode_septets(b"a\x1b\x1b", part) == "a "
    assert decode_septets(b"a\x1b\x1b\x1b", part) == "a " + TORN_ESCAPE
    assert decode_septets(b"a\x1b", (InformationElement(0x70, b""),)) == "a "
