"""Registration: states, reject causes (TS 27.007 7.2, TS 24.008 4.4.4, 10.5.3.6), operators and their choice."""

from __future__ import annotations

import random

import pytest

from emulator.clock import Clock
from emulator.journal import Journal
from emulator.network import Network
from emulator.radio import RpAck
from modem.wire.tpdu import Submit
from modem.wire.user_data import UserData
from tests.world.phones import ALICE, BOB, TO_BOB, Phone, World, result


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

    assert world.network.reachable(ALICE)


# TS 24.008 4.4.4.7: after 2, 3, 6 the SIM is invalid until switch-off; after 11, 13 the MS looks for another PLMN.
@pytest.mark.parametrize(("cause", "again_after"), [(2, None), (3, None), (6, None), (7, None), (17, 15), (22, 15)])
def test_a_refused_modem_tells_the_cause_and_tries_again_where_it_may_pass(
    world: World, cause: int, again_after: int | None
) -> None:
    phone = Phone()
    world.network.deny(ALICE, cause)
    cell = world.join(ALICE, phone)
    assert (cell.registration.status, cell.registration.cause_type, cell.registration.cause) == (3, 0, cause)
    world.network.refused.clear()  # the fault passes without anybody telling the modem
    world.clock.advance(60)
    assert cell.registration.status == (3 if again_after is None else 1)


def test_a_refusal_that_ends_lets_the_modem_in(world: World) -> None:
    world.network.deny(ALICE, 3)
    cell = world.join(ALICE, Phone())
    world.network.deny(ALICE, None)
    world.clock.advance(3)
    assert cell.registration.status == 1


def test_where_the_home_network_refuses_the_neighbour_may_not(world: World) -> None:
    world.network.change_operator("00101", refusal=11)
    cell = world.join(ALICE, Phone())
    now = cell.registration
    assert (now.status, now.operator, now.numeric) == (5, "Neighbour", "00102")


def test_who_roams_gets_messages(world: World) -> None:
    world.network.change_operator("00101", refusal=13)
    alice, bob = world.join(ALICE, Phone()), Phone()
    world.join(BOB, bob)
    assert isinstance(result(world, alice, Submit(TO_BOB, UserData("from abroad"))), RpAck)
    world.clock.advance(2)
    assert bob.texts == ["from abroad"]


def test_who_is_registered_for_sms_only_gets_messages(world: World) -> None:
    """TS 27.007 7.2: <stat> 6 is "registered for SMS only, home network"."""
    world.network.change_operator("00101", registers_as=6)
    alice = world.join(ALICE, Phone())
    assert (alice.registration.status, alice.registration.registered) == (6, True)
    assert isinstance(result(world, alice, Submit(TO_BOB, UserData("x"))), RpAck)


def test_a_scan_finds_each_operator_in_each_technology_the_present_one_first(world: World) -> None:
    cell = world.network.new_cell((7, 0))
    cell.attach(ALICE, Phone())
    world.clock.advance(3)
    found = [(operator.status, operator.long, operator.numeric, operator.technology) for operator in cell.visible]
    assert found == [
        (2, "modem2936", "00101", 7),
        (1, "modem2936", "00101", 0),
        (1, "Neighbour", "00102", 7),
        (1, "Neighbour", "00102", 0),
        (3, "Stranger", "00103", 7),
        (3, "Stranger", "00103", 0),
    ]
    cell.set_coverage(False)
    assert cell.visible == ()


@pytest.mark.parametrize(
    ("numeric", "technology", "expected"),
    [
        ("00102", None, (5, "00102", 7, 0)),
        ("00101", 0, (1, "00101", 0, 0)),
        ("00103", None, (3, "", 7, 11)),  # PLMN not allowed
        ("26201", None, (2, "", 7, 0)),  # nobody there: it goes on searching
        ("00101", 9, (2, "", 7, 0)),  # the modem has no NB-IoT
    ],
)
def test_an_operator_chosen_by_hand(
    world: World, numeric: str, technology: int | None, expected: tuple[int, str, int, int]
) -> None:
    cell = world.network.new_cell((7, 0))
    cell.attach(ALICE, Phone())
    world.clock.advance(3)
    cell.select(numeric, technology)
    world.clock.advance(3)
    now = cell.registration
    assert (now.status, now.numeric, now.technology, now.cause) == expected
    cell.select(None)
    world.clock.advance(3)
    assert cell.registration.registered


def test_who_chooses_what_it_has_stays(world: World) -> None:
    phone = Phone()
    world.join(ALICE, phone).select("00101")
    assert phone.registrations == [2, 1]


def test_a_handover_is_told(world: World) -> None:
    phone = Phone()
    cell = world.join(ALICE, phone)
    cell.move(0x2A00, 0x77, 2)
    now = cell.registration
    assert (now.status, now.area, now.cell, now.technology) == (1, 0x2A00, 0x77, 2)
    assert phone.registrations == [2, 1, 1]


def test_jitter_comes_from_the_seed() -> None:
    def registered_at(seed: int) -> float:
        clock = Clock()
        journal = Journal(clock)
        network = Network(clock, journal, registration_delay=1, jitter=5, rng=random.Random(seed))
        network.add_subscriber(ALICE, "12025550101")
        network.new_cell().attach(ALICE, Phone())
        clock.advance(10)
        return next(event.at for event in journal.events if event.data["status"] == 1)

    assert registered_at(1) == registered_at(1) != registered_at(2)
    assert 1 <= registered_at(3) <= 6
