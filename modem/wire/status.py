"""TP-Status: what became of a message, as a status report says (TS 23.040 9.2.3.15)."""

from __future__ import annotations

CLAUSE = "TS 23.040 9.2.3.15"

STATUS: dict[int, str] = {
    # 00..1F: done.
    0x00: "received by the SME",
    0x01: "forwarded to the SME, delivery not confirmed",
    0x02: "replaced by the service centre",
    # 20..3F: temporary, and the service centre goes on trying.
    0x20: "congestion",
    0x21: "SME busy",
    0x22: "no response from SME",
    0x23: "service rejected",
    0x24: "quality of service not available",
    0x25: "error in SME",
    # 40..5F: permanent, the service centre gave up.
    0x40: "remote procedure error",
    0x41: "incompatible destination",
    0x42: "connection rejected by SME",
    0x43: "not obtainable",
    0x44: "quality of service not available",
    0x45: "no interworking available",
    0x46: "validity period expired",
    0x47: "deleted by originating SME",
    0x48: "deleted by service centre administration",
    0x49: "message does not exist",
    # 60..7F: temporary, but the service centre gave up.
    0x60: "congestion",
    0x61: "SME busy",
    0x62: "no response from SME",
    0x63: "service rejected",
    0x64: "quality of service not available",
    0x65: "error in SME",
}

# Bits 6 and 5: what it means for the sender, for programs and in words. They tell the same of values that are reserved
# or specific to a service centre; with bit 7 set, all are reserved.
GROUPS = (
    ("done", "done"),
    ("pending", "the SC tries on"),
    ("failed", "permanent"),
    ("failed", "the SC tries no more"),
)


def status_group(status: int) -> str:
    """What TP-Status means for the sender: "done", "pending" (the centre goes on trying), "failed" or "unknown"."""
    return GROUPS[status >> 5][0] if status < 0x80 else "unknown"


def is_transient_status(status: int) -> bool | None:
    """Whether the same message may come through when it is sent again; None for values that are reserved.

    False for what was delivered, and for permanent errors; True for temporary ones, whether the centre goes on trying
    (20 to 3F) or not (60 to 7F).
    """
    return None if status >= 0x80 else bool(status & 0x20)


def status_words(status: int) -> str:
    """TP-Status in words."""
    if status in STATUS:
        return STATUS[status]
    return f"{'specific to the service centre' if status & 0x10 and status < 0x80 else 'reserved'} (0x{status:02X})"


def status_and_group_words(status: int) -> str:
    """TP-Status in words, and whether that is the end of it."""
    words = status_words(status)
    return words if status >= 0x80 else f"{words}; {GROUPS[status >> 5][1]}"
