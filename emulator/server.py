"""A bench that runs: its clock follows the real one, and its ports and its HTTP address are open."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, NamedTuple

from .bench import Bench
from .cloud.inspector import Inspector
from .ports import Place, Terminal, open_port
from .runner import Runner


class PortPlan(NamedTuple):
    """A port to open: for which modem of the bench, for which of its channels, and where."""

    modem: int = 0
    channel: int = 0
    place: Place = Terminal()


def plan_ports(bench: Bench, places: Sequence[Place]) -> list[PortPlan]:
    """Which port is for whom: ports of a kind go to the channels in order, every modem's first channel before any
    second one, and again from the first: those double it.
    """
    channels = sorted(
        (channel, modem) for modem, one in enumerate(bench.modems) for channel in range(len(one.channels))
    )
    used: dict[type[Place], int] = {}
    plans = []
    for place in places:
        number = used[type(place)] = used.get(type(place), -1) + 1
        channel, modem = channels[number % len(channels)]
        plans.append(PortPlan(modem, channel, place))
    return plans


class Server:
    """A running bench: where its modem's ports are, and where the cloud is."""

    def __init__(self, bench: Bench, runner: Runner, inspector: Inspector) -> None:
        self.bench = bench
        self.runner = runner
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
    ports: Sequence[PortPlan] = (PortPlan(),),
    http: tuple[str, int] | None = ("127.0.0.1", 0),
) -> AsyncIterator[Server]:
    """Open the ports of the bench's modems and its HTTP address; close everything at the end of the block.

    Raises PortError when something cannot be opened.
    """
    async with AsyncExitStack() as stack:
        runner = Runner(bench.clock)
        stack.callback(runner.close)
        server = Server(bench, runner, Inspector(bench.clock, bench.cloud.account, bench.journal))
        for plan in ports:
            channel = bench.modems[plan.modem].channels[plan.channel]
            server.ports.append(await open_port(channel, plan.place, runner.sync, stack))
        if http is not None:
            from .web import open_http  # aiohttp costs half a second on a small machine, and not everybody has it

            server.http = await open_http(bench, server.inspector, runner, stack, *http)
        yield server
