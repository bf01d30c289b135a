"""Tells a person what happens on a bench, one line for each step, as it happens."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from modem.wire.errors import PduError
from modem.wire.pdumode import PduModePdu
from modem.wire.reports import StatusReport
from modem.wire.tpdu import Command, Deliver, Submit, decode_from_mobile, decode_from_network

from .bench import Bench
from .firmware.channel import Channel
from .firmware.interpreter import without_secrets
from .journal import Event

CLIENT, MODEM, CENTRE, CLOUD, NETWORK = "client  >", "modem   <", "centre   ", "cloud    ", "network  "
REGISTRATION = (
    "not searching", "registered", "searching", "denied", "unknown", "registered, roaming",
    "registered for SMS only", "registered for SMS only, roaming",
)  # fmt: skip


class Narrator:
    """Listens to a bench and writes lines: what clients and modems say, and what becomes of messages."""

    def __init__(self, bench: Bench, write: Callable[[str], object]) -> None:
        self._write = write
        bench.journal.listeners.append(self._tell)
        for modem in bench.modems:
            for channel in modem.channels:
                marks = [modem.name] * (len(bench.modems) > 1) + [channel.name] * (len(modem.channels) > 1)
                _Screen(channel, write, "".join(f"{mark}: " for mark in marks))

    def _tell(self, event: Event) -> None:
        describe = _DESCRIPTIONS.get(event.kind)
        if describe is not None:
            for line in describe(event.data):
                self._write(printable(line))


class _Screen:
    """What a modem prints on one port, line by line, without the echo: what the client typed has been told already."""

    def __init__(self, channel: Channel, write: Callable[[str], object], mark: str) -> None:
        self._write = write
        self._mark = mark
        self._line = bytearray()
        self._typed = ""
        channel.outputs.append(self._print)
        channel.modem.journal.listeners.append(self._note_typed)
        self._place = (channel.modem.name, channel.name)

    def _note_typed(self, event: Event) -> None:
        if event.kind in ("at.line", "at.body") and (event.data["modem"], event.data["port"]) == self._place:
            self._typed = event.data.get("line") or event.data.get("body") or ""

    def _print(self, octets: bytes) -> None:
        self._line += octets
        *lines, rest = self._line.replace(b"\r", b"\n").split(b"\n")
        for line in lines:
            text = without_secrets(line.decode("latin-1").strip("\x1b"))
            if text and text.strip() != self._typed.strip() and not text.startswith("> "):
                self._write(f"{MODEM} {self._mark}{printable(text)}")
        if rest == b"> ":
            self._write(f"{MODEM} {self._mark}>")
            rest = bytearray()
        self._line = rest[-1024:]


def printable(text: str) -> str:
    """`text` without the power to do anything to a terminal."""
    return "".join(
        character if character >= " " and not "\x7f" <= character <= "\x9f" else f"\\x{ord(character):02x}"
        for character in text
    )


def describe_tpdu(tpdu: bytes, from_mobile: bool) -> str:
    """A TPDU in half a line."""
    try:
        message = decode_from_mobile(tpdu) if from_mobile else decode_from_network(tpdu)
    except PduError as error:
        return f"unreadable TPDU: {error}"
    match message:
        case Submit():
            return f"SMS-SUBMIT to {message.destination}{_toa(message.destination.type_of_address)}: {_body(message)}"
        case Deliver():
            return f"SMS-DELIVER from {message.originator}: {_body(message)}"
        case StatusReport():
            return f"SMS-STATUS-REPORT on message {message.message_reference}: TP-Status {message.status:02X}"
        case Command():
            return f"SMS-COMMAND {message.command_type:02X} to {message.destination}"


def _toa(type_of_address: int) -> str:
    return f" (type-of-address {type_of_address:02X})"


def _body(message: Submit | Deliver) -> str:
    body = message.user_data.body
    place = message.user_data.concatenation
    part = f" (part {place.sequence} of {place.total})" if place is not None else ""
    if isinstance(body, bytes):
        return f"{len(body)} octets {body.hex()}{part}"
    return f"{message.data_coding.alphabet.name} {body!r}{part}"


def _told_body(data: dict[str, Any]) -> list[str]:
    body = data["body"]
    if body is None:
        return [f"{CLIENT} <ESC>"]
    lines = [f"{CLIENT} {body} <Ctrl-Z>"]
    with suppress(PduError):  # a text-mode body, or nonsense: it is shown as it is
        lines.append(f"{'':9} {describe_tpdu(PduModePdu.parse(body.strip()).tpdu, from_mobile=True)}")
    return lines


def _told_attempt(data: dict[str, Any]) -> list[str]:
    return [f"{CENTRE} to SIM {data['imsi']}: {describe_tpdu(bytes.fromhex(data['tpdu']), from_mobile=False)}"]


def _told_registration(data: dict[str, Any]) -> list[str]:
    status = data["status"]
    why = f" (cause {data['cause']})" if "cause" in data else ""
    return [f"{NETWORK} {data['imsi']}: {REGISTRATION[status] if status < len(REGISTRATION) else status}{why}"]


def _told_submitted(data: dict[str, Any]) -> list[str]:
    lenient = f" (lenient: {data['lenient']})" if "lenient" in data else ""
    return [f"{CENTRE} takes it from +{data['sender']}, for {data['to']}{lenient}"]


def _told_command(data: dict[str, Any]) -> list[str]:
    return [f"{CENTRE} +{data['sender']}: {describe_tpdu(bytes.fromhex(data['tpdu']), from_mobile=True)}"]


def _told_call(what: str) -> Callable[[dict[str, Any]], list[str]]:
    return lambda data: [f"{NETWORK} {data['caller']} calls {data['to']}: {what}"]


def _told_ussd(data: dict[str, Any]) -> list[str]:
    return [f"{NETWORK} {data['imsi']} is told {data['text']!r} (status {data['status']})"]


def _told_callback(data: dict[str, Any]) -> list[str]:
    outcome = data["status"] if data["status"] is not None else data["error"]
    return [f"{CLOUD} {data['method']} {data['url']} -> {outcome}"]


_DESCRIPTIONS: dict[str, Callable[[dict[str, Any]], list[str]]] = {
    "at.line": lambda data: [f"{CLIENT} {data['line']}"],
    "at.body": _told_body,
    "radio.registration": _told_registration,
    "sms.submitted": _told_submitted,
    "sms.command": _told_command,
    "sms.refused": lambda data: [f"{CENTRE} refuses it: {data['reason']}"],
    "sms.attempt": _told_attempt,
    "sms.absent": lambda data: [f"{CENTRE} SIM {data['imsi']} cannot be reached; it will be tried again"],
    "sms.delivered": lambda _: [f"{CENTRE} the modem has acknowledged it"],
    "sms.not_taken": lambda data: [f"{CENTRE} the modem did not take it (RP cause {data['cause']})"],
    "sms.unanswered": lambda _: [f"{CENTRE} the modem did not answer in time"],
    "sms.given_up": lambda data: [f"{CENTRE} gives up message {data['what']}: TP-Status {data['status']:02X}"],
    "sms.replaced": lambda data: [f"{CENTRE} message {data['what']} is replaced by a later one"],
    "sms.deleted": lambda data: [f"{CENTRE} message {data['what']} is deleted, as its sender wishes"],
    "cell.broadcast": lambda data: [
        f"{NETWORK} broadcast {data['identifier']}, {data['pages']} page{'s' * (data['pages'] > 1)}: {data['text']!r}"
    ],
    "call.setup": _told_call("it is set up"),
    "call.ringing": _told_call("it rings"),
    "call.connected": _told_call("they talk"),
    "call.over": lambda data: [f"{NETWORK} {data['caller']} calls {data['to']}: it is over (cause {data['cause']})"],
    "ussd.request": lambda data: [f"{NETWORK} {data['imsi']} asks {data['text']!r}"],
    "ussd.answer": _told_ussd,
    "sms.expired": lambda data: [f"{CENTRE} validity is over, message {data['what']} is dropped"],
    "cloud.command": lambda data: [
        f"{CLOUD} Command {data['sid']} {data['direction']} {data['mode']} {data['command']!r}: {data['status']}"
    ],
    "cloud.status": lambda data: [f"{CLOUD} Command {data['sid']}: {data['status']}"],
    "cloud.alert": lambda data: [f"{CLOUD} alert {data['code']}: {data['message']}"],
    "callback.attempt": _told_callback,
    "inspector.received": lambda data: [
        f"inspector {data['method']} /inspect/{data['name']}, signature {data['signature']}"
    ],
}
