"""A modem that runs beside a test, in a thread of its own and in real time, with ports that any program can open."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import timedelta
from types import TracebackType
from typing import ParamSpec, Self, TypeVar

from modem.wire.address import Address

from ..bench import WARM_UP_S, Bench, now
from ..cloud.service import Cloud
from ..ports import Place, Rfc2217, Tcp, Terminal
from ..server import Server, plan_ports, serve
from ..smsc import SentMessage
from .transcript import Transcript

P = ParamSpec("P")
T = TypeVar("T")

_KINDS: dict[str, Place] = {"pty": Terminal(), "tcp": Tcp("127.0.0.1", 0), "rfc2217": Rfc2217("127.0.0.1", 0)}


class EmulatedModem:
    """A modem with its SIM, its network, its SMS centre and the cloud behind 2936.

    `profile` is which modem to be, `pin` locks the SIM. `ports` are ``"pty"``, ``"tcp"`` or ``"rfc2217"``: they go to
    the modem's channels in order; without them every channel gets a pseudo-terminal. With `http` the cloud's API is
    served, which needs aiohttp. The modem has been on for a while, unless it is `cold`: then it is switched on as the
    ports open, and many a kind is deaf for some seconds. It runs between `start` and `close`, or inside a ``with``
    block.
    """

    def __init__(
        self,
        *,
        profile: str = "generic",
        pin: str | None = None,
        seed: int = 1,
        ports: Sequence[str] | None = None,
        http: bool = False,
        cold: bool = False,
    ) -> None:
        warm_up = 0.0 if cold else WARM_UP_S
        self.bench = Bench(seed=seed, profile=profile, pin=pin, start=now() - timedelta(seconds=warm_up))
        self.bench.clock.advance(warm_up)
        kinds = ["pty"] * len(self.bench.modem.channels) if ports is None else ports
        unknown = sorted(set(kinds) - set(_KINDS))
        if unknown:
            raise ValueError(f"there is no port of the kind {unknown[0]!r}; there are {', '.join(_KINDS)}")
        self._plan = plan_ports([len(self.bench.modem.channels)], [_KINDS[kind] for kind in kinds])
        self._http = ("127.0.0.1", 0) if http else None
        self._transcript = Transcript(self.bench)
        self._waiting: list[_Waiting] = []
        self._looking = False
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop
        self._server: Server
        self._stop: asyncio.Event

    # --- running ---

    def start(self) -> None:
        """Open the ports. Raises `emulator.ports.PortError`."""
        started: Future[None] = Future()
        self._thread = threading.Thread(target=self._run, args=(started,), name="emulated modem", daemon=True)
        self._thread.start()
        started.result()

    def close(self) -> None:
        """Take the ports away. Harmless when repeated."""
        thread, self._thread = self._thread, None
        if thread is not None:
            if thread.is_alive():
                self._loop.call_soon_threadsafe(self._stop.set)
            thread.join()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _run(self, started: Future[None]) -> None:
        try:
            asyncio.run(self._serve(started))
        except BaseException as error:
            if started.done():
                raise
            started.set_exception(error)

    async def _serve(self, started: Future[None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        async with serve(self.bench, ports=self._plan, http=self._http) as server:
            self._server = server
            self.bench.journal.listeners.append(self._look_soon)
            started.set_result(None)
            await self._stop.wait()
            self.bench.journal.listeners.remove(self._look_soon)

    # --- where it is ---

    @property
    def port(self) -> str:
        """The first port: a path, or a URL of pyserial's."""
        return self.ports[0]

    @property
    def ports(self) -> list[str]:
        """All ports."""
        return self._server.ports

    @property
    def http(self) -> str:
        """The address of the cloud's API; empty without `http`."""
        return self._server.http

    @property
    def cloud(self) -> Cloud:
        """The cloud behind 2936. What changes it goes through `do`."""
        return self.bench.cloud

    # --- what the world does to it ---

    def do(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call `function` in the modem's thread, at its present time, and hand back what comes of it.

        Everything that changes the bench from outside goes this way:
        ``modem.do(modem.cloud.commands.create, {"Sim": "device-1", "Command": "reboot"})``.
        """
        if threading.current_thread() is self._thread:
            return function(*args, **kwargs)
        outcome: Future[T] = Future()

        def call() -> None:
            try:
                self._server.runner.sync()
                outcome.set_result(function(*args, **kwargs))
            except BaseException as error:
                outcome.set_exception(error)

        self._loop.call_soon_threadsafe(call)
        return outcome.result()

    def receive_sms(self, sender: str, text: str | bytes) -> None:
        """The SMS centre takes a message for this modem's SIM; bytes are sent as 8-bit data. Raises PduError."""
        self.do(self.bench.smsc.send_text, Address.of(sender), self.bench.modem.sim.imsi, text)

    # --- what it did to the world ---

    @property
    def sent(self) -> list[SentMessage]:
        """What the network took from the modem, oldest first, long messages whole: each has `to` and `body`."""
        return self.do(list, self.bench.smsc.sent)

    def wait_sent(self, count: int = 1, timeout: float = 10.0) -> list[SentMessage]:
        """Wait until the network has taken `count` messages in all; what it has then. Raises TimeoutError."""
        sent = self.bench.smsc.sent
        try:
            self.wait(lambda: len(sent) >= count, timeout)
        except TimeoutError:
            raise TimeoutError(f"{len(sent)} of {count} messages were sent within {timeout:g} s") from None
        return self.sent

    def wait(self, condition: Callable[[], T], timeout: float = 10.0) -> T:
        """Wait until `condition` gives something true, and hand it back; it is called in the modem's thread, at once
        and after whatever happens on the bench. Raises TimeoutError, and what the condition raises.
        """
        waiting = _Waiting(condition)
        self.do(self._wait_for, waiting)
        try:
            return waiting.outcome.result(timeout)  # type: ignore[return-value]
        except TimeoutError:
            raise TimeoutError(f"what was waited for did not happen within {timeout:g} s") from None

    @property
    def transcript(self) -> str:
        """What was said and what happened, line by line, with the time in seconds."""
        return self.do(str, self._transcript) if self._thread is not None else str(self._transcript)

    def _wait_for(self, waiting: _Waiting) -> None:
        self._waiting.append(waiting)
        self._look()

    def _look_soon(self, _event: object) -> None:
        """Something happens: look at what is waited for once it has."""
        if self._waiting and not self._looking:
            self._looking = True
            self._loop.call_soon(self._look)

    def _look(self) -> None:
        self._looking = False
        self._waiting = [waiting for waiting in self._waiting if not waiting.over()]


class _Waiting:
    """A condition that somebody waits for."""

    def __init__(self, condition: Callable[[], object]) -> None:
        self._condition = condition
        self.outcome: Future[object] = Future()

    def over(self) -> bool:
        """Whether the condition holds now, or has failed."""
        try:
            value = self._condition()
        except Exception as error:
            self.outcome.set_exception(error)
            return True
        if value:
            self.outcome.set_result(value)
        return bool(value)
