"""Which witnesses there are on this machine."""

from __future__ import annotations

import warnings

from tests.long.witnesses.gammu import Gammu
from tests.long.witnesses.gsmmodem import GsmModem
from tests.long.witnesses.messaging import Messaging
from tests.long.witnesses.osmocom import Osmocom
from tests.long.witnesses.tshark import Tshark
from tests.long.witnesses.witness import Witness

ALL: tuple[type[Witness], ...] = (Gammu, GsmModem, Messaging, Osmocom, Tshark)


def witnesses() -> tuple[list[Witness], dict[str, str]]:
    """Those that are installed, and why each other is not here."""
    present, missing = [], {}
    for make in ALL:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # their sources warn when they are compiled
                present.append(make())
        except ImportError as error:
            missing[make.name] = str(error)
    return present, missing
