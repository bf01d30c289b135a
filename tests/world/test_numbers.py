"""Whose number it is, however it is written: E.164, TS 24.008 10.5.4.7 (types of number), TS 23.040 9.1.2.5."""

from __future__ import annotations

import pytest

from emulator.numbers import NumberPlan
from emulator.radio import RpAck, RpError
from modem.wire.address import Address
from modem.wire.reports import SubmitReport
from modem.wire.tpdu import Submit
from modem.wire.user_data import UserData
from tests.world.phones import ALICE, BOB, Phone, World, result

UNKNOWN, INTERNATIONAL, NATIONAL, NETWORK, SUBSCRIBER, ALPHANUMERIC, ABBREVIATED = (
    0x81, 0x91, 0xA1, 0xB1, 0xC1, 0xD0, 0xE1,
)  # fmt: skip


# Prefixes belong to TON unknown alone: "prefix or escape digits shall not be included" in the others.
@pytest.mark.parametrize(
    ("digits", "type_of_address", "number"),
    [
        ("12025550102", INTERNATIONAL, "12025550102"),
        ("12025550102", UNKNOWN, "12025550102"),
        ("2025550102", UNKNOWN, "12025550102"),
        ("0112025550102", UNKNOWN, "2025550102"),
        ("01112025550102", UNKNOWN, "12025550102"),
        ("0012025550102", UNKNOWN, "12025550102"),
        ("00491761234567", UNKNOWN, "491761234567"),
        ("491761234567", UNKNOWN, "491761234567"),
        ("5550102", UNKNOWN, "12025550102"),
        ("2025550102", NATIONAL, "12025550102"),
        ("5550102", SUBSCRIBER, "12025550102"),
        ("2936", UNKNOWN, None),
        ("2936", NATIONAL, None),
        ("2936", INTERNATIONAL, "2936"),
        ("5550102", ABBREVIATED, None),
        ("5550102", NETWORK, None),
        ("*100#", UNKNOWN, None),
        ("Twilio", ALPHANUMERIC, None),
    ],
)
def test_the_international_form(digits: str, type_of_address: int, number: str | None) -> None:
    assert NumberPlan().international(Address(digits, type_of_address)) == number


def test_another_country_writes_its_numbers_otherwise() -> None:
    germany = NumberPlan("49", "0", ("00",), "30", 11, "4915100")
    assert germany.international(Address("015100000001")) == "4915100000001"
    assert germany.international(Address("004915100000001")) == "4915100000001"
    assert germany.own("4915100000001")


@pytest.mark.parametrize(
    ("digits", "type_of_address"),
    [
        ("12025550102", INTERNATIONAL),
        ("12025550102", UNKNOWN),
        ("2025550102", NATIONAL),
        ("2025550102", UNKNOWN),
        ("01112025550102", UNKNOWN),
        ("5550102", SUBSCRIBER),
    ],
)
def test_every_form_reaches_the_same_subscriber_who_sees_the_international_one(
    world: World, digits: str, type_of_address: int
) -> None:
    alice, bob = world.join(ALICE, Phone()), Phone()
    world.join(BOB, bob)
    assert isinstance(result(world, alice, Submit(Address(digits, type_of_address), UserData("hi"))), RpAck)
    world.clock.advance(2)
    assert bob.texts == ["hi"]


@pytest.mark.parametrize(
    ("digits", "type_of_address", "why"),
    [
        ("12025550199", INTERNATIONAL, "+12025550199 is a number of this network that nobody has"),
        ("2025550199", NATIONAL, "+12025550199 is a number of this network that nobody has"),
        ("4711", UNKNOWN, "4711 is a short code that nobody has"),
        ("2936", SUBSCRIBER, "2936 is a short code that nobody has"),
        ("*100#", UNKNOWN, "*100# is a short code that nobody has"),
        ("12025550102", NETWORK, "12025550102 is a number that nobody has"),
    ],
)
def test_what_nobody_has_is_refused_as_unassigned_and_the_journal_says_why(
    world: World, digits: str, type_of_address: int, why: str
) -> None:
    """RP cause 1 is "unassigned (unallocated) number" (TS 24.011 8.2.5.4)."""
    world.smsc.short_codes["2936"] = lambda _imsi, _message: None
    answer = result(world, world.join(ALICE, Phone()), Submit(Address(digits, type_of_address), UserData("x")))
    assert answer == RpError(1)
    assert world.journal.events[-1].data["reason"] == why
    assert not world.smsc.sent


def test_a_message_to_a_name_is_refused_as_an_invalid_address(world: World) -> None:
    """TP-FCS C3 is "invalid SME address" (TS 23.040 9.2.3.22)."""
    answer = result(world, world.join(ALICE, Phone()), Submit(Address.of("Twilio"), UserData("x")))
    assert isinstance(answer, RpError)
    assert SubmitReport.decode(answer.tpdu, error=True, strict=True).failure_cause == 0xC3


def test_a_telephone_outside_takes_everything_and_reports(world: World) -> None:
    phone = Phone()
    alice = world.join(ALICE, phone)
    message = Submit(Address.of("+4917600000000"), UserData("x"), status_report_request=True)
    assert isinstance(result(world, alice, message), RpAck)
    world.clock.advance(2)
    assert [report.status for report in phone.reports] == [0]
    assert [sent.to for sent in world.smsc.sent] == ["+4917600000000"]


def test_a_lenient_bench_takes_the_short_code_as_an_international_number_and_says_so() -> None:
    """smstools writes a plain ``To: 2936`` so."""
    world = World(lenient_short_code=True)
    heard: list[str] = []
    world.smsc.short_codes["2936"] = lambda imsi, _message: heard.append(imsi)
    assert isinstance(result(world, world.join(ALICE, Phone()), Submit(Address("2936", 0x91), UserData("x"))), RpAck)
    assert heard == [ALICE]
    (event,) = [event for event in world.journal.events if event.kind == "sms.submitted"]
    assert event.data["lenient"] == "+2936 stands for the short code"
