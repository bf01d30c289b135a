"""A session of each profile on the virtual clock, with the seed given as an argument: all that happened, as JSON.

Run as a program by test_replay.py, in processes of their own.
"""

from __future__ import annotations

import json
import sys

from emulator.bench import Bench
from emulator.firmware.profile import names
from modem.wire.address import Address

# What clients say at start, and one thing of each kind after it.
SESSION = (
    "ATE1", "ATI", "AT+CGSN", "AT+CMEE=1", "AT+CPIN?", "AT+CREG=2;+CREG?", "AT+COPS?", "AT+COPS=?", "AT+CSQ",
    "AT+CPMS=?", 'AT+CPMS="SM","SM","SM"', "AT+CNMI=?", "AT+CNMI=2,1,0,1,0", "AT+CNMI=1,1,0,1,1", "AT+CMGF=0",
    "AT+CMGS=17", "00310004819263000009E8329BFD8ECCD36D\x1a", "AT+CMGL=4", "AT+CMGF=1", "AT+CSMP=49,167,0,0",
    'AT+CMGS="2936"', "hello_sim\x1a", 'AT+CMGL="ALL"', "AT+CMGR=1", "AT+NOSUCH", "AT+CMGD=1,4", "AT+CCLK?",
)  # fmt: skip


def play(profile: str, seed: int) -> bytes:
    bench = Bench(2, seed=seed, profile=profile)
    said = bytearray()
    for channel in bench.modem.channels:
        channel.outputs.append(said.extend)
    for line in SESSION:
        bench.clock.advance(2.5)
        bench.modem.receive(line.encode() + (b"" if line.endswith("\x1a") else b"\r"))
        bench.smsc.send_text(Address.of("Twilio"), bench.modem.sim.imsi, f"after {line[:4]}")
        bench.cloud.commands.create({"Sim": "device-1", "Command": f"{len(said)}"})
    bench.clock.advance(120)
    events = [(event.at, event.kind, sorted(event.data.items())) for event in bench.journal.events]
    return bytes(said) + repr(events).encode()


if __name__ == "__main__":
    json.dump({name: play(name, int(sys.argv[1])).decode("latin-1") for name in names()}, sys.stdout)
