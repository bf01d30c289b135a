"""Sockets: a modem on a TCP port or a Unix socket, octets as they are."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
from collections.abc import Callable
from pathlib import Path

from .base import MAX_BACKLOG, READ_SIZE, Device, PortError, bracketed, reason


class StreamPort:
    """A socket, one client at a time, as a terminal server has it: a second client is turned away at once.

    It has no circuits beside the data: that a client is there is its DTR.
    """

    def __init__(self, device: Device, before_input: Callable[[], None]) -> None:
        self._device = device
        self._before_input = before_input
        self._server: asyncio.Server | None = None
        self._client: asyncio.StreamWriter | None = None
        self._serving: asyncio.Task[None] | None = None
        self.name = ""

    def _listening(self, server: asyncio.Server, name: str) -> None:
        self._server = server
        self.name = name
        self._device.outputs.append(self._write)

    async def close(self) -> None:
        """Stop listening and drop the client."""
        if self._server is None:
            return
        self._device.outputs.remove(self._write)
        self._server.close()
        if self._client is not None:
            self._client.transport.abort()
        if self._serving is not None:
            await asyncio.wait([self._serving])
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._client is not None:
            writer.close()
            return
        self._client = writer
        self._serving = asyncio.current_task()
        self._before_input()
        self._connected()
        try:
            while data := await reader.read(READ_SIZE):
                self._before_input()
                self._received(data)
                await asyncio.sleep(0)  # what is buffered is read without waiting: let others have their turn
        except ConnectionError:
            pass
        finally:
            self._client = None
            self._before_input()
            self._disconnected()
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    def _connected(self) -> None:
        """A client has come."""
        self._device.lines.terminal_ready(self, True)

    def _disconnected(self) -> None:
        """It has gone."""
        self._device.lines.terminal_ready(self, False)

    def _received(self, data: bytes) -> None:
        """The client sent something."""
        self._device.receive(data)

    def _write(self, data: bytes) -> None:
        """Send something to the client; what it does not take in time is lost."""
        client = self._client
        if client is not None and client.transport.get_write_buffer_size() < MAX_BACKLOG:
            client.write(data)


class TcpPort(StreamPort):
    """A TCP port."""

    option, scheme = "--tcp", "socket"

    async def open(self, host: str, port: int) -> None:
        """Listen; port 0 lets the system choose. Raises PortError."""
        try:
            server = await asyncio.start_server(self._serve, host, port)
        except OSError as error:
            where = f"{host}:{port}: {reason(error)}"
            raise PortError(f"cannot listen on {where}; choose another {self.option} port") from error
        self._listening(server, f"{self.scheme}://{bracketed(*server.sockets[0].getsockname()[:2])}")


class UnixPort(StreamPort):
    """A Unix socket. ``@NAME`` is one without a file (Linux's abstract namespace; ModemManager takes such ports)."""

    async def open(self, path: str) -> None:
        """Listen. A socket that was left behind is replaced. Raises PortError."""
        self._file = None if path.startswith("@") else Path(path)
        address = path if self._file is not None else f"\0{path[1:]}"
        try:
            with socket.socket(socket.AF_UNIX) as probe:
                if probe.connect_ex(address) == 0:  # asyncio would take the name away from whoever listens there
                    raise OSError(errno.EADDRINUSE, path)
            server = await asyncio.start_unix_server(self._serve, address)
        except OSError as error:
            raise PortError(f"cannot listen on {path}: {reason(error)}; choose another --unix name") from error
        self._listening(server, f"unix:{path}")

    async def close(self) -> None:
        """Stop listening, drop the client and remove the socket's file."""
        await super().close()
        if self._file is not None:
            self._file.unlink(missing_ok=True)
