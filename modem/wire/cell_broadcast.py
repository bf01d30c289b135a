"""Cell broadcast: the pages that a network sends to everybody in a cell (TS 23.041 9.4.1, TS 23.038 5).

A page is what +CBM carries in PDU mode. Its data coding scheme looks like that of a message and is another table.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

from .alphabet import decode_gsm7, encode_gsm7
from .coding import Alphabet
from .errors import PduError, checked
from .header import Header, decode_header, encode_header
from .named import NamedTuple
from .septets import pack, unpack
from .user_data import UserData

CLAUSE = "TS 23.041 9.4.1"
UMTS_CLAUSE = "TS 23.041 9.4.2"
CODING_CLAUSE = "TS 23.038 5"

PAGE_OCTETS = 88
CONTENT_OCTETS = 82
MAX_PAGES = 15


class GeographicalScope(IntEnum):
    """Where a serial number means the same message (9.4.1.2.1). The first is to be shown at once."""

    CELL_IMMEDIATE = 0
    PLMN = 1
    LOCATION_AREA = 2
    CELL = 3


class SerialNumber(NamedTuple):
    """What tells one message, and one edition of it, from another (9.4.1.2.1)."""

    message_code: int  # 0..1023
    update_number: int = 0  # 0..15
    scope: GeographicalScope = GeographicalScope.PLMN

    def updates(self, older: SerialNumber) -> bool:
        """Whether this is a later edition of the same message: its update number is 1 to 8 ahead, modulo 16."""
        same = self.message_code == older.message_code and self.scope == older.scope
        return same and 1 <= (self.update_number - older.update_number) % 16 <= 8

    def __int__(self) -> int:
        code = checked(self.message_code, "message code", CLAUSE, 1023)
        update = checked(self.update_number, "update number", CLAUSE, 15)
        return self.scope << 14 | code << 4 | update


class BroadcastCoding(NamedTuple):
    """One of the 256 data coding schemes of cell broadcast (TS 23.038 5). Get one with `BroadcastCoding.of(octet)`."""

    octet: int
    alphabet: Alphabet = Alphabet.GSM7
    language: str | None = None  # ISO 639, two letters
    language_first: bool = False  # the content begins with the language
    message_class: int | None = None
    has_header: bool = False  # the content begins with a user data header
    compressed: bool = False
    reserved: bool = False  # kept for later, or for a protocol of its own: nothing to show

    @classmethod
    def of(cls, octet: int) -> BroadcastCoding:
        """The scheme of an octet (0..255)."""
        return _SCHEMES[octet]

    @property
    def text(self) -> bool:
        """Whether the content can be read as text."""
        return self.alphabet in (Alphabet.GSM7, Alphabet.UCS2) and not self.compressed


_LANGUAGES = ("de", "en", "it", "fr", "es", "nl", "sv", "da", "pt", "fi", "no", "el", "tr", "hu", "pl", None)
_MORE_LANGUAGES = ("cs", "he", "ar", "ru", "is")
_ALPHABETS = (Alphabet.GSM7, Alphabet.DATA, Alphabet.UCS2, Alphabet.RESERVED)


def _scheme(octet: int) -> BroadcastCoding:
    group, low = octet >> 4, octet & 0x0F
    alphabet = _ALPHABETS[octet >> 2 & 3]
    if group == 0b0000:
        return BroadcastCoding(octet, language=_LANGUAGES[low])
    if group == 0b0001 and low <= 1:
        return BroadcastCoding(octet, Alphabet.UCS2 if low else Alphabet.GSM7, language_first=True)
    if group == 0b0010 and low < len(_MORE_LANGUAGES):
        return BroadcastCoding(octet, language=_MORE_LANGUAGES[low])
    if group >> 2 == 0b01:  # general data coding
        return BroadcastCoding(
            octet,
            alphabet,
            message_class=octet & 3 if octet & 0x10 else None,
            compressed=bool(octet & 0x20),
            reserved=alphabet is Alphabet.RESERVED,
        )
    if group == 0b1001:
        return BroadcastCoding(
            octet, alphabet, message_class=octet & 3, has_header=True, reserved=alphabet is Alphabet.RESERVED
        )
    if group in (0b1101, 0b1110):  # the I1 protocol (TS 24.294), WAP
        return BroadcastCoding(octet, Alphabet.RESERVED, reserved=True)
    if group == 0b1111:
        return BroadcastCoding(
            octet,
            Alphabet.DATA if octet & 0x04 else Alphabet.GSM7,
            message_class=octet & 3 or None,  # 00 is no class here
            reserved=bool(octet & 0x08),
        )
    # "Any reserved codings shall be assumed to be the GSM 7 bit default alphabet".
    return BroadcastCoding(octet, reserved=True)


_SCHEMES = tuple(_scheme(octet) for octet in range(256))
UNSPECIFIED = BroadcastCoding.of(0x0F)  # GSM 7-bit text in no language


class Page(NamedTuple):
    """A page of a cell broadcast message. `user_data` is as in a message: text, or octets, and perhaps a header."""

    serial_number: SerialNumber
    message_identifier: int
    user_data: UserData
    data_coding: BroadcastCoding = UNSPECIFIED
    page: int = 1
    pages: int = 1
    language: str | None = None  # ISO 639, as the coding or the content says

    def encode(self) -> bytes:
        """The 88 octets, the content filled up. Raises PduError when something does not fit."""
        coding = self.data_coding
        header = encode_header(self.user_data.header) or b"\0" * coding.has_header
        if header and not coding.has_header:
            raise PduError("a header goes with the codings 90 to 9F alone", field="DCS", clause=CODING_CLAUSE)
        parameter = checked(self.page, "page", CLAUSE, MAX_PAGES) << 4 | checked(self.pages, "pages", CLAUSE, MAX_PAGES)
        return b"".join(
            (
                int(self.serial_number).to_bytes(2, "big"),
                checked(self.message_identifier, "message identifier", CLAUSE, 0xFFFF).to_bytes(2, "big"),
                bytes((coding.octet, parameter)),
                header,
                _encode_content(self.user_data.body, coding, self.language, len(header)),
            )
        )

    @classmethod
    def decode(cls, octets: bytes, strict: bool = False) -> Page:
        """Read the 88 octets of a page. Raises PduError.

        A page 0, or one beyond the last, is read as "1 of 1" (9.4.1.2.4) unless `strict`. Carriage returns at the end
        of text are what the page is filled up with.
        """
        if len(octets) != PAGE_OCTETS:
            raise PduError(f"{len(octets)} octets, a page has {PAGE_OCTETS}", field="page", clause=CLAUSE)
        serial = int.from_bytes(octets[:2], "big")
        coding = _SCHEMES[octets[4]]
        page, pages = octets[5] >> 4, octets[5] & 0x0F
        if not 1 <= page <= pages:
            if strict:
                raise PduError(f"page {page} of {pages}", field="page parameter", offset=5, clause=CLAUSE)
            page = pages = 1
        return _page(serial, octets[2:4], coding, octets[6:], page, pages)


def decode_pages(octets: bytes, strict: bool = False) -> tuple[Page, ...]:
    """The pages that +CBM carries: one in the form of GSM (9.4.1), or all of a message in that of UMTS (9.4.2).

    Raises PduError.
    """
    if len(octets) <= PAGE_OCTETS:
        return (Page.decode(octets, strict),)
    kind, identifier, serial, coding, total = octets[0], octets[1:3], octets[3:5], octets[5], octets[6]
    if kind != 1 or total > MAX_PAGES or len(octets) != 7 + total * (CONTENT_OCTETS + 1):
        raise PduError(f"{len(octets)} octets, {total} pages", field="CB data", clause=UMTS_CLAUSE)
    pages = []
    for number in range(1, total + 1):
        end = 7 + number * (CONTENT_OCTETS + 1)
        used = octets[end - 1]
        if used > CONTENT_OCTETS:
            raise PduError(f"{used} octets in a page", field="CBS-Message-Information-Length",
                           offset=end - 1, clause=UMTS_CLAUSE)  # fmt: skip
        content = octets[end - 1 - CONTENT_OCTETS :][:used]
        pages.append(_page(int.from_bytes(serial, "big"), identifier, _SCHEMES[coding], content, number, total))
    return tuple(pages)


def _page(serial: int, identifier: bytes, coding: BroadcastCoding, content: bytes, page: int, pages: int) -> Page:
    header: Header = ()
    taken = 0
    if coding.has_header:
        header, taken = decode_header(content, 6)
    body, language = _decode_content(content[taken:], coding, taken)
    return Page(
        SerialNumber(serial >> 4 & 0x3FF, serial & 0x0F, GeographicalScope(serial >> 14)),
        int.from_bytes(identifier, "big"),
        UserData(body, header),
        coding,
        page,
        pages,
        language or coding.language,
    )


def _encode_content(body: str | bytes, coding: BroadcastCoding, language: str | None, taken: int) -> bytes:
    if isinstance(body, str) is not coding.text:
        raise PduError(f"the coding {coding.octet:02X} does not carry it", field="content", clause=CODING_CLAUSE)
    room = CONTENT_OCTETS - taken
    if isinstance(body, bytes):
        return _fitting(body, room, "octets").ljust(room, b"\0")
    first = encode_gsm7(language or "", "language") if coding.language_first else b""
    if coding.language_first and len(first) != 2:
        raise PduError("the content begins with a language of two letters", field="language", clause=CODING_CLAUSE)
    if coding.alphabet is Alphabet.GSM7:
        fill_bits = -taken % 7
        room = (room * 8 - fill_bits) // 7
        septets = (first + b"\r" if first else b"") + encode_gsm7(body, "content")
        return pack(_fitting(septets, room, "septets").ljust(room, b"\r"), fill_bits)
    units = (pack(first) if first else b"") + body.encode("utf-16-be", "surrogatepass")
    return (_fitting(units, room, "octets") + b"\0\r" * (room // 2))[: room & ~1].ljust(room, b"\0")


def _fitting(value: bytes, room: int, unit: str) -> bytes:
    if len(value) > room:
        raise PduError(f"{len(value)} {unit}, at most {room} fit", field="content", clause=CLAUSE)
    return value


def _decode_content(content: bytes, coding: BroadcastCoding, taken: int) -> tuple[str | bytes, str | None]:
    """(body, language in front of it)."""
    if not coding.text:
        return content, None
    if coding.alphabet is Alphabet.GSM7:
        fill_bits = -taken % 7
        septets = unpack(content, max(0, len(content) * 8 - fill_bits) // 7, fill_bits)
        first, septets = (septets[:2], septets[3:]) if coding.language_first else (b"", septets)
        return decode_gsm7(septets.rstrip(b"\r")), decode_gsm7(first) or None
    language = decode_gsm7(unpack(content[:2].ljust(2, b"\0"), 2)) if coding.language_first else None
    units = content[2:] if coding.language_first else content
    return units[: len(units) & ~1].decode("utf-16-be", "replace").rstrip("\r"), language


def join_pages(pages: Iterable[Page]) -> str | bytes:
    """The whole message, of pages in any order (the same page twice counts once).

    Raises PduError when one is missing, or they are not of one message.
    """
    by_number = {page.page: page for page in pages}
    messages = {(page.serial_number, page.message_identifier, page.pages) for page in by_number.values()}
    if len(messages) != 1:
        raise PduError(f"pages of {len(messages)} messages", field="serial number", clause=CLAUSE)
    total = next(iter(by_number.values())).pages
    missing = [number for number in range(1, total + 1) if number not in by_number]
    if missing:
        raise PduError(f"page {missing[0]} of {total} is missing", field="page parameter", clause=CLAUSE)
    bodies = [by_number[number].user_data.body for number in range(1, total + 1)]
    texts = [body for body in bodies if isinstance(body, str)]
    if len(texts) == len(bodies):
        return "".join(texts)
    return b"".join(body.encode() if isinstance(body, str) else body for body in bodies)
