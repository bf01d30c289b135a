"""Ports: where the octets come from. The only importer of pyserial and pyserial-asyncio.

Everything above sees a `Port`: read, write, close. What the serial libraries would do to an event loop stays in here:
opening runs in a thread, a write has a deadline, and closing never waits for a peer that does not read.
"""

from __future__ import annotations

import asyncio
import errno
import fcntl
import grp
import os
import pwd
import re
import stat
import struct
import termios
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar, cast
from urllib.parse import urlsplit

from .errors import InvalidInput, PortBusy, PortError, PortLost, PortNotFound, PortPermission

if TYPE_CHECKING:
    import serial

OPEN_TIMEOUT = 10.0  # seconds, for a connection over a network
WRITE_TIMEOUT = 10.0  # seconds; at 9600 baud a command and its PDU take less than one
CLOSE_TIMEOUT = 2.0  # seconds
READ_SIZE = 4096
MAX_BAUDRATE = 2**31 - 1  # what the kernel's interface holds

R = TypeVar("R")

PSEUDO_TERMINALS = "/dev/pts/"
_TIOCGEXCL = 0x80045440  # Linux, asm-generic/ioctls.h


class Port(Protocol):
    """A line to a modem."""

    @property
    def name(self) -> str:
        """What the user calls it."""
        ...

    async def read(self) -> bytes:
        """At least one octet. Raises PortLost when the other side is gone."""
        ...

    async def write(self, octets: bytes) -> None:
        """Hand all of it to the line. Raises PortLost, also when the line does not take it in time."""
        ...

    async def close(self) -> None:
        """Let go of the port. Bounded, and harmless when repeated or after a loss."""
        ...


async def open_port(name: str, baudrate: int = 115200) -> Port:
    """Open a device path, `socket://host:port`, `rfc2217://host:port` or another URL of pyserial's.

    Raises PortNotFound, PortBusy, PortPermission, PortError, InvalidInput.
    """
    if not name:
        raise InvalidInput("the name of the port is empty: give one like /dev/ttyUSB2; `modem find` lists them")
    if not 0 < baudrate <= MAX_BAUDRATE:
        raise InvalidInput(f"{baudrate} is no speed of a serial port: give one like 115200")
    if name.startswith("socket://"):
        return await _open_socket(name)
    if "://" in name:
        return await _open_threaded(name, baudrate)
    return await _open_serial(name, baudrate)


# --- devices ----------------------------------------------------------------------------------------------------


class _SerialPort(asyncio.Protocol):
    """A device or pty, through pyserial-asyncio."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._transport: asyncio.Transport | None = None  # set once, by `attach`
        self._received = _Received(name)
        self._writable = asyncio.Event()
        self._writable.set()
        self._closed = asyncio.Event()

    def attach(self, transport: asyncio.Transport) -> None:
        transport.set_write_buffer_limits(high=0)  # paused while anything is left
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received.feed(data)

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    def connection_lost(self, exc: BaseException | None) -> None:
        self._received.end(f"{self.name} is gone: check the cable, the power and the modem" if exc else "closed")
        self._writable.set()
        self._closed.set()

    async def read(self) -> bytes:
        return await self._received.get()

    async def write(self, octets: bytes) -> None:
        if self._transport is None or self._transport.is_closing():
            raise PortLost(f"{self.name} is gone: check the cable, the power and the modem")
        self._transport.write(octets)
        try:
            async with asyncio.timeout(WRITE_TIMEOUT):
                await self._writable.wait()
        except TimeoutError:
            raise PortLost(f"{self.name} takes nothing for {WRITE_TIMEOUT:g} s: power the modem off and on") from None

    async def close(self) -> None:
        if self._transport is None or self._closed.is_set():
            return
        # The transport's end calls tcdrain on the event loop, which waits for a peer that may never read. With the
        # output thrown away there is nothing to wait for; what mattered has been answered by now.
        device = self._transport.get_extra_info("serial")
        with suppress(OSError, termios.error):
            termios.tcflush(device.fileno(), termios.TCOFLUSH)
        self._transport.abort()
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_TIMEOUT):
                await self._closed.wait()


class _Received:
    """Octets between the side that feeds them and the one that waits for them."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._data = bytearray()
        self._ended: str | None = None
        self._event = asyncio.Event()

    def feed(self, data: bytes) -> None:
        self._data += data
        self._event.set()

    def end(self, reason: str) -> None:
        if self._ended is None:
            self._ended = reason
        self._event.set()

    async def get(self) -> bytes:
        while not self._data:
            if self._ended is not None:
                raise PortLost(self._ended)
            self._event.clear()
            await self._event.wait()
        data = bytes(self._data)
        self._data.clear()
        return data


