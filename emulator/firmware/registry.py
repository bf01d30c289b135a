"""Commands as rows: name, clause, parameters and what answers each form.

From a row come the answers to ``=?`` (and, for a command that keeps its values, to ``?``), the check of the
values, and the error that a missing SIM, PIN or network gives.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING

from modem.wire.at import Call, Form, Parameter

from .responses import OK, CmeError, CmsError, Refusal, unknown_command
from .settings import Values

if TYPE_CHECKING:
    from .channel import Channel
    from .modem import SoftModem

Value = int | str | None


class Need(IntEnum):
    """What must be there before a command can do anything; each includes the ones before."""

    NOTHING = 0
    CARD = 1
    PIN = 2
    SMS = 3  # the messages on the card have been read after power-up
    SERVICE = 4


class Domain(IntEnum):
    """Whose error codes a command uses."""

    BASIC = 0  # V.250: plain ERROR
    CME = 1  # TS 27.007
    CMS = 2  # TS 27.005


class Later:
    """An answer that is still to come: the handler keeps it and calls `complete`, once.

    `abort`, if there is one, is called when the client sends an octet in the meantime (V.250 5.6.1); it stops the work,
    and `aborted` is the final result.
    """

    def __init__(self, abort: Callable[[], None] | None = None, aborted: str = OK) -> None:
        self.abort = abort
        self.aborted = aborted
        self._outcome: Answer | Refusal | None = None
        self._listener: Callable[[Answer | Refusal], None] | None = None

    def complete(self, outcome: Answer | Refusal) -> None:
        """Give the answer, or the refusal."""
        if self._listener is not None:
            self._listener(outcome)
        else:
            self._outcome = outcome

    def listen(self, listener: Callable[[Answer | Refusal], None]) -> None:
        """Hear the outcome, at once if it is there."""
        self._listener = listener
        if self._outcome is not None:
            listener(self._outcome)


@dataclass(frozen=True, slots=True)
class Prompt:
    """An answer that asks for a message body first: of text, or of a PDU's hexadecimal digits."""

    text: bool
    taken: Callable[[bytes], Answer]


@dataclass(frozen=True, slots=True)
class Connected:
    """An answer that turns the channel to data: `result` (CONNECT ...) is sent, then octets go to `sink`.

    `hang_up` is called when the terminal ends the connection with DTR.
    """

    result: str
    sink: Callable[[bytes], None]
    hang_up: Callable[[], None] = lambda: None


@dataclass(frozen=True, slots=True)
class Parting:
    """An answer of OK, the last of its line, after which the modem does something that would take the OK with it."""

    then: Callable[[], None]


# What a handler gives back: the lines of information text (OK follows), or one of those above. It raises Refusal.
Answer = Sequence[str] | Later | Prompt | Connected | Parting
Handler = Callable[..., Answer]


@dataclass(frozen=True, slots=True)
class Number:
    """A numeric parameter. `allowed` as a test command shows it: ``0-3``, ``0,2``, ``0-2,4``."""

    allowed: str
    default: Value = None
    required: bool = False
    ranges: tuple[range, ...] = field(init=False)

    def __post_init__(self) -> None:
        parts = [part.partition("-") for part in self.allowed.split(",")]
        ranges = tuple(range(int(low), int(high or low) + 1) for low, _, high in parts)
        object.__setattr__(self, "ranges", ranges)

    def read(self, parameter: Parameter) -> int:
        """The value. Raises ValueError when it is no number, or not an allowed one."""
        number = parameter.number
        if number is None or not any(number in allowed for allowed in self.ranges):
            raise ValueError(parameter.text)
        return number

    def supported(self) -> str:
        """Its part of the answer to a test command."""
        return f"({self.allowed})"


