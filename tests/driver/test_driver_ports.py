"""Ports: what pyserial-asyncio does to an event loop stays behind them."""

from __future__ import annotations

import asyncio
import fcntl
import grp
import json
import os
import pty
import signal
import socket
import subprocess
import sys
import termios
import threading
import time
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest
import serial.rfc2217

from modem import ports, sync
from modem.errors import InvalidInput, PortBusy, PortLost
from modem.find import worth_asking
from modem.ports import Candidate, open_port
from tests.driver.pty_modem import pty_modem
from tests.driver.scripted import ScriptedModem, info

HELLO = "07917283010010F5040481926300006211329050210005C8329BFD06"
HELLO_SIM = "00010004819263000009E8329BFD8ECCD36D"


@pytest.fixture
def line() -> Iterator[tuple[int, str]]:
    """The other end of a pty, and the name of this one."""
    inside, outside = pty.openpty()
    tty.setraw(outside)
    yield inside, os.ttyname(outside)
    for descriptor in (inside, outside):
        try:
            os.close(descriptor)
        except OSError:
            continue


async def test_pty_both_ways(line: tuple[int, str]) -> None:
    inside, name = line
    port = await open_port(name)
    await port.write(b"AT\r")
    assert os.read(inside, 10) == b"AT\r"
    os.write(inside, b"\r\nOK\r\n")
    assert await port.read() == b"\r\nOK\r\n"
    await port.close()
    await port.close()
    with pytest.raises(PortLost):
        await port.read()


async def test_r49_unplugged(line: tuple[int, str]) -> None:
    inside, name = line
    port = await open_port(name)
    os.close(inside)
    with pytest.raises(PortLost, match="gone"):
        await port.read()
    with pytest.raises(PortLost):
        await port.write(b"AT\r")
    await port.close()


