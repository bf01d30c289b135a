"""What is printed to people."""

from __future__ import annotations

import os
from typing import TextIO


def visible(text: str) -> str:
    """What came over the air, fit for a terminal: controls are shown, not obeyed."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape", "backslashreplace").decode()
        for character in text
    )


def coloured(stream: TextIO) -> bool:
    """Whether colours are welcome: on a terminal that knows them, unless $NO_COLOR is set (no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
