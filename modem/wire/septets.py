"""Packing septets into octets (TS 23.038 6.1.2.1).

The first septet goes into the low bits of the first octet, the next follows without a gap: the whole is one
little-endian number in base 128. Packing is done on that number, eight septets (seven octets) at a time, by three
shift-and-mask steps over all groups at once, so that no Python loop walks over the characters.
"""

from __future__ import annotations

from functools import lru_cache
from struct import Struct

from .errors import PduError

CLAUSE = "TS 23.038 6.1.2.1"


@lru_cache(maxsize=64)
def _masks(groups: int) -> tuple[int, ...]:
    """The lower and the upper halves of pairs of 7, 14 and 28 bits, in each of `groups` of 64 bits."""
    return tuple(
        int.from_bytes(pattern.to_bytes(8, "little") * groups, "little")
        for pattern in (
            0x007F007F007F007F,
            0x7F007F007F007F00,
            0x00003FFF00003FFF,
            0x3FFF00003FFF0000,
            0x000000000FFFFFFF,
            0x0FFFFFFF00000000,
        )
    )


def octet_count(septets: int, fill_bits: int = 0) -> int:
    """How many octets so many septets take after `fill_bits` bits of padding."""
    return (septets * 7 + fill_bits + 7) // 8


def pack(septets: bytes, fill_bits: int = 0) -> bytes:
    """Pack septets (one an octet) after `fill_bits` (0..6) zero bits. Spare bits are zero.

    Raises PduError for a value over 127.
    """
    if not septets.isascii():
        raise PduError("a septet is over 127", field="TP-UD", clause=CLAUSE)
    count = len(septets)
    groups = (count + 7) // 8
    number = int.from_bytes(septets, "little")
    low_7, high_7, low_14, high_14, low_28, high_28 = _masks(groups)
    number = (number & low_7) | ((number & high_7) >> 1)  # 8 x 7 bits -> 4 x 14
    number = (number & low_14) | ((number & high_14) >> 2)  # 4 x 14 -> 2 x 28
    number = (number & low_28) | ((number & high_28) >> 4)  # 2 x 28 -> 56
    # Each group now holds 56 bits in the low seven of its eight octets: drop every eighth octet.
    spread = bytearray(number.to_bytes(groups * 8, "little"))
    del spread[7::8]
    if fill_bits:
        shifted = int.from_bytes(spread, "little") << fill_bits
        return shifted.to_bytes(len(spread) + 1, "little")[: octet_count(count, fill_bits)]
    if count % 8:
        del spread[octet_count(count) :]
    return bytes(spread)


def unpack(octets: bytes, count: int, fill_bits: int = 0) -> bytes:
    """The first `count` septets (one an octet) of packed `octets`, after `fill_bits` bits of padding.

    Raises PduError when there are too few octets.
    """
    if octet_count(count, fill_bits) > len(octets):
        raise PduError(f"{count} septets need {octet_count(count, fill_bits)} octets, there are {len(octets)}",
                       field="TP-UD", clause=CLAUSE)  # fmt: skip
    if fill_bits:
        octets = (int.from_bytes(octets, "little") >> fill_bits).to_bytes(len(octets), "little")
    groups = (count + 7) // 8
    # An eighth, empty octet behind each group of seven.
    number = int.from_bytes(b"\0".join(_sevens(groups).unpack(octets[: groups * 7].ljust(groups * 7, b"\0"))), "little")
    low_7, high_7, low_14, high_14, low_28, high_28 = _masks(groups)
    number = (number & low_28) | ((number << 4) & high_28)
    number = (number & low_14) | ((number << 2) & high_14)
    number = (number & low_7) | ((number << 1) & high_7)
    return number.to_bytes(groups * 8, "little")[:count]


@lru_cache(maxsize=64)
def _sevens(groups: int) -> Struct:
    return Struct("7s" * groups)
