"""TS 27.005 3.3.5 and 3.3.6: message service settings saved under a number, and brought back (+CSAS, +CRES).

What is saved is the service centre, +CSMP and +CSCB. A service centre goes to the card, into the record of EF_SMSP
after the one in force, where the card has one; the rest into the modem, which does not forget it at a restart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from modem.wire.address import Address

from .registry import Answer, Command, Domain, Need, Number
from .settings import Values
from .storage import CentreRecords

if TYPE_CHECKING:
    from .modem import SoftModem

PROFILES = 4
_SAVED = ("+CSMP", "+CSCB")


class SavedServices:
    """The saved settings of a modem."""

    def __init__(self, modem: SoftModem) -> None:
        self._modem = modem
        self._settings: dict[int, dict[str, Values]] = {}
        self._centres: dict[int, Address | None] = {}  # of profiles that the card has no record for

    def save(self, number: int) -> None:
        """Save what is in force."""
        self._settings[number] = {name: self._modem.settings[name] for name in _SAVED}
        card = self._modem.sim
        records = CentreRecords(card)
        if number + 1 < len(records):
            records[number + 1] = card.service_centre
        else:
            self._centres[number] = card.service_centre

    def restore(self, number: int) -> None:
        """Bring back what was saved. One that never was leaves the centre as it is."""
        modem = self._modem
        factory = {name: modem.settings.factory(name) for name in _SAVED}
        for name, values in self._settings.get(number, factory).items():
            modem.settings[name] = values
        records = CentreRecords(modem.sim)
        centre = records[number + 1] if number + 1 < len(records) else self._centres.get(number)
        if centre is not None or number in self._settings:
            modem.sim.service_centre = centre


def _save(modem: SoftModem, number: int = 0) -> Answer:
    modem.services.save(number)
    return ()


def _restore(modem: SoftModem, number: int = 0) -> Answer:
    modem.services.restore(number)
    return ()


_PROFILE = (Number(f"0-{PROFILES - 1}", default=0),)

COMMANDS = (
    Command(
        name="+CSAS",
        clause="TS 27.005 3.3.5",
        parameters=_PROFILE,
        action=_save,
        set=_save,
        needs=Need.PIN,
        domain=Domain.CMS,
    ),
    Command(
        name="+CRES",
        clause="TS 27.005 3.3.6",
        parameters=_PROFILE,
        action=_restore,
        set=_restore,
        needs=Need.PIN,
        domain=Domain.CMS,
    ),
)
