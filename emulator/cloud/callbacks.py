"""Callbacks: which request tells the application of a Command. Making it is the sender's business."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol
from urllib.parse import urldefrag, urlencode

from . import signatures
from .model import Account, Command, Sim

USER_AGENT = "TwilioProxy/1.1"
FORM = "application/x-www-form-urlencoded; charset=UTF-8"

# The form, in the order of the wire. `SimSid`, `CommandSid` and `Command` are what published receivers read; most
# others were seen in a captured callback of the sibling product; `CommandMode` is the resource's own name.
FIELDS: tuple[tuple[str, Callable[[Sim, Command], str]], ...] = (
    ("AccountSid", lambda _, command: command.account_sid),
    ("ApiVersion", lambda *_: "v1"),
    ("Command", lambda _, command: command.command),
    ("CommandMode", lambda _, command: command.command_mode),
    ("CommandSid", lambda _, command: command.sid),
    ("Direction", lambda _, command: command.direction),
    ("SimSid", lambda sim, _: sim.sid),
    ("SimUniqueName", lambda sim, _: sim.unique_name or ""),
    ("Status", lambda _, command: command.status),
)


class CallbackRequest(NamedTuple):
    """A request to be made, complete: the URL is to be requested as it stands, without further quoting."""

    sim_sid: str
    command_sid: str
    method: str
    url: str
    headers: dict[str, str]
    body: bytes


class CallbackSink(Protocol):
    """Takes the requests. Those of one SIM must go out in the order they came."""

    def send(self, request: CallbackRequest) -> None:
        """Queue the request and return at once."""


def callback_request(
    account: Account, sim: Sim, command: Command, url: str, method: str, token: str
) -> CallbackRequest:
    """The signed request that tells `url` of a Command's state.

    A POST carries the fields as a form; a GET carries them in its query, and signs the URL alone. A fragment of the
    URL is neither sent nor signed. `token` is the same when the request is tried again, so that a receiver can tell.
    """
    fields = [(name, value(sim, command)) for name, value in FIELDS]
    url = urldefrag(url).url
    headers = {"User-Agent": USER_AGENT, "Accept": "*/*", "I-Twilio-Idempotency-Token": token}
    body = b""
    if method == "GET":
        url += ("&" if "?" in url else "?") + urlencode(fields)
        fields = []
    else:
        body = urlencode(fields).encode()
        headers["Content-Type"] = FORM
    headers[signatures.HEADER] = signatures.sign(account.auth_token, url, fields)
    return CallbackRequest(sim.sid, command.sid, method, url, headers, body)
