"""`modem listen --exec` and signals: the program is let finish, and its success is not forgotten."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.driver.pty_modem import PtyModem, pty_modem
from tests.driver.test_receiving import HELLO


class Listening(NamedTuple):
    """`modem listen` while its hook waits at the gate."""

    modem: PtyModem
    process: subprocess.Popen[str]
    hook: int
    gate: Path

    def waiting(self) -> None:
        """Until it has said that it waits for the hook."""
        assert self.process.stderr is not None
        assert "waiting up to 10 s" in self.process.stderr.readline()


@pytest.fixture
def listening(tmp_path: Path) -> Iterator[Listening]:
    started, gate, hook = tmp_path / "started", tmp_path / "gate", tmp_path / "hook"
    os.mkfifo(started)
    os.mkfifo(gate)
    hook.write_text(f"#!/bin/sh\necho $$ > {started}\nread code < {gate}\nexit $code\n")
    hook.chmod(0o755)
    with pty_modem() as modem:
        modem.deliver(HELLO, announce=False)
        arguments = [sys.executable, "-m", "modem", "--port", modem.path, "listen", "--exec", str(hook)]
        with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            yield Listening(modem, process, int(started.read_text()), gate)
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("code", [0, 3])
def test_the_hook_is_let_finish(number: signal.Signals, code: int, listening: Listening) -> None:
    listening.process.send_signal(number)
    listening.waiting()
    listening.gate.write_text(f"{code}\n")
    _, errors = listening.process.communicate(timeout=10.0)
    assert listening.process.returncode == 128 + number
    assert bool(listening.modem.store) == bool(code)
    assert ("stays in the modem" in errors) == bool(code)


def test_a_second_signal_ends_it(listening: Listening) -> None:
    listening.process.send_signal(signal.SIGTERM)
    listening.waiting()
    listening.process.send_signal(signal.SIGINT)
    listening.process.communicate(timeout=5.0)
    assert listening.process.returncode == 128 + signal.SIGTERM
    assert listening.modem.store
    with pytest.raises(ProcessLookupError):
        os.kill(listening.hook, 0)


def test_the_terminal_does_not_reach_the_hook(listening: Listening) -> None:
    assert os.getsid(listening.hook) == listening.hook
    listening.gate.write_text("0\n")
