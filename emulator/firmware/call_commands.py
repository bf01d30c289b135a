"""Commands of calls: ATD, ATA, ATH, ATO (V.250 6.3) and TS 27.007 6 and 7."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .calls import RATES, State
from .dialling import Kind, allowed, read
from .registry import Answer, Command, Domain, Need, Number, Text
from .responses import NO_CARRIER, CmeError, Refusal

if TYPE_CHECKING:
    from .channel import Channel
    from .modem import SoftModem

NOT_ALLOWED, FIXED_ONLY, NOT_SUBSCRIBED = 3, 56, 133
_VOICE_AND_DATA = 7  # <class>: voice, data, fax
NOTHING_KNOWN = "No cause information available"
NO_SERVICE = "No network service"
NO_PPP = "There is no peer for PPP"


def _dial(channel: Channel, text: str | int) -> Answer:
    modem = channel.modem
    missing = modem.missing(Need.PIN)
    if missing is not None:
        raise CmeError(missing)
    if not isinstance(text, str) or not text.strip("; "):
        raise Refusal(NO_CARRIER)
    dialled = read(modem, text)
    if dialled.kind is Kind.IDENTITY:
        return (modem.imei,)
    if dialled.kind is Kind.PACKET:
        # An address there is (+CGACT), but nobody who would speak PPP: a CONNECT would be a lie.
        modem.calls.report = NO_PPP
        raise Refusal(NO_CARRIER)
    if not modem.registration.registered:
        modem.calls.report = NO_SERVICE
        raise Refusal(NO_CARRIER)
    if dialled.kind is Kind.SERVICE:
        return modem.ussd.ask(str(dialled.number), show=True)
    if not allowed(modem, dialled.number):
        raise CmeError(FIXED_ONLY)
    withheld = modem.settings.number("+CLIR") == 1 if dialled.withheld is None else dialled.withheld
    return modem.calls.dial(channel, dialled.number, dialled.voice, withheld)


def _answer(channel: Channel) -> Answer:
    return channel.modem.calls.answer(channel)


def _hang_up(channel: Channel, _value: int) -> Answer:
    """V.250 6.3.6: OK also when there is nothing to hang up. +CVHU=1 keeps a voice call from it (6.20)."""
    calls = channel.modem.calls
    if calls.current is not None and (calls.current.data or not channel.modem.settings.number("+CVHU")):
        calls.hang_up()
    return ()


def _online(channel: Channel, _value: int) -> Answer:
    return channel.modem.calls.online_again(channel)


def _end_calls(modem: SoftModem) -> Answer:
    modem.calls.hang_up()
    return ()


def _calls(modem: SoftModem) -> Answer:
    """<id>,<dir>,<stat>,<mode>,<mpty>[,<number>,<type>,<alpha>] (7.18)."""
    call = modem.calls.current
    if call is None:
        return ()
    line = f"+CLCC: 1,{int(call.incoming)},{int(call.state)},{int(call.data)},0"
    if call.number is not None:
        name = modem.phonebook.shown_name(call.number)
        line += f',"{call.number}",{call.number.type_of_address},"{name}"'
    return (line,)


def _last_cause(modem: SoftModem) -> Answer:
    return (f"+CEER: {modem.calls.report or NOTHING_KNOWN}",)


def _tones(modem: SoftModem, tones: str, _duration: int | None) -> Answer:
    """DTMF into a voice call (C.2.11)."""
    call = modem.calls.current
    if call is None or call.data or call.state is not State.ACTIVE:
        raise CmeError(NOT_ALLOWED)
    if len(tones) != 1 or tones.upper() not in "0123456789#*ABCD":
        raise CmeError(50)
    modem.journal.write("call.tone", modem=modem.name, tone=tones.upper())
    return ()


def _presentation(name: str, provided: str) -> Command:
    """A command whose reading also tells what the network has."""
    clause = {"+CLIP": "7.6", "+CLIR": "7.7", "+COLP": "7.8"}[name]
    return Command(
        name=name,
        clause=f"TS 27.007 {clause}",
        parameters=(Number("0-2" if name == "+CLIR" else "0,1", default=0),),
        keeps=True,
        read=lambda modem: (f"{name}: {modem.settings.number(name)},{provided}",),
    )


def _forwarding(_modem: SoftModem, _reason: int, mode: int, *_details: object) -> Answer:
    """The network has no forwarding: it is asked for in vain, and not active."""
    if mode == 2:
        return (f"+CCFC: 0,{_VOICE_AND_DATA}",)
    raise CmeError(NOT_SUBSCRIBED)


def _waiting(_modem: SoftModem, shown: int | None, mode: int | None, _class: int | None) -> Answer:
    """The network has no call waiting either: a second caller finds the line busy."""
    if mode == 2:
        return (f"+CCWA: 0,{_VOICE_AND_DATA}",)
    if shown == 1 or mode is not None:
        raise CmeError(NOT_SUBSCRIBED)
    return ()


_RATES = ",".join(map(str, RATES))

COMMANDS = (
    Command(name="D", clause="V.250 6.3.1", parameters=(Text(),), action=_dial, domain=Domain.BASIC, line=True),
    Command(name="A", clause="V.250 6.3.5", action=_answer, domain=Domain.BASIC, line=True),
    Command(
        name="H",
        clause="V.250 6.3.6",
        parameters=(Number("0", default=0),),
        action=_hang_up,
        domain=Domain.BASIC,
        line=True,
    ),
    Command(
        name="O",
        clause="V.250 6.3.7",
        parameters=(Number("0-1", default=0),),
        action=_online,
        domain=Domain.BASIC,
        line=True,
    ),
    Command(name="+CHUP", clause="TS 27.007 6.5", action=_end_calls),
    Command(name="+CLCC", clause="TS 27.007 7.18", action=_calls),
    Command(name="+CEER", clause="TS 27.007 6.10", action=_last_cause),
    Command(name="+CRC", clause="TS 27.007 6.11", parameters=(Number("0,1", default=0),), keeps=True),
    Command(name="+CVHU", clause="TS 27.007 6.20", parameters=(Number("0,1", default=0),), keeps=True),
    Command(name="+CSTA", clause="TS 27.007 6.1", parameters=(Number("129,145", default=129),), keeps=True),
    Command(
        name="+CBST",
        clause="TS 27.007 6.7",
        parameters=(Number(_RATES, default=0), Number("0", default=0), Number("1", default=1)),  # non-transparent
        keeps=True,
    ),
    _presentation("+CLIP", "1"),
    _presentation("+CLIR", "4"),  # temporary mode, presentation allowed
    _presentation("+COLP", "1"),
    Command(
        name="+VTS",
        clause="TS 27.007 C.2.11",
        parameters=(Text(required=True, longest=1), Number("1-255")),
        set=_tones,
        test=lambda _modem: ("+VTS: (0-9,#,*,A-D),(1-255)",),
    ),
    Command(
        name="+CCFC",
        clause="TS 27.007 7.11",
        parameters=(Number("0-5", required=True), Number("0-4", required=True), Text(), Number("128-255"),
                    Number("1-255"), Text(), Number("128-255"), Number("1-30")),
        set=_forwarding,
        test=lambda _modem: ("+CCFC: (0-5)",),
        needs=Need.SERVICE,
    ),
    Command(
        name="+CCWA",
        clause="TS 27.007 7.12",
        parameters=(Number("0,1"), Number("0-2"), Number("1-255")),
        set=_waiting,
        test=lambda _modem: ("+CCWA: (0,1)",),
        needs=Need.PIN,
    ),
)  # fmt: skip
