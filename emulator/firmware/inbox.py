"""Receiving: where a message goes and what the network hears of it (TS 27.005 3.4.1, TS 23.038 4, TS 24.011 5.2)."""

from __future__ import annotations

from collections import deque
from enum import Enum
from typing import TYPE_CHECKING

from modem.wire.address import Address
from modem.wire.errors import PduError
from modem.wire.pdumode import PduModePdu
from modem.wire.protocol import REPLACE, TYPE_0
from modem.wire.reports import DeliverReport, StatusReport
from modem.wire.tpdu import Deliver, decode_from_network

from ..clock import Timer
from ..radio import Answer, RpAck, RpError
from .general import announce_indicators
from .registry import Need
from .storage import Status, Stored, messages
from .text_mode import deliver_header, report_header, text_data

if TYPE_CHECKING:
    from .modem import SoftModem

# RP causes (TS 24.011 8.2.5.4) and TP-FCS (TS 23.040 9.2.3.22) for messages turned away.
MEMORY_EXCEEDED, INVALID, UNSPECIFIED = 22, 96, 111
SIM_FULL, ME_FULL, UNSPECIFIED_FAILURE = 0xD0, 0xD3, 0xFF
_BUFFERED = 64  # unsolicited codes kept in +CNMI mode 0


class Way(Enum):
    """What becomes of a message."""

    STORE = "store"
    ANNOUNCE = "store and +CMTI"
    ROUTE = "+CMT"
    DISCARD = "acknowledge and drop"


class Kind(Enum):
    """What +CNMI tells apart. Class 0 is for a display: a modem has none, so it counts as no class (TS 23.038 4)."""

    PLAIN = 0
    SIM = 2
    TERMINAL = 3
    DISCARD = 4


# TS 27.005 3.4.1, Tables 1 and 2: the way for <mt> and the kind of message.
_WAYS: dict[Kind, tuple[Way, Way, Way, Way]] = {
    Kind.PLAIN: (Way.STORE, Way.ANNOUNCE, Way.ROUTE, Way.ANNOUNCE),
    Kind.SIM: (Way.STORE, Way.ANNOUNCE, Way.ANNOUNCE, Way.ANNOUNCE),
    Kind.TERMINAL: (Way.STORE, Way.ANNOUNCE, Way.ROUTE, Way.ROUTE),
    Kind.DISCARD: (Way.DISCARD, Way.DISCARD, Way.ROUTE, Way.DISCARD),
}


def _kind(message: Deliver) -> Kind:
    coding = message.data_coding
    if coding.indication is not None:
        return Kind.SIM if coding.indication.store else Kind.DISCARD
    if coding.message_class == 2:
        return Kind.SIM
    return Kind.TERMINAL if coding.message_class == 3 else Kind.PLAIN


