"""A profile: what makes a modem this modem and no other, as data (``profiles/*.toml``).

A file says what is different from the profile it inherits from (``inherits = "generic"``), in the tables below; the
witness of an oddity stands beside it as a comment. Times are seconds, capacities messages, limits octets.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self, get_origin, get_type_hints

from .settings import Values

ROOT = "generic"


class ProfileError(ValueError):
    """There is no such profile, or its file says what no profile can say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of a profile's file. What it does not say is what the inherited profile says."""

    @classmethod
    def of(cls, values: Mapping[str, Any], where: str) -> Self:
        """From TOML values. Raises ProfileError naming an entry that is not known, or of a wrong kind."""
        _check(values, get_type_hints(cls), where)
        return cls(**{name: _frozen(value) for name, value in values.items()})


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity(Table):
    """Who it says it is."""

    manufacturer: str
    model: str
    revision: str
    type_allocation: str  # the first eight digits of the IMEI
    information: tuple[str, ...]  # the lines of ATI, with {manufacturer}, {model}, {revision}, {imei}
    tagged: tuple[str, ...]  # which of +CGMI, +CGMM, +CGMR ... repeat their name in front of the answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Line(Table):
    """How it behaves on the line."""

    prompt: str
    reprompt: bool  # whether every CR in a text body gives another prompt
    prompt_s: float  # before the prompt appears
    length: int  # of a command line
    body: int  # of a message body
    line_feed_ends: bool  # whether LF alone ends a command line
    type_ahead: bool  # whether what comes before the prompt is taken as the body
    hold_s: float  # a line begun and not ended holds unsolicited codes back so long
    unknown: str  # the final result for a command that it does not have
    cms_words: bool  # whether +CMEE=2 puts +CMS ERROR into words
    doubled_cr: bool  # whether lines end with CR CR LF


@dataclass(frozen=True, slots=True, kw_only=True)
class Messages(Table):
    """How it deals with SMS."""

    memories: tuple[tuple[str, ...], ...]  # what <mem1>, <mem2>, <mem3> may be
    capacities: Mapping[str, int]  # of the stores in the modem; SM has what the card has
    used: Mapping[str, int]  # messages that are in a store from the start
    index_base: Mapping[str, int]  # the first index of a store; "" for the others
    memories_at_least: int  # how many memories +CPMS= must be given
    memories_kept: bool  # whether +CPMS= leaves the memories alone that are not given, also in what it answers
    report_memory: str  # where +CNMI with <ds> 2 puts status reports; empty for <mem3>
    report_memory_named: str  # what +CDSI calls that; empty for its name
    indications: tuple[str, ...]  # the values of +CNMI that it takes, as a test command lists them
    indications_told: tuple[str, ...]  # those that it says it takes
    class_0_as_routed: bool  # whether <mt> 3 routes class 0 (TS 27.005 3.4.4 and its table differ)
    acknowledgement: str  # "required" with +CSMS=1, "plain" (no +CNMA=n), "never" (+CSMS=1 is refused)
    empty: int  # the +CMS ERROR for reading an empty place; 0 for OK
    alpha: str  # the alpha field of +CMGR, +CMGL, +CMT and +CDS where there is no name
    alpha_in_pdu: str  # the same in PDU mode
    list_alpha: bool  # whether +CMGL and +CMT have an alpha field in PDU mode
    report_comma: bool  # whether +CDS has a comma in front of its length
    report_address: bool  # whether a report in text mode tells <ra> and <tora>
    parameters_clear_centre: bool  # whether +CSMP forgets the service centre
    count_lag_s: float  # so long +CPMS does not count a message that came
    not_ready: int  # the +CMS ERROR before the messages have been read; 0 for a plain ERROR
    not_ready_commands: tuple[str, ...]  # settings that are refused until then as well
    ready_s: float  # until they have been read, after power-up or the PIN
    acknowledgement_s: float  # how long +CNMA may take (TR2M of TS 24.011 10)
    submission_s: float  # how long the network may take with a message (TR1M)

    def first_index(self, memory: str) -> int:
        """The index of a store's first place."""
        return self.index_base.get(memory, self.index_base[""])


@dataclass(frozen=True, slots=True, kw_only=True)
class Start(Table):
    """What happens after power-up. Lines may hold {pin} for the state of the card as +CPIN? has it.

    A line comes so many seconds after the one before it. Those of `card` come once the card can be used, those of
    `messages` once its messages have been read.
    """

    deaf_s: float  # how long nothing is answered
    on: tuple[tuple[float, str], ...]
    card: tuple[tuple[float, str], ...]
    messages: tuple[tuple[float, str], ...]
    chatter: tuple[tuple[float, str], ...]  # every so many seconds this line, with {signal}
    autobaud: bool  # whether it says nothing until the first AT
    off: tuple[str, ...]  # what it says when it goes down for a reset


