"""Files by APDU on a UICC (TS 102.221 8.4, 11.1): selection, contents, access conditions, status words."""

from __future__ import annotations

import pytest

from emulator.sim import Card

AID = "A0000000871002"


@pytest.mark.parametrize(
    ("path", "template"),
    [
        # Templates of real cards; of the rule (8B) only the form is the same, it is numbered as the card likes.
        ("7FFF6F3C", "62198205422100B00A83026F3C8A01058B03XXXXXX800206E08800"),  # ten messages (a card in public code)
        ("2F05", "62178202412183022F058A01058B03XXXXXX80020004880128"),  # GloDroid mm-radio, sim_io
        ("7FFF6FAD", "62178202412183026FAD8A01058B03XXXXXX80020004880118"),  # the same
        ("7FFF6F07", "62178202412183026F078A01058B03XXXXXX80020009880138"),  # pySim, select response tests
        ("7F106F40", "621982054221001C0183026F408A01058B03XXXXXX8002001C8800"),  # GloDroid, with one record for two
    ],
)
def test_control_parameters(reader, path, template):
    answer = reader.fetch(f"00A40804{len(path) // 2:02X}{path}")
    assert answer.endswith("9000")
    rule = answer.index("8B03") + 4
    assert answer[rule : rule + 4] == "2F06"
    assert answer[:rule] + "X" * 6 + answer[rule + 6 : -4] == template


def test_control_parameters_of_directories(reader):
    """11.1.1.3: as oFono and pySim read them; PIN 1 is disabled, PIN 2 and the administrator's key are not."""
    pins = "C60C90016083010183018183010A"
    assert reader.fetch("00A40004023F00") == f"62238202782183023F00A5038001718A01058B032F0601{pins}9000"
    name = f"8410{reader.card.files.applications[0].name.hex().upper()}"
    assert reader.fetch(f"00A4040407{AID}") == f"62358202782183027FFF{name}A5038001718A01058B032F0601{pins}9000"


def test_the_conditions_in_the_template_are_those_of_the_file(reader):
    """9.2.7: 8B refers to a record of EF_ARR; ICCID is always readable and never writable."""
    template = reader.fetch("00A40804022FE2")
    number = template[template.index("8B032F06") + 8 :][:2]
    reader.select("2F06")
    assert reader(f"00B2{number}0421").startswith("80010190008001029700")


def test_fetching_an_answer(reader):
    """11.1: 61XX tells how much waits; GET RESPONSE brings it, or its beginning, and must come next."""
    assert reader("00A40004022FE2") == "6A82"  # not from the application
    assert reader("00A40004023F00") == "6125"
    assert reader("00C0000000") == "6C25"
    assert reader("00C0000026") == "6C25"
    assert reader("00C0000004") == "622382029000"
    assert reader("00C0000025") == "6985"
    assert reader("00A40004023F00") == "6125"
    assert reader("80F2000C00") == "9000"
    assert reader("00C0000025") == "6985"
    assert reader("00A4000C023F00") == "9000"
    assert reader("00C0000025") == "6985"
    assert reader("00C0010025") == "6A86"
    assert reader("80C0000025") == "6D00"


def test_selection_goes_from_where_one_is(reader):
    """8.4.1: children, the directory itself, its parent, directories beside it, the MF, and 7FFF."""
    reader.select("7F10")
    for fid, answer in (
        ("6F3A", "9000"), ("7F10", "9000"), ("7F20", "9000"), ("6F3A", "6A82"), ("6FAE", "9000"), ("3F00", "9000"),
        ("2FE2", "9000"), ("6F07", "6A82"), ("7FFF", "9000"), ("6F07", "9000"), ("7F10", "9000"), ("2F00", "6A82"),
    ):  # fmt: skip
        assert reader(f"00A4000C02{fid}") == answer, fid


