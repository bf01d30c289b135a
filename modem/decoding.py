"""What a PDU says, in words."""

from __future__ import annotations

from .errors import InvalidInput
from .wire.causes import status_words
from .wire.coding import DataCoding
from .wire.errors import PduError
from .wire.header import Header, concatenation_of, ports_of
from .wire.pdumode import PduModePdu
from .wire.reports import StatusReport
from .wire.tpdu import SUBMIT, Command, Deliver, Submit, decode_from_mobile, decode_from_network
from .wire.user_data import UserData


def describe(text: str) -> dict[str, object]:
    """The fields of a PDU given in hexadecimal, by their names in TS 23.040.

    A service centre address in front is expected, as AT commands show it; a TPDU alone is understood when the other
    reading makes no sense. Raises InvalidInput.
    """
    line = "".join(text.split())
    try:
        return _describe(PduModePdu.parse(line))
    except PduError as with_centre:
        try:
            return _describe(PduModePdu(bytes.fromhex(line)))
        except ValueError:
            raise InvalidInput(f"this is no PDU: {with_centre}") from with_centre


def _describe(pdu: PduModePdu) -> dict[str, object]:
    submitted = bool(pdu.tpdu) and pdu.tpdu[0] & 3 == SUBMIT
    tpdu = decode_from_mobile(pdu.tpdu) if submitted else decode_from_network(pdu.tpdu)
    facts: dict[str, object] = {"length": pdu.length}
    if pdu.service_centre is not None:
        facts["service centre"] = str(pdu.service_centre)
    if isinstance(tpdu, Deliver):
        return {
            "type": "SMS-DELIVER",
            **facts,
            "from": str(tpdu.originator),
            "type of address": f"{tpdu.originator.type_of_address:02X}",
            "service centre time stamp": str(tpdu.service_centre_time_stamp),
            "protocol identifier": f"{tpdu.protocol_identifier:02X}",
            **_content(tpdu.user_data, tpdu.data_coding),
        }
    if isinstance(tpdu, Submit):
        period = tpdu.validity_period
        return {
            "type": "SMS-SUBMIT",
            **facts,
            "message reference": tpdu.message_reference,
            "to": str(tpdu.destination),
            "type of address": f"{tpdu.destination.type_of_address:02X}",
            "protocol identifier": f"{tpdu.protocol_identifier:02X}",
            "status report request": tpdu.status_report_request,
            **({"validity period": str(getattr(period, "duration", period))} if period else {}),
            **_content(tpdu.user_data, tpdu.data_coding),
        }
    if isinstance(tpdu, StatusReport):
        return {
            "type": "SMS-STATUS-REPORT",
            **facts,
            "message reference": tpdu.message_reference,
            "recipient": str(tpdu.recipient),
            "service centre time stamp": str(tpdu.service_centre_time_stamp),
            "discharge time": str(tpdu.discharge_time),
            "status": f"{tpdu.status:02X} {status_words(tpdu.status)}",
        }
    assert isinstance(tpdu, Command)
    return {"type": "SMS-COMMAND", **facts, "to": str(tpdu.destination), "command type": tpdu.command_type}


def _content(user_data: UserData, coding: DataCoding) -> dict[str, object]:
    facts: dict[str, object] = {"data coding scheme": f"{coding.octet:02X} {coding.alphabet.name}"}
    if coding.message_class is not None:
        facts["message class"] = coding.message_class
    facts.update(_header(user_data.header))
    if isinstance(user_data.body, str):
        facts["text"] = user_data.body
    else:
        facts["data"] = user_data.body.hex()
    return facts


def _header(header: Header) -> dict[str, object]:
    facts: dict[str, object] = {}
    place = concatenation_of(header)
    if place is not None:
        facts["part"] = f"{place.sequence} of {place.total}, reference {place.reference}"
    ports = ports_of(header)
    if ports is not None:
        facts["ports"] = f"{ports.source} to {ports.destination}"
    known = {0x00, 0x04, 0x05, 0x08}
    others = [f"{element.identifier:02X}:{element.data.hex()}" for element in header if element.identifier not in known]
    if others:
        facts["other elements"] = " ".join(others)
    return facts
