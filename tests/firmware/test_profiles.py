"""What makes each modem this modem: start, words and manners, as their owners and vendors describe them.

The sources stand beside each oddity in emulator/firmware/profiles/*.toml.
"""

from __future__ import annotations

import re

import pytest

from emulator.bench import Bench
from emulator.firmware.profile import ProfileError, load, names, parse


class Bought:
    """A modem of a kind, just switched on, or `on` for a minute."""

    def __init__(self, profile: str, on: bool = True) -> None:
        self.bench = Bench(seed=1, profile=profile)
        self.said = bytearray()
        for channel in self.bench.modem.channels:
            channel.outputs.append(self.said.extend)
        if on:
            self.bench.clock.advance(60)
            self.at("ATE0")

    def lines(self) -> list[str]:
        lines = [line for line in re.split(r"[\r\n]+", self.said.decode("latin-1")) if line]
        self.said.clear()
        return lines

    def at(self, command: str) -> list[str]:
        self.said.clear()
        self.bench.modem.receive(command.encode() + b"\r")
        self.bench.clock.advance(1)
        return self.lines()


@pytest.mark.parametrize(
    ("profile", "chain"),
    [
        ("generic", []),
        (
            "quectel-ec25",
            ["RDY", "+CFUN: 1", "+CPIN: READY", "+QUSIM: 1", "+QIND: SMS DONE", "+QIND: PB DONE"],
        ),
        ("quectel-bg96", ["RDY", "APP RDY", "+CPIN: READY", "+QUSIM: 1", "+CFUN: 1", "+QIND: SMS DONE"]),
        ("simcom-sim7600", ["RDY", "+CPIN: READY", "SMS DONE", "PB DONE"]),
        ("simcom-sim800", []),  # autobaud: nothing until the first AT
        ("ublox-sara-r410", []),
        ("telit-le910", []),
    ],
)
def test_what_it_says_at_power_up(profile: str, chain: list[str]) -> None:
    modem = Bought(profile, on=False)
    modem.bench.clock.advance(60)
    assert modem.lines() == chain


def test_a_sim800_hears_at_and_then_says_what_it_has_to_say() -> None:
    modem = Bought("simcom-sim800", on=False)
    modem.bench.clock.advance(2.1)
    assert modem.at("ATE0")[:2] == ["ATE0", "OK"]
    assert modem.at("AT+CMGF=1") == ["ERROR"]  # until SMS Ready
    modem.bench.clock.advance(60)
    assert "SMS Ready" in modem.lines()
    assert modem.at("AT+CMGF=1") == ["OK"]


def test_nothing_is_answered_too_early() -> None:
    modem = Bought("simcom-sim7600", on=False)
    assert modem.at("AT") == []
    modem.bench.clock.advance(10)
    assert modem.at("AT")[-1] == "OK"


@pytest.mark.parametrize(
    ("profile", "command", "answer"),
    [
        ("quectel-ec25", "ATI", ["Quectel", "EC25", "Revision: EC25EFAR06A10M4G", "OK"]),
        ("quectel-ec25", "AT+CMGR=0", ["OK"]),
        ("quectel-ec25", "AT+CPMS?", ['+CPMS: "ME",0,255,"ME",0,255,"ME",0,255', "OK"]),
        ("quectel-bg96", "AT+CPMS?", ['+CPMS: "ME",0,23,"ME",0,23,"ME",0,23', "OK"]),
        ("simcom-sim7600", "AT+CMEE?", ["+CMEE: 2", "OK"]),
        ("simcom-sim7600", "AT+CGMR", ["+CGMR: LE20B03SIM7600M22", "OK"]),
        ("simcom-sim800", "AT+CMEE=1;+NOSUCH", ["+CME ERROR: 100"]),
        ("simcom-sim800", "AT+NOSUCH", ["ERROR"]),
        ("simcom-sim800", "AT+CEREG?", ["ERROR"]),
        ("ublox-sara-r410", "AT+CNMI?", ["+CNMI: 1,0,0,0,0", "OK"]),
        ("huawei-e3372", "AT+NOSUCH", ["COMMAND NOT SUPPORT"]),
        ("telit-le910", "ATI", ["332", "OK"]),
        ("hostile", "AT+CGMR", ["+CGMR: OK Computer", "OK"]),
    ],
)
def test_its_words(profile: str, command: str, answer: list[str]) -> None:
    modem = Bought(profile)
    said = [line for line in modem.at(command) if line not in {"+ZUSIMR:2", "RING BACK", "^RSSI: 20"}]
    said = [line for line in said if not line.startswith(("^HCSQ", "^MODE"))]
    assert said == answer


