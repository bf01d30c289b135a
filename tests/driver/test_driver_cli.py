"""The `modem` command as a user runs it: exit codes, one clear line, no traceback."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
import tty
from collections.abc import Iterator

import pytest

from modem.arguments import parse

HELLO = "07917283010010F5040481926300006211329050210005C8329BFD06"


def modem(*arguments: str, port: str | None = None) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "MODEM_PORT"}
    if port:
        environment["MODEM_PORT"] = port
    return subprocess.run(
        [sys.executable, "-m", "modem", *arguments], capture_output=True, text=True, env=environment, check=False
    )


def complaint(done: subprocess.CompletedProcess[str], code: int) -> str:
    """The one line on stderr of a command that ended with `code`."""
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    assert done.stderr.startswith("modem: ")
    assert done.stderr.count("\n") == 1
    return done.stderr


@pytest.fixture
def silent() -> Iterator[str]:
    """A pty on which nothing answers."""
    inside, outside = pty.openpty()
    tty.setraw(outside)
    yield os.ttyname(outside)
    os.close(inside)
    os.close(outside)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["send", ""], "empty"),
        (["send"], "nothing to send"),
        (["send", "x" * 161], "161 septets.*160 fit"),
        (["send", "2936", "x" * 161], "161 septets.*160 fit"),
        (["send", "29 36", "ż" * 71], "71 UTF-16 units.*70 fit"),
        (["send", "\U0001f338" * 36], "72 UTF-16 units.*70 fit"),
        (["send", "--binary", "zz"], "not hexadecimal"),
        (["send", "--binary", "abc"], "not hexadecimal"),
        (["send", "--binary", ""], "empty"),
        (["send", "--binary", "00" * 141], "141 octets.*140 fit"),
        (["send", "--file", "/nope"], "cannot be read"),
        (["send", "--binary", "00", "2936", "text"], "number alone"),
        (["send", "too", "many", "words"], "quotation marks"),
        (["send", "2936"], "without a text"),
        (["send", "+15551234567"], "without a text"),
        (["send", "Twilio", "x"], "not a telephone number"),
        (["send", "1\r2", "x"], "not a telephone number"),
        (["send", b"\xff".decode("utf-8", "surrogateescape")], "UTF-8"),
        (["decode", "zz"], "no PDU"),
        (["--port", "", "info"], "name of the port is empty"),
        (["--port", "/nope", "listen", "--exec", ""], "names no program"),
        (["--port", "/nope", "listen", "--exec", "'a"], "quotation marks"),
        (["--port", "/nope", "listen", "--exec", "/nope/nothing x"], "does not run"),
        (["--port", "socket://nowhere", "info"], "socket://host:port"),
        (["info", "--port", "what://ever"], "is no port"),
        (["--port", "/nope", "at", "AT\rATD911;"], "printable ASCII"),
        (["--port", "/dev/null", "--pin-file", "/nope", "info"], "cannot be read"),
    ],
    ids=repr,
)
def test_usage(arguments: list[str], words: str) -> None:
    assert re.search(words, complaint(modem(*arguments), 2))


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nonsense"],
        ["send", "--nonsense"],
        ["at"],
        *(["--baud", number, "info"] for number in ("x", "0", "-5", "12345678901234567890")),
        *(["send", "--timeout", number, "x"] for number in ("x", "nan", "inf", "-1", "0")),
        *([command, "--timeout", "nan"] for command in ("listen", "at")),
    ],
    ids=repr,
)
def test_usage_by_argparse(arguments: list[str]) -> None:
    done = modem(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "usage: modem" in done.stderr
    assert "this is a bug" not in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("port", "words"),
    [
        ("/nope", "there is no port /nope"),
        ("/dev/null", "not a serial port"),
        ("/tmp", "not a serial port"),
        ("socket://127.0.0.1:1", "cannot be reached"),
        ("rfc2217://127.0.0.1:1", "cannot be opened"),
    ],
)
def test_no_such_port(port: str, words: str) -> None:
    assert words in complaint(modem("--port", port, "info"), 1)
    assert words in complaint(modem("send", "--json", "hello", port=port), 1)


def test_nothing_answers(silent: str) -> None:
    assert "nothing answers AT commands" in complaint(modem("--port", silent, "info"), 1)


def test_r54_port_held_by_another_program(silent: str) -> None:
    """pyserial#341: two programs on one port steal each other's octets."""
    hold = "import serial, sys; port = serial.Serial(sys.argv[1], exclusive=True); print('held', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", hold, silent], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        line = complaint(modem("--port", silent, "info"), 1)
        assert f"process {holder.pid}" in line
        holder.communicate("\n")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may open everything")
def test_r55_no_permission(silent: str) -> None:
    os.chmod(silent, 0)  # noqa: PTH101 - a device, by its name
    assert "with mode c---------" in complaint(modem("--port", silent, "info"), 1)


def test_version_and_help() -> None:
    assert modem("--version").stdout.startswith("modem 0.")
    for command in ("find", "info", "send", "listen", "at", "decode"):
        assert command in modem("--help").stdout
        assert modem(command, "--help").returncode == 0


def test_decode() -> None:
    assert "Hello" in modem("decode", HELLO).stdout
    facts = json.loads(modem("decode", HELLO.lower(), "--json").stdout)
    assert facts["text"] == "Hello"
    assert facts["from"] == "2936"
    facts = json.loads(modem("--json", "decode", "0001000481926300", "0009E8329BFD8ECCD36D").stdout)
    assert (facts["type"], facts["to"], facts["text"], facts["length"]) == ("SMS-SUBMIT", "2936", "hello_sim", 17)
    bare = json.loads(modem("--json", "decode", "01000481926300 0009E8329BFD8ECCD36D").stdout)
    assert bare["text"] == "hello_sim"


@pytest.mark.parametrize(
    "arguments",
    [["--port", "x", "--json", "info"], ["info", "--json", "--port", "x"], ["--json", "info", "--port", "x"]],
)
def test_options_before_and_after_the_command(arguments: list[str]) -> None:
    options = parse(arguments)
    assert (options.port, options.json, options.debug) == ("x", True, False)


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["decode", HELLO]], ids=repr)
def test_cheap_commands_import_little(arguments: list[str]) -> None:
    code = f"""
import sys
from modem.cli import main
try:
    main({arguments!r})
except SystemExit:
    pass
print([name for name in ("asyncio", "logging", "serial", "sqlite3", "dataclasses") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


# --- interrupted before it has begun ----------------------------------------------------------------------------

INTERRUPTED = """
import os, signal, sys
from modem.cli import main

def hook(event, details):
    if event == "import" and details[0] == wanted:
        os.kill(os.getpid(), signal.SIGINT)

signal.signal(signal.SIGINT, signal.default_int_handler)  # also where the tests run in the background
wanted = sys.argv.pop(1)
sys.addaudithook(hook)
sys.exit(main())
"""


@pytest.mark.parametrize(
    "module", ["modem.command_line", "argparse", "asyncio", "asyncio.selector_events", "logging", "modem.client"]
)
def test_interrupted_while_it_starts(module: str, silent: str) -> None:
    """Ctrl-C while this module is imported: nothing on stderr, no coroutine that nobody awaited."""
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, module, "--port", silent, "send", "x"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")
