"""Which commands each profile's modem has, and in which forms: the table of emulator/README.md, from the registry.

`python -m emulator.firmware.coverage` prints it.
"""

from __future__ import annotations

from collections.abc import Iterator

from .commands import STANDARD, VENDOR, commands_of
from .profile import Profile, load, names
from .registry import Command, Domain

LEGEND = (
    "Forms that work: `!` alone (`AT+CSQ`), `?` read, `=` set, `t` test (`=?`). All other forms are refused as the "
    "standard says; `–`: the modem does not have the command, and says what it says to any unknown one."
)
_ORDER = {Domain.BASIC: 0, Domain.CME: 1, Domain.CMS: 2}


def forms(command: Command, profile: Profile) -> str:
    """The forms of a command that a profile's modem answers with more than a refusal."""
    if command.name not in commands_of(profile):
        return "–"
    if command.domain is Domain.BASIC and not command.name.startswith("S"):
        return "!"
    works = "!" if command.action is not None else ""
    if command.keeps or command.read is not None:
        works += "?"
    if command.keeps or command.set is not None:
        works += "="
    if command.domain is not Domain.BASIC and command.name not in profile.without_test:
        works += "t"
    return works


def table() -> str:
    """The table, in Markdown."""
    return "\n".join([LEGEND, "", *_rows()])


def _rows() -> Iterator[str]:
    profiles = [load(name) for name in names()]
    profiles.sort(key=lambda profile: profile.name != "generic")
    yield f"| command | clause | {' | '.join(profile.name for profile in profiles)} |"
    yield "|---|---|" + "---|" * len(profiles)
    commands = {**STANDARD, **VENDOR}.values()
    for command in sorted(commands, key=lambda command: (command.name in VENDOR, _ORDER[command.domain])):
        cells = " | ".join(forms(command, profile) for profile in profiles)
        yield f"| `{command.name}` | {command.clause} | {cells} |"


if __name__ == "__main__":
    print(table())
