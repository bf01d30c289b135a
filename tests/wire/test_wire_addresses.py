"""TS 23.040 9.1.2.5 and TS 24.011 8.2.5: addresses."""

from __future__ import annotations

import string
from typing import Any

import pytest

from modem.wire.address import (
    Address,
    NumberingPlan,
    TypeOfNumber,
    decode_address,
    decode_service_centre,
    encode_address,
    encode_semi_octets,
    encode_service_centre,
    type_of_address_for,
)
from modem.wire.errors import PduError
from tests.wire import models
from tests.wire.vectors import cases


@cases("addresses")
def test_vector_address(vector: dict[str, Any]) -> None:
    octets = bytes.fromhex(vector["octets"])
    address, end = decode_address(octets + b"\xff\x00")
    assert (str(address), address.type_of_address, end) == (vector["written"], vector["type"], len(octets))
    if "decode_only" not in vector:
        assert decode_address(octets, strict=True) == (address, len(octets))
        assert encode_address(address) == octets


@cases("service_centres")
def test_vector_service_centre(vector: dict[str, Any]) -> None:
    octets = bytes.fromhex(vector["octets"])
    for strict in (False, True):
        address, end = decode_service_centre(octets + b"\xff\x00", 0, strict)
        assert end == len(octets)
        assert (address and str(address)) == vector["written"]
        assert (address and address.type_of_address) == vector["type"]
        assert encode_service_centre(address) == octets


@pytest.mark.parametrize(
    ("written", "value", "type_of_address"),
    [
        ("2936", "2936", 0x81),
        ("+15551234567", "15551234567", 0x91),
        ("+1 (555) 123-4567", "15551234567", 0x91),
        ("(030) 12 34", "0301234", 0x81),
        ("555.1234", "5551234", 0x81),
        ("*100#", "*100#", 0x81),
        ("Twilio", "Twilio", 0xD0),
        ("T-Mobile", "T-Mobile", 0xD0),
        ("O2 Info", "O2 Info", 0xD0),
        ("abc", "abc", 0xD0),
        ("A1", "A1", 0xD0),  # an operator, not the semi-octets 1100 0001
        ("B2B", "B2B", 0xD0),
        ("1&1", "1&1", 0xD0),
    ],
)
def test_what_a_person_writes(written: str, value: str, type_of_address: int) -> None:
    assert Address.of(written) == Address(value, type_of_address)


@pytest.mark.parametrize(
    "written", ["", "+", "+12a", "1" * 21, "+" + "1" * 21, "twelve chars", "€€€€€€", "名前", "٣٤٥"]
)
def test_what_is_no_address(written: str) -> None:
    with pytest.raises(PduError) as caught:
        Address.of(written)
    assert caught.value.field != "TP-UD"


@pytest.mark.parametrize("type_of_number", TypeOfNumber)
@pytest.mark.parametrize("numbering_plan", range(16))
def test_every_type_and_plan(type_of_number: TypeOfNumber, numbering_plan: int) -> None:
    """A type nobody knows must not shift what follows (mgaman/PDUlib issue 49)."""
    type_of_address = 0x80 | type_of_number << 4 | numbering_plan
    value = "Modem" if type_of_number is TypeOfNumber.ALPHANUMERIC else "29360"
    octets = encode_address(Address(value, type_of_address))
    address, end = decode_address(octets + b"\xaa", strict=True)
    assert address == Address(value, type_of_address)
    assert (address.type_of_number, address.numbering_plan) == (type_of_number, numbering_plan)
    assert end == len(octets)
    international = type_of_number is TypeOfNumber.INTERNATIONAL
    assert str(address) == ("+" if international else "") + value


