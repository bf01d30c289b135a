"""The commands: `modem find | info | send | listen | at | decode`.

With --json, stdout holds one JSON object a line and nothing else. What needs an event loop is imported when it is used.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from .arguments import SHORT_CODE, parse
from .errors import InvalidInput, ModemError, NotAModem
from .terminal import OutputLost, complain, flush, forget, prepare, show, show_json, visible

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from contextlib import AbstractAsyncContextManager

    from .client import Modem
    from .messages import Message, Sent

_MAX_LINE = 8192


def run(arguments: list[str] | None = None) -> int:
    """Run a command line, that of the program without `arguments`; returns the exit code."""
    try:
        prepare()
    except OutputLost as error:
        complain(str(error))
        return 2
    options = parse(sys.argv[1:] if arguments is None else arguments)
    try:
        code = COMMANDS[options.command](options)
        flush()
        return code
    except OutputLost as error:
        forget()
        return _failed(options, error, 1)
    except InvalidInput as error:
        return _failed(options, error, 2)
    except ModemError as error:
        return _failed(options, error, 1)
    except BrokenPipeError:
        forget()  # whoever read our output has left
        return 1
    except Exception as error:  # the last resort: a user gets a line, whatever happened
        if options.debug:
            raise
        complain(f"this is a bug ({type(error).__name__}: {error}): run it again with --debug")
        return 1


def _failed(options: argparse.Namespace, error: ModemError, code: int) -> int:
    if options.debug:
        raise error
    if options.json and error.sent is not None:
        show_json({**error.sent.as_dict(), "error": error.kind, "code": getattr(error, "code", None)})
    complain(str(error))
    return code


# --- commands ---------------------------------------------------------------------------------------------------


def find(options: argparse.Namespace) -> int:
    """List ports and what answers there."""

    async def run() -> int:
        from .find import find_modems

        found = await find_modems(options.baud)
        for modem in found:
            if options.json:
                show_json(modem.as_dict())
            else:
                what = f"{modem.manufacturer} {modem.model}".strip() or "answers AT"
                show(f"{modem.path}\t{visible(modem.problem or what)}\t{visible(modem.name)}")
        if any(modem.problem is None for modem in found):
            return 0
        raise NotAModem(
            "no modem found: plug one in, or name its port with --port; a stick in network-card mode has none"
        )

    return _on_a_loop(options, run)


def info(options: argparse.Namespace) -> int:
    """Show who the modem is and how it does."""

    async def run() -> int:
        async with await _open(options) as modem:
            from dataclasses import asdict

            facts = {"port": modem.name, **asdict(await modem.info())}
        if options.json:
            show_json(facts)
        else:
            for name, value in facts.items():
                show(f"{name.replace('_', ' '):16}{visible(str(value)) if value not in ('', None) else '-'}")
        return 0

    return _on_a_loop(options, run)


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
                    problem = "" if sent.delivered else _undelivered(sent)
        if options.json:
            show_json(sent.as_dict())
        else:
            references = ", ".join(str(part.reference) for part in sent.parts if part.reference is not None)
            state = "delivered" if options.report and not problem else "sent"
            show(f"{state} to {sent.to} as {len(sent.parts)} SMS (reference {references or 'unknown'})")
        if problem:
            complain(problem)
        return 1 if problem else 0

    return _on_a_loop(options, run)


def _undelivered(sent: Sent) -> str:
    """What the status reports say of the parts that did not arrive."""
    failed = [part.delivery for part in sent.parts if part.delivery and part.delivery.group != "done"]
    meanings = ", ".join(dict.fromkeys(delivery.meaning for delivery in failed))
    advice = "; try again later" if all(delivery.transient for delivery in failed) else ""
    return f"sent, but not delivered: {meanings}{advice}"


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
        from .hook import Hook, finish

        hook = None if options.hook is None else Hook(options.hook)

        async with await _open(options) as modem:

            async def hand_over(message: Message) -> bool:
                if options.json:
                    show_json(message.as_dict())
                else:
                    content = message.text if message.data is None else f"[data] {message.data.hex()}"
                    sender, text = visible(message.sender), visible(content or "")
                    show(f"{message.received_at:%Y-%m-%d %H:%M:%S} {sender}: {text}")
                flush()
                done = hook is None or await hook.run(message)
                if done:
                    await modem.ack(message)
                return done

            while True:
                try:
                    message = await modem.receive(options.timeout)
                except TimeoutError:
                    raise NoMessage(f"no message came within {options.timeout:g} s") from None
                done = await finish(hand_over(message), hook)
                if options.once:
                    return 0 if done else 1

    return _on_a_loop(options, run)


class NoMessage(ModemError):
    """Nothing came in time."""

    kind = "no_message"


def at(options: argparse.Namespace) -> int:
    """Send one AT command."""

    async def run() -> int:
        from .commands import raw

        raw(options.line)
        async with await _open(options, bare=True) as modem:
            lines = await modem.at(options.line, timeout=options.timeout)
        if options.json:
            show_json({"command": options.line, "lines": list(lines), "result": "OK"})
        else:
            show(*(visible(line) for line in lines), "OK")
        return 0

    return _on_a_loop(options, run)


def decode(options: argparse.Namespace) -> int:
    """Show what PDUs say."""
    from .decoding import run

    signal.signal(signal.SIGINT, signal.default_int_handler)  # what was printed is worth to be handed on
    from_mobile = None if options.sender is None else options.sender == "mobile"
    return run([] if options.pdu == ["-"] else options.pdu, from_mobile, options.service_centre, options.json)


# --- what the commands share ------------------------------------------------------------------------------------


def _on_a_loop(options: argparse.Namespace, main: Callable[[], Coroutine[object, object, int]]) -> int:
    """Run `main` on an event loop. Ctrl-C, SIGTERM and SIGHUP cancel it, so that the modem is left in order.

    The loop has the signals before `main` is called: there is never a coroutine that nobody awaits. One that was
    ignored from the start (nohup, a script's background job) stays so.
    """
    import asyncio
    import logging

    logging.basicConfig(level=logging.DEBUG if options.debug else logging.WARNING, format="modem: %(message)s")
    logging.getLogger("asyncio").setLevel(logging.WARNING)
    taken: list[signal.Signals] = []
    tasks: list[asyncio.Task[int]] = []

    def take(number: signal.Signals) -> None:
        taken.append(number)
        for task in tasks:
            task.cancel()

    async def cancellable() -> int:
        task = asyncio.current_task()
        assert task is not None
        tasks.append(task)
        if taken:
            raise asyncio.CancelledError
        return await main()

    with asyncio.Runner() as runner:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:
                runner.get_loop().add_signal_handler(number, take, number)
        try:
            return runner.run(cancellable())
        except asyncio.CancelledError:
            if not taken:
                raise
            return 128 + taken[0]


async def _open(options: argparse.Namespace, bare: bool = False) -> AbstractAsyncContextManager[Modem]:
    """The modem that the options name, else the first that answers; not yet opened."""
    from .client import Modem

    port = options.port if options.port is not None else os.environ.get("MODEM_PORT") or None
    if port is None:
        from .find import find_modems

        port = next((modem.path for modem in await find_modems(options.baud) if modem.problem is None), None)
    if port is None:
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


COMMANDS = {"find": find, "info": info, "send": send, "listen": listen, "at": at, "decode": decode}
