"""Receiving: from announcements to stored PDUs, from PDUs to whole messages, and off the modem once acknowledged.

Nothing leaves the modem before the application acknowledged it, so a crash costs nothing: what was not acknowledged
is found again when the memory is read at the next start.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from . import commands
from .engine import Indication
from .messages import Message, Place, Unreadable, encoding_name
from .script import Script, ask, attempt, failure
from .session import Session, values
from .wire.errors import PduError
from .wire.pdumode import PduModePdu
from .wire.reports import StatusReport
from .wire.segments import Reassembler
from .wire.tpdu import Deliver, decode_from_network

log = logging.getLogger(__name__)

MAX_UNREADABLE = 256  # remembered; all of them are logged, and stay in the modem
STORED_BY_US = (2, 3)  # <stat> STO UNSENT and STO SENT: somebody's drafts, not messages that came in


@dataclass(frozen=True, slots=True)
class Entry:
    """One message of an answer to +CMGL or +CMGR."""

    index: int | None  # None from +CMGR, which does not repeat it
    status: int | None
    length: int | None  # octets of the TPDU
    pdu: str


@dataclass(frozen=True, slots=True)
class Fetch:
    """Read the message that was announced."""

    place: Place


@dataclass(frozen=True, slots=True)
class Drain:
    """Read all that is stored."""


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """Tell the modem that a message handed over directly has arrived (+CNMA)."""


Job = Fetch | Drain | Acknowledge


@dataclass(frozen=True, slots=True)
class _Piece:
    deliver: Deliver
    pdu: str
    place: Place | None


class Inbox:
    """What is known about the messages in the modem, and those that wait for the application.

    `indication` says what has to be done about an unsolicited line; `work` is the script that does it. Whole messages
    are had from `hand_out`; they keep their place in the row until `discard`, so that one that is given back is again
    where it was.
    """

    def __init__(
        self,
        session: Session,
        clock: Callable[[], float],
        calendar: Callable[[], datetime],
        on_report: Callable[[StatusReport], object],
    ) -> None:
        self._ready: list[Message] = []  # whole, in the order they came, until they are acknowledged
        self._handed_out: set[int] = set()  # id() of those in `_ready` that somebody works on
        self.unreadable: deque[Unreadable] = deque(maxlen=MAX_UNREADABLE)
        self._session = session
        self._clock = clock
        self._calendar = calendar
        self._on_report = on_report
        self._parts = Reassembler()
        self._selected = session.memory
        self._known: dict[Place, str] = {}  # read, and not yet deleted
        self._deleted: dict[Place, str] = {}  # deleted, and not yet seen gone

    # --- announcements ----------------------------------------------------------------------------------------

    def indication(self, event: Indication) -> Job | None:
        """What to do about an unsolicited line, or None when it is nothing to do with messages."""
        if event.name in ("+CMTI", "+CDSI"):
            return self._announced(event.line)
        if event.name in ("+CMT", "+CDS"):
            return self._handed_over(event)
        return None

    def _announced(self, line: str) -> Job:
        """`+CMTI: "ME",3`. More values may follow (SIM900: "MMS PUSH"), the memory may be missing, and the index may be
        -1 for a message that was not stored where it was announced: then everything is looked through."""
        found = values(line)
        memory = found[0].text if found and found[0] else ""
        index = found[1].number if len(found) > 1 and found[1] else None
        if not memory or index is None:
            return Drain()
        place = Place(memory, index)
        self._deleted.pop(place, None)  # whatever was in this slot before, this is a new message
        return Fetch(place)

    def _handed_over(self, event: Indication) -> Job | None:
        """`+CMT` and `+CDS` with their PDU. The modem will not keep it."""
        if event.body is None:
            log.warning("%s came without its PDU; looking whether the modem has stored it", event.name)
            return Drain()
        outcome = self._accept(event.body, None)
        if isinstance(outcome, str):
            self._keep_aside(event.body, None, outcome)
        # A report has arrived once it is noted; a message when the application says so.
        return Acknowledge() if event.name == "+CDS" and self._session.acknowledges else None

    # --- work -------------------------------------------------------------------------------------------------

    def work(self, job: Job) -> Script[None]:
        """The commands that a job takes."""
        if isinstance(job, Fetch):
            yield from self._fetch(job.place)
        elif isinstance(job, Drain):
            yield from self._drain()
        else:
            yield from self._acknowledge()

    def hand_out(self, sender: str | None = None) -> Message | None:
        """The first message, of `sender` alone when one is named, that nobody else works on."""
        for message in self._ready:
            if id(message) not in self._handed_out and sender in (None, message.sender):
                self._handed_out.add(id(message))
                return message
        return None

    def give_back(self, message: Message) -> None:
        """Whoever worked on the message did not finish."""
        self._handed_out.discard(id(message))

    def discard(self, message: Message) -> Script[None]:
        """The application has the message: the modem need not keep it any longer."""
        self._ready = [other for other in self._ready if other is not message]
        self._handed_out.discard(id(message))
        if not message.places and self._session.acknowledges:
            yield from self._acknowledge()
        for place in message.places:
            yield from self._delete(place)

    def selection_unknown(self) -> None:
        """Somebody else may have selected a memory: select it again before it is read."""
        self._selected = ""

    def _acknowledge(self) -> Script[None]:
        reply = yield from ask(commands.CNMA())
        if not reply.final.ok:
            # 340: the modem did not wait for one, or not any more.
            log.info("the modem wanted no acknowledgement (%s)", reply.final.text)

    def _fetch(self, place: Place) -> Script[None]:
        """Read one slot. A bare OK, or an error, says that the message is not there: then look everywhere."""
        for last in (False, True):
            yield from self._select(place.memory)
            lines = yield from attempt(commands.CMGR(index=place.index))
            entries = parse_entries(lines or ())
            if not entries:
                if place not in self._deleted:
                    yield from self._drain()
                return
            if (yield from self._take(entries[0], place, last)):
                return

    def _drain(self) -> Script[None]:
        """Read every memory that may hold messages (+CMGL=4), and end at the one that new messages go to."""
        main = self._session.memory
        for memory in (*(memory for memory in self._session.readable if memory != main), main):
            if memory:
                yield from self._select(memory)
            lines = yield from attempt(commands.CMGL())
            if lines is None:
                log.warning("the modem does not list its memory %s", memory)
                continue
            entries = parse_entries(lines)
            present = {Place(memory, entry.index) for entry in entries if entry.index is not None}
            for place in [place for place in self._deleted if place.memory == memory and place not in present]:
                del self._deleted[place]
            for entry in entries:
                if entry.index is None or entry.status in STORED_BY_US:
                    continue
                place = Place(memory, entry.index)
                if not (yield from self._take(entry, place, last=False)):
                    again = parse_entries((yield from attempt(commands.CMGR(index=place.index))) or ())
                    yield from self._take(again[0] if again else entry, place, last=True)
        for items in self._parts.expired(self._clock()):
            log.warning("parts of a message are still missing after days; the %d that came are kept", len(items))

    def _select(self, memory: str) -> Script[None]:
        """Make `memory` the one that is read (its name stands in the announcement; another may be selected)."""
        if memory == self._selected or not self._session.memory:
            return
        request = self._session.select(memory)
        reply = yield from ask(request)
        if not reply.final.ok:
            raise failure(request, reply.final)
        self._selected = memory

    def _take(self, entry: Entry, place: Place, last: bool) -> Script[bool]:
        """Take what was read. False for a PDU that looks damaged: octets get lost on a serial line, so it is read
        twice before it is believed."""
        pdu = entry.pdu
        if self._known.get(place) == pdu or not pdu.strip("F0"):  # Siemens lists free slots as 00FFFF...
            return True
        if self._deleted.get(place) == pdu:
            # The modem said OK to deleting it, and kept it.
            yield from self._delete(place)
            return True
        problem = self._damage(entry)
        if problem and not last:
            return False
        outcome = self._accept(pdu, place)
        self._known[place] = pdu
        if isinstance(outcome, str):
            self._keep_aside(pdu, place, problem or outcome)
        elif isinstance(outcome, StatusReport):
            yield from self._delete(place)
        return True

    def _damage(self, entry: Entry) -> str:
        try:
            parsed = PduModePdu.parse(entry.pdu)
            decode_from_network(parsed.tpdu)
        except PduError as error:
            return str(error)
        if entry.length is not None and entry.length != parsed.length:
            return f"{entry.length} octets announced, {parsed.length} came"
        return ""

    def _delete(self, place: Place) -> Script[None]:
        """Free a slot. When the modem refuses twice, it is tried again the next time the memory is read."""
        yield from self._select(place.memory)
        for _ in range(2):
            if (yield from attempt(commands.CMGD(index=place.index))) is not None:
                break
        else:
            log.warning("the modem does not delete message %d in %s", place.index, place.memory)
        pdu = self._known.pop(place, None) or self._deleted.get(place)
        if pdu is not None:
            self._deleted[place] = pdu

    # --- PDUs -------------------------------------------------------------------------------------------------

    def _accept(self, pdu: str, place: Place | None) -> StatusReport | str | None:
        """Decode a PDU and pass on what it is; a text says why it cannot be read."""
        try:
            tpdu = decode_from_network(PduModePdu.parse(pdu).tpdu)
        except PduError as error:
            return str(error)
        if isinstance(tpdu, StatusReport):
            self._on_report(tpdu)
            return tpdu
        whole = self._parts.add(str(tpdu.originator), tpdu.user_data, self._clock(), _Piece(tpdu, pdu, place))
        if whole is not None:
            pieces = [item for item in whole.items if isinstance(item, _Piece)]
            self._ready.append(self._message(whole.body, pieces))
        return None

    def _message(self, body: str | bytes, pieces: list[_Piece]) -> Message:
        first = pieces[0].deliver
        places = tuple(piece.place for piece in pieces if piece.place is not None)
        pdus = tuple(piece.pdu for piece in pieces)
        return Message(
            id=_identifier(pdus, places),
            sender=str(first.originator),
            text=body if isinstance(body, str) else None,
            data=body if isinstance(body, bytes) else None,
            encoding=encoding_name(body, first.data_coding.septets),
            sent_at=first.service_centre_time_stamp.time,
            received_at=self._calendar(),
            parts=len(pieces),
            message_class=first.data_coding.message_class,
            pdus=pdus,
            places=places,
        )

    def _keep_aside(self, pdu: str, place: Place | None, reason: str) -> None:
        self.unreadable.append(Unreadable(pdu, place, reason))
        where = f"in {place.memory} {place.index}, it stays there" if place else "handed over directly"
        log.warning("a message that cannot be read (%s), %s: %s", reason, where, pdu)


def _identifier(pdus: tuple[str, ...], places: tuple[Place, ...]) -> str:
    """Two equal messages of one second are two messages: they differ in the slot they were stored in."""
    text = ",".join((*pdus, *(f"{place.memory}{place.index}" for place in places)))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


# Some firmwares glue the next header to the end of a PDU; +CMGR of others has the PDU on its own line.
_HEADER = re.compile(r"\+CMG[LR]:", re.IGNORECASE)
_HEADER_WITH_PDU = re.compile(r"(.*\d)\s+([0-9A-Fa-f]{14,})")


def parse_entries(lines: tuple[str, ...]) -> list[Entry]:
    """The messages of an answer to +CMGL or +CMGR in PDU mode (TS 27.005 4.1, 4.2).

    Headers are read from both ends, because fields in the middle are missing on some modems: the last number is the
    length, whatever stands before it.
    """
    entries: list[Entry] = []
    for chunk in re.split(r"(?=\+CMG[LR]:)", "\n".join(lines), flags=re.IGNORECASE):
        if not _HEADER.match(chunk):
            continue
        header, _, rest = chunk.partition("\n")
        same_line = _HEADER_WITH_PDU.fullmatch(header)
        if same_line:
            header, rest = same_line[1], same_line[2]
        pdu = rest.strip().split("\n")[0].split(",")[0].strip().upper()
        if not pdu:
            continue  # an empty slot
        numbers = [value.number if value else None for value in values(header)]
        index = numbers.pop(0) if header[:6].upper() == "+CMGL:" and numbers else None
        entries.append(Entry(index, numbers[0] if numbers else None, numbers[-1] if numbers else None, pdu))
    return entries
