"""The command line: ``modem-emulator run | demo | sms | broadcast | sent | profiles``."""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

DEFAULT_HTTP = "127.0.0.1:2936"
# Between one message for a modem and the next. On a network it is seconds; but were it nothing, the parts of a long
# message would come in one breath, of which ModemManager reads the first only.
AIR_S = 0.1
LONGEST_NAME = 31  # of a port: gnokii has 32 octets for it, the last a NUL
MAX_MODEMS = 1000

EPILOG = """\
Thirty seconds:
  modem-emulator run --link ./ttyEMU0        a modem at ./ttyEMU0, its cloud at http://127.0.0.1:2936
  modem --port ./ttyEMU0 send hello_sim      (elsewhere) a Command from the device to its cloud
  modem-emulator sent                        what the network received
"""


class CliError(Exception):
    """Something failed; the message is one line for the user."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit code: 0 done, 1 it failed, 2 usage, 130 interrupted."""
    try:
        _prepare_streams()
        options = _parse(arguments)
        try:
            code: int = options.run(options)
            sys.stdout.flush()
            return code
        except CliError as error:
            return _complain(str(error))
        except BrokenPipeError:  # the reader of our output has enough
            _silence_stdout()
            return 0
        except OSError as error:
            _silence_stdout()
            return _complain(f"cannot go on: {error.strerror or error}")
        except Exception as error:  # the last resort: a user gets a line, whatever happened
            if options.debug:
                raise
            return _complain(f"this is a bug ({type(error).__name__}: {error}): run it again with --debug")
    except KeyboardInterrupt:
        return 130


def _complain(message: str) -> int:
    print(f"modem-emulator: {message}", file=sys.stderr)
    return 1


def _prepare_streams() -> None:
    """Output goes somewhere, also when the shell closed it, and no character is too much for its encoding."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, io.TextIOWrapper(io.FileIO(os.devnull, "w")))
        stream = getattr(sys, name)
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _silence_stdout() -> None:
    """Nothing more can be written; Python would complain once more while it closes stdout."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii="utf" not in (sys.stdout.encoding or "").lower()), flush=True)


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    everywhere = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    group = everywhere.add_argument_group("options of every command")
    group.add_argument("--json", action="store_true", help="print JSON, and nothing else")
    group.add_argument("--debug", action="store_true", help="show tracebacks")
    # An option may stand before or after the command: each parser leaves unset what it did not see.
    options = _parser(everywhere).parse_args(arguments)
    for name in ("json", "debug"):
        setattr(options, name, getattr(options, name, False))
    return options


def _parser(everywhere: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        parents=[everywhere],
        prog="modem-emulator",
        description="A software modem with its SIM, its network and the Commands cloud behind short code 2936.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version and exit")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    run = commands.add_parser("run", parents=[everywhere], help="run an emulator until it is interrupted")
    run.add_argument("--link", type=Path, action="append", default=[], metavar="PATH",
                     help="open a pseudo-terminal and point this link to it; repeated ones go to the modems in "
                          "order, then to the other ports of those that have several, then again to the first; "
                          "one alone gets -2, -3 ... for the other modems")  # fmt: skip
    run.add_argument("--tcp", type=_address, action="append", default=[], metavar="HOST:PORT",
                     help="serve a modem on a TCP port (0: any); may be repeated, likewise")  # fmt: skip
    run.add_argument("--unix", action="append", default=[], metavar="PATH",
                     help="serve the modem on a Unix socket (@NAME: an abstract one); may be repeated")  # fmt: skip
    run.add_argument("--rfc2217", type=_address, action="append", default=[], metavar="HOST:PORT",
                     help="serve a serial port over Telnet, with DTR, DCD and RI; may be repeated")  # fmt: skip
    run.add_argument("--serial", action="append", default=[], metavar="DEV",
                     help="be the modem at the far end of a real serial cable; may be repeated")  # fmt: skip
    run.add_argument("--baud", type=_baud, default=115200, metavar="N",
                     help="the speed of --serial (default 115200)")  # fmt: skip
    run.add_argument("--http", type=_address, default=_address(DEFAULT_HTTP), metavar="HOST:PORT",
                     help=f"where the cloud listens (default {DEFAULT_HTTP}; port 0: any)")  # fmt: skip
    run.add_argument("--profile", default="generic", metavar="NAME|FILE",
                     help="which modem to be (default generic; see `modem-emulator profiles`)")  # fmt: skip
    run.add_argument("--modems", type=_modems, default=1, metavar="N",
                     help="how many modems, each with a SIM of its own, can text each other (default 1)")  # fmt: skip
    run.add_argument("--lenient-short-code", action="store_true",
                     help="take +2936 for the short code, as smstools writes it (no network does)")  # fmt: skip
    run.add_argument("--pin", type=_pin, metavar="PIN", help="lock the SIM with this PIN (4 to 8 digits)")
    run.add_argument("--seed", type=int, metavar="N", help="makes everything random repeatable")
    run.add_argument("--account-sid", type=_account_sid, metavar="SID", help="the cloud's account (default: random)")
    run.add_argument("--auth-token", metavar="TOKEN", default=os.environ.get("MODEM2936_AUTH_TOKEN"),
                     help="its token (default: $MODEM2936_AUTH_TOKEN, or random)")  # fmt: skip
    run.set_defaults(run=_run)

    demo = commands.add_parser("demo", parents=[everywhere], help="show a Command in each direction, step by step")
    demo.set_defaults(run=_demo)

    sms = commands.add_parser("sms", parents=[everywhere], help="let the network deliver an SMS to the modem")
    sms.add_argument("sender", metavar="FROM", help="the number or name it comes from")
    sms.add_argument("text", metavar="TEXT")
    sms.add_argument("--sim", metavar="SID|NAME", help="which SIM it is for (default: the first modem's)")
    _add_http(sms)
    sms.set_defaults(run=_sms)

    broadcast = commands.add_parser("broadcast", parents=[everywhere], help="send a cell broadcast to all modems")
    broadcast.add_argument("identifier", type=_identifier, metavar="ID",
                           help="the message identifier, 0 to 65535 (4370: presidential alert)")  # fmt: skip
    broadcast.add_argument("text", metavar="TEXT")
    broadcast.add_argument("--language", metavar="CODE", help="two letters of ISO 639")
    _add_http(broadcast)
    broadcast.set_defaults(run=_broadcast)

    sent = commands.add_parser("sent", parents=[everywhere], help="show what the network received from modems")
    _add_http(sent)
    sent.set_defaults(run=_sent)

    profiles = commands.add_parser("profiles", parents=[everywhere], help="list the modems that `run --profile` can be")
    profiles.add_argument(
        "name", nargs="?", metavar="NAME|FILE", help="say what makes this one different, and who saw it"
    )
    profiles.set_defaults(run=_profiles)
    return parser


