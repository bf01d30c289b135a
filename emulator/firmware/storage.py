"""Message stores: SM on the card, ME in the modem, SR for status reports, MT for SM and ME together (TS 27.005 3.2.2).

Inside, records are counted from 0; the index base of a profile is the handlers' business.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum
from typing import NamedTuple, Protocol

from modem.wire.address import Address, decode_service_centre, encode_service_centre
from modem.wire.coding import DataCoding
from modem.wire.errors import PduError
from modem.wire.septets import octet_count
from modem.wire.times import STAMP_OCTETS

from ..sim import EF_SMS, Card


class Status(IntEnum):
    """<stat> of TS 27.005 3.1 in PDU mode."""

    REC_UNREAD = 0
    REC_READ = 1
    STO_UNSENT = 2
    STO_SENT = 3

    @property
    def words(self) -> str:
        """<stat> in text mode."""
        return self.name.replace("_", " ")

    @property
    def received(self) -> bool:
        """Whether the message came from the network."""
        return self <= Status.REC_READ


class Stored(NamedTuple):
    """A message in a store: its TPDU, and the service centre it came from or is to go to."""

    status: Status
    tpdu: bytes
    service_centre: Address | None = None


class Store(Protocol):
    """Numbered places for messages."""

    @property
    def capacity(self) -> int:
        """How many messages fit."""

    @property
    def used(self) -> int:
        """How many are there."""

    def read(self, number: int) -> Stored | None:
        """The message at a place (0 up to capacity), or None when it is empty."""

    def write(self, message: Stored) -> int | None:
        """Put a message into the first empty place and tell which, or None when all are taken."""

    def replace(self, number: int, message: Stored) -> None:
        """Put a message where another one is."""

    def delete(self, number: int) -> None:
        """Empty a place."""


def messages(store: Store) -> Iterator[tuple[int, Stored]]:
    """All messages of a store with their places, in order."""
    for number in range(store.capacity):
        message = store.read(number)
        if message is not None:
            yield number, message


class MemoryStore:
    """A store in the modem itself."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self._messages: dict[int, Stored] = {}

    @property
    def used(self) -> int:
        """How many messages are there."""
        return len(self._messages)

    def read(self, number: int) -> Stored | None:
        """The message at a place, or None."""
        return self._messages.get(number)

    def write(self, message: Stored) -> int | None:
        """Put a message into the first empty place."""
        if self.used >= self.capacity:
            return None
        number = next(number for number in range(self.capacity) if number not in self._messages)
        self._messages[number] = message
        return number

    def replace(self, number: int, message: Stored) -> None:
        """Put a message where another one is."""
        self._messages[number] = message

    def delete(self, number: int) -> None:
        """Empty a place."""
        self._messages.pop(number, None)


# Status octet of an EF_SMS record (TS 51.011 10.5.3); bits beyond these five tell of status reports.
_RECORD_STATUS = {Status.REC_READ: 1, Status.REC_UNREAD: 3, Status.STO_SENT: 5, Status.STO_UNSENT: 7}
_STATUS_OF_RECORD = {octet: status for status, octet in _RECORD_STATUS.items()}


class CardStore:
    """The SM store: the records of EF_SMS on the card, as they are."""

    def __init__(self, card: Card) -> None:
        self._card = card

    @property
    def capacity(self) -> int:
        """How many records EF_SMS has."""
        return len(self._card.files[EF_SMS])

    @property
    def used(self) -> int:
        """How many of them hold a message."""
        return sum(record[0] & 1 for record in self._card.files[EF_SMS])

    def read(self, number: int) -> Stored | None:
        """The message in a record, or None when it is free (or holds what nobody can read)."""
        octet, pdu = self._card.read_sms(number)
        if not octet & 1:
            return None
        try:
            service_centre, start = decode_service_centre(pdu)
        except PduError:
            return None
        # TS 51.011 10.5.3: "any bytes in the record following the TPDU shall be filled with FF"
        return Stored(_STATUS_OF_RECORD.get(octet & 7, Status.REC_READ), _unfilled(pdu[start:]), service_centre)

    def write(self, message: Stored) -> int | None:
        """Put a message into the first free record."""
        for number, record in enumerate(self._card.files[EF_SMS]):
            if not record[0] & 1:
                self.replace(number, message)
                return number
        return None

    def replace(self, number: int, message: Stored) -> None:
        """Put a message into a record."""
        pdu = encode_service_centre(message.service_centre) + message.tpdu
        self._card.write_sms(number, _RECORD_STATUS[message.status], pdu)

    def delete(self, number: int) -> None:
        """Free a record."""
        self._card.write_sms(number, 0, b"")


def _tpdu_length(octets: bytes) -> int:
    """How long the DELIVER or SUBMIT at the beginning of `octets` is. Raises IndexError or ValueError."""
    kind = octets[0] & 3
    if kind == 0b10:
        raise ValueError("reports and commands do not tell")
    at = 2 if kind == 0b01 else 1
    at += 2 + (octets[at] + 1) // 2
    coding = DataCoding.of(octets[at + 1])
    at += 2 + ((0, 7, 1, 7)[octets[0] >> 3 & 3] if kind == 0b01 else STAMP_OCTETS)
    return at + 1 + (octet_count(octets[at]) if coding.septets else octets[at])


def _unfilled(octets: bytes) -> bytes:
    """The TPDU at the beginning of octets that are filled up with FF."""
    try:
        return octets[: _tpdu_length(octets)]
    except (IndexError, ValueError):
        return octets.rstrip(b"\xff")


class UnionStore:
    """The MT store: the places of several stores one after the other."""

    def __init__(self, *stores: Store) -> None:
        self._stores = stores

    @property
    def capacity(self) -> int:
        """How many messages fit in all of them."""
        return sum(store.capacity for store in self._stores)

    @property
    def used(self) -> int:
        """How many messages are there in all of them."""
        return sum(store.used for store in self._stores)

    def _place(self, number: int) -> tuple[Store, int]:
        for store in self._stores:
            if number < store.capacity:
                return store, number
            number -= store.capacity
        raise IndexError(number)

    def read(self, number: int) -> Stored | None:
        """The message at a place, or None."""
        store, number = self._place(number)
        return store.read(number)

    def write(self, message: Stored) -> int | None:
        """Put a message into the first store that has room."""
        before = 0
        for store in self._stores:
            number = store.write(message)
            if number is not None:
                return before + number
            before += store.capacity
        return None

    def replace(self, number: int, message: Stored) -> None:
        """Put a message where another one is."""
        store, number = self._place(number)
        store.replace(number, message)

    def delete(self, number: int) -> None:
        """Empty a place."""
        store, number = self._place(number)
        store.delete(number)
