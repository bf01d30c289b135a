"""The emulator on a pty, beside a bare loop that answers OK to every line: round trips, and messages routed."""

from __future__ import annotations

import os
import select
import signal
import statistics
import subprocess
import sys
import time
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from emulator.bench import Bench
from tests.benchmarks.table import show
from tests.conftest import start, stop

ROUND_TRIPS = 3000
MESSAGES = 1000
ROUNDS = 3

# The least that answers at all: a process that reads a line from a pty and writes OK.
BARE = """
import os, sys, tty
master, slave = os.openpty()
tty.setraw(slave)
print(os.ttyname(slave), flush=True)
while data := os.read(master, 4096):
    os.write(master, b"\\r\\nOK\\r\\n")
"""

SUBMIT = b"00010004819263000009E8329BFD8ECCD36D\x1a"


class Client:
    """The fastest client that Python can be: one descriptor, one read and one write a turn."""

    def __init__(self, port: str) -> None:
        self._descriptor = os.open(port, os.O_RDWR | os.O_NOCTTY)
        tty.setraw(self._descriptor)

    def ask(self, octets: bytes, ending: bytes) -> None:
        os.write(self._descriptor, octets)
        got = b""
        while not got.endswith(ending):
            ready, _, _ = select.select([self._descriptor], [], [], 5)
            if not ready:
                raise TimeoutError(got)
            got += os.read(self._descriptor, 4096)

    def close(self) -> None:
        os.close(self._descriptor)


@contextmanager
def bare() -> Iterator[tuple[str, int]]:
    with subprocess.Popen([sys.executable, "-c", BARE], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip(), process.pid
        process.send_signal(signal.SIGKILL)


@contextmanager
def emulator() -> Iterator[tuple[str, int]]:
    running = start("--tcp", "127.0.0.1:0", "--link", f"/tmp/bench{os.getpid()}")
    yield running.port, running.process.pid
    stop(running)


def cpu_of(pid: int) -> float:
    """CPU seconds a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(count: int, pid: int, act: Callable[[], None]) -> tuple[float, float]:
    """(times a second, CPU microseconds of `pid` each); the best of the rounds."""
    rates, costs = [], []
    for _ in range(ROUNDS):
        cpu, since = cpu_of(pid), time.perf_counter()
        for _ in range(count):
            act()
        rates.append(count / (time.perf_counter() - since))
        costs.append((cpu_of(pid) - cpu) / count * 1e6)
    return max(rates), statistics.median(costs)


def main() -> None:
    rows = []
    with bare() as (port, pid):
        client = Client(port)
        anchor, cost = measure(ROUND_TRIPS, pid, lambda: client.ask(b"AT\r", b"OK\r\n"))
        rows.append(["bare loop, AT", f"{anchor:,.0f}", "1.00", f"{cost:.0f}"])
        client.close()
    with emulator() as (port, pid):
        client = Client(port)
        client.ask(b"ATE0\r", b"OK\r\n")
        for command in (b"AT\r", b"AT+CSQ\r"):
            rate, cost = measure(ROUND_TRIPS, pid, lambda command=command: client.ask(command, b"OK\r\n"))
            name = command.decode().strip()
            rows.append([f"emulator, {name}", f"{rate:,.0f}", f"{rate / anchor:.2f}", f"{cost:.0f}"])

        def send() -> None:
            client.ask(b"AT+CMGS=17\r", b"> ")
            client.ask(SUBMIT, b"OK\r\n")

        rate, cost = measure(MESSAGES, pid, send)
        rows.append(["emulator, SMS to 2936", f"{rate:,.0f}", f"{rate / anchor:.2f}", f"{cost:.0f}"])
        client.close()
    show("One modem on a pty", ["", "a second", "ratio", "CPU us"], rows)
    in_memory()


def in_memory() -> None:
    """The same without a pty and without waiting for a clock."""
    bench = Bench(seed=1)
    modem, clock = bench.modem, bench.clock
    rows = []
    for name, octets, count in (
        ("AT", [b"AT\r"], 10 * ROUND_TRIPS),
        ("SMS to 2936", [b"AT+CMGS=17\r", SUBMIT], 2 * MESSAGES),
    ):
        since = time.process_time()
        for _ in range(count):
            for part in octets:
                modem.receive(part)
                clock.settle()
        cost = (time.process_time() - since) / count
        rows.append([name, f"{1 / cost:,.0f}", f"{cost * 1e6:.0f}"])
    show("One modem in memory", ["", "a second", "CPU us"], rows)
