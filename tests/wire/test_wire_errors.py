"""The one error."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable

import pytest

from modem.wire.address import decode_address, decode_service_centre
from modem.wire.errors import PduError
from modem.wire.header import decode_header
from modem.wire.pdumode import PduModePdu


def test_words() -> None:
    assert str(PduError("cut off")) == "cut off"
    error = PduError("cut off", field="TP-UDL", offset=7, clause="TS 23.040 9.2.3.16")
    assert str(error) == "TP-UDL: cut off at octet 7 (TS 23.040 9.2.3.16)"
    assert isinstance(error, ValueError)


def test_it_survives_copying_and_pickling() -> None:
    """As when it crosses from a worker process."""
    error = PduError("cut off", field="TP-UDL", offset=7, clause="TS 23.040 9.2.3.16")
    for again in (copy.copy(error), pickle.loads(pickle.dumps(error))):
        assert (str(again), again.message, again.field, again.offset, again.clause) == (
            str(error),
            error.message,
            error.field,
            error.offset,
            error.clause,
        )


@pytest.mark.parametrize(
    ("read", "octets", "words"),
    [
        # Three octets before; the announced and the present ones, counted by hand.
        (decode_address, "000000 0B9151", "11 semi-octets announced, 1 octets left"),
        (decode_service_centre, "000000 079151", "7 octets announced, 2 left"),
    ],
)
def test_numbers_in_words(read: Callable[[bytes, int], object], octets: str, words: str) -> None:
    with pytest.raises(PduError) as caught:
        read(bytes.fromhex(octets), 3)
    assert (caught.value.message, caught.value.offset) == (words, 3)


def test_numbers_in_words_about_headers_and_lines() -> None:
    with pytest.raises(PduError, match="5 octets announced, 3 left"):
        decode_header(bytes.fromhex("05 00 03 17"))
    with pytest.raises(PduError, match="an odd number of digits"):
        PduModePdu.parse("00040")
    for line in ("00 4", "0x40", "000g"):  # an even number of characters, and not all of them digits
        with pytest.raises(PduError, match="not hexadecimal"):
            PduModePdu.parse(line)
