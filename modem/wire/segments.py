"""Long messages: cutting them into parts and putting parts together again (TS 23.040 9.2.3.24.1, 9.2.3.24.8)."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterator
from typing import NamedTuple

from .alphabet import ESCAPE, decode_gsm7, encode_gsm7, is_gsm7, join_gsm7
from .coding import DATA, GSM7, UCS2, DataCoding
from .errors import PduError
from .header import Concatenation, Header, header_length
from .user_data import MAX_OCTETS, MAX_SEPTETS, UserData, check_body

CLAUSE = "TS 23.040 9.2.3.24.1"
MAX_PARTS = 255


def coding_for(body: str | bytes, message_class: int | None = None) -> DataCoding:
    """The cheapest coding that carries `body`: GSM 7-bit, else UCS2, for text; 8-bit data for octets."""
    coding = DATA if isinstance(body, bytes) else GSM7 if is_gsm7(body) else UCS2
    return coding if message_class is None else DataCoding.general(coding.alphabet, message_class)


def capacity(coding: DataCoding, header: Header = ()) -> int:
    """How much one message holds behind `header`: septets, UTF-16 units or octets, as the coding counts."""
    taken = header_length(header) if header else 0
    if coding.septets:
        return MAX_SEPTETS - (taken * 8 + 6) // 7
    return (MAX_OCTETS - taken) // (2 if coding.text else 1)


def measure(body: str | bytes, coding: DataCoding) -> int:
    """The size of `body` in the units of `capacity`. Raises PduError when the coding cannot carry it."""
    if isinstance(body, str) is not coding.text:
        check_body(body, coding)
    if isinstance(body, bytes):
        return len(body)
    if coding.septets:
        return len(encode_gsm7(body))
    return len(body.encode("utf-16-be", "surrogatepass")) // 2


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
    0..65535 with `wide`); `header` stands in every part. Raises PduError when the coding cannot carry the body, the
    header leaves no room for it, or it takes more than 255 parts.
    """
    coding = coding or coding_for(body)
    size = measure(body, coding)
    if size <= capacity(coding, header):
        return [UserData(body, header)]
    room = capacity(coding, (Concatenation(0, 2, 1, wide).element(), *header))
    if room < 2:  # a character may take two septets or code units
        raise PduError("the header leaves no room for the body", field="TP-UDH", clause=CLAUSE)
    pieces = list(_pieces(body, coding, room)) if size <= MAX_PARTS * room else None
    if pieces is None or len(pieces) > MAX_PARTS:
        raise PduError(f"more than the {MAX_PARTS} parts that are possible", field="TP-UD", clause=CLAUSE)
    total = len(pieces)
    return [
        UserData(piece, (Concatenation(reference, total, number, wide).element(), *header))
        for number, piece in enumerate(pieces, start=1)
    ]


def _pieces(body: str | bytes, coding: DataCoding, room: int) -> Iterator[str | bytes]:
    if isinstance(body, bytes):
        for start in range(0, len(body), room):
            yield body[start : start + room]
    elif coding.septets:
        septets = encode_gsm7(body)
        start = 0
        while start < len(septets):
            end = min(start + room, len(septets))
            # An escape is never the second half of a pair here, so the last septet alone tells.
            if septets[end - 1] == ESCAPE:
                end -= 1
            yield decode_gsm7(septets[start:end])
            start = end
    else:
        units = body.encode("utf-16-be", "surrogatepass")
        start = 0
        while start < len(units):
            end = min(start + room * 2, len(units))
            if end < len(units) and 0xD8 <= units[end - 2] < 0xDC:
                end -= 2
            yield units[start:end].decode("utf-16-be", "surrogatepass")
            start = end


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


class Reassembler:
    """Collects parts until a message is complete, in any order, for many senders at a time.

    Parts belong together when sender, reference, its width, the total and the kind of body are equal, and the first
    came less than `max_age` seconds before. A part that comes twice is kept once; one that comes with other contents
    shows that the sender uses the reference again, and begins a new message. There are never more than `max_pending`
    incomplete messages. What is dropped comes back from `expired`, so that nothing is lost in silence; of what nobody
    asks for, the last `max_pending` are kept.
    """

    def __init__(self, max_age: float = 3 * 24 * 3600.0, max_pending: int = 256) -> None:
        self._max_age = max_age
        self._max_pending = max_pending
        # In the order of the first parts: the oldest is the first.
        self._pending: dict[Hashable, tuple[float, dict[int, tuple[str | bytes, object]]]] = {}
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
        known = self._pending[key][1].get(place.sequence) if key in self._pending else None
        if known is not None and known[0] != user_data.body:
            self._drop(key)
        _, parts = self._pending.setdefault(key, (now, {}))
        parts.setdefault(place.sequence, (user_data.body, item))
        if len(parts) == place.total:
            del self._pending[key]
            bodies, items = zip(*(parts[number] for number in sorted(parts)), strict=True)
            return Assembled(join(list(bodies)), items)
        if len(self._pending) > self._max_pending:
            self._drop(next(iter(self._pending)))
        return None

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
