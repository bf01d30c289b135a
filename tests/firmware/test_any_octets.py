"""Whatever a client sends, in whatever pieces: the modem lives, says the same, and answers the next client."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.clock import Clock
from emulator.firmware.modem import SoftModem
from emulator.journal import Journal
from emulator.network import Network
from emulator.sim import Card

# Pieces of real sessions (gammu, smstools, ModemManager), to be mixed with noise.
PIECES = [
    b"\x1b\r", b"AT\r", b"ATZ\r", b"ATE1\r", b"AT+CMEE=1\r", b"AT+CMGF=1\r", b"AT+CMGF=0\r", b"AT+CSCS=\"HEX\"\r",
    b"AT+CPMS=\"SM\",\"SM\"\r", b"AT+CMGL=4\r", b"AT+CMGL=\"ALL\"\r", b"AT+CMGR=1\r", b"AT+CNMI=2,2,0,1,0\r", b"A/",
    b"AT+CMGS=17\r", b"00010004819263000009E8329BFD8ECCD36D", b"\x1a", b"\x1b", b"AT+CMGS=\"2936\"\r", b"hi", b"\x08",
    b"AT+CMGW=\"2936\"\r", b"AT+CMGW=17\r", b"AT+CMSS=1\r", b"AT+CMGD=1,4\r", b"AT+CSMP=17,167,0,8\r", b"AT+CNMA\r",
    b"AT+CSMP=25,\"26/11/23,09:00:00+00\",0,0\r", b"AT+CPIN=\"1234\"\r", b"AT+CLCK=\"SC\",1,\"1234\"\r", b"AT+COPS=?\r",
    b"AT+CFUN=0\r", b"AT+CFUN=1,1\r", b"AT+CSMS=1\r", b"AT+CPBR=1,9\r", b"AT+CPBW=1,\"123\",129,\"x\"\r", b"ATI;&V\r",
    b"AT+CSCA=\"+123\"\r", b"AT+CCLK=\"26/11/23,09:00:00+04\"\r", b"AT+CLAC;+CIND?;+CESQ\r", b"\n", b"\x00", b",", b'"',
]  # fmt: skip
SESSIONS = st.lists(st.sampled_from(PIECES) | st.binary(max_size=12), max_size=12).map(b"".join)
CUTS = st.lists(st.integers(0, 200), max_size=8)


def play(session: bytes, cuts: list[int]) -> tuple[SoftModem, bytes]:
    clock = Clock()
    network = Network(clock, Journal(clock))
    card = Card()
    network.add_subscriber(card.imsi, "15551234567")
    modem = SoftModem(clock, random.Random(1), Journal(clock), card, network.new_cell())
    clock.settle()
    output = bytearray()
    modem.outputs.append(output.extend)
    ends = [*sorted({cut for cut in cuts if 0 < cut < len(session)}), len(session)]
    start = 0
    for end in ends:
        modem.receive(session[start:end])
        start = end
    clock.advance(30)
    return modem, bytes(output)


@settings(max_examples=300, deadline=None)
@given(SESSIONS, CUTS)
def test_pieces_make_no_difference(session: bytes, cuts: list[int]):
    assert play(session, [])[1] == play(session, cuts)[1]


@settings(max_examples=300, deadline=None)
@given(SESSIONS)
def test_the_next_client_is_served(session: bytes):
    """ESC CR, as gammu opens every session, ends whatever was begun."""
    if any(word in session.upper() for word in (b"S3", b"V0", b"Q1", b"S4", b"V\r", b"S 3")):
        return  # such a client has asked for other answers
    modem, _ = play(session, [])
    output = bytearray()
    modem.outputs.append(output.extend)
    modem.receive(b"\x1b\r")
    modem.clock.advance(60)
    output.clear()
    modem.receive(b"AT\r")
    assert output.removeprefix(b"AT\r") == b"\r\nOK\r\n"


@pytest.mark.parametrize("begin", [b"", b"AT", b"AT+CMGS=17\r", b'AT+CMGF=1\rAT+CMGS="2936"\r'])
def test_ten_megabytes_without_an_end(begin: bytes):
    modem, _ = play(begin, [])
    for _ in range(160):
        modem.receive(b"x" * 65_536)
    assert len(modem.channels[0].front._line) <= modem.profile.line.length
    assert len(modem.channels[0].front._body or b"") <= modem.profile.line.body + 1
    assert len(modem.channels[0].front._waiting) == 0
