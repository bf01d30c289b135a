"""`emulator.testing` as others meet it: in a pytest of their own, and in plain programs."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import serial

from emulator.bench import Bench
from emulator.testing import EmulatedModem
from tests.conftest import ROOT

THEIRS = """
import pytest, serial

def ask(port, command):
    with serial.serial_for_url(port, timeout=5) as line:
        line.write(command)
        return line.read_until(b"OK\\r\\n")

def test_it_answers(emulated_modem):
    assert b"Software Modem" in ask(emulated_modem.port, b"AT+CGMM\\r")

@pytest.mark.modem(profile="quectel-bg96", ports=["tcp", "rfc2217"])
def test_which_modem_it_is(emulated_modem):
    assert [port.split(":")[0] for port in emulated_modem.ports] == ["socket", "rfc2217"]
    assert emulated_modem.bench.modem.profile.name == "quectel-bg96"

@pytest.mark.modem(pin="1111")
class TestMarks:
    @pytest.mark.modem(pin="2222")
    def test_the_nearest_wins(self, modem_bench):
        modem_bench.modem.receive(b'AT+CPIN="2222"\\r')
        assert modem_bench.modem.sim.ready

class TestKinds:
    @pytest.fixture(params=["generic", "simcom-sim800"])
    def modem_options(self, request):
        return {"profile": request.param, "seed": 7}

    def test_of_several_kinds(self, modem_bench, modem_options):
        assert modem_bench.modem.profile.name == modem_options["profile"]

def test_that_fails(emulated_modem):
    ask(emulated_modem.port, b"ATE0;+CMGF=1\\r")
    emulated_modem.receive_sms("+15550123", "hello there")
    emulated_modem.wait(lambda: emulated_modem.bench.modem.stores["SM"].used == 1)
    assert 0

def test_that_fails_by_hand(modem_bench):
    modem_bench.modem.receive(b"AT+NOSUCH\\r")
    assert 0
"""


def run_theirs(folder: Path, *arguments: str, source: str = THEIRS) -> subprocess.CompletedProcess[str]:
    """Their tests, with warnings as errors and unknown marks refused."""
    (folder / "test_theirs.py").write_text(source)
    (folder / "pytest.ini").write_text("[pytest]\naddopts = --strict-markers\nfilterwarnings = error\n")
    others = ["asyncio", "anyio", "hypothesispytest", "cacheprovider"]  # plugins that have nothing to do with us
    command = [sys.executable, "-m", "pytest", "-q", *(f"-pno:{name}" for name in others), *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_fixtures_marks_and_transcripts_in_a_project_of_others(tmp_path: Path) -> None:
    done = run_theirs(tmp_path)
    assert "2 failed, 5 passed" in done.stdout
    lines = done.stdout.splitlines()
    assert any(line.endswith("client  > ATE0;+CMGF=1") for line in lines)
    assert any("hello there" in line for line in lines)
    assert any(line.endswith("client  > AT+NOSUCH") for line in lines)
    assert lines.count("generic, seed 1") == 2
    assert done.stdout.count("- modem -") == 2


def test_a_run_that_asks_for_no_modem_imports_none(tmp_path: Path) -> None:
    source = """
import sys

def test_what_is_there():
    assert "emulator.testing.plugin" in sys.modules
    costly = {"emulator.bench", "emulator.testing.running", "asyncio", "serial", "aiohttp", "modem.wire.at"}
    assert not costly & {*sys.modules}
"""
    done = run_theirs(tmp_path, source=source)
    assert done.returncode == 0, done.stdout


def test_nobody_needs_aiohttp_for_a_modem() -> None:
    program = (
        "import sys; from emulator.testing import EmulatedModem\nwith EmulatedModem(): print('aiohttp' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_with_http_the_cloud_is_there() -> None:
    import json
    import urllib.request

    with EmulatedModem(http=True) as modem:
        account = modem.cloud.account
        passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        passwords.add_password(None, modem.http, account.sid, account.auth_token)
        opener = urllib.request.build_opener(urllib.request.HTTPBasicAuthHandler(passwords))
        with opener.open(f"{modem.http}/v1/Sims/device-1") as answer:
            assert json.load(answer)["unique_name"] == "device-1"


def test_a_command_from_the_cloud_is_followed_to_its_end() -> None:
    with EmulatedModem() as modem, serial.Serial(modem.port, timeout=5) as line:
        command = modem.do(modem.cloud.commands.create, {"Sim": "device-1", "Command": "reboot"})
        assert line.read_until(b"\r\n+CMTI:").endswith(b"+CMTI:")
        assert modem.wait(lambda: modem.cloud.commands.fetch(command.sid).status == "delivered")
        assert "reboot" in modem.transcript


async def test_a_program_on_asyncio_has_its_own_loop() -> None:
    with EmulatedModem(ports=["tcp"]) as modem:
        host, number = modem.port.removeprefix("socket://").split(":")
        reader, writer = await asyncio.open_connection(host, int(number))
        writer.write(b'ATE0+CMGF=1;+CMGS="2936"\rhello\x1a')
        (message,) = await asyncio.to_thread(modem.wait_sent, 1)
        assert (message.to, message.body) == ("2936", "hello")
        assert (await reader.readuntil(b"OK\r\n")).endswith(b"\r\n> \r\n+CMGS: 0\r\n\r\nOK\r\n")
        writer.close()


def test_what_does_not_happen_is_said_in_time() -> None:
    with EmulatedModem() as modem:
        with pytest.raises(TimeoutError, match="0 of 2 messages"):
            modem.wait_sent(2, timeout=0.01)
        with pytest.raises(ZeroDivisionError):
            modem.wait(lambda: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            modem.do(lambda: 1 // 0)
        assert modem.sent == []
    modem.close()
    with pytest.raises(ValueError, match="no port of the kind"):
        EmulatedModem(ports=["usb"])


def test_a_further_one_starts_within_five_milliseconds() -> None:
    """Of ten the quickest, for other programs run here too."""
    costs = []
    for _ in range(11):
        since = time.perf_counter()
        with EmulatedModem():
            costs.append(time.perf_counter() - since)
    assert min(costs[1:]) < 0.005
    since = time.perf_counter()
    Bench(seed=1)
    assert time.perf_counter() - since < 0.05
    assert not [thread for thread in threading.enumerate() if thread.name == "emulated modem"]
