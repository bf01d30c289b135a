"""A cloud with one SIM on the virtual clock, an SMS centre that does as the test says, and a real HTTP server."""

from __future__ import annotations

import base64
import random
from asyncio import Event as Signal
from asyncio import timeout
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, NamedTuple

import aiohttp
import pytest
from aiohttp import web
from yarl import URL

from emulator.clock import Clock
from emulator.cloud.callback_sender import CallbackSender
from emulator.cloud.callbacks import CallbackRequest
from emulator.cloud.http_api import build_app
from emulator.cloud.inspector import Inspector
from emulator.cloud.link import DeliveryObserver
from emulator.cloud.model import Sim
from emulator.cloud.service import Cloud
from emulator.journal import Event, Journal
from modem.wire.address import Address
from modem.wire.coding import DataCoding
from modem.wire.header import InformationElement
from modem.wire.tpdu import Submit
from modem.wire.user_data import UserData

ACCOUNT_SID = "AC0123456789abcdef0123456789abcdef"
AUTH_TOKEN = "00112233445566778899aabbccddeeff"
Serve = Callable[[web.Application], Awaitable[str]]
IMSI = "001010123456789"
ICCID = "8988307000000000001"


class Sent(NamedTuple):
    imsi: str
    data_coding: DataCoding
    user_data: UserData
    receipt: bool
    validity_s: float
    observer: DeliveryObserver


class HandLink:
    """An SMS centre driven by hand: keeps what it is given; the test tells the observer what became of it."""

    def __init__(self) -> None:
        self.sent: list[Sent] = []

    def send_to_sim(
        self,
        imsi: str,
        data_coding: DataCoding,
        user_data: UserData,
        *,
        receipt: bool,
        validity_s: float,
        observer: DeliveryObserver,
    ) -> None:
        self.sent.append(Sent(imsi, data_coding, user_data, receipt, validity_s, observer))


class ListSink:
    """Keeps the callbacks instead of making them."""

    def __init__(self) -> None:
        self.requests: list[CallbackRequest] = []

    def send(self, request: CallbackRequest) -> None:
        self.requests.append(request)


class World:
    """The cloud and what is around it."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.journal = Journal(self.clock)
        self.link = HandLink()
        self.sink = ListSink()
        self.cloud = Cloud(
            self.clock,
            random.Random(2936),
            self.journal,
            self.link,
            self.sink,
            account_sid=ACCOUNT_SID,
            auth_token=AUTH_TOKEN,
        )
        self.sim: Sim = self.cloud.add_sim(IMSI, ICCID, unique_name="my meter")

    def events(self, kind: str) -> list[Event]:
        return [event for event in self.journal.events if event.kind == kind]

    def alerts(self) -> list[int]:
        return [event.data["code"] for event in self.events("cloud.alert")]

    def create(self, command: str = "reboot", **form: str) -> str:
        """Create a Command for the SIM, let it leave for the SMS centre, and return its SID."""
        created = self.cloud.commands.create({"Sim": self.sim.sid, "Command": command, **form})
        self.clock.settle()
        return created.sid

    def receive(self, text: str, header: tuple[InformationElement, ...] = ()) -> None:
        """An SMS-SUBMIT with GSM 7-bit text from the SIM to 2936."""
        self.cloud.receive(IMSI, Submit(Address.of("2936"), UserData(text, header)))

    async def reached(self, kind: str, count: int) -> list[Event]:
        """Wait until the journal has that many events of a kind. No polling: the journal tells."""
        enough = Signal()

        def look(_: Event | None = None) -> None:
            if len(self.events(kind)) >= count:
                enough.set()

        self.journal.listeners.append(look)
        look()
        async with timeout(20):
            await enough.wait()
        self.journal.listeners.remove(look)
        return self.events(kind)

    def status(self, sid: str) -> str:
        return self.cloud.commands.fetch(sid).status


@pytest.fixture
def world() -> World:
    return World()


def basic(credentials: str) -> str:
    return "Basic " + base64.b64encode(credentials.encode()).decode()


class Server:
    """The cloud behind a real HTTP server, with its inspector, callbacks really made, and a client with credentials."""

    def __init__(self, world: World, url: str, inspector: Inspector, session: aiohttp.ClientSession) -> None:
        self.world = world
        self.url = url
        self.inspector = inspector
        self.session = session
        self.authorization = basic(f"{ACCOUNT_SID}:{AUTH_TOKEN}")

    async def request(
        self, method: str, path: str, *, headers: dict[str, str] | None = None, **options: Any
    ) -> tuple[aiohttp.ClientResponse, Any]:
        """Make a request, with the account's credentials unless the headers say otherwise.

        Gives the answer and its JSON (None without a body). The path goes out as it stands.
        """
        options["headers"] = {"Authorization": self.authorization} | (headers or {})
        url = URL(self.url + path, encoded=True)
        async with self.session.request(method, url, **options) as response:
            body = await response.read()
            return response, await response.json() if body else None


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Serves applications, each on a port that the OS chooses, until the test ends."""
    runners = []

    async def start(app: web.Application) -> str:
        runner = web.AppRunner(app, shutdown_timeout=0)
        runners.append(runner)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        return f"http://{host}:{port}"

    yield start
    for runner in runners:
        await runner.cleanup()


@pytest.fixture
async def server(world: World, serve: Serve) -> AsyncIterator[Server]:
    sender = CallbackSender(world.journal)
    world.cloud.callbacks = sender
    inspector = Inspector(world.clock, world.cloud.account, world.journal)
    url = await serve(build_app(world.cloud, inspector))
    async with aiohttp.ClientSession() as session:
        yield Server(world, url, inspector, session)
    await sender.close()
