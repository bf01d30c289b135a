"""TS 27.005 3.2 and 3.3: what messages are sent and received with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modem.wire.reports import DeliverReport

from ..radio import RpAck, RpError
from .charset import hexadecimal, to_terminal
from .registry import Answer, Command, Domain, Need, Number, Prompt, Text
from .responses import CmsError
from .text_mode import Parameters, parse_address

if TYPE_CHECKING:
    from .modem import SoftModem

_SERVICES = "1,1,1"  # mobile terminated, mobile originated, broadcast types are supported


def _service(modem: SoftModem) -> Answer:
    return (f"+CSMS: {modem.settings.number('+CSMS')},{_SERVICES}",)


def _set_service(modem: SoftModem, service: int) -> Answer:
    modem.settings["+CSMS"] = (service,)
    return (f"+CSMS: {_SERVICES}",)


# --- storage (3.2.2) ---


def _memories(modem: SoftModem) -> Answer:
    shown = []
    for name in modem.settings["+CPMS"]:
        store = modem.stores[str(name)]
        shown.append(f'"{name}",{store.used},{store.capacity}')
    return ("+CPMS: " + ",".join(shown),)


def _test_memories(modem: SoftModem) -> Answer:
    lists = ["(" + ",".join([f'"{name}"' for name in names]) + ")" for names in modem.profile.messages.memories]
    return ("+CPMS: " + ",".join(lists),)


def _set_memories(modem: SoftModem, *given: str) -> Answer:
    names = [name.upper() for name in given]
    if any(name not in allowed for name, allowed in zip(names, modem.profile.messages.memories, strict=True)):
        raise CmsError(302)
    modem.settings["+CPMS"] = tuple(names)
    stores = [modem.stores[name] for name in names]
    return ("+CPMS: " + ",".join([f"{store.used},{store.capacity}" for store in stores]),)


# --- service centre, parameters (3.3.1, 3.3.2) ---


def _service_centre(modem: SoftModem) -> Answer:
    address = modem.sim.service_centre
    if address is None:
        return ('+CSCA: "",129',)
    return (f'+CSCA: "{to_terminal(str(address), modem.settings.string("+CSCS"))}",{address.type_of_address}',)


def _set_service_centre(modem: SoftModem, number: str, type_of_address: int | None) -> Answer:
    address = parse_address(number, type_of_address, modem.settings.string("+CSCS"))
    modem.sim.service_centre = address if address.value else None
    return ()


def _set_parameters(modem: SoftModem, first: int, validity: int | str, protocol: int, coding: int) -> Answer:
    """<vp> is a number, or a time in quotation marks, as <fo> has it (3.3.2)."""
    try:
        Parameters.of(first, validity, protocol, coding)
    except ValueError:
        raise CmsError(305) from None
    if isinstance(validity, str) and validity.isdecimal():
        validity = int(validity)
    modem.settings["+CSMP"] = (first, validity, protocol, coding)
    return ()


# --- new messages (3.4.1, 3.4.4) ---


def _set_indications(modem: SoftModem, *values: int) -> Answer:
    *kept, clear = values
    modem.settings["+CNMI"] = (*kept, clear)
    modem.inbox.configured(keep_buffer=not clear)
    return ()


def _acknowledge(modem: SoftModem) -> Answer:
    return _finish(modem, RpAck())


def _acknowledge_with(modem: SoftModem, kind: int, length: int | None) -> Answer:
    """PDU mode: 0 and 1 acknowledge, 2 does not; with a length an SMS-DELIVER-REPORT follows at the prompt."""
    if modem.settings.number("+CMGF") and (kind != 0 or length is not None):
        raise CmsError(305)
    if not modem.inbox.awaits_acknowledgement:
        raise CmsError(340)
    if length is None:
        return _finish(modem, RpAck() if kind < 2 else _error(b""))

    def taken(body: bytes) -> Answer:
        try:
            tpdu = hexadecimal(body.decode("latin-1"))
            DeliverReport.decode(tpdu, error=kind == 2, strict=True)
        except ValueError:
            raise CmsError(304) from None
        if len(tpdu) != length:
            raise CmsError(304)
        return _finish(modem, _error(tpdu) if kind == 2 else RpAck(tpdu))

    return Prompt(text=False, taken=taken)


def _error(report: bytes) -> RpError:
    return RpError(111, report or DeliverReport(failure_cause=0xFF).encode())


def _finish(modem: SoftModem, result: RpAck | RpError) -> Answer:
    if not modem.inbox.awaits_acknowledgement:
        raise CmsError(340)
    modem.inbox.acknowledge(result)
    return ()


COMMANDS = (
    Command(
        name="+CSMS",
        clause="TS 27.005 3.2.1",
        parameters=(Number("0,1", default=0),),
        keeps=True,
        read=_service,
        set=_set_service,
        domain=Domain.CMS,
    ),
    Command(
        name="+CPMS",
        clause="TS 27.005 3.2.2",
        parameters=(Text(default="SM"), Text(default="SM"), Text(default="SM")),
        keeps=True,
        read=_memories,
        set=_set_memories,
        test=_test_memories,
        needs=Need.SMS,
        domain=Domain.CMS,
    ),
    Command(
        name="+CMGF", clause="TS 27.005 3.2.3", parameters=(Number("0,1", default=0),), keeps=True, domain=Domain.CMS
    ),
    Command(
        name="+CSCA",
        clause="TS 27.005 3.3.1",
        parameters=(Text(required=True), Number("128-255")),
        read=_service_centre,
        set=_set_service_centre,
        test=lambda _modem: (),
        needs=Need.PIN,
        domain=Domain.CMS,
    ),
    Command(
        name="+CSMP",
        clause="TS 27.005 3.3.2",
        parameters=(
            Number("0-255", default=17),
            Text(default=167),
            Number("0-255", default=0),
            Number("0-255", default=0),
        ),
        keeps=True,
        set=_set_parameters,
        test=lambda _modem: (),
        domain=Domain.CMS,
    ),
    Command(
        name="+CSDH", clause="TS 27.005 3.3.3", parameters=(Number("0,1", default=0),), keeps=True, domain=Domain.CMS
    ),
    Command(
        name="+CSCB",
        clause="TS 27.005 3.3.4",
        parameters=(Number("0,1", default=0), Text(default=""), Text(default="")),
        keeps=True,
        test=lambda _modem: ("+CSCB: (0,1)",),
        domain=Domain.CMS,
    ),
    Command(
        name="+CNMI",
        clause="TS 27.005 3.4.1",
        parameters=(
            Number("0-3", default=0),
            Number("0-3", default=0),
            Number("0,2", default=0),
            Number("0-2", default=0),
            Number("0,1", default=0),
        ),
        keeps=True,
        set=_set_indications,
        domain=Domain.CMS,
    ),
    Command(
        name="+CNMA",
        clause="TS 27.005 3.4.4, 4.6",
        parameters=(Number("0-2", required=True), Number("0-164")),
        action=_acknowledge,
        set=_acknowledge_with,
        test=lambda modem: () if modem.settings.number("+CMGF") else ("+CNMA: (0-2)",),
        needs=Need.PIN,
        domain=Domain.CMS,
    ),
    Command(
        name="+CMMS", clause="TS 27.005 3.5.6", parameters=(Number("0-2", default=0),), keeps=True, domain=Domain.CMS
    ),
)
