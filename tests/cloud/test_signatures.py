"""X-Twilio-Signature, held against worked examples and the official validator."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest
from twilio.request_validator import RequestValidator

from emulator.clock import Clock
from emulator.cloud.callbacks import callback_request
from emulator.cloud.model import Account, Command, Sim
from emulator.cloud.signatures import sign, verify

TOKEN = "00112233445566778899aabbccddeeff"
URL = "https://rx.example.net/commands?site=7"
ACCOUNT = Account("AC0123456789abcdef0123456789abcdef", TOKEN)
NOW = Clock().utc()
SIM = Sim("DE5f0c1d2e3b4a59687786958493a2b1c0", ACCOUNT.sid, "WP", "1", "2", NOW, NOW, unique_name="bench-01")


def command(last: str, text: str, mode: str, direction: str, status: str) -> Command:
    return Command(
        sid=f"DC9a8b7c6d5e4f30211203f4e5d6c7b8{last}",
        account_sid=ACCOUNT.sid,
        sim_sid=SIM.sid,
        command=text,
        command_mode=mode,
        direction=direction,
        status=status,
        delivery_receipt_requested=True,
        date_created=NOW,
        date_updated=NOW,
    )


# Each signature was accepted by the official validator (twilio.request_validator 9.13.0).
EXAMPLES = [
    (command("a9", "t=21.5;h=40", "text", "from_sim", "received"), "10bkutVegJdCZtSE1gISLAYs/dQ="),
    (command("aa", "AP8QgA==", "binary", "from_sim", "received"), "2OkmdDXBxcMO9zh0lHCHHrF4grg="),
    (command("ab", "reboot", "text", "to_sim", "delivered"), "Gb+3/23ZLWC/Hek6DoW6kn7GLWg="),
]


@pytest.mark.parametrize(("example", "signature"), EXAMPLES)
def test_worked_examples(example, signature):
    request = callback_request(ACCOUNT, SIM, example, URL, "POST", "t")
    assert request.headers["X-Twilio-Signature"] == signature
    fields = dict(parse_qsl(request.body.decode(), keep_blank_values=True))
    assert RequestValidator(TOKEN).validate(URL, fields, signature)


def test_the_form_on_the_wire():
    request = callback_request(ACCOUNT, SIM, EXAMPLES[0][0], URL, "POST", "t")
    assert request.body == (
        b"AccountSid=AC0123456789abcdef0123456789abcdef&ApiVersion=v1&Command=t%3D21.5%3Bh%3D40&CommandMode=text"
        b"&CommandSid=DC9a8b7c6d5e4f30211203f4e5d6c7b8a9&Direction=from_sim"
        b"&SimSid=DE5f0c1d2e3b4a59687786958493a2b1c0&SimUniqueName=bench-01&Status=received"
    )
    assert request.headers["Content-Type"].startswith("application/x-www-form-urlencoded")
    assert (request.method, request.url) == ("POST", URL)


def test_a_get_has_everything_in_its_address():
    request = callback_request(ACCOUNT, SIM, EXAMPLES[0][0], URL, "GET", "t")
    assert request.url.startswith(f"{URL}&AccountSid=AC")
    assert request.body == b""
    assert "Content-Type" not in request.headers
    assert RequestValidator(TOKEN).validate(request.url, {}, request.headers["X-Twilio-Signature"])
    bare = callback_request(ACCOUNT, SIM, EXAMPLES[0][0], "http://rx.example.net/c", "GET", "t")
    assert bare.url.startswith("http://rx.example.net/c?AccountSid=AC")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_fragment_is_neither_sent_nor_signed(method):
    with_fragment = callback_request(ACCOUNT, SIM, EXAMPLES[0][0], f"{URL}#rc=3", method, "t")
    assert with_fragment == callback_request(ACCOUNT, SIM, EXAMPLES[0][0], URL, method, "t")


def test_an_empty_field_is_sent_and_signed():
    nameless = Sim(SIM.sid, ACCOUNT.sid, "WP", "1", "2", NOW, NOW)
    request = callback_request(ACCOUNT, nameless, EXAMPLES[0][0], URL, "POST", "t")
    assert b"&SimUniqueName=&" in request.body
    fields = dict(parse_qsl(request.body.decode(), keep_blank_values=True))
    assert RequestValidator(TOKEN).validate(URL, fields, request.headers["X-Twilio-Signature"])


@pytest.mark.parametrize(
    ("url", "fields"),
    [
        (URL, []),
        ("http://127.0.0.1:2936/inspect/x?a=1&a=2", [("b", "1"), ("A", "2"), ("a", "3"), ("B", "")]),
        ("https://rx.example.net:8443/c", [("text", "zwölf € + 😀 & = %")]),
    ],
)
def test_the_official_validator_agrees(url, fields):
    signature = sign(TOKEN, url, fields)
    assert RequestValidator(TOKEN).validate(url, dict(fields), signature)
    assert verify(TOKEN, url, fields, signature)
    assert not verify(TOKEN, url + "x", fields, signature)
    assert not verify("another token", url, fields, signature)


@pytest.mark.parametrize("asked", ["https://h/c", "https://h:443/c"])
@pytest.mark.parametrize("seen", ["https://h/c", "https://h:443/c"])
def test_the_port_may_be_there_or_not(asked, seen):
    signature = RequestValidator(TOKEN).compute_signature(asked, {"a": "1"})
    assert verify(TOKEN, seen, [("a", "1")], signature)


def test_repeated_names():
    class Repeated(dict):
        """The official validator asks such a mapping for all values of a name."""

        def getlist(self, name: str) -> list[str]:
            return self[name]

    expected = RequestValidator(TOKEN).compute_signature(URL, Repeated(a=["2", "1", "2"], b=["3"]))
    assert sign(TOKEN, URL, [("a", "2"), ("a", "1"), ("a", "2"), ("b", "3")]) == expected


@pytest.mark.parametrize("signature", ["", "x", "ü", "=" * 1000])
def test_nonsense_is_not_valid(signature):
    assert not verify(TOKEN, URL, [], signature)
