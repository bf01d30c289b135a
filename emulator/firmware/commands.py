"""All commands, and which of them a profile's modem has."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from . import (
    basic,
    call_commands,
    card_access,
    cell_broadcast,
    general,
    identity,
    message_settings,
    messages,
    network,
    operators,
    packet,
    phonebook,
    security,
    sending,
    services,
    timekeeping,
    ussd,
    vendor,
)
from .profile import Profile, ProfileError
from .registry import Command

_CHAPTERS = (
    basic,
    identity,
    general,
    timekeeping,
    network,
    operators,
    packet,
    call_commands,
    ussd,
    security,
    card_access,
    phonebook,
    message_settings,
    services,
    cell_broadcast,
    messages,
    sending,
)

STANDARD: Mapping[str, Command] = {command.name: command for chapter in _CHAPTERS for command in chapter.COMMANDS}
VENDOR: Mapping[str, Command] = {command.name: command for command in vendor.COMMANDS}


@lru_cache(maxsize=32)
def _commands(absent: tuple[str, ...], own: tuple[str, ...]) -> Mapping[str, Command]:
    return {name: command for name, command in STANDARD.items() if name not in absent} | {
        name: VENDOR[name] for name in own
    }


def commands_of(profile: Profile) -> Mapping[str, Command]:
    """The commands of a modem, by name: the standards' without those that it lacks, and its vendor's.

    Raises ProfileError when the profile names a command that nobody knows.
    """
    known = {**STANDARD, **VENDOR}
    for where, names in (
        ("vendor", profile.vendor), ("absent", profile.absent), ("without_test", profile.without_test),
        ("times", profile.times), ("defaults", profile.defaults), ("lasting", profile.lasting),
    ):  # fmt: skip
        for name in names:
            if name and name not in (VENDOR if where == "vendor" else known):
                raise ProfileError(f"{profile.name}: {where}: no command {name!r} is known")
    for name, (least, most) in profile.times.items():
        if not 0 <= least <= most:
            raise ProfileError(f"{profile.name}: times: {name!r} does not go from less to more")
    return _commands(profile.absent, profile.vendor)
