"""What passes between a modem and the network: the air interface as a handful of types.

The firmware sees the network only through a `Radio`, and the network sees a modem only as a `Station`: they
exchange SMS TPDUs and the relay layer's answers (TS 24.011), never text lines.
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
    """What +CREG and +COPS tell (TS 27.007 7.2, 7.3)."""

    status: int  # 0 idle, 1 home, 2 searching, 3 denied, 5 roaming
    area: int = 0
    cell: int = 0
    technology: int = 7  # access technology: 0 GSM, 2 UTRAN, 7 E-UTRAN
    operator: str = ""
    numeric: str = ""  # MCC and MNC

    @property
    def registered(self) -> bool:
        """Whether the network serves this station."""
        return self.status in (1, 5)


class Station(Protocol):
    """A modem, as the network sees it."""

    def deliver(self, tpdu: bytes, service_centre: Address, answer: Answer) -> None:
        """Take an SMS-DELIVER or SMS-STATUS-REPORT and answer it, now or later (RP-DATA, network to MS)."""

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

    def attach(self, imsi: str, station: Station) -> None:
        """Power up with this SIM: the network begins to register the station."""

    def detach(self) -> None:
        """Power down, or lose the SIM."""

    def submit(self, service_centre: Address, tpdu: bytes, answer: Answer) -> None:
        """Send an SMS-SUBMIT or SMS-COMMAND (RP-DATA, MS to network); `answer` is called once, possibly later."""

    def memory_available(self) -> None:
        """Say that there is room again (RP-SMMA), so that the SMS centre tries again."""