@dataclass(frozen=True, slots=True, kw_only=True)
class Network(Table):
    """How it sees the network."""

    technology: int  # <AcT>: 0 GSM, 2 UTRAN, 7 E-UTRAN, 8 and 9 Cat-M and NB-IoT
    scan_s: float  # how long +COPS=? takes
    registration_s: float  # on top of what the network takes
    ussd_first: bool  # whether the answer of a service (+CUSD) comes before the OK of the command that asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One kind of modem."""

    name: str
    about: str
    inherits: str
    identity: Identity
    line: Line
    messages: Messages
    start: Start
    network: Network
    ports: tuple[str, ...]  # its AT ports, in order
    unsolicited_port: str  # where unsolicited codes appear: one of `ports`, or "all"
    vendor: tuple[str, ...]  # the vendor commands that it has
    absent: tuple[str, ...]  # the standard's commands that it does not have
    without_test: tuple[str, ...]  # commands without a =? form
    times: Mapping[str, tuple[float, float]]  # how long a command takes: least and most, evenly spread
    defaults: Mapping[str, Values]  # of settings
    lasting: tuple[str, ...]  # settings that a reset does not bring back
    character_sets: tuple[str, ...]  # what +CSCS can be
    whims: float  # how often something is legal but unusual (see `hostile`)


_TABLES: dict[str, type[Table]] = {
    "identity": Identity,
    "line": Line,
    "messages": Messages,
    "start": Start,
    "network": Network,
}


@cache
def load(name: str = ROOT) -> Profile:
    """The profile of that name, or of a file (a path that ends with .toml). Raises ProfileError."""
    return parse(source(name), Path(name).stem)


def parse(text: str, name: str) -> Profile:
    """A profile of one's own, from TOML; it inherits from "generic" unless it names another. Raises ProfileError."""
    data = _merged(text, name)
    _check(data, get_type_hints(Profile), name)
    tables: dict[str, Any] = {key: kind.of(data.pop(key), f"{name}: {key}") for key, kind in _TABLES.items()}
    return Profile(**tables, **{key: _frozen(value) for key, value in data.items()})


def names() -> list[str]:
    """The names of all profiles that come with the emulator."""
    folder = files(__package__).joinpath("profiles")
    return sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml"))


def read(name: str) -> dict[str, Any]:
    """All that a profile says, with what it inherits, as its file has it. Raises ProfileError."""
    return _merged(source(name), Path(name).stem)


def source(name: str) -> str:
    """The text of a profile's file. Raises ProfileError."""
    if name in names():
        return files(__package__).joinpath("profiles", f"{name}.toml").read_text("utf-8")
    if not name.endswith(".toml"):
        raise ProfileError(f"no profile {name!r}; there are {', '.join(names())}, or a file: PATH.toml")
    try:
        return Path(name).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ProfileError(f"cannot read the profile {name}: {error}") from None


def _merged(text: str, name: str) -> dict[str, Any]:
    """What the files say, the nearest last."""
    try:
        own: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"{name}: {error}") from None
    parent = own.setdefault("inherits", "" if name == ROOT else ROOT)
    if not parent:
        return own | {"name": name}
    if parent == name:
        raise ProfileError(f"{name} inherits from itself")
    # A table says what differs, in whatever depth; all else replaces what was inherited.
    return _overlaid(_merged(source(parent), parent), own) | {"name": name}


# What TOML has for a kind of value, and what it is called.
_IN_TOML: dict[object, tuple[tuple[type, ...], str]] = {
    str: ((str,), "is no text"),
    bool: ((bool,), "is neither true nor false"),
    int: ((int,), "is no whole number"),
    float: ((int, float), "is no number"),
    tuple: ((list,), "is no list"),
    Mapping: ((dict,), "is no table"),
}


def _check(values: Mapping[str, Any], kinds: Mapping[str, Any], where: str) -> None:
    """Raise ProfileError for the first entry that is unknown, missing, or of another kind."""
    for name, value in values.items():
        kind = kinds.get(name)
        if kind is None:
            raise ProfileError(f"{where}: there is no {name!r}; there are {', '.join(sorted(kinds))}")
        allowed, complaint = _IN_TOML[Mapping if kind in _TABLES.values() else get_origin(kind) or kind]
        if not isinstance(value, allowed) or (isinstance(value, bool) and kind is not bool):
            raise ProfileError(f"{where}: {name!r} {complaint}")
        if isinstance(value, (int, float)) and not value >= 0:
            raise ProfileError(f"{where}: {name!r} is less than nothing")
    missing = sorted(set(kinds) - set(values))
    if missing:
        raise ProfileError(f"{where}: {missing[0]!r} is missing")


def _overlaid(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    return below | {
        key: _overlaid(below[key], value) if isinstance(value, dict) and isinstance(below.get(key), dict) else value
        for key, value in above.items()
    }


def _frozen(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_frozen(item) for item in value)
    if isinstance(value, dict):
        return MappingProxyType({key: _frozen(item) for key, item in value.items()})
    return value
