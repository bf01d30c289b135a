"""Long messages: cutting them into parts and putting parts together again (TS 23.040 9.2.3.24.1, 9.2.3.24.8)."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable

from .alphabet import ESCAPE, decode_gsm7, encode_gsm7, is_gsm7, join_gsm7
from .coding import DATA, GSM7, UCS2, DataCoding
from .errors import PduError
from .header import Concatenation, Header, header_length
from .named import NamedTuple
from .user_data import MAX_OCTETS, MAX_SEPTETS, UserData, check_body, decode_septets, encode_septets

CLAUSE = "TS 23.040 9.2.3.24.1"
MAX_PARTS = 255


def coding_for(body: str | bytes, message_class: int | None = None) -> DataCoding:
    """The cheapest coding that carries `body`: GSM 7-bit, else UCS2, for text; 8-bit data for octets.

    For the national tables, which not every phone can show, ask `plan`.
    """
    coding = DATA if isinstance(body, bytes) else GSM7 if is_gsm7(body) else UCS2
    return coding if message_class is None else DataCoding.general(coding.alphabet, message_class)


def capacity(coding: DataCoding, header: Header = ()) -> int:
    """How much one message holds behind `header`: septets, UTF-16 units or octets, as the coding counts."""
    taken = header_length(header) if header else 0
    if coding.septets:
        return MAX_SEPTETS - (taken * 8 + 6) // 7
    return (MAX_OCTETS - taken) // (2 if coding.text else 1)


def measure(body: str | bytes, coding: DataCoding, header: Header = ()) -> int:
    """The size of `body` in the units of `capacity`; `header` may name national tables.

    Raises PduError when the coding cannot carry it.
    """
    return len(_encoded(body, coding, header)) // _width(coding)


class Plan(NamedTuple):
    """How a body goes out, before it does: `split(body, plan.coding, header=plan.header)` makes the parts."""

    coding: DataCoding
    header: Header  # of every part, besides the concatenation
    units: int  # the size of the body: septets, UTF-16 units or octets, as the coding counts
    parts: int  # may be more than the MAX_PARTS that `split` can make
    remaining: int  # units that the last part still has room for


def plan(
    body: str | bytes,
    coding: DataCoding | None = None,
    *,
    wide: bool = False,
    header: Header = (),
    national: bool = False,
) -> Plan:
    """How many messages `body` takes, and how much room the last one has left.

    With `national`, and no `coding` asked for, the tables of the national languages are tried as well, and taken when
    they save a message: they need phones that know them, and every part then says which. Raises PduError like `split`,
    but not for too many parts.
    """
    default = _planned(body, coding or coding_for(body), header, wide)
    if not national or coding is not None or isinstance(body, bytes) or default.parts == 1:
        return default
    from .languages import tables_for  # few ask for it

    headers = [(*header, *tables.elements()) for tables in tables_for(body)]
    plans = [_planned(body, GSM7, header, wide) for header in headers if _room(GSM7, header, wide) >= 2]
    # The fewest parts; of these the one that most phones can show, and then the one with the shortest header.
    return min((default, *plans), key=lambda plan: (plan.parts, plan is not default, len(plan.header), plan.units))


def _planned(body: str | bytes, coding: DataCoding, header: Header, wide: bool) -> Plan:
    encoded = _encoded(body, coding, header)
    width = _width(coding)
    units, room = len(encoded) // width, capacity(coding, header)
    if units <= room:
        return Plan(coding, header, units, 1, room - units)
    room = _checked_room(coding, header, wide)
    start, ends = 0, _ends(encoded, coding, room)
    if len(ends) > 1:
        start = ends[-2]
    return Plan(coding, header, units, len(ends), room - (len(encoded) - start) // width)


def split(
    body: str | bytes,
    coding: DataCoding | None = None,
    reference: int = 0,
    *,
    wide: bool = False,
    header: Header = (),
) -> list[UserData]:
    """The user data of each message that `body` takes: one, or several with a concatenation element.

    A part never ends inside an escape sequence or a surrogate pair. `reference` ties the parts together (0..255, or
    0..65535 with `wide`); `header` stands in every part, and may name national tables. Raises PduError when the coding
    cannot carry the body, the header leaves no room for it, or it takes more than 255 parts.
    """
    coding = coding or coding_for(body)
    encoded = _encoded(body, coding, header)
    width = _width(coding)
    size = len(encoded) // width
    if size <= capacity(coding, header):
        return [UserData(body, header)]
    room = _checked_room(coding, header, wide)
    ends = _ends(encoded, coding, room) if size <= MAX_PARTS * room else []
    if not 0 < len(ends) <= MAX_PARTS:
        raise PduError(f"more than the {MAX_PARTS} parts that are possible", field="TP-UD", clause=CLAUSE)
    total = len(ends)
    parts = []
    start = 0
    for number, end in enumerate(ends, start=1):
        # Where each character is a unit, they need not be read back.
        plain = size == len(body)
        piece = body[start // width : end // width] if plain else _decoded(encoded[start:end], coding, header)
        parts.append(UserData(piece, (Concatenation(reference, total, number, wide).element(), *header)))
        start = end
    return parts


def _room(coding: DataCoding, header: Header, wide: bool) -> int:
    """How much each of several parts holds."""
    return capacity(coding, (Concatenation(0, 2, 1, wide).element(), *header))


def _checked_room(coding: DataCoding, header: Header, wide: bool) -> int:
    room = _room(coding, header, wide)
    if room < 2:  # a character may take two septets or code units
        raise PduError("the header leaves no room for the body", field="TP-UDH", clause=CLAUSE)
    return room


def _width(coding: DataCoding) -> int:
    """The octets of a unit of `_encoded`."""
    return 2 if coding.text and not coding.septets else 1


def _encoded(body: str | bytes, coding: DataCoding, header: Header) -> bytes:
    """The body in octets, with a septet in each for GSM 7-bit text."""
    if isinstance(body, str) is not coding.text:
        check_body(body, coding)
    if isinstance(body, bytes):
        return body
    if coding.septets:
        return encode_septets(body, header) if header else encode_gsm7(body)
    return body.encode("utf-16-be", "surrogatepass")


def _decoded(encoded: bytes, coding: DataCoding, header: Header) -> str | bytes:
    """What `_encoded` made these octets of."""
    if not coding.text:
        return encoded
    if coding.septets:
        return decode_septets(encoded, header) if header else decode_gsm7(encoded)
    return encoded.decode("utf-16-be", "surrogatepass")


def _ends(encoded: bytes, coding: DataCoding, room: int) -> list[int]:
    """Where the parts end, `room` units each at most, in what `_encoded` made."""
    width = _width(coding)
    ends = []
    end = room * width
    while end < len(encoded):
        # An escape is never the second half of a pair here, so the last septet alone tells.
        if (coding.septets and encoded[end - 1] == ESCAPE) or (width == 2 and 0xD8 <= encoded[end - 2] < 0xDC):
            end -= width
        ends.append(end)
        end += room * width
    return [*ends, len(encoded)]


def join(bodies: list[str | bytes]) -> str | bytes:
    """The bodies of all parts, in order, as one: text when all are text, else octets.

    Halves of a surrogate pair, or of an escape sequence, that came in two parts become one character; a half surrogate
    that stays alone becomes U+FFFD.
    """
    texts = [body for body in bodies if isinstance(body, str)]
    if len(texts) == len(bodies):
        return join_gsm7(texts).encode("utf-16-be", "surrogatepass").decode("utf-16-be", "replace")
    return b"".join(body.encode() if isinstance(body, str) else body for body in bodies)


class Assembled(NamedTuple):
    """A complete message: its body, and the items (whatever the caller gave with each part) in order."""

    body: str | bytes
    items: tuple[object, ...]


_Parts = dict[int, tuple[str | bytes, object]]  # by sequence number: body and item


class _Complete(NamedTuple):
    """What is remembered of a complete message."""

    time: float
    hashes: dict[int, int]  # of the bodies of its parts
    again: _Parts  # that came again since


class Reassembler:
    """Collects parts until a message is complete, in any order, for many senders at a time.

    Parts belong together when sender, reference, its width, the total and the kind of body are equal, and the first
    came less than `max_age` seconds before. A part that comes twice is kept once; one that comes with other contents
    shows that the sender uses the reference again, and begins a new message. A part that comes once more after its
    message was complete (networks repeat what was not acknowledged in time) begins none, unless all of them do.

    There are never more than `max_pending` incomplete messages, and as many complete ones are remembered. What is
    dropped comes back from `expired`, so that nothing is lost in silence; of what nobody asks for, the last
    `max_pending` are kept.
    """

    def __init__(self, max_age: float = 3 * 24 * 3600.0, max_pending: int = 256) -> None:
        self._max_age = max_age
        self._max_pending = max_pending
        self._complete: dict[Hashable, _Complete] = {}  # the oldest is the first
        # In the order of the first parts: the oldest is the first.
        self._pending: dict[Hashable, tuple[float, _Parts]] = {}
        self._dropped: deque[tuple[object, ...]] = deque(maxlen=max_pending)

    def add(self, sender: Hashable, user_data: UserData, now: float, item: object = None) -> Assembled | None:
        """Take a part from `sender`; the whole message when this part completes it, else None.

        User data without a concatenation is complete by itself. `item` is kept with the part. `now` never goes back.
        """
        place = user_data.concatenation
        if place is None:
            return Assembled(user_data.body, (item,))
        self._drop_older(now)
        key = (sender, place.reference, place.wide, place.total, type(user_data.body))
        part = (user_data.body, item)
        complete = self._complete.get(key)
        if complete is not None:
            if now - complete.time < self._max_age and complete.hashes[place.sequence] == hash(user_data.body):
                complete.again.setdefault(place.sequence, part)
                return self._assembled(key, complete.again, now) if len(complete.again) == place.total else None
            del self._complete[
                key
            ]  # the reference is used again, and the parts that came again belong to the new message
            if complete.again:
                self._pending[key] = (now, complete.again)
        known = self._pending[key][1].get(place.sequence) if key in self._pending else None
        if known is not None and known[0] != user_data.body:
            self._drop(key)
        _, parts = self._pending.setdefault(key, (now, {}))
        parts.setdefault(place.sequence, part)
        if len(parts) == place.total:
            del self._pending[key]
            return self._assembled(key, parts, now)
        if len(self._pending) > self._max_pending:
            self._drop(next(iter(self._pending)))
        return None

    def _assembled(self, key: Hashable, parts: _Parts, now: float) -> Assembled:
        """The message, which is remembered as the latest of the complete ones."""
        self._complete.pop(key, None)
        self._complete[key] = _Complete(now, {number: hash(body) for number, (body, _) in parts.items()}, {})
        if len(self._complete) > self._max_pending:
            del self._complete[next(iter(self._complete))]
        bodies, items = zip(*(parts[number] for number in sorted(parts)), strict=True)
        return Assembled(join(list(bodies)), items)

    def expired(self, now: float) -> list[tuple[object, ...]]:
        """The items of each incomplete message dropped since the last call, by sequence number."""
        self._drop_older(now)
        dropped = list(self._dropped)
        self._dropped.clear()
        return dropped

    def _drop_older(self, now: float) -> None:
        while self._pending:
            oldest = next(iter(self._pending))
            if now - self._pending[oldest][0] < self._max_age:
                return
            self._drop(oldest)

    def _drop(self, key: Hashable) -> None:
        _, parts = self._pending.pop(key)
        self._dropped.append(tuple(item for _, (_, item) in sorted(parts.items())))

    def __len__(self) -> int:
        return len(self._pending)
