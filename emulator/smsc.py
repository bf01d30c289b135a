"""The SMS centre: takes messages, keeps them until they can be delivered, and reports (TS 23.040 3, 9.2)."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import NamedTuple

from modem.wire.address import Address, TypeOfNumber
from modem.wire.coding import DataCoding
from modem.wire.errors import PduError
from modem.wire.reports import DeliverReport, StatusReport, SubmitReport
from modem.wire.segments import Reassembler, coding_for, split
from modem.wire.times import AbsoluteValidity, ServiceCentreTimeStamp, ValidityPeriod
from modem.wire.tpdu import Command, Deliver, Submit, decode_from_mobile
from modem.wire.user_data import UserData

from .clock import Clock, Timer
from .cloud.link import SHORT_CODE, DeliveryObserver
from .journal import Journal
from .network import Network, Subscriber
from .radio import RpAck, RpError, RpResult

# RP causes (TS 24.011 8.2.5.4) and TP failure causes (TS 23.040 9.2.3.22) that the centre gives or understands.
UNASSIGNED_NUMBER = 1
MEMORY_EXCEEDED = 22
INVALID_MANDATORY_INFORMATION = 96
UNSPECIFIED_PROTOCOL_ERROR = 111
COMMAND_UNSUPPORTED = 0xA1
_ROOM_MAY_COME = (0xD0, 0xD3, 0xD4)  # SIM storage full, memory exceeded, SIM toolkit busy

# TP-Status (9.2.3.15).
DELIVERED = 0x00
VALIDITY_EXPIRED = 0x46
GAVE_UP_ERROR_IN_SME = 0x65

DEFAULT_VALIDITY = timedelta(hours=24)
MAX_VALIDITY = timedelta(weeks=63)
# How long the centre waits before it tries again by itself (an event, such as registration, makes it try at once).
RETRY_AFTER = (30.0, 60.0, 300.0, 900.0, 1800.0, 3600.0)
REFUSALS_BEFORE_GIVING_UP = 3
# A mobile that takes longer than any acknowledgement timer (TS 24.011 10: TR1N is 35 to 45 s) is lost.
ANSWER_WITHIN = 60.0


class SentMessage(NamedTuple):
    """A message that the network took from a modem, whole."""

    at: float
    sender: str
    to: str
    body: str | bytes


class _Message:
    """A message on its way to a mobile."""

    def __init__(
        self, tpdu: Callable[[bool], bytes], observer: DeliveryObserver | None, receipt: bool, what: str
    ) -> None:
        self.tpdu = tpdu  # encodes the TPDU, given whether more messages wait
        self.observer = observer
        self.receipt = receipt  # whether the observer wants to hear of success
        self.what = what
        self.expiry: Timer | None = None
        self.attempts = 0
        self.refusals = 0


class _Queue:
    """What waits for one mobile: delivered in order, one at a time."""

    def __init__(self) -> None:
        self.messages: deque[_Message] = deque()
        self.in_flight: Timer | None = None  # the deadline of the delivery under way
        self.retry: Timer | None = None
        self.failures = 0


class ServiceCentre:
    """Store and forward for one network. Short codes are routed to the services registered in `short_codes`."""

    address = Address("12025550100", 0x91)

    def __init__(self, clock: Clock, journal: Journal, network: Network) -> None:
        self._clock = clock
        self._journal = journal
        self._network = network
        network.relay = self
        self.short_codes: dict[str, Callable[[str, Submit], None]] = {}
        self.sent: deque[SentMessage] = deque(maxlen=10_000)
        self._parts = Reassembler()
        self._queues: dict[str, _Queue] = {}
        self._references = count(1)

    # --- from a mobile ---------------------------------------------------------------------------------------

    def submit(self, subscriber: Subscriber, service_centre: Address, tpdu: bytes) -> RpResult:
        """Take an SMS-SUBMIT from a mobile: checked strictly, then routed (`network.Relay`)."""
        try:
            message = decode_from_mobile(tpdu, strict=True)
        except PduError as error:
            self._journal.write("sms.refused", sender=subscriber.msisdn, tpdu=tpdu.hex(), reason=str(error))
            return self._refusal(INVALID_MANDATORY_INFORMATION)
        if isinstance(message, Command):
            self._journal.write("sms.refused", sender=subscriber.msisdn, tpdu=tpdu.hex(), reason="an SMS-COMMAND")
            return self._refusal(UNSPECIFIED_PROTOCOL_ERROR, COMMAND_UNSUPPORTED)
        to = message.destination
        if to.value in self.short_codes and to.type_of_number is TypeOfNumber.INTERNATIONAL:
            self._journal.write(
                "sms.refused",
                sender=subscriber.msisdn,
                tpdu=tpdu.hex(),
                reason=f"+{to.value} is an international number that nobody has: "
                f"a short code is sent with type-of-address 129 (0x81)",
            )
            return self._refusal(UNASSIGNED_NUMBER)
        stamp = self._stamp()
        self._journal.write(
            "sms.submitted",
            sender=subscriber.msisdn,
            to=str(to),
            service_centre=str(service_centre),
            tpdu=tpdu.hex(),
        )
        self._note_sent(subscriber, message)
        # The sender hears of the acceptance before anything comes of the message.
        self._clock.call_later(self._network.delay, self._route, subscriber, message, stamp)
        return RpAck(SubmitReport(stamp).encode())

    def _route(self, subscriber: Subscriber, message: Submit, stamp: ServiceCentreTimeStamp) -> None:
        """Hand an accepted message to whom it is for."""
        to = message.destination
        report = _Report(self, subscriber, message, stamp) if message.status_report_request else None
        service = self.short_codes.get(to.value)
        if service is not None:
            service(subscriber.imsi, message)
        elif recipient := self._network.subscriber_at(to):
            self._enqueue(
                recipient.imsi,
                self._deliver(
                    Address(subscriber.msisdn, 0x91), message.data_coding, message.user_data, stamp,
                    message.protocol_identifier,
                ),
                report,
                f"from +{subscriber.msisdn}",
                self._validity(message.validity_period),
            )  # fmt: skip
            return
        # A service, or a telephone outside this network, has it now.
        if report is not None:
            report.delivered()

    def _note_sent(self, subscriber: Subscriber, message: Submit) -> None:
        whole = self._parts.add(
            (subscriber.imsi, message.destination), message.user_data, self._clock.now, message.destination
        )
        self._parts.expired(self._clock.now)
        if whole is not None:
            self.sent.append(SentMessage(self._clock.now, subscriber.msisdn, str(message.destination), whole.body))

    def _refusal(self, cause: int, failure_cause: int | None = None) -> RpError:
        """RP-ERROR, with an SMS-SUBMIT-REPORT only where TP-FCS says more than the cause."""
        report = b"" if failure_cause is None else SubmitReport(self._stamp(), failure_cause).encode()
        return RpError(cause, report)

    # --- to a mobile -----------------------------------------------------------------------------------------

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
        """Take a message from the service behind the short code, for one SIM (`cloud.link.ShortCodeLink`).

        The observer hears of the first attempt and of failure, and of success when it wants a `receipt`: for the
        mobile that makes no difference, since it acknowledges every message (TS 24.011).
        """
        self._enqueue(
            imsi,
            self._deliver(Address.of(SHORT_CODE), data_coding, user_data, self._stamp()),
            observer,
            f"from {SHORT_CODE}",
            timedelta(seconds=validity_s),
            receipt,
        )

    def send_text(self, originator: Address, imsi: str, body: str | bytes) -> int:
        """Take a message of any length from somewhere outside, for one SIM. The number of parts it makes."""
        coding = coding_for(body)
        parts = split(body, coding, next(self._references) % 256)
        for part in parts:
            self._enqueue(imsi, self._deliver(originator, coding, part, self._stamp()), None, f"from {originator}")
        return len(parts)

    def waiting(self, imsi: str) -> int:
        """How many messages the centre holds for a SIM."""
        return len(self._queue(imsi).messages)

    def available(self, imsi: str) -> None:
        """A mobile can take messages (again): try at once (`network.Relay`)."""
        queue = self._queue(imsi)
        queue.failures = 0
        self._try(imsi, queue)

    def _deliver(
        self,
        originator: Address,
        coding: DataCoding,
        user_data: UserData,
        stamp: ServiceCentreTimeStamp,
        protocol_identifier: int = 0,
    ) -> Callable[[bool], bytes]:
        message = Deliver(originator, stamp, user_data, coding, protocol_identifier)
        return lambda more: message._replace(more_messages=more).encode()

    def _enqueue(
        self,
        imsi: str,
        tpdu: Callable[[bool], bytes],
        observer: DeliveryObserver | None,
        what: str,
        validity: timedelta = DEFAULT_VALIDITY,
        receipt: bool = True,
    ) -> None:
        queue = self._queue(imsi)
        message = _Message(tpdu, observer, receipt, what)
        message.expiry = self._clock.call_later(validity.total_seconds(), self._expire, imsi, queue, message)
        queue.messages.append(message)
        if len(queue.messages) == 1:
            self._try(imsi, queue)

    def _queue(self, imsi: str) -> _Queue:
        return self._queues.setdefault(imsi, _Queue())

    def _try(self, imsi: str, queue: _Queue) -> None:
        """Deliver the first message of the queue, unless one is on its way already."""
        if queue.in_flight is not None or not queue.messages:
            return
        if queue.retry is not None:
            queue.retry.cancel()
        message = queue.messages[0]
        tpdu = message.tpdu(len(queue.messages) > 1)

        def answered(result: RpResult) -> None:
            if queue.in_flight is deadline:  # otherwise it is too late
                deadline.cancel()
                queue.in_flight = None
                self._answered(imsi, queue, message, result)

        deadline = self._clock.call_later(ANSWER_WITHIN, answered, RpError(UNSPECIFIED_PROTOCOL_ERROR))
        queue.in_flight = deadline
        message.attempts += 1
        self._journal.write("sms.attempt", imsi=imsi, what=message.what, attempt=message.attempts, tpdu=tpdu.hex())
        if message.attempts == 1 and message.observer is not None:
            message.observer.attempted()
        if not self._network.deliver(imsi, self.address, tpdu, answered):
            deadline.cancel()
            queue.in_flight = None
            self._journal.write("sms.absent", imsi=imsi, what=message.what)
            self._retry_later(imsi, queue)

    def _answered(self, imsi: str, queue: _Queue, message: _Message, result: RpResult) -> None:
        if isinstance(result, RpAck):
            self._journal.write("sms.delivered", imsi=imsi, what=message.what)
            self._finish(queue, message)
            if message.observer is not None and message.receipt:
                message.observer.delivered()
        else:
            cause = _failure_cause(result)
            self._journal.write("sms.not_taken", imsi=imsi, what=message.what, cause=result.cause, failure_cause=cause)
            if result.cause == MEMORY_EXCEEDED or cause in _ROOM_MAY_COME:
                self._retry_later(imsi, queue)
                return
            message.refusals += 1
            if message.refusals < REFUSALS_BEFORE_GIVING_UP:
                self._retry_later(imsi, queue)
                return
            self._finish(queue, message)
            if message.observer is not None:
                message.observer.failed(GAVE_UP_ERROR_IN_SME)
        self._clock.call_later(0, self._try, imsi, queue)

    def _retry_later(self, imsi: str, queue: _Queue) -> None:
        wait = RETRY_AFTER[min(queue.failures, len(RETRY_AFTER) - 1)]
        queue.failures += 1
        queue.retry = self._clock.call_later(wait, self._try, imsi, queue)

    def _expire(self, imsi: str, queue: _Queue, message: _Message) -> None:
        """The validity period is over."""
        if message not in queue.messages:
            return
        first = queue.messages[0] is message
        if first and queue.in_flight is not None:
            # What is on the air cannot be called back: the answer decides.
            message.expiry = self._clock.call_later(ANSWER_WITHIN, self._expire, imsi, queue, message)
            return
        self._journal.write("sms.expired", imsi=imsi, what=message.what)
        self._finish(queue, message)
        if message.observer is not None:
            message.observer.failed(VALIDITY_EXPIRED)
        if first:
            self._try(imsi, queue)

    def _finish(self, queue: _Queue, message: _Message) -> None:
        queue.messages.remove(message)
        queue.failures = 0
        if message.expiry is not None:
            message.expiry.cancel()

    # --- reports ---------------------------------------------------------------------------------------------

    def report(self, sender: Subscriber, message: Submit, stamp: ServiceCentreTimeStamp, status: int) -> None:
        """Send a mobile the SMS-STATUS-REPORT on a message of its own."""
        report = StatusReport(message.message_reference, message.destination, stamp, self._stamp(), status)
        self._enqueue(
            sender.imsi,
            lambda more: report._replace(more_messages=more).encode(),
            None,
            f"report on {message.message_reference}",
        )

    def _stamp(self) -> ServiceCentreTimeStamp:
        return ServiceCentreTimeStamp.of(self._clock.utc())

    def _validity(self, period: ValidityPeriod | None) -> timedelta:
        if period is None:
            return DEFAULT_VALIDITY
        if isinstance(period, AbsoluteValidity):
            end = period.stamp.time
            return max(end - self._clock.utc(), timedelta(0)) if end is not None else DEFAULT_VALIDITY
        return min(period.duration or DEFAULT_VALIDITY, MAX_VALIDITY)


class _Report:
    """Turns what becomes of a message into a status report for its sender."""

    def __init__(
        self, centre: ServiceCentre, sender: Subscriber, message: Submit, stamp: ServiceCentreTimeStamp
    ) -> None:
        self._centre = centre
        self._sender = sender
        self._message = message
        self._stamp = stamp

    def attempted(self) -> None:
        """Nothing to report yet."""

    def delivered(self) -> None:
        """Report success."""
        self._centre.report(self._sender, self._message, self._stamp, DELIVERED)

    def failed(self, status: int) -> None:
        """Report failure."""
        self._centre.report(self._sender, self._message, self._stamp, status)


def _failure_cause(result: RpError) -> int | None:
    """TP-FCS of the DELIVER-REPORT in an RP-ERROR, where there is one."""
    if not result.tpdu:
        return None
    try:
        return DeliverReport.decode(result.tpdu, error=True).failure_cause
    except PduError:
        return None
