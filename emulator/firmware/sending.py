"""TS 27.005 3.5, 4.3 to 4.5: sending and writing messages (+CMGS, +CMSS, +CMGW, +CMGC, +CMMS)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from modem.wire.address import Address
from modem.wire.errors import PduError
from modem.wire.pdumode import MAX_TPDU_OCTETS, PduModePdu
from modem.wire.times import ServiceCentreTimeStamp
from modem.wire.tpdu import Command as SmsCommand
from modem.wire.tpdu import Deliver, Submit, decode_from_mobile, decode_from_network

from .messages import (
    ALL,
    INVALID_INDEX,
    INVALID_PDU,
    INVALID_TEXT,
    MEMORY_FAILURE,
    Message,
    decode,
    first_index,
    in_text,
    parse_status,
    place_of,
    store_at,
)
from .registry import Answer, Command, Domain, Need, Number, Prompt, Text
from .responses import CmsError
from .storage import Status, Stored
from .text_mode import compose, compose_command, parse_address

if TYPE_CHECKING:
    from .modem import SoftModem

_NOT_ALLOWED, _MEMORY_FULL = 302, 322


def _take_pdu(length: int, decode: Callable[[bytes, bool], Message], take: Callable[[PduModePdu], Answer]) -> Prompt:
    """Ask for a PDU of `length` octets and check it strictly, before anything is done with it."""

    def taken(body: bytes) -> Answer:
        try:
            pdu = PduModePdu.parse(body.decode("latin-1"), strict=True)
            decode(pdu.tpdu, True)
        except PduError as error:
            raise CmsError(INVALID_PDU) from error
        if pdu.length != length:
            raise CmsError(INVALID_PDU)
        return take(pdu)

    return Prompt(text=False, taken=taken)


def _length(value: str) -> int:
    """<length> of PDU mode. Raises CmsError 304."""
    if not (value.isascii() and value.isdecimal() and len(value) < 4 and 1 <= int(value) <= MAX_TPDU_OCTETS):
        raise CmsError(INVALID_PDU)
    return int(value)


def _octet(value: str | None) -> int | None:
    """A number of text mode that is an octet of the TPDU. Raises CmsError 305."""
    if value is None:
        return None
    if not (value.isascii() and value.isdecimal() and len(value) < 4 and int(value) < 256):
        raise CmsError(INVALID_TEXT)
    return int(value)


def _address(modem: SoftModem, string: str, type_of_address: int | None) -> Address:
    return parse_address(string, type_of_address, modem.settings.string("+CSCS"))


# --- sending ---


def _send(modem: SoftModem, first: str, second: str | None) -> Answer:
    """PDU mode ``=<length>``, text mode ``=<da>[,<toda>]``."""
    if not in_text(modem):
        if second is not None:
            raise CmsError(INVALID_PDU)
        return _take_pdu(
            _length(first), Submit.decode, lambda pdu: modem.outbox.send("+CMGS", pdu.tpdu, pdu.service_centre)
        )
    destination = _address(modem, first, _octet(second))
    if not destination.value:
        raise CmsError(INVALID_TEXT)
    return Prompt(
        text=True,
        taken=lambda body: modem.outbox.send("+CMGS", compose(body, destination, modem.settings).encode(), None),
    )


def _command(modem: SoftModem, first: str, *more: str | None) -> Answer:
    """PDU mode ``=<length>``, text mode ``=<fo>,<ct>[,<pid>[,<mn>[,<da>[,<toda>]]]]``; data in hexadecimal."""
    if not in_text(modem):
        if any(value is not None for value in more):
            raise CmsError(INVALID_PDU)
        return _take_pdu(
            _length(first), SmsCommand.decode, lambda pdu: modem.outbox.send("+CMGC", pdu.tpdu, pdu.service_centre)
        )
    kind, protocol, number, destination, type_of_address = more
    if kind is None:
        raise CmsError(INVALID_TEXT)
    header = (_octet(first) or 0, _octet(kind) or 0, _octet(protocol) or 0, _octet(number) or 0)
    address = _address(modem, destination or "", _octet(type_of_address))
    compose_command(b"", header, address)  # what is wrong without <data> is told before the prompt
    return Prompt(
        text=True,
        taken=lambda body: modem.outbox.send("+CMGC", compose_command(body, header, address).encode(), None),
    )


def _send_stored(modem: SoftModem, index: int, number: str | None, type_of_address: int | None) -> Answer:
    """An SMS-SUBMIT or SMS-COMMAND of <mem2>, perhaps to somebody else."""
    store, place = store_at(modem, 1), place_of(modem, 1, index)
    stored = store.read(place)
    if stored is None:
        raise CmsError(INVALID_INDEX)
    message = decode(stored)
    if not isinstance(message, Submit | SmsCommand):
        raise CmsError(_NOT_ALLOWED)
    if number is not None:
        message = message._replace(destination=_address(modem, number, type_of_address))
    if isinstance(message, Submit) and not message.destination.value:
        raise CmsError(INVALID_TEXT)

    def sent(tpdu: bytes) -> None:
        """The record gets the TP-MR that a report will be known by, and keeps the rest."""
        if store.read(place) == stored:  # not deleted meanwhile
            kept = stored.tpdu[:1] + tpdu[1:2] + stored.tpdu[2:]
            store.replace(place, stored._replace(status=Status.STO_SENT, tpdu=kept))

    try:
        tpdu = message.encode()
    except PduError:  # what stands on a card need not be what a network takes
        raise CmsError(MEMORY_FAILURE) from None
    return modem.outbox.send("+CMSS", tpdu, stored.service_centre, sent)


# --- writing ---


def _write(modem: SoftModem, first: str, second: str | None, third: str | None) -> Answer:
    """PDU mode ``=<length>[,<stat>]``, text mode ``=<oa/da>[,<tooa/toda>[,<stat>]]``."""
    if not in_text(modem):
        status = Status.STO_UNSENT if second is None else _stored_status(parse_status(modem, second), INVALID_PDU)
        if third is not None:
            raise CmsError(INVALID_PDU)
        return _take_pdu(
            _length(first),
            decode_from_network if status.received else decode_from_mobile,
            lambda pdu: _put(modem, Stored(status, pdu.tpdu, pdu.service_centre)),
        )
    address = _address(modem, first, _octet(second))
    status = Status.STO_UNSENT if third is None else _stored_status(parse_status(modem, third), INVALID_TEXT)
    return Prompt(text=True, taken=lambda body: _put(modem, _written(modem, body, address, status)))


def _write_alone(modem: SoftModem) -> Answer:
    """Text mode without an address: one can be given to +CMSS later."""
    if not in_text(modem):
        raise CmsError(INVALID_PDU)
    return Prompt(
        text=True,
        taken=lambda body: _put(modem, _written(modem, body, Address(""), Status.STO_UNSENT)),
    )


def _stored_status(status: int, error: int) -> Status:
    if status == ALL:
        raise CmsError(error)
    return Status(status)


def _written(modem: SoftModem, body: bytes, address: Address, status: Status) -> Stored:
    submit = compose(body, address, modem.settings)
    if not status.received:
        return Stored(status, submit.encode())
    stamp = ServiceCentreTimeStamp.of(modem.clock.utc())
    deliver = Deliver(address, stamp, submit.user_data, submit.data_coding, submit.protocol_identifier)
    return Stored(status, deliver.encode(), modem.sim.service_centre)


def _put(modem: SoftModem, stored: Stored) -> Answer:
    number = store_at(modem, 1).write(stored)
    if number is None:
        raise CmsError(_MEMORY_FULL)
    return (f"+CMGW: {number + first_index(modem, 1)}",)


COMMANDS = (
    Command(
        name="+CMGS",
        clause="TS 27.005 3.5.1, 4.3",
        parameters=(Text(required=True), Text()),
        set=_send,
        test=lambda _modem: (),
        needs=Need.SERVICE,
        domain=Domain.CMS,
    ),
    Command(
        name="+CMSS",
        clause="TS 27.005 3.5.2, 4.7",
        parameters=(Number("0-65535", required=True), Text(), Number("128-255")),
        set=_send_stored,
        test=lambda _modem: (),
        needs=Need.SERVICE,
        domain=Domain.CMS,
    ),
    Command(
        name="+CMGW",
        clause="TS 27.005 3.5.3, 4.4",
        parameters=(Text(required=True), Text(), Text()),
        action=_write_alone,
        set=_write,
        test=lambda _modem: (),
        needs=Need.SMS,
        domain=Domain.CMS,
    ),
    Command(
        name="+CMGC",
        clause="TS 27.005 3.5.5, 4.5",
        parameters=(Text(required=True), Text(), Text(), Text(), Text(), Text()),
        set=_command,
        test=lambda _modem: (),
        needs=Need.SERVICE,
        domain=Domain.CMS,
    ),
    Command(
        name="+CMMS", clause="TS 27.005 3.5.6", parameters=(Number("0-2", default=0),), keeps=True, domain=Domain.CMS
    ),
)
