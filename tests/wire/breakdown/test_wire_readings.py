"""Which PDU it is, when nobody says so."""

from __future__ import annotations

from modem.wire.breakdown import Hint, read
from modem.wire.breakdown.kinds import COMMAND, DELIVER, STATUS_REPORT, SUBMIT
from tests.wire.vectors import load

OF_TYPE = {"Deliver": DELIVER, "Submit": SUBMIT, "StatusReport": STATUS_REPORT, "Command": COMMAND}


def test_what_came_with_the_octets_decides() -> None:
    """Two octets of zeros behind a zero: a DELIVER-REPORT, unless a length or a command says otherwise."""
    octets = bytes.fromhex("000000")
    assert read(octets).breakdown.length in (2, 3)
    assert read(octets, Hint(2, source="AT+CNMA")).breakdown.length == 2
    assert read(octets, Hint(3, source="AT+CNMA")).breakdown.length == 3


def test_direction_and_service_centre_can_be_said() -> None:
    octets = bytes.fromhex("0001000481926300 0009E8329BFD8ECCD36D".replace(" ", ""))
    assert read(octets).breakdown.kind is SUBMIT
    assert read(octets, from_mobile=False).breakdown.kind.from_mobile is False
    assert read(octets, service_centre=False).breakdown.fields[0].name == "first octet"
    settled = read(octets, from_mobile=True, service_centre=True)
    assert settled.breakdown.kind is SUBMIT


def test_a_torn_pdu_is_shown_as_what_it_was() -> None:
    """Of each vector cut off in the user data the kind is still told, and that it does not decode."""
    right = wrong = 0
    for vector in load("messages"):
        whole = bytes.fromhex(vector["pdu"])
        for cut in range(1, min(12, len(whole) // 3)):
            reading = read(whole[:-cut])
            if reading.breakdown.kind is OF_TYPE[vector["type"]] and not reading.decodes:
                right += 1
            else:
                wrong += 1
    assert wrong < right / 20


def test_a_digit_that_is_none_in_a_zone_does_not_outweigh_the_rest() -> None:
    """A status report captured by python-gsmmodem-new (test/test_modem.py, babca/python-gsmmodem issue 15): TP-SCTS has
    the zone C2. Read as a DELIVER, which the first octet would be without a service centre, it ends too early."""
    reading = read(bytes.fromhex("0006230E9126983575169498610103409544C26101034095448200"))
    assert (reading.breakdown.kind, reading.decodes) == (STATUS_REPORT, True)
    assert reading.breakdown.facts["recipient"] == "+62895357614989"
    assert reading.breakdown.facts["discharged_at"] == "2016-10-30T04:59:44+07:00"
    assert reading.breakdown.facts["sent_at"] is None
    assert reading.because


def test_a_command_is_told_from_a_status_report() -> None:
    """By hand, TS 23.040 9.2.2.4: both have the TP-MTI 10. Delete (TP-CT 2) message 7 to 2936."""
    reading = read(bytes.fromhex("00" "02 01 00 02 07 04819263 02 ABCD"))  # fmt: skip
    assert (reading.breakdown.kind, reading.decodes) == (COMMAND, True)
