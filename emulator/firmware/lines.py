"""The circuits beside the data (V.24): what the terminal tells the modem with them, and what the modem tells it."""

from __future__ import annotations

from collections.abc import Callable


class Lines:
    """DTR comes from the terminal; DCD, RI, DSR and CTS go to it.

    A port whose wire has circuits says what the client does with DTR, drives the client's inputs from the values here,
    and hears of every change through `listeners`. A port without circuits says DTR while it has a client.
    """

    def __init__(self, dtr_changed: Callable[[], None] = lambda: None) -> None:
        self.dcd = False  # circuit 109
        self.ri = False  # circuit 125
        self.dsr = True  # circuit 107
        self.cts = True  # circuit 106
        self.listeners: list[Callable[[], object]] = []
        self._dtr_changed = dtr_changed
        self._ready: set[object] = set()

    @property
    def dtr(self) -> bool:
        """Circuit 108/2: whether a terminal is ready. Of several on one channel, one is enough."""
        return bool(self._ready)

    def terminal_ready(self, terminal: object, ready: bool) -> None:
        """A terminal switches its DTR on or off."""
        before = self.dtr
        if ready:
            self._ready.add(terminal)
        else:
            self._ready.discard(terminal)
        if self.dtr != before:
            self._dtr_changed()

    def drive(self, *, dcd: bool | None = None, ri: bool | None = None) -> None:
        """Switch what goes to the terminal."""
        before = (self.dcd, self.ri)
        self.dcd = self.dcd if dcd is None else dcd
        self.ri = self.ri if ri is None else ri
        if (self.dcd, self.ri) != before:
            for listener in self.listeners:
                listener()
