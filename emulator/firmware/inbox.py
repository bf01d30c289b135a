"""Receiving: where a message goes and what the network hears of it (TS 27.005 3.4.1, TS 23.038 4, TS 24.011 5.2)."""

from __future__ import annotations

from collections import deque
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from modem.wire.address import Address
from modem.wire.cell_broadcast import Page
from modem.wire.errors import PduError
from modem.wire.header import indications_of
from modem.wire.pdumode import PduModePdu
from modem.wire.protocol import TYPE_0, replace_type
from modem.wire.reports import DeliverReport, StatusReport
from modem.wire.tpdu import Deliver, decode_from_network

from ..clock import Timer
from ..radio import Answer, RpAck, RpError
from . import cell_broadcast
from .general import announce_indicators
from .registry import Need
from .storage import CardStore, Status, Stored, messages
from .stores import physical
from .text_mode import deliver_header, report_header, text_data

if TYPE_CHECKING:
    from .modem import SoftModem

# RP causes (TS 24.011 8.2.5.4) and TP-FCS (TS 23.040 9.2.3.22) for messages turned away.
MEMORY_EXCEEDED, INVALID, UNSPECIFIED = 22, 96, 111
SIM_FULL, ERROR_IN_MS, ME_FULL, UNSPECIFIED_FAILURE = 0xD0, 0xD2, 0xD3, 0xFF
_BUFFERED = 64  # unsolicited codes kept in +CNMI mode 0
_PAGES_KNOWN = 64  # pages of cell broadcast that are known when they are sent again


class Way(Enum):
    """What becomes of a message."""

    STORE = "store"
    ANNOUNCE = "store and +CMTI"
    ROUTE = "+CMT"
    DISCARD = "acknowledge and drop"


class Kind(Enum):
    """What +CNMI tells apart. A modem has no display, so class 0 counts as no class (TS 23.038 4), but for <mt> 3."""

    PLAIN = 0
    FLASH = 1
    SIM = 2
    TERMINAL = 3
    DISCARD = 4


# TS 27.005 3.4.1, Tables 1 and 2: the way for <mt> and the kind of message.
_WAYS: dict[Kind, tuple[Way, Way, Way, Way]] = {
    Kind.PLAIN: (Way.STORE, Way.ANNOUNCE, Way.ROUTE, Way.ANNOUNCE),
    Kind.FLASH: (Way.STORE, Way.ANNOUNCE, Way.ROUTE, Way.ANNOUNCE),
    Kind.SIM: (Way.STORE, Way.ANNOUNCE, Way.ANNOUNCE, Way.ANNOUNCE),
    Kind.TERMINAL: (Way.STORE, Way.ANNOUNCE, Way.ROUTE, Way.ROUTE),
    Kind.DISCARD: (Way.DISCARD, Way.DISCARD, Way.ROUTE, Way.DISCARD),
}
_CLASSES = {0: Kind.FLASH, 2: Kind.SIM, 3: Kind.TERMINAL}


def _kind(message: Deliver) -> Kind:
    coding = message.data_coding
    # Message waiting is also told in the header; kept is what either wants kept (TS 23.040 9.2.3.24.2).
    told = indications_of(message.user_data.header)
    kept = any(indication.store for indication in told)
    if coding.indication is not None:
        return Kind.SIM if coding.indication.store or kept else Kind.DISCARD
    if told and not kept:
        return Kind.DISCARD
    return _CLASSES.get(coding.message_class, Kind.PLAIN) if coding.message_class is not None else Kind.PLAIN


class _Routed(NamedTuple):
    """A message that the client is to acknowledge."""

    lines: tuple[str, ...]
    tpdu: bytes
    service_centre: Address
    answer: Answer


