"""``emulator://[NAME][?profile=...&pin=...&seed=...&cold=1&channel=...&clock=real|virtual]``: a modem in this program.

The modem has been on for a while, unless it is `cold`; `channel` is which of its ports (0 is the first).

No thread runs it. Its time is the real one, and it is brought up to date whenever a program does something with the
port; a `read` that waits wakes up for what is due. With ``clock=virtual`` time passes only while somebody waits in
`read`, and then at once: a read with a timeout of an hour is over in no time, and the same calls give the same octets
every time. (Of `time.sleep` such a modem knows nothing.)

Without a name every `Serial` object has a modem of its own, which outlives its being closed and opened again; objects
with the same name share one, for as long as the program runs.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar
from urllib.parse import parse_qsl, urlsplit

from serial.serialutil import PortNotOpenError, SerialBase, SerialException

from emulator.bench import WARM_UP_S, Bench, now
from emulator.firmware.channel import Channel
from emulator.firmware.profile import ProfileError

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

P = ParamSpec("P")
T = TypeVar("T")

_OPTIONS = ("profile", "pin", "seed", "cold")  # of the bench


class World:
    """A bench, its time, and the lock under which programs deal with it."""

    def __init__(self, options: dict[str, str], virtual: bool) -> None:
        arguments: dict[str, Any] = dict(options)
        warm_up = 0.0 if arguments.pop("cold", "0") == "1" else WARM_UP_S
        if "seed" in arguments:
            arguments["seed"] = int(arguments["seed"])
        self.options = options
        self.virtual = virtual
        if not virtual:  # where everything is to be the same every time, so is the date
            arguments["start"] = now() - timedelta(seconds=warm_up)
        self.bench = Bench(**arguments)
        self.bench.clock.advance(warm_up)
        self.changed = threading.Condition()
        self._origin = time.monotonic() - self.bench.clock.now
        self.bench.clock.on_sooner = self._wake

    def present(self) -> None:
        """Bring the clock up to date."""
        if not self.virtual:
            self.bench.clock.run_until(time.monotonic() - self._origin)

    def wait(self, until: float | None) -> None:
        """Let time pass, to `until` (clock seconds; None: without an end), to what is due, or to a change."""
        clock = self.bench.clock
        due = clock.next_due()
        ends = [when for when in (due, until) if when is not None]
        if self.virtual and ends:
            clock.run_until(min(ends))
        else:
            self.changed.wait(max(0.0, min(ends) + self._origin - time.monotonic()) if ends else None)

    def _wake(self) -> None:
        with self.changed:
            self.changed.notify_all()


_worlds: dict[str, World] = {}


class Serial(SerialBase):
    """A serial port with a modem at its far end.

    Speed and format are accepted and mean nothing; DTR, DCD, RI, DSR and CTS are those of the modem.
    """

    BAUDRATES = (*SerialBase.BAUDRATES,)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._world: World | None = None
        self._of: str | None = None  # the URL that the world was made for
        self._channel: Channel
        self._received = bytearray()
        self._cancelled = False
        super().__init__(*args, **kwargs)

    @property
    def bench(self) -> Bench:
        """The world behind the port, once it has been opened. What changes it goes through `do`."""
        return self._present().bench

    def do(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call `function` at the modem's present time, while nobody else deals with it."""
        world = self._present()
        with world.changed:
            world.present()
            try:
                return function(*args, **kwargs)
            finally:
                world.changed.notify_all()

    def open(self) -> None:
        """Open the port. Raises SerialException for a URL that says what it cannot."""
        url = self.portstr
        if url is None:
            raise SerialException("Port must be configured before it can be used.")
        if self.is_open:
            raise SerialException("Port is already open.")
        if self._world is None or self._of != url:
            self._world, self._channel = _world_of(url)
            self._of = url
        self.is_open = True
        self._received.clear()
        self.do(self._channel.outputs.append, self._hear)
        # A driver that asks for DSR/DTR flow control leaves DTR to the system, which switches it on.
        self.do(self._channel.lines.terminal_ready, self, self.dsrdtr or self.dtr)

    def close(self) -> None:
        """Close the port: the modem sees DTR go, and stays."""
        if self.is_open:
            self.is_open = False
            self.do(self._channel.outputs.remove, self._hear)
            self.do(self._channel.lines.terminal_ready, self, False)

    def read(self, size: int = 1) -> bytes:
        """Up to `size` octets, fewer when the timeout comes first."""
        world = self._opened()
        with world.changed:
            world.present()
            until = None if self.timeout is None else world.bench.clock.now + self.timeout
            while len(self._received) < size and not self._cancelled:
                if until is not None and world.bench.clock.now >= until:
                    break
                world.wait(until)
                world.present()
                if not self.is_open:
                    raise PortNotOpenError
            self._cancelled = False
            octets = bytes(self._received[:size])
            del self._received[:size]
            return octets

    def read_until(self, expected: bytes = b"\n", size: int | None = None) -> bytes:
        """Octets up to `expected`, or `size` of them, or what came within the timeout (on the modem's clock)."""
        world, clock = self._opened(), self.bench.clock
        until = None if self.timeout is None else clock.now + self.timeout
        octets = b""
        while octet := self.read(1):
            octets += octet
            if octets.endswith(expected) or len(octets) == size:
                break
            with world.changed:
                world.present()
                if until is not None and clock.now >= until and not self._received:
                    break
        return octets

    def cancel_read(self) -> None:
        """End a `read` that waits in another thread."""
        world = self._opened()
        with world.changed:
            self._cancelled = True
            world.changed.notify_all()

    def write(self, data: ReadableBuffer) -> int:
        """Hand octets to the modem; it has them, and may have answered, when this returns."""
        self._opened()
        octets = bytes(data)
        self.do(self._channel.receive, octets)
        return len(octets)

    def flush(self) -> None:
        """Nothing waits to be written."""
        self._opened()

    def reset_input_buffer(self) -> None:
        """Forget what came and was not read."""
        self._opened()
        self.do(self._received.clear)

    def reset_output_buffer(self) -> None:
        """Nothing waits to be written."""
        self._opened()

    @property
    def in_waiting(self) -> int:
        """How many octets can be read at once."""
        self._opened()
        return self.do(self._received.__len__)

    @property
    def out_waiting(self) -> int:
        """None ever are."""
        return 0

    @property
    def cts(self) -> bool:
        """Clear to send."""
        self._opened()
        return self.do(lambda: self._channel.lines.cts)

    @property
    def dsr(self) -> bool:
        """Data set ready."""
        self._opened()
        return self.do(lambda: self._channel.lines.dsr)

    @property
    def ri(self) -> bool:
        """Ring indicator."""
        self._opened()
        return self.do(lambda: self._channel.lines.ri)

    @property
    def cd(self) -> bool:
        """Carrier detect."""
        self._opened()
        return self.do(lambda: self._channel.lines.dcd)

    # --- what SerialBase calls ---

    def _reconfigure_port(self) -> None:
        """Speed and format mean nothing yet."""

    def _update_dtr_state(self) -> None:
        self.do(self._channel.lines.terminal_ready, self, self.dtr)

    def _update_rts_state(self) -> None:
        """What the modem says is never held back."""

    def _update_break_state(self) -> None:
        """A break means nothing to it."""

    def _hear(self, octets: bytes) -> None:
        self._received += octets
        self._present().changed.notify_all()

    def _present(self) -> World:
        if self._world is None:
            raise PortNotOpenError
        return self._world

    def _opened(self) -> World:
        if not self.is_open:
            raise PortNotOpenError
        return self._present()


def _world_of(url: str) -> tuple[World, Channel]:
    """The world and the channel that a URL speaks of. Raises SerialException."""
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    channel, clock = options.pop("channel", "0"), options.pop("clock", "real")
    unknown = sorted(set(options) - set(_OPTIONS))
    if unknown:
        raise SerialException(f"{url}: there is no {unknown[0]!r}; there are {', '.join(_OPTIONS)}, channel and clock")
    if clock not in ("real", "virtual"):
        raise SerialException(f"{url}: the clock is real or virtual")
    world = _worlds.get(parts.netloc)
    if world is None:
        try:
            world = World(options, clock == "virtual")
        except (ProfileError, ValueError) as error:
            raise SerialException(f"{url}: {error}") from None
        if parts.netloc:
            _worlds[parts.netloc] = world
    elif options and options != world.options:
        raise SerialException(f"{url}: {parts.netloc} has been opened with other options: {world.options}")
    channels = world.bench.modem.channels
    if not channel.isdecimal() or int(channel) >= len(channels):
        raise SerialException(f"{url}: this modem has channels 0 to {len(channels) - 1}")
    return world, channels[int(channel)]
