"""Whatever the network sends and the card holds: the modem lives, and answers every command that shows it."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.sim import EF_SMS, Card
from modem.wire.pdumode import PduModePdu
from modem.wire.records import RECORD_OCTETS
from tests.firmware.conftest import Desk
from tests.wire.vectors import load

PDUS = [bytes.fromhex(vector["pdu"]) for vector in load("messages")]
TPDUS = [PduModePdu.parse(pdu.hex()).tpdu for pdu in PDUS]
PAGES = [bytes.fromhex(vector["octets"]) for vector in load("broadcasts")]
CHANGES = st.lists(st.tuples(st.integers(0, 200), st.integers(0, 255)), max_size=3)
SHOWN = ("AT+CMGL=4", "AT+CMGR=1", "AT+CMGF=1", 'AT+CMGL="ALL"', "AT+CMGR=1", "AT+CMSS=1", 'AT+CMSS=1,"123"')


def changed(octets: bytes, changes: list[tuple[int, int]]) -> bytes:
    """The octets, some of them replaced."""
    result = bytearray(octets)
    for at, octet in changes:
        result[at % len(result)] = octet
    return bytes(result)


def show_all(desk: Desk) -> None:
    for memory in ("SM", "BM", "SR"):
        desk.at(f'AT+CMGF=0;+CSDH=1;+CPMS="{memory}"')
        for command in SHOWN:
            assert desk.at(command)[-1].startswith(("OK", "+CMS ERROR: "))
    assert desk.at("AT") == ["OK"]


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(TPDUS), CHANGES, st.sampled_from(PAGES), CHANGES, st.integers(0, 3), st.integers(0, 1))
def test_any_message_from_the_network(tpdu, changes, page, page_changes, routing, mode):
    desk = Desk(Card())
    desk.at(f"AT+CSCB=1;+CMGF={mode};+CNMI=2,{routing},{routing},{routing % 3}")
    desk.deliver(changed(tpdu, changes))
    desk.modem.broadcast(changed(page, page_changes))
    assert len(desk.answers) == 1
    desk.heard()
    show_all(desk)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([1, 3, 5, 7, 13, 21, 29]), st.sampled_from(PDUS), CHANGES)
def test_any_record_of_the_card(status, pdu, changes):
    card = Card()
    content = bytes((status,)) + changed(pdu, changes)
    card.files[EF_SMS].records[0] = content.ljust(RECORD_OCTETS, b"\xff")[:RECORD_OCTETS]
    show_all(Desk(card))
