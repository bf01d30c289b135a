"""A real serial line, as far as this machine has one: a pseudo-terminal is a device without circuits."""

from __future__ import annotations

import asyncio
import os
import tty
from collections.abc import Iterator

import pytest

from emulator.ports import PortError, SerialPort
from tests.world.test_ports import Loopback, read


@pytest.fixture
def cable() -> Iterator[tuple[int, str]]:
    """The far end of a line, and the name of the near one."""
    far, near = os.openpty()
    tty.setraw(near)
    os.set_blocking(far, False)
    yield far, os.ttyname(near)
    os.close(near)
    os.close(far)


async def test_octets_go_both_ways_and_the_client_is_always_ready(cable: tuple[int, str]) -> None:
    device = Loopback()
    port = SerialPort(device, lambda: None, cable[1], 9600)
    assert port.name == cable[1]
    os.write(cable[0], b"AT\r")
    assert await read(cable[0], b">") == b"<AT\r>"
    assert device.lines.dtr
    port.close()
    assert not device.lines.dtr
    assert device.outputs == []


async def test_a_client_that_does_not_read_blocks_nobody(cable: tuple[int, str]) -> None:
    device = Loopback()
    port = SerialPort(device, lambda: None, cable[1])
    for _ in range(300):
        device.outputs[0](b"x" * 1000)
    assert len(port._backlog) <= 64 * 1024
    got = b""
    async with asyncio.timeout(5):
        while port._backlog:
            got += await read(cable[0], b"x")
    assert set(got) == {ord("x")}
    port.close()


async def test_a_device_that_goes_away_is_opened_again(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("emulator.ports.serial._RETRY_S", 0.01)
    link = f"{tmp_path}/ttyUSB0"
    device = Loopback()
    ends: list[int] = []

    def plug() -> int:
        far, near = os.openpty()
        tty.setraw(near)
        os.symlink(os.ttyname(near), f"{link}.new")  # noqa: PTH211
        os.rename(f"{link}.new", link)  # noqa: PTH104
        ends.append(near)
        return far

    far = plug()
    port = SerialPort(device, lambda: None, link)
    os.close(far)
    os.close(ends.pop())
    async with asyncio.timeout(5):
        while port._line is not None:
            await asyncio.sleep(0)
    assert not device.lines.dtr
    device.outputs[0](b"said to nobody")
    far = plug()
    async with asyncio.timeout(5):
        while port._line is None:
            await asyncio.sleep(0.01)
    os.write(far, b"back")
    assert await read(far, b">") == b"<back>"
    port.close()
    os.close(far)
    os.close(ends.pop())


async def test_a_device_that_is_none_is_an_error(tmp_path: object) -> None:
    with pytest.raises(PortError, match="No such file"):
        SerialPort(Loopback(), lambda: None, f"{tmp_path}/ttyUSB9")
    with pytest.raises(PortError, match="cannot open"):
        SerialPort(Loopback(), lambda: None, "/dev/null")
