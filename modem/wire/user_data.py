"""TP-User-Data: what a message says, with the header that may stand before it (TS 23.040 9.2.3.16, 9.2.3.24)."""

from __future__ import annotations

from .alphabet import TORN_ESCAPE, decode_gsm7, encode_gsm7
from .coding import DataCoding
from .elements import NATIONAL_LOCKING_SHIFT, NATIONAL_SINGLE_SHIFT
from .errors import PduError
from .header import Concatenation, Header, concatenation_of, decode_header, encode_header
from .named import TYPE_CHECKING, NamedTuple
from .septets import octet_count, pack, unpack

if TYPE_CHECKING:
    from .languages import ShiftTables

LENGTH_CLAUSE = "TS 23.040 9.2.3.16"
CLAUSE = "TS 23.040 9.2.3.24"

MAX_OCTETS = 140
MAX_SEPTETS = 160


class UserData(NamedTuple):
    """A body and its header.

    `body` is text (str) for the GSM 7-bit alphabet and UCS2, octets (bytes) for 8-bit data, for compressed and
    reserved codings, and for a header so broken that nobody can tell where the text begins (lenient decoding only).
    """

    body: str | bytes
    header: Header = ()
    empty_header: bool = False  # a header is announced, and has no element (TP-UDHL 0)

    @property
    def text(self) -> str | None:
        """The body when it is text."""
        return self.body if isinstance(self.body, str) else None

    @property
    def has_header(self) -> bool:
        """Whether a header stands in front of the body: TP-UDHI."""
        return bool(self.header) or self.empty_header

    @property
    def concatenation(self) -> Concatenation | None:
        """This part's place in a longer message, or None."""
        return concatenation_of(self.header)


def encode_user_data(user_data: UserData, coding: DataCoding) -> bytes:
    """TP-UDL and TP-UD. Raises PduError when the body does not fit the coding, or one message."""
    body, elements, empty_header = user_data
    header = encode_header(elements) if elements else b"\0" if empty_header else b""
    if isinstance(body, str) is not coding.text:
        check_body(body, coding)
    if coding.septets and isinstance(body, str):
        septets = encode_septets(body, elements) if elements else encode_gsm7(body)
        length, fill_bits = len(septets), 0
        if header:  # it ends at an octet; the text begins at the next septet
            fill_bits = -len(header) % 7
            length += (len(header) * 8 + fill_bits) // 7
        if length > MAX_SEPTETS:
            raise PduError(f"{length} septets, at most {MAX_SEPTETS} fit", field="TP-UD", clause=LENGTH_CLAUSE)
        return bytes((length,)) + header + pack(septets, fill_bits)
    octets = header + (body.encode("utf-16-be", "surrogatepass") if isinstance(body, str) else body)
    if len(octets) > MAX_OCTETS:
        raise PduError(f"{len(octets)} octets, at most {MAX_OCTETS} fit", field="TP-UD", clause=LENGTH_CLAUSE)
    return bytes((len(octets),)) + octets


def check_body(body: str | bytes, coding: DataCoding) -> None:
    """Raise PduError for text in a coding that carries octets, and for octets in one that carries text."""
    if isinstance(body, str) != coding.text:
        kind, other = ("text", "octets") if isinstance(body, str) else ("octets", "text")
        raise PduError(f"{kind} in a coding ({coding.octet:02X}) that carries {other}", field="TP-UD", clause=CLAUSE)


