"""What the tests of foreign programs share: the messages they carry, programs that run beside a test, and a bus."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

TELEPHONE = "+4917612345678"
PLAIN = "hello_sim"
UNICODE = "zażółć мир"
LONG = "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich. " * 3

SENT = f"2936\t{PLAIN}\n{TELEPHONE}\t{UNICODE}\n{TELEPHONE}\t{LONG}\n"

T = TypeVar("T")


def eventually(condition: Callable[[], T], within: float = 30) -> T:
    """What `condition` says, as soon as that is something. A foreign program gives no event to wait for."""
    end = time.monotonic() + within
    while not (value := condition()):
        assert time.monotonic() < end, f"{condition} said {value!r} for {within} s"
        time.sleep(0.05)
    return value


def said(log: Path) -> str:
    """What stands in a log so far; nothing before there is one."""
    return log.read_text("utf-8", "replace") if log.exists() else ""


@contextmanager
def beside(log: Path, *command: str, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program beside the test, what it says going to `log`; it ends with the block."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=os.environ | environment
        )  # fmt: skip
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def message_bus(folder: Path, program: str) -> Iterator[dict[str, str]]:
    """A D-Bus of our own: the environment in which a program takes it for the system's and the user's."""
    address = folder / "bus-address"
    command = (program, "--session", "--nofork", "--nopidfile", "--print-address=1", f"--address=unix:dir={folder}")
    with beside(address, *command):
        line = eventually(lambda: next((x for x in address.read_text().splitlines() if x.startswith("unix:")), ""))
        yield {"DBUS_SYSTEM_BUS_ADDRESS": line, "DBUS_SESSION_BUS_ADDRESS": line}
