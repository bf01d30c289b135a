"""The one error of this folder, and the check that a number fits its field."""

from __future__ import annotations


class PduError(ValueError):
    """Octets that are no valid PDU, or a value that cannot go into one.

    `field` names the standard's field ("TP-UDL"), `offset` the octet where it begins in what was decoded (None when
    encoding), and `clause` where the rule stands ("TS 23.040 9.2.3.16").
    """

    def __init__(self, message: str, *, field: str = "", offset: int | None = None, clause: str = "") -> None:
        self.message = message
        self.field = field
        self.offset = offset
        self.clause = clause
        super().__init__(message)

    def __str__(self) -> str:
        where = f"{self.field}: " if self.field else ""
        at = f" at octet {self.offset}" if self.offset is not None else ""
        clause = f" ({self.clause})" if self.clause else ""
        return f"{where}{self.message}{at}{clause}"


def checked(value: int, field: str, clause: str, most: int = 255) -> int:
    """`value`, when it is 0..`most`; else PduError: what an encoder asks of each number before it becomes octets."""
    if not 0 <= value <= most:
        raise PduError(f"{value} is not 0 to {most}", field=field, clause=clause)
    return value
