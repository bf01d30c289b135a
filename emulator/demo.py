"""The demo: a Command from a device to its cloud and one back, in front of the reader's eyes."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

import aiohttp

from .bench import Bench, now
from .journal import Event
from .narrator import Narrator
from .server import Server, serve

if TYPE_CHECKING:
    from modem import Modem

STEP_WITHIN = 15.0  # seconds; a step takes milliseconds

INTRODUCTION = """\
modem2936: a device, its modem, and the cloud behind short code 2936

  modem       {port}    (a pseudo-terminal: any AT client can use it)
  cloud       {http}/v1
  SIM         {sim}, called device-1

Below, `client` is the driver in modem/, talking to the modem over its serial port;
`modem`, `centre` (SMS centre) and `cloud` are the emulator.
"""

CONCLUSION = """
Both Commands went through. To play with it yourself:

  {emulator} run --link ./ttyEMU0        and in another terminal:
  {modem} --port ./ttyEMU0 send hello_sim
  {modem} --port ./ttyEMU0 listen
"""


async def run() -> int:
    """Run the demo; 0 when both Commands went all the way."""
    from modem import Modem, ModemError

    bench = Bench(start=now())
    try:
        async with asyncio.timeout(4 * STEP_WITHIN), serve(bench) as server:
            sim = bench.cloud.sims.fetch("device-1")
            print(INTRODUCTION.format(port=server.ports[0], http=server.http, sim=sim.sid))
            stage = _Stage()
            Narrator(bench, stage.tell)
            account = bench.cloud.account
            async with aiohttp.ClientSession(auth=aiohttp.BasicAuth(account.sid, account.auth_token)) as session:
                api = _Api(session, server.http, stage)
                _heading("The driver brings the modem up")
                async with Modem.open(server.ports[0]) as modem:
                    await modem.wait_ready(STEP_WITHIN)
                    await _from_device(api, modem, server)
                    await _to_device(api, modem, bench)
    except (ModemError, aiohttp.ClientError, TimeoutError, _Failed) as error:
        print(f"\nThe demo failed: {error or 'a step took too long'}", file=sys.stderr)
        return 1
    print(CONCLUSION.format(modem=_program("modem"), emulator=_program("modem-emulator")))
    return 0


def _program(name: str) -> str:
    """How to start one of our programs from here: `make demo` leaves them in .venv/bin."""
    if shutil.which(name):
        return name
    path = Path(sys.executable).with_name(name)
    return os.path.relpath(path) if path.exists() else f"python -m {name.removeprefix('modem-')}"


class _Failed(Exception):
    """A step did not end as it should."""


class _Stage:
    """Where the narrator speaks; it waits in the wings while a request is being answered, so that the answer comes
    right after the question."""

    def __init__(self) -> None:
        self._held: list[str] | None = None

    def tell(self, line: str) -> None:
        """Print a line, now or when the answer is there."""
        if self._held is None:
            print(line)
        else:
            self._held.append(line)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold lines back until the end of the block."""
        self._held = []
        try:
            yield
        finally:
            lines, self._held = self._held, None
            for line in lines:
                print(line)


class _Api:
    """The cloud's API as an application uses it: every request and answer is shown."""

    def __init__(self, session: aiohttp.ClientSession, base: str, stage: _Stage) -> None:
        self._session = session
        self._base = base
        self._stage = stage

    async def request(self, method: str, path: str, show: bool = True, **form: str) -> Any:
        """Make a request; the JSON of its answer. Raises _Failed when it is refused."""
        fields = "".join(f" --data-urlencode {name}={value}" for name, value in form.items())
        print(f"you       $ curl -u $ACCOUNT_SID:$AUTH_TOKEN -X {method} {quote(self._base + path)}{fields}")
        with self._stage.held():
            async with self._session.request(method, self._base + path, data=form or None) as response:
                answer = await response.json()
                print(f"cloud     {response.status} {response.reason}")
                if show:
                    _indented(json.dumps(answer, indent=2))
        if response.status >= 300:
            raise _Failed(answer)
        return answer


def _expect(bench: Bench, kind: str, **particulars: object) -> asyncio.Future[None]:
    """Done once an event of this kind with these particulars is in the journal."""
    future = asyncio.get_running_loop().create_future()

    def look(event: Event) -> None:
        if event.kind == kind and particulars.items() <= event.data.items() and not future.done():
            future.set_result(None)

    bench.journal.listeners.append(look)
    return future


def _heading(text: str) -> None:
    print(f"\n== {text}\n")


def _indented(text: str) -> None:
    for line in text.splitlines():
        print(f"            {line}")


async def _from_device(api: _Api, modem: Modem, server: Server) -> None:
    _heading("Where the cloud is to post what the device says: the Commands Callback URL")
    inspector = f"{server.http}/inspect/demo"
    await api.request("POST", "/v1/Sims/device-1", show=False, CommandsCallbackUrl=inspector)

    _heading("From the device to the cloud: modem.send('2936', 'hello_sim')")
    called = _expect(server.bench, "callback.attempt", status=200)
    await modem.send("2936", "hello_sim")
    await called
    (received,) = server.inspector.received("demo")
    print("\nThe callback, as the application receives it (a form, shown field by field):")
    _indented("\n".join(f"{name:15} {value}" for name, value in received.form))
    _heading("The Command in the cloud")
    listed = await api.request("GET", "/v1/Commands?Direction=from_sim&PageSize=1")
    command = listed["commands"][0]
    if (command["command"], command["status"]) != ("hello_sim", "received"):
        raise _Failed(f"expected hello_sim, received; found {command}")


async def _to_device(api: _Api, modem: Modem, bench: Bench) -> None:
    _heading("From the cloud to the device")
    delivered = _expect(bench, "cloud.status", status="delivered")
    created = await api.request("POST", "/v1/Commands", Sim="device-1", Command="reboot")
    message = await modem.receive(STEP_WITHIN)
    await modem.ack(message)
    print(f"\nThe driver hands it to the device's program: from {message.sender}, {message.text!r}")
    _heading("The same Command, a moment later")
    await delivered
    command = await api.request("GET", f"/v1/Commands/{created['sid']}")
    if (message.text, command["status"]) != ("reboot", "delivered"):
        raise _Failed(f"expected reboot, delivered; the device has {message.text!r}, the cloud {command}")
