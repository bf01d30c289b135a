"""PIN and PUK (TS 27.007 7.4, 7.5, 8.3, 8.65). The counters are the card's."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..sim import Card, Secret
from .registry import Answer, Command, Need, Number, Text
from .responses import CmeError

if TYPE_CHECKING:
    from .modem import SoftModem

_PIN = re.compile(r"[0-9]{4,8}")
_PUK = re.compile(r"[0-9]{8}")


def _state(modem: SoftModem) -> Answer:
    if modem.sim.secret.dead:
        raise CmeError(13)
    return (f"+CPIN: {card_state(modem.card)}",)


def card_state(card: Card | None) -> str:
    """What +CPIN? says, and what some modems announce at power-up."""
    if card is None:
        return "NOT INSERTED"
    if card.secret.blocked:
        return "SIM PUK"
    return "READY" if card.ready else "SIM PIN"


def _checked(pattern: re.Pattern[str], digits: str) -> str:
    """What cannot be a PIN is refused before it costs a try."""
    if pattern.fullmatch(digits) is None:
        raise CmeError(50)
    return digits


def _refusal(secret: Secret, required: int = 12) -> CmeError:
    """After a wrong PIN or PUK: wrong password, PUK required (12, or 18 for PUK 2), or a dead card."""
    return CmeError(13 if secret.dead else required if secret.blocked and secret.pin_tries == 0 else 16)


def _enter(modem: SoftModem, pin: str, new_pin: str | None) -> Answer:
    secret = modem.sim.secret
    if secret.dead:
        raise CmeError(13)
    if secret.blocked:
        if new_pin is None:
            raise CmeError(12)
        if not secret.unblock(_checked(_PUK, pin), _checked(_PIN, new_pin)):
            raise CmeError(13 if secret.dead else 16)
    elif new_pin is not None or modem.sim.ready:
        raise CmeError(3)
    elif not secret.verify(_checked(_PIN, pin)):
        raise _refusal(secret)
    modem.card_changed()
    return ()


def _tries(modem: SoftModem, selected: str | None = None) -> Answer:
    """+CPINR: tries left, and how many there are at first, of one code or of all."""
    lines = []
    for number, secret in (("", modem.sim.secret), ("2", modem.sim.secret2)):
        if selected in (None, f"SIM PIN{number}"):
            lines.append(f"+CPINR: SIM PIN{number},{secret.pin_tries},{Secret.PIN_TRIES}")
        if selected in (None, f"SIM PUK{number}"):
            lines.append(f"+CPINR: SIM PUK{number},{secret.puk_tries},{Secret.PUK_TRIES}")
    return lines


def _lock(modem: SoftModem, _facility: str, mode: int, password: str | None, _class: int | None) -> Answer:
    """The facility "SC": whether the card asks for its PIN at power-up."""
    secret = modem.sim.secret
    if mode == 2:
        return (f"+CLCK: {int(secret.enabled)}",)
    if secret.dead or secret.blocked:
        raise _refusal(secret)
    if password is None:
        raise CmeError(11)
    if not secret.enable(bool(mode), _checked(_PIN, password)):
        modem.card_changed()
        raise _refusal(secret)
    modem.card_changed()
    return ()


def _change(modem: SoftModem, facility: str, old: str, new: str) -> Answer:
    secret, required = (modem.sim.secret, 12) if facility == "SC" else (modem.sim.secret2, 18)
    if facility == "SC" and not secret.enabled:
        raise CmeError(3)  # TS 102.221 11.1.10: a PIN that is disabled cannot be changed
    if not secret.change(_checked(_PIN, old), _checked(_PIN, new)):
        modem.card_changed()
        raise _refusal(secret, required)
    return ()


COMMANDS = (
    Command(
        name="+CPIN",
        clause="TS 27.007 8.3",
        parameters=(Text(required=True), Text()),
        read=_state,
        set=_enter,
        needs=Need.CARD,
    ),
    Command(
        name="+CPINR",
        clause="TS 27.007 8.65",
        parameters=(Text(("SIM PIN", "SIM PUK", "SIM PIN2", "SIM PUK2"), required=True),),
        action=_tries,
        set=_tries,
        test=lambda _modem: (),
        needs=Need.CARD,
    ),
    Command(
        name="+CLCK",
        clause="TS 27.007 7.4",
        parameters=(Text(("SC",), required=True), Number("0-2", required=True), Text(), Number("0-255")),
        set=_lock,
        test=lambda _modem: ('+CLCK: ("SC")',),
        needs=Need.CARD,
    ),
    Command(
        name="+CPWD",
        clause="TS 27.007 7.5",
        parameters=(Text(("SC", "P2"), required=True), Text(required=True), Text(required=True)),
        set=_change,
        test=lambda _modem: ('+CPWD: ("SC",8),("P2",8)',),
        needs=Need.CARD,
    ),
)
