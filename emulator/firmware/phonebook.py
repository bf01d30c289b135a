"""Telephone books (TS 27.007 8.11 to 8.14): those of the card, and those that the modem keeps itself.

Names are in the character set of +CSCS, numbers are digits in any.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from modem.wire.address import INTERNATIONAL, Address

from ..sim import (
    ALPHA_OCTETS,
    EF_ADN,
    EF_ECC,
    EF_FDN,
    EF_LND,
    EF_MSISDN,
    number_record,
    read_number_record,
)
from .charset import from_terminal, to_terminal
from .registry import Answer, Command, Need, Number, Text
from .responses import CmeError

if TYPE_CHECKING:
    from .modem import SoftModem

SIM, OWN, LAST_DIALLED, FIXED, EMERGENCY = "SM", "ON", "LD", "FD", "EN"
EQUIPMENT, DIALLED, MISSED, RECEIVED = "ME", "DC", "MC", "RC"
_FILES = {SIM: EF_ADN, OWN: EF_MSISDN, LAST_DIALLED: EF_LND, FIXED: EF_FDN}
_CALLS = (DIALLED, MISSED, RECEIVED)  # the modem writes them, a client can only delete from them
NAMES = (SIM, EQUIPMENT, LAST_DIALLED, DIALLED, MISSED, RECEIVED, OWN, FIXED, EMERGENCY)

_UNUSED = b"\xff" * (ALPHA_OCTETS + 14)
_EQUIPMENT_RECORDS, _CALL_RECORDS = 100, 10
_NUMBER_DIGITS = 20
MEMORY_FULL, INVALID_INDEX, NOT_FOUND = 20, 21, 22
TEXT_TOO_LONG, BAD_TEXT, NUMBER_TOO_LONG, BAD_NUMBER = 24, 25, 26, 27
NOT_ALLOWED, PIN2_REQUIRED, PUK2_REQUIRED, WRONG_PASSWORD = 3, 17, 18, 16


class Entry(NamedTuple):
    """A name and a number in a book."""

    name: str
    number: Address


class Phonebook:
    """All books of a modem, as records of EF_ADN's form; the first has index 1."""

    def __init__(self, modem: SoftModem) -> None:
        self._modem = modem
        self._own = {EQUIPMENT: [_UNUSED] * _EQUIPMENT_RECORDS} | {name: [_UNUSED] * _CALL_RECORDS for name in _CALLS}

    def records(self, book: str) -> list[bytes]:
        """The records of a book; those of "EN" are a copy."""
        if book in self._own:
            return self._own[book]
        files = self._modem.sim.files
        if book == EMERGENCY:
            return [number_record("", digits) for digits in map(_emergency, files[EF_ECC].records) if digits]
        return files[_FILES[book]].records

    def entries(self, book: str) -> Iterator[tuple[int, Entry]]:
        """The entries of a book, with their indexes."""
        for index, record in enumerate(self.records(book), start=1):
            entry = read_number_record(record)
            if entry is not None:
                yield index, Entry(*entry)

    def entry(self, book: str, index: int) -> Entry | None:
        """What is at an index."""
        return dict(self.entries(book)).get(index)

    def note(self, book: str, number: Address) -> None:
        """A call: it becomes the first of its list, and the number stands there once."""
        records = self.records(book)
        try:
            record = number_record(self.name_of(number), str(number))
        except ValueError:  # longer than a record, or a sender's name
            return
        others = [other for other in records if not _same_number(other, number)]
        records[:] = [record, *others, _UNUSED][: len(records)]

    def name_of(self, number: Address) -> str:
        """The name that a number has in the books of names, or nothing."""
        for book in (SIM, EQUIPMENT):
            for _, entry in self.entries(book):
                if entry.number == number:
                    return entry.name
        return ""

    def shown_name(self, number: Address) -> str:
        """The name that a number has, in the character set of the terminal."""
        return to_terminal(self.name_of(number), self._modem.settings.string("+CSCS"))

    def find(self, name: str) -> Entry | None:
        """The first entry whose name begins so, in the books of names."""
        for book in (SIM, EQUIPMENT):
            for _, entry in self.entries(book):
                if entry.name.lower().startswith(name.lower()):
                    return entry
        return None


def _emergency(record: bytes) -> str:
    """The number in a record of EF_ECC: three octets of digits in front of the rest (TS 31.102 4.2.21)."""
    return "".join([f"{octet & 0x0F:x}{octet >> 4:x}" for octet in record[:3]]).rstrip("f")


def _same_number(record: bytes, number: Address) -> bool:
    entry = read_number_record(record)
    return entry is not None and entry[1] == number


def _book(modem: SoftModem) -> str:
    return modem.settings.string("+CPBS")


def _storage(modem: SoftModem) -> Answer:
    book = _book(modem)
    used = sum(1 for _ in modem.phonebook.entries(book))
    return (f'+CPBS: "{book}",{used},{len(modem.phonebook.records(book))}',)


def _select(modem: SoftModem, book: str, password: str | None) -> Answer:
    """The password is PIN 2, for the numbers that need it to be changed."""
    if password is not None:
        present_pin2(modem, password)
    modem.settings["+CPBS"] = (book, None)
    return ()


