"""Long messages: splitting, joining and what may go wrong in between."""

from __future__ import annotations

import itertools
import time
from typing import Any

import pytest

from modem.wire.alphabet import is_gsm7
from modem.wire.coding import DATA, GSM7, UCS2, DataCoding
from modem.wire.errors import PduError
from modem.wire.header import Concatenation, InformationElement
from modem.wire.languages import shift_tables
from modem.wire.segments import (
    MAX_PARTS,
    Assembled,
    Plan,
    Reassembler,
    capacity,
    coding_for,
    join,
    measure,
    plan,
    split,
)
from modem.wire.user_data import UserData, decode_user_data, encode_user_data
from tests.wire import models
from tests.wire.vectors import cases


@cases("parts")
def test_vector_parts(vector: dict[str, Any]) -> None:
    text = vector["text"] * vector["times"] + vector["tail"]
    parts = split(text, reference=7)
    assert len(parts) == vector["parts"]
    assert "".join(part.text or "" for part in parts) == text
    for part in parts:
        encode_user_data(part, coding_for(text))


@cases("long")
def test_vector_long(vector: dict[str, Any]) -> None:
    """Another program's parts, octet for octet."""
    parts = split(vector["text"], reference=vector["reference"])
    assert [encode_user_data(part, GSM7).hex().upper() for part in parts] == vector["parts"]


@cases("packed")
def test_the_cheapest_coding(vector: dict[str, Any]) -> None:
    assert coding_for(vector["text"]) is GSM7
    assert coding_for(vector["text"] + "ő") is UCS2
    assert coding_for(b"x") is DATA
    assert coding_for("x", 0).octet == 0x10
    assert coding_for("ő", 1).octet == 0x19
    assert coding_for(b"", 2).octet == 0x16


@pytest.mark.parametrize(
    ("coding", "room"),
    [(GSM7, (160, 153, 152)), (DATA, (140, 134, 133)), (UCS2, (70, 67, 66))],
)
def test_capacities(coding: DataCoding, room: tuple[int, int, int]) -> None:
    headers = ((), (Concatenation(0, 2, 1).element(),), (Concatenation(0, 2, 1, wide=True).element(),))
    assert tuple(capacity(coding, header) for header in headers) == room


def test_measures() -> None:
    assert measure("a€", GSM7) == 3
    assert measure("a😀", UCS2) == 3
    assert measure(b"abc", DATA) == 3
    assert measure(b"abc", DataCoding.of(0x20)) == 3  # compressed text comes as octets
    for body, coding in ((b"abc", GSM7), (b"ab", UCS2), ("abc", DATA), ("ő", GSM7), ("abc", DataCoding.of(0x20))):
        with pytest.raises(PduError):
            measure(body, coding)
        with pytest.raises(PduError):
            split(body, coding)


@pytest.mark.parametrize("wide", [False, True])
def test_no_escape_pair_is_torn_at_any_offset(wide: bool) -> None:
    """babca/python-gsmmodem pull request 30, and ModemManager before 4ebf8ca4."""
    room = 152 if wide else 153
    for before in range(room - 3, room + 3):
        text = "x" * before + "€" * 90
        parts = split(text, reference=1, wide=wide)
        wanted = models.pieces([models.septets(character) for character in text], room)
        assert [models.septets(part.text or "") for part in parts] == wanted
        for part in parts:
            assert decode_user_data(encode_user_data(part, GSM7), 0, True, GSM7, strict=True) == part


def test_no_surrogate_pair_is_torn_at_any_offset() -> None:
    """futomi/node-sms-pdu issue 4, rilmodem/ofono issue 77."""
    for before in range(64, 71):
        text = "ő" * before + "😀" * 40
        parts = split(text, reference=1)
        units = [[0] * (1 if character == "ő" else 2) for character in text]
        assert [len((part.text or "").encode("utf-16-be")) // 2 for part in parts] == [
            len(piece) for piece in models.pieces(units, 67)
        ]
        assert "".join(part.text or "" for part in parts) == text


