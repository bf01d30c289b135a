"""Terminal programs, unmodified, from Debian, with a person before them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pexpect
import pytest

from tests.conftest import Emulator
from tests.foreign.programs import PLAIN, TELEPHONE

pytestmark = pytest.mark.foreign


def picocom(program: str, port: str) -> list[str]:
    return [program, "--baud", "115200", "--omap", "delbs", port]


def minicom(program: str, port: str) -> list[str]:
    return [program, "--device", port, "--baudrate", "115200", "--noinit"]


def socat(program: str, port: str) -> list[str]:
    return [program, "-,raw,echo=0", f"{port},raw,echo=0"]


@pytest.fixture(params=[picocom, minicom, socat], ids=lambda command: command.__name__)
def terminal(
    request: pytest.FixtureRequest, emulator: Emulator, foreign: Callable[..., str]
) -> Iterator[pexpect.spawn[str]]:
    """The screen of a terminal program on the emulator's port."""
    program, *arguments = request.param(foreign(request.param.__name__), emulator.port)
    environment = {"TERM": "vt100", "LC_ALL": "C", "PATH": "/usr/bin:/bin"}
    screen = pexpect.spawn(program, arguments, timeout=10, encoding="latin-1", env=environment)
    ready = {picocom: "Terminal ready", minicom: "Press CTRL-A Z"}.get(request.param)
    if ready is not None:
        screen.expect_exact(ready)
    yield screen
    screen.close(force=True)


def test_a_person_sends_a_command_sees_one_come_in_and_has_the_report(
    terminal: pexpect.spawn[str], emulator: Emulator
) -> None:
    for command, answer in (
        ("ATE1", "OK"),
        ("ATI", "Software Modem"),
        ("AT+CREG?", r"\+CREG: 0,1"),
        ("AT+COPS?", r'\+COPS: 0,0,"modem2936",7'),
        ("AT+CMGF=1", "OK"),
        ("AT+CNMI=2,1,0,2", "OK"),
        ("AT+CSMP=49,167,0,0", "OK"),
        (f'AT+CMGS="{TELEPHONE}"', "> "),
        (PLAIN + "\x1a", r"\+CMGS: \d+"),
    ):
        terminal.send(command + ("" if command.endswith("\x1a") else "\r"))
        terminal.expect(answer)
    assert emulator.run("sent").stdout == f"{TELEPHONE}\t{PLAIN}\n"
    terminal.expect(r'\+CDSI: "SM",(\d+)')
    terminal.send(f"AT+CMGR={terminal.match.group(1)}\r")
    terminal.expect(r'\+CMGR: "REC UNREAD",6,\d+,"\+4917612345678",145,')
    emulator.run("sms", "2936", "reboot")
    terminal.expect(r'\+CMTI: "SM",(\d+)')
    index = terminal.match.group(1)
    terminal.send(f"AT+CMGR={index}\r")
    terminal.expect(r'\+CMGR: "REC UNREAD","2936",')
    terminal.expect("reboot")
    terminal.send(f"AT+CMGD={index}\r")
    terminal.expect("OK")
    terminal.send(f"AT+CMGR={index}\r")
    terminal.expect("OK|ERROR")
