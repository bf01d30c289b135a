"""Which tests can notice: those that run a statement's lines, or, where it runs at import, those that use its names."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from functools import cached_property
from typing import NamedTuple

from tests.long.mutate.judge import ROOT, Health
from tests.long.mutate.mutants import Mutant, Source


class _Use(NamedTuple):
    """Where a name is used, and the names that this place makes, when it runs at import."""

    module: str
    line: int
    makes: frozenset[str]


class Reach:
    """What a run without mutants told about lines, and the sources about names."""

    def __init__(self, health: Health, sources: list[Source]) -> None:
        self._health = health
        self._sources = {source.module: source for source in sources}

    def tests(self, mutant: Mutant) -> set[str]:
        """The tests that can notice; too many rather than too few."""
        touched, at_import = self._health.touched, self._health.at_import
        source = self._sources[mutant.module]
        places = {(mutant.module, line) for line in mutant.lines}
        reached = {test for place in places for test in touched.get(place, ())}
        if not self.at_import(mutant):
            return reached
        names: set[str] = set()
        waiting = set().union(*(source.makes(line) for line in mutant.lines))
        while waiting:
            name = waiting.pop()
            names.add(name)
            for use in self._uses[name]:
                reached.update(touched.get((use.module, use.line), ()))
                if (use.module, use.line) in at_import or use.line in self._sources[use.module].cached:
                    waiting |= use.makes - names
        return reached | self._users(names)

    def at_import(self, mutant: Mutant) -> bool:
        """Whether it runs when modules are imported, or its results are kept from test to test."""
        places = {(mutant.module, line) for line in mutant.lines}
        return bool(places & self._health.at_import or self._sources[mutant.module].cached & set(mutant.lines))

    @cached_property
    def _uses(self) -> dict[str, list[_Use]]:
        uses = defaultdict(list)
        for source in self._sources.values():
            for node in source.nodes():
                name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
                if name:
                    uses[name].append(_Use(source.module, node.lineno, source.makes(node.lineno)))
        return uses

    def _users(self, names: set[str]) -> set[str]:
        """The tests of files that use one of the names, or a file of helpers that does."""
        helpers = {stem for stem, words in self._words.items() if not stem.startswith("test_") and words & names}
        stems = {stem for stem, words in self._words.items() if words & (names | helpers)}
        return {test for test in self._health.tests if test.partition(".py::")[0].rpartition("/")[2] in stems}

    @cached_property
    def _words(self) -> dict[str, set[str]]:
        paths = (ROOT / "tests" / "wire").glob("*.py")
        return {path.stem: set(re.findall(r"\w+", path.read_text("utf-8"))) for path in paths}
