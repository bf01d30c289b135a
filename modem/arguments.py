"""The options of the command line, and what they may be."""

from __future__ import annotations

import argparse
import math

from ._version import __version__

SHORT_CODE = "2936"
DEFAULT_BAUDRATE = 115200
MAX_BAUDRATE = 2**31 - 1  # as `ports` has it, which takes long to import


def parse(arguments: list[str]) -> argparse.Namespace:
    """The options of a command line. Ends the program with 2 for one that makes no sense."""
    everywhere = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    group = everywhere.add_argument_group("options of every command")
    group.add_argument("--port", metavar="PORT", help="/dev/..., socket://host:port or rfc2217://host:port; "
                       "without it $MODEM_PORT, else the first modem found")  # fmt: skip
    group.add_argument(
        "--baud", type=_baudrate, metavar="N", help=f"speed of a serial port (default {DEFAULT_BAUDRATE})"
    )
    group.add_argument("--pin-file", metavar="FILE", help="holds the PIN of the SIM; tried when two tries are left")
    group.add_argument("--json", action="store_true", help="print JSON, one object a line")
    group.add_argument("--debug", action="store_true", help="show the line to the modem, and tracebacks")

    parser = argparse.ArgumentParser(
        prog="modem", description="Send and receive SMS through a modem.", parents=[everywhere]
    )
    parser.add_argument("--version", action="version", version=f"modem {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(name: str, text: str, usage: str | None = None) -> argparse.ArgumentParser:
        usage = f"modem {name} [options] {usage}" if usage else None
        child = commands.add_parser(name, help=text, description=text, parents=[everywhere], usage=usage)
        child.set_defaults(command=name)
        return child

    command("find", "list the ports that may be a modem's, and what answers there")
    command("info", "show the modem, its SIM and its network")

    child = command("send", f"send an SMS, to {SHORT_CODE} when no number is given", "[NUMBER] TEXT")
    child.add_argument("words", nargs="*", metavar="[NUMBER] TEXT", help="with --binary or --file no TEXT")
    data = child.add_mutually_exclusive_group()
    data.add_argument("--binary", metavar="HEX", help="send these octets, as 8-bit data")
    data.add_argument("--file", metavar="FILE", help="send the octets of a file, as 8-bit data")
    child.add_argument("--report", action="store_true", help="wait for the status report")
    child.add_argument(
        "--timeout", type=_seconds, default=120.0, metavar="S", help="for the network, and for the report"
    )

    child = command("listen", "print messages as they come, and take them off the modem")
    child.add_argument("--once", action="store_true", help="end after one message")
    child.add_argument("--timeout", type=_seconds, metavar="S", help="end when nothing came for so long")
    child.add_argument(
        "--exec",
        dest="hook",
        metavar="CMD",
        help="run CMD for each message, without a shell: the text, or the octets, come by stdin, the rest in "
        "MODEM_FROM, MODEM_ID, MODEM_ENCODING, MODEM_SENT_AT, MODEM_RECEIVED_AT and MODEM_PARTS; "
        "a message stays in the modem unless CMD ends with 0; a signal gives CMD 10 s to finish, a second one none",
    )

    child = command("at", "send an AT command and print the answer", "CMD")
    child.add_argument("line", metavar="CMD", help="for example AT+CSQ")
    child.add_argument("--timeout", type=_seconds, default=10.0, metavar="S")

    child = command("decode", "show what PDUs say, field by field, without a modem", "[HEX ...]")
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


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds < math.inf:
        raise argparse.ArgumentTypeError(f"{text} is no number of seconds to wait: give one above 0")
    return seconds


def _baudrate(text: str) -> int:
    baudrate = int(text)
    if not 0 < baudrate <= MAX_BAUDRATE:
        raise argparse.ArgumentTypeError(f"{text} is no speed of a serial port: give one like {DEFAULT_BAUDRATE}")
    return baudrate


# What argparse calls them in its own words, for text that is no number at all.
_seconds.__name__ = "number of seconds"
_baudrate.__name__ = "speed"
