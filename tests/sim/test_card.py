"""The card as files (TS 51.011 10) and its secrets (TS 102.221 9.5)."""

from __future__ import annotations

import pytest

from emulator.sim import EF_ICCID, EF_IMSI, EF_SMS, EF_SMSP, EF_SMSS, Card, number_record, read_number_record
from modem.wire.address import Address


def test_identity_files():
    """10.1.1: digits swapped, F fills. 10.3.2: length, then the nibble 9 before an odd count of digits."""
    card = Card(iccid="8988211900000000042", imsi="901700000000042")
    assert card.files[EF_ICCID].data.hex() == "988812910000000040f2"
    assert card.files[EF_IMSI].data.hex() == "089910070000000024"


def test_service_centre_is_a_field_of_ef_smsp():
    """10.5.6: Y + 28 octets, indicators after the name, bit 1 is 0 when the service centre is there."""
    card = Card(service_centre="")
    assert card.service_centre is None
    card.service_centre = Address.of("+27381000015")
    record = card.files[EF_SMSP].records[0]
    assert record[14] == 0xFD
    assert record[15:27] == b"\xff" * 12
    assert record[27:39].hex() == "07917283010010f5ffffffff"
    assert str(card.service_centre) == "+27381000015"


def test_message_references_count_on():
    card = Card()
    assert [card.next_message_reference() for _ in range(3)] == [0, 1, 2]
    assert card.files[EF_SMSS].data == b"\x02\xff"
    card.files[EF_SMSS].data = b"\xff\xff"
    assert card.next_message_reference() == 0


def test_memory_flag():
    """10.5.7: bit 0 is 0 while memory is exceeded."""
    card = Card()
    assert not card.memory_exceeded
    card.memory_exceeded = True
    assert card.files[EF_SMSS].data[1] == 0xFE
    card.memory_exceeded = False
    assert card.files[EF_SMSS].data[1] == 0xFF


def test_message_records():
    """10.5.3: 176 octets, filled with FF; a free one begins with 00."""
    card = Card(sms_records=2)
    assert card.files[EF_SMS].records == [b"\0" + b"\xff" * 175] * 2


@pytest.mark.parametrize(
    ("name", "number"), [("Cloud", "2936"), ("", "+15551234567"), ("zażółć", "*#21#"), ("Ä{x}", "1")]
)
def test_number_records(name: str, number: str):
    record = number_record(name, number)
    assert len(record) == 28
    found = read_number_record(record)
    assert found is not None
    assert (found[0], str(found[1])) == (name, number)


def test_a_number_record_of_the_standard_form():
    """10.5.1: name in the default alphabet, length of the number with its type, type, digits swapped."""
    assert number_record("A@", "+123").hex() == "4100" + "ff" * 12 + "039121f3" + "ff" * 10


@pytest.mark.parametrize(
    ("alpha", "name"),
    [
        ("820505302d82d32d31", "-\u0532\u0583-1"),  # the example of Annex B, 3
        ("810a01566fec6365204de0696c", "Voìce Màil"),  # Android, IccUtilsTest
        ("80004a006500e4", "Jeä"),
        ("41ee42", "A\ufffdB"),  # in no coding: what is readable
    ],
)
def test_names_that_others_wrote(alpha: str, name: str):
    record = bytes.fromhex(alpha).ljust(14, b"\xff") + bytes.fromhex("039121f3").ljust(14, b"\xff")
    assert read_number_record(record) == (name, Address.of("+123"))


@pytest.mark.parametrize(("name", "number"), [("fifteen letters", "1"), ("x", "1" * 21), ("x", "1-2")])
def test_what_does_not_fit_a_record(name: str, number: str):
    with pytest.raises(ValueError, match="fit"):
        number_record(name, number)


def test_a_blocked_pin_takes_not_even_the_right_one():
    secret = Card(pin="2936").secret
    assert [secret.verify("0000") for _ in range(3)] == [False] * 3
    assert not secret.verify("2936")
    assert secret.pin_tries == 0
    assert secret.unblock("12345678", "1111")
    assert secret.verify("1111")


def test_the_puk_has_ten_tries():
    secret = Card().secret
    for _ in range(3):
        secret.verify("0000")
    assert [secret.unblock("00000000", "1111") for _ in range(10)] == [False] * 10
    assert secret.dead
    assert not secret.unblock("12345678", "1111")


def test_power_up_asks_again():
    card = Card(pin="2936", pin_enabled=True)
    assert not card.ready
    card.secret.verify("2936")
    assert card.ready
    card.power_up()
    assert not card.ready
