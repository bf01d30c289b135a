"""The software modem: the parts put together, and its state, which outlives every connection."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable

from modem.wire.address import Address

from ..clock import Clock, Timer
from ..journal import Journal
from ..radio import Answer, Call, Party, Radio, Registration
from ..sim import Card
from . import profile as profiles
from .commands import COMMANDS
from .front import Front
from .general import announce_indicators
from .inbox import Inbox
from .interpreter import Interpreter
from .network import announce_registration
from .outbox import Outbox
from .profile import Profile
from .registry import Need
from .responses import CmeError, Refusal, frame_unsolicited
from .settings import Settings
from .storage import CardStore, MemoryStore, Store, UnionStore

_UNSOLICITED_KEPT = 256  # codes that wait for a line to end; older ones are lost


class SoftModem:
    """A modem without hardware: octets of AT commands on one side, SMS TPDUs over a `Radio` on the other.

    `receive` takes what a client sends; what the modem sends goes to every callable in `outputs`.
    """

    def __init__(
        self,
        clock: Clock,
        rng: random.Random,
        journal: Journal,
        card: Card | None,
        radio: Radio,
        profile: Profile | str = "generic",
        name: str = "modem",
    ) -> None:
        self.clock = clock
        self.journal = journal
        self.card = card
        self.radio = radio
        self.profile: Profile = profiles.load(profile) if isinstance(profile, str) else profile
        self.name = name
        self.outputs: list[Callable[[bytes], None]] = []
        self.imei: str = _imei(self.profile.type_allocation, rng)
        factory = {command.name: command.defaults for command in COMMANDS.values() if command.keeps}
        self.settings = Settings(factory | dict(self.profile.defaults))
        sim: Store = CardStore(card) if card else MemoryStore(0)
        own = {name: MemoryStore(capacity) for name, capacity in self.profile.capacities.items()}
        self.stores: dict[str, Store] = {"SM": sim, **own, "MT": UnionStore(own["ME"], sim)}
        self.commands = COMMANDS
        self.inbox = Inbox(self)
        self.outbox = Outbox(self)
        self.functionality = 0
        self.registration = Registration(0)
        self.indicated: tuple[int, ...] = ()  # the values of +CIND that the client has last been told of
        self.clock_offset = 0.0  # what +CCLK has moved the clock by, in seconds
        self._attached = False
        self._sms_ready = False
        self._sms_timer: Timer | None = None
        self._out = bytearray()
        self._unsolicited: deque[tuple[str, ...]] = deque(maxlen=_UNSOLICITED_KEPT)
        self._last_octet = 0.0
        self._hold: Timer | None = None
        self._interpreter = Interpreter(self, COMMANDS)
        self.front = Front(
            self.settings,
            self.profile.prompt,
            self.profile.line_limit,
            self.profile.body_limit,
            write=self.write,
            execute=self._interpreter.execute,
            refuse=lambda: self._interpreter.finish(Refusal()),
            submit=self._interpreter.submit,
        )
        self.power_up()

    # --- the client's side ---

    def receive(self, data: bytes) -> None:
        """Take octets from the client, in any pieces."""
        self._last_octet = self.clock.now
        if data and self._interpreter.abort():
            data = data[1:]  # V.250 5.6.1: one character is enough, and it is used up
            self.front.release()
        self.front.receive(data)
        self.flush()

    def write(self, octets: bytes) -> None:
        """Put octets on the line; they leave with the next `flush`."""
        self._out += octets

    def flush(self) -> None:
        """Hand what was written to the outputs, and unsolicited codes if they may go now."""
        self._release()
        if self._out:
            octets = bytes(self._out)
            self._out.clear()
            for output in self.outputs:
                output(octets)

    def unsolicited(self, *lines: str) -> None:
        """Send an unsolicited result code as soon as it would not stand inside something else."""
        self._unsolicited.append(lines)
        if not self._interpreter.busy:
            self.flush()

    def line_ended(self) -> None:
        """A command line has had its final result: what waited for that may go."""
        self._release()

    def _release(self) -> None:
        if not self._unsolicited or self._interpreter.busy:
            return
        if self.front.mid_line:
            # Somebody is typing, or stopped in the middle of a line and went away.
            due = self._last_octet + self.profile.unsolicited_hold_s
            if self.clock.now < due:
                if self._hold is None or not self._hold.active:
                    self._hold = self.clock.call_later(due - self.clock.now, self.flush)
                return
        while self._unsolicited:
            lines = self._unsolicited.popleft()
            self.journal.write("at.unsolicited", modem=self.name, lines=list(lines))
            self.write(frame_unsolicited(lines, self.settings))

    # --- power, card and network ---

    def power_up(self, level: int = 1) -> None:
        """Start with the card reset, and look for a network as soon as the card allows it."""
        if self.card is not None:
            self.card.power_up()
        self.set_functionality(level)

    def restart(self, level: int = 1) -> None:
        """Start again with the saved settings (+CFUN=1,1): what was begun is forgotten, the card asks for its PIN."""
        self.set_functionality(0)
        self._interpreter.reset()
        self.front.reset()
        self._unsolicited.clear()
        self.settings.restore_saved()
        self.power_up(level)

    def set_functionality(self, level: int) -> None:
        """+CFUN: 1 is full, 0 and 4 are without radio; with 0 the card is not used either (TS 27.007 8.2)."""
        self.functionality = level
        self.card_changed()

    def card_changed(self) -> None:
        """The card may have become ready, or is so no longer: use the network and its messages, or do not."""
        card = self.card if self.card is not None and self.card.ready and self.functionality != 0 else None
        self.use_network(card is not None and self.functionality == 1)
        if card is None:
            self._sms_ready = False
            if self._sms_timer is not None:
                self._sms_timer.cancel()
        elif not self.profile.sms_ready_s:
            self._sms_ready = True
        elif not self._sms_ready and (self._sms_timer is None or not self._sms_timer.active):
            self._sms_timer = self.clock.call_later(self.profile.sms_ready_s, self._messages_read)

    def use_network(self, wanted: bool) -> None:
        """Register with the network, or leave it; +COPS=2 does so without touching the card."""
        if wanted and not self._attached:
            self._attached = True
            self.radio.attach(self.sim.imsi, self)
        elif not wanted and self._attached:
            self._attached = False
            self.radio.detach()
        self.registration_changed(self.radio.registration)

    def _messages_read(self) -> None:
        self._sms_ready = True

    def missing(self, need: Need) -> int | None:
        """The +CME ERROR for what is needed and not there, or None when all is."""
        if need is Need.NOTHING:
            return None
        if self.card is None:
            return 10
        if need >= Need.PIN and not self.card.ready:
            secret = self.card.secret
            return 13 if secret.dead else 12 if secret.blocked else 11
        if need >= Need.SMS and not self._sms_ready:
            return 14
        if need >= Need.SERVICE and not self.radio.registration.registered:
            return 30
        return None

    @property
    def sim(self) -> Card:
        """The card. Raises CmeError 10 when there is none."""
        if self.card is None:
            raise CmeError(10)
        return self.card

    def deliver(self, tpdu: bytes, service_centre: Address, answer: Answer) -> None:
        """The network delivers an SMS (see `emulator.radio.Station`)."""
        self.inbox.deliver(tpdu, service_centre, answer)

    def broadcast(self, page: bytes) -> None:
        """A page of cell broadcast is on the air: this modem listens to no channel (see `emulator.radio.Station`)."""
        self.journal.write("cell.unheard", modem=self.name, page=page.hex())

    def ring(self, call: Call) -> Party | None:
        """A call comes in: this modem takes none, so the caller finds it busy (see `emulator.radio.Station`)."""
        self.journal.write("call.not_taken", modem=self.name, number=str(call.number))
        return None

    def registration_changed(self, registration: Registration) -> None:
        """The network registered this modem, or does no longer (see `emulator.radio.Station`)."""
        before, self.registration = self.registration, registration
        if registration == before:
            return
        announce_registration(self, before)
        announce_indicators(self)


def _imei(type_allocation: str, rng: random.Random) -> str:
    """A serial number with its check digit (TS 23.003 6.2.1 and Annex B)."""
    digits = f"{type_allocation}{rng.randrange(1_000_000):06}"
    doubled = [int(digit) * (1 + position % 2) for position, digit in enumerate(digits)]
    total = sum(value // 10 + value % 10 for value in doubled)
    return f"{digits}{-total % 10}"
