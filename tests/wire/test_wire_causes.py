"""TS 27.007 9.2, TS 27.005 3.2.5, TS 24.011 8.2.5.4, TS 23.040 9.2.3.15 and 9.2.3.22: numbers and their words."""

from __future__ import annotations

from typing import Any

import pytest

from modem.wire.causes import (
    CME,
    CMS,
    CMS_OF_MANUFACTURERS,
    FAILURE_CAUSE,
    RP_CAUSE,
    cms_words,
    failure_words,
    is_transient_cme,
    is_transient_cms,
    number_of,
)
from tests.wire.vectors import cases, load


def test_the_ranges_of_cms_errors() -> None:
    assert all(0 <= number <= 127 for number in RP_CAUSE)
    assert all(128 <= number <= 255 for number in FAILURE_CAUSE)
    assert {number for number in CMS if number < 256} == set(RP_CAUSE) | set(FAILURE_CAUSE)
    assert min(number for number in CMS if number > 255) == 300


@pytest.mark.parametrize("table", [CME, CMS, RP_CAUSE, FAILURE_CAUSE])
def test_words_lead_back_to_their_number(table: dict[int, str]) -> None:
    for number, words in table.items():
        for written in (words, f"  {words.upper()} "):
            found = number_of(written, table)
            assert found is not None
            assert found <= number  # the first of several with the same words
            assert table[found] == words


@pytest.mark.parametrize(
    ("words", "number"),
    [  # as modems print them with +CMEE=2
        ("Unknown error", 500),
        ("SIM not inserted", 310),
        ("Memory full", 322),
        ("Invalid PDU mode parameter", 304),
        ("no network service", 331),
        ("SIM PIN required", 311),
    ],
)
def test_words_of_modems(words: str, number: int) -> None:
    assert number_of(words, CMS) == number


def test_words_that_nobody_knows() -> None:
    assert number_of("", CME) is None
    assert number_of("out of coffee", CME) is None


# 9.2.3.22: what the list names; the rest is reserved, but for E0 to FE.
FAILURES = {
    0x80,
    0x81,
    0x82,
    0x8F,
    0x90,
    0x91,
    0x9F,
    0xA0,
    0xA1,
    0xAF,
    0xB0,
    *range(0xC0, 0xC8),
    *range(0xD0, 0xD6),
    0xFF,
}


@pytest.mark.parametrize("cause", range(256))
def test_every_failure_cause(cause: int) -> None:
    words = failure_words(cause)
    if cause in FAILURES:
        assert words == FAILURE_CAUSE[cause]
    else:
        assert words == ("specific to an application" if 0xE0 <= cause <= 0xFE else "reserved")
        assert cause < 0x80 or is_transient_cms(cause) is None  # below, +CMS ERROR has the RP causes


def test_the_words_of_cms_errors() -> None:
    assert cms_words(38) == "network out of order"
    assert cms_words(0xD3) == "memory capacity exceeded"
    assert cms_words(0xE1) == "specific to an application"
    assert (cms_words(2), cms_words(0x83), cms_words(264), cms_words(345)) == ("reserved",) * 4
    assert cms_words(330) == "SMSC address unknown"
    assert cms_words(549) == "incorrect PDU length (with some manufacturers)"
    assert cms_words(511) == "reserved"  # TS 27.005 3.2.5: the manufacturers' numbers begin with 512
    assert is_transient_cms(511) is None
    assert cms_words(1000) == "specific to the manufacturer"
    assert not CMS.keys() & CMS_OF_MANUFACTURERS.keys()


def test_the_numbers_of_cme_errors() -> None:
    """TS 27.007 V17 9.2, as ModemManager has them."""
    assert CME.keys() == {
        *range(8), *range(10, 19), *range(20, 28), *range(30, 33), *range(40, 64), 100, *range(102, 120), 122,
        *range(124, 152), *range(171, 234),
    }  # fmt: skip


def test_what_may_pass() -> None:
    assert [is_transient_cms(code) for code in (17, 38, 41, 42, 331, 332)] == [True] * 6
    assert [is_transient_cms(code) for code in (1, 8, 21, 28, 30, 304, 310, 330)] == [False] * 8
    assert [is_transient_cms(code) for code in (127, 255, 500, 600)] == [None] * 4
    assert [is_transient_cme(code) for code in (14, 30, 31)] == [True] * 3
    assert [is_transient_cme(code) for code in (3, 4, 10, 16, 50)] == [False] * 5
    assert is_transient_cme(100) is None


@cases("causes")
def test_vector_cms_errors(vector: dict[str, Any]) -> None:
    assert vector["words"].lower() in cms_words(vector["number"]).lower()


def test_no_number_has_no_origin() -> None:
    known = {vector["number"] for vector in load("causes")}
    assert known == (CMS.keys() | CMS_OF_MANUFACTURERS.keys()) - FAILURE_CAUSE.keys()
    assert known & set(range(128)) == RP_CAUSE.keys()
