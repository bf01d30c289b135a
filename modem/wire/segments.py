"""Long messages: cutting them into parts and putting parts together again (TS 23.040 9.2.3.24.1, 9.2.3.24.8)."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import NamedTuple

from .alphabet import ESCAPE, decode_gsm7, encode_gsm7, is_gsm7
from .coding import Alphabet, DataCoding
from .errors import PduError
from .header import Concatenation, Header, header_length
from .user_data import MAX_OCTETS, MAX_SEPTETS, UserData

CLAUSE = "TS 23.040 9.2.3.24.1"
MAX_PARTS = 255


def coding_for(body: str | bytes, message_class: int | None = None) -> DataCoding:
    """The cheapest coding that carries `body`: GSM 7-bit, else UCS2, for text; 8-bit data for octets."""
    if isinstance(body, bytes):
        return DataCoding.general(Alphabet.DATA, message_class)
    return DataCoding.general(Alphabet.GSM7 if is_gsm7(body) else Alphabet.UCS2, message_class)


def capacity(coding: DataCoding, header: Header = ()) -> int:
    """How much one message holds behind `header`: septets, UTF-16 units or octets, as the coding counts."""
    taken = header_length(header)
    if coding.septets:
        return MAX_SEPTETS - (taken * 8 + 6) // 7
    return (MAX_OCTETS - taken) // (2 if coding.text else 1)


def measure(body: str | bytes, coding: DataCoding) -> int:
    """The size of `body` in the units of `capacity`. Raises PduError when the coding cannot carry it."""
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
    0..65535 with `wide`); `header` stands in every part. Raises PduError when the coding cannot carry the body, or it
    takes more than 255 parts.
    """
    coding = coding or coding_for(body)
    if measure(body, coding) <= capacity(coding, header):
        return [UserData(body, header)]
    room = capacity(coding, (Concatenation(0, 2, 1, wide).element(), *header))
    pieces = list(_pieces(body, coding, room))
    if len(pieces) > MAX_PARTS:
        raise PduError(f"{len(pieces)} parts, at most {MAX_PARTS} are possible", field="TP-UD", clause=CLAUSE)
    return [
        UserData(piece, (Concatenation(reference, len(pieces), number, wide).element(), *header))
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

    Halves of a surrogate pair that came in two parts become one character; a half that stays alone becomes U+FFFD.
    """
    if all(isinstance(body, str) for body in bodies):
        text = "".join(body for body in bodies if isinstance(body, str))
        return text.encode("utf-16-be", "surrogatepass").decode("utf-16-be", "replace")
    return b"".join(body.encode() if isinstance(body, str) else body for body in bodies)


class Assembled(NamedTuple):
    """A complete message: its body, and the items (whatever the caller gave with each part) in order."""

    body: str | bytes
    items: tuple[object, ...]


class Reassembler:
    """Collects parts until a message is complete, in any order, for many senders at a time.

    Parts belong together when sender, reference, its width, the total and the kind of body are equal. Of a part that
    comes twice the first is kept. Incomplete messages are dropped `max_age` seconds after their first part, and the
    oldest when there are more than `max_pending`: both come back from `expired`, so that nothing is lost in silence.
    """

    def __init__(self, max_age: float = 3 * 24 * 3600.0, max_pending: int = 256) -> None:
        self._max_age = max_age
        self._max_pending = max_pending
        self._pending: dict[Hashable, tuple[float, dict[int, tuple[str | bytes, object]]]] = {}

    def add(self, sender: Hashable, user_data: UserData, now: float, item: object = None) -> Assembled | None:
        """Take a part from `sender`; the whole message when this part completes it, else None.

        User data without a concatenation is complete by itself. `item` is kept with the part.
        """
        place = user_data.concatenation
        if place is None:
            return Assembled(user_data.body, (item,))
        key = (sender, place.reference, place.wide, place.total, type(user_data.body))
        _, parts = self._pending.setdefault(key, (now, {}))
        parts.setdefault(place.sequence, (user_data.body, item))
        if len(parts) < place.total:
            return None
        del self._pending[key]
        ordered = [parts[number] for number in sorted(parts)]
        return Assembled(join([body for body, _ in ordered]), tuple(item for _, item in ordered))

    def expired(self, now: float) -> list[tuple[object, ...]]:
        """Drop what is too old or too much; the items of each message dropped, by sequence number."""
        keys = [key for key, (since, _) in self._pending.items() if now - since >= self._max_age]
        keys += [key for key in self._pending if key not in keys][: len(self._pending) - len(keys) - self._max_pending]
        dropped = []
        for key in keys:
            _, parts = self._pending.pop(key)
            dropped.append(tuple(item for _, (_, item) in sorted(parts.items())))
        return dropped

    def __len__(self) -> int:
        return len(self._pending)
