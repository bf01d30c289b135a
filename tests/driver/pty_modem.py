"""The scripted modem on a pty, for programs of their own."""

from __future__ import annotations

import os
import pty
import threading
import tty
from collections.abc import Iterator
from contextlib import contextmanager

from tests.driver.scripted import Answer, ScriptedModem


class PtyModem(ScriptedModem):
    """The modem behind a pty; it lives in a thread of its own."""

    def __init__(self, *table: tuple[str, Answer]) -> None:
        super().__init__(*table)
        self._inside, self._outside = pty.openpty()
        tty.setraw(self._outside)  # held open, so that the modem survives its clients
        self.path = os.ttyname(self._outside)
        self.heard = threading.Event()  # set when a line came that a test waits for
        self.wanted = ""

    def say(self, text: str | bytes) -> None:
        if text:
            os.write(self._inside, text.encode("latin-1") if isinstance(text, str) else text)

    def unplug(self) -> None:
        os.close(self._inside)

    def serve(self) -> None:
        """Until the pty is closed."""
        while True:
            try:
                octets = os.read(self._inside, 4096)
            except OSError:
                return
            for character in octets.decode("latin-1"):
                self._take(character)
            if self.wanted and self.wanted in (*self.lines, *self.sent):
                self.heard.set()


@contextmanager
def pty_modem(*table: tuple[str, Answer]) -> Iterator[PtyModem]:
    """A modem on a pty for the length of the block."""
    modem = PtyModem(*table)
    thread = threading.Thread(target=modem.serve, daemon=True)
    thread.start()
    try:
        yield modem
    finally:
        os.close(modem._outside)
        thread.join(5.0)
        assert not thread.is_alive()
