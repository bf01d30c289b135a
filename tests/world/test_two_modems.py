"""Two modems with their firmware in one network: they text each other, and nothing is lost when one cannot take it.

What a modem says is TS 27.005 (3.4, 3.5); what becomes of a message that was not taken is TS 23.040 3.2.
"""

from __future__ import annotations

import re

import pytest

from emulator.bench import Bench
from emulator.firmware.modem import SoftModem
from modem.wire.address import Address
from modem.wire.pdumode import PduModePdu
from modem.wire.reports import StatusReport
from modem.wire.segments import coding_for, join, split
from modem.wire.tpdu import Deliver, Submit, decode_from_network


class Terminal:
    """A client on a modem: it sends commands and keeps what comes back."""

    def __init__(self, bench: Bench, modem: SoftModem) -> None:
        self._bench = bench
        self._modem = modem
        self._output = bytearray()
        modem.outputs.append(self._output.extend)
        self.at("E0", "+CMEE=1", "+CNMI=2,1,0,1")

    def heard(self) -> list[str]:
        lines = [line for line in self._output.decode().split("\r\n") if line]
        self._output.clear()
        return lines

    def at(self, *commands: str) -> list[str]:
        for command in commands:
            self._modem.receive(f"AT{command}\r".encode())
            self._bench.clock.settle()
        return self.heard()

    def send(self, to: str, body: str, report: bool = False) -> list[str]:
        """Send a text, in as many parts as it takes; the result lines."""
        coding = coding_for(body)
        for part in split(body, coding, reference=77):
            pdu = PduModePdu(Submit(Address.of(to), part, coding, status_report_request=report).encode())
            self._modem.receive(f"AT+CMGS={pdu.length}\r".encode())
            self._modem.receive(f"{pdu.hex()}\x1a".encode())
            self._bench.clock.settle()
        return [line for line in self.heard() if not line.startswith(">")]

    def messages(self) -> list[Deliver]:
        """What is in the store."""
        listed = [line for line in self.at("+CMGL=4") if re.fullmatch("[0-9A-F]+", line)]
        read = [decode_from_network(PduModePdu.parse(line).tpdu) for line in listed]
        return [message for message in read if isinstance(message, Deliver)]


@pytest.fixture
def bench() -> Bench:
    return Bench(2, seed=1)


@pytest.fixture
def alice(bench: Bench) -> Terminal:
    return Terminal(bench, bench.modems[0])


@pytest.fixture
def bob(bench: Bench) -> Terminal:
    return Terminal(bench, bench.modems[1])


@pytest.mark.parametrize("to", ["+12025550102", "12025550102", "2025550102", "01112025550102", "5550102"])
def test_a_text_arrives_with_the_senders_number_and_is_answered(alice: Terminal, bob: Terminal, to: str) -> None:
    alice.send(to, "hi Bob")
    assert bob.heard() == ['+CMTI: "SM",1']
    (message,) = bob.messages()
    assert (str(message.originator), message.user_data.body) == ("+12025550101", "hi Bob")
    bob.send(str(message.originator), "hi Alice")
    assert [message.user_data.body for message in alice.messages()] == ["hi Alice"]


def test_a_long_unicode_text_arrives_whole(alice: Terminal, bob: Terminal) -> None:
    text = "Привет, Боб! 👋 Ça va? 你好。" * 12
    results = alice.send("+12025550102", text)
    assert results.count("OK") == len(results) / 2 == 5
    parts = bob.messages()
    parts.sort(key=lambda part: part.user_data.concatenation.sequence if part.user_data.concatenation else 0)
    assert join([part.user_data.body for part in parts]) == text
    assert {part.user_data.concatenation.reference for part in parts if part.user_data.concatenation} == {77}


