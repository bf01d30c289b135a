"""SMS-COMMAND (TS 23.040 9.2.2.4, 9.2.3.19) and the rejection of doubles (9.2.3.25).

TP-ST 22 "no response from SME", 47 "deleted by originating SME", 49 "SM does not exist" and TP-FCS A0 "command cannot
be actioned", A1 "command unsupported", C5 "SM rejected - duplicate SM" are of the tables in 9.2.3.15 and 9.2.3.22.
"""

from __future__ import annotations

import pytest

from emulator.cell import Cell
from emulator.radio import RpAck, RpError, RpResult
from modem.wire.address import Address
from modem.wire.protocol import CommandType
from modem.wire.reports import SubmitReport
from modem.wire.tpdu import Command, Submit
from modem.wire.user_data import UserData
from tests.world.phones import ALICE, BOB, TO_BOB, Phone, World, result


def failure_cause(answer: RpResult) -> int | None:
    assert isinstance(answer, RpError)
    return SubmitReport.decode(answer.tpdu, error=True, strict=True).failure_cause


@pytest.fixture
def sender() -> Phone:
    return Phone()


@pytest.fixture
def alice(world: World, sender: Phone) -> Cell:
    """Alice, who has sent message 7 to Bob, who is away, and wants no report."""
    cell = world.join(ALICE, sender)
    assert isinstance(result(world, cell, Submit(TO_BOB, UserData("x"), message_reference=7)), RpAck)
    return cell


def test_an_enquiry_about_a_waiting_message_tells_that_the_centre_goes_on(
    world: World, sender: Phone, alice: Cell
) -> None:
    assert isinstance(result(world, alice, Command(TO_BOB, CommandType.ENQUIRY, 7, message_reference=9)), RpAck)
    world.clock.advance(2)
    (report,) = sender.reports
    assert (report.message_reference, report.recipient, report.status, report.of_command) == (9, TO_BOB, 0x22, True)


def test_an_enquiry_about_a_delivered_message_tells_when(world: World, sender: Phone, alice: Cell) -> None:
    world.join(BOB, Phone())
    world.clock.advance(1000)
    result(world, alice, Command(TO_BOB, CommandType.ENQUIRY, 7))
    world.clock.advance(2)
    (report,) = sender.reports
    assert report.status == 0
    assert report.discharge_time.time is not None
    assert (world.clock.utc() - report.discharge_time.time).total_seconds() > 900


def test_an_enquiry_about_nothing_tells_that_there_is_nothing(world: World, sender: Phone, alice: Cell) -> None:
    result(world, alice, Command(TO_BOB, CommandType.ENQUIRY, 8))
    result(world, alice, Command(Address.of("+4912345678"), CommandType.ENQUIRY, 7))
    world.clock.advance(2)
    assert [report.status for report in sender.reports] == [0x49, 0x49]


def test_a_deleted_message_is_not_delivered_any_more(world: World, sender: Phone, alice: Cell) -> None:
    national = Address("2025550102", 0xA1)  # the same destination
    command = Command(national, CommandType.DELETE, 7, message_reference=9, status_report_request=True)
    assert isinstance(result(world, alice, command), RpAck)
    bob = Phone()
    world.join(BOB, bob)
    world.clock.advance(10)
    assert bob.got == []
    assert [(report.message_reference, report.status) for report in sender.reports] == [(9, 0x47)]
    assert failure_cause(result(world, alice, command)) == 0xA0


def test_the_sender_of_a_deleted_message_gets_the_report_it_asked_for(world: World, sender: Phone) -> None:
    cell = world.join(ALICE, sender)
    result(world, cell, Submit(TO_BOB, UserData("x"), message_reference=1, status_report_request=True))
    result(world, cell, Command(TO_BOB, CommandType.DELETE, 1))
    world.clock.advance(2)
    assert [(report.message_reference, report.status, report.of_command) for report in sender.reports] == [
        (1, 0x47, False)
    ]


@pytest.mark.parametrize(
    ("command_type", "wanted", "reports"),
    [(CommandType.ENABLE_STATUS_REPORT, False, [0]), (CommandType.CANCEL_STATUS_REPORT, True, [])],
)
def test_a_report_is_asked_for_or_called_off_later(
    world: World, sender: Phone, command_type: CommandType, wanted: bool, reports: list[int]
) -> None:
    cell = world.join(ALICE, sender)
    result(world, cell, Submit(TO_BOB, UserData("x"), message_reference=1, status_report_request=wanted))
    assert isinstance(result(world, cell, Command(TO_BOB, command_type, 1)), RpAck)
    world.join(BOB, Phone())
    world.clock.advance(10)
    assert [report.status for report in sender.reports] == reports


@pytest.mark.parametrize("command_type", [0x04, 0x1F, 0xE0, 0xFF])
def test_a_command_of_no_known_type_is_refused(world: World, alice: Cell, command_type: int) -> None:
    assert failure_cause(result(world, alice, Command(TO_BOB, command_type, 7))) == 0xA1


# --- doubles --------------------------------------------------------------------------------------------------

DOUBLE = Submit(TO_BOB, UserData("x"), message_reference=7, reject_duplicates=True)


def test_a_double_of_what_the_centre_holds_is_rejected(world: World, alice: Cell) -> None:
    assert failure_cause(result(world, alice, DOUBLE)) == 0xC5
    bob = Phone()
    world.join(BOB, bob)
    world.clock.advance(5)
    assert bob.texts == ["x"]


def test_a_double_of_what_was_delivered_a_moment_ago_is_rejected_and_not_for_ever(world: World, alice: Cell) -> None:
    world.join(BOB, Phone())
    world.clock.advance(5)
    assert failure_cause(result(world, alice, DOUBLE)) == 0xC5
    world.clock.advance(3600)
    assert isinstance(result(world, alice, DOUBLE), RpAck)


@pytest.mark.parametrize(
    "other",
    [
        DOUBLE._replace(reject_duplicates=False),
        DOUBLE._replace(message_reference=8),
        DOUBLE._replace(user_data=UserData("y")),
        DOUBLE._replace(destination=Address.of("+4917600000000")),
    ],
)
def test_what_is_no_double_is_taken(world: World, alice: Cell, other: Submit) -> None:
    assert isinstance(result(world, alice, other), RpAck)


def test_the_same_from_somebody_else_is_no_double(world: World) -> None:
    to = Address.of("+4917600000000")
    message = DOUBLE._replace(destination=to)
    assert isinstance(result(world, world.join(ALICE, Phone()), message), RpAck)
    assert isinstance(result(world, world.join(BOB, Phone()), message), RpAck)
