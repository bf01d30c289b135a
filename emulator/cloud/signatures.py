"""X-Twilio-Signature: how a callback proves that it comes from the account's cloud."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable
from urllib.parse import urlsplit

HEADER = "X-Twilio-Signature"
_DEFAULT_PORTS = {"http": 80, "https": 443}


def sign(auth_token: str, url: str, fields: Iterable[tuple[str, str]]) -> str:
    """The signature of a request: base64 of HMAC-SHA1 over the URL and each field's name and value.

    `url` is the complete address with its query and without its fragment. `fields` are those of the form body: none
    for a GET, where they are in the URL already. They count in the order of their names' code points; of a name that
    comes several times each distinct value counts once. Nothing is escaped and nothing stands between them.
    """
    text = url + "".join(name + value for name, value in sorted(set(fields)))
    return base64.b64encode(hmac.new(auth_token.encode(), _octets(text), hashlib.sha1).digest()).decode()


def verify(auth_token: str, url: str, fields: Iterable[tuple[str, str]], signature: str) -> bool:
    """Whether the signature is right for the address with or without its port: senders differ in that."""
    fields = list(fields)
    return any(
        hmac.compare_digest(sign(auth_token, candidate, fields).encode(), _octets(signature))
        for candidate in _with_and_without_port(url)
    )


def _with_and_without_port(url: str) -> set[str]:
    parts = urlsplit(url)
    try:
        port = parts.port or _DEFAULT_PORTS.get(parts.scheme, 80)
    except ValueError:  # a Host header with a port that is none
        return {url}
    host = parts.netloc.removesuffix(f":{port}")
    return {url, parts._replace(netloc=host).geturl(), parts._replace(netloc=f"{host}:{port}").geturl()}


def _octets(text: str) -> bytes:
    # What a stranger sends need not be UTF-8; web servers hand such octets on as surrogates.
    return text.encode("utf-8", "surrogateescape")
