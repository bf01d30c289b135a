"""What single values of the formats mean, in words for people: types of number, codings, periods, elements.

Only `breakdown` needs this, and it is imported when it is used.
"""

from __future__ import annotations

from datetime import timedelta

from ..address import Address, NumberingPlan
from ..coding import Alphabet, DataCoding
from ..elements import (
    CONCATENATED_8BIT,
    CONCATENATED_16BIT,
    NATIONAL_LOCKING_SHIFT,
    NATIONAL_SINGLE_SHIFT,
    element_name,
)
from ..header import InformationElement, WaitingKind, concatenation_of, indications_of, ports_of
from ..records import RecordStatus
from ..times import EnhancedValidity, RelativeValidity, ServiceCentreTimeStamp, ValidityPeriod

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..cell_broadcast import BroadcastCoding

TYPE_OF_NUMBER = (
    "unknown",
    "international",
    "national",
    "network specific",
    "subscriber",
    "alphanumeric",
    "abbreviated",
    "reserved",
)

NUMBERING_PLAN: dict[int, str] = {
    NumberingPlan.UNKNOWN: "unknown",
    NumberingPlan.ISDN: "ISDN/telephone (E.164)",
    NumberingPlan.DATA: "data (X.121)",
    NumberingPlan.TELEX: "telex",
    NumberingPlan.SC_SPECIFIC_5: "service centre specific",
    NumberingPlan.SC_SPECIFIC_6: "service centre specific",
    NumberingPlan.NATIONAL: "national",
    NumberingPlan.PRIVATE: "private",
    NumberingPlan.ERMES: "ERMES",
}

# The status octet of a record of EF_SMS (TS 51.011 10.5.3)
RECORD_STATUS: dict[int, str] = {
    RecordStatus.FREE: "free",
    RecordStatus.READ: "received, read",
    RecordStatus.UNREAD: "received, to be read",
    RecordStatus.SENT: "sent",
    RecordStatus.TO_BE_SENT: "to be sent",
    RecordStatus.SENT_REPORT_REQUESTED: "sent, status report requested",
    RecordStatus.SENT_REPORT_RECEIVED: "sent, status report received, not stored",
    RecordStatus.SENT_REPORT_STORED: "sent, status report received and stored",
}

MESSAGE_CLASS = ("0, shown at once", "1, for the ME", "2, for the (U)SIM", "3, for the TE")

_ALPHABETS = {
    Alphabet.GSM7: "GSM 7-bit default alphabet",
    Alphabet.DATA: "8-bit data",
    Alphabet.UCS2: "UCS2",
    Alphabet.RESERVED: "reserved alphabet",
}


def type_of_address_words(octet: int) -> tuple[str, str]:
    """(type of number, numbering plan) of a type-of-address octet (TS 23.040 9.1.2.5)."""
    address = Address("", octet)
    return TYPE_OF_NUMBER[address.type_of_number], NUMBERING_PLAN.get(address.numbering_plan, "reserved")


def data_coding_words(coding: DataCoding) -> str:
    """TP-DCS (TS 23.038 4)."""
    words = [_ALPHABETS[coding.alphabet]]
    if coding.reserved and coding.alphabet is not Alphabet.RESERVED:
        words.append("by a reserved coding")
    if coding.compressed:
        words.append("compressed")
    if coding.message_class is not None:
        words.append(f"class {MESSAGE_CLASS[coding.message_class]}")
    if coding.automatic_deletion:
        words.append("to be deleted once read")
    if coding.indication is not None:
        kind, active, store = coding.indication
        words.append(f"{kind} message waiting {'on' if active else 'off'}, {'store' if store else 'discard'}")
    return "; ".join(words)


def broadcast_coding_words(coding: BroadcastCoding) -> str:
    """The DCS of a cell broadcast page (TS 23.038 5)."""
    words = [_ALPHABETS[coding.alphabet]]
    if coding.reserved and coding.alphabet is not Alphabet.RESERVED:
        words.append("by a reserved coding")
    if coding.compressed:
        words.append("compressed")
    if coding.message_class is not None:
        words.append(f"class {coding.message_class}")
    if coding.language is not None:
        words.append(f"language {coding.language}")
    if coding.language_first:
        words.append("the language first")
    return "; ".join(words)


def stamp_words(stamp: ServiceCentreTimeStamp) -> str:
    """A time stamp as a date with its zone, or its digits when it is none."""
    time = stamp.time
    return f"no valid time: {stamp}" if time is None else time.isoformat(" ")


def duration_words(duration: timedelta) -> str:
    """ "3 days", "12 h 30 min"."""
    seconds = duration.seconds
    parts = (
        (duration.days, "day" if duration.days == 1 else "days"),
        (seconds // 3600, "h"),
        (seconds // 60 % 60, "min"),
        (seconds % 60, "s"),
    )
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "0 s"


def validity_words(period: ValidityPeriod) -> str:
    """TP-VP (TS 23.040 9.2.3.12)."""
    if isinstance(period, RelativeValidity):
        return f"for {duration_words(period.duration)}"
    if isinstance(period, EnhancedValidity):
        duration = period.duration
        words = "no period" if duration is None else f"for {duration_words(duration)}"
        return f"{words}, a single attempt" if period.single_shot else words
    return f"until {stamp_words(period.stamp)}"


def element_words(element: InformationElement) -> tuple[str, str]:
    """(meaning, clause) of an information element."""
    name, clause = element_name(element.identifier)
    detail = _element_detail(element)
    return (f"{name}: {detail}" if detail else name), clause


def _element_detail(element: InformationElement) -> str:
    identifier, data = element
    place, ports = concatenation_of((element,)), ports_of((element,))
    if place is not None:
        return f"part {place.sequence} of {place.total}, reference {place.reference}"
    if ports is not None:
        return f"to {ports.destination} from {ports.source}"
    if identifier in (NATIONAL_SINGLE_SHIFT, NATIONAL_LOCKING_SHIFT) and len(data) == 1:
        from ..languages import Language  # costs more than all the rest here, and few messages need it

        known = data[0] in Language.__members__.values()
        return Language(data[0]).name.capitalize() if known else f"reserved language {data[0]}"
    for kind, messages, store, profile in indications_of((element,)):
        what = WaitingKind(kind).name.lower() if kind in WaitingKind.__members__.values() else f"type {kind}"
        where = f", profile {profile}" if profile != 1 else ""
        return f"{messages} {what} messages waiting, {'store' if store else 'discard'}{where}"
    if identifier in (CONCATENATED_8BIT, CONCATENATED_16BIT):
        return "invalid, to be ignored"
    return data.hex().upper()
