"""Calls: the exchange that connects modems with each other and with telephones outside (TS 24.008 5, 10.5.4.11)."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from modem.wire.address import INTERNATIONAL, Address

from .clock import Timer
from .radio import Call, Party

if TYPE_CHECKING:
    from .cell import Cell
    from .network import Network

# Causes of TS 24.008 10.5.4.11.
UNASSIGNED_NUMBER = 1
NORMAL_CLEARING = 16
USER_BUSY = 17
NO_ANSWER = 19  # "user alerting, no answer"
CALL_REJECTED = 21
OUT_OF_ORDER = 27  # "destination out of order": switched off, or out of reach
NO_CHANNEL = 34
NETWORK_OUT_OF_ORDER = 38
TEMPORARY_FAILURE = 41
INCOMPATIBLE = 88  # "incompatible destination": a data call to a telephone

RINGS_FOR = 60.0  # seconds until the network gives up


class Telephone(NamedTuple):
    """How a telephone outside behaves: it is answered after some seconds (None: never) or refuses with a cause."""

    answered_after: float | None = 3.0
    refusal: int | None = None
    hangs_up_after: float | None = None  # seconds into the conversation


# 555-0100 to 555-0199 are kept for fiction in every area of North America; 310 is not this network's.
TELEPHONES = {
    "13105550110": Telephone(),
    "13105550111": Telephone(refusal=USER_BUSY),
    "13105550112": Telephone(answered_after=None),
    "13105550113": Telephone(refusal=CALL_REJECTED),
    "13105550114": Telephone(answered_after=1.0, hangs_up_after=5.0),
}


class _Stage(Enum):
    SETUP = "setup"
    RINGING = "ringing"
    CONNECTED = "connected"
    OVER = "over"


class _Silent:
    """A telephone outside: it hears everything and does nothing about it."""

    def alerting(self) -> None:
        """Nothing to do."""

    def connected(self) -> None:
        """Nothing to do."""

    def released(self, cause: int) -> None:
        """Nothing to do."""

    def received(self, octets: bytes) -> None:
        """Nothing to do."""


class _End:
    """One side of a conversation (`radio.Call`)."""

    def __init__(self, conversation: _Conversation, name: str, imsi: str | None, number: Address | None) -> None:
        self._conversation = conversation
        self.name = name
        self.imsi = imsi  # None outside
        self.number = number
        self.party: Party = _Silent()

    @property
    def data(self) -> bool:
        """Whether it is a data call."""
        return self._conversation.data

    def send(self, octets: bytes) -> None:
        """Send octets to the other side of a data call that stands."""
        self._conversation.carry(self, octets)

    def answer(self) -> None:
        """Take the call, if it comes in and rings."""
        if self is self._conversation.called:
            self._conversation.connect()

    def hang_up(self, cause: int = NORMAL_CLEARING) -> None:
        """End or refuse the call."""
        self._conversation.release(cause, by=self)


class _Conversation:
    """A call from one end to the other, through its stages."""

    def __init__(
        self, exchange: Exchange, caller: tuple[str, str | None], shown: Address | None, to: Address, data: bool = False
    ) -> None:
        name, imsi = caller
        self._exchange = exchange
        self.data = data
        self.stage = _Stage.SETUP
        self.caller = _End(self, name, imsi, to)
        self.called = _End(self, str(to), None, shown)
        self._timer: Timer | None = None

    def expect(self, seconds: float, callback: Callable[..., object], *args: object) -> None:
        """Wait for one thing at a time."""
        self._forget()
        self._timer = self._exchange.network.clock.call_later(seconds, callback, *args)

    def _forget(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def ring(self) -> None:
        """The called side rings, unless it refused at once."""
        if self.stage is not _Stage.SETUP:
            return
        self.stage = _Stage.RINGING
        self.expect(RINGS_FOR, self.release, NO_ANSWER)
        self._note("ringing")
        self._tell(_Stage.RINGING, self.caller.party.alerting)

    def connect(self) -> None:
        """The called side has answered."""
        if self.stage is _Stage.RINGING:
            self.stage = _Stage.CONNECTED
            self._forget()
            self._note("connected")
            for end in (self.caller, self.called):
                self._tell(_Stage.CONNECTED, end.party.connected)

    def carry(self, sender: _End, octets: bytes) -> None:
        """Octets of a data call cross the air."""
        if self.data and self.stage is _Stage.CONNECTED:
            receiver = self.called if sender is self.caller else self.caller
            network = self._exchange.network  # without jitter: octets do not overtake each other
            network.clock.call_later(network.delay, lambda: self._arrived(receiver, octets))

    def _arrived(self, receiver: _End, octets: bytes) -> None:
        if self.stage is _Stage.CONNECTED:
            receiver.party.received(octets)

    def _tell(self, stage: _Stage, hear: Callable[[], None]) -> None:
        """Let a side hear of a stage, unless that is over when the news arrives."""
        self._exchange.network.on_air(lambda: hear() if self.stage is stage else None)

    def release(self, cause: int, by: _End | None = None) -> None:
        """It is over; whoever did not end it hears of it."""
        if self.stage is _Stage.OVER:
            return
        self.stage = _Stage.OVER
        self._forget()
        self._exchange.forget(self)
        self._note("over", cause=cause)
        for end in (self.caller, self.called):
            if end is not by:
                self._exchange.network.on_air(end.party.released, cause)

    def _note(self, stage: str, **more: object) -> None:
        self._exchange.network.journal.write(f"call.{stage}", caller=self.caller.name, to=self.called.name, **more)


class Exchange:
    """Sets up calls. `telephones` says how telephones outside behave, by international number; others just answer."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.telephones = dict(TELEPHONES)
        self._engaged: dict[str, _Conversation] = {}  # by IMSI

    def dial(self, cell: Cell, number: Address, party: Party, withheld: bool = False, data: bool = False) -> Call:
        """A modem calls a number."""
        imsi = cell.imsi
        subscriber = self.network.subscribers.get(imsi)
        own = Address(subscriber.msisdn if subscriber is not None else "", INTERNATIONAL)
        conversation = _Conversation(self, (str(own), imsi), None if withheld else own, number, data)
        conversation.caller.party = party
        self.network.journal.write("call.setup", caller=str(own), to=str(number))
        if subscriber is None or not cell.registration.registered:
            self.network.on_air(conversation.release, NETWORK_OUT_OF_ORDER)
        elif cell.registration.sms_only:
            self.network.on_air(conversation.release, NO_CHANNEL)
        elif imsi in self._engaged:
            self.network.on_air(conversation.release, USER_BUSY)
        else:
            self._engaged[imsi] = conversation
            self.network.on_air(self._route, conversation, number)
        return conversation.caller

    def call(self, originator: Address | None, imsi: str, party: Party | None = None) -> Call:
        """A telephone outside calls a subscriber; without an originator it withholds its number.

        `party` hears what becomes of it. ValueError when there is no such subscriber.
        """
        subscriber = self.network.subscribers.get(imsi)
        if subscriber is None:
            raise ValueError(f"nobody has IMSI {imsi}")
        to = Address(subscriber.msisdn, INTERNATIONAL)
        name = "somebody" if originator is None else str(originator)
        conversation = _Conversation(self, (name, None), originator, to)
        if party is not None:
            conversation.caller.party = party
        self.network.journal.write("call.setup", caller=name, to=str(to))
        self._reach(conversation, imsi)
        return conversation.caller

    def lost(self, imsi: str) -> None:
        """A modem is not registered any more: its call breaks off."""
        conversation = self._engaged.get(imsi)
        if conversation is not None:
            conversation.release(TEMPORARY_FAILURE)

    def forget(self, conversation: _Conversation) -> None:
        """Hear that a conversation is over."""
        for end in (conversation.caller, conversation.called):
            if end.imsi is not None and self._engaged.get(end.imsi) is conversation:
                del self._engaged[end.imsi]

    def _route(self, conversation: _Conversation, number: Address) -> None:
        if conversation.stage is _Stage.OVER:
            return
        plan = self.network.plan
        digits = plan.international(number)
        subscriber = self.network.subscriber_at(digits)
        if subscriber is not None:
            self._reach(conversation, subscriber.imsi)
        elif digits is None or plan.own(digits):
            conversation.release(UNASSIGNED_NUMBER)
        elif conversation.data:
            conversation.release(INCOMPATIBLE)
        else:
            self._outside(conversation, self.telephones.get(digits, Telephone()))

    def _reach(self, conversation: _Conversation, imsi: str) -> None:
        """Page the modem of a subscriber."""
        cell = self.network.serving(imsi)
        if imsi in self._engaged:
            conversation.release(USER_BUSY)
        elif cell is None or cell.registration.sms_only:
            conversation.release(OUT_OF_ORDER)
        else:
            conversation.called.imsi = imsi
            self._engaged[imsi] = conversation
            self.network.on_air(self._paged, conversation, cell)

    def _paged(self, conversation: _Conversation, cell: Cell) -> None:
        if conversation.stage is _Stage.OVER or cell.station is None:
            return
        party = cell.station.ring(conversation.called)
        if party is None:
            conversation.release(USER_BUSY, by=conversation.called)
        else:
            conversation.called.party = party
            conversation.ring()

    def _outside(self, conversation: _Conversation, telephone: Telephone) -> None:
        if telephone.refusal is not None:
            conversation.release(telephone.refusal)
            return
        conversation.ring()
        if telephone.answered_after is not None:
            conversation.expect(telephone.answered_after, self._answered_outside, conversation, telephone)

    def _answered_outside(self, conversation: _Conversation, telephone: Telephone) -> None:
        conversation.connect()
        if telephone.hangs_up_after is not None:
            end = conversation.called
            conversation.expect(telephone.hangs_up_after, end.hang_up)
