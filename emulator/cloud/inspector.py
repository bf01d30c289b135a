"""The inspector: keeps whatever is sent to it under a name, for somebody to look at. No HTTP server in here.

It stands in for the outside service that one would point a Commands Callback URL at.
"""

from __future__ import annotations

import base64
from collections import deque
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from emulator.clock import Clock
from emulator.journal import Journal

from . import signatures
from .model import Account, timestamp

MAX_BODY = 64 * 1024
MAX_NAMES = 100
MAX_REQUESTS = 200  # of one name
MAX_TOTAL = 32 * 1024 * 1024  # octets of bodies and headers, of all names together
MAX_FIELDS = 1000

_FORM = "application/x-www-form-urlencoded"
# Somebody may have put a password into the callback address. It is nobody's business here.
_SECRET_HEADERS = ("authorization", "cookie", "proxy-authorization")
HIDDEN = "(not shown)"


class Received(NamedTuple):
    """One request as it came. `form` has the fields of a form body, `query` those of the address."""

    at: datetime
    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    query: tuple[tuple[str, str], ...]
    form: tuple[tuple[str, str], ...]
    signature: str  # valid, invalid, absent

    @property
    def text(self) -> str:
        """The body as text; octets that are no UTF-8 are written ``\\xNN``."""
        return self.body.decode("utf-8", "backslashreplace")

    @property
    def size(self) -> int:
        """Roughly, the octets it takes."""
        return len(self.body) + len(self.url) + sum(len(name) + len(value) for name, value in self.headers)

    def to_json(self) -> dict[str, Any]:
        """The request as JSON. Of several fields with one name the last is in `form` and `query`; the body has all."""
        return {
            "received_at": timestamp(self.at),
            "method": self.method,
            "url": self.url,
            "headers": dict(self.headers),
            "body": self.text,
            "body_base64": base64.b64encode(self.body).decode(),
            "query": dict(self.query),
            "form": dict(self.form),
            "signature": self.signature,
        }


class Inspector:
    """What was received, by name. All of it is bounded: the oldest goes first."""

    def __init__(self, clock: Clock, account: Account, journal: Journal) -> None:
        self._clock = clock
        self._account = account
        self._journal = journal
        # In the order of their latest request, so that the first name is the one to give up.
        self._names: dict[str, deque[Received]] = {}
        self._size = 0

    @property
    def names(self) -> list[str]:
        """Where something was received, the latest last."""
        return list(self._names)

    def received(self, name: str) -> list[Received]:
        """What was received under a name, oldest first."""
        return list(self._names.get(name, ()))

    def keep(self, name: str, method: str, url: str, headers: Iterable[tuple[str, str]], body: bytes = b"") -> Received:
        """Keep a request. `url` is the complete address that the sender asked for, which the signature covers."""
        headers = tuple(headers)
        form = _fields(body) if _content_type(headers) == _FORM else ()
        request = Received(
            at=self._clock.utc(),
            method=method,
            url=url,
            headers=tuple((key, HIDDEN if key.lower() in _SECRET_HEADERS else value) for key, value in headers),
            body=body,
            query=_fields(url.partition("?")[2].encode("utf-8", "surrogateescape")),
            form=form,
            signature=self._verdict(url, form, headers),
        )
        requests = self._names.pop(name, None) or deque()
        self._names[name] = requests
        requests.append(request)
        self._size += request.size
        if len(requests) > MAX_REQUESTS:
            self._size -= requests.popleft().size
        while len(self._names) > MAX_NAMES or (self._size > MAX_TOTAL and len(self._names) > 1):
            oldest = next(iter(self._names))
            self._size -= sum(each.size for each in self._names.pop(oldest))
        self._journal.write("inspector.received", name=name, method=method, signature=request.signature)
        return request

    def _verdict(self, url: str, form: tuple[tuple[str, str], ...], headers: tuple[tuple[str, str], ...]) -> str:
        signature = _header(headers, signatures.HEADER)
        if not signature:
            return "absent"
        return "valid" if signatures.verify(self._account.auth_token, url, form, signature) else "invalid"

    def to_json(self, name: str) -> dict[str, Any]:
        """What was received under a name, as JSON, oldest first."""
        return {"name": name, "requests": [request.to_json() for request in self.received(name)]}


def _header(headers: Iterable[tuple[str, str]], name: str) -> str:
    return next((value for key, value in headers if key.lower() == name.lower()), "")


def _content_type(headers: Iterable[tuple[str, str]]) -> str:
    return _header(headers, "Content-Type").partition(";")[0].strip().lower()


def _fields(encoded: bytes) -> tuple[tuple[str, str], ...]:
    """The fields of a form, empty ones too (a signature covers them); none when it is no form."""
    try:
        text = encoded.decode()
        return tuple(parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS))
    except ValueError:
        return ()
