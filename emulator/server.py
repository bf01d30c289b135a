"""A bench that runs: its clock follows the real one, and its ports and its HTTP address are open."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

from aiohttp import web
from aiohttp.typedefs import Handler

from .bench import Bench
from .cloud.callback_sender import CallbackSender
from .cloud.http_api import build_app
from .cloud.inspector import Inspector
from .control import add_control
from .firmware.modem import SoftModem
from .ports import PortError, PtyPort, TcpPort, bracketed, reason
from .runner import Runner

SHUTDOWN_WITHIN = 1.0


class PortPlan(NamedTuple):
    """A port to open: which modem of the bench it is for, and where.

    `at` is the path of a link to a pseudo-terminal (None: one without a link), or host and port number of TCP (0 lets
    the system choose).
    """

    modem: int = 0
    at: Path | tuple[str, int] | None = None


def plan_ports(modems: int, links: Sequence[Path], tcp: Sequence[tuple[str, int]]) -> list[PortPlan]:
    """Which port is for which modem: links, and TCP ports, go to the modems in order, and again from the first.

    Every modem has a port: those left over get a pseudo-terminal, whose link is the only one given with their number
    behind it, ``PATH-2``, ``PATH-3`` and so on.
    """
    plans = [PortPlan(number % modems, link) for number, link in enumerate(links)]
    plans += [PortPlan(number % modems, address) for number, address in enumerate(tcp)]
    served = {plan.modem for plan in plans}
    for modem in range(modems):
        if modem not in served:
            one = links[0] if len(links) == 1 else None
            plans.append(PortPlan(modem, None if one is None else one.with_name(f"{one.name}-{modem + 1}")))
    return sorted(plans, key=lambda plan: plan.modem)


class Server:
    """A running bench: where its modems' ports are, and where the cloud is."""

    def __init__(self, bench: Bench, inspector: Inspector) -> None:
        self.bench = bench
        self.inspector = inspector
        self.ports: list[str] = []  # the first modem's first
        self.ports_of: list[list[str]] = [[] for _ in bench.modems]
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
            "modems": [self._modem(number) for number in range(len(self.bench.modems))],
            "seed": self.bench.seed,
        }

    def _modem(self, number: int) -> dict[str, Any]:
        """A modem, its ports and its SIM."""
        modem = self.bench.modems[number]
        card = modem.card
        sim = None if card is None else self.bench.cloud.sims.by_imsi(card.imsi)
        return {
            "name": modem.name,
            "ports": self.ports_of[number],
            "number": None if card is None else f"+{card.msisdn}",
            "sim": None if sim is None else sim.unique_name,
        }


@asynccontextmanager
async def serve(
    bench: Bench,
    *,
    ports: Sequence[PortPlan] = (PortPlan(),),
    http: tuple[str, int] | None = ("127.0.0.1", 0),
) -> AsyncIterator[Server]:
    """Open the ports of the bench's modems and its HTTP address; close everything at the end of the block.

    Raises PortError when something cannot be opened.
    """
    async with AsyncExitStack() as stack:
        runner = Runner(bench.clock)
        stack.callback(runner.close)
        server = Server(bench, Inspector(bench.clock, bench.cloud.account, bench.journal))
        for plan in ports:
            name = await _open(bench.modems[plan.modem], plan.at, runner, stack)
            server.ports.append(name)
            server.ports_of[plan.modem].append(name)
        if http is not None:
            sender = CallbackSender(bench.journal)
            stack.push_async_callback(sender.close)
            bench.cloud.callbacks = sender
            server.http = await _open_http(server, runner, stack, *http)
        yield server


async def _open(modem: SoftModem, at: Path | tuple[str, int] | None, runner: Runner, stack: AsyncExitStack) -> str:
    """Open one port of a modem; its name."""
    if isinstance(at, tuple):
        listener = TcpPort(modem, runner.sync)
        await listener.open(*at)
        stack.push_async_callback(listener.close)
        return listener.name
    pty = PtyPort(modem, runner.sync, at)
    stack.callback(pty.close)
    return pty.name


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
