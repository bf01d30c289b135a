"""What passes between the cloud and the SMS centre.

The cloud hands messages for a SIM to a `ShortCodeLink` and hears of their fate through a `DeliveryObserver`; it sees
neither modems nor AT commands. The other way, the SMS centre calls `Cloud.receive`.
"""

from __future__ import annotations

from typing import Protocol

from modem.wire.coding import DataCoding
from modem.wire.user_data import UserData

SHORT_CODE = "2936"


class DeliveryObserver(Protocol):
    """Hears what becomes of one message."""

    def attempted(self) -> None:
        """The SMS centre made its first attempt to reach the device."""

    def delivered(self) -> None:
        """The modem acknowledged the message (RP-ACK)."""

    def failed(self, status: int) -> None:
        """The SMS centre gave up; `status` is the TP-Status (TS 23.040 9.2.3.15) that says why."""


class ShortCodeLink(Protocol):
    """The SMS centre, as the cloud behind 2936 sees it."""

    def send_to_sim(
        self,
        imsi: str,
        data_coding: DataCoding,
        user_data: UserData,
        *,
        receipt: bool,
        validity_s: float,
        observer: DeliveryObserver,
    ) -> None:
        """Send one message from 2936 to the SIM, trying for `validity_s` seconds.

        `observer` hears of the attempt, the acknowledgement (only with `receipt`, which asks for a status report)
        and of a failure, now or later.
        """
