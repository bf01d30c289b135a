"""Addresses: telephone numbers, short codes and names of senders (TS 23.040 9.1.2.5, TS 24.011 8.2.5)."""

from __future__ import annotations

from enum import IntEnum

from .alphabet import decode_gsm7, encode_gsm7
from .errors import PduError, checked
from .named import NamedTuple
from .septets import pack, unpack

CLAUSE = "TS 23.040 9.1.2.5"

UNKNOWN = 0x81  # type of number unknown, ISDN/telephone numbering plan: what handsets send for a short code
INTERNATIONAL = 0x91
ALPHANUMERIC = 0xD0

MAX_DIGITS = 20


class TypeOfNumber(IntEnum):
    """Bits 6 to 4 of the type-of-address octet."""

    UNKNOWN = 0
    INTERNATIONAL = 1
    NATIONAL = 2
    NETWORK_SPECIFIC = 3
    SUBSCRIBER = 4
    ALPHANUMERIC = 5
    ABBREVIATED = 6
    RESERVED = 7


class NumberingPlan(IntEnum):
    """Bits 3 to 0 of the type-of-address octet, where the standard gives them a meaning."""

    UNKNOWN = 0
    ISDN = 1
    DATA = 3
    TELEX = 4
    SC_SPECIFIC_5 = 5
    SC_SPECIFIC_6 = 6
    NATIONAL = 8
    PRIVATE = 9
    ERMES = 10
    RESERVED = 15


class Address(NamedTuple):
    """A number without its plus sign, or a name, with its type of address."""

    value: str
    type_of_address: int = UNKNOWN

    @classmethod
    def of(cls, text: str) -> Address:
        """The address a person writes: "+15551234567" is international, "2936" of unknown type, "Twilio" a name.

        Blanks, dashes and parentheses between digits are dropped. Anything with a letter is a name ("A1" is an
        operator; the digits a, b and c need `Address("12a")`). Raises PduError for what is none of these.
        """
        digits = text[1:] if text[:1] == "+" else text
        if digits.isdecimal() and digits.isascii() and len(digits) <= MAX_DIGITS:
            return cls(digits, INTERNATIONAL if digits is not text else UNKNOWN)
        import re  # what was written with blanks or dashes is rare, and costs more than the rest of this module

        number = re.sub(r"(?<=[\d+)])[ ()./-]+(?=[\d(])|^\((?=\d)", "", text)
        if re.fullmatch(r"\+\d{1,20}", number, re.ASCII):
            return cls(number[1:], INTERNATIONAL)
        if re.fullmatch(r"[0-9*#]{1,20}", number):
            return cls(number, UNKNOWN)
        if not text or text.startswith("+") or len(encode_gsm7(text, "address")) > 11:
            raise PduError(f"{text!r} is neither a number nor a name of 1 to 11 characters",
                           field="address", clause=CLAUSE)  # fmt: skip
        return cls(text, ALPHANUMERIC)

    @property
    def type_of_number(self) -> TypeOfNumber:
        """Bits 6 to 4 of the type of address."""
        return TypeOfNumber(self.type_of_address >> 4 & 7)

    @property
    def numbering_plan(self) -> int:
        """Bits 3 to 0 of the type of address; `NumberingPlan` names the known ones."""
        return self.type_of_address & 0x0F

    def __str__(self) -> str:
        """As a person writes it: an international number with its plus."""
        international = self.type_of_number is TypeOfNumber.INTERNATIONAL
        return f"+{self.value}" if international and not self.value.startswith("+") else self.value


_ALPHANUMERIC_BITS = TypeOfNumber.ALPHANUMERIC << 4

# 9.1.2.3: the digits of 1010 to 1110; 1111 fills the last octet of an odd count.
_NIBBLES = str.maketrans("*#abc", "ABCDE")
_DIGITS = str.maketrans("abcdef", "*#abc?")
_SWAP = bytes((octet & 0x0F) << 4 | octet >> 4 for octet in range(256))
_SEMI_OCTETS = "0123456789*#abc"


def encode_semi_octets(digits: str) -> bytes:
    """Digits (0-9*#abc), two an octet, the first in the low half, an odd last one filled with 1111 (9.1.2.3).

    Raises PduError for what is none of these.
    """
    if not (digits.isdecimal() and digits.isascii()):
        if digits.strip(_SEMI_OCTETS):
            raise PduError(f"{digits!r} is not all of the digits 0-9*#abc", field="address", clause="TS 23.040 9.1.2.3")
        digits = digits.translate(_NIBBLES)
    return bytes.fromhex(digits + "F" if len(digits) % 2 else digits).translate(_SWAP)


def _encode_value(address: Address) -> tuple[int, bytes]:
    """(length in useful semi-octets, octets) of the address value."""
    text, type_of_address = address
    if type_of_address & 0x70 == _ALPHANUMERIC_BITS:
        septets = encode_gsm7(text, "address")
        if len(septets) > 11:
            raise PduError(f"{len(septets)} septets, at most 11 fit", field="address", clause=CLAUSE)
        # "The maximum number of useful semi-octets": four bits each, so 7n bits need ceil(7n / 4) of them.
        return (len(septets) * 7 + 3) // 4, pack(septets)
    digits = text.removeprefix("+")
    if len(digits) > MAX_DIGITS:
        raise PduError(f"{len(digits)} digits, at most {MAX_DIGITS} fit", field="address", clause=CLAUSE)
    return len(digits), encode_semi_octets(digits)


