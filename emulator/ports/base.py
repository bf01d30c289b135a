"""What all ports have in common: what is behind one, what stops one, and how much waits in one.

A port moves octets and nothing else: the modem's state belongs to the modem, so a client that closes the port and
opens it again finds the same modem.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Protocol

from ..firmware.lines import Lines

# A client that writes without pause gets its turn like everybody else: so much is read before others have theirs.
READ_SIZE = 1024
READS_A_TURN = 2
# What a client that does not read may leave waiting; a UART would long have overrun.
MAX_BACKLOG = 64 * 1024


class PortError(Exception):
    """A port cannot be opened; the message says why and what to do."""


def bracketed(host: str, port: int) -> str:
    """``host:port``, an IPv6 address in brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def reason(error: OSError) -> str:
    """Why, in a few words (asyncio puts a sentence of its own in front)."""
    return os.strerror(error.errno) if error.errno is not None and error.errno > 0 else str(error)


class Device(Protocol):
    """What is behind a port: a channel of a modem, or a modem, which stands for its first."""

    @property
    def outputs(self) -> list[Callable[[bytes], None]]:
        """Who hears what it sends."""

    @property
    def lines(self) -> Lines:
        """The circuits beside the data."""

    def receive(self, data: bytes) -> None:
        """Take octets from the client."""
