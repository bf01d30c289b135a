"""Who the modem, its card and its subscriber are (TS 27.007 5, V.250 6.1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ..sim import EF_MSISDN, read_number_record
from .charset import to_terminal
from .registry import Answer, Command, Need, Number

if TYPE_CHECKING:
    from .modem import SoftModem


def _says(name: str, clause: str, text: Callable[[SoftModem], str], needs: Need = Need.NOTHING) -> Command:
    """A command that answers with one line, which its name stands in front of where the profile has it so."""

    def say(modem: SoftModem) -> Answer:
        return (_tagged(modem, name, text(modem)),)

    return Command(name=name, clause=clause, action=say, needs=needs)


def _tagged(modem: SoftModem, name: str, text: str) -> str:
    return f"{name}: {text}" if name in modem.profile.identity.tagged else text


def _manufacturer(modem: SoftModem) -> str:
    return modem.profile.identity.manufacturer


def _model(modem: SoftModem) -> str:
    return modem.profile.identity.model


def _revision(modem: SoftModem) -> str:
    return modem.profile.identity.revision


def _imei(modem: SoftModem) -> str:
    return modem.imei


def _serial(modem: SoftModem) -> Answer:
    return (_tagged(modem, "+CGSN", modem.imei),)


def _serial_kind(modem: SoftModem, kind: int) -> Answer:
    """TS 27.007 5.4: 0 serial number, 1 IMEI, 2 IMEI and software version."""
    texts = (_tagged(modem, "+CGSN", modem.imei), f'+CGSN: "{modem.imei}"', f'+CGSN: "{modem.imei[:14]}01"')
    return (texts[kind],)


def _own_numbers(modem: SoftModem) -> Answer:
    charset = modem.settings.string("+CSCS")
    lines = []
    for record in modem.sim.files[EF_MSISDN].records:
        entry = read_number_record(record)
        if entry is not None:
            name, number = entry
            # A name is in the terminal's character set, a number is digits in any (unlike in TS 27.005).
            lines.append(f'+CNUM: "{to_terminal(name, charset)}","{number}",{number.type_of_address}')
    return lines


def _all_commands(modem: SoftModem) -> Answer:
    """TS 27.007 8.37: each with its AT (which python-gsmmodem-new takes off again)."""
    return [f"AT{name}" for name in sorted(modem.commands)]


COMMANDS = (
    _says("+CGMI", "TS 27.007 5.1", _manufacturer),
    _says("+CGMM", "TS 27.007 5.2", _model),
    _says("+CGMR", "TS 27.007 5.3", _revision),
    Command(
        name="+CGSN",
        clause="TS 27.007 5.4",
        parameters=(Number("0-2", default=0),),
        action=_serial,
        set=_serial_kind,
    ),
    _says("+CIMI", "TS 27.007 5.6", lambda modem: modem.sim.imsi, Need.PIN),
    _says("+GMI", "V.250 6.1.4", _manufacturer),
    _says("+GMM", "V.250 6.1.5", _model),
    _says("+GMR", "V.250 6.1.6", _revision),
    _says("+GSN", "V.250 6.1.7", _imei),
    Command(name="+CNUM", clause="TS 27.007 7.1", action=_own_numbers, needs=Need.PIN),
    Command(name="+CLAC", clause="TS 27.007 8.37", action=_all_commands),
)