def test_a_sim7600_puts_errors_into_words() -> None:
    """The words are each vendor's own; that they are words is what a client stumbles over."""
    (said,) = Bought("simcom-sim7600").at("AT+CMGS=1000")
    assert re.fullmatch(r"\+CMS ERROR: [A-Za-z ]+", said)


def test_a_sim800_stores_no_reports() -> None:
    """<ds> has only 0 and 1 there."""
    modem = Bought("simcom-sim800")
    assert modem.at("AT+CNMI=2,1,0,2")[-1].startswith("+CMS ERROR")
    assert modem.at("AT+CNMI=2,1,0,1") == ["OK"]


def test_a_stick_chatters_until_it_is_told_not_to() -> None:
    modem = Bought("huawei-e3372")
    modem.bench.clock.advance(60)
    assert {line.partition(":")[0] for line in modem.lines()} == {"^RSSI", "^HCSQ", "^MODE"}
    modem.at("AT^CURC=0")
    modem.bench.clock.advance(60)
    assert modem.lines() == []


def test_a_stick_wants_all_memories_and_refuses_the_mode_that_it_offers() -> None:
    modem = Bought("huawei-e3372")
    modem.at("AT^CURC=0")
    assert "ERROR" in modem.at('AT+CPMS="SM","SM"')[-1]
    assert modem.at('AT+CPMS="SM","SM","SM"')[-1] == "OK"
    assert modem.at("AT+CNMI=?")[0].startswith("+CNMI: (0-2)")
    assert "ERROR" in modem.at("AT+CNMI=2,1")[-1]
    assert modem.at("AT+CNMI=1,1")[-1] == "OK"


def test_a_stick_ends_lines_with_two_carriage_returns() -> None:
    modem = Bought("huawei-e3372")
    modem.said.clear()
    modem.bench.modem.receive(b"AT+CGMI\r")
    modem.bench.clock.advance(0.1)
    assert bytes(modem.said).startswith(b"\r\nhuawei\r\r\n")


def test_a_line_feed_ends_a_line_on_a_sim800_alone() -> None:
    sim800, generic = Bought("simcom-sim800"), Bought("generic")
    for modem in (sim800, generic):
        modem.said.clear()
        modem.bench.modem.receive(b"AT\n")
        modem.bench.clock.advance(1)
    assert sim800.lines() == ["OK"]
    assert generic.lines() == []


def test_unsolicited_codes_come_on_the_port_that_was_chosen() -> None:
    bench = Bench(seed=1, profile="quectel-ec25")
    first, second = bytearray(), bytearray()
    for channel, said in zip(bench.modem.channels, (first, second), strict=True):
        channel.outputs.append(said.extend)
    bench.clock.advance(60)
    assert b"SMS DONE" in first
    assert second == b""
    bench.modem.channels[1].receive(b'AT+QURCCFG="urcport","usbmodem"\r')
    bench.modem.receive(b"AT+CNMI=2,1\r")
    bench.clock.advance(1)
    first.clear()
    second.clear()
    bench.cloud.commands.create({"Sim": "device-1", "Command": "reboot"})
    bench.clock.advance(1)
    assert b"+CMTI" not in first
    assert b'+CMTI: "ME",0' in second


def test_echo_is_a_matter_of_the_port() -> None:
    bench = Bench(seed=1, profile="quectel-ec25")
    bench.clock.advance(60)
    one, other = bench.modem.channels
    said = bytearray()
    other.outputs.append(said.extend)
    one.receive(b"ATE0\r")
    bench.clock.advance(1)
    other.receive(b"AT\r")
    bench.clock.advance(1)
    assert said == b"AT\r\r\nOK\r\n"


