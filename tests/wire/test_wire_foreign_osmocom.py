"""libosmogsm (Osmocom's library, called through ctypes) as a witness: packing, names, numbers, times, periods."""

from __future__ import annotations

import ctypes
import random
from datetime import UTC, datetime, timedelta

import pytest

from modem.wire.address import Address, encode_address
from modem.wire.alphabet import encode_gsm7
from modem.wire.coding import GSM7
from modem.wire.header import Concatenation
from modem.wire.septets import pack
from modem.wire.times import RelativeValidity, ServiceCentreTimeStamp
from modem.wire.user_data import UserData, decode_user_data, encode_user_data
from tests.wire.osmocom import LATIN, LIBRARY, READ_WRONG, osmogsm

pytestmark = [
    pytest.mark.foreign,
    pytest.mark.skipif(LIBRARY is None, reason="libosmogsm is not installed (Debian package libosmogsm18)"),
]


@pytest.fixture(scope="module")
def osmocom() -> ctypes.CDLL:
    return osmogsm()


def test_packing(osmocom: ctypes.CDLL) -> None:
    rng = random.Random(2936)
    for count in range(161):
        for fill_bits in range(7):
            septets = bytes(rng.randrange(128) for _ in range(count))
            out = ctypes.create_string_buffer(200)
            size = osmocom.gsm_septet_pack(out, septets, count, fill_bits)
            assert out.raw[:size] == pack(septets, fill_bits), (count, fill_bits)


def test_the_alphabet(osmocom: ctypes.CDLL) -> None:
    for character in LATIN:
        out = ctypes.create_string_buffer(4)
        count = osmocom.gsm_septet_encode(out, character.encode("latin-1"))
        assert out.raw[:count] == encode_gsm7(character), character


@pytest.mark.parametrize("with_header", [False, True])
def test_texts(osmocom: ctypes.CDLL, with_header: bool) -> None:
    rng = random.Random(2936)
    readable = [character for character in LATIN if character not in READ_WRONG]
    header = (Concatenation(0x6F, 2, 1).element(),) if with_header else ()
    for count in (*range(1, 30), 60, 70, 75):
        text = "".join(rng.choices(readable, k=count)) + "!"
        octets = encode_user_data(UserData(text, header), GSM7)
        out = ctypes.create_string_buffer(400)
        osmocom.gsm_7bit_decode_n_hdr(out, 400, octets[1:], octets[0], int(with_header))
        assert out.value.decode("latin-1") == text
        assert decode_user_data(octets, 0, with_header, GSM7, strict=True).text == text


def test_addresses(osmocom: ctypes.CDLL) -> None:
    rng = random.Random(2936)
    for type_of_number in (0, 1, 2, 3, 4, 6):
        for count in range(1, 21):
            digits = "".join(rng.choices("0123456789", k=count))
            out = ctypes.create_string_buffer(12)
            size = osmocom.gsm340_gen_oa(out, 12, type_of_number, 1, digits.encode())
            assert out.raw[:size] == encode_address(Address(digits, 0x81 | type_of_number << 4))


def test_names(osmocom: ctypes.CDLL) -> None:
    """The octets are the same; its length counts whole octets, not the useful semi-octets (9.1.2.5)."""
    for count in range(1, 12):
        name = "OpenBSCabcd"[:count]
        out = ctypes.create_string_buffer(12)
        size = osmocom.gsm340_gen_oa(out, 12, 5, 0, name.encode())
        ours = encode_address(Address(name, 0xD0))
        assert out.raw[1:size] == ours[1:]
        assert out.raw[0] == ours[0] + ours[0] % 2


def test_time_stamps(osmocom: ctypes.CDLL) -> None:
    """Only GMT: the reader of version 1.7 leaves the zone out of account."""
    rng = random.Random(2936)
    for _ in range(500):
        seconds = rng.randrange(0, 2_000_000_000)
        out = ctypes.create_string_buffer(7)
        osmocom.gsm340_gen_scts(out, seconds)
        time = datetime.fromtimestamp(seconds, UTC)
        if 1990 <= time.year <= 2089:
            assert out.raw == ServiceCentreTimeStamp.of(time).octets
        assert ServiceCentreTimeStamp(out.raw).time is not None


def test_relative_periods(osmocom: ctypes.CDLL) -> None:
    for octet in range(256):
        minutes = osmocom.gsm340_validity_period(2, bytes([octet]))
        assert timedelta(minutes=minutes) == RelativeValidity(octet).duration
