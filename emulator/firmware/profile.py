"""A profile: what makes a modem this modem and no other, as data (``profiles/*.toml``)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from .settings import Values


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One kind of modem. Times are seconds, capacities messages, limits octets."""

    name: str
    manufacturer: str
    model: str
    revision: str
    type_allocation: str  # the first eight digits of the IMEI
    memories: tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]  # what <mem1>, <mem2>, <mem3> may be
    capacities: Mapping[str, int]  # of the stores in the modem; SM has what the card has
    report_memory: str = ""  # where +CNMI with <ds> 2 puts status reports; empty for <mem3>
    index_base: int = 1
    prompt: str = "\r\n> "
    line_limit: int = 1024
    body_limit: int = 1024
    sms_ready_s: float = 0.0  # after power-up, or after the PIN
    scan_s: float = 5.0  # +COPS=?
    acknowledgement_s: float = 15.0  # how long +CNMA may take (TR2M of TS 24.011 10)
    submission_s: float = 40.0  # how long the network may take with a message (TR1M)
    unsolicited_hold_s: float = 2.0  # a line begun and not ended holds unsolicited codes back so long
    defaults: Mapping[str, Values] = field(default_factory=lambda: MappingProxyType({}))


@cache
def load(name: str = "generic") -> Profile:
    """The profile of that name. Raises ValueError when there is none."""
    source = files(__package__).joinpath("profiles", f"{name}.toml")
    if not source.is_file():
        raise ValueError(f"no profile {name!r}; there are {', '.join(names())}")
    data: dict[str, Any] = tomllib.loads(source.read_text("utf-8"))
    data["memories"] = tuple(tuple(memories) for memories in data["memories"])
    data["capacities"] = MappingProxyType(data["capacities"])
    data["defaults"] = MappingProxyType({key: tuple(values) for key, values in data.get("defaults", {}).items()})
    return Profile(name=name, **data)


def names() -> list[str]:
    """The names of all profiles."""
    folder = files(__package__).joinpath("profiles")
    return sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml"))
