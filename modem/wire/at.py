"""The grammar of AT commands, both ways: command lines (V.250 5) and what comes back (V.250 5.7, TS 27.007 9.2)."""

from __future__ import annotations

import re
from enum import Enum

from .causes import CME, CMS, number_of
from .named import NamedTuple

# --- parameters: the same in a command and in an answer ------------------------------------------------------


class Parameter(NamedTuple):
    """One value, as written; `quoted` when it stood between quotation marks (which `text` does not hold)."""

    text: str
    quoted: bool = False

    @property
    def number(self) -> int | None:
        """The value of a decimal number, else None."""
        return None if self.quoted else _number(self.text.strip())


Parameters = tuple[Parameter | None, ...]


class CommandLineError(ValueError):
    """A command line that V.250 does not allow."""


def _number(text: str) -> int | None:
    # Nothing that a modem counts has twenty digits or more; what is longer is noise, and slow to convert.
    return int(text) if len(text) < 20 and text.isascii() and text.isdecimal() else None


# In a command line a semicolon ends the values, and nothing may follow a string; in an answer a semicolon is a
# character like any other, and what follows a string is left out.
_COMMAND_VALUE = re.compile(r'\s*(?:"(?P<quoted>[^"]*)"\s*|(?P<bare>[^,;"]*))')
_ANSWER_VALUE = re.compile(r'\s*(?:"(?P<quoted>[^"]*)"[^,]*|(?P<bare>[^,"]*))')


def parse_parameters(text: str) -> Parameters:
    """The values of ``1,,"abc",3`` in an answer: None for one that is left out. An empty text has none.

    Raises CommandLineError for a quotation mark without its partner.
    """
    values, _ = _parse_values(text, 0, _ANSWER_VALUE)
    return tuple(values)


def _parse_values(text: str, at: int, pattern: re.Pattern[str]) -> tuple[list[Parameter | None], int]:
    """The values from `at` on, and where they end."""
    values: list[Parameter | None] = []
    while True:
        match = pattern.match(text, at)
        assert match is not None  # every part of the patterns may be empty
        at = match.end()
        if at < len(text) and text[at] == '"':
            raise CommandLineError("a quotation mark without its partner")
        if match["quoted"] is not None:
            values.append(Parameter(match["quoted"], quoted=True))
        else:
            bare = match["bare"].strip()
            values.append(Parameter(bare) if bare else None)
        if at >= len(text) or text[at] != ",":
            return ([] if values == [None] else values), at
        at += 1


def quote(text: str) -> str:
    """`text` between quotation marks, for a command. Raises ValueError when it holds a quotation mark or a control."""
    if '"' in text or any(ord(character) < 0x20 or ord(character) == 0x7F for character in text):
        raise ValueError(f"{text!r} cannot stand in a quoted string")
    return f'"{text}"'


# --- the device's side: command lines ------------------------------------------------------------------------


class Form(Enum):
    """What is asked of a command (V.250 5.4.3, 5.4.4)."""

    ACTION = ""
    READ = "?"
    TEST = "=?"
    SET = "="


class Call(NamedTuple):
    """One command of a line: ``E``, ``&F``, ``S3``, ``D``, ``+CMGS``, ``^CURC`` in upper case, and what it is given.

    A basic command's number is its one parameter ("E1"); it is missing where no number was written. `text` is the
    command as it was written, for logs.
    """

    name: str
    form: Form
    parameters: Parameters = ()
    text: str = ""


_EXTENDED = re.compile(r"[+^$%*#!][A-Za-z][A-Za-z0-9!%\-./:_]*")
_REGISTER = re.compile(r"[Ss]([0-9]{1,9})\s*(\?|=\s*([0-9]*))?")
_BASIC = re.compile(r"(&?[A-Za-z])\s*([0-9]*)")


def parse_command_line(body: str) -> list[Call]:
    """The commands of a line, given without its ``AT`` and terminator (V.250 5.3, 5.4). None for an empty body.

    Raises CommandLineError when the line is no sequence of commands.
    """
    calls: list[Call] = []
    at = 0
    while True:
        while at < len(body) and body[at] in " ;":
            at += 1
        if at >= len(body):
            return calls
        call, at = _extended(body, at) if _EXTENDED.match(body, at) else _basic(body, at)
        calls.append(call)


def _extended(body: str, start: int) -> tuple[Call, int]:
    match = _EXTENDED.match(body, start)
    assert match is not None  # the caller looked
    name = match[0].upper()
    at = _skip_blanks(body, match.end())
    form = Form.ACTION
    values: list[Parameter | None] = []
    if body[at : at + 1] == "?":
        form, at = Form.READ, at + 1
    elif body[at : at + 1] == "=":
        after = _skip_blanks(body, at + 1)
        if body[after : after + 1] == "?" and body[_skip_blanks(body, after + 1) :][:1] in ("", ";"):
            form, at = Form.TEST, after + 1
        else:
            form = Form.SET
            values, at = _parse_values(body, at + 1, _COMMAND_VALUE)
            values = [_unescape(value) for value in values]
    at = _skip_blanks(body, at)
    if at < len(body) and body[at] != ";":
        raise CommandLineError(f"{body[at]!r} after {body[start:at]}")
    return Call(name, form, tuple(values), body[start:at].strip()), at


