"""Shared fixtures: a running emulator, and the foreign programs that judge it."""

from __future__ import annotations

import importlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

import pytest

ROOT = Path(__file__).parent.parent


def pytest_configure() -> None:
    """A run in the background, or under nohup, ignores signals; every program that a test starts would inherit that."""
    for number, handler in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, handler)


@dataclass
class Emulator:
    """`modem-emulator run --json` in a process of its own."""

    process: subprocess.Popen[str]
    ready: dict[str, Any]
    port: str

    @property
    def http(self) -> str:
        url: str = self.ready["http"]
        return url

    @property
    def credentials(self) -> tuple[str, str]:
        return self.ready["account_sid"], self.ready["auth_token"]

    def run(self, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
        """Run `modem-emulator` against this one."""
        return program("emulator", *arguments, "--http", self.http, **options)

    def modem(self, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
        """Run `modem` on its port."""
        return program("modem", "--port", self.port, *arguments, **options)


def program(package: str, *arguments: str, timeout: float = 30, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run one of our programs to its end."""
    command = [sys.executable, "-m", package, *arguments]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=timeout, check=False, **options
    )  # fmt: skip


def start(*arguments: str) -> Emulator:
    command = [sys.executable, "-m", "emulator", "run", "--json", "--http", "127.0.0.1:0", *arguments]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        pytest.fail(f"the emulator did not start: {process.communicate()[1]}")
    ready = json.loads(line)
    return Emulator(process, ready, ready["ports"][0])


def stop(emulator: Emulator) -> None:
    """End it as a user would; it takes less than two seconds and leaves with 0, having said nothing more."""
    emulator.process.send_signal(signal.SIGTERM)
    try:
        rest, complaints = emulator.process.communicate(timeout=2)
    except subprocess.TimeoutExpired:
        emulator.process.kill()
        emulator.process.communicate()
        raise
    assert (emulator.process.returncode, rest, complaints) == (0, "", "")


@pytest.fixture
def start_emulator(tmp_path: Path) -> Iterator[Callable[..., Emulator]]:
    """Starts emulators with arguments of the test's own; they end with the test."""
    running: list[Emulator] = []

    def started(*arguments: str) -> Emulator:
        running.append(start(*arguments))
        return running[-1]

    yield started
    for emulator in running:
        if emulator.process.poll() is None:
            stop(emulator)


@pytest.fixture
def emulator(start_emulator: Callable[..., Emulator], tmp_path: Path) -> Emulator:
    """An emulator with a pty; its link has a short name, because some clients cut names at 31 characters."""
    link = Path(f"/tmp/tty{os.getpid()}-{os.urandom(3).hex()}")
    return start_emulator("--link", str(link))


@pytest.fixture
def foreign() -> Callable[..., str]:
    """Finds a foreign program; the test is skipped where there is none, unless CI requires it."""

    def find(name: str, package: str = "") -> str:
        path = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")  # daemons are not on everybody's PATH
        if path is None:
            missing(name, f"apt install {package or name}")
        return path

    return find


@pytest.fixture
def foreign_library() -> Callable[[str], ModuleType]:
    """Imports a foreign library; the test is skipped where there is none, unless CI requires it."""

    def find(name: str) -> ModuleType:
        try:
            return importlib.import_module(name)
        except ImportError:
            missing(name, "pip install '.[peers]'")

    return find


def missing(name: str, remedy: str) -> NoReturn:
    if os.environ.get("MODEM2936_FOREIGN") == "required":
        pytest.fail(f"{name} is not installed, and MODEM2936_FOREIGN=required")
    pytest.skip(f"{name} is not installed ({remedy})")
