"""The API over real HTTP: what comes in, what goes out, and JSON for every refusal."""

from __future__ import annotations

import asyncio
import base64

import aiohttp
import pytest

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
ERROR_KEYS = {"code", "message", "more_info", "status"}


def assert_error(answer: aiohttp.ClientResponse, body: dict, status: int, code: int) -> None:
    assert answer.content_type == "application/json"
    assert (answer.status, body["status"], body["code"]) == (status, status, code)
    assert body.keys() - {"details"} == ERROR_KEYS
    assert body["more_info"] == f"https://www.twilio.com/docs/errors/{code}"


async def test_create_as_in_the_guide(server):
    answer, body = await server.request("POST", "/v1/Commands", data={"Sim": "my meter", "Command": "wakeup"})
    assert (answer.status, answer.content_type) == (201, "application/json")
    assert list(body) == [
        "sid", "account_sid", "sim_sid", "command", "command_mode", "transport", "delivery_receipt_requested",
        "status", "direction", "date_created", "date_updated", "url",
    ]  # fmt: skip
    assert body["status"] == "queued"
    answer, again = await server.request("GET", f"/v1/Commands/{body['sid']}")
    assert (answer.status, again) == (200, body)


async def test_the_answer_is_queued_even_when_everything_happens_at_once(server):
    class Instant(type(server.world.link)):
        def send_to_sim(self, *message, **how) -> None:
            super().send_to_sim(*message, **how)
            self.sent[-1].observer.delivered()

    server.world.cloud.link = Instant()
    _, body = await server.request("POST", "/v1/Commands", data={"Sim": "my meter", "Command": "x"})
    assert body["status"] == "queued"
    server.world.clock.settle()
    _, body = await server.request("GET", f"/v1/Commands/{body['sid']}")
    assert body["status"] == "delivered"


async def test_multipart_bodies(server):
    form = aiohttp.FormData({"Sim": "my meter", "Command": "grün 😀"}, default_to_multipart=True)
    answer, body = await server.request("POST", "/v1/Commands", data=form)
    assert (answer.status, body["command"]) == (201, "grün 😀")


async def test_a_slash_at_the_end(server):
    answer, created = await server.request("POST", "/v1/Commands/", data={"Sim": "my meter", "Command": "x"})
    assert answer.status == 201
    for path in (f"/v1/Commands/{created['sid']}/", "/v1/Commands/", "/v1/Sims/", "/v1/Sims/my%20meter/"):
        answer, _ = await server.request("GET", path)
        assert answer.status == 200, path


async def test_a_content_type_on_get(server):
    answer, _ = await server.request("GET", "/v1/Commands", headers=FORM)
    assert answer.status == 200


async def test_delete_answers_204_with_nothing(server):
    sid = server.world.create()
    answer, body = await server.request("DELETE", f"/v1/Commands/{sid}", headers={"Content-Length": "0"})
    assert (answer.status, body) == (204, None)
    assert "Content-Type" not in answer.headers
    assert_error(*await server.request("GET", f"/v1/Commands/{sid}"), 404, 20404)


async def test_addresses_come_from_the_host_that_was_asked(server):
    server.world.create()
    server.world.create()
    _, body = await server.request("GET", "/v1/Commands?PageSize=1", headers={"Host": "bench.example:8936"})
    meta = body["meta"]
    for key in ("url", "first_page_url", "next_page_url"):
        assert meta[key].startswith("http://bench.example:8936/v1/Commands?")
    assert body["commands"][0]["url"].startswith("http://bench.example:8936/v1/Commands/DC")
    _, body = await server.request("GET", "/v1/Sims/my%20meter")
    assert body["links"]["rate_plan"].startswith(f"{server.url}/v1/RatePlans/WP")
    assert body["url"] == f"{server.url}/v1/Sims/{server.world.sim.sid}"


