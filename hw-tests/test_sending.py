"""What costs money: skipped unless MODEM_HW_SEND names the number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modem.messages import State
from modem.sync import Modem

if TYPE_CHECKING:
    from conftest import Budget


def test_one_command_goes_out(modem: Modem, budget: Budget) -> None:
    sent = modem.send(budget.spend(), "hello_sim", timeout=180)
    assert sent.state is State.SENT
    (part,) = sent.parts
    assert part.reference is not None
    assert 0 <= part.reference <= 255