def test_selection_by_path_and_kind(reader):
    """11.1.1.2: P1 01 child DF, 03 parent, 08 from the MF, 09 from here."""
    reader.select("7FFF6F07")
    assert reader("00A4090C026FAD") == "9000"
    assert reader("00A4080C047FFF2FE2") == "6A82"
    assert reader("00A4080C066F076F076F07") == "6A82"
    assert reader("00A4030C00") == "9000"
    assert reader("00A4030C00") == "6A82"  # the MF has no parent
    assert reader("00A4010C027F10") == "9000"
    assert reader("00A4010C026F3A") == "6A82"
    assert reader("00A4090C00") == "6700"
    assert reader("00A4080C036F0700") == "6700"


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("00A4020C026F07", "6A86"),  # P1
        ("00A400FF026F07", "6A86"),  # P2
        ("00A40000026F07", "6A86"),
        ("00A4000C036F0700", "6700"),
        ("00A4000C036F07", "6700"),  # Lc is more than there is
        ("00A4000C00", "6700"),
        ("00A4040C05A000000063", "6A82"),
        ("00A4040C04A0000000", "6A82"),  # too short to mean anybody
        ("00A4040C00", "6700"),
        ("00A4040C11" + "A0" * 17, "6700"),
        ("0001000000", "6D00"),
        ("80A4000C023F00", "6E00"),  # SELECT is of class 0X
        ("00F2000000", "6E00"),  # STATUS of 8X
        ("10A4000C023F00", "6E00"),
        ("FFA4000C023F00", "6E00"),
        ("04A4000C023F00", "6882"),
        ("60A4000C023F00", "6882"),
        ("01A4000C023F00", "6881"),  # a channel that is not open
        ("4FA4000C023F00", "6881"),
        ("00A4", "6700"),
        ("", "6700"),
    ],
)
def test_what_is_wrong_with_a_command(reader, command, answer):
    assert reader(command) == answer


@pytest.mark.parametrize("length", range(5, 17))
def test_an_application_by_the_beginning_of_its_name(reader, length):
    """8.5.1.2: right-hand truncation."""
    name = reader.card.files.applications[0].name[:length]
    assert reader(f"00A4040C{length:02X}{name.hex()}") == "9000"


def test_octets(reader):
    """11.1.3, 11.1.4."""
    reader.select("7FFF6F7B")
    assert reader("00B000000C") == "FF" * 12 + "9000"
    assert reader("00D600030362F210") == "9000"
    assert reader("00B0000206") == "FF62F210FFFF9000"
    assert reader("00B0000000") == "6C0C"
    assert reader("00B0000A03") == "6C02"
    assert reader("00B0000C01") == "6B00"
    assert reader("00B07FFF01") == "6B00"
    assert reader("00D6000C01FF") == "6B00"
    assert reader("00D6000B02FFFF") == "6700"
    assert reader("00D6000000") == "6700"
    assert reader("00B000000C00") == "6700"
    assert reader("00B2010400") == "6981"  # it has no records
    assert reader("00A2010401FF") == "6981"
    assert reader("80CB8000015C") == "6981"  # it is not BER-TLV (11.3)


def test_a_short_identifier_selects(reader):
    """8.2.1.2: READ BINARY and READ RECORD may name a file of the current directory."""
    assert reader("00B0870009") == "0829261011608457409000"
    assert reader("00B0000009") == "0829261011608457409000"
    assert reader("00D69E0001FF") == "6A82"
    for none in ("00B0E00001", "00B0800001", "00B09F0001"):
        assert reader(none) == "6A86"
    assert reader("00B2010C04") == "11F2FF009000"  # 01: EF_ECC
    assert reader("00B201FC04") == "6A86"
    reader("00A4000C023F00")
    assert reader("00B201F426").startswith("61184F10")  # 1E: EF_DIR


def test_records(reader):
    """11.1.5, 11.1.6: absolute, current, next and previous."""
    reader.select("7F106F3A")
    assert reader("00B000001C") == "6981"
    assert reader("00B201041B") == "6C1C"
    assert reader("00B265041C") == "6A83"
    assert reader("00B200041C") == "6A83"  # no record is the current one
    for number in (1, 2, 3):
        assert reader(f"00DC{number:02X}041C" + f"{number:02X}" * 28) == "9000"
    assert reader("00DC01041B" + "00" * 27) == "6700"
    assert reader("00DC66041C" + "00" * 28) == "6A83"
    for mode, number in (("02", "01"), ("02", "02"), ("02", "03"), ("03", "02")):
        assert reader(f"00B200{mode}1C") == number * 28 + "9000"
    assert reader("00B203041C") == "03" * 28 + "9000"
    assert reader("00B200041C") == "02" * 28 + "9000"  # the absolute mode leaves the pointer where it is
    assert reader("00B200031C") == "01" * 28 + "9000"
    assert reader("00B200031C") == "6A83"
    assert reader("00DC00021C" + "AB" * 28) == "9000"
    assert reader("00B202041C") == "AB" * 28 + "9000"
    assert reader("00B200071C") == "6A86"
    reader.select("7F106F3A")
    assert reader("00B200031C") == "FF" * 28 + "9000"  # previous of none: the last


