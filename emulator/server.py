"""A bench that runs: its clock follows the real one, and its ports and its HTTP address are open."""

from __future__ import annotations

import asyncio
import importlib
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


def plan_ports(channels: Sequence[int], places: Sequence[Place]) -> list[PortPlan]:
    """Which port is for whom; `channels` is how many each modem has.

    Ports of a kind go to the modems in order, then to their second channels, and again from the first: those double it.
    Every modem has a port: those left over get a pseudo-terminal, whose link is the only one given with their number
    behind it, ``PATH-2``, ``PATH-3`` and so on.
    """
    order = sorted((channel, modem) for modem, count in enumerate(channels) for channel in range(count))
    plans = []
    for kind in dict.fromkeys(type(place) for place in places):
        for number, place in enumerate(place for place in places if type(place) is kind):
            channel, modem = order[number % len(order)]
            plans.append(PortPlan(modem, channel, place))
    served = {plan.modem for plan in plans}
    links = [place.link for place in places if isinstance(place, Terminal) and place.link is not None]
    for modem in range(len(channels)):
        if modem not in served:
            link = links[0].with_name(f"{links[0].name}-{modem + 1}") if len(links) == 1 else None
            plans.append(PortPlan(modem, place=Terminal(link)))
    return sorted(plans, key=lambda plan: plan.modem)


class Server:
    """A running bench: where its modems' ports are, and where the cloud is."""

    def __init__(self, bench: Bench, runner: Runner, inspector: Inspector) -> None:
        self.bench = bench
        self.runner = runner
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
        server = Server(bench, runner, Inspector(bench.clock, bench.cloud.account, bench.journal))
        for plan in ports:
            channel = bench.modems[plan.modem].channels[plan.channel]
            name = await open_port(channel, plan.place, runner.sync, stack)
            server.ports.append(name)
            server.ports_of[plan.modem].append(name)
        if http is not None:
            # aiohttp costs half a second on a small machine, and not everybody has it: modems answer in the meantime.
            web = await asyncio.to_thread(importlib.import_module, f"{__package__}.web")
            server.http = await web.open_http(bench, server.inspector, runner, stack, *http)
        yield server
