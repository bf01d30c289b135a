"""Commands: the SMS of a device to and from its cloud, through a short code."""

from __future__ import annotations

from collections.abc import AsyncIterator

from .client import Modem
from .messages import Message, Sent
from .outbox import require_one_sms

SHORT_CODE = "2936"


class Commands:
    """The device's side of machine-to-machine Commands.

    A Command is one SMS: 160 characters of the GSM alphabet, 70 of any other, or 140 octets.
    """

    def __init__(self, modem: Modem, short_code: str = SHORT_CODE) -> None:
        self._modem = modem
        self._short_code = short_code

    async def send(self, command: str | bytes, *, report: bool = False, timeout: float = 120.0) -> Sent:
        """Send a Command to the cloud. Raises InvalidInput when it is longer than one SMS, else as `Modem.send`."""
        require_one_sms(command)
        return await self._modem.send(self._short_code, command, report=report, timeout=timeout)

    def received(self) -> AsyncIterator[Message]:
        """Commands from the cloud as they come; acknowledged when the loop comes round. See `Modem.messages`."""
        return self._modem.messages(sender=self._short_code)
