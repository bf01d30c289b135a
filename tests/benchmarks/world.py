"""Many modems, and much time: a thousand modems on ptys in one process, how fast one starts, an hour in no time."""

from __future__ import annotations

import asyncio
import os
import resource
import select
import signal
import statistics
import subprocess
import sys
import time
import tty
from pathlib import Path

from emulator.bench import Bench
from emulator.ports import PtyPort
from emulator.runner import Runner
from modem.wire.address import Address
from tests.benchmarks.table import show
from tests.conftest import ROOT

MODEMS = 1000
MESSAGES = 3600
STARTS = 10

# What `start` runs: the emulator as a process, and the least that answers, as in benchmarks.emulator.
BARE = [sys.executable, "-c", "import os,tty\nm,s=os.openpty();tty.setraw(s)\nprint(os.ttyname(s),flush=True)\n"
        "while d:=os.read(m,99): os.write(m,b'\\r\\nOK\\r\\n')"]  # fmt: skip
LINK = Path(f"/tmp/bench{os.getpid()}")
WHOLE = [sys.executable, "-m", "emulator", "run", "--http", "127.0.0.1:0", "--link", str(LINK)]


def resident() -> float:
    """Megabytes of this process."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6


async def thousand() -> list[list[str]]:
    """A thousand modems with a pty each, until all have answered AT."""
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    Bench(1, seed=1)  # what is loaded once is not counted
    before, since = resident(), time.perf_counter()
    bench = Bench(MODEMS, seed=1)
    runner = Runner(bench.clock)
    ports = [PtyPort(modem.channels[0], runner.sync) for modem in bench.modems]
    started, memory = time.perf_counter() - since, resident()
    clients = [os.open(port.path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK) for port in ports]
    since = time.perf_counter()
    for client in clients:
        os.write(client, b"AT\r")
    answering = 0
    for client in clients:
        said = b""
        while not said.endswith(b"OK\r\n") and time.perf_counter() - since < 20:
            await asyncio.sleep(0)
            try:
                said += os.read(client, 100)
            except BlockingIOError:
                await asyncio.sleep(0.001)
        answering += said.endswith(b"OK\r\n")
    answered = time.perf_counter() - since
    for client, port in zip(clients, ports, strict=True):
        os.close(client)
        port.close()
    runner.close()
    return [
        ["started, with a pty each", f"{started:.2f} s"],
        ["memory of a further one", f"{(memory - before) * 1000 / MODEMS:.0f} kB"],
        ["memory of the process", f"{resident():.0f} MB"],
        [f"answering AT: {answering}", f"{answered:.2f} s"],
    ]


def first_answer(command: list[str]) -> float:
    """Milliseconds from the start of a process to the OK on its pty."""
    since = time.perf_counter()
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        if command is WHOLE:
            while not LINK.exists():
                time.sleep(0.002)
            name = str(LINK)
        else:
            name = process.stdout.readline().strip()
        client = os.open(name, os.O_RDWR | os.O_NOCTTY)
        tty.setraw(client)
        os.write(client, b"AT\r")
        said = b""
        while not said.endswith(b"OK\r\n") and select.select([client], [], [], 5)[0]:
            said += os.read(client, 100)
        took = time.perf_counter() - since
        os.close(client)
        process.send_signal(signal.SIGTERM)
    return took * 1000


def further_bench() -> float:
    """Milliseconds from nothing to OK for a further bench in this process."""
    since = time.perf_counter()
    for _ in range(STARTS):
        said = bytearray()
        bench = Bench(seed=1)
        bench.modem.outputs.append(said.extend)
        bench.modem.receive(b"AT\r")
        assert said.endswith(b"OK\r\n")
    return (time.perf_counter() - since) / STARTS * 1000


def hour() -> float:
    """Seconds for an hour with a message each second: it comes, is read and deleted, and one goes out."""
    bench = Bench(seed=1)
    said = bytearray()
    bench.modem.outputs.append(said.extend)
    since = time.perf_counter()
    for number in range(MESSAGES):
        bench.smsc.send_text(Address.of("Twilio"), bench.modem.sim.imsi, f"message {number}")
        bench.clock.advance(0.5)
        bench.modem.receive(b"AT+CMGR=1\rAT+CMGD=1\rAT+CMGS=17\r00010004819263000009E8329BFD8ECCD36D\x1a")
        bench.clock.advance(0.5)
    assert said.count(b"+CMGS: ") == said.count(b"+CMTI: ") == MESSAGES
    return time.perf_counter() - since


def main() -> None:
    show(f"{MODEMS} modems in one process", ["", ""], asyncio.run(thousand()))
    bare, whole = (statistics.median(first_answer(command) for _ in range(STARTS)) for command in (BARE, WHOLE))
    show("From start to OK", ["", "ms", "ratio"], [
        ["bare loop on a pty, a process", f"{bare:.0f}", "1.0"],
        ["modem-emulator run, a process", f"{whole:.0f}", f"{whole / bare:.1f}"],
        ["a further bench in a process", f"{further_bench():.1f}", ""],
    ])  # fmt: skip
    show("An hour of virtual time", ["", ""], [[f"{MESSAGES} messages each way", f"{hour():.1f} s"]])
