"""The network as one modem sees it: searching, registration with its causes, and the way for messages and calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from modem.wire.address import Address

from .clock import Timer
from .operators import E_UTRAN, PASSING, SIM_INVALID, Operator
from .radio import (
    Answer,
    Call,
    PacketAddress,
    Party,
    Registration,
    RpError,
    RpResult,
    Station,
    UssdAnswer,
    VisibleOperator,
)

if TYPE_CHECKING:
    from .network import Network

NO_SIGNAL = 99

# RP causes of the network itself (TS 24.011 8.2.5.4).
NETWORK_OUT_OF_ORDER = 38

IDLE, SEARCHING, DENIED = 0, 2, 3  # <stat> of TS 27.007 7.2
# After a passing refusal: T3211 four times, then T3212 as networks set it (TS 24.008 4.4.4.9, 11.2).
AGAIN_AFTER = (15.0, 15.0, 15.0, 15.0, 720.0)


class Cell:
    """The `Radio` handed to a modem's firmware, and what a person at the bench does to its reception.

    `technologies` are the modem's, as <AcT> of TS 27.007 7.2, the best first.
    """

    def __init__(self, network: Network, technologies: tuple[int, ...] = (E_UTRAN,)) -> None:
        self._network = network
        self.technologies = technologies
        self.imsi = ""
        self.station: Station | None = None
        self.registration = Registration(IDLE)
        self.coverage = True
        self._strength = 20
        self._selected: tuple[str, int | None] | None = None
        self._registering: Timer | None = None
        self._refusals = 0

    @property
    def signal(self) -> int:
        """The signal as +CSQ has it: 0..31, or 99 out of coverage."""
        return self._strength if self.coverage else NO_SIGNAL

    # --- what the firmware does ---

    def attach(self, imsi: str, station: Station) -> None:
        """Power up with this SIM; registration follows after the network's delay."""
        self.imsi, self.station = imsi, station
        self._search()

    def detach(self) -> None:
        """Power down, or lose the SIM."""
        self._stop_searching()
        self._become(Registration(IDLE))
        self.station = None
        self.imsi = ""

    @property
    def visible(self) -> tuple[VisibleOperator, ...]:
        """The operators in reach, each in each technology that the modem has too; the present one first."""
        found = []
        for operator in self._network.operators if self.coverage else ():
            for technology in self.technologies:
                if technology in operator.technologies:
                    status = self._visible_status(operator, technology)
                    found.append(VisibleOperator(status, operator.long, operator.short, operator.numeric, technology))
        return tuple(sorted(found, key=lambda operator: operator.status != 2))

    def _visible_status(self, operator: Operator, technology: int) -> int:
        now = self.registration
        if now.registered and (now.numeric, now.technology) == (operator.numeric, technology):
            return 2
        return 1 if operator.refusal is None else 3

    def select(self, numeric: str | None, technology: int | None = None) -> None:
        """Register with this operator alone, or with any again; nothing changes for who is there already."""
        self._selected = None if numeric is None else (numeric, technology)
        now = self.registration
        there = now.registered and (numeric in (None, now.numeric)) and technology in (None, now.technology)
        if self.station is not None and not there:
            self._search()

    def submit(self, service_centre: Address, tpdu: bytes, answer: Answer) -> None:
        """Carry an SMS to the service centre, and its result back; each way takes the network's delay."""

        def arrived() -> None:
            network = self._network
            subscriber = network.subscribers.get(self.imsi)
            if subscriber is None or network.relay is None or not self.registration.registered:
                answer(RpError(NETWORK_OUT_OF_ORDER))
                return
            result: RpResult = network.relay.submit(subscriber, service_centre, tpdu)
            network.on_air(answer, result)

        self._network.on_air(arrived)

    def memory_available(self) -> None:
        """Tell the SMS centre that there is room again (RP-SMMA)."""
        if self._network.relay is not None and self.registration.registered:
            self._network.relay.available(self.imsi)

    def restrict(self, technologies: tuple[int, ...]) -> None:
        """Use only these technologies, the best first; the registration moves to one of them if it has to."""
        self.technologies = technologies
        if self.registration.technology not in technologies:
            self.search_again()

    def packet_address(self) -> PacketAddress:
        """An address for one more packet context."""
        return self._network.next_packet_address()

    def dial(self, number: Address, party: Party, withheld: bool = False, data: bool = False) -> Call:
        """Set up a call (see `emulator.calls`)."""
        return self._network.exchange.dial(self, number, party, withheld, data)

    def ussd(self, text: str, hear: Callable[[UssdAnswer], None]) -> None:
        """Ask for a service, or answer its menu (see `emulator.ussd`)."""
        self._network.services.ask(self.imsi, text, hear, self.registration.registered)

    def end_ussd(self) -> None:
        """Leave the dialogue with a service."""
        self._network.services.end(self.imsi)

    # --- what a person at the bench does ---

    def set_coverage(self, covered: bool) -> None:
        """Move the modem into or out of the network's reach."""
        self.coverage = covered
        if self.station is not None:
            self._search()

    def set_signal(self, strength: int) -> None:
        """Set the signal within coverage, 0..31 as +CSQ has it."""
        if not 0 <= strength <= 31:
            raise ValueError("a signal is 0 to 31")
        self._strength = strength

    def move(self, area: int, cell: int, technology: int | None = None) -> None:
        """Hand a registered modem over to another cell of its network, perhaps in another technology."""
        now = self.registration
        if now.registered:
            technology = now.technology if technology is None else technology
            self._become(now._replace(area=area, cell=cell, technology=technology, routing_area=area & 0xFF))

    def search_again(self) -> None:
        """Make a modem that is switched on register anew: what the network thinks of it has changed."""
        if self.station is not None:
            self._search()

    # --- registration ---

    def _search(self) -> None:
        """Begin to register from the start."""
        self._stop_searching()
        self._refusals = 0
        self._become(Registration(SEARCHING))
        if self.coverage:
            self._registering = self._network.later(self._network.registration_delay, self._found)

    def _stop_searching(self) -> None:
        if self._registering is not None:
            self._registering.cancel()
            self._registering = None

    def _found(self) -> None:
        """Ask the operators in reach, the home network first, until one takes the modem or says that nobody will."""
        causes = []
        for operator, technology in self._candidates():
            cause = self._network.refusal(operator, self.imsi)
            if cause is None:
                self._refusals = 0
                self._become(operator.registration(technology))
                if self._network.relay is not None:
                    self._network.relay.available(self.imsi)
                return
            causes.append(cause)
            if cause in SIM_INVALID:
                break
        if not causes:
            return  # nobody to ask: it goes on searching
        cause = causes[-1] if causes[-1] in SIM_INVALID else causes[0]
        self._become(Registration(DENIED, cause=cause))
        if cause in PASSING:
            wait = AGAIN_AFTER[min(self._refusals, len(AGAIN_AFTER) - 1)]
            self._refusals += 1
            self._registering = self._network.later(wait, self._found)

    def _candidates(self) -> list[tuple[Operator, int]]:
        numeric, only = self._selected or (None, None)
        technologies = self.technologies if only is None else tuple({only} & set(self.technologies))
        return [
            (operator, technology)
            for operator in self._network.operators
            if numeric in (None, operator.numeric) and (technology := operator.technology_for(technologies)) is not None
        ]

    def _become(self, registration: Registration) -> None:
        if registration == self.registration:
            return
        self.registration = registration
        self._network.registered(self, registration)
        if self.station is not None:
            self.station.registration_changed(registration)
