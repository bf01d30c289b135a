"""Operators: choosing one, those on the air, those that the card prefers, names (TS 27.007 7.3, 7.19 to 7.21)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..radio import Registration
from ..sim import EF_PLMN_ACT, PREFERENCE_UNUSED
from .charset import from_terminal, to_terminal
from .network import CAT_M, DENIED, E_UTRAN, GSM, NB_IOT, UTRAN, shown_technology
from .power import FULL
from .registry import Answer, Command, Later, Need, Number, Text
from .responses import CmeError

if TYPE_CHECKING:
    from .modem import SoftModem

AUTOMATIC, MANUAL, LEAVE, FORMAT_ONLY, MANUAL_THEN_AUTOMATIC = range(5)
LONG, SHORT, NUMERIC = range(3)
REGISTRATION_S = 60.0  # how long a choice may take
NO_SERVICE, NOT_ALLOWED, NOT_FOUND, TIMEOUT = 30, 32, 22, 31

# Names that the modem knows without asking (+COPN); ITU-T E.212 assigns the numbers.
_KNOWN = {
    "00101": "Test PLMN 1-1",
    "20404": "vodafone NL",
    "20801": "Orange F",
    "21407": "Movistar",
    "22201": "I TIM",
    "22801": "Swisscom",
    "23203": "T-Mobile A",
    "23415": "vodafone UK",
    "24001": "Telia S",
    "26201": "Telekom.de",
    "26202": "Vodafone.de",
    "26203": "o2 - de",
    "302720": "Rogers",
    "310260": "T-Mobile",
    "310410": "AT&T",
    "311480": "Verizon",
    "44010": "NTT DOCOMO",
    "50501": "Telstra",
    "90143": "1NCE",
}


def _named(modem: SoftModem, form: int) -> str:
    """<oper> of the present operator in <format>, names in +CSCS."""
    now = modem.registration
    short = now.short or now.operator[:8]
    name = (now.operator, short, now.numeric)[form]
    return name if form == NUMERIC else to_terminal(name, modem.settings.string("+CSCS"))


def _operator(modem: SoftModem) -> Answer:
    mode, form = modem.settings.number("+COPS"), modem.settings.number("+COPS", 1)
    registration = modem.registration
    if not registration.registered:
        return (f"+COPS: {mode}",)
    technology = shown_technology(modem, registration.technology)
    return (f'+COPS: {mode},{form},"{_named(modem, form)}",{technology}',)


def _choose(modem: SoftModem, mode: int, form: int, operator: str | None, technology: int | None) -> Answer:
    """Modes 0 automatic, 1 manual, 2 leave the network, 3 only set the format, 4 manual, else automatic."""
    if mode == FORMAT_ONLY:
        modem.settings.replace("+COPS", 1, form)
        return ()
    chosen: str | None = None
    if mode in (MANUAL, MANUAL_THEN_AUTOMATIC):
        if operator is None:
            raise CmeError(50)
        chosen = _numeric(modem, form, operator)
    modem.settings["+COPS"] = (mode, form, None, None)
    if mode == LEAVE:
        modem.use_network(False)
        return ()
    before = modem.registration
    modem.radio.select(chosen, E_UTRAN if technology == CAT_M else technology)
    modem.card_changed()
    if modem.power.level != FULL:  # the choice is for when the radio is switched on
        return ()
    return _registered(modem, chosen, before)


def _numeric(modem: SoftModem, form: int, operator: str) -> str:
    """MCC and MNC of an operator that can be heard. Raises CmeError."""
    if form == NUMERIC:
        if not (operator.isdecimal() and operator.isascii() and len(operator) in (5, 6)):
            raise CmeError(50)
        return operator
    try:
        name = from_terminal(operator, modem.settings.string("+CSCS"))
    except ValueError:
        raise CmeError(50) from None
    for visible in modem.radio.visible:
        if name == (visible.long, visible.short)[form]:
            return visible.numeric
    raise CmeError(NO_SERVICE)


def _registered(modem: SoftModem, chosen: str | None, before: Registration) -> Answer:
    """OK once the registration is there. It can take its time, and any character ends the waiting (7.3)."""
    later = Later(abort=lambda: deadline.cancel())

    def settled(registration: Registration) -> Answer | CmeError | None:
        if registration.registered and chosen in (None, registration.numeric):
            return ()
        return CmeError(NOT_ALLOWED) if registration.status == DENIED else None

    def hear(registration: Registration) -> None:
        outcome = settled(registration)
        if outcome is None:
            if deadline.active:
                modem.registrar.wait(hear)
            return
        deadline.cancel()
        if isinstance(outcome, CmeError):
            refused(outcome)
        else:
            later.complete(outcome)

    def refused(refusal: CmeError) -> None:
        if modem.settings.number("+COPS") == MANUAL_THEN_AUTOMATIC:
            modem.settings.replace("+COPS", 0, AUTOMATIC)
            modem.radio.select(None)
            later.complete(())
        else:
            later.complete(refusal)

    outcome = settled(modem.registration)
    if isinstance(outcome, CmeError) and modem.registration != before:
        raise outcome
    if outcome == ():
        return ()
    deadline = modem.clock.call_later(REGISTRATION_S, lambda: refused(CmeError(NO_SERVICE)))
    modem.registrar.wait(hear)
    return later


def _scan(modem: SoftModem) -> Answer:
    """Look for operators: it takes its time, and any character ends it."""
    later = Later(abort=lambda: timer.cancel())

    def found() -> None:
        charset = modem.settings.string("+CSCS")
        networks = [
            f'({operator.status},"{to_terminal(operator.long, charset)}","{to_terminal(operator.short, charset)}",'
            f'"{operator.numeric}",{shown_technology(modem, operator.technology)})'
            for operator in modem.radio.visible
        ]
        later.complete((f"+COPS: {','.join([*networks, '', '(0-4)', '(0-2)'])}",))

    timer = modem.clock.call_later(modem.profile.network.scan_s, found)
    return later


def _known_names(modem: SoftModem) -> Answer:
    charset = modem.settings.string("+CSCS")
    return [f'+COPN: "{numeric}","{to_terminal(name, charset)}"' for numeric, name in _KNOWN.items()]


# --- the card's list of preferred operators (EF_PLMNwAcT, TS 31.102 4.2.5) ---

_ENTRY_OCTETS = 5
_TECHNOLOGY_BITS = {GSM: 0x0080, UTRAN: 0x8000, E_UTRAN: 0x4000, NB_IOT: 0x4000}


def _preferences(modem: SoftModem) -> list[bytes]:
    octets = modem.sim.files[EF_PLMN_ACT].data
    return [octets[at : at + _ENTRY_OCTETS] for at in range(0, len(octets), _ENTRY_OCTETS)]


def _preferred(modem: SoftModem) -> Answer:
    form = modem.preferred_form
    lines = []
    for index, entry in enumerate(_preferences(modem), start=1):
        if entry == PREFERENCE_UNUSED:
            continue
        numeric = _decoded(entry[:3])
        name = numeric if form == NUMERIC else to_terminal(_KNOWN.get(numeric, numeric), modem.settings.string("+CSCS"))
        bits = int.from_bytes(entry[3:], "big")
        flags = [int(bits & _TECHNOLOGY_BITS[technology] > 0) for technology in (GSM, UTRAN, E_UTRAN)]
        lines.append(f'+CPOL: {index},{form},"{name}",{flags[0]},0,{flags[1]},{flags[2]}')
    return lines


def _prefer(modem: SoftModem, index: int | None, form: int | None, operator: str | None, *flags: int | None) -> Answer:
    """An index alone deletes, without one the first free place is taken; a format alone is for reading (7.19)."""
    if operator is None:
        if index is None:
            modem.preferred_form = NUMERIC if form is None else form
        else:
            _put(modem, index, PREFERENCE_UNUSED)
        return ()
    numeric = operator
    if form not in (None, NUMERIC):
        numeric = next((number for number, name in _KNOWN.items() if name == operator), "")
    if not (numeric.isdecimal() and numeric.isascii() and len(numeric) in (5, 6)):
        raise CmeError(50)
    gsm, _, utran, e_utran = flags
    chosen = [(GSM, gsm), (UTRAN, utran), (E_UTRAN, e_utran)]
    bits = sum(_TECHNOLOGY_BITS[technology] for technology, flag in chosen if flag or set(flags) == {None})
    entry = _encoded(numeric) + bits.to_bytes(2, "big")
    if index is None:
        free = [place for place, known in enumerate(_preferences(modem), start=1) if known == PREFERENCE_UNUSED]
        if not free:
            raise CmeError(20)
        index = free[0]
    _put(modem, index, entry)
    return ()


def _put(modem: SoftModem, index: int, entry: bytes) -> None:
    entries = _preferences(modem)
    if index > len(entries):
        raise CmeError(21)
    entries[index - 1] = entry
    modem.sim.files[EF_PLMN_ACT].data = b"".join(entries)


def _encoded(numeric: str) -> bytes:
    """MCC and MNC in three octets (TS 24.008 10.5.1.3)."""
    mcc, mnc = numeric[:3], numeric[3:].ljust(3, "F")
    return bytes.fromhex(mcc[1] + mcc[0] + mnc[2] + mcc[2] + mnc[1] + mnc[0])


def _decoded(octets: bytes) -> str:
    digits = octets.hex()
    return (digits[1] + digits[0] + digits[3] + digits[5] + digits[4] + digits[2]).rstrip("f")


def _test_preferred(modem: SoftModem) -> Answer:
    return (f"+CPOL: (1-{len(_preferences(modem))}),(0-2)",)


_FLAG = Number("0,1")

COMMANDS = (
    Command(
        name="+COPS",
        clause="TS 27.007 7.3",
        parameters=(Number("0-4", default=0), Number("0-2", default=0), Text(), Number("0-9")),
        keeps=True,
        read=_operator,
        set=_choose,
        test=_scan,
        needs=Need.PIN,
    ),
    Command(
        name="+CPOL",
        clause="TS 27.007 7.19",
        parameters=(Number("1-255"), Number("0-2"), Text(), _FLAG, _FLAG, _FLAG, _FLAG),
        read=_preferred,
        set=_prefer,
        test=_test_preferred,
        needs=Need.PIN,
    ),
    Command(
        name="+CPLS",
        clause="TS 27.007 7.20",
        parameters=(Number("0", required=True),),  # the user's list is the one that there is
        read=lambda _modem: ("+CPLS: 0",),
        set=lambda _modem, _list: (),
        needs=Need.PIN,
    ),
    Command(name="+COPN", clause="TS 27.007 7.21", action=_known_names),
)
