"""TS 27.005 3.4, 3.5 and 4: listing, reading, deleting, writing and sending messages."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from modem.wire.address import Address
from modem.wire.errors import PduError
from modem.wire.pdumode import MAX_TPDU_OCTETS, PduModePdu
from modem.wire.reports import StatusReport
from modem.wire.times import ServiceCentreTimeStamp
from modem.wire.tpdu import Command as SmsCommand
from modem.wire.tpdu import Deliver, Submit, decode_from_mobile, decode_from_network

from .registry import Answer, Command, Domain, Need, Number, Prompt, Text
from .responses import CmsError
from .storage import Status, Store, Stored, messages
from .text_mode import (
    command_header,
    compose,
    deliver_header,
    list_header,
    parse_address,
    report_header,
    submit_header,
    text_data,
)

if TYPE_CHECKING:
    from .modem import SoftModem

INVALID_PDU, INVALID_TEXT, INVALID_INDEX, MEMORY_FULL, MEMORY_FAILURE = 304, 305, 321, 322, 320
_ALL = 4
_WORDS = {status.words: int(status) for status in Status} | {"ALL": _ALL}

Message = Deliver | StatusReport | Submit | SmsCommand


def _in_text(modem: SoftModem) -> bool:
    return modem.settings.number("+CMGF") == 1


def _store(modem: SoftModem, position: int) -> Store:
    """The store selected as <mem1> (0), <mem2> or <mem3>."""
    return modem.stores[modem.settings.string("+CPMS", position)]


def _first(modem: SoftModem, position: int) -> int:
    """The index of the first place of the store selected as <mem1> (0), <mem2> or <mem3>."""
    return modem.profile.messages.first_index(modem.settings.string("+CPMS", position))


def _read(modem: SoftModem, position: int, index: int) -> tuple[int, Stored]:
    """(place, message) at an index of the store at a position. Raises CmsError 321 when there is none."""
    store = _store(modem, position)
    number = index - _first(modem, position)
    stored = store.read(number) if 0 <= number < store.capacity else None
    if stored is None:
        raise CmsError(INVALID_INDEX)
    return number, stored


def _decode(stored: Stored) -> Message:
    """Raises CmsError 320 for what text mode cannot show."""
    try:
        return decode_from_network(stored.tpdu) if stored.status.received else decode_from_mobile(stored.tpdu)
    except PduError:
        raise CmsError(MEMORY_FAILURE) from None


# --- reading ---


def _status(modem: SoftModem, value: str | None) -> int:
    """<stat>: a number in PDU mode, words in text mode; the new messages when it is left out."""
    if value is None:
        return Status.REC_UNREAD
    if _in_text(modem):
        status = _WORDS.get(value.upper())
        if status is None:
            raise CmsError(INVALID_TEXT)
        return status
    if value not in ("0", "1", "2", "3", "4"):
        raise CmsError(INVALID_PDU)
    return int(value)


def _list(modem: SoftModem, value: str | None = None) -> Answer:
    wanted = _status(modem, value)
    store = _store(modem, 0)
    lines: list[str] = []
    for number, stored in messages(store):
        if wanted in (_ALL, stored.status):
            lines += _listed(modem, number + _first(modem, 0), stored)
            _mark_read(modem, store, number, stored)
    return lines


def _listed(modem: SoftModem, index: int, stored: Stored) -> list[str]:
    if not _in_text(modem):
        pdu = PduModePdu(stored.tpdu, stored.service_centre)
        return [f"+CMGL: {index},{int(stored.status)},,{pdu.length}", pdu.hex()]
    start = f'+CMGL: {index},"{stored.status.words}",'
    message = _decode(stored)
    if isinstance(message, StatusReport):
        return [start + report_header(message, modem.settings)]
    if isinstance(message, SmsCommand):
        return [f"{start}{message.encode()[0]},{message.command_type}"]
    return [start + list_header(message, modem.settings), text_data(message, modem.settings)]


def _show(modem: SoftModem, index: int) -> Answer:
    store = _store(modem, 0)
    number, stored = _read(modem, 0, index)
    lines = _shown(modem, stored)
    _mark_read(modem, store, number, stored)
    return lines


def _shown(modem: SoftModem, stored: Stored) -> list[str]:
    settings = modem.settings
    if not _in_text(modem):
        pdu = PduModePdu(stored.tpdu, stored.service_centre)
        return [f"+CMGR: {int(stored.status)},,{pdu.length}", pdu.hex()]
    start = f'+CMGR: "{stored.status.words}",'
    match _decode(stored):
        case StatusReport() as report:
            return [start + report_header(report, settings)]
        case SmsCommand() as command:
            return [start + command_header(command, settings), command.data.hex().upper()]
        case Deliver() as deliver:
            header = deliver_header(deliver, stored.service_centre, settings)
            return [start + header, text_data(deliver, settings)]
        case Submit() as submit:
            header = submit_header(submit, stored.service_centre, settings)
            return [start + header, text_data(submit, settings)]


def _mark_read(modem: SoftModem, store: Store, number: int, stored: Stored) -> None:
    modem.inbox.seen()
    if stored.status is Status.REC_UNREAD:
        store.replace(number, stored._replace(status=Status.REC_READ))


# --- deleting ---

# <delflag> of 3.5.4: which of the others go as well.
_DELETED: dict[int, tuple[Status, ...]] = {
    1: (Status.REC_READ,),
    2: (Status.REC_READ, Status.STO_SENT),
    3: (Status.REC_READ, Status.STO_SENT, Status.STO_UNSENT),
    4: tuple(Status),
}


def _delete(modem: SoftModem, index: int, flag: int) -> Answer:
    store = _store(modem, 0)
    if flag == 0:
        number = index - _first(modem, 0)
        if not 0 <= number < store.capacity:
            raise CmsError(INVALID_INDEX)
        store.delete(number)  # an empty place may be deleted: the index is valid
    else:
        for number, stored in list(messages(store)):
            if stored.status in _DELETED[flag]:
                store.delete(number)
    modem.inbox.room_made()
    return ()


def _test_delete(modem: SoftModem) -> Answer:
    used = ",".join([str(number + _first(modem, 0)) for number, _ in messages(_store(modem, 0))])
    return (f"+CMGD: ({used}),(0-4)",)


# --- sending and writing ---


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


def _type_of_address(value: str | None) -> int | None:
    if value is None:
        return None
    if not (value.isascii() and value.isdecimal() and len(value) < 4 and int(value) < 256):
        raise CmsError(INVALID_TEXT)
    return int(value)


def _send(modem: SoftModem, first: str, second: str | None) -> Answer:
    """PDU mode ``=<length>``, text mode ``=<da>[,<toda>]``."""
    if not _in_text(modem):
        if second is not None:
            raise CmsError(INVALID_PDU)
        return _take_pdu(
            _length(first), Submit.decode, lambda pdu: modem.outbox.send("+CMGS", pdu.tpdu, pdu.service_centre)
        )
    destination = parse_address(first, _type_of_address(second), modem.settings.string("+CSCS"))
    if not destination.value:
        raise CmsError(INVALID_TEXT)
    return Prompt(
        text=True,
        taken=lambda body: modem.outbox.send("+CMGS", compose(body, destination, modem.settings).encode(), None),
    )


def _write(modem: SoftModem, first: str, second: str | None, third: str | None) -> Answer:
    """PDU mode ``=<length>[,<stat>]``, text mode ``=<oa/da>[,<tooa/toda>[,<stat>]]``."""
    if not _in_text(modem):
        status = Status.STO_UNSENT if second is None else _stored_status(_status(modem, second), INVALID_PDU)
        if third is not None:
            raise CmsError(INVALID_PDU)
        return _take_pdu(
            _length(first),
            decode_from_network if status.received else decode_from_mobile,
            lambda pdu: _put(modem, Stored(status, pdu.tpdu, pdu.service_centre)),
        )
    address = parse_address(first, _type_of_address(second), modem.settings.string("+CSCS"))
    status = Status.STO_UNSENT if third is None else _stored_status(_status(modem, third), INVALID_TEXT)
    return Prompt(text=True, taken=lambda body: _put(modem, _written(modem, body, address, status)))


def _write_alone(modem: SoftModem) -> Answer:
    """Text mode without an address: one can be given to +CMSS later."""
    if not _in_text(modem):
        raise CmsError(INVALID_PDU)
    return Prompt(
        text=True,
        taken=lambda body: _put(modem, _written(modem, body, Address(""), Status.STO_UNSENT)),
    )


def _stored_status(status: int, error: int) -> Status:
    if status == _ALL:
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
    number = _store(modem, 1).write(stored)
    if number is None:
        raise CmsError(MEMORY_FULL)
    return (f"+CMGW: {number + _first(modem, 1)}",)


def _send_stored(modem: SoftModem, index: int, number: str | None, type_of_address: int | None) -> Answer:
    store = _store(modem, 1)
    place, stored = _read(modem, 1, index)
    message = _decode(stored)
    if not isinstance(message, Submit):
        raise CmsError(302)
    if number is not None:
        destination = parse_address(number, type_of_address, modem.settings.string("+CSCS"))
        message = message._replace(destination=destination)
    if not message.destination.value:
        raise CmsError(INVALID_TEXT)

    def sent() -> None:
        store.replace(place, stored._replace(status=Status.STO_SENT))

    return modem.outbox.send("+CMSS", message.encode(), stored.service_centre, sent)


COMMANDS = (
    Command(
        name="+CMGL",
        clause="TS 27.005 3.4.2, 4.1",
        parameters=(Text(),),
        action=_list,
        set=_list,
        test=lambda modem: (
            ('+CMGL: ("REC UNREAD","REC READ","STO UNSENT","STO SENT","ALL")',)
            if _in_text(modem)
            else ("+CMGL: (0-4)",)
        ),
        needs=Need.SMS,
        domain=Domain.CMS,
    ),
    Command(
        name="+CMGR",
        clause="TS 27.005 3.4.3, 4.2",
        parameters=(Number("0-65535", required=True),),
        set=_show,
        test=lambda _modem: (),
        needs=Need.SMS,
        domain=Domain.CMS,
    ),
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
        name="+CMGD",
        clause="TS 27.005 3.5.4",
        parameters=(Number("0-65535", required=True), Number("0-4", default=0)),
        set=_delete,
        test=_test_delete,
        needs=Need.SMS,
        domain=Domain.CMS,
    ),
)
