"""What a Command is on the air: from the request to one short message, and from messages to a Command."""

from __future__ import annotations

import base64
import re
from typing import NamedTuple

from modem.wire.alphabet import is_gsm7, septet_count
from modem.wire.coding import DATA, GSM7, UCS2, DataCoding
from modem.wire.user_data import MAX_OCTETS, MAX_SEPTETS, UserData

from .errors import ApiError

MAX_CHARACTERS = 160
MAX_UTF16_UNITS = MAX_OCTETS // 2
MAX_WITH_SID = 128

_BASE64 = re.compile(r"([A-Za-z0-9+/]*)={0,2}")


class Payload(NamedTuple):
    """One short message: its coding and its user data."""

    data_coding: DataCoding
    user_data: UserData


class Reading(NamedTuple):
    """A message from a SIM, as a Command shows it."""

    mode: str  # text, binary
    command: str
    truncated: bool


def text_payload(command: str, include_sid: str, sid: str) -> Payload:
    """The message for a text Command, in one part: a Command is never split.

    `include_sid` is ``none``, or where the Command's `sid` goes: ``start`` or ``end``. Its 34 characters and the blank
    count, so that 125 septets are left, or 35 UTF-16 units, although the documented limit of the text is 128.
    Raises ApiError 33101 when it does not fit: GSM 7-bit text is counted in septets, of which ``^{}[]~|\\€`` take two;
    any other text in UTF-16 units, of which an emoji takes two.
    """
    text = command
    if include_sid != "none":
        if len(command) > MAX_WITH_SID:
            raise _too_long(f"{len(command)} characters, at most {MAX_WITH_SID} are possible with IncludeSid")
        text = f"{sid} {command}" if include_sid == "start" else f"{command} {sid}"
    added = f", {len(text) - len(command)} of them for the SID" if text != command else ""
    if is_gsm7(text):
        septets = septet_count(text)
        if septets > MAX_SEPTETS:
            raise _too_long(f"{septets} septets of the GSM 7-bit alphabet{added}, at most {MAX_SEPTETS} fit")
        return Payload(GSM7, UserData(text))
    units = len(text.encode("utf-16-be")) // 2
    if units > MAX_UTF16_UNITS:
        raise _too_long(f"{units} UTF-16 units{added}, at most {MAX_UTF16_UNITS} fit")
    return Payload(UCS2, UserData(text))


def binary_payload(command: str) -> Payload:
    """The message for a binary Command, given in base64. Raises ApiError 33101."""
    octets = decode_base64(command)
    if len(octets) > MAX_OCTETS:
        raise _too_long(f"{len(octets)} octets, at most {MAX_OCTETS} fit")
    return Payload(DATA, UserData(octets))


def decode_base64(text: str) -> bytes:
    """The octets. Raises ApiError 33101 for anything but a non-empty string of the base64 alphabet.

    The padding may be missing or needless: the vendor's own sample has it once too often, which Python's decoder
    takes or refuses depending on its version.
    """
    match = _BASE64.fullmatch(text)
    if match is None:
        why = "not base64"
        if " " in text:
            why += " (a + that was not percent-encoded arrives as a blank)"
        raise ApiError(33101, f"Command is {why}", parameter="Command")
    digits = match[1]
    if not digits:
        raise ApiError(33101, "Command is empty", parameter="Command")
    if len(digits) % 4 == 1:
        raise ApiError(33101, "Command is not base64 (a digit is missing)", parameter="Command")
    return base64.b64decode(digits + "=" * (-len(digits) % 4))


def read(body: str | bytes) -> Reading:
    """How a message from a SIM is shown: text as it is, anything else as base64.

    GSM 7-bit and UCS2 arrive as text, 8-bit data and compressed or reserved codings as octets. What is longer than
    one message (it came in parts) is cut off, not refused: text at 160 characters, octets at 140.
    """
    if isinstance(body, str):
        return Reading("text", body[:MAX_CHARACTERS], len(body) > MAX_CHARACTERS)
    return Reading("binary", base64.b64encode(body[:MAX_OCTETS]).decode(), len(body) > MAX_OCTETS)


def _too_long(what: str) -> ApiError:
    return ApiError(33101, f"Command is too long: {what}", parameter="Command")
