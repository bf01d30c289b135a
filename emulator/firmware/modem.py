"""The software modem: the parts put together, and its state, which outlives every connection."""

from __future__ import annotations

import random
from collections.abc import Callable

from modem.wire.address import Address

from ..clock import Clock, Timer
from ..journal import Journal
from ..radio import Answer, Call, Party, Radio, Registration
from ..sim import Card
from . import profile as profiles
from .calls import Calls
from .channel import Channel
from .commands import STANDARD, commands_of
from .general import announce_indicators
from .inbox import Inbox
from .lines import Lines
from .network import SEARCHING, Registrar, widest
from .outbox import Outbox
from .packet import Packet
from .phonebook import Phonebook
from .power import Power
from .profile import Profile
from .registry import Need
from .responses import CmeError
from .services import SavedServices
from .settings import Settings
from .stores import stores_of
from .timekeeping import LocalTime
from .ussd import Ussd


class SoftModem:
    """A modem without hardware: octets of AT commands on one side, SMS TPDUs over a `Radio` on the other.

    It has one `Channel` or several; `receive` and `outputs` are those of the first.
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
        self.rng = rng
        self.journal = journal
        self.card = card
        self.radio = radio
        self.profile: Profile = profiles.load(profile) if isinstance(profile, str) else profile
        self.name = name
        self.imei: str = _imei(self.profile.identity.type_allocation, rng)
        self.commands = commands_of(self.profile)
        # Also of commands that this modem lacks: it behaves as they say by default.
        kept = [command for command in {**STANDARD, **self.commands}.values() if command.keeps]
        factory = {command.name: self.profile.defaults.get(command.name, command.defaults) for command in kept}
        line = {command.name: factory[command.name] for command in kept if command.line}
        self.settings = Settings(
            {name: values for name, values in factory.items() if name not in line}, self.profile.lasting
        )
        self.stores = stores_of(self.profile, card)
        self.services = SavedServices(self)
        self.inbox = Inbox(self)
        self.outbox = Outbox(self)
        self.registration = Registration(0)
        self.indicated: tuple[int, ...] = ()  # the values of +CIND that the client has last been told of
        self.time = LocalTime(self)
        self._attached = False
        self._attaching: Timer | None = None
        self.registrar = Registrar(self)
        self.wireless = widest(self)  # what +WS46 confines it to
        self.preferred_form = 2  # how +CPOL? shows operators
        self.packet = Packet(self)
        self.phonebook = Phonebook(self)
        self.calls = Calls(self)
        self.ussd = Ussd(self)
        self.unsolicited_port = self.profile.unsolicited_port
        self.chatters = True  # whether it says things for no reason, where the profile has them
        self.channels = [Channel(self, port, line) for port in self.profile.ports]
        self.power = Power(self)
        self.power.up()

    # --- the client's side ---

    @property
    def outputs(self) -> list[Callable[[bytes], None]]:
        """Who hears what the first channel sends."""
        return self.channels[0].outputs

    @property
    def lines(self) -> Lines:
        """The circuits of the first channel."""
        return self.channels[0].lines

    def receive(self, data: bytes) -> None:
        """Take octets from a client of the first channel."""
        self.channels[0].receive(data)

    def unsolicited(self, *lines: str) -> None:
        """Send an unsolicited result code where this modem sends them, as soon as the line there is free."""
        for channel in self.channels:
            if self.unsolicited_port in ("all", channel.name):
                channel.unsolicited(*lines)

    # --- power, card and network ---

    def card_changed(self) -> None:
        """The card may have become ready, or is so no longer."""
        self.power.card_changed()

    def use_network(self, wanted: bool) -> None:
        """Register with the network, or leave it; +COPS=2 does so without touching the card."""
        wait = self.profile.network.registration_s
        if wanted and not self._attached:
            self._attached = True
            if wait:
                self.registration_changed(Registration(SEARCHING))
                self._attaching = self.clock.call_later(wait, self._attach)
            else:
                self._attach()
        elif not wanted and self._attached:
            self._attached = False
            if self._attaching is not None:
                self._attaching.cancel()
            self.radio.detach()
            self.registration_changed(self.radio.registration)

    def _attach(self) -> None:
        self.radio.attach(self.sim.imsi, self)
        self.registration_changed(self.radio.registration)

    def missing(self, need: Need) -> int | None:
        """The +CME ERROR for what is needed and not there, or None when all is."""
        if need is Need.NOTHING:
            return None
        if self.card is None:
            return 10
        if need >= Need.PIN and not self.card.ready:
            secret = self.card.secret
            return 13 if secret.dead else 12 if secret.blocked else 11
        if need >= Need.SMS and not self.power.messages_ready:
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
        """A page of cell broadcast is on the air (see `emulator.radio.Station`)."""
        self.inbox.broadcast(page)

    def ring(self, call: Call) -> Party | None:
        """A call comes in (see `emulator.radio.Station`)."""
        return self.calls.ring(call)

    def registration_changed(self, registration: Registration) -> None:
        """The network registered this modem, or does no longer (see `emulator.radio.Station`)."""
        before, self.registration = self.registration, registration
        if registration == before:
            return
        if registration.registered and not before.registered:
            self.time.network_told()
        self.packet.registration_changed()
        self.registrar.announce(before)
        announce_indicators(self)


def _imei(type_allocation: str, rng: random.Random) -> str:
    """A serial number with its check digit (TS 23.003 6.2.1 and Annex B)."""
    digits = f"{type_allocation}{rng.randrange(1_000_000):06}"
    doubled = [int(digit) * (1 + position % 2) for position, digit in enumerate(digits)]
    total = sum(value // 10 + value % 10 for value in doubled)
    return f"{digits}{-total % 10}"
