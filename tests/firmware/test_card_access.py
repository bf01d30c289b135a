"""The doors to the card: +CSIM, +CRSM, +CCHO, +CCHC, +CGLA, +CRLA (TS 27.007 8.17, 8.18, 8.43 to 8.46)."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.clock import Clock
from emulator.firmware.modem import SoftModem
from emulator.journal import Journal
from emulator.network import Network
from emulator.sim import Card

AID = "A0000000871002FFFFFFFF8907090000"


@pytest.fixture
def desk(make_desk):
    desk = make_desk(Card(imsi="228062800000208", iccid="8988211000000430010", provider="GSM-R CH", sms_records=10))
    desk.at("AT+CMEE=1")
    return desk


@pytest.fixture
def locked(make_desk):
    desk = make_desk(Card(pin="2936", pin_enabled=True))
    desk.at("AT+CMEE=1")
    return desk


def csim(desk, apdu: str) -> str:
    """The answer to an APDU."""
    line = desk.at(f'AT+CSIM={len(apdu)},"{apdu}"')[0]
    length, answer = re.fullmatch(r'\+CSIM: (\d+),"([0-9A-F]+)"', line).groups()
    assert int(length) == len(answer)
    return answer


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        # ModemManager's mm-base-sim.c, with the content of pySim's test vectors.
        ("AT+CRSM=176,12258,0,0,10", '+CRSM: 144,0,"988812010000400310F0"'),
        ("AT+CRSM=176,28589,0,0,4", '+CRSM: 144,0,"00000002"'),
        ("AT+CRSM=176,28486,0,0,17", '+CRSM: 144,0,"0147534D2D52204348FFFFFFFFFFFFFFFF"'),
        ("AT+CRSM=176,28478,0,0,20", "+CRSM: 106,130"),  # EF_GID1, which the service table does not promise
        # oFono's drivers/atmodem/sim.c, in its forms for different modems.
        ("AT+CRSM=192,28589", '+CRSM: 144,0,"62178202412183026FAD8A01058B032F060180020004880118"'),
        ("AT+CRSM=192,28589,0,0,255", '+CRSM: 144,0,"62178202412183026FAD8A01058B032F060180020004880118"'),
        ('AT+CRSM=192,28589,0,0,255,,"3F007FFF"',
         '+CRSM: 144,0,"62178202412183026FAD8A01058B032F060180020004880118"'),
        ('AT+CRSM=176,28423,0,0,9,,"3F007FFF"', '+CRSM: 144,0,"082982608200002080"'),
        # Android's RIL asks for the 15 octets of a GSM card, and takes the template.
        ("AT+CRSM=192,28476,0,0,15", '+CRSM: 144,0,"62198205422100B00A83026F3C8A01058B032F0603800206E08800"'),
        # A published way to clear the forbidden networks (onomondo), in forms seen in public code.
        ("AT+CRSM=176,28539,0,0,12", '+CRSM: 144,0,"FFFFFFFFFFFFFFFFFFFFFFFF"'),
        ('AT+CRSM=176,28539,0,0,12,"3F007F20"', '+CRSM: 144,0,"FFFFFFFFFFFFFFFFFFFFFFFF"'),
        ('AT+CRSM=176,28539,0,0,12,0,"3F007FFF"', '+CRSM: 144,0,"FFFFFFFFFFFFFFFFFFFFFFFF"'),
        ('AT+CRSM=178,12032,1,4,38,,""', f'+CRSM: 144,0,"61184F10{AID}50045553494D{"FF" * 12}"'),
    ],
)  # fmt: skip
def test_what_clients_read(desk, command, answer):
    assert desk.at(command) == [answer, "OK"]


def test_files_are_found_as_a_modem_finds_them(desk):
    """The application, then the card's own, then TELECOM and GSM; a path says it exactly."""
    assert desk.at("AT+CRSM=176,28421,0,0,2") == ['+CRSM: 144,0,"656E"', "OK"]  # 6F05 is EF_LI
    assert desk.at('AT+CRSM=176,28421,0,0,1,,"7F20"') == ['+CRSM: 144,0,"01"', "OK"]  # and EF_LP in DF GSM
    assert desk.at('AT+CRSM=176,28421,0,0,1,,"3F007F20"') == ['+CRSM: 144,0,"01"', "OK"]
    assert desk.at('AT+CRSM=176,28421,0,0,1,,"7F10"') == ["+CRSM: 106,130", "OK"]
    assert desk.at("AT+CRSM=178,28474,1,4,28") == [f'+CRSM: 144,0,"{"FF" * 28}"', "OK"]
    assert desk.at("AT+CRSM=176,28590,0,0,1") == ['+CRSM: 144,0,"03"', "OK"]  # EF_Phase
    assert desk.at("AT+CRSM=192,16128")[0].startswith('+CRSM: 144,0,"62238202782183023F00')
    assert desk.at("AT+CRSM=192,32528")[0].startswith('+CRSM: 144,0,"62238202782183027F10')
    assert desk.at('AT+CRSM=176,28421,0,0,1,,"7F2"') == ["+CME ERROR: 50"]
    assert desk.at('AT+CRSM=176,28421,0,0,1,,"7F"') == ["+CME ERROR: 50"]


