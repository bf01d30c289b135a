"""What status reports say about a message that was sent (TS 23.040 9.2.3.15)."""

from __future__ import annotations

import pytest

from modem.command_line import _undelivered
from modem.messages import Delivery, Part, Sent
from modem.wire.address import Address
from modem.wire.tpdu import Submit
from modem.wire.user_data import UserData


@pytest.mark.parametrize(
    ("statuses", "words"),
    [
        ((0x61,), "sent, but not delivered: SME busy; try again later"),
        ((0x46,), "sent, but not delivered: validity period expired"),
        ((0x00, 0x61), "sent, but not delivered: SME busy; try again later"),  # one part arrived
        ((0x61, 0x46), "sent, but not delivered: SME busy, validity period expired"),
        ((0x61, 0x61), "sent, but not delivered: SME busy; try again later"),
        ((0xFF,), "sent, but not delivered: reserved (0xFF)"),
    ],
)
def test_why_a_message_did_not_arrive(statuses: tuple[int, ...], words: str) -> None:
    sent = Sent("1", "2936", "hello", None, "gsm7", True)
    for number, status in enumerate(statuses, 1):
        part = Part(number, Submit(Address("2936"), UserData("hello")), delivery=Delivery.of(status, None))
        sent.parts.append(part)
    assert not sent.delivered
    assert _undelivered(sent) == words
