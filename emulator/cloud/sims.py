"""The SIMs of the account: adding, finding, listing and updating them."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from emulator.clock import Clock

from . import parameters
from .errors import ApiError
from .model import LEGACY, SID, Account, Sim, new_sid
from .paging import Page, cut, page_request
from .records import Records

STATUSES = ("new", "ready", "active", "suspended", "deactivated", "canceled", "scheduled", "updating")
SETTABLE = ("ready", "active", "suspended", "deactivated")

# From which state an update may lead where.
TRANSITIONS = {
    "new": ("ready", "active"),
    "ready": ("active", "suspended", "deactivated"),
    "active": ("suspended", "deactivated"),
    "suspended": ("active", "deactivated"),
}

FILTERS = {"Status": "status", "Iccid": "iccid", "RatePlan": "rate_plan_sid"}
MAX_NAME = 64


class Sims:
    """All SIMs of one account."""

    def __init__(self, clock: Clock, rng: Random, account: Account) -> None:
        self._clock = clock
        self._rng = rng
        self._account = account
        self._records: Records[Sim] = Records()
        self._by_imsi: dict[str, Sim] = {}
        self._rate_plan = new_sid("WP", rng)

    def add(
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
        """Put a SIM into the account.

        Raises ValueError when the IMSI is there already, or the status does not exist, and ApiError 33101 for a name
        or an address that the API would refuse.
        """
        if imsi in self._by_imsi:
            raise ValueError(f"the account has a SIM with IMSI {imsi} already")
        if status not in STATUSES:
            raise ValueError(f"no SIM status: {status!r}")
        form = {
            "UniqueName": unique_name or "",
            "CommandsCallbackUrl": commands_callback_url or "",
            "CommandsCallbackMethod": commands_callback_method,
        }
        now = self._clock.utc()
        sim = Sim(
            sid=new_sid("DE", self._rng),
            account_sid=self._account.sid,
            rate_plan_sid=self._rate_plan,
            imsi=imsi,
            iccid=iccid,
            date_created=now,
            date_updated=now,
            unique_name=self._unique_name(form, None),
            friendly_name=friendly_name,
            status=status,
            messaging_enabled=messaging_enabled,
            commands_callback_url=parameters.callback_url(form, "CommandsCallbackUrl"),
            commands_callback_method=parameters.choice(form, "CommandsCallbackMethod", parameters.METHODS, "POST"),
        )
        self._records.add(sim)
        self._by_imsi[imsi] = sim
        return sim

    def find(self, name: str) -> Sim | None:
        """The SIM with this SID or unique name."""
        if SID.fullmatch(name):
            return self._records.get(name)
        return next((sim for sim in self._records.newest_first() if sim.unique_name == name), None)

    def by_imsi(self, imsi: str) -> Sim | None:
        """The SIM with this IMSI."""
        return self._by_imsi.get(imsi)

    def fetch(self, name: str) -> Sim:
        """The SIM with this SID or unique name. Raises ApiError 20404."""
        sim = self.find(name)
        if sim is None:
            raise ApiError(20404, f"The requested resource /v1/Sims/{name} was not found")
        return sim

    def page(self, query: Mapping[str, str], *, strict: bool = False) -> Page[Sim]:
        """The SIMs that pass the filters of the query, newest first, one page. Raises ApiError 33101 and 33103."""
        wanted = {attribute: query[name] for name, attribute in FILTERS.items() if query.get(name)}
        if "status" in wanted:
            parameters.choice(query, "Status", STATUSES, "")
        selection = [
            sim
            for sim in self._records.newest_first()
            if all(getattr(sim, attribute) == value for attribute, value in wanted.items())
        ]
        return cut(selection, self._records, page_request(query, strict=strict))

    def update(self, name: str, form: Mapping[str, str]) -> Sim:
        """Change what the form names and nothing else; an empty address or name clears it.

        Raises ApiError 20404, 33101 for an impossible value and 33105 for a move that the life of a SIM does not know.
        """
        sim = self.fetch(name)
        # Everything is read before anything is changed: a refused update changes nothing.
        changes: dict[str, str | None] = {}
        legacy: dict[str, str | None] = {}
        if "UniqueName" in form:
            changes["unique_name"] = self._unique_name(form, sim)
        if "FriendlyName" in form:
            changes["friendly_name"] = form["FriendlyName"] or None
        if "CommandsCallbackUrl" in form:
            changes["commands_callback_url"] = parameters.callback_url(form, "CommandsCallbackUrl")
        if "CommandsCallbackMethod" in form:
            changes["commands_callback_method"] = _method(form, "CommandsCallbackMethod")
        if form.get("Status"):
            changes["status"] = self._next_status(form, sim)
        for key in LEGACY:
            if (parameter := _parameter(key)) in form:
                read = parameters.callback_url if key.endswith("url") else _method
                legacy[key] = read(form, parameter)

        for attribute, value in changes.items():
            setattr(sim, attribute, value)
        sim.legacy.update(legacy)
        sim.date_updated = self._clock.utc()
        return sim

    def _unique_name(self, form: Mapping[str, str], sim: Sim | None) -> str | None:
        name = form["UniqueName"]
        if not name:
            return None
        if len(name) > MAX_NAME or SID.fullmatch(name):
            raise ApiError(
                33101,
                f"UniqueName has at most {MAX_NAME} characters and does not look like a SID",
                parameter="UniqueName",
            )
        if self.find(name) not in (None, sim):
            raise ApiError(33101, "UniqueName belongs to another SIM", parameter="UniqueName")
        return name

    def _next_status(self, form: Mapping[str, str], sim: Sim) -> str:
        status = parameters.choice(form, "Status", SETTABLE, sim.status)
        if status != sim.status and status not in TRANSITIONS.get(sim.status, ()):
            raise ApiError(33105, f"A SIM that is {sim.status} cannot become {status}", parameter="Status")
        return status


def _method(form: Mapping[str, str], name: str) -> str:
    return parameters.choice(form, name, parameters.METHODS, "POST")


def _parameter(key: str) -> str:
    """The request's name of a property: ``sms_url`` is ``SmsUrl``."""
    return key.title().replace("_", "")
