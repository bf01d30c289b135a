"""TS 27.005 3.1: <pdu> and <length>."""

from __future__ import annotations

from typing import Any

import pytest

from modem.wire.address import Address
from modem.wire.coding import DATA
from modem.wire.errors import PduError
from modem.wire.pdumode import MAX_TPDU_OCTETS, PduModePdu
from modem.wire.times import AbsoluteValidity, ServiceCentreTimeStamp
from modem.wire.tpdu import Submit
from modem.wire.user_data import UserData
from tests.wire.vectors import cases


@cases("messages")
def test_vector_line(vector: dict[str, Any]) -> None:
    line = vector["pdu"]
    for written in (line, line.lower()):
        pdu = PduModePdu.parse(written)
        assert pdu.hex() == line
        assert pdu.length == len(line) // 2 - 1 - int(line[:2], 16)


def test_the_service_centre_is_not_counted() -> None:
    tpdu = bytes.fromhex("01000481926300 0009E8329BFD8ECCD36D")
    alone = PduModePdu(tpdu)
    assert (alone.hex(), alone.length) == ("000100048192630000" + "09E8329BFD8ECCD36D", 17)
    centre = Address("27381000015", 0x91)
    pdu = PduModePdu(tpdu, centre)
    assert (pdu.hex(), pdu.length) == ("07917283010010F5" + "0100048192630000" + "09E8329BFD8ECCD36D", 17)
    assert PduModePdu.parse(pdu.hex(), strict=True) == pdu


@pytest.mark.parametrize(
    "line",
    [
        "",
        " ",
        "0",
        "00",
        "000",
        "0g",
        "00 01",
        "0001\n",
        "00\x0001",
        "٠٠٠١",
        "0x0001",
        "00-01",
        "ＡＡ00",
        "07",
        "0791728301",
    ],
)
def test_what_is_no_line(line: str) -> None:
    for strict in (False, True):
        with pytest.raises(PduError) as caught:
            PduModePdu.parse(line, strict)
        assert caught.value.clause.startswith("TS 2")


def test_strictness_reaches_the_service_centre() -> None:
    line = "0711" + "3216547698F0" + "0100"
    assert PduModePdu.parse(line).service_centre == Address("23614567890"[:0] + "23614567890", 0x11)
    with pytest.raises(PduError):
        PduModePdu.parse(line, strict=True)


def test_the_longest_tpdu() -> None:
    """TS 23.040 9.2.2.2: an SMS-SUBMIT of 1 + 1 + 12 + 1 + 1 + 7 + 1 + 140 octets."""
    stamp = ServiceCentreTimeStamp(bytes.fromhex("62113290502100"))
    longest = Submit(Address("1" * 20), UserData(bytes(140)), DATA, validity_period=AbsoluteValidity(stamp))
    assert len(longest.encode()) == 164 == MAX_TPDU_OCTETS
