"""Whether the tests notice a mutant: each is judged in a fork of this process, which has loaded all but the code.

Only tests that run a line of the changed statement can notice, so only they are asked; which these are, `healthy`
finds out. What runs while the modules are imported may concern every test.
"""

from __future__ import annotations

import contextlib
import gc
import importlib.util
import os
import pickle
import resource
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, settings

ROOT = Path(__file__).parents[3]
WIRE = ROOT / "modem" / "wire"

# Round trips and foreign programs stay out.
JUDGES = ["tests/wire", "--ignore=tests/wire/test_wire_properties.py", "-m", "not foreign"]
OPTIONS = [
    *("-x", "--assert=plain", f"--rootdir={ROOT}"),
    *("-p", "no:cacheprovider", "-p", "no:terminal", "-p", "no:logging", "-o", "timeout=0"),
]
TEST_SECONDS = 3.0  # of processor time for one test; the slowest healthy one takes a tenth of a second
MEMORY = 2 << 30

# The same examples each time, so that the same mutants survive.
settings.register_profile(
    "mutate", derandomize=True, database=None, deadline=None, max_examples=30, phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)  # fmt: skip

Touched = dict[tuple[str, int], list[str]]  # (module, line) to the tests that run it


class Health(NamedTuple):
    """What a run without a mutant told. `at_import` are the lines that run when modules are imported."""

    tests: list[str]  # the quickest first
    touched: Touched
    at_import: set[tuple[str, int]]
    loaded: list[str]


def _import_all() -> None:
    """Every module of the formats: some are imported only when they are used, and that would be within a test."""
    for path in WIRE.rglob("*.py"):
        if path.stem != "__init__":
            importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))


class _Watch:
    """A plugin that notes which lines of the formats each test runs."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.touched: Touched = {}
        self.lines: set[tuple[str, int]] = set()

    def pytest_sessionstart(self) -> None:
        sys.settrace(self._call)
        _import_all()
        sys.settrace(None)
        self.at_import = self.lines

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self.lines = set()
        began = time.process_time()
        sys.settrace(self._call)
        try:
            return (yield)
        finally:
            sys.settrace(None)
            self.seconds[item.nodeid] = time.process_time() - began
            for line in self.lines:
                self.touched.setdefault(line, []).append(item.nodeid)

    def _call(self, frame: FrameType, _event: str, _: Any) -> Any:
        if not frame.f_code.co_filename.startswith(str(WIRE)):
            return None
        module, add = name(Path(frame.f_code.co_filename)), self.lines.add

        def line(frame: FrameType, _event: str, _: Any) -> Any:
            add((module, frame.f_lineno))
            return line

        return line


class _Verdict:
    """A plugin that runs the chosen tests in their order, each with a limit of processor time."""

    def __init__(self, chosen: list[str]) -> None:
        self.order = {test: at for at, test in enumerate(chosen)}
        self.noticed_by = ""

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if item.nodeid in self.order]
        items.sort(key=lambda item: self.order[item.nodeid])

    def pytest_runtest_protocol(self) -> None:
        signal.setitimer(signal.ITIMER_PROF, TEST_SECONDS)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.noticed_by = report.nodeid


class _Session:
    """A plugin that runs no tests, but does something while they are collected and their modules loaded."""

    def __init__(self, work: Callable[[Collected], Any]) -> None:
        self.work = work

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        _import_all()
        functions: dict[tuple[str, str, int], list[FunctionType]] = {}
        for found in gc.get_objects():
            if isinstance(found, FunctionType) and found.__code__.co_filename.startswith(str(WIRE)):
                code = found.__code__
                functions.setdefault((code.co_filename, code.co_qualname, code.co_firstlineno), []).append(found)
        gc.freeze()
        self.value = self.work(Collected({item.nodeid: item for item in session.items}, functions))
        return True


class Collected(NamedTuple):
    """All tests, and all functions of the formats by file, name and line."""

    items: dict[str, pytest.Item]
    functions: dict[tuple[str, str, int], list[FunctionType]]

    def start(self, code: Callable[[], CodeType], chosen: list[str]) -> tuple[int, int]:
        """Like `start`, many times as fast, for a change within a function: it gets other code, where it is."""

        def run() -> str | None:
            _swap(code(), self.functions)
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            verdict = _Verdict([])
            manager = next(iter(self.items.values())).config.pluginmanager
            manager.register(verdict)
            for test in chosen:
                item = self.items[test]
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
                if verdict.noticed_by:
                    return verdict.noticed_by
            return None

        return _fork(run)


def _swap(code: CodeType, functions: dict[tuple[str, str, int], list[FunctionType]]) -> None:
    for part in code.co_consts:
        if isinstance(part, CodeType):
            for function in functions.get((part.co_filename, part.co_qualname, part.co_firstlineno), ()):
                function.__code__ = part
            _swap(part, functions)


def collected(work: Callable[[Collected], Any]) -> Any:
    """What `work` makes of the collected tests, in a process of its own: this one stays without the formats."""

    def run() -> Any:
        # It has forks of its own to end before it ends.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        session = _Session(work)
        pytest.main([*OPTIONS, *JUDGES], plugins=[session])
        return session.value

    return _value(run)


class _Mutated(SourceFileLoader):
    """Loads a module from code that is given."""

    def __init__(self, fullname: str, path: str, code: CodeType) -> None:
        super().__init__(fullname, path)
        self.code = code

    def get_code(self, _fullname: str) -> CodeType:
        return self.code


class _Finder:
    """Finds one module, before anybody else can."""

    def __init__(self, module: str, path: Path, code: CodeType) -> None:
        self.fullname = f"modem.wire.{module}"
        self.loader = _Mutated(self.fullname, str(path), code)

    def find_spec(self, fullname: str, _path: Any = None, _target: ModuleType | None = None) -> ModuleSpec | None:
        if fullname != self.fullname:
            return None
        return importlib.util.spec_from_file_location(fullname, self.loader.path, loader=self.loader)


def name(path: Path) -> str:
    """A module's name below modem.wire."""
    return ".".join(path.relative_to(WIRE).with_suffix("").parts)


