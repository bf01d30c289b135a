"""Operators: the networks that a modem can hear, and on what terms they take it (TS 23.122, TS 24.008 10.5.3.6)."""

from __future__ import annotations

from typing import NamedTuple

from .radio import Registration

GSM, UTRAN, E_UTRAN, NB_IOT = 0, 2, 7, 9  # <AcT> of TS 27.007 7.2

# Reject causes (TS 24.008 10.5.3.6; those of TS 24.301 9.9.3.9 have the same numbers).
IMSI_UNKNOWN = 2
ILLEGAL_MS = 3
ILLEGAL_ME = 6
SERVICES_NOT_ALLOWED = 7
PLMN_NOT_ALLOWED = 11
ROAMING_NOT_ALLOWED = 13
NETWORK_FAILURE = 17
CONGESTION = 22
PROTOCOL_ERROR = 111

# The card counts as invalid until the modem is switched off (TS 24.008 4.4.4.7): no other network is asked.
SIM_INVALID = (IMSI_UNKNOWN, ILLEGAL_MS, ILLEGAL_ME, SERVICES_NOT_ALLOWED)
# The modem tries again by itself (TS 24.008 4.4.4.9).
PASSING = (NETWORK_FAILURE, CONGESTION, PROTOCOL_ERROR)

HOME, ROAMING, HOME_SMS_ONLY, ROAMING_SMS_ONLY = 1, 5, 6, 7  # <stat>


class Operator(NamedTuple):
    """A network on the air: its names and technologies, and how it registers the subscribers of the bench.

    `registers_as` is the <stat> that they get there; `refusal`, if any, the reject cause that they get instead.
    """

    numeric: str  # MCC and MNC
    long: str
    short: str
    technologies: tuple[int, ...] = (E_UTRAN, UTRAN, GSM, NB_IOT)
    registers_as: int = ROAMING
    refusal: int | None = None
    area: int = 0x2936
    cell: int = 0x01A2D

    def registration(self, technology: int) -> Registration:
        """What a modem tells that this network has taken."""
        return Registration(
            self.registers_as, self.area, self.cell, technology, self.long, self.numeric, self.short, self.area & 0xFF
        )

    def technology_for(self, technologies: tuple[int, ...]) -> int | None:
        """The first of a modem's technologies that this network has."""
        return next((technology for technology in technologies if technology in self.technologies), None)


# MCC 001 is for tests (ITU-T E.212), 00101 the test network of TS 34.108.
TEST_NETWORK = Operator("00101", "modem2936", "m2936", registers_as=HOME)
NEIGHBOUR = Operator("00102", "Neighbour", "Neighb", area=0x2937, cell=0x02B01)
STRANGER = Operator("00103", "Stranger", "Strang", refusal=PLMN_NOT_ALLOWED, area=0x2938, cell=0x03C02)
