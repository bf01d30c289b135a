"""TS 51.011 10.5.3: records of EF_SMS."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modem.wire.address import Address
from modem.wire.errors import PduError
from modem.wire.pdumode import PduModePdu
from modem.wire.records import RecordStatus, SmsRecord
from modem.wire.tpdu import decode_from_mobile, decode_from_network
from tests.wire.vectors import cases

# 10.5.3, bits 5 to 1: "0 free space", "001 received, read", "011 received, to be read", "101 sent", "111 to be sent";
# for sent ones bits 5 and 4 tell of the status report.
STATUSES = {
    0b00000: RecordStatus.FREE,
    0b00001: RecordStatus.READ,
    0b00011: RecordStatus.UNREAD,
    0b00111: RecordStatus.TO_BE_SENT,
    0b00101: RecordStatus.SENT,
    0b01101: RecordStatus.SENT_REPORT_REQUESTED,
    0b10101: RecordStatus.SENT_REPORT_RECEIVED,
    0b11101: RecordStatus.SENT_REPORT_STORED,
}


@pytest.mark.parametrize("octet", range(256))
def test_every_status(octet: int) -> None:
    status = RecordStatus.of(octet)
    if not octet & 1:
        assert status is RecordStatus.FREE
    elif octet & 7 == 5:
        assert status is STATUSES[octet & 0x1F]
    else:
        assert status is STATUSES[octet & 7]
    assert status.received == (octet & 0b101 == 0b001)
    assert status.sent == (octet & 7 == 5)
    record = bytes((octet,)) + bytes.fromhex("00 01 00 04 81 9263 00 00 00").ljust(175, b"\xff")
    if octet in STATUSES:
        assert SmsRecord.decode(record, strict=True).status is status
        assert SmsRecord(status, None, record[2:11]).encode()[0] == octet
    else:
        with pytest.raises(PduError, match="reserved"):
            SmsRecord.decode(record, strict=True)
        assert SmsRecord.decode(record).status is status


def test_a_free_record() -> None:
    assert SmsRecord().encode() == b"\0" + b"\xff" * 175
    assert SmsRecord.decode(b"\0" + bytes(175)) == SmsRecord()  # nothing of what was deleted
    assert SmsRecord(RecordStatus.FREE, Address.of("+1"), b"x").encode() == SmsRecord().encode()


@cases("messages")
def test_every_message_comes_back_from_a_record(vector: dict[str, Any]) -> None:
    """The filling is no part of it."""
    pdu = PduModePdu.parse(vector["pdu"])
    status = RecordStatus.UNREAD if vector["direction"] == "network" else RecordStatus.TO_BE_SENT
    decode = decode_from_network if vector["direction"] == "network" else decode_from_mobile
    octets = SmsRecord(status, pdu.service_centre, pdu.tpdu).encode()
    assert len(octets) == 176
    assert octets[0] == status
    assert octets[1:].startswith(bytes.fromhex(pdu.hex())) or "bends" in vector
    found = SmsRecord.decode(octets)
    assert (found.status, found.service_centre) == (status, pdu.service_centre)
    assert decode(found.tpdu) == decode(pdu.tpdu)
    if "bends" not in vector:
        assert found.tpdu == pdu.tpdu


def test_reports_and_commands() -> None:
    """With all that TP-PI may announce, and ending with FF."""
    report = bytes.fromhex("06 4E 04 81 9263 62113290502100 62113290503100 00")
    command = bytes.fromhex("02 01 00 02 07 04 81 9263 02 FFFF")
    ends = ("", "00", "01 7F", "02 00", "03 00 FF", "04 01 41", "06 04 02 FFFF", "07 00 00 02 FF1F", "8400 01 41")
    for end in ends:
        tpdu = report + bytes.fromhex(end)
        assert SmsRecord.decode(SmsRecord(RecordStatus.READ, None, tpdu).encode()).tpdu == tpdu
    assert SmsRecord.decode(SmsRecord(RecordStatus.SENT, None, command).encode()).tpdu == command
    assert SmsRecord.decode(b"\x05\0" + command).tpdu == command  # a record without anything that fills it up
    unknown = report[:-1] + b"\xff"  # a reserved TP-ST is no filling
    assert SmsRecord.decode(SmsRecord(RecordStatus.READ, None, unknown).encode()).tpdu == unknown


def test_a_tpdu_cut_off() -> None:
    """All of it but the filling."""
    for filling in ("", "FFFF"):
        assert SmsRecord.decode(bytes.fromhex(f"01 00 04 04 81 {filling}")).tpdu == b"\x04\x04\x81"


def test_what_does_not_fit() -> None:
    address = Address.of("+15551234567")  # eight octets
    assert SmsRecord(RecordStatus.READ, address, bytes(167)).encode()[-1] == 0
    with pytest.raises(PduError, match="175"):
        SmsRecord(RecordStatus.READ, address, bytes(168)).encode()


def test_records_of_a_wrong_size() -> None:
    whole = SmsRecord(RecordStatus.READ, None, bytes.fromhex("0404819263000062113290502100 05 C8329BFD06")).encode()
    assert SmsRecord.decode(whole, strict=True).tpdu.endswith(b"\xfd\x06")
    for octets in (whole[:-1], whole + b"\xff"):
        assert SmsRecord.decode(octets) == SmsRecord.decode(whole)
        with pytest.raises(PduError):
            SmsRecord.decode(octets, strict=True)
    with pytest.raises(PduError):
        SmsRecord.decode(b"")
    with pytest.raises(PduError):
        SmsRecord.decode(b"\x01\x0b\x91")


@given(st.binary(max_size=180), st.sampled_from((1, 3, 5, 7, 0x1D)))
def test_any_octets_are_a_value_or_an_error(octets: bytes, status: int) -> None:
    for strict in (False, True):
        for made in (octets, bytes((status, 0)) + octets, bytes((status, 0)) + octets.ljust(174, b"\xff")[:174]):
            with contextlib.suppress(PduError):
                found = SmsRecord.decode(made, strict)
                assert made.find(found.tpdu) >= 0


@pytest.mark.parametrize(
    ("first", "validity"),
    [("01", ""), ("09", "411E0000000000"), ("11", "A7"), ("19", "62113290502100")],  # TS 23.040 9.2.3.3
)
def test_a_submit_of_each_validity_format(first: str, validity: str) -> None:
    tpdu = bytes.fromhex(f"{first} 00 04 81 9263 00 04 {validity} 03 41FFFF")
    assert SmsRecord.decode(SmsRecord(RecordStatus.TO_BE_SENT, None, tpdu).encode()).tpdu == tpdu


def test_a_deliver_of_the_reserved_type() -> None:
    """TS 23.040 9.2.3.1: a mobile reads TP-MTI 11 as an SMS-DELIVER."""
    tpdu = bytes.fromhex("07 04 81 9263 00 04 62113290502100 03 41FFFF")
    assert SmsRecord.decode(SmsRecord(RecordStatus.READ, None, tpdu).encode()).tpdu == tpdu


def test_a_reserved_status_is_named() -> None:
    with pytest.raises(PduError, match=r"^status: E1 is reserved") as caught:
        SmsRecord.decode(b"\xe1" + bytes(175), strict=True)
    assert caught.value.offset == 0
