"""PDUs in pasted text: hexadecimal lines, dialogues with a modem, logs of such.

Understood are the answers +CMGL, +CMGR, +CMT, +CDS, +CBM and +CMGS (with an acknowledgement), the commands AT+CMGS,
+CMGW, +CMGC and +CNMA, prompts, Ctrl-Z, time stamps and words in front of a line, line ends written out (``\\r\\n``,
``<CR><LF>``), and PDUs that a terminal wrapped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import BinaryIO, NamedTuple

from .wire.at import CommandLineError, Parameters, parse_final, parse_parameters
from .wire.breakdown import Hint, Kind
from .wire.breakdown import kinds as tpdus

MAX_LINE = 8192  # a PDU has less than 400 digits; longer lines are cut here
MAX_DIGITS = 512  # in one line or several; nothing that is longer is taken for a PDU
LEAST_DIGITS = 14  # of a PDU among other words
LEAST_DECIMAL = 24  # of a PDU without a letter: telephone numbers, IMSI and ICCID are shorter

_BREAK = re.compile(r"[\r\n\x1a\x1b\0]+|\\r|\\n|\\x1a|\\x1b|<CR>|<LF>|<SUB>|<ESC>|\^Z|\^M", re.IGNORECASE)
_HEADER = re.compile(r"(\+CMGL|\+CMGR|\+CMT|\+CDS|\+CBM|\+CMGS): ?|AT(\+CMGS|\+CMGW|\+CMGC|\+CNMA) ?= ?", re.IGNORECASE)
_WORDS = re.compile(r"[^\s'\"`<>|,;()\[\]{}]+")
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2})+")
_ODD_HEX = re.compile(r"[0-9A-Fa-f]+")
_TAIL = re.compile(r"[:=#]([0-9A-Fa-f]+)$")


def lines_of(stream: BinaryIO) -> Iterator[str]:
    """The lines of a file, each cut to MAX_LINE, so that no input takes much memory."""
    while line := stream.readline(MAX_LINE):
        yield line.decode("utf-8", "replace")
        while len(line) == MAX_LINE and not line.endswith(b"\n"):
            line = stream.readline(MAX_LINE)


class Found(NamedTuple):
    """Hexadecimal digits that may be a PDU. `digits` are the ways to read them, the likeliest first; `header` is the
    line that announced them, with its `slot`, `status` and what it says about the kind and length."""

    digits: tuple[str, ...]
    line: int
    header: str = ""
    slot: int | None = None
    status: int | None = None
    hint: Hint = Hint()


class _Header(NamedTuple):
    text: str
    slot: int | None
    status: int | None
    hint: Hint
    is_text_mode: bool


class Scanner:
    """Takes lines and gives what it finds; `makes_sense` tells whether digits decode by themselves."""

    def __init__(self, makes_sense: Callable[[str], bool]) -> None:
        self._makes_sense = makes_sense
        self._header: _Header | None = None
        self._parts: list[str] = []  # lines of nothing but digits that may belong together
        self._first_line = 0
        self._line = 0
        self.text_mode = False  # whether messages in text mode were seen
        self.too_long = 0  # rows of digits that no PDU has

    def feed(self, line: str) -> Iterator[Found]:
        """What is complete once `line` came."""
        self._line += 1
        for piece in _BREAK.split(line[:MAX_LINE]):
            if piece.strip():
                yield from self._piece(piece)

    def end(self) -> Iterator[Found]:
        """What is complete because nothing more comes."""
        parts, self._parts = self._parts, []
        header, self._header = self._header, None
        if not parts:
            return
        joined = "".join(parts)
        if header is not None or len(parts) == 1 or self._makes_sense(joined):
            yield self._found((joined,), header)
        else:
            for part in parts:
                yield self._found((part,), None)

    def _found(self, digits: tuple[str, ...], header: _Header | None) -> Found:
        line = self._first_line or self._line
        if header is None:
            return Found(digits, line)
        return Found(digits, line, header.text, header.slot, header.status, header.hint)

    def _piece(self, piece: str) -> Iterator[Found]:
        match = _HEADER.search(piece)
        if match is not None:
            yield from self.end()
            values, digits = _split_values(piece[match.end() :])
            self._header = _header(match, values)
            self.text_mode = self.text_mode or self._header.is_text_mode
            if digits:
                yield from self._digits(digits)
            return
        if parse_final(piece.strip()) is not None:
            yield from self.end()
            return
        words = _WORDS.findall(piece)
        alone = bool(words) and all(map(_ODD_HEX.fullmatch, words))
        yield from self._digits("".join(words)) if alone else self._among(words)

    def _digits(self, digits: str) -> Iterator[Found]:
        """A line of nothing but digits."""
        if self._header is not None and self._header.is_text_mode:
            return
        if self._header is None and (len(digits) < 4 or (digits.isdecimal() and len(digits) < LEAST_DECIMAL)):
            return
        if len(digits) > MAX_DIGITS:
            self.too_long += 1
            return
        if self._parts and len("".join(self._parts)) + len(digits) > MAX_DIGITS:
            yield from self.end()
        if not self._parts:
            self._first_line = self._line
        self._parts.append(digits)
        if self._is_complete("".join(self._parts)):
            yield from self.end()

    def _is_complete(self, digits: str) -> bool:
        """Whether no wrapped line can follow."""
        length = self._header.hint.length if self._header is not None else None
        if length is None or not _HEX.fullmatch(digits):
            return self._makes_sense(digits)
        if self._header is not None and tpdus.PAGE in self._header.hint.kinds:
            return len(digits) // 2 >= length  # no service centre in front
        return len(digits) // 2 >= length + 1 + int(digits[:2], 16)

    def _among(self, words: list[str]) -> Iterator[Found]:
        """Digits among other words: the longest row of words in hexadecimal, or its longest word."""
        if self._header is not None and self._header.is_text_mode:
            return
        rows: list[list[str]] = [[]]
        for word in words:
            tail = _TAIL.search(word)
            if tail is not None and len(tail[1]) >= LEAST_DIGITS:
                rows += [[tail[1]], []]
            elif _HEX.fullmatch(word):
                rows[-1].append(word)
            elif rows[-1]:
                rows.append([])
        row = max(rows, key=lambda row: sum(map(len, row)))
        digits = tuple(dict.fromkeys(("".join(row), max(row, key=len, default=""))))
        self.too_long += len(digits[0]) > MAX_DIGITS
        if LEAST_DIGITS <= len(digits[0]) <= MAX_DIGITS and (self._header or not digits[0].isdecimal()):
            if self._parts:
                yield from self.end()
            self._first_line = self._line
            header, self._header = self._header, None
            yield self._found(digits, header)


def _split_values(text: str) -> tuple[Parameters, str]:
    """The values of a header, and the digits that somebody pasted into the same line."""
    front, comma, last = text.rpartition(",")
    words = _WORDS.findall(last)
    digits = "".join(words[1:]) if len(words) > 1 and all(map(_ODD_HEX.fullmatch, words[1:])) else ""
    if len(digits) >= LEAST_DIGITS:
        text = f"{front}{comma}{words[0]}"
    else:
        digits = ""
    try:
        return parse_parameters(text), digits
    except CommandLineError:
        return (), digits


_RECEIVED = (tpdus.DELIVER, tpdus.STATUS_REPORT)
_STORED = (tpdus.SUBMIT, tpdus.COMMAND)


def _header(match: re.Match[str], values: Parameters) -> _Header:
    """What a header says about the PDU behind it (TS 27.005 3.4, 4)."""
    name = (match[1] or match[2]).upper()
    is_command = match[1] is None
    numbers = [value.number if value is not None else None for value in values]
    index = status = length = None
    kinds: tuple[Kind, ...] = tpdus.KINDS
    if is_command:
        length = numbers[0] if numbers else None
        if name == "+CMGS":
            kinds = (tpdus.SUBMIT,)
        elif name == "+CMGC":
            kinds = (tpdus.COMMAND,)
        elif name == "+CNMA":
            length = numbers[1] if len(numbers) > 1 else None
            failed = numbers[:1] == [2]
            kinds = (tpdus.DELIVER_REPORT_ERROR if failed else tpdus.DELIVER_REPORT,)
        else:
            status = numbers[1] if len(numbers) > 1 else 2
            kinds = _RECEIVED if status in (0, 1) else _STORED
        name = f"AT{name}"
    elif name == "+CMGS":
        kinds = (tpdus.SUBMIT_REPORT, tpdus.SUBMIT_REPORT_ERROR)
    else:
        length = numbers[-1] if numbers else None
        if name == "+CMGL" and len(numbers) > 1:
            index, status = numbers[0], numbers[1]
        elif name == "+CMGR" and numbers:
            status = numbers[0]
        if name in ("+CMGL", "+CMGR"):
            kinds = _RECEIVED if status in (0, 1) else _STORED if status in (2, 3) else kinds
        else:
            kinds = ({"+CMT": tpdus.DELIVER, "+CDS": tpdus.STATUS_REPORT, "+CBM": tpdus.PAGE}[name],)
    # In PDU mode nothing but <alpha> is quoted, and there are few values (TS 27.005 3.4, 4).
    most = {"+CMGL": 4, "+CMGR": 3, "+CMT": 2, "+CDS": 1, "+CBM": 1}.get(name, len(values))
    is_text_mode = len(values) > most or (name in ("+CMGL", "+CMGR") and _is_text_mode_status(values))
    shown = ",".join("" if value is None else f'"{value.text}"' if value.quoted else value.text for value in values)
    text = f"{name}{'=' if is_command else ': '}{shown}"
    because = f"{name} with status {status} is for such" if status is not None else f"{name} is for such"
    return _Header(text, index, status, Hint(length, kinds, name, because), is_text_mode)


def _is_text_mode_status(values: Parameters) -> bool:
    """Whether a status is in words ("REC READ")."""
    return any(value is not None and value.quoted and value.text.startswith(("REC ", "STO ")) for value in values[:2])
