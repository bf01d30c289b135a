"""Standard output that is closed, full or without Unicode: a line says so, and no message is lost or stuck."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.driver.pty_modem import PtyModem, pty_modem
from tests.driver.test_receiving import HELLO, delivers


def shell(modem: PtyModem, command: str) -> subprocess.CompletedProcess[str]:
    """`modem` with these arguments and redirections."""
    line = f"'{sys.executable}' -m modem --port {modem.path} {command}"
    return subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("command", ["info", "listen --once --json", "send hello_sim"])
def test_closed(command: str) -> None:
    with pty_modem() as modem:
        modem.deliver(HELLO, announce=False)
        done = shell(modem, f"{command} >&-")
        assert done.returncode == 2
        assert done.stderr.count("\n") == 1
        assert "standard output is closed" in done.stderr
        assert modem.lines == []
        assert modem.store


@pytest.mark.parametrize("command", ["info", "info --json", "listen --once", "listen --once --json", "at AT"])
def test_full(command: str) -> None:
    with pty_modem() as modem:
        modem.deliver(HELLO, announce=False)
        done = shell(modem, f"{command} >/dev/full")
        assert done.returncode == 1
        assert done.stderr.count("\n") == 1
        assert "standard output takes nothing (No space left on device)" in done.stderr
        assert modem.store


def test_closed_standard_error_does_not_write_into_the_output() -> None:
    with pty_modem((r"AT\+FAIL", "\r\nERROR\r\n")) as modem:
        done = shell(modem, "--json at AT+FAIL 2>&-")
        assert (done.returncode, done.stdout, done.stderr) == (1, "", "")


@pytest.mark.parametrize("json_wanted", [False, True])
def test_without_unicode(json_wanted: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    with pty_modem() as modem:
        modem.deliver(delivers("za\u017c\u00f3\u0142\u0107 \U0001f338")[0], announce=False)
        done = shell(modem, "listen --once" + " --json" * json_wanted)
        assert (done.returncode, done.stderr) == (0, "")
        if json_wanted:
            assert json.loads(done.stdout)["text"] == "za\u017c\u00f3\u0142\u0107 \U0001f338"
        else:
            assert "za\\u017c\\xf3\\u0142\\u0107 \\U0001f338" in done.stdout
        assert not modem.store
