"""For tests of programs that use a modem: a modem that runs, and one whose time the test moves.

`EmulatedModem` runs beside the test, in real time, with a port to open. `emulator.bench.Bench` is the same world on a
clock that stands still until the test moves it. The pytest fixtures `emulated_modem` and `modem_bench` are these two
(`emulator.testing.plugin`, which pytest finds by itself).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .running import EmulatedModem as EmulatedModem

__all__ = ["EmulatedModem"]


def __getattr__(name: str) -> object:
    # pytest imports this package in every run, also in those that need no modem.
    if name in __all__:
        from . import running

        return getattr(running, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