@dataclass(frozen=True, slots=True)
class Text:
    """A string parameter, one of `choices` if there are any. Quotation marks may be missing, as on most modems."""

    choices: tuple[str, ...] = ()
    default: Value = None
    required: bool = False
    longest: int = 255

    def read(self, parameter: Parameter) -> str:
        """The value, characters as octets. Raises ValueError when it is not an allowed one."""
        if self.choices and parameter.text.upper() in self.choices:
            return parameter.text.upper()
        if self.choices or len(parameter.text) > self.longest:
            raise ValueError(parameter.text)
        return parameter.text

    def supported(self) -> str:
        """Its part of the answer to a test command."""
        return "(" + ",".join([f'"{choice}"' for choice in self.choices]) + ")"


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command. Handlers take the modem, those of `set` also the values, in the order of `parameters`.

    Commands of the `line` (all of V.250) are about one channel: their handlers take the channel, which keeps their
    values.
    `keeps`: setting stores the values under the command's name, reading shows them, unless a handler does otherwise.
    `as_given`: what a client leaves out is None for the handler, instead of the value that there is (V.250 5.4.2).
    `test`: None gives the parameters' lists, or OK alone when there are none to show.
    """

    name: str
    clause: str
    parameters: tuple[Number | Text, ...] = ()
    action: Handler | None = None
    read: Handler | None = None
    set: Handler | None = None
    test: Handler | None = None
    keeps: bool = False
    as_given: bool = False
    needs: Need = Need.NOTHING
    domain: Domain = Domain.CME
    line: bool = False

    @property
    def defaults(self) -> Values:
        """The values a factory-fresh modem has for it."""
        return tuple(parameter.default for parameter in self.parameters)

    def perform(self, channel: Channel, call: Call) -> Answer:
        """Answer a call. Raises Refusal."""
        modem = channel.modem
        subject: Channel | SoftModem = channel if self.line else modem
        if call.form is Form.TEST:
            return self._supported(subject, modem)
        handler = {Form.ACTION: self.action, Form.READ: self.read, Form.SET: self.set}[call.form]
        if handler is None and not (self.keeps and call.form in (Form.READ, Form.SET)):
            raise Refusal if self.domain is Domain.BASIC else self._refusal(modem, 4)
        self.check(modem)
        if call.form is Form.SET or (call.form is Form.ACTION and self.domain is Domain.BASIC):
            values = self._values(subject, modem, call)
            if handler is not None:
                return handler(subject, *values)
            subject.settings[self.name] = values
            return ()
        if handler is not None:
            return handler(subject)
        return (self.show(subject.settings[self.name]),)

    def show(self, values: Values) -> str:
        """The line that shows values: ``+CNMI: 2,1,0,0,0``, strings in quotation marks."""
        shown = ["" if value is None else f'"{value}"' if isinstance(value, str) else str(value) for value in values]
        return f"{self.name}: {','.join(shown)}"

    def check(self, modem: SoftModem) -> None:
        """Raise the refusal for what is missing."""
        needs = self.needs
        if self.name in modem.profile.messages.not_ready_commands:
            needs = max(needs, Need.SMS)
        code = modem.missing(needs)
        if code is not None:
            raise self._refusal(modem, code)

    def _refusal(self, modem: SoftModem, code: int) -> Refusal:
        busy = modem.profile.messages.not_ready
        if code == _SIM_BUSY and not busy:
            return Refusal()
        if self.domain is Domain.CMS:
            wanting = busy if code == _SIM_BUSY else _CMS_FOR_CME.get(code)
            return CmsError(wanting or (305 if modem.settings.number("+CMGF") else 304))
        return CmeError(code)

    def _supported(self, subject: Channel | SoftModem, modem: SoftModem) -> Answer:
        if self.name in modem.profile.without_test:
            raise unknown_command(modem.profile)
        if self.test is not None:
            return self.test(subject)
        lists = [parameter.supported() for parameter in self.parameters]
        return (f"{self.name}: {','.join(lists)}",) if lists and "()" not in lists else ()

    def _values(self, subject: Channel | SoftModem, modem: SoftModem, call: Call) -> Values:
        given = call.parameters
        if len(given) > len(self.parameters):
            raise self._bad_parameter(modem)
        present: Values = subject.settings[self.name] if self.keeps else self.defaults
        if self.as_given:
            present = (None,) * len(self.parameters)
        elif self.domain is Domain.BASIC:
            present = (0,) * len(self.parameters)  # V.250 5.3.1: a missing number is 0
        values: list[Value] = []
        for position, parameter in enumerate(self.parameters):
            value = given[position] if position < len(given) else None
            if value is not None:
                try:
                    values.append(parameter.read(value))
                except ValueError:
                    raise self._bad_parameter(modem) from None
            elif parameter.required:
                raise self._bad_parameter(modem)
            else:
                # V.250 5.4.2: a value left out is the one there is, or the default where nothing is kept.
                values.append(present[position])
        return tuple(values)

    def _bad_parameter(self, modem: SoftModem) -> Refusal:
        return Refusal() if self.domain is Domain.BASIC else self._refusal(modem, 50)


_SIM_BUSY = 14  # the messages on the card are still being read
# The same want in the numbers of TS 27.005 3.2.5.
_CMS_FOR_CME = {3: 302, 4: 303, 10: 310, 11: 311, 12: 316, 13: 313, 30: 331}
