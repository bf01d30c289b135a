"""USSD: codes, menus and their ends; <m> of +CUSD (TS 27.007 7.15)."""

from __future__ import annotations

import pytest

from emulator.cell import Cell
from emulator.radio import UssdAnswer
from emulator.ussd import Menu
from tests.world.phones import ALICE, Phone, World


@pytest.fixture
def alice(world: World) -> Cell:
    return world.join(ALICE, Phone())


def ask(world: World, cell: Cell, *texts: str) -> list[UssdAnswer]:
    heard: list[UssdAnswer] = []
    for text in texts:
        cell.ussd(text, heard.append)
        world.clock.advance(2)
    return heard


def test_a_code_is_answered(world: World, alice: Cell) -> None:
    assert ask(world, alice, "*100#", "*101#") == [
        UssdAnswer(0, "Your balance is 29.36."),
        UssdAnswer(0, "Your number is +12025550101."),
    ]


def test_an_unknown_code_is_no_service(world: World, alice: Cell) -> None:
    assert ask(world, alice, "*999#") == [UssdAnswer(4)]


def test_a_menu_waits_for_an_answer_and_is_over_with_it(world: World, alice: Cell) -> None:
    menu, answer, after = ask(world, alice, "*111#", "1", "1")
    assert (menu.status, menu.text.splitlines()[0]) == (1, "1 Balance")
    assert answer == UssdAnswer(0, "Your balance is 29.36.")
    assert after == UssdAnswer(4)


def test_a_wrong_answer_ends_the_menu(world: World, alice: Cell) -> None:
    assert ask(world, alice, "*111#", "7")[1] == UssdAnswer(0, "There is no such choice.")


def test_a_menu_left_alone_is_ended_by_the_network(world: World, alice: Cell) -> None:
    heard: list[UssdAnswer] = []
    alice.ussd("*111#", heard.append)
    world.clock.advance(65)
    assert [answer.status for answer in heard] == [1, 2]


def test_a_menu_that_the_user_left_says_no_more(world: World, alice: Cell) -> None:
    heard: list[UssdAnswer] = []
    alice.ussd("*111#", heard.append)
    world.clock.advance(2)
    alice.end_ussd()
    world.clock.advance(65)
    assert [answer.status for answer in heard] == [1]
    assert ask(world, alice, "1") == [UssdAnswer(4)]


def test_without_a_network_there_is_no_answer(world: World, alice: Cell) -> None:
    alice.set_coverage(False)
    assert ask(world, alice, "*100#") == [UssdAnswer(5)]


def test_the_table_is_data(world: World, alice: Cell) -> None:
    world.network.services.table["*1#"] = Menu("hello +{number}")
    assert ask(world, alice, "*1#") == [UssdAnswer(0, "hello +12025550101")]