def test_octets() -> None:
    body = bytes(range(256)) * 2
    parts = split(body, reference=300, wide=True)
    assert [len(part.body) for part in parts] == [133, 133, 133, 113]
    assert b"".join(part.body for part in parts if isinstance(part.body, bytes)) == body
    assert [part.concatenation for part in parts] == [Concatenation(300, 4, number, True) for number in range(1, 5)]


def test_what_fits_is_one_message_without_a_concatenation() -> None:
    port = (InformationElement(0x04, b"\x01\x02"),)
    assert split("x" * 160) == [UserData("x" * 160)]
    assert split("") == [UserData("")]
    assert split(b"") == [UserData(b"")]
    assert split("x" * 154, header=port) == [UserData("x" * 154, port)]
    two = split("x" * 155, header=port)
    assert [len(part.body) for part in two] == [148, 7]
    assert all(part.header[1:] == port for part in two)


def test_no_more_than_255_parts() -> None:
    assert len(split("x" * 153 * 255)) == 255
    with pytest.raises(PduError, match="255"):
        split("x" * (153 * 255 + 1))
    with pytest.raises(PduError, match="255"):
        split("€" * (76 * 255 + 1))


@pytest.mark.parametrize(("reference", "wide"), [(256, False), (-1, False), (65536, True)])
def test_references_that_do_not_fit(reference: int, wide: bool) -> None:
    with pytest.raises(PduError):
        split("x" * 161, reference=reference, wide=wide)


@pytest.mark.parametrize("size", range(125, 138))
@pytest.mark.parametrize("body", ["€" * 200, "😀" * 200, bytes(300)])
def test_a_header_that_leaves_no_room(size: int, body: str | bytes) -> None:
    """It ends: with parts, or with an error."""
    header = (InformationElement(0x70, bytes(size)),)
    try:
        parts = split(body, header=header)
    except PduError:
        return
    assert join([part.body for part in parts]) == body
    for part in parts:
        encode_user_data(part, coding_for(body))


def test_a_megabyte_is_refused_at_once() -> None:
    start = time.perf_counter()
    for body in ("x" * 2_000_000, "€" * 1_000_000, "😀" * 500_000, bytes(2_000_000)):
        with pytest.raises(PduError):
            split(body)
    assert time.perf_counter() - start < 2


# --- before sending -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "wanted"),
    [  # the numbers of at-and-sms.md are those of TS 23.040 9.2.3.24.1
        ("", Plan(GSM7, (), 0, 1, 160)),
        ("x" * 160, Plan(GSM7, (), 160, 1, 0)),
        ("x" * 161, Plan(GSM7, (), 161, 2, 145)),
        ("x" * 306, Plan(GSM7, (), 306, 2, 0)),
        ("x" * 307, Plan(GSM7, (), 307, 3, 152)),
        ("x" * 152 + "€" * 10, Plan(GSM7, (), 172, 2, 133)),  # no pair is torn: one septet of the first part is empty
        ("ő" * 70, Plan(UCS2, (), 70, 1, 0)),
        ("ő" * 71, Plan(UCS2, (), 71, 2, 63)),
        ("ő" * 66 + "😀" * 3, Plan(UCS2, (), 72, 2, 61)),
        (bytes(134 * 2 + 1), Plan(DATA, (), 269, 3, 133)),
    ],
)
def test_plans(body: str | bytes, wanted: Plan) -> None:
    assert plan(body) == wanted
    assert len(split(body)) == wanted.parts


