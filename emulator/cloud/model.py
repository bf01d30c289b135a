"""The cloud's resources: Account, Sim and Command, and their JSON."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from hmac import compare_digest
from random import Random
from typing import Any

SID = re.compile(r"(AC|DC|DE|WP)[0-9a-fA-F]{32}")

# Properties of a SIM's former life as a phone (deprecated, but part of the resource): nothing here acts on them.
LEGACY: dict[str, str | None] = {
    f"{use}_{what}": default
    for use in ("sms_fallback", "sms", "voice_fallback", "voice")
    for what, default in (("method", "POST"), ("url", None))
}


def new_sid(prefix: str, rng: Random) -> str:
    """A new identifier: `prefix` and 32 hex digits."""
    return f"{prefix}{rng.getrandbits(128):032x}"


def timestamp(moment: datetime) -> str:
    """A UTC time as the API writes it. The official client reads this form alone: no fraction, no offset."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True, slots=True)
class Account:
    """Who owns the SIMs, and the secret that opens the API and signs the callbacks."""

    sid: str
    auth_token: str = field(repr=False)

    def admits(self, username: str, password: str) -> bool:
        """Whether these are the account's credentials, in a time that does not tell how close they were."""
        same_sid = compare_digest(username.encode(), self.sid.encode())
        same_token = compare_digest(password.encode(), self.auth_token.encode())
        return same_sid and same_token


@dataclass(slots=True)
class Sim:
    """A SIM as the cloud knows it. `imsi` and `messaging_enabled` (of its rate plan) are not shown by the API."""

    sid: str
    account_sid: str
    rate_plan_sid: str
    imsi: str
    iccid: str
    date_created: datetime
    date_updated: datetime
    unique_name: str | None = None
    friendly_name: str | None = None
    status: str = "active"
    messaging_enabled: bool = True
    commands_callback_url: str | None = None
    commands_callback_method: str = "POST"
    legacy: dict[str, str | None] = field(default_factory=LEGACY.copy)

    @property
    def served(self) -> bool:
        """Whether the network and the cloud serve it: only in these two of the eight states."""
        return self.status in ("ready", "active")

    def to_json(self, base: str) -> dict[str, Any]:
        """The resource, all 24 keys. `base` is the API's address: ``http://127.0.0.1:2936/v1``."""
        url = f"{base}/Sims/{self.sid}"
        return {
            "sid": self.sid,
            "unique_name": self.unique_name,
            "account_sid": self.account_sid,
            "rate_plan_sid": self.rate_plan_sid,
            "friendly_name": self.friendly_name,
            "iccid": self.iccid,
            "e_id": None,
            "status": self.status,
            "reset_status": None,
            "commands_callback_url": self.commands_callback_url,
            "commands_callback_method": self.commands_callback_method,
            **self.legacy,
            "date_created": timestamp(self.date_created),
            "date_updated": timestamp(self.date_updated),
            "url": url,
            "links": {
                "data_sessions": f"{url}/DataSessions",
                "rate_plan": f"{base}/RatePlans/{self.rate_plan_sid}",
                "usage_records": f"{url}/UsageRecords",
            },
            "ip_address": None,
        }


@dataclass(slots=True)
class Command:
    """A message to or from a SIM. `command` is text, or base64 when `command_mode` is ``binary``."""

    sid: str
    account_sid: str
    sim_sid: str
    command: str
    command_mode: str  # text, binary
    direction: str  # to_sim, from_sim
    status: str  # queued, sent, delivered, failed; received
    delivery_receipt_requested: bool
    date_created: datetime
    date_updated: datetime
    callback_url: str | None = None
    callback_method: str = "POST"
    transport: str = "sms"

    def to_json(self, base: str) -> dict[str, Any]:
        """The resource, all 12 keys. `base` is the API's address: ``http://127.0.0.1:2936/v1``."""
        return {
            "sid": self.sid,
            "account_sid": self.account_sid,
            "sim_sid": self.sim_sid,
            "command": self.command,
            "command_mode": self.command_mode,
            "transport": self.transport,
            "delivery_receipt_requested": self.delivery_receipt_requested,
            "status": self.status,
            "direction": self.direction,
            "date_created": timestamp(self.date_created),
            "date_updated": timestamp(self.date_updated),
            "url": f"{base}/Commands/{self.sid}",
        }
