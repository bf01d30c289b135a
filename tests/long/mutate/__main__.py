"""`make mutate`: does a test notice when modem.wire is wrong? One small change at a time, in the source of one module.

The tests that judge are those of tests/wire without the round trips and without the foreign programs: a mutant that
is wrong both ways, in writing and in reading, must die by a vector. `survivors.toml` lists those that no test can or
need notice, with the reason; any other survivor is printed, and the run then ends with 1.

    python -m tests.long.mutate [MODULE ...]      (all modules without names)
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import sys
import time
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import CodeType

from tests.long.mutate.judge import JUDGES, WIRE, Collected, Health, collected, healthy, name, start, verdict
from tests.long.mutate.mutants import Mutant, Source
from tests.long.mutate.reach import Reach

LISTED = Path(__file__).with_name("survivors.toml")


class Trial:
    """A mutant and the tests to be asked: in one go, or those of one file first and then all others."""

    def __init__(self, mutant: Mutant, source: Source, chosen: list[str], stages: list[list[str]]) -> None:
        self.mutant, self.source, self.chosen, self.stages = mutant, source, chosen, stages

    def code(self) -> CodeType:
        return Source(self.source.path, self.source.module).code(self.mutant)


class Court:
    """Decides which tests are asked about a mutant, and learns which of them notice most."""

    def __init__(self, health: Health, sources: list[Source]) -> None:
        self._reach = Reach(health, sources)
        self._quickest = {test: at for at, test in enumerate(health.tests)}
        self.lessons: defaultdict[str, Counter[str]] = defaultdict(Counter)  # by module: tests that noticed, files
        # At first, the file of whose tests the most have to do with the module.
        size = Counter(_file(test) for test in health.tests)
        related: defaultdict[str, set[str]] = defaultdict(set)
        for (module, _), tests in health.touched.items():
            related[module].update(tests)
        self._related = {
            source.module: Counter(
                {file: count / size[file] for file, count in Counter(map(_file, related[source.module])).items()}
            )
            for source in sources
        }

    def trials(self, sources: list[Source], at_import: bool) -> Iterator[Trial]:
        for source in sources:
            for mutant in source.mutants():
                if self._reach.at_import(mutant) is at_import:
                    yield self._trial(mutant, source)

    def _trial(self, mutant: Mutant, source: Source) -> Trial:
        chosen = self._ordered(mutant)
        noticed, related = self.lessons[mutant.module], self._related[mutant.module]
        files = sorted({_file(test) for test in chosen}, key=lambda file: (-noticed[file], -related[file], file))
        if self._reach.at_import(mutant):  # a module that cannot be imported stops every test of a file
            files += [file for file, _ in related.most_common(1) if file not in files]
        return Trial(mutant, source, chosen, [part for part in (files[:1], files[1:]) if part])

    def _ordered(self, mutant: Mutant) -> list[str]:
        """The tests that can notice: those that noticed most in this module, then the quickest."""
        likeliest = dict(self.lessons[mutant.module].most_common(20))
        return sorted(self._reach.tests(mutant), key=lambda test: (-likeliest.get(test, 0), self._quickest[test]))

    def all_content(self) -> bool:
        """Whether all tests pass where nothing is wrong."""
        path = WIRE / "errors.py"
        return (
            verdict(*start(name(path), path, Source(path, name(path)).healthy, [*self._quickest], JUDGES[:1])) is None
        )

    def noticed(self, mutant: Mutant, test: str) -> None:
        if test:
            self.lessons[mutant.module].update((test, _file(test)))


def _file(test: str) -> str:
    return test.partition("::")[0]


def judge(court: Court, waiting: Iterator[Trial], session: Collected | None = None) -> Iterator[tuple[Mutant, bool]]:
    """Each mutant, and whether a test noticed, as they come to an end; as many at a time as there are processors."""
    running: dict[int, Trial] = {}
    with selectors.DefaultSelector() as selector:

        def begin(trial: Trial) -> bool:
            if not trial.stages:
                return False
            if session:
                trial.stages = []
                reader, process = session.start(trial.code, trial.chosen)
            else:
                files = trial.stages.pop(0)
                reader, process = start(trial.source.module, trial.source.path, trial.code, trial.chosen, files)
            running[process] = trial
            selector.register(reader, selectors.EVENT_READ, process)
            return True

        try:
            while True:
                while len(running) < (os.cpu_count() or 1) and (trial := next(waiting, None)):
                    if not begin(trial):
                        yield trial.mutant, False
                if not running:
                    return
                for key, _ in selector.select():
                    selector.unregister(key.fileobj)
                    trial, test = running[key.data], verdict(key.fd, key.data)
                    del running[key.data]
                    if test is not None:
                        court.noticed(trial.mutant, test)
                        yield trial.mutant, True
                    elif not begin(trial):
                        yield trial.mutant, False
        finally:
            for process in running:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
                os.waitpid(process, 0)


def listed() -> dict[tuple[str, str], str]:
    """The survivors that are known, by module and name, with the reason of each."""
    with LISTED.open("rb") as file:
        groups = tomllib.load(file)["survivors"]
    return {
        (module, where): group["reason"]
        for group in groups
        for module, names in group["mutants"].items()
        for where in names
    }


def main(names: list[str]) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    began = time.monotonic()
    everything = [Source(path, name(path)) for path in sorted(WIRE.rglob("*.py"))]
    sources = [source for source in everything if not names or source.path.stem in names]
    court = Court(healthy(), everything)
    if not court.all_content():
        print("the tests fail without any mutant: mend them first", file=sys.stderr)
        return 2
    total = sum(1 for source in sources for _ in source.mutants())
    print(f"{total} mutants; on two processors three hundred take a minute", flush=True)
    # What runs at import needs a new import, and waits until the quick ones have taught which tests notice most.
    found = collected(
        lambda session: (list(judge(court, court.trials(sources, at_import=False), session)), court.lessons)
    )  # fmt: skip
    results, court.lessons = found
    results += judge(court, court.trials(sources, at_import=True))
    return report(results, sources, time.monotonic() - began)


def report(results: list[tuple[Mutant, bool]], sources: list[Source], seconds: float) -> int:
    """Print what became of the mutants of each module; 1 when one survives that is not listed."""
    known = listed()
    survivors = [mutant for mutant, noticed in results if not noticed]
    new = [mutant for mutant in survivors if (mutant.module, mutant.where) not in known]
    total = Counter(mutant.module for mutant, _ in results)
    alive, unlisted = (Counter(mutant.module for mutant in some) for some in (survivors, new))
    for module in total:
        killed = total[module] - alive[module]
        print(
            f"{module}: {total[module]} mutants, {killed} killed, {alive[module] - unlisted[module]} survive as listed"
        )
        for mutant in new:
            if mutant.module == module:
                print(f"    survives: {module}: {mutant.where}")
    alive_now = {(mutant.module, mutant.where) for mutant in survivors}
    for module, where in known:
        if (module, where) not in alive_now and module in {source.module for source in sources}:
            print(f"listed, but survives no more, or is not there: {module}: {where}")
    print(
        f"\n{len(results)} mutants, {len(results) - len(survivors)} killed, {len(survivors) - len(new)} survive as "
        f"listed, {len(new)} survive, {seconds:.0f} s"
    )
    return int(bool(new))


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
