"""Registration and operators (TS 27.007 7.2, 7.3, 10.1.20, 10.1.22)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..radio import Registration
from .charset import to_terminal
from .registry import Answer, Command, Later, Need, Number, Text
from .responses import CmeError

if TYPE_CHECKING:
    from .modem import SoftModem

E_UTRAN = 7

# Which access technologies each of the three tells of (<AcT> in their clauses).
_TECHNOLOGIES = {"+CREG": range(16), "+CGREG": range(16), "+CEREG": range(E_UTRAN, 16)}


def _shown(name: str, registration: Registration, detail: int) -> str:
    """The values of a registration command but for <n>."""
    if registration.registered and registration.technology not in _TECHNOLOGIES[name]:
        return "0"
    if detail < 2 or not registration.registered:
        return str(registration.status)
    return f'{registration.status},"{registration.area:04X}","{registration.cell:08X}",{registration.technology}'


def announce_registration(modem: SoftModem, before: Registration) -> None:
    """Send +CREG, +CGREG and +CEREG where they are asked for and something they show has changed."""
    now = modem.registration
    if now.registered and not before.registered and modem.settings.number("+CTZU"):
        modem.clock_offset = 0.0
    for name in _TECHNOLOGIES:
        detail = modem.settings.number(name)
        if detail and _shown(name, now, detail) != _shown(name, before, detail):
            modem.unsolicited(f"{name}: {_shown(name, now, detail)}")


def _registration_command(name: str, clause: str) -> Command:
    def read(modem: SoftModem) -> Answer:
        detail = modem.settings.number(name)
        return (f"{name}: {detail},{_shown(name, modem.registration, detail)}",)

    return Command(name=name, clause=clause, parameters=(Number("0-2", default=0),), keeps=True, read=read)


def _operator(modem: SoftModem) -> Answer:
    mode, form = modem.settings.number("+COPS"), modem.settings.number("+COPS", 1)
    registration = modem.registration
    if not registration.registered:
        return (f"+COPS: {mode}",)
    return (f'+COPS: {mode},{form},"{_operator_name(modem, form)}",{registration.technology}',)


def _operator_name(modem: SoftModem, form: int) -> str:
    """<oper> in <format> 0 long name, 1 short one (eight characters), 2 numeric; names in +CSCS."""
    registration = modem.registration
    if form == 2:
        return registration.numeric
    name = registration.operator if form == 0 else registration.operator[:8]
    return to_terminal(name, modem.settings.string("+CSCS"))


def _set_operator(modem: SoftModem, mode: int, form: int, operator: str | None, _technology: int | None) -> Answer:
    """Modes 0 automatic, 1 manual, 2 leave the network, 3 only set the format, 4 manual, else automatic."""
    if mode == 3:
        modem.settings.replace("+COPS", 1, form)
        return ()
    if mode in (1, 4):
        if operator is None:
            raise CmeError(50)
        if operator != _operator_name(modem, form) and mode == 1:
            raise CmeError(32)
    modem.settings["+COPS"] = (mode if mode != 4 else 0, form, None, None)
    if mode == 2:
        modem.use_network(False)
    else:
        modem.card_changed()
    return ()


def _attached(modem: SoftModem) -> Answer:
    return (f"+CGATT: {int(modem.registration.registered)}",)


def _attach(modem: SoftModem, state: int) -> Answer:
    """TS 27.007 10.1.9. On E-UTRAN to detach is to leave the network altogether (TS 23.401 5.3.8)."""
    if state and not modem.registration.registered:
        modem.card_changed()
    elif not state:
        modem.use_network(False)
    return ()


def _scan(modem: SoftModem) -> Answer:
    """Look for operators: it takes its time, and any character ends it."""
    later = Later(abort=lambda: timer.cancel())

    def found() -> None:
        registration = modem.registration
        networks = ""
        if registration.registered:
            names = ",".join([f'"{_operator_name(modem, form)}"' for form in range(3)])
            networks = f"(2,{names},{registration.technology})"
        later.complete((f"+COPS: {networks},,(0-4),(0-2)",))

    timer = modem.clock.call_later(modem.profile.network.scan_s, found)
    return later


COMMANDS = (
    _registration_command("+CREG", "TS 27.007 7.2"),
    _registration_command("+CGREG", "TS 27.007 10.1.20"),
    _registration_command("+CEREG", "TS 27.007 10.1.22"),
    Command(
        name="+COPS",
        clause="TS 27.007 7.3",
        parameters=(Number("0-4", default=0), Number("0-2", default=0), Text(), Number("0-9")),
        keeps=True,
        read=_operator,
        set=_set_operator,
        test=_scan,
        needs=Need.PIN,
    ),
    Command(
        name="+CGATT",
        clause="TS 27.007 10.1.9",
        parameters=(Number("0,1", default=0),),
        read=_attached,
        set=_attach,
        needs=Need.PIN,
    ),
)
