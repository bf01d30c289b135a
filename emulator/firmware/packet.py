"""Packet data (TS 27.007 10.1): contexts are defined, activated with an address from the network, and told.

There is no peer for PPP behind them: ATD*99# is refused (see `calls`), and so is +CGDATA, which is not there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import IPv6Address
from typing import TYPE_CHECKING

from ..radio import PacketAddress
from .registry import Answer, Command, Need, Number, Text
from .responses import CmeError

if TYPE_CHECKING:
    from .modem import SoftModem

CONTEXTS = "1-16"
_KINDS = ("IP", "IPV6", "IPV4V6")
_FIRST_BEARER = 5  # EPS bearer identities begin there (TS 24.007 11.2.3.1.5)
_E_UTRAN = 7
NO_SERVICE, NOT_DEFINED, LAST_CONNECTION = 30, 143, 171


@dataclass(slots=True)
class Context:
    """A packet context: what was defined, and its address while it is active."""

    kind: str = "IP"
    access_point: str = ""
    address: PacketAddress | None = None

    def addresses(self) -> list[str]:
        """The addresses in dotted numbers, as +CGPADDR has them (10.1.14; IPv6 as sixteen of them)."""
        if self.address is None:
            return []
        octets = ".".join(map(str, IPv6Address(self.address.ipv6).packed))
        return {"IP": [self.address.ipv4], "IPV6": [octets]}.get(self.kind, [self.address.ipv4, octets])


@dataclass(slots=True)
class Packet:
    """The packet service of a modem."""

    modem: SoftModem
    attached: bool = True  # as the client wants it; there must be a registration too
    contexts: dict[int, Context] = field(default_factory=lambda: {1: Context("IPV4V6")})

    @property
    def available(self) -> bool:
        """Whether contexts can be activated now."""
        return self.attached and self.modem.registration.registered

    @property
    def on_lte(self) -> bool:
        """Whether to be attached is to have a connection (E-UTRAN), as TS 23.401 5.3.2 has it."""
        return self.modem.registration.technology >= _E_UTRAN

    def registration_changed(self) -> None:
        """Contexts end with the registration; on E-UTRAN the first comes back with it."""
        if self.available and self.on_lte:
            self.contexts.setdefault(1, Context("IPV4V6"))
            if not self.active():
                self.activate(1)
        elif not self.available:
            ended = self.active()
            for cid in ended:
                self.contexts[cid].address = None
            if ended:
                self.report("NW DETACH" if self.attached else "ME DETACH")

    def active(self) -> list[int]:
        """The contexts that are active."""
        return [cid for cid, context in sorted(self.contexts.items()) if context.address is not None]

    def activate(self, cid: int) -> None:
        """Get an address from the network."""
        self.contexts[cid].address = self.modem.radio.packet_address()
        self.report(f"ME PDN ACT {cid}")

    def deactivate(self, cid: int) -> None:
        """Give it back."""
        self.contexts[cid].address = None
        self.report(f"ME PDN DEACT {cid}")

    def report(self, event: str) -> None:
        """+CGEV, where +CGEREP asks for it (10.1.19)."""
        if self.modem.settings.number("+CGEREP"):
            self.modem.unsolicited(f"+CGEV: {event}")


# --- attachment ---


def _attached(modem: SoftModem) -> Answer:
    return (f"+CGATT: {int(modem.packet.available)}",)


def _attach(modem: SoftModem, state: int) -> Answer:
    """10.1.9. On E-UTRAN to detach is to leave the network altogether (TS 23.401 5.3.8)."""
    packet = modem.packet
    if state:
        packet.attached = True
        if not modem.registration.registered:
            modem.card_changed()
        packet_changed(modem)
        if not packet.available:
            raise CmeError(NO_SERVICE)
    else:
        packet.attached = False
        if packet.on_lte:
            modem.use_network(False)
        packet_changed(modem)
    return ()


def packet_changed(modem: SoftModem) -> None:
    """The packet service came or went: contexts follow, and +CGREG tells."""
    modem.packet.registration_changed()
    modem.registrar.announce_packet()


# --- contexts ---


def _contexts(modem: SoftModem) -> Answer:
    return [
        f'+CGDCONT: {cid},"{context.kind}","{context.access_point}","",0,0'
        for cid, context in sorted(modem.packet.contexts.items())
    ]


def _define(
    modem: SoftModem,
    cid: int,
    kind: str | None,
    access_point: str | None,
    _address: str | None,
    _data_compression: int,
    _header_compression: int,
) -> Answer:
    """A number alone undefines (10.1.1). An address is the network's to give: one that is asked for is not heeded."""
    packet = modem.packet
    present = packet.contexts.get(cid)
    if present is not None and present.address is not None:
        if (kind or present.kind, access_point or present.access_point) == (present.kind, present.access_point):
            return ()
        _end(modem, cid)
    if kind is None:
        packet.contexts.pop(cid, None)
    else:
        packet.contexts[cid] = Context(kind, access_point or "")
    return ()


