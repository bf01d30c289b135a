"""The modem on the bench, and what a run may do with it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from modem.sync import Modem

MAX_BUDGET = 10


@dataclass
class Budget:
    """The SMS that this run may still send, and to whom."""

    number: str
    left: int

    def spend(self, messages: int = 1) -> str:
        """Take so many from the budget; the number to send to. The test is skipped when it is used up."""
        if messages > self.left:
            pytest.skip(f"the budget is used up (MODEM_HW_BUDGET allows {self.left} more)")
        self.left -= messages
        return self.number


@pytest.fixture(scope="session")
def budget() -> Budget:
    """What may be sent. Skips the test unless sending was asked for in words."""
    number = os.environ.get("MODEM_HW_SEND")
    if not number:
        pytest.skip("sends an SMS: set MODEM_HW_SEND=2936 to allow it")
    left = int(os.environ.get("MODEM_HW_BUDGET", "1"))
    if not 0 <= left <= MAX_BUDGET:
        pytest.fail(f"MODEM_HW_BUDGET is {left}; at most {MAX_BUDGET} messages a run")
    return Budget(number, left)


@pytest.fixture(scope="session")
def port() -> str:
    """The port of the modem."""
    name = os.environ.get("MODEM_PORT")
    if not name:
        pytest.skip("no modem: set MODEM_PORT")
    return name


@pytest.fixture
def modem(port: str) -> Iterator[Modem]:
    """The modem, brought up by the driver."""
    with Modem.open(port) as modem:
        yield modem


@pytest.fixture
def settings_kept(modem: Modem) -> Iterator[None]:
    """Puts the memories and the announcement settings back as they were."""
    before = [(name, modem.at(f"AT+{name}?")) for name in ("CPMS", "CNMI", "CMGF")]
    yield
    for name, lines in before:
        _, _, values = lines[0].partition(":")
        if name == "CPMS":  # the answer tells of each memory how full it is: "SM",3,20,...
            values = ",".join(values.split(",")[::3])
        modem.at(f"AT+{name}={values.strip()}")
