"""What a person is told: all of it, readable, without secrets and without power over the terminal."""

from __future__ import annotations

from emulator.bench import Bench
from emulator.narrator import Narrator


def told(bench: Bench) -> list[str]:
    lines: list[str] = []
    Narrator(bench, lines.append)
    return lines


def test_a_command_on_its_way_to_the_cloud() -> None:
    bench = Bench(seed=1)
    lines = told(bench)
    for octets in (b"AT+CMGS=17\r", b"00010004819263000009E8329BFD8ECCD36D\x1a"):
        bench.modem.receive(octets)
        bench.clock.advance(1)
    text = "\n".join(lines)
    assert lines[:2] == ["client  > AT+CMGS=17", "modem   < >"]
    assert "SMS-SUBMIT to 2936 (type-of-address 81): GSM7 'hello_sim'" in text
    assert "from_sim text 'hello_sim': received" in text
    assert lines[-2:] == ["modem   < +CMGS: 0", "modem   < OK"]


def test_a_pin_is_told_neither_as_a_command_nor_as_its_echo() -> None:
    bench = Bench(seed=1, pin="2936")
    lines = told(bench)
    for line in ('AT+CPIN="2936"', "at+cpin=2936;+csq", 'AT+CLCK="SC",0,"2936"', 'AT+CPWD="SC","2936","7777"'):
        bench.modem.receive(line.encode() + b"\r")
        bench.clock.advance(1)
    assert "2936" not in "\n".join(lines)
    assert "2936" not in str([event.data for event in bench.journal.events])
    assert "client  > at+cpin=****;+csq" in [line.lower() for line in lines]


def test_nobody_gets_at_the_terminal() -> None:
    bench = Bench(seed=1)
    lines = told(bench)
    bench.modem.receive(b'AT+CMGF=1\rAT+CSCS="UCS2"\rAT+CSMP=17,167,0,8\r')
    bench.clock.advance(1)
    bench.modem.receive(b'AT+CMGS="0032003900330036"\r')
    bench.modem.receive(b"001B005B0032004A009B\x1a")
    bench.clock.advance(1)
    bench.modem.receive(b"AT\x9b2J\xff\r")
    bench.clock.advance(1)
    assert any("from_sim" in line for line in lines)
    assert all(character.isprintable() or character > "\xa0" for line in lines for character in line)


def test_what_happens_in_the_network_is_told() -> None:
    bench = Bench(2, seed=1, lenient_short_code=True)
    lines = told(bench)
    one, two = (cell.imsi for cell in bench.network.cells)
    bench.network.deny(two, 11)
    bench.network.broadcast(50, "Storm")
    bench.network.exchange.call(None, one)
    bench.network.cells[0].ussd("*100#", lambda _: None)
    for octets in (b"AT+CMGS=17\r", b"00010004919263000009E8329BFD8ECCD36D\x1a"):
        bench.modem.receive(octets)
        bench.clock.advance(1)
    assert [line for line in lines if line.startswith(("network", "centre"))] == [
        f"network   {two}: searching",
        "network   broadcast 50, 1 page: 'Storm'",
        "network   somebody calls +12025550101: it is set up",
        f"network   {one} asks '*100#'",
        f"network   {two}: denied (cause 11)",
        "network   somebody calls +12025550101: it rings",
        f"network   {one} is told 'Your balance is 29.36.' (status 0)",
        "centre    takes it from +12025550101, for +2936 (lenient: +2936 stands for the short code)",
    ]


def test_every_port_of_a_modem_is_told_of() -> None:
    bench = Bench(seed=1, profile="quectel-ec25")
    bench.clock.advance(60)
    lines = told(bench)
    for channel in bench.modem.channels:
        channel.receive(b"AT+CGMM\r")
        bench.clock.advance(1)
    assert [line for line in lines if "EC25" in line] == ["modem   < usbat: EC25", "modem   < usbmodem: EC25"]