def _end(modem: SoftModem, cid: int) -> None:
    """Deactivate a context, but on E-UTRAN not the last one (10.1.10)."""
    packet = modem.packet
    if packet.on_lte and packet.active() == [cid]:
        raise CmeError(LAST_CONNECTION)
    packet.deactivate(cid)


def _test_define(_modem: SoftModem) -> Answer:
    return [f'+CGDCONT: ({CONTEXTS}),"{kind}",,,(0),(0)' for kind in _KINDS]


def _active(modem: SoftModem) -> Answer:
    return [
        f"+CGACT: {cid},{int(context.address is not None)}" for cid, context in sorted(modem.packet.contexts.items())
    ]


def _activate(modem: SoftModem, state: int, *cids: int | None) -> Answer:
    """Those given; without any, all that are defined."""
    packet = modem.packet
    chosen = [cid for cid in cids if cid is not None] or sorted(packet.contexts)
    for cid in chosen:
        if cid not in packet.contexts:
            raise CmeError(NOT_DEFINED)
    if state and not packet.available:
        raise CmeError(NO_SERVICE)
    for cid in chosen:
        active = packet.contexts[cid].address is not None
        if state and not active:
            packet.activate(cid)
        elif not state and active:
            _end(modem, cid)
    return ()


def _addresses(modem: SoftModem, *cids: int | None) -> Answer:
    contexts = modem.packet.contexts
    chosen = [cid for cid in cids if cid is not None] or sorted(contexts)
    for cid in chosen:
        if cid not in contexts:
            raise CmeError(NOT_DEFINED)
    return [
        ",".join([f"+CGPADDR: {cid}", *(f'"{address}"' for address in contexts[cid].addresses())]) for cid in chosen
    ]


def _all_addresses(modem: SoftModem) -> Answer:
    return _addresses(modem)


def _dynamic(modem: SoftModem, cid: int | None = None) -> Answer:
    """10.1.23: <cid>,<bearer_id>,<apn>,<local address>,<gateway>,<DNS> of what is active."""
    packet = modem.packet
    lines = []
    for bearer, active in enumerate(packet.active(), start=_FIRST_BEARER):
        context = packet.contexts[active]
        if cid not in (None, active) or context.address is None:
            continue
        point = context.access_point or "internet"
        for address in context.addresses():
            lines.append(
                f'+CGCONTRDP: {active},{bearer},"{point}","{address}",'
                f'"{context.address.gateway}","{context.address.name_server}"'
            )
    return lines


def _listed(known: Callable[[Packet], list[int]], name: str) -> Callable[[SoftModem], Answer]:
    """A test command that lists context numbers."""
    return lambda modem: (f"{name}: ({','.join(map(str, known(modem.packet)))})",)


_CID = Number(CONTEXTS)

COMMANDS = (
    Command(
        name="+CGATT",
        clause="TS 27.007 10.1.9",
        parameters=(Number("0,1", required=True),),
        read=_attached,
        set=_attach,
        needs=Need.PIN,
    ),
    Command(
        name="+CGDCONT",
        clause="TS 27.007 10.1.1",
        parameters=(Number(CONTEXTS, default=1), Text(_KINDS), Text(longest=100), Text(longest=63),
                    Number("0", default=0), Number("0", default=0)),
        read=_contexts,
        set=_define,
        test=_test_define,
    ),
    Command(
        name="+CGACT",
        clause="TS 27.007 10.1.10",
        parameters=(Number("0,1", required=True), *[_CID] * 16),
        read=_active,
        set=_activate,
        test=lambda _modem: ("+CGACT: (0,1)",),
        needs=Need.PIN,
    ),
    Command(
        name="+CGPADDR",
        clause="TS 27.007 10.1.14",
        parameters=(_CID,) * 16,
        action=_all_addresses,
        set=_addresses,
        test=_listed(lambda packet: sorted(packet.contexts), "+CGPADDR"),
    ),
    Command(
        name="+CGCONTRDP",
        clause="TS 27.007 10.1.23",
        parameters=(_CID,),
        action=_dynamic,
        set=_dynamic,
        test=_listed(Packet.active, "+CGCONTRDP"),
    ),
    Command(
        name="+CGEREP",
        clause="TS 27.007 10.1.19",
        # Nothing is kept for later (<bfr> 1 would send it), because the line is never reserved.
        parameters=(Number("0-2", default=0), Number("0", default=0)),
        keeps=True,
    ),
    Command(
        name="+CGCLASS",
        clause="TS 27.007 10.1.11",
        parameters=(Text(("A",)),),  # calls and packets at once; it cannot be set to anything else
        read=lambda _modem: ('+CGCLASS: "A"',),
    ),
)  # fmt: skip
