"""SMS-COMMAND (+CMGC) and what is sent from a store (+CMSS), and the settings that +CSAS keeps (TS 27.005 3.3, 3.5)."""

from __future__ import annotations

import pytest

from emulator.radio import Registration, RpAck, RpError
from emulator.sim import EF_SMSP, Card

# TS 23.040 9.2.2.4, by hand: MTI 10, TP-MR, TP-PID 0, TP-CT 2 (delete), TP-MN 5, to 2936, no data.
DELETE = "02000002050481926300"
SUBMIT = "010004819263000009E8329BFD8ECCD36D"


def test_a_command_in_text_mode(desk):
    """=<fo>,<ct>[,<pid>[,<mn>[,<da>[,<toda>]]]]; the answer is +CMGC: <mr>."""
    desk.at("AT+CMGF=1")
    assert desk.type(b'AT+CMGC=2,2,0,5,"2936"\r') == b"\r\n> "
    assert desk.type(b"\x1a") == b"\r\n+CMGC: 0\r\n\r\nOK\r\n"
    desk.type(b'AT+CMGC=34,0,64,9,"+15551234567",145\r')
    assert desk.type(b"00fF\x1a") == b"\r\n+CMGC: 1\r\n\r\nOK\r\n"
    assert [tpdu.hex().upper() for _, tpdu in desk.radio.sent] == [
        DELETE, "220140" + "0009" + "0B915155214365F7" + "0200FF",
    ]  # fmt: skip
    assert desk.type(b"AT+CMGC=2,2\r") == b"\r\n> "
    assert desk.type(b"\x1b") == b"\r\nOK\r\n"


@pytest.mark.parametrize("parameters", ["2", "17,2", "2,256", '2,0,0,0,"Twilio"', "2,x", "258,0"])
def test_commands_that_are_none(desk, parameters):
    desk.at("AT+CMGF=1")
    assert desk.at(f"AT+CMGC={parameters}") == ["+CMS ERROR: 305"]


@pytest.mark.parametrize("data", [b"0", b"xx", b"hello", b"00" * 158])
def test_data_of_a_command_are_hexadecimal(desk, data):
    """3.5.5; at most 157 octets (TS 23.040 9.2.3.21)."""
    desk.at("AT+CMGF=1")
    desk.type(b"AT+CMGC=2,0\r")
    assert desk.type(data + b"\x1a") == b"\r\n+CMS ERROR: 305\r\n"
    assert desk.radio.sent == []


def test_a_command_in_pdu_mode(desk):
    """4.5: the PDU comes at the prompt as with +CMGS; with +CSMS=1 <ackpdu> follows."""
    desk.at("AT+CSMS=1")
    desk.radio.result = RpAck(bytes.fromhex("010062113290502100"))
    assert desk.type(b"AT+CMGC=10\r") == b"\r\n> "
    assert desk.type(f"00{DELETE}\x1a".encode()) == b'\r\n+CMGC: 0,"010062113290502100"\r\n\r\nOK\r\n'
    desk.type(b"AT+CMGC=10\r")
    desk.radio.result = RpError(111, bytes.fromhex("01A10062113290502100"))  # TP-FCS A1: command unsupported
    assert desk.type(f"00{DELETE}\x1a".encode()) == b"\r\n+CMS ERROR: 161\r\n"
    assert desk.radio.sent[1][1].hex().upper() == "0201" + DELETE[4:]


@pytest.mark.parametrize(("pdu", "length"), [("00" + SUBMIT, 17), ("00" + DELETE, 9), ("00" + DELETE + "00", 11)])
def test_pdus_that_are_no_commands(desk, pdu, length):
    desk.type(f"AT+CMGC={length}\r".encode())
    assert desk.type(f"{pdu}\x1a".encode()) == b"\r\n+CMS ERROR: 304\r\n"
    assert desk.at("AT+CMGC=10,1") == ["+CMS ERROR: 304"]


def test_a_command_needs_the_network(desk):
    desk.radio.become(Registration(2))
    assert desk.at("AT+CMGC=10") == ["+CMS ERROR: 331"]


