"""Message stores: SM on the card, ME in the modem, SR for status reports, BM for cell broadcasts, MT for SM and ME
together (TS 27.005 3.2.2).

Inside, records are counted from 0; the index base of a profile is the handlers' business.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import IntEnum
from typing import NamedTuple, Protocol

from modem.wire.address import Address, decode_service_centre, encode_service_centre
from modem.wire.errors import PduError
from modem.wire.records import RecordStatus, SmsRecord
from modem.wire.reports import StatusReport
from modem.wire.tpdu import SUBMIT, Submit

from ..sim import EF_SMS, EF_SMSP, Card
from ..sim.tree import EF_SMSR


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
    """A message in a store: its TPDU, and the service centre it came from or is to go to.

    `page`: it is a page of a cell broadcast instead (TS 23.041 9.4.1), which has no service centre.
    """

    status: Status
    tpdu: bytes
    service_centre: Address | None = None
    page: bool = False


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


_RECORD_STATUS = {
    Status.REC_READ: RecordStatus.READ,
    Status.REC_UNREAD: RecordStatus.UNREAD,
    Status.STO_SENT: RecordStatus.SENT,
    Status.STO_UNSENT: RecordStatus.TO_BE_SENT,
}
_REPORT_REQUEST = 0x20  # TP-SRR
# A service centre that can be shown in front of a PDU (TS 24.011 8.2.5.2); a card may hold anything.
_CENTRE = re.compile(r"[0-9*#abc]{0,20}")
_STATUS_OF_RECORD = {record: status for status, record in _RECORD_STATUS.items()}


class CardStore:
    """The SM store: the records of EF_SMS on the card, as they are."""

    def __init__(self, card: Card) -> None:
        self._records = card.files[EF_SMS].records
        self._reports = card.files[EF_SMSR].records

    @property
    def capacity(self) -> int:
        """How many records EF_SMS has."""
        return len(self._records)

    @property
    def used(self) -> int:
        """How many of them hold a message."""
        return sum(record[0] & 1 for record in self._records)

    def read(self, number: int) -> Stored | None:
        """The message in a record, or None when it is free (or holds what nobody can read)."""
        try:
            record = SmsRecord.decode(self._records[number])
        except PduError:
            return None
        centre = record.service_centre
        if record.status is RecordStatus.FREE or (centre is not None and not _CENTRE.fullmatch(centre.value)):
            return None
        # What became of a sent message's report is told in the status as well: it is sent all the same.
        status = _STATUS_OF_RECORD.get(record.status, Status.STO_SENT)
        return Stored(status, record.tpdu, record.service_centre)

    def write(self, message: Stored) -> int | None:
        """Put a message into the first free record."""
        for number, record in enumerate(self._records):
            if not record[0] & 1:
                self.replace(number, message)
                return number
        return None

    def replace(self, number: int, message: Stored) -> None:
        """Put a message into a record. One that was sent and asked for a report waits for it (TS 51.011 10.5.3)."""
        status = _RECORD_STATUS[message.status]
        if status is RecordStatus.SENT and message.tpdu[0] & 3 == SUBMIT and message.tpdu[0] & _REPORT_REQUEST:
            status = RecordStatus.SENT_REPORT_REQUESTED
        self._put(number, SmsRecord(status, message.service_centre, message.tpdu))

    def delete(self, number: int) -> None:
        """Free a record."""
        self._put(number, SmsRecord())

    def _put(self, number: int, record: SmsRecord) -> None:
        """Write a record; the report of the message that was there goes."""
        self._records[number] = record.encode()
        for place, report in enumerate(self._reports):
            if report[0] == number + 1:
                self._reports[place] = b"\0" + b"\xff" * (len(report) - 1)

    def report_came(self, report: StatusReport, tpdu: bytes) -> None:
        """Put a report into EF_SMSR, with the number of the record that waits for it (TS 51.011 10.5.8).

        When there is no room, or no message waits on the card, the report is for the client alone.
        """
        for number, record in enumerate(self._records):
            if record[0] == RecordStatus.SENT_REPORT_REQUESTED and self._asked_for(number, report):
                status = RecordStatus.SENT_REPORT_RECEIVED
                place = next((place for place, other in enumerate(self._reports) if other[0] == 0), None)
                if place is not None and len(tpdu) < len(self._reports[place]):
                    content = bytes((number + 1,)) + tpdu
                    self._reports[place] = content.ljust(len(self._reports[place]), b"\xff")
                    status = RecordStatus.SENT_REPORT_STORED
                self._records[number] = bytes((status,)) + record[1:]
                return

    def _asked_for(self, number: int, report: StatusReport) -> bool:
        """Whether the message in a record is the one that a report is about."""
        stored = self.read(number)
        try:
            sent = Submit.decode(stored.tpdu) if stored is not None else None
        except PduError:
            return False
        return (
            sent is not None
            and sent.message_reference == report.message_reference
            and sent.destination.value == report.recipient.value
        )


class CentreRecords:
    """The service centres in the records of EF_SMSP (TS 51.011 10.5.6). The first record's is the one in force."""

    # The last 28 octets: parameter indicators, destination (12), service centre (12), TP-PID, TP-DCS, TP-VP.
    _INDICATORS, _CENTRE = -28, slice(-15, -3)

    def __init__(self, card: Card) -> None:
        self._records = card.files[EF_SMSP].records

    def __len__(self) -> int:
        return len(self._records)

    def __getitem__(self, number: int) -> Address | None:
        """The service centre in a record, or None when it has none."""
        record = self._records[number]
        if record[self._INDICATORS] & 0x02:  # a bit that is 0 says "present"
            return None
        try:
            return decode_service_centre(record[self._CENTRE])[0]
        except PduError:
            return None

    def __setitem__(self, number: int, address: Address | None) -> None:
        record = bytearray(self._records[number])
        record[self._INDICATORS] |= 0x02
        if address is not None:
            record[self._INDICATORS] &= ~0x02
            record[self._CENTRE] = encode_service_centre(address).ljust(12, b"\xff")
        self._records[number] = bytes(record)


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
