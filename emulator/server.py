"""A bench that runs: its clock follows the real one, and its ports and its HTTP address are open."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from .bench import Bench
from .cloud.callback_sender import CallbackSender
from .cloud.http_api import build_app
from .cloud.inspector import Inspector
from .control import add_control
from .ports import PortError, PtyPort, TcpPort, UnixPort, bracketed, reason
from .runner import Runner

SHUTDOWN_WITHIN = 1.0


class Server:
    """A running bench: where its modem's ports are, and where the cloud is."""

    def __init__(self, bench: Bench, inspector: Inspector) -> None:
        self.bench = bench
        self.inspector = inspector
        self.ports: list[str] = []
        self.http = ""

    def ready(self) -> dict[str, Any]:
        """What a program needs in order to use the bench, as ``run --json`` prints it."""
        cloud = self.bench.cloud
        return {
            "ready": True,
            "ports": self.ports,
            "http": self.http,
            "account_sid": cloud.account.sid,
            "auth_token": cloud.account.auth_token,
            "sims": [
                {"sid": sim.sid, "unique_name": sim.unique_name, "iccid": sim.iccid, "imsi": sim.imsi}
                for modem in self.bench.modems
                if modem.card is not None and (sim := cloud.sims.by_imsi(modem.card.imsi)) is not None
            ],
            "seed": self.bench.seed,
        }


@asynccontextmanager
async def serve(
    bench: Bench,
    *,
    links: Sequence[Path | None] = (),
    tcp: Sequence[tuple[str, int]] = (),
    unix: Sequence[str] = (),
    http: tuple[str, int] | None = ("127.0.0.1", 0),
) -> AsyncIterator[Server]:
    """Open the ports of the bench's first modem and its HTTP address; close everything at the end of the block.

    A pseudo-terminal is opened for each of `links` (None: one without a link), a TCP port for each of `tcp` (port
    number 0 lets the system choose) and a Unix socket for each of `unix`. Raises PortError when something cannot be
    opened.
    """
    async with AsyncExitStack() as stack:
        runner = Runner(bench.clock)
        stack.callback(runner.close)
        server = Server(bench, Inspector(bench.clock, bench.cloud.account, bench.journal))
        for link in links:
            pty = PtyPort(bench.modem, runner.sync, link)
            stack.callback(pty.close)
            server.ports.append(pty.name)
        for host, port in tcp:
            listener = TcpPort(bench.modem, runner.sync)
            await listener.open(host, port)
            stack.push_async_callback(listener.close)
            server.ports.append(listener.name)
        for path in unix:
            socket = UnixPort(bench.modem, runner.sync)
            await socket.open(path)
            stack.push_async_callback(socket.close)
            server.ports.append(socket.name)
        if http is not None:
            sender = CallbackSender(bench.journal)
            stack.push_async_callback(sender.close)
            bench.cloud.callbacks = sender
            server.http = await _open_http(server, runner, stack, *http)
        yield server


async def _open_http(server: Server, runner: Runner, stack: AsyncExitStack, host: str, port: int) -> str:
    """Serve the cloud's API, the inspector and the control API; the address."""
    app = build_app(server.bench.cloud, server.inspector)
    add_control(app, server.bench)

    @web.middleware
    async def in_the_present(request: web.Request, handler: Handler) -> web.StreamResponse:
        runner.sync()
        return await handler(request)

    app.middlewares.insert(0, in_the_present)
    web_runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_WITHIN)
    await web_runner.setup()
    stack.push_async_callback(web_runner.cleanup)
    site = web.TCPSite(web_runner, host, port)
    try:
        await site.start()
    except OSError as error:
        raise PortError(f"cannot listen on {host}:{port}: {reason(error)}; choose another --http port") from error
    return f"http://{bracketed(*web_runner.addresses[0][:2])}"
