"""RFC 2217: pyserial's client is the judge, and the octets of RFC 854 and RFC 2217 where it does not look."""

from __future__ import annotations

import struct
from collections.abc import Iterator

import pytest
import serial

from emulator.firmware.lines import Lines
from emulator.ports.telnet import ComPortServer
from emulator.testing import EmulatedModem
from tests.conftest import program

pytestmark = pytest.mark.filterwarnings("ignore:set(Daemon|Name):DeprecationWarning")  # pyserial's client
IAC, SB, SE, COM_PORT = b"\xff", b"\xfa", b"\xf0", b"\x2c"


@pytest.fixture
def modem() -> Iterator[EmulatedModem]:
    with EmulatedModem(ports=["rfc2217"]) as modem:
        yield modem


def open_client(modem: EmulatedModem, **options: object) -> serial.Serial:
    return serial.serial_for_url(modem.port, timeout=5, **options)


def test_pyserial_talks_to_it_and_comes_again(modem: EmulatedModem) -> None:
    for _ in range(2):
        with open_client(modem, baudrate=9600, parity="E", stopbits=2) as client:
            client.write(b"ATE0\r")
            assert client.read_until(b"OK\r\n").endswith(b"\r\nOK\r\n")
            client.baudrate = 57600
            client.write(b"AT+CGMM\r")
            assert client.read_until(b"OK\r\n") == b"\r\nSoftware Modem\r\n\r\nOK\r\n"
            client.reset_input_buffer()


def test_every_octet_gets_through_both_ways(modem: EmulatedModem) -> None:
    heard = bytearray()
    octets = bytes(range(256)) * 4 + b"\xff\xff\r\0\r\n"
    with open_client(modem) as client:
        channel = modem.bench.modem.channels[0]
        modem.do(channel.go_online, heard.extend)
        client.write(octets)
        modem.do(channel.write, octets)
        modem.do(channel.flush)
        assert client.read(len(octets)) == octets
        while modem.do(lambda: len(heard)) < len(octets):  # the test's time limit ends this
            pass
        assert bytes(heard) == octets


def test_circuits_both_ways(modem: EmulatedModem) -> None:
    lines = modem.bench.modem.lines
    with open_client(modem) as client:
        assert (client.cts, client.dsr, client.cd, client.ri) == (True, True, False, False)
        client.write(b"AT&C0\r")
        client.read_until(b"OK\r\n")
        assert client.cd
        assert modem.do(lambda: lines.dtr)
        client.dtr = False  # pyserial waits for the answer
        assert not modem.do(lambda: lines.dtr)
        client.dtr = True
        assert modem.do(lambda: lines.dtr)
        modem.do(modem.bench.modem.unsolicited, "RING")
        client.read_until(b"RING\r\n")
        assert client.ri


def test_a_client_that_lets_go_of_dtr_ends_the_connection(modem: EmulatedModem) -> None:
    ended: list[bool] = []
    with open_client(modem) as client:
        modem.do(modem.bench.modem.channels[0].go_online, bytearray().extend, lambda: ended.append(True))
        client.dtr = False
        assert client.read_until(b"NO CARRIER\r\n") == b"\r\nNO CARRIER\r\n"
    assert ended == [True]


def test_the_driver_sends_over_it(modem: EmulatedModem) -> None:
    done = program("modem", "--port", modem.port, "send", "over RFC 2217")
    assert done.returncode == 0, done.stderr
    assert modem.wait_sent(1)[0].body == "over RFC 2217"


# --- the protocol, without a socket -----------------------------------------------------------------------------


class Server(ComPortServer):
    def __init__(self) -> None:
        self.wrote = bytearray()
        self.lines = Lines()
        super().__init__(self.lines, self.wrote.extend)
        self.lines.listeners.append(self.tell_circuits)

    def said(self) -> bytes:
        octets = bytes(self.wrote)
        self.wrote.clear()
        return octets

    def ask(self, command: int, value: bytes) -> bytes:
        assert self.receive(IAC + SB + COM_PORT + bytes((command,)) + value + IAC + SE) == b""
        return self.said()


def answer(command: int, value: bytes) -> bytes:
    return IAC + SB + COM_PORT + bytes((command + 100,)) + value + IAC + SE


