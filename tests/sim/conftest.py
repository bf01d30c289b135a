"""A card on the desk, and a terminal that speaks to it in hexadecimal."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from emulator.sim import Card


class Reader:
    """What a terminal does: commands in, answers out."""

    def __init__(self, card: Card) -> None:
        self.card = card

    def __call__(self, command: str) -> str:
        """The answer to one command, octets and status word."""
        return self.card.uicc.transmit(bytes.fromhex(command)).hex().upper()

    def fetch(self, command: str) -> str:
        """The answer with what GET RESPONSE brings, as the transport layer of T=0 does it (TS 102.221 7.3.1.1.4)."""
        answer = self(command)
        if len(answer) != 4 or answer[:2] not in ("61", "9F"):
            return answer
        return self(f"{'A0' if answer[:2] == '9F' else command[:2]}C00000{answer[2:]}")

    def select(self, path: str) -> None:
        """Go to a file by its path from the MF, and expect it to be there."""
        assert self(f"00A4080C{len(path) // 2:02X}{path}") == "9000"


@pytest.fixture
def reader() -> Reader:
    """A card that asks for no PIN, its USIM started."""
    return _powered(Card(pin="2936", imsi="262011106487504", sms_records=10))


@pytest.fixture
def locked() -> Reader:
    """The same card, asking for its PIN."""
    return _powered(Card(pin="2936", pin_enabled=True, imsi="262011106487504", sms_records=10))


@pytest.fixture
def read_card() -> Callable[[Card], Reader]:
    """Powers a card up and reads it."""
    return _powered


def _powered(card: Card) -> Reader:
    card.power_up()
    return Reader(card)
