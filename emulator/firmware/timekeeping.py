"""The clock (TS 27.007 8.15), and the network's time that it can follow (8.40, 8.41)."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from .registry import Answer, Command, Number, Text
from .responses import CmeError

if TYPE_CHECKING:
    from .modem import SoftModem

QUARTER_HOUR = 15 * 60  # of <zz>, in seconds
_TIME = re.compile(r"(\d\d)/(\d\d)/(\d\d),(\d\d):(\d\d):(\d\d)([+-]\d\d)?", re.ASCII)
_FARTHEST = 56  # 14 hours


class LocalTime:
    """The modem's clock: how far it is from the network's, and the time zone that it shows, in quarter hours."""

    def __init__(self, modem: SoftModem) -> None:
        self._modem = modem
        self._ahead_s = 0.0
        self._zone = 0

    def text(self) -> str:
        """``yy/MM/dd,hh:mm:ss±zz``: local time, and how far it is from UTC."""
        zone = timedelta(seconds=self._zone * QUARTER_HOUR)
        now = self._modem.clock.utc() + timedelta(seconds=self._ahead_s) + zone
        return f"{now:%y/%m/%d,%H:%M:%S}{self._zone:+03}"

    def set(self, text: str) -> None:
        """Set it. Raises CmeError for what is no time."""
        match = _TIME.fullmatch(text)
        if match is None:
            raise CmeError(50)
        year, month, day, hour, minute, second = map(int, match.groups()[:6])
        quarters = int(match[7]) if match[7] else self._zone
        if abs(quarters) > _FARTHEST:
            raise CmeError(50)
        zone = timezone(timedelta(seconds=quarters * QUARTER_HOUR))
        try:
            given = datetime(2000 + year, month, day, hour, minute, second, tzinfo=zone)
        except ValueError:
            raise CmeError(50) from None
        self._zone = quarters
        self._ahead_s = (given - self._modem.clock.utc()).total_seconds()

    def follow(self) -> None:
        """Take the network's time; its zone is UTC."""
        self._ahead_s, self._zone = 0.0, 0

    def network_told(self) -> None:
        """The network has registered the modem, and told its time (NITZ, TS 22.042)."""
        modem = self._modem
        if modem.settings.number("+CTZU"):
            self.follow()
        detail = modem.settings.number("+CTZR")
        now = modem.clock.utc()
        if detail == 1:
            modem.unsolicited('+CTZV: "+00"')
        elif detail in (2, 3):
            name = "+CTZE" if detail == 2 else "+CTZEU"
            modem.unsolicited(f'{name}: "+00",0,"{now:%Y/%m/%d,%H:%M:%S}"')


def _clock(modem: SoftModem) -> Answer:
    return (f'+CCLK: "{modem.time.text()}"',)


def _set_clock(modem: SoftModem, time: str) -> Answer:
    modem.time.set(time)
    return ()


def _set_update(modem: SoftModem, automatic: int) -> Answer:
    """+CTZU=1: the network's time is the modem's time, from now on and at every registration."""
    modem.settings["+CTZU"] = (automatic,)
    if automatic and modem.registration.registered:
        modem.time.follow()
    return ()


COMMANDS = (
    Command(name="+CCLK", clause="TS 27.007 8.15", parameters=(Text(required=True),), read=_clock, set=_set_clock),
    Command(name="+CTZU", clause="TS 27.007 8.40", parameters=(Number("0,1", default=0),), keeps=True, set=_set_update),
    Command(name="+CTZR", clause="TS 27.007 8.41", parameters=(Number("0-3", default=0),), keeps=True),
)
