"""Calls and services between two modems of a bench (V.250 6.3, TS 27.007 6 and 7, TS 24.008 10.5.4.11)."""

from __future__ import annotations

import pytest

from emulator.bench import Bench
from emulator.firmware.modem import SoftModem
from emulator.operators import NEIGHBOUR
from modem.wire.address import Address


class Terminal:
    """A client of a modem's first channel, echo off."""

    def __init__(self, bench: Bench, modem: SoftModem) -> None:
        self.bench = bench
        self.modem = modem
        self.output = bytearray()
        modem.outputs.append(self.output.extend)
        self.type(b"ATE0\r")

    def type(self, octets: bytes) -> bytes:
        self.modem.receive(octets)
        self.bench.clock.settle()
        return self.heard()

    def heard(self) -> bytes:
        octets = bytes(self.output)
        self.output.clear()
        return octets

    def at(self, command: str) -> list[str]:
        return [line for line in self.type(command.encode("latin-1") + b"\r").decode("latin-1").split("\r\n") if line]

    def lines(self) -> list[str]:
        return [line for line in self.heard().decode("latin-1").split("\r\n") if line]


@pytest.fixture
def bench() -> Bench:
    bench = Bench(modems=2, seed=1)
    bench.network.delay = 0.5
    return bench


@pytest.fixture
def alice(bench: Bench) -> Terminal:
    return Terminal(bench, bench.modems[0])


@pytest.fixture
def bob(bench: Bench) -> Terminal:
    return Terminal(bench, bench.modems[1])


def test_a_voice_call_between_two_modems(bench, alice, bob):
    """OK at once (Quectel M95 AT Commands Manual, ATD: with +COLP=0), RING and +CLIP on the other side."""
    bob.at("AT+CLIP=1")
    bob.at('AT+CPBW=1,"+12025550101",145,"Alice"')
    assert alice.at("ATD2025550102;") == ["OK"]
    assert alice.at("AT+CLCC") == ['+CLCC: 1,0,2,0,0,"2025550102",129,""', "OK"]
    bench.clock.advance(1.5)
    assert bob.lines() == ["RING", '+CLIP: "+12025550101",145,,,"Alice",0']
    assert alice.at("AT+CLCC;+CPAS") == ['+CLCC: 1,0,3,0,0,"2025550102",129,""', "+CPAS: 4", "OK"]
    assert bob.at("AT+CPAS;+CLCC") == ["+CPAS: 3", '+CLCC: 1,1,4,0,0,"+12025550101",145,"Alice"', "OK"]
    bench.clock.advance(5)
    assert bob.lines() == ["RING", '+CLIP: "+12025550101",145,,,"Alice",0']
    bob.at("AT+CMER=3,0,0,1")
    bob.type(b"ATA\r")
    bench.clock.advance(1)
    assert bob.lines() == ["OK", "+CIEV: 5,1"]
    assert bob.at("AT+CPAS;+CIND?") == ["+CPAS: 4", "+CIND: 5,3,1,0,1,0,0", "OK"]
    assert alice.at("AT+VTS=1") == ["OK"]
    assert alice.at("ATH") == ["OK"]
    bench.clock.advance(1)
    assert bob.lines() == ["NO CARRIER", "+CIEV: 5,0"]
    assert alice.at("AT+CLCC;+CPAS;+CEER") == ["+CPAS: 0", "+CEER: Normal call clearing", "OK"]
    assert alice.at("AT+CMEE=1;+VTS=1") == ["+CME ERROR: 3"]


def test_lists_of_calls(bench, alice, bob):
    """8.11: "LD" and "DC" dialled, "RC" received, "MC" missed; the newest first, each number once."""
    for number in ("2025550102", "+12025550102", "2025550102"):
        alice.at(f"ATD{number};")
        bench.clock.advance(2)
        if number[0] == "+":
            bob.type(b"ATA\r")
            bench.clock.advance(1)
        alice.at("ATH")
        bench.clock.advance(1)
    for book in ("LD", "DC"):
        assert alice.at(f'AT+CPBS="{book}";+CPBR=1,10') == [
            '+CPBR: 1,"2025550102",129,""', '+CPBR: 2,"+12025550102",145,""', "OK",
        ]  # fmt: skip
    bob.heard()
    assert bob.at('AT+CPBS="MC";+CPBR=1,10') == ['+CPBR: 1,"+12025550101",145,""', "OK"]
    assert bob.at('AT+CPBS="RC";+CPBR=1,10') == ['+CPBR: 1,"+12025550101",145,""', "OK"]
    assert bob.at('AT+CMEE=1;+CPBW=1,"2936"') == ["+CME ERROR: 3"]
    assert bob.at("AT+CPBW=1;+CPBS?") == ['+CPBS: "RC",0,10', "OK"]


