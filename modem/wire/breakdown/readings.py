"""Which PDU is this? Octets do not say who sent them, nor whether a service centre stands in front of the TPDU.

All readings are tried. What the standard allows beats what only devices do, which beats what cannot be decoded; then
counts what came with the octets (an AT command's length and status), and how likely the contents are.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from ..address import Address, decode_service_centre
from ..errors import PduError
from ..records import RECORD_OCTETS, RecordStatus
from ..reports import EXTENSION, LATER_FIELDS
from ..user_data import UserData
from .breakdown import Breakdown, break_down
from .kinds import COMMAND, DELIVER, EMPTY_RECORD, KINDS, PAGE, STATUS_REPORT, SUBMIT, Kind


class Hint(NamedTuple):
    """What came with the octets: the length of the TPDU, the kinds that may stand there, who says so, and in words."""

    length: int | None = None
    kinds: tuple[Kind, ...] = KINDS
    source: str = ""
    because: str = ""


class Reading(NamedTuple):
    """The most plausible reading. `because` says why; `others` names readings that are nearly as good."""

    breakdown: Breakdown
    guessed: bool
    because: str
    others: tuple[str, ...]

    @property
    def decodes(self) -> bool:
        """Whether the octets make sense so."""
        return self.breakdown.error is None


class _Candidate(NamedTuple):
    kind: Kind
    service_centre: bool
    record: bool
    reasons: dict[str, float]  # what speaks for it, and how much

    @property
    def score(self) -> float:
        return sum(self.reasons.values())

    def __str__(self) -> str:
        place = " in a record of EF_SMS" if self.record else "" if self.service_centre else " without a service centre"
        return f"{self.kind}{place}"


_COMPLETE = "no octets are left over"
_VALID, _DECODES = "the standard allows every octet of it", "it decodes, with leniency"
_CLOSE = 25.0  # a candidate this near the best is named


def read(
    octets: bytes, hint: Hint | None = None, from_mobile: bool | None = None, service_centre: bool | None = None
) -> Reading:
    """Break `octets` down in the most plausible way. `from_mobile` and `service_centre` settle what they name."""
    candidates = list(_candidates(octets, hint or Hint(), from_mobile, service_centre))
    candidates.sort(key=lambda candidate: -candidate.score)  # stable: the order of KINDS decides a tie
    best = candidates[0]
    rivals = [candidate for candidate in candidates[1:] if _decodes(candidate)]
    close = tuple(str(rival) for rival in rivals if best.score - rival.score < _CLOSE)
    breakdown = break_down(octets, best.kind, best.service_centre, best.record)
    if not _decodes(best):
        because = "it goes furthest of those that do not decode" if not rivals else "the others are less likely"
    elif not rivals:
        because = "nothing else decodes"
    else:
        because = _difference(best, rivals[0])
    return Reading(breakdown, len(candidates) > 1, because, close)


def _difference(best: _Candidate, rival: _Candidate) -> str:
    """What speaks for `best` and not for `rival`, the weightiest first."""
    gains = {words: points - rival.reasons.get(words, 0.0) for words, points in best.reasons.items()}
    words = sorted((words for words in gains if gains[words] > 0), key=lambda words: -gains[words])
    return "; ".join(words[:3]) or "the others are no better"


def _decodes(candidate: _Candidate) -> bool:
    return _DECODES in candidate.reasons or _VALID in candidate.reasons


def _candidates(
    octets: bytes, hint: Hint, from_mobile: bool | None, service_centre: bool | None
) -> Iterable[_Candidate]:
    places = [(False, True), (False, False)] if service_centre is None else [(False, service_centre)]
    if len(octets) == RECORD_OCTETS and service_centre is not False:
        places.insert(0, (True, True))
    found = False
    if len(octets) == RECORD_OCTETS and not octets[0] & 1 and not octets[1:].strip(b"\xff"):
        yield _Candidate(EMPTY_RECORD, False, True, {_VALID: 300.0})
        return
    if (_is_broadcast(octets) or hint.kinds == (PAGE,)) and from_mobile is not True and service_centre is None:
        found = True
        yield _Candidate(PAGE, False, False, _for_page(octets, hint))
    for record, with_centre in places:
        for kind in KINDS:
            if from_mobile in (None, kind.from_mobile) and not (record and kind.carrier):  # no record holds a report
                candidate = _candidate(octets, hint, kind, with_centre, record)
                if candidate is not None:
                    found = True
                    yield candidate
    if not found:
        record, with_centre = places[0]
        kinds = [kind for kind in KINDS if from_mobile in (None, kind.from_mobile)]
        yield _Candidate(kinds[0], with_centre, record, {})


def _candidate(octets: bytes, hint: Hint, kind: Kind, with_centre: bool, record: bool) -> _Candidate | None:
    """The candidate with what speaks for it; None where the octets have another TP-MTI."""
    reasons: dict[str, float] = {}
    at = 1 if record else 0
    if record:
        reasons["a record of 176 octets that begins with a status"] = (
            30.0 if octets[0] in RecordStatus.__members__.values() else -60.0
        )
    if with_centre:
        try:
            centre, at = decode_service_centre(octets, at)
        except PduError:
            return None
        reasons |= _for_service_centre(centre)
    if at >= len(octets):
        return None
    indicator = octets[at] & 3
    if indicator != kind.type_indicator and not (kind is DELIVER and indicator == 3):
        return None
    tpdu = octets[at:].rstrip(b"\xff") if record else octets[at:]
    if hint.length is not None:
        reasons[f"it has the length {hint.length} that {hint.source} says"] = 80.0 if hint.length == len(tpdu) else 0.0
    if hint.kinds is not KINDS:
        reasons[hint.because] = 60.0 if kind in hint.kinds else 0.0
    reasons["it is the more usual one"] = _USUAL.get(kind, 0.0)
    if kind.carrier:
        flags = tpdu[1 + (kind.carrier == "RP-ERROR") :][:1]
        reserved = any(octet & (LATER_FIELDS | EXTENSION) for octet in flags)
        reasons["TP-PI has no reserved bit"] = -60.0 if reserved else 0.0
    reasons |= _for_tpdu(tpdu, octets[at:], kind)
    return _Candidate(kind, with_centre, record, reasons)


def _is_broadcast(octets: bytes) -> bool:
    """Whether the octets have the length of a page (TS 23.041 9.4.1), or as many as UMTS says (9.4.2)."""
    return len(octets) == 88 or (len(octets) > 88 and octets[0] == 1 and len(octets) == 7 + octets[6] * 83)


def _for_page(octets: bytes, hint: Hint) -> dict[str, float]:
    """What speaks for a page of cell broadcast."""
    from ..cell_broadcast import decode_pages  # seldom needed

    reasons = {"it has the length of a page": 40.0}
    if hint.kinds is not KINDS:
        reasons[hint.because] = 60.0 if PAGE in hint.kinds else -60.0
    try:
        return {_VALID: 50.0, **_for_contents(decode_pages(octets, True)[0]), **reasons}
    except PduError:
        return reasons


# A report is seldom seen outside the network, and a failure seldom among them.
_USUAL = {DELIVER: 30.0, SUBMIT: 30.0, STATUS_REPORT: 25.0, COMMAND: 10.0}


def _for_service_centre(centre: Address | None) -> dict[str, float]:
    if centre is None:
        return {"no service centre is named, as commands for sending have it": 10.0}
    usual = centre.type_of_address in (0x91, 0x81, 0xA1) and centre.value.isdecimal() and len(centre.value) > 2
    return {"the service centre is a number": 20.0 if usual else -90.0 if "?" in centre.value else -30.0}


def _for_tpdu(tpdu: bytes, filled: bytes, kind: Kind) -> dict[str, float]:
    """What the octets say for being a TPDU of `kind`; `filled` is the same with the fill of a record."""
    forbidden = 0  # the first octet that the standard has something against
    for octets in dict.fromkeys((tpdu, filled)):
        try:
            value: Any = kind.decode(octets, True)
        except PduError as error:
            forbidden = error.offset or 0
            continue
        return {_VALID: 100.0, _COMPLETE: -5.0 * _left_over(value, octets), **_for_contents(value)}
    try:
        value = kind.decode(filled, False)
    except PduError as error:
        # The further the first trouble, the more of it made sense.
        part = min(error.offset or 0, forbidden) / len(filled)
        return {"it goes furthest": 30.0 * part + (20.0 if error.field.startswith("TP-UD") else 0.0)}
    return {_DECODES: 50.0, _COMPLETE: -5.0 * _left_over(value, tpdu), **_for_contents(value)}


def _left_over(value: Any, tpdu: bytes) -> int:
    """How many octets at the end the value does not account for."""
    try:
        return max(0, len(tpdu) - len(value.encode()))
    except PduError:  # what only lenient decoding takes
        return 0


def _for_contents(tpdu: Any) -> dict[str, float]:
    """What the fields say: the address and the dates, the coding and the text."""
    reasons = {}
    address = next(
        (getattr(tpdu, name) for name in ("originator", "destination", "recipient") if hasattr(tpdu, name)), None
    )
    if isinstance(address, Address):
        usual = address.type_of_address in (0x81, 0x85, 0x91, 0xA1, 0xA8, 0xC8, 0xD0, 0xD1) and address.value
        reasons["the address is a usual one"] = -60.0 if "?" in address.value else 10.0 if usual else -10.0
    stamps = [getattr(tpdu, name) for name in ("service_centre_time_stamp", "discharge_time") if hasattr(tpdu, name)]
    if stamps:
        if all(stamp.time for stamp in stamps):
            reasons["the times are dates"] = 15.0
        elif all(stamp._replace(octets=stamp.octets[:6] + b"\0").time for stamp in stamps):
            reasons["the times are dates, but for a zone"] = 5.0  # there are networks with a C among its digits
        else:
            reasons["the times are dates"] = -30.0
    content = getattr(tpdu, "user_data", None) or getattr(getattr(tpdu, "parameters", None), "user_data", None)
    if isinstance(content, UserData) and isinstance(content.body, str) and content.body:
        readable = sum(character.isprintable() or character in "\r\n" for character in content.body)
        reasons["the text is readable"] = 10.0 if readable == len(content.body) else -10.0
    return reasons
