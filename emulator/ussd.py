"""USSD: the services that a network offers under codes such as ``*100#`` (TS 22.090, TS 24.090)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from .clock import Timer
from .radio import UssdAnswer

if TYPE_CHECKING:
    from .network import Network

DONE, WAITS, ENDED, UNKNOWN_SERVICE, NO_ANSWER = 0, 1, 2, 4, 5  # <m> of +CUSD (TS 27.007 7.15)
ANSWER_WITHIN = 60.0  # the network's patience with a menu, in seconds


class Menu(NamedTuple):
    """A text and, if it wants an answer, what each answer leads to. ``{number}`` stands for the subscriber's number."""

    text: str
    choices: Mapping[str, Menu] = MappingProxyType({})


_BALANCE = Menu("Your balance is 29.36.")
_NUMBER = Menu("Your number is +{number}.")

TABLE = {
    "*100#": _BALANCE,
    "*101#": _NUMBER,
    "*111#": Menu("1 Balance\n2 My number\n0 Exit", {"1": _BALANCE, "2": _NUMBER, "0": Menu("Goodbye.")}),
}


class _Dialogue(NamedTuple):
    menu: Menu
    deadline: Timer


class Services:
    """Answers codes by `table`, and keeps one dialogue for each subscriber."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self.table = dict(TABLE)
        self._dialogues: dict[str, _Dialogue] = {}

    def ask(self, imsi: str, text: str, hear: Callable[[UssdAnswer], None], registered: bool = True) -> None:
        """Take a code, or an answer to the menu that waits; `hear` is called with the answer, and if time runs out."""
        self._network.journal.write("ussd.request", imsi=imsi, text=text)
        self._network.on_air(self._asked, imsi, text, hear, registered)

    def end(self, imsi: str) -> None:
        """The subscriber leaves the dialogue, if there is one."""
        dialogue = self._dialogues.pop(imsi, None)
        if dialogue is not None:
            dialogue.deadline.cancel()

    def _asked(self, imsi: str, text: str, hear: Callable[[UssdAnswer], None], registered: bool) -> None:
        dialogue = self._dialogues.get(imsi)
        self.end(imsi)
        subscriber = self._network.subscribers.get(imsi)
        if subscriber is None or not registered:
            hear(UssdAnswer(NO_ANSWER))
            return
        known: Mapping[str, Menu] = self.table if dialogue is None else dialogue.menu.choices
        menu = known.get(text)
        if menu is None:
            answer = UssdAnswer(UNKNOWN_SERVICE) if dialogue is None else UssdAnswer(DONE, "There is no such choice.")
        else:
            status = WAITS if menu.choices else DONE
            answer = UssdAnswer(status, menu.text.replace("{number}", subscriber.msisdn))
            if menu.choices:
                deadline = self._network.clock.call_later(ANSWER_WITHIN, self._too_late, imsi, hear)
                self._dialogues[imsi] = _Dialogue(menu, deadline)
        self._network.journal.write("ussd.answer", imsi=imsi, status=answer.status, text=answer.text)
        self._network.on_air(hear, answer)

    def _too_late(self, imsi: str, hear: Callable[[UssdAnswer], None]) -> None:
        self._dialogues.pop(imsi)
        self._network.journal.write("ussd.answer", imsi=imsi, status=ENDED, text="")
        self._network.on_air(hear, UssdAnswer(ENDED))
