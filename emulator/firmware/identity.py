"""Who the modem, its card and its subscriber are (TS 27.007 5, V.250 6.1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ..sim import EF_MSISDN, read_number_record
from .charset import to_terminal
from .registry import Answer, Command, Need, Number

if TYPE_CHECKING:
    from .modem import SoftModem


def _says(text: Callable[[SoftModem], str]) -> Callable[[SoftModem], Answer]:
    """A handler that answers with one line."""
    return lambda modem: (text(modem),)


_manufacturer = _says(lambda modem: modem.profile.identity.manufacturer)
_model = _says(lambda modem: modem.profile.identity.model)
_revision = _says(lambda modem: modem.profile.identity.revision)
_serial = _says(lambda modem: modem.imei)
_imsi = _says(lambda modem: modem.sim.imsi)


def _serial_kind(modem: SoftModem, kind: int) -> Answer:
    """TS 27.007 5.4: 0 serial number, 1 IMEI, 2 IMEI and software version."""
    texts = (modem.imei, f'+CGSN: "{modem.imei}"', f'+CGSN: "{modem.imei[:14]}01"')
    return (texts[kind],)


def _own_numbers(modem: SoftModem) -> Answer:
    charset = modem.settings.string("+CSCS")
    lines = []
    for record in modem.sim.files[EF_MSISDN]:
        entry = read_number_record(record)
        if entry is not None:
            name, number = entry
            # A name is in the terminal's character set, a number is digits in any (unlike in TS 27.005).
            lines.append(f'+CNUM: "{to_terminal(name, charset)}","{number}",{number.type_of_address}')
    return lines


def _all_commands(modem: SoftModem) -> Answer:
    return sorted(modem.commands)


COMMANDS = (
    Command(name="+CGMI", clause="TS 27.007 5.1", action=_manufacturer),
    Command(name="+CGMM", clause="TS 27.007 5.2", action=_model),
    Command(name="+CGMR", clause="TS 27.007 5.3", action=_revision),
    Command(
        name="+CGSN",
        clause="TS 27.007 5.4",
        parameters=(Number("0-2", default=0),),
        action=_serial,
        set=_serial_kind,
    ),
    Command(name="+CIMI", clause="TS 27.007 5.6", action=_imsi, needs=Need.PIN),
    Command(name="+GMI", clause="V.250 6.1.4", action=_manufacturer),
    Command(name="+GMM", clause="V.250 6.1.5", action=_model),
    Command(name="+GMR", clause="V.250 6.1.6", action=_revision),
    Command(name="+GSN", clause="V.250 6.1.7", action=_serial),
    Command(name="+CNUM", clause="TS 27.007 7.1", action=_own_numbers, needs=Need.PIN),
    Command(name="+CLAC", clause="TS 27.007 8.37", action=_all_commands),
)
