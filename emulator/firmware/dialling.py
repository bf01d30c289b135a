"""Dial strings: what ATD is given (V.250 6.3.1, TS 27.007 6.1 to 6.3), and what of it is no call (TS 22.030)."""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from modem.wire.address import INTERNATIONAL, MAX_DIGITS, Address

from ..sim import EF_EST
from .charset import from_terminal
from .phonebook import FIXED, NAMES
from .responses import CmeError

if TYPE_CHECKING:
    from .modem import SoftModem

INVALID_INDEX, NOT_FOUND, TOO_LONG, BAD_CHARACTERS = 21, 22, 26, 27


class Kind(Enum):
    """What a dial string asks for."""

    CALL = "a call"
    PACKET = "packet data with PPP (*99#)"
    SERVICE = "a service of the network (*100#)"
    IDENTITY = "the modem's own *#06#"


class Dialled(NamedTuple):
    """A dial string, read."""

    kind: Kind
    number: Address
    voice: bool  # it ends with a semicolon
    withheld: bool | None  # I hides one's own number, i shows it; None: as +CLIR has it


_MEMORY = re.compile(r'>\s*(?:"?([A-Za-z]{2})"?)?\s*(\d+)\s*')
_NAME = re.compile(r'>\s*"([^"]*)"\s*')
_PACKET = re.compile(r"\*9[89](\*.*)?#")
_SERVICE = re.compile(r"[*#][0-9*#]*#|[0-9*#]*\*[0-9*#]*#")
_NO_DIGITS = re.compile(r"[TPWtpw,@!$\s().-]")  # of tones, pauses and flashes there are none (V.250 6.3.1)


def read(modem: SoftModem, text: str) -> Dialled:
    """The meaning of a dial string. Raises CmeError for what is none, and for an entry that is not there."""
    text = text.strip()
    if text[:1] in "TtPp":
        text = text[1:].lstrip()
    voice = text.endswith(";")
    text = text.rstrip("; ")
    modifiers = re.search(r"[IiGg]*$", text)
    assert modifiers is not None
    hide = [letter == "I" for letter in modifiers[0] if letter in "Ii"]
    text = text[: modifiers.start()]
    number = _number(modem, text)
    return Dialled(_kind(str(number)), number, voice, hide[-1] if hide else None)


def _kind(number: str) -> Kind:
    if number == "*#06#":
        return Kind.IDENTITY
    if _PACKET.fullmatch(number):
        return Kind.PACKET
    return Kind.SERVICE if _SERVICE.fullmatch(number) else Kind.CALL


def _number(modem: SoftModem, text: str) -> Address:
    if text.startswith(">"):
        return _from_book(modem, text)
    if text.upper() == "L":
        last = modem.calls.last_dialled
        if last is None:
            raise CmeError(NOT_FOUND)
        return last
    digits = _NO_DIGITS.sub("", text)
    plain = digits.removeprefix("+")
    if not re.fullmatch(r"[0-9*#A-Ca-c]+", plain):
        raise CmeError(BAD_CHARACTERS)
    if len(plain) > 4 * MAX_DIGITS:
        raise CmeError(TOO_LONG)
    # +CSTA is about numbers without a plus (TS 27.007 6.1).
    return Address(plain.lower(), INTERNATIONAL if digits.startswith("+") else modem.settings.number("+CSTA"))


def _from_book(modem: SoftModem, text: str) -> Address:
    """``>5`` of the chosen book, ``>SM5`` or ``>"SM"5`` of a book, ``>"Zoe"`` by name (TS 27.007 6.3)."""
    place = _MEMORY.fullmatch(text)
    if place is not None:
        book = (place[1] or modem.settings.string("+CPBS")).upper()
        if book not in NAMES:
            raise CmeError(NOT_FOUND)
        if not 1 <= int(place[2][:6]) <= len(modem.phonebook.records(book)):
            raise CmeError(INVALID_INDEX)
        entry = modem.phonebook.entry(book, int(place[2]))
    else:
        name = _NAME.fullmatch(text)
        if name is None:
            raise CmeError(BAD_CHARACTERS)
        try:
            entry = modem.phonebook.find(from_terminal(name[1], modem.settings.string("+CSCS")))
        except ValueError:
            raise CmeError(BAD_CHARACTERS) from None
    if entry is None:
        raise CmeError(NOT_FOUND)
    return entry.number


def allowed(modem: SoftModem, number: Address) -> bool:
    """Whether fixed dialling numbers, if the card is confined to them, let this number be called (TS 22.101 A.24)."""
    if modem.card is None or not fixed_only(modem):
        return True
    return any(str(number).startswith(str(entry.number)) for _, entry in modem.phonebook.entries(FIXED))


def fixed_only(modem: SoftModem) -> bool:
    """Whether the card is confined to fixed dialling numbers: service 1 of EF_EST (TS 31.102 4.2.47)."""

    return bool(modem.sim.files[EF_EST].data[0] & 1)
