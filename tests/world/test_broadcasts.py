"""Cell broadcast to everybody who is registered (TS 23.041 9.4.1: 88 octets, 93 characters, up to 15 pages)."""

from __future__ import annotations

import pytest

from emulator.broadcasts import pages
from modem.wire.cell_broadcast import Page, SerialNumber, join_pages
from modem.wire.errors import PduError
from tests.world.phones import ALICE, BOB, Phone, World


def test_every_registered_modem_gets_every_page_and_nobody_else(world: World) -> None:
    alice, bob = Phone(), Phone()
    world.join(ALICE, alice)
    cell = world.join(BOB, bob)
    cell.set_coverage(False)
    text = "Storm warning. " * 10
    assert world.network.broadcast(4370, text, language="en") == 2
    world.clock.advance(1)
    assert join_pages(alice.pages) == text.rstrip("\r")
    assert [(page.page, page.pages, page.message_identifier, page.language) for page in alice.pages] == [
        (1, 2, 4370, "en"),
        (2, 2, 4370, "en"),
    ]
    assert bob.pages == []


def test_each_message_is_a_new_one_unless_it_has_a_number(world: World) -> None:
    phone = Phone()
    world.join(ALICE, phone)
    update = SerialNumber(7, 1)
    world.network.broadcast(50, "a")
    world.network.broadcast(50, "b")
    world.network.broadcast(50, "c", serial_number=update)
    world.clock.advance(1)
    first, second, third = phone.pages
    assert first.serial_number.message_code != second.serial_number.message_code
    assert third.serial_number == update


@pytest.mark.parametrize(
    ("text", "language", "coding", "count"),
    [
        ("x" * 93, None, 0x0F, 1),
        ("x" * 94, None, 0x0F, 2),
        ("x" * 93, "de", 0x00, 1),
        ("x" * 90, "ja", 0x10, 1),  # the content begins with the language, and a carriage return
        ("x" * 91, "ja", 0x10, 2),
        ("€" * 46, None, 0x0F, 1),  # two septets each
        ("x€" * 31, None, 0x0F, 1),
        ("x" * 92 + "€", None, 0x0F, 2),  # an escape is not cut from its character
        ("ж" * 41, None, 0x48, 1),
        ("ж" * 42, None, 0x48, 2),
        ("ж" * 40, "ru", 0x11, 1),
        ("ж" * 41, "ru", 0x11, 2),
        ("ж" * 40 + "🚨", None, 0x48, 2),  # nor a surrogate pair
    ],
)
def test_a_text_is_cut_where_a_page_ends(text: str, language: str | None, coding: int, count: int) -> None:
    encoded = pages(SerialNumber(1), 50, text, language)
    read = [Page.decode(page, strict=True) for page in encoded]
    assert [page.data_coding.octet for page in read] == [coding] * count
    assert join_pages(read) == text


@pytest.mark.parametrize("text", ["", "x" * (15 * 93 + 1)])
def test_what_makes_no_page_or_too_many_is_refused(text: str) -> None:
    with pytest.raises(PduError):
        pages(SerialNumber(1), 50, text)