class Inbox:
    """Takes messages from the network and finds their way to the client, by +CNMI and +CSMS."""

    def __init__(self, modem: SoftModem) -> None:
        self._modem = modem
        self._routed: deque[_Routed] = deque()  # the first has been shown, and `_deadline` runs for it
        self._deadline: Timer | None = None
        self._buffer: deque[tuple[str, ...]] = deque(maxlen=_BUFFERED)
        self._arrived: deque[tuple[float, str]] = deque()  # when and where, as long as +CPMS does not count it
        self._pages: deque[bytes] = deque(maxlen=_PAGES_KNOWN)
        self.unread = False  # a message has come and none was read or listed since

    def deliver(self, tpdu: bytes, service_centre: Address, answer: Answer) -> None:
        """Take an SMS-DELIVER or SMS-STATUS-REPORT."""
        if self._modem.missing(Need.SMS) is not None:
            answer(_refused(UNSPECIFIED_FAILURE))
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
        settings, manner = self._modem.settings, self._modem.profile.messages
        kind, routing = _kind(message), settings.number("+CNMI", 1)
        way = _WAYS[kind][routing]
        if kind is Kind.FLASH and routing == 3 and manner.class_0_as_routed:
            way = Way.ROUTE
        if message.protocol_identifier == TYPE_0:
            way = Way.DISCARD
        if way is Way.DISCARD:
            answer(RpAck())
        elif way is Way.ROUTE:
            if settings.number("+CMGF"):
                header = deliver_header(message, tpdu, service_centre, settings, manner)
                lines = (f"+CMT: {header}", text_data(message, tpdu, settings))
            else:
                alpha = f"{manner.alpha_in_pdu}," if manner.list_alpha else ""
                lines = (f"+CMT: {alpha}{len(tpdu)}", PduModePdu(tpdu, service_centre).hex())
            self._route(_Routed(lines, tpdu, service_centre, answer))
        else:
            self._store(kind, way, message, Stored(Status.REC_UNREAD, tpdu, service_centre), answer)

    def _deliver_report(self, report: StatusReport, tpdu: bytes, service_centre: Address, answer: Answer) -> None:
        settings, manner = self._modem.settings, self._modem.profile.messages
        sim = self._modem.stores["SM"]
        if isinstance(sim, CardStore):
            sim.report_came(report, tpdu)
        routing = settings.number("+CNMI", 3)
        if routing == 1:
            if settings.number("+CMGF"):
                lines: tuple[str, ...] = (f"+CDS: {report_header(report, tpdu, settings, manner)}",)
            else:
                comma = "," if manner.report_comma else ""
                lines = (f"+CDS: {comma}{len(tpdu)}", PduModePdu(tpdu, service_centre).hex())
            self._route(_Routed(lines, tpdu, service_centre, answer))
        elif routing == 2:
            memory = manner.report_memory or settings.string("+CPMS", 2)
            number = self._keep(memory, Stored(Status.REC_UNREAD, tpdu, service_centre), answer)
            if number is not None:
                name = manner.report_memory_named or physical(memory)
                self._indicate(f'+CDSI: "{name}",{number + manner.first_index(memory)}')
        else:
            answer(RpAck())

    # --- storing ---

    def _store(self, kind: Kind, way: Way, message: Deliver, stored: Stored, answer: Answer) -> None:
        memory = "SM" if kind is Kind.SIM else self._modem.settings.string("+CPMS", 2)
        number = self._keep(memory, stored, answer, self._replaced(memory, message, stored.service_centre))
        if number is None:
            return
        self.unread = True
        if way is Way.ANNOUNCE:
            index = number + self._modem.profile.messages.first_index(memory)
            self._indicate(f'+CMTI: "{physical(memory)}",{index}')
        announce_indicators(self._modem)

    def _keep(self, memory: str, stored: Stored, answer: Answer, replaced: int | None = None) -> int | None:
        """Put a message into a store and acknowledge it, or turn it away when there is no room. Its place, or None."""
        store = self._modem.stores[memory]
        if replaced is not None:
            store.replace(replaced, stored)
        number = store.write(stored) if replaced is None else replaced
        if number is None:
            self._modem.sim.memory_exceeded = True
            report = DeliverReport(failure_cause=SIM_FULL if physical(memory) == "SM" else ME_FULL)
            answer(RpError(MEMORY_EXCEEDED, report.encode()))
        else:
            if replaced is None and self._modem.profile.messages.count_lag_s:
                self._arrived.append((self._modem.clock.now, physical(memory)))
            answer(RpAck())
        return number

    def uncounted(self, memory: str) -> int:
        """How many messages came into a memory so lately that this modem's +CPMS does not count them yet."""
        since = self._modem.clock.now - self._modem.profile.messages.count_lag_s
        while self._arrived and self._arrived[0][0] <= since:
            self._arrived.popleft()
        among = ("SM", "ME", "MT") if memory == "MT" else (physical(memory),)
        return sum(where in among for _, where in self._arrived)

    def _replaced(self, memory: str, message: Deliver, service_centre: Address | None) -> int | None:
        """Where the message stands that this one replaces: same type, centre and originator (TS 23.040 9.2.3.9)."""
        if replace_type(message.protocol_identifier) is None:
            return None
        for number, stored in messages(self._modem.stores[memory]):
            if not stored.status.received or stored.service_centre != service_centre:
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

    # --- routing and its acknowledgement ---

    def _route(self, routed: _Routed) -> None:
        """Hand a message to the client. With +CSMS=1 the client acknowledges it, else the modem does at once."""
        if self._modem.settings.number("+CNMI") == 1 and self._reserved:
            # Mode 1 rejects what cannot be shown. The network keeps it and tries again, so that nothing is lost.
            routed.answer(_refused(ERROR_IN_MS))
        elif self._modem.settings.number("+CSMS"):
            self._routed.append(routed)
            if len(self._routed) == 1:
                self._show_routed()
        else:
            self._indicate(*routed.lines)
            routed.answer(RpAck())

    def _show_routed(self) -> None:
        """One after the other: none is sent before the one before it was acknowledged (TS 27.005 3.4.4)."""
        modem = self._modem
        wait = modem.profile.messages.acknowledgement_s
        self._deadline = modem.clock.call_later(wait, self._unacknowledged_in_time)
        self._indicate(*self._routed[0].lines)

    @property
    def awaits_acknowledgement(self) -> bool:
        """Whether a routed message waits for +CNMA."""
        return bool(self._routed)

    def acknowledge(self, result: RpAck | RpError) -> None:
        """+CNMA for the message that was routed last."""
        routed = self._routed.popleft()
        if self._deadline is not None:
            self._deadline.cancel()
        routed.answer(result)
        if self._routed:
            self._show_routed()

    def _unacknowledged_in_time(self) -> None:
        """TS 27.005 3.4.4: without an answer in time the network hears of an error, and <mt> and <ds> fall to 0."""
        self._modem.settings.replace("+CNMI", 1, 0)
        self._modem.settings.replace("+CNMI", 3, 0)
        self._modem.journal.write("sms.unacknowledged", modem=self._modem.name)
        first, *others = self._routed
        self._routed.clear()
        first.answer(_refused(UNSPECIFIED_FAILURE))
        for routed in others:
            self.deliver(routed.tpdu, routed.service_centre, routed.answer)

    def reset(self) -> None:
        """Forget what was begun: the modem starts again, and what was not acknowledged the network will send again."""
        if self._deadline is not None:
            self._deadline.cancel()
        self._routed.clear()
        self._buffer.clear()
        self._pages.clear()

    # --- cell broadcast ---

    def broadcast(self, octets: bytes) -> None:
        """Take a page from the cell; nobody hears what becomes of it (TS 27.005 3.4.1, Table 3)."""
        modem = self._modem
        if not modem.registration.registered:
            return
        try:
            page = Page.decode(octets)
        except PduError as error:
            modem.journal.write("cell.unreadable", modem=modem.name, page=octets.hex(), error=str(error))
            return
        # A cell repeats its pages for hours; a page is known by all that stands in front of its content.
        known = octets[:6]
        if known in self._pages or not cell_broadcast.wanted(page, modem.settings):
            return
        self._pages.append(known)
        routing = modem.settings.number("+CNMI", 2)
        if routing == 2 or (routing == 3 and page.data_coding.message_class == 3):
            if modem.settings.number("+CMGF"):
                text = cell_broadcast.page_data(page, octets, modem.settings)
                self._indicate(f"+CBM: {cell_broadcast.routed_header(page)}", text)
            else:
                self._indicate(f"+CBM: {len(octets)}", octets.hex().upper())
            return
        number = modem.stores["BM"].write(Stored(Status.REC_UNREAD, octets, page=True))
        if number is None:
            modem.journal.write("cell.no_room", modem=modem.name, page=octets.hex())
        elif routing:
            self._indicate(f'+CBMI: "BM",{number + modem.profile.messages.first_index("BM")}')

    # --- unsolicited codes and <mode> ---

    @property
    def _reserved(self) -> bool:
        """Whether the client's line carries data now."""
        modem = self._modem
        ports = [port for port in modem.channels if modem.unsolicited_port in ("all", port.name)]
        return all(port.front.online for port in ports)

    def _indicate(self, *lines: str) -> None:
        """Send a code, by <mode>: 2 and 3 leave what comes amid data to the channel, which keeps it till after."""
        mode = self._modem.settings.number("+CNMI")
        if mode == 0:
            self._buffer.append(lines)
        elif mode != 1 or not self._reserved:
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


def _refused(failure_cause: int) -> RpError:
    return RpError(UNSPECIFIED, DeliverReport(failure_cause=failure_cause).encode())