async def _open_serial(name: str, baudrate: int) -> Port:
    import serial_asyncio

    class Transport(serial_asyncio.SerialTransport):  # type: ignore[misc]
        """Without the traceback that the library logs when a device goes away in the middle of a write."""

        def _fatal_error(self, exc: BaseException, message: str = "") -> None:  # noqa: ARG002
            self._abort(exc)

        def _call_connection_lost(self, exc: BaseException | None) -> None:
            _unguard(self._serial)
            super()._call_connection_lost(exc)

    device = await _in_thread(lambda: _open_device(name, baudrate), undo=_close_device)
    port = _SerialPort(name)
    port.attach(Transport(asyncio.get_running_loop(), port, device))
    return port


def _open_device(name: str, baudrate: int) -> serial.Serial:
    import serial

    try:
        device = serial.Serial(name, baudrate, timeout=0, write_timeout=0, exclusive=True)
    except OSError as error:  # SerialException is one
        raise _port_error(name, error) from error
    except (ValueError, termios.error) as error:
        raise PortError(f"{name} does not take {baudrate} baud: try --baud 115200 ({error})") from error
    if not _guard(device.fileno()):
        device.close()
        raise PortBusy(_busy(name, marked=True))
    return device


def _close_device(device: serial.Serial) -> None:
    _unguard(device)
    device.close()


def _guard(descriptor: int) -> bool:
    """Keep out programs that do not know of locks (TIOCEXCL); False when one of them did the same before.

    Not on a pty: the mark stays until every side is closed, so one that a killed program left would stay for long.
    """
    if os.ttyname(descriptor).startswith(PSEUDO_TERMINALS):
        return True
    with suppress(OSError):
        marked = fcntl.ioctl(descriptor, _TIOCGEXCL, struct.pack("i", 0))
        if struct.unpack("i", marked)[0]:
            return False
        fcntl.ioctl(descriptor, termios.TIOCEXCL)
    return True


def _unguard(device: serial.Serial) -> None:
    """Take the mark away: it stays with the device as long as anybody has it open, whoever made it."""
    with suppress(OSError):
        if not os.ttyname(device.fileno()).startswith(PSEUDO_TERMINALS):
            fcntl.ioctl(device.fileno(), termios.TIOCNXCL)


def _port_error(name: str, error: OSError) -> PortError:
    if error.errno in (errno.ENOENT, errno.ENODEV, errno.ENXIO, errno.ENOTDIR):
        return PortNotFound(f"there is no port {name}: run `modem find` for those there are, or check the cable")
    if error.errno in (errno.EACCES, errno.EPERM):
        return PortPermission(f"no permission to open {name}: {_permission_advice(name)}")
    if error.errno in (errno.EBUSY, errno.EAGAIN):
        return PortBusy(_busy(name, marked=error.errno == errno.EBUSY))
    if error.errno in (None, errno.ENOTTY, errno.EINVAL, errno.EISDIR):
        return PortError(f"{name} is not a serial port: run `modem find` for those there are")
    return PortError(f"{name} cannot be opened ({os.strerror(error.errno)}): unplug the modem and plug it in again")


def _permission_advice(name: str) -> str:
    """Joining the port's group, where that helps; else whose the port is, so that its owner can be asked."""
    try:
        status = Path(name).stat()
    except OSError:
        return "a directory on the way to it is closed to you: ask its owner"
    group = _named(grp.getgrgid, status.st_gid)
    opens = stat.S_IRGRP | stat.S_IWGRP
    if group != "root" and status.st_mode & opens == opens and status.st_gid not in (os.getegid(), *os.getgroups()):
        return f"join its group with `sudo usermod -aG {group} $USER`, then log in again"
    owner = _named(pwd.getpwuid, status.st_uid)
    return (
        f"it belongs to {owner}:{group} with mode {stat.filemode(status.st_mode)}, and joining a group does not help; "
        f"let yourself in with `sudo setfacl -m u:$USER:rw {name}`, or with a udev rule for good"
    )


