"""Stations without a modem, in a network with an SMS centre: they keep what they get and answer as they are told."""

from __future__ import annotations

from emulator.cell import Cell
from emulator.clock import Clock
from emulator.journal import Journal
from emulator.network import Network
from emulator.radio import Answer, Call, Party, Registration, RpAck, RpError, RpResult
from emulator.smsc import ServiceCentre
from modem.wire.address import Address
from modem.wire.cell_broadcast import Page
from modem.wire.reports import DeliverReport, StatusReport
from modem.wire.tpdu import Command, Deliver, Submit, decode_from_network

ALICE, BOB = "001010000000001", "001010000000002"
TO_BOB = Address.of("+12025550102")
ACK = RpAck(DeliverReport().encode())
FULL = RpError(22, DeliverReport(0xD3).encode())


class Phone:
    """A station that keeps what it gets and answers as `answers` says: the last one for ever, None is silence."""

    def __init__(self, *answers: RpResult | None) -> None:
        self.answers = list(answers) or [ACK]
        self.got: list[Deliver | StatusReport] = []
        self.registrations: list[int] = []
        self.pages: list[Page] = []
        self.late: list[Answer] = []

    def deliver(self, tpdu: bytes, service_centre: Address, answer: Answer) -> None:
        assert service_centre == ServiceCentre.address
        self.got.append(decode_from_network(tpdu, strict=True))
        result = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if result is None:
            self.late.append(answer)
        else:
            answer(result)

    def broadcast(self, page: bytes) -> None:
        self.pages.append(Page.decode(page, strict=True))

    def ring(self, call: Call) -> Party | None:  # noqa: ARG002
        return None

    def registration_changed(self, registration: Registration) -> None:
        self.registrations.append(registration.status)

    @property
    def reports(self) -> list[StatusReport]:
        return [message for message in self.got if isinstance(message, StatusReport)]

    @property
    def texts(self) -> list[str | bytes]:
        return [message.user_data.body for message in self.got if isinstance(message, Deliver)]


class World:
    """Alice and Bob in one network."""

    def __init__(self, lenient_short_code: bool = False) -> None:
        self.clock = Clock()
        self.journal = Journal(self.clock)
        self.network = Network(self.clock, self.journal, delay=0.5, registration_delay=2.0)
        self.smsc = ServiceCentre(self.clock, self.journal, self.network, lenient_short_code=lenient_short_code)
        self.network.add_subscriber(ALICE, "12025550101")
        self.network.add_subscriber(BOB, "12025550102")

    def join(self, imsi: str, phone: Phone) -> Cell:
        cell = self.network.new_cell()
        cell.attach(imsi, phone)
        self.clock.advance(3)
        return cell

    def kinds(self) -> list[str]:
        return [event.kind for event in self.journal.events]


class Watcher:
    def __init__(self) -> None:
        self.heard: list[str] = []

    def attempted(self) -> None:
        self.heard.append("attempted")

    def delivered(self) -> None:
        self.heard.append("delivered")

    def failed(self, status: int) -> None:
        self.heard.append(f"failed {status:02X}")


def submit(cell: Cell, message: Submit | Command, into: list[RpResult]) -> None:
    cell.submit(ServiceCentre.address, message.encode(), into.append)


def result(world: World, cell: Cell, message: Submit | Command) -> RpResult:
    """What the centre answers."""
    results: list[RpResult] = []
    submit(cell, message, results)
    world.clock.advance(1)
    (answer,) = results
    return answer
