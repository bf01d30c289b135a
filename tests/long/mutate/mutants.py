"""What a mutant is: one small change in the source of one module."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import CodeType
from typing import NamedTuple

_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
_OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult,
    ast.LShift: ast.RShift, ast.RShift: ast.LShift, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip
_SIGNS = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=", ast.In: "in",
    ast.NotIn: "not in", ast.Is: "is", ast.IsNot: "is not", ast.Add: "+", ast.Sub: "-", ast.Mult: "*",
    ast.FloorDiv: "//", ast.Mod: "%", ast.LShift: "<<", ast.RShift: ">>", ast.BitAnd: "&", ast.BitOr: "|",
    ast.And: "and", ast.Or: "or",
}  # fmt: skip

Position = tuple[int, int]  # line and octet, as ast counts them


class Mutant(NamedTuple):
    """One change. `where` is its name: function, and line of source with the change in its place, between guillemets.

    It has no line number, so that the list of survivors outlives edits elsewhere in the module.
    """

    module: str
    where: str
    lines: range  # of the statement around it: a test that runs none of them cannot notice
    place: int
    variant: int


class Change(NamedTuple):
    """What stands between two positions becomes something else; `sign`, where it is an operator between operands."""

    new: str
    start: Position
    end: Position
    sign: str = ""


class Source:
    """A module, and its mutants."""

    def __init__(self, path: Path, module: str) -> None:
        self.path, self.module = path, module
        self._lines = path.read_bytes().splitlines()
        self._tree = ast.parse(path.read_bytes())
        self._nodes: list[tuple[ast.AST, range, str]] = []
        self._collect(self._tree, range(0), "")
        # The bodies of functions whose results are kept run in the first test only, and serve all.
        self.cached = {
            line
            for node, _, _ in self._nodes
            if isinstance(node, ast.FunctionDef) and any("cache" in ast.unparse(item) for item in node.decorator_list)
            for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
        }

    def _collect(self, node: ast.AST, lines: range, scope: str) -> None:
        """All nodes that run, each with the lines of its statement: of the head, where the statement has a body."""
        compound = hasattr(node, "body") and isinstance(node, ast.stmt)
        if isinstance(node, ast.expr | ast.stmt) and (isinstance(node, ast.stmt) or not lines):
            lines = range(0) if compound else range(node.lineno, (node.end_lineno or node.lineno) + 1)
        head = node.test if isinstance(node, ast.If | ast.While) else node
        own = lines or range(getattr(head, "lineno", 1), (getattr(head, "end_lineno", 1) or 1) + 1)
        self._nodes.append((node, own, scope))
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            scope = f"{scope}{node.name}."
        for name, value in ast.iter_fields(node):
            # Annotations are never evaluated here; how much a cache holds changes no result.
            if name in ("annotation", "returns", "type_comment") or (
                name == "decorator_list" and any("cache" in ast.unparse(item) for item in value)
            ):
                continue
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    self._collect(child, lines, scope)

    def nodes(self) -> Iterator[ast.AST]:
        return (node for node, _, _ in self._nodes)

    def makes(self, line: int) -> frozenset[str]:
        """The names of the module that the statement at a line defines or, where it defines none, uses."""
        for statement in self._tree.body:
            if statement.lineno <= line <= (statement.end_lineno or 0) or any(
                item.lineno <= line < statement.lineno for item in getattr(statement, "decorator_list", ())
            ):
                if isinstance(statement, ast.FunctionDef | ast.ClassDef):
                    return frozenset((statement.name,))
                named = [node for node in ast.walk(statement) if isinstance(node, ast.Name)]
                stored = [node.id for node in named if isinstance(node.ctx, ast.Store)]
                return frozenset(stored or (node.id for node in named))
        return frozenset()

    def mutants(self) -> Iterator[Mutant]:
        seen: Counter[str] = Counter()
        for place, (node, lines, scope) in enumerate(self._nodes):
            for variant in range(2):
                before = dict(vars(node))
                change = _mutate(node, variant)
                vars(node).clear()
                vars(node).update(before)
                if change is not None:
                    where = f"{scope.rstrip('.') or 'module'}: {self._marked(change)}"
                    seen[where] += 1
                    where += f" ({seen[where]})" if seen[where] > 1 else ""
                    yield Mutant(self.module, where, lines, place, variant)

    def healthy(self) -> CodeType:
        return compile(self._tree, str(self.path), "exec")

    def code(self, mutant: Mutant) -> CodeType:
        """The module with the change in it. Once only: the change stays."""
        _mutate(self._nodes[mutant.place][0], mutant.variant)
        return compile(ast.fix_missing_locations(self._tree), str(self.path), "exec")

    def _marked(self, change: Change) -> str:
        line = self._lines[change.start[0] - 1]
        stop = change.end[1] if change.end[0] == change.start[0] else len(line)
        if change.sign:  # between two operands there may be parentheses as well, and an end of line before it
            if change.sign.encode() not in line[change.start[1] : stop]:
                line, stop = self._lines[change.end[0] - 1], change.end[1]
                first = line.rindex(change.sign.encode(), 0, stop)
            else:
                first = line.index(change.sign.encode(), change.start[1], stop)
            stop = first + len(change.sign.encode())
        else:
            first = change.start[1]
        old = line[first:stop].decode()
        marked = line[:first] + f"«{old.strip()}→{change.new}»".encode() + line[stop:]
        return " ".join(marked.decode().split("  #")[0].split())


def _begin(node: ast.AST) -> Position:
    return node.lineno, node.col_offset


def _end(node: ast.AST) -> Position:
    return node.end_lineno, node.end_col_offset


def _mutate(node: ast.AST, variant: int) -> Change | None:
    """Change a node in one of its ways; None when there is no such way."""
    match node:
        case ast.Constant(value=bool()) if variant == 0:
            node.value = not node.value
            return Change(str(node.value), _begin(node), _end(node))
        case ast.Constant(value=int()) if not isinstance(node.value, bool):
            node.value += 1 if variant == 0 else -1
            return Change(str(node.value), _begin(node), _end(node))
        case ast.Compare(ops=[operator]) if variant == 0 and type(operator) in _COMPARISONS:
            node.ops = [_COMPARISONS[type(operator)]()]
            return Change(
                _SIGNS[type(node.ops[0])], _end(node.left), _begin(node.comparators[0]), _SIGNS[type(operator)]
            )
        case ast.BinOp(op=operator) if variant == 0 and type(operator) in _OPERATORS:
            node.op = _OPERATORS[type(operator)]()
            return Change(_SIGNS[type(node.op)], _end(node.left), _begin(node.right), _SIGNS[type(operator)])
        case ast.BoolOp(op=operator) if variant == 0:
            node.op = ast.Or() if isinstance(operator, ast.And) else ast.And()
            return Change(
                _SIGNS[type(node.op)], _end(node.values[0]), _begin(node.values[1]), _SIGNS[type(operator)]
            )  # fmt: skip
        case ast.UnaryOp(op=ast.Not()) if variant == 0:
            begin, node.op = _begin(node), ast.UAdd()
            node.operand = ast.Call(ast.Name("bool", ast.Load()), [node.operand], [])
            return Change("", begin, _begin(node.operand.args[0]))
        case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test) if variant == 0:
            if isinstance(test, ast.Constant):
                return None
            node.test = ast.UnaryOp(ast.Not(), test)
            return Change("not ", _begin(test), _begin(test))
        case _:
            return None
