"""The call: what the modem does and says while one is set up, rings, stands and ends (TS 24.008 5, TS 27.007 6, 7).

There is one call at a time: the network of the bench has neither call waiting nor multiparty.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from modem.wire.address import Address

from ..clock import Timer
from ..radio import Call, Party
from .general import announce_indicators
from .phonebook import DIALLED, LAST_DIALLED, MISSED, RECEIVED
from .registry import Answer, Connected, Later
from .responses import NO_CARRIER, Refusal

if TYPE_CHECKING:
    from .channel import Channel
    from .modem import SoftModem

NORMAL_CLEARING, USER_BUSY, NO_RESPONSE, NO_ANSWER = 16, 17, 18, 19
RING_S = 5.0  # between two RING: a second of ringing and four of silence, as networks ring in Europe
HELD_OCTETS = 4096  # of data that come while the client gives commands
# The rates that +CBST can ask for (TS 27.007 6.7), in bit/s.
RATES = {0: 9600, 4: 2400, 6: 4800, 7: 9600, 68: 2400, 70: 4800, 71: 9600}

# Causes of TS 24.008 Table 10.5.123, for +CEER.
CAUSES = {
    1: "Unassigned number",
    16: "Normal call clearing",
    17: "User busy",
    18: "No user responding",
    19: "User alerting, no answer",
    21: "Call rejected",
    27: "Destination out of order",
    34: "No circuit or channel available",
    38: "Network out of order",
    41: "Temporary failure",
    88: "Incompatible destination",
}


class State(IntEnum):
    """<stat> of +CLCC."""

    ACTIVE = 0
    DIALLING = 2
    ALERTING = 3
    INCOMING = 4


class Conversation:
    """One call, and what hears of it from the network (`radio.Party`)."""

    def __init__(self, calls: Calls, state: State, channel: Channel | None, number: Address | None, data: bool) -> None:
        self._calls = calls
        self.state = state
        self.incoming = state is State.INCOMING
        self.channel = channel  # the one that dialled or answered
        self.number = number
        self.data = data
        self.call: Call
        self.later: Later | None = None  # the command that waits for the call to stand
        self.timer: Timer | None = None
        self.rings = 0
        self._held = bytearray()

    @property
    def stands(self) -> bool:
        """Whether both sides hear each other."""
        return self.state is State.ACTIVE

    def alerting(self) -> None:
        """The other side rings."""
        self.state = State.ALERTING

    def connected(self) -> None:
        """The call stands."""
        self.state = State.ACTIVE
        self._calls.stands(self)

    def released(self, cause: int) -> None:
        """It is over."""
        self._calls.over(self, cause)

    def received(self, octets: bytes) -> None:
        """Data: to the client, or kept while it gives commands."""
        if self.channel is not None and self.channel.front.online:
            self.channel.write(octets)
            self.channel.flush()
        else:
            self._held += octets[: HELD_OCTETS - len(self._held)]

    def resume(self) -> None:
        """The client hears data again: what was kept comes first."""
        octets, self._held = bytes(self._held), bytearray()
        if octets:
            self.received(octets)


class Calls:
    """The calls of a modem; `current` is the only one, if there is one."""

    def __init__(self, modem: SoftModem) -> None:
        self._modem = modem
        self.current: Conversation | None = None
        self.last_dialled: Address | None = None
        self.report = ""  # of the last failure or release (+CEER)

    def reset(self) -> None:
        """The modem starts again: nobody is to hear of a call that was."""
        if self.current is not None:
            self.hang_up()
        self.report = ""

    # --- calls that go out ---

    def dial(self, channel: Channel, number: Address, voice: bool, withheld: bool) -> Answer:
        """Set up a call. A voice call is OK at once unless +COLP wants to tell who answers; data wait for CONNECT."""
        modem = self._modem
        if self.current is not None:
            raise Refusal(NO_CARRIER)
        conversation = self.current = Conversation(self, State.DIALLING, channel, number, not voice)
        self.last_dialled = number
        for book in (LAST_DIALLED, DIALLED):
            modem.phonebook.note(book, number)
        conversation.call = modem.radio.dial(number, conversation, withheld, not voice)
        if voice and not modem.settings.number("+COLP"):
            return ()
        patience = channel.settings.number("S7")  # V.250 6.3.10
        conversation.timer = modem.clock.call_later(patience, self._took_too_long, conversation)
        return self._wait(conversation)

    def _wait(self, conversation: Conversation) -> Later:
        """V.250 5.6.1: any character ends the attempt."""
        conversation.later = Later(abort=lambda: self._aborted(conversation), aborted=NO_CARRIER)
        return conversation.later

    def _aborted(self, conversation: Conversation) -> None:
        conversation.later = None  # the interpreter says what became of the command
        self._drop(conversation)

    def _took_too_long(self, conversation: Conversation) -> None:
        if self.current is conversation and conversation.state is not State.ACTIVE:
            conversation.call.hang_up()
            self.over(conversation, NO_RESPONSE, NO_CARRIER)

    # --- calls that come in ---

    def ring(self, call: Call) -> Party | None:
        """A call comes in; None when the line is busy."""
        if self.current is not None:
            return None
        conversation = self.current = Conversation(self, State.INCOMING, None, call.number, call.data)
        conversation.call = call
        self._ring(conversation)
        return conversation

    def _ring(self, conversation: Conversation) -> None:
        if self.current is not conversation or conversation.state is not State.INCOMING:
            return
        modem = self._modem
        conversation.rings += 1
        kind = "REL ASYNC" if conversation.data else "VOICE"
        lines = [f"+CRING: {kind}" if modem.settings.number("+CRC") else "RING"]
        modem.unsolicited(*lines)
        if modem.settings.number("+CLIP"):
            modem.unsolicited(f"+CLIP: {self.caller(conversation)}")
        conversation.timer = modem.clock.call_later(RING_S, self._ring, conversation)
        for channel in modem.channels:
            wanted = channel.settings.number("S0")
            if wanted and conversation.rings >= wanted and channel.at_rest:
                conversation.channel = channel
                conversation.call.answer()
                return

    def caller(self, conversation: Conversation) -> str:
        """<number>,<type>,,,<alpha>,<CLI validity> of +CLIP (TS 27.007 7.11)."""
        number = conversation.number
        if number is None:
            return '"",128,,,"",1'
        return f'"{number}",{number.type_of_address},,,"{self._modem.phonebook.shown_name(number)}",0'

    def answer(self, channel: Channel) -> Answer:
        """ATA. Raises Refusal NO CARRIER when nothing rings."""
        conversation = self.current
        if conversation is None or conversation.state is not State.INCOMING:
            raise Refusal(NO_CARRIER)
        conversation.channel = channel
        later = self._wait(conversation)
        conversation.call.answer()
        return later

    # --- a call that stands, and its end ---

    def stands(self, conversation: Conversation) -> None:
        """The call stands: whoever waits for it hears so."""
        self._forget_timer(conversation)
        if conversation.incoming and conversation.number is not None:
            self._modem.phonebook.note(RECEIVED, conversation.number)
        announce_indicators(self._modem)
        later, conversation.later = conversation.later, None
        if later is not None:
            later.complete(self._connection(conversation) if conversation.data else self._connected_line(conversation))
            conversation.resume()
        elif conversation.data:
            self._go_online(conversation)

    def _connected_line(self, conversation: Conversation) -> Answer:
        number = conversation.number
        if conversation.incoming or number is None or not self._modem.settings.number("+COLP"):
            return ()
        return (f'+COLP: "{number}",{number.type_of_address},,,"{self._modem.phonebook.shown_name(number)}"',)

    def _connection(self, conversation: Conversation) -> Connected:
        channel = conversation.channel
        assert channel is not None
        rate = RATES[self._modem.settings.number("+CBST")]
        result = f"CONNECT {rate}" if channel.settings.number("X") else "CONNECT"
        return Connected(result, conversation.call.send, self.hang_up)

    def _go_online(self, conversation: Conversation) -> None:
        """S0 has answered: the channel turns to data between two command lines."""
        channel = conversation.channel
        if self.current is not conversation or channel is None:
            return
        if not channel.at_rest:
            self._modem.clock.call_later(0.1, self._go_online, conversation)
            return
        connection = self._connection(conversation)
        channel.unsolicited(connection.result)
        channel.go_online(connection.sink, connection.hang_up)
        conversation.resume()

    def online_again(self, channel: Channel) -> Answer:
        """ATO: back to the data that +++ left. Raises Refusal NO CARRIER when there are none."""
        conversation = self.current
        if (
            conversation is None
            or not conversation.data
            or conversation.state is not State.ACTIVE
            or conversation.channel is not channel
        ):
            raise Refusal(NO_CARRIER)
        self._modem.clock.call_later(0, conversation.resume)
        return self._connection(conversation)

    def hang_up(self) -> None:
        """End the call, or refuse the one that rings. Nothing happens without one."""
        if self.current is not None:
            self._drop(self.current)

    def _drop(self, conversation: Conversation) -> None:
        if self.current is not conversation:
            return
        ringing = conversation.state is State.INCOMING
        conversation.call.hang_up(USER_BUSY if ringing else NORMAL_CLEARING)
        later, conversation.later = conversation.later, None
        self._end(conversation, NORMAL_CLEARING)
        if later is not None:  # another channel's command still waits
            later.complete(Refusal(NO_CARRIER))
        announce_indicators(self._modem)

    def over(self, conversation: Conversation, cause: int, result: str | None = None) -> None:
        """The network, or S7, has ended it."""
        if self.current is not conversation:
            return
        later, conversation.later = conversation.later, None
        channel = conversation.channel
        self._end(conversation, cause)
        result = result or self._result(cause, channel)
        if later is not None:
            later.complete(Refusal(result))
        elif channel is not None:
            channel.unsolicited(result)
        else:
            self._modem.unsolicited(result)
        announce_indicators(self._modem)

    def _result(self, cause: int, channel: Channel | None) -> str:
        """BUSY is for who wants to know (V.250 6.2.7)."""
        detail = channel.settings.number("X") if channel is not None else 4
        if cause == USER_BUSY and detail >= 3:
            return "BUSY"
        return "NO ANSWER" if cause == NO_ANSWER else NO_CARRIER

    def _end(self, conversation: Conversation, cause: int) -> None:
        self._forget_timer(conversation)
        self.current = None
        self.report = CAUSES.get(cause, f"Cause {cause}")
        number = conversation.number
        if conversation.state is State.INCOMING and number is not None:
            self._modem.phonebook.note(MISSED, number)
        if conversation.channel is not None and conversation.data:
            conversation.channel.go_offline()

    def _forget_timer(self, conversation: Conversation) -> None:
        if conversation.timer is not None:
            conversation.timer.cancel()