def encode_address(address: Address) -> bytes:
    """A TP address: length in semi-octets, type of address, value."""
    length, value = _encode_value(address)
    type_of_address = address.type_of_address
    if not 0 <= type_of_address <= 255:
        checked(type_of_address, "type of address", CLAUSE)
    return bytes((length, type_of_address)) + value


def decode_address(octets: bytes, offset: int = 0, strict: bool = False, field: str = "address") -> tuple[Address, int]:
    """The TP address at `offset`, and the offset after it.

    Raises PduError when it is cut off or, with `strict`, longer than the standard's twenty semi-octets, without bit 7
    of the type, or badly filled. Lenient, 1111 among the digits, which is none (9.1.2.3), shows as "?": the message is
    not lost for it, and no encoder takes such a number, so that no answer goes to somebody else.
    """
    if offset + 2 > len(octets):
        raise PduError("cut off", field=field, offset=offset, clause=CLAUSE)
    length, type_of_address = octets[offset], octets[offset + 1]
    end = offset + 2 + (length + 1) // 2
    if end > len(octets):
        raise PduError(f"{length} semi-octets announced, {len(octets) - offset - 2} octets left",
                       field=field, offset=offset, clause=CLAUSE)  # fmt: skip
    if strict and length > MAX_DIGITS:
        raise PduError(f"{length} semi-octets, at most {MAX_DIGITS} allowed", field=field, offset=offset, clause=CLAUSE)
    if strict:
        _check_type(type_of_address, offset + 1, field)
    value = octets[offset + 2 : end]
    return _decode_value(length, type_of_address, value, strict, offset + 2, field), end


def _check_type(type_of_address: int, offset: int, field: str) -> None:
    if not type_of_address & 0x80:
        raise PduError(
            f"bit 7 of type of address {type_of_address:02X} is not set", field=field, offset=offset, clause=CLAUSE
        )


def _decode_value(length: int, type_of_address: int, value: bytes, strict: bool, offset: int, field: str) -> Address:
    if type_of_address & 0x70 == _ALPHANUMERIC_BITS:
        count = length * 4 // 7
        septets = unpack(value, count)
        if length == 14 and septets[-1] == 0 and not strict:
            # A sender that rounds the length up to whole octets (libosmocore) makes seven characters look like eight.
            septets = septets[:-1]
        return Address(decode_gsm7(septets), type_of_address)
    digits = value.translate(_SWAP).hex()[:length]
    if digits.isdecimal() and not strict:
        return Address(digits, type_of_address)
    digits = digits.translate(_DIGITS)
    if strict and length % 2 and value[-1] >> 4 != 0x0F:
        raise PduError(
            "the fill of an odd count is not 1111", field=field, offset=offset + len(value) - 1, clause=CLAUSE
        )
    if "?" in digits:
        if strict:
            raise PduError("1111 in the middle of a number", field=field, offset=offset, clause=CLAUSE)
        digits = digits.rstrip("?")  # some senders count the fill as a digit
    return Address(digits, type_of_address)


def encode_service_centre(address: Address | None) -> bytes:
    """The service centre in front of a TPDU in PDU mode: length in octets, type, digits; one zero octet for none.

    TS 27.005 3.1 with TS 24.011 8.2.5.2.
    """
    if address is None:
        return b"\0"
    _, value = _encode_value(address)
    return bytes([len(value) + 1, checked(address.type_of_address, "type of address", CLAUSE)]) + value


def decode_service_centre(octets: bytes, offset: int = 0, strict: bool = False) -> tuple[Address | None, int]:
    """The service centre address at `offset` (None when its length is 0), and the offset after it."""
    clause = "TS 24.011 8.2.5.2"
    if offset >= len(octets):
        raise PduError("cut off", field="service centre", offset=offset, clause=clause)
    length = octets[offset]
    end = offset + 1 + length
    if length == 0:
        return None, end
    if end > len(octets):
        raise PduError(f"{length} octets announced, {len(octets) - offset - 1} left",
                       field="service centre", offset=offset, clause=clause)  # fmt: skip
    if strict and length > 11:
        raise PduError(f"{length} octets, at most 11 allowed", field="service centre", offset=offset, clause=clause)
    type_of_address, value = octets[offset + 1], octets[offset + 2 : end]
    if strict:
        _check_type(type_of_address, offset + 1, "service centre")
    semi_octets = len(value) * 2
    if value and value[-1] >> 4 == 0x0F and type_of_address & 0x70 != _ALPHANUMERIC_BITS:
        semi_octets -= 1
    return _decode_value(semi_octets, type_of_address, value, strict, offset + 2, "service centre"), end


def type_of_address_for(number: str) -> int:
    """What TS 27.005 3.1 <toda> defaults to: 145 when the number starts with a plus, else 129."""
    return INTERNATIONAL if number.startswith("+") else UNKNOWN