def test_a_stored_command(desk):
    """3.5.2: +CMSS sends SMS-SUBMITs and SMS-COMMANDs; how +CMGR and +CMGL show one (3.4.2, 3.4.3)."""
    desk.type(b"AT+CMGW=10\r")
    assert desk.type(f"00{DELETE}\x1a".encode()) == b"\r\n+CMGW: 1\r\n\r\nOK\r\n"
    desk.at("AT+CMGF=1")
    assert desk.at("AT+CMGR=1") == ['+CMGR: "STO UNSENT",2,2', "OK"]
    desk.at("AT+CSDH=1")
    assert desk.at("AT+CMGR=1") == ['+CMGR: "STO UNSENT",2,2,0,5,"2936",129,0', "OK"]
    assert desk.at('AT+CMGL="ALL"') == ['+CMGL: 1,"STO UNSENT",2,2', "OK"]
    assert desk.at('AT+CMSS=1,"+15551234567"') == ["+CMSS: 0", "OK"]
    assert desk.radio.sent[0][1].hex().upper() == "0200000205" + "0B915155214365F7" + "00"


def test_a_message_deleted_while_it_is_sent_stays_deleted(desk):
    desk.type(b"AT+CMGW=17\r")
    desk.type(f"00{SUBMIT}\x1a".encode())
    desk.radio.result = None
    desk.type(b"AT+CMSS=1\r")
    desk.modem.stores["SM"].delete(0)
    desk.radio.answers[0](RpAck())
    assert desk.heard() == b"\r\n+CMSS: 0\r\n\r\nOK\r\n"
    assert desk.at("AT+CMGR=1") == ["+CMS ERROR: 321"]


# --- +CSAS and +CRES ---


def test_settings_are_saved_and_brought_back(desk):
    """3.3.5, 3.3.6: +CSCA, +CSMP and +CSCB."""
    assert desk.at("AT+CSAS=?") == ["+CSAS: (0-3)", "OK"]
    assert desk.at("AT+CRES=?") == ["+CRES: (0-3)", "OK"]
    asked = "AT+CSCA?;+CSMP?;+CSCB?"
    first = desk.at(asked)
    assert desk.at("AT+CSAS") == ["OK"]  # profile 0
    desk.at('AT+CSCA="+27381000015";+CSMP=49,173,0,8;+CSCB=0,"50","0-3"')
    second = desk.at(asked)
    assert second == ['+CSCA: "+27381000015",145', "+CSMP: 49,173,0,8", '+CSCB: 0,"50","0-3"', "OK"]
    assert desk.at("AT+CSAS=3") == ["OK"]
    assert desk.at("AT+CRES") == ["OK"]
    assert desk.at(asked) == first
    desk.at("AT+CFUN=1,1")
    desk.clock.settle()
    desk.at("ATE0")
    assert desk.at("AT+CRES=3") == ["OK"]
    assert desk.at(asked) == second
    assert desk.at("AT+CSAS=4") == ["+CMS ERROR: 304"]


def test_what_was_never_saved_is_the_factorys(desk):
    desk.at('AT+CSCA="+27381000015";+CSMP=49,173,0,8')
    assert desk.at("AT+CRES=2") == ["OK"]
    assert desk.at("AT+CSMP?;+CSCA?") == ["+CSMP: 17,167,0,0", '+CSCA: "+27381000015",145', "OK"]


def test_service_centres_are_saved_on_the_card(make_desk):
    """The records of EF_SMSP after the one in force (TS 51.011 10.5.6); another modem finds them there."""
    card = Card()
    unused = bytes.fromhex("FF" * 42)
    make_desk(card).modem.services.save(0)  # no second record: the modem keeps it
    records = card.files[EF_SMSP].records
    records += [unused, unused]
    desk = make_desk(card)
    desk.at('AT+CSCA="+27381000015"')
    desk.at("AT+CSAS=1")
    assert records[1] == unused
    # A name of 14 octets, indicators (bit 1 is 0: a service centre), destination of 12, service centre of 12, the rest.
    assert records[2].hex().upper() == "FF" * 14 + "FD" + "FF" * 12 + "07917283010010F5" + "FF" * 4 + "FF" * 3
    other = make_desk(card)
    other.at('AT+CSCA=""')
    other.at("AT+CRES=1")
    assert other.at("AT+CSCA?") == ['+CSCA: "+27381000015",145', "OK"]


def test_the_card_must_be_open(make_desk):
    desk = make_desk(Card(pin_enabled=True))
    assert desk.at("AT+CSAS") == ["+CMS ERROR: 311"]
    assert make_desk(None).at("AT+CRES") == ["+CMS ERROR: 310"]
