"""All commands, and which of them a profile's modem has."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from . import basic, general, identity, message_settings, messages, network, phonebook, security, vendor
from .profile import Profile
from .registry import Command

_CHAPTERS = (basic, identity, general, network, security, phonebook, message_settings, messages)

STANDARD: Mapping[str, Command] = {command.name: command for chapter in _CHAPTERS for command in chapter.COMMANDS}
VENDOR: Mapping[str, Command] = {command.name: command for command in vendor.COMMANDS}


@lru_cache(maxsize=32)
def _commands(absent: tuple[str, ...], own: tuple[str, ...]) -> Mapping[str, Command]:
    return {name: command for name, command in STANDARD.items() if name not in absent} | {
        name: VENDOR[name] for name in own
    }


def commands_of(profile: Profile) -> Mapping[str, Command]:
    """The commands of a modem, by name: the standards' without those that it lacks, and its vendor's."""
    return _commands(profile.absent, profile.vendor)