def _basic(body: str, start: int) -> tuple[Call, int]:
    if body[start] in "Dd":  # the dial string takes the rest of the line (V.250 6.3.1)
        return Call("D", Form.ACTION, (Parameter(body[start + 1 :].strip()),), body[start:]), len(body)
    register = _REGISTER.match(body, start)
    if register:
        name, end = f"S{int(register[1])}", register.end()
        text = body[start:end]
        if register[2] == "?":
            return Call(name, Form.READ, (), text), end
        if register[2] is None:
            return Call(name, Form.ACTION, (), text), end
        return Call(name, Form.SET, (Parameter(register[3]) if register[3] else None,), text), end
    match = _BASIC.match(body, start)
    if match is None:
        raise CommandLineError(f"no command begins with {body[start]!r}")
    parameters = (Parameter(match[2]),) if match[2] else ()
    return Call(match[1].upper(), Form.ACTION, parameters, match[0].strip()), match.end()


_ESCAPED = re.compile(r"\\([0-9A-Fa-f]{2})")


def _unescape(value: Parameter | None) -> Parameter | None:
    """A backslash and two hexadecimal digits in a string stand for the character with that code (V.250 5.4.2.2)."""
    if value is None or not value.quoted or "\\" not in value.text:
        return value
    return Parameter(_ESCAPED.sub(lambda found: chr(int(found[1], 16)), value.text), quoted=True)


def _skip_blanks(body: str, at: int) -> int:
    while at < len(body) and body[at] == " ":
        at += 1
    return at


# --- the host's side: answers --------------------------------------------------------------------------------


class FinalResult(NamedTuple):
    """The line that ends an answer. `kind` is its fixed part ("OK", "ERROR", "+CMS ERROR"), `code` the number of a
    +CME or +CMS ERROR where it is known, also from words; `text` is the line."""

    kind: str
    code: int | None
    text: str

    @property
    def ok(self) -> bool:
        """Whether the command was done."""
        return self.kind in ("OK", "CONNECT")


_FINALS = frozenset(("OK", "ERROR", "NO CARRIER", "NO ANSWER", "NO DIALTONE", "NO DIAL TONE", "BUSY"))
# Words in place of ERROR: Huawei's E1752 era, and several of the gammu project's captures.
_OTHER_ERRORS = ("COMMAND NOT SUPPORT", "TOO MANY PARAMETERS", "MODEM ERROR", "EXCEPTION ERROR")
_CODED = re.compile(r"(\+CM[ES] ERROR)\s*:?\s*(.*)", re.IGNORECASE)


def parse_final(line: str) -> FinalResult | None:
    """What `line` says when it ends an answer, else None. Numbers and words of +CME and +CMS ERROR are understood."""
    text = line.strip()
    upper = text.upper()
    if upper in _FINALS:
        return FinalResult(upper, None, text)
    if upper == "CONNECT" or upper.startswith("CONNECT "):
        return FinalResult("CONNECT", None, text)
    coded = _CODED.fullmatch(text)
    if coded:
        kind = coded[1].upper()
        words = coded[2].strip()
        table = CME if kind == "+CME ERROR" else CMS
        number = _number(words)
        return FinalResult(kind, number_of(words, table) if number is None else number, text)
    if upper.startswith(_OTHER_ERRORS):
        return FinalResult("ERROR", None, text)
    return None


def parse_supported(text: str) -> list[list[str]]:
    """The values that the answer to a test command lists: ``(0-2),(0,1),("SM","ME")`` gives one list a parameter.

    Ranges of numbers are spelt out. A value that stands alone is a list of one; of doubled parentheses, as Wavecom
    writes them, the outer ones are dropped.
    """
    groups: list[list[str]] = []
    for match in re.finditer(r"\(([^()]*)\)|\"([^\"]*)\"|([^,()\"]+)", text):
        if match[1] is None:
            value = match[2] if match[2] is not None else match[3].strip()
            if value:
                groups.append(_spell_out(value))
            continue
        values: list[str] = []
        for value in match[1].split(","):
            values += _spell_out(value.strip().strip('"'))
        groups.append(values)
    return groups


def _spell_out(value: str) -> list[str]:
    limits = re.fullmatch(r"(\d{1,4})\s*-\s*(\d{1,4})", value)
    if limits and int(limits[1]) <= int(limits[2]):
        return [str(number) for number in range(int(limits[1]), int(limits[2]) + 1)]
    return [value] if value else []
