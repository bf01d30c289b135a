"""The three modes: ours read by them, theirs read by us, and messages with octets changed read by both."""

from __future__ import annotations

import random

from modem.wire.errors import PduError
from modem.wire.pdumode import PduModePdu
from modem.wire.reports import StatusReport
from modem.wire.tpdu import Command, Submit
from tests.long.witnesses import facts
from tests.long.witnesses.facts import Message
from tests.long.witnesses.witness import Line, Tally, Witness, compare_reading, compare_writing
from tests.wire.samples import ordinary_message, some_address, some_message, some_stamp

MODES = ("ours, read by them", "theirs, read by us", "changed octets")


def some(rng: random.Random, kinds: tuple[type, ...]) -> Message:
    """A message that `kinds` holds: one in eight a report when it holds reports, the others ordinary or anything."""
    if StatusReport in kinds and rng.random() < 0.125:
        return StatusReport(
            rng.randrange(256), some_address(rng), some_stamp(rng), some_stamp(rng), rng.randrange(256)
        )  # fmt: skip
    make = rng.choice((ordinary_message, some_message))
    while True:
        message = make(rng)
        if isinstance(message, kinds):
            return message


def line_of(tpdu: bytes, message: Message) -> Line:
    return Line(PduModePdu(tpdu).hex(), isinstance(message, Submit | Command))


def changed(tpdu: bytes, rng: random.Random) -> bytes:
    """One octet of the TPDU changed (but for its type), or its end cut off."""
    if rng.random() < 0.1:
        return tpdu[: rng.randrange(1, len(tpdu))]
    at = rng.randrange(len(tpdu))
    value = rng.randrange(256)
    if at == 0:
        value = value & ~3 | tpdu[0] & 3
    return tpdu[:at] + bytes([value]) + tpdu[at + 1 :]


def ours(witness: Witness, count: int, rng: random.Random) -> Tally:
    messages: list[Message | PduError] = []
    lines = []
    for _ in range(count):
        message = some(rng, witness.kinds)
        messages.append(message)
        lines.append(line_of(message.encode(), message))
    return compare_reading(witness, MODES[0], lines, messages)


def theirs(witness: Witness, count: int, rng: random.Random) -> Tally:
    return compare_writing(witness, [witness.order(rng) for _ in range(count)])


def mutants(witness: Witness, count: int, rng: random.Random) -> Tally:
    messages: list[Message | PduError] = []
    lines = []
    for _ in range(count):
        message = some(rng, witness.kinds)
        line = line_of(changed(message.encode(), rng), message)
        lines.append(line)
        try:
            messages.append(facts.decode(*line))
        except PduError as error:
            messages.append(error)
    return compare_reading(witness, MODES[2], lines, messages)


def tallies(witness: Witness, count: int, seed: int) -> list[Tally]:
    """All that the witness can be asked, `count` messages in each mode."""
    found = [ours(witness, count, random.Random(seed)), mutants(witness, count, random.Random(seed))]
    if witness.writes:
        found.insert(1, theirs(witness, count, random.Random(seed)))
    return found
