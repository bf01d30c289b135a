"""oFono, unmodified, from Debian, on a bus of its own: what it says on the bus is the judge.

Its phonesim plugin takes a TCP port for a modem; everything behind that is the atmodem driver of telephones.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import Emulator
from tests.foreign.programs import LONG, PLAIN, SENT, TELEPHONE, UNICODE, beside, eventually, message_bus

pytestmark = [pytest.mark.foreign, pytest.mark.timeout(120)]

Call = Callable[..., str]


@pytest.fixture
def on_tcp(start_emulator: Callable[..., Emulator]) -> Emulator:
    return start_emulator("--tcp", "127.0.0.1:0")


@pytest.fixture
def call(on_tcp: Emulator, foreign: Callable[..., str], tmp_path: Path) -> Iterator[Call]:
    """Calls oFono's methods on the modem, which is powered and online; what they give back."""
    daemon, gdbus = foreign("ofonod", "ofono"), foreign("gdbus", "libglib2.0-bin")
    number = on_tcp.port.rpartition(":")[2]
    configuration = tmp_path / "phonesim.conf"
    configuration.write_text(f"[emulator]\nAddress=127.0.0.1\nPort={number}\n")
    # The plugin is made for a modem that does not echo.
    assert on_tcp.modem("at", "ATE0").returncode == 0

    with message_bus(tmp_path, foreign("dbus-daemon")) as bus:
        environment = os.environ | bus | {"LC_ALL": "C.UTF-8"}
        watch = (gdbus, "monitor", "--session", "--dest", "org.ofono")
        own = bus | {"OFONO_PHONESIM_CONFIG": str(configuration)}
        with beside(tmp_path / "signals", *watch, **environment), beside(tmp_path / "log", daemon, "-n", "-d", **own):

            def run(method: str, *arguments: str) -> str:
                command = [gdbus, "call", "--session", "--dest", "org.ofono", "--object-path", "/emulator", "--method"]
                done = subprocess.run(
                    [*command, f"org.ofono.{method}", *arguments],
                    capture_output=True, text=True, timeout=20, env=environment, check=False,
                )  # fmt: skip
                return done.stdout

            eventually(lambda: run("Modem.SetProperty", "Powered", "<true>"))
            eventually(lambda: run("Modem.SetProperty", "Online", "<true>"))
            eventually(lambda: "'registered'" in run("NetworkRegistration.GetProperties"))
            eventually(lambda: "MessageManager" in run("Modem.GetProperties"))
            yield run


def test_it_identifies_registers_and_sends(call: Call, on_tcp: Emulator, tmp_path: Path) -> None:
    modem = call("Modem.GetProperties")
    assert "'Manufacturer': <'modem2936'>" in modem
    assert "'Model': <'Software Modem'>" in modem
    assert f"'SubscriberIdentity': <'{on_tcp.ready['sims'][0]['imsi']}'>" in call("SimManager.GetProperties")
    network = eventually(
        lambda: text if "'Name': <'modem2936'>" in (text := call("NetworkRegistration.GetProperties")) else ""
    )
    assert "'Technology': <'lte'>" in network
    assert "'MobileCountryCode': <'001'>" in network
    for number, text in (("2936", PLAIN), (TELEPHONE, UNICODE), (TELEPHONE, LONG)):
        path = re.search(r"'(/emulator/message_\w+)'", call("MessageManager.SendMessage", number, text))
        assert path is not None
        sent = f"{path[1]}: org.ofono.Message.PropertyChanged ('State', <'sent'>)"
        eventually(lambda line=sent: line in (tmp_path / "signals").read_text())
    assert on_tcp.run("sent").stdout == SENT


def test_it_receives(call: Call, on_tcp: Emulator, tmp_path: Path) -> None:
    for number, text in (("2936", "reboot {now}"), (TELEPHONE, LONG), ("Twilio", UNICODE)):
        on_tcp.run("sms", number, text)

    def received() -> list[tuple[str, str]]:
        pattern = r"IncomingMessage \('(.*?)', \{.*'Sender': <'(.*?)'>"
        return [(sender, text) for text, sender in re.findall(pattern, (tmp_path / "signals").read_text())]

    eventually(lambda: len(received()) == 3)
    assert received() == [("2936", "reboot {now}"), (TELEPHONE, LONG), ("Twilio", UNICODE)]
