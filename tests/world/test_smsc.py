"""The SMS centre and the network, with stations that answer as a test tells them to.

What a test expects is what TS 23.040 3.2 (store and forward, retries, reports) and TS 24.011 say.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from emulator.radio import RpAck, RpError, RpResult
from emulator.smsc import ServiceCentre
from emulator.smsc.validity import Validity
from modem.wire.address import Address
from modem.wire.coding import GSM7
from modem.wire.reports import DeliverReport, StatusReport, SubmitReport
from modem.wire.segments import split
from modem.wire.times import (
    AbsoluteValidity,
    EnhancedValidity,
    RelativeValidity,
    ServiceCentreTimeStamp,
    ValidityPeriod,
)
from modem.wire.tpdu import Deliver, Submit
from modem.wire.user_data import UserData
from tests.world.phones import ACK, ALICE, BOB, FULL, TO_BOB, Phone, Watcher, World, submit


def send_from_cloud(world: World, text: str, watcher: Watcher, receipt: bool = True, validity_s: float = 3600) -> None:
    world.smsc.send_to_sim(
        ALICE, GSM7, UserData(text), receipt=receipt, validity_s=validity_s, observer=watcher
    )  # fmt: skip


# --- from a mobile ------------------------------------------------------------------------------------------


def test_a_message_from_mobile_to_mobile_arrives_with_number_text_and_time(world: World) -> None:
    world.smsc.submit_reports = True
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


# --- validity (TS 23.040 9.2.3.12) and the causes in reports (9.2.3.15) ------------------------------------------


def ask_for_report(world: World, period: ValidityPeriod | None, protocol_identifier: int = 0) -> Phone:
    """Alice sends to Bob, with a report."""
    sender = Phone()
    message = Submit(
        TO_BOB, UserData("x"), protocol_identifier=protocol_identifier, validity_period=period,
        status_report_request=True,
    )  # fmt: skip
    submit(world.join(ALICE, sender), message, [])
    world.clock.advance(3)
    return sender


def stamp_in(world: World, seconds: float) -> ServiceCentreTimeStamp:
    return ServiceCentreTimeStamp.of(world.clock.utc() + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("octets", "lasts"),
    [
        ("01170000000000", 7200),  # relative, octet 17: two hours
        ("021E0000000000", 30),  # seconds
        ("03100000000000", 3600),  # hh:mm:ss in semi-octets: 01:00:00
        ("00000000000000", 86400),  # none given: the centre's own
    ],
)
def test_the_enhanced_validity_period(world: World, octets: str, lasts: float) -> None:
    sender = ask_for_report(world, EnhancedValidity(bytes.fromhex(octets)))
    world.clock.advance(lasts - 10)
    assert sender.reports == []
    world.clock.advance(20)
    assert [report.status for report in sender.reports] == [0x46]


def test_the_absolute_validity_period(world: World) -> None:
    sender = ask_for_report(world, AbsoluteValidity(stamp_in(world, 100)))
    world.clock.advance(80)
    assert sender.reports == []
    world.clock.advance(30)
    assert [report.status for report in sender.reports] == [0x46]


def test_what_is_past_already_gets_one_attempt_at_most(world: World) -> None:
    sender = ask_for_report(world, AbsoluteValidity(stamp_in(world, -100)))
    assert [report.status for report in sender.reports] == [0x46]


def test_a_period_of_no_length_gets_one_attempt(world: World) -> None:
    bob = Phone(FULL, ACK)
    world.join(BOB, bob)
    sender = ask_for_report(world, EnhancedValidity(bytes.fromhex("03000000000000")))
    world.clock.advance(100)
    assert (len(bob.got), [report.status for report in sender.reports]) == (1, [0x46])


def test_nothing_is_kept_longer_than_63_weeks(world: World) -> None:
    assert Validity.of(AbsoluteValidity(stamp_in(world, 1e8)), world.clock.utc()).seconds == 63 * 7 * 86400


def test_a_reserved_validity_period_is_not_supported(world: World) -> None:
    """TP-FCS C7 is "TP-VP not supported" (9.2.3.22)."""
    results: list[RpResult] = []
    message = Submit(TO_BOB, UserData("x"), validity_period=EnhancedValidity(bytes.fromhex("02000000000000")))
    submit(world.join(ALICE, Phone()), message, results)
    world.clock.advance(2)
    assert isinstance(results[0], RpError)
    assert SubmitReport.decode(results[0].tpdu, error=True, strict=True).failure_cause == 0xC7


SINGLE_SHOT = EnhancedValidity(bytes.fromhex("40000000000000"))


@pytest.mark.parametrize(
    ("answer", "status"),
    [(None, 0x62), (FULL, 0x61), (RpError(111), 0x65), (RpError(96), 0x41), (ACK, 0x00)],
)
def test_a_single_shot_is_one_attempt(world: World, answer: RpResult | None, status: int) -> None:
    bob = Phone(answer)
    world.join(BOB, bob)
    sender = ask_for_report(world, SINGLE_SHOT)
    world.clock.advance(4000)
    assert (len(bob.got), [report.status for report in sender.reports]) == (1, [status])


def test_a_single_shot_at_somebody_absent_has_failed_at_once_also_behind_what_waits(world: World) -> None:
    submit(world.join(ALICE, Phone()), Submit(TO_BOB, UserData("patient")), [])
    world.clock.advance(10)
    sender = ask_for_report(world, SINGLE_SHOT)
    assert [report.status for report in sender.reports] == [0x62]
    assert world.smsc.waiting(BOB) == 1


@pytest.mark.parametrize(
    ("answer", "status", "attempts"),
    [
        (RpError(111, DeliverReport(0xFF).encode()), 0x65, 3),
        (RpError(111, DeliverReport(0x81).encode()), 0x41, 1),  # type 0 not supported: no use in trying again
        (RpError(22, DeliverReport(0xD1).encode()), 0x61, None),  # RP cause 22 says that room will come
        (RpError(111, DeliverReport(0xD1).encode()), 0x42, 1),
        (RpError(97), 0x41, 1),
        (None, 0x62, 3),
    ],
)
def test_the_report_tells_why_the_other_side_did_not_take_it(
    world: World, answer: RpResult | None, status: int, attempts: int | None
) -> None:
    bob = Phone(answer)
    world.join(BOB, bob)
    sender = ask_for_report(world, None)
    world.clock.advance(8 * 3600)
    if attempts is None:
        assert sender.reports == []
    else:
        assert (len(bob.got), [report.status for report in sender.reports]) == (attempts, [status])


def test_a_replace_type_takes_the_place_of_its_like_at_the_centre(world: World) -> None:
    """TP-ST 02 is "short message replaced by the SC" (9.2.3.15); types of 9.2.3.9."""
    sender = ask_for_report(world, None, 0x41)
    alice = world.network.serving(ALICE)
    assert alice is not None
    submit(alice, Submit(TO_BOB, UserData("other type"), protocol_identifier=0x42), [])
    submit(alice, Submit(TO_BOB, UserData("newer"), protocol_identifier=0x41), [])
    world.clock.advance(3)
    assert [report.status for report in sender.reports] == [0x02]
    bob = Phone()
    world.join(BOB, bob)
    world.clock.advance(5)
    assert bob.texts == ["other type", "newer"]


def test_each_part_of_a_long_message_is_reported(world: World) -> None:
    sender = Phone()
    alice = world.join(ALICE, sender)
    world.join(BOB, Phone())
    for reference, part in enumerate(split("x" * 400, reference=1)):
        submit(alice, Submit(TO_BOB, part, message_reference=reference, status_report_request=True), [])
    world.clock.advance(10)
    assert sorted(report.message_reference for report in sender.reports) == [0, 1, 2]
    assert [report.more_messages for report in sender.reports] == [False, False, False]


def test_the_recipient_sees_that_a_report_was_asked_for(world: World) -> None:
    """TP-SRI (9.2.3.4) and TP-RP (9.2.3.17)."""
    bob = Phone()
    world.join(BOB, bob)
    submit(world.join(ALICE, Phone()), Submit(TO_BOB, UserData("x"), status_report_request=True, reply_path=True), [])
    world.clock.advance(3)
    (message,) = bob.got
    assert isinstance(message, Deliver)
    assert (message.status_report_indication, message.reply_path) == (True, True)
