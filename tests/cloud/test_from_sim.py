"""From the SIM to the cloud: SMS-SUBMITs as they come off the air, and what becomes of them."""

from __future__ import annotations

import base64
import itertools

import pytest

from modem.wire.address import Address
from modem.wire.coding import DATA, UCS2, DataCoding
from modem.wire.header import Concatenation, InformationElement
from modem.wire.tpdu import Submit
from modem.wire.user_data import UserData

IMSI = "001010123456789"
TO = Address.of("2936")


def submit(world, body: str | bytes, coding: DataCoding, *header: InformationElement) -> None:
    world.cloud.receive(IMSI, Submit(TO, UserData(body, header), coding))


def parts(world, *bodies: str | bytes, coding: DataCoding, reference: int = 7, order: tuple[int, ...] = ()) -> None:
    for number in order or range(1, len(bodies) + 1):
        submit(world, bodies[number - 1], coding, Concatenation(reference, len(bodies), number).element())


def only(world):
    (command,) = world.cloud.commands.page({}).records
    return command


def test_a_text_becomes_a_received_command(world):
    # The user data E8329BFD8ECCD36D is "hello_sim" to libosmogsm and python-messaging as well.
    tpdu = bytes.fromhex("01000481926300" + "00" + "09" + "E8329BFD8ECCD36D")
    world.cloud.receive(IMSI, Submit.decode(tpdu, strict=True))
    answer = only(world).to_json("http://h/v1")
    assert answer["command"] == "hello_sim"
    assert (answer["command_mode"], answer["status"], answer["direction"]) == ("text", "received", "from_sim")
    assert answer["sim_sid"] == world.sim.sid
    assert answer["transport"] == "sms"
    assert None not in answer.values()


@pytest.mark.parametrize(
    ("octet", "body", "mode", "command"),
    [  # TS 23.038 4
        (0x00, "a€", "text", "a€"),
        (0xF0, "flash", "text", "flash"),
        (0x04, b"\x00\xff\x10\x80", "binary", "AP8QgA=="),
        (0xF5, b"\x00\xff\x10\x80", "binary", "AP8QgA=="),
        (0x08, "жук 😀", "text", "жук 😀"),
        (0x20, b"\x01\x02", "binary", "AQI="),  # compressed
        (0x0C, b"\x01\x02", "binary", "AQI="),  # reserved alphabet
    ],
)
def test_the_coding_decides_between_text_and_binary(world, octet, body, mode, command):
    tpdu = Submit(TO, UserData(body), DataCoding.of(octet)).encode()
    world.cloud.receive(IMSI, Submit.decode(tpdu, strict=True))
    assert (only(world).command_mode, only(world).command) == (mode, command)


def test_all_140_octets_come_through(world):
    octets = bytes(range(116, 256))
    submit(world, octets, DATA)
    assert base64.b64decode(only(world).command) == octets


def test_a_header_is_not_part_of_the_command(world):
    submit(world, b"data", DATA, InformationElement(0x05, b"\x0b\x84\x0b\x84"))
    assert base64.b64decode(only(world).command) == b"data"


def test_trailing_line_ends_stay(world):
    world.receive("t=21\r\n")
    assert only(world).command == "t=21\r\n"


def test_an_empty_message_is_an_empty_command(world):
    world.receive("")
    assert only(world).command == ""


@pytest.mark.parametrize("order", list(itertools.permutations((1, 2, 3))))
def test_parts_in_any_order_are_one_command(world, order):
    parts(world, "one ", "two ", "three", coding=DataCoding.of(0), order=order)
    assert only(world).command == "one two three"
    assert world.alerts() == []


def test_binary_parts(world):
    parts(world, b"\x00" * 50, b"\xff" * 50, coding=DATA)
    assert base64.b64decode(only(world).command) == b"\x00" * 50 + b"\xff" * 50


def test_a_character_cut_in_two_by_the_parts_is_whole_again(world):
    high, low = "\ud83d", "\ude00"  # 😀
    parts(world, "a" + high, low + "b", coding=UCS2)
    assert only(world).command == "a😀b"


def test_parts_of_different_sims_do_not_mix(world):
    world.cloud.add_sim("001010000000002", "8988307000000000002")
    first, second = (Concatenation(7, 2, number).element() for number in (1, 2))
    submit(world, "mine ", DataCoding.of(0), first)
    world.cloud.receive("001010000000002", Submit(TO, UserData("not mine", (second,))))
    assert world.cloud.commands.page({}).records == []


def test_a_missing_part_leaves_nothing(world):
    submit(world, "one", DataCoding.of(0), Concatenation(7, 2, 1).element())
    world.clock.advance(24 * 3600)
    submit(world, "two", DataCoding.of(0), Concatenation(7, 2, 2).element())
    assert world.cloud.commands.page({}).records == []
    assert world.events("cloud.incomplete")[0].data == {"sim_sid": world.sim.sid, "parts": 1}


def test_too_long_is_cut_off_not_refused(world):
    world.sim.commands_callback_url = "http://127.0.0.1/commands"
    parts(world, "a" * 153, "b" * 100, coding=DataCoding.of(0))
    assert only(world).command == "a" * 153 + "b" * 7
    assert world.alerts() == [33111]
    assert len(world.sink.requests) == 1


@pytest.mark.parametrize("status", ["new", "suspended", "deactivated", "canceled", "scheduled", "updating"])
def test_a_sim_that_is_not_served_leaves_an_alert(world, status):
    world.sim.status = status
    world.receive("hello")
    assert world.cloud.commands.page({}).records == []
    assert world.alerts() == [33203]


def test_a_plan_without_messaging_leaves_an_alert(world):
    world.sim.messaging_enabled = False
    world.receive("hello")
    assert world.alerts() == [33203]


def test_a_ready_sim_is_served(world):
    world.sim.status = "ready"
    world.receive("hello")
    assert only(world).command == "hello"


def test_a_sim_of_nobody(world):
    world.cloud.receive("999990000000000", Submit(TO, UserData("hello")))
    assert world.cloud.commands.page({}).records == []
    assert world.alerts() == [33107]


def test_the_callback_goes_out_at_once_and_in_order(world):
    world.sim.commands_callback_url = "http://127.0.0.1/commands"
    for number in range(3):
        world.receive(f"number {number}")
    assert [request.body.split(b"&")[2] for request in world.sink.requests] == [
        b"Command=number+0",
        b"Command=number+1",
        b"Command=number+2",
    ]
    assert {command.status for command in world.cloud.commands.page({}).records} == {"received"}


def test_without_an_address_it_is_only_stored(world):
    world.receive("hello")
    assert world.sink.requests == []
