"""The commands of a GSM SIM, class A0 (TS 51.011 9.2): the old door to the same files."""

from __future__ import annotations

from collections.abc import Callable

from . import pins
from .apdu import Apdu, Refused, Response, Wrong
from .channel import LAST, Channel
from .files import Structure
from .secrets import Secret
from .templates import gsm_answer

SELECT, SEEK = 0xA4, 0xA2
FETCHED = frozenset({SELECT, SEEK})

_CHV1, _CHV2 = 1, 2


def perform(channel: Channel, apdu: Apdu) -> Response:
    """Carry out a command. Raises Refused."""
    command = _COMMANDS.get(apdu.ins)
    if command is None:
        raise Refused(Wrong.INSTRUCTION)
    return command(channel, apdu)


def _plain(apdu: Apdu) -> None:
    """P1 and P2 have nothing to say."""
    if apdu.p1 or apdu.p2:
        raise Refused(Wrong.PARAMETERS)


def _select(channel: Channel, apdu: Apdu) -> Response:
    _plain(apdu)
    found = channel.select(int.from_bytes(apdu.take(2), "big"))
    return Response(gsm_answer(channel.card, found))


def _status(channel: Channel, apdu: Apdu) -> Response:
    """The answer to SELECT of the current directory, or the beginning of it."""
    _plain(apdu)
    answer = gsm_answer(channel.card, channel.directory)
    return apdu.give(answer[: apdu.expected])


def _read_binary(channel: Channel, apdu: Apdu) -> Response:
    return apdu.give(channel.read_binary(apdu.p1 << 8 | apdu.p2, apdu.expected))


def _update_binary(channel: Channel, apdu: Apdu) -> Response:
    channel.update_binary(apdu.p1 << 8 | apdu.p2, apdu.take())
    return Response()


def _read_record(channel: Channel, apdu: Apdu) -> Response:
    return apdu.give(channel.read_record(apdu.p1, apdu.p2))


def _update_record(channel: Channel, apdu: Apdu) -> Response:
    channel.update_record(apdu.p1, apdu.p2, apdu.take())
    return Response()


def _seek(channel: Channel, apdu: Apdu) -> Response:
    """9.2.7: from the beginning, the end, the next or the previous record; type 2 tells the number of the record."""
    kind, mode = apdu.p2 >> 4, apdu.p2 & 15
    if apdu.p1 or kind > 1 or mode > 3:
        raise Refused(Wrong.PARAMETERS)
    pattern = apdu.take()
    if len(pattern) > 16:
        raise Refused(Wrong.LENGTH)
    if channel.file is not None and channel.file.structure is Structure.CYCLIC:
        raise Refused(Wrong.STRUCTURE)
    start = (1, LAST, 0, 0)[mode]
    found = channel.search(pattern, start, backward=bool(mode & 1), relative=not start)
    if not found:
        raise Refused(Wrong.FILE)  # 9404 also says "pattern not found"
    return Response(bytes(found[:1]) if kind else b"")


def _activation(active: bool) -> Callable[[Channel, Apdu], Response]:
    def change(channel: Channel, apdu: Apdu) -> Response:
        _plain(apdu)
        apdu.take(0)
        channel.set_active(active)
        return Response()

    return change


def _chv(channel: Channel, apdu: Apdu, first: int = _CHV1) -> Secret:
    """The CHV that P2 names; UNBLOCK CHV calls the first 0."""
    if apdu.p1 or apdu.p2 not in (first, _CHV2):
        raise Refused(Wrong.PARAMETERS)
    return channel.card.secret2 if apdu.p2 == _CHV2 else channel.card.secret


def _verify(channel: Channel, apdu: Apdu) -> Response:
    return pins.verify(_chv(channel, apdu), apdu)


def _change(channel: Channel, apdu: Apdu) -> Response:
    return pins.change(_chv(channel, apdu), apdu)


def _switch(enabled: bool) -> Callable[[Channel, Apdu], Response]:
    def change(channel: Channel, apdu: Apdu) -> Response:
        if _chv(channel, apdu) is not channel.card.secret:
            raise Refused(Wrong.PARAMETERS)
        return pins.switch(channel.card.secret, apdu, enabled)

    return change


def _unblock(channel: Channel, apdu: Apdu) -> Response:
    return pins.unblock(_chv(channel, apdu, first=0), apdu)


def _sleep(_channel: Channel, apdu: Apdu) -> Response:
    """9.2.18: a command that does nothing, and is answered so."""
    _plain(apdu)
    apdu.take(0)
    return Response()


_COMMANDS: dict[int, Callable[[Channel, Apdu], Response]] = {
    SELECT: _select,
    0xF2: _status,
    0xB0: _read_binary,
    0xD6: _update_binary,
    0xB2: _read_record,
    0xDC: _update_record,
    SEEK: _seek,
    0x04: _activation(False),
    0x44: _activation(True),
    pins.VERIFY: _verify,
    pins.CHANGE: _change,
    pins.DISABLE: _switch(False),
    pins.ENABLE: _switch(True),
    pins.UNBLOCK: _unblock,
    0xFA: _sleep,
}
