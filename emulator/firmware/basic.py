"""V.250: the basic commands, the S registers, and the extended ones of the line itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .registry import Answer, Command, Domain, Number, Text
from .responses import NO_CARRIER, Refusal

if TYPE_CHECKING:
    from .channel import Channel


def _reset(channel: Channel, _profile: int) -> Answer:
    channel.settings.restore_saved()
    channel.modem.settings.restore_saved()
    return ()


def _factory(channel: Channel, _profile: int) -> Answer:
    channel.settings.restore_factory()
    channel.modem.settings.restore_factory()
    return ()


def _save(channel: Channel, _profile: int) -> Answer:
    channel.settings.save()
    channel.modem.settings.save()
    return ()


def _view(channel: Channel, _page: int) -> Answer:
    line, modem = channel.settings, channel.modem
    basic = [f"{name}{line.number(name)}" for name in line if len(name) < 3 and name[0] != "S"]
    registers = [f"{name}:{line.number(name):03}" for name in line if name[0] == "S"]
    extended = [
        modem.commands[name].show(settings[name])
        for settings in (line, modem.settings)
        for name in settings
        if name in modem.commands and not name[0].isalpha() and name[0] != "&"
    ]
    return ["ACTIVE PROFILE:", " ".join(basic), " ".join(registers), *extended]


def _information(channel: Channel, page: int) -> Answer:
    modem = channel.modem
    identity = modem.profile.identity
    if page:
        return (identity.revision,)
    return [
        line.format(
            manufacturer=identity.manufacturer, model=identity.model, revision=identity.revision, imei=modem.imei
        )
        for line in identity.information
    ]


def _no_connection(_channel: Channel, *_values: object) -> Answer:
    """No call can be made, and there is no connection to go back to."""
    raise Refusal(NO_CARRIER)


def _hang_up(_channel: Channel, _value: int) -> Answer:
    """V.250 6.3.6: OK also when there is nothing to hang up."""
    return ()


def _capabilities(_channel: Channel) -> Answer:
    return ("+GCAP: +CGSM",)


def _basic(name: str, clause: str, allowed: str, default: int) -> Command:
    """A basic command that keeps its number."""
    return Command(
        name=name,
        clause=f"V.250 {clause}",
        parameters=(Number(allowed, default=default),),
        action=lambda channel, value: _keep(channel, name, value),
        keeps=True,
        domain=Domain.BASIC,
        line=True,
    )


def _keep(channel: Channel, name: str, value: int) -> Answer:
    channel.settings[name] = (value,)
    return ()


def _register(number: int, clause: str, allowed: str, default: int) -> Command:
    """An S register, read as three digits (V.250 5.3.2)."""
    name = f"S{number}"
    return Command(
        name=name,
        clause=f"V.250 {clause}",
        parameters=(Number(allowed, default=default),),
        read=lambda channel: (f"{channel.settings.number(name):03}",),
        keeps=True,
        domain=Domain.BASIC,
        line=True,
    )


_ONE = (Number("0", default=0),)

COMMANDS = (
    _basic("E", "6.2.4", "0-1", 1),
    _basic("Q", "6.2.5", "0-1", 0),
    _basic("V", "6.2.6", "0-1", 1),
    _basic("X", "6.2.7", "0-4", 4),
    _basic("&C", "6.2.8", "0-1", 1),
    _basic("&D", "6.2.9", "0-2", 2),
    _basic("L", "6.3.13", "0-3", 1),
    _basic("M", "6.3.14", "0-2", 1),
    _register(0, "6.3.8", "0-255", 0),
    _register(2, "6.2.9", "0-255", 43),
    _register(3, "6.2.1", "0-127", 13),
    _register(4, "6.2.2", "0-127", 10),
    _register(5, "6.2.3", "0-127", 8),
    _register(6, "6.3.9", "2-10", 2),
    _register(7, "6.3.10", "1-255", 60),
    _register(8, "6.3.11", "0-255", 2),
    _register(10, "6.3.12", "1-254", 14),
    _register(12, "Hayes", "0-255", 50),
    Command(name="Z", clause="V.250 6.1.1", parameters=_ONE, action=_reset, domain=Domain.BASIC, line=True),
    Command(name="&F", clause="V.250 6.1.2", parameters=_ONE, action=_factory, domain=Domain.BASIC, line=True),
    Command(name="&W", clause="V.250 Appendix", parameters=_ONE, action=_save, domain=Domain.BASIC, line=True),
    Command(name="&V", clause="V.250 Appendix", parameters=_ONE, action=_view, domain=Domain.BASIC, line=True),
    Command(
        name="I",
        clause="V.250 6.1.3",
        parameters=(Number("0-9", default=0),),
        action=_information,
        domain=Domain.BASIC,
        line=True,
    ),
    Command(
        name="D", clause="V.250 6.3.1", parameters=(Text(),), action=_no_connection, domain=Domain.BASIC, line=True
    ),
    Command(name="A", clause="V.250 6.3.5", action=_no_connection, domain=Domain.BASIC, line=True),
    Command(name="H", clause="V.250 6.3.6", parameters=_ONE, action=_hang_up, domain=Domain.BASIC, line=True),
    Command(
        name="O",
        clause="V.250 6.3.7",
        parameters=(Number("0-1", default=0),),
        action=_no_connection,
        domain=Domain.BASIC,
        line=True,
    ),
    Command(name="+GCAP", clause="V.250 6.1.9", action=_capabilities, line=True),
    Command(
        name="+IPR",
        clause="V.250 6.2.10",
        parameters=(Number("0,300,1200,2400,4800,9600,19200,38400,57600,115200,230400,460800,921600", default=115200),),
        keeps=True,
        line=True,
    ),
    Command(
        name="+ICF",
        clause="V.250 6.2.11",
        parameters=(Number("1-6", default=3), Number("0-3", default=3)),
        keeps=True,
        line=True,
    ),
    Command(
        name="+IFC",
        clause="V.250 6.2.12",
        parameters=(Number("0-2", default=2), Number("0-2", default=2)),
        keeps=True,
        line=True,
    ),
)
