"""A pseudo-terminal with a stable name, the port that looks like a modem's device."""

from __future__ import annotations

import asyncio
import fcntl
import os
import select
import termios
import tty
from collections.abc import Callable
from pathlib import Path

from .base import MAX_BACKLOG, READ_SIZE, READS_A_TURN, Device, PortError
from .claim import Claim


class PtyPort:
    """A pseudo-terminal with a stable name.

    The terminal is raw before its name is published, and again after each client, whatever the client left behind:
    on a terminal that echoes, the kernel would send the modem its own words as commands. What the modem says while
    nobody has the terminal open is lost, as on a serial line. It has no circuits beside the data: that a client has it
    open is its DTR, from the first octet it sends until it closes.
    """

    def __init__(self, device: Device, before_input: Callable[[], None], link: Path | None = None) -> None:
        self._device = device
        self._before_input = before_input
        self._loop = asyncio.get_running_loop()
        self._backlog = bytearray()
        self._next_turn: asyncio.Handle | None = None
        self.link = link
        # Before the terminal is there: it may get the very number that a stale link has.
        self._claim = None if link is None else Claim(link)
        self._open_pair()
        try:
            if link is not None:
                self._publish(link)
        except BaseException:
            self._close_pair()
            if self._claim is not None:
                self._claim.release()
            raise
        device.outputs.append(self._write)

    @property
    def name(self) -> str:
        """The name to give to a client."""
        return str(self.link) if self.link is not None else self.path

    def close(self) -> None:
        """Take the terminal away; its link goes too."""
        self._device.outputs.remove(self._write)
        self._device.lines.terminal_ready(self, False)
        self._close_pair()
        if self.link is not None and self.link.is_symlink() and self.link.readlink() == Path(self.path):
            self.link.unlink()
        if self._claim is not None:
            self._claim.release()

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
            self._device.lines.terminal_ready(self, True)
            self._device.receive(data)
        self._next_turn = self._loop.call_soon(self._on_edge)

    def _abandoned(self) -> None:
        """The client has gone: forget what it did not read, and make the terminal raw again for the next."""
        self._backlog.clear()
        self._loop.remove_writer(self._master)
        self._before_input()
        self._device.lines.terminal_ready(self, False)
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
