"""A real serial device: the emulator sits at the far end of a null-modem cable, for a client on other hardware."""

from __future__ import annotations

import asyncio
import contextlib
import os
import termios
from collections.abc import Callable
from typing import TYPE_CHECKING

from .base import MAX_BACKLOG, READ_SIZE, Device, PortError, reason

if TYPE_CHECKING:
    import serial

_RETRY_S = 1.0  # a device that was unplugged is looked for so often
_CIRCUITS_S = 0.05  # there is no event for a change of DSR, so it is looked at so often


class SerialPort:
    """A device such as ``/dev/ttyUSB0``, at a speed.

    In a null-modem cable the client's DTR is our DSR, our DTR is its DSR and DCD, and there is no RI. A device without
    circuits (a pseudo-terminal) has a client that is always ready. A device that goes away is opened again when it
    comes back.
    """

    def __init__(self, device: Device, before_input: Callable[[], None], name: str, baud_rate: int = 115200) -> None:
        """Open the device. Raises PortError."""
        self.name = name
        self._device = device
        self._before_input = before_input
        self._baud_rate = baud_rate
        self._loop = asyncio.get_running_loop()
        self._line: serial.Serial | None = None
        self._backlog = bytearray()
        self._timer: asyncio.TimerHandle | None = None
        self._open()
        device.outputs.append(self._write)

    def close(self) -> None:
        """Let go of the device."""
        self._device.outputs.remove(self._write)
        self._drop()
        if self._timer is not None:
            self._timer.cancel()

    def _open(self) -> None:
        import serial

        try:
            line = serial.Serial(self.name, self._baud_rate, timeout=0, write_timeout=0, exclusive=True)
        except OSError as error:
            raise PortError(f"cannot open --serial {self.name}: {reason(error)}") from error
        except (ValueError, termios.error) as error:
            raise PortError(f"--serial {self.name} does not take {self._baud_rate} baud: {error}") from error
        self._line = line
        self._loop.add_reader(line.fileno(), self._readable)
        self._look_at_circuits()

    def _drop(self) -> None:
        line, self._line = self._line, None
        if line is None:
            return
        self._backlog.clear()
        self._loop.remove_reader(line.fileno())
        self._loop.remove_writer(line.fileno())
        self._device.lines.terminal_ready(self, False)
        with contextlib.suppress(OSError, termios.error):
            termios.tcflush(line.fileno(), termios.TCOFLUSH)  # else closing waits for a client that does not read
        line.close()

    def _lost(self) -> None:
        """The device was unplugged: look for it until it comes back."""
        self._drop()
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_later(_RETRY_S, self._return)

    def _return(self) -> None:
        try:
            self._open()
        except PortError:
            self._lost()

    def _readable(self) -> None:
        assert self._line is not None
        try:
            data = self._line.read(READ_SIZE)
        except (OSError, termios.error):
            self._lost()
            return
        self._before_input()
        self._device.receive(data)

    def _look_at_circuits(self) -> None:
        assert self._line is not None
        try:
            ready = self._line.dsr
        except OSError:  # it has none
            self._device.lines.terminal_ready(self, True)
            return
        if ready != self._device.lines.dtr:
            self._before_input()
            self._device.lines.terminal_ready(self, ready)
        self._timer = self._loop.call_later(_CIRCUITS_S, self._look_at_circuits)

    def _write(self, data: bytes) -> None:
        if self._line is None:
            return
        waiting = bool(self._backlog)
        self._backlog += data[: MAX_BACKLOG - len(self._backlog)]
        if not waiting:
            self._drain()
            if self._backlog:
                self._loop.add_writer(self._line.fileno(), self._drain)

    def _drain(self) -> None:
        line = self._line
        assert line is not None
        try:
            written = os.write(line.fileno(), self._backlog)  # pyserial's own write would wait, turning round and round
        except BlockingIOError:
            return
        except OSError:
            self._lost()
            return
        del self._backlog[:written]
        if not self._backlog:
            self._loop.remove_writer(line.fileno())
