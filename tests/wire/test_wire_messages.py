"""Whole PDUs that other projects published: captured from devices, or made by other programs."""

from __future__ import annotations

from typing import Any

import pytest

from modem.wire.errors import PduError
from modem.wire.pdumode import PduModePdu
from modem.wire.reports import StatusReport
from modem.wire.times import AbsoluteValidity, RelativeValidity, ServiceCentreTimeStamp
from modem.wire.tpdu import Command, Deliver, Submit, decode_from_mobile, decode_from_network
from tests.wire.vectors import cases


def read(vector: dict[str, Any], strict: bool = False) -> tuple[PduModePdu, Deliver | StatusReport | Submit | Command]:
    pdu = PduModePdu.parse(vector["pdu"], strict)
    decode = decode_from_network if vector["direction"] == "network" else decode_from_mobile
    return pdu, decode(pdu.tpdu, strict)


def written(stamp: ServiceCentreTimeStamp) -> str | None:
    return None if stamp.time is None else stamp.time.isoformat()


def described(pdu: PduModePdu, message: Deliver | StatusReport | Submit | Command) -> dict[str, Any]:
    """The message in the words of the vector files."""
    said: dict[str, Any] = {"type": type(message).__name__}
    said["service_centre"] = None if pdu.service_centre is None else str(pdu.service_centre)
    if isinstance(message, StatusReport):
        return said | {
            "address": str(message.recipient),
            "type_of_address": message.recipient.type_of_address,
            "message_reference": message.message_reference,
            "time": written(message.service_centre_time_stamp),
            "discharge": written(message.discharge_time),
            "status": message.status,
            "more_messages": message.more_messages,
        }
    assert not isinstance(message, Command)
    body, header, _ = message.user_data
    place = message.user_data.concatenation
    said |= {
        "text": body if isinstance(body, str) else None,
        "data": body.hex().upper() if isinstance(body, bytes) else None,
        "header": [[identifier, data.hex().upper()] for identifier, data in header],
        "concatenation": None if place is None else list(place),
        "dcs": message.data_coding.octet,
        "pid": message.protocol_identifier,
    }
    if isinstance(message, Deliver):
        indication = message.data_coding.indication
        return said | {
            "address": str(message.originator),
            "type_of_address": message.originator.type_of_address,
            "time": written(message.service_centre_time_stamp),
            "more_messages": message.more_messages,
            "indication": None if indication is None else list(indication),
        }
    period = message.validity_period
    return said | {
        "address": str(message.destination),
        "type_of_address": message.destination.type_of_address,
        "message_reference": message.message_reference,
        "validity_octet": period.octet if isinstance(period, RelativeValidity) else None,
        "validity_time": written(period.stamp) if isinstance(period, AbsoluteValidity) else None,
        "status_report": message.status_report_request,
    }


ABOUT = ("name", "origin", "direction", "pdu", "bends")
DEFAULTS = {
    "dcs": 0,
    "pid": 0,
    "data": None,
    "text": None,
    "concatenation": None,
    "validity_octet": None,
    "validity_time": None,
    "status_report": False,
    "more_messages": False,
}


@cases("messages")
def test_vector_message(vector: dict[str, Any]) -> None:
    expected = {key: value for key, value in vector.items() if key not in ABOUT}
    said = described(*read(vector))
    assert {key: said[key] for key in expected} == expected
    for key, value in DEFAULTS.items():
        if key in said and key not in expected:
            assert said[key] == value, key


@cases("messages")
def test_vector_message_is_written_back_octet_for_octet(vector: dict[str, Any]) -> None:
    """What another program or a device wrote is what we write for the same message, but for what bends the rules."""
    pdu, message = read(vector)
    octets = message.encode()
    again = PduModePdu(octets, pdu.service_centre)
    assert again.length == len(octets) == len(pdu.tpdu)
    assert (again.hex() == vector["pdu"]) == ("bends" not in vector)


@cases("messages")
def test_vector_message_is_strictly_valid(vector: dict[str, Any]) -> None:
    if "bends" not in vector:
        assert described(*read(vector, strict=True)) == described(*read(vector))
        return
    with pytest.raises(PduError):
        read(vector, strict=True)


@cases("messages")
def test_vector_message_cut_off_anywhere_is_refused(vector: dict[str, Any]) -> None:
    """Shorter than its lengths say is an error in both manners; only a report's optional end may go."""
    pdu, _ = read(vector)
    decode = decode_from_network if vector["direction"] == "network" else decode_from_mobile
    for size in range(len(pdu.tpdu)):
        for strict in (False, True):
            with pytest.raises(PduError) as caught:
                decode(pdu.tpdu[:size], strict)
            assert caught.value.clause
            assert caught.value.offset is not None
            assert 0 <= caught.value.offset <= size


@cases("messages")
def test_vector_message_in_a_sim_record(vector: dict[str, Any]) -> None:
    """Records of a SIM are filled up with FF (TS 51.011 10.5.3); lenient reading stops where the message ends."""
    pdu, message = read(vector)
    decode = decode_from_network if vector["direction"] == "network" else decode_from_mobile
    assert decode(pdu.tpdu.ljust(175, b"\xff")) == message


@cases("refused")
def test_vector_refused(vector: dict[str, Any]) -> None:
    for strict in (False, True):
        with pytest.raises(PduError) as caught:
            read(vector, strict)
        assert caught.value.field == vector.get("strict_field" if strict else "field", vector["field"])
