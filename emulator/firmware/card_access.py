"""The doors to the card: single files by +CRSM, commands as octets by +CSIM, applications on channels of their own.

TS 27.007 8.17, 8.18, 8.43 to 8.46. What the card refuses is no error of the modem: its status word is the answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..sim import Apdu, Channel, Df, Response
from ..sim.apdu import Refused, Wrong
from ..sim.files import MF, Place
from ..sim.templates import file_control_parameters
from ..sim.uicc import on_channel
from ..sim.uicc_commands import perform
from .charset import hexadecimal
from .registry import Answer, Command, Need, Number, Text
from .responses import CmeError

if TYPE_CHECKING:
    from .modem import SoftModem

NOT_ALLOWED, NOT_FOUND, BAD_PARAMETER = 3, 22, 50

# The commands of +CRSM, beside READ BINARY and READ RECORD, that are not like these two.
GET_RESPONSE, RETRIEVE_DATA, UPDATE_BINARY, SET_DATA, UPDATE_RECORD, STATUS = 192, 203, 214, 219, 220, 242
_WRITES = (UPDATE_BINARY, UPDATE_RECORD, SET_DATA)
_NEEDS_NO_PARAMETERS = (GET_RESPONSE, STATUS)
_COMMANDS = "176,178,192,203,214,219,220,242"


def _octets(string: str) -> bytes:
    """The octets of a parameter. Raises CmeError for what is not hexadecimal."""
    try:
        return hexadecimal(string)
    except ValueError:
        raise CmeError(BAD_PARAMETER) from None


# --- +CRSM and +CRLA: a file, without having to select it ---


def _restricted(
    modem: SoftModem,
    command: int,
    fid: int | None,
    p1: int | None,
    p2: int | None,
    p3: int | None,
    data: str | None,
    path: str | None,
) -> Answer:
    # The modem reads on a channel that nobody else sees: what +CSIM has selected stays selected.
    channel = Channel(modem.sim, modem.sim.files.applications[0])
    return (_file_access(channel, "+CRSM", command, fid, (p1, p2, p3), data, path),)


def _file_access(
    channel: Channel,
    name: str,
    command: int,
    fid: int | None,
    parameters: tuple[int | None, ...],
    data: str | None,
    path: str | None,
) -> str:
    if fid is None and command != STATUS:
        raise CmeError(BAD_PARAMETER)
    if None in parameters and command not in _NEEDS_NO_PARAMETERS:
        raise CmeError(BAD_PARAMETER)
    p1, p2, p3 = (value or 0 for value in parameters)
    apdu = Apdu(0x80 if command in (STATUS, RETRIEVE_DATA, SET_DATA) else 0, command, p1, p2, p3)
    # With the other commands <data> is not heeded: clients fill its place with "", 0 or the path.
    if command in _WRITES:
        apdu = apdu._replace(data=_octets(data or ""))
    try:
        response = _carried_out(channel, apdu, _place(channel, fid, _octets(path or "")))
    except Refused as refused:
        response = Response(b"", refused.uicc)
    status = f"{name}: {response.status >> 8},{response.status & 0xFF}"
    return f'{status},"{response.data.hex().upper()}"' if response.data else status


def _place(channel: Channel, fid: int | None, path: bytes) -> Place:
    """Where a file is: with a path from the MF there, without one where a modem looks for it. Raises Refused."""
    files = channel.card.files
    if len(path) % 2:
        raise CmeError(BAD_PARAMETER)
    steps = [int.from_bytes(path[at : at + 2], "big") for at in range(0, len(path), 2)]
    if steps[:1] == [MF]:
        del steps[0]
    if path:
        place = files.follow([*steps, *([] if fid is None else [fid])], files.root, channel.application)
    elif fid is None:
        place = Place(channel.directory)
    else:
        # TS 31.102 has the subscriber's files in the application, TS 102.221 the card's own at the top.
        place = Place(channel.directory).down(fid) or files.find(fid)
    if place is None:
        raise Refused(Wrong.FILE)
    return place


def _carried_out(channel: Channel, apdu: Apdu, place: Place) -> Response:
    found = channel.enter(place)
    if apdu.ins in _NEEDS_NO_PARAMETERS:
        # <P3> is not heeded: GSM's 15 octets are asked for by many clients, of an FCP which is longer
        # (oFono asks for 255, Android for 15, and both want the whole template).
        return Response(file_control_parameters(channel.card, channel.directory if apdu.ins == STATUS else found))
    if isinstance(found, Df):
        raise Refused(Wrong.NO_FILE)
    try:
        return perform(channel, apdu)
    except Refused as refused:
        if apdu.p3 or refused.wrong is not Wrong.EXPECTED:
            raise
        # Le 0 is "as much as there is": the card says how much, and the modem asks again (ISO 7816-3 12.2.1).
        return perform(channel, apdu._replace(p3=refused.detail))


# --- +CSIM and +CGLA: commands as they are ---


def _command(length: int, command: str) -> bytes:
    octets = _octets(command)
    if len(command) != length or len(octets) < 4:
        raise CmeError(BAD_PARAMETER)
    return octets


def _transmitted(modem: SoftModem, name: str, octets: bytes) -> str:
    card = modem.sim
    before = card.ready
    response = card.uicc.transmit(octets).hex().upper()
    if card.ready is not before:  # a PIN was presented, or blocked
        modem.card_changed()
    return f'{name}: {len(response)},"{response}"'


def _generic(modem: SoftModem, length: int, command: str) -> Answer:
    return (_transmitted(modem, "+CSIM", _command(length, command)),)


def _on_session(modem: SoftModem, session: int, length: int, command: str) -> Answer:
    """The modem puts the channel into the class byte (TS 27.007 8.45, note); the client need not know it."""
    octets = _command(length, command)
    _session(modem, session)
    return (_transmitted(modem, "+CGLA", on_channel(octets, session)),)


# --- sessions: an application on a channel ---


def _session(modem: SoftModem, session: int) -> Channel:
    channel = modem.sim.uicc.channels.get(session)
    if channel is None:
        raise CmeError(BAD_PARAMETER)
    return channel


def _open(modem: SoftModem, name: str) -> Answer:
    uicc = modem.sim.uicc
    aid = _octets(name)
    if not 5 <= len(aid) <= 16:
        raise CmeError(BAD_PARAMETER)
    try:
        session = uicc.open_channel()
    except Refused:
        raise CmeError(NOT_ALLOWED) from None  # all channels are taken
    try:
        uicc.channels[session].select_application(aid)
    except Refused:
        uicc.close_channel(session)
        raise CmeError(NOT_FOUND) from None
    return (f"+CCHO: {session}",)


def _close(modem: SoftModem, session: int) -> Answer:
    try:
        modem.sim.uicc.close_channel(session)
    except Refused:
        raise CmeError(BAD_PARAMETER) from None
    return ("+CCHC",)


def _restricted_on_session(
    modem: SoftModem,
    session: int,
    command: int,
    fid: int | None,
    p1: int | None,
    p2: int | None,
    p3: int | None,
    data: str | None,
    path: str | None,
) -> Answer:
    application = _session(modem, session).application
    return (_file_access(Channel(modem.sim, application), "+CRLA", command, fid, (p1, p2, p3), data, path),)


def _supported(_modem: SoftModem) -> Answer:
    return ()


_FILE = (
    Number(_COMMANDS, required=True),
    Number("0-65535"),
    Number("0-255"),
    Number("0-255"),
    Number("0-255"),
    Text(longest=510),
    Text(),
)
_SESSION = Number("0-19", required=True)
_APDU = (Number("8-522", required=True), Text(required=True, longest=522))

COMMANDS = (
    Command(
        name="+CSIM", clause="TS 27.007 8.17", parameters=_APDU, set=_generic, test=_supported, needs=Need.CARD
    ),
    Command(
        name="+CRSM", clause="TS 27.007 8.18", parameters=_FILE, set=_restricted, test=_supported, needs=Need.CARD
    ),
    Command(
        name="+CGLA",
        clause="TS 27.007 8.43",
        parameters=(_SESSION, *_APDU),
        set=_on_session,
        test=_supported,
        needs=Need.CARD,
    ),
    Command(
        name="+CRLA",
        clause="TS 27.007 8.44",
        parameters=(_SESSION, *_FILE),
        set=_restricted_on_session,
        test=_supported,
        needs=Need.CARD,
    ),
    Command(
        name="+CCHO",
        clause="TS 27.007 8.45",
        parameters=(Text(required=True),),
        set=_open,
        test=_supported,
        needs=Need.CARD,
    ),
    Command(
        name="+CCHC", clause="TS 27.007 8.46", parameters=(_SESSION,), set=_close, test=_supported, needs=Need.CARD
    ),
)  # fmt: skip
