"""A PDU taken apart: every octet in one field, with its value, its clause and what is wrong with it.

Where `tpdu` and `reports` give a value or an error, this shows as much as can be shown of any octets: what cannot be
decoded stays in a field of its own.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from ..errors import PduError
from ..user_data import UserData
from .kinds import Field, Kind
from .layouts import LAYOUTS, Walk


class Breakdown(NamedTuple):
    """The fields in order: together their octets are `octets`. `error` is why the TPDU cannot be decoded, None when it
    can; `strict_error` the first thing that the standard has against it. Offsets count from the first of `octets`."""

    kind: Kind
    octets: bytes
    fields: tuple[Field, ...]
    facts: dict[str, Any]
    length: int
    error: PduError | None
    strict_error: PduError | None
    user_data: UserData | None


def break_down(octets: bytes, kind: Kind, service_centre: bool = False, record: bool = False) -> Breakdown:
    """Take apart `octets`: a TPDU of `kind`, after a service centre address or not; with `record`, a record of EF_SMS,
    which begins with its status and is filled up behind the TPDU. Raises nothing.
    """
    walk = Walk(octets, kind, record)
    stopped: PduError | None = None
    try:
        if record:
            walk.record_status()
        if service_centre:
            walk.service_centre()
        walk.start = walk.at
        for step in LAYOUTS[kind]:
            step(walk)
    except PduError as problem:
        stopped = problem
    end = walk.at
    if end < len(octets):
        walk.rest(stopped)
    tpdu = octets[walk.start : end if record and stopped is None else len(octets)]
    error, strict_error = (_refusal(kind, tpdu, walk.start, strict) for strict in (False, True))
    error = error or stopped
    problems = walk.problems + [found for found in (stopped, error, strict_error) if found is not None]
    first = strict_error or error
    if walk.problems and (first is None or (walk.problems[0].offset or 0) < walk.start):
        first = walk.problems[0]
    fields = _marked(walk.fields, problems, len(octets))
    return Breakdown(kind, octets, fields, walk.facts, len(tpdu), error, first, walk.content)


def _refusal(kind: Kind, tpdu: bytes, start: int, strict: bool) -> PduError | None:
    try:
        kind.decode(tpdu, strict)
    except PduError as error:
        offset = error.offset if error.offset is None else error.offset + start
        return PduError(error.message, field=error.field, offset=offset, clause=error.clause)
    return None


def _marked(fields: list[Field], problems: list[PduError], size: int) -> tuple[Field, ...]:
    """The fields, each with the problems that begin in its octets; a field for what is missing at the end."""
    marks: dict[int, list[str]] = {}
    missing: dict[str, PduError] = {}
    for problem in problems:
        at = problem.offset if problem.offset is not None else size
        place = next((n for n, field in enumerate(fields) if 0 <= at - field.offset < len(field.octets)), None)
        if place is None:
            missing.setdefault(problem.field, problem)
            continue
        words = f"{problem.message} ({problem.clause})" if problem.clause else problem.message
        known = marks.setdefault(place, [])
        if words not in known:
            known.append(words)
    shown = [field._replace(problem="; ".join(marks.get(n, ()))) for n, field in enumerate(fields)]
    shown += [Field(name, size, b"", "missing", it.clause, (), it.message) for name, it in missing.items()]
    return tuple(shown)
