"""What the modem sends: result codes and information text, framed as V.250 5.7 says, and the ways to refuse."""

from __future__ import annotations

from collections.abc import Sequence

from modem.wire.causes import CME, CMS

from .profile import Profile
from .settings import Settings

# Result codes of V.250 Table 1: words with V1, numbers with V0.
OK = "OK"
ERROR = "ERROR"
NO_CARRIER = "NO CARRIER"
_NUMBERS = {"OK": 0, "CONNECT": 1, "RING": 2, "NO CARRIER": 3, "ERROR": 4, "NO DIALTONE": 6, "BUSY": 7, "NO ANSWER": 8}


class Refusal(Exception):
    """A command that ends with something other than OK. This one is plain: its final result is `result`."""

    def __init__(self, result: str = ERROR) -> None:
        super().__init__(result)
        self.result = result

    def final(self, settings: Settings, profile: Profile) -> str:  # noqa: ARG002 - the coded refusals look at them
        """The final result code."""
        return self.result


class CodedRefusal(Refusal):
    """A refusal with a number."""

    def __init__(self, code: int) -> None:
        super().__init__(f"{type(self).__name__} {code}")
        self.code = code


class CmeError(CodedRefusal):
    """+CME ERROR (TS 27.007 9.2): plain, numeric or in words, as +CMEE has it."""

    def final(self, settings: Settings, profile: Profile) -> str:  # noqa: ARG002
        """The final result code."""
        detail = settings.number("+CMEE")
        if detail == 0:
            return ERROR
        return f"+CME ERROR: {self.code if detail == 1 else CME.get(self.code, 'unknown')}"


class CmsError(CodedRefusal):
    """+CMS ERROR (TS 27.005 3.2.5): a number, whatever +CMEE says; but some put it into words as well."""

    def final(self, settings: Settings, profile: Profile) -> str:
        """The final result code."""
        if profile.line.cms_words and settings.number("+CMEE") == 2:
            return f"+CMS ERROR: {CMS.get(self.code, 'Unknown error')}"
        return f"+CMS ERROR: {self.code}"


def unknown_command(profile: Profile) -> Refusal:
    """What a modem says to a command, or a form of one, that it does not know."""
    words, _, number = profile.line.unknown.partition(": ")
    return CmeError(int(number)) if words == "+CME ERROR" else Refusal(profile.line.unknown)


def frame_result(result: str, settings: Settings, doubled_cr: bool = False) -> bytes:
    """A final result code on the line, or nothing with Q1 (V.250 6.2.5). Extended ones are words with V0 as well.

    `doubled_cr`: a line ends with CR CR LF (Huawei E1752).
    """
    if settings.number("Q"):
        return b""
    cr, lf = settings.line_end
    if not settings.number("V") and result in _NUMBERS:
        return b"%d%c" % (_NUMBERS[result], cr)
    return b"%c%c%b%b" % (cr, lf, result.encode("latin-1"), b"%c" % cr * (1 + doubled_cr) + b"%c" % lf)


def frame_information(lines: Sequence[str], settings: Settings, doubled_cr: bool = False) -> bytes:
    """Information text on the line: V1 puts a line end in front of it, V0 does not (V.250 5.7.1)."""
    cr, lf = settings.line_end
    start = b"%c%c" % (cr, lf)
    end = b"%c" % cr + start if doubled_cr else start
    text = end.join([line.encode("latin-1") for line in lines]) + end
    return start + text if settings.number("V") else text


def frame_unsolicited(lines: Sequence[str], settings: Settings) -> bytes:
    """An unsolicited result code, with the lines that belong to it; nothing with Q1, which spares none (V.250 6.2.5).

    With V0 those of V.250 (RING) are numbers; of the extended ones there is no short form.
    """
    if settings.number("Q"):
        return b""
    cr, lf = settings.line_end
    if not settings.number("V") and lines[0] in _NUMBERS:
        lines, start = lines[1:], b"%d%c" % (_NUMBERS[lines[0]], cr)
        return start + frame_unsolicited(lines, settings) if lines else start
    end = b"%c%c" % (cr, lf)
    return end + end.join([line.encode("latin-1") for line in lines]) + end
