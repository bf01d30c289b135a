"""Properties: any octets give a value or a PduError; what is written reads back; parts join to the whole.

Round trips prove little about a codec whose two halves share their mistakes; the vectors and the foreign witnesses do
that. They prove that nothing is lost or left out.
"""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from modem.wire.address import decode_address, decode_service_centre, encode_address, encode_service_centre
from modem.wire.alphabet import decode_gsm7, encode_gsm7, is_gsm7
from modem.wire.at import CommandLineError, parse_command_line, parse_final, parse_parameters, parse_supported
from modem.wire.coding import DataCoding
from modem.wire.errors import PduError
from modem.wire.header import decode_header, encode_header
from modem.wire.pdumode import PduModePdu
from modem.wire.reports import DeliverReport, StatusReport, SubmitReport
from modem.wire.segments import Reassembler, coding_for, join, split
from modem.wire.septets import pack, unpack
from modem.wire.times import ServiceCentreTimeStamp, decode_validity
from modem.wire.tpdu import Command, Deliver, Submit, decode_from_mobile, decode_from_network
from modem.wire.user_data import UserData, decode_user_data, encode_user_data
from tests.wire import models, strategies
from tests.wire.vectors import load

properties = settings(max_examples=150, deadline=None)

MESSAGES = [bytes.fromhex(vector["pdu"]) for vector in load("messages")]


def readable(tpdu: Any) -> bool:
    """Whether everything in it can be shown: valid text, times or None, words."""
    text = f"{tpdu}"
    body = getattr(getattr(tpdu, "user_data", None), "body", b"")
    if isinstance(body, str) and not tpdu.user_data.concatenation:
        body.encode()
    return bool(text)


READERS: dict[str, Callable[[bytes, bool], Any]] = {
    "from network": decode_from_network,
    "from mobile": decode_from_mobile,
    "Submit": Submit.decode,
    "Deliver": Deliver.decode,
    "StatusReport": StatusReport.decode,
    "Command": Command.decode,
    "DeliverReport of RP-ACK": lambda octets, strict: DeliverReport.decode(octets, False, strict),
    "DeliverReport of RP-ERROR": lambda octets, strict: DeliverReport.decode(octets, True, strict),
    "SubmitReport of RP-ACK": lambda octets, strict: SubmitReport.decode(octets, False, strict),
    "SubmitReport of RP-ERROR": lambda octets, strict: SubmitReport.decode(octets, True, strict),
    "address": lambda octets, strict: decode_address(octets, 0, strict),
    "service centre": lambda octets, strict: decode_service_centre(octets, 0, strict),
    "time stamp": lambda octets, strict: (
        str(ServiceCentreTimeStamp.decode(octets, 0, strict)),
        ServiceCentreTimeStamp.decode(octets).time,
    ),
    "header": lambda octets, strict: decode_header(octets, int(strict)),
    "enhanced validity": lambda octets, strict: decode_validity(octets, 0, 1, strict),
    "absolute validity": lambda octets, strict: decode_validity(octets, 0, 3, strict),
    "PDU mode": lambda octets, strict: PduModePdu.parse(octets.hex(), strict),
}


@pytest.mark.parametrize("reader", READERS)
@properties
@given(octets=st.binary(max_size=180), strict=st.booleans())
def test_any_octets_give_a_value_or_a_pdu_error(reader: str, octets: bytes, strict: bool) -> None:
    try:
        value = READERS[reader](octets, strict)
    except PduError as error:
        problem = error
    else:
        assert readable(value)
        return
    assert problem.clause
    assert problem.offset is None or 0 <= problem.offset <= len(octets) + 1


def test_mutated_messages_give_a_value_or_a_pdu_error() -> None:
    """Real messages with a few octets changed, cut or doubled reach deeper than noise does."""
    rng = random.Random(2936)
    for _ in range(4000):
        octets = bytearray(rng.choice(MESSAGES))
        for _ in range(rng.randint(1, 4)):
            at = rng.randrange(len(octets))
            action = rng.randrange(4)
            if action == 0:
                octets[at] = rng.randrange(256)
            elif action == 1:
                octets[at] ^= 1 << rng.randrange(8)
            elif action == 2:
                octets[at:at] = octets[at : at + rng.randrange(1, 4)]
            elif len(octets) > 2:
                del octets[at]
        for strict in (False, True):
            for decode in (decode_from_network, decode_from_mobile):
                try:
                    tpdu = decode(PduModePdu.parse(octets.hex(), strict).tpdu, strict)
                except PduError:
                    continue
                assert readable(tpdu)


@properties
@given(text=st.text())
def test_any_line_gives_pdu_error_or_value(text: str) -> None:
    with contextlib.suppress(PduError):
        PduModePdu.parse(text)
    with contextlib.suppress(PduError):
        encode_gsm7(text)
    with contextlib.suppress(CommandLineError):
        parse_command_line(text)
    with contextlib.suppress(CommandLineError):
        parse_parameters(text)
    parse_final(text)
    parse_supported(text)


