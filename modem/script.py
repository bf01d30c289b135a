"""Conversations with the modem as generators: they yield what to send, and get what came back.

A script has no IO and no clock of its own, so the same text runs over asyncio, over a virtual clock, and in a test
that hands it answers one by one.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import NamedTuple, TypeVar

from .commands import Request
from .engine import Completed, Lost, TimedOut
from .errors import CmeError, CmsError, CommandFailed, CommandTimeout, NotAModem, PortLost
from .wire.at import FinalResult
from .wire.causes import CME, cms_words, is_transient_cme, is_transient_cms

T = TypeVar("T")


class Pause(NamedTuple):
    """Let this many seconds pass."""

    seconds: float


Reply = Completed | TimedOut | Lost | None  # None answers a Pause
Script = Generator[Request | Pause, Reply, T]


def ask(request: Request) -> Script[Completed]:
    """Send a command and get its answer, good or bad. One that may be repeated is tried twice before giving up.

    Raises CommandTimeout, NotAModem (nothing answers any more) and PortLost.
    """
    reply = yield request
    if isinstance(reply, TimedOut) and reply.sent and request.command.repeatable:
        reply = yield Request(request.command, request.line, request.payload, request.timeout)
    if isinstance(reply, Lost):
        raise PortLost(reply.reason)
    if isinstance(reply, TimedOut):
        if not reply.sent:
            raise NotAModem(
                "nothing answers AT commands there: check that this is the modem's AT port, its power and its speed"
            )
        raise CommandTimeout(request.label, request.timeout)
    assert reply is not None
    return reply


def demand(request: Request) -> Script[tuple[str, ...]]:
    """Like `ask`, for a command that must succeed: the lines of its answer. Raises CommandFailed as well."""
    reply = yield from ask(request)
    if not reply.final.ok:
        raise failure(request, reply.final)
    return reply.lines


def attempt(request: Request) -> Script[tuple[str, ...] | None]:
    """Like `ask`, for a command that some modems lack: the lines of its answer, or None when it was refused."""
    reply = yield from ask(request)
    return reply.lines if reply.final.ok else None


def failure(request: Request, final: FinalResult) -> CommandFailed:
    """The error that a final result other than OK stands for."""
    code = final.code
    if final.kind == "+CMS ERROR":
        transient = None if code is None else is_transient_cms(code)
        return CmsError(request.label, code, _given(final) if code is None else cms_words(code), transient)
    if final.kind == "+CME ERROR":
        transient = None if code is None else is_transient_cme(code)
        words = _given(final) if code is None else CME.get(code, "a code of this manufacturer")
        return CmeError(request.label, code, words, transient)
    return CommandFailed(request.label, final.text, "the modem does not know it, or does not allow it now")


def _given(final: FinalResult) -> str:
    """The words that came in place of a number (+CMEE=2)."""
    return final.text.partition(":")[2].strip() or "no reason given"