def test_a_report_comes_back(bench: Bench, alice: Terminal, bob: Terminal) -> None:
    results = alice.send("+12025550102", "x", report=True)
    bench.clock.advance(1)
    results += alice.heard()
    length = next(line for line in results if line.startswith("+CDS"))
    report = StatusReport.decode(bytes.fromhex(results[results.index(length) + 1])[-int(length[6:]) :])
    assert (str(report.recipient), report.status) == ("+12025550102", 0)
    assert f"+CMGS: {report.message_reference}" in results
    assert bob.heard() == ['+CMTI: "SM",1']


def test_a_full_store_gets_its_message_once_there_is_room(bench: Bench, alice: Terminal, bob: Terminal) -> None:
    """A deletion makes the modem send RP-SMMA (TS 24.011 5.3), and the centre tries at once."""
    capacity = int(bob.at('+CPMS="SM","SM","SM"')[0].split(",")[1])
    imsi = f"00101{2:010}"
    for number in range(capacity):
        bench.smsc.send_text(Address.of("Twilio"), imsi, f"{number}")
        bench.clock.settle()
    alice.send("+12025550102", "the last drop")
    assert bench.smsc.waiting(imsi) == 1
    bob.heard()
    bob.at("+CMGD=3")
    bench.clock.settle()
    assert bench.smsc.waiting(imsi) == 0
    assert bob.messages()[2].user_data.body == "the last drop"


@pytest.mark.parametrize(("away", "back"), [("+CFUN=4", "+CFUN=1"), ("+COPS=2", "+COPS=0"), ("+CFUN=0", "+CFUN=1")])
def test_who_was_away_gets_it_when_back(bench: Bench, alice: Terminal, bob: Terminal, away: str, back: str) -> None:
    bob.at(away)
    alice.send("+12025550102", "are you there?")
    bench.clock.advance(7200)
    assert bob.heard() == []
    bob.at(back)
    bench.clock.advance(10)
    assert [message.user_data.body for message in bob.messages()] == ["are you there?"]


def test_what_the_client_does_not_acknowledge_comes_again(bench: Bench, alice: Terminal, bob: Terminal) -> None:
    """With +CSMS=1 an unacknowledged +CMT is an RP-ERROR, and <mt> falls to 0 (TS 27.005 3.4.4): it is stored then."""
    bob.at("+CSMS=1", "+CNMI=2,2")
    alice.send("+12025550102", "x")
    assert [line for line in bob.heard() if line.startswith("+CMT")] == ["+CMT: ,20"]
    bench.clock.advance(120)
    assert [message.user_data.body for message in bob.messages()] == ["x"]
    assert bench.smsc.waiting(f"00101{2:010}") == 0


def test_a_name_arrives_as_a_name(bench: Bench, bob: Terminal) -> None:
    bench.smsc.send_text(Address.of("Twilio"), f"00101{2:010}", "hi")
    bench.clock.settle()
    (message,) = bob.messages()
    assert (str(message.originator), message.originator.type_of_address) == ("Twilio", 0xD0)


def test_a_number_of_nobody_is_refused(alice: Terminal) -> None:
    assert alice.send("+12025550199", "x") == ["+CMS ERROR: 1"]


@pytest.mark.parametrize("technology", [0, 2, 7, 9])
def test_a_modem_has_the_technology_it_was_built_with(technology: int) -> None:
    """<AcT> of TS 27.007 7.2: 0 GSM, 2 UTRAN, 7 E-UTRAN, 9 NB-IoT."""
    bench = Bench(seed=1)
    modem = bench.add_modem(technologies=(technology,))
    bench.clock.settle()
    assert Terminal(bench, modem).at("+COPS?")[0].endswith(f",{technology}")


def test_the_last_of_a_thousand_is_found_as_the_first_is() -> None:
    bench = Bench(1000, seed=1)
    first, last = Terminal(bench, bench.modems[0]), Terminal(bench, bench.modems[-1])
    first.send("+12025551100", "to the other end")
    assert [message.user_data.body for message in last.messages()] == ["to the other end"]
