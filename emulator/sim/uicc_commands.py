"""The commands of a UICC with a USIM (TS 102.221 11.1, TS 31.102 7)."""

from __future__ import annotations

from collections.abc import Callable

from . import pins
from .apdu import DEACTIVATED_FILE_SELECTED, DONE, NOTHING_FOUND, Apdu, Refused, Response, Wrong
from .channel import Channel
from .files import Condition, Df, Ef
from .secrets import Secret
from .templates import file_control_parameters

SELECT, SEARCH_RECORD, AUTHENTICATE = 0xA4, 0xA2, 0x88
FETCHED = frozenset({SELECT, SEARCH_RECORD, AUTHENTICATE})  # they take data; GET RESPONSE brings what they answer

_SFI = 0x80  # in P1 of the commands for transparent files


def perform(channel: Channel, apdu: Apdu) -> Response:
    """Carry out a command on a channel. Raises Refused."""
    commands = _OUTSIDE if apdu.cla & 0x80 else _INTERINDUSTRY
    command = commands.get(apdu.ins)
    if command is None:
        other = _INTERINDUSTRY if apdu.cla & 0x80 else _OUTSIDE
        raise Refused(Wrong.CLASS if apdu.ins in other else Wrong.INSTRUCTION)
    return command(channel, apdu)


# --- files ---


def _select(channel: Channel, apdu: Apdu) -> Response:
    if apdu.p2 & ~0x40 not in (0x00, 0x04, 0x0C):  # 40 ends an application, which has nothing to end here
        raise Refused(Wrong.PARAMETERS)
    by_name = apdu.p1 == 0x04
    # P2 00 asks for FCI in ISO 7816-4; with a name cards give the FCP for it, as lpac and OpenSC expect.
    if apdu.p2 & 0x0C == 0 and not by_name:
        raise Refused(Wrong.PARAMETERS)
    found = _by_name(channel, apdu) if by_name else _by_identifier(channel, apdu)
    status = DONE if isinstance(found, Df) or found.active else DEACTIVATED_FILE_SELECTED
    return Response(b"" if apdu.p2 & 0x08 else file_control_parameters(channel.card, found), status)


def _by_name(channel: Channel, apdu: Apdu) -> Df:
    aid = apdu.take()
    if not 1 <= len(aid) <= 16:
        raise Refused(Wrong.LENGTH)
    return channel.select_application(aid)


def _by_identifier(channel: Channel, apdu: Apdu) -> Df | Ef:
    octets = apdu.take()
    path = [int.from_bytes(octets[at : at + 2], "big") for at in range(0, len(octets), 2)]
    if apdu.p1 in (0x08, 0x09):
        if not octets or len(octets) % 2:
            raise Refused(Wrong.LENGTH)
        return channel.select_path(path, from_root=apdu.p1 == 0x08)
    if apdu.p1 == 0x03:
        apdu.take(0)
        return channel.select_parent()
    if apdu.p1 not in (0x00, 0x01):
        raise Refused(Wrong.PARAMETERS)
    if len(octets) != 2:
        raise Refused(Wrong.LENGTH)
    if apdu.p1 == 0x01 and path[0] not in {directory.fid for directory in channel.directory.directories}:
        raise Refused(Wrong.FILE)
    return channel.select(path[0])


def _status(channel: Channel, apdu: Apdu) -> Response:
    """P1 tells what the terminal has done with the application, which changes nothing here."""
    if apdu.p1 > 2 or apdu.p2 not in (0x00, 0x01, 0x0C):
        raise Refused(Wrong.PARAMETERS)
    if apdu.p2 == 0x0C:
        apdu.take(0)
        return Response()
    if apdu.p2 == 0x01:
        name = channel.application.name if channel.application is not None else b""
        return apdu.give(bytes([0x84, len(name)]) + name)
    return apdu.give(file_control_parameters(channel.card, channel.directory))


def _offset(channel: Channel, apdu: Apdu) -> int:
    """Where in a transparent file; P1 may name the file by its short identifier."""
    if not apdu.p1 & _SFI:
        return apdu.p1 << 8 | apdu.p2
    if apdu.p1 & 0x60 or apdu.p1 & 0x1F in (0x00, 0x1F):
        raise Refused(Wrong.PARAMETERS)
    channel.select_short(apdu.p1 & 0x1F)
    return apdu.p2


def _read_binary(channel: Channel, apdu: Apdu) -> Response:
    return apdu.give(channel.read_binary(_offset(channel, apdu), apdu.expected))


def _update_binary(channel: Channel, apdu: Apdu) -> Response:
    octets = apdu.take()
    channel.update_binary(_offset(channel, apdu), octets)
    return Response()


def _mode(channel: Channel, apdu: Apdu) -> int:
    """The mode in P2, which may name the file by its short identifier."""
    if apdu.p2 >> 3 == 0x1F:
        raise Refused(Wrong.PARAMETERS)
    if apdu.p2 >> 3:
        channel.select_short(apdu.p2 >> 3)
    return apdu.p2 & 7


