"""What a message says, in words that every witness can be asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from modem.wire.errors import PduError
from modem.wire.pdumode import PduModePdu
from modem.wire.reports import StatusReport
from modem.wire.segments import Reassembler
from modem.wire.times import AbsoluteValidity, RelativeValidity
from modem.wire.tpdu import Command, Deliver, Submit, decode_from_mobile, decode_from_network
from modem.wire.user_data import UserData

Facts = Mapping[str, Any]
Message = Submit | Deliver | StatusReport | Command


def of_body(body: str | bytes) -> Facts:
    return {
        "text": body if isinstance(body, str) else None,
        "data": body if isinstance(body, bytes) else None,
    }


def of_user_data(user_data: UserData) -> Facts:
    place = user_data.concatenation
    return {
        **of_body(user_data.body),
        "concatenation": place and (place.reference, place.total, place.sequence),
        "elements": tuple((identifier, bytes(data)) for identifier, data in user_data.header),
    }


def of_message(message: Message) -> Facts:
    """All that can be asked of `message`. A witness says what it knows; only that is compared."""
    said: dict[str, Any] = {"type": type(message).__name__}
    match message:
        case StatusReport():
            return said | {
                "address": str(message.recipient),
                "reference": message.message_reference,
                "time": message.service_centre_time_stamp.time,
                "discharge": message.discharge_time.time,
                "status": message.status,
            }
        case Command():
            return said | {"address": str(message.destination), "reference": message.message_reference}
    said |= of_user_data(message.user_data)
    said |= {
        "dcs": message.data_coding.octet,
        "pid": message.protocol_identifier,
        "alphabet": message.data_coding.alphabet.value,
        "class": message.data_coding.message_class,
        "reply path": message.reply_path,
    }
    if isinstance(message, Deliver):
        return said | {"address": str(message.originator), "time": message.service_centre_time_stamp.time}
    return said | {
        "address": str(message.destination),
        "reference": message.message_reference,
        "reject duplicates": message.reject_duplicates,
        "report": message.status_report_request,
        "validity": validity(message),
    }


def validity(message: Submit) -> object:
    """A timedelta, a datetime (None when it is no date), or the octets of the enhanced format."""
    match message.validity_period:
        case RelativeValidity() as period:
            return period.duration
        case AbsoluteValidity(stamp):
            return stamp.time
        case enhanced:
            return enhanced and enhanced.octets


def decode(line: str, from_mobile: bool, strict: bool = False) -> Message:
    """Our reading of a line. Raises PduError."""
    tpdu = PduModePdu.parse(line, strict).tpdu
    return (decode_from_mobile if from_mobile else decode_from_network)(tpdu, strict)


def of_lines(lines: list[str]) -> Facts:
    """Our strict reading of what a witness wrote for one message: the parts joined."""
    parts = Reassembler()
    whole = None
    facts: Facts = {}
    try:
        for line in lines:
            message = decode(line, from_mobile=True, strict=True)
            assert isinstance(message, Submit)
            facts = of_message(message)
            whole = parts.add(message.destination, message.user_data, 0.0)
    except PduError as error:
        return {"refused": str(error)}
    body = "(a part is missing)" if whole is None else whole.body
    return {**facts, **of_body(body)}