def present_pin2(modem: SoftModem, pin: str) -> None:
    """Present PIN 2 to the card. Raises CmeError."""
    secret = modem.sim.secret2
    if secret.blocked:
        raise CmeError(PUK2_REQUIRED)
    if not (pin.isascii() and pin.isdecimal() and 4 <= len(pin) <= 8):
        raise CmeError(50)
    if not secret.verify(pin):
        raise CmeError(PUK2_REQUIRED if secret.blocked else WRONG_PASSWORD)


def _line(modem: SoftModem, command: str, index: int, entry: Entry) -> str:
    text = to_terminal(entry.name, modem.settings.string("+CSCS"))
    return f'{command}: {index},"{entry.number}",{entry.number.type_of_address},"{text}"'


def _read(modem: SoftModem, first: int, last: int | None) -> Answer:
    book = _book(modem)
    last = first if last is None else last
    if not 1 <= first <= last <= len(modem.phonebook.records(book)):
        raise CmeError(INVALID_INDEX)
    return [
        _line(modem, "+CPBR", index, entry) for index, entry in modem.phonebook.entries(book) if first <= index <= last
    ]


def _find(modem: SoftModem, beginning: str) -> Answer:
    try:
        wanted = from_terminal(beginning, modem.settings.string("+CSCS")).lower()
    except ValueError:
        raise CmeError(BAD_TEXT) from None
    lines = [
        _line(modem, "+CPBF", index, entry)
        for index, entry in modem.phonebook.entries(_book(modem))
        if entry.name.lower().startswith(wanted)
    ]
    if not lines:
        raise CmeError(NOT_FOUND)
    return lines


def _write(
    modem: SoftModem, index: int | None, number: str | None, type_of_address: int | None, name: str | None
) -> Answer:
    """An index alone deletes; without one the first free place is taken."""
    book = _book(modem)
    if book == EMERGENCY or (book in _CALLS and number is not None):
        raise CmeError(NOT_ALLOWED)
    if book == FIXED and not modem.sim.secret2.satisfied:
        raise CmeError(PUK2_REQUIRED if modem.sim.secret2.blocked else PIN2_REQUIRED)
    records = modem.phonebook.records(book)
    if index is not None and not 1 <= index <= len(records):
        raise CmeError(INVALID_INDEX)
    if number is None:
        if index is None:
            raise CmeError(INVALID_INDEX)
        records[index - 1] = _UNUSED
        return ()
    if index is None:
        index = next((place for place, record in enumerate(records, 1) if read_number_record(record) is None), None)
        if index is None:
            raise CmeError(MEMORY_FULL)
    records[index - 1] = _record(modem, number, type_of_address, name or "")
    return ()


def _record(modem: SoftModem, number: str, type_of_address: int | None, name: str) -> bytes:
    try:
        text = from_terminal(name, modem.settings.string("+CSCS"))
    except ValueError:
        raise CmeError(BAD_TEXT) from None
    if type_of_address == INTERNATIONAL and not number.startswith("+"):
        number = f"+{number}"
    if len(number.removeprefix("+")) > _NUMBER_DIGITS:
        raise CmeError(NUMBER_TOO_LONG)
    if len(text) > ALPHA_OCTETS:
        raise CmeError(TEXT_TOO_LONG)
    try:
        return number_record(text, number)
    except ValueError:
        raise CmeError(BAD_NUMBER) from None


def _test_read(modem: SoftModem) -> Answer:
    return (f"+CPBR: (1-{len(modem.phonebook.records(_book(modem)))}),{_NUMBER_DIGITS},{ALPHA_OCTETS}",)


def _test_write(modem: SoftModem) -> Answer:
    indexes = f"(1-{len(modem.phonebook.records(_book(modem)))})"
    return (f"+CPBW: {indexes},{_NUMBER_DIGITS},(129,145),{ALPHA_OCTETS}",)


def _test_books(_modem: SoftModem) -> Answer:
    return ("+CPBS: (" + ",".join([f'"{name}"' for name in NAMES]) + ")",)


_INDEX = "0-65535"

COMMANDS = (
    Command(
        name="+CPBS",
        clause="TS 27.007 8.11",
        parameters=(Text(NAMES, default=SIM), Text()),
        keeps=True,
        read=_storage,
        set=_select,
        test=_test_books,
        needs=Need.PIN,
    ),
    Command(
        name="+CPBR",
        clause="TS 27.007 8.12",
        parameters=(Number(_INDEX, required=True), Number(_INDEX)),
        set=_read,
        test=_test_read,
        needs=Need.PIN,
    ),
    Command(
        name="+CPBF",
        clause="TS 27.007 8.13",
        parameters=(Text(required=True),),
        set=_find,
        test=lambda _modem: (f"+CPBF: {_NUMBER_DIGITS},{ALPHA_OCTETS}",),
        needs=Need.PIN,
    ),
    Command(
        name="+CPBW",
        clause="TS 27.007 8.14",
        parameters=(Number(_INDEX), Text(), Number("128-255"), Text()),
        set=_write,
        test=_test_write,
        needs=Need.PIN,
    ),
)
