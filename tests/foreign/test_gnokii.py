"""gnokii, unmodified, from Debian: its own output is the judge."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Emulator
from tests.foreign.programs import LONG, PLAIN, SENT, TELEPHONE, UNICODE, eventually

pytestmark = [pytest.mark.foreign, pytest.mark.timeout(120)]

CONFIGURATION = """\
[global]
port = {port}
model = AT
connection = serial
serial_baudrate = 115200
smsc_timeout = 10
[logging]
debug = off
"""

Gnokii = Callable[..., str]


@pytest.fixture
def gnokii(emulator: Emulator, foreign: Callable[..., str], tmp_path: Path) -> Gnokii:
    """Runs gnokii on the emulator's port; what it prints, when it ends with 0."""
    program = foreign("gnokii", "gnokii-cli")
    configuration = tmp_path / "gnokiirc"
    configuration.write_text(CONFIGURATION.format(port=emulator.port))

    def run(*arguments: str, typed: str = "") -> str:
        command = [program, "--config", str(configuration), *arguments]
        environment = {"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=40, env=environment, input=typed, check=False
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    return run


def test_it_identifies_the_modem_and_the_network(gnokii: Gnokii) -> None:
    identity = gnokii("--identify")
    assert "Manufacturer : modem2936" in identity
    assert "Model        : Software Modem" in identity
    assert "Network code : 001 01" in gnokii("--getnetworkinfo")
    assert "nothing to enter" in gnokii("--getsecuritycodestatus")


def test_it_sends(gnokii: Gnokii, emulator: Emulator) -> None:
    assert "Send succeeded with reference" in gnokii("--sendsms", "2936", typed=PLAIN)
    assert "Send succeeded with reference" in gnokii("--sendsms", TELEPHONE, "-r", typed=UNICODE)
    assert "Message sent in 2 parts" in gnokii("--sendsms", TELEPHONE, typed=LONG)
    assert emulator.run("sent").stdout == SENT


def test_it_receives_and_deletes(gnokii: Gnokii, emulator: Emulator) -> None:
    for number, text in (("2936", "reboot {now}"), ("Twilio", UNICODE), (TELEPHONE, LONG)):
        emulator.run("sms", number, text)
    row = "  0 SIM card                                     SM    "
    eventually(lambda: f"{row}4" in gnokii("--showsmsfolderstatus"))
    output = gnokii("--getsms", "SM", "1", "4")
    assert "Sender: 2936 Msg Center: +12025550100\nText:\nreboot {now}" in output
    assert f"Sender: Twilio Msg Center: +12025550100\nText:\n{UNICODE}" in output
    assert "Linked (1/2):\n" + LONG[:153] in output
    assert "Linked (2/2):\n" + LONG[153:] in output
    assert gnokii("--deletesms", "SM", "1", "4").count("Deleted SMS") == 4
    assert f"{row}0" in gnokii("--showsmsfolderstatus")
