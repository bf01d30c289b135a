"""Sending: from a text to SUBMITs, from SUBMITs to one of three honest outcomes, from reports back to messages.

*Sent*: the network took it. *Failed*: somebody refused it, and said so. *Unknown*: the PDU left for the modem and no
result came back; it may be on its way, so it is not sent again unless asked.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from datetime import timedelta

from . import commands
from .engine import Completed, Lost, TimedOut
from .errors import (
    CmeError,
    CmsError,
    CommandFailed,
    CommandTimeout,
    InvalidInput,
    NotAModem,
    PortLost,
    SendOutcomeUnknown,
)
from .messages import Delivery, Part, Sent, State, encoding_name
from .script import Pause, Script, failure
from .session import values
from .wire.address import Address
from .wire.errors import PduError
from .wire.pdumode import PduModePdu
from .wire.reports import StatusReport
from .wire.segments import capacity, coding_for, measure, split
from .wire.times import RelativeValidity
from .wire.tpdu import Submit

BUSY_PAUSES = (1.0, 2.0, 4.0, 8.0)  # seconds; SIM busy passes within a few after the PIN
# SIM busy in the standard's numbers, and Siemens' and SIMCom's own.
_BUSY_CME = (14, 515)
_BUSY_CMS = (314, 515, 522)


def check_number(text: str) -> Address:
    """The address of a number: digits, `*` and `#`, with or without a plus in front. Raises InvalidInput.

    A number without a plus has type of address 129, as handsets send a short code.
    """
    if not isinstance(text, str):
        raise InvalidInput(f'the number {text!r} is no text: write it in quotation marks, as in "2936"')
    number = re.sub(r"(?<=[0-9)])[ ()./-]+(?=[0-9(])", "", text.strip())
    if not re.fullmatch(r"\+?[0-9*#]{1,20}", number) or number in ("*", "#"):
        raise InvalidInput(f"{text!r} is not a telephone number: use 1 to 20 digits, with + in front or not")
    return Address.of(number)


def check_body(body: str | bytes) -> None:
    """Raises InvalidInput for what is neither text nor data, for an empty one, and for half a surrogate pair: no
    recipient could read it."""
    if not isinstance(body, str | bytes):
        raise InvalidInput(f"{body!r} cannot be sent: give a text (str) or data (bytes)")
    if not body:
        raise InvalidInput("there is nothing to send: give a text, or data")
    half = re.search("[\ud800-\udfff]", body) if isinstance(body, str) else None
    if half:
        raise InvalidInput(f"the text has half a character (U+{ord(half[0]):04X}): check how it was decoded")


def require_one_sms(body: str | bytes) -> None:
    """Raises InvalidInput when `body` takes more than one SMS; it says how much it has and how much fits."""
    check_body(body)
    coding = coding_for(body)
    have, room = measure(body, coding), capacity(coding)
    if have > room:
        unit = "octets" if isinstance(body, bytes) else "septets" if coding.septets else "UTF-16 units"
        alphabet = {"octets": "8-bit data", "septets": "the GSM 7-bit alphabet", "UTF-16 units": "UCS2"}[unit]
        raise InvalidInput(f"a Command is one SMS: this has {have} {unit} in {alphabet}, and {room} fit; shorten it")


def prepare(
    to: str,
    body: str | bytes,
    *,
    identifier: str,
    reference: int,
    report: bool = False,
    validity: timedelta | None = None,
    flash: bool = False,
) -> Sent:
    """The message, cut into as many SMS as it takes; `reference` (0..255) ties the parts together.

    Raises InvalidInput for a number, a body or a validity that cannot be sent.
    """
    destination = check_number(to)
    check_body(body)
    coding = coding_for(body, 0 if flash else None)
    try:
        period = None if validity is None else RelativeValidity.of(validity)
        submits = [
            Submit(destination, user_data, coding, validity_period=period, status_report_request=report)
            for user_data in split(body, coding, reference)
        ]
    except PduError as error:
        raise InvalidInput(f"this cannot be sent: {error}") from error
    return Sent(
        id=identifier,
        to=str(destination),
        text=body if isinstance(body, str) else None,
        data=body if isinstance(body, bytes) else None,
        encoding=encoding_name(body, coding.septets),
        report=report,
        parts=[Part(number, submit) for number, submit in enumerate(submits, start=1)],
    )


def transmit(sent: Sent, clock: Callable[[], float], *, repeat_unknown: bool = False) -> Script[None]:
    """Send the parts that are not sent yet, in order, and stop at the first that fails.

    Raises SendOutcomeUnknown for a part whose result is not known, now or from before; with `repeat_unknown` such a
    part goes out again with TP-RD, so that a service centre which honours it drops the double. Raises CommandFailed,
    CommandTimeout (the modem never asked for the PDU) and PortLost for parts that surely were not sent.
    """
    for part in sent.parts:
        if part.state is State.SENT:
            continue
        if part.state is State.UNKNOWN:
            if not repeat_unknown:
                raise _unknown(sent, part)
            part.submit = part.submit._replace(reject_duplicates=True)
        for pause in (*BUSY_PAUSES, None):
            part.started = clock()
            yield from _send(part)
            if part.error is None or pause is None or not _busy(part.error):
                break
            yield Pause(pause)
        if part.state is State.UNKNOWN:
            raise _unknown(sent, part)
        if part.error is not None:
            raise part.error


def _send(part: Part) -> Script[None]:
    """Try once; the outcome is in the part."""
    pdu = PduModePdu(part.submit.encode())
    request = commands.CMGS(length=pdu.length, payload=pdu.hex())
    part.state, part.error = State.UNKNOWN, None  # until something is known, also when the caller stops waiting
    reply = yield request
    if isinstance(reply, TimedOut | Lost) and reply.payload_sent:
        return
    part.state = State.FAILED
    if isinstance(reply, Completed):
        if not reply.final.ok:
            part.error = failure(request, reply.final)
        elif not reply.payload_sent:
            part.error = CommandFailed(request.label, "OK", "the modem did not ask for the message; is it a modem?")
        else:
            part.state = State.SENT
            part.reference = _reference(reply.lines)
    elif isinstance(reply, Lost):
        part.error = PortLost(reply.reason)
    elif isinstance(reply, TimedOut) and reply.sent:
        part.error = CommandTimeout(request.label, request.timeout)
    else:
        part.error = NotAModem("the modem does not answer any more: check its power and its port")


def _reference(lines: tuple[str, ...]) -> int | None:
    """<mr> of `+CMGS: <mr>`; a modem that answers OK alone has sent it as well."""
    found = values(lines[0])[:1] if lines else ()
    return found[0].number if found and found[0] else None


def _unknown(sent: Sent, part: Part) -> SendOutcomeUnknown:
    where = f"part {part.number} of {len(sent.parts)} of the message" if len(sent.parts) > 1 else "the message"
    return SendOutcomeUnknown(
        f"{where} to {sent.to} left for the modem and no result came back: it may have been sent; "
        "look at the other end before sending it again"
    )


def _busy(error: object) -> bool:
    return (isinstance(error, CmeError) and error.code in _BUSY_CME) or (
        isinstance(error, CmsError) and error.code in _BUSY_CMS
    )


class ReportBook:
    """Brings status reports together with the messages they are about (TS 23.040 9.2.2.3).

    A report names a message reference, which comes round after 256 messages, and the recipient: the latest part with
    both is meant. A report may come before the modem has told the reference; then it waits.
    """

    def __init__(self, size: int = 1024) -> None:
        self._parts: deque[tuple[str, Part]] = deque(maxlen=size)
        self._early: deque[tuple[float, StatusReport]] = deque(maxlen=64)

    def expect(self, sent: Sent) -> None:
        """Reports about this message may come."""
        for part in sent.parts:
            if (sent.to, part) not in self._parts:
                self._parts.appendleft((sent.to, part))

    def settle(self) -> None:
        """Look again at the reports that came early, once references are known."""
        waiting, self._early = self._early, deque(maxlen=64)
        for since, report in waiting:
            self.take(report, since)

    def take(self, report: StatusReport, now: float) -> bool:
        """Note a report that came at `now`. Returns whether it belongs to a message of this book."""
        for to, part in self._parts:
            if part.reference != report.message_reference or part.started > now or part.state is not State.SENT:
                continue
            if not _same_number(to, str(report.recipient)):
                continue
            if part.delivery is None or part.delivery.group == "pending":
                part.delivery = Delivery.of(report.status, report.discharge_time.time)
                return True
        self._early.append((now, report))
        return False


def _same_number(one: str, other: str) -> bool:
    """Networks change a number's form on the way: +49170..., 0170..., 49170...; short codes are compared whole."""
    first, second = one.lstrip("+"), other.lstrip("+")
    return first == second or (min(len(first), len(second)) >= 7 and first[-7:] == second[-7:])
