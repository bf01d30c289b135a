"""TS 27.005 3.4.2, 3.4.3 and 3.5.4: listing, reading and deleting messages (+CMGL, +CMGR, +CMGD)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from modem.wire.cell_broadcast import Page
from modem.wire.errors import PduError
from modem.wire.pdumode import PduModePdu
from modem.wire.reports import StatusReport
from modem.wire.tpdu import Command as SmsCommand
from modem.wire.tpdu import Deliver, Submit, decode_from_mobile, decode_from_network

from . import cell_broadcast
from .registry import Answer, Command, Domain, Need, Number, Text
from .responses import CmsError
from .storage import Status, Store, Stored, messages
from .text_mode import command_header, deliver_header, list_header, report_header, submit_header, text_data

if TYPE_CHECKING:
    from .modem import SoftModem

INVALID_PDU, INVALID_TEXT, INVALID_INDEX, MEMORY_FAILURE = 304, 305, 321, 320
ALL = 4
_WORDS = {status.words: int(status) for status in Status} | {"ALL": ALL}

Message = Deliver | StatusReport | Submit | SmsCommand


def in_text(modem: SoftModem) -> bool:
    """Whether text mode is selected (+CMGF)."""
    return modem.settings.number("+CMGF") == 1


def store_at(modem: SoftModem, position: int) -> Store:
    """The store selected as <mem1> (0), <mem2> or <mem3>."""
    return modem.stores[modem.settings.string("+CPMS", position)]


def first_index(modem: SoftModem, position: int) -> int:
    """The index of the first place of the store selected as <mem1> (0), <mem2> or <mem3>."""
    return modem.profile.messages.first_index(modem.settings.string("+CPMS", position))


def place_of(modem: SoftModem, position: int, index: int) -> int:
    """The place at an index of the store at a position. Raises CmsError 321 when there is no such place."""
    number = index - first_index(modem, position)
    if not 0 <= number < store_at(modem, position).capacity:
        raise CmsError(INVALID_INDEX)
    return number


def decode(stored: Stored) -> Message:
    """What a stored TPDU says. Raises CmsError 320 for what text mode cannot show."""
    try:
        return decode_from_network(stored.tpdu) if stored.status.received else decode_from_mobile(stored.tpdu)
    except PduError:
        raise CmsError(MEMORY_FAILURE) from None


def parse_status(modem: SoftModem, value: str | None) -> int:
    """<stat>: a number in PDU mode, words in text mode; the new messages when it is left out."""
    if value is None:
        return Status.REC_UNREAD
    if in_text(modem):
        status = _WORDS.get(value.upper())
        if status is None:
            raise CmsError(INVALID_TEXT)
        return status
    if value not in ("0", "1", "2", "3", "4"):
        raise CmsError(INVALID_PDU)
    return int(value)


# --- listing and reading ---


def _pdu(stored: Stored) -> tuple[int, str]:
    """<length> and <pdu>; a page has no service centre in front."""
    if stored.page:
        return len(stored.tpdu), stored.tpdu.hex().upper()
    pdu = PduModePdu(stored.tpdu, stored.service_centre)
    return pdu.length, pdu.hex()


def _list(modem: SoftModem, value: str | None = None) -> Answer:
    wanted = parse_status(modem, value)
    store, first = store_at(modem, 0), first_index(modem, 0)
    listed = _listed_in_text if in_text(modem) else _listed_as_pdu
    lines: list[str] = []
    for number, stored in messages(store):
        if wanted in (ALL, stored.status):
            try:
                lines += listed(modem, number + first, stored)
            except CmsError:  # a record of the card that somebody else has written: the others can be read all the same
                continue
            _mark_read(store, number, stored)
    modem.inbox.seen()
    return lines


def _listed_as_pdu(modem: SoftModem, index: int, stored: Stored) -> Sequence[str]:
    manner = modem.profile.messages
    length, pdu = _pdu(stored)
    alpha = f"{manner.alpha_in_pdu}," if manner.list_alpha else ""
    return f"+CMGL: {index},{int(stored.status)},{alpha}{length}", pdu


def _listed_in_text(modem: SoftModem, index: int, stored: Stored) -> Sequence[str]:
    settings, manner = modem.settings, modem.profile.messages
    start = f'+CMGL: {index},"{stored.status.words}",'
    if stored.page:
        page = Page.decode(stored.tpdu)
        return start + cell_broadcast.list_header(page), cell_broadcast.page_data(page, stored.tpdu, settings)
    match decode(stored):
        case StatusReport() as report:
            return (start + report_header(report, stored.tpdu, settings, manner),)
        case SmsCommand() as command:
            return (f"{start}{stored.tpdu[0]},{command.command_type}",)
        case message:
            return start + list_header(message, stored.tpdu, settings, manner), text_data(
                message, stored.tpdu, settings
            )


def _show(modem: SoftModem, index: int) -> Answer:
    store = store_at(modem, 0)
    number = place_of(modem, 0, index)
    stored = store.read(number)
    if stored is None:
        empty = modem.profile.messages.empty
        if empty:
            raise CmsError(empty)
        return ()
    lines = _shown_in_text(modem, stored) if in_text(modem) else _shown_as_pdu(modem, stored)
    _mark_read(store, number, stored)
    modem.inbox.seen()
    return lines


def _shown_as_pdu(modem: SoftModem, stored: Stored) -> Sequence[str]:
    length, pdu = _pdu(stored)
    return f"+CMGR: {int(stored.status)},{modem.profile.messages.alpha_in_pdu},{length}", pdu


def _shown_in_text(modem: SoftModem, stored: Stored) -> Sequence[str]:
    settings, manner = modem.settings, modem.profile.messages
    start = f'+CMGR: "{stored.status.words}",'
    if stored.page:
        page = Page.decode(stored.tpdu)
        return start + cell_broadcast.routed_header(page), cell_broadcast.page_data(page, stored.tpdu, settings)
    match decode(stored):
        case StatusReport() as report:
            return (start + report_header(report, stored.tpdu, settings, manner),)
        case SmsCommand() as command:
            return start + command_header(command, stored.tpdu, settings), command.data.hex().upper()
        case Deliver() as deliver:
            header = deliver_header(deliver, stored.tpdu, stored.service_centre, settings, manner)
            return start + header, text_data(deliver, stored.tpdu, settings)
        case Submit() as submit:
            header = submit_header(
                submit, stored.tpdu, stored.service_centre or modem.sim.service_centre, settings, manner
            )
            return start + header, text_data(submit, stored.tpdu, settings)


def _mark_read(store: Store, number: int, stored: Stored) -> None:
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
    store = store_at(modem, 0)
    if flag == 0:
        store.delete(place_of(modem, 0, index))  # an empty place may be deleted: the index is valid
    else:
        for number, stored in list(messages(store)):
            if stored.status in _DELETED[flag]:
                store.delete(number)
    modem.inbox.room_made()
    return ()


def _test_delete(modem: SoftModem) -> Answer:
    used = ",".join([str(number + first_index(modem, 0)) for number, _ in messages(store_at(modem, 0))])
    return (f"+CMGD: ({used}),(0-4)",)


COMMANDS = (
    Command(
        name="+CMGL",
        clause="TS 27.005 3.4.2, 4.1",
        parameters=(Text(),),
        action=_list,
        set=_list,
        test=lambda modem: (
            ('+CMGL: ("REC UNREAD","REC READ","STO UNSENT","STO SENT","ALL")',) if in_text(modem) else ("+CMGL: (0-4)",)
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
        name="+CMGD",
        clause="TS 27.005 3.5.4",
        parameters=(Number("0-65535", required=True), Number("0-4", default=0)),
        set=_delete,
        test=_test_delete,
        needs=Need.SMS,
        domain=Domain.CMS,
    ),
)
