"""TP-Status, value by value."""

from __future__ import annotations

import pytest

from modem.wire.status import STATUS, is_transient_status, status_group, status_words


@pytest.mark.parametrize("status", range(256))
def test_every_status(status: int) -> None:
    """9.2.3.15: bits 6 and 5 tell done, still trying, failed, given up; bit 4 the centre's own; bit 7 is reserved."""
    if status >= 0x80:
        group = "unknown"
    elif status < 0x20:
        group = "done"
    elif status < 0x40:
        group = "pending"
    else:
        group = "failed"
    assert status_group(status) == group
    words = status_words(status)
    if status in STATUS:
        assert words == STATUS[status]
    elif status < 0x80 and status & 0x10:
        assert "specific" in words
    else:
        assert "reserved" in words


@pytest.mark.parametrize("status", range(256))
def test_whether_a_status_is_permanent(status: int) -> None:
    """9.2.3.15: 00-1F completed, 20-3F and 60-7F temporary errors, 40-5F permanent ones, 80-FF reserved."""
    wanted = (False, True, False, True)[status >> 5] if status < 0x80 else None
    assert is_transient_status(status) is wanted


def test_the_named_statuses() -> None:
    assert set(STATUS) == {*range(0x03), *range(0x20, 0x26), *range(0x40, 0x4A), *range(0x60, 0x66)}
    for low in range(6):  # the same six causes, while trying and after giving up
        assert STATUS[0x20 + low] == STATUS[0x60 + low]
