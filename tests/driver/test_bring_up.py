"""Bring-up on modems that refuse some of it, each as a real device was seen to do."""

from __future__ import annotations

import pytest

from modem.errors import (
    CommandFailed,
    InvalidInput,
    NoSim,
    PinLastTry,
    PinRefused,
    PinRequired,
    PukRequired,
    SimError,
)
from modem.session import CNMI_CANDIDATES, Registration, bring_up, registration
from tests.driver.scripted import converse

EC25_CPMS = '+CPMS: ("SM","ME","MT","SR"),("SM","ME","MT","SR"),("SM","ME","MT","SR")'


def modem(**changes: list[str]) -> dict[str, list[str]]:
    """What a modem answers; a list is used up in order, its last entry stays."""
    answers = {
        "+CGMI": ["Quectel"],
        "+CGMM": ["EC25"],
        "+CGMR": ["EC25EFAR06A10M4G"],
        "+CPIN?": ["+CPIN: READY"],
        "+CPMS=?": [EC25_CPMS],
        '+CPMS="ME","ME","ME"': ["+CPMS: 0,255,0,255,0,255"],
        "+CNMI?": ["+CNMI: 2,1,0,1,0"],
    }
    answers.update(changes)
    return answers


def test_quectel_ec25() -> None:
    session, lines = converse(bring_up(), modem())
    assert (session.manufacturer, session.model, session.revision) == ("Quectel", "EC25", "EC25EFAR06A10M4G")
    assert session.memory == "ME"
    assert session.readable == ("ME", "SM")
    assert session.announces
    assert session.reports
    assert not session.acknowledges
    assert lines[:4] == ["ATE0", "ATV1", "ATQ0", "AT+CMEE=1"]
    assert lines[-2:] == ["AT+CNMI=2,1,0,1,0", "AT+CNMI?"]


@pytest.mark.parametrize(
    ("command", "line", "value"),
    [
        ("+CGMI", " WAVECOM MODEM", "WAVECOM MODEM"),  # Wavecom, python-gsmmodem's capture
        ("+CGMR", "+CGMR: LE20B03SIM7600M22", "LE20B03SIM7600M22"),  # SIM7600G-H
        ("+CGMM", '"SIM800L"', "SIM800L"),
    ],
)
def test_identity_texts(command: str, line: str, value: str) -> None:
    session, _ = converse(bring_up(), modem(**{command: [line]}))
    assert value in (session.manufacturer, session.model, session.revision)


def test_service_that_comes_up_late() -> None:
    """SIM900, A7670: +CMGF is refused for seconds after AT works (TinyGSM#242, LilyGo-Modem-Series#247)."""
    _, lines = converse(bring_up(), modem(**{"+CMGF=0": ["ERROR"] * 20 + ["+CMS ERROR: 314", "OK"]}))
    assert lines.count("AT+CMGF=0") == 22


def test_service_that_never_comes_up() -> None:
    with pytest.raises(CommandFailed):
        converse(bring_up(), modem(**{"+CMGF=0": ["ERROR"]}))


@pytest.mark.parametrize(
    ("listed", "command", "groups"),
    [
        pytest.param('+CPMS: ("SM","ME"),("SM","ME"),("SM","ME")', '+CPMS="ME","ME","ME"', 3, id="E3372-325"),
        pytest.param('+CPMS: (("SM","BM","SR"),("SM"))', '+CPMS="SM","SM"', 2, id="Wavecom"),
        pytest.param('+CPMS: "ME","MT","SM"', '+CPMS="ME","ME","ME"', 3, id="Huawei MU609"),
        pytest.param('+CPMS: ( "SM" ), ( "SM" ), ( "SM" )', '+CPMS="SM","SM","SM"', 3, id="blanks"),
    ],
)
def test_memories(listed: str, command: str, groups: int) -> None:
    answers = modem(**{"+CPMS=?": [listed], command: ["+CPMS: 0,50,0,50,0,50"]})
    session, lines = converse(bring_up(), answers)
    assert f"AT{command}" in lines
    assert session.memory_groups == groups


def test_memory_without_room_is_not_chosen() -> None:
    answers = modem(
        **{'+CPMS="ME","ME","ME"': ["+CPMS: 0,0,0,0,0,0"], '+CPMS="SM","SM","SM"': ["+CPMS: 0,50,0,50,0,50"]}
    )
    session, _ = converse(bring_up(), answers)
    assert session.memory == "SM"


@pytest.mark.parametrize(
    ("accepted", "reports"),
    [
        pytest.param("2,1,0,1,0", True, id="TS 27.005"),
        pytest.param("2,1,0,2,0", True, id="ds 2"),
        pytest.param("1,1,0,1,0", True, id="Huawei and other Qualcomm: no mode 2"),
        pytest.param("2,1,0,2,1", True, id="Cinterion: no ds 1, bfr 1"),
        pytest.param("1,1,0,0,0", False, id="no reports"),
    ],
)
def test_r45_indications_are_tried_until_one_is_taken(accepted: str, reports: bool) -> None:
    """python-gsmmodem#60, #76: what +CNMI=? lists may still be refused."""
    refused = {f"+CNMI={candidate}": ["+CMS ERROR: 302"] for candidate in CNMI_CANDIDATES if candidate != accepted}
    session, _ = converse(bring_up(), modem(**refused, **{"+CNMI?": [f"+CNMI: {accepted}"]}))
    assert session.announces
    assert session.reports == reports


