"""How somebody tests a program of his own with the emulator: a modem that runs, other modems, a modem in memory."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import emulator.serial_handlers  # noqa: F401 - pyserial knows emulator:// from here on
from emulator.testing import EmulatedModem
from tests.example.alarm import Alarm, AlarmError

OWNER = "+15550100"


@pytest.fixture
def boat(emulated_modem: EmulatedModem) -> Iterator[Alarm]:
    alarm = Alarm(emulated_modem.port, OWNER)
    yield alarm
    alarm.close()


def test_an_alarm_reaches_its_owner(boat: Alarm, emulated_modem: EmulatedModem) -> None:
    boat.raise_alarm("water in the bilge")
    (message,) = emulated_modem.wait_sent(1)
    assert (message.to, message.body) == (OWNER, "water in the bilge")


def test_orders_are_taken_from_the_owner_only(boat: Alarm, emulated_modem: EmulatedModem) -> None:
    inbox = emulated_modem.bench.modem.stores["SM"]
    emulated_modem.receive_sms("+15550199", "open the valves")
    emulated_modem.receive_sms(OWNER, "pump on")
    emulated_modem.wait(lambda: inbox.used == 2)
    assert boat.orders() == ["pump on"]
    assert boat.orders() == []


@pytest.mark.modem(profile="simcom-sim800", pin="4711")
def test_it_says_what_it_lacks(emulated_modem: EmulatedModem) -> None:
    with pytest.raises(AlarmError, match="PIN"):
        Alarm(emulated_modem.port, OWNER)


@pytest.mark.parametrize("profile", ["generic", "simcom-sim800", "quectel-ec25", "huawei-e3372"])
def test_in_memory_with_time_that_passes_while_one_waits(profile: str) -> None:
    """The same program, and no thread, no terminal and no waiting: all that happens is the same every time."""
    alarm = Alarm(f"emulator://?profile={profile}&pin=4711&seed=1&clock=virtual", OWNER, pin="4711")
    line = alarm._line
    line.read_until(b"quiet")  # five seconds, in which the modem looks for its network
    alarm.raise_alarm("the mast is gone")
    assert [message.body for message in line.bench.smsc.sent] == ["the mast is gone"]
    alarm.close()
