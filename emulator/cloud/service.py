"""The cloud as a whole: one account, its SIMs and its Commands."""

from __future__ import annotations

from random import Random

from emulator.clock import Clock
from emulator.journal import Journal
from modem.wire.tpdu import Submit

from .callbacks import CallbackSink
from .commands import Commands
from .errors import ALERTS
from .link import ShortCodeLink
from .model import Account, Sim, new_sid
from .sims import Sims

DAY = 24 * 3600.0


class Cloud:
    """The Commands service behind short code 2936.

    The account's SID and token are random (from `rng`) unless given. `validity_s` is how long the SMS centre tries to
    reach a device; `strict_paging` refuses a page size above 1000 instead of cutting it. `link` (the SMS centre) and
    `callbacks` (who makes the requests) may be connected later; without them Commands stay queued and nobody is called.
    """

    def __init__(
        self,
        clock: Clock,
        rng: Random,
        journal: Journal,
        link: ShortCodeLink | None = None,
        callbacks: CallbackSink | None = None,
        *,
        account_sid: str | None = None,
        auth_token: str | None = None,
        validity_s: float = DAY,
        strict_paging: bool = False,
    ) -> None:
        self._journal = journal
        self.strict_paging = strict_paging
        self.account = Account(account_sid or new_sid("AC", rng), auth_token or f"{rng.getrandbits(128):032x}")
        self.sims = Sims(clock, rng, self.account)
        self.commands = Commands(clock, rng, journal, self.account, self.sims, validity_s)
        self.commands.link = link
        self.commands.callbacks = callbacks

    @property
    def link(self) -> ShortCodeLink | None:
        """The SMS centre that carries the Commands."""
        return self.commands.link

    @link.setter
    def link(self, link: ShortCodeLink | None) -> None:
        self.commands.link = link

    @property
    def callbacks(self) -> CallbackSink | None:
        """Who makes the callback requests."""
        return self.commands.callbacks

    @callbacks.setter
    def callbacks(self, callbacks: CallbackSink | None) -> None:
        self.commands.callbacks = callbacks

    def add_sim(
        self,
        imsi: str,
        iccid: str,
        *,
        unique_name: str | None = None,
        friendly_name: str | None = None,
        status: str = "active",
        messaging_enabled: bool = True,
        commands_callback_url: str | None = None,
        commands_callback_method: str = "POST",
    ) -> Sim:
        """Put a SIM into the account: see `Sims.add`."""
        return self.sims.add(
            imsi,
            iccid,
            unique_name=unique_name,
            friendly_name=friendly_name,
            status=status,
            messaging_enabled=messaging_enabled,
            commands_callback_url=commands_callback_url,
            commands_callback_method=commands_callback_method,
        )

    def receive(self, imsi: str, submit: Submit) -> None:
        """Take a message that a device sent to 2936. Whose it is, the SIM says, and nothing in the message."""
        sim = self.sims.by_imsi(imsi)
        if sim is None:
            self._journal.write("cloud.alert", code=33107, message=ALERTS[33107], imsi=imsi)
            return
        self.commands.receive(sim, submit.user_data)
