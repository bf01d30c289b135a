"""`make fuzz`: random and mutated octets into every reader of modem.wire.

Each input gives a value or the error that the reader promises, within 5 ms of CPU, and leaves nothing behind in memory.
What does not is printed with the octets that did it; the run then ends with 1.

    python -m tests.long.fuzz [COUNT] [SEED]
"""

from __future__ import annotations

import contextlib
import json
import random
import re
import resource
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from modem.wire.address import decode_address, decode_service_centre
from modem.wire.at import CommandLineError, parse_command_line, parse_final, parse_parameters, parse_supported
from modem.wire.cell_broadcast import Page, decode_pages
from modem.wire.coding import GSM7
from modem.wire.errors import PduError
from modem.wire.header import decode_header
from modem.wire.pdumode import PduModePdu
from modem.wire.records import SmsRecord
from modem.wire.reports import DeliverReport, StatusReport, SubmitReport
from modem.wire.segments import Reassembler
from modem.wire.tpdu import Command, Deliver, Submit, decode_from_mobile, decode_from_network
from modem.wire.user_data import decode_user_data

SLOW = 0.005  # seconds of CPU for one reader and one input
GROWTH = 16 * 1024  # KiB that the process may grow by after warming up
VECTORS = Path(__file__).parent.parent / "vectors"

Reader = Callable[[bytes], object]
_PARTS = Reassembler(max_age=1e6, max_pending=64)


def _text(reader: Callable[[str], object]) -> Reader:
    return lambda octets: reader(octets.decode("latin-1"))


def _reassemble(octets: bytes) -> object:
    message = Deliver.decode(octets)
    return _PARTS.add(message.originator, message.user_data, 0.0, octets)


def _language(octets: bytes) -> object:
    """As text in languages that the first two octets name."""
    header = b"\x06\x24\x01" + octets[:1].rjust(1, b"\0") + b"\x25\x01" + octets[1:2].rjust(1, b"\0")
    septets = (len(header) + len(octets[2:])) * 8 // 7
    return decode_user_data(bytes((min(septets, 255),)) + header + octets[2:], 0, True, GSM7)


def _again(octets: bytes) -> object:
    """What strict reading takes can be written again, and is the same when it is read again."""
    message = decode_from_mobile(octets, strict=True)
    again = decode_from_mobile(message.encode(), strict=True)
    if again != message:
        raise AssertionError(f"{message} became {again}")
    return again


READERS: dict[str, tuple[Reader, type[Exception]]] = {
    "submit": (Submit.decode, PduError),
    "submit, strict": (lambda octets: Submit.decode(octets, True), PduError),
    "deliver": (Deliver.decode, PduError),
    "deliver, strict": (lambda octets: Deliver.decode(octets, True), PduError),
    "status report": (StatusReport.decode, PduError),
    "status report, strict": (lambda octets: StatusReport.decode(octets, True), PduError),
    "command": (Command.decode, PduError),
    "command, strict": (lambda octets: Command.decode(octets, True), PduError),
    "deliver report": (lambda octets: DeliverReport.decode(octets, error=False), PduError),
    "deliver report, error": (lambda octets: DeliverReport.decode(octets, error=True, strict=True), PduError),
    "submit report": (lambda octets: SubmitReport.decode(octets, error=False), PduError),
    "submit report, error": (lambda octets: SubmitReport.decode(octets, error=True, strict=True), PduError),
    "from the network": (decode_from_network, PduError),
    "reassembly": (_reassemble, PduError),
    "round trip": (_again, PduError),
    "address": (decode_address, PduError),
    "service centre": (decode_service_centre, PduError),
    "header": (decode_header, PduError),
    "record": (SmsRecord.decode, PduError),
    "record, strict": (lambda octets: SmsRecord.decode(octets.ljust(176, b"\xff")[:176], True), PduError),
    "cell broadcast": (decode_pages, PduError),
    "cell broadcast, a page": (lambda octets: Page.decode(octets.ljust(88, b"\r")[:88]), PduError),
    "a language": (_language, PduError),
    "PDU mode, hexadecimal": (lambda octets: PduModePdu.parse(octets.hex()), PduError),
    "PDU mode, any characters": (_text(PduModePdu.parse), PduError),
    "command line": (_text(parse_command_line), CommandLineError),
    "parameters": (_text(parse_parameters), CommandLineError),
    "supported values": (_text(parse_supported), ValueError),
    "final result": (_text(parse_final), ValueError),
}


