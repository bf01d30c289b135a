"""Forward: what waits for each mobile, delivered in order, one at a time, again and again (TS 23.040 3.2)."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable

from modem.wire.address import Address

from ..clock import Clock, Timer
from ..cloud.link import DeliveryObserver
from ..journal import Journal
from ..network import Network
from ..radio import RpAck, RpError, RpResult
from .causes import (
    DELETED_BY_ORIGINATOR,
    GAVE_UP_ERROR_IN_SME,
    GAVE_UP_NO_RESPONSE,
    GAVE_UP_SME_BUSY,
    REPLACED,
    STILL_TRYING_BUSY,
    STILL_TRYING_ERROR,
    STILL_TRYING_NO_RESPONSE,
    VALIDITY_EXPIRED,
    failure_cause,
    final_status,
)
from .validity import Validity

# How long the centre waits before it tries again by itself (an event, such as registration, makes it try at once).
RETRY_AFTER = (30.0, 60.0, 300.0, 900.0, 1800.0, 3600.0)
REFUSALS_BEFORE_GIVING_UP = 3
# A mobile that takes longer than any acknowledgement timer (TS 24.011 10: TR1N is 35 to 45 s) is lost.
ANSWER_WITHIN = 60.0

_STILL_TRYING = {GAVE_UP_SME_BUSY: STILL_TRYING_BUSY, GAVE_UP_NO_RESPONSE: STILL_TRYING_NO_RESPONSE}


class Message:
    """A message on its way to a mobile.

    `tpdu` encodes it, given whether more messages wait; `receipt` says whether the observer wants to hear of success.
    A message with `replaces` takes the place of one that waits with the same.
    """

    __slots__ = (
        "attempted_at", "attempts", "expired", "expiry", "failure", "gone", "imsi", "observer", "receipt", "refusals",
        "replaces", "single_shot", "tpdu", "what",
    )  # fmt: skip

    def __init__(
        self,
        imsi: str,
        tpdu: Callable[[bool], bytes],
        what: str,
        observer: DeliveryObserver | None = None,
        *,
        receipt: bool = True,
        replaces: Hashable = None,
    ) -> None:
        self.imsi = imsi
        self.tpdu = tpdu
        self.what = what
        self.observer = observer
        self.receipt = receipt
        self.replaces = replaces
        self.single_shot = False
        self.expiry: Timer | None = None
        self.expired = False
        self.gone = False  # delivered, dropped or replaced
        self.attempts = 0
        self.attempted_at: float | None = None
        self.refusals = 0
        self.failure = GAVE_UP_NO_RESPONSE  # TP-Status, were it given up now

    @property
    def pending_status(self) -> int:
        """TP-Status of a message that the centre goes on trying to deliver (TS 23.040 9.2.3.15)."""
        return _STILL_TRYING.get(self.failure, STILL_TRYING_ERROR)


class _Queue:
    """What waits for one mobile."""

    __slots__ = ("failures", "in_flight", "messages", "next_at", "retry")

    def __init__(self) -> None:
        self.messages: deque[Message] = deque()
        self.in_flight: Timer | None = None  # the deadline of the delivery under way
        self.retry: Timer | None = None
        self.failures = 0
        self.next_at = 0.0  # not before this (clock seconds)


class Delivery:
    """The queues of all mobiles. `pause_s` is what passes between a mobile's answer and the next message for it."""

    pause_s = 0.0

    def __init__(self, clock: Clock, journal: Journal, network: Network, address: Address) -> None:
        self._clock = clock
        self._journal = journal
        self._network = network
        self._address = address
        self._queues: dict[str, _Queue] = {}

    def add(self, message: Message, validity: Validity) -> None:
        """Keep a message until it is delivered or its time is over, and try at once when nothing is before it."""
        queue = self._queue(message.imsi)
        message.single_shot = validity.single_shot
        message.expiry = self._clock.call_later(validity.seconds, self._expire, queue, message)
        if message.replaces is not None:
            self._replace(queue, message)
        queue.messages.append(message)
        # A single shot does not wait for the next regular attempt: this is its only one.
        if len(queue.messages) == 1 or (message.single_shot and queue.in_flight is None):
            self._try(queue)

    def _replace(self, queue: _Queue, message: Message) -> None:
        """TS 23.040 9.2.3.9: a replace type takes the place of what waits from the same originator."""
        for waiting in list(queue.messages):
            on_air = queue.in_flight is not None and waiting is queue.messages[0]
            if waiting.replaces == message.replaces and not on_air:
                self._journal.write("sms.replaced", imsi=waiting.imsi, what=waiting.what)
                self._fail(queue, waiting, REPLACED)

    def waiting(self, imsi: str) -> int:
        """How many messages are kept for a SIM."""
        queue = self._queues.get(imsi)
        return 0 if queue is None else len(queue.messages)

    def available(self, imsi: str) -> None:
        """A mobile can take messages (again): try at once."""
        queue = self._queues.get(imsi)
        if queue is not None:
            queue.failures = 0
            self._try(queue)

    def delete(self, message: Message) -> bool:
        """Drop a message that its sender wants deleted; False when it is on the air, or gone already."""
        queue = self._queue(message.imsi)
        first = bool(queue.messages) and queue.messages[0] is message
        if message.gone or (first and queue.in_flight is not None):
            return False
        self._journal.write("sms.deleted", imsi=message.imsi, what=message.what)
        self._fail(queue, message, DELETED_BY_ORIGINATOR)
        if first:
            self._try(queue)
        return True

    def _queue(self, imsi: str) -> _Queue:
        queue = self._queues.get(imsi)
        if queue is None:
            queue = self._queues[imsi] = _Queue()
        return queue

    def _try(self, queue: _Queue) -> None:
        """Deliver the first message of the queue, unless one is on its way already."""
        if queue.in_flight is not None or not queue.messages:
            return
        if queue.retry is not None:
            queue.retry.cancel()
        if self._clock.now < queue.next_at:
            queue.retry = self._clock.call_later(queue.next_at - self._clock.now, self._try, queue)
            return
        message = queue.messages[0]
        tpdu = message.tpdu(len(queue.messages) > 1)

        def answered(result: RpResult | None) -> None:
            if queue.in_flight is deadline:  # otherwise it is too late
                deadline.cancel()
                queue.in_flight = None
                self._answered(queue, message, result)

        deadline = self._clock.call_later(ANSWER_WITHIN, answered, None)
        queue.in_flight = deadline
        message.attempts += 1
        message.attempted_at = self._clock.now
        self._journal.write(
            "sms.attempt", imsi=message.imsi, what=message.what, attempt=message.attempts, tpdu=tpdu.hex()
        )
        if message.attempts == 1 and message.observer is not None:
            message.observer.attempted()
        if not self._network.deliver(message.imsi, self._address, tpdu, answered):
            deadline.cancel()
            queue.in_flight = None
            self._absent(queue, message)

    def _absent(self, queue: _Queue, message: Message) -> None:
        """The mobile cannot be reached: the one attempt of every single shot has failed, the rest waits."""
        self._journal.write("sms.absent", imsi=message.imsi, what=message.what)
        message.failure = GAVE_UP_NO_RESPONSE
        for waiting in [waiting for waiting in queue.messages if waiting.single_shot]:
            self._fail(queue, waiting, GAVE_UP_NO_RESPONSE)
        if queue.messages:
            self._retry_later(queue)

    def _answered(self, queue: _Queue, message: Message, result: RpResult | None) -> None:
        """The mobile took it, refused it, or said nothing in time (None)."""
        queue.next_at = self._clock.now + self.pause_s
        if isinstance(result, RpAck):
            self._journal.write("sms.delivered", imsi=message.imsi, what=message.what)
            self._finish(queue, message)
            if message.observer is not None and message.receipt:
                message.observer.delivered()
        elif self._refused(queue, message, result):
            self._retry_later(queue)
            return
        self._clock.call_later(0, self._try, queue)

    def _refused(self, queue: _Queue, message: Message, result: RpError | None) -> bool:
        """Note a failed attempt, and give up or not; whether it is to be tried again."""
        if result is None:
            self._journal.write("sms.unanswered", imsi=message.imsi, what=message.what)
            message.failure = GAVE_UP_NO_RESPONSE
        else:
            self._journal.write(
                "sms.not_taken",
                imsi=message.imsi,
                what=message.what,
                cause=result.cause,
                failure_cause=failure_cause(result),
            )
            message.failure = final_status(result)
        if message.failure != GAVE_UP_SME_BUSY:  # room will come
            message.refusals += 1
        if message.expired:
            self._drop_expired(queue, message)
            return False
        hopeless = message.failure not in (GAVE_UP_SME_BUSY, GAVE_UP_NO_RESPONSE, GAVE_UP_ERROR_IN_SME)
        if message.single_shot or hopeless or message.refusals >= REFUSALS_BEFORE_GIVING_UP:
            self._journal.write("sms.given_up", imsi=message.imsi, what=message.what, status=message.failure)
            self._fail(queue, message, message.failure)
            return False
        return True

    def _retry_later(self, queue: _Queue) -> None:
        wait = RETRY_AFTER[min(queue.failures, len(RETRY_AFTER) - 1)]
        queue.failures += 1
        queue.retry = self._clock.call_later(wait, self._try, queue)

    def _expire(self, queue: _Queue, message: Message) -> None:
        """The validity period is over."""
        first = queue.messages[0] is message
        if first and queue.in_flight is not None:
            message.expired = True  # what is on the air cannot be called back: the answer decides
            return
        self._drop_expired(queue, message)
        if first:
            self._try(queue)

    def _drop_expired(self, queue: _Queue, message: Message) -> None:
        self._journal.write("sms.expired", imsi=message.imsi, what=message.what)
        self._fail(queue, message, VALIDITY_EXPIRED)

    def _fail(self, queue: _Queue, message: Message, status: int) -> None:
        self._finish(queue, message)
        if message.observer is not None:
            message.observer.failed(status)

    def _finish(self, queue: _Queue, message: Message) -> None:
        if queue.messages[0] is message:
            queue.messages.popleft()
            queue.failures = 0
        else:
            queue.messages.remove(message)
        message.gone = True
        if message.expiry is not None:
            message.expiry.cancel()