def test_indications_that_are_taken_but_not_kept() -> None:
    session, _ = converse(bring_up(), modem(**{"+CNMI?": ["+CNMI: 0,0,0,0,0"]}))
    assert not session.announces


def test_modem_that_insists_on_acknowledgements() -> None:
    answers = modem(**{"+CSMS=0": ["+CMS ERROR: 303"], "+CSMS?": ["+CSMS: 1,1,1,1"]})
    session, _ = converse(bring_up(), answers)
    assert session.acknowledges


# --- the SIM ----------------------------------------------------------------------------------------------------


def test_pin_is_entered_once() -> None:
    answers = modem(
        **{"+CPIN?": ["+CPIN: SIM PIN", "+CME ERROR: 14", "+CPIN: READY"], '+CPINR="SIM PIN"': ["+CPINR: SIM PIN,3,3"]}
    )
    _, lines = converse(bring_up("1234"), answers)
    assert lines.count('AT+CPIN="1234"') == 1


def test_no_pin() -> None:
    with pytest.raises(PinRequired, match="--pin-file"):
        converse(bring_up(), modem(**{"+CPIN?": ['+CPIN: "SIM PIN"']}))


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("+CPINR", "+CPINR: SIM PIN,1,3\n+CPINR: SIM PUK,10,10\n+CPINR: SIM PIN2,3,3"),
        ("+CPINR", "+CPINR: SIM PIN2,3,3\n+CPINR: SIM PIN,0,3"),
        ('+CPINR="SIM PIN"', "+CPINR: SIM PIN,1,3"),
    ],
)
def test_r57_last_try_is_never_spent(command: str, answer: str) -> None:
    """gammu#458: a daemon spent all three tries in 45 s."""
    answers = modem(**{"+CPIN?": ["+CPIN: SIM PIN"], "+CPINR": ["ERROR"], command: [answer]})
    seen: list[str] = []
    with pytest.raises(PinLastTry):
        converse(bring_up("1234"), answers, seen)
    assert not any(line.startswith("AT+CPIN=") for line in seen)


def test_r57_refused_pin_is_not_tried_again() -> None:
    seen: list[str] = []
    answers = modem(**{"+CPIN?": ["+CPIN: SIM PIN"], '+CPIN="1234"': ["+CME ERROR: 16"]})
    with pytest.raises(PinRefused):
        converse(bring_up("1234"), answers, seen)
    assert sum(line.startswith("AT+CPIN=") for line in seen) == 1


@pytest.mark.parametrize(
    ("state", "error"),
    [
        ("+CPIN: SIM PUK", PukRequired),
        ("+CME ERROR: 12", PukRequired),
        ("+CME ERROR: 10", NoSim),
        ("+CME ERROR: SIM not inserted", NoSim),
        ("+CME ERROR: 13", SimError),
        ("+CPIN: PH-NET PIN", SimError),
        ("+CME ERROR: 14", SimError),
    ],
)
def test_sim_states(state: str, error: type[Exception]) -> None:
    seen: list[str] = []
    with pytest.raises(error):
        converse(bring_up("1234"), modem(**{"+CPIN?": [state]}), seen)
    assert not any(line.startswith("AT+CPIN=") for line in seen)


def test_pin2_does_not_hinder() -> None:
    converse(bring_up(), modem(**{"+CPIN?": ["+CPIN: SIM PIN2"]}))


@pytest.mark.parametrize("pin", ["", "123", "123456789", "12a4", '1234"', "1234\r", "١٢٣٤"])
def test_pin_is_digits(pin: str) -> None:
    with pytest.raises(InvalidInput):
        converse(bring_up(pin), modem())


# --- registration -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("circuit", "packet", "ready"),
    [
        ("+CREG: 0,1", "+CEREG: 0,1", True),
        ("+CREG: 0,2", "+CEREG: 0,5", True),
        ("+CREG: 2,6", "ERROR", True),  # SMS only, ModemManager's test vector
        ('+CREG:002,001,"18d8","ffff"', "ERROR", True),
        ("+CREG: 0,3", "+CEREG: 0,2", False),
        ("+CREG: 0,0", "ERROR", False),
        ("ERROR", "ERROR", True),
    ],
)
def test_registration(circuit: str, packet: str, ready: bool) -> None:
    found, _ = converse(registration(), {"+CREG?": [circuit], "+CEREG?": [packet]})
    assert found.ready is ready


def test_registration_in_words() -> None:
    assert str(Registration(1, 2)) == "registered, home network"
    assert str(Registration(3, 2)) == "registration denied"
    assert str(Registration(None, None)) == "unknown"
