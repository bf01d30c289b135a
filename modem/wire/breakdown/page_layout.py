"""The layout of what +CBM carries: a page of cell broadcast (TS 23.041 9.4.1), or a message in UMTS (9.4.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..cell_broadcast import (
    CLAUSE,
    CODING_CLAUSE,
    CONTENT_OCTETS,
    PAGE_OCTETS,
    UMTS_CLAUSE,
    Page,
    decode_pages,
    join_pages,
)
from . import meanings

if TYPE_CHECKING:
    from .layouts import Walk


def pages(walk: Walk) -> None:
    """All fields, in the form that the length tells."""
    found = decode_pages(walk.octets)
    walk.check(decode_pages, walk.octets, True)
    if len(walk.octets) == PAGE_OCTETS:
        _page(walk, found[0])
    else:
        _message(walk, found)
    first = found[0]
    body = join_pages(found) if len(found) > 1 else first.user_data.body
    walk.facts |= {
        "serial_number": int(first.serial_number),
        "message_identifier": first.message_identifier,
        "page": first.page,
        "pages": first.pages,
        "language": first.language,
        "encoding": first.data_coding.alphabet.value,
    }
    if isinstance(body, str):
        walk.facts["text"] = body
    else:
        walk.facts["data"] = body.hex().upper()


def _page(walk: Walk, page: Page) -> None:
    _serial_number(walk, page, f"{CLAUSE}.2.1")
    walk.take("message id", 2, str(page.message_identifier), f"{CLAUSE}.2.2")
    walk.take("DCS", 1, meanings.broadcast_coding_words(page.data_coding), CODING_CLAUSE)
    walk.take("page parameter", 1, f"page {page.page} of {page.pages}", f"{CLAUSE}.2.4")
    _content(walk, page, CONTENT_OCTETS, f"{CLAUSE}.2.5")


def _message(walk: Walk, found: tuple[Page, ...]) -> None:
    walk.take("message type", 1, "CBS message", UMTS_CLAUSE)
    walk.take("message id", 2, str(found[0].message_identifier), UMTS_CLAUSE)
    _serial_number(walk, found[0], UMTS_CLAUSE)
    walk.take("DCS", 1, meanings.broadcast_coding_words(found[0].data_coding), CODING_CLAUSE)
    walk.take("pages", 1, str(len(found)), UMTS_CLAUSE)
    for page in found:
        used = walk.octets[walk.at + CONTENT_OCTETS]
        _content(walk, page, used, UMTS_CLAUSE)
        walk.take("unused", CONTENT_OCTETS - used, f"{CONTENT_OCTETS - used} octets", UMTS_CLAUSE)
        walk.take("content length", 1, f"{used} octets", UMTS_CLAUSE)


def _serial_number(walk: Walk, page: Page, clause: str) -> None:
    code, update, scope = page.serial_number
    words = f"code {code}, update {update}, {scope.name.lower().replace('_', ' ')}"
    walk.take("serial number", 2, words, clause)


def _content(walk: Walk, page: Page, size: int, clause: str) -> None:
    taken = walk.header(size) if page.data_coding.has_header else 0
    body = page.user_data.body
    walk.take("content", size - taken, body if isinstance(body, str) else f"{len(body)} octets", clause)
