"""Store: what the centre takes from mobiles, the cloud and outside, and what it answers (TS 23.040 3, 9.2)."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from typing import NamedTuple

from modem.wire.address import INTERNATIONAL, Address
from modem.wire.coding import DataCoding
from modem.wire.errors import PduError
from modem.wire.protocol import REPLACE, CommandType
from modem.wire.reports import StatusReport, SubmitReport
from modem.wire.segments import Reassembler, coding_for, split
from modem.wire.times import ServiceCentreTimeStamp
from modem.wire.tpdu import Command, Deliver, Submit, decode_from_mobile
from modem.wire.user_data import UserData

from ..clock import Clock
from ..cloud.link import SHORT_CODE, DeliveryObserver
from ..journal import Journal
from ..network import Network, Subscriber
from ..radio import RpAck, RpError, RpResult
from .causes import (
    COMMAND_UNSUPPORTED,
    DOES_NOT_EXIST,
    DUPLICATE,
    INVALID_MANDATORY_INFORMATION,
    TRANSFER_REJECTED,
    UNASSIGNED_NUMBER,
    UNSPECIFIED_PROTOCOL_ERROR,
    VALIDITY_UNSUPPORTED,
)
from .commands import execute
from .delivery import Delivery, Message
from .routing import Nobody, Route, Router, Service
from .submissions import Submission, Submissions
from .validity import Validity

# A report follows its message's acceptance by seconds on a real network; clients are not made for less
# (python-gsmmodem-new gives commands in the middle of the next +CMGS).
REPORT_AFTER = 1.0


class SentMessage(NamedTuple):
    """A message that the network took from a modem, whole."""

    at: float
    sender: str
    to: str
    body: str | bytes


class ServiceCentre:
    """Store and forward for one network. Short codes are routed to the services registered in `short_codes`.

    `lenient_short_code` routes them as international numbers too (see `routing.Router`).
    """

    address = Address("12025550100", INTERNATIONAL)

    def __init__(self, clock: Clock, journal: Journal, network: Network, *, lenient_short_code: bool = False) -> None:
        self._clock = clock
        self._journal = journal
        self._network = network
        network.relay = self
        self._router = Router(network, lenient_short_code)
        self._delivery = Delivery(clock, journal, network, self.address)
        self._submissions = Submissions()
        self.sent: deque[SentMessage] = deque(maxlen=10_000)
        self._parts = Reassembler()
        self._references = count(1)
        # Whether RP-ACK carries an SMS-SUBMIT-REPORT. Most networks give none, and gsm-utils takes what +CMGS then
        # tells with +CSMS=1 for a failure.
        self.submit_reports = False
        self._latest_stamp: tuple[datetime, ServiceCentreTimeStamp] | None = None

    def pause_between(self, seconds: float) -> None:
        """Let so long pass between a mobile's answer and the next message for it, as the air does."""
        self._delivery.pause_s = seconds

    @property
    def short_codes(self) -> dict[str, Service]:
        """The services behind short codes: each is called with the sender's IMSI and the SUBMIT."""
        return self._router.short_codes

    # --- from a mobile ---------------------------------------------------------------------------------------

    def submit(self, subscriber: Subscriber, service_centre: Address, tpdu: bytes) -> RpResult:
        """Take an SMS-SUBMIT or SMS-COMMAND from a mobile: checked strictly, then routed (`network.Relay`)."""
        try:
            message = decode_from_mobile(tpdu, strict=True)
        except PduError as error:
            failure_cause = VALIDITY_UNSUPPORTED if error.field == "TP-VP" else None
            return self._refuse(subscriber, tpdu, str(error), INVALID_MANDATORY_INFORMATION, failure_cause)
        route = self._router.route(message.destination)
        if isinstance(message, Command):
            return self._command(subscriber, message, tpdu, route)
        if isinstance(route, Nobody):
            return self._refuse(subscriber, tpdu, route.reason, UNASSIGNED_NUMBER, route.failure_cause)
        now = self._clock.now
        if message.reject_duplicates and self._submissions.double(subscriber.imsi, message, route.number, now):
            reason = f"message {message.message_reference} to {message.destination} has been taken already (TP-RD)"
            return self._refuse(subscriber, tpdu, reason, TRANSFER_REJECTED, DUPLICATE)
        stamp = self._stamp()
        particulars = {"lenient": f"+{route.number} stands for the short code"} if route.lenient else {}
        self._journal.write(
            "sms.submitted",
            sender=subscriber.msisdn,
            to=str(message.destination),
            service_centre=str(service_centre),
            tpdu=tpdu.hex(),
            **particulars,
        )
        self._note_sent(subscriber, message)
        submission = Submission(subscriber, message, route.number, now, stamp, self._ended)
        self._submissions.add(submission)
        # The sender hears of the acceptance before anything comes of the message.
        self._clock.call_later(self._network.delay, self._forward, submission, route)
        return self._accepted(stamp)

    def _forward(self, submission: Submission, route: Route) -> None:
        """Hand an accepted message to whom it is for."""
        message, sender = submission.message, submission.sender
        if route.recipient is not None:
            identifier = message.protocol_identifier
            submission.held = Message(
                route.recipient.imsi,
                _deliver(
                    Deliver(
                        Address(sender.msisdn, INTERNATIONAL),
                        submission.stamp,
                        message.user_data,
                        message.data_coding,
                        identifier,
                        status_report_indication=message.status_report_request,
                        reply_path=message.reply_path,
                    )
                ),
                f"from +{sender.msisdn}",
                submission,
                replaces=(sender.imsi, identifier) if identifier in REPLACE else None,
            )
            self._delivery.add(submission.held, Validity.of(message.validity_period, self._clock.utc()))
            return
        if route.service is not None:
            route.service(sender.imsi, message)
        submission.delivered()  # a service, or a telephone outside this network, has it now

    def _note_sent(self, subscriber: Subscriber, message: Submit) -> None:
        whole = self._parts.add(
            (subscriber.imsi, message.destination), message.user_data, self._clock.now, message.destination
        )
        self._parts.expired(self._clock.now)
        if whole is not None:
            self.sent.append(SentMessage(self._clock.now, subscriber.msisdn, str(message.destination), whole.body))

    def _command(self, subscriber: Subscriber, command: Command, tpdu: bytes, route: Route | Nobody) -> RpResult:
        """Carry out an SMS-COMMAND. An enquiry is answered with a report, as is any with TP-SRR."""
        submission = None
        if isinstance(route, Route):
            submission = self._submissions.find(subscriber.imsi, command.message_number, route.number)
        failure_cause = execute(command.command_type, submission, self._delivery)
        if failure_cause is not None:
            why = (
                "is of no type known here" if failure_cause == COMMAND_UNSUPPORTED else "finds no such message waiting"
            )
            reason = f"SMS-COMMAND {command.command_type:02X} on message {command.message_number} {why}"
            return self._refuse(subscriber, tpdu, reason, UNSPECIFIED_PROTOCOL_ERROR, failure_cause)
        self._journal.write("sms.command", sender=subscriber.msisdn, tpdu=tpdu.hex())
        if command.status_report_request or command.command_type == CommandType.ENQUIRY:
            self._clock.call_later(self._network.delay, self._report_on_command, subscriber, command, submission)
        return self._accepted(self._stamp())

    def _accepted(self, stamp: ServiceCentreTimeStamp) -> RpAck:
        return RpAck(SubmitReport(stamp).encode() if self.submit_reports else b"")

    def _refuse(
        self, subscriber: Subscriber, tpdu: bytes, reason: str, cause: int, failure_cause: int | None = None
    ) -> RpError:
        """RP-ERROR, with an SMS-SUBMIT-REPORT only where TP-FCS says more than the cause."""
        self._journal.write("sms.refused", sender=subscriber.msisdn, tpdu=tpdu.hex(), reason=reason)
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
        deliver = Deliver(Address.of(SHORT_CODE), self._stamp(), user_data, data_coding)
        message = Message(imsi, _deliver(deliver), f"from {SHORT_CODE}", observer, receipt=receipt)
        self._delivery.add(message, Validity(validity_s))

    def send_text(self, originator: Address, imsi: str, body: str | bytes) -> int:
        """Take a message of any length from somewhere outside, for one SIM. The number of parts it makes."""
        coding = coding_for(body)
        parts = split(body, coding, next(self._references) % 256)
        for part in parts:
            deliver = Deliver(originator, self._stamp(), part, coding)
            self._delivery.add(Message(imsi, _deliver(deliver), f"from {originator}"), Validity())
        return len(parts)

    def waiting(self, imsi: str) -> int:
        """How many messages the centre holds for a SIM."""
        return self._delivery.waiting(imsi)

    def available(self, imsi: str) -> None:
        """A mobile can take messages (again): try at once (`network.Relay`)."""
        self._delivery.available(imsi)

    # --- reports ---------------------------------------------------------------------------------------------

    def _ended(self, submission: Submission) -> None:
        """A message has arrived, or will not: its sender hears of it where it asked to (TS 23.040 9.2.3.26)."""
        submission.discharged_at = self._clock.now
        if submission.wanted:
            message = submission.message
            report = StatusReport(
                message.message_reference,
                message.destination,
                submission.stamp,
                self._stamp(),
                submission.present_status,
            )
            self._send_report(submission.sender, report, f"report on {message.message_reference}")

    def _report_on_command(self, sender: Subscriber, command: Command, submission: Submission | None) -> None:
        """The report that an SMS-COMMAND results in (TP-SRQ 1), under the command's own reference."""
        stamp = discharged = self._stamp()
        recipient, status = command.destination, DOES_NOT_EXIST
        if submission is not None:
            recipient, stamp, status = submission.message.destination, submission.stamp, submission.present_status
            time = self._clock.epoch + timedelta(seconds=submission.discharge_time)
            discharged = ServiceCentreTimeStamp.of(time)
        report = StatusReport(command.message_reference, recipient, stamp, discharged, status, of_command=True)
        self._send_report(sender, report, f"report on command {command.message_reference}")

    def _send_report(self, sender: Subscriber, report: StatusReport, what: str) -> None:
        message = Message(sender.imsi, lambda more: report._replace(more_messages=more).encode(), what)
        self._clock.call_later(REPORT_AFTER, self._delivery.add, message, Validity())

    def _stamp(self) -> ServiceCentreTimeStamp:
        """The present time; every message of one second has the same stamp, which is made once."""
        now = self._clock.utc().replace(microsecond=0)
        if self._latest_stamp is None or self._latest_stamp[0] != now:
            self._latest_stamp = (now, ServiceCentreTimeStamp.of(now))
        return self._latest_stamp[1]


def _deliver(message: Deliver) -> Callable[[bool], bytes]:
    return lambda more: message._replace(more_messages=more).encode()
