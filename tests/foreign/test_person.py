"""A person at a terminal: characters typed one after the other, answers read off the screen (V.250, TS 27.005)."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pexpect
import pexpect.fdpexpect
import pytest

from tests.conftest import Emulator


@pytest.fixture
def screen(emulator: Emulator) -> Iterator[pexpect.fdpexpect.fdspawn]:
    descriptor = os.open(emulator.port, os.O_RDWR | os.O_NOCTTY)
    spawn = pexpect.fdpexpect.fdspawn(descriptor, timeout=5, encoding="latin-1")
    yield spawn
    spawn.close()


def typed(screen: pexpect.fdpexpect.fdspawn, text: str) -> None:
    """Type, one character at a time, as a person does."""
    for character in text:
        screen.send(character)


def test_a_person_sends_a_command_in_text_mode_and_thinks_better_of_a_second(
    screen: pexpect.fdpexpect.fdspawn, emulator: Emulator
) -> None:
    typed(screen, "AT\r")
    screen.expect_exact("AT\r\r\nOK\r\n")
    typed(screen, "ATI\r")
    screen.expect_exact("Software Modem")
    screen.expect_exact("\r\nOK\r\n")
    typed(screen, "AT+CMGF=1\r")
    screen.expect_exact("\r\nOK\r\n")
    typed(screen, 'AT+CMGS="2936"\r')
    screen.expect_exact('AT+CMGS="2936"\r\r\n> ')
    typed(screen, "hello_sin\x7fm\x1a")
    screen.expect(r"\r\n\+CMGS: \d+\r\n\r\nOK\r\n")
    typed(screen, 'AT+CMGS="2936"\r')
    screen.expect_exact("\r\n> ")
    typed(screen, "no, rather not\x1b")
    screen.expect_exact("\r\nOK\r\n")
    typed(screen, "at+csq\r")
    screen.expect(r"\+CSQ: 20,99\r\n\r\nOK\r\n")
    assert emulator.run("sent").stdout == "2936\thello_sim\n"


def test_mistakes_are_corrected_repeated_and_refused(screen: pexpect.fdpexpect.fdspawn) -> None:
    typed(screen, "ATX\b\x7f\b\b\x08+CSW\x08Q\r")  # the AT cannot be deleted
    screen.expect_exact("+CSQ: 20,99")
    screen.expect_exact("OK\r\n")
    typed(screen, "A/")
    screen.expect_exact("+CSQ: 20,99")
    screen.expect_exact("OK\r\n")
    typed(screen, "AT+NONSENSE\r")
    screen.expect_exact("\r\nERROR\r\n")
    typed(screen, "AT+CMEE=2;+CMGR=99\r")
    screen.expect_exact("+CMS ERROR: ")
    typed(screen, "ATE0\r")
    screen.expect_exact("OK\r\n")
    typed(screen, "AT\r")
    screen.expect_exact("\r\nOK\r\n")
    assert "AT" not in screen.before


def test_a_person_sees_a_command_come_in_and_reads_it(screen: pexpect.fdpexpect.fdspawn, emulator: Emulator) -> None:
    typed(screen, "AT+CMGF=1\r")
    screen.expect_exact("OK\r\n")
    typed(screen, "AT+CNMI=2,1\r")
    screen.expect_exact("OK\r\n")
    emulator.run("sms", "2936", "reboot")
    screen.expect(r'\r\n\+CMTI: "SM",(\d+)\r\n')
    index = screen.match.group(1)
    typed(screen, f"AT+CMGR={index}\r")
    screen.expect(r'\+CMGR: "REC UNREAD","2936",,"[^"]*"\r\nreboot\r\n\r\nOK\r\n')
    typed(screen, f"AT+CMGD={index}\r")
    screen.expect_exact("OK\r\n")
    typed(screen, 'AT+CMGL="ALL"\r')
    screen.expect_exact('AT+CMGL="ALL"\r\r\nOK\r\n')
