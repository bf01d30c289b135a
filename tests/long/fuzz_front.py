"""`make fuzz-front`: random octets and mutated sessions of real clients into software modems of every profile.

Whatever came before, ``ESC CR AT CR`` is answered with OK at the end: in the words that the client itself has asked for
(V0, S3, S4), and with silence only for one that switched its answers off (Q1). No input raises an exception, takes
more than its share of CPU, or leaves memory behind; ten megabytes without an end grow nothing.

    python -m tests.long.fuzz_front [COUNT] [SEED]
"""

from __future__ import annotations

import faulthandler
import random
import resource
import sys
import time
from collections.abc import Iterator

from emulator.clock import Clock
from emulator.firmware import profile as profiles
from emulator.firmware.modem import SoftModem
from emulator.journal import Journal
from emulator.network import Network
from emulator.sim import Card
from tests.firmware.test_any_octets import PIECES
from tests.long.fuzz import mutated

SLOW = 0.25  # seconds of CPU for one input of at most some hundred octets
GROWTH = 24 * 1024  # KiB that the process may grow by after warming up
SESSIONS_OF_A_MODEM = 200  # a modem is used up by so many, and then another takes its place
HANGS = 60  # seconds without a hundred sessions: one of them never ends
LONG = 10 * 1024 * 1024

# Beside the pieces of real sessions: what V.250 makes of a line.
EDGES = [
    b"\r", b"\n", b"\r\n", b"\x00\r", b"\x08" * 5, b"\x7f", b"A", b"T", b"a/", b"A/A/", b"AT", b"at+cmgs=", b";", b"=",
    b"ATS3=\r", b"ATS3=13\r", b"ATS4?\r", b"ATS5=35\r", b"ATE0\r", b"ATE1\r", b"ATX0\r", b"AT&F\r", b"AT&W\r",
    b"AT&D1&C0\r", b"ATZ;+CSQ\r", b"ATD123;\r", b"ATD15550123\r", b"ATD*99#\r", b"ATH\r", b"ATO\r", b"+++", b"?",
    b"AT+CMGS=999999999999999999\r", b"AT+CPBW=1,\"\\22\\5c\",,\"\\zz\"\r", b"AT+CSCS=\"UCS2\"\r", b"AT+CMGC=3\r",
    b"AT+CPIN?;+CPIN=\"0000\"\r", b"AT+CFUN=4\r", b"AT+CREG=2;+CREG?\r", b"AT" + b"+CSQ;" * 300 + b"\r",
    b"\x1a\x1a", b"\x1b\x1b", b"> ", b"OK\r\n", b"RING\r\n", b"\xff\xfe", b"AT+CMGL=\"ALL\",1;+CMGR=1;+CMGD=1\r",
    b"AT+CPWD=\"SC\",\"1234\",\"1234\"\r", b"AT" + b"x" * 2000 + b"\r",
]  # fmt: skip
# What changes how a modem answers, or whether: now and then, or no modem would answer soon.
VANDALS = [b"ATQ1\r", b"ATV0\r", b"ATS3=33\r", b"ATS4=36\r", b"ATS5=13\r", b"ATS2=43S12=1&D0\r", b"ATS3=65\r"]


def modems(rng: random.Random) -> Iterator[SoftModem]:
    """Modems without end, each with a network of its own, of all profiles in turn."""
    loaded = [profiles.load(name) for name in profiles.names()]
    while True:
        for profile in loaded:
            clock = Clock()
            journal = Journal(clock, keep=100)
            network = Network(clock, journal)
            card = Card()
            network.add_subscriber(card.imsi, "15551234567")
            modem = SoftModem(clock, random.Random(rng.random()), journal, card, network.new_cell(), profile)
            clock.advance(60)
            yield modem


def sessions(rng: random.Random) -> Iterator[bytes]:
    """What clients send: noise, pieces of sessions in any order, and the same with small changes."""
    pieces = PIECES + EDGES
    while True:
        kind = rng.random()
        if kind < 0.25:
            yield rng.randbytes(rng.choice((1, 2, 5, 20, 60, 200)))
            continue
        session = b"".join(rng.choices(pieces, k=rng.randint(1, 8)))
        if kind > 0.98:
            session = rng.choice(VANDALS) + session
        yield session if kind < 0.5 else mutated(session, rng)


def expected(modem: SoftModem) -> bytes | None:
    """OK as this client has asked for it; None when it wanted no answers."""
    settings = modem.channels[0].settings
    cr, lf = settings.line_end
    if settings.number("Q"):
        return None
    if not settings.number("V"):
        return b"0%c" % cr
    return b"%c%cOK%b%c" % (cr, lf, (b"%c" % cr) * (1 + modem.profile.line.doubled_cr), lf)