def decode_user_data(
    octets: bytes, offset: int, has_header: bool, coding: DataCoding, strict: bool = False
) -> UserData:
    """TP-UDL at `offset` and the TP-UD after it.

    Raises PduError when there is less data than TP-UDL says. With `strict` also when there is more, when TP-UDL is
    over the limit, spare bits are not zero, or the header is broken. Lenient, what follows is left unread: SIM records
    are filled up with FF, and some modems append to the PDU.
    """
    if offset >= len(octets):
        raise PduError("cut off", field="TP-UDL", offset=offset, clause=LENGTH_CLAUSE)
    length = octets[offset]
    septets = coding.septets
    size = (length * 7 + 7) // 8 if septets else length
    start = offset + 1
    data = octets[start : start + size]
    if len(data) < size:
        unit = "septets" if septets else "octets"
        raise PduError(
            f"{length} {unit} announced, {len(data)} octets left", field="TP-UDL", offset=offset, clause=LENGTH_CLAUSE
        )
    if strict:
        _check_length(octets, offset, length, size, coding)
    header: Header = ()
    header_size = 0
    if has_header:
        try:
            header, header_size = decode_header(data, start)
            if septets and (header_size * 8 + 6) // 7 > length:
                raise PduError("the header is longer than the user data", field="TP-UDHL", offset=start, clause=CLAUSE)
        except PduError:
            if strict:
                raise
            return UserData(data)
        data = data[header_size:]
    empty_header = header_size == 1
    if septets:
        fill_bits = -header_size % 7
        count = length - (header_size * 8 + fill_bits) // 7
        if strict:
            _check_padding(data, count, fill_bits, start + header_size)
        return UserData(decode_septets(unpack(data, count, fill_bits), header), header, empty_header)
    if coding.text:
        return UserData(_decode_ucs2(data, header, start + header_size), header, empty_header)
    return UserData(data, header, empty_header)


def user_data_end(octets: bytes, offset: int, coding: DataCoding) -> int:
    """The offset after the TP-UD whose TP-UDL stands at `offset`; the octets may end before, as they may for TP-UDL."""
    length = octets[offset] if offset < len(octets) else 0
    return offset + 1 + (octet_count(length) if coding.septets else length)


def _check_length(octets: bytes, offset: int, length: int, size: int, coding: DataCoding) -> None:
    limit = MAX_SEPTETS if coding.septets else MAX_OCTETS
    if length > limit:
        raise PduError(f"{length} is over the limit of {limit}", field="TP-UDL", offset=offset, clause=LENGTH_CLAUSE)
    extra = len(octets) - offset - 1 - size
    if extra:
        raise PduError(f"{extra} octets after the user data", field="TP-UD", offset=offset + 1 + size, clause=CLAUSE)


def _check_padding(body: bytes, count: int, fill_bits: int, offset: int) -> None:
    used = fill_bits + count * 7
    number = int.from_bytes(body, "little")
    if number >> used or number & ((1 << fill_bits) - 1):
        raise PduError("spare bits are not zero", field="TP-UD", offset=offset, clause="TS 23.038 6.1.2.1.1")


def encode_septets(text: str, header: Header = ()) -> bytes:
    """The septets of `text`, one an octet, by the tables of the languages that `header` names (9.2.3.24.15, .16)."""
    tables = _national_tables(header)
    return tables.encode(text) if tables else encode_gsm7(text)


def decode_septets(septets: bytes, header: Header = ()) -> str:
    """The text of septets, one an octet, by the tables of the languages that `header` names (9.2.3.24.15, .16).

    An escape at the very end shows as a blank, except in a part of a longer message: some senders (python-messaging)
    tear the pair, so there it is kept as TORN_ESCAPE, and `segments` joins it with its character.
    """
    if header:
        tables = _national_tables(header)
        if tables:
            return tables.decode(septets)
        if septets[-1:] == b"\x1b" and concatenation_of(header):
            escapes = len(septets) - len(septets.rstrip(b"\x1b"))
            if escapes % 2:
                return decode_gsm7(septets[:-1]) + TORN_ESCAPE
    return decode_gsm7(septets)


def _national_tables(header: Header) -> ShiftTables | None:
    """The tables of the languages that the header names, or None. Few messages do: only then they are imported."""
    for identifier, _ in header:
        if identifier in (NATIONAL_SINGLE_SHIFT, NATIONAL_LOCKING_SHIFT):
            from .languages import tables_of

            return tables_of(header)
    return None


def _decode_ucs2(octets: bytes, header: Header, offset: int) -> str:
    """UTF-16BE, as everybody sends it. An unpaired surrogate becomes U+FFFD, except in a part of a longer message,
    where the other half may stand in the next part: there it is kept, and `segments` joins them."""
    if len(octets) % 2:
        raise PduError("an odd number of octets for UCS2", field="TP-UD", offset=offset, clause="TS 23.038 6.2.3")
    try:
        return octets.decode("utf-16-be")
    except UnicodeDecodeError:
        if concatenation_of(header):
            return octets.decode("utf-16-be", "surrogatepass")
        return octets.decode("utf-16-be", "replace")