def _named(look_up: Callable[[int], tuple[object, ...]], number: int) -> str:
    try:
        return str(look_up(number)[0])
    except KeyError:
        return str(number)


def _busy(name: str, marked: bool) -> str:
    """Who holds a port, and what to do. `marked`: it has the mark of TIOCEXCL, which may be all that is left."""
    holders = _holders(name)
    if marked and not holders:
        return (
            f"{name} is marked as exclusive (TIOCEXCL), and no program is seen to hold it: look with "
            f"`sudo fuser -v {name}`; when nobody does, unplug the modem and plug it in again"
        )
    who = " and ".join(holders) if holders else "another program"
    remedy = "stop it"
    if any("ModemManager" in holder for holder in holders):
        remedy = "stop it with `sudo systemctl stop ModemManager`, or make it ignore this modem"
    return f"{name} is held by {who}: {remedy} first"


def _holders(name: str) -> list[str]:
    """Programs that hold the port: the owner of the lock where the kernel tells, else all that have it open."""
    with suppress(OSError):
        status = Path(name).stat()
        place = f"{os.major(status.st_dev):02x}:{os.minor(status.st_dev):02x}:{status.st_ino}"
        lines = [line.split() for line in Path("/proc/locks").read_text().splitlines()]
        owners = {int(fields[4]) for fields in lines if len(fields) > 5 and fields[5] == place}
        pids = owners or _openers(os.path.realpath(name))
        return [_program(pid) for pid in sorted(pids - {os.getpid()})] or ["this program itself"] * bool(owners)
    return []


def _openers(device: str) -> set[int]:
    pids = set()
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        with suppress(OSError):
            if str(link.readlink()) == device:
                pids.add(int(link.parts[2]))
    return pids


def _program(pid: int) -> str:
    try:
        return f"{Path(f'/proc/{pid}/comm').read_text().strip()} (process {pid})"
    except OSError:
        return f"process {pid}"


# --- sockets ----------------------------------------------------------------------------------------------------


