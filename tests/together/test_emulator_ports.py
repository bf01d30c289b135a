"""`modem-emulator run`: which ports it opens, for which channel of the modem, and how it is stopped early."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tty
from collections.abc import Callable
from pathlib import Path

import pytest
import serial

from tests.conftest import ROOT, Emulator, program


def ask(port: str, command: str) -> bytes:
    with serial.serial_for_url(port, timeout=10) as line:
        line.write(f"{command}\r".encode())
        return line.read_until(b"OK\r\n")


def test_links_go_to_the_ports_of_the_modem_and_then_double_the_first(
    start_emulator: Callable[..., Emulator], tmp_path: Path
) -> None:
    """Echo belongs to one of them, +CMGF to the modem."""
    profile = tmp_path / "two.toml"
    profile.write_text('about = "has two ports"\nports = ["at", "modem"]\n')
    links = [str(tmp_path / name) for name in ("a", "b", "c")]
    options = [argument for link in links for argument in ("--link", link)]
    emulator = start_emulator("--profile", str(profile), "--tcp", "127.0.0.1:0", *options)
    assert emulator.ready["ports"][:3] == links
    ask(links[0], "ATE0;+CMGF=1")
    assert ask(links[0], "AT+CMGF?") == b"\r\n+CMGF: 1\r\n\r\nOK\r\n"
    assert ask(links[1], "AT+CMGF?") == b"AT+CMGF?\r\r\n+CMGF: 1\r\n\r\nOK\r\n"
    for port in (links[2], emulator.ready["ports"][3]):
        assert ask(port, "AT+CMGF?") == b"\r\n+CMGF: 1\r\n\r\nOK\r\n"


@pytest.mark.filterwarnings("ignore:set(Daemon|Name):DeprecationWarning")  # pyserial's client
def test_rfc2217_and_a_serial_line(start_emulator: Callable[..., Emulator]) -> None:
    far, near = os.openpty()
    tty.setraw(near)
    name = os.ttyname(near)
    emulator = start_emulator("--rfc2217", "127.0.0.1:0", "--serial", name, "--baud", "9600")
    url, device = emulator.ready["ports"]
    assert device == name
    assert url.startswith("rfc2217://127.0.0.1:")
    assert ask(url, "AT") == b"AT\r\r\nOK\r\n"
    os.write(far, b"AT\r")
    answer = b""
    while not answer.endswith(b"OK\r\n"):
        answer += os.read(far, 100)
    os.close(near)
    os.close(far)


def test_a_name_that_clients_would_cut_is_warned_of(tmp_path: Path) -> None:
    link = tmp_path / ("x" * 32)
    command = [sys.executable, "-m", "emulator", "run", "--http", "127.0.0.1:0", "--link", str(link)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        while process.stdout.readline() != "ready\n":
            pass
        process.send_signal(signal.SIGINT)
        _, complaints = process.communicate(timeout=2)
    assert "31 characters" in complaints
    assert len(complaints.splitlines()) == 1


def test_ports_that_cannot_be_opened() -> None:
    for arguments, said in (
        (["--serial", "/dev/no-such-port"], "cannot open --serial"),
        (["--rfc2217", "192.0.2.1:7000"], "choose another --rfc2217 port"),
    ):
        done = program("emulator", "run", "--http", "127.0.0.1:0", *arguments)
        assert done.returncode == 1
        assert said in done.stderr
        assert len(done.stderr.splitlines()) == 1
    assert program("emulator", "run", "--baud", "fast").returncode == 2


INTERRUPTED = """
import os, signal, sys
from emulator.__main__ import main

def hook(event, details):
    if event == "import" and details[0] == wanted:
        os.kill(os.getpid(), signal.SIGINT)

signal.signal(signal.SIGINT, signal.default_int_handler)  # also where the tests run in the background
wanted = sys.argv.pop(1)
sys.addaudithook(hook)
sys.exit(main())
"""


@pytest.mark.parametrize("module", ["emulator.cli", "argparse", "asyncio", "emulator.firmware.modem"])
def test_interrupted_while_it_starts(module: str) -> None:
    """Ctrl-C while this module is imported: nothing on stderr."""
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, module, "run", "--http", "127.0.0.1:0"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        timeout=20,
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


def test_interrupted_while_the_web_server_loads() -> None:
    """The modem is there already: this is the end of a run like any other."""
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, "aiohttp", "run", "--http", "127.0.0.1:0"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        timeout=20,
    )
    assert (done.returncode, done.stderr) == (0, "")
