"""The inspector's page: plain HTML, made of strangers' data and therefore escaped to the last character."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from html import escape

from .inspector import Received

STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }
article { border: 1px solid #8888; border-radius: .5rem; margin: 1.5rem 0; padding: 0 1rem 1rem; }
h2 { font-size: 1.1rem; overflow-wrap: anywhere; }
table { border-collapse: collapse; }
th, td { overflow-wrap: anywhere; padding: .1rem 1rem .1rem 0; text-align: left; vertical-align: top; }
th { font-weight: 600; white-space: nowrap; }
pre { background: #8882; border-radius: .25rem; overflow-x: auto; padding: .5rem; white-space: pre-wrap; }
.valid { color: #2a7d2a; } .invalid { color: #c33; }
"""

_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()

# Nothing may be loaded, run, submitted or framed; only this very style applies.
HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}

VERDICTS = {
    "valid": "valid: it was signed with the account's auth token",
    "invalid": "not valid for this address, these fields and the account's auth token",
    "absent": "none",
}


def page(name: str, requests: list[Received]) -> str:
    """The page for a name: what was received, the latest first."""
    title = f"Received at /inspect/{_visible(name)}"
    articles = "".join(_article(request) for request in reversed(requests))
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{STYLE}</style>\n<h1>{title}</h1>\n"
        f"{articles or '<p>Nothing yet. Use the address of this page as a callback URL, then reload it.</p>'}\n"
        "</html>\n"
    )


def _article(request: Received) -> str:
    path = "/" + request.url.partition("://")[2].partition("/")[2]
    parts = [
        f"<h2>{_visible(request.method)} {_visible(path)}</h2>",
        f"<p>{request.at:%Y-%m-%d %H:%M:%S} UTC; signature: "
        f'<strong class="{request.signature}">{VERDICTS[request.signature]}</strong></p>',
    ]
    for heading, fields in (("Form", request.form), ("Query", request.query), ("Headers", request.headers)):
        if fields:
            parts.append(f"<h3>{heading}</h3>\n{_table(fields)}")
    if request.body:
        parts.append(f"<h3>Body, {len(request.body)} octets</h3>\n<pre>{_visible(request.text)}</pre>")
    return "<article>\n" + "\n".join(parts) + "\n</article>\n"


def _table(fields: Iterable[tuple[str, str]]) -> str:
    rows = (f"<tr><th>{_visible(name)}<td>{_visible(value)}" for name, value in fields)
    return "<table>\n" + "\n".join(rows) + "\n</table>"


def _visible(text: str) -> str:
    """Text for a page: no markup, and no character that hides, or turns the reading direction, goes unseen."""
    shown = (char if char.isprintable() or char == "\n" else char.encode("unicode_escape").decode() for char in text)
    return escape("".join(shown))