@pytest.mark.parametrize("wide", [False, True])
@pytest.mark.parametrize("size", [0, 1, 4, 100])
@pytest.mark.parametrize("character", ["x", "€", "ő", "😀"])
def test_a_plan_says_what_split_does(character: str, size: int, wide: bool) -> None:
    header = (InformationElement(0x70, bytes(size)),)
    for count in (0, 1, 30, 31, 33, 60, 75, 76, 77, 134, 152, 153, 154, 400):
        made = plan(character * count, wide=wide, header=header)
        parts = split(character * count, wide=wide, header=header)
        assert made.parts == len(parts)
        last = parts[-1]
        assert made.remaining == capacity(made.coding, last.header) - measure(last.body, made.coding)
        assert made.units == sum(measure(part.body, made.coding) for part in parts)


def test_a_plan_of_more_than_can_be_sent() -> None:
    assert plan("x" * 153 * 256).parts == MAX_PARTS + 1
    with pytest.raises(PduError):
        plan("ő", GSM7)
    with pytest.raises(PduError):
        plan("x" * 200, header=(InformationElement(0x70, bytes(131)),))


TURKISH = "Çığ düşmesi nedeniyle şehir içi ulaşım durduruldu. "


@pytest.mark.parametrize(
    ("text", "elements", "parts"),
    [
        (TURKISH, (), 1),  # nothing to save
        (TURKISH * 3, "25 01", 1),
        (TURKISH * 6, "25 01", 3),
        ("¿Qué pasó mañana? " * 6, "24 02", 1),  # ó is in the single shift table
        ("não é possível informação " * 5, "25 03", 1),
        ("नमस्ते दुनिया " * 9, "25 06", 1),
        ("ਸਤਿ ਸ੍ਰੀ ਅਕਾਲ " * 10, "25 0A", 1),
        ("日本" * 50, (), 2),
        ("plain " * 40, (), 2),
    ],
)
def test_the_cheapest_tables_on_request(text: str, elements: str, parts: int) -> None:
    made = plan(text, national=True)
    assert [f"{identifier:02X} {data.hex().upper()}" for identifier, data in made.header] == (
        [elements] if elements else []
    )
    assert made.parts == parts
    assert plan(text).header == ()
    pieces = split(text, made.coding, header=made.header)
    assert len(pieces) == parts
    octets = [encode_user_data(piece, made.coding) for piece in pieces]
    assert all(len(data) <= 141 for data in octets)
    decoded = [
        decode_user_data(data, 0, bool(piece.header), made.coding, strict=True)
        for data, piece in zip(octets, pieces, strict=True)
    ]
    assert decoded == pieces
    assert join([piece.body for piece in decoded]) == text


def test_a_coding_asked_for_stays() -> None:
    assert plan(TURKISH * 3, UCS2, national=True) == plan(TURKISH * 3)
    assert plan(bytes(500), national=True) == plan(bytes(500))


@pytest.mark.parametrize(("locking", "single", "room"), [(1, 0, 149), (0, 1, 149), (1, 1, 146)])
def test_no_pair_is_torn_under_national_tables(locking: int, single: int, room: int) -> None:
    header = shift_tables(locking, single).elements()
    for before in range(room - 2, room + 3):
        text = "x" * before + ("[" if not single else "ı" if not locking else "{") * 100
        parts = split(text, GSM7, 1, header=header)
        assert "".join(part.text or "" for part in parts) == text
        for part in parts:
            assert measure(part.body, GSM7, header) in (room, room - 1) or part is parts[-1]
            assert decode_user_data(encode_user_data(part, GSM7), 0, True, GSM7, strict=True) == part


# --- putting together ---------------------------------------------------------------------------------------


def parts_of(text: str, reference: int = 1, wide: bool = False) -> list[UserData]:
    return split(text, reference=reference, wide=wide)


THREE = "a" * 153 + "b" * 153 + "c" * 40
OTHER = "d" * 153 + "e" * 153 + "f" * 40


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_every_order_and_a_duplicate(order: tuple[int, ...]) -> None:
    """RoEdAl/asterisk-chan-quectel issue 11: parts out of order."""
    text = THREE + "g" * 200
    parts = parts_of(text)
    assert len(parts) == 4
    box = Reassembler()
    for at, number in enumerate(order[:-1]):
        assert box.add("+1", parts[number], float(at), number) is None
        assert box.add("+1", parts[number], float(at), "again") is None
    assert box.add("+1", parts[order[-1]], 9.0, order[-1]) == Assembled(text, (0, 1, 2, 3))
    assert len(box) == 0