@pytest.mark.parametrize(
    ("number", "wait", "result", "report"),
    [
        ("3105550111", 5, "BUSY", "User busy"),
        ("3105550112", 70, "NO ANSWER", "User alerting, no answer"),
        ("3105550113", 5, "NO CARRIER", "Call rejected"),
        ("2025550199", 5, "NO CARRIER", "Unassigned number"),
        ("3105550114", 20, "NO CARRIER", "Normal call clearing"),
    ],
)
def test_how_calls_fail(bench, alice, number, wait, result, report):
    assert alice.at(f"ATD{number};") == ["OK"]
    bench.clock.advance(wait)
    assert alice.lines() == [result]
    assert alice.at("AT+CEER") == [f"+CEER: {report}", "OK"]


def test_results_as_numbers_and_without_busy(bench, alice):
    """V.250 Table 1, 6.2.7: BUSY is 7, and not told with X0 to X2."""
    alice.type(b"ATV0\r")
    alice.type(b"ATD3105550111;\r")
    bench.clock.advance(5)
    assert alice.heard() == b"7\r"
    alice.type(b"ATX1\r")
    alice.type(b"ATD3105550111;\r")
    bench.clock.advance(5)
    assert alice.heard() == b"3\r"


def test_who_answers(bench, alice):
    """7.8: +COLP=1 lets ATD wait, and tells the number; a character ends the waiting (V.250 5.6.1)."""
    alice.at("AT+COLP=1")
    assert alice.type(b"ATD3105550110;\r") == b""
    bench.clock.advance(6)
    assert alice.lines() == ['+COLP: "3105550110",129,,,""', "OK"]
    alice.at("ATH")
    alice.type(b"ATD3105550112;\r")
    bench.clock.advance(2)
    assert alice.type(b"x") == b"\r\nNO CARRIER\r\n"
    assert alice.at("AT+CLCC") == ["OK"]
    alice.at("ATS7=3")
    alice.type(b"ATD3105550112;\r")
    bench.clock.advance(2.9)
    assert alice.heard() == b""
    bench.clock.advance(0.2)
    assert alice.lines() == ["NO CARRIER"]


def test_ringing_in_words(bench, bob):
    """6.11: +CRING tells the kind; 7.6: validity 1 when the number is withheld."""
    bob.at("AT+CRC=1;+CLIP=1")
    call = bench.network.exchange.call(None, bob.modem.sim.imsi)
    bench.clock.advance(1)
    assert bob.lines() == ["+CRING: VOICE", '+CLIP: "",128,,,"",1']
    call.hang_up()
    bench.clock.advance(1)
    assert bob.lines() == ["NO CARRIER"]
    assert bob.at("AT+CRC?;+CLIP?;+CLIR?") == ["+CRC: 1", "+CLIP: 1,1", "+CLIR: 0,4", "OK"]


def test_one_call_at_a_time(bench, alice, bob):
    alice.at("ATD3105550110;")
    bench.clock.advance(5)
    assert alice.at("ATD3105550110;") == ["NO CARRIER"]
    bob.at("ATD2025550101;")
    bench.clock.advance(2)
    assert bob.lines() == ["BUSY"]
    assert alice.at("AT+CHUP") == ["OK"]
    assert alice.at("ATA") == ["NO CARRIER"]


def test_refusing_a_call(bench, alice, bob):
    alice.at("ATD2025550102;")
    bench.clock.advance(2)
    bob.heard()
    assert bob.at("ATH") == ["OK"]
    bench.clock.advance(1)
    assert alice.lines() == ["BUSY"]
    bench.clock.advance(10)
    assert bob.heard() == b""


