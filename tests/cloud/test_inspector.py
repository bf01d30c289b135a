"""The inspector: what it keeps, what it shows, and that strangers' data stays data."""

from __future__ import annotations

import asyncio
import html
import re
from urllib.parse import urlencode

import pytest

from emulator.cloud import inspector as limits
from emulator.cloud.inspector import HIDDEN, Inspector
from emulator.cloud.inspector_page import page

NASTY = '"><script>alert(1)</script>\u202e\x00\x1b[2J&\n'


@pytest.fixture
def inspector(world) -> Inspector:
    return Inspector(world.clock, world.cloud.account, world.journal)


async def show(server, name: str = "x") -> list[dict]:
    async with server.session.get(f"{server.url}/inspect/{name}?format=json") as answer:
        assert answer.content_type == "application/json"
        return (await answer.json())["requests"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_any_method_is_kept(server, method):
    async with server.session.request(method, f"{server.url}/inspect/x?a=1", data=b"body") as answer:
        assert (answer.status, await answer.read()) == (200, b"")
    (kept,) = await show(server)
    assert (kept["method"], kept["url"], kept["body"]) == (method, f"{server.url}/inspect/x?a=1", "body")
    assert kept["query"] == {"a": "1"}
    assert kept["signature"] == "absent"


async def test_looking_is_not_kept_but_a_signed_get_is(server):
    address = f"{server.url}/inspect/x"
    for method in ("GET", "HEAD"):
        async with server.session.request(method, address) as answer:
            assert answer.status == 200
    assert await show(server) == []
    async with server.session.get(address, headers={"X-Twilio-Signature": "forged"}) as answer:
        assert (answer.status, await answer.read()) == (200, b"")
    assert [kept["signature"] for kept in await show(server)] == ["invalid"]


async def test_json_for_those_who_accept_it(server):
    address = f"{server.url}/inspect/x"
    async with server.session.get(address, headers={"Accept": "application/json"}) as answer:
        assert await answer.json() == {"name": "x", "requests": []}


async def test_raw_octets_are_there_exactly(server):
    octets = bytes(range(256))
    await server.session.post(f"{server.url}/inspect/x", data=octets)
    (kept,) = await show(server)
    assert kept["body_base64"].startswith("AAECAwQFBgc")
    assert "\\xff" in kept["body"]
    assert kept["form"] == {}


async def test_the_page_is_plain_escaped_and_closed_to_the_outside(server):
    headers = {"X-A": "<b>", "Content-Type": "application/x-www-form-urlencoded"}
    await server.session.post(f"{server.url}/inspect/x?q=<img>", data=urlencode({NASTY: NASTY}), headers=headers)
    assert [kept["form"] for kept in await show(server)] == [{NASTY: NASTY}]
    async with server.session.get(f"{server.url}/inspect/x") as answer:
        text = await answer.text()
        policy = answer.headers["Content-Security-Policy"]
        assert answer.content_type == "text/html"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert set(re.findall(r"</?([a-z0-9]+)", text)) <= {
        "html", "meta", "title", "style", "h1", "h2", "h3", "article", "p", "strong", "table", "tr", "th", "td", "pre",
    }  # fmt: skip
    assert not re.search(r"(src|href|url\()", text)
    assert "<th>X-A<td>&lt;b&gt;" in text
    for hidden in ("\u202e", "\x00", "\x1b"):
        assert hidden not in text
    assert "\\u202e\\x00\\x1b" in html.unescape(text)


@pytest.mark.parametrize("name", ["", "a/b", "..%2F..", "%3Cb%3E", "x" * 65, "a%0Ab"])
async def test_names_that_cannot_be(server, name):
    answer, body = await server.request("POST", f"/inspect/{name}", data=b"x")
    assert (answer.status, body["code"]) == (404, 20404)


async def test_a_body_that_is_too_large(server):
    answer, body = await server.request("POST", "/inspect/x", data=b"x" * (64 * 1024 + 1))
    assert (answer.status, body["status"]) == (413, 413)
    assert await show(server) == []


async def test_odd_octets_in_path_and_headers(server):
    host, port = server.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(
        b"POST /inspect/x?a=\xff HTTP/1.1\r\nHost: [::1]:99999\r\nX-Twilio-Signature: \xff\xfe\r\nX-A: \xe4\r\n"
        b"Content-Length: 0\r\nConnection: close\r\n\r\n"
    )
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    assert answer.split(b" ")[1] in (b"200", b"400")  # refused by the web framework, or kept; but no accident
    async with server.session.get(f"{server.url}/inspect/x") as page_answer:
        assert page_answer.status == 200
        await page_answer.text()


def test_passwords_are_not_shown(inspector):
    inspector.keep("x", "POST", "http://h/inspect/x", [("Authorization", "Basic secret"), ("cookie", "secret")])
    assert "secret" not in str(inspector.to_json("x")) + page("x", inspector.received("x"))
    assert inspector.to_json("x")["requests"][0]["headers"] == {"Authorization": HIDDEN, "cookie": HIDDEN}


def test_it_is_bounded_by_requests(inspector):
    for number in range(limits.MAX_REQUESTS + 5):
        inspector.keep("x", "POST", f"http://h/{number}", [])
    kept = inspector.received("x")
    assert len(kept) == limits.MAX_REQUESTS
    assert kept[-1].url == f"http://h/{limits.MAX_REQUESTS + 4}"


def test_it_is_bounded_by_names_and_the_least_used_goes(inspector):
    for number in range(limits.MAX_NAMES):
        inspector.keep(f"name-{number}", "POST", "http://h/", [])
    inspector.keep("name-0", "POST", "http://h/", [])
    inspector.keep("one more", "POST", "http://h/", [])
    assert len(inspector.names) == limits.MAX_NAMES
    assert "name-0" in inspector.names
    assert "name-1" not in inspector.names


def test_it_is_bounded_by_size(inspector):
    for number in range(12):
        for _ in range(50):
            inspector.keep(f"name-{number}", "POST", "http://h/", [], bytes(limits.MAX_BODY))
    total = sum(each.size for name in inspector.names for each in inspector.received(name))
    assert total <= limits.MAX_TOTAL
    assert inspector.names[-1] == "name-11"


def test_an_empty_page_says_what_to_do():
    assert "callback URL" in page("x", [])