async def test_list_and_update_sims(server):
    answer, body = await server.request("GET", "/v1/Sims?Status=active")
    assert (answer.status, body["meta"]["key"]) == (200, "sims")
    assert [sim["unique_name"] for sim in body["sims"]] == ["my meter"]
    assert body["meta"]["url"] == f"{server.url}/v1/Sims?Status=active&PageSize=50&Page=0"
    form = {"CommandsCallbackUrl": f"{server.url}/inspect/x"}
    answer, body = await server.request("POST", "/v1/Sims/my%20meter", data=form)
    assert (answer.status, body["commands_callback_url"]) == (200, f"{server.url}/inspect/x")
    answer, body = await server.request("POST", "/v1/Sims/my%20meter", data="CommandsCallbackUrl=", headers=FORM)
    assert body["commands_callback_url"] is None


# --- who may


def basic(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Basic",
        "Basic ",
        "Basic !!!",
        "Basic /w==",
        "Bearer x",
        basic("AC0123456789abcdef0123456789abcdef:wrong"),
        basic("AC0123456789abcdef0123456789abcdef:"),
        basic("AC0123456789abcdef0123456789abcdef"),
        basic("AC00000000000000000000000000000000:00112233445566778899aabbccddeeff"),
        basic(":"),
        basic("ü:ü"),
    ],
)
@pytest.mark.parametrize("path", ["/v1/Commands", "/v1", "/v1/nothing"])
async def test_without_the_right_credentials(server, authorization, path):
    answer, body = await server.request("GET", path, headers={"Authorization": authorization})
    assert_error(answer, body, 401, 20003)
    assert answer.headers["WWW-Authenticate"] == 'Basic realm="Twilio API"'


async def test_the_scheme_is_case_insensitive(server):
    authorization = server.authorization.replace("Basic", "basic")
    answer, _ = await server.request("GET", "/v1/Sims", headers={"Authorization": authorization})
    assert answer.status == 200


async def test_without_any_credentials(server):
    async with server.session.get(f"{server.url}/v1/Commands") as answer:
        assert_error(answer, await answer.json(), 401, 20003)


# --- refusals


@pytest.mark.parametrize(
    "path", ["/v1", "/v1/nothing", "/v1/Commands/DCx", "/v1/Commands/%0B", "/v1/Commands/a/b", "/v1/Sims/no%2Fne", "/x"]
)
async def test_unknown_paths(server, path):
    assert_error(*await server.request("GET", path), 404, 20404)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/v1/Commands", "GET,POST"),
        ("DELETE", "/v1/Commands", "GET,POST"),
        ("POST", "/v1/Commands/DC0123456789abcdef0123456789abcdef", "DELETE,GET"),
        ("POST", "/v1/Sims", "GET"),
        ("DELETE", "/v1/Sims/x", "GET,POST"),
    ],
)
async def test_methods_that_are_not_offered(server, method, path, allowed):
    answer, body = await server.request(method, path)
    assert_error(answer, body, 405, 20004)
    assert answer.headers["Allow"] == allowed


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", 33102),
        (b"Sim=my+meter&Command=", 33102),
        (b"Sim=nobody&Command=x", 33107),
        (b"Sim=my+meter&Command=" + b"a" * 161, 33101),
        (b"Sim=my+meter&Command=\xff", 33101),
        (b"Sim=my+meter&Command=%FF", 33101),
        (b"Sim=my+meter&Command=%ED%A0%80", 33101),  # half a character
        (b"a=1&" * 200, 33101),
        # A + that was not escaped arrives as a blank.
        (b"Sim=my+meter&CommandMode=binary&Command=Zm8+YmFy", 33101),
    ],
)
async def test_bodies_that_cannot_be(server, body, code):
    assert_error(*await server.request("POST", "/v1/Commands", data=body, headers=FORM), 400, code)


