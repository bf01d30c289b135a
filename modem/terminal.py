"""What is printed to people, and to programs that read it."""

from __future__ import annotations

import json
import os
import sys
from typing import TextIO

from .errors import ModemError


class OutputLost(ModemError):
    """Standard output does not take what is printed."""

    kind = "output_lost"


def visible(text: str) -> str:
    """What came over the air, fit for a terminal: controls are shown, not obeyed."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape", "backslashreplace").decode()
        for character in text
    )


def coloured(stream: TextIO) -> bool:
    """Whether colours are welcome: on a terminal that knows them, unless $NO_COLOR is set (no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def prepare() -> None:
    """Make the standard streams safe to use. Raises OutputLost when there is no standard output.

    A closed descriptor is filled with /dev/null, or the modem's port would take its number and get what was meant for
    a person. A terminal that lacks a character gets its code instead of an error: a message must not be stuck for it.
    """
    closed = sys.stdout is None
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(descriptor)
    if sys.stdin is None:
        sys.stdin = open(os.devnull)  # noqa: PTH123, SIM115 - all three for as long as the program runs
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: PTH123, SIM115
    if closed:
        sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115
        raise OutputLost("standard output is closed: send it to /dev/null if nobody wants it; nothing was done")
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr] # typeshed: TextIO


def show(*lines: str) -> None:
    """Print lines on standard output. Raises OutputLost, BrokenPipeError."""
    try:
        for line in lines:
            print(line)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _lost(error) from error


def show_json(value: object) -> None:
    """Print a value as one line of JSON, in ASCII where standard output has no Unicode. Raises as `show`."""
    show(json.dumps(value, ensure_ascii=not sys.stdout.encoding.lower().startswith("utf")))


def flush() -> None:
    """Hand on what was printed, so that it is known to have arrived. Raises as `show`."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _lost(error) from error


def forget() -> None:
    """Throw away what standard output does not take, which Python would try once more at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def complain(text: str) -> None:
    """Print a line on standard error, as far as it takes it."""
    try:
        print(f"modem: {text}", file=sys.stderr, flush=True)
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


def _lost(error: OSError) -> OutputLost:
    return OutputLost(f"standard output takes nothing ({error.strerror}): make room, or send it somewhere else")