def test_a_message_alone_is_complete() -> None:
    box = Reassembler()
    assert box.add("+1", UserData("hi"), 0.0, 5) == Assembled("hi", (5,))
    assert box.add("+1", UserData(b"hi"), 0.0) == Assembled(b"hi", (None,))
    assert box.add("+1", UserData("hi", (Concatenation(1, 1, 1).element(),)), 0.0) == Assembled("hi", (None,))
    # An element that is to be ignored makes no part.
    assert box.add("+1", UserData("hi", (Concatenation(1, 3, 0).element(),)), 0.0) == Assembled("hi", (None,))
    assert len(box) == 0


def test_senders_references_widths_and_totals_are_kept_apart() -> None:
    box = Reassembler()
    narrow, wide, other = parts_of(THREE), parts_of(OTHER, wide=True), parts_of("z" * 200)
    for sender in ("+1", "+2"):
        for parts in (narrow, wide, other, parts_of(THREE, reference=2)):
            assert box.add(sender, parts[0], 0.0) is None
    assert len(box) == 8
    for sender in ("+1", "+2"):
        assert box.add(sender, narrow[1], 0.0) is None
        assert box.add(sender, wide[1], 0.0) is None
        assert box.add(sender, wide[2], 0.0) == Assembled(OTHER, (None,) * 3)
        assert box.add(sender, narrow[2], 0.0) == Assembled(THREE, (None,) * 3)


def test_parts_in_different_alphabets() -> None:
    """A sender may choose the alphabet anew for each part."""
    box = Reassembler()
    first = UserData("plain ", (Concatenation(1, 2, 1).element(),))
    second = UserData("ünïcødé 😀", (Concatenation(1, 2, 2).element(),))
    assert box.add("+1", second, 0.0) is None
    assert box.add("+1", first, 0.0) == Assembled("plain ünïcødé 😀", (None, None))


def test_halves_of_a_surrogate_pair_in_two_parts() -> None:
    box = Reassembler()
    assert box.add("+1", UserData("a\ud83d", (Concatenation(1, 2, 1).element(),)), 0.0) is None
    whole = box.add("+1", UserData("\ude00b", (Concatenation(1, 2, 2).element(),)), 0.0)
    assert whole == Assembled("a😀b", (None, None))
    assert join(["a\ud83d", "b"]) == "a\ufffdb"
    assert join([b"a", b"b"]) == b"ab"


def test_halves_of_an_escape_pair_in_two_parts() -> None:
    """python-messaging 0.5.13 tears them: 153 septets a part, whatever they are."""
    septets = models.septets("x" * 152 + "€" + "yz")
    box = Reassembler()
    whole = None
    for number, piece in enumerate((septets[:153], septets[153:]), start=1):
        header = bytes([5, 0, 3, 9, 2, number])
        octets = bytes([7 + len(piece)]) + header + models.pack(piece, 1)
        whole = box.add("+1", decode_user_data(octets, 0, True, GSM7), 0.0)
    assert whole == Assembled("x" * 152 + "€yz", (None, None))


def test_what_only_looks_like_half_an_escape_pair() -> None:
    control = "\x1be"  # U+001B is a character of UCS2 like any other
    assert join([control, "\x1b", "e"]) == "\x1be\x1be"
    assert join(["\ud83d", "\udc1be"]) == "\U0001f41be"  # half a surrogate pair, with the units of a torn escape
    assert join(["a\udc1b", "😀"]) == "a 😀"  # the escaped character is none of the alphabet
    assert join(["a\udc1b", "€"]) == "a e"  # two escapes: a blank, then a character
    assert join(["a\udc1b"]) == "a "


