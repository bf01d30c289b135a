"""What PDUs say, field by field, for people and as JSON: `modem decode`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from .errors import InvalidInput
from .pasting import MAX_DIGITS, Found, Scanner, lines_of
from .terminal import coloured, complain, flush, show, show_json, visible
from .wire.breakdown import KINDS, Bits, Field, Reading, read
from .wire.segments import Reassembler, join

WIDTH = 100
_OCTETS = 8  # a line
_VALUE_WIDTH = 42

# <stat> of +CMGL and +CMGR (TS 27.005 3.1)
STATUS = ("received, unread", "received, read", "stored, unsent", "stored, sent")


class Decoded(NamedTuple):
    """One PDU: where it was found, and the reading of it."""

    number: int
    found: Found
    reading: Reading
    dangling: str  # a last digit without a partner

    @property
    def problem(self) -> str | None:
        """Why it cannot be decoded."""
        error = self.reading.breakdown.error
        if error is not None:
            return str(error)
        return f"an odd number of digits: the last, {self.dangling}, is left out" if self.dangling else None


class Whole(NamedTuple):
    """A long message: its text or data (None while parts are missing) and the PDUs that are its parts."""

    body: str | bytes | None
    parts: tuple[Decoded, ...]


class Decoder:
    """Takes lines, gives PDUs, and the long messages at the end."""

    def __init__(self, from_mobile: bool | None = None, service_centre: bool | None = None) -> None:
        self._from_mobile = from_mobile
        self._service_centre = service_centre
        self._scanner = Scanner(self._makes_sense)
        self._reassembler = Reassembler()
        self._whole: list[Whole] = []
        self.count = 0

    @property
    def text_mode(self) -> bool:
        """Whether messages in text mode were seen, which are no PDUs."""
        return self._scanner.text_mode

    @property
    def too_long(self) -> int:
        """How many rows of digits were left out, because no PDU is so long."""
        return self._scanner.too_long

    def words(self, words: list[str]) -> Iterator[Decoded]:
        """PDUs given as arguments: several, or one that blanks divide, or pasted text."""
        digits = ["".join(word.split()) for word in words]
        if all(_is_hex(word) for word in digits):
            whole = "".join(digits)
            if len(digits) > 1 and (all(map(self._is_valid, digits)) or not self._makes_sense(whole)):
                for word in digits:
                    yield self._decoded(Found((word,), 0))
            else:
                yield self._decoded(Found((whole,), 0))
        else:
            yield from self.lines(" ".join(words).splitlines())

    def lines(self, lines: Iterable[str]) -> Iterator[Decoded]:
        """PDUs in pasted text."""
        for line in lines:
            yield from map(self._decoded, self._scanner.feed(line))
        yield from map(self._decoded, self._scanner.end())

    def whole(self) -> list[Whole]:
        """The messages of several parts, complete or not, of the PDUs so far."""
        missing = self._reassembler.expired(float("inf"))
        return self._whole + [Whole(None, tuple(parts)) for parts in missing]  # type: ignore[arg-type]

    def _makes_sense(self, digits: str) -> bool:
        return len(digits) % 2 == 0 and self._read(Found((digits,), 0), digits).decodes

    def _is_valid(self, digits: str) -> bool:
        if len(digits) % 2:
            return False
        return self._read(Found((digits,), 0), digits).breakdown.strict_error is None

    def _read(self, found: Found, digits: str) -> Reading:
        octets = bytes.fromhex(digits[: len(digits) & ~1])
        return read(octets, found.hint, self._from_mobile, self._service_centre)

    def _decoded(self, found: Found) -> Decoded:
        readings = [(self._read(found, digits), digits) for digits in found.digits]
        reading, digits = next((pair for pair in readings if pair[0].decodes), readings[0])
        self.count += 1
        decoded = Decoded(self.count, found, reading, digits[-1] if len(digits) % 2 else "")
        self._collect(decoded)
        return decoded

    def _collect(self, decoded: Decoded) -> None:
        content, facts = decoded.reading.breakdown.user_data, decoded.reading.breakdown.facts
        if content is None or content.concatenation is None or not decoded.reading.decodes:
            return
        sender = (decoded.reading.breakdown.kind.name, facts.get("from", facts.get("to")))
        assembled = self._reassembler.add(sender, content, 0.0, decoded)
        if assembled is not None:
            self._whole.append(Whole(assembled.body, assembled.items))  # type: ignore[arg-type]


def _is_hex(word: str) -> bool:
    return 0 < len(word) <= MAX_DIGITS and not word.strip("0123456789abcdefABCDEF")


def run(words: list[str], from_mobile: bool | None, service_centre: bool | None, as_json: bool) -> int:
    """Print what the PDUs in `words` say, or without any those in stdin; returns the exit code.

    Raises InvalidInput when there is none.
    """
    decoder = Decoder(from_mobile, service_centre)
    if not words and sys.stdin.isatty():
        complain("paste PDUs or a dialogue with a modem, and end with Ctrl-D")
    colours = not as_json and coloured(sys.stdout)
    broken = 0
    for decoded in decoder.words(words) if words else decoder.lines(lines_of(sys.stdin.buffer)):
        broken += decoded.problem is not None
        if as_json:
            show_json(as_dict(decoded))
        else:
            show(*in_words(decoded, colours), "")
    for whole in decoder.whole():
        if as_json:
            show_json(whole_as_dict(whole))
        else:
            show(*whole_in_words(whole, colours), "")
    if not decoder.count:
        raise InvalidInput(
            "there is no PDU, these are messages in text mode: switch the modem to PDU mode with AT+CMGF=0"
            if decoder.text_mode
            else "there is no PDU: give pairs of the digits 0-9 and A-F, or a dialogue with a modem in PDU mode"
        )
    flush()
    if decoder.too_long:
        several = decoder.too_long > 1
        rows = f"{decoder.too_long} row{'s' * several} of more than {MAX_DIGITS} digits {'are' if several else 'is'}"
        complain(f"{rows} left out: no PDU is so long")
    if broken:
        complain(f"{broken} of {decoder.count} PDU cannot be decoded: see above")
    return 1 if broken else 0


# --- for people -------------------------------------------------------------------------------------------------


def in_words(decoded: Decoded, colours: bool = False) -> Iterator[str]:
    """The lines that show a PDU."""
    breakdown = decoded.reading.breakdown
    found = decoded.found
    where = ", ".join(filter(None, (f"line {found.line}" if found.line else "", visible(found.header))))
    status = f", {STATUS[found.status]}" if found.status is not None and found.status < len(STATUS) else ""
    title = f"PDU {decoded.number}: {breakdown.kind}"
    if breakdown.kind in KINDS:
        title += f", {breakdown.kind.direction}, TPDU of {breakdown.length} octets"
    yield _bold(title, colours)
    if where:
        yield f"from {where}{status}"
    if decoded.reading.guessed:
        behind = {"SC length": " behind a service centre", "record status": " in a record of EF_SMS"}
        place = behind.get(breakdown.fields[0].name, "") if breakdown.fields else ""
        yield from _wrapped(f"guessed: {breakdown.kind}{place}, because {decoded.reading.because}", WIDTH)
    if decoded.reading.others:
        yield from _wrapped(f"it may also be: {', '.join(decoded.reading.others)}", WIDTH)
    for field in breakdown.fields:
        yield from _field(field, colours)
    if decoded.problem is not None:
        yield from _marked(f"cannot be decoded: {decoded.problem}", colours)
    length = found.hint.length
    if length is not None and length != breakdown.length:
        problem = f"{found.hint.source} says {length} octets, the TPDU has {breakdown.length} (TS 27.005 3.1)"
        yield from _marked(problem, colours)


def whole_in_words(whole: Whole, colours: bool = False) -> Iterator[str]:
    """The lines that show a long message."""
    facts = whole.parts[0].reading.breakdown.facts
    other = f"from {facts['from']}" if "from" in facts else f"to {facts.get('to', '?')}"
    total = facts["part"]["total"]
    numbers = ", ".join(str(part.number) for part in whole.parts)
    reference = facts["part"]["reference"]
    yield _bold(f"Long message {visible(other)}, reference {reference}, {total} parts: PDU {numbers}", colours)
    if whole.body is None:
        there = {part.reading.breakdown.facts["part"]["sequence"] for part in whole.parts}
        missing = ", ".join(str(number) for number in range(1, total + 1) if number not in there)
        yield from _marked(f"incomplete: part {missing} of {total} missing", colours)
    else:
        shown = f'"{visible(whole.body)}"' if isinstance(whole.body, str) else whole.body.hex().upper()
        yield from _wrapped(shown, WIDTH)


def _field(field: Field, colours: bool) -> Iterator[str]:
    value = visible(_clean(field.value))
    if field.name in ("TP-UD", "content") and field.octets:
        value = f'"{value}"' if ", in ASCII " not in value else value
    values = list(_wrapped(value, _VALUE_WIDTH)) or [""]
    octets = [field.octets[at : at + _OCTETS].hex().upper() for at in range(0, len(field.octets), _OCTETS)] or ["-"]
    if field.name in ("fill", "unused"):
        octets = octets[:1]
    for row in range(max(len(values), len(octets))):
        first = row == 0
        offset = field.offset + row * _OCTETS
        yield _row(
            str(offset) if row < len(octets) else "",
            octets[row] if row < len(octets) else "",
            field.name if first else "",
            values[row] if row < len(values) else "",
            field.clause if first else "",
        )
    if field.octets:
        for bits in field.bits:
            yield _row("", _pattern(bits, field.octets[0]), f" {bits.name}", bits.value, bits.clause)
    if field.problem:
        yield from _marked(field.problem, colours)


def _row(offset: str, octets: str, name: str, value: str, clause: str) -> str:
    return f"{offset:>3} {octets:<16} {name:<14} {value:<{_VALUE_WIDTH}} {clause}".rstrip()


def _pattern(bits: Bits, octet: int) -> str:
    """The bits in their places: ``......01``."""
    digits = "".join(str(octet >> place & 1) if bits.mask >> place & 1 else "." for place in range(7, -1, -1))
    return f"{digits[:4]} {digits[4:]}"


def _marked(problem: str, colours: bool) -> Iterator[str]:
    for row, line in enumerate(_wrapped(visible(problem), WIDTH - 6)):
        line = f"  !   {line}" if row == 0 else f"      {line}"
        yield f"\x1b[31m{line}\x1b[0m" if colours else line


def _bold(line: str, colours: bool) -> str:
    return f"\x1b[1m{line}\x1b[0m" if colours else line


def _wrapped(text: str, width: int) -> Iterator[str]:
    """`text` in pieces of at most `width`, behind a blank where there is one; nothing is lost."""
    while len(text) > width:
        cut = text.rfind(" ", width // 2, width) + 1 or width
        yield text[:cut]
        text = text[cut:]
    yield text


def _clean(text: str) -> str:
    """Text without halves of characters, which no terminal or JSON takes."""
    cleaned = join([text])
    assert isinstance(cleaned, str)
    return cleaned


# --- for programs -----------------------------------------------------------------------------------------------


def as_dict(decoded: Decoded) -> dict[str, Any]:
    """A PDU for JSON."""
    reading, found = decoded.reading, decoded.found
    breakdown = reading.breakdown
    facts = {name: _clean(value) if isinstance(value, str) else value for name, value in breakdown.facts.items()}
    place: dict[str, Any] = {"line": found.line} if found.line else {}
    if found.header:
        place["header"] = found.header
    if found.hint.length is not None:
        place["announced_length"] = found.hint.length
    if found.slot is not None:
        place["index"] = found.slot
    if found.status is not None:
        place["stat"] = found.status
    return {
        "type": breakdown.kind.name,
        "direction": breakdown.kind.direction,
        "guessed": reading.guessed,
        "because": reading.because if reading.guessed else None,
        "others": list(reading.others),
        "error": decoded.problem,
        "strict_error": str(breakdown.strict_error) if breakdown.strict_error is not None else None,
        "length": breakdown.length,
        **place,
        **facts,
        "pdu": breakdown.octets.hex().upper(),
        "fields": [_field_as_dict(field) for field in breakdown.fields],
    }


def _field_as_dict(field: Field) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": field.name,
        "offset": field.offset,
        "octets": field.octets.hex().upper(),
        "value": _clean(field.value),
        "clause": field.clause,
    }
    if field.bits and field.octets:
        found["bits"] = [
            {"name": bits.name, "bits": _pattern(bits, field.octets[0]), "value": bits.value, "clause": bits.clause}
            for bits in field.bits
        ]
    if field.problem:
        found["problem"] = field.problem
    return found


def whole_as_dict(whole: Whole) -> dict[str, Any]:
    """A long message for JSON; `pdus` counts from 1, in the order of the input."""
    facts = whole.parts[0].reading.breakdown.facts
    other: dict[str, Any] = {name: facts[name] for name in ("from", "to") if name in facts}
    body: dict[str, Any] = {}
    if whole.body is not None:
        body = {"text": whole.body} if isinstance(whole.body, str) else {"data": whole.body.hex().upper()}
    return {
        "type": "long message",
        **other,
        "reference": facts["part"]["reference"],
        "total": facts["part"]["total"],
        "pdus": [part.number for part in whole.parts],
        "complete": whole.body is not None,
        **body,
    }
