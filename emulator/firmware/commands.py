"""All commands, by name."""

from __future__ import annotations

from . import basic, card_access, general, identity, message_settings, messages, network, phonebook, security
from .registry import Command

_CHAPTERS = (basic, identity, general, network, security, card_access, phonebook, message_settings, messages)

COMMANDS: dict[str, Command] = {command.name: command for chapter in _CHAPTERS for command in chapter.COMMANDS}
