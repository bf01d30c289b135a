"""The SIM card: its files, its secrets, and the commands that reach them (TS 102.221, TS 31.102, TS 51.011).

The files are the truth, as on a real card: EF_SMS *is* the modem's SM store, EF_SMSP holds the service centre
that +CSCA shows, EF_SMSS the last message reference.
"""

from .apdu import Apdu, Response
from .card import Card
from .channel import Channel
from .files import Df, Ef
from .numbers import ALPHA_OCTETS, number_record, read_number_record
from .secrets import Secret
from .tree import (
    EF_AD,
    EF_ADN,
    EF_ECC,
    EF_EST,
    EF_FDN,
    EF_ICCID,
    EF_IMSI,
    EF_LND,
    EF_MSISDN,
    EF_PLMN_ACT,
    EF_SMS,
    EF_SMSP,
    EF_SMSS,
    EF_SPN,
    PREFERENCE_UNUSED,
)

__all__ = [
    "ALPHA_OCTETS",
    "EF_AD",
    "EF_ADN",
    "EF_ECC",
    "EF_EST",
    "EF_FDN",
    "EF_ICCID",
    "EF_IMSI",
    "EF_LND",
    "EF_MSISDN",
    "EF_PLMN_ACT",
    "EF_SMS",
    "EF_SMSP",
    "EF_SMSS",
    "EF_SPN",
    "PREFERENCE_UNUSED",
    "Apdu",
    "Card",
    "Channel",
    "Df",
    "Ef",
    "Response",
    "Secret",
    "number_record",
    "read_number_record",
]
