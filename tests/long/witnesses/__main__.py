"""`make witness`: other programs read what we write, write what we read, and read messages with octets changed.

Every disagreement is counted under the name of the witness's bug that explains it, or printed; the run then ends
with 1. What is not installed is named and left out.

    python -m tests.long.witnesses [COUNT] [SEED]
"""

from __future__ import annotations

import sys

from tests.long.witnesses.installed import witnesses
from tests.long.witnesses.modes import tallies
from tests.long.witnesses.witness import HEADING


def main(count: int, seed: int) -> int:
    present, missing = witnesses()
    print(f"{count:,} messages in each mode, seed {seed}\n\n{HEADING}")
    unexplained = 0
    for witness in present:
        for tally in tallies(witness, count, seed):
            print(tally, flush=True)
            unexplained += len(tally.unexplained)
    for name, reason in missing.items():
        print(f"left out: {name} ({reason})")
    print(f"\n{unexplained} unexplained")
    return int(unexplained > 0)


if __name__ == "__main__":
    arguments = [int(argument) for argument in sys.argv[1:]]
    sys.exit(main(arguments[0] if arguments else 10_000, arguments[1] if len(arguments) > 1 else 1))