@pytest.mark.parametrize(
    ("boundary", "part"),
    [
        ("", b"x"),
        ("; boundary=b", b"x"),
        ("; boundary=b", b"--b\r\nno header at all"),
        ("; boundary=b", b"--b\r\n\r\nno name\r\n--b--\r\n"),
        ("; boundary=b", b'--b\r\nContent-Disposition: form-data; name="Sim"\r\n\r\n\xff\r\n--b--\r\n'),
        *(
            (
                "; boundary=b",
                b'--b\r\nContent-Disposition: form-data; name="Sim"\r\n%b\r\n\r\n+2AA-\r\n--b--\r\n' % header,
            )
            for header in (
                b"Content-Type: text/plain; charset=no",
                b"Content-Type: text/plain; charset=hex",
                b"Content-Type: text/plain; charset=utf-7",  # half a character
                b"Content-Transfer-Encoding: no",
                b"Content-Transfer-Encoding: base64",
                b"Content-Encoding: no",
                b"Content-Length: no",
            )
        ),
    ],
)
async def test_multipart_that_cannot_be(server, boundary, part):
    headers = {"Content-Type": f"multipart/form-data{boundary}"}
    answer, body = await server.request("POST", "/v1/Commands", data=part, headers=headers)
    assert_error(answer, body, 400, body["code"])
    assert body["code"] in (33101, 33102)


@pytest.mark.parametrize("path", ["/v1/Commands", "/inspect/x"])
async def test_a_body_that_is_not_compressed_as_it_says(server, path):
    headers = {"Content-Encoding": "gzip", **FORM}
    assert_error(*await server.request("POST", path, data=b"Sim=x", headers=headers), 400, 33101)


async def test_a_body_that_is_no_form(server):
    answer, body = await server.request("POST", "/v1/Commands", json={"Sim": "my meter", "Command": "x"})
    assert_error(answer, body, 415, 33101)


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=b"])
async def test_a_body_that_is_too_large(server, content_type):
    part = b'--b\r\nContent-Disposition: form-data; name="Command"\r\n\r\n'
    body = part + b"x" * 70_000 + b"\r\n--b--\r\n"
    headers = {"Content-Type": content_type}
    assert_error(*await server.request("POST", "/v1/Commands", data=body, headers=headers), 413, 33101)


@pytest.mark.parametrize("query", ["PageSize=0", "PageSize=false", "Page=-1", "PageToken=x"])
async def test_paging_that_cannot_be(server, query):
    assert_error(*await server.request("GET", f"/v1/Commands?{query}"), 400, 33103)


async def test_a_query_that_is_not_utf8(server):
    assert_error(*await server.request("GET", "/v1/Commands?Sim=%FF"), 400, 33101)


async def test_errors_name_the_parameter(server):
    _, body = await server.request("POST", "/v1/Commands", data={"Command": "x"})
    assert body["details"] == {"parameter": "Sim"}


async def test_markup_stays_inside_json(server):
    answer, body = await server.request("GET", "/v1/Sims/%3Cscript%3E")
    assert_error(answer, body, 404, 20404)
    assert "<script>" in body["message"]


async def test_concurrent_creates_are_all_there(server):
    answers = await asyncio.gather(
        *(
            server.request("POST", "/v1/Commands", data={"Sim": "my meter", "Command": str(number)})
            for number in range(40)
        )
    )
    assert {answer.status for answer, _ in answers} == {201}
    assert len({body["sid"] for _, body in answers}) == 40
    _, listed = await server.request("GET", "/v1/Commands")
    assert len(listed["commands"]) == 40


async def test_a_thousand_commands_in_pages(server):
    for number in range(1000):
        server.world.create(str(number))
    _, body = await server.request("GET", "/v1/Commands?PageSize=5000")
    assert len(body["commands"]) == 1000
    assert body["meta"]["next_page_url"] is None


async def test_the_password_is_in_no_journal(server):
    await server.request("GET", "/v1/Sims")
    await server.request("GET", "/v1/Sims", headers={"Authorization": basic("me:open sesame")})
    journal = str(list(server.world.journal.events))
    assert server.world.cloud.account.auth_token not in journal
    assert "sesame" not in journal