@properties
@given(text=st.text('+ABCabcSD&EV019=?;,"\\ 2', max_size=40))
def test_command_lines_are_read_in_pieces_as_written(text: str) -> None:
    """Every call's text stands in the line, in order, and only blanks and semicolons stand between."""
    try:
        calls = parse_command_line(text)
    except CommandLineError:
        return
    rest = text
    for call in calls:
        before, found, rest = rest.partition(call.text)
        assert found
        assert not before.strip("; ")
        assert call.name == call.name.upper()
    assert not rest.strip("; ")


@properties
@given(text=strategies.gsm7)
def test_alphabet_agrees_with_the_table(text: str) -> None:
    assert is_gsm7(text)
    assert list(encode_gsm7(text)) == models.septets(text)
    assert decode_gsm7(encode_gsm7(text)) == text


@properties
@given(septets=st.lists(st.integers(0, 127) | st.just(0x1B)))
def test_any_septets_are_shown_as_the_table_says(septets: list[int]) -> None:
    assert decode_gsm7(bytes(septets)) == models.text(septets)


@properties
@given(septets=st.lists(st.integers(0, 127)), fill_bits=st.integers(0, 6), more=st.binary(max_size=3))
def test_packing_agrees_with_the_bits(septets: list[int], fill_bits: int, more: bytes) -> None:
    packed = pack(bytes(septets), fill_bits)
    assert packed == models.pack(septets, fill_bits)
    assert list(unpack(packed + more, len(septets), fill_bits)) == septets


@properties
@given(address=strategies.addresses, more=st.binary(max_size=3))
def test_addresses(address: Any, more: bytes) -> None:
    octets = encode_address(address)
    for strict in (False, True):
        assert decode_address(octets + more, 0, strict) == (address, len(octets))


@properties
@given(address=st.none() | strategies.numbers, more=st.binary(max_size=3))
def test_service_centres(address: Any, more: bytes) -> None:
    octets = encode_service_centre(address)
    for strict in (False, True):
        assert decode_service_centre(octets + more, 0, strict) == (address, len(octets))


@properties
@given(header=strategies.headers.filter(bool), more=st.binary(max_size=3))
def test_headers(header: Any, more: bytes) -> None:
    octets = encode_header(header)
    assert decode_header(octets + more) == (header, len(octets))


@properties
@given(content=strategies.contents(), before=st.binary(max_size=3))
def test_user_data(content: tuple[DataCoding, UserData], before: bytes) -> None:
    coding, user_data = content
    octets = before + encode_user_data(user_data, coding)
    for strict in (False, True):
        assert decode_user_data(octets, len(before), user_data.has_header, coding, strict) == user_data


@properties
@given(tpdu=strategies.submits() | strategies.delivers() | strategies.reports | strategies.commands)
@example(tpdu=Submit(strategies.Address("2936"), UserData("hello_sim")))
def test_messages(tpdu: Any) -> None:
    octets = tpdu.encode()
    assert type(tpdu).decode(octets) == tpdu
    assert type(tpdu).decode(octets, strict=True) == tpdu
    assert type(tpdu).decode(octets, strict=True).encode() == octets


@properties
@given(report=strategies.deliver_reports | strategies.submit_reports)
def test_reports(report: Any) -> None:
    octets = report.encode()
    for strict in (False, True):
        assert type(report).decode(octets, report.failure_cause is not None, strict) == report


@properties
@given(
    body=strategies.gsm7.map(lambda text: text * 40)
    | strategies.ucs2.map(lambda text: text * 20)
    | st.binary(max_size=900),
    reference=st.integers(0, 255),
    wide=st.booleans(),
    order=st.randoms(use_true_random=False),
)
def test_parts_join_to_the_whole(body: str | bytes, reference: int, wide: bool, order: random.Random) -> None:
    coding = coding_for(body)
    parts = split(body, reference=reference, wide=wide)
    read = [
        decode_user_data(encode_user_data(part, coding), 0, bool(part.header), coding, strict=True) for part in parts
    ]
    assert read == parts
    assert join([part.body for part in parts]) == body
    order.shuffle(read)
    box = Reassembler()
    results = [box.add("+1", part, float(at)) for at, part in enumerate(read)]
    assert results[:-1] == [None] * (len(read) - 1)
    assert results[-1] is not None
    assert results[-1].body == body
    assert len(box) == 0


@properties
@given(
    content=strategies.contents(with_header=False),
    where=st.integers(0, 200),
)
def test_less_than_announced_is_never_read(content: tuple[DataCoding, UserData], where: int) -> None:
    coding, user_data = content
    octets = encode_user_data(user_data, coding)
    if where < len(octets):
        for strict in (False, True):
            with pytest.raises(PduError):
                decode_user_data(octets[:where], 0, False, coding, strict)
