"""The pytest plugin: fixtures `emulated_modem` and `modem_bench`, the mark `modem`, and transcripts of failed tests.

A run that asks for no modem imports nothing but this file.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from emulator.bench import Bench
    from emulator.testing.running import EmulatedModem

_TRANSCRIPTS = pytest.StashKey[list[Any]]()


def pytest_configure(config: pytest.Config) -> None:
    """Make the mark known."""
    config.addinivalue_line(
        "markers",
        "modem(profile='generic', pin=None, seed=1, ports=None, http=False, cold=False): which modem emulated_modem "
        "and modem_bench are (the last three for emulated_modem alone)",
    )


@pytest.fixture
def modem_options(request: pytest.FixtureRequest) -> dict[str, Any]:
    """What the mark `modem` says; override it to choose for a whole module or to parametrise."""
    options: dict[str, Any] = {}
    for mark in reversed(list(request.node.iter_markers("modem"))):  # the nearest wins
        options |= mark.kwargs
    return options


@pytest.fixture
def emulated_modem(request: pytest.FixtureRequest, modem_options: dict[str, Any]) -> Iterator[EmulatedModem]:
    """A modem that runs in real time: `.port` to open, `.receive_sms(sender, text)`, `.sent`, `.wait_sent(n)`."""
    from emulator.testing.running import EmulatedModem

    with EmulatedModem(**modem_options) as modem:
        _keep(request, modem._transcript)
        yield modem


@pytest.fixture
def modem_bench(request: pytest.FixtureRequest, modem_options: dict[str, Any]) -> Bench:
    """A bench with a modem just switched on, on a clock that stands still until `.clock.advance(seconds)`."""
    from emulator.bench import Bench
    from emulator.testing.transcript import Transcript

    options: dict[str, Any] = {"seed": 1}
    options |= {name: modem_options[name] for name in ("profile", "pin", "seed") if name in modem_options}
    bench = Bench(**options)
    _keep(request, Transcript(bench))
    return bench


def _keep(request: pytest.FixtureRequest, transcript: object) -> None:
    request.node.stash.setdefault(_TRANSCRIPTS, []).append(transcript)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failed test shows what its modem heard, said and did."""
    report = yield
    if report.failed:
        report.sections += [("modem", str(transcript)) for transcript in item.stash.get(_TRANSCRIPTS, [])]
    return report
