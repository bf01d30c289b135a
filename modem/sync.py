"""The same modem without asyncio: every method blocks until its result is there.

One implementation, not two: the asyncio `Modem` runs on an event loop in a thread of its own. Any thread may call.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager, suppress
from datetime import timedelta
from typing import Any, Literal, TypeVar

from . import client
from .errors import PortLost
from .messages import Message, Sent, Unreadable
from .ports import Port
from .session import ModemInfo, Registration

T = TypeVar("T")


class _LoopThread:
    """An event loop in a thread, for as long as a `Modem` is open."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._main, name="modem", daemon=True)
        self._thread.start()

    def _main(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_forever()

    def call(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run `coroutine` over there and wait for it; an interrupted wait cancels it."""
        if not self.loop.is_running() and self.loop.is_closed():
            coroutine.close()
            raise PortLost("the modem was closed: open it again")
        future = asyncio.run_coroutine_threadsafe(coroutine, self.loop)
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise

    def stop(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.run_until_complete(self.loop.shutdown_asyncgens())
        self.loop.close()


class Modem:
    """A modem that is ready for SMS. Get one with `Modem.open`; methods and errors are those of `modem.Modem`."""

    def __init__(self, thread: _LoopThread, modem: client.Modem) -> None:
        self.name = modem.name
        self._thread = thread
        self._modem = modem

    @classmethod
    @contextmanager
    def open(
        cls,
        port: str | Port,
        *,
        pin: str | None = None,
        baudrate: int = 115200,
        poll_s: float = 300.0,
        bare: bool = False,
    ) -> Iterator[Modem]:
        """See `modem.Modem.open`."""
        thread = _LoopThread()
        try:
            manager = client.Modem.open(port, pin=pin, baudrate=baudrate, poll_s=poll_s, bare=bare)
            modem = thread.call(manager.__aenter__())
            try:
                yield cls(thread, modem)
            finally:
                thread.call(_leave(manager))
        finally:
            thread.stop()

    def send(
        self,
        to: str,
        body: str | bytes,
        *,
        report: bool = False,
        validity: timedelta | None = None,
        flash: bool = False,
        timeout: float = 120.0,
    ) -> Sent:
        """See `modem.Modem.send`."""
        return self._thread.call(
            self._modem.send(to, body, report=report, validity=validity, flash=flash, timeout=timeout)
        )

    def resume(self, sent: Sent, *, on_unknown: Literal["raise", "retry"] = "raise") -> Sent:
        """See `modem.Modem.resume`."""
        return self._thread.call(self._modem.resume(sent, on_unknown=on_unknown))

    def delivered(self, sent: Sent, timeout: float | None = None) -> bool:
        """See `modem.Modem.delivered`."""
        return self._thread.call(self._modem.delivered(sent, timeout))

    def receive(self, timeout: float | None = None, *, sender: str | None = None) -> Message:
        """See `modem.Modem.receive`."""
        return self._thread.call(self._modem.receive(timeout, sender=sender))

    def messages(
        self, *, sender: str | None = None, ack: Literal["auto", "manual"] = "auto", timeout: float | None = None
    ) -> Iterator[Message]:
        """See `modem.Modem.messages`; the iteration ends when none came for `timeout` seconds."""
        while True:
            try:
                message = self.receive(timeout, sender=sender)
            except TimeoutError:
                return
            try:
                yield message
            except GeneratorExit:
                if ack == "auto":
                    with suppress(PortLost):  # closed in the meantime: the message is in the modem
                        self._thread.call(self._modem.put_back(message))
                raise
            if ack == "auto":
                self.ack(message)

    def ack(self, message: Message) -> None:
        """See `modem.Modem.ack`."""
        self._thread.call(self._modem.ack(message))

    @property
    def unreadable(self) -> tuple[Unreadable, ...]:
        """See `modem.Modem.unreadable`."""
        return self._modem.unreadable

    def info(self) -> ModemInfo:
        """See `modem.Modem.info`."""
        return self._thread.call(self._modem.info())

    def registration(self) -> Registration:
        """See `modem.Modem.registration`."""
        return self._thread.call(self._modem.registration())

    def wait_ready(self, timeout: float | None = None) -> None:
        """See `modem.Modem.wait_ready`."""
        self._thread.call(self._modem.wait_ready(timeout))

    def at(self, command: str, *, timeout: float = 10.0) -> tuple[str, ...]:
        """See `modem.Modem.at`."""
        return self._thread.call(self._modem.at(command, timeout=timeout))

    def at_data(self, command: str, payload: str, *, timeout: float = 60.0) -> tuple[str, ...]:
        """See `modem.Modem.at_data`."""
        return self._thread.call(self._modem.at_data(command, payload, timeout=timeout))


async def _leave(manager: AbstractAsyncContextManager[client.Modem]) -> None:
    await manager.__aexit__(None, None, None)