def test_a_cyclic_file_keeps_the_newest(reader):
    """8.2.2.3: an update goes to the oldest record, which becomes the first."""
    reader.select("7F106F44")
    for number in range(11):
        assert reader(f"00DC00031C{number:02X}" + "00" * 27) == "9000"
    assert reader("00DC01041C" + "00" * 28) == "6A86"
    assert reader("00B201041C").startswith("0A")
    assert reader("00B20A041C").startswith("01")
    assert reader("00B200021C").startswith("09")
    assert reader("00B200031C").startswith("0A")
    assert reader("00B200031C").startswith("01")  # round the end
    assert len(reader.card.files[0x6F44].records) == 10


def test_search(reader):
    """11.1.7: forward and backward from a record, the numbers of all that have the pattern."""
    reader.select("7F106F3A")
    for number in (2, 5, 9):
        reader(f"00DC{number:02X}041C0041" + f"{number:02X}" * 26)
    assert reader.fetch("00A20104020041") == "0205099000"
    assert reader("00B200041C").startswith("004102")  # the first found is the current one
    assert reader.fetch("00A20304020041") == "05099000"
    assert reader.fetch("00A20605020041") == "05029000"
    assert reader.fetch("00A2010402FFFF").startswith("0103")
    assert reader("00A2010402EEEE") == "6282"
    assert reader("00A26504020041") == "6A83"
    assert reader("00A20106020041") == "6A81"
    assert reader("00A20102020041") == "6A86"
    assert reader("00A2010400") == "6700"
    assert reader("00A201041D" + "FF" * 29) == "6700"


def test_nothing_is_selected(reader):
    reader("00A4000C023F00")
    for command in ("00B0000001", "00D6000001FF", "00B2010401", "00DC010401FF", "00A2010401FF", "80DB0080015C"):
        assert reader(command) == "6986", command
    assert reader("0004000000") == "6986"


@pytest.mark.parametrize(
    ("path", "locked_read", "read", "update", "with_pin2"),
    [
        ("2FE2", "9000", "9000", "6982", "6982"),  # always, never
        ("2F05", "9000", "9000", "9000", "9000"),  # always, PIN
        ("7FFF6F07", "6982", "9000", "6982", "6982"),  # PIN, ADM
        ("7FFF6FAD", "9000", "9000", "6982", "6982"),  # always, ADM
        ("7FFF6F7B", "6982", "9000", "9000", "9000"),  # PIN, PIN
        ("7FFF6F57", "6982", "9000", "6982", "9000"),  # PIN, PIN2
    ],
)
def test_access_conditions(locked, path, locked_read, read, update, with_pin2):
    """TS 31.102 4.2 gives them for each file; 6982 is "security status not satisfied"."""
    locked.select(path)
    assert locked("00B0000001")[-4:] == locked_read
    assert locked("00D6000001FF") == "6982"
    assert locked("002000010832393336FFFFFFFF") == "9000"
    assert locked("00B0000001")[-4:] == read
    assert locked("00D6000001FF") == update
    assert locked("002000810830303030FFFFFFFF") == "9000"
    assert locked("00D6000001FF") == with_pin2
    assert locked("0020000A083239333632393336") == "9000"
    assert locked("00D6000001FF") == ("6982" if path == "2FE2" else "9000" if read != update else with_pin2)


def test_records_have_the_same_conditions(locked):
    locked.select("7FFF6F3C")
    assert locked("00B20104B0") == "6982"
    assert locked("00DC0104B0" + "00" * 176) == "6982"
    assert locked("00A2010401FF") == "6982"
    assert locked("002000010832393336FFFFFFFF") == "9000"
    assert locked("00B20104B0") == "00" + "FF" * 175 + "9000"


