"""libosmogsm as a witness. It has no reader of whole PDUs: we find the fields, and it reads each."""

from __future__ import annotations

import ctypes
import random
from collections.abc import Iterator
from datetime import UTC, datetime

from modem.wire.address import decode_address
from modem.wire.coding import DataCoding
from modem.wire.errors import PduError
from modem.wire.times import ServiceCentreTimeStamp
from modem.wire.tpdu import Deliver
from tests.long.witnesses.facts import Facts
from tests.long.witnesses.witness import Bug, Case, Line, Order, Witness
from tests.wire.osmocom import LATIN, LIBRARY, READ_WRONG, osmogsm

ALPHABETS = {-1: "compressed", 0: "none", 1: "gsm7", 2: "ucs2", 3: "8bit"}


READABLE = set(LATIN) - set(READ_WRONG)


def unreadable(case: Case) -> bool:
    """Other characters come out as others, one for one."""
    text, found = case.expected["text"] or "", case.found["text"]
    return len(text) == len(found) and all(a == b or a not in READABLE for a, b in zip(text, found, strict=True))


def odd_escape(case: Case) -> bool:
    """A few more characters than those differ, one for one: those after escapes that nobody defined."""
    if not case.odd_escape:
        return False
    text, found = case.expected["text"] or "", case.found["text"]
    odd = [a for a, b in zip(text, found, strict=False) if a != b and a in READABLE]
    return len(text) == len(found) and 1 <= len(odd) <= 1 + len(text) // 20


def zoneless(case: Case) -> bool:
    time, found = case.expected["time"].replace(tzinfo=UTC), case.found["time"]
    return bool(found == time or (time.year > 2080 and found == time.replace(year=time.year - 100)))


READING = (
    Bug("reads the Greek letters, € and others as other characters", ("text",), unreadable),
    Bug("leaves the zone of a time out of account, and takes 81 to 89 for the last century", ("time",), zoneless),
    Bug(
        "tells no alphabet with automatic deletion, and of reserved codings",
        ("alphabet",),
        lambda case: case.found["alphabet"] == "none" and (case.coding.reserved or case.coding.automatic_deletion),
    ),
    Bug("shows another character after an unknown escape", ("text",), odd_escape),
    Bug("reads text behind a broken header", ("text",), lambda case: case.broken_header),
    Bug("reads on where octets are missing", ("refused",), lambda case: case.cut),
    Bug("reads 1111 among the digits of a number in its own way", ("address",), lambda case: case.filled),
    Bug("reads half a character at the end of UCS2", ("refused",), lambda case: "an odd number" in case.error),
)


class Osmocom(Witness):
    name = "libosmogsm"
    reading = READING
    kinds = (Deliver,)
    writes = True

    def __init__(self) -> None:
        if LIBRARY is None:
            raise ImportError("Debian package libosmogsm18")
        self._library = osmogsm()

    def read(self, lines: list[Line]) -> Iterator[Facts]:
        return map(self._read, lines)

    def _read(self, line: Line) -> Facts:
        tpdu = bytes.fromhex(line.hex)[1:]
        try:
            _, at = decode_address(tpdu, 1)
        except PduError as error:
            return {"refused": str(error)}
        if len(tpdu) < at + 10:
            return {"refused": "the fixed part is cut off"}
        facts: dict[str, object] = {}
        coding = DataCoding.of(tpdu[at + 1])
        if not coding.compressed:  # it says that it does not support that, on stderr
            facts["alphabet"] = ALPHABETS[self._library.gsm338_get_sms_alphabet(coding.octet)]
        stamp = tpdu[at + 2 : at + 9]
        if ServiceCentreTimeStamp(stamp).time is not None:  # for others it says that a nibble is too big
            facts["time"] = datetime.fromtimestamp(self._library.gsm340_scts(stamp), UTC)
        if facts.get("alphabet") == "gsm7":
            out = ctypes.create_string_buffer(600)
            # It trusts the length: what is missing reads as zeros here, and as other memory in life.
            data = tpdu[at + 10 :].ljust(256, b"\0")
            self._library.gsm_7bit_decode_n_hdr(out, 600, data, tpdu[at + 9], int(bool(tpdu[0] & 0x40)))
            facts["text"] = out.value.decode("latin-1")
        return facts

    def order(self, rng: random.Random) -> Order:
        """What fits one message; it speaks Latin-1."""
        digits = "".join(rng.choices("0123456789", k=rng.randint(1, 20)))
        number = ("+" if rng.random() < 0.5 else "") + digits
        return Order(number, "".join(rng.choices(LATIN, k=rng.randint(0, 80))), rng.randrange(256), False, False, None)

    def write(self, order: Order) -> list[str]:
        text = str(order.body).encode("latin-1")
        address, packed = ctypes.create_string_buffer(12), ctypes.create_string_buffer(200)
        octets = ctypes.c_int()
        international = order.number.startswith("+")
        size = self._library.gsm340_gen_oa(address, 12, int(international), 1, order.number.removeprefix("+").encode())
        septets = self._library.gsm_7bit_encode_n(packed, 200, text, ctypes.byref(octets))
        tpdu = bytes([0x01, order.reference]) + address.raw[:size] + bytes([0, 0, septets]) + packed.raw[: octets.value]
        return ["00" + tpdu.hex()]
