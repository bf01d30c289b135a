"""The radio network: who is a subscriber, who is reachable, and the path between a modem and the SMS centre."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from modem.wire.address import Address, TypeOfNumber

from .clock import Clock, Timer
from .journal import Journal
from .radio import Answer, Registration, RpError, RpResult, Station

NO_SIGNAL = 99

# RP causes of the network itself (TS 24.011 8.2.5.4).
NETWORK_OUT_OF_ORDER = 38


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


class Cell:
    """The network as one modem sees it: the `Radio` handed to its firmware."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self.imsi = ""
        self.station: Station | None = None
        self.registration = Registration(0)
        self.coverage = True
        self._strength = 20
        self._registering: Timer | None = None

    @property
    def signal(self) -> int:
        """The signal as +CSQ has it: 0..31, or 99 out of coverage."""
        return self._strength if self.coverage else NO_SIGNAL

    def attach(self, imsi: str, station: Station) -> None:
        """Power up with this SIM; registration follows after the network's delay."""
        self.imsi, self.station = imsi, station
        self._search()

    def detach(self) -> None:
        """Power down, or lose the SIM."""
        self._stop_searching()
        self._become(Registration(0))
        self.station = None
        self.imsi = ""

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

    def submit(self, service_centre: Address, tpdu: bytes, answer: Answer) -> None:
        """Carry an SMS to the service centre, and its result back; each way takes the network's delay."""

        def arrived() -> None:
            network = self._network
            subscriber = network.subscribers.get(self.imsi)
            if subscriber is None or network.relay is None or not self.registration.registered:
                answer(RpError(NETWORK_OUT_OF_ORDER))
                return
            result = network.relay.submit(subscriber, service_centre, tpdu)
            network.clock.call_later(network.delay, answer, result)

        self._network.clock.call_later(self._network.delay, arrived)

    def memory_available(self) -> None:
        """Tell the SMS centre that there is room again (RP-SMMA)."""
        if self._network.relay is not None and self.registration.registered:
            self._network.relay.available(self.imsi)

    def _search(self) -> None:
        """Begin to register from the start."""
        self._stop_searching()
        self._become(Registration(2))
        if self.coverage:
            self._registering = self._network.clock.call_later(self._network.registration_delay, self._found)

    def _stop_searching(self) -> None:
        if self._registering is not None:
            self._registering.cancel()
            self._registering = None

    def _found(self) -> None:
        network = self._network
        known = self.imsi in network.subscribers
        self._become(Registration(1 if known else 3, network.area, network.cell, 7, network.operator, network.numeric))
        if known and network.relay is not None:
            network.relay.available(self.imsi)

    def _become(self, registration: Registration) -> None:
        if registration == self.registration:
            return
        self.registration = registration
        self._network.journal.write("radio.registration", imsi=self.imsi, status=registration.status)
        if self.station is not None:
            self.station.registration_changed(registration)


class Network:
    """One operator's network. `delay` is what the air takes one way, in seconds; so is `registration_delay`."""

    operator = "modem2936"
    numeric = "00101"  # the test network of TS 34.108
    area = 0x2936
    cell = 0x01A2D

    def __init__(self, clock: Clock, journal: Journal, *, delay: float = 0.0, registration_delay: float = 0.0) -> None:
        self.clock = clock
        self.journal = journal
        self.delay = delay
        self.registration_delay = registration_delay
        self.subscribers: dict[str, Subscriber] = {}
        self.cells: list[Cell] = []
        self.relay: Relay | None = None

    def add_subscriber(self, imsi: str, msisdn: str) -> Subscriber:
        """Let a SIM into the network, under a number (digits, no plus)."""
        subscriber = Subscriber(imsi, msisdn)
        self.subscribers[imsi] = subscriber
        return subscriber

    def new_cell(self) -> Cell:
        """A radio for one more modem."""
        cell = Cell(self)
        self.cells.append(cell)
        return cell

    def subscriber_at(self, address: Address) -> Subscriber | None:
        """Whose number this is: in international form, or the same digits without a plus."""
        if address.type_of_number is TypeOfNumber.ALPHANUMERIC:
            return None
        for subscriber in self.subscribers.values():
            if subscriber.msisdn == address.value:
                return subscriber
        return None

    def reachable(self, imsi: str) -> bool:
        """Whether a modem with this SIM is registered now."""
        return self._cell_of(imsi) is not None

    def deliver(self, imsi: str, service_centre: Address, tpdu: bytes, answer: Answer) -> bool:
        """Carry an SMS to a mobile, and its answer back. False, and no answer, when it is not reachable."""
        cell = self._cell_of(imsi)
        if cell is None:
            return False

        def arrived() -> None:
            if cell.station is not None and cell.registration.registered:
                cell.station.deliver(tpdu, service_centre, answered)

        def answered(result: RpResult) -> None:
            self.clock.call_later(self.delay, answer, result)

        self.clock.call_later(self.delay, arrived)
        return True

    def _cell_of(self, imsi: str) -> Cell | None:
        for cell in self.cells:
            if cell.imsi == imsi and cell.registration.registered:
                return cell
        return None