async def test_r53_r60_a_peer_that_never_reads(line: tuple[int, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """mpf#951, bellows#684: a write that blocks, a close that never ends."""
    monkeypatch.setattr(ports, "WRITE_TIMEOUT", 0.05)
    _, name = line
    port = await open_port(name)
    with pytest.raises(PortLost, match="takes nothing"):
        await port.write(b"x" * 1_000_000)
    started = time.monotonic()
    await port.close()
    assert time.monotonic() - started < 1.0
    again = await open_port(name)
    await again.close()


async def test_r54_exclusive(line: tuple[int, str]) -> None:
    _, name = line
    port = await open_port(name)
    with pytest.raises(PortBusy):
        await open_port(name)
    await port.close()
    again = await open_port(name)
    await again.close()


@pytest.mark.skipif(not hasattr(termios, "TIOCEXCL"), reason="not Linux")
async def test_the_mark_goes_with_us(line: tuple[int, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """TIOCEXCL stays with the device while anybody has it open: here the fixture. A pty is treated as a device."""
    monkeypatch.setattr(ports, "PSEUDO_TERMINALS", "/nowhere/")
    _, name = line
    port = await open_port(name)
    await port.close()
    again = await open_port(name)
    await again.close()
    holder = os.open(name, os.O_RDWR | os.O_NOCTTY)
    fcntl.ioctl(holder, termios.TIOCEXCL)
    os.close(holder)
    with pytest.raises(PortBusy) as caught:
        await open_port(name)
    assert "marked as exclusive" in str(caught.value)
    assert "held by" not in str(caught.value)
    assert "fuser" in str(caught.value)


@pytest.mark.parametrize("baudrate", [0, -5, 1 << 64])
async def test_no_speed(baudrate: int, line: tuple[int, str]) -> None:
    with pytest.raises(InvalidInput, match="no speed"):
        await open_port(line[1], baudrate)


async def test_no_name() -> None:
    with pytest.raises(InvalidInput, match="empty"):
        await open_port("")


def test_permission_that_no_group_gives(tmp_path: Path) -> None:
    port = tmp_path / "port"
    port.touch(mode=0o600)
    advice = ports._permission_advice(str(port))
    assert "-rw-------" in advice
    assert f"{port.owner()}:{port.group()}" in advice


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives a file to a group")
def test_permission_that_a_group_gives(tmp_path: Path) -> None:
    port = tmp_path / "port"
    port.touch()
    port.chmod(0o660)
    os.chown(port, 0, grp.getgrnam("dialout").gr_gid)
    assert "usermod -aG dialout" in ports._permission_advice(str(port))


async def test_socket() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.readexactly(3) == b"AT\r"
        writer.write(b"\r\nOK\r\n")
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = await open_port(f"socket://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    await port.write(b"AT\r")
    assert await port.read() == b"\r\nOK\r\n"
    with pytest.raises(PortLost, match="closed by the other side"):
        await port.read()
    await port.close()
    server.close()
    await server.wait_closed()


async def test_a_url_that_only_knows_how_to_block() -> None:
    """`loop://` is pyserial's own; `rfc2217://` goes the same way."""
    port = await open_port("loop://")
    await port.write(b"AT\r")
    received = b""
    while len(received) < 3:
        received += await port.read()
    assert received == b"AT\r"
    await port.close()
    with pytest.raises(PortLost):
        await port.read()


class _Line:
    """What the server side of RFC 2217 in pyserial wants to know of a serial port."""

    baudrate, bytesize, parity, stopbits = 115200, 8, "N", 1
    xonxoff = rtscts = dsrdtr = cts = dsr = ri = cd = False

    def reset_input_buffer(self) -> None:
        """Nothing waits."""

    reset_output_buffer = reset_input_buffer


class _Rfc2217Server(ScriptedModem):
    """The scripted modem behind pyserial's own server side of RFC 2217, for one client."""

    def serve(self, server: socket.socket) -> None:
        self._client, _ = server.accept()
        self._telnet = serial.rfc2217.PortManager(_Line(), self)
        while octets := self._client.recv(1024):
            for character in b"".join(self._telnet.filter(octets)).decode("latin-1"):
                self._take(character)
        self._client.close()

    def write(self, octets: bytes) -> None:  # type: ignore[override]  # what PortManager answers with
        self._client.sendall(octets)

    def say(self, text: str | bytes) -> None:
        octets = text.encode("latin-1") if isinstance(text, str) else text
        self._client.sendall(b"".join(self._telnet.escape(octets)))


@pytest.mark.filterwarnings(r"ignore:set(Daemon|Name)\(\):DeprecationWarning")  # pyserial 3.5
def test_rfc2217() -> None:
    modem = _Rfc2217Server()
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=modem.serve, args=(server,))
        thread.start()
        with sync.Modem.open(f"rfc2217://127.0.0.1:{server.getsockname()[1]}") as client:
            client.send("2936", "hello_sim")
            modem.deliver(HELLO)
            assert client.receive(5.0).text == "Hello"
        thread.join()
    assert modem.sent == [HELLO_SIM]


# --- the blocking facade ----------------------------------------------------------------------------------------


def test_blocking_modem() -> None:
    port = ScriptedModem((r"AT\+CGSN", info("352936008944802")))
    port.deliver(HELLO, announce=False)
    with sync.Modem.open(port) as modem:
        sent = modem.send("2936", "hello_sim")
        assert sent.parts[0].reference == 7
        assert modem.info().imei == "352936008944802"
        assert modem.at("AT") == ()
        for message in modem.messages(timeout=0.05):
            assert message.text == "Hello"
        with pytest.raises(TimeoutError):
            modem.receive(0.01)
    assert port.sent == [HELLO_SIM]
    assert not port.store
    with pytest.raises(PortLost):
        modem.at("AT")


def test_blocking_modem_gives_back_what_a_loop_left() -> None:
    port = ScriptedModem()
    port.deliver(HELLO, announce=False)
    with sync.Modem.open(port) as modem:
        for _ in modem.messages():
            break
        assert modem.receive(1.0).text == "Hello"
    assert port.store


# --- the command line on a pty ----------------------------------------------------------------------------------


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "modem", *arguments], capture_output=True, text=True, check=False, timeout=30
    )


def test_send_and_info() -> None:
    with pty_modem() as modem:
        done = run("--port", modem.path, "send", "hello_sim")
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout == "sent to 2936 as 1 SMS (reference 7)\n"
        assert modem.sent == [HELLO_SIM]
        facts = json.loads(run("info", "--json", "--port", modem.path).stdout)
        assert facts["manufacturer"] == "Quectel"


def test_failed_send_says_why_in_both_languages() -> None:
    with pty_modem() as modem:
        modem.on_data = "\r\n+CMS ERROR: 38\r\n"
        done = run("--port", modem.path, "send", "--json", "hello_sim")
        assert done.returncode == 1
        assert "network out of order" in done.stderr
        facts = json.loads(done.stdout)
        assert (facts["state"], facts["error"], facts["code"]) == ("failed", "cms_error", 38)


def test_listen_once() -> None:
    with pty_modem() as modem:
        modem.deliver(HELLO, announce=False)
        done = run("--port", modem.path, "listen", "--once", "--json")
        assert (done.returncode, done.stderr) == (0, "")
        message = json.loads(done.stdout)
        assert {"id", "from", "text", "encoding", "sent_at", "received_at", "parts"} == set(message)
        assert (message["from"], message["text"]) == ("2936", "Hello")
        assert not modem.store


@pytest.mark.parametrize(("code", "left"), [(0, 0), (3, 1)])
def test_r58_hook(code: int, left: int, tmp_path: Path) -> None:
    """gammu 1.43.3: the text of a message became part of a shell's command line."""
    hook, out = tmp_path / "hook", tmp_path / "out"
    hook.write_text(f'#!/bin/sh\necho "$MODEM_FROM $MODEM_PARTS" > {out}\ncat >> {out}\nexit {code}\n')
    hook.chmod(0o755)
    with pty_modem() as modem:
        modem.deliver(HELLO, announce=False)
        done = run("--port", modem.path, "listen", "--once", "--exec", str(hook))
        assert done.returncode == left
        assert len(modem.store) == left
        assert (str(code) in done.stderr) == bool(code)
    assert out.read_text() == "2936 1\nHello"


def test_hook_that_does_not_exist() -> None:
    with pty_modem() as modem:
        modem.deliver(HELLO, announce=False)
        done = run("--port", modem.path, "listen", "--once", "--exec", "/nope/nothing")
        assert done.returncode == 2
        assert "does not run" in done.stderr
        assert modem.store


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_interrupted_at_the_prompt(number: signal.Signals, code: int) -> None:
    """The modem is left usable: ESC leaves the prompt, and the next client works."""
    with pty_modem() as modem:
        modem.prompt = None
        modem.wanted = "AT+CMGS=17"
        arguments = [sys.executable, "-m", "modem", "--port", modem.path, "send", "hello_sim"]
        with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as sender:
            assert modem.heard.wait(20.0)
            sender.send_signal(number)
            output = sender.communicate(timeout=10.0)
        assert output == ("", "")
        assert sender.returncode == code
        assert modem.escapes >= 2
        modem.prompt = "\r\n> "
        assert run("--port", modem.path, "send", "hello_sim").returncode == 0


def test_killed_in_the_middle_of_a_line() -> None:
    with pty_modem() as modem:
        with open(modem.path, "wb", buffering=0) as port:  # noqa: PTH123 - a device
            port.write(b"AT+CM")
        assert run("--port", modem.path, "at", "AT+CREG?").stdout == "+CREG: 0,1\nOK\n"


# --- finding modems ---------------------------------------------------------------------------------------------


def test_ports_worth_asking() -> None:
    """A Quectel EC25: 0 is for diagnostics, 1 for GNSS, 2 for AT, 3 the modem proper (ModemManager's udev rules)."""
    quectel = [Candidate(f"/dev/ttyUSB{number}", "EC25", 0x2C7C, 0x0125, number, None) for number in range(4)]
    bridge = Candidate("/dev/ttyUSB9", "CP2102", 0x10C4, 0xEA60, 0, None)
    stick = Candidate("/dev/ttyUSB5", "HUAWEI Mobile", 0x12D1, 0x1506, 1, None)
    found = worth_asking([bridge, *quectel, stick])
    assert [port.path for port in found] == ["/dev/ttyUSB2", "/dev/ttyUSB3", "/dev/ttyUSB5", "/dev/ttyUSB9"]
