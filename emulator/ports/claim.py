"""A claim to the name of a link: no two emulators point one link to different terminals, and none is left behind."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from .base import PortError


class Claim:
    """Holds a link's name while this process lives, by a locked file beside it.

    An emulator that was killed leaves its link and the file, but not the lock; so the link is known to be stale, even
    when somebody else's terminal has its number by now.
    """

    def __init__(self, link: Path) -> None:
        """Make way for `link`. Raises PortError when it is in use, or is something that no emulator has made."""
        self._file = link.with_name(f".{link.name}.lock")
        known = self._file.exists()
        if link.exists() and not link.is_symlink():
            raise PortError(f"{link} exists and is no link: choose another name for --link")
        if link.exists() and not known:
            target = link.readlink()
            if not str(target).startswith("/dev/pts/"):
                raise PortError(f"{link} is a link to {target}, which is no terminal: choose another name for --link")
            raise PortError(f"{link} points to {target}, which is in use: stop that program, or remove the link")
        try:
            self._lock = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            raise PortError(f"cannot make the link {link}: {error.strerror}") from error
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            raise PortError(f"{link} is in use: stop that program, or choose another name for --link") from None
        link.unlink(missing_ok=True)

    def release(self) -> None:
        """Give the name up."""
        self._file.unlink(missing_ok=True)
        os.close(self._lock)
