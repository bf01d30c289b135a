"""A bench: one little world, complete. Modems with their SIMs, a network, an SMS centre and the cloud behind 2936."""

from __future__ import annotations

import random
from datetime import UTC, datetime

from .clock import Clock
from .cloud.link import SHORT_CODE
from .cloud.service import Cloud
from .firmware.modem import SoftModem
from .firmware.network import radio_technologies
from .firmware.profile import Profile, load
from .journal import Journal
from .network import Network
from .sim import Card
from .smsc import ServiceCentre

WARM_UP_S = 60.0  # after which every modem has done what it does after power-up


class Bench:
    """Builds the world and holds its parts. Everything random comes from `seed`; the same seed, the same octets.

    `modems` is how many there are; each has a SIM of its own, known to the cloud as ``device-1``, ``device-2``, ...
    `pin` locks the SIMs with that PIN. The clock stands still until somebody moves it: a test by hand, a `Runner`
    with the real time. Account and token are random unless given. With `lenient_short_code` the SMS centre takes
    ``+2936`` for the short code, and `jitter` (seconds) makes the air take longer now and then.
    """

    def __init__(
        self,
        modems: int = 1,
        *,
        seed: int | None = None,
        profile: Profile | str = "generic",
        pin: str | None = None,
        start: datetime | None = None,
        account_sid: str | None = None,
        auth_token: str | None = None,
        lenient_short_code: bool = False,
        jitter: float = 0.0,
    ) -> None:
        self.seed = random.SystemRandom().getrandbits(32) if seed is None else seed
        self._random = random.Random(self.seed)
        self.clock = Clock(start) if start is not None else Clock()
        self.journal = Journal(self.clock)
        self.network = Network(self.clock, self.journal, jitter=jitter, rng=self._part("network"))
        self.smsc = ServiceCentre(self.clock, self.journal, self.network, lenient_short_code=lenient_short_code)
        self.cloud = Cloud(
            self.clock, self._part("cloud"), self.journal, self.smsc, account_sid=account_sid, auth_token=auth_token
        )
        self.smsc.short_codes[SHORT_CODE] = self.cloud.receive
        self.modems: list[SoftModem] = []
        for _ in range(modems):
            self.add_modem(profile, pin)
        self.clock.settle()

    def add_modem(
        self, profile: Profile | str = "generic", pin: str | None = None, *, technologies: tuple[int, ...] | None = None
    ) -> SoftModem:
        """One more modem, with a SIM that the network and the cloud know, and radio technologies, the best first.

        They are numbers as <AcT> of TS 27.007 7.2 has them; the profile's unless given.
        """
        number = len(self.modems) + 1
        imsi = f"{Network.numeric}{number:010}"
        msisdn = f"1202555{100 + number:04}"
        iccid = f"8944500{number:012}"
        card = Card(iccid, imsi, msisdn, pin=pin or "1234", pin_enabled=pin is not None,
                    service_centre=str(ServiceCentre.address))  # fmt: skip
        self.network.add_subscriber(imsi, msisdn)
        self.cloud.add_sim(imsi=imsi, iccid=iccid, unique_name=f"device-{number}")
        name = f"modem-{number}"
        kind = load(profile) if isinstance(profile, str) else profile
        cell = self.network.new_cell(radio_technologies(kind) if technologies is None else technologies)
        modem = SoftModem(self.clock, self._part(name), self.journal, card, cell, kind, name)
        self.modems.append(modem)
        return modem

    @property
    def modem(self) -> SoftModem:
        """The first modem."""
        return self.modems[0]

    def _part(self, name: str) -> random.Random:
        """A source of randomness of its own for each part, so that one part's use does not disturb another's."""
        return random.Random(f"{self.seed}:{name}")


def now() -> datetime:
    """The real time, for a bench that runs along with it."""
    return datetime.now(UTC)
