"""Where clients connect. A port belongs to a channel of a modem; a channel may have several, and all hear the same."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import NamedTuple

from .base import Device, PortError, bracketed, reason
from .memory import MemoryPort
from .pty import PtyPort
from .rfc2217 import Rfc2217Port
from .serial import SerialPort
from .stream import TcpPort, UnixPort

__all__ = [
    "Device",
    "MemoryPort",
    "Place",
    "PortError",
    "PtyPort",
    "Rfc2217",
    "Rfc2217Port",
    "Serial",
    "SerialPort",
    "Tcp",
    "TcpPort",
    "Terminal",
    "Unix",
    "UnixPort",
    "bracketed",
    "open_port",
    "reason",
]


class Terminal(NamedTuple):
    """A pseudo-terminal, and the link to it."""

    link: Path | None = None


class Tcp(NamedTuple):
    """A TCP port; number 0 lets the system choose."""

    host: str
    number: int


class Rfc2217(NamedTuple):
    """A TCP port that carries a serial port with its circuits."""

    host: str
    number: int


class Unix(NamedTuple):
    """A Unix socket; ``@NAME`` is one without a file."""

    path: str


class Serial(NamedTuple):
    """A real serial device."""

    path: str
    baud_rate: int = 115200


Place = Terminal | Tcp | Rfc2217 | Unix | Serial


async def open_port(device: Device, place: Place, before_input: Callable[[], None], stack: AsyncExitStack) -> str:
    """Open a port for `device`; its name. It is closed with `stack`. Raises PortError.

    `before_input` is called before anything that a client does reaches the device.
    """
    match place:
        case Terminal(link):
            terminal = PtyPort(device, before_input, link)
            stack.callback(terminal.close)
            return terminal.name
        case Serial(path, baud_rate):
            wire = SerialPort(device, before_input, path, baud_rate)
            stack.callback(wire.close)
            return wire.name
        case Unix(path):
            socket = UnixPort(device, before_input)
            await socket.open(path)
            stack.push_async_callback(socket.close)
            return socket.name
        case Tcp(host, number) | Rfc2217(host, number):
            listener = (TcpPort if isinstance(place, Tcp) else Rfc2217Port)(device, before_input)
            await listener.open(host, number)
            stack.push_async_callback(listener.close)
            return listener.name
