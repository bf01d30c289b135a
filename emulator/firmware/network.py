"""Registration (TS 27.007 7.2, 10.1.20, 10.1.22) and the technologies that it may be in (5.9, 10.1.28)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ..radio import Registration
from .registry import Answer, Command, Number
from .responses import CmeError

if TYPE_CHECKING:
    from .modem import SoftModem
    from .profile import Profile

GSM, UTRAN, E_UTRAN, CAT_M, NB_IOT = 0, 2, 7, 8, 9  # <AcT>
SEARCHING, DENIED = 2, 3  # <stat>

# Which access technologies each of the three tells of (<AcT> in their clauses).
_TECHNOLOGIES = {"+CREG": range(16), "+CGREG": range(16), "+CEREG": range(E_UTRAN, 16)}
# 4 and 5 would tell of power saving as well, of which there is none.
_LEVELS = {
    "+CREG": "0-3",
    "+CGREG": "0-3",
    "+CEREG": "0-5",
}
_SMS_ONLY = {6: 1, 7: 5}  # <stat> of +CREG alone

# What a modem with this best technology has on the air (Cat-M is E-UTRAN there).
_ON_AIR = {GSM: (GSM,), UTRAN: (UTRAN, GSM), E_UTRAN: (E_UTRAN, UTRAN, GSM), CAT_M: (E_UTRAN,), NB_IOT: (NB_IOT,)}

# +WS46: what a modem may be confined to (5.9).
_WIRELESS = {
    12: (GSM,),
    22: (UTRAN,),
    28: (E_UTRAN,),
    29: (UTRAN, GSM),
    30: (E_UTRAN, GSM),
    31: (E_UTRAN, UTRAN),
    25: (E_UTRAN, UTRAN, GSM),
}


def radio_technologies(profile: Profile) -> tuple[int, ...]:
    """The technologies that a profile's modem has on the air, the best first."""
    return _ON_AIR.get(profile.network.technology, (profile.network.technology,))


def shown_technology(modem: SoftModem, technology: int) -> int:
    """<AcT> as this modem tells it: Cat-M modems say 8 for E-UTRAN (Quectel BG96, u-blox SARA-R4)."""
    return CAT_M if technology == E_UTRAN and modem.profile.network.technology == CAT_M else technology


class Registrar:
    """Tells of the registration, and lets others wait for it."""

    def __init__(self, modem: SoftModem) -> None:
        self._modem = modem
        self._told: dict[str, str] = {}
        self._waiting: list[Callable[[Registration], None]] = []

    def wait(self, hear: Callable[[Registration], None]) -> None:
        """Let `hear` know of the next registration, of whatever kind."""
        self._waiting.append(hear)

    def announce(self, before: Registration) -> None:
        """Send +CREG, +CGREG and +CEREG where they are asked for and something they show has changed."""
        for name in _TECHNOLOGIES:
            self._announce(name, self.shown(name, before))
        waiting, self._waiting = self._waiting, []
        for hear in waiting:
            hear(self._modem.registration)

    def announce_packet(self) -> None:
        """The packet service came or went without the registration."""
        self._announce("+CGREG", self._told.get("+CGREG", ""))

    def _announce(self, name: str, before: str) -> None:
        modem = self._modem
        now = self._told[name] = self.shown(name, modem.registration)
        if modem.settings.number(name) and now != before:
            modem.unsolicited(f"{name}: {now}")

    def shown(self, name: str, registration: Registration) -> str:
        """The values of a registration command but for <n>."""
        modem = self._modem
        detail = modem.settings.number(name)
        if registration.registered and registration.technology not in _TECHNOLOGIES[name]:
            return "0"
        status = registration.status
        if name != "+CREG":
            status = _SMS_ONLY.get(status, status)
        if name == "+CGREG" and registration.registered and not modem.packet.attached:
            return "0"
        if detail < 2:
            return str(status)
        # <rac> is of GSM and UTRAN; it stands in front of the cause even where it is empty (10.1.20).
        routing = name == "+CGREG"
        if registration.registered:
            technology = shown_technology(modem, registration.technology)
            values = f'{status},"{registration.area:04X}","{registration.cell:08X}",{technology}'
            return f'{values},"{registration.routing_area:02X}"' if routing and technology < E_UTRAN else values
        if detail in (3, 5) and status == DENIED:
            empty = ",,,," if routing else ",,,"
            return f"{status}{empty},{registration.cause_type},{registration.cause}"
        return str(status)


def _registration_command(name: str, clause: str) -> Command:
    def read(modem: SoftModem) -> Answer:
        shown = modem.registrar.shown(name, modem.registration)
        return (f"{name}: {modem.settings.number(name)},{shown}",)

    return Command(name=name, clause=clause, parameters=(Number(_LEVELS[name], default=0),), keeps=True, read=read)


# --- technologies ---


def _wireless_choices(modem: SoftModem) -> dict[int, tuple[int, ...]]:
    has = set(radio_technologies(modem.profile))
    return {value: confined for value, confined in _WIRELESS.items() if set(confined) <= has}


def _wireless(modem: SoftModem) -> Answer:
    return (f"+WS46: {modem.wireless}",)


def _set_wireless(modem: SoftModem, value: int) -> Answer:
    choices = _wireless_choices(modem)
    if value not in choices:
        raise CmeError(50)
    modem.wireless = value
    modem.radio.restrict(choices[value])
    return ()


def _test_wireless(modem: SoftModem) -> Answer:
    return (f"+WS46: ({','.join(map(str, sorted(_wireless_choices(modem))))})",)


def widest(modem: SoftModem) -> int:
    """The value of +WS46 that confines a modem to nothing."""
    return max(_wireless_choices(modem).items(), key=lambda choice: len(choice[1]), default=(28, ()))[0]


COMMANDS = (
    _registration_command("+CREG", "TS 27.007 7.2"),
    _registration_command("+CGREG", "TS 27.007 10.1.20"),
    _registration_command("+CEREG", "TS 27.007 10.1.22"),
    Command(
        name="+WS46",
        clause="TS 27.007 5.9",
        parameters=(Number("12,22,25,28-31", required=True),),
        read=_wireless,
        set=_set_wireless,
        test=_test_wireless,
    ),
    Command(
        name="+CEMODE",
        clause="TS 27.007 10.1.28",
        parameters=(Number("2"),),  # calls and packets, packets first; it cannot be set to anything else
        read=lambda _modem: ("+CEMODE: 2",),
    ),
)
