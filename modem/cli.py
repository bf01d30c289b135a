"""The command line: `modem find | info | send | listen | at | decode`.

Exit codes: 0 done, 1 it failed (one line on stderr says what, and what to do), 2 usage, 130 interrupted. With --json,
stdout holds one JSON object a line and nothing else. What needs an event loop is imported when it is used.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ._version import __version__
from .errors import InvalidInput, ModemError, NotAModem
from .terminal import visible

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from contextlib import AbstractAsyncContextManager

    from .client import Modem
    from .messages import Message

SHORT_CODE = "2936"
DEFAULT_BAUDRATE = 115200


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    options = parse(sys.argv[1:] if arguments is None else arguments)
    try:
        code: int = options.run(options)
        sys.stdout.flush()
        return code
    except InvalidInput as error:
        return _complain(options, error, 2)
    except ModemError as error:
        return _complain(options, error, 1)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read our output has left; Python would complain once more while it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:  # the last resort: a user gets a line, whatever happened
        if options.debug:
            raise
        print(f"modem: this is a bug ({type(error).__name__}: {error}): run it again with --debug", file=sys.stderr)
        return 1


def _complain(options: argparse.Namespace, error: ModemError, code: int) -> int:
    if options.debug:
        raise error
    if options.json and error.sent is not None:
        _print_json({**error.sent.as_dict(), "error": error.kind, "code": getattr(error, "code", None)})
    print(f"modem: {error}", file=sys.stderr)
    return code


# --- arguments --------------------------------------------------------------------------------------------------


def parse(arguments: list[str]) -> argparse.Namespace:
    """The options of a command line. Ends the program with 2 for one that makes no sense."""
    everywhere = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    group = everywhere.add_argument_group("options of every command")
    group.add_argument("--port", metavar="PORT", help="/dev/..., socket://host:port or rfc2217://host:port; "
                       "without it $MODEM_PORT, else the first modem found")  # fmt: skip
    group.add_argument("--baud", type=int, metavar="N", help=f"speed of a serial port (default {DEFAULT_BAUDRATE})")
    group.add_argument("--pin-file", metavar="FILE", help="holds the PIN of the SIM; tried when two tries are left")
    group.add_argument("--json", action="store_true", help="print JSON, one object a line")
    group.add_argument("--debug", action="store_true", help="show the line to the modem, and tracebacks")

    parser = argparse.ArgumentParser(
        prog="modem", description="Send and receive SMS through a modem.", parents=[everywhere]
    )
    parser.add_argument("--version", action="version", version=f"modem {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(name: str, run: object, text: str, usage: str | None = None) -> argparse.ArgumentParser:
        usage = f"modem {name} [options] {usage}" if usage else None
        child = commands.add_parser(name, help=text, description=text, parents=[everywhere], usage=usage)
        child.set_defaults(run=run)
        return child

    command("find", find, "list the ports that may be a modem's, and what answers there")
    command("info", info, "show the modem, its SIM and its network")

    child = command("send", send, f"send an SMS, to {SHORT_CODE} when no number is given", "[NUMBER] TEXT")
    child.add_argument("words", nargs="*", metavar="[NUMBER] TEXT", help="with --binary or --file no TEXT")
    data = child.add_mutually_exclusive_group()
    data.add_argument("--binary", metavar="HEX", help="send these octets, as 8-bit data")
    data.add_argument("--file", metavar="FILE", help="send the octets of a file, as 8-bit data")
    child.add_argument("--report", action="store_true", help="wait for the status report")
    child.add_argument("--timeout", type=float, default=120.0, metavar="S", help="for the network, and for the report")

    child = command("listen", listen, "print messages as they come, and take them off the modem")
    child.add_argument("--once", action="store_true", help="end after one message")
    child.add_argument("--timeout", type=float, metavar="S", help="end when nothing came for so long")
    child.add_argument(
        "--exec",
        dest="hook",
        metavar="CMD",
        help="run CMD for each message, without a shell: the text, or the octets, come by stdin, the rest in "
        "MODEM_FROM, MODEM_ID, MODEM_ENCODING, MODEM_SENT_AT, MODEM_RECEIVED_AT and MODEM_PARTS; "
        "a message stays in the modem unless CMD ends with 0",
    )

    child = command("at", at, "send an AT command and print the answer", "CMD")
    child.add_argument("line", metavar="CMD", help="for example AT+CSQ")
    child.add_argument("--timeout", type=float, default=10.0, metavar="S")

    child = command("decode", decode, "show what PDUs say, field by field, without a modem", "[HEX ...]")
    child.add_argument("pdu", nargs="*", metavar="HEX",
                       help="a PDU, blanks allowed; a TPDU alone; a record of EF_SMS; "
                       "or text with PDUs in it, as AT+CMGL=4 prints them. Without it, stdin is read")  # fmt: skip
    child.add_argument("--from", dest="sender", choices=("network", "mobile"), help="who sends it; else a guess")
    centre = child.add_mutually_exclusive_group()
    centre.add_argument("--tpdu", dest="service_centre", action="store_false", default=None, help="no service centre")
    centre.add_argument("--pdu", dest="service_centre", action="store_true", help="a service centre stands in front")

    defaults = {"port": None, "baud": DEFAULT_BAUDRATE, "pin_file": None, "json": False, "debug": False}
    # An option may stand before or after the command: each parser leaves unset what it did not see.
    options = parser.parse_args(arguments)
    for name, value in defaults.items():
        if not hasattr(options, name):
            setattr(options, name, value)
    return options


# --- commands ---------------------------------------------------------------------------------------------------


def find(options: argparse.Namespace) -> int:
    """List ports and what answers there."""

    async def run() -> int:
        from .find import find_modems

        found = await find_modems(options.baud)
        for modem in found:
            if options.json:
                _print_json(modem.as_dict())
            else:
                what = f"{modem.manufacturer} {modem.model}".strip() or "answers AT"
                print(f"{modem.path}\t{visible(modem.problem or what)}\t{visible(modem.name)}")
        if any(modem.problem is None for modem in found):
            return 0
        raise NotAModem(
            "no modem found: plug one in, or name its port with --port; a stick in network-card mode has none"
        )

    return _run(options, run())


def info(options: argparse.Namespace) -> int:
    """Show who the modem is and how it does."""

    async def run() -> int:
        async with await _open(options) as modem:
            from dataclasses import asdict

            facts = {"port": modem.name, **asdict(await modem.info())}
        if options.json:
            _print_json(facts)
        else:
            for name, value in facts.items():
                print(f"{name.replace('_', ' '):16}{visible(str(value)) if value not in ('', None) else '-'}")
        return 0

    return _run(options, run())


def send(options: argparse.Namespace) -> int:
    """Send an SMS and say what became of it."""
    number, body = _number_and_body(options)
    from .outbox import check_number, prepare, require_one_sms

    if str(check_number(number)) == SHORT_CODE:
        require_one_sms(body)
    prepare(number, body, identifier="", reference=0)  # what cannot be sent need not open the port

    async def run() -> int:
        async with await _open(options) as modem:
            sent = await modem.send(number, body, report=options.report, timeout=options.timeout)
            problem = ""
            if options.report:
                try:
                    await modem.delivered(sent, options.timeout)
                except TimeoutError:
                    problem = f"sent, but no status report came within {options.timeout:g} s: it may still arrive"
                else:
                    meanings = [part.delivery.meaning for part in sent.parts if part.delivery and not sent.delivered]
                    problem = f"sent, but not delivered: {', '.join(dict.fromkeys(meanings))}" if meanings else ""
        if options.json:
            _print_json(sent.as_dict())
        else:
            references = ", ".join(str(part.reference) for part in sent.parts if part.reference is not None)
            state = "delivered" if options.report and not problem else "sent"
            print(f"{state} to {sent.to} as {len(sent.parts)} SMS (reference {references or 'unknown'})")
        if problem:
            print(f"modem: {problem}", file=sys.stderr)
        return 1 if problem else 0

    return _run(options, run())


def _number_and_body(options: argparse.Namespace) -> tuple[str, str | bytes]:
    words: list[str] = options.words
    if options.binary is not None or options.file is not None:
        if len(words) > 1:
            raise InvalidInput("give a number alone with --binary or --file: the data take the place of the text")
        return (words[0] if words else SHORT_CODE), _data(options)
    if len(words) > 2:
        raise InvalidInput("too many words: put the text in quotation marks")
    if not words:
        raise InvalidInput("there is nothing to send: give a text, or data with --binary or --file")
    if len(words) == 1 and (words[0] == SHORT_CODE or (words[0][:1] == "+" and words[0][1:].isdigit())):
        raise InvalidInput(f"{words[0]} looks like a number without a text: give the text as well")
    if not words[-1]:
        raise InvalidInput("there is nothing to send: the text is empty")
    if "\ufffd" in words[-1] or any("\ud800" <= character <= "\udfff" for character in words[-1]):
        raise InvalidInput("the text is not valid UTF-8: check the terminal's settings, or send data with --file")
    return (words[0] if len(words) == 2 else SHORT_CODE), words[-1]


def _data(options: argparse.Namespace) -> bytes:
    if options.file is not None:
        data = _read_file(options.file)
    else:
        try:
            data = bytes.fromhex(options.binary)
        except ValueError:
            raise InvalidInput(f"--binary {options.binary!r} is not hexadecimal: use pairs of 0-9 and a-f") from None
    if not data:
        raise InvalidInput("there is nothing to send: the data are empty")
    return data


def listen(options: argparse.Namespace) -> int:
    """Print messages as they come; each is acknowledged once it is printed and the hook, if any, ended with 0."""

    async def run() -> int:
        async with await _open(options) as modem:
            while True:
                try:
                    message = await modem.receive(options.timeout)
                except TimeoutError:
                    raise NoMessage(f"no message came within {options.timeout:g} s") from None
                if options.json:
                    _print_json(message.as_dict())
                else:
                    content = message.text if message.data is None else f"[data] {message.data.hex()}"
                    print(
                        f"{message.received_at:%Y-%m-%d %H:%M:%S} {visible(message.sender)}: {visible(content or '')}"
                    )
                sys.stdout.flush()
                done = options.hook is None or await _hook(options.hook, message)
                if done:
                    await modem.ack(message)
                if options.once:
                    return 0 if done else 1

    return _run(options, run())


class NoMessage(ModemError):
    """Nothing came in time."""

    kind = "no_message"


async def _hook(command: str, message: Message) -> bool:
    """Run the user's program for a message; False when it failed. No shell: data are never part of a command line."""
    import asyncio
    import shlex

    environment = {
        "MODEM_ID": message.id,
        "MODEM_FROM": message.sender.replace("\0", ""),
        "MODEM_ENCODING": message.encoding,
        "MODEM_SENT_AT": message.sent_at.isoformat() if message.sent_at else "",
        "MODEM_RECEIVED_AT": message.received_at.isoformat(),
        "MODEM_PARTS": str(message.parts),
    }
    content = (message.text or "").encode() if message.data is None else message.data
    try:
        process = await asyncio.create_subprocess_exec(
            *shlex.split(command), stdin=asyncio.subprocess.PIPE, stdout=sys.stderr, env={**os.environ, **environment}
        )
    except (OSError, ValueError) as error:
        raise InvalidInput(f"--exec {command!r} does not run ({error}): check the program's name and path") from error
    await process.communicate(content)
    if process.returncode:
        print(
            f"modem: {command!r} ended with {process.returncode}: message {message.id} stays in the modem",
            file=sys.stderr,
        )
    return process.returncode == 0


