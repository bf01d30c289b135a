"""`make mutate`: does a test notice when modem.wire is wrong? One small change at a time, in the source of one module.

The tests that judge are those of tests/wire without the round trips and without the foreign programs: a mutant that
is wrong both ways, in writing and in reading, must die by a vector. The survivors are printed.

    python -m tests.long.mutate [MODULE ...]      (all modules without names)
"""

from __future__ import annotations

import ast
import concurrent.futures
import copy
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent.parent
WIRE = ROOT / "modem" / "wire"
TIMEOUT = 120.0  # a mutant that runs so long has been noticed

# Round trips and foreign programs stay out.
JUDGES = ["tests/wire", "--ignore=tests/wire/test_wire_properties.py", "-m", "not foreign"]

_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
_OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult,
    ast.LShift: ast.RShift, ast.RShift: ast.LShift, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip


class Mutant(NamedTuple):
    """One change: where it is, what it is, and the whole source with it."""

    module: str
    line: int
    change: str
    source: str


def mutants(path: Path) -> Iterator[Mutant]:
    """All mutants of a module."""
    tree = ast.parse(path.read_text("utf-8"))
    for position, node in enumerate(ast.walk(tree)):
        for variant in range(2):
            changed = copy.deepcopy(tree)
            target = list(ast.walk(changed))[position]
            change = _mutate(target, variant)
            if change is not None:
                yield Mutant(
                    path.relative_to(WIRE).as_posix(), getattr(node, "lineno", 0), change, ast.unparse(changed)
                )


def _mutate(node: ast.AST, variant: int) -> str | None:
    """Change a node in one of its ways; what was done, or None when there is no such way."""
    match node:
        case ast.Constant(value=bool()) if variant == 0:
            node.value = not node.value
            return f"{not node.value} -> {node.value}"
        case ast.Constant(value=int()):
            before, node.value = node.value, node.value + (1 if variant == 0 else -1)
            return f"{before} -> {node.value}"
        case ast.Compare(ops=[operator]) if variant == 0 and type(operator) in _COMPARISONS:
            node.ops = [_COMPARISONS[type(operator)]()]
            return f"{type(operator).__name__} -> {type(node.ops[0]).__name__}"
        case ast.BinOp(op=operator) if variant == 0 and type(operator) in _OPERATORS:
            node.op = _OPERATORS[type(operator)]()
            return f"{type(operator).__name__} -> {type(node.op).__name__}"
        case ast.BoolOp(op=operator) if variant == 0:
            node.op = ast.Or() if isinstance(operator, ast.And) else ast.And()
            return f"{type(operator).__name__} -> {type(node.op).__name__}"
        case ast.UnaryOp(op=ast.Not()) if variant == 0:
            node.op = ast.UAdd()
            node.operand = ast.Call(ast.Name("bool", ast.Load()), [node.operand], [])
            return "not removed"
        case ast.If() | ast.IfExp() | ast.While() if variant == 0:
            node.test = ast.UnaryOp(ast.Not(), node.test)
            return f"{type(node).__name__} negated"
        case _:
            return None


def survives(mutant: Mutant) -> bool:
    """Whether all judging tests pass with the mutant in place of its module, in a tree of its own."""
    with tempfile.TemporaryDirectory(prefix="mutant-") as name:
        tree = Path(name)
        for part in ("tests", "emulator", "pyproject.toml", "README.md", "Makefile", "hw-tests"):
            (tree / part).symlink_to(ROOT / part)
        (tree / "modem" / "wire" / "breakdown").mkdir(parents=True)
        for source in (ROOT / "modem").iterdir():
            if source.name not in ("wire", "__pycache__"):
                (tree / "modem" / source.name).symlink_to(source)
        for source in WIRE.rglob("*.py"):
            module = source.relative_to(WIRE)
            if module.as_posix() != mutant.module:
                (tree / "modem" / "wire" / module).symlink_to(source)
        (tree / "modem" / "wire" / mutant.module).write_text(mutant.source, "utf-8")
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "--no-header", *JUDGES]
        environment = os.environ | {"PYTHONPATH": name, "PYTHONDONTWRITEBYTECODE": "1"}
        try:
            done = subprocess.run(
                command, cwd=tree, env=environment, capture_output=True, timeout=TIMEOUT, check=False
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return False
        return done.returncode == 0


def main(names: list[str]) -> int:
    paths = [WIRE / f"{name.removesuffix('.py')}.py" for name in names] or sorted(WIRE.rglob("*.py"))
    healthy = Mutant("__init__.py", 0, "nothing", (WIRE / "__init__.py").read_text("utf-8"))
    if not survives(healthy):
        print("the tests fail without any mutant: mend them first", file=sys.stderr)
        return 2
    began, total, alive = time.monotonic(), 0, 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for path in paths:
            found = list(mutants(path))
            survivors = [mutant for mutant, lives in zip(found, pool.map(survives, found), strict=True) if lives]
            total, alive = total + len(found), alive + len(survivors)
            print(f"{path.relative_to(WIRE)}: {len(found)} mutants, {len(survivors)} survive", flush=True)
            for mutant in survivors:
                line = path.read_text("utf-8").splitlines()[mutant.line - 1].strip() if mutant.line else ""
                print(f"    {mutant.module}:{mutant.line}: {mutant.change}: {line}", flush=True)
    print(f"{total} mutants, {total - alive} killed, {alive} survive, {time.monotonic() - began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
