"""Commands that no standard has, by their vendors. A profile names those that its modem has."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from .registry import Answer, Command, Need, Number, Text
from .responses import CmeError

if TYPE_CHECKING:
    from .modem import SoftModem


def _card_number(name: str, vendors: str) -> Command:
    """The card's number (EF_ICCID), which many vendors have a command for; with or without a question mark."""

    def show(modem: SoftModem) -> Answer:
        return (f"{name}: {modem.sim.iccid}",)

    return Command(name=name, clause=vendors, action=show, read=show, needs=Need.CARD)


def _chatter(modem: SoftModem, on: int) -> Answer:
    modem.settings["^CURC"] = (on,)
    modem.chatters = on > 0
    return ()


def _tries_left(name: str, vendor: str, show: Callable[[SoftModem], Answer]) -> Command:
    return Command(name=name, clause=vendor, action=show, read=show, needs=Need.CARD)


def _huawei_pin(modem: SoftModem) -> Answer:
    """<code>[,<times>],<puk_times>,<pin_times>,<puk2_times>,<pin2_times>."""
    first, second = modem.sim.secret, modem.sim.secret2
    state = "SIM PUK" if first.blocked else "READY" if modem.sim.ready else "SIM PIN"
    times = "" if state == "READY" else str(first.puk_tries if first.blocked else first.pin_tries)
    tries = f"{first.puk_tries},{first.pin_tries},{second.puk_tries},{second.pin_tries}"
    return (f"^CPIN: {state},{times},{tries}",)


def _ublox_pin(modem: SoftModem) -> Answer:
    first, second = modem.sim.secret, modem.sim.secret2
    return (f"+UPINCNT: {first.pin_tries},{second.pin_tries},{first.puk_tries},{second.puk_tries}",)


def _quectel_pin(modem: SoftModem) -> Answer:
    first, second = modem.sim.secret, modem.sim.secret2
    return (f'+QPINC: "SC",{first.pin_tries},{first.puk_tries}', f'+QPINC: "P2",{second.pin_tries},{second.puk_tries}')


def _report_port(modem: SoftModem, _what: str, port: str | None) -> Answer:
    if port is None:  # AT+QURCCFG="urcport" asks
        return (f'+QURCCFG: "urcport","{modem.unsolicited_port}"',)
    if port not in (*modem.profile.ports, "all"):
        raise CmeError(50)
    modem.unsolicited_port = port
    return ()


def _select_port(modem: SoftModem, port: int) -> Answer:
    """^PORTSEL: 0 the PCUI port, 1 the modem port."""
    modem.settings["^PORTSEL"] = (port,)
    ports = modem.profile.ports
    modem.unsolicited_port = ports[1 - port] if len(ports) > 1 else ports[0]
    return ()


def _delete_all(modem: SoftModem, what: str) -> Answer:
    """+CMGDA in text mode: "DEL ALL", "DEL READ" ...; a number in PDU mode, 6 for all (SIM800)."""
    from .storage import Status, messages

    kinds: dict[str, tuple[Status, ...]] = {
        "READ": (Status.REC_READ,),
        "UNREAD": (Status.REC_UNREAD,),
        "SENT": (Status.STO_SENT,),
        "UNSENT": (Status.STO_UNSENT,),
        "INBOX": (Status.REC_READ, Status.REC_UNREAD),
        "ALL": tuple(Status),
    }
    name = what.upper().removeprefix("DEL ")
    if what.isdecimal() and 1 <= int(what) <= len(kinds):
        name = list(kinds)[int(what) - 1]
    if name not in kinds:
        raise CmeError(50)
    store = modem.stores[modem.settings.string("+CPMS", 0)]
    for number, stored in list(messages(store)):
        if stored.status in kinds[name]:
            store.delete(number)
    modem.inbox.room_made()
    return ()


