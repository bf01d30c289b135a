"""ModemManager, unmodified, from Debian, on a bus of its own; what mmcli prints is the judge.

Its test interface takes a Unix socket for a port; everything behind that (probing, bring-up, messages) is the daemon
as it runs on every desktop.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Emulator
from tests.foreign.programs import LONG, PLAIN, SENT, TELEPHONE, UNICODE, beside, eventually, message_bus

pytestmark = [pytest.mark.foreign, pytest.mark.timeout(120)]

BUS_NAME = "org.freedesktop.ModemManager1"
PATH = "/org/freedesktop/ModemManager1"
OPTIONS = ("--debug", "--no-auto-scan", "--test-session", "--test-enable", "--test-no-udev", "--test-no-suspend-resume")

Mmcli = Callable[..., Any]


@pytest.fixture
def on_a_socket(start_emulator: Callable[..., Emulator]) -> Emulator:
    return start_emulator("--unix", f"@abstract:modem-{os.getpid()}-{os.urandom(3).hex()}")


@pytest.fixture
def mmcli(on_a_socket: Emulator, foreign: Callable[..., str], tmp_path: Path) -> Iterator[Mmcli]:
    """Runs mmcli against a ModemManager that has found the emulator; what it prints, as JSON."""
    daemon, gdbus = foreign("ModemManager", "modemmanager"), foreign("gdbus", "libglib2.0-bin")
    program = foreign("mmcli", "modemmanager")
    port = on_a_socket.port.removeprefix("unix:@")

    with message_bus(tmp_path, foreign("dbus-daemon")) as bus, beside(tmp_path / "log", daemon, *OPTIONS, **bus):
        environment = os.environ | bus | {"LC_ALL": "C.UTF-8"}

        def call(path: str, method: str, *arguments: str) -> str:
            command = [gdbus, "call", "--session", "--dest", BUS_NAME, "--object-path", path, "--method", method]
            done = subprocess.run(
                [*command, *arguments], capture_output=True, text=True, timeout=20, env=environment, check=False
            )  # fmt: skip
            return done.stdout

        def run(*arguments: str) -> Any:
            done = subprocess.run(
                [program, "-J", *arguments], capture_output=True, text=True, timeout=40, env=environment, check=False
            )  # fmt: skip
            assert done.returncode == 0, done.stdout + done.stderr
            return json.loads(done.stdout) if done.stdout.startswith("{") else done.stdout

        eventually(lambda: call(PATH, "org.freedesktop.DBus.Peer.Ping"))
        assert call(PATH, f"{BUS_NAME}.Test.SetProfile", "emulator", "generic", f"['{port}']")
        eventually(lambda: run("-L")["modem-list"])
        eventually(lambda: run("-m", "any")["modem"]["generic"]["state"] == "disabled")
        run("-m", "any", "--enable")
        yield run


def messages(mmcli: Mmcli) -> list[dict[str, Any]]:
    """Every message that ModemManager knows of."""
    paths = mmcli("-m", "any", "--messaging-list-sms")["modem.messaging.sms"]
    return [mmcli("-s", path)["sms"] for path in paths]


def test_it_does_its_whole_job(mmcli: Mmcli, on_a_socket: Emulator) -> None:
    """In one go, because it takes six seconds to start."""
    identify(mmcli, on_a_socket)
    send(mmcli, on_a_socket)
    receive(mmcli, on_a_socket)


def identify(mmcli: Mmcli, on_a_socket: Emulator) -> None:
    eventually(lambda: mmcli("-m", "any")["modem"]["generic"]["state"] == "registered")
    modem = eventually(lambda: known if (known := mmcli("-m", "any")["modem"])["3gpp"]["operator-name"] != "--" else 0)
    assert modem["generic"]["manufacturer"] == "modem2936"
    assert modem["generic"]["model"] == "Software Modem"
    assert modem["generic"]["power-state"] == "on"
    assert modem["generic"]["signal-quality"]["value"] == "60"
    assert modem["generic"]["access-technologies"] == ["lte"]
    assert modem["3gpp"]["registration-state"] == "home"
    assert (modem["3gpp"]["operator-code"], modem["3gpp"]["operator-name"]) == ("00101", "modem2936")
    card, ours = mmcli("-i", "any")["sim"]["properties"], on_a_socket.ready["sims"][0]
    assert (card["imsi"], card["iccid"], card["operator-code"]) == (ours["imsi"], ours["iccid"], "00101")
    networks = mmcli("-m", "any", "--timeout=60", "--3gpp-scan")["modem"]["3gpp"]["scan-networks"]
    assert "operator-code: 00101, operator-name: modem2936, access-technologies: lte, availability: current" in networks
    assert any("availability: forbidden" in network for network in networks)


def send(mmcli: Mmcli, on_a_socket: Emulator) -> None:
    for number, text, more in (
        ("2936", PLAIN, ""),
        (TELEPHONE, UNICODE, ",delivery-report-request=yes"),
        (TELEPHONE, LONG, ""),
    ):
        created = mmcli("-m", "any", f"--messaging-create-sms=number='{number}',text='{text}'{more}")
        path = created.split()[-1]
        assert "successfully sent" in mmcli("-s", path, "--send")
        assert mmcli("-s", path)["sms"]["properties"]["state"] == "sent"
    assert on_a_socket.run("sent").stdout == SENT
    (report,) = eventually(lambda: [m for m in messages(mmcli) if m["properties"]["pdu-type"] == "status-report"])
    assert report["content"]["number"] == TELEPHONE
    assert report["properties"]["delivery-state"] == "completed-received"


def receive(mmcli: Mmcli, on_a_socket: Emulator) -> None:
    for number, text in (("2936", "reboot {now}"), (TELEPHONE, UNICODE), (TELEPHONE, LONG)):
        on_a_socket.run("sms", number, text)

    def received() -> list[dict[str, Any]]:
        kind, state = "deliver", "received"
        return [m for m in messages(mmcli) if (m["properties"]["pdu-type"], m["properties"]["state"]) == (kind, state)]

    eventually(lambda: len(received()) == 3)
    assert {(message["content"]["number"], message["content"]["text"]) for message in received()} == {
        ("2936", "reboot {now}"), (TELEPHONE, UNICODE), (TELEPHONE, LONG),
    }  # fmt: skip
    for path in mmcli("-m", "any", "--messaging-list-sms")["modem.messaging.sms"]:
        mmcli("-m", "any", f"--messaging-delete-sms={path}")
    assert not messages(mmcli)
