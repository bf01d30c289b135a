"""The pty as a client meets it: termios of the kernel and plain file descriptors are the judges."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import re
import socket
import tempfile
import termios
import tty
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from emulator.bench import Bench
from emulator.firmware.lines import Lines
from emulator.ports import PortError, PtyPort, TcpPort, UnixPort


class Loopback:
    """A device that says what it hears, with a mark in front."""

    def __init__(self) -> None:
        self.outputs: list[Callable[[bytes], None]] = []
        self.lines = Lines()
        self.heard = bytearray()

    def receive(self, data: bytes) -> None:
        self.heard += data
        for output in self.outputs:
            output(b"<" + data + b">")


async def read(descriptor: int, until: bytes) -> bytes:
    """What comes, until its end is `until`."""
    loop = asyncio.get_running_loop()
    got = b""
    while not got.endswith(until):
        ready = asyncio.Event()
        loop.add_reader(descriptor, ready.set)
        try:
            async with asyncio.timeout(5):
                await ready.wait()
        finally:
            loop.remove_reader(descriptor)
        got += os.read(descriptor, 4096)
    return got


@pytest.fixture
async def port(tmp_path: Path) -> Iterator[tuple[Loopback, PtyPort]]:
    device = Loopback()
    port = PtyPort(device, lambda: None, tmp_path / "tty")
    yield device, port
    port.close()


def open_client(port: PtyPort) -> int:
    return os.open(port.name, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)


async def test_the_terminal_is_raw_when_its_name_is_published(port: tuple[Loopback, PtyPort]) -> None:
    client = open_client(port[1])
    _, output, _, local, *_ = termios.tcgetattr(client)
    os.close(client)
    assert not local & (termios.ECHO | termios.ICANON)
    assert not output & termios.OPOST


async def test_a_client_talks_closes_and_opens_again(port: tuple[Loopback, PtyPort]) -> None:
    for word in (b"one", b"two"):
        client = open_client(port[1])
        os.write(client, word)
        assert await read(client, b">") == b"<" + word + b">"
        os.close(client)


async def test_what_is_said_to_nobody_is_lost(port: tuple[Loopback, PtyPort]) -> None:
    device, pty = port
    device.outputs[0](b"RING")
    client = open_client(pty)
    os.write(client, b"a")
    assert await read(client, b">") == b"<a>"
    os.close(client)


async def test_a_client_that_leaves_the_terminal_cooked_does_not_spoil_it_for_the_next(
    port: tuple[Loopback, PtyPort],
) -> None:
    _, pty = port
    client = open_client(pty)
    settings = termios.tcgetattr(client)
    settings[tty.LFLAG] |= termios.ECHO | termios.ICANON
    termios.tcsetattr(client, termios.TCSANOW, settings)
    os.close(client)
    async with asyncio.timeout(5):
        while True:
            client = open_client(pty)
            local = termios.tcgetattr(client)[tty.LFLAG]
            os.close(client)
            if not local & termios.ECHO:
                break
            await asyncio.sleep(0)


async def test_what_a_client_does_not_read_is_bounded_and_gone_with_it(port: tuple[Loopback, PtyPort]) -> None:
    device, pty = port
    client = open_client(pty)
    os.write(client, b"x")
    async with asyncio.timeout(5):
        while not device.heard:
            await asyncio.sleep(0)
    for _ in range(200):
        device.outputs[0](b"y" * 1000)
    assert len(pty._backlog) <= 64 * 1024
    os.close(client)
    async with asyncio.timeout(5):
        while pty._backlog:
            await asyncio.sleep(0)
    client = open_client(pty)
    os.write(client, b"z")
    assert await read(client, b"<z>") == b"<z>"
    os.close(client)


async def test_the_link_is_replaced_only_when_it_is_stale(tmp_path: Path) -> None:
    link = tmp_path / "tty"
    link.symlink_to("/dev/pts/no-such-terminal")
    first = PtyPort(Loopback(), lambda: None, link)
    with pytest.raises(PortError, match="in use"):
        PtyPort(Loopback(), lambda: None, link)
    client = open_client(first)
    assert os.ttyname(client) == first.path
    os.close(client)
    first.close()
    assert not link.is_symlink()
    link.write_text("precious")
    with pytest.raises(PortError, match="no link"):
        PtyPort(Loopback(), lambda: None, link)
    assert link.read_text() == "precious"


async def test_a_link_in_a_folder_that_does_not_exist_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(PortError, match="No such file"):
        PtyPort(Loopback(), lambda: None, tmp_path / "nowhere" / "tty")


async def test_tcp_serves_one_client_and_then_the_next() -> None:
    port = TcpPort(Loopback(), lambda: None)
    await port.open("127.0.0.1", 0)
    host, number = port.name.removeprefix("socket://").split(":")
    for _ in range(2):
        reader, writer = await asyncio.open_connection(host, int(number))
        writer.write(b"one")
        assert await reader.readexactly(5) == b"<one>"
        turned_away, other = await asyncio.open_connection(host, int(number))
        assert await turned_away.read() == b""
        other.close()
        writer.close()
        await writer.wait_closed()
        async with asyncio.timeout(5):
            while port._client is not None:
                await asyncio.sleep(0)
    await port.close()


async def test_a_port_that_is_closed_has_let_go_of_its_client(caplog: pytest.LogCaptureFixture) -> None:
    device = Loopback()
    port = TcpPort(device, lambda: None)
    await port.open("127.0.0.1", 0)
    host, number = port.name.removeprefix("socket://").split(":")
    reader, writer = await asyncio.open_connection(host, int(number))
    writer.write(b"one")
    assert await reader.readexactly(5) == b"<one>"
    assert device.lines.dtr
    await port.close()
    assert port._client is None
    assert not device.lines.dtr
    assert caplog.records == []
    writer.close()


async def test_a_terminals_client_is_ready_until_it_closes(port: tuple[Loopback, PtyPort]) -> None:
    device, pty = port
    assert not device.lines.dtr
    client = open_client(pty)
    os.write(client, b"x")
    await read(client, b">")
    assert device.lines.dtr
    os.close(client)
    async with asyncio.timeout(5):
        while device.lines.dtr:
            await asyncio.sleep(0)


async def test_a_tcp_port_that_is_taken_is_an_error() -> None:
    first = TcpPort(Loopback(), lambda: None)
    await first.open("127.0.0.1", 0)
    second = TcpPort(Loopback(), lambda: None)
    with pytest.raises(PortError, match="cannot listen"):
        await second.open("127.0.0.1", int(first.name.rsplit(":", 1)[1]))
    await first.close()


@pytest.mark.parametrize("abstract", [False, True])
async def test_a_unix_socket_serves_a_client_and_is_nobody_elses(tmp_path: Path, abstract: bool) -> None:
    file = tmp_path / "socket"
    name = f"@{tmp_path}" if abstract else str(file)
    port = UnixPort(Loopback(), lambda: None)
    await port.open(name)
    assert port.name == f"unix:{name}"
    reader, writer = await asyncio.open_unix_connection(name.replace("@", "\0"))
    writer.write(b"one")
    assert await reader.readexactly(5) == b"<one>"
    with pytest.raises(PortError, match="already in use"):
        await UnixPort(Loopback(), lambda: None).open(name)
    writer.close()
    await port.close()
    with pytest.raises(OSError, match=r"refused|No such file"):
        await asyncio.open_unix_connection(name.replace("@", "\0"))
    assert not file.exists()


async def test_a_unix_socket_that_was_left_behind_is_replaced_and_other_files_are_not(tmp_path: Path) -> None:
    left = tmp_path / "socket"
    with socket.socket(socket.AF_UNIX) as gone:
        gone.bind(str(left))
    port = UnixPort(Loopback(), lambda: None)
    await port.open(str(left))
    await port.close()
    left.write_text("precious")
    with pytest.raises(PortError, match="cannot listen"):
        await port.open(str(left))
    assert left.read_text() == "precious"


async def test_a_client_that_comes_while_the_last_one_is_cleared_away_is_heard(
    port: tuple[Loopback, PtyPort],
) -> None:
    _, pty = port
    for _ in range(300):
        client = open_client(pty)
        os.write(client, b"bye")
        os.close(client)
        await asyncio.sleep(0)
        client = open_client(pty)
        os.write(client, b"hello")
        assert (await read(client, b"hello>")).endswith(b"hello>")
        os.close(client)


async def test_a_client_that_writes_without_pause_leaves_others_their_turn(port: tuple[Loopback, PtyPort]) -> None:
    device, pty = port
    client = open_client(pty)
    written, largest, before = 0, 0, 0

    def turn_ended() -> None:
        nonlocal largest, before
        largest, before = max(largest, len(device.heard) - before), len(device.heard)

    turn = pty._on_edge
    pty._loop.remove_reader(pty._edges.fileno())
    pty._on_edge = lambda: (turn(), turn_ended())  # type: ignore[method-assign,assignment,func-returns-value]
    pty._loop.add_reader(pty._edges.fileno(), pty._on_edge)
    async with asyncio.timeout(10):
        while written < 100_000 or len(device.heard) < written:
            if written < 100_000:
                with contextlib.suppress(BlockingIOError):
                    written += os.write(client, b"x" * 4096)
            await asyncio.sleep(0)
    assert 0 < largest <= 4096
    os.close(client)


async def open_in_time(port: PtyPort) -> int:
    """Open the terminal as soon as that is possible."""
    async with asyncio.timeout(5):
        while True:
            with contextlib.suppress(OSError):
                return open_client(port)
            await asyncio.sleep(0)


def test_the_mark_of_exclusive_use_goes_with_the_client_that_set_it() -> None:
    """In a process that is not root's: root is not held off by the mark."""

    async def come_and_go() -> None:
        pty = PtyPort(Loopback(), lambda: None, link)
        for _ in range(3):
            client = await open_in_time(pty)
            fcntl.ioctl(client, termios.TIOCEXCL)
            os.write(client, b"x")
            assert await read(client, b">") == b"<x>"
            os.close(client)
        pty.close()

    folder = Path(tempfile.mkdtemp())
    link = folder / "tty"
    child = os.fork()
    if not child:
        code = 1
        try:
            if os.getuid() == 0:
                os.chown(folder, 65534, 65534)
                os.setuid(65534)
            asyncio.run(asyncio.wait_for(come_and_go(), 20))
            code = 0
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert not link.is_symlink()
    folder.rmdir()