def _read_record(channel: Channel, apdu: Apdu) -> Response:
    return apdu.give(channel.read_record(apdu.p1, _mode(channel, apdu)))


def _update_record(channel: Channel, apdu: Apdu) -> Response:
    octets = apdu.take()
    channel.update_record(apdu.p1, _mode(channel, apdu), octets)
    return Response()


def _search(channel: Channel, apdu: Apdu) -> Response:
    pattern = apdu.take()
    mode = _mode(channel, apdu)
    if mode in (6, 7):
        raise Refused(Wrong.FUNCTION)  # enhanced and proprietary searches
    if mode not in (4, 5):
        raise Refused(Wrong.PARAMETERS)
    found = channel.search(pattern, apdu.p1, backward=mode == 5)
    return Response(bytes(found)) if found else Response(b"", NOTHING_FOUND)


def _activation(active: bool) -> Callable[[Channel, Apdu], Response]:
    def change(channel: Channel, apdu: Apdu) -> Response:
        if apdu.p1 or apdu.p2:
            raise Refused(Wrong.PARAMETERS)
        if apdu.take(0, 2):
            channel.select(int.from_bytes(apdu.data, "big"))
        channel.set_active(active)
        return Response()

    return change


def _data_object(channel: Channel, _apdu: Apdu) -> Response:
    """RETRIEVE DATA and SET DATA are for BER-TLV files (TS 102.221 11.3), of which there is none."""
    raise Refused(Wrong.NO_FILE if channel.file is None else Wrong.STRUCTURE)


# --- PINs ---


def _secret(channel: Channel, apdu: Apdu) -> Secret:
    if apdu.p1:
        raise Refused(Wrong.PARAMETERS)
    secret = channel.card.secrets.get(apdu.p2)
    if secret is None:
        raise Refused(Wrong.REFERENCE)
    return secret


def _pin(channel: Channel, apdu: Apdu) -> Secret:
    """A key that has a PUK: the administrator's has none, and can be verified only."""
    secret = _secret(channel, apdu)
    if secret is channel.card.administrator:
        raise Refused(Wrong.REFERENCE)
    return secret


def _verify(channel: Channel, apdu: Apdu) -> Response:
    secret = _secret(channel, apdu)
    if not apdu.p3:  # without a PIN it asks how many tries are left
        raise Refused(Wrong.PIN, secret.pin_tries)
    return pins.verify(secret, apdu)


def _change(channel: Channel, apdu: Apdu) -> Response:
    return pins.change(_pin(channel, apdu), apdu)


def _switch(enabled: bool) -> Callable[[Channel, Apdu], Response]:
    def change(channel: Channel, apdu: Apdu) -> Response:
        if _pin(channel, apdu) is not channel.card.secret:  # TS 31.102 6: PIN2 is always asked for
            raise Refused(Wrong.PARAMETERS)
        return pins.switch(channel.card.secret, apdu, enabled)

    return change


def _unblock(channel: Channel, apdu: Apdu) -> Response:
    secret = _pin(channel, apdu)
    if not apdu.p3:
        raise Refused(Wrong.PIN, secret.puk_tries)
    return pins.unblock(secret, apdu)


# --- security ---


def _challenge(channel: Channel, apdu: Apdu) -> Response:
    if apdu.p1 or apdu.p2:
        raise Refused(Wrong.PARAMETERS)
    return apdu.give(channel.card.random.randbytes(apdu.expected))


def _authenticate(channel: Channel, apdu: Apdu) -> Response:
    """TS 31.102 7.1. No network here has a key of this card, so no AUTN is right; a GSM context it does not have."""
    if apdu.p1 or apdu.p2 not in (0x80, 0x81):
        raise Refused(Wrong.PARAMETERS)
    if channel.application is None or channel.directory is not channel.application:
        raise Refused(Wrong.CONDITIONS)
    if not channel.card.allows(Condition.PIN):
        raise Refused(Wrong.ACCESS)
    octets = apdu.take()
    if apdu.p2 == 0x80:
        raise Refused(Wrong.SECURITY_CONTEXT)
    if len(octets) != 34 or octets[0] != 16 or octets[17] != 16:
        raise Refused(Wrong.LENGTH)
    raise Refused(Wrong.MAC)


_INTERINDUSTRY: dict[int, Callable[[Channel, Apdu], Response]] = {
    SELECT: _select,
    0xB0: _read_binary,
    0xD6: _update_binary,
    0xB2: _read_record,
    0xDC: _update_record,
    SEARCH_RECORD: _search,
    0x04: _activation(False),
    0x44: _activation(True),
    pins.VERIFY: _verify,
    pins.CHANGE: _change,
    pins.DISABLE: _switch(False),
    pins.ENABLE: _switch(True),
    pins.UNBLOCK: _unblock,
    0x84: _challenge,
    AUTHENTICATE: _authenticate,
}
_OUTSIDE: dict[int, Callable[[Channel, Apdu], Response]] = {
    0xF2: _status,
    0xCB: _data_object,
    0xDB: _data_object,
}