_SYSTEMS = {0: ("GSM", 3, 3), 2: ("WCDMA", 5, 5), 7: ("LTE", 6, 101)}
_NAMES = {0: "GSM", 2: "WCDMA", 7: "FDD LTE", 8: "CAT-M1", 9: "CAT-NB1"}


def _network_information(modem: SoftModem) -> Answer:
    """+QNWINFO: <act>,<oper>,<band>,<channel>."""
    registration = modem.registration
    if not registration.registered:
        return ("+QNWINFO: No Service",)
    name = _NAMES.get(registration.technology, "NONE")
    return (f'+QNWINFO: "{name}","{registration.numeric}","LTE BAND 20",6300',)


def _system_information(modem: SoftModem) -> Answer:
    """+CPSI? of SIMCom: mode, operation, MCC-MNC, area, cell ..."""
    registration = modem.registration
    if not registration.registered:
        return ("+CPSI: NO SERVICE,Online",)
    mcc, mnc = registration.numeric[:3], registration.numeric[3:]
    name = {0: "GSM", 2: "WCDMA"}.get(registration.technology, "LTE")
    return (f"+CPSI: {name},Online,{mcc}-{mnc},0x{registration.area:04X},{registration.cell},EUTRAN-BAND20,6300",)


def _huawei_system(modem: SoftModem) -> Answer:
    """^SYSINFOEX: <srv_status>,<srv_domain>,<roam>,<sim>,<lock>,<sysmode>,<name>,<submode>,<name>."""
    registration = modem.registration
    served = registration.registered
    name, mode, submode = _SYSTEMS.get(registration.technology, _SYSTEMS[7])
    card = 255 if modem.card is None else int(modem.card.ready)
    if not served:
        return (f'^SYSINFOEX: 0,0,0,{card},,0,"NO SERVICE",0,"NO SERVICE"',)
    return (f'^SYSINFOEX: 2,3,{int(registration.status == 5)},{card},,{mode},"{name}",{submode},"{name}"',)


def _huawei_signal(modem: SoftModem) -> Answer:
    """^HCSQ: <sysmode>,<value>...: RSSI, RSRP, SINR, RSRQ of LTE."""
    level = modem.radio.signal
    if level == 99:
        return ('^HCSQ: "NOSERVICE"',)
    power = 2 * level - 113
    return (f'^HCSQ: "LTE",{power + 121},{max(0, power - 28 + 141)},150,30',)


COMMANDS = (
    _card_number("+CCID", "u-blox, SIMCom, Telit"),
    _card_number("+ICCID", "SIMCom, Sierra"),
    _card_number("+QCCID", "Quectel"),
    _card_number("#CCID", "Telit"),
    _card_number("+CICCID", "SIMCom SIM7600"),
    _card_number("^ICCID", "Huawei"),
    _tries_left("^CPIN", "Huawei", _huawei_pin),
    _tries_left("+UPINCNT", "u-blox", _ublox_pin),
    _tries_left("+QPINC", "Quectel", _quectel_pin),
    Command(
        name="+QURCCFG",
        clause="Quectel",
        parameters=(Text(choices=("URCPORT",), required=True), Text()),
        set=_report_port,
        test=lambda modem: (
            '+QURCCFG: "urcport",(' + ",".join([f'"{port}"' for port in (*modem.profile.ports, "all")]) + ")",
        ),
    ),
    Command(name="+QNWINFO", clause="Quectel", action=_network_information),
    Command(name="+CPSI", clause="SIMCom", read=_system_information),
    Command(name="+CMGDA", clause="SIMCom", parameters=(Text(required=True),), set=_delete_all, needs=Need.SMS),
    Command(name="^CURC", clause="Huawei", parameters=(Number("0-2", default=1),), keeps=True, set=_chatter),
    Command(name="^PORTSEL", clause="Huawei", parameters=(Number("0,1", default=0),), keeps=True, set=_select_port),
    Command(name="^SYSINFOEX", clause="Huawei", action=_huawei_system),
    Command(name="^HCSQ", clause="Huawei", read=_huawei_signal),
)