def test_status(desk):
    assert desk.at("AT+CRSM=242")[0].startswith('+CRSM: 144,0,"62358202782183027FFF8410A0000000871002')
    assert desk.at("AT+CRSM=242,0,0,0,0") == ["+CRSM: 106,130", "OK"]
    assert desk.at('AT+CRSM=242,,,,,,"3F00"')[0].startswith('+CRSM: 144,0,"62238202782183023F00')


def test_what_the_card_refuses_is_its_answer(desk):
    """TS 102.221 10.2.1 in decimal."""
    for command, status in (
        ("176,28476,0,0,1", "105,129"),  # has records
        ("178,28423,1,4,9", "105,129"),  # has none
        ("178,28476,11,4,176", "106,131"),
        ("178,28476,1,4,100", "108,176"),
        ("176,28589,0,0,10", "108,4"),
        ("176,28589,0,9,1", "107,0"),
        ("176,28589,128,9,1", "106,134"),
        ('214,28589,0,0,1,"00"', "105,130"),
        ('214,12258,0,0,1,"00"', "105,130"),
        ('214,28539,0,0,2,"00"', "103,0"),
        ("214,28539,0,0,2", "103,0"),
        ('220,28476,1,4,3,"000000"', "103,0"),
        ("203,28589,0,0,0", "105,129"),
        ('219,28589,0,0,1,"00"', "105,129"),
        ("176,16128,0,0,1", "105,134"),
    ):
        assert desk.at(f"AT+CRSM={command}") == [f"+CRSM: {status}", "OK"], command


def test_as_much_as_there_is(desk):
    """P3 0 is Le 0; the modem asks again with the length that the card tells, as the transport of T=0 does."""
    assert desk.at("AT+CRSM=176,28589,0,0,0") == ['+CRSM: 144,0,"00000002"', "OK"]
    assert desk.at("AT+CRSM=178,28476,1,4,0") == [f'+CRSM: 144,0,"00{"FF" * 175}"', "OK"]


@pytest.mark.parametrize(
    "parameters",
    ["", "176", "176,28589", "176,28589,0,0", "177,28589,0,0,4", "176,65536,0,0,4", "176,28589,0,0,256",
     '214,28539,0,0,1,"0"', '214,28539,0,0,1,"GG"', "176,28589,0,0,4,,,1"],
)  # fmt: skip
def test_parameters_that_are_wrong(desk, parameters):
    assert desk.at(f"AT+CRSM={parameters}") == ["+CME ERROR: 50"]


def test_test_commands(desk):
    """lpac looks for these before it speaks to a card."""
    for name in ("+CRSM", "+CSIM", "+CCHO", "+CCHC", "+CGLA", "+CRLA"):
        assert desk.at(f"AT{name}=?") == ["OK"]


def test_without_a_card(make_desk):
    desk = make_desk(None)
    desk.at("AT+CMEE=1")
    for command in ("+CRSM=242", '+CSIM=10,"0020000100"', f'+CCHO="{AID}"', "+CCHC=1", '+CGLA=1,10,"0020000100"',
                    "+CRLA=1,242"):  # fmt: skip
        assert desk.at(f"AT{command}") == ["+CME ERROR: 10"]


def test_a_locked_card_is_read_as_far_as_it_allows(locked):
    """ModemManager reads the ICCID before it knows a PIN; the IMSI is for those who do."""
    assert locked.at("AT+CRSM=176,12258,0,0,10")[0].startswith("+CRSM: 144,0")
    assert locked.at("AT+CRSM=176,28423,0,0,9") == ["+CRSM: 105,130", "OK"]
    assert locked.at("AT+CRSM=178,28476,1,4,176") == ["+CRSM: 105,130", "OK"]
    locked.at("AT+CPIN=2936")
    assert locked.at("AT+CRSM=176,28423,0,0,9")[0].startswith("+CRSM: 144,0")


