"""The card as a GSM SIM: class A0 (TS 51.011 9.2, 9.4)."""

from __future__ import annotations

import pytest

PIN, WRONG, NEW = "32393336FFFFFFFF", "30303030FFFFFFFF", "31313131FFFFFFFF"
PUK = "3132333435363738"


def test_answers_to_select(reader):
    """9.2.1. The forms are those of pySim's select response tests, which were read from a card:
    000000003f000100000000000981020c0400838a838a and 0000000a2fe204000cffff01020000.
    """
    assert reader("A0A40000023F00") == "9F16"
    assert reader("A0C0000016") == "000000003F00010000000000098102040500838A838A9000"
    assert reader("A0A40000022FE2") == "9F0F"
    assert reader("A0C000000F") == "0000000A2FE204000FFF44010200009000"
    assert reader.fetch("A0A40000027F10") == "000000007F10020000000000098100070500838A838A9000"
    assert reader.fetch("A0A40000026F3C") == "000006E06F3C040011FF44010201B09000"
    assert reader.fetch("A0A40000026F44") == "000001186F44040011FF440102031C9000"


def test_the_state_of_the_codes_is_told(locked):
    """9.2.1: CHV1 enabled is bit 8 not set; a code's octet counts the tries that are left."""
    locked(f"A020000108{WRONG}")
    answer = locked.fetch("A0A40000027F20")
    assert answer[26:28] == "01"
    assert answer[36:44] == "828A838A"


def test_selection_and_what_was_not_found(reader):
    assert reader("A0A40000027F20") == "9F16"
    assert reader("A0A40000026F07") == "9F0F"
    assert reader("A0B0000009") == "0829261011608457409000"
    assert reader("A0A40000026F3C") == "9404"
    assert reader("A0A40000027F10") == "9F16"
    assert reader("A0F2000016").startswith("000000007F1002")
    assert reader("A0F2000002") == "00009000"
    assert reader("A0F20000FF") == "6716"
    assert reader("A0B0000001") == "9400"  # no EF selected


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("A0A40000036F0700", "6700"),
        ("A0A40004026F07", "6B00"),
        ("A0F2010016", "6B00"),
        ("A070000001", "6D00"),  # a GSM card has no channels
        ("A0880000" + "10" + "00" * 16, "6D00"),
        ("A0C000000F", "9808"),  # nothing waits
        ("A0", "6700"),
        ("A0FA000000", "9000"),  # SLEEP
        ("A0FA000001", "6700"),
        ("A020000308" + PIN, "6B00"),
        ("A020000104" + PIN[:8], "6700"),
    ],
)
def test_wrong_commands(reader, command, answer):
    assert reader(command) == answer


def test_octets_and_records(reader):
    reader("A0A40000023F00")
    reader("A0A40000027F20")
    reader("A0A40000026F7B")
    assert reader("A0D600000362F210") == "9000"
    assert reader("A0B0000003") == "62F2109000"
    assert reader("A0B0000A03") == "6702"
    assert reader("A0B0000C01") == "9402"
    assert reader("A0B2010403") == "9408"
    reader("A0A40000027F10")
    reader("A0A40000026F3A")
    assert reader("A0DC01041C" + "01" * 28) == "9000"
    assert reader("A0B200021C") == "01" * 28 + "9000"
    assert reader("A0B265041C") == "9402"
    assert reader("A0B201041B") == "671C"


def test_seek(reader):
    """9.2.7: type 1 only goes there, type 2 tells the number."""
    reader("A0A40000027F10")
    reader("A0A40000026F3A")
    for number in (2, 5, 9):
        reader(f"A0DC{number:02X}041C0041" + f"{number:02X}" * 26)
    assert reader("A0A20000020041") == "9000"
    assert reader("A0B200041C").startswith("004102")
    assert reader("A0A20012020041") == "9F01"
    assert reader("A0C0000001") == "059000"
    assert reader.fetch("A0A20012020041") == "099000"
    assert reader("A0A20012020041") == "9404"
    assert reader.fetch("A0A20011020041") == "099000"
    assert reader.fetch("A0A20013020041") == "059000"
    assert reader.fetch("A0A20010020041") == "029000"
    assert reader("A0A2001002EEEE") == "9404"
    assert reader("A0A20020020041") == "6B00"
    assert reader("A0A2000011" + "00" * 17) == "6700"
    reader("A0A40000026F44")
    assert reader("A0A20000020041") == "9408"


def test_codes(locked):
    """9.2.9 to 9.2.13, 9.4.5: 9804 unsuccessful or not verified, 9808 contradiction, 9840 blocked."""
    locked("A0A40000027F20")
    locked("A0A40000026F07")
    assert locked("A0B0000009") == "9804"
    assert locked(f"A028000108{PIN}") == "9808"
    assert locked(f"A020000108{PIN}") == "9000"
    assert locked("A0B0000009") == "0829261011608457409000"
    assert locked(f"A024000110{PIN}{NEW}") == "9000"
    assert locked(f"A026000108{NEW}") == "9000"
    assert locked(f"A020000108{NEW}") == "9808"
    assert locked(f"A026000208{WRONG}") == "6B00"
    assert locked(f"A028000108{NEW}") == "9000"
    assert [locked(f"A020000108{WRONG}") for _ in range(4)] == ["9804", "9804", "9840", "9840"]
    assert locked("A0B0000009") == "9804"
    assert locked(f"A02C000010{WRONG}{NEW}") == "9804"
    assert locked(f"A02C000010{PUK}{PIN}") == "9000"
    assert locked("A0B0000009") == "0829261011608457409000"
    assert locked(f"A020000208{WRONG}") == "9000"  # CHV2 is 0000


def test_invalidation(reader):
    """9.2.14, 9.2.15: 9810 is a contradiction with the invalidation status; the octet of the status is 0."""
    reader("A0A40000027F20")
    reader("A0A40000026F7B")
    assert reader("A004000000") == "9804"
    assert reader("0020000A083239333632393336") == "9000"  # the administrator's key has a number on the UICC only
    assert reader("A004000000") == "9000"
    assert reader("A0B0000001") == "9810"
    assert reader.fetch("A0A40000026F7B")[22:24] == "00"
    assert reader("A044000000") == "9000"
    assert reader("A0B0000001") == "FF9000"


def test_both_doors_lead_to_one_card(locked):
    assert locked(f"A020000108{WRONG}") == "9804"
    assert locked("0020000100") == "63C2"
    assert locked(f"0020000108{PIN}") == "9000"
    locked("A0A40000027F20")
    locked("A0A40000026F7B")
    assert locked("A0D600000362F210") == "9000"
    locked.select("7FFF6F7B")
    assert locked("00B0000003") == "62F2109000"
