"""What the centre remembers of messages it took: for reports, doubles and commands (TS 23.040 9.2.3.19, .25, .26)."""

from __future__ import annotations

from collections.abc import Callable

from modem.wire.times import ServiceCentreTimeStamp
from modem.wire.tpdu import Submit

from ..network import Subscriber
from .causes import DELIVERED, STILL_TRYING_NO_RESPONSE
from .delivery import Message

# A reference comes round after 256 messages, so a double is one only for a while.
DOUBLE_WITHIN = 3600.0
REMEMBERED = 4096


class Submission:
    """A message that a mobile submitted, and what has become of it (`cloud.link.DeliveryObserver`)."""

    __slots__ = ("at", "discharged_at", "held", "message", "number", "on_end", "sender", "stamp", "status", "wanted")

    def __init__(
        self,
        sender: Subscriber,
        message: Submit,
        number: str,
        at: float,
        stamp: ServiceCentreTimeStamp,
        on_end: Callable[[Submission], None],
    ) -> None:
        self.sender = sender
        self.message = message
        self.number = number  # of the destination, however it was dialled
        self.at = at
        self.stamp = stamp
        self.wanted = message.status_report_request  # whether a report is still wanted
        self.on_end = on_end
        self.held: Message | None = None  # while it waits for a mobile
        self.status: int | None = None  # TP-Status, once it is known
        self.discharged_at = at

    def attempted(self) -> None:
        """Nothing is told of an attempt."""

    def delivered(self) -> None:
        """It has arrived."""
        self._end(DELIVERED)

    def failed(self, status: int) -> None:
        """It will not arrive."""
        self._end(status)

    def _end(self, status: int) -> None:
        self.status, self.held = status, None
        self.on_end(self)

    @property
    def present_status(self) -> int:
        """TP-Status as of now."""
        if self.status is not None:
            return self.status
        return STILL_TRYING_NO_RESPONSE if self.held is None else self.held.pending_status

    @property
    def discharge_time(self) -> float:
        """When the status came about: of a message still held, the last attempt (TS 23.040 9.2.3.13)."""
        if self.held is not None and self.held.attempted_at is not None:
            return self.held.attempted_at
        return self.discharged_at


class Submissions:
    """The latest submissions, by sender, reference and destination."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int, str], Submission] = {}  # the oldest is the first

    def add(self, submission: Submission) -> None:
        """Remember one; it is what its reference stands for from now on."""
        key = (submission.sender.imsi, submission.message.message_reference, submission.number)
        self._known.pop(key, None)
        self._known[key] = submission
        if len(self._known) > REMEMBERED:
            del self._known[next(iter(self._known))]

    def find(self, imsi: str, reference: int, number: str) -> Submission | None:
        """The latest with this reference."""
        return self._known.get((imsi, reference, number))

    def double(self, imsi: str, message: Submit, number: str, now: float) -> bool:
        """Whether this very message is held, or was taken a short while ago (TS 23.040 9.2.3.25)."""
        known = self.find(imsi, message.message_reference, number)
        return (
            known is not None
            and (known.status is None or now - known.at < DOUBLE_WITHIN)
            and (known.message.user_data, known.message.data_coding) == (message.user_data, message.data_coding)
        )