def test_tries_left_as_modemmanager_asks(locked):
    """mm-broadband-modem-telit and others: +CSIM with an empty VERIFY and UNBLOCK -> 63C3, 63CA."""
    assert locked.at('AT+CSIM=10,"0020000100"') == ['+CSIM: 4,"63C3"', "OK"]
    assert locked.at('AT+CSIM=10,"002C000100"') == ['+CSIM: 4,"63CA"', "OK"]
    assert locked.at('AT+CSIM=10,"0020008100"') == ['+CSIM: 4,"63C3"', "OK"]
    locked.at("AT+CPIN=0000")
    assert locked.at("AT+CSIM=10,0020000100") == ['+CSIM: 4,"63C2"', "OK"]


def test_a_pin_by_apdu_is_the_pin(locked):
    """The modem sees what the card knows: it registers, and says so."""
    locked.at("AT+CREG=1")
    assert csim(locked, "002000010832393336FFFFFFFF") == "9000"
    assert locked.at("AT+CPIN?") == ["+CPIN: READY", "OK"]
    assert locked.at("AT+CREG?") == ["+CREG: 1,1", "OK"]
    assert locked.at('AT+CLCK="SC",2') == ["+CLCK: 1", "OK"]
    assert csim(locked, "002600010832393336FFFFFFFF") == "9000"
    assert locked.at('AT+CLCK="SC",2') == ["+CLCK: 0", "OK"]


def test_a_pin_is_blocked_by_apdu(locked):
    for tries in (2, 1, 0):
        assert csim(locked, "002000010830303030FFFFFFFF") == f"63C{tries}"
    assert locked.at("AT+CPIN?") == ["+CPIN: SIM PUK", "OK"]
    assert locked.at("AT+CMGL=4") == ["+CMS ERROR: 316"]
    assert csim(locked, "002000010832393336FFFFFFFF") == "6983"
    assert csim(locked, "002C000110313233343536373831313131FFFFFFFF") == "9000"
    assert locked.at("AT+CPIN?") == ["+CPIN: READY", "OK"]


def test_a_pin_is_blocked_by_command(locked):
    for _ in range(3):
        locked.at("AT+CPIN=0000")
    assert csim(locked, "002000010832393336FFFFFFFF") == "6983"
    assert csim(locked, "0020000100") == "63C0"
    assert locked.at("AT+CPIN=12345678,1111") == ["OK"]
    assert csim(locked, "002000010831313131FFFFFFFF") == "9000"


def test_no_pin_is_in_the_journal(locked):
    csim(locked, "002000010832393336FFFFFFFF")
    locked.at(f'AT+CCHO="{AID}"')
    locked.at('at+cgla=1,26,"002000010832393336ffffffff";+CSIM=26,002000010832393336FFFFFFFF;+csim=10,"0020000100"')
    lines = [event.data["line"] for event in locked.journal.events if event.kind == "at.line"]
    assert not any("32393336" in line for line in lines)
    assert 'AT+CSIM=26,"0020000108****"' in lines
    assert 'at+cgla=1,26,"0020000108****";+CSIM=26,0020000108****;+csim=10,"0020000100"' in [
        line.replace("AT", "at", 1) for line in lines
    ]


def test_change_and_lock_count_on_the_card(locked):
    locked.at("AT+CPIN=2936")
    assert locked.at('AT+CPWD="SC","0000","1111"') == ["+CME ERROR: 16"]
    assert csim(locked, "0020000100") == "63C2"
    assert locked.at('AT+CLCK="SC",0,"0000"') == ["+CME ERROR: 16"]
    assert csim(locked, "0020000100") == "63C1"


def test_blocking_a_pin_in_use_leaves_the_network(locked):
    locked.at("AT+CPIN=2936")
    locked.at("AT+CREG=1")
    for _ in range(2):
        csim(locked, "002000010830303030FFFFFFFF")
    assert locked.type(b'AT+CSIM=26,"002000010830303030FFFFFFFF"\r').endswith(b"+CREG: 0\r\n")
    assert locked.at("AT+CIMI") == ["+CME ERROR: 12"]


