"""A card as the terminal sees it: octets of a command in, octets of an answer out (TS 102.221 10, TS 51.011 9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import gsm_commands, uicc_commands
from .apdu import DONE, Apdu, Refused, Response, Wrong
from .channel import Channel

if TYPE_CHECKING:
    from .card import Card

GET_RESPONSE = 0xC0
MANAGE_CHANNEL = 0x70
GSM = 0xA0
CHANNELS = 20  # the basic one, and as many as a class byte can name


class Uicc:
    """The channels of a card, and the commands that arrive on them; class A0 is for the GSM SIM that it is as well."""

    def __init__(self, card: Card) -> None:
        self._card = card
        self.channels: dict[int, Channel] = {0: Channel(card)}
        self._waiting: dict[int, Response] = {}  # what GET RESPONSE is to bring, by channel

    def start_application(self) -> None:
        """Select the first application on the basic channel, as a terminal does after the reset."""
        self.channels[0].select_application(self._card.files.applications[0].name)

    def transmit(self, octets: bytes) -> bytes:
        """Carry out a command. Whatever the octets are, the answer ends with a status word."""
        gsm = octets[:1] == bytes([GSM])
        try:
            apdu = Apdu.parse(octets)
            response = self._perform(0 if gsm else _channel_number(apdu.cla), apdu, gsm)
        except Refused as refused:
            response = Response(b"", refused.gsm if gsm else refused.uicc)
        return response.encode()

    def _perform(self, number: int, apdu: Apdu, gsm: bool) -> Response:
        channel = self.channels.get(number)
        if channel is None:
            raise Refused(Wrong.CHANNEL)
        waiting = self._waiting.pop(number, None)
        if apdu.ins == GET_RESPONSE and (gsm or not apdu.cla & 0x80):
            return self._fetch(number, apdu, waiting)
        if apdu.ins == MANAGE_CHANNEL and not apdu.cla & 0x80:
            return self._manage_channel(channel, apdu)
        response = gsm_commands.perform(channel, apdu) if gsm else uicc_commands.perform(channel, apdu)
        if response.data and apdu.ins in (gsm_commands.FETCHED if gsm else uicc_commands.FETCHED):
            self._waiting[number] = Response(response.data)
            announced = (0x9F00 if gsm else 0x6100) | len(response.data)
            return Response(b"", announced if response.status == DONE else response.status)
        return response

    def _fetch(self, number: int, apdu: Apdu, waiting: Response | None) -> Response:
        """GET RESPONSE: all of what waits, or the beginning of it; it must be the next command on the channel."""
        if apdu.p1 or apdu.p2:
            raise Refused(Wrong.PARAMETERS)
        if apdu.data:
            raise Refused(Wrong.LENGTH)
        if waiting is None:
            raise Refused(Wrong.CONDITIONS)
        left = len(waiting.data)
        if apdu.expected > left:
            self._waiting[number] = waiting
            raise Refused(Wrong.EXPECTED, left)
        return Response(waiting.data[: apdu.expected])

    # --- MANAGE CHANNEL (TS 102.221 11.1.17) ---

    def _manage_channel(self, channel: Channel, apdu: Apdu) -> Response:
        if apdu.p1 == 0x00 and apdu.p2 == 0:
            if apdu.expected != 1:
                raise Refused(Wrong.EXPECTED, 1)
            return apdu.give(bytes([self.open_channel(channel)]))
        if apdu.p1 == 0x80:
            self.close_channel(apdu.p2)
            return Response()
        raise Refused(Wrong.PARAMETERS)

    def open_channel(self, origin: Channel | None = None) -> int:
        """Open the next free channel, at the MF, or where `origin` is if that is not the basic one. Raises Refused."""
        number = next((number for number in range(1, CHANNELS) if number not in self.channels), None)
        if number is None:
            raise Refused(Wrong.FUNCTION)
        opened = self.channels[number] = Channel(self._card)
        if origin is not None and origin is not self.channels[0]:
            opened.application = origin.application
            opened.directory = origin.directory
        return number

    def close_channel(self, number: int) -> None:
        """Close a channel; the basic one stays. Raises Refused."""
        if number == 0 or number not in self.channels:
            raise Refused(Wrong.PARAMETERS)
        del self.channels[number]
        self._waiting.pop(number, None)


def _channel_number(cla: int) -> int:
    """The channel that a class byte names (TS 102.221 10.1.1). Raises Refused for classes that there are not."""
    if cla & 0xF0 in (0x00, 0x80):
        if cla & 0x0C:
            raise Refused(Wrong.SECURE_MESSAGING)
        return cla & 0x03
    if cla & 0xF0 in (0x40, 0xC0):
        return 4 + (cla & 0x0F)
    if cla & 0xF0 in (0x60, 0xE0):
        raise Refused(Wrong.SECURE_MESSAGING)
    raise Refused(Wrong.CLASS)


def on_channel(apdu: bytes, number: int) -> bytes:
    """A command with the channel put into its class byte; what has no channel in it is left alone."""
    cla = apdu[0]
    if cla & 0xF0 not in (0x00, 0x80, 0x40, 0xC0):
        return apdu
    base = cla & 0x80
    return bytes([base | number if number < 4 else base | 0x40 | number - 4]) + apdu[1:]
