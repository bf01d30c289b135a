"""Cell broadcast as the client sees it: which pages it wants (+CSCB), and how they look (TS 27.005 3.1, 3.3.4)."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from modem.wire.cell_broadcast import CONTENT_OCTETS, Page
from modem.wire.coding import Alphabet

from .charset import to_terminal
from .registry import Answer, Command, Domain, Number, Text
from .responses import CmsError
from .settings import Settings

if TYPE_CHECKING:
    from .modem import SoftModem

_IDENTIFIERS, _CODINGS = 0xFFFF, 0xFF
_LONGEST = 255  # of a list, in characters


@lru_cache(maxsize=32)
def _ranges(string: str, most: int) -> tuple[range, ...]:
    """A list as +CSCB takes it: ``0,1,5,320-478,922``. Raises ValueError for anything else, or more than `most`."""
    ranges = []
    for part in string.split(",") if string else ():
        low, dash, high = part.strip().partition("-")
        if not (low.isascii() and low.isdecimal() and (not dash or (high.isascii() and high.isdecimal()))):
            raise ValueError(part)
        first, last = int(low), int(high) if dash else int(low)
        if not first <= last <= most:
            raise ValueError(part)
        ranges.append(range(first, last + 1))
    return tuple(ranges)


def wanted(page: Page, settings: Settings) -> bool:
    """Whether +CSCB lets a page through. An empty list of codings is all of them; of identifiers, none."""
    mode = settings.number("+CSCB")
    identifiers = _ranges(settings.string("+CSCB", 1), _IDENTIFIERS)
    codings = _ranges(settings.string("+CSCB", 2), _CODINGS)
    coding = not codings or any(page.data_coding.octet in among for among in codings)
    if mode and codings and not identifiers:
        return not coding
    named = coding and any(page.message_identifier in among for among in identifiers)
    return named != bool(mode)


def _set_types(modem: SoftModem, mode: int | None, identifiers: str | None, codings: str | None) -> Answer:
    """Lists that are left out are empty (TS 27.005 3.3.4), which is how clients stop listening."""
    try:
        _ranges(identifiers or "", _IDENTIFIERS)
        _ranges(codings or "", _CODINGS)
    except ValueError:
        raise CmsError(305 if modem.settings.number("+CMGF") else 304) from None
    modem.settings["+CSCB"] = (mode or 0, identifiers or "", codings or "")
    return ()


def routed_header(page: Page) -> str:
    """<sn>,<mid>,<dcs>,<page>,<pages> of +CBM and +CMGR."""
    return f"{int(page.serial_number)},{page.message_identifier},{page.data_coding.octet},{page.page},{page.pages}"


def list_header(page: Page) -> str:
    """<sn>,<mid>,<page>,<pages> of +CMGL."""
    return f"{int(page.serial_number)},{page.message_identifier},{page.page},{page.pages}"


def page_data(page: Page, octets: bytes, settings: Settings) -> str:
    """<data>: text of the default alphabet in +CSCS, anything else as two digits an octet."""
    body = page.user_data.body
    if page.data_coding.alphabet is Alphabet.GSM7 and isinstance(body, str) and not page.user_data.header:
        return to_terminal(body, settings.string("+CSCS"))
    return octets[-CONTENT_OCTETS:].hex().upper()


COMMANDS = (
    Command(
        name="+CSCB",
        clause="TS 27.005 3.3.4",
        parameters=(Number("0,1", default=0), Text(default="", longest=_LONGEST), Text(default="", longest=_LONGEST)),
        keeps=True,
        as_given=True,
        set=_set_types,
        test=lambda _modem: ("+CSCB: (0,1)",),
        domain=Domain.CMS,
    ),
)
