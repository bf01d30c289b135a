"""The AT commands that the driver sends, one row each, and what makes a request of them.

A row knows the clause it comes from, how long the modem may take, how lines that belong to its answer begin (every
other line is an unsolicited one), whether it asks for data with a prompt, and whether it may be sent twice.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from .errors import InvalidInput


@dataclass(frozen=True, eq=False, slots=True)
class Request:
    """One command line on its way to the modem. Every instance is a request of its own, whatever it says."""

    command: Command
    line: str
    payload: str | None = None  # goes out after the prompt, followed by Ctrl-Z
    timeout: float = 5.0  # seconds, from the moment the line goes out

    def __post_init__(self) -> None:
        """Refuse anything that could reach the line as control."""
        for text in (self.line, self.payload or ""):
            if not text.isascii() or not text.isprintable():
                raise InvalidInput(
                    f"{text!r} has characters that an AT command line cannot carry: use printable ASCII only"
                )

    @property
    def label(self) -> str:
        """The line without what may be secret, for messages."""
        return self.command.name if self.command.secret else self.line


class Command(NamedTuple):
    """A row. `form` is the line after `AT`, with the parameters as `str.format` fields."""

    name: str
    form: str
    clause: str
    timeout: float = 5.0  # seconds
    answers: tuple[str, ...] = ()  # how lines of the answer begin
    pattern: re.Pattern[str] | None = None  # where the beginning alone does not tell, the whole line must match
    plain: bool = False  # the answer also has lines without any prefix (identity texts)
    pdu: bool = False  # a line of the answer is followed by its PDU
    prompt: bool = False  # asks for data with "> "
    final_optional: bool = False  # some modems give the answer without OK
    repeatable: bool = True  # sending it twice does no harm
    secret: bool = False  # the parameters are not for logs

    def __call__(self, *, payload: str | None = None, timeout: float | None = None, **values: object) -> Request:
        """The request with these parameters. Raises InvalidInput for what the line cannot carry."""
        line = "AT" + self.form.format(**values)
        return Request(self, line, payload, self.timeout if timeout is None else timeout)


# V.250
ECHO_OFF = Command("E0", "E0", "V.250 6.2.4")
VERBOSE = Command("V1", "V1", "V.250 6.2.6")
RESULT_CODES = Command("Q0", "Q0", "V.250 6.2.5")

# TS 27.007
CMEE = Command("+CMEE", "+CMEE={mode}", "TS 27.007 9.1")
READ_CMEE = Command("+CMEE?", "+CMEE?", "TS 27.007 9.1", answers=("+CMEE:",))
CGMI = Command("+CGMI", "+CGMI", "TS 27.007 5.1", answers=("+CGMI:",), plain=True)
CGMM = Command("+CGMM", "+CGMM", "TS 27.007 5.2", answers=("+CGMM:",), plain=True)
CGMR = Command("+CGMR", "+CGMR", "TS 27.007 5.3", answers=("+CGMR:",), plain=True)
CGSN = Command("+CGSN", "+CGSN", "TS 27.007 5.4", answers=("+CGSN:",), plain=True)
CIMI = Command("+CIMI", "+CIMI", "TS 27.007 5.6", answers=("+CIMI:",), plain=True)
CCID = Command("+CCID", "+CCID", "TS 27.007 8.x, vendor form", answers=("+CCID:", "+ICCID:"), plain=True)
# Wavecom modems answer +CPIN? without OK.
READ_CPIN = Command("+CPIN?", "+CPIN?", "TS 27.007 8.3", answers=("+CPIN:",), final_optional=True)
CPIN = Command("+CPIN", '+CPIN="{pin}"', "TS 27.007 8.3", timeout=20.0, repeatable=False, secret=True)
CPINR = Command("+CPINR", "+CPINR", "TS 27.007 8.65", answers=("+CPINR:",))
CPINR_OF_PIN = Command("+CPINR", '+CPINR="SIM PIN"', "TS 27.007 8.65", answers=("+CPINR:",))
# The answer has <n>,<stat>; the unsolicited form <stat> alone or followed by a location code in quotes.
_REGISTRATION = r"\{}: *\d+ *, *0*\d{{1,2}} *(,.*)?"
CREG = Command(
    "+CREG?", "+CREG?", "TS 27.007 7.2", answers=("+CREG:",), pattern=re.compile(_REGISTRATION.format("+CREG"))
)
CEREG = Command(
    "+CEREG?", "+CEREG?", "TS 27.007 10.1.22", answers=("+CEREG:",), pattern=re.compile(_REGISTRATION.format("+CEREG"))
)
COPS = Command("+COPS?", "+COPS?", "TS 27.007 7.3", timeout=20.0, answers=("+COPS:",))
CSQ = Command("+CSQ", "+CSQ", "TS 27.007 8.5", answers=("+CSQ:",))

# TS 27.005
CMGF = Command("+CMGF", "+CMGF=0", "TS 27.005 3.2.3")
TEST_CPMS = Command("+CPMS=?", "+CPMS=?", "TS 27.005 3.2.2", answers=("+CPMS:",))
CPMS = Command("+CPMS", "+CPMS={memories}", "TS 27.005 3.2.2", timeout=20.0, answers=("+CPMS:",))
READ_CPMS = Command("+CPMS?", "+CPMS?", "TS 27.005 3.2.2", timeout=20.0, answers=("+CPMS:",))
CSMS = Command("+CSMS", "+CSMS={service}", "TS 27.005 3.2.1", answers=("+CSMS:",))
READ_CSMS = Command("+CSMS?", "+CSMS?", "TS 27.005 3.2.1", answers=("+CSMS:",))
CSCA = Command("+CSCA?", "+CSCA?", "TS 27.005 3.3.1", answers=("+CSCA:",))
CNMI = Command("+CNMI", "+CNMI={values}", "TS 27.005 3.4.1")
READ_CNMI = Command("+CNMI?", "+CNMI?", "TS 27.005 3.4.1", answers=("+CNMI:",))
CMGL = Command("+CMGL", "+CMGL=4", "TS 27.005 4.1", timeout=60.0, answers=("+CMGL:",), pdu=True)
CMGR = Command("+CMGR", "+CMGR={index}", "TS 27.005 4.2", timeout=20.0, answers=("+CMGR:",), pdu=True)
CMGD = Command("+CMGD", "+CMGD={index}", "TS 27.005 3.5.4", timeout=25.0)
# The network may take its time: Quectel states 120 s, u-blox 3 min for the whole of +CMGS.
CMGS = Command(
    "+CMGS", "+CMGS={length}", "TS 27.005 4.3", timeout=180.0, answers=("+CMGS:",), prompt=True, repeatable=False
)
CNMA = Command("+CNMA", "+CNMA", "TS 27.005 4.6", repeatable=False)

_NAME = re.compile(r"AT([+*^#%$!&][A-Z0-9]+)", re.IGNORECASE)


def raw(line: str, timeout: float = 5.0, payload: str | None = None) -> Request:
    """Any command line, as somebody typed it; `AT` is put in front where it is missing. `payload` goes to its prompt.

    Raises InvalidInput for control characters: they could end the line and start another.
    """
    line = line.strip(" ")
    if not line.upper().startswith("AT"):
        line = f"AT{line}"
    name = _NAME.match(line)
    answers = (f"{name[1].upper()}:",) if name else ()
    lists = answers in (("+CMGL:",), ("+CMGR:",))
    row = Command("AT", "", "V.250 5.3", answers=answers, plain=True, pdu=lists, repeatable=False)
    return Request(row, line, payload, timeout)