class _SocketPort:
    """A TCP connection that carries the line as it is."""

    def __init__(self, name: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.name = name
        self._reader = reader
        self._writer = writer
        writer.transport.set_write_buffer_limits(high=0)

    async def read(self) -> bytes:
        try:
            octets = await self._reader.read(READ_SIZE)
        except OSError as error:
            raise PortLost(
                f"{self.name} broke ({error.strerror or error}): is the other side still running?"
            ) from error
        if not octets:
            raise PortLost(f"{self.name} was closed by the other side: is it still running?")
        return octets

    async def write(self, octets: bytes) -> None:
        self._writer.write(octets)
        try:
            async with asyncio.timeout(WRITE_TIMEOUT):
                await self._writer.drain()
        except TimeoutError:
            raise PortLost(f"{self.name} takes nothing for {WRITE_TIMEOUT:g} s: is the other side stuck?") from None
        except OSError as error:
            raise PortLost(
                f"{self.name} broke ({error.strerror or error}): is the other side still running?"
            ) from error

    async def close(self) -> None:
        self._writer.transport.abort()
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(CLOSE_TIMEOUT):
                await self._writer.wait_closed()


async def _open_socket(name: str) -> Port:
    try:
        parts = urlsplit(name)
        host, number = parts.hostname, parts.port
    except ValueError:
        host, number = None, None
    if not host or not number:
        raise InvalidInput(f"{name} is no address of a socket: write socket://host:port")
    try:
        async with asyncio.timeout(OPEN_TIMEOUT):
            reader, writer = await asyncio.open_connection(host, number)
    except TimeoutError:
        raise PortNotFound(f"{name} does not answer: check the address and the network") from None
    except OSError as error:
        why = os.strerror(error.errno) if error.errno and error.errno > 0 else "the name is not known"
        raise PortNotFound(f"{name} cannot be reached ({why}): check the address, or start it") from error
    return _SocketPort(name, reader, writer)


# --- URLs of pyserial's, which only know how to block -----------------------------------------------------------


class _ThreadedPort:
    """`rfc2217://` and the other URLs of pyserial's: a thread reads, others write and close."""

    def __init__(self, name: str, device: serial.Serial) -> None:
        self.name = name
        self._device = device
        self._loop = asyncio.get_running_loop()
        self._received = _Received(name)
        self._closing = False
        threading.Thread(target=self._read_on, name=f"reader of {name}", daemon=True).start()

    def _read_on(self) -> None:
        reason = "closed"
        while not self._closing:
            try:
                octets = self._device.read(1)
                if octets:
                    octets += self._device.read(self._device.in_waiting)
            except (OSError, ValueError, TypeError) as error:
                # TypeError is what the library raises when it is closed in the middle of a read.
                reason = f"{self.name} is gone ({error}): is the other side still running?"
                break
            if octets:
                self._hand_over(self._received.feed, octets)
        self._hand_over(self._received.end, reason)

    def _hand_over(self, method: Callable[..., None], value: object) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            self._loop.call_soon_threadsafe(method, value)

    async def read(self) -> bytes:
        return await self._received.get()

    async def write(self, octets: bytes) -> None:
        try:
            async with asyncio.timeout(WRITE_TIMEOUT):
                await _in_thread(lambda: self._device.write(octets))
        except TimeoutError:
            raise PortLost(f"{self.name} takes nothing for {WRITE_TIMEOUT:g} s: is the other side stuck?") from None
        except OSError as error:
            raise PortLost(f"{self.name} is gone ({error}): is the other side still running?") from error

    async def close(self) -> None:
        self._closing = True
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(CLOSE_TIMEOUT):
                await _in_thread(self._device.close)


async def _open_threaded(name: str, baudrate: int) -> Port:
    import serial

    def connect() -> serial.Serial:
        try:
            return serial.serial_for_url(name, baudrate=baudrate, timeout=0.2)
        except serial.SerialException as error:
            raise PortNotFound(f"{name} cannot be opened ({error}): check the address, or start it") from error
        except ValueError as error:
            raise InvalidInput(f"{name} is no port: use /dev/..., socket://host:port or rfc2217://host:port") from error

    try:
        async with asyncio.timeout(OPEN_TIMEOUT):
            device = await _in_thread(connect, undo=lambda device: device.close())
    except TimeoutError:
        raise PortNotFound(f"{name} does not answer: check the address and the network") from None
    return _ThreadedPort(name, device)


async def _in_thread(function: Callable[[], R], undo: Callable[[R], object] | None = None) -> R:
    """Run what may block in a thread of its own, which nobody waits for at exit.

    When the caller stops waiting, `undo` gets the result, so that nothing stays open.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[R] = loop.create_future()

    def finish(result: R | None, error: BaseException | None) -> None:
        if not future.done():
            if error is None:
                future.set_result(cast("R", result))
            else:
                future.set_exception(error)
        elif error is None and undo is not None:
            threading.Thread(target=undo, args=(result,), daemon=True).start()

    def run() -> None:
        result, problem = None, None
        try:
            result = function()
        except BaseException as error:  # handed to the caller, whatever it is
            problem = error
        with suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(finish, result, problem)

    threading.Thread(target=run, daemon=True).start()
    return await future


# --- what is there ----------------------------------------------------------------------------------------------


class Candidate(NamedTuple):
    """A serial device of this machine. The USB fields are None for one that is not on USB."""

    path: str
    description: str
    vendor: int | None
    product: int | None
    interface: int | None  # bInterfaceNumber
    serial_number: str | None


def candidates() -> list[Candidate]:
    """The serial devices of this machine, in the order of their names."""
    from serial.tools import list_ports

    found = []
    for port in sorted(list_ports.comports(), key=lambda port: port.device):
        place = re.search(r":\d+\.(\d+)$", port.location or "")
        interface = int(place[1]) if place else None
        found.append(Candidate(port.device, port.description or "", port.vid, port.pid, interface, port.serial_number))
    return found
