"""Who may import whom: the rules of the house, read from the source."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
WORLD = {"asyncio", "socket", "serial", "serial_asyncio", "time", "http", "threading", "aiohttp", "selectors", "ssl"}

# Parts that take octets, time and randomness as arguments and touch nothing else.
SANS_IO = [
    *(f"modem/{name}.py" for name in ("engine", "commands", "script", "session", "outbox", "inbox", "messages")),
    *(f"emulator/{name}.py" for name in ("clock", "journal", "radio", "network", "smsc", "sim", "bench", "narrator")),
    *(f"emulator/firmware/{path.name}" for path in (ROOT / "emulator/firmware").glob("*.py")),
    *(
        f"emulator/cloud/{path.name}"
        for path in (ROOT / "emulator/cloud").glob("*.py")
        if path.name not in ("http_api.py", "http_inspector.py", "callback_sender.py")
    ),
]


def sources(package: str) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in sorted((ROOT / package).rglob("*.py"))]


def imports(path: str) -> set[str]:
    """The absolute names of all modules that a file imports, wherever in it."""
    package = path.removesuffix("/__init__.py").removesuffix(".py").split("/")
    if not path.endswith("__init__.py"):
        package.pop()
    found = set()
    for node in ast.walk(ast.parse((ROOT / path).read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            found |= {f"{module}.{alias.name}" for alias in node.names} | {module}
    return found


def below(names: set[str], *packages: str) -> set[str]:
    return {name for name in names if any(name == package or name.startswith(f"{package}.") for package in packages)}


@pytest.mark.parametrize("path", sources("modem/wire"))
def test_the_formats_need_nothing_but_the_standard_library(path: str) -> None:
    names = imports(path)
    others = {name.split(".")[0] for name in names - below(names, "modem.wire")}
    assert others <= set(sys.stdlib_module_names)
    assert not others & (WORLD | {"dataclasses", "inspect", "logging"})  # the last three for what their import costs


def test_the_codec_imports_nothing_that_costs_more_than_itself() -> None:
    """On a small board an import of typing takes longer than coding a thousand messages."""
    codec = ("modem.wire.tpdu", "modem.wire.reports", "modem.wire.segments", "modem.wire.pdumode")
    seldom = {f"modem.wire.{name}" for name in ("at", "breakdown", "causes", "cell_broadcast", "languages", "records")}
    dear = (
        WORLD - {"time"}
        | seldom
        | {"contextlib", "dataclasses", "inspect", "json", "logging", "re", "typing", "warnings"}
    )
    # Without site, which imports what it likes; time is there from the start.
    listing = [sys.executable, "-S", "-c", f"import sys, {', '.join(codec)}; print(*sys.modules)"]
    listed = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert set(codec) <= set(listed)
    assert not dear & set(listed)


@pytest.mark.parametrize("path", sources("modem"))
def test_the_driver_never_imports_the_emulator(path: str) -> None:
    assert not below(imports(path), "emulator")


@pytest.mark.parametrize("path", sources("emulator"))
def test_the_emulator_shares_the_formats_with_the_driver_and_nothing_else(path: str) -> None:
    names = imports(path)
    shared = below(names, "modem") - below(names, "modem.wire") - {"modem"}
    allowed = {"modem.Modem", "modem.ModemError"} if path == "emulator/demo.py" else set()
    assert shared <= allowed


@pytest.mark.parametrize("path", SANS_IO)
def test_logic_touches_no_socket_no_clock_and_no_thread(path: str) -> None:
    assert not {name.split(".")[0] for name in imports(path)} & WORLD


@pytest.mark.parametrize("path", sources("modem"))
def test_one_file_knows_the_serial_libraries(path: str) -> None:
    if path != "modem/ports.py":
        assert not below(imports(path), "serial", "serial_asyncio", "serialx")


@pytest.mark.parametrize(
    ("path", "unknown"),
    [
        *((f"emulator/cloud/{file.name}", "emulator.firmware") for file in (ROOT / "emulator/cloud").glob("*.py")),
        *((f"emulator/firmware/{file.name}", "emulator.cloud") for file in (ROOT / "emulator/firmware").glob("*.py")),
        *((f"emulator/firmware/{file.name}", "emulator.smsc") for file in (ROOT / "emulator/firmware").glob("*.py")),
        ("emulator/network.py", "emulator.firmware"),
        ("emulator/network.py", "emulator.cloud"),
        ("emulator/smsc.py", "emulator.firmware"),
        ("emulator/sim.py", "emulator.firmware"),
    ],
)
def test_knowledge_flows_one_way(path: str, unknown: str) -> None:
    assert not below(imports(path), unknown)


def test_there_are_no_files_that_nobody_would_look_for() -> None:
    expected = {"pyproject.toml", "modem", "emulator", "tests", "hw-tests", "README.md", "LICENSE", "CHANGELOG.md",
                "Makefile", ".gitignore", ".ci"}  # fmt: skip
    git = ROOT / ".git"
    if not git.exists():
        pytest.skip("not a checkout")
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert {name.split("/")[0] for name in listed.splitlines()} == expected
