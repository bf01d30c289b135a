"""The official `twilio` package, unmodified, against the API: only its base URL is another."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.rest import Client

pytestmark = pytest.mark.foreign


@pytest.fixture
def connect(server, monkeypatch) -> Iterator:
    """Makes clients that speak to the server; their connections are closed in the end."""
    # Either would turn 127.0.0.1 into 127.us1.0.1.
    monkeypatch.delenv("TWILIO_REGION", raising=False)
    monkeypatch.delenv("TWILIO_EDGE", raising=False)
    clients = []

    def make(password: str | None = None) -> Client:
        account = server.world.cloud.account
        client = Client(account.sid, password or account.auth_token)
        client.wireless.base_url = server.url
        clients.append(client)
        return client

    yield make
    for client in clients:
        client.http_client.session.close()


@pytest.fixture
def wireless(connect):
    return connect().wireless.v1


async def in_thread(function, *args, **options):
    """The client blocks; the server needs the loop meanwhile."""
    return await asyncio.to_thread(function, *args, **options)


async def test_create_and_fetch(server, wireless):
    created = await in_thread(wireless.commands.create, command="a+ü €", sim="my meter")
    fetched = await in_thread(wireless.commands(created.sid).fetch)
    for command in (created, fetched):
        assert command.sid.startswith("DC")
        assert command.account_sid == server.world.cloud.account.sid
        assert command.sim_sid == server.world.sim.sid
        assert (command.command, command.command_mode, command.transport) == ("a+ü €", "text", "sms")
        assert (command.status, command.direction) == ("queued", "to_sim")
        assert command.delivery_receipt_requested is True
        assert command.date_created == command.date_updated == datetime(2026, 11, 23, 9, tzinfo=UTC)
        assert command.url == f"{server.url}/v1/Commands/{command.sid}"


async def test_all_options(server, wireless):
    created = await in_thread(
        wireless.commands.create,
        command="AP8QgA==",
        sim=server.world.sim.sid,
        callback_method="GET",
        callback_url=f"{server.url}/inspect/done",
        command_mode="binary",
        include_sid="none",
        delivery_receipt_requested=False,
    )
    assert (created.command_mode, created.delivery_receipt_requested) == ("binary", False)
    server.world.clock.settle()
    assert server.world.link.sent[0].user_data.body == b"\x00\xff\x10\x80"


async def test_pages(server, wireless):
    sids = [server.world.create(str(number)) for number in range(5)][::-1]
    listed = await in_thread(wireless.commands.list, page_size=2)
    assert [command.sid for command in listed] == sids
    assert all(isinstance(command.date_created, datetime) for command in listed)
    assert [c.sid for c in await in_thread(wireless.commands.list, limit=3)] == sids[:3]
    assert [c.sid for c in await in_thread(wireless.commands.list, limit=5000)] == sids
    page = await in_thread(wireless.commands.page, page_size=2)
    second = await in_thread(page.next_page)
    assert [command.sid for command in second] == sids[2:4]
    back = await in_thread(second.previous_page)
    assert [command.sid for command in back] == sids[:2]


async def test_filters(server, wireless):
    server.world.create("to")
    server.world.receive("from")
    listed = await in_thread(wireless.commands.list, direction="from_sim", status="received", sim="my meter")
    assert [(command.command, command.direction) for command in listed] == [("from", "from_sim")]


async def test_delete(server, wireless):
    sid = server.world.create()
    assert await in_thread(wireless.commands(sid).delete) is True
    with pytest.raises(TwilioRestException) as caught:
        await in_thread(wireless.commands(sid).fetch)
    assert (caught.value.status, caught.value.code) == (404, 20404)


async def test_deleting_while_streaming(server, wireless):
    for number in range(5):
        server.world.create(str(number))

    def delete_all() -> int:
        return sum(command.delete() for command in wireless.commands.stream(page_size=2))

    assert await in_thread(delete_all) == 5
    assert await in_thread(wireless.commands.list) == []


async def test_sims(server, wireless):
    (listed,) = await in_thread(wireless.sims.list, status="active")
    fetched = await in_thread(wireless.sims("my meter").fetch)
    assert listed.sid == fetched.sid == server.world.sim.sid
    assert (fetched.unique_name, fetched.iccid, fetched.status) == ("my meter", "8988307000000000001", "active")
    assert isinstance(fetched.date_created, datetime)
    assert isinstance(fetched.date_updated, datetime)
    url = f"{server.url}/inspect/x"
    updated = await in_thread(wireless.sims("my meter").update, commands_callback_url=url, friendly_name="Meter")
    assert (updated.commands_callback_url, updated.friendly_name) == (url, "Meter")
    cleared = await in_thread(wireless.sims("my meter").update, commands_callback_url="")
    assert cleared.commands_callback_url is None


async def test_wrong_password(connect):
    wireless = connect("wrong").wireless.v1
    with pytest.raises(TwilioRestException) as caught:
        await in_thread(wireless.commands.create, command="x", sim="my meter")
    assert (caught.value.status, caught.value.code) == (401, 20003)
    with pytest.raises(TwilioException, match="Unable to fetch page"):
        await in_thread(wireless.commands.list)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"sim": "nobody", "command": "x"}, 33107),
        ({"command": "x"}, 33102),
        ({"sim": "my meter", "command": "a" * 161}, 33101),
        ({"sim": "my meter", "command": "not base64!", "command_mode": "binary"}, 33101),
    ],
)
async def test_refusals_carry_their_code(wireless, options, code):
    with pytest.raises(TwilioRestException) as caught:
        await in_thread(wireless.commands.create, **options)
    assert (caught.value.status, caught.value.code) == (400, code)
    assert caught.value.details["parameter"] in ("Sim", "Command")


async def test_a_suspended_sim(server, wireless):
    server.world.sim.status = "suspended"
    with pytest.raises(TwilioRestException) as caught:
        await in_thread(wireless.commands.create, command="x", sim="my meter")
    assert caught.value.code == 33104