@pytest.mark.parametrize("name", names())
def test_every_profile_says_what_it_is(name: str) -> None:
    profile = load(name)
    assert profile.name == name
    assert 10 < len(profile.about) < 90


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("nonsense", "mine"),
        ("colour = 1", "there is no 'colour'"),
        ("[messages]\ncolour = 1", "there is no 'colour'"),
        ("ports = 1", "'ports' is no list"),
        ("[messages]\nready_s = 'soon'", "'ready_s' is no number"),
        ("[line]\nreprompt = 1", "'reprompt' is neither true nor false"),
        ("line = 1", "'line' is no table"),
        ('inherits = "nokia"', "no profile 'nokia'"),
        ('inherits = "mine"', "inherits from itself"),
    ],
)
def test_a_profile_of_ones_own_that_is_wrong_is_explained(text: str, complaint: str) -> None:
    with pytest.raises(ProfileError, match=complaint):
        parse(text, "mine")


def test_a_profile_of_ones_own_says_what_differs() -> None:
    profile = parse(
        'inherits = "quectel-bg96"\n[messages]\ncapacities = { ME = 7 }\n[times]\n"+CMGS" = [1.0, 2.0]', "mine"
    )
    assert profile.identity.model == "BG96"
    assert profile.messages.capacities["ME"] == 7
    assert profile.messages.capacities["SR"] == 20
    assert profile.times["+CMGS"] == (1.0, 2.0)


@pytest.mark.parametrize("profile", names())
def test_a_reset_says_ok_first(profile: str) -> None:
    modem = Bought(profile)
    said = modem.at("AT+CFUN=1,1")
    assert "OK" in said[:3], said


@pytest.mark.parametrize(("profile", "least"), [("quectel-bg96", 1.0), ("ublox-sara-r410", 2.0), ("quectel-ec25", 0.5)])
def test_sending_takes_the_time_that_it_takes(profile: str, least: float) -> None:
    """The prompt comes at once, the result after the network and the modem have had their time."""
    modem = Bought(profile)
    modem.at("AT+CMGF=1")
    assert modem.at('AT+CMGS="2936"') == ["> "]
    began = modem.bench.clock.now
    modem.bench.modem.receive(b"hello_sim\x1a")
    while b"+CMGS: " not in modem.said:
        modem.bench.clock.advance(0.1)
    assert least <= modem.bench.clock.now - began <= 16
    assert modem.at("AT+CMGS=?")[-1] == "OK"  # asking what is possible takes no longer than anything else


def test_a_locked_card_is_told_of_at_power_up() -> None:
    """As SIMCom and Quectel do; after the PIN comes the rest."""
    bench = Bench(seed=1, profile="quectel-ec25", pin="4711")
    said = bytearray()
    bench.modem.outputs.append(said.extend)
    bench.clock.advance(60)
    assert b"+CPIN: SIM PIN" in said
    assert b"+QIND" not in said
    bench.modem.receive(b"AT+CPIN=4711\r")
    bench.clock.advance(60)
    assert b"+CPIN: READY" in said
    assert b"+QIND: SMS DONE" in said


def test_quectel_saves_cnmi_by_itself() -> None:
    ec25, generic = Bought("quectel-ec25"), Bought("generic")
    for modem in (ec25, generic):
        assert modem.at("AT+CNMI=2,1,0,2,0") == ["OK"]
        modem.at("AT+CFUN=1,1")
        modem.bench.clock.advance(30)
    assert ec25.at("AT+CNMI?")[-2:] == ["+CNMI: 2,1,0,2,0", "OK"]
    assert generic.at("AT+CNMI?")[-2:] == ["+CNMI: 2,1,0,0,0", "OK"]


def test_only_its_own_character_sets() -> None:
    modem = Bought("quectel-ec25")
    assert modem.at("AT+CSCS=?") == ['+CSCS: ("GSM","IRA","UCS2")', "OK"]
    assert modem.at('AT+CSCS="UTF-8"') == ["ERROR"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('vendor = ["+NOSUCH"]', "no command"),
        ('[times]\n"+NOSUCH" = [1.0, 2.0]', "no command"),
        ('[times]\n"+CMGS" = [9.0, 2.0]', "from less to more"),
        ("[messages]\nready_s = -1.0", "less than nothing"),
    ],
)
def test_a_profile_that_no_modem_can_have_is_refused(text: str, complaint: str) -> None:
    with pytest.raises(ProfileError, match=complaint):
        Bench(profile=parse(text, "mine"))
