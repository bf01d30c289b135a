"""Where the program `modem` starts. Exit codes: 0 done, 1 it failed (one line on stderr says what, and what to do),
2 usage, 128 and the signal's number when a signal ended it.

Ctrl-C may come at any time, so this file imports nothing before somebody is there to catch it. Before its first line
Python itself is starting; what it prints then is out of our hands.
"""

from __future__ import annotations


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    try:
        _leave_quietly()
        from .command_line import run

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
