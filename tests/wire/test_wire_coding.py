"""TS 23.038 4: all 256 data coding schemes."""

from __future__ import annotations

import pytest

from modem.wire.coding import DATA, GSM7, UCS2, Alphabet, DataCoding
from tests.wire import models


@pytest.mark.parametrize("octet", range(256))
def test_every_scheme(octet: int) -> None:
    scheme = DataCoding.of(octet)
    assert {
        "alphabet": scheme.alphabet.value,
        "class": scheme.message_class,
        "compressed": scheme.compressed,
        "delete": scheme.automatic_deletion,
        "indication": None if scheme.indication is None else tuple(scheme.indication),
        "reserved": scheme.reserved,
    } == models.coding(octet)
    assert scheme.octet == octet
    assert DataCoding.of(octet) is scheme


@pytest.mark.parametrize(
    ("octet", "alphabet", "message_class"),
    [  # the rows that people know by heart
        (0x00, Alphabet.GSM7, None),
        (0x04, Alphabet.DATA, None),
        (0x08, Alphabet.UCS2, None),
        (0x10, Alphabet.GSM7, 0),
        (0x11, Alphabet.GSM7, 1),
        (0x16, Alphabet.DATA, 2),
        (0x18, Alphabet.UCS2, 0),
        (0x19, Alphabet.UCS2, 1),
        (0xF0, Alphabet.GSM7, 0),
        (0xF1, Alphabet.GSM7, 1),
        (0xF5, Alphabet.DATA, 1),
        (0xF6, Alphabet.DATA, 2),
        (0xC8, Alphabet.GSM7, None),
        (0xE0, Alphabet.UCS2, None),
    ],
)
def test_well_known_schemes(octet: int, alphabet: Alphabet, message_class: int | None) -> None:
    scheme = DataCoding.of(octet)
    assert (scheme.alphabet, scheme.message_class) == (alphabet, message_class)


def test_what_is_text_and_what_counts_septets() -> None:
    for octet in range(256):
        model = models.coding(octet)
        readable = model["alphabet"] in ("gsm7", "ucs2") and not model["compressed"]
        assert DataCoding.of(octet).text == readable
        assert DataCoding.of(octet).septets == (readable and model["alphabet"] == "gsm7")


def test_general_group() -> None:
    assert [DataCoding.general(alphabet).octet for alphabet in (Alphabet.GSM7, Alphabet.DATA, Alphabet.UCS2)] == [
        GSM7.octet,
        DATA.octet,
        UCS2.octet,
    ]
    for message_class in range(4):
        assert DataCoding.general(Alphabet.GSM7, message_class).octet == 0x10 + message_class
        assert DataCoding.general(Alphabet.DATA, message_class).octet == 0x14 + message_class
        assert DataCoding.general(Alphabet.UCS2, message_class).octet == 0x18 + message_class