def play(modem: SoftModem, session: bytes, rng: random.Random) -> None:
    """One client: it sends, perhaps in pieces and with pauses, and goes away, which is DTR off."""
    modem.lines.terminal_ready("client", True)
    if rng.random() < 0.7:
        modem.receive(session)
    else:
        at = 0
        while at < len(session):
            size = rng.randint(1, 40)
            modem.receive(session[at : at + size])
            at += size
            if rng.random() < 0.2:
                modem.clock.advance(rng.choice((0.01, 0.2, 3)))
    modem.clock.advance(rng.choice((0, 0, 0.5, 60)))
    modem.lines.terminal_ready("client", False)


def next_client(modem: SoftModem) -> bytes:
    """What the next client gets for ESC CR AT CR; it waits for the modem to be there, and for what was begun to end."""
    output = bytearray()
    modem.outputs.append(output.extend)
    try:
        for patience in (0.2, 60, 300):  # a modem may be starting, or run a command that nothing aborts
            end = b"%c" % modem.channels[0].settings.number("S3")
            modem.receive(b"\x1b" + end)
            modem.clock.advance(patience)
            output.clear()
            modem.receive(b"AT" + end)
            modem.clock.advance(patience / 10)
            if (wanted := expected(modem)) is None or wanted in output:
                return bytes(wanted or b"")
        return bytes(output)
    finally:
        modem.outputs.remove(output.extend)


def untouched(modem: SoftModem) -> bool:
    """Whether it answers as most clients expect."""
    settings = modem.channels[0].settings
    usual = {"Q": 0, "V": 1, "S3": 13, "S4": 10, "S5": 8}
    return all(settings.number(name) == value for name, value in usual.items())


def reachable(modem: SoftModem) -> bool:
    """Whether S3 is a character that ends a line and is no part of AT, and what comes is commands (&D0 leaves data)."""
    settings = modem.channels[0].settings
    end = settings.number("S3")
    return (
        not modem.channels[0].front.online and end != settings.number("S5") and chr(end) not in "ATat/" and end != 0x1B
    )


def without_end() -> list[str]:
    """Ten megabytes of a line, of a prompt's body, of noise, into modems of every profile: complaints, if any."""
    complaints = []
    for name in profiles.names():
        for begin in (b"", b"AT", b"AT+CMGS=17\r", b'AT+CMGF=1\rAT+CMGS="2936"\r', b"AT+COPS=?\r"):
            modem = next(one for one in modems(random.Random(1)) if one.profile.name == name)
            modem.receive(begin)
            modem.clock.advance(1)
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            for _ in range(LONG // 65_536):
                modem.receive(b"x" * 65_536)
            growth = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
            if growth > 4096:
                complaints.append(f"{name}, {begin!r}: 10 MB made it grow by {growth} KiB")
    return complaints


def main(count: int, seed: int) -> int:
    rng = random.Random(seed)
    supply = modems(rng)
    modem = next(supply)
    print(f"{count:,} sessions, {len(profiles.names())} profiles, seed {seed}")
    failures, silent, worst, worst_of, memory = 0, 0, 0.0, b"", 0
    history: list[bytes] = []
    began = shown = time.monotonic()
    for number, session in enumerate(sessions(rng)):
        if number == count:
            break
        if number == min(20_000, count // 2):
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        if number % 100 == 0:
            faulthandler.dump_traceback_later(HANGS, exit=True)
        if number % SESSIONS_OF_A_MODEM == 0 or not untouched(modem) or not reachable(modem):
            modem = next(supply)
            history.clear()
        history.append(session)
        since = time.thread_time()
        try:
            play(modem, session, rng)
            taken = time.thread_time() - since
            if taken > worst:
                worst, worst_of = taken, session
            answer = next_client(modem) if reachable(modem) else b""
            wanted = expected(modem) if reachable(modem) else None  # the next client may have ended an ATS3=65
            silent += wanted is None
            if wanted is not None and wanted not in answer:
                raise AssertionError(f"the next client got {answer!r} instead of {wanted!r}")
        except Exception as error:
            failures += 1
            print(f"{modem.profile.name}: {type(error).__name__}: {error}\n    {b''.join(history[-3:])!r}", flush=True)
            modem = next(supply)
            history.clear()
        if time.monotonic() - shown > 10:
            shown = time.monotonic()
            print(f"{number:,} sessions, {failures} failures, slowest {worst * 1000:.1f} ms", flush=True)
    faulthandler.cancel_dump_traceback_later()
    growth = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory
    print(f"{count:,} sessions in {time.monotonic() - began:.0f} s: {failures} failures; {silent} wanted no answer; "
          f"slowest {worst * 1000:.1f} ms ({worst_of[:80]!r}); memory grew by {growth} KiB")  # fmt: skip
    complaints = without_end()
    print("\n".join(complaints) or f"{LONG // 2**20} MB without an end: nothing grew, in any profile")
    return int(bool(failures or complaints) or worst > SLOW or growth > GROWTH)


if __name__ == "__main__":
    arguments = [int(argument) for argument in sys.argv[1:]]
    sys.exit(main(arguments[0] if arguments else 1_000_000, arguments[1] if len(arguments) > 1 else 1))
