"""Callbacks really made, to endpoints that behave and endpoints that do not."""

from __future__ import annotations

import asyncio
import contextlib
import socket

import pytest
from aiohttp import web
from twilio.request_validator import RequestValidator

from emulator.cloud.callback_sender import CallbackSender
from emulator.cloud.callbacks import CallbackRequest

TOKEN = "00112233445566778899aabbccddeeff"


@pytest.fixture
async def sender(world):
    """A sender whose patience is short."""
    sender = CallbackSender(world.journal, connect_timeout_s=0.3, total_timeout_s=0.3)
    yield sender
    await sender.close()


@pytest.fixture
async def endpoint(serve):
    """An application that answers as the path says, and keeps what it got."""

    class Endpoint:
        def __init__(self) -> None:
            self.url = ""
            self.got: list[str] = []
            self.release = asyncio.Event()

        async def status(self, request: web.Request) -> web.Response:
            self.got.append(await request.text())
            return web.Response(status=int(request.match_info["status"]), headers={"Location": f"{self.url}/200"})

        async def hang(self, _: web.Request) -> web.Response:
            self.got.append("hang")
            await self.release.wait()
            return web.Response()

        async def flood(self, request: web.Request) -> web.StreamResponse:
            response = web.StreamResponse()
            await response.prepare(request)
            try:
                while True:
                    await response.write(b"<Response>" * 1000)
            finally:
                self.got.append("hung up")

        async def flaky(self, request: web.Request) -> web.Response:
            self.got.append(request.headers["I-Twilio-Idempotency-Token"])
            return web.Response(status=503 if len(self.got) == 1 else 204)

    endpoint = Endpoint()
    app = web.Application()
    app.router.add_route("*", "/hang", endpoint.hang)
    app.router.add_route("*", "/flood", endpoint.flood)
    app.router.add_route("*", "/flaky", endpoint.flaky)
    app.router.add_route("*", "/{status:\\d+}", endpoint.status)
    endpoint.url = await serve(app)
    yield endpoint
    endpoint.release.set()


def request(url: str, sim: str = "DE1", body: bytes = b"a=1", command: str = "DC1") -> CallbackRequest:
    headers = {"I-Twilio-Idempotency-Token": "t", "Content-Type": "application/x-www-form-urlencoded"}
    return CallbackRequest(sim, command, "POST", url, headers, body)


def outcome(events) -> list[tuple[int | None, str | None]]:
    return [(event.data["status"], event.data["error"]) for event in events]


@pytest.mark.parametrize("status", [200, 202, 204])
async def test_any_2xx_is_success(world, sender, endpoint, status):
    sender.send(request(f"{endpoint.url}/{status}"))
    assert outcome(await world.reached("callback.attempt", 1)) == [(status, None)]
    await sender.close()
    assert (endpoint.got, world.alerts()) == (["a=1"], [])


@pytest.mark.parametrize("status", [301, 302, 307, 400, 404, 408, 429])
async def test_neither_redirects_nor_refusals_are_success_or_tried_again(world, sender, endpoint, status):
    sender.send(request(f"{endpoint.url}/{status}"))
    await world.reached("cloud.alert", 1)
    assert outcome(world.events("callback.attempt")) == [(status, None)]
    assert endpoint.got == ["a=1"]
    assert world.alerts() == [11200]


async def test_5xx_is_tried_once_more_and_no_more(world, sender, endpoint):
    sender.send(request(f"{endpoint.url}/500"))
    await world.reached("cloud.alert", 1)
    assert outcome(world.events("callback.attempt")) == [(500, None), (500, None)]
    assert [event.data["attempt"] for event in world.events("callback.attempt")] == [1, 2]


async def test_the_second_attempt_carries_the_same_token(world, sender, endpoint):
    sender.send(request(f"{endpoint.url}/flaky"))
    assert outcome(await world.reached("callback.attempt", 2)) == [(503, None), (204, None)]
    assert endpoint.got == ["t", "t"]
    assert world.alerts() == []


async def test_nobody_listens(world, sender):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        sender.send(request(f"http://127.0.0.1:{unused.getsockname()[1]}/"))
        await world.reached("cloud.alert", 1)
    assert outcome(world.events("callback.attempt")) == [(None, "ClientConnectorError")] * 2


async def test_no_connection_in_time_is_tried_once_more(world):
    sender = CallbackSender(world.journal, connect_timeout_s=0.1, total_timeout_s=5)
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):  # fill the queue of connections that nobody accepts: the next one gets no answer
            client = stack.enter_context(socket.socket())
            client.setblocking(False)
            client.connect_ex(listener.getsockname())
        sender.send(request(f"http://127.0.0.1:{listener.getsockname()[1]}/"))
        await world.reached("cloud.alert", 1)
        await sender.close()
    assert outcome(world.events("callback.attempt")) == [(None, "ConnectionTimeoutError")] * 2


