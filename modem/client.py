"""A modem on a port, for asyncio."""

from __future__ import annotations

import asyncio
import logging
import random
import re
import secrets
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Literal

from . import commands, outbox, session
from .commands import Request
from .engine import Completed, Engine, Event, Indication, Lost, TimedOut
from .errors import InvalidInput, ModemError, NotRegistered, PortLost
from .inbox import Acknowledge, Drain, Inbox, Job
from .messages import Message, Sent, Unreadable
from .ports import Port, open_port
from .script import Pause, Reply, Script, T, demand
from .session import ModemInfo, Registration, Session

log = logging.getLogger(__name__)
line_log = logging.getLogger("modem.line")

MAX_JOBS = 16  # announcements that wait; beyond that the memory is listed, which finds them all
CLOSE_TIMEOUT = 2.0  # seconds to leave a command that is in flight
REGISTRATION_PAUSE = 1.0  # seconds between questions while waiting for the network
BLIND_POLL = 10.0  # seconds between looks into the memory of a modem that announces nothing

_PIN = re.compile(rb'(\+CPIN=")[^"]*')


class _Bell:
    """Wakes everybody who waits."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def ring(self) -> None:
        for future in self._waiting:
            if not future.done():
                future.set_result(None)
        self._waiting.clear()

    async def wait(self) -> None:
        future = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        try:
            await future
        finally:
            self._waiting.discard(future)


class Modem:
    """A modem that is ready for SMS. Get one with `Modem.open`.

    One owner of the port: one task reads, one writes, one command is in flight, and conversations of several commands
    do not interleave. Any number of tasks may use a `Modem` at a time.
    """

    def __init__(self, port: Port, *, pin: str | None = None, poll_s: float = 300.0) -> None:
        self.name = port.name
        self._port = port
        self._pin = pin
        self._poll_s = poll_s
        self._loop = asyncio.get_running_loop()
        self._engine = Engine()
        self._session = Session()
        self._inbox = self._new_inbox()
        self._book = outbox.ReportBook()
        self._random = random.Random()
        self._turn = asyncio.Lock()
        self._futures: dict[Request, asyncio.Future[Reply]] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._writes: asyncio.Queue[bytes] = asyncio.Queue()
        self._jobs: list[Job] = []
        self._work = _Bell()
        self._news = _Bell()
        self._moved = _Bell()
        self._early: deque[Indication] | None = deque(maxlen=MAX_JOBS)  # until bring-up is through
        self._registered = False  # when it was asked last; a message that fails makes it ask again
        self._lost: PortLost | None = None
        self._tasks: list[asyncio.Task[None]] = []

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        port: str | Port,
        *,
        pin: str | None = None,
        baudrate: int = 115200,
        poll_s: float = 300.0,
        bare: bool = False,
    ) -> AsyncIterator[Modem]:
        """Open `port` and bring the modem up; at the end of the block both are left in order.

        port: a device ("/dev/ttyUSB2"), "socket://host:port", "rfc2217://host:port", or an open `Port`.
        pin: entered when the SIM asks for it and at least two tries are left.
        poll_s: the memory is read this often even when nothing was announced, because announcements get lost.
        bare: bring nothing up and change nothing; only `at` can be used then.

        Raises PortError, SimError, CommandFailed, CommandTimeout; it does not wait for the network (`wait_ready`).
        """
        modem = cls(await open_port(port, baudrate) if isinstance(port, str) else port, pin=pin, poll_s=poll_s)
        try:
            await modem._start(bare)
            yield modem
        finally:
            await modem._close()

    # --- sending ----------------------------------------------------------------------------------------------

    async def send(
        self,
        to: str,
        body: str | bytes,
        *,
        report: bool = False,
        validity: timedelta | None = None,
        flash: bool = False,
        timeout: float = 120.0,
    ) -> Sent:
        """Send text (str) or data (bytes) as one SMS or as many as it takes.

        The first message, and one after a failure, waits up to `timeout` seconds for the network. `report` asks for
        status reports (`delivered` waits for them); `validity` is how long the service centre tries.

        Raises InvalidInput (nothing was sent), NotRegistered, CmsError and its kin, CommandTimeout and PortLost
        (surely not sent), SendOutcomeUnknown (perhaps sent; never again by itself). Parts of a long message that were
        sent stay sent: every one of these errors has the message as its `sent` attribute, for `resume`.
        """
        sent = outbox.prepare(
            to,
            body,
            identifier=secrets.token_hex(8),
            reference=self._random.randrange(256),
            report=report,
            validity=validity,
            flash=flash,
        )
        try:
            if not self._registered:
                await self.wait_ready(timeout)
        except ModemError as error:
            error.sent = sent
            raise
        return await self.resume(sent)

    async def resume(self, sent: Sent, *, on_unknown: Literal["raise", "retry"] = "raise") -> Sent:
        """Send the parts of a message that were not sent yet. Errors as for `send`.

        on_unknown: "retry" sends a part of unknown outcome again, marked as a duplicate (TP-RD); the recipient may
        still get it twice.
        """
        if sent.report:
            self._book.expect(sent)
        try:
            await self._run(outbox.transmit(sent, self._loop.time, repeat_unknown=on_unknown == "retry"))
        except ModemError as error:
            self._registered = False  # perhaps; the next one asks again
            error.sent = sent
            raise
        finally:
            self._book.settle()
            self._news.ring()
        return sent

    async def delivered(self, sent: Sent, timeout: float | None = None) -> bool:
        """Wait until the fate of a message sent with `report` is known; True when it reached the recipient.

        Raises TimeoutError when it is not known after `timeout` seconds, PortLost.
        """
        if not sent.report:
            raise InvalidInput("this message was sent without asking for a report: send it with report=True")
        async with asyncio.timeout(timeout):
            while not sent.settled:
                self._check()
                await self._news.wait()
        return sent.delivered

    # --- receiving --------------------------------------------------------------------------------------------

    async def receive(self, timeout: float | None = None, *, sender: str | None = None) -> Message:
        """The next message, of `sender` alone when one is named. It stays in the modem until `ack`.

        Raises TimeoutError, PortLost.
        """
        async with asyncio.timeout(timeout):
            while True:
                message = self._inbox.hand_out(sender)
                if message is not None:
                    return message
                self._check()
                await self._news.wait()

    def messages(self, *, sender: str | None = None, ack: Literal["auto", "manual"] = "auto") -> AsyncIterator[Message]:
        """Messages as they come, those that were stored before first. Raises PortLost.

        A message is acknowledged when the loop comes round for the next one. One that was left with an exception or
        `break` is not: it comes again, before those that came later, now or after the next start. With ack="manual",
        `ack` is up to the caller. Several loops may run at a time: no message is with two of them.
        """
        return _Messages(self, sender, ack == "auto")

    async def ack(self, message: Message) -> None:
        """The application has the message: delete it from the modem. Raises PortLost, CommandTimeout."""
        await self._run(self._inbox.discard(message))

    async def put_back(self, message: Message) -> None:
        """The application does not want this message now: `receive` gives it again, before those that came later."""
        self._give_back(message)

    def _give_back(self, message: Message) -> None:
        self._inbox.give_back(message)
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            self._loop.call_soon_threadsafe(self._news.ring)

    @property
    def unreadable(self) -> tuple[Unreadable, ...]:
        """What came in and could not be decoded. It was logged, and what the modem had stored it still has."""
        return tuple(self._inbox.unreadable)

    # --- questions --------------------------------------------------------------------------------------------

    async def info(self) -> ModemInfo:
        """Who the modem and its SIM are, and how they do. Raises PortLost, CommandTimeout."""
        return await self._run(session.information(self._session))

    async def registration(self) -> Registration:
        """Where the modem stands with the network. Raises PortLost, CommandTimeout."""
        return await self._run(session.registration())

    async def wait_ready(self, timeout: float | None = None) -> None:
        """Wait until the network takes SMS. Raises NotRegistered after `timeout` seconds, PortLost."""
        deadline = None if timeout is None else self._loop.time() + timeout
        while not (status := await self.registration()).ready:
            if deadline is not None and self._loop.time() + REGISTRATION_PAUSE > deadline:
                raise NotRegistered(
                    f"no network after {timeout:g} s ({status}): check the antenna, the SIM's contract and the coverage"
                )
            await asyncio.sleep(REGISTRATION_PAUSE)
        self._registered = True

    async def at(self, command: str, *, timeout: float = 10.0) -> tuple[str, ...]:
        """Send any AT command that asks for no data; the lines of its answer, without the final OK.

        Raises InvalidInput for control characters, CommandFailed, CommandTimeout, PortLost.
        """
        return await self._foreign(commands.raw(command, timeout))

    async def at_data(self, command: str, payload: str, *, timeout: float = 60.0) -> tuple[str, ...]:
        """Send any AT command that asks for data with a prompt, and the data; the lines of its answer.

        payload: one line of printable ASCII, in PDU mode hexadecimal digits; Ctrl-Z is put behind it. Raises as `at`;
        a CommandTimeout may mean that the modem took the data.
        """
        return await self._foreign(commands.raw(command, timeout, payload))

    async def _foreign(self, request: Request) -> tuple[str, ...]:
        """A command of the caller's, which may have selected another memory."""
        try:
            return await self._run(demand(request))
        finally:
            self._inbox.selection_unknown()

    # --- conversations ----------------------------------------------------------------------------------------

    async def _run(self, script: Script[T]) -> T:
        """Carry out a script; no other one runs meanwhile."""
        async with self._turn:
            reply: Reply = None
            try:
                while True:
                    step = script.send(reply)
                    if isinstance(step, Pause):
                        await asyncio.sleep(step.seconds)
                        reply = None
                    else:
                        reply = await self._execute(step)
            except StopIteration as stop:
                result: T = stop.value
                return result
            finally:
                script.close()

    async def _execute(self, request: Request) -> Reply:
        if self._lost is not None:
            return Lost(request, False, str(self._lost))
        future = self._futures[request] = self._loop.create_future()
        self._engine.submit(request, self._loop.time())
        self._flush()
        try:
            reply: Reply = await future
            return reply
        except asyncio.CancelledError:
            self._engine.withdraw(request, self._loop.time())
            self._flush()
            raise
        finally:
            self._futures.pop(request, None)

    # --- the line ---------------------------------------------------------------------------------------------

    async def _read(self) -> None:
        try:
            while True:
                octets = await self._port.read()
                line_log.debug("< %r", _PIN.sub(rb"\1****", octets))
                self._handle(self._engine.receive(octets, self._loop.time()))
        except PortLost as error:
            self._lose(error)

    async def _write(self) -> None:
        try:
            while True:
                octets = await self._writes.get()
                line_log.debug("> %r", _PIN.sub(rb"\1****", octets))
                await self._port.write(octets)
        except PortLost as error:
            self._lose(error)

    def _tick(self) -> None:
        self._handle(self._engine.tick(self._loop.time()))

    def _handle(self, events: list[Event]) -> None:
        for event in events:
            if isinstance(event, Indication):
                self._indicated(event)
            else:
                self._answered(event)
        self._flush()
        self._moved.ring()

    def _answered(self, event: Completed | TimedOut | Lost) -> None:
        future = self._futures.get(event.request)
        if future is not None and not future.done():
            future.set_result(event)

    def _flush(self) -> None:
        octets = self._engine.outgoing()
        if octets:
            self._writes.put_nowait(octets)
        if self._timer is not None:
            self._timer.cancel()
        deadline = self._engine.deadline
        self._timer = None if deadline is None else self._loop.call_at(deadline, self._tick)

    def _lose(self, error: PortLost) -> None:
        if self._lost is None:
            self._lost = error
            self._handle(self._engine.lost(str(error)))
            self._news.ring()

    def _check(self) -> None:
        for task in self._tasks:
            if task.done() and not task.cancelled() and (error := task.exception()) is not None:
                raise error  # a bug: better heard than waited for
        if self._lost is not None:
            raise PortLost(str(self._lost)) from self._lost

    # --- what comes by itself ---------------------------------------------------------------------------------

    def _indicated(self, event: Indication) -> None:
        if self._early is not None:
            # What is stored will be found by listing; what is handed over comes only once.
            if event.name in ("+CMT", "+CDS"):
                self._early.append(event)
            return
        job = self._inbox.indication(event)
        self._news.ring()
        if isinstance(job, Acknowledge):
            self._jobs.insert(0, job)  # the modem waits for it, 12 to 20 s (TR2M of TS 24.011)
        elif job is not None:
            self._jobs.append(job)
            if len(self._jobs) > MAX_JOBS:
                self._jobs = [*(job for job in self._jobs if isinstance(job, Acknowledge)), Drain()]
        if self._jobs:
            self._work.ring()

    async def _attend(self) -> None:
        """Do what announcements ask for, and look into the memory now and then without being asked."""
        poll_s = self._poll_s if self._session.announces else min(self._poll_s, BLIND_POLL)
        next_look = self._loop.time()
        while self._lost is None:
            if self._loop.time() >= next_look:
                next_look = self._loop.time() + poll_s
                self._jobs.append(Drain())
            if not self._jobs:
                with suppress(TimeoutError):
                    async with asyncio.timeout_at(next_look):
                        await self._work.wait()
                continue
            job = self._jobs.pop(0)
            try:
                await self._run(self._inbox.work(job))
            except PortLost:
                return
            except ModemError as error:
                log.warning("messages may wait in the modem, they will be looked for again: %s", error)
            self._news.ring()

    # --- life -------------------------------------------------------------------------------------------------

    def _new_inbox(self) -> Inbox:
        return Inbox(
            self._session,
            clock=self._loop.time,
            calendar=lambda: datetime.now(UTC),
            on_report=lambda report: self._book.take(report, self._loop.time()),
        )

    async def _start(self, bare: bool) -> None:
        self._tasks = [asyncio.create_task(self._read()), asyncio.create_task(self._write())]
        if bare:
            return
        self._session = await self._run(session.bring_up(self._pin))
        self._pin = None
        self._inbox = self._new_inbox()
        early, self._early = self._early or (), None
        for event in early:
            self._indicated(event)
        self._tasks.append(asyncio.create_task(self._attend()))
        for task in self._tasks:
            task.add_done_callback(lambda _: self._news.ring())

    async def _close(self) -> None:
        """Leave the modem usable: no open prompt, nothing in flight. Bounded."""
        for task in self._tasks[2:]:
            task.cancel()
        await asyncio.gather(*self._tasks[2:], return_exceptions=True)
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_TIMEOUT):
                while self._lost is None and not self._engine.idle:
                    await self._moved.wait()
        if self._timer is not None:
            self._timer.cancel()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._port.close()
        self._lose(PortLost(f"{self.name} was closed"))
        if self._timer is not None:
            self._timer.cancel()


class _Messages:
    """The iteration of `Modem.messages`.

    Not a generator: one of asyncio's is finished at some later time, when another loop may have a later message. This
    gives its message back at once, when `async for` lets go of it.
    """

    def __init__(self, modem: Modem, sender: str | None, acknowledge: bool) -> None:
        self._modem = modem
        self._sender = sender
        self._acknowledge = acknowledge
        self._current: Message | None = None

    def __aiter__(self) -> _Messages:
        self._leave()  # a loop that was left, and is taken up again
        return self

    async def __anext__(self) -> Message:
        done, self._current = self._current, None
        if done is not None:
            await self._modem.ack(done)
        message = await self._modem.receive(sender=self._sender)
        if self._acknowledge:
            self._current = message
        return message

    async def aclose(self) -> None:
        """Give back what the loop was left with; for `contextlib.aclosing`, which generators need."""
        self._leave()

    def __del__(self) -> None:
        self._leave()

    def _leave(self) -> None:
        message, self._current = self._current, None
        if message is not None:
            self._modem._give_back(message)