def test_hiding_the_number(bench, alice, bob):
    """7.7, and I and i in the dial string (6.2)."""
    bob.at("AT+CLIP=1")
    for setting, dialled, shown in ((0, "I;", False), (1, ";", False), (1, "i;", True), (2, ";", True)):
        alice.at(f"AT+CLIR={setting}")
        alice.at(f"ATD2025550102{dialled}")
        bench.clock.advance(2)
        assert bob.lines()[1] == ('+CLIP: "+12025550101",145,,,"",0' if shown else '+CLIP: "",128,,,"",1')
        alice.at("ATH")
        bench.clock.advance(1)
        bob.heard()


def test_dialling_from_the_telephone_book(bench, alice):
    """6.3: >index, >memory index, >name; L is the last number."""
    alice.at('AT+CMEE=1;+CPBW=7,"3105550110",129,"Desk"')
    for dialled in (">7;", ">SM7;", '>"SM" 7;', '>"desk";', "L;"):
        assert alice.at(f"ATD{dialled}") == ["OK"]
        assert alice.at("AT+CLCC")[0].endswith('"3105550110",129,"Desk"')
        alice.at("ATH")
    assert alice.at("ATD>8;") == ["+CME ERROR: 22"]
    assert alice.at("ATD>SM999;") == ["+CME ERROR: 21"]
    assert alice.at('ATD>"nobody";') == ["+CME ERROR: 22"]
    assert alice.at("ATDabc?;") == ["+CME ERROR: 27"]


def test_what_cannot_be_called(bench, alice):
    assert alice.at("ATD*#06#;")[1:] == ["OK"]
    assert alice.at("ATD*99#") == ["NO CARRIER"]
    assert alice.at("ATD*99***1#") == ["NO CARRIER"]
    assert alice.at("AT+CEER") == ["+CEER: There is no peer for PPP", "OK"]
    alice.at("AT+COPS=2")
    assert alice.at("ATD3105550110;") == ["NO CARRIER"]
    assert alice.at("AT+CEER") == ["+CEER: No network service", "OK"]


def test_data_between_two_modems(bench, alice, bob):
    """V.250 6.3.1 to 6.3.7: CONNECT on both sides, +++ between silences, ATO, ATH."""
    bob.at("AT+CRC=1")
    assert alice.type(b"ATD2025550102\r") == b""
    bench.clock.advance(2)
    assert bob.lines() == ["+CRING: REL ASYNC"]
    bob.type(b"ATA\r")
    bench.clock.advance(1)
    assert bob.heard() == alice.heard() == b"\r\nCONNECT 9600\r\n"
    alice.type(b"hello AT\r")
    bench.clock.advance(1)
    assert bob.heard() == b"hello AT\r"
    bench.clock.advance(2)
    bob.type(b"+++")
    bench.clock.advance(1.5)
    assert bob.lines() == ["OK"]
    assert bob.at("AT+CLCC") == ['+CLCC: 1,1,0,1,0,"+12025550101",145,""', "OK"]
    alice.type(b"later")
    bench.clock.advance(1)
    assert bob.heard() == b""
    assert bob.type(b"ATO\r") == b"\r\nCONNECT 9600\r\nlater"
    bench.clock.advance(2)
    alice.type(b"+++")
    bench.clock.advance(1.5)
    alice.heard()
    assert alice.at("ATH") == ["OK"]
    bench.clock.advance(1)
    assert bob.lines() == ["NO CARRIER"]
    assert bob.at("AT") == ["OK"]
    assert bob.at("ATO") == ["NO CARRIER"]


def test_the_circuits_of_a_data_call(bench, alice, bob):
    """V.250 6.2.8, 6.2.9, V.24: RI while it rings, DCD while there is a carrier, and DTR off ends it."""
    lines = alice.modem.lines, bob.modem.lines
    rings: list[bool] = []
    lines[1].listeners.append(lambda: rings.append(lines[1].ri))
    lines[0].terminal_ready(alice, True)
    alice.type(b"ATD2025550102\r")
    bench.clock.advance(2)
    assert rings == [True, False]
    assert (lines[0].dcd, lines[1].dcd) == (False, False)
    bob.type(b"ATA\r")
    bench.clock.advance(2)
    assert (lines[0].dcd, lines[1].dcd) == (True, True)
    alice.heard()
    bob.heard()
    lines[0].terminal_ready(alice, False)
    bench.clock.advance(1)
    assert (lines[0].dcd, lines[1].dcd) == (False, False)
    assert alice.lines() == ["NO CARRIER"]
    assert bob.lines() == ["NO CARRIER"]
    assert bob.at("AT+CLCC") == ["OK"]


