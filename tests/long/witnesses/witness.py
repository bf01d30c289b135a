"""What a witness is, and how its disagreements are explained."""

from __future__ import annotations

import random
import re
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import NamedTuple

from modem.wire.alphabet import ESCAPE, EXTENSION_TABLE
from modem.wire.coding import GSM7, DataCoding
from modem.wire.errors import PduError
from modem.wire.septets import unpack
from modem.wire.tpdu import Deliver, Submit
from modem.wire.user_data import encode_user_data
from tests.long.witnesses import facts
from tests.long.witnesses.facts import Facts, Message

CUT = re.compile("cut off|octets left|announced")
EXTENSION = set(EXTENSION_TABLE.values())
ELEMENT_SIZES = {0x00: 3, 0x08: 4, 0x04: 2, 0x05: 4}
SHOWN = 5  # unexplained disagreements printed for a witness and mode


class Line(NamedTuple):
    """A PDU as a modem shows it: hexadecimal, an empty service centre in front."""

    hex: str
    from_mobile: bool = False


class Order(NamedTuple):
    """What a witness is asked to write."""

    number: str
    body: str | bytes
    reference: int
    report: bool
    reject_duplicates: bool
    validity: timedelta | None


class Case(NamedTuple):
    """One disagreement: what was to be found, and what was."""

    subject: str  # the line, or the order
    message: Message | None  # that the line carries, or None when we refuse it or it is an order
    expected: Facts
    found: Facts

    @property
    def coding(self) -> DataCoding:
        """Of the message; the default where it has none."""
        return getattr(self.message, "data_coding", GSM7)

    @property
    def error(self) -> str:
        """Why we refuse the line, or nothing."""
        error = self.expected.get("refused")
        return str(error) if isinstance(error, PduError) else ""

    @property
    def cut(self) -> bool:
        """Whether octets are missing at the end, or a length says more than there is."""
        return CUT.search(self.error) is not None

    @property
    def filled(self) -> bool:
        """Whether the number has a 1111 among its digits, which is the fill of its end: we show it as "?"."""
        return self.message is not None and self.name is None and "?" in str(self.expected.get("address"))

    @property
    def tpdu(self) -> bytes:
        return bytes.fromhex(self.subject)[1:]

    @property
    def address_octets(self) -> bytes:
        """The value of the address."""
        at = 1 if self.tpdu[0] & 3 == 0 else 2
        return self.tpdu[at + 2 : at + 2 + (self.tpdu[at] + 1) // 2]

    @property
    def type_of_address(self) -> int:
        return self.tpdu[2 if self.tpdu[0] & 3 == 0 else 3]

    @property
    def name(self) -> str | None:
        """The address, when it is a name."""
        return self.expected.get("address") if self.type_of_address & 0x70 == 0x50 else None

    @property
    def escape_in_name(self) -> bool:
        """Whether the name has an escape with no character to it."""
        if self.name is None:
            return False
        septets = unpack(self.address_octets, len(self.address_octets) * 8 // 7)
        return ESCAPE in septets and septets.count(ESCAPE) > sum(character in EXTENSION for character in self.name)

    @property
    def written_again(self) -> bytes | None:
        """The user data as we write what we read, or None when it cannot be written."""
        if not isinstance(self.message, Submit | Deliver) or self.broken_header:
            return None
        try:
            return encode_user_data(self.message.user_data, self.coding)
        except PduError:
            return None

    @property
    def odd_escape(self) -> bool:
        """Whether the text has an escape with no character to it, and so is not written back as it was."""
        return self.coding.septets and (self.written_again is None or self.written_again not in self.tpdu)

    @property
    def trailing(self) -> bool:
        """Whether octets may follow the user data."""
        return self.written_again is None or not self.tpdu.endswith(self.written_again)

    @property
    def odd_element(self) -> bool:
        """Whether a concatenation or ports have not the length that the standard gives them."""
        elements = self.expected.get("elements", ())
        return any(ELEMENT_SIZES.get(identifier, len(data)) != len(data) for identifier, data in elements)

    @property
    def broken_header(self) -> bool:
        """Whether a header is announced, and none can be made out."""
        return isinstance(self.message, Submit | Deliver) and bool(
            self.tpdu[0] & 0x40 and not self.message.user_data.header
        )


class Bug(NamedTuple):
    """Something a witness is known to do wrong: which facts it makes differ, and when."""

    name: str
    facts: tuple[str, ...]
    shows: Callable[[Case], object]


class Witness(ABC):
    """Another program that reads PDUs, and perhaps writes them."""

    name: str
    kinds: tuple[type, ...]  # the messages that it reads
    reading: tuple[Bug, ...] = ()
    writing: tuple[Bug, ...] = ()
    writes = False

    def expect(self, message: Message) -> Facts:
        """What it should find in `message`."""
        return facts.of_message(message)

    @abstractmethod
    def read(self, lines: list[Line]) -> Iterator[Facts]:
        """What it finds in each line; {"refused": why} when it finds nothing."""

    def write(self, order: Order) -> list[str]:
        """The lines of a SUBMIT. Raises ValueError when it will not."""
        raise NotImplementedError

    def order(self, rng: random.Random) -> Order:
        """Something it can be asked to write."""
        raise NotImplementedError


def differing(expected: Facts, found: Facts) -> list[str]:
    """The facts in which the two are not one; when only one of them is a refusal, just that."""
    if "refused" in expected or "refused" in found:
        return [] if "refused" in expected and "refused" in found else ["refused"]
    return [name for name in found if name in expected and found[name] != expected[name]]


class Tally:
    """The count of one witness in one mode."""

    def __init__(self, witness: str, mode: str, bugs: tuple[Bug, ...]) -> None:
        self.witness = witness
        self.mode = mode
        self.messages = 0
        self.agreed = 0
        self.known: Counter[str] = Counter()
        self.unexplained: list[tuple[Case, list[str]]] = []
        self._bugs = bugs

    def add(self, case: Case) -> None:
        """Count the case: as agreement, under the bugs that explain every fact that differs, or as unexplained."""
        self.messages += 1
        differ = differing(case.expected, case.found)
        if not differ:
            self.agreed += 1
            return
        reasons = {fact: {bug.name for bug in self._bugs if fact in bug.facts and bug.shows(case)} for fact in differ}
        unknown = [fact for fact, names in reasons.items() if not names]
        if unknown:
            self.unexplained.append((case, unknown))
        else:
            self.known.update(set().union(*reasons.values()))

    def __str__(self) -> str:
        lines = [
            f"{self.witness:22}{self.mode:20}{self.messages:>9,}{self.agreed:>9,}"
            f"{self.messages - self.agreed - len(self.unexplained):>11,}{len(self.unexplained):>13,}"
        ]
        lines += [f"{'':22}{count:>7,}  {name}" for name, count in self.known.most_common()]
        for case, unknown in self.unexplained[:SHOWN]:
            lines.append(f"    ! {case.subject}")
            lines += [f"        {fact}: {case.found.get(fact)!r}, not {case.expected.get(fact)!r}" for fact in unknown]
        return "\n".join(lines)


HEADING = f"{'witness':22}{'mode':20}{'messages':>9}{'agree':>9}{'its bugs':>11}{'unexplained':>13}"


def compare_reading(witness: Witness, mode: str, lines: list[Line], messages: list[Message | PduError]) -> Tally:
    """The witness reads `lines`, which carry `messages` (an error where we refuse the line)."""
    tally = Tally(witness.name, mode, witness.reading)
    for line, message, found in zip(lines, messages, witness.read(lines), strict=True):
        if isinstance(message, PduError):
            tally.add(Case(line.hex, None, {"refused": message}, found))
        else:
            tally.add(Case(line.hex, message, witness.expect(message), found))
    return tally


def compare_writing(witness: Witness, orders: list[Order]) -> Tally:
    """The witness writes `orders`, and we read strictly what it wrote."""
    tally = Tally(witness.name, "theirs, read by us", witness.writing)
    for order in orders:
        expected = {
            "type": "Submit",
            "address": order.number,
            "report": order.report,
            "reject duplicates": order.reject_duplicates,
            "validity": order.validity,
            **facts.of_body(order.body),
        }
        try:
            found = facts.of_lines(witness.write(order))
        except ValueError as error:
            found = {"refused": f"not written: {error}"}
        tally.add(Case(str(order), None, expected, found))
    return tally
