"""Whatever a terminal sends: an answer with a status word, and a card that still works."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.sim import Card, read_number_record
from emulator.sim.tree import EF_ADN, EF_MSISDN
from emulator.sim.uicc import on_channel

FILES = ("3F00", "7FFF", "7F10", "7F20", "2FE2", "2F00", "6F07", "6F3A", "6F3C", "6F42", "6F43", "6F44", "6F38")
INSTRUCTIONS = (0xA4, 0xF2, 0xB0, 0xD6, 0xB2, 0xDC, 0xA2, 0x04, 0x44, 0x20, 0x24, 0x26, 0x28, 0x2C, 0x70, 0xC0, 0x84,
                0x88, 0xCB, 0xDB)  # fmt: skip
SELECTS = st.builds(
    lambda head, fid: bytes.fromhex(f"{head}02{fid}"),
    st.sampled_from(["00A40004", "01A4000C", "00A40804", "A0A40000"]),
    st.sampled_from(FILES),
)
HEADERS = st.builds(
    lambda cla, ins, p1, p2, data: bytes([cla, ins, p1, p2, len(data)]) + data,
    st.sampled_from([0x00, 0x01, 0x80, 0xA0]),
    st.sampled_from(INSTRUCTIONS),
    st.sampled_from([0, 1, 2, 4, 8, 0x80]) | st.integers(0, 255),
    st.sampled_from([0, 1, 2, 3, 4, 0x0C, 0x81]) | st.integers(0, 255),
    st.binary(max_size=255),
)
SIZES = st.sampled_from([0, 1, 2, 9, 10, 15, 28, 42, 176])
READS = st.builds(
    lambda cla, ins, p1, p2, size: bytes([cla, ins, p1, p2, size]),
    st.sampled_from([0x00, 0xA0]), st.sampled_from([0xB0, 0xB2, 0xC0, 0xF2]), st.integers(0, 3), st.integers(0, 5),
    SIZES,
)  # fmt: skip
WRITES = st.builds(
    lambda ins, mode, octets: bytes([0x00, ins, 1, mode, len(octets)]) + octets,
    st.sampled_from([0xDC, 0xD6]),
    st.sampled_from([3, 4]),
    SIZES.flatmap(lambda size: st.binary(min_size=size, max_size=size)),
)
COMMANDS = st.lists(SELECTS | HEADERS | READS | WRITES | st.binary(max_size=270), max_size=25)


@settings(max_examples=400, deadline=None)
@given(COMMANDS)
def test_every_command_has_an_answer(commands: list[bytes]):
    card = Card(phonebook_records=5, sms_records=2)
    card.power_up()
    sizes = {fid: [len(record) for record in file.records] for fid, file in _all_files(card).items()}
    for command in commands:
        answer = card.uicc.transmit(command)
        assert len(answer) >= 2
        assert answer[-2] >> 4 in (6, 9)
        assert len(answer) <= 258
    assert {fid: [len(record) for record in file.records] for fid, file in _all_files(card).items()} == sizes
    # What was written is read by the modem as it is.
    card.power_up()
    assert isinstance(card.imsi, str)
    assert card.service_centre is None or str(card.service_centre) is not None
    assert 0 <= card.next_message_reference() <= 255
    for fid in (EF_ADN, EF_MSISDN):
        for record in card.files[fid].records:
            read_number_record(record)
    assert card.uicc.transmit(bytes.fromhex("00A4000C023F00")) == b"\x90\x00"


def _all_files(card: Card):
    return {(directory.fid, file.fid): file for directory in card.files.directories for file in directory.files}


@given(st.binary(min_size=28, max_size=28))
def test_every_number_record_is_read(record: bytes):
    read_number_record(record)


def test_a_channel_is_put_into_the_class():
    """TS 102.221 10.1.1: 0X and 8X for channels 0 to 3, 4X and CX for 4 to 19."""
    for cla, number, expected in (
        (0x00, 1, 0x01), (0x81, 0, 0x80), (0x80, 3, 0x83), (0x00, 4, 0x40), (0x80, 19, 0xCF), (0x41, 2, 0x02),
        (0xA0, 3, 0xA0),
    ):  # fmt: skip
        assert on_channel(bytes([cla, 0xA4]), number) == bytes([expected, 0xA4])