def seeds() -> list[bytes]:
    """All hexadecimal of the vectors, and some lines of AT."""
    found = set()
    for path in VECTORS.glob("*.json"):
        for text in re.findall(r'"((?:[0-9A-Fa-f]{2}){2,})"', path.read_text("utf-8")):
            octets = bytes.fromhex(text)
            found |= {octets, octets[1 + octets[0] :]}
    found |= {line.encode() for line in json.loads(_LINES)}
    return sorted(found)


_LINES = """["+CMGS=\\"2936\\",129;+CSQ", "E0V1Q0+CMEE=1", "S3=13S4?", "+CPBW=1,\\"\\\\22a;\\",145",
    "(\\"SM\\",\\"ME\\"),(0-3),(1)", "+CMS ERROR: SIM busy", "1,,\\"a,b\\",3", "D*99#"]"""


def mutated(octets: bytes, rng: random.Random) -> bytes:
    """`octets` with one to four small changes."""
    changed = bytearray(octets)
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(changed) + 1)
        match rng.randrange(6):
            case 0 if at < len(changed):
                changed[at] ^= 1 << rng.randrange(8)
            case 1 if at < len(changed):
                changed[at] = rng.choice((0, 1, 0x7F, 0x80, 0xFF, rng.randrange(256)))
            case 2:
                changed[at:at] = rng.randbytes(rng.randint(1, 8))
            case 3:
                del changed[at : at + rng.randint(1, 8)]
            case 4:
                del changed[at:]
            case _:
                changed += changed[at : at + rng.randint(1, 40)]
    return bytes(changed)


def inputs(rng: random.Random) -> Iterator[bytes]:
    """Octets without end: two thirds of them near something real."""
    corpus = seeds()
    while True:
        if rng.random() < 0.33:
            yield rng.randbytes(rng.choice((0, 1, 2, 7, 12, 30, 170, 300)))
        else:
            yield mutated(rng.choice(corpus), rng)


def cost(reader: Reader, octets: bytes, error: type[Exception]) -> float:
    """CPU seconds; of three tries the least, for the garbage collector is not the reader's fault."""
    costs = []
    for _ in range(3):
        since = time.thread_time()
        with contextlib.suppress(error):
            reader(octets)
        costs.append(time.thread_time() - since)
    return min(costs)


def main(count: int, seed: int) -> int:
    rng = random.Random(seed)
    print(f"{count:,} inputs, {len(READERS)} readers, seed {seed}")
    failures, worst, worst_of, memory = 0, 0.0, "", 0
    began = shown = time.monotonic()
    for number, octets in enumerate(inputs(rng)):
        if number == count:
            break
        if number == min(20_000, count // 2):
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for name, (reader, error) in READERS.items():
            since = time.thread_time()
            try:
                reader(octets)
            except error:
                pass
            except Exception as other:
                failures += 1
                print(f"{name}: {type(other).__name__}: {other}\n    {octets.hex()}")
            taken = time.thread_time() - since
            if taken > worst:
                taken = cost(reader, octets, error)
                if taken > worst:
                    worst, worst_of = taken, f"{name}, {octets.hex()}"
        if time.monotonic() - shown > 5:
            shown = time.monotonic()
            print(f"{number:,} inputs, {failures} failures, slowest {worst * 1000:.2f} ms", flush=True)
    growth = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory
    print(f"{count:,} inputs in {time.monotonic() - began:.0f} s: {failures} failures; slowest {worst * 1000:.2f} ms "
          f"({worst_of[:200]}); memory grew by {growth} KiB")  # fmt: skip
    return int(bool(failures) or worst > SLOW or growth > GROWTH)


if __name__ == "__main__":
    arguments = [int(argument) for argument in sys.argv[1:]]
    sys.exit(main(arguments[0] if arguments else 1_000_000, arguments[1] if len(arguments) > 1 else 1))
