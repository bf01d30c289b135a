"""PIN, PUK and the administrator's key by APDU (TS 102.221 9.5, 11.1.9 to 11.1.13)."""

from __future__ import annotations

import pytest

PIN, WRONG, NEW = "32393336FFFFFFFF", "30303030FFFFFFFF", "31313131FFFFFFFF"
PUK, WRONG_PUK = "3132333435363738", "3030303030303030"


def test_without_a_pin_it_tells_the_tries_left(reader):
    """As ModemManager and others ask: AT+CSIM=10,"0020000100" -> 63C3, and 002C000100 for the PUK."""
    assert reader("0020000100") == "63C3"
    assert reader("0020008100") == "63C3"
    assert reader("002C000100") == "63CA"
    assert reader("002C008100") == "63CA"
    assert reader("0020000A00") == "63C3"
    assert reader("00200001") == "63C3"


def test_three_wrong_ones_block(locked):
    """63CX counts down, then 6983; the PUK brings it back, and the counters with it."""
    assert [locked(f"0020000108{WRONG}") for _ in range(4)] == ["63C2", "63C1", "63C0", "6983"]
    assert locked(f"0020000108{PIN}") == "6983"
    assert locked("0020000100") == "63C0"
    assert locked(f"002C000110{WRONG_PUK}{NEW}") == "63C9"
    assert locked(f"002C000110{PUK}{NEW}") == "9000"
    assert locked("0020000100") == "63C3"
    assert locked("002C000100") == "63CA"
    assert locked(f"0020000108{NEW}") == "9000"


def test_a_blocked_pin_takes_its_rights_away(locked):
    """9.5.1: what was verified before holds only while the PIN is not blocked."""
    assert locked(f"0020000108{PIN}") == "9000"
    locked.select("7FFF6F07")
    assert locked(f"0020000108{WRONG}") == "63C2"
    assert locked("00B0000001") == "089000"
    for _ in range(2):
        locked(f"0020000108{WRONG}")
    assert locked("00B0000001") == "6982"


def test_ten_wrong_puks_end_it(locked):
    assert [locked(f"002C000110{WRONG_PUK}{NEW}")[-1] for _ in range(10)] == list("9876543210")
    assert locked(f"002C000110{PUK}{NEW}") == "6983"


def test_change(locked):
    assert locked(f"0024000110{WRONG}{NEW}") == "63C2"
    assert locked(f"0024000110{PIN}{NEW}") == "9000"
    assert locked(f"0020000108{PIN}") == "63C2"
    assert locked(f"0020000108{NEW}") == "9000"
    assert locked(f"0024008110{WRONG}{NEW}") == "9000"  # PIN 2, which was 0000
    assert locked(f"0020008108{NEW}") == "9000"


def test_enable_and_disable(locked):
    assert locked(f"0028000108{PIN}") == "6985"  # it is enabled
    assert locked(f"0026000108{WRONG}") == "63C2"
    assert locked(f"0026000108{PIN}") == "9000"
    assert locked.card.ready
    assert locked(f"0020000108{PIN}") == "6984"
    assert locked(f"0024000110{PIN}{NEW}") == "6984"
    assert locked(f"0026000108{PIN}") == "6984"
    locked.card.power_up()
    assert locked.card.ready
    assert locked(f"0028000108{PIN}") == "9000"
    locked.card.power_up()
    assert not locked.card.ready
    assert locked(f"0026008108{WRONG}") == "6A86"  # PIN 2 is always asked for


@pytest.mark.parametrize("instruction", ["24", "2C"])
@pytest.mark.parametrize("new", ["333333FFFFFFFFFF", "3131313141FFFFFF", "31313131FF31FFFF", "FFFFFFFFFFFFFFFF"])
def test_what_is_no_pin_is_not_taken_and_costs_no_try(locked, instruction, new):
    first = PUK if instruction == "2C" else PIN
    assert locked(f"00{instruction}000110{first}{new}") == "6A80"
    assert (locked("0020000100"), locked("002C000100")) == ("63C3", "63CA")


@pytest.mark.parametrize("instruction", ["20", "24", "26", "28", "2C"])
def test_wrong_commands(locked, instruction):
    assert locked(f"00{instruction}000104{WRONG[:8]}") == "6700"
    assert locked(f"00{instruction}010108{WRONG}") == "6A86"
    assert locked(f"00{instruction}000208{WRONG}") == "6A88"
    assert locked("0020000100") == "63C3"


def test_the_administrator_can_only_verify(reader):
    """TS 102.221 9.5.1: no PUK, and no other commands than this one."""
    assert reader("0024000A10" + PIN * 2) == "6A88"
    assert reader("002C000A00") == "6A88"
    assert [reader(f"0020000A08{WRONG}") for _ in range(4)] == ["63C2", "63C1", "63C0", "6983"]