def test_expiry() -> None:
    """A missing part neither blocks nor spins (Domochip/sms2mqtt issue 24, gammu issues 19 and 522)."""
    box = Reassembler(max_age=60)
    parts = parts_of(THREE)
    box.add("+1", parts[2], 100.0, "third")
    box.add("+1", parts[0], 130.0, "first")
    box.add("+2", parts[0], 150.0, "other")
    assert box.expired(159.9) == []
    assert box.expired(160.0) == [("first", "third")]
    assert len(box) == 1
    assert box.expired(161.0) == []
    assert box.expired(1000.0) == [("other",)]


def test_a_part_that_comes_after_the_age_does_not_meet_the_old_ones() -> None:
    """The reference is used again after days: never one message from two."""
    box = Reassembler(max_age=60)
    old, new = parts_of(THREE), parts_of(OTHER)
    box.add("+1", old[0], 0.0, "old 1")
    box.add("+1", old[1], 1.0, "old 2")
    assert box.add("+1", new[2], 100.0, "new 3") is None
    assert box.add("+1", new[0], 101.0, "new 1") is None
    assert box.add("+1", new[1], 102.0, "new 2") == Assembled(OTHER, ("new 1", "new 2", "new 3"))
    assert box.expired(103.0) == [("old 1", "old 2")]
    assert box.expired(104.0) == []


def test_a_part_with_other_words_begins_a_new_message() -> None:
    """The reference is used again at once, while a part of the message before is missing."""
    box = Reassembler()
    old, new = parts_of(THREE), parts_of(OTHER)
    box.add("+1", old[0], 0.0, "old 1")
    box.add("+1", old[1], 1.0, "old 2")
    assert box.add("+1", new[0], 2.0, "new 1") is None
    assert box.add("+1", new[1], 3.0, "new 2") is None
    assert box.add("+1", new[2], 4.0, "new 3") == Assembled(OTHER, ("new 1", "new 2", "new 3"))
    assert box.expired(5.0) == [("old 1", "old 2")]


def test_only_the_oldest_go_when_there_are_too_many() -> None:
    box = Reassembler(max_age=1000, max_pending=4)
    parts = parts_of(THREE)
    for number in range(4):
        box.add(number, parts[0], float(number), number)
    assert box.expired(4.0) == []  # four are not too many
    box.add(4, parts[0], 4.0, 4)
    box.add(5, parts[0], 5.0, 5)
    assert len(box) == 4
    assert box.expired(5.0) == [(0,), (1,)]


@pytest.mark.parametrize(("pending", "old"), [(130, 0), (200, 1), (256, 255), (255, 100)])
def test_few_enough_messages_all_stay(pending: int, old: int) -> None:
    box = Reassembler(max_age=60, max_pending=256)
    parts = parts_of(THREE)
    for number in range(pending):
        box.add(number, parts[0], 0.0 if number < old else 50.0, number)
    assert box.expired(60.0) == [(number,) for number in range(old)]
    assert len(box) == pending - old


def test_memory_is_bounded_without_anybody_asking() -> None:
    box = Reassembler(max_pending=10)
    parts = parts_of(THREE)
    for number in range(5000):
        box.add(number, parts[0], 0.0)
        assert len(box) <= 10


def test_a_part_that_comes_once_more_after_the_whole() -> None:
    box = Reassembler(max_age=60)
    parts = parts_of(THREE)
    for number, part in enumerate(parts):
        whole = box.add("+1", part, float(number), number)
    assert whole == Assembled(THREE, (0, 1, 2))
    for late in (parts[1], parts[0], parts[1]):
        assert box.add("+1", late, 10.0, "again") is None
    assert len(box) == 0
    assert box.expired(1000.0) == []


