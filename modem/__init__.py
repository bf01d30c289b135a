"""The driver: send and receive SMS through a cellular modem on a serial line.

`Modem` is for asyncio, `sync.Modem` the same without; `Commands` speaks to short code 2936. Nothing is imported before
it is asked for, so that `modem.wire`, which needs none of it, stays cheap.
"""

from __future__ import annotations

TYPE_CHECKING = False  # to type checkers it is true; `typing` would be half of the cost of importing modem.wire

if TYPE_CHECKING:
    from .client import Modem
    from .errors import ModemError, SendOutcomeUnknown
    from .find import find_modems
    from .messages import Delivery, Message, Sent
    from .session import ModemInfo, Registration
    from .shortcode import Commands

_HOME = {
    "Commands": "shortcode",
    "Delivery": "messages",
    "Message": "messages",
    "Modem": "client",
    "ModemError": "errors",
    "ModemInfo": "session",
    "Registration": "session",
    "SendOutcomeUnknown": "errors",
    "Sent": "messages",
    "find_modems": "find",
}

__all__ = [
    "Commands",
    "Delivery",
    "Message",
    "Modem",
    "ModemError",
    "ModemInfo",
    "Registration",
    "SendOutcomeUnknown",
    "Sent",
    "find_modems",
]


def __getattr__(name: str) -> object:
    """Import what is asked for, the first time."""
    if name == "__version__":
        from ._version import __version__

        return __version__
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value: object = getattr(import_module(f".{_HOME[name]}", __name__), name)
    globals()[name] = value
    return value
