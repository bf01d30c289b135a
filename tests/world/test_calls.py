"""Calls between modems and with telephones outside; causes of TS 24.008 10.5.4.11."""

from __future__ import annotations

import pytest

from emulator.calls import Telephone
from emulator.cell import Cell
from emulator.radio import Call, Party
from modem.wire.address import Address
from tests.world.phones import ALICE, BOB, TO_BOB, Phone, World


class Ear:
    """A party that keeps what it hears."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def alerting(self) -> None:
        self.heard.append("alerting")

    def connected(self) -> None:
        self.heard.append("connected")

    def released(self, cause: int) -> None:
        self.heard.append(f"released {cause}")


class CallPhone(Phone):
    """A station that takes calls, or refuses them at once with `refusal`; `busy` says that it has no line."""

    def __init__(self, busy: bool = False, refusal: int | None = None) -> None:
        super().__init__()
        self.calls: list[Call] = []
        self.ear = Ear()
        self.busy = busy
        self.refusal = refusal

    def ring(self, call: Call) -> Party | None:
        self.calls.append(call)
        if self.refusal is not None:
            call.hang_up(self.refusal)
        return None if self.busy else self.ear


@pytest.fixture
def alice(world: World) -> Cell:
    return world.join(ALICE, CallPhone())


def bob_with(world: World, phone: CallPhone | None = None) -> CallPhone:
    phone = phone or CallPhone()
    world.join(BOB, phone)
    return phone


def test_a_call_rings_with_the_callers_number_stands_and_ends(world: World, alice: Cell) -> None:
    bob, ear = bob_with(world), Ear()
    call = alice.dial(Address("2025550102"), ear)
    world.clock.advance(2)
    (incoming,) = bob.calls
    assert (incoming.number, ear.heard) == (Address("12025550101", 0x91), ["alerting"])
    incoming.answer()
    world.clock.advance(1)
    assert (ear.heard, bob.ear.heard) == (["alerting", "connected"], ["connected"])
    call.hang_up()
    call.hang_up()
    world.clock.advance(1)
    assert (ear.heard[2:], bob.ear.heard[1:]) == ([], ["released 16"])
    assert [kind for kind in world.kinds() if kind.startswith("call.")] == [
        "call.setup", "call.ringing", "call.connected", "call.over",
    ]  # fmt: skip


def test_the_called_side_hangs_up(world: World, alice: Cell) -> None:
    bob, ear = bob_with(world), Ear()
    alice.dial(TO_BOB, ear)
    world.clock.advance(2)
    bob.calls[0].answer()
    bob.calls[0].hang_up()
    world.clock.advance(1)
    assert (ear.heard[-1], bob.ear.heard) == ("released 16", [])


@pytest.mark.parametrize(
    ("phone", "cause"), [(CallPhone(busy=True), 17), (CallPhone(refusal=21), 21), (CallPhone(refusal=17), 17)]
)
def test_a_side_that_refuses(world: World, alice: Cell, phone: CallPhone, cause: int) -> None:
    ear = Ear()
    bob_with(world, phone)
    alice.dial(TO_BOB, ear)
    world.clock.advance(3)
    assert ear.heard == [f"released {cause}"]


def test_nobody_answers(world: World, alice: Cell) -> None:
    bob, ear = bob_with(world), Ear()
    alice.dial(TO_BOB, ear)
    world.clock.advance(70)
    assert (ear.heard, bob.ear.heard) == (["alerting", "released 19"], ["released 19"])


def test_the_caller_gives_up_before_it_rings(world: World, alice: Cell) -> None:
    bob, ear = bob_with(world), Ear()
    alice.dial(TO_BOB, ear).hang_up()
    world.clock.advance(5)
    assert (bob.calls, ear.heard) == ([], [])


def test_who_talks_is_busy_to_others(world: World, alice: Cell) -> None:
    bob, ear = bob_with(world), Ear()
    alice.dial(TO_BOB, Ear())
    world.clock.advance(2)
    world.network.exchange.call(Address.of("+4917600000000"), ALICE, ear)
    world.clock.advance(2)
    assert ear.heard == ["released 17"]
    assert len(bob.calls) == 1


def test_a_call_breaks_off_when_a_modem_is_lost(world: World, alice: Cell) -> None:
    bob, ear = bob_with(world), Ear()
    alice.dial(TO_BOB, ear)
    world.clock.advance(2)
    bob.calls[0].answer()
    world.clock.advance(1)
    serving = world.network.serving(BOB)
    assert serving is not None
    serving.set_coverage(False)
    world.clock.advance(1)
    assert (ear.heard[-1], bob.ear.heard[-1]) == ("released 41", "released 41")
    alice.dial(TO_BOB, ear)
    world.clock.advance(2)
    assert ear.heard[-1] == "released 27"  # destination out of order


@pytest.mark.parametrize(
    ("number", "heard"),
    [
        ("+13105550110", ["alerting", "connected"]),
        ("+13105550111", ["released 17"]),
        ("+13105550112", ["alerting", "released 19"]),
        ("+13105550113", ["released 21"]),
        ("+13105550114", ["alerting", "connected", "released 16"]),
        ("+4917600000000", ["alerting", "connected"]),
        ("+12025550199", ["released 1"]),
        ("4711", ["released 1"]),
        ("12025550101", ["released 17"]),  # oneself
    ],
)
def test_numbers_outside_and_numbers_of_nobody(world: World, alice: Cell, number: str, heard: list[str]) -> None:
    ear = Ear()
    alice.dial(Address.of(number), ear)
    world.clock.advance(100)
    assert ear.heard == heard


def test_the_table_of_telephones_is_data(world: World, alice: Cell) -> None:
    world.network.exchange.telephones["4917600000000"] = Telephone(refusal=27)
    ear = Ear()
    alice.dial(Address.of("+4917600000000"), ear)
    world.clock.advance(5)
    assert ear.heard == ["released 27"]


def test_a_withheld_number_is_not_shown(world: World, alice: Cell) -> None:
    bob = bob_with(world)
    alice.dial(TO_BOB, Ear(), withheld=True)
    world.clock.advance(2)
    assert bob.calls[0].number is None


def test_a_call_from_outside(world: World) -> None:
    bob, ear = bob_with(world), Ear()
    call = world.network.exchange.call(Address.of("+4917600000000"), BOB, ear)
    world.clock.advance(2)
    assert str(bob.calls[0].number) == "+4917600000000"
    call.answer()  # the caller cannot answer
    bob.calls[0].answer()
    world.clock.advance(1)
    assert ear.heard == ["alerting", "connected"]
    with pytest.raises(ValueError, match="nobody has IMSI"):
        world.network.exchange.call(None, "999")


def test_without_a_network_and_where_there_is_sms_only_no_call_goes_out(world: World, alice: Cell) -> None:
    ear = Ear()
    alice.set_coverage(False)
    alice.dial(TO_BOB, ear)
    alice.set_coverage(True)
    world.network.change_operator("00101", registers_as=6)
    world.clock.advance(5)
    alice.dial(TO_BOB, ear)
    world.clock.advance(5)
    assert ear.heard == ["released 38", "released 34"]
