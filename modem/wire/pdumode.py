"""PDU mode: a TPDU as the hexadecimal line that AT commands carry (TS 27.005 3.1, <pdu> and <length>)."""

from __future__ import annotations

from .address import Address, decode_service_centre, encode_service_centre
from .errors import PduError
from .named import NamedTuple

CLAUSE = "TS 27.005 3.1"

MAX_TPDU_OCTETS = 164


class PduModePdu(NamedTuple):
    """A TPDU with the service centre in front of it; None leaves the choice to the modem (+CSCA)."""

    tpdu: bytes
    service_centre: Address | None = None

    @property
    def length(self) -> int:
        """<length>: octets of the TPDU, without the service centre."""
        return len(self.tpdu)

    def hex(self) -> str:
        """The line, in upper-case hexadecimal."""
        centre = b"\0" if self.service_centre is None else encode_service_centre(self.service_centre)
        return (centre + self.tpdu).hex().upper()

    @classmethod
    def parse(cls, line: str, strict: bool = False) -> PduModePdu:
        """Read a line of hexadecimal digits, in either case. Raises PduError."""
        try:
            octets = bytes.fromhex(line)
            if len(octets) * 2 != len(line):  # blanks are no part of a line
                raise ValueError
        except ValueError:
            problem = "an odd number of digits" if len(line) % 2 else "not hexadecimal"
            raise PduError(problem, field="<pdu>", clause=CLAUSE) from None
        service_centre, start = decode_service_centre(octets, 0, strict) if octets[:1] != b"\0" else (None, 1)
        if start >= len(octets):
            raise PduError("no TPDU after the service centre", field="<pdu>", offset=start, clause=CLAUSE)
        return cls(octets[start:], service_centre)