def test_a_message_by_apdu_is_in_the_list(desk):
    """EF_SMS is the SM store: the DELIVER of 3GPP's form, written as a record, is listed and deleted."""
    deliver = "07917283010010F5040481926300006211329050210005C8329BFD06"
    record = f"03{deliver}".ljust(352, "F")
    assert desk.at(f'AT+CRSM=220,28476,2,4,176,"{record}"') == ["+CRSM: 144,0", "OK"]
    assert desk.at('AT+CPMS="SM"')[0].startswith("+CPMS: 1,10")
    assert desk.at("AT+CMGL=4") == ["+CMGL: 2,0,,20", deliver, "OK"]
    assert desk.at("AT+CRSM=178,28476,2,4,176") == [f'+CRSM: 144,0,"01{record[2:]}"', "OK"]  # it has been read
    assert desk.at("AT+CMGD=2") == ["OK"]
    assert desk.at("AT+CRSM=178,28476,2,4,176") == [f'+CRSM: 144,0,"00{"FF" * 175}"', "OK"]


def test_a_message_from_the_network_is_in_the_file(desk):
    desk.at('AT+CPMS="SM","SM","SM"')
    desk.at("AT+CNMI=2,1")
    desk.deliver("040481926300006211329050210005C8329BFD06")
    assert desk.heard() == b'\r\n+CMTI: "SM",1\r\n'
    assert csim(desk, "00A4080C047FFF6F3C") == "9000"
    record = csim(desk, "00B20104B0")
    assert record.startswith("0307915155002039F6040481926300006211329050210005C8329BFD06FF")
    assert record.endswith("9000")


def test_the_service_centre_is_in_the_file(desk):
    """EF_SMSP is +CSCA, both ways (TS 51.011 10.5.6)."""
    assert desk.at('AT+CSCA="+27381000015"') == ["OK"]
    record = desk.at("AT+CRSM=178,28482,1,4,42")[0].split('"')[1]
    assert record == "FF" * 14 + "FD" + "FF" * 12 + "07917283010010F5FFFFFFFF" + "FF" * 3
    changed = record.replace("07917283010010F5", "06812143658709FF")
    assert desk.at(f'AT+CRSM=220,28482,1,4,42,"{changed}"') == ["+CRSM: 144,0", "OK"]
    assert desk.at("AT+CSCA?")[0].startswith('+CSCA: "1234567890"')


def test_the_telephone_book_is_in_the_file(desk):
    desk.at('AT+CPBW=1,"2936",129,"Cloud"')
    assert desk.at("AT+CRSM=178,28474,1,4,28") == [
        f'+CRSM: 144,0,"436C6F7564{"FF" * 9}03819263{"FF" * 10}"', "OK",
    ]  # fmt: skip
    record = "810A01566FEC6365204DE0696C".ljust(28, "F") + "039121F3".ljust(28, "F")
    assert desk.at(f'AT+CRSM=220,28474,2,4,28,"{record}"') == ["+CRSM: 144,0", "OK"]
    desk.at('AT+CSCS="UCS2"')
    assert desk.at("AT+CPBR=2") == [f'+CPBR: 2,"+123",145,"{"Voìce Màil".encode("utf-16-be").hex().upper()}"', "OK"]


def test_the_message_reference_is_in_the_file(desk):
    assert desk.at('AT+CRSM=214,28483,0,0,1,"29"') == ["+CRSM: 144,0", "OK"]
    desk.at("AT+CMGS=17")
    assert "+CMGS: 42" in desk.type(b"00010004819263000009E8329BFD8ECCD36D\x1a").decode()


def test_reading_files_leaves_the_selected_one_alone(desk):
    """TS 27.007 8.18: the modem does the locking and the selection."""
    assert csim(desk, "00A4080C047FFF6F07") == "9000"
    desk.at("AT+CRSM=176,28589,0,0,4")
    assert csim(desk, "00B0000009") == "0829826082000020809000"


def test_the_old_language(desk):
    """Captured forms: AT+CSIM=14,"A0A40000023F00" -> 9F.., then GET RESPONSE of as much."""
    assert csim(desk, "A0A40000023F00") == "9F16"
    assert csim(desk, "A0C0000016").startswith("000000003F0001")
    assert csim(desk, "A0A40000027F4D") == "9404"
    assert desk.at('AT+CSIM=14,"A0A40000023F00";+CSIM=14,"A0A40000027F10"') == [
        '+CSIM: 4,"9F16"', '+CSIM: 4,"9F16"', "OK",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "parameters",
    ["", "10", '8,"0020000100"', '12,"0020000100"', '9,"002000010"', '10,"00200001GG"', '6,"002000"', '0,""'],
)
def test_commands_that_are_none(desk, parameters):
    assert desk.at(f"AT+CSIM={parameters}") == ["+CME ERROR: 50"]


