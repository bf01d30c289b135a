"""Commands and answers of a card as octets (TS 102.221 10), and its refusals in both languages it speaks."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

DONE = 0x9000
DEACTIVATED_FILE_SELECTED = 0x6283
NOTHING_FOUND = 0x6282


class Wrong(Enum):
    """Why a command is refused: its status word on a UICC (TS 102.221 10.2.1) and on a GSM card (TS 51.011 9.4)."""

    def __init__(self, uicc: int, gsm: int) -> None:
        self.uicc = uicc
        self.gsm = gsm

    LENGTH = (0x6700, 0x6700)
    CHANNEL = (0x6881, 0x6E00)
    SECURE_MESSAGING = (0x6882, 0x6E00)
    STRUCTURE = (0x6981, 0x9408)
    ACCESS = (0x6982, 0x9804)
    BLOCKED = (0x6983, 0x9840)
    DISABLED = (0x6984, 0x9808)  # a PIN that is not asked for
    CONDITIONS = (0x6985, 0x9808)
    DEACTIVATED = (0x6985, 0x9810)
    NO_FILE = (0x6986, 0x9400)
    DATA = (0x6A80, 0x6F00)
    FUNCTION = (0x6A81, 0x6B00)
    FILE = (0x6A82, 0x9404)
    RECORD = (0x6A83, 0x9402)
    PARAMETERS = (0x6A86, 0x6B00)
    REFERENCE = (0x6A88, 0x6B00)
    OFFSET = (0x6B00, 0x9402)
    EXPECTED = (0x6C00, 0x6700)  # the low octet is how many octets there are
    PIN = (0x63C0, 0x9804)  # the low digit is how many tries are left
    INSTRUCTION = (0x6D00, 0x6D00)
    CLASS = (0x6E00, 0x6E00)
    MAC = (0x9862, 0x6F00)
    SECURITY_CONTEXT = (0x9864, 0x6F00)


class Refused(Exception):
    """A command that the card does not carry out."""

    def __init__(self, wrong: Wrong, detail: int = 0) -> None:
        super().__init__(wrong.name)
        self.wrong = wrong
        self.detail = detail

    @property
    def uicc(self) -> int:
        """The status word of a UICC."""
        return self.wrong.uicc | self.detail

    @property
    def gsm(self) -> int:
        """The status word of a GSM card: it does not count tries, but tells that none is left."""
        if self.wrong is Wrong.PIN:
            return self.wrong.gsm if self.detail else Wrong.BLOCKED.gsm
        return self.wrong.gsm | self.detail


class Apdu(NamedTuple):
    """A command: class, instruction, parameters, and what comes with it. P3 is Lc or Le (TS 102.221 7.3.1)."""

    cla: int
    ins: int
    p1: int
    p2: int
    p3: int = 0
    data: bytes = b""

    @classmethod
    def parse(cls, octets: bytes) -> Apdu:
        """Read a command. A Le after the data is taken and not heeded: GET RESPONSE tells how much is wanted.

        Raises Refused when the data is not as long as P3 says.
        """
        if len(octets) < 4:
            raise Refused(Wrong.LENGTH)
        p3 = octets[4] if len(octets) > 4 else 0
        data = octets[5:]
        if p3 and len(data) == p3 + 1:
            data = data[:-1]
        if data and len(data) != p3:
            raise Refused(Wrong.LENGTH)
        return cls(octets[0], octets[1], octets[2], octets[3], p3, data)

    @property
    def expected(self) -> int:
        """Le: how many octets are to come back; 0 means 256."""
        return self.p3 or 256

    def take(self, *lengths: int) -> bytes:
        """The data, which must have come, and have one of `lengths` if any are given. Raises Refused."""
        if len(self.data) != self.p3 or (lengths and self.p3 not in lengths):
            raise Refused(Wrong.LENGTH)
        return self.data

    def give(self, data: bytes) -> Response:
        """The answer to a command that says how much it wants: all of `data`, or the right length. Raises Refused."""
        if self.data:
            raise Refused(Wrong.LENGTH)
        if self.expected != len(data):
            raise Refused(Wrong.EXPECTED, len(data) & 0xFF)
        return Response(data)


class Response(NamedTuple):
    """An answer: octets and a status word."""

    data: bytes = b""
    status: int = DONE

    def encode(self) -> bytes:
        """Its octets."""
        return self.data + self.status.to_bytes(2, "big")
