"""Where the program `modem-emulator` starts, and ``python -m emulator``.

Ctrl-C may come at any time, so this file imports nothing before somebody is there to catch it.
"""

from __future__ import annotations


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    try:
        _leave_quietly()
        from .cli import main as run

        return run(arguments)
    except KeyboardInterrupt:
        return 130


def _leave_quietly() -> None:
    """Until a command takes over the signal, Ctrl-C ends the program there and then: nothing is open yet.

    An exception would not do: where Python is in a callback, as while it imports, it is printed and forgotten.
    """
    import os
    import signal

    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, lambda *_: os._exit(130))


if __name__ == "__main__":
    import sys

    sys.exit(main())