def test_a_plain_telnet_client_is_refused_what_is_not_known_and_answered_once() -> None:
    server = Server()
    server.start()
    server.said()
    assert server.receive(b"\xff\xfd\x18AT") == b"AT"  # DO TERMINAL-TYPE
    assert server.said() == b"\xff\xfc\x18"  # WONT
    assert server.receive(b"\xff\xfb\x1f") == b""  # WILL NAWS
    assert server.said() == b"\xff\xfe\x1f"  # DONT
    server.receive(b"\xff\xfd\x01\xff\xfd\x03\xff\xfe\x1f")  # it agrees to ECHO and SGA: no news
    assert server.said() == b""
    server.receive(b"\xff\xfe\x01")  # DONT ECHO
    assert server.said() == b"\xff\xfc\x01"


def test_carriage_return_nul_is_one_character_until_the_client_is_binary() -> None:
    """RFC 854, RFC 856."""
    server = Server()
    assert server.receive(b"AT\r\0AT\r") + server.receive(b"\0AT\r\n") == b"AT\rAT\rAT\r\n"
    server.receive(b"\xff\xfb\x00")
    assert server.receive(b"A\r\0") == b"A\r\0"


@pytest.mark.parametrize(
    ("command", "value", "expected"),
    [
        (1, struct.pack("!I", 9600), struct.pack("!I", 9600)),
        (1, struct.pack("!I", 0), struct.pack("!I", 115200)),  # 0 asks
        (1, struct.pack("!I", 255).replace(b"\xff", b"\xff\xff"), b"\0\0\0\xff\xff"),
        (2, b"\x07", b"\x07"),
        (2, b"\x09", b"\x08"),  # what it cannot be it is not
        (3, b"\x03", b"\x03"),
        (4, b"\x02", b"\x02"),
        (5, b"\x03", b"\x03"),
        (5, b"\x00", b"\x01"),
        (5, b"\x04", b"\x06"),
        (5, b"\x09", b"\x09"),
        (5, b"\x07", b"\x08"),
        (5, b"\x0c", b"\x0c"),
        (5, b"\x0d", b"\x0e"),
        (6, b"", b"\x00"),
        (7, b"", b"\x30"),
        (11, b"\x80", b"\x80"),
        (12, b"\x03", b"\x03"),
    ],
)
def test_settings_are_answered_with_what_holds(command: int, value: bytes, expected: bytes) -> None:
    """RFC 2217 3; the numbers are those of its tables."""
    server = Server()
    server.receive(b"\xff\xfb\x2c")
    server.said()
    assert server.ask(command, value) == answer(command, expected)


def test_a_client_that_uses_the_option_without_a_word_is_told_of_the_circuits() -> None:
    """pyserial's, when our DO comes before its own WILL."""
    assert Server().ask(2, b"\x08") == answer(7, b"\x33") + answer(2, b"\x08")


def test_only_circuits_of_the_mask_are_told() -> None:
    server = Server()
    server.receive(b"\xff\xfb\x2c")  # WILL COM-PORT-OPTION
    assert server.said() == answer(7, b"\x33")  # DSR and CTS on, and both news
    server.lines.drive(dcd=True)
    assert server.said() == answer(7, b"\xb8")
    server.lines.drive(ri=True)
    assert server.said() == answer(7, b"\xf0")
    server.lines.drive(ri=False)
    assert server.said() == answer(7, b"\xb4")  # the trailing edge
    server.ask(11, b"\x88")
    server.lines.drive(ri=True)
    assert server.said() == b""
    server.lines.drive(dcd=False)
    assert server.said() == answer(7, b"\x08")


def test_a_suspended_client_gets_its_data_when_it_resumes() -> None:
    server = Server()
    server.receive(b"\xff\xfb\x2c")
    server.said()
    assert server.ask(8, b"") == b""
    server.send(b"one\xff")
    for _ in range(200):
        server.send(b"x" * 1000)
    assert server.said() == b""
    held = server.ask(9, b"")
    assert held.startswith(b"one\xff\xff")
    assert len(held) <= 64 * 1024 + 1


def test_in_whatever_pieces_and_however_long() -> None:
    stream = b"A\xff\xff\xff\xfd\x18\xff\xfa\x2c\x01\x00\x00\x25\x80\xff\xf0T\xff\xf1\r\xff\xfa\xff\xf0\xff\xf0"
    whole = Server()
    data = whole.receive(stream)
    assert data == b"A\xffT\r"
    pieces = Server()
    assert b"".join(pieces.receive(stream[at : at + 1]) for at in range(len(stream))) == data
    assert pieces.said() == whole.said()
    endless = Server()
    endless.receive(b"\xff\xfa\x2c\x01")
    for _ in range(100):
        endless.receive(b"\0" * 10_000)
    assert len(endless._pending) < 200
    endless.receive(b"\xff\xf0")
    assert endless.receive(b"AT\r") == b"AT\r"