def test_a_message_that_comes_twice_comes_twice() -> None:
    """An alarm in the same words, from a sender that always uses the same reference."""
    box = Reassembler()
    for attempt in range(3):
        for number, part in enumerate(parts_of(THREE)):
            whole = box.add("+1", part, float(attempt), (attempt, number))
        assert whole == Assembled(THREE, ((attempt, 0), (attempt, 1), (attempt, 2)))
    assert len(box) == 0


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_a_message_that_begins_like_the_one_before(order: tuple[int, ...]) -> None:
    box = Reassembler()
    for part in parts_of(THREE):
        box.add("+1", part, 0.0)
    new = parts_of(THREE[:-1] + "!")
    results = [box.add("+1", new[number], 1.0, number) for number in order]
    assert results == [None, None, Assembled(THREE[:-1] + "!", (0, 1, 2))]
    assert box.expired(1e9) == []


def test_what_is_remembered_ages_and_is_bounded() -> None:
    parts = parts_of(THREE)
    box = Reassembler(max_age=60, max_pending=4)
    for sender in range(5):
        for part in parts:
            box.add(sender, part, 0.0)
    assert box.add(0, parts[0], 1.0, "forgotten") is None  # the fifth pushed it out
    assert box.add(1, parts[0], 60.0, "too old") is None
    assert box.add(2, parts[0], 59.0) is None
    assert len(box) == 2
    assert box.expired(1000.0) == [("forgotten",), ("too old",)]


def test_255_parts() -> None:
    """gammu issue 442 crashed on 54."""
    text = "".join(chr(97 + number % 26) * 153 for number in range(255))
    box = Reassembler()
    results = [box.add("+1", part, 0.0) for part in reversed(parts_of(text))]
    assert results[:-1] == [None] * 254
    assert results[-1] is not None
    assert results[-1].body == text


def test_every_character_of_the_alphabet_survives() -> None:
    text = "".join(models.CHARACTERS) * 10
    assert is_gsm7(text)
    for shift in range(8):
        parts = split(text[shift:])
        assert "".join(part.text or "" for part in parts) == text[shift:]


@pytest.mark.parametrize(
    ("character", "before", "first"),
    [
        ("\ud7a3", "", 67),  # D7 is the last octet before those of surrogates
        ("\U00010000", "ő", 34),  # D800 DC00 behind one unit: the part ends with the second half
        ("\U0010fc00", "", 33),  # DBFF, the last of the first halves, may not stand at the end
    ],
)
def test_where_ucs2_may_be_cut(character: str, before: str, first: int) -> None:
    """TS 23.040 9.2.3.24.1: 140 octets less 6 of the header are 67 units; RFC 2781 2.1 for the halves."""
    parts = split(before + character * 71)
    assert parts[0].body == (before + character * 71)[:first]


def test_room_behind_a_header_of_eight_octets() -> None:
    assert capacity(GSM7, (InformationElement(0x70, bytes(5)),)) == 150  # 64 bits take ten septets


@pytest.mark.parametrize(("size", "fits"), [(130, True), (131, False)])
def test_a_header_that_leaves_room_for_one_character(size: int, fits: bool) -> None:
    """140 octets less 6 of length and concatenation, 2 of the element and its data: two octets, or one."""
    header = (InformationElement(0x70, bytes(size)),)
    if fits:
        assert [part.body for part in split(b"abcdefgh", DATA, header=header)] == [b"ab", b"cd", b"ef", b"gh"]
    else:
        with pytest.raises(PduError, match="no room"):
            split(b"abcdefgh", DATA, header=header)


def test_complete_messages_are_remembered_for_a_while() -> None:
    """As long as incomplete ones are kept, and as many."""
    box = Reassembler(max_age=50.0, max_pending=1)
    first, second = split("x" * 161, reference=7)
    assert box.add("+1", first, 100.0) is None
    assert box.add("+1", second, 100.0) is not None
    assert box.add("+1", first, 149.0) is None
    assert len(box) == 0  # repeated by the network
    assert box.add("+2", first, 149.0) is None
    assert box.add("+2", second, 149.0) is not None
    assert box.add("+1", first, 149.0) is None
    assert len(box) == 1  # forgotten for the other: a message of its own
