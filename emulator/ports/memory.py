"""A line without a wire, for a client in the same program."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from .base import Device


class MemoryPort:
    """What the client writes the modem has at once.

    It has the shape of the driver's `modem.ports.Port`.
    """

    def __init__(self, device: Device, before_input: Callable[[], None] = lambda: None, name: str = "memory") -> None:
        self.name = name
        self._device = device
        self._before_input = before_input
        self._received: asyncio.Queue[bytes] = asyncio.Queue()
        device.outputs.append(self._received.put_nowait)

    async def read(self) -> bytes:
        """What the modem says next: at least one octet."""
        return await self._received.get()

    async def write(self, octets: bytes) -> None:
        """Say something to the modem."""
        self._before_input()
        self._device.receive(octets)

    async def close(self) -> None:
        """Take the line away."""
        if self._received.put_nowait in self._device.outputs:
            self._device.outputs.remove(self._received.put_nowait)
