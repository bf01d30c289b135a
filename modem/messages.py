"""What an application gets and gives: messages that came in, messages that went out, what became of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from .errors import ModemError
from .wire.status import is_transient_status, status_group, status_words
from .wire.tpdu import Submit


@dataclass(frozen=True, slots=True)
class Place:
    """A slot in the modem: its memory ("ME", "SM") and index."""

    memory: str
    index: int


@dataclass(frozen=True, slots=True)
class Message:
    """A message that came in, whole. Either `text` or `data` is given, the other is None.

    It stays in the modem until it is acknowledged with `Modem.ack`.
    """

    id: str  # the same each time this message is handed over, so it can serve as a key against doubles
    sender: str
    text: str | None
    data: bytes | None
    encoding: str  # "gsm7", "ucs2" or "8bit"
    sent_at: datetime | None  # the service centre's time stamp, None when it is no valid time
    received_at: datetime
    parts: int
    message_class: int | None
    pdus: tuple[str, ...]  # as they came, in hexadecimal, in order
    places: tuple[Place, ...]  # empty when the modem handed it over without storing it

    def as_dict(self) -> dict[str, object]:
        """The fields that JSON output has."""
        content: dict[str, object] = {"text": self.text} if self.data is None else {"data": self.data.hex()}
        return {
            "id": self.id,
            "from": self.sender,
            **content,
            "encoding": self.encoding,
            "sent_at": self.sent_at.isoformat() if self.sent_at else None,
            "received_at": self.received_at.isoformat(),
            "parts": self.parts,
        }


class Unreadable(NamedTuple):
    """What the modem holds and nobody can read. It stays in the modem."""

    pdu: str
    place: Place | None
    reason: str


class State(StrEnum):
    """How far a part of a message is."""

    PENDING = "pending"  # not tried yet
    SENT = "sent"  # the network took it
    FAILED = "failed"  # it was refused
    UNKNOWN = "unknown"  # it left, and no result came back


class Delivery(NamedTuple):
    """What a status report says about one part. `group` is "done", "pending", "failed" or "unknown"."""

    status: int  # TP-ST, TS 23.040 9.2.3.15
    group: str
    meaning: str
    at: datetime | None

    @classmethod
    def of(cls, status: int, at: datetime | None) -> Delivery:
        """The delivery with this TP-Status."""
        return cls(status, status_group(status), status_words(status), at)

    @property
    def transient(self) -> bool | None:
        """Whether the same message may come through when it is sent again; None when nobody knows."""
        return is_transient_status(self.status)


@dataclass(slots=True, eq=False)
class Part:
    """One SMS of a message that goes out."""

    number: int  # from 1
    submit: Submit
    state: State = State.PENDING
    reference: int | None = None  # TP-MR, as the modem chose it
    error: ModemError | None = None
    delivery: Delivery | None = None
    started: float = 0.0  # when it was given to the modem, in the time of the session


@dataclass(slots=True, eq=False)
class Sent:
    """A message that goes out, and what is known about each of its parts."""

    id: str
    to: str
    text: str | None
    data: bytes | None
    encoding: str
    report: bool
    parts: list[Part] = field(default_factory=list)

    @property
    def state(self) -> State:
        """The state of the whole: the worst of its parts."""
        states = {part.state for part in self.parts}
        return next(state for state in (State.UNKNOWN, State.FAILED, State.PENDING, State.SENT) if state in states)

    @property
    def settled(self) -> bool:
        """Whether each part has a status report that is final."""
        return all(part.delivery and part.delivery.group != "pending" for part in self.parts)

    @property
    def delivered(self) -> bool:
        """Whether each part reached the recipient."""
        return all(part.delivery and part.delivery.group == "done" for part in self.parts)

    def as_dict(self) -> dict[str, object]:
        """The fields that JSON output has."""
        content: dict[str, object] = {"text": self.text} if self.data is None else {"data": self.data.hex()}
        return {
            "id": self.id,
            "to": self.to,
            **content,
            "encoding": self.encoding,
            "state": str(self.state),
            "parts": [
                {
                    "number": part.number,
                    "state": str(part.state),
                    "reference": part.reference,
                    "status": part.delivery.status if part.delivery else None,
                    "meaning": part.delivery.meaning if part.delivery else None,
                }
                for part in self.parts
            ],
        }


def encoding_name(body: str | bytes, septets: bool) -> str:
    """ "gsm7", "ucs2" or "8bit"."""
    if isinstance(body, bytes):
        return "8bit"
    return "gsm7" if septets else "ucs2"