async def test_an_endpoint_that_hangs_up(world, sender):
    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    sender.send(request(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"))
    await world.reached("cloud.alert", 1)
    # The request may have arrived: it is not made again.
    assert len(world.events("callback.attempt")) == 1
    server.close()
    await server.wait_closed()


async def test_no_tls_where_tls_is_expected(world, sender, endpoint):
    sender.send(request(f"{endpoint.url.replace('http:', 'https:')}/200"))
    await world.reached("cloud.alert", 1)
    assert endpoint.got == []


async def test_a_hanging_endpoint_is_given_up(world, sender, endpoint):
    sender.send(request(f"{endpoint.url}/hang"))
    sender.send(request(f"{endpoint.url}/200", body=b"later"))
    # The request did arrive: it is not made again.
    assert outcome(await world.reached("callback.attempt", 2)) == [(None, "TimeoutError"), (200, None)]
    assert endpoint.got == ["hang", "later"]


async def test_a_hanging_endpoint_delays_nobody_else(world, endpoint):
    sender = CallbackSender(world.journal)
    for number in range(110):  # more than the HTTP client's pool would allow
        sender.send(request(f"{endpoint.url}/hang", f"DE9{number}"))
    sender.send(request(f"{endpoint.url}/200", "DE2", b"other"))
    assert outcome(await world.reached("callback.attempt", 1)) == [(200, None)]
    await sender.close()


async def test_the_order_of_a_sim_is_kept(world, sender, endpoint):
    for number in range(20):
        sender.send(request(f"{endpoint.url}/{503 if number % 5 == 0 else 200}", body=b"%d" % number))
    await world.reached("callback.attempt", 24)
    assert [int(body) for body in endpoint.got] == sorted([*range(20), 0, 5, 10, 15])


async def test_an_endless_answer_is_cut_off(world, sender, endpoint):
    sender.send(request(f"{endpoint.url}/flood"))
    assert outcome(await world.reached("callback.attempt", 1)) == [(200, None)]


async def test_too_many_waiting_are_dropped_in_the_open(world, sender, endpoint):
    for number in range(1005):
        sender.send(request(f"{endpoint.url}/hang", command=f"DC{number}"))
    dropped = [event.data["command_sid"] for event in world.events("callback.dropped")]
    assert dropped == [f"DC{number}" for number in range(1000, 1005)]


async def test_close_is_quick_and_final(world, endpoint):
    sender = CallbackSender(world.journal)
    sender.send(request(f"{endpoint.url}/hang"))
    sender.send(request(f"{endpoint.url}/200"))
    async with asyncio.timeout(1):
        await sender.close()
        sender.send(request(f"{endpoint.url}/200"))
        await sender.close()
    assert world.events("callback.attempt") == []


async def test_a_password_in_the_address_stays_out_of_the_journal(world, sender, endpoint):
    sender.send(request(endpoint.url.replace("//", "//user:secret@") + "/200"))
    (attempt,) = await world.reached("callback.attempt", 1)
    assert attempt.data["status"] == 200
    assert "secret" not in str(list(world.journal.events))


# --- the whole way: SIM to inspector


async def inspected(server) -> dict:
    async with server.session.get(f"{server.url}/inspect/demo?format=json") as answer:
        (only,) = (await answer.json())["requests"]
        return only


@pytest.mark.parametrize("query", ["", "?site=7&empty=&x=%C3%BC%20+"])
async def test_a_post_callback_is_accepted_by_the_official_validator(server, query):
    world = server.world
    url = f"{server.url}/inspect/demo{query}"
    world.sim.commands_callback_url = f"{url}#rc=1"
    world.receive("t=21.5;h=40 € & ü")
    await world.reached("callback.attempt", 1)
    kept = await inspected(server)
    assert (kept["method"], kept["url"], kept["signature"]) == ("POST", url, "valid")
    assert kept["form"] == {
        "AccountSid": world.cloud.account.sid,
        "ApiVersion": "v1",
        "Command": "t=21.5;h=40 € & ü",
        "CommandMode": "text",
        "CommandSid": world.cloud.commands.page({}).records[0].sid,
        "Direction": "from_sim",
        "SimSid": world.sim.sid,
        "SimUniqueName": "my meter",
        "Status": "received",
    }
    assert RequestValidator(TOKEN).validate(url, kept["form"], kept["headers"]["X-Twilio-Signature"])


@pytest.mark.parametrize("query", ["", "?site=7&empty="])
async def test_a_get_callback_is_accepted_by_the_official_validator(server, query):
    world = server.world
    world.sim.commands_callback_url = f"{server.url}/inspect/demo{query}"
    world.sim.commands_callback_method = "GET"
    world.receive("t=21.5;h=40 € & ü")
    await world.reached("callback.attempt", 1)
    kept = await inspected(server)
    assert (kept["method"], kept["signature"], kept["body"], kept["form"]) == ("GET", "valid", "", {})
    assert kept["query"]["Command"] == "t=21.5;h=40 € & ü"
    assert RequestValidator(TOKEN).validate(kept["url"], {}, kept["headers"]["X-Twilio-Signature"])


async def test_the_fate_of_a_command_is_told(server):
    world = server.world
    world.create("reboot", CallbackUrl=f"{server.url}/inspect/demo")
    world.link.sent[0].observer.delivered()
    await world.reached("callback.attempt", 1)
    kept = await inspected(server)
    assert (kept["form"]["Status"], kept["form"]["Direction"]) == ("delivered", "to_sim")
    assert kept["signature"] == "valid"


async def test_a_failing_callback_changes_no_command(server):
    world = server.world
    world.sim.commands_callback_url = f"{server.url}/nothing/here"
    world.receive("hello")
    await world.reached("cloud.alert", 1)
    (command,) = world.cloud.commands.page({}).records
    assert command.status == "received"