class Inbox:
    """Takes messages from the network and finds their way to the client, by +CNMI and +CSMS."""

    def __init__(self, modem: SoftModem) -> None:
        self._modem = modem
        self._unacknowledged: deque[tuple[Answer, Timer]] = deque()
        self._buffer: deque[tuple[str, ...]] = deque(maxlen=_BUFFERED)
        self.unread = False  # a message has come and none was read or listed since

    def deliver(self, tpdu: bytes, service_centre: Address, answer: Answer) -> None:
        """Take an SMS-DELIVER or SMS-STATUS-REPORT."""
        if self._modem.missing(Need.SMS) is not None:
            answer(RpError(UNSPECIFIED, DeliverReport(failure_cause=UNSPECIFIED_FAILURE).encode()))
            return
        try:
            message = decode_from_network(tpdu)
        except PduError as error:
            self._modem.journal.write("sms.unreadable", modem=self._modem.name, tpdu=tpdu.hex(), error=str(error))
            answer(RpError(INVALID))
            return
        if isinstance(message, StatusReport):
            self._deliver_report(message, tpdu, service_centre, answer)
        else:
            self._deliver_message(message, tpdu, service_centre, answer)

    def _deliver_message(self, message: Deliver, tpdu: bytes, service_centre: Address, answer: Answer) -> None:
        settings = self._modem.settings
        kind = _kind(message)
        way = _WAYS[kind][settings.number("+CNMI", 1)]
        if message.protocol_identifier == TYPE_0:
            way = Way.DISCARD
        if way is Way.DISCARD:
            answer(RpAck())
        elif way is Way.ROUTE:
            if settings.number("+CMGF"):
                header = deliver_header(message, service_centre, settings)
                lines = (f"+CMT: {header}", text_data(message, settings))
            else:
                lines = (f"+CMT: ,{len(tpdu)}", PduModePdu(tpdu, service_centre).hex())
            self._route(lines, answer)
        else:
            self._store(kind, way, message, Stored(Status.REC_UNREAD, tpdu, service_centre), answer)

    def _store(self, kind: Kind, way: Way, message: Deliver, stored: Stored, answer: Answer) -> None:
        memory = "SM" if kind is Kind.SIM else self._modem.settings.string("+CPMS", 2)
        number = self._keep(memory, stored, answer, self._replaced(memory, message))
        if number is None:
            return
        self.unread = True
        if way is Way.ANNOUNCE:
            self._indicate(f'+CMTI: "{memory}",{number + self._modem.profile.messages.first_index(memory)}')
        announce_indicators(self._modem)

    def _keep(self, memory: str, stored: Stored, answer: Answer, replaced: int | None = None) -> int | None:
        """Put a message into a store and acknowledge it, or turn it away when there is no room. Its place, or None."""
        store = self._modem.stores[memory]
        if replaced is not None:
            store.replace(replaced, stored)
        number = store.write(stored) if replaced is None else replaced
        if number is None:
            self._modem.sim.memory_exceeded = True
            report = DeliverReport(failure_cause=SIM_FULL if memory == "SM" else ME_FULL)
            answer(RpError(MEMORY_EXCEEDED, report.encode()))
        else:
            answer(RpAck())
        return number

    def _replaced(self, memory: str, message: Deliver) -> int | None:
        """Where the message stands that this one replaces: same type, same originator (TS 23.040 9.2.3.9)."""
        if message.protocol_identifier not in REPLACE:
            return None
        for number, stored in messages(self._modem.stores[memory]):
            if not stored.status.received:
                continue
            try:
                other = decode_from_network(stored.tpdu)
            except PduError:
                continue
            if (
                isinstance(other, Deliver)
                and other.protocol_identifier == message.protocol_identifier
                and other.originator == message.originator
            ):
                return number
        return None

    def _deliver_report(self, report: StatusReport, tpdu: bytes, service_centre: Address, answer: Answer) -> None:
        routing = self._modem.settings.number("+CNMI", 3)
        if routing == 1:
            if self._modem.settings.number("+CMGF"):
                self._route((f"+CDS: {report_header(report, self._modem.settings)}",), answer)
            else:
                self._route((f"+CDS: {len(tpdu)}", PduModePdu(tpdu, service_centre).hex()), answer)
        elif routing == 2:
            memory = self._modem.profile.messages.report_memory or self._modem.settings.string("+CPMS", 2)
            number = self._keep(memory, Stored(Status.REC_UNREAD, tpdu, service_centre), answer)
            if number is not None:
                self._indicate(f'+CDSI: "{memory}",{number + self._modem.profile.messages.first_index(memory)}')
        else:
            answer(RpAck())

    # --- routing and its acknowledgement ---

    def _route(self, lines: tuple[str, ...], answer: Answer) -> None:
        """Hand a message to the client. With +CSMS=1 the client acknowledges it, else the modem does at once."""
        modem = self._modem
        if modem.settings.number("+CSMS"):
            timer = modem.clock.call_later(modem.profile.messages.acknowledgement_s, self._unacknowledged_in_time)
            self._unacknowledged.append((answer, timer))
            self._indicate(*lines)
        else:
            self._indicate(*lines)
            answer(RpAck())

    @property
    def awaits_acknowledgement(self) -> bool:
        """Whether a routed message waits for +CNMA."""
        return bool(self._unacknowledged)

    def acknowledge(self, result: RpAck | RpError) -> None:
        """+CNMA for the oldest message that waits for it."""
        answer, timer = self._unacknowledged.popleft()
        timer.cancel()
        answer(result)

    def _unacknowledged_in_time(self) -> None:
        """TS 27.005 3.4.4: without an answer in time the network hears of an error, and <mt> and <ds> fall to 0."""
        self._modem.settings.replace("+CNMI", 1, 0)
        self._modem.settings.replace("+CNMI", 3, 0)
        self._modem.journal.write("sms.unacknowledged", modem=self._modem.name)
        self.acknowledge(RpError(UNSPECIFIED, DeliverReport(failure_cause=UNSPECIFIED_FAILURE).encode()))

    # --- unsolicited codes and <mode> ---

    def _indicate(self, *lines: str) -> None:
        if self._modem.settings.number("+CNMI") == 0:
            self._buffer.append(lines)
        else:
            self._modem.unsolicited(*lines)

    def configured(self, keep_buffer: bool) -> None:
        """+CNMI was set: what was buffered in mode 0 is sent, or cleared (<bfr> 1), when another mode is entered."""
        if self._modem.settings.number("+CNMI") == 0:
            return
        while self._buffer:
            lines = self._buffer.popleft()
            if keep_buffer:
                self._modem.unsolicited(*lines)

    def seen(self) -> None:
        """A message was listed or read: none is new any more, as far as +CIND shows."""
        if self.unread:
            self.unread = False
            announce_indicators(self._modem)

    def room_made(self) -> None:
        """Messages were deleted: if one had been turned away, the network may try again (RP-SMMA)."""
        card = self._modem.sim
        if card.memory_exceeded:
            card.memory_exceeded = False
            self._modem.radio.memory_available()
        announce_indicators(self._modem)
