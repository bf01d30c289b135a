"""The tests for real modems, rehearsed on the emulator's pty: what fails on the bench then tells of the modem."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from tests.conftest import ROOT, Emulator

pytestmark = pytest.mark.timeout(120)


def rehearse(**settings: str) -> tuple[dict[str, int], str]:
    """Run hw-tests in a process of its own; how many tests passed, failed, were skipped, and what it printed."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MODEM_")}
    command = [sys.executable, "-m", "pytest", "hw-tests", "-q", "-rs", "-p", "no:cacheprovider"]
    done = subprocess.run(command, cwd=ROOT, env=kept | settings, capture_output=True, text=True, check=False)
    counts = {word: int(number) for number, word in re.findall(r"(\d+) (passed|failed|skipped|error)", done.stdout)}
    return counts, done.stdout


def test_without_a_port_everything_is_skipped_and_says_why() -> None:
    counts, output = rehearse()
    assert set(counts) == {"skipped"}
    assert "set MODEM_PORT" in output


def test_nothing_is_sent_unless_it_is_asked_for(emulator: Emulator) -> None:
    counts, output = rehearse(MODEM_PORT=emulator.port)
    assert counts.keys() == {"passed", "skipped"}, output
    assert counts["passed"] >= 7
    assert "set MODEM_HW_SEND=2936" in output
    assert emulator.run("sent").stdout == ""


def test_when_it_is_asked_for_no_more_is_sent_than_the_budget_allows(emulator: Emulator) -> None:
    counts, output = rehearse(MODEM_PORT=emulator.port, MODEM_HW_SEND="2936")
    assert set(counts) == {"passed"}, output
    assert emulator.run("sent").stdout == "2936\thello_sim\n"
    counts, output = rehearse(MODEM_PORT=emulator.port, MODEM_HW_SEND="2936", MODEM_HW_BUDGET="0")
    assert "the budget is used up" in output
    assert emulator.run("sent").stdout == "2936\thello_sim\n"