def _add_http(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--http", type=_url, default=f"http://{DEFAULT_HTTP}", metavar="URL",
                        help=f"the running emulator (default http://{DEFAULT_HTTP})")  # fmt: skip


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from importlib.metadata import version

        print(f"modem-emulator {version('modem2936')}")
        parser.exit()


def _address(text: str) -> tuple[str, int]:
    host, separator, port = text.rpartition(":")
    if not separator or not host or not port.isdecimal() or int(port) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not HOST:PORT")
    return host.strip("[]"), int(port)


def _baud(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 0 < int(text) < 2**31):
        raise argparse.ArgumentTypeError(f"{text!r} is no speed of a serial port: give one like 115200")
    return int(text)


def _url(text: str) -> str:
    from urllib.parse import urlsplit

    url = text if "://" in text else f"http://{text}"
    try:
        parts = urlsplit(url)
        known = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 80) > 0
    except ValueError:
        known = False
    if not known:
        raise argparse.ArgumentTypeError(f"{text!r} is no HTTP address")
    return url.rstrip("/")


def _identifier(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text) <= 0xFFFF):
        raise argparse.ArgumentTypeError("a message identifier is 0 to 65535")
    return int(text)


def _pin(text: str) -> str:
    if not (text.isascii() and text.isdecimal() and 4 <= len(text) <= 8):
        raise argparse.ArgumentTypeError("a PIN has 4 to 8 digits")
    return text


def _modems(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= MAX_MODEMS):
        raise argparse.ArgumentTypeError(f"there are 1 to {MAX_MODEMS} modems")
    return int(text)


def _account_sid(text: str) -> str:
    if len(text) != 34 or not text.startswith("AC") or not all(digit in "0123456789abcdefABCDEF" for digit in text[2:]):
        raise argparse.ArgumentTypeError("an account SID is AC and 32 hexadecimal digits")
    return text


# --- run and demo ---------------------------------------------------------------------------------------------


def _need_aiohttp() -> None:
    from importlib.util import find_spec

    if find_spec("aiohttp") is None:
        raise CliError("the emulator needs aiohttp: pip install 'modem2936[emulator]'")


def _run(options: argparse.Namespace) -> int:
    import asyncio
    import logging

    _need_aiohttp()
    from .firmware import profile
    from .firmware.commands import commands_of

    try:
        commands_of(profile.load(options.profile))
    except profile.ProfileError as error:
        raise CliError(str(error)) from None
    if len({path.absolute() for path in options.link}) < len(options.link):
        raise CliError("the same --link is given twice")
    for link in options.link:
        if len(str(link.absolute())) > LONGEST_NAME and not options.json:
            print(f"modem-emulator: {link.absolute()} has more than {LONGEST_NAME} characters, and some clients "
                  "(gnokii) cut the name of a port there: choose a shorter --link, as in /tmp",
                  file=sys.stderr)  # fmt: skip
    # A bad request is answered; what the web server thinks of it is for those who look for bugs.
    logging.getLogger("aiohttp").setLevel(logging.DEBUG if options.debug else logging.CRITICAL)
    return asyncio.run(_serve(options))


