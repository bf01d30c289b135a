"""Where clients connect: a pseudo-terminal, a TCP port or a Unix socket for a modem.

A port moves octets and nothing else: the modem's state belongs to the modem, so a client that closes the port and
opens it again finds the same modem.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import fcntl
import os
import select
import socket
import termios
import tty
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

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
    """What is behind a port."""

    @property
    def outputs(self) -> list[Callable[[bytes], None]]:
        """Who hears what it sends."""

    def receive(self, data: bytes) -> None:
        """Take octets from the client."""


class PtyPort:
    """A pseudo-terminal with a stable name.

    The terminal is raw before its name is published, and again after each client, whatever the client left behind:
    on a terminal that echoes, the kernel would send the modem its own words as commands. What the modem says while
    nobody has the terminal open is lost, as on a serial line.
    """

    def __init__(self, device: Device, before_input: Callable[[], None], link: Path | None = None) -> None:
        self._device = device
        self._before_input = before_input
        self._loop = asyncio.get_running_loop()
        self._backlog = bytearray()
        self._next_turn: asyncio.Handle | None = None
        self.link = link
        if link is not None:
            _clear(link)  # before the terminal is there: it may get the very number that a stale link has
        self._open_pair()
        try:
            if link is not None:
                self._publish(link)
        except BaseException:
            self._close_pair()
            raise
        device.outputs.append(self._write)

    @property
    def name(self) -> str:
        """The name to give to a client."""
        return str(self.link) if self.link is not None else self.path

    def close(self) -> None:
        """Take the terminal away; its link goes too."""
        self._device.outputs.remove(self._write)
        self._close_pair()
        if self.link is not None and self.link.is_symlink() and self.link.readlink() == Path(self.path):
            self.link.unlink()

    def _open_pair(self) -> None:
        self._master, slave = os.openpty()
        tty.setraw(slave, termios.TCSANOW)
        self.path = os.ttyname(slave)
        os.close(slave)
        os.set_blocking(self._master, False)
        self._presence = select.poll()
        self._presence.register(self._master, 0)  # reports POLLHUP while nobody has the terminal open
        # Level-triggered, a terminal that nobody has open would be "ready" for ever; edges tell only of changes.
        self._edges = select.epoll()
        self._edges.register(self._master, select.EPOLLIN | select.EPOLLHUP | select.EPOLLET)
        self._loop.add_reader(self._edges.fileno(), self._on_edge)

    def _close_pair(self) -> None:
        if self._next_turn is not None:
            self._next_turn.cancel()
        self._loop.remove_reader(self._edges.fileno())
        self._loop.remove_writer(self._master)
        self._edges.close()
        os.close(self._master)

    def _publish(self, link: Path) -> None:
        """Make `link` point to the terminal, in one step."""
        temporary = link.with_name(f".{link.name}.{os.getpid()}")
        try:
            temporary.symlink_to(self.path)
            temporary.replace(link)
        except OSError as error:
            raise PortError(f"cannot make the link {link}: {error.strerror}") from error

    def _on_edge(self) -> None:
        """Something changed: read what there is, and notice when the client has gone."""
        self._edges.poll(0)
        if self._next_turn is not None:
            self._next_turn.cancel()
        fresh = False
        for _ in range(READS_A_TURN):
            try:
                data = os.read(self._master, READ_SIZE)
            except BlockingIOError:
                return
            except OSError:  # EIO: nobody has it open
                if fresh:
                    return
                self._abandoned()
                fresh = True  # but the next client may have come while that was done: look again
                continue
            fresh = False
            self._before_input()
            self._device.receive(data)
        self._next_turn = self._loop.call_soon(self._on_edge)

    def _abandoned(self) -> None:
        """The client has gone: forget what it did not read, and make the terminal raw again for the next."""
        self._backlog.clear()
        self._loop.remove_writer(self._master)
        try:
            slave = os.open(self.path, os.O_RDWR | os.O_NOCTTY)
        except OSError:
            self._renew()
            return
        try:
            fcntl.ioctl(slave, termios.TIOCNXCL)
            termios.tcflush(slave, termios.TCIFLUSH)
            tty.setraw(slave, termios.TCSANOW)
        finally:
            os.close(slave)
        self._edges.poll(0)  # our own coming and going is no news

    def _renew(self) -> None:
        """The client left the terminal marked as exclusive (TIOCEXCL; screen and ModemManager do). On a device the mark
        goes with the last to close it, on a pseudo-terminal it stays, and holds off everybody but root: take another.
        """
        self._close_pair()
        self._open_pair()
        if self.link is not None:
            self._publish(self.link)

    def _write(self, data: bytes) -> None:
        if any(event & select.POLLHUP for _, event in self._presence.poll(0)):
            return
        if self._backlog:
            self._backlog += data[: MAX_BACKLOG - len(self._backlog)]
            return
        self._backlog += data[self._write_now(data) :]
        if self._backlog:
            self._loop.add_writer(self._master, self._drain)

    def _write_now(self, data: bytes) -> int:
        """Write what fits at once; how much that was."""
        try:
            return os.write(self._master, data)
        except BlockingIOError:
            return 0
        except OSError:  # the client went away in this very moment
            return len(data)

    def _drain(self) -> None:
        del self._backlog[: self._write_now(bytes(self._backlog))]
        if not self._backlog:
            self._loop.remove_writer(self._master)


def _clear(link: Path) -> None:
    """Make way for a link: one that an emulator left behind is removed. Raises PortError for anything else."""
    if not link.is_symlink():
        if link.exists():
            raise PortError(f"{link} exists and is no link: choose another name for --link")
        return
    target = link.readlink()
    if link.exists():
        if not str(target).startswith("/dev/pts/"):
            raise PortError(f"{link} is a link to {target}, which is no terminal: choose another name for --link")
        raise PortError(f"{link} points to {target}, which is in use: stop that program, or remove the link")
    link.unlink(missing_ok=True)


class StreamPort:
    """A socket, one client at a time, as a terminal server has it: a second client is turned away at once."""

    def __init__(self, device: Device, before_input: Callable[[], None]) -> None:
        self._device = device
        self._before_input = before_input
        self._server: asyncio.Server | None = None
        self._client: asyncio.StreamWriter | None = None
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
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._client is not None:
            writer.close()
            return
        self._client = writer
        try:
            while data := await reader.read(READ_SIZE):
                self._before_input()
                self._device.receive(data)
                await asyncio.sleep(0)  # what is buffered is read without waiting: let others have their turn
        except ConnectionError:
            pass
        finally:
            self._client = None
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    def _write(self, data: bytes) -> None:
        client = self._client
        if client is not None and client.transport.get_write_buffer_size() < MAX_BACKLOG:
            client.write(data)


class TcpPort(StreamPort):
    """A TCP port."""

    async def open(self, host: str, port: int) -> None:
        """Listen; port 0 lets the system choose. Raises PortError."""
        try:
            server = await asyncio.start_server(self._serve, host, port)
        except OSError as error:
            raise PortError(f"cannot listen on {host}:{port}: {reason(error)}; choose another --tcp port") from error
        self._listening(server, f"socket://{bracketed(*server.sockets[0].getsockname()[:2])}")


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


class MemoryPort:
    """A line without a wire, for a client in the same program: what it writes the modem has at once.

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
