"""Services of the network under codes such as *100# (+CUSD, TS 27.007 7.15)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modem.wire.alphabet import is_gsm7

from ..radio import UssdAnswer
from .charset import from_terminal, hexadecimal, to_terminal
from .registry import Answer, Command, Later, Need, Number, Text
from .responses import CmeError

if TYPE_CHECKING:
    from .modem import SoftModem

HIDE, SHOW, LEAVE = 0, 1, 2  # <n>
DEFAULT_ALPHABET, UCS2 = 15, 72  # <dcs>: TS 23.038 5, 1111 and 01001000
_LONGEST = 182  # characters that a request has room for (TS 24.080 3.6.1)


class Ussd:
    """Dialogues of the modem with the network's services."""

    def __init__(self, modem: SoftModem) -> None:
        self._modem = modem

    def ask(self, text: str, *, show: bool = False) -> Answer:
        """Ask for a service, or answer its menu. `show`: tell what it says even where +CUSD is not switched on."""
        modem = self._modem
        later = Later(abort=modem.radio.end_ussd) if modem.profile.network.ussd_first else None

        def hear(answer: UssdAnswer) -> None:
            if show or modem.settings.number("+CUSD") == SHOW:
                modem.unsolicited(self._line(answer))

        def hear_first(answer: UssdAnswer) -> None:
            nonlocal later
            if later is None:
                hear(answer)
            else:
                answered, later = later, None
                answered.complete((self._line(answer),))

        modem.radio.ussd(text, hear if later is None else hear_first)
        return later or ()

    def _line(self, answer: UssdAnswer) -> str:
        if not answer.text:
            return f"+CUSD: {answer.status}"
        if is_gsm7(answer.text):
            text, coding = to_terminal(answer.text, self._modem.settings.string("+CSCS")), DEFAULT_ALPHABET
        else:
            text, coding = to_terminal(answer.text, "UCS2"), UCS2
        return f'+CUSD: {answer.status},"{text}",{coding}'


def _request(modem: SoftModem, manner: int, string: str | None, coding: int | None) -> Answer:
    if manner == LEAVE:
        modem.radio.end_ussd()
        return ()
    modem.settings["+CUSD"] = (manner, None, None)
    if string is None:
        return ()
    if modem.missing(Need.SERVICE) is not None:
        raise CmeError(30)
    try:
        if coding in (None, DEFAULT_ALPHABET, 0):
            text = from_terminal(string, modem.settings.string("+CSCS"))
        elif coding == UCS2:
            text = hexadecimal(string).decode("utf-16-be")
        else:
            raise CmeError(58)
    except ValueError:
        raise CmeError(50) from None
    if not 0 < len(text) <= _LONGEST:
        raise CmeError(50)
    return modem.ussd.ask(text)


def _manner(modem: SoftModem) -> Answer:
    return (f"+CUSD: {modem.settings.number('+CUSD')}",)


COMMANDS = (
    Command(
        name="+CUSD",
        clause="TS 27.007 7.15",
        parameters=(Number("0-2", default=HIDE), Text(longest=4 * _LONGEST), Number("0-255")),
        keeps=True,
        read=_manner,
        set=_request,
        test=lambda _modem: ("+CUSD: (0-2)",),
        needs=Need.PIN,
    ),
)
