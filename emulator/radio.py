"""What passes between a modem and the network: the air interface as a handful of types.

The firmware sees the network only through a `Radio`, and the network sees a modem only as a `Station`: they
exchange SMS TPDUs and the relay layer's answers (TS 24.011), calls and USSD, never text lines.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol

from modem.wire.address import Address


class RpAck(NamedTuple):
    """RP-ACK (TS 24.011 7.3.3), with the SUBMIT-REPORT or DELIVER-REPORT it carries, if any."""

    tpdu: bytes = b""


class RpError(NamedTuple):
    """RP-ERROR (TS 24.011 7.3.4) with its cause (8.2.5.4), and the report it carries, if any."""

    cause: int
    tpdu: bytes = b""


RpResult = RpAck | RpError
Answer = Callable[[RpResult], None]


class Registration(NamedTuple):
    """What +CREG, +CEREG and +COPS tell (TS 27.007 7.2, 7.3, 10.1.20, 10.1.22)."""

    status: int  # 0 idle, 1 home, 2 searching, 3 denied, 5 roaming, 6 home and 7 roaming for SMS only
    area: int = 0  # location area, or tracking area on E-UTRAN
    cell: int = 0
    technology: int = 7  # <AcT>: 0 GSM, 2 UTRAN, 7 E-UTRAN (Cat-M1 too), 9 NB-IoT
    operator: str = ""
    numeric: str = ""  # MCC and MNC
    short: str = ""  # the operator's short name
    routing_area: int = 0
    cause_type: int = 0  # 0: `cause` is a reject cause of TS 24.008 10.5.3.6 or TS 24.301 9.9.3.9; 1: a maker's own
    cause: int = 0  # why it is denied; 0 when it is not

    @property
    def registered(self) -> bool:
        """Whether the network serves this station, if only with SMS."""
        return self.status in (1, 5, 6, 7)

    @property
    def sms_only(self) -> bool:
        """Whether calls are not to be had here."""
        return self.status in (6, 7)


class VisibleOperator(NamedTuple):
    """An operator that can be heard, as ``+COPS=?`` lists it (TS 27.007 7.3)."""

    status: int  # 1 available, 2 current, 3 forbidden
    long: str
    short: str
    numeric: str
    technology: int


class Party(Protocol):
    """Whoever takes part in a call, as the network sees them."""

    def alerting(self) -> None:
        """Hear that the other side rings."""

    def connected(self) -> None:
        """Hear that the call stands."""

    def released(self, cause: int) -> None:
        """Hear that the call is over, for a cause of TS 24.008 10.5.4.11; not after one's own `hang_up`."""

    def received(self, octets: bytes) -> None:
        """Take octets that the other side of a data call has sent."""


class Call(Protocol):
    """One side's end of a call."""

    @property
    def number(self) -> Address | None:
        """The other side; None when it withholds its number (+CLIP)."""

    @property
    def data(self) -> bool:
        """Whether it is a data call (bearer service 26 of TS 22.002), not one of voices."""

    def answer(self) -> None:
        """Take an incoming call; `connected` follows. Nothing happens when it is over, or stands already."""

    def hang_up(self, cause: int = 16) -> None:
        """End or refuse it, for a cause of TS 24.008 10.5.4.11. Harmless when it is over."""

    def send(self, octets: bytes) -> None:
        """Send octets to the other side of a data call that stands; at other times they are lost."""


class PacketAddress(NamedTuple):
    """What the network gives a packet context (PDP address)."""

    ipv4: str
    ipv6: str
    gateway: str
    name_server: str


class UssdAnswer(NamedTuple):
    """What the network says to a USSD request; `status` is <m> of +CUSD (TS 27.007 7.15).

    0 nothing more is needed, 1 it waits for an answer, 2 the network ended the dialogue, 4 it knows no such service.
    """

    status: int
    text: str = ""


class Station(Protocol):
    """A modem, as the network sees it."""

    def deliver(self, tpdu: bytes, service_centre: Address, answer: Answer) -> None:
        """Take an SMS-DELIVER or SMS-STATUS-REPORT and answer it, now or later (RP-DATA, network to MS)."""

    def broadcast(self, page: bytes) -> None:
        """Take a page of cell broadcast, 88 octets (TS 23.041 9.4.1)."""

    def ring(self, call: Call) -> Party | None:
        """A call comes in: who hears what becomes of it, or None to refuse it as busy."""

    def registration_changed(self, registration: Registration) -> None:
        """Hear that the registration is another one now."""


class Radio(Protocol):
    """The network, as one modem sees it."""

    @property
    def registration(self) -> Registration:
        """The present registration."""

    @property
    def signal(self) -> int:
        """The signal as +CSQ has it: 0..31, or 99 when unknown."""

    @property
    def visible(self) -> tuple[VisibleOperator, ...]:
        """The operators that a scan would find, the present one first."""

    def attach(self, imsi: str, station: Station) -> None:
        """Power up with this SIM: the network begins to register the station."""

    def detach(self) -> None:
        """Power down, or lose the SIM."""

    def select(self, numeric: str | None, technology: int | None = None) -> None:
        """Register with this operator and no other (None: with any), perhaps in one technology (+COPS=1, +COPS=0)."""

    def restrict(self, technologies: tuple[int, ...]) -> None:
        """Use only these technologies (<AcT>), the best first (+WS46)."""

    def packet_address(self) -> PacketAddress:
        """An address for one more packet context."""

    def submit(self, service_centre: Address, tpdu: bytes, answer: Answer) -> None:
        """Send an SMS-SUBMIT or SMS-COMMAND (RP-DATA, MS to network); `answer` is called once, possibly later."""

    def memory_available(self) -> None:
        """Say that there is room again (RP-SMMA), so that the SMS centre tries again."""

    def dial(self, number: Address, party: Party, withheld: bool = False, data: bool = False) -> Call:
        """Set up a call, without showing one's own number if `withheld`; `party` hears what becomes of it."""

    def ussd(self, text: str, hear: Callable[[UssdAnswer], None]) -> None:
        """Ask for a service, or answer the menu that waits; `hear` is called for all that the network says to it."""

    def end_ussd(self) -> None:
        """Leave the dialogue, if there is one (+CUSD=2)."""