async def test_a_link_to_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("precious")
    (tmp_path / "tty").symlink_to(tmp_path / "file")
    with pytest.raises(PortError, match="no terminal"):
        PtyPort(Loopback(), lambda: None, tmp_path / "tty")


async def test_the_name_of_an_ipv6_port_is_one_that_can_be_opened() -> None:
    port = TcpPort(Loopback(), lambda: None)
    try:
        await port.open("::1", 0)
    except PortError:
        pytest.skip("no IPv6 here")
    assert re.fullmatch(r"socket://\[::1\]:\d+", port.name)
    await port.close()


async def test_a_link_that_was_left_behind_is_replaced_though_its_number_has_another_owner(tmp_path: Path) -> None:
    """An emulator that was killed leaves its link and the file it had locked; somebody else opens the next terminal."""
    master, slave = os.openpty()
    link = tmp_path / "tty"
    link.symlink_to(os.ttyname(slave))
    with pytest.raises(PortError, match="in use"):
        PtyPort(Bench(seed=1).modem.channels[0], lambda: None, link)
    (tmp_path / ".tty.lock").touch()
    port = PtyPort(Bench(seed=1).modem.channels[0], lambda: None, link)
    assert str(link.readlink()) == port.path != os.ttyname(slave)
    with pytest.raises(PortError, match="in use"):
        PtyPort(Bench(seed=1).modem.channels[0], lambda: None, link)
    port.close()
    with pytest.raises(FileNotFoundError):
        link.readlink()
    with pytest.raises(FileNotFoundError):
        (tmp_path / ".tty.lock").unlink()
    os.close(master)
    os.close(slave)
