"""The SMS centre and the network, with stations that answer as a test tells them to.

What a test expects is what TS 23.040 3.2 (store and forward, retries, reports) and TS 24.011 say.
"""

from __future__ import annotations

from itertools import pairwise

import pytest

from emulator.cell import Cell
from emulator.clock import Clock
from emulator.journal import Journal
from emulator.network import Network
from emulator.radio import Answer, Call, Party, Registration, RpAck, RpError, RpResult
from emulator.smsc import ServiceCentre
from modem.wire.address import Address
from modem.wire.cell_broadcast import Page
from modem.wire.coding import GSM7
from modem.wire.reports import DeliverReport, StatusReport, SubmitReport
from modem.wire.segments import split
from modem.wire.times import RelativeValidity
from modem.wire.tpdu import Deliver, Submit, decode_from_network
from modem.wire.user_data import UserData

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
    def texts(self) -> list[str | bytes]:
        return [message.user_data.body for message in self.got if isinstance(message, Deliver)]


class World:
    """Alice and Bob in one network."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.journal = Journal(self.clock)
        self.network = Network(self.clock, self.journal, delay=0.5, registration_delay=2.0)
        self.smsc = ServiceCentre(self.clock, self.journal, self.network)
        self.network.add_subscriber(ALICE, "12025550101")
        self.network.add_subscriber(BOB, "12025550102")

    def join(self, imsi: str, phone: Phone) -> Cell:
        cell = self.network.new_cell()
        cell.attach(imsi, phone)
        self.clock.advance(3)
        return cell

    def kinds(self) -> list[str]:
        return [event.kind for event in self.journal.events]


@pytest.fixture
def world() -> World:
    return World()


class Watcher:
    def __init__(self) -> None:
        self.heard: list[str] = []

    def attempted(self) -> None:
        self.heard.append("attempted")

    def delivered(self) -> None:
        self.heard.append("delivered")

    def failed(self, status: int) -> None:
        self.heard.append(f"failed {status:02X}")


def submit(cell: Cell, message: Submit, into: list[RpResult]) -> None:
    cell.submit(ServiceCentre.address, message.encode(), into.append)


def send_from_cloud(world: World, text: str, watcher: Watcher, receipt: bool = True, validity_s: float = 3600) -> None:
    world.smsc.send_to_sim(
        ALICE, GSM7, UserData(text), receipt=receipt, validity_s=validity_s, observer=watcher
    )  # fmt: skip


# --- registration -------------------------------------------------------------------------------------------


def test_a_known_sim_searches_and_then_is_at_home(world: World) -> None:
    phone = Phone()
    cell = world.join(ALICE, phone)
    assert phone.registrations == [2, 1]
    assert cell.registration.operator == "modem2936"


def test_a_sim_that_nobody_knows_is_denied(world: World) -> None:
    phone = Phone()
    world.join("262010000000009", phone)
    assert phone.registrations == [2, 3]


def test_a_modem_that_goes_while_it_searches_is_gone(world: World) -> None:
    phone = Phone()
    cell = world.network.new_cell()
    cell.attach(ALICE, phone)
    cell.detach()
    world.clock.advance(10)
    assert phone.registrations == [2, 0]
    assert not world.network.reachable(ALICE)


def test_out_of_coverage_there_is_no_signal_and_no_registration(world: World) -> None:
    phone = Phone()
    cell = world.join(ALICE, phone)
    cell.set_coverage(False)
    assert (cell.signal, cell.registration.status) == (99, 2)
    cell.set_coverage(True)
    world.clock.advance(2)
    assert (cell.signal, cell.registration.status) == (20, 1)


# --- from a mobile ------------------------------------------------------------------------------------------


def test_a_message_from_mobile_to_mobile_arrives_with_number_text_and_time(world: World) -> None:
    alice = world.join(ALICE, Phone())
    bob = Phone()
    world.join(BOB, bob)
    results: list[RpResult] = []
    submit(alice, Submit(TO_BOB, UserData("hi Bob")), results)
    assert results == []
    accepted_at = world.clock.utc().replace(microsecond=0)
    world.clock.advance(1)
    assert isinstance(results[0], RpAck)
    assert SubmitReport.decode(results[0].tpdu, error=False, strict=True).service_centre_time_stamp.time
    world.clock.advance(1)
    (message,) = bob.got
    assert isinstance(message, Deliver)
    assert (str(message.originator), message.user_data.body) == ("+12025550101", "hi Bob")
    assert message.service_centre_time_stamp.time is not None
    assert abs((message.service_centre_time_stamp.time - accepted_at).total_seconds()) <= 1


@pytest.mark.parametrize("type_of_address", [0x81, 0xA1, 0xB1, 0xE1])
def test_the_short_code_is_reached_with_every_type_that_may_carry_it(world: World, type_of_address: int) -> None:
    heard: list[tuple[str, Submit]] = []
    world.smsc.short_codes["2936"] = lambda imsi, message: heard.append((imsi, message))
    results: list[RpResult] = []
    submit(world.join(ALICE, Phone()), Submit(Address("2936", type_of_address), UserData("x")), results)
    world.clock.advance(2)
    assert [imsi for imsi, _ in heard] == [ALICE]
    assert isinstance(results[0], RpAck)


def test_the_short_code_as_an_international_number_is_refused_and_the_journal_says_why(world: World) -> None:
    world.smsc.short_codes["2936"] = lambda _imsi, _message: pytest.fail("it must not arrive")
    results: list[RpResult] = []
    submit(world.join(ALICE, Phone()), Submit(Address("2936", 0x91), UserData("x")), results)
    world.clock.advance(2)
    assert isinstance(results[0], RpError)
    assert results[0].cause == 1  # unassigned number
    assert "129 (0x81)" in world.journal.events[-1].data["reason"]


@pytest.mark.parametrize(
    "tpdu",
    [
        "01000481926300000AE8329BFD8ECCD3",  # an octet is missing
        "010004819263000009E8329BFD8ECCD3ED",  # a spare bit is set
    ],
)
def test_a_wrong_submit_is_refused_with_invalid_mandatory_information(world: World, tpdu: str) -> None:
    results: list[RpResult] = []
    cell = world.join(ALICE, Phone())
    cell.submit(ServiceCentre.address, bytes.fromhex(tpdu), results.append)
    world.clock.advance(2)
    assert isinstance(results[0], RpError)
    assert results[0].cause == 96


def test_what_the_network_took_is_kept_long_messages_whole(world: World) -> None:
    cell = world.join(ALICE, Phone())
    text = "Grüße vom Gerät! " * 20
    for part in reversed(split(text, reference=7)):
        submit(cell, Submit(Address.of("+4917600000000"), part), [])
    world.smsc.short_codes["2936"] = lambda _imsi, _message: None
    submit(cell, Submit(Address.of("2936"), UserData("short")), [])
    world.clock.advance(2)
    assert [(message.to, message.body) for message in world.smsc.sent] == [("+4917600000000", text), ("2936", "short")]


# --- to a mobile --------------------------------------------------------------------------------------------


def test_the_observer_hears_of_the_attempt_and_of_the_acknowledgement(world: World) -> None:
    phone, watcher = Phone(), Watcher()
    world.join(ALICE, phone)
    send_from_cloud(world, "reboot", watcher)
    assert watcher.heard == ["attempted"]
    world.clock.advance(1)
    assert watcher.heard == ["attempted", "delivered"]
    (message,) = phone.got
    assert isinstance(message, Deliver)
    assert message.originator == Address("2936", 0x81)


def test_without_a_receipt_success_is_not_told(world: World) -> None:
    watcher = Watcher()
    world.join(ALICE, Phone())
    send_from_cloud(world, "reboot", watcher, receipt=False)
    world.clock.advance(1)
    assert watcher.heard == ["attempted"]


def test_messages_wait_for_a_mobile_that_is_away_and_come_in_order_when_it_registers(world: World) -> None:
    watcher = Watcher()
    for word in "abc":
        send_from_cloud(world, word, watcher, validity_s=86400)
    world.clock.advance(7200)
    assert world.smsc.waiting(ALICE) == 3
    phone = Phone()
    world.join(ALICE, phone)
    world.clock.advance(5)
    assert phone.texts == ["a", "b", "c"]
    assert [message.more_messages for message in phone.got] == [True, True, False]


def test_a_full_mobile_keeps_the_message_at_the_centre_until_it_says_that_there_is_room(world: World) -> None:
    phone, watcher = Phone(FULL, ACK), Watcher()
    cell = world.join(ALICE, phone)
    send_from_cloud(world, "x", watcher)
    world.clock.advance(2)
    assert (len(phone.got), watcher.heard) == (1, ["attempted"])
    cell.memory_available()
    world.clock.advance(2)
    assert (len(phone.got), watcher.heard) == (2, ["attempted", "delivered"])


def test_the_centre_tries_again_by_itself_ever_more_seldom(world: World) -> None:
    phone = Phone(FULL)
    world.join(ALICE, phone)
    send_from_cloud(world, "x", Watcher(), validity_s=86400)
    world.clock.advance(8000)
    attempts = [event.at for event in world.journal.events if event.kind == "sms.attempt"]
    gaps = [later - earlier for earlier, later in pairwise(attempts)]
    assert len(gaps) >= 5
    assert gaps == sorted(gaps)
    assert gaps[-1] > 10 * gaps[0]


def test_a_mobile_that_never_answers_is_tried_again_and_a_late_answer_is_too_late(world: World) -> None:
    phone, watcher = Phone(None, ACK), Watcher()
    world.join(ALICE, phone)
    send_from_cloud(world, "x", watcher)
    world.clock.advance(70)
    phone.late[0](RpError(111))
    world.clock.advance(60)
    assert (len(phone.got), watcher.heard) == (2, ["attempted", "delivered"])


def test_a_mobile_that_refuses_three_times_gets_the_message_no_more(world: World) -> None:
    phone, watcher = Phone(RpError(111)), Watcher()
    world.join(ALICE, phone)
    send_from_cloud(world, "x", watcher)
    send_from_cloud(world, "y", watcher)
    world.clock.advance(600)
    assert phone.texts == ["x", "x", "x", "y", "y", "y"]
    assert watcher.heard == ["attempted", "failed 65", "attempted", "failed 65"]


def test_when_the_validity_period_is_over_the_message_is_dropped_and_the_next_one_comes(world: World) -> None:
    watcher, other = Watcher(), Watcher()
    send_from_cloud(world, "old", watcher, validity_s=600)
    send_from_cloud(world, "new", other, validity_s=6000)
    world.clock.advance(601)
    assert watcher.heard == ["attempted", "failed 46"]
    phone = Phone()
    world.join(ALICE, phone)
    world.clock.advance(2)
    assert phone.texts == ["new"]


def test_a_status_report_comes_when_the_other_mobile_has_the_message(world: World) -> None:
    sender = Phone()
    alice = world.join(ALICE, sender)
    message = Submit(TO_BOB, UserData("x"), message_reference=77, status_report_request=True)
    submit(alice, message, [])
    world.clock.advance(100)
    assert sender.got == []
    world.join(BOB, Phone())
    world.clock.advance(3)
    (report,) = sender.got
    assert isinstance(report, StatusReport)
    assert (report.message_reference, report.recipient, report.status) == (77, TO_BOB, 0)
    assert report.discharge_time.time is not None
    assert report.service_centre_time_stamp.time is not None
    assert (report.discharge_time.time - report.service_centre_time_stamp.time).total_seconds() > 90


def test_a_status_report_tells_that_the_validity_period_was_over(world: World) -> None:
    sender = Phone()
    message = Submit(
        TO_BOB, UserData("x"), validity_period=RelativeValidity(0), status_report_request=True
    )  # five minutes
    submit(world.join(ALICE, sender), message, [])
    world.clock.advance(310)
    assert [report.status for report in sender.got if isinstance(report, StatusReport)] == [0x46]


def test_the_short_code_reports_at_once(world: World) -> None:
    world.smsc.short_codes["2936"] = lambda _imsi, _message: None
    sender = Phone()
    submit(world.join(ALICE, sender), Submit(Address.of("2936"), UserData("x"), status_report_request=True), [])
    world.clock.advance(3)
    assert [report.status for report in sender.got if isinstance(report, StatusReport)] == [0]


def test_a_text_from_outside_of_any_length_comes_in_parts(world: World) -> None:
    phone = Phone()
    world.join(ALICE, phone)
    assert world.smsc.send_text(Address.of("Twilio"), ALICE, "x" * 400) == 3
    world.clock.advance(5)
    assert [len(text) for text in phone.texts] == [153, 153, 94]
