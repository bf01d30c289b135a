"""The numbering plan: digits as they are dialled, and whose they are (E.164, TS 24.008 10.5.4.7, TS 23.040 9.1.2.5)."""

from __future__ import annotations

from typing import NamedTuple

from modem.wire.address import Address, TypeOfNumber

MAX_SHORT_CODE = 6  # a telephone's number, in its shortest form, has more digits


class NumberPlan(NamedTuple):
    """How numbers are written in one country, and which of them belong to the network. The defaults: North America."""

    country_code: str = "1"
    trunk_prefix: str = "1"  # in front of a national number
    international_prefixes: tuple[str, ...] = ("011", "00")
    area_code: str = "202"  # in front of what a subscriber dials in the neighbourhood
    national_digits: int = 10  # of a number without any prefix
    own_range: str = "1202555"  # all numbers that begin so are this network's, given out or not

    def international(self, address: Address) -> str | None:
        """The number in international form, digits alone; None for names, short codes and what is no telephone.

        With TON unknown the digits are "organized according to the network dialling plan", so prefixes count; with
        the other types "prefix or escape digits shall not be included" (TS 24.008 10.5.4.7).
        """
        digits, kind = address.value, address.type_of_number
        if not (digits.isascii() and digits.isdecimal()) or self.short(address):
            return None
        if kind is TypeOfNumber.INTERNATIONAL:
            return digits
        if kind is TypeOfNumber.NATIONAL:
            return self.country_code + digits
        if kind is TypeOfNumber.SUBSCRIBER:
            return self.country_code + self.area_code + digits
        return self._dialled(digits) if kind is TypeOfNumber.UNKNOWN else None

    def _dialled(self, digits: str) -> str:
        for prefix in self.international_prefixes:
            if digits.startswith(prefix):
                return digits[len(prefix) :]
        if digits.startswith(self.trunk_prefix) and len(digits) == len(self.trunk_prefix) + self.national_digits:
            return self.country_code + digits[len(self.trunk_prefix) :]
        if len(digits) == self.national_digits - len(self.area_code):
            return self.country_code + self.area_code + digits
        # Longer ones are taken for international numbers that lost their plus, as clients send them.
        return digits if len(digits) > self.national_digits else self.country_code + digits

    def short(self, address: Address) -> bool:
        """Whether the digits are a short code: too few for a telephone, and not international."""
        return (
            len(address.value) <= MAX_SHORT_CODE
            and address.type_of_number not in (TypeOfNumber.INTERNATIONAL, TypeOfNumber.ALPHANUMERIC)
        )  # fmt: skip

    def own(self, number: str) -> bool:
        """Whether an international number is of this network."""
        return number.startswith(self.own_range)
