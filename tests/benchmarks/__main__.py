"""`make bench`, or `python -m tests.benchmarks [NAME ...]`: figures beside a peer or the bare machine, in one run.

Nothing here is a test: a figure is for reading, and for comparing with the others of the same run.
"""

from __future__ import annotations

import sys

from tests.benchmarks import codec, emulator, world

ALL = {"codec": codec.main, "emulator": emulator.main, "world": world.main}


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in ALL]
    if unknown:
        print(f"no benchmark {unknown[0]!r}; there are: {', '.join(ALL)}", file=sys.stderr)
        return 2
    for name in names or ALL:
        ALL[name]()
    return 0


sys.exit(main(sys.argv[1:]))
