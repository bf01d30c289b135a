"""What happened on a bench, line by line, as a failed test shows it."""

from __future__ import annotations

from collections import deque

from ..bench import Bench
from ..narrator import Narrator

_KEPT = 2000  # lines; the last ones are those that explain a failure


class Transcript:
    """Notes what clients and modems say and what becomes of messages, with the bench's time; `str` is the text."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._lines: deque[str] = deque(maxlen=_KEPT)
        Narrator(bench, self._note)

    def _note(self, line: str) -> None:
        self._lines.append(f"{self._bench.clock.now:9.3f} {line}")

    def __str__(self) -> str:
        kinds = ", ".join(modem.profile.name for modem in self._bench.modems)
        return "\n".join([f"{kinds}, seed {self._bench.seed}", *self._lines])
