"""Whom a message is for: a service behind a short code, a subscriber, a telephone outside, or nobody."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from modem.wire.address import Address, TypeOfNumber
from modem.wire.tpdu import Submit

from ..network import Network, Subscriber
from .causes import INVALID_SME_ADDRESS

Service = Callable[[str, Submit], None]  # called with the sender's IMSI

# A short code is a number of the network's own kind, so these types of number can carry it.
_SHORT_CODE_TYPES = (
    TypeOfNumber.UNKNOWN,
    TypeOfNumber.NATIONAL,
    TypeOfNumber.NETWORK_SPECIFIC,
    TypeOfNumber.ABBREVIATED,
)


class Route(NamedTuple):
    """Where a message goes: to `service`, to `recipient`, or out of this network when both are None."""

    number: str  # what tells this destination from others, however it was dialled
    service: Service | None = None
    recipient: Subscriber | None = None
    lenient: bool = False  # only by the bench's leniency


class Nobody(NamedTuple):
    """Why there is no such destination, and the TP-FCS that says more than "unassigned number", if one does."""

    reason: str
    failure_cause: int | None = None


class Router:
    """Finds the destination of a message in one network.

    `lenient_short_code` lets an international number stand for a short code, which no network does: smstools sends a
    plain ``To: 2936`` so.
    """

    def __init__(self, network: Network, lenient_short_code: bool = False) -> None:
        self._network = network
        self.short_codes: dict[str, Service] = {}
        self.lenient_short_code = lenient_short_code

    def route(self, to: Address) -> Route | Nobody:
        """Where a message to this address goes."""
        digits, kind = to.value, to.type_of_number
        if kind is TypeOfNumber.ALPHANUMERIC:
            return Nobody(f"{digits!r} is a name, and a message goes to a number", INVALID_SME_ADDRESS)
        service = self.short_codes.get(digits)
        if service is not None:
            if kind in _SHORT_CODE_TYPES:
                return Route(digits, service)
            if kind is TypeOfNumber.INTERNATIONAL and self.lenient_short_code:
                return Route(digits, service, lenient=True)
            if kind is TypeOfNumber.INTERNATIONAL:
                return Nobody(
                    f"+{digits} is an international number that nobody has: "
                    f"a short code is sent with type-of-address 129 (0x81)"
                )
        plan = self._network.plan
        number = plan.international(to)
        if number is None:
            what = "a short code" if plan.short(to) else "a number"
            return Nobody(f"{digits} is {what} that nobody has")
        recipient = self._network.subscriber_at(number)
        if recipient is None and plan.own(number):
            return Nobody(f"+{number} is a number of this network that nobody has")
        return Route(number, None, recipient)