def test_answering_by_itself(bench, alice, bob):
    """V.250 6.3.8: after S0 rings."""
    bob.at("ATS0=2")
    alice.at("AT+CBST=6;+CR=1")
    alice.type(b"ATD2025550102\r")
    bench.clock.advance(2)
    assert bob.lines() == ["RING"]
    bench.clock.advance(6)
    assert bob.lines() == ["RING", "CONNECT 9600"]
    assert alice.lines() == ["+CR: REL ASYNC", "CONNECT 4800"]
    bob.type(b"data")
    bench.clock.advance(1)
    assert alice.heard() == b"data"


def test_a_telephone_takes_no_data(bench, alice):
    alice.type(b"ATD3105550110\r")
    bench.clock.advance(2)
    assert alice.lines() == ["NO CARRIER"]
    assert alice.at("AT+CEER") == ["+CEER: Incompatible destination", "OK"]


def test_a_call_ends_with_the_network(bench, alice):
    alice.at("ATD3105550110;")
    bench.clock.advance(5)
    assert alice.lines() == []
    bench.network.cells[0].set_coverage(False)
    bench.clock.advance(1)
    assert alice.lines() == ["NO CARRIER"]


def test_fixed_dialling(bench, alice):
    """TS 22.101 A.24, with PIN 2: only what is in the list, or begins so."""
    alice.at("AT+CMEE=1")
    assert alice.at('AT+CPBS="FD";+CPBW=1,"310555"') == ["+CME ERROR: 17"]
    assert alice.at('AT+CPBS="FD","1111"') == ["+CME ERROR: 16"]
    assert alice.at('AT+CPBS="FD","0000";+CPBW=1,"310555"') == ["OK"]
    assert alice.at('AT+CLCK="FD",2') == ["+CLCK: 0", "OK"]
    assert alice.at('AT+CLCK="FD",1,"0000"') == ["OK"]
    assert alice.at('AT+CLCK="FD",2') == ["+CLCK: 1", "OK"]
    assert alice.at("ATD2025550102;") == ["+CME ERROR: 56"]
    assert alice.at("ATD3105550110;") == ["OK"]
    alice.at("ATH")
    assert alice.at('AT+CLCK="FD",0,"0000"') == ["OK"]
    assert alice.at("ATD2025550102;") == ["OK"]


def test_reset_forgets_the_call(bench, alice, bob):
    alice.at("ATD2025550102;")
    bench.clock.advance(2)
    bob.heard()
    alice.at("AT+CFUN=1,1")
    bench.clock.advance(5)
    assert alice.heard() == b""
    assert bob.lines() == ["NO CARRIER"]


# --- services of the network ---


def test_a_service_answers_after_ok(bench, alice):
    """7.15; the order of Huawei, SIMCom and Quectel: OK, then +CUSD."""
    assert alice.at('AT+CUSD=1,"*100#",15') == ["OK"]
    bench.clock.advance(2)
    assert alice.lines() == ['+CUSD: 0,"Your balance is 29.36.",15']
    assert alice.at("AT+CUSD?") == ["+CUSD: 1", "OK"]
    alice.at('AT+CUSD=1,"*999#"')
    bench.clock.advance(2)
    assert alice.lines() == ["+CUSD: 4"]


def test_a_menu(bench, alice):
    alice.at('AT+CUSD=1,"*111#",15')
    bench.clock.advance(2)
    assert alice.heard() == b'\r\n+CUSD: 1,"1 Balance\n2 My number\n0 Exit",15\r\n'
    alice.at('AT+CUSD=1,"2",15')
    bench.clock.advance(2)
    assert alice.lines() == ['+CUSD: 0,"Your number is +12025550101.",15']
    alice.at('AT+CUSD=1,"*111#",15')
    bench.clock.advance(2)
    alice.heard()
    assert alice.at("AT+CUSD=2") == ["OK"]
    alice.at('AT+CUSD=1,"2",15')
    bench.clock.advance(2)
    assert alice.lines() == ["+CUSD: 4"]


