"""The SMS formats through their public API, beside other libraries and a bare limit, interleaved in one run.

The limit shuffles octets without making objects and without checking anything: what pure Python could reach at most.
Messages a second of CPU time on one core; encoding is a SUBMIT to hexadecimal, decoding a DELIVER from it.
"""

from __future__ import annotations

import statistics
import time
import warnings
from collections.abc import Callable
from typing import Any

from modem.wire.address import Address
from modem.wire.alphabet import DEFAULT_TABLE
from modem.wire.pdumode import PduModePdu
from modem.wire.segments import Reassembler, coding_for, split
from modem.wire.times import ServiceCentreTimeStamp
from modem.wire.tpdu import Deliver, Submit
from tests.benchmarks.table import show

NUMBER = "+15551234567"
GSM160 = ("The quick brown fox jumps over the lazy dog 0123456789. " * 3)[:160]
UCS70 = ("Съешь же ещё этих мягких французских булок, да выпей чаю. " * 2)[:70]
BIN140 = bytes(range(140))
GSM459 = (GSM160 * 3)[:459]
STAMP = ServiceCentreTimeStamp(bytes.fromhex("62113290502100"))
CELLS = ("gsm160", "ucs70", "bin140", "concat3")
BODIES = {"gsm160": GSM160, "ucs70": UCS70, "bin140": BIN140, "concat3": GSM459}
ROUNDS = 7
SECONDS = 0.05  # of one cell in one round

Work = Callable[[], object]


def delivered(body: str | bytes) -> list[str]:
    """The lines of a DELIVER that carries `body`, as a modem shows them."""
    coding = coding_for(body)
    return [
        "00" + Deliver(Address.of(NUMBER), STAMP, part, coding).encode().hex().upper()
        for part in split(body, coding, 7)
    ]  # fmt: skip


LINES = {cell: delivered(body) for cell, body in BODIES.items()}


# --- ours -------------------------------------------------------------------------------------------------------


def our_encode(body: str | bytes) -> list[str]:
    coding = coding_for(body)
    destination = Address.of(NUMBER)
    return [PduModePdu(Submit(destination, part, coding).encode()).hex() for part in split(body, coding, 7)]


def our_decode(lines: list[str]) -> object:
    messages = [Deliver.decode(PduModePdu.parse(line).tpdu) for line in lines]
    if len(messages) == 1:
        return messages[0]
    parts = Reassembler()
    return [parts.add(message.originator, message.user_data, 0.0) for message in messages][-1]


# --- the limit --------------------------------------------------------------------------------------------------

_M = [int.from_bytes(pattern * 32, "little") for pattern in (
    b"\x7f\x00" * 4, b"\x00\x7f" * 4, b"\xff\x3f\x00\x00" * 2, b"\x00\x00\xff\x3f" * 2,
    b"\xff\xff\xff\x0f\x00\x00\x00\x00", b"\x00\x00\x00\x00\xff\xff\xff\x0f")]  # fmt: skip
_TO_SEPTET = {character: septet for septet, character in enumerate(DEFAULT_TABLE)}
_ENCODE = {ord(character): septet for character, septet in _TO_SEPTET.items()}
_HEAD = bytes.fromhex("0001000B915155214365F70000")
_HEADER = bytes.fromhex("050003070301")