def test_the_longest_command(desk):
    """Header, 255 octets and Le: 522 digits in one line."""
    apdu = "00D60000FF" + "00" * 255
    assert csim(desk, f"{apdu}00") == "6986"


def test_a_session(desk):
    """8.43 to 8.46, as lpac and oFono use them; the modem puts the channel into the class byte."""
    assert desk.at(f'AT+CCHO="{AID}"') == ["+CCHO: 1", "OK"]
    assert desk.at('AT+CCHO="A0000000871002"') == ["+CCHO: 2", "OK"]
    assert desk.at('AT+CGLA=1,14,"00A40004026F07"') == ['+CGLA: 4,"6119"', "OK"]
    assert desk.at('AT+CGLA=1,10,"00C0000019"')[0].startswith('+CGLA: 54,"62178202412183026F07')
    assert desk.at('AT+CGLA=1,10,"01B0000009"') == ['+CGLA: 22,"0829826082000020809000"', "OK"]
    assert desk.at('AT+CGLA=2,10,"00B0000009"') == ['+CGLA: 4,"6986"', "OK"]
    assert csim(desk, "01B0000009") == "0829826082000020809000"  # the same channel by its class
    assert desk.at("AT+CRLA=1,176,28589,0,0,4") == ['+CRLA: 144,0,"00000002"', "OK"]
    assert desk.at("AT+CRLA=1,242")[0].startswith('+CRLA: 144,0,"62358202782183027FFF')
    assert desk.at("AT+CCHC=1") == ["+CCHC", "OK"]
    assert desk.at('AT+CGLA=1,10,"00B0000009"') == ["+CME ERROR: 50"]
    assert desk.at("AT+CRLA=1,242") == ["+CME ERROR: 50"]
    assert desk.at("AT+CCHC=1") == ["+CME ERROR: 50"]
    assert desk.at("AT+CCHC=0") == ["+CME ERROR: 50"]  # the basic channel
    assert desk.at(f'AT+CCHO="{AID}"') == ["+CCHO: 1", "OK"]
    desk.at("AT+CFUN=1,1")
    desk.clock.settle()
    assert desk.at("ATE0+CMEE=1;+CCHC=1")[-1] == "+CME ERROR: 50"  # a reset closes all


def test_sessions_that_are_not_to_be_had(desk):
    assert desk.at('AT+CCHO="A0000005591010FFFFFFFF8900000100"') == ["+CME ERROR: 22"]  # no eUICC
    assert desk.at('AT+CCHO="A000"') == ["+CME ERROR: 50"]
    assert desk.at('AT+CCHO="nobody"') == ["+CME ERROR: 50"]
    assert csim(desk, "0070000001") == "019000"  # the refused one has left no channel behind
    for _ in range(18):
        desk.at(f'AT+CCHO="{AID}"')
    assert desk.at(f'AT+CCHO="{AID}"') == ["+CME ERROR: 3"]


REST = st.text('0123456789ABCDEFabcdef,"', max_size=40)
STARTS = ("+CRSM=176,28476,", "+CRSM=220,28474,1,4,28,", "+CRSM=", "+CSIM=", "+CGLA=1,", "+CRLA=0,", "+CCHO=")
LINES = st.builds("AT{}{}".format, st.sampled_from(STARTS), REST) | st.binary(min_size=4, max_size=40).map(
    lambda octets: f'AT+CSIM={2 * len(octets)},"{octets.hex()}"'
)


@settings(max_examples=200, deadline=None)
@given(lines=st.lists(LINES, max_size=8))
def test_every_line_has_a_final_result(lines: list[str]):
    clock = Clock()
    network = Network(clock, Journal(clock))
    card = Card(phonebook_records=5, sms_records=2)
    network.add_subscriber(card.imsi, "15551234567")
    modem = SoftModem(clock, random.Random(1), Journal(clock), card, network.new_cell())
    output = bytearray()
    modem.outputs.append(output.extend)
    modem.receive(b"ATE0\r")
    for line in (*lines, "AT+CPBR=1,5;+CNUM;+CSCA?;+CMGL=4;+CIMI"):
        output.clear()
        modem.receive(f"{line}\r".encode())
        assert re.search(rb"\r\n(OK|ERROR|\+CM[ES] ERROR: \d+)\r\n", output), line
