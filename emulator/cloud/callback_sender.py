"""Makes the callback requests: in the background, one after the other for each SIM."""

from __future__ import annotations

import asyncio
from collections import deque
from enum import Enum
from urllib.parse import urlsplit

import aiohttp
from yarl import URL

from emulator.journal import Journal

from .callbacks import CallbackRequest
from .errors import ALERTS

CONNECT_TIMEOUT_S = 5.0
TOTAL_TIMEOUT_S = 15.0
MAX_ANSWER = 64 * 1024
MAX_WAITING = 1000  # requests of one SIM


class _Outcome(Enum):
    DONE = "done"
    AGAIN = "worth another try"
    REFUSED = "not worth another try"


_OUTCOMES = {2: _Outcome.DONE, 5: _Outcome.AGAIN}


class CallbackSender:
    """A `CallbackSink` that makes the requests on the running event loop.

    Each SIM has a queue and a task of its own while it has something to send: its order is kept, and an endpoint that
    hangs delays nobody else. An attempt succeeds with any status of the 200 range; it is made a second time, once,
    when no connection came about or the answer was 5xx. Redirects are not followed, the answer's body is ignored.
    Every attempt is in the journal as ``callback.attempt``, and the final failure as ``cloud.alert`` 11200.
    """

    def __init__(
        self,
        journal: Journal,
        *,
        connect_timeout_s: float = CONNECT_TIMEOUT_S,
        total_timeout_s: float = TOTAL_TIMEOUT_S,
    ) -> None:
        self._journal = journal
        self._timeout = aiohttp.ClientTimeout(total=total_timeout_s, connect=connect_timeout_s)
        self._session: aiohttp.ClientSession | None = None
        self._queues: dict[str, deque[CallbackRequest]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    def send(self, request: CallbackRequest) -> None:
        """Queue a request. To be called on the event loop's thread; returns at once."""
        if self._closed:
            return
        queue = self._queues.get(request.sim_sid)
        if queue is None:
            queue = self._queues[request.sim_sid] = deque()
            task = asyncio.get_running_loop().create_task(self._work(request.sim_sid, queue))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        if len(queue) >= MAX_WAITING:
            self._journal.write("callback.dropped", sim_sid=request.sim_sid, command_sid=request.command_sid)
            return
        queue.append(request)

    async def close(self) -> None:
        """Give up what is waiting or under way, and close all connections."""
        self._closed = True
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    async def _work(self, sim_sid: str, queue: deque[CallbackRequest]) -> None:
        try:
            while queue:
                request = queue.popleft()
                outcome = await self._attempt(request, 1)
                if outcome is _Outcome.AGAIN:
                    outcome = await self._attempt(request, 2)
                if outcome is not _Outcome.DONE:
                    self._fail(request)
        finally:
            del self._queues[sim_sid]

    async def _attempt(self, request: CallbackRequest, number: int) -> _Outcome:
        status: int | None = None
        error: str | None = None
        try:
            status = await self._request(request)
            outcome = _OUTCOMES.get(status // 100, _Outcome.REFUSED)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as reason:
            outcome, error = _Outcome.AGAIN, _describe(reason)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as reason:
            outcome, error = _Outcome.REFUSED, _describe(reason)
        self._journal.write(
            "callback.attempt",
            sim_sid=request.sim_sid,
            command_sid=request.command_sid,
            method=request.method,
            url=_without_password(request.url),
            attempt=number,
            status=status,
            error=error,
        )
        return outcome

    async def _request(self, request: CallbackRequest) -> int:
        async with self._connected().request(
            request.method,
            URL(request.url, encoded=True),  # it is signed: not one character may change on the way
            headers=request.headers,
            data=request.body or None,
            allow_redirects=False,
        ) as response:
            # Reading a little lets ordinary endpoints finish in peace; an endless answer is cut off.
            left = MAX_ANSWER
            async for chunk in response.content.iter_chunked(8192):
                left -= len(chunk)
                if left <= 0:
                    response.close()
                    break
            return response.status

    def _connected(self) -> aiohttp.ClientSession:
        if self._session is None:
            # No limit: endpoints that hang must not use up what all SIMs share; each SIM has one connection at a time.
            # No reuse: an endpoint that drops an idle connection would make the next callback fail without a retry.
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, force_close=True),
                timeout=self._timeout,
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
            )
        return self._session

    def _fail(self, request: CallbackRequest) -> None:
        self._journal.write(
            "cloud.alert",
            code=11200,
            message=ALERTS[11200],
            sim_sid=request.sim_sid,
            command_sid=request.command_sid,
        )


def _describe(error: Exception) -> str:
    # The class alone: the text of some errors quotes the address, and with it a password.
    return type(error).__name__


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
