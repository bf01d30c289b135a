"""python-gsmmodem-new, in PDU mode and in text mode."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.conftest import Emulator
from tests.foreign.programs import LONG, PLAIN, TELEPHONE, UNICODE, eventually

pytestmark = [pytest.mark.foreign, pytest.mark.timeout(120)]


@pytest.fixture
def connected(foreign_library: Callable[..., Any], emulator: Emulator) -> Callable[..., Any]:
    """Connects to the emulator; for one block."""
    library = foreign_library("gsmmodem.modem")

    @contextmanager
    def connect(text_mode: bool = False, **options: Any) -> Iterator[Any]:
        modem = library.GsmModem(emulator.port, 115200, **options)
        modem.smsTextMode = text_mode
        modem.connect()
        try:
            yield modem
        finally:
            modem.close()

    return connect


def test_it_identifies_the_modem_and_the_network(connected: Callable[..., Any], emulator: Emulator) -> None:
    with connected() as modem:
        assert (modem.manufacturer, modem.model) == ("modem2936", "Software Modem")
        assert modem.imsi == emulator.ready["sims"][0]["imsi"]
        assert (modem.networkName, modem.signalStrength) == ("modem2936", 20)
        assert modem.waitForNetworkCoverage(5) == 20
        assert modem.smsc == "+12025550100"
        assert modem.ownNumber == "12025550101"


@pytest.mark.parametrize(
    ("text_mode", "texts"), [(False, (PLAIN, UNICODE)), (True, (PLAIN,))], ids=["PDU mode", "text mode"]
)
def test_it_sends_and_has_the_report(
    connected: Callable[..., Any], emulator: Emulator, text_mode: bool, texts: tuple[str, ...]
) -> None:
    with connected(text_mode) as modem:
        for text in texts:
            sent = modem.sendSms(TELEPHONE, text, waitForDeliveryReport=True, deliveryTimeout=20)
            assert sent.status == sent.DELIVERED
            assert sent.report.reference == sent.reference
    assert emulator.run("sent").stdout == "".join(f"{TELEPHONE}\t{text}\n" for text in texts)


def test_it_sends_long_texts_and_to_the_short_code(connected: Callable[..., Any], emulator: Emulator) -> None:
    # Without reports, or it would go and read one while the next part has the prompt.
    with connected(AT_CNMI="2,1,0,0") as modem:
        modem.sendSms("2936", PLAIN)
        modem.sendSms(TELEPHONE, LONG)
    assert emulator.run("sent").stdout == f"2936\t{PLAIN}\n{TELEPHONE}\t{LONG}\n"


@pytest.mark.parametrize(
    ("text_mode", "shown"),
    # In text mode UCS2 comes in hexadecimal digits, which it leaves to its user (TS 27.005 3.1, <data>).
    [(False, UNICODE), (True, UNICODE.encode("utf-16-be").hex().upper())],
    ids=["PDU mode", "text mode"],
)
def test_it_receives_and_deletes(
    connected: Callable[..., Any], emulator: Emulator, text_mode: bool, shown: str
) -> None:
    received: list[tuple[str, str]] = []
    with connected(text_mode, smsReceivedCallbackFunc=lambda sms: received.append((sms.number, sms.text))) as modem:
        emulator.run("sms", "2936", "reboot {now}")
        emulator.run("sms", TELEPHONE, UNICODE)
        eventually(lambda: len(received) == 2)
        assert received == [("2936", "reboot {now}"), (TELEPHONE, shown)]
        assert modem.listStoredSms() == []  # it deletes what it hands over


def test_it_receives_long_texts(connected: Callable[..., Any], emulator: Emulator) -> None:
    parts: list[Any] = []
    with connected(smsReceivedCallbackFunc=parts.append):
        emulator.run("sms", TELEPHONE, LONG)
        eventually(lambda: len(parts) == 2)
    assert "".join(part.text for part in parts) == LONG
    assert len({part.udh[0].reference for part in parts}) == 1
