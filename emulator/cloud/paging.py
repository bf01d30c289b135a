"""Lists come in pages: the parameters, the cut, and the addresses of the neighbours."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Generic, NamedTuple, TypeVar
from urllib.parse import urlencode

from .errors import ApiError
from .records import Record, Records

DEFAULT_SIZE = 50
MAX_SIZE = 1000

# "PA": what comes after this SID, "PB": what comes before it. For clients it is opaque.
_TOKEN = re.compile(r"(P[AB])([A-Z]{2}[0-9a-fA-F]{32})")
_NUMBER = re.compile(r"[0-9]{1,9}")

T = TypeVar("T", bound=Record)


class PageRequest(NamedTuple):
    """Which page is asked for. `number` is for the client's own state; the token alone says where the page begins."""

    number: int = 0
    size: int = DEFAULT_SIZE
    token: str | None = None


class Page(NamedTuple, Generic[T]):
    """One page: its records, and the tokens of its neighbours, None at the ends."""

    request: PageRequest
    records: list[T]
    previous: str | None
    next: str | None


def page_request(query: Mapping[str, str], *, strict: bool = False) -> PageRequest:
    """Read ``Page``, ``PageSize`` and ``PageToken``.

    Raises ApiError 33103. A size above 1000 is cut to 1000, with `strict` refused: the official client sends the
    caller's `limit` as it is, so `list(limit=5000)` only works with the former.
    """
    number = _whole(query, "Page", 0, least=0)
    size = _whole(query, "PageSize", DEFAULT_SIZE, least=1)
    if strict and size > MAX_SIZE:
        raise ApiError(33103, f"PageSize is {size}, at most {MAX_SIZE} is possible", parameter="PageSize")
    return PageRequest(number, min(size, MAX_SIZE), query.get("PageToken") or None)


def _whole(query: Mapping[str, str], name: str, default: int, *, least: int) -> int:
    text = query.get(name, "")
    if not text:
        return default
    if not _NUMBER.fullmatch(text) or int(text) < least:
        raise ApiError(33103, f"{name} must be a whole number, at least {least}", parameter=name)
    return int(text)


def cut(selection: list[T], everything: Records[T], request: PageRequest) -> Page[T]:
    """The page of `selection` (newest first, taken from `everything`). Raises ApiError 33103 for a foreign token."""
    start = _start(selection, everything, request)
    end = start + request.size
    records = selection[start:end]
    return Page(
        request,
        records,
        previous=f"PB{records[0].sid}" if start > 0 and records else None,
        next=f"PA{records[-1].sid}" if end < len(selection) else None,
    )


def _start(selection: list[T], everything: Records[T], request: PageRequest) -> int:
    if request.token is None:
        return 0
    match = _TOKEN.fullmatch(request.token)
    mark = everything.place(match[2]) if match else None
    if match is None or mark is None:
        raise ApiError(33103, "PageToken is none that was handed out", parameter="PageToken")

    newer = [(everything.place(record.sid) or 0) > mark for record in selection].count(True)
    if match[1] == "PB":
        return max(0, newer - request.size)
    # The record of the token itself may have been deleted meanwhile.
    itself = newer < len(selection) and everything.place(selection[newer].sid) == mark
    return newer + itself


def to_json(page: Page[Any], key: str, base: str, filters: Mapping[str, str]) -> dict[str, Any]:
    """The body of the answer: the records under `key`, and ``meta``.

    The addresses begin with `base` (``http://127.0.0.1:2936/v1/Commands``), which must be the address that the client
    itself used: it follows them with its credentials.
    """
    number, size, token = page.request

    def address(number: int, token: str | None) -> str:
        query = {**filters, "PageSize": size, "Page": number}
        return f"{base}?{urlencode(query if token is None else query | {'PageToken': token})}"

    root = base.rpartition("/")[0]
    return {
        key: [record.to_json(root) for record in page.records],
        "meta": {
            "page": number,
            "page_size": size,
            "first_page_url": address(0, None),
            "previous_page_url": address(max(0, number - 1), page.previous) if page.previous else None,
            "url": address(number, token),
            "next_page_url": address(number + 1, page.next) if page.next else None,
            "key": key,
        },
    }
