"""The Commands of the account: their birth, their way to the device and back, and their end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from random import Random

from emulator.clock import Clock
from emulator.journal import Journal
from modem.wire.segments import Reassembler
from modem.wire.user_data import UserData

from . import parameters, payload
from .callbacks import CallbackSink, callback_request
from .errors import ALERTS, ApiError
from .link import ShortCodeLink
from .model import Account, Command, Sim, new_sid
from .paging import Page, cut, page_request
from .records import Records
from .sims import Sims

RETENTION = timedelta(days=30)
STATUSES = ("queued", "sent", "delivered", "received", "failed")

FILTERS = {
    "Status": ("status", STATUSES),
    "Direction": ("direction", ("from_sim", "to_sim")),
    "Transport": ("transport", ("sms", "ip")),
}

# TS 23.040 9.2.3.15: 010xxxxx is a permanent error. "SM Validity Period Expired" is one as well, but a Command that
# nobody confirmed in time stays as it is, and so does one given up on after temporary errors (011xxxxx).
VALIDITY_EXPIRED = 0x46


def is_permanent(status: int) -> bool:
    """Whether a TP-Status makes a Command fail."""
    return 0x40 <= status <= 0x5F and status != VALIDITY_EXPIRED


class Commands:
    """All Commands of one account."""

    def __init__(
        self,
        clock: Clock,
        rng: Random,
        journal: Journal,
        account: Account,
        sims: Sims,
        validity_s: float,
    ) -> None:
        self.link: ShortCodeLink | None = None
        self.callbacks: CallbackSink | None = None
        self._clock = clock
        self._rng = rng
        self._journal = journal
        self._account = account
        self._sims = sims
        self._validity_s = validity_s
        self._records: Records[Command] = Records()
        self._parts = Reassembler(max_age=validity_s)

    # -- the API's side

    def create(self, form: Mapping[str, str]) -> Command:
        """Take a Command for a SIM. It is ``queued``; its way begins after this call, never inside it.

        Raises ApiError 33101, 33102, 33104, 33107 or 33201.
        """
        text = parameters.required(form, "Command")
        sim = self._sims.find(parameters.required(form, "Sim"))
        if sim is None:
            raise ApiError(33107, parameter="Sim")
        mode = parameters.choice(form, "CommandMode", ("text", "binary"), "text")
        include_sid = parameters.choice(form, "IncludeSid", ("none", "start", "end"), "none")
        callback_url = parameters.callback_url(form, "CallbackUrl")
        callback_method = parameters.choice(form, "CallbackMethod", parameters.METHODS, "POST")
        receipt = parameters.flag(form, "DeliveryReceiptRequested", default=True)
        sid = new_sid("DC", self._rng)
        message = payload.binary_payload(text) if mode == "binary" else payload.text_payload(text, include_sid, sid)
        if not sim.served:
            raise ApiError(33104, f"The SIM is {sim.status}, it must be ready or active", parameter="Sim")
        if not sim.messaging_enabled:
            raise ApiError(33201, "The SIM's rate plan has no Commands", parameter="Sim")

        now = self._clock.utc()
        command = Command(
            sid=sid,
            account_sid=self._account.sid,
            sim_sid=sim.sid,
            command=text,
            command_mode=mode,
            direction="to_sim",
            status="queued",
            delivery_receipt_requested=receipt,
            date_created=now,
            date_updated=now,
            callback_url=callback_url,
            callback_method=callback_method,
        )
        self._store(command)
        self._clock.call_later(0, self._dispatch, command, sim, message)
        return command

    def fetch(self, sid: str) -> Command:
        """The Command. Raises ApiError 20404 when it is unknown, deleted or older than 30 days."""
        self._expire()
        command = self._records.get(sid)
        if command is None:
            raise _not_found(sid)
        return command

    def delete(self, sid: str) -> None:
        """Remove the Command from the account. A message on its way is not recalled. Raises ApiError 20404."""
        self._expire()
        if not self._records.delete(sid):
            raise _not_found(sid)

    def page(self, query: Mapping[str, str], *, strict: bool = False) -> Page[Command]:
        """The Commands that pass the filters of the query, newest first, one page. Raises ApiError 33101 and 33103."""
        self._expire()
        wanted = {
            attribute: parameters.choice(query, name, choices, "")
            for name, (attribute, choices) in FILTERS.items()
            if query.get(name)
        }
        if name := query.get("Sim"):
            sim = self._sims.find(name)
            wanted["sim_sid"] = sim.sid if sim else ""
        selection = [
            command
            for command in self._records.newest_first()
            if all(getattr(command, attribute) == value for attribute, value in wanted.items())
        ]
        return cut(selection, self._records, page_request(query, strict=strict))

    # -- the network's side

    def receive(self, sim: Sim, user_data: UserData) -> None:
        """Take a message from a SIM; with the last part of a long one, the Command is there.

        A message cannot be refused: the device has its acknowledgement already. What goes wrong becomes an alert.
        """
        self._drop_incomplete()
        if not (sim.served and sim.messaging_enabled):
            self._alert(33203, sim)
            return
        whole = self._parts.add(sim.sid, user_data, self._clock.now, sim.sid)
        if whole is None:
            return
        reading = payload.read(whole.body)
        now = self._clock.utc()
        command = Command(
            sid=new_sid("DC", self._rng),
            account_sid=self._account.sid,
            sim_sid=sim.sid,
            command=reading.command,
            command_mode=reading.mode,
            direction="from_sim",
            status="received",
            delivery_receipt_requested=False,
            date_created=now,
            date_updated=now,
        )
        self._store(command)
        if reading.truncated:
            self._alert(33111, sim, command_sid=command.sid)
        if sim.commands_callback_url:
            self._call_back(sim, command, sim.commands_callback_url, sim.commands_callback_method)

    def _dispatch(self, command: Command, sim: Sim, message: payload.Payload) -> None:
        if self.link is None:
            return  # a cloud without a network: the Command stays queued
        self.link.send_to_sim(
            sim.imsi,
            message.data_coding,
            message.user_data,
            receipt=command.delivery_receipt_requested,
            validity_s=self._validity_s,
            observer=_Progress(self, command, sim),
        )

    def moved(self, command: Command, sim: Sim, status: str, *, final: bool) -> None:
        """Give a Command its next status; the final one is told to the Command's own callback address."""
        command.status = status
        command.date_updated = self._clock.utc()
        self._journal.write("cloud.status", sid=command.sid, sim_sid=sim.sid, status=status)
        # A deleted Command is gone, and so is what it said: nothing is told of it any more.
        if final and command.callback_url and self._records.get(command.sid) is command:
            self._call_back(sim, command, command.callback_url, command.callback_method)

    # -- both

    def _store(self, command: Command) -> None:
        self._expire()
        self._records.add(command)
        self._journal.write(
            "cloud.command",
            sid=command.sid,
            sim_sid=command.sim_sid,
            direction=command.direction,
            mode=command.command_mode,
            command=command.command,
            status=command.status,
        )

    def _call_back(self, sim: Sim, command: Command, url: str, method: str) -> None:
        if self.callbacks is None:
            return
        token = f"{self._rng.getrandbits(128):032x}"
        self.callbacks.send(callback_request(self._account, sim, command, url, method, token))

    def _expire(self) -> None:
        self._records.expire(self._clock.utc() - RETENTION)

    def _drop_incomplete(self) -> None:
        for sids in self._parts.expired(self._clock.now):
            self._journal.write("cloud.incomplete", sim_sid=sids[0], parts=len(sids))

    def _alert(self, code: int, sim: Sim, **details: str) -> None:
        self._journal.write("cloud.alert", code=code, message=ALERTS[code], sim_sid=sim.sid, **details)


class _Progress:
    """Turns what the SMS centre tells of one message into the statuses of its Command."""

    def __init__(self, commands: Commands, command: Command, sim: Sim) -> None:
        self._commands = commands
        self._command = command
        self._sim = sim

    def attempted(self) -> None:
        if self._command.status == "queued":
            # Without a receipt nothing more will ever be known.
            self._move("sent", final=not self._command.delivery_receipt_requested)

    def delivered(self) -> None:
        self.attempted()
        if self._waiting:
            self._move("delivered", final=True)

    def failed(self, status: int) -> None:
        if is_permanent(status) and (self._waiting or self._command.status == "queued"):
            self._move("failed", final=True)

    @property
    def _waiting(self) -> bool:
        """Whether a receipt is still to come."""
        return self._command.status == "sent" and self._command.delivery_receipt_requested

    def _move(self, status: str, *, final: bool) -> None:
        self._commands.moved(self._command, self._sim, status, final=final)


def _not_found(sid: str) -> ApiError:
    return ApiError(20404, f"The requested resource /v1/Commands/{sid} was not found")
