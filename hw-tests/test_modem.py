"""What a modem must do so that the driver can work with it. Nothing in this file sends."""

from __future__ import annotations

import re

import pytest

from modem.errors import CommandFailed
from modem.sync import Modem
from modem.wire.address import Address
from modem.wire.at import parse_supported
from modem.wire.pdumode import PduModePdu
from modem.wire.tpdu import Submit
from modem.wire.user_data import UserData


def test_it_says_who_it_is(modem: Modem) -> None:
    info = modem.info()
    assert info.manufacturer
    assert info.model
    assert re.fullmatch(r"\d{14,16}", info.imei or "")


def test_its_sim_is_there_and_unlocked(modem: Modem) -> None:
    info = modem.info()
    assert re.fullmatch(r"\d{14,15}", info.imsi or "")


def test_it_is_registered_and_hears_the_network(modem: Modem) -> None:
    modem.wait_ready(120)
    assert modem.registration().ready


def test_it_has_a_service_centre(modem: Modem) -> None:
    lines = modem.at("AT+CSCA?")
    assert re.search(r'"\+?\d{5,}"', lines[0])


@pytest.mark.usefixtures("settings_kept")
def test_its_memories_can_be_selected_and_are_not_full(modem: Modem) -> None:
    reading, *_ = parse_supported(modem.at("AT+CPMS=?")[0].partition(":")[2])
    for memory in sorted({"SM", "ME"} & set(reading)):
        lines = modem.at(f'AT+CPMS="{memory}"')
        used, capacity = (int(value) for value in lines[0].partition(":")[2].split(",")[:2])
        assert used < capacity, f"{memory} is full: no message can come in"


@pytest.mark.usefixtures("settings_kept")
def test_a_message_written_to_its_memory_is_read_back_as_it_was(modem: Modem) -> None:
    """Without the air: +CMGW, +CMGR, +CMGD of a message of our own."""
    tpdu = Submit(Address.of("2936"), UserData("hello_sim")).encode()
    written = modem.at_data(f"AT+CMGW={len(tpdu)}", PduModePdu(tpdu).hex(), timeout=30)
    index = int(written[0].partition(":")[2])
    try:
        header, line = modem.at(f"AT+CMGR={index}", timeout=30)
        read = PduModePdu.parse(line.strip()).tpdu
        assert header.rstrip().endswith(str(len(tpdu)))
        # The modem chooses the message reference itself.
        assert Submit.decode(read)._replace(message_reference=0) == Submit.decode(tpdu)
    finally:
        modem.at(f"AT+CMGD={index}", timeout=30)


def test_escape_leaves_the_prompt_and_nothing_is_sent(modem: Modem) -> None:
    """A prompt that nobody answers would make every later command part of a message."""
    with pytest.raises(CommandFailed):
        modem.at_data("AT+CMGS=17", "not hexadecimal", timeout=10)
    assert modem.at("AT") == ()
