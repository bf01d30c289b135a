"""TS 27.007 5, 8 and 9: errors, character set, functionality, indicators, battery, signal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .charset import NAMES
from .registry import Answer, Command, Number, Parting, Text
from .responses import CmeError

if TYPE_CHECKING:
    from .modem import SoftModem


def _functionality(modem: SoftModem) -> Answer:
    return (f"+CFUN: {modem.power.level}",)


def _set_functionality(modem: SoftModem, level: int, reset: int) -> Answer:
    if reset:
        return Parting(lambda: modem.power.restart(level))
    modem.power.set_level(level)
    return ()


def _set_character_set(modem: SoftModem, name: str) -> Answer:
    if name not in modem.profile.character_sets:
        raise CmeError(50)
    modem.settings["+CSCS"] = (name,)
    return ()


def _activity(modem: SoftModem) -> Answer:
    """8.1: 0 ready, 3 ringing, 4 a call stands or is set up."""
    call = modem.calls.current
    ringing = call is not None and call.incoming and not call.stands
    return (f"+CPAS: {0 if call is None else 3 if ringing else 4}",)


# --- indicators: what is shown on the display of a telephone (8.9, 8.10) ---

_INDICATORS = (
    ("battchg", "0-5"),
    ("signal", "0-5"),
    ("service", "0,1"),
    ("message", "0,1"),
    ("call", "0,1"),
    ("roam", "0,1"),
    ("smsfull", "0,1"),
)


def _indicators(modem: SoftModem) -> tuple[int, ...]:
    signal = modem.radio.signal
    store = modem.stores["SM"]
    return (
        5,
        0 if signal == 99 else min(5, signal // 6),
        int(modem.registration.registered),
        int(modem.inbox.unread),
        int(modem.calls.current is not None and modem.calls.current.stands),
        int(modem.registration.status == 5),
        int(store.used >= store.capacity),
    )


def announce_indicators(modem: SoftModem) -> None:
    """Send +CIEV for every indicator that changed, when +CMER asks for them (TS 27.007 8.10)."""
    before, modem.indicated = modem.indicated, _indicators(modem)
    if not modem.settings.number("+CMER") or not modem.settings.number("+CMER", 3):
        return
    for number, (old, new) in enumerate(zip(before, modem.indicated, strict=False), start=1):
        if old != new:
            modem.unsolicited(f"+CIEV: {number},{new}")


def _test_indicators(_modem: SoftModem) -> Answer:
    return ("+CIND: " + ",".join([f'("{name}",({allowed}))' for name, allowed in _INDICATORS]),)


def _read_indicators(modem: SoftModem) -> Answer:
    modem.indicated = _indicators(modem)
    return ("+CIND: " + ",".join(map(str, modem.indicated)),)


def _set_events(modem: SoftModem, *values: int) -> Answer:
    modem.settings["+CMER"] = values
    modem.indicated = _indicators(modem)
    return ()


# --- power and signal ---


def _battery(_modem: SoftModem) -> Answer:
    return ("+CBC: 0,100",)


def _signal(modem: SoftModem) -> Answer:
    return (f"+CSQ: {modem.radio.signal},99",)


def _extended_signal(modem: SoftModem) -> Answer:
    """TS 27.007 8.69: <rxlev>,<ber>,<rscp>,<ecno>,<rsrq>,<rsrp>; only those of the present technology are known."""
    level = modem.radio.signal
    rxlev, rscp, rsrq, rsrp = 99, 255, 255, 255
    if level != 99:
        power = 2 * level - 113  # dBm, TS 27.007 8.5
        technology = modem.registration.technology
        if technology >= 7:
            # Reference signals are one of the 600 carriers of a 10 MHz cell: 28 dB less than all of them.
            rsrq, rsrp = 20, max(0, min(97, power - 28 + 141))
        elif technology in (2, 4, 5, 6):
            rscp = max(0, min(96, power + 121))
        else:
            rxlev = max(0, min(63, power + 111))
    return (f"+CESQ: {rxlev},99,{rscp},255,{rsrq},{rsrp}",)


COMMANDS = (
    Command(name="+CMEE", clause="TS 27.007 9.1", parameters=(Number("0-2", default=0),), keeps=True, line=True),
    Command(
        name="+CSCS",
        clause="TS 27.007 5.5",
        parameters=(Text(NAMES, default="IRA"),),
        keeps=True,
        set=_set_character_set,
        test=lambda modem: (f"+CSCS: {Text(modem.profile.character_sets).supported()}",),
    ),
    Command(
        name="+CFUN",
        clause="TS 27.007 8.2",
        parameters=(Number("0,1,4", default=1), Number("0,1", default=0)),
        read=_functionality,
        set=_set_functionality,
    ),
    Command(name="+CPAS", clause="TS 27.007 8.1", action=_activity, test=lambda _modem: ("+CPAS: (0,3,4)",)),
    Command(name="+CIND", clause="TS 27.007 8.9", read=_read_indicators, test=_test_indicators),
    Command(
        name="+CMER",
        clause="TS 27.007 8.10",
        parameters=(
            Number("0,3", default=0),
            Number("0", default=0),
            Number("0", default=0),
            Number("0,1", default=0),
            Number("0,1", default=0),
        ),
        keeps=True,
        set=_set_events,
    ),
    Command(name="+CBC", clause="TS 27.007 8.4", action=_battery, test=lambda _modem: ("+CBC: (0),(0-100)",)),
    Command(name="+CSQ", clause="TS 27.007 8.5", action=_signal, test=lambda _modem: ("+CSQ: (0-31,99),(99)",)),
    Command(
        name="+CESQ",
        clause="TS 27.007 8.69",
        action=_extended_signal,
        test=lambda _modem: ("+CESQ: (0-63,99),(99),(0-96,255),(255),(0-34,255),(0-97,255)",),
    ),
)
