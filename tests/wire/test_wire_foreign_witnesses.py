"""A short `make witness`: other programs read ours, we read theirs, both read messages with octets changed.

Each disagreement must be explained by a bug of the witness that `tests/long/witnesses` names.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable

import pytest

from tests.long.witnesses.installed import ALL
from tests.long.witnesses.modes import tallies
from tests.long.witnesses.witness import Witness

pytestmark = pytest.mark.foreign


@pytest.mark.parametrize("make", ALL, ids=[make.name for make in ALL])
def test_disagreements_are_the_bugs_of_the_witness(make: Callable[[], Witness]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the peers' sources warn when they are compiled
        try:
            witness = make()
        except ImportError as error:
            pytest.skip(f"not installed: {error}")
        for tally in tallies(witness, count=200, seed=2936):
            assert tally.unexplained == [], str(tally)
            assert tally.agreed > 0
