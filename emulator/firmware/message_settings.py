"""TS 27.005 3.2 to 3.4: what messages are sent and received with, where they go, and how the client takes them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from modem.wire.reports import DeliverReport

from ..radio import RpAck, RpError
from .charset import hexadecimal, to_terminal
from .registry import Answer, Command, Domain, Need, Number, Prompt, Text
from .responses import CmsError, Refusal
from .text_mode import Parameters, parse_address

if TYPE_CHECKING:
    from .modem import SoftModem

NOT_ALLOWED, NOT_SUPPORTED, INVALID_PDU, INVALID_TEXT, NOT_EXPECTED = 302, 303, 304, 305, 340
_SERVICES = "1,1,1"  # mobile terminated, mobile originated, broadcast types are supported


def _services(modem: SoftModem) -> str:
    """The values of <service> that this modem has: without +CNMA phase 2+ is no use."""
    return "0" if modem.profile.messages.acknowledgement == "never" else "0,1"


def _service(modem: SoftModem) -> Answer:
    return (f"+CSMS: {modem.settings.number('+CSMS')},{_SERVICES}",)


def _set_service(modem: SoftModem, service: int) -> Answer:
    if str(service) not in _services(modem):
        raise CmsError(NOT_SUPPORTED)
    modem.settings["+CSMS"] = (service,)
    return (f"+CSMS: {_SERVICES}",)


# --- storage (3.2.2) ---


def _counts(modem: SoftModem, name: str) -> str:
    """<used>,<total>."""
    store = modem.stores[name]
    return f"{max(0, store.used - modem.inbox.uncounted(name))},{store.capacity}"


def _memories(modem: SoftModem) -> Answer:
    return ("+CPMS: " + ",".join([f'"{name}",{_counts(modem, str(name))}' for name in modem.settings["+CPMS"]]),)


def _test_memories(modem: SoftModem) -> Answer:
    lists = ["(" + ",".join([f'"{name}"' for name in names]) + ")" for names in modem.profile.messages.memories]
    return ("+CPMS: " + ",".join(lists),)


def _set_memories(modem: SoftModem, *given: str | None) -> Answer:
    """<mem1>[,<mem2>[,<mem3>]]: those left out stay as they are or, on some modems, follow <mem1>."""
    manner = modem.profile.messages
    if sum(name is not None for name in given) < manner.memories_at_least:
        raise Refusal()
    first = (given[0] or modem.settings.string("+CPMS")).upper()
    names = []
    for position, (name, allowed) in enumerate(zip(given, manner.memories, strict=True)):
        if name is None:
            follows = not manner.memories_kept and first in allowed
            names.append(first if follows else modem.settings.string("+CPMS", position))
        elif name.upper() in allowed:
            names.append(name.upper())
        else:
            raise CmsError(NOT_ALLOWED)
    modem.settings["+CPMS"] = tuple(names)
    return ("+CPMS: " + ",".join([_counts(modem, name) for name in names]),)


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
        raise CmsError(INVALID_TEXT) from None
    if first >> 3 & 3 == 0b10:  # the relative format
        validity = int(validity)
    modem.settings["+CSMP"] = (first, validity, protocol, coding)
    if modem.profile.messages.parameters_clear_centre and modem.card is not None and modem.card.ready:
        modem.card.service_centre = None
    return ()


# --- new messages (3.4.1, 3.4.4) ---


@lru_cache(maxsize=64)
def _among(allowed: str) -> Number:
    return Number(allowed)


def _set_indications(modem: SoftModem, *values: int) -> Answer:
    """<mode>,<mt>,<bm>,<ds>,<bfr>; some modems refuse what +CNMI=? says that they take."""
    for value, allowed in zip(values, modem.profile.messages.indications, strict=True):
        if not any(value in numbers for numbers in _among(allowed).ranges):
            raise CmsError(INVALID_TEXT if modem.settings.number("+CMGF") else INVALID_PDU)
    modem.settings["+CNMI"] = values
    modem.inbox.configured(keep_buffer=not values[4])
    return ()


def _test_indications(modem: SoftModem) -> Answer:
    return ("+CNMI: " + ",".join([f"({allowed})" for allowed in modem.profile.messages.indications_told]),)


def _acknowledge(modem: SoftModem) -> Answer:
    return _finish(modem, RpAck())


def _acknowledge_with(modem: SoftModem, kind: int, length: int | None) -> Answer:
    """PDU mode: 0 and 1 acknowledge, 2 does not; with a length an SMS-DELIVER-REPORT follows at the prompt."""
    if modem.profile.messages.acknowledgement != "required":
        raise CmsError(NOT_SUPPORTED)
    if modem.settings.number("+CMGF") and (kind != 0 or length is not None):
        raise CmsError(INVALID_TEXT)
    if not modem.inbox.awaits_acknowledgement:
        raise CmsError(NOT_EXPECTED)
    if length is None:
        return _finish(modem, RpAck() if kind < 2 else _error(b""))

    def taken(body: bytes) -> Answer:
        try:
            tpdu = hexadecimal(body.decode("latin-1"))
            DeliverReport.decode(tpdu, error=kind == 2, strict=True)
        except ValueError:
            raise CmsError(INVALID_PDU) from None
        if len(tpdu) != length:
            raise CmsError(INVALID_PDU)
        return _finish(modem, _error(tpdu) if kind == 2 else RpAck(tpdu))

    return Prompt(text=False, taken=taken)


def _test_acknowledge(modem: SoftModem) -> Answer:
    plain = modem.settings.number("+CMGF") or modem.profile.messages.acknowledgement != "required"
    return () if plain else ("+CNMA: (0-2)",)


def _error(report: bytes) -> RpError:
    return RpError(111, report or DeliverReport(failure_cause=0xFF).encode())


def _finish(modem: SoftModem, result: RpAck | RpError) -> Answer:
    if not modem.inbox.awaits_acknowledgement:
        raise CmsError(NOT_EXPECTED)
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
        test=lambda modem: (f"+CSMS: ({_services(modem)})",),
        domain=Domain.CMS,
    ),
    Command(
        name="+CPMS",
        clause="TS 27.005 3.2.2",
        parameters=(Text(default="SM"), Text(default="SM"), Text(default="SM")),
        keeps=True,
        as_given=True,
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
        name="+CNMI",
        clause="TS 27.005 3.4.1",
        parameters=(
            Number("0-3", default=0),
            Number("0-3", default=0),
            Number("0-3", default=0),
            Number("0-2", default=0),
            Number("0,1", default=0),
        ),
        keeps=True,
        set=_set_indications,
        test=_test_indications,
        domain=Domain.CMS,
    ),
    Command(
        name="+CNMA",
        clause="TS 27.005 3.4.4, 4.6",
        parameters=(Number("0-2", required=True), Number("0-164")),
        action=_acknowledge,
        set=_acknowledge_with,
        test=_test_acknowledge,
        needs=Need.PIN,
        domain=Domain.CMS,
    ),
)