def test_services_in_other_ways(bench, alice):
    """python-gammu selects UCS2 and <n> 0; ATD works as well (TS 22.030 6.5.2)."""
    alice.at('AT+CSCS="UCS2"')
    assert alice.at('AT+CUSD=0,"002A0031003000300023",15') == ["OK"]
    bench.clock.advance(2)
    assert alice.lines() == []
    assert alice.at('AT+CUSD=1,"002A0031003000300023",72') == ["OK"]
    bench.clock.advance(2)
    assert alice.lines() == ['+CUSD: 0,"{}",15'.format("Your balance is 29.36.".encode("utf-16-be").hex().upper())]
    alice.at('AT+CSCS="IRA";+CUSD=0')
    assert alice.at("ATD*100#;") == ["OK"]
    bench.clock.advance(2)
    assert alice.lines() == ['+CUSD: 0,"Your balance is 29.36.",15']
    assert alice.at('AT+CMEE=1;+CUSD=1,"*100#",68') == ["+CME ERROR: 58"]
    alice.at("AT+COPS=2")
    assert alice.at('AT+CUSD=1,"*100#"') == ["+CME ERROR: 30"]


# --- the network that is seen ---


def test_operators_on_the_air(bench, alice):
    """7.3: the present one first; one that refuses is forbidden."""
    alice.type(b"AT+COPS=?\r")
    bench.clock.advance(10)
    answer = alice.lines()
    assert answer[0].startswith('+COPS: (2,"modem2936","m2936","00101",7),')
    assert '(1,"Neighbour","Neighb","00102",0)' in answer[0]
    assert '(3,"Stranger","Strang","00103",7)' in answer[0]
    assert answer[0].endswith(",,(0-4),(0-2)")


def test_choosing_an_operator(bench, alice):
    alice.at("AT+CREG=3;+CMEE=1")
    assert alice.at('AT+COPS=1,2,"00102"') == ["OK", "+CREG: 2", '+CREG: 5,"2937","00002B01",7']
    assert alice.at("AT+COPS?") == ['+COPS: 1,2,"00102",7', "OK"]
    assert alice.at('AT+COPS=1,0,"Stranger"') == ["+CME ERROR: 32", "+CREG: 2", "+CREG: 3,,,,0,11"]
    assert alice.at("AT+CREG?") == ["+CREG: 3,3,,,,0,11", "OK"]
    assert alice.at("AT+COPS=4,2,00103")[0] == "OK"
    assert alice.at("AT+COPS?") == ['+COPS: 0,2,"00101",7', "OK"]
    assert alice.at('AT+COPS=1,0,"Nobody"') == ["+CME ERROR: 30"]
    bench.network.registration_delay = 5.0
    alice.heard()
    assert alice.type(b'AT+COPS=1,2,"00102"\r') == b""
    bench.clock.advance(6)
    assert alice.lines()[0] == "OK"
    assert alice.modem.registration.numeric == NEIGHBOUR.numeric


def test_one_technology(bench, alice):
    """5.9: 12 is GSM, 22 UTRAN, 25 all of three."""
    assert alice.at("AT+WS46=?") == ["+WS46: (12,22,25,28,29,30,31)", "OK"]
    alice.at("AT+CGREG=2")
    assert alice.at("AT+WS46=12")[-1] == '+CGREG: 1,"2936","00001A2D",0,"36"'
    assert alice.at("AT+WS46?;+CEREG?;+COPS?") == ["+WS46: 12", "+CEREG: 0,0", '+COPS: 0,0,"modem2936",0', "OK"]
    assert alice.at("AT+CESQ") == ["+CESQ: 38,99,255,255,255,255", "OK"]
    assert alice.at("AT+CGATT=0") == ["OK", "+CGREG: 0"]
    assert alice.at("AT+CREG?") == ["+CREG: 0,1", "OK"]


def test_a_number_from_a_stranger(bench, bob):
    bob.at("AT+CLIP=1")
    bench.network.exchange.call(Address.of("+13105550110"), bob.modem.sim.imsi)
    bench.clock.advance(1)
    assert bob.lines() == ["RING", '+CLIP: "+13105550110",145,,,"",0']
