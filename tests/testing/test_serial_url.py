"""``emulator://`` beside what pyserial promises of a port, and under a driver with a thread of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
import serial

import emulator.serial_handlers  # noqa: F401
from modem.wire.address import Address


@pytest.fixture
def line() -> Iterator[serial.Serial]:
    with serial.serial_for_url("emulator://?seed=1", timeout=5) as line:
        line.write(b"ATE0\r")
        line.read_until(b"OK\r\n")
        yield line


def ask(line: serial.Serial, command: str) -> bytes:
    line.write(f"{command}\r".encode())
    return line.read_until(b"OK\r\n")


def test_it_is_a_port_like_others(line: serial.Serial) -> None:
    assert ask(line, "AT+CGMM") == b"\r\nSoftware Modem\r\n\r\nOK\r\n"
    assert line.write(b"AT\r") == 3
    assert line.in_waiting == line.inWaiting() == 6
    assert line.out_waiting == 0
    assert line.read(2) == b"\r\n"
    line.reset_input_buffer()
    assert line.in_waiting == 0
    line.timeout = 0
    assert line.read(10) == b""
    line.baudrate = 9600
    line.flush()
    assert (line.cts, line.dsr, line.cd, line.ri) == (True, True, False, False)
    line.timeout = 1
    ask(line, "AT&C0")
    assert line.cd
    line.dtr = False
    assert not line.bench.modem.lines.dtr
    assert line.readlines(1) == []


def test_a_read_ends_with_its_timeout_and_with_its_last_octet(line: serial.Serial) -> None:
    line.timeout = 0.05
    since = time.monotonic()
    assert line.read(1) == b""
    assert 0.05 <= time.monotonic() - since < 2
    line.timeout = None
    line.write(b"AT\r")
    assert line.read(6) == b"\r\nOK\r\n"


def test_the_modem_outlives_the_port(line: serial.Serial) -> None:
    ask(line, "AT+CMEE=1")
    line.close()
    for use in (lambda: line.read(1), lambda: line.write(b"AT\r"), lambda: line.in_waiting, lambda: line.cts):
        with pytest.raises(serial.PortNotOpenError):
            use()
    line.open()
    assert b"+CMEE: 1" in ask(line, "AT+CMEE?")
    with pytest.raises(serial.SerialException, match="already open"):
        line.open()


def test_ports_with_one_name_share_a_modem() -> None:
    with (
        serial.serial_for_url("emulator://shared?profile=quectel-ec25", timeout=5) as one,
        serial.serial_for_url("emulator://shared?channel=1", timeout=5) as other,
    ):
        assert one.bench is other.bench
        assert one.bench.modem.profile.name == "quectel-ec25"
        for line in (one, other):
            line.reset_input_buffer()
            assert ask(line, "AT") == b"AT\r\r\nOK\r\n"
            assert line.in_waiting == 0


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("emulator://?profile=nokia3310", "no profile"),
        ("emulator://?colour=red", "there is no 'colour'"),
        ("emulator://?clock=sand", "real or virtual"),
        ("emulator://?channel=7", "channels 0 to 0"),
        ("emulator://?seed=x", "invalid literal"),
    ],
)
def test_a_url_that_says_what_it_cannot(url: str, why: str) -> None:
    with pytest.raises(serial.SerialException, match=why):
        serial.serial_for_url(url)


def test_a_reader_is_woken_by_what_happens_and_by_cancel_read(line: serial.Serial) -> None:
    line.timeout = None
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(line.read_until(b"+CMTI:")))
    reader.start()
    line.do(line.bench.smsc.send_text, Address.of("+15550123"), line.bench.modem.sim.imsi, "hi")
    reader.join(5)
    assert got == [b"\r\n+CMTI:"]
    line.reset_input_buffer()
    reader = threading.Thread(target=lambda: got.append(line.read(1000)))
    reader.start()
    while reader.is_alive():  # the test's time limit ends this
        line.cancel_read()
        reader.join(0.01)
    assert len(got) == 2


def test_with_a_virtual_clock_an_hour_takes_no_time_and_the_same_octets_come_every_time() -> None:
    def session() -> tuple[bytes, float]:
        with serial.serial_for_url("emulator://?profile=hostile&seed=3&clock=virtual", timeout=3600) as line:
            line.write(b"AT+CMGF=1\rAT+COPS=?\r")
            first = line.read(100_000)
            line.do(line.bench.smsc.send_text, Address.of("+15550123"), line.bench.modem.sim.imsi, "hi")
            return first + line.read(100_000), line.bench.clock.now

    since = time.monotonic()
    one, other = session(), session()
    assert one == other
    assert one[1] >= 7200
    assert b"OK" in one[0]
    assert time.monotonic() - since < 10


def test_python_gsmmodem_sends_and_receives_over_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """It reads in a thread of its own. It makes a `serial.Serial` itself, which knows no URLs."""
    pytest.importorskip("gsmmodem", reason="pip install 'modem2936[peers]'")
    import gsmmodem.serial_comms
    from gsmmodem.modem import GsmModem

    names = SimpleNamespace(
        Serial=lambda port, **options: serial.serial_for_url(port, **options), SerialException=serial.SerialException
    )
    monkeypatch.setattr(gsmmodem.serial_comms, "serial", names)
    received: list[str] = []
    arrived = threading.Event()

    def take(message: object) -> None:
        received.append(message.text)  # type: ignore[attr-defined]
        arrived.set()

    modem = GsmModem("emulator://", smsReceivedCallbackFunc=take)
    modem.connect()
    try:
        modem.waitForNetworkCoverage(10)
        modem.sendSms("2936", "from another driver")
        line = modem.serial
        assert [message.body for message in line.bench.smsc.sent] == ["from another driver"]
        # Of two announcements in one breath it loses the second, so it fetches the status report first.
        while line.do(lambda: line.bench.modem.stores["ME"].used):
            pass
        line.do(line.bench.smsc.send_text, Address.of("+15550123"), line.bench.modem.sim.imsi, "and back")
        assert arrived.wait(10)
        assert received == ["and back"]
        for thread in threading.enumerate():  # each announcement has one, which still deletes the message
            if "HandleModemNotification" in thread.name:
                thread.join(10)
    finally:
        modem.close()