def test_life_cycle(reader):
    """11.1.14, 11.1.15: a deactivated file is selected with a warning, and can be activated only."""
    reader.select("7FFF6F57")
    assert reader("0004000000") == "6982"
    assert reader("0020000A083239333632393336") == "9000"
    assert reader("0004000000") == "9000"
    assert reader("00B0000001") == "6985"
    assert reader("00A40004026F57") == "6283"
    assert reader("00C0000000") == "6C18"
    assert "8A0104" in reader("00C0000018")
    assert reader("00A4000C026F57") == "6283"
    assert reader("0044010000") == "6A86"
    assert reader("00440000026F57") == "9000"
    assert reader("00B0000001") == "009000"


def test_status(reader):
    """11.1.2: the current directory, the application's name, or nothing."""
    reader.select("7FFF6F07")
    assert reader("80F2000000") == "6C37"
    assert reader("80F2000037").startswith("62358202782183027FFF8410A0000000871002")
    assert reader("80F2000112") == f"8410{reader.card.files.applications[0].name.hex().upper()}9000"
    assert reader("80F2010C00") == "9000"
    assert reader("80F2030C00") == "6A86"
    assert reader("80F2000200") == "6A86"
    assert reader("80F2000C01") == "6700"


def test_channels(reader):
    """11.1.17, and a capture of a Samsung telephone: 0070000001 -> 01 9000, 01A4..0C<PKCS-15> -> 6A82."""
    assert reader("0070000000") == "6C01"
    assert reader("0070000001") == "019000"
    assert reader("01A404040CA000000063504B43532D3135") == "6A82"
    reader.select("7FFF6F07")
    assert reader("01A4000C027FFF") == "6A82"  # no application runs on it
    assert reader("01A4000C022FE2") == "9000"  # a new channel begins at the MF
    assert reader("00B0000009") == "0829261011608457409000"
    assert reader("01B0000002") == "98889000"
    assert reader("01A40004023F00") == "6125"
    assert reader("00C0000025") == "6985"  # what waits on channel 1 is not there on 0
    assert reader("01C0000025").startswith("6223")
    assert reader("81F2000C00") == "9000"
    assert reader(f"01A4040C07{AID}") == "9000"
    assert reader("0170000001") == "029000"  # opened from 1, it begins where that is
    assert reader("02A4000C026F07") == "9000"
    assert reader("0070800100") == "9000"
    assert reader("01A4000C023F00") == "6881"
    assert reader("00708001") == "6A86"
    assert reader("0070800000") == "6A86"  # the basic channel stays
    assert reader("0070010000") == "6A86"


def test_as_many_channels_as_class_bytes_name(reader):
    for number in range(1, 20):
        assert reader("0070000001") == f"{number:02X}9000"
    assert reader("0070000001") == "6A81"
    assert reader("4FA4000C023F00") == "9000"
    assert reader("40A4000C022FE2") == "9000"
    assert reader("CFF2000C00") == "9000"


def test_pins_are_the_cards_and_not_the_channels(locked):
    locked("0070000001")
    assert locked("012000010832393336FFFFFFFF") == "9000"
    locked.select("7FFF6F07")
    assert locked("00B0000009") == "0829261011608457409000"


def test_power_up_closes_channels(reader):
    reader("0070000001")
    reader.card.power_up()
    assert reader("01A4000C023F00") == "6881"
    assert reader("00A4000C026F07") == "9000"  # the USIM runs on the basic one


def test_security_commands(locked):
    """TS 31.102 7.1 and TS 102.221 11.1.20."""
    assert len(locked("0084000008")) == 20
    assert locked("0084000008") != locked("0084000008")
    assert locked("0084000100") == "6A86"
    challenge = "10" + "11" * 16 + "10" + "22" * 16
    assert locked(f"0088008122{challenge}") == "6982"
    assert locked("002000010832393336FFFFFFFF") == "9000"
    assert locked(f"0088008122{challenge}00") == "9862"  # authentication error, incorrect MAC
    assert locked("0088008111" + challenge[:34]) == "6700"
    assert locked("0088008011" + challenge[:34]) == "9864"
    assert locked(f"0088008222{challenge}") == "6A86"
    locked.select("7F10")
    assert locked(f"0088008122{challenge}") == "6985"


def test_the_same_card_gives_the_same_challenges(read_card):
    assert read_card(Card())("0084000008") == read_card(Card())("0084000008")
    assert read_card(Card())("0084000008") != read_card(Card(iccid="8988211000000430010"))("0084000008")