async def _serve(options: argparse.Namespace) -> int:
    import asyncio
    import signal

    from .bench import Bench, now
    from .narrator import Narrator
    from .ports import Place, PortError, Rfc2217, Serial, Tcp, Terminal, Unix
    from .server import plan_ports, serve

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stop.set)
    bench = Bench(
        options.modems,
        seed=options.seed,
        profile=options.profile,
        pin=options.pin,
        start=now(),
        account_sid=options.account_sid,
        auth_token=options.auth_token,
        lenient_short_code=options.lenient_short_code,
    )
    bench.smsc.pause_between(AIR_S)
    places: list[Place] = [
        *map(Terminal, options.link),
        *(Tcp(*address) for address in options.tcp),
        *map(Unix, options.unix),
        *(Rfc2217(*address) for address in options.rfc2217),
        *(Serial(path, options.baud) for path in options.serial),
    ]
    plans = plan_ports([len(modem.channels) for modem in bench.modems], places)
    try:
        async with serve(bench, ports=plans, http=options.http) as server:
            ready = server.ready()
            if options.json:
                _print_json(ready)
            else:
                _print_opened(ready)
                if sys.stdout.isatty():
                    Narrator(bench, print)
            await stop.wait()
    except PortError as error:
        raise CliError(str(error)) from None
    return 0


def _print_opened(ready: dict[str, Any]) -> None:
    several = len(ready["modems"]) > 1
    for modem in ready["modems"]:
        for port in modem["ports"]:
            print(f"modem   {port}" + (f"  {modem['sim']} {modem['number']}" if several else ""))
    print(f"cloud   {ready['http']}")
    print(f"account {ready['account_sid']}")
    print(f"token   {ready['auth_token']}")
    for sim in ready["sims"]:
        print(f"SIM     {sim['sid']} {sim['unique_name']}")
    print(f"seed    {ready['seed']}")
    print("ready", flush=True)


def _demo(_options: argparse.Namespace) -> int:
    import asyncio
    import signal

    _need_aiohttp()
    from .demo import run

    signal.signal(signal.SIGINT, signal.default_int_handler)  # from here on there is something to tidy up
    return asyncio.run(run())


def _profiles(options: argparse.Namespace) -> int:
    from .firmware import profile

    try:
        if options.name is not None:
            _explain(options)
            return 0
        loaded = [profile.load(name) for name in profile.names()]
    except profile.ProfileError as error:
        raise CliError(str(error)) from None
    if options.json:
        for one in loaded:
            _print_json({"name": one.name, "about": one.about, "inherits": one.inherits, "ports": list(one.ports)})
    else:
        width = max(len(one.name) for one in loaded)
        for one in loaded:
            print(f"{one.name:{width}}  {one.about}")
    return 0


def _explain(options: argparse.Namespace) -> None:
    """A profile's file, in which each oddity has its witness beside it."""
    from .firmware import profile
    from .firmware.commands import commands_of

    commands_of(profile.load(options.name))  # what cannot be used is not explained but refused
    if options.json:
        _print_json({"name": options.name, **profile.read(options.name)})
    else:
        print(profile.source(options.name), end="")


# --- a client of a running emulator -----------------------------------------------------------------------------


def _sms(options: argparse.Namespace) -> int:
    order = {"from": options.sender, "text": options.text}
    if options.sim is not None:
        order["sim"] = options.sim
    answer = _request(f"{options.http}/emulator/sms", order)
    if options.json:
        _print_json(answer)
    return 0


def _broadcast(options: argparse.Namespace) -> int:
    order = {"id": options.identifier, "text": options.text}
    if options.language is not None:
        order["language"] = options.language
    answer = _request(f"{options.http}/emulator/broadcast", order)
    if options.json:
        _print_json(answer)
    return 0


def _sent(options: argparse.Namespace) -> int:
    for message in _request(f"{options.http}/emulator/sent"):
        if options.json:
            _print_json(message)
        else:
            body = message["text"] if "text" in message else f"0x{message['data']}"
            print(f"{_escape(message['to'])}\t{_escape(body)}")
    return 0


# Terminals obey control characters, so these never reach one as they are.
_ESCAPES = {code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0))} | {
    ord(character): escape for character, escape in (("\\", "\\\\"), ("\t", "\\t"), ("\r", "\\r"), ("\n", "\\n"))
}


def _escape(text: str) -> str:
    """One line, whatever the text."""
    return text.translate(_ESCAPES)


def _request(url: str, order: dict[str, Any] | None = None) -> Any:
    import urllib.error
    import urllib.request

    data = None if order is None else json.dumps(order).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json", "Accept": "application/json"})
    # No proxy: the emulator is on this machine, and what a proxy says of it is of no use.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=10) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        raise CliError(_message(error.read(), error.code)) from None
    except urllib.error.URLError as error:
        base = url.partition("/emulator/")[0]
        raise CliError(f"no emulator at {base} ({error.reason}): start one with `modem-emulator run`, "
                       f"or say where it is with --http") from None  # fmt: skip
    except (OSError, ValueError) as error:
        raise CliError(f"what answers at {url} is no emulator: {error}") from None


def _message(body: bytes, status: int) -> str:
    try:
        return str(json.loads(body)["message"])
    except (ValueError, KeyError, TypeError):
        return f"the emulator refused (HTTP {status})"
