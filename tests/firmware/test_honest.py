"""An OK that does nothing is a lie: whatever answers OK has told something, or has changed something."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from enum import Enum
from pathlib import Path

import pytest

from emulator.bench import Bench
from emulator.firmware.commands import STANDARD, VENDOR
from emulator.firmware.coverage import BEGIN, written_into
from emulator.firmware.profile import parse

ROOT = Path(__file__).parent.parent.parent
FIRMWARE = ROOT / "emulator" / "firmware"

# What to give to commands that are set, other than what changes a number of theirs.
EXAMPLES: dict[str, str] = {"+CPLS": "1"}  # a card without that list; 0 is the one that there is
# Where an OK changes nothing because there is nothing to change, and the standard wants it all the same.
NOTHING_TO_DO = {
    "H": "V.250 6.3.6: there is no call to hang up",
    "+CHUP": "TS 27.007 6.5: there is no call to hang up",
    "+CLCC": "TS 27.007 7.18: there are no calls to list",
    "+CNUM": "TS 27.007 7.1: the card has no number",
}
# What must have happened for a command to find something to do.
HELLO = "07917283010010F5040481926300006211329050210005C8329BFD06\x1a"
TWO_MESSAGES = ("AT+CMGW=20,0", HELLO, "AT+CMGW=20,1", HELLO)
BEFORE: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("Z", "&F", "&W"), ("ATS0=3;+CMGF=1",)),
    **dict.fromkeys(("+CMGL", "+CMGDA"), TWO_MESSAGES),
    "+CRES": ("AT+CSMP=49",),
    "E": ("ATE1",),
}
# Settings that nothing in the firmware reads, because what they are about is not in a software modem.
WITHOUT_EFFECT = {
    "L": "there is no loudspeaker (V.250 6.3.13)",
    "M": "there is no loudspeaker (V.250 6.3.14)",
    "S6": "there is no dial tone to wait for (V.250 6.3.9)",
    "S8": "there is no pause in dialling (V.250 6.3.11)",
    "S10": "there is no carrier to lose (V.250 6.3.12)",
    "+ICF": "a pty and a socket carry octets, not frames (V.250 6.2.11)",
    "+IFC": "a pty and a socket have their own flow control (V.250 6.2.12)",
    "+IPR": "a pty and a socket have no rate (V.250 6.2.10)",
}


def state(thing: object, seen: set[int]) -> Iterator[object]:
    """All plain values that a modem and its world consist of."""
    if isinstance(thing, (str, int, float, bytes, bytearray, type(None), Enum)):
        yield bytes(thing) if isinstance(thing, bytearray) else thing
        return
    if id(thing) in seen or callable(thing):
        return
    seen.add(id(thing))
    if isinstance(thing, dict):
        for key, value in thing.items():
            yield key
            yield from state(value, seen)
    elif isinstance(thing, (list, tuple, set, frozenset)) or hasattr(thing, "popleft"):
        for value in thing:  # type: ignore[attr-defined]
            yield from state(value, seen)
    else:
        names = list(getattr(thing, "__dict__", ()))
        for kind in type(thing).__mro__:
            names += getattr(kind, "__slots__", ())
        for name in names:
            if name not in ("_out", "_last_octet", "_last_line", "_started", "_order"):
                yield from state(getattr(thing, name, None), seen)


def world(bench: Bench) -> list[object]:
    events = [event for event in bench.journal.events if not event.kind.startswith("at.")]
    parts = (bench.modem, bench.network, bench.smsc)
    seen = {id(bench.journal), id(bench.clock)}
    agenda = [entry for entry in bench.clock._agenda if entry[2].active]
    return [len(events), len(agenda), bench.modem.rng.getstate(), [list(state(part, seen)) for part in parts]]


def everything(name: str) -> Bench:
    """A bench whose modem has all commands, of every vendor, ready for one of them."""
    profile = parse(f"vendor = {list(VENDOR)}", "everything")
    bench = Bench(seed=1, profile=profile)
    bench.modem.receive(b"ATE0\r")
    for line in BEFORE.get(name, ()):
        answer(bench, line)
    return bench


def answer(bench: Bench, line: str) -> bytes:
    said = bytearray()
    bench.modem.outputs.append(said.extend)
    bench.modem.receive(f"{line}\r".encode())
    bench.modem.outputs.remove(said.extend)
    return bytes(said)


def others(command: str) -> list[str]:
    """Values for a command, each with one that differs from the present."""
    row = {**STANDARD, **VENDOR}[command]
    if command in EXAMPLES:
        return [EXAMPLES[command]]
    candidates = []
    for position, parameter in enumerate(row.parameters):
        values = [str(number) for allowed in getattr(parameter, "ranges", ()) for number in (allowed[0], allowed[-1])]
        values += [f'"{choice}"' for choice in getattr(parameter, "choices", ())] or ([] if values else ['"1"'])
        candidates += ["," * position + value for value in values]
    return candidates


ROWS = sorted({**STANDARD, **VENDOR}.values(), key=lambda row: row.name)


@pytest.mark.parametrize("name", [row.name for row in ROWS if row.action is not None and row.name not in NOTHING_TO_DO])
def test_a_command_alone_tells_or_does_something(name: str) -> None:
    bench = everything(name)
    before = world(bench)
    said = answer(bench, f"AT{name}")
    assert said != b"\r\nOK\r\n" or world(bench) != before, said


@pytest.mark.parametrize("name", [row.name for row in ROWS if row.name[0] in "+^#*$%!" and (row.keeps or row.set)])
def test_a_command_that_is_set_does_something(name: str) -> None:
    """At least one of the values that it takes makes a difference, and is not just taken."""
    taken = []
    for values in others(name):
        bench = everything(name)
        before = world(bench)
        said = answer(bench, f"AT{name}={values}")
        if said != b"\r\nOK\r\n" or world(bench) != before:
            return
        taken.append(values)
    pytest.fail(f"{name} says OK to {taken} and does nothing")


def strings(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def test_what_is_kept_has_an_effect() -> None:
    """A setting that nobody looks at would be an OK that does nothing."""
    looked_at: dict[str, int] = {}
    for path in (ROOT / "emulator").rglob("*.py"):
        for text in strings(path):
            looked_at[text] = looked_at.get(text, 0) + 1
    idle = [
        row.name
        for row in ROWS
        if row.keeps and looked_at.get(row.name, 0) < 2 and row.set is None and row.name not in WITHOUT_EFFECT
        and not (re.fullmatch(r"S\d+", row.name) and looked_at.get(row.name))
    ]  # fmt: skip
    assert idle == []


def test_the_readme_has_the_table() -> None:
    readme = (ROOT / "emulator" / "README.md").read_text("utf-8")
    assert BEGIN in readme
    assert written_into(readme) == readme, "run `make commands`"
