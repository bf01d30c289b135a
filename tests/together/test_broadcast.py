"""A cell broadcast from the network to the client (TS 23.041; +CBM of TS 27.005 3.4.1), and an order to the centre."""

from __future__ import annotations

from emulator.bench import Bench


def ask(bench: Bench, octets: bytes) -> list[str]:
    said = bytearray()
    bench.modem.outputs.append(said.extend)
    bench.modem.receive(octets)
    bench.clock.advance(2)
    bench.modem.outputs.remove(said.extend)
    return [line for line in said.decode("latin-1").split("\r\n") if line]


def test_all_pages_of_a_broadcast_reach_a_client_that_wants_them() -> None:
    bench = Bench(seed=1)
    ask(bench, b'ATE0+CMGF=1;+CNMI=2,1,2,0,0;+CSCB=0,"4370"\r')
    text = "Storm warning. " * 10
    said: list[bytes] = []
    bench.modem.outputs.append(said.append)
    bench.network.broadcast(4370, text)
    bench.network.broadcast(50, "not wanted")
    bench.clock.advance(1)
    lines = b"".join(said).decode().split("\r\n")
    assert [line.split(",", 1)[1] for line in lines if line.startswith("+CBM: ")] == ["4370,15,1,2", "4370,15,2,2"]
    assert "".join(line for line in lines if line and not line.startswith("+")) == text


def test_an_order_to_the_centre_is_acknowledged() -> None:
    """An SMS-COMMAND deletes a message that the centre holds (TS 23.040 9.2.3.19)."""
    bench = Bench(2, seed=1)
    other = bench.modems[1].sim.msisdn
    bench.modems[1].power.set_level(4)  # out of reach, so that the message waits
    ask(bench, b"ATE0+CMGF=1\r")
    ask(bench, f'AT+CMGS="+{other}"\r'.encode())
    assert ask(bench, b"hello\x1a") == ["+CMGS: 0", "OK"]
    assert ask(bench, f'AT+CMGC=2,2,0,0,"+{other}",145\r'.encode()) == ["> "]
    assert bench.smsc.waiting(bench.modems[1].sim.imsi) == 1
    assert ask(bench, b"\x1a") == ["+CMGC: 1", "OK"]
    assert bench.smsc.waiting(bench.modems[1].sim.imsi) == 0