def healthy() -> Health:
    """Run all judges without a mutant, and make this process ready to be forked."""

    def run() -> Health:
        watch = _Watch()
        # To the end: watched, a test of speed may fail.
        pytest.main([*OPTIONS, "--maxfail=0", *JUDGES], plugins=[watch])
        loaded = [key for key in sys.modules if key.split(".")[0] not in ("modem", "tests", "conftest", "__main__")]
        return Health(sorted(watch.seconds, key=watch.seconds.__getitem__), watch.touched, watch.at_import, loaded)

    settings.load_profile("mutate")
    health: Health = _value(run)
    for module in health.loaded:
        if module not in sys.modules:
            with contextlib.suppress(Exception):
                importlib.import_module(module)
    gc.collect()
    gc.freeze()
    return health


def start(
    module: str, path: Path, code: Callable[[], CodeType], chosen: list[str], files: list[str]
) -> tuple[int, int]:
    """Begin to judge a mutant by the `chosen` tests of `files`; what `verdict` is to be asked with."""

    def run() -> str | None:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        signal.setitimer(signal.ITIMER_PROF, 3 * TEST_SECONDS)  # to import and to collect
        sys.meta_path.insert(0, _Finder(module, path, code()))
        verdict = _Verdict(chosen)
        done = pytest.main([*OPTIONS, *files, *JUDGES[1:]], plugins=[verdict])
        # Without a test to blame, collecting failed: the mutant cannot be imported.
        return verdict.noticed_by if done not in (0, 5) else None

    return _fork(run)


def verdict(reader: int, process: int) -> str | None:
    """The test that noticed, None when all were content, "" when the limits ended it or nothing could be imported."""
    with os.fdopen(reader, "rb") as pipe:
        said = pipe.read()
    os.waitpid(process, 0)
    value: str | None = pickle.loads(said) if said else ""
    return value


def _value(run: Callable[[], Any]) -> Any:
    """What something gives, run in a fork that is ended when this is broken off."""
    reader, process = _fork(run)
    try:
        with os.fdopen(reader, "rb") as pipe:
            return pickle.load(pipe)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGTERM)
        os.waitpid(process, 0)


def _fork(run: Callable[[], Any]) -> tuple[int, int]:
    """Run something in a fork, silently; its value arrives, pickled, at the descriptor."""
    reader, writer = os.pipe()
    process = os.fork()
    if process:
        os.close(writer)
        return reader, process
    status = 1
    try:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        nothing = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1) if os.environ.get("MUTATE_DEBUG") else (0, 1, 2):
            os.dup2(nothing, descriptor)
        value = run()
        with os.fdopen(writer, "wb") as pipe:
            pickle.dump(value, pipe)
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)