def test_known_numbering_plans() -> None:
    """TS 23.040 9.1.2.5: the numbering plan identification, as its list reads."""
    known = {
        *(("UNKNOWN", 0b0000), ("ISDN", 0b0001), ("DATA", 0b0011), ("TELEX", 0b0100), ("SC_SPECIFIC_5", 0b0101)),
        *(("SC_SPECIFIC_6", 0b0110), ("NATIONAL", 0b1000), ("PRIVATE", 0b1001), ("ERMES", 0b1010)),
        ("RESERVED", 0b1111),
    }
    assert {(plan.name, plan.value) for plan in NumberingPlan} == known
    assert NumberingPlan(Address("1", 0x91).numbering_plan) is NumberingPlan.ISDN
    assert NumberingPlan(Address("1", 0xA8).numbering_plan) is NumberingPlan.NATIONAL


@pytest.mark.parametrize("count", range(21))
def test_every_count_of_digits(count: int) -> None:
    digits = ("0123456789*#abc" * 2)[:count]
    octets = encode_address(Address(digits, 0x81))
    assert octets == bytes([count, 0x81]) + models.semi_octets(digits)
    assert decode_address(octets, strict=True) == (Address(digits, 0x81), 2 + (count + 1) // 2)
    assert encode_semi_octets(digits) == models.semi_octets(digits)


# Length in semi-octets of 1 to 11 septets: 7n bits in units of four, rounded up (TS 23.040 9.1.2.5).
@pytest.mark.parametrize(("count", "length"), list(enumerate((2, 4, 6, 7, 9, 11, 13, 14, 16, 18, 20), start=1)))
def test_every_length_of_a_name(count: int, length: int) -> None:
    name = string.ascii_letters[:count]
    octets = encode_address(Address.of(name))
    assert octets == bytes([length, 0xD0]) + models.pack(models.septets(name))
    for strict in (False, True):
        assert decode_address(octets, strict=strict) == (Address(name, 0xD0), len(octets))


@pytest.mark.parametrize("name", ["€", "€a", "[]", "{~}", "|ab€", "a[]{}€"])
def test_names_with_extension_characters(name: str) -> None:
    octets = encode_address(Address.of(name))
    assert octets[2:] == models.pack(models.septets(name))
    assert decode_address(octets, strict=True)[0] == Address(name, 0xD0)


def test_a_name_of_seven_whose_length_was_rounded_up_to_octets() -> None:
    """libosmocore's gsm340_gen_oa and others count whole octets; a zero septet at the end is then no "@"."""
    octets = bytes.fromhex("0ED04F78D92D9C0E01")
    assert decode_address(octets)[0].value == "OpenBSC"
    assert decode_address(octets, strict=True)[0].value == "OpenBSC@"  # what it says by the standard


def test_a_name_too_long() -> None:
    for name in ("twelve chars", "€€€€€€"):
        with pytest.raises(PduError):
            encode_address(Address(name, 0xD0))


def test_a_name_outside_the_alphabet_is_the_address_at_fault() -> None:
    with pytest.raises(PduError) as caught:
        encode_address(Address("名前", 0xD0))
    assert (caught.value.field, caught.value.clause) == ("address", "TS 23.038 6.2.1")


@pytest.mark.parametrize("digits", ["A", "F", "1 2", "x", "+", "d", "٣", "?"])
def test_semi_octets_of_what_is_no_digit(digits: str) -> None:
    with pytest.raises(PduError):
        encode_semi_octets(digits)


@pytest.mark.parametrize("value", ["12-34", "+", "12+", "x", "1" * 21])
def test_digits_that_are_none(value: str) -> None:
    if value == "+":
        assert encode_address(Address("+", 0x91)) == b"\x00\x91"
        return
    with pytest.raises(PduError):
        encode_address(Address(value, 0x81))


@pytest.mark.parametrize("type_of_address", [-1, 256, 1000])
def test_a_type_that_is_no_octet(type_of_address: int) -> None:
    for encode in (encode_address, encode_service_centre):
        with pytest.raises(PduError):
            encode(Address("1", type_of_address))


def test_leniencies() -> None:
    # The fill of an odd count is something else than 1111.
    assert decode_address(bytes.fromhex("0381 2103"))[0].value == "123"
    # The fill is counted as a digit (captured by python-gsmmodem).
    assert decode_address(bytes.fromhex("0C910661345542F6"))[0].value == "60164355246"
    # Bit 7 of the type is missing.
    assert decode_address(bytes.fromhex("0401 9263"))[0] == Address("2936", 0x01)
    # Longer than the standard's twenty digits.
    assert decode_address(bytes([22, 0x81]) + b"\x21" * 11)[0].value == "12" * 11


@pytest.mark.parametrize(
    ("octets", "offset"),
    [
        ("03812103", 3),  # fill not 1111: its octet
        ("0C910661345542F6", 2),  # fill counted
        ("04019263", 1),  # bit 7 of the type
        ("1681" + "21" * 11, 0),  # 22 digits
    ],
)
def test_strict_refuses_each_leniency_at_its_octet(octets: str, offset: int) -> None:
    for before in (0, 5):
        with pytest.raises(PduError) as caught:
            decode_address(bytes(before) + bytes.fromhex(octets), before, strict=True, field="TP-DA")
        assert (caught.value.field, caught.value.offset) == ("TP-DA", before + offset)


def test_cut_off_everywhere() -> None:
    octets = bytes.fromhex("0B915155214365F7")
    for size in range(len(octets)):
        with pytest.raises(PduError):
            decode_address(octets[:size])
    octets = bytes.fromhex("07915155214365F7")
    for size in range(len(octets)):
        with pytest.raises(PduError):
            decode_service_centre(octets[:size])


def test_fill_in_the_middle_is_shown_and_goes_nowhere() -> None:
    """9.1.2.3: 1111 is no digit. Of the same octets gammu makes 236, and tshark 2; both show the text behind them."""
    octets = bytes.fromhex("0481F263")
    with pytest.raises(PduError, match="middle"):
        decode_address(octets, strict=True)
    address, end = decode_address(octets)
    assert (str(address), end) == ("2?36", 4)
    with pytest.raises(PduError):
        encode_address(address)


def test_service_centre_of_an_empty_sim_parameter() -> None:
    """A SIM whose EF_SMSP was never written answers FF everywhere."""
    address, end = decode_service_centre(bytes.fromhex("07FFFFFFFFFFFFFF"))
    assert (address and address.value, end) == ("", 8)


def test_service_centre_strictness() -> None:
    with pytest.raises(PduError) as caught:
        decode_service_centre(bytes([12, 0x91]) + b"\x21" * 11, strict=True)
    assert (caught.value.field, caught.value.offset) == ("service centre", 0)
    with pytest.raises(PduError) as caught:
        decode_service_centre(bytes.fromhex("07119130079229F0"), strict=True)
    assert (caught.value.field, caught.value.offset) == ("service centre", 1)
    with pytest.raises(PduError, match="middle") as caught:  # 1111 among the digits, which begin at the third octet
        decode_service_centre(bytes(5) + bytes.fromhex("0391F263"), 5, strict=True)
    assert (caught.value.field, caught.value.offset) == ("service centre", 7)
    # TS 24.011 8.2.5.2: up to 11 octets, type and twenty digits.
    assert decode_service_centre(bytes([11, 0x91]) + b"\x21" * 10, strict=True) == (Address("12" * 10, 0x91), 12)


@pytest.mark.parametrize("type_of_address", [0xD0, 0xD1])
@pytest.mark.parametrize("name", ["abc", "abcd", "OpenBSC", "FRANCOIS", "OpenBSCx", "OpenBSCabcd"])
def test_service_centre_with_a_name(name: str, type_of_address: int) -> None:
    """Its last half octet may be 1111, as the fill of a number is: x, y and z are septets 1111000 and following."""
    octets = encode_service_centre(Address(name, type_of_address))
    value = models.pack(models.septets(name))
    assert octets == bytes([1 + len(value), type_of_address]) + value
    assert decode_service_centre(octets) == (Address(name, type_of_address), len(octets))


def test_type_of_address_for() -> None:
    assert (type_of_address_for("+1555"), type_of_address_for("2936")) == (145, 129)
