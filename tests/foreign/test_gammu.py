"""gammu, unmodified, from Debian: its own output is the judge."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Emulator
from tests.foreign.programs import eventually

pytestmark = [pytest.mark.foreign, pytest.mark.timeout(120)]

Gammu = Callable[..., str]


@pytest.fixture
def gammu(emulator: Emulator, foreign: Callable[[str], str], tmp_path: Path) -> Gammu:
    """Runs gammu on the emulator's port; what it prints, when it ends with 0."""
    program = foreign("gammu")
    configuration = tmp_path / "gammurc"
    configuration.write_text(f"[gammu]\ndevice = {emulator.port}\nconnection = at115200\n")

    def run(*arguments: str) -> str:
        command = [program, "-c", str(configuration), *arguments]
        environment = {"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=90, env=environment, input="", check=False
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


def test_it_identifies_the_modem_sends_a_command_and_reads_states(
    gammu: Gammu, emulator: Emulator, tmp_path: Path
) -> None:
    orders = ("identify", "sendsms TEXT 2936 -text hello_sim", "networkinfo", "getsecuritystatus", "getsmsfolders")
    batch = tmp_path / "batch"
    batch.write_text("\n".join(orders) + "\n")
    output = gammu("batch", str(batch))  # in one go, because it takes four seconds to start
    assert "modem2936" in output
    assert "Software Modem" in output
    assert emulator.ready["sims"][0]["imsi"] in output
    assert "OK, message reference=" in output
    assert emulator.run("sent").stdout == "2936\thello_sim\n"
    assert "home network" in output
    assert "Nothing to enter" in output
    assert "SIM memory, Inbox folder" in output


def test_it_sends_unicode_and_long_texts_and_has_the_report(gammu: Gammu, emulator: Emulator) -> None:
    assert emulator.modem("at", "AT+CNMI=2,1,0,2,0").returncode == 0  # gammu leaves it to its daemon to ask for reports
    long = "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich. " * 4
    gammu("sendsms", "TEXT", "+4917612345678", "-autolen", "300", "-text", long)
    gammu("sendsms", "TEXT", "+4917612345678", "-report", "-unicode", "-text", "zażółć мир")
    assert emulator.run("sent").stdout == f"+4917612345678\t{long}\n+4917612345678\tzażółć мир\n"
    report = eventually(lambda: text if "SMS status report" in (text := gammu("getallsms")) else "")
    assert 'Remote number        : "+4917612345678"' in report
    assert "Delivery status      : Delivered" in report


def test_it_reads_what_the_cloud_and_a_telephone_sent_and_deletes_it(
    gammu: Gammu, emulator: Emulator, tmp_path: Path
) -> None:
    long = "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich. " * 4
    emulator.run("sms", "2936", "reboot {now}")
    emulator.run("sms", "+4917612345678", long)
    emulator.run("sms", "Twilio", "мир")
    output = gammu("geteachsms")  # the same, with the parts of long messages put together
    assert 'Remote number        : "2936"' in output
    assert "reboot {now}" in output
    assert 'Remote number        : "+4917612345678"' in output
    assert long in output
    assert 'Remote number        : "Twilio"' in output
    assert "мир" in output
    assert "4 SMS parts in 3 SMS sequences" in output
    batch = tmp_path / "batch"
    batch.write_text("deleteallsms 1\ngetallsms\n")
    assert "0 SMS parts" in gammu("batch", str(batch))