def _pack(septets: bytes) -> bytes:
    number = int.from_bytes(septets, "little")
    number = (number & _M[0]) | ((number & _M[1]) >> 1)
    number = (number & _M[2]) | ((number & _M[3]) >> 2)
    number = (number & _M[4]) | ((number & _M[5]) >> 4)
    spread = bytearray(number.to_bytes((len(septets) + 7) // 8 * 8, "little"))
    del spread[7::8]
    return bytes(spread)


def _unpack(octets: bytes) -> bytes:
    groups = (len(octets) + 6) // 7
    spread = bytearray(groups * 8)
    for column in range(7):
        part = octets[column::7]
        spread[column : len(part) * 8 : 8] = part
    number = int.from_bytes(spread, "little")
    number = (number & _M[4]) | ((number << 4) & _M[5])
    number = (number & _M[2]) | ((number << 2) & _M[3])
    number = (number & _M[0]) | ((number << 1) & _M[1])
    return number.to_bytes(groups * 8, "little")


def limit_encode(cell: str) -> Work:
    if cell == "gsm160":
        return lambda: (_HEAD + b"\xa0" + _pack(GSM160.translate(_ENCODE).encode("latin-1"))).hex().upper()
    if cell == "ucs70":
        return lambda: (_HEAD + b"\x8c" + UCS70.encode("utf-16-be")).hex().upper()
    if cell == "bin140":
        return lambda: (_HEAD + b"\x8c" + BIN140).hex().upper()

    def parts() -> list[str]:
        septets = GSM459.translate(_ENCODE).encode("latin-1")
        packed = [int.from_bytes(_pack(septets[at : at + 153]), "little") << 1 for at in (0, 153, 306)]
        return [(_HEAD + b"\xa0" + _HEADER + part.to_bytes(134, "little")).hex().upper() for part in packed]

    return parts


def limit_decode(cell: str) -> Work:
    lines = LINES[cell]
    if cell == "gsm160":
        return lambda: _unpack(bytes.fromhex(lines[0])[20:])[:160].decode("latin-1").translate(dict_of_septets)
    if cell == "ucs70":
        return lambda: bytes.fromhex(lines[0])[20:].decode("utf-16-be")
    if cell == "bin140":
        return lambda: bytes.fromhex(lines[0])[20:]

    def parts() -> str:
        pieces = []
        for line in lines:
            octets = bytes.fromhex(line)[26:]
            shifted = (int.from_bytes(octets, "little") >> 1).to_bytes(len(octets), "little")
            pieces.append(_unpack(shifted)[:153].decode("latin-1").translate(dict_of_septets))
        return "".join(pieces)

    return parts


dict_of_septets = dict(enumerate(DEFAULT_TABLE))


# --- others -----------------------------------------------------------------------------------------------------


def gsmmodem() -> dict[str, Work | None]:
    from gsmmodem import pdu

    def decode(lines: list[str]) -> Work:
        return lambda: [pdu.decodeSmsPdu(line) for line in lines]

    work: dict[str, Work | None] = {f"dec {cell}": decode(LINES[cell]) for cell in CELLS}
    for cell in ("gsm160", "ucs70", "concat3"):
        body = BODIES[cell]
        work[f"enc {cell}"] = lambda body=body: [str(part) for part in pdu.encodeSmsSubmitPdu(NUMBER, body, 0)]
    return work


def python_messaging() -> dict[str, Work | None]:
    from messaging.sms import SmsDeliver, SmsSubmit

    def encode(body: Any) -> Work:
        def work() -> object:
            sms = SmsSubmit(NUMBER, body)
            return [part.pdu for part in sms.to_pdu()]

        return work

    def decode(lines: list[str]) -> Work:
        return lambda: [SmsDeliver(line).text for line in lines]

    work: dict[str, Work | None] = {f"enc {cell}": encode(BODIES[cell]) for cell in ("gsm160", "ucs70", "concat3")}
    return work | {f"dec {cell}": decode(LINES[cell]) for cell in CELLS}


def python_gammu() -> dict[str, Work | None]:
    import gammu

    def sms(part: dict[str, Any], **fields: Any) -> dict[str, Any]:
        return part | {"Number": NUMBER, "SMSC": {"Number": "+1"}, "Type": "Submit"} | fields

    def parts(text: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = gammu.EncodeSMS({"Entries": [{"ID": "ConcatenatedTextLong", "Buffer": text}]})
        return found

    # Of short messages the ready-made dictionary is encoded: gammu's quickest way.
    (base,) = parts("x")
    single = {
        "gsm160": sms(base, Text=GSM160, Coding="Default_No_Compression"),
        "ucs70": sms(base, Text=UCS70, Coding="Unicode_No_Compression"),
        "bin140": sms(base, Text=BIN140, Coding="8bit"),
    }
    work: dict[str, Work | None] = {
        f"enc {cell}": lambda message=message: gammu.EncodePDU(message, "Submit").hex().upper()
        for cell, message in single.items()
    }
    work["enc concat3"] = lambda: [gammu.EncodePDU(sms(part), "Submit").hex().upper() for part in parts(GSM459)]
    for cell in CELLS:
        lines = LINES[cell]
        work[f"dec {cell}"] = lambda lines=lines: [gammu.DecodePDU(bytes.fromhex(line)) for line in lines]
    return work


PEERS = {"python-gsmmodem-new": gsmmodem, "python-gammu (C)": python_gammu, "python-messaging": python_messaging}


# --- measuring --------------------------------------------------------------------------------------------------


def contenders() -> tuple[dict[str, dict[str, Work | None]], list[str]]:
    """What there is to measure, and which peers are not installed."""
    all_work: dict[str, dict[str, Work | None]] = {
        "limit (bare Python)": {f"enc {cell}": limit_encode(cell) for cell in CELLS}
        | {f"dec {cell}": limit_decode(cell) for cell in CELLS},
        "modem.wire": {f"enc {cell}": lambda body=BODIES[cell]: our_encode(body) for cell in CELLS}
        | {f"dec {cell}": lambda lines=LINES[cell]: our_decode(lines) for cell in CELLS},
    }
    missing = []
    for name, prepare in PEERS.items():
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                all_work[name] = prepare()
        except ImportError:
            missing.append(name)
    return all_work, missing


def rate(work: Work, count: int) -> float:
    since = time.process_time()
    for _ in range(count):
        work()
    return count / (time.process_time() - since)


def main() -> None:
    """Print messages a second for each library and cell, and the ratio to the limit."""
    all_work, missing = contenders()
    cells = [f"{way} {cell}" for way in ("enc", "dec") for cell in CELLS]
    counts, rates = {}, {}
    for name, work in all_work.items():
        for cell in cells:
            act = work.get(cell)
            if act is not None:
                act()
                counts[name, cell] = max(3, int(rate(act, 20) * SECONDS))
                rates[name, cell] = []
    for _ in range(ROUNDS):
        for (name, cell), count in counts.items():
            act = all_work[name][cell]
            assert act is not None
            rates[name, cell].append(rate(act, count))
    medians = {key: statistics.median(values) for key, values in rates.items()}
    limit, rows = "limit (bare Python)", []
    for name in all_work:
        row = [name]
        for cell in cells:
            value = medians.get((name, cell))
            row.append("none" if value is None else f"{value:,.0f} ({value / medians[limit, cell]:.2f})")
        rows.append(row)
    show("SMS formats: messages a second of CPU (ratio to the limit)", ["", *cells], rows)
    if missing:
        print(f"\nnot installed: {', '.join(missing)} (pip install 'modem2936[peers]')")
