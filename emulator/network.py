"""The radio network: who is a subscriber, who is reachable, and the path between a modem and the SMS centre."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from modem.wire.address import Address
from modem.wire.cell_broadcast import SerialNumber

from .broadcasts import pages
from .calls import Exchange
from .cell import Cell
from .clock import Clock, Timer
from .journal import Journal
from .numbers import NumberPlan
from .operators import E_UTRAN, IMSI_UNKNOWN, NEIGHBOUR, STRANGER, TEST_NETWORK, Operator
from .radio import Answer, PacketAddress, Registration, RpResult
from .ussd import Services


class Subscriber(NamedTuple):
    """A SIM that this network serves: its identity and its number, digits without plus."""

    imsi: str
    msisdn: str


class Relay(Protocol):
    """What the network needs of the SMS centre."""

    def submit(self, subscriber: Subscriber, service_centre: Address, tpdu: bytes) -> RpResult:
        """Take what a mobile sends and say at once whether it is accepted."""

    def available(self, imsi: str) -> None:
        """Hear that a mobile can take messages (again): it registered, or has memory."""


class Network:
    """The operators on the air, the first of which the bench's SIMs are at home with.

    `delay` is what the air takes one way, in seconds, and `registration_delay` what it takes to register; each time
    up to `jitter` seconds come on top, out of `rng`.
    """

    numeric = TEST_NETWORK.numeric

    def __init__(
        self,
        clock: Clock,
        journal: Journal,
        *,
        delay: float = 0.0,
        registration_delay: float = 0.0,
        jitter: float = 0.0,
        rng: random.Random | None = None,
        plan: NumberPlan | None = None,
    ) -> None:
        self.clock = clock
        self.journal = journal
        self.delay = delay
        self.registration_delay = registration_delay
        self.jitter = jitter
        self.plan = plan if plan is not None else NumberPlan()
        self.operators: list[Operator] = [TEST_NETWORK, NEIGHBOUR, STRANGER]
        self.subscribers: dict[str, Subscriber] = {}
        self.cells: list[Cell] = []
        self.relay: Relay | None = None
        self.exchange = Exchange(self)
        self.services = Services(self)
        self._rng = rng if rng is not None else random.Random(0)
        self._numbers: dict[str, Subscriber] = {}
        self._serving: dict[str, Cell] = {}  # by IMSI: where a registered modem is
        self.refused: dict[str, int] = {}  # reject causes by IMSI, for the next attempt; `deny` makes it at once
        self._message_code = 0
        self._packet_contexts = 0

    # --- subscribers and their registration ---

    def add_subscriber(self, imsi: str, msisdn: str) -> Subscriber:
        """Let a SIM into the network, under a number in international form (digits, no plus)."""
        subscriber = Subscriber(imsi, msisdn)
        self.subscribers[imsi] = self._numbers[msisdn] = subscriber
        return subscriber

    def new_cell(self, technologies: tuple[int, ...] = (E_UTRAN,)) -> Cell:
        """A radio for one more modem, which has these technologies (<AcT> of TS 27.007 7.2), the best first."""
        cell = Cell(self, technologies)
        self.cells.append(cell)
        return cell

    def deny(self, imsi: str, cause: int | None) -> None:
        """From now on refuse this SIM for a reject cause (TS 24.008 10.5.3.6), or with None no longer."""
        if cause is None:
            self.refused.pop(imsi, None)
        else:
            self.refused[imsi] = cause
        for cell in self.cells:
            if cell.imsi == imsi:
                cell.search_again()

    def change_operator(self, numeric: str, **changes: Any) -> None:
        """Change how an operator is (fields of `Operator`); all modems register anew. ValueError if there is none."""
        known = [operator.numeric for operator in self.operators]
        if numeric not in known:
            raise ValueError(f"no operator {numeric!r}; there are: {', '.join(known)}")
        at = known.index(numeric)
        self.operators[at] = self.operators[at]._replace(**changes)
        for cell in self.cells:
            cell.search_again()

    def refusal(self, operator: Operator, imsi: str) -> int | None:
        """The cause for which an operator refuses a SIM, or None when it takes it."""
        if imsi not in self.subscribers:
            return IMSI_UNKNOWN
        return self.refused.get(imsi, operator.refusal)

    def registered(self, cell: Cell, registration: Registration) -> None:
        """Hear of a modem's new registration from its cell."""
        imsi = cell.imsi
        if registration.registered:
            self._serving[imsi] = cell
        elif self._serving.get(imsi) is cell:
            del self._serving[imsi]
            self.exchange.lost(imsi)
            self.services.end(imsi)
        particulars = {"cause": registration.cause} if registration.cause else {}
        self.journal.write("radio.registration", imsi=imsi, status=registration.status, **particulars)

    def serving(self, imsi: str) -> Cell | None:
        """The radio of the modem that is registered with this SIM."""
        return self._serving.get(imsi)

    def subscriber_at(self, number: str | None) -> Subscriber | None:
        """Whose number this is, given in international form, digits alone (see `NumberPlan.international`)."""
        return None if number is None else self._numbers.get(number)

    def reachable(self, imsi: str) -> bool:
        """Whether a modem with this SIM is registered now."""
        return imsi in self._serving

    def next_packet_address(self) -> PacketAddress:
        """A new address for a packet context, out of ranges that are nobody's (RFC 1918, RFC 3849)."""
        self._packet_contexts += 1
        high, low = divmod(self._packet_contexts + 1, 256)
        return PacketAddress(
            f"10.29.{high % 256}.{low}", f"2001:db8:2936:{self._packet_contexts:x}::1", "10.29.0.1", "10.29.0.1"
        )

    # --- the air ---

    def later(self, delay: float, callback: Callable[..., object], *args: Any) -> Timer:
        """Call back after `delay` seconds and the jitter."""
        if self.jitter:
            delay += self._rng.uniform(0, self.jitter)
        return self.clock.call_later(delay, callback, *args)

    def on_air(self, callback: Callable[..., object], *args: Any) -> Timer:
        """Call back when something has crossed the air."""
        return self.later(self.delay, callback, *args)

    def deliver(self, imsi: str, service_centre: Address, tpdu: bytes, answer: Answer) -> bool:
        """Carry an SMS to a mobile, and its answer back. False, and no answer, when it is not reachable."""
        cell = self._serving.get(imsi)
        if cell is None:
            return False

        def arrived() -> None:
            if cell.station is not None and cell.registration.registered:
                cell.station.deliver(tpdu, service_centre, answered)

        def answered(result: RpResult) -> None:
            self.on_air(answer, result)

        self.on_air(arrived)
        return True

    def broadcast(
        self,
        message_identifier: int,
        text: str,
        *,
        serial_number: SerialNumber | None = None,
        language: str | None = None,
    ) -> int:
        """Send a cell broadcast message to every registered modem; how many pages it takes (TS 23.041 9.4.1).

        Without a serial number it is a new message each time. Raises PduError for what does not fit.
        """
        if serial_number is None:
            serial_number = SerialNumber(self._message_code)
        encoded = pages(serial_number, message_identifier, text, language)
        self._message_code = (serial_number.message_code + 1) % 1024
        self.journal.write(
            "cell.broadcast", identifier=message_identifier, serial=int(serial_number), pages=len(encoded), text=text
        )
        for cell in list(self._serving.values()):
            for page in encoded:
                self.on_air(_broadcast, cell, page)
        return len(encoded)


def _broadcast(cell: Cell, page: bytes) -> None:
    if cell.station is not None and cell.registration.registered:
        cell.station.broadcast(page)
