"""The telephone book on the card (TS 27.007 8.11 to 8.14): EF_ADN as "SM", the own numbers of EF_MSISDN as "ON".

Names are in the character set of +CSCS, numbers are digits in any.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from modem.wire.address import INTERNATIONAL

from ..sim import ALPHA_OCTETS, EF_ADN, EF_MSISDN, number_record, read_number_record
from .charset import from_terminal, to_terminal
from .registry import Answer, Command, Need, Number, Text
from .responses import CmeError

if TYPE_CHECKING:
    from .modem import SoftModem

_FILES = {"SM": EF_ADN, "ON": EF_MSISDN}
_NUMBER_DIGITS = 20
INVALID_INDEX, NOT_FOUND, TEXT_TOO_LONG, NUMBER_TOO_LONG, BAD_TEXT, BAD_NUMBER = 21, 22, 24, 26, 25, 27


def _records(modem: SoftModem) -> list[bytes]:
    return modem.sim.files[_FILES[modem.settings.string("+CPBS")]].records


def _storage(modem: SoftModem) -> Answer:
    records = _records(modem)
    used = sum(read_number_record(record) is not None for record in records)
    return (f'+CPBS: "{modem.settings.string("+CPBS")}",{used},{len(records)}',)


def _entry(modem: SoftModem, command: str, index: int, record: bytes) -> str | None:
    entry = read_number_record(record)
    if entry is None:
        return None
    name, number = entry
    text = to_terminal(name, modem.settings.string("+CSCS"))
    return f'{command}: {index},"{number}",{number.type_of_address},"{text}"'


def _read(modem: SoftModem, first: int, last: int | None) -> Answer:
    records = _records(modem)
    last = first if last is None else last
    if not 1 <= first <= last <= len(records):
        raise CmeError(INVALID_INDEX)
    lines = [_entry(modem, "+CPBR", index, records[index - 1]) for index in range(first, last + 1)]
    return [line for line in lines if line is not None]


def _find(modem: SoftModem, beginning: str) -> Answer:
    try:
        wanted = from_terminal(beginning, modem.settings.string("+CSCS")).lower()
    except ValueError:
        raise CmeError(BAD_TEXT) from None
    lines = []
    for index, record in enumerate(_records(modem), start=1):
        entry = read_number_record(record)
        if entry is not None and entry[0].lower().startswith(wanted):
            lines.append(_entry(modem, "+CPBF", index, record))
    if not lines:
        raise CmeError(NOT_FOUND)
    return [line for line in lines if line is not None]


def _write(
    modem: SoftModem, index: int | None, number: str | None, type_of_address: int | None, name: str | None
) -> Answer:
    """An index alone deletes; without one the first free place is taken."""
    records = _records(modem)
    if index is not None and not 1 <= index <= len(records):
        raise CmeError(INVALID_INDEX)
    if number is None:
        if index is None:
            raise CmeError(INVALID_INDEX)
        records[index - 1] = b"\xff" * len(records[index - 1])
        return ()
    if index is None:
        index = next((place for place, record in enumerate(records, 1) if read_number_record(record) is None), None)
        if index is None:
            raise CmeError(20)
    try:
        text = from_terminal(name or "", modem.settings.string("+CSCS"))
    except ValueError:
        raise CmeError(BAD_TEXT) from None
    if type_of_address == INTERNATIONAL and not number.startswith("+"):
        number = f"+{number}"
    if len(number.removeprefix("+")) > _NUMBER_DIGITS:
        raise CmeError(NUMBER_TOO_LONG)
    if len(text) > ALPHA_OCTETS:
        raise CmeError(TEXT_TOO_LONG)
    try:
        records[index - 1] = number_record(text, number)
    except ValueError:
        raise CmeError(BAD_NUMBER) from None
    return ()


def _test_read(modem: SoftModem) -> Answer:
    return (f"+CPBR: (1-{len(_records(modem))}),{_NUMBER_DIGITS},{ALPHA_OCTETS}",)


def _test_write(modem: SoftModem) -> Answer:
    return (f"+CPBW: (1-{len(_records(modem))}),{_NUMBER_DIGITS},(128-255),{ALPHA_OCTETS}",)


_INDEX = "0-65535"

COMMANDS = (
    Command(
        name="+CPBS",
        clause="TS 27.007 8.11",
        parameters=(Text(tuple(_FILES), default="SM"),),
        keeps=True,
        read=_storage,
        needs=Need.PIN,
    ),
    Command(
        name="+CPBR",
        clause="TS 27.007 8.12",
        parameters=(Number(_INDEX, required=True), Number(_INDEX)),
        set=_read,
        test=_test_read,
        needs=Need.PIN,
    ),
    Command(
        name="+CPBF",
        clause="TS 27.007 8.13",
        parameters=(Text(required=True),),
        set=_find,
        test=lambda _modem: (f"+CPBF: {_NUMBER_DIGITS},{ALPHA_OCTETS}",),
        needs=Need.PIN,
    ),
    Command(
        name="+CPBW",
        clause="TS 27.007 8.14",
        parameters=(Number(_INDEX), Text(), Number("128-255"), Text()),
        set=_write,
        test=_test_write,
        needs=Need.PIN,
    ),
)
