"""Sending: a TPDU to the network, and what the network answers, as a +CMGS result (TS 24.011, TS 27.005 3.5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from modem.wire.address import Address
from modem.wire.errors import PduError
from modem.wire.reports import SubmitReport
from modem.wire.tpdu import SUBMIT

from ..clock import Timer
from ..radio import RpAck, RpResult
from .registry import Later
from .responses import CmsError

if TYPE_CHECKING:
    from .modem import SoftModem

LINK_HELD_S = 5.0  # +CMMS=1 keeps the link so long for the next message (TS 27.005 3.5.6: 1 to 5 seconds)
REJECT_DUPLICATES = 0x04  # TP-RD


class Outbox:
    """Gives messages their reference and waits for the network's answer."""

    def __init__(self, modem: SoftModem) -> None:
        self._modem = modem
        self._link: Timer | None = None

    def send(
        self,
        name: str,
        tpdu: bytes,
        service_centre: Address | None,
        sent: Callable[[], None] | None = None,
    ) -> Later:
        """Send a SUBMIT or COMMAND. The answer is ``NAME: <mr>`` or +CMS ERROR; `sent` is called before the former.

        `service_centre` None takes the card's. Raises CmsError 330 when that has none.
        """
        modem = self._modem
        modem.commands[name].check(modem)
        centre = service_centre or modem.sim.service_centre
        if centre is None:
            raise CmsError(330)
        # TS 23.040 9.2.3.25: a message that is sent again is known by its reference, which must then stay the same.
        again = tpdu[0] & 3 == SUBMIT and tpdu[0] & REJECT_DUPLICATES
        reference = tpdu[1] if again else modem.sim.next_message_reference()
        tpdu = tpdu[:1] + bytes([reference]) + tpdu[2:]
        later = Later()
        deadline = modem.clock.call_later(modem.profile.messages.submission_s, lambda: answered(None))
        open_ = True

        def answered(result: RpResult | None) -> None:
            nonlocal open_
            if not open_:  # the network's answer after our deadline
                return
            open_ = False
            deadline.cancel()
            self._hold_link()
            if not isinstance(result, RpAck):
                later.complete(CmsError(332 if result is None else _cause(result.cause, result.tpdu)))
                return
            if sent is not None:
                sent()
            later.complete((f"{name}: {reference}{self._acknowledgement(result.tpdu)}",))

        modem.radio.submit(centre, tpdu, answered)
        return later

    def _acknowledgement(self, tpdu: bytes) -> str:
        """With +CSMS=1 the SMS-SUBMIT-REPORT: as it is in PDU mode, in text mode its time stamp (TS 27.005 3.5.1)."""
        if not tpdu or not self._modem.settings.number("+CSMS"):
            return ""
        if not self._modem.settings.number("+CMGF"):
            return f',"{tpdu.hex().upper()}"'
        try:
            return f',"{SubmitReport.decode(tpdu, error=False).service_centre_time_stamp}"'
        except PduError:
            return ""

    def _hold_link(self) -> None:
        """+CMMS=1 falls back to 0 when no message follows in time."""
        if self._link is not None:
            self._link.cancel()
        if self._modem.settings.number("+CMMS") == 1:
            self._link = self._modem.clock.call_later(LINK_HELD_S, self._release_link)

    def _release_link(self) -> None:
        if self._modem.settings.number("+CMMS") == 1:
            self._modem.settings["+CMMS"] = (0,)


def _cause(cause: int, report: bytes) -> int:
    """The +CMS ERROR number: TP-FCS of the SMS-SUBMIT-REPORT if there is one (128..255), else the RP cause."""
    if report:
        try:
            failure = SubmitReport.decode(report, error=True).failure_cause
        except PduError:
            failure = None
        if failure is not None:
            return failure
    return cause
