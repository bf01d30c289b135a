"""SMS-COMMAND: what a mobile may order about a message that it submitted before (TS 23.040 9.2.2.4, 9.2.3.19)."""

from __future__ import annotations

from modem.wire.protocol import CommandType

from .causes import COMMAND_NOT_ACTIONED, COMMAND_UNSUPPORTED
from .delivery import Delivery
from .submissions import Submission

_KNOWN = frozenset(map(int, CommandType))


def execute(command_type: int, submission: Submission | None, delivery: Delivery) -> int | None:
    """Carry it out; the TP-FCS for what cannot be done, or None.

    An enquiry is about any message, also one that does not exist: the report will say so.
    """
    if command_type not in _KNOWN:
        return COMMAND_UNSUPPORTED
    if command_type == CommandType.ENQUIRY:
        return None
    if submission is None or submission.status is not None:
        return COMMAND_NOT_ACTIONED
    if command_type == CommandType.DELETE:
        done = submission.held is not None and delivery.delete(submission.held)
        return None if done else COMMAND_NOT_ACTIONED
    submission.wanted = command_type == CommandType.ENABLE_STATUS_REPORT
    return None
