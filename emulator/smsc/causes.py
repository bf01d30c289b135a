"""Why a message was not taken, and what its sender is told (TS 24.011 8.2.5.4, TS 23.040 9.2.3.15, 9.2.3.22)."""

from __future__ import annotations

from modem.wire.errors import PduError
from modem.wire.reports import DeliverReport

from ..radio import RpError

# RP causes.
UNASSIGNED_NUMBER = 1
TRANSFER_REJECTED = 21
MEMORY_EXCEEDED = 22
INVALID_MANDATORY_INFORMATION = 96
UNSPECIFIED_PROTOCOL_ERROR = 111
_PROTOCOL_ERRORS = range(95, 100)  # the mobile does not understand what it got

# TP-FCS, as the centre gives them.
COMMAND_NOT_ACTIONED = 0xA0
COMMAND_UNSUPPORTED = 0xA1
INVALID_SME_ADDRESS = 0xC3
DUPLICATE = 0xC5
VALIDITY_UNSUPPORTED = 0xC7
# TP-FCS, as mobiles give them.
_CODING_OR_PROTOCOL = range(0x80, 0xA0)  # TP-PID or TP-DCS not supported
_NO_STORAGE = 0xD1
_ROOM_MAY_COME = (0xD0, 0xD3, 0xD4)  # SIM storage full, memory exceeded, SIM toolkit busy

# TP-Status.
DELIVERED = 0x00
REPLACED = 0x02
STILL_TRYING_BUSY = 0x21
STILL_TRYING_NO_RESPONSE = 0x22
STILL_TRYING_ERROR = 0x25
INCOMPATIBLE_DESTINATION = 0x41
REJECTED_BY_SME = 0x42
VALIDITY_EXPIRED = 0x46
DELETED_BY_ORIGINATOR = 0x47
DOES_NOT_EXIST = 0x49
GAVE_UP_SME_BUSY = 0x61
GAVE_UP_NO_RESPONSE = 0x62
GAVE_UP_ERROR_IN_SME = 0x65


def failure_cause(result: RpError) -> int | None:
    """TP-FCS of the DELIVER-REPORT in an RP-ERROR, where there is one that can be read."""
    if not result.tpdu:
        return None
    try:
        return DeliverReport.decode(result.tpdu, error=True).failure_cause
    except PduError:
        return None


def final_status(result: RpError) -> int:
    """The TP-Status for a message that a mobile refused so, once the centre gives up.

    The standard has no table from one to the other; this one keeps apart what a sender can do something about.
    """
    cause = failure_cause(result)
    if result.cause == MEMORY_EXCEEDED or cause in _ROOM_MAY_COME:
        return GAVE_UP_SME_BUSY
    if cause == _NO_STORAGE:
        return REJECTED_BY_SME
    if result.cause in _PROTOCOL_ERRORS or (cause is not None and cause in _CODING_OR_PROTOCOL):
        return INCOMPATIBLE_DESTINATION
    return GAVE_UP_ERROR_IN_SME