def at(options: argparse.Namespace) -> int:
    """Send one AT command."""

    async def run() -> int:
        from .commands import raw

        raw(options.line)
        async with await _open(options, bare=True) as modem:
            lines = await modem.at(options.line, timeout=options.timeout)
        if options.json:
            _print_json({"command": options.line, "lines": list(lines), "result": "OK"})
        else:
            for line in lines:
                print(visible(line))
            print("OK")
        return 0

    return _run(options, run())


def decode(options: argparse.Namespace) -> int:
    """Show what PDUs say."""
    from .decoding import run

    from_mobile = None if options.sender is None else options.sender == "mobile"
    return run([] if options.pdu == ["-"] else options.pdu, from_mobile, options.service_centre, options.json)


# --- what the commands share ------------------------------------------------------------------------------------


def _run(options: argparse.Namespace, main: Coroutine[object, object, int]) -> int:
    """Run `main` on an event loop. Ctrl-C and SIGTERM cancel it, so that the modem is left in order."""
    import asyncio
    import logging
    import signal

    logging.basicConfig(level=logging.DEBUG if options.debug else logging.WARNING, format="modem: %(message)s")
    logging.getLogger("asyncio").setLevel(logging.WARNING)
    terminated = False

    async def guarded() -> int:
        task = asyncio.current_task()

        def terminate() -> None:
            nonlocal terminated
            terminated = True
            if task is not None:
                task.cancel()

        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, terminate)
        return await main

    try:
        return asyncio.run(guarded())
    except asyncio.CancelledError:
        if terminated:
            return 128 + signal.SIGTERM
        raise


async def _open(options: argparse.Namespace, bare: bool = False) -> AbstractAsyncContextManager[Modem]:
    """The modem that the options name, else the first that answers; not yet opened."""
    from .client import Modem

    port = options.port or os.environ.get("MODEM_PORT")
    if not port:
        from .find import find_modems

        port = next((modem.path for modem in await find_modems(options.baud) if modem.problem is None), None)
    if not port:
        raise NotAModem("no modem found: plug one in, or name its port with --port or MODEM_PORT")
    pin = None
    if options.pin_file is not None and not bare:
        pin = _read_file(options.pin_file).decode("ascii", "replace").strip()
    return Modem.open(port, pin=pin, baudrate=options.baud, bare=bare)


def _read_file(name: str) -> bytes:
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise InvalidInput(f"{name} cannot be read ({error.strerror}): check its name and permissions") from None


def _print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False))
