"""What can go wrong, as one tree. Every message says what to do next.

Whose fault it is shows in the type: `InvalidInput` is the caller's (raised before an octet is sent), `CommandFailed`
the modem's or the network's refusal, `PortError` and `CommandTimeout` trouble on the line, `SimError` the card's.
`kind` is a short, stable name for programs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from .messages import Sent


class ModemError(Exception):
    """The root of everything this package raises on purpose."""

    kind: ClassVar[str] = "modem_error"
    sent: Sent | None = None  # where sending failed: the message, and how far each of its parts is


class InvalidInput(ModemError, ValueError):
    """What the caller gave cannot be sent: a bad number, an empty or too long text, control characters."""

    kind = "invalid_input"


class PortError(ModemError):
    """The serial port, not the modem, is the trouble."""

    kind = "port_error"


class PortNotFound(PortError):
    """There is no such port."""

    kind = "port_not_found"


class PortBusy(PortError):
    """Another program holds the port."""

    kind = "port_busy"


class PortPermission(PortError):
    """The user may not open the port."""

    kind = "port_permission"


class PortLost(PortError):
    """The port went away while it was open: unplugged, reset, connection closed."""

    kind = "port_lost"


class NotAModem(PortError):
    """The port opened, but nothing on it answers AT commands."""

    kind = "not_a_modem"


class CommandTimeout(ModemError):
    """A command got no answer in time. The line is brought back into step before the next one is sent."""

    kind = "command_timeout"

    def __init__(self, command: str, after_s: float) -> None:
        super().__init__(f"no answer to {command} within {after_s:g} s: check that the modem is powered and not busy")
        self.command = command
        self.after_s = after_s


class CommandFailed(ModemError):
    """The modem answered a command with ERROR, without saying why."""

    kind = "command_failed"

    def __init__(self, command: str, answer: str = "ERROR", advice: str = "") -> None:
        super().__init__(f"{command} was answered with {answer}" + (f": {advice}" if advice else ""))
        self.command = command
        self.answer = answer


class CmeError(CommandFailed):
    """`+CME ERROR` (TS 27.007 9.2). `code` is None when the modem gave words only."""

    kind = "cme_error"

    def __init__(self, command: str, code: int | None, meaning: str, transient: bool | None = None) -> None:
        number = "" if code is None else f" {code}"
        super().__init__(command, f"+CME ERROR{number}", meaning)
        self.code = code
        self.meaning = meaning
        self.transient = transient


class CmsError(CommandFailed):
    """`+CMS ERROR` (TS 27.005 3.2.5). `transient`: whether trying again later can help; None when nobody knows."""

    kind = "cms_error"

    def __init__(self, command: str, code: int | None, meaning: str, transient: bool | None = None) -> None:
        number = "" if code is None else f" {code}"
        advice = {True: "; try again later", False: "; trying again will not help", None: ""}[transient]
        super().__init__(command, f"+CMS ERROR{number}", meaning + advice)
        self.code = code
        self.meaning = meaning
        self.transient = transient


class SimError(ModemError):
    """The SIM, not the modem, stands in the way."""

    kind = "sim_error"


class NoSim(SimError):
    """No SIM, or one that cannot be read."""

    kind = "no_sim"


class PinRequired(SimError):
    """The SIM asks for its PIN and none was given."""

    kind = "pin_required"


class PinRefused(SimError):
    """The SIM refused the PIN. It is not tried again."""

    kind = "pin_refused"


class PinLastTry(SimError):
    """Fewer than two tries are left: this driver does not spend the last one."""

    kind = "pin_last_try"


class PukRequired(SimError):
    """The SIM is blocked until somebody enters its PUK, which this driver never does."""

    kind = "puk_required"


class NotRegistered(ModemError):
    """The modem is not registered with a network."""

    kind = "not_registered"


class SendOutcomeUnknown(ModemError):
    """The message left for the modem, and no result came back: it may have been sent, or not.

    It is not sent again by itself, because that could double it.
    """

    kind = "send_outcome_unknown"
