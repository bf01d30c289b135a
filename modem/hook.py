"""The user's program that `modem listen --exec` runs for each message."""

from __future__ import annotations

import asyncio
import os
import shlex
import shutil
import signal
import sys
from collections.abc import Coroutine
from contextlib import suppress

from .errors import InvalidInput
from .messages import Message
from .terminal import complain

FINISH_TIMEOUT = 10.0  # seconds that a program may go on after the signal that ends `modem listen`
TERMINATE_TIMEOUT = 2.0  # seconds from SIGTERM to SIGKILL


class Hook:
    """A program, run without a shell: what came over the air is never part of a command line.

    It has a session of its own: the terminal's Ctrl-C reaches `modem listen` alone, which then lets it finish.
    """

    def __init__(self, command: str) -> None:
        """Raises InvalidInput for a command line that names no program that can be run."""
        self._command = command
        try:
            self._words = shlex.split(command)
        except ValueError as error:
            raise InvalidInput(f"--exec {command!r} cannot be read ({error}): check its quotation marks") from None
        if not self._words:
            raise InvalidInput("--exec names no program: give its path, and its arguments behind it")
        if shutil.which(self._words[0]) is None:
            raise InvalidInput(
                f"--exec {command!r} does not run: {self._words[0]!r} is not a program, "
                "check its name, its path and its permissions"
            )
        self._process: asyncio.subprocess.Process | None = None
        self.running = False  # from the moment that it is being started

    async def run(self, message: Message) -> bool:
        """Run the program for a message; False when it failed. Raises InvalidInput when it cannot be started."""
        facts = {
            "MODEM_ID": message.id,
            "MODEM_FROM": message.sender.replace("\0", ""),
            "MODEM_ENCODING": message.encoding,
            "MODEM_SENT_AT": message.sent_at.isoformat() if message.sent_at else "",
            "MODEM_RECEIVED_AT": message.received_at.isoformat(),
            "MODEM_PARTS": str(message.parts),
        }
        content = (message.text or "").encode("utf-8", "replace") if message.data is None else message.data
        self.running = True
        try:
            self._process = await asyncio.create_subprocess_exec(
                *self._words,
                stdin=asyncio.subprocess.PIPE,
                stdout=sys.stderr,
                env={**os.environb, **{name.encode(): value.encode() for name, value in facts.items()}},
                start_new_session=True,
            )
            await self._process.communicate(content)
        except (OSError, ValueError) as error:
            raise InvalidInput(f"--exec {self._command!r} does not run ({error}): check the program") from error
        finally:
            self.running = False
        code = self._process.returncode
        if code:
            complain(f"{self._command!r} ended with {code}: message {message.id} stays in the modem")
        return code == 0

    def signal(self, number: signal.Signals) -> None:
        """To the program, if one runs, and to what it started; its session makes them a group."""
        if self._process is not None and self._process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, number)

    def __str__(self) -> str:
        return repr(self._command)


async def finish(work: Coroutine[object, object, bool], hook: Hook | None) -> bool:
    """Await `work`, which hands a message over and acknowledges it, and let no signal come in between.

    Once cancelled, it gets to its end: the hook has 10 s, then SIGTERM, and 2 s later SIGKILL. Cancelled again, it ends
    at once. Either way CancelledError is raised when it is over.
    """
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        try:
            await _wind_up(task, hook)
        finally:
            if hook is not None:
                hook.signal(signal.SIGKILL)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        raise


async def _wind_up(task: asyncio.Task[bool], hook: Hook | None) -> None:
    if hook is not None and hook.running:
        complain(f"waiting up to {FINISH_TIMEOUT:g} s for {hook}; interrupt again to end it now")
    done, _ = await asyncio.wait({task}, timeout=FINISH_TIMEOUT)
    if not done and hook is not None:
        hook.signal(signal.SIGTERM)
        await asyncio.wait({task}, timeout=TERMINATE_TIMEOUT)
