"""python-gammu: gammu's library as programs use it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest

from tests.conftest import Emulator
from tests.foreign.programs import LONG, PLAIN, SENT, TELEPHONE, UNICODE, eventually

pytestmark = [pytest.mark.foreign, pytest.mark.timeout(120)]


@pytest.fixture
def gammu(foreign_library: Callable[[str], ModuleType]) -> ModuleType:
    return foreign_library("gammu")


@pytest.fixture
def modem(gammu: ModuleType, emulator: Emulator) -> Iterator[Any]:
    # The library that comes with the package asks for no reports itself (SetIncomingSMS: not supported).
    assert emulator.modem("at", "AT+CNMI=2,1,0,2,0").returncode == 0
    modem = gammu.StateMachine()
    modem.SetConfig(0, {"Device": emulator.port, "Connection": "at115200"})
    modem.Init()
    yield modem
    modem.Terminate()


def everything(gammu: ModuleType, modem: Any) -> list[dict[str, Any]]:
    """All parts of all messages, as they stand in the memories."""
    parts: list[dict[str, Any]] = []
    while True:
        try:
            place = {"Location": parts[-1]["Location"]} if parts else {"Start": True}
            parts += modem.GetNextSMS(Folder=0, **place)
        except gammu.ERR_EMPTY:
            return parts


def test_it_does_its_whole_job(gammu: ModuleType, modem: Any, emulator: Emulator) -> None:
    """In one go, because it takes six seconds to start."""
    identify(modem, emulator)
    send(gammu, modem, emulator)
    receive(gammu, modem, emulator)


def identify(modem: Any, emulator: Emulator) -> None:
    assert modem.GetManufacturer() == "modem2936"
    assert modem.GetModel()[1] == "Software Modem"
    assert modem.GetSIMIMSI() == emulator.ready["sims"][0]["imsi"]
    network = modem.GetNetworkInfo()
    assert (network["NetworkCode"], network["NetworkName"], network["State"]) == ("001 01", "modem2936", "HomeNetwork")
    assert modem.GetSignalQuality()["SignalPercent"] == 60
    assert modem.GetSecurityStatus() is None
    assert modem.GetSMSC()["Number"] == "+12025550100"


def send(gammu: ModuleType, modem: Any, emulator: Emulator) -> None:
    for number, text, unicode, report in (
        ("2936", PLAIN, False, False),
        (TELEPHONE, UNICODE, True, True),
        (TELEPHONE, LONG, False, False),
    ):
        order = {"Class": -1, "Unicode": unicode, "Entries": [{"ID": "ConcatenatedTextLong", "Buffer": text}]}
        for part in gammu.EncodeSMS(order):
            part |= {"SMSC": {"Location": 1}, "Number": number} | ({"Type": "Status_Report"} if report else {})
            modem.SendSMS(part)
    assert emulator.run("sent").stdout == SENT
    (found,) = eventually(lambda: [part for part in everything(gammu, modem) if part["Type"] == "Status_Report"])
    assert (found["Number"], found["Text"]) == (TELEPHONE, "Delivered")
    modem.DeleteSMS(Folder=0, Location=found["Location"])


def receive(gammu: ModuleType, modem: Any, emulator: Emulator) -> None:
    # No braces: a text with characters of the extension table has as many random ones at its end.
    expected = {("2936", "reboot (now)"), (TELEPHONE, LONG), ("Twilio", UNICODE)}
    for number, text in sorted(expected):
        emulator.run("sms", number, text)
    eventually(lambda: sum(modem.GetSMSStatus()[name] for name in ("SIMUsed", "PhoneUsed")) == 4)
    messages = gammu.LinkSMS([[part] for part in everything(gammu, modem)])
    assert {(parts[0]["Number"], "".join(part["Text"] for part in parts)) for parts in messages} == expected
    for part in everything(gammu, modem):
        modem.DeleteSMS(Folder=0, Location=part["Location"])
    assert not everything(gammu, modem)
