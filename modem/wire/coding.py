"""The data coding scheme: how the user data of a message is to be read (TS 23.038 4)."""

from __future__ import annotations

from enum import Enum

from .named import NamedTuple

CLAUSE = "TS 23.038 4"


class Alphabet(Enum):
    """What the user data is made of. RESERVED codings are never shown as text."""

    GSM7 = "gsm7"
    DATA = "8bit"
    UCS2 = "ucs2"
    RESERVED = "reserved"


class Indication(NamedTuple):
    """Message waiting (groups 1100 to 1110): what waits, whether something does, and whether to keep the message."""

    kind: str  # "voicemail", "fax", "e-mail" or "other"
    active: bool
    store: bool


class DataCoding(NamedTuple):
    """One of the 256 data coding schemes. `DataCoding.of(octet)` is the way to get one."""

    octet: int
    alphabet: Alphabet
    message_class: int | None = None  # 0 flash, 1 ME, 2 SIM, 3 TE
    compressed: bool = False
    automatic_deletion: bool = False
    indication: Indication | None = None
    reserved: bool = False  # a coding that the standard keeps for later
    text: bool = False  # whether the user data can be read as text
    septets: bool = False  # whether TP-UDL counts septets: uncompressed GSM 7-bit text (TS 23.040 9.2.3.16)

    @classmethod
    def of(cls, octet: int) -> DataCoding:
        """The scheme of an octet (0..255)."""
        return _SCHEMES[octet]

    @classmethod
    def general(cls, alphabet: Alphabet, message_class: int | None = None) -> DataCoding:
        """The general group's scheme for an alphabet, with a message class (0..3) or without."""
        octet = _GENERAL[alphabet] << 2
        return _SCHEMES[octet if message_class is None else octet | 0x10 | message_class]


_GENERAL = {Alphabet.GSM7: 0, Alphabet.DATA: 1, Alphabet.UCS2: 2}
_ALPHABETS = (Alphabet.GSM7, Alphabet.DATA, Alphabet.UCS2, Alphabet.RESERVED)
_WAITING = ("voicemail", "fax", "e-mail", "other")


def _scheme(octet: int) -> DataCoding:
    group = octet >> 4
    alphabet, message_class, indication = Alphabet.GSM7, None, None
    compressed = automatic_deletion = False
    if group < 0b1000:  # 00xx general, 01xx the same with automatic deletion
        alphabet = _ALPHABETS[octet >> 2 & 3]
        message_class = octet & 3 if octet & 0x10 else None
        compressed = bool(octet & 0x20)
        automatic_deletion = group >= 0b0100
        reserved = alphabet is Alphabet.RESERVED
    elif group < 0b1100:
        # "Any reserved codings shall be assumed to be the GSM 7 bit default alphabet".
        reserved = True
    elif group < 0b1111:  # 1100 discard, 1101 store, 1110 store with UCS2: message waiting
        alphabet = Alphabet.UCS2 if group == 0b1110 else Alphabet.GSM7
        indication = Indication(_WAITING[octet & 3], bool(octet & 0x08), group != 0b1100)
        reserved = bool(octet & 0x04)
    else:  # 1111: data coding and message class
        alphabet = Alphabet.DATA if octet & 0x04 else Alphabet.GSM7
        message_class = octet & 3
        reserved = bool(octet & 0x08)
    text = (alphabet is Alphabet.GSM7 or alphabet is Alphabet.UCS2) and not compressed
    septets = alphabet is Alphabet.GSM7 and not compressed
    return DataCoding(
        octet, alphabet, message_class, compressed, automatic_deletion, indication, reserved, text, septets
    )


_SCHEMES = tuple(map(_scheme, range(256)))

GSM7 = DataCoding.of(0x00)
DATA = DataCoding.of(0x04)
UCS2 = DataCoding.of(0x08)
