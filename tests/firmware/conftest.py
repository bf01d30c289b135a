"""A modem on a desk: its client's side as octets, its network's side as a radio that a test steers."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from emulator.clock import Clock
from emulator.firmware.modem import SoftModem
from emulator.firmware.profile import Profile
from emulator.journal import Journal
from emulator.radio import (
    Answer,
    Call,
    PacketAddress,
    Party,
    Registration,
    RpAck,
    RpError,
    RpResult,
    Station,
    UssdAnswer,
    VisibleOperator,
)
from emulator.sim import Card
from modem.wire.address import Address

HOME = Registration(1, 0x2936, 0x1A2D, 7, "Testnet", "00101")
IDLE = Registration(0)
DENIED = Registration(3, cause=11)  # PLMN not allowed (TS 24.008 10.5.3.6)
CENTRE = Address.of("+15550002936")


class DeskRadio:
    """A radio that registers at once and keeps what is sent; `result` None leaves it unanswered."""

    def __init__(self) -> None:
        self.registration = IDLE
        self.signal = 20
        self.station: Station | None = None
        self.result: RpResult | None = RpAck()
        self.sent: list[tuple[Address, bytes]] = []
        self.answers: list[Answer] = []
        self.memory_reports = 0
        self.technologies: tuple[int, ...] = (7, 2, 0)
        self.requests: list[tuple[str, Callable[[UssdAnswer], None]]] = []

    def attach(self, imsi: str, station: Station) -> None:  # noqa: ARG002
        self.station = station
        self.become(HOME)

    def detach(self) -> None:
        self.become(IDLE)
        self.station = None

    @property
    def visible(self) -> tuple[VisibleOperator, ...]:
        now = self.registration
        if not now.registered:
            return ()
        return (VisibleOperator(2, now.operator, now.short or now.operator[:8], now.numeric, now.technology),)

    def select(self, numeric: str | None, technology: int | None = None) -> None:  # noqa: ARG002
        if self.station is not None:
            self.become(HOME if numeric in (None, HOME.numeric) else DENIED)

    def restrict(self, technologies: tuple[int, ...]) -> None:
        self.technologies = technologies

    def packet_address(self) -> PacketAddress:
        return PacketAddress("10.29.0.2", "2001:db8::2", "10.29.0.1", "10.29.0.1")

    def dial(self, number: Address, party: Party, withheld: bool = False, data: bool = False) -> Call:
        raise NotImplementedError  # tests of calls have the whole network

    def ussd(self, text: str, hear: Callable[[UssdAnswer], None]) -> None:
        self.requests.append((text, hear))

    def end_ussd(self) -> None:
        self.requests.clear()

    def become(self, registration: Registration) -> None:
        self.registration = registration
        if self.station is not None:
            self.station.registration_changed(registration)

    def submit(self, service_centre: Address, tpdu: bytes, answer: Answer) -> None:
        self.sent.append((service_centre, tpdu))
        self.answers.append(answer)
        if self.result is not None:
            answer(self.result)

    def memory_available(self) -> None:
        self.memory_reports += 1


class Desk:
    """The modem with everything around it."""

    def __init__(self, card: Card | None, echo: bool = False, profile: Profile | str = "generic") -> None:
        self.clock = Clock()
        self.radio = DeskRadio()
        self.journal = Journal(self.clock)
        self.card = card
        self.modem = SoftModem(self.clock, random.Random(2936), self.journal, card, self.radio, profile)
        self.output = bytearray()
        self.modem.outputs.append(self.output.extend)
        self.answers: list[RpResult] = []
        if not echo:
            self.type(b"ATE0\r")

    def type(self, octets: bytes) -> bytes:
        """Send octets and take what comes back at once."""
        self.modem.receive(octets)
        return self.heard()

    def heard(self) -> bytes:
        """What came since last asked."""
        octets = bytes(self.output)
        self.output.clear()
        return octets

    def at(self, command: str) -> list[str]:
        """Send a command and take the lines of its answer, without empty ones."""
        return [line for line in self.type(command.encode("latin-1") + b"\r").decode("latin-1").split("\r\n") if line]

    def deliver(self, tpdu: str | bytes) -> RpAck | RpError | None:
        """The network delivers; the modem's answer if it came at once (all answers are in `answers`)."""
        before = len(self.answers)
        octets = bytes.fromhex(tpdu) if isinstance(tpdu, str) else tpdu
        self.modem.deliver(octets, CENTRE, self.answers.append)
        return self.answers[before] if len(self.answers) > before else None


@pytest.fixture
def desk() -> Desk:
    """A modem with an unlocked card, registered, echo off."""
    return Desk(Card())


@pytest.fixture
def make_desk() -> Callable[..., Desk]:
    """Builds desks with other cards: `make_desk(Card(pin_enabled=True), echo=True)`."""
    return Desk
