"""Several modems in one process, each on a port of its own: the programs as a user starts them."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Emulator, program


@pytest.fixture
def link() -> Path:
    """A short name, because some clients cut names at 31 characters."""
    return Path(f"/tmp/tty{os.getpid()}-{os.urandom(3).hex()}")


def test_they_text_each_other_over_their_ports(start_emulator: Callable[..., Emulator], link: Path) -> None:
    emulator = start_emulator("--modems", "3", "--link", str(link))
    assert emulator.ready["ports"] == [str(link), f"{link}-2", f"{link}-3"]
    first, second, third = emulator.ready["modems"]
    assert (first["ports"], second["sim"], third["number"]) == ([str(link)], "device-2", "+12025550103")
    text = "Grüße, мир 🙂 " * 20
    assert emulator.modem("send", third["number"].removeprefix("+1"), text).returncode == 0
    received = program("modem", "--port", third["ports"][0], "listen", "--once", "--json")
    message = json.loads(received.stdout)
    assert (message["from"], message["text"]) == (first["number"], text)


def test_each_sim_is_reached_by_its_name(start_emulator: Callable[..., Emulator], link: Path) -> None:
    emulator = start_emulator("--modems", "2", "--link", str(link))
    assert emulator.run("sms", "Twilio", "hi", "--sim", "device-2").returncode == 0
    received = program("modem", "--port", f"{link}-2", "listen", "--once", "--json")
    assert json.loads(received.stdout)["from"] == "Twilio"


def test_a_short_code_with_a_plus_is_refused_unless_the_bench_is_lenient(
    start_emulator: Callable[..., Emulator], link: Path
) -> None:
    strict = start_emulator("--link", str(link))
    refused = strict.modem("send", "+2936", "x")
    assert refused.returncode == 1
    assert "unassigned" in refused.stderr
    lenient = start_emulator("--lenient-short-code", "--link", f"{link}-l")
    assert lenient.modem("send", "+2936", "x").returncode == 0
    assert lenient.run("sent").stdout == "+2936\tx\n"


def test_a_broadcast_is_sent(emulator: Emulator) -> None:
    done = emulator.run("broadcast", "4370", "Storm warning", "--language", "en", "--json")
    assert json.loads(done.stdout) == {"accepted": True, "pages": 1}


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("70000", "x"), 2, "0 to 65535"),
        (("50", ""), 1, "a message has 1 to 15"),
        (("50", "x" * 1500), 1, "a message has 1 to 15"),
        (("50", "x", "--language", "eng"), 1, "two letters"),
    ],
)
def test_a_broadcast_that_cannot_be_sent(emulator: Emulator, arguments: tuple[str, ...], code: int, says: str) -> None:
    done = emulator.run("broadcast", *arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert re.search(says, done.stderr)


@pytest.mark.parametrize("number", ["0", "-1", "x", "1001"])
def test_a_number_of_modems_that_is_none(number: str) -> None:
    done = program("emulator", "run", "--modems", number)
    assert done.returncode == 2
    assert "1 to 1000 modems" in done.stderr or "expected one argument" in done.stderr
