"""TS 23.040 9.2.3.11 and 9.2.3.12: time stamps and validity periods."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from modem.wire.errors import PduError
from modem.wire.times import (
    AbsoluteValidity,
    EnhancedValidity,
    RelativeValidity,
    ServiceCentreTimeStamp,
    decode_validity,
    validity_format,
)
from tests.wire import models
from tests.wire.vectors import cases


@cases("stamps")
def test_vector_stamp(vector: dict[str, Any]) -> None:
    octets = bytes.fromhex(vector["octets"])
    stamp = ServiceCentreTimeStamp.decode(b"\xaa" + octets, 1)
    assert stamp.octets == octets
    if vector["time"] is None:
        assert stamp.time is None
        with pytest.raises(PduError) as caught:
            ServiceCentreTimeStamp.decode(b"\xaa" + octets, 1, strict=True)
        assert (caught.value.field, caught.value.offset) == ("TP-SCTS", 1)
        return
    assert stamp.time is not None
    assert stamp.time.isoformat() == vector["time"]
    assert ServiceCentreTimeStamp.of(datetime.fromisoformat(vector["time"])) == stamp
    assert ServiceCentreTimeStamp.decode(octets, strict=True) == stamp


@pytest.mark.parametrize("quarters", range(-79, 80))
def test_every_zone(quarters: int) -> None:
    zone = timezone(timedelta(minutes=15 * quarters))
    time = datetime(2026, 11, 23, 9, 5, 12, tzinfo=zone)
    stamp = ServiceCentreTimeStamp.of(time)
    tens, units = divmod(abs(quarters), 10)
    octet = units << 4 | tens | (0x08 if quarters < 0 else 0)
    assert stamp.octets == bytes.fromhex("621132905021") + bytes([octet])
    assert stamp.time == time
    assert stamp.time is not None
    assert stamp.time.utcoffset() == zone.utcoffset(None)
    assert str(stamp) == f"26/11/23,09:05:12{'-' if quarters < 0 else '+'}{abs(quarters):02}"


def test_every_zone_octet() -> None:
    """The tens have three bits, the units must be a digit."""
    for octet in range(256):
        stamp = ServiceCentreTimeStamp(bytes.fromhex("621132905021") + bytes([octet]))
        assert (stamp.time is not None) == (octet >> 4 <= 9)


def test_a_zone_of_odd_minutes_keeps_the_instant() -> None:
    time = datetime(2026, 11, 23, 9, 5, 12, tzinfo=timezone(timedelta(minutes=53)))
    stamp = ServiceCentreTimeStamp.of(time)
    assert stamp.time == time
    assert str(stamp) == "26/11/23,09:12:12+04"


def test_times_without_a_zone_or_outside_the_two_digit_century() -> None:
    with pytest.raises(PduError, match="without a zone"):
        ServiceCentreTimeStamp.of(datetime(2026, 1, 1))  # noqa: DTZ001
    with pytest.raises(PduError):
        ServiceCentreTimeStamp.of(datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=20))))
    for year in (1989, 2090, 1, 9999):
        with pytest.raises(PduError):
            ServiceCentreTimeStamp.of(datetime(year, 6, 1, tzinfo=UTC))
    for year in (1990, 1999, 2000, 2089):
        time = datetime(year, 6, 1, tzinfo=UTC)
        assert ServiceCentreTimeStamp.of(time).time == time


def test_a_stamp_shows_its_digits_as_they_came() -> None:
    assert str(ServiceCentreTimeStamp(b"\xff" * 7)) == "FF/FF/FF,FF:FF:FF-7F"


def test_stamps_cut_off() -> None:
    for size in range(7):
        with pytest.raises(PduError, match="cut off"):
            ServiceCentreTimeStamp.decode(bytes(size))


@pytest.mark.parametrize("octets", [b"", b"\x00", bytes(6), bytes(8)])
def test_a_stamp_has_seven_octets(octets: bytes) -> None:
    stamp = ServiceCentreTimeStamp(octets)
    for encode in (stamp.encode, AbsoluteValidity(stamp).encode, EnhancedValidity(octets).encode):
        with pytest.raises(PduError):
            encode()


@pytest.mark.parametrize("octet", range(256))
def test_every_relative_period(octet: int) -> None:
    period = RelativeValidity(octet)
    assert period.duration == timedelta(minutes=models.relative_minutes(octet))
    assert period.encode() == bytes([octet])
    assert RelativeValidity.of(period.duration) == period
    assert decode_validity(bytes([octet]), 0, 0b10) == (period, 1)
    if octet < 255:  # a little longer needs the next step
        assert RelativeValidity.of(period.duration + timedelta(seconds=1)) == RelativeValidity(octet + 1)


@cases("validity")
def test_vector_relative_period(vector: dict[str, Any]) -> None:
    assert RelativeValidity(vector["octet"]).duration == timedelta(seconds=vector["seconds"])


def test_relative_periods_at_the_ends() -> None:
    assert RelativeValidity.of(timedelta(0)) == RelativeValidity(0)
    with pytest.raises(PduError):
        RelativeValidity.of(timedelta(weeks=63, seconds=1))
    for octet in (-1, 256):
        with pytest.raises(PduError):
            RelativeValidity(octet).encode()


@pytest.mark.parametrize(
    ("octets", "single_shot", "seconds"),
    [  # TS 23.040 9.2.3.12.3 by hand
        ("00000000000000", False, None),
        ("40000000000000", True, None),
        ("01A70000000000", False, 24 * 3600),
        ("411E0000000000", True, 31 * 300),
        ("02FF0000000000", False, 255),
        ("03214365000000", False, 12 * 3600 + 34 * 60 + 56),
    ],
)
def test_enhanced_periods(octets: str, single_shot: bool, seconds: int | None) -> None:
    period, end = decode_validity(bytes.fromhex(octets), 0, 0b01, strict=True)
    assert isinstance(period, EnhancedValidity)
    assert end == 7
    assert (period.single_shot, period.encode().hex().upper()) == (single_shot, octets)
    assert period.duration == (None if seconds is None else timedelta(seconds=seconds))


@pytest.mark.parametrize(
    "octets",
    [
        "04000000000000",  # reserved unit
        "07FF0000000000",
        "02000000000000",  # zero seconds are reserved
        "03A14365000000",  # no digits
        "03214366000000",  # 66 seconds
        "03210665000000",  # 60 minutes
        "81A70000000000",  # an extension octet of which nobody knows the meaning follows
    ],
)
def test_enhanced_periods_that_say_nothing(octets: str) -> None:
    period, _ = decode_validity(bytes.fromhex(octets), 0, 0b01)
    assert isinstance(period, EnhancedValidity)
    assert period.duration is None
    with pytest.raises(PduError) as caught:
        decode_validity(b"\xaa" + bytes.fromhex(octets), 1, 0b01, strict=True)
    assert (caught.value.field, caught.value.offset) == ("TP-VP", 1)


def test_formats() -> None:
    stamp = ServiceCentreTimeStamp.of(datetime(2026, 11, 23, tzinfo=UTC))
    absolute = AbsoluteValidity(stamp)
    enhanced = EnhancedValidity(bytes(7))
    assert [validity_format(period) for period in (None, RelativeValidity(0), enhanced, absolute)] == [0, 2, 1, 3]
    assert decode_validity(b"", 0, 0) == (None, 0)
    assert decode_validity(stamp.octets, 0, 3) == (absolute, 7)
    for vpf, size in ((1, 7), (2, 1), (3, 7)):
        for short in range(size):
            with pytest.raises(PduError, match="cut off"):
                decode_validity(bytes(short), 0, vpf)
    with pytest.raises(PduError) as caught:
        decode_validity(b"\xff" * 7, 0, 3, strict=True)
    assert caught.value.field == "TP-VP"
