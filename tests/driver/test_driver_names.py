"""What the driver offers, and what importing it costs."""

from __future__ import annotations

import inspect
import subprocess
import sys

import pytest

import modem
from modem import client, errors, sync


def test_public_names() -> None:
    assert modem.__all__ == [
        "Commands",
        "Delivery",
        "Message",
        "Modem",
        "ModemError",
        "ModemInfo",
        "Registration",
        "SendOutcomeUnknown",
        "Sent",
        "find_modems",
    ]
    for name in modem.__all__:
        assert getattr(modem, name).__name__ == name
    with pytest.raises(AttributeError):
        _ = modem.nothing  # type: ignore[attr-defined]


def test_the_blocking_modem_has_the_same_methods() -> None:
    def methods(kind: type) -> set[str]:
        return {name for name, _ in inspect.getmembers(kind) if not name.startswith("_")}

    assert methods(client.Modem) - methods(sync.Modem) == {"put_back"}
    assert methods(sync.Modem) <= methods(client.Modem)


def test_errors_are_one_tree_with_distinct_kinds() -> None:
    tree = [errors.ModemError]
    for kind in tree:
        tree += kind.__subclasses__()
    own = [kind for kind in tree if kind.__module__ == errors.__name__]
    assert len({kind.kind for kind in own}) == len(own)
    assert not {kind.__name__ for kind in own} & set(dir(__builtins__))


@pytest.mark.parametrize(
    ("statement", "unwanted"),
    [
        ("import modem.wire.tpdu, modem.wire.at", ["asyncio", "dataclasses", "serial", "logging", "argparse"]),
        ("import modem.engine, modem.session, modem.outbox", ["asyncio", "socket", "serial", "threading", "http"]),
        ("import modem.client", ["serial", "serial_asyncio", "aiohttp", "argparse"]),
    ],
)
def test_imports(statement: str, unwanted: list[str]) -> None:
    code = f"{statement}\nimport sys\nprint([name for name in {unwanted!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
