"""TS 23.040 9.2.2: the six TPDUs, worked by hand from the standard's tables."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from modem.wire.address import Address
from modem.wire.coding import DATA, GSM7, UCS2, DataCoding
from modem.wire.errors import PduError
from modem.wire.header import Concatenation
from modem.wire.reports import NO_PARAMETERS, DeliverReport, Parameters, StatusReport, SubmitReport
from modem.wire.times import AbsoluteValidity, EnhancedValidity, RelativeValidity, ServiceCentreTimeStamp
from modem.wire.tpdu import Command, Deliver, Submit, decode_from_mobile, decode_from_network
from modem.wire.user_data import UserData

SHORT_CODE = Address("2936", 0x81)
DA = "04819263"
STAMP = ServiceCentreTimeStamp(bytes.fromhex("62113290502100"))
LATER = ServiceCentreTimeStamp(bytes.fromhex("62113290503100"))
HELLO, HELLO_OCTETS = UserData("hello"), "05E8329BFD06"
CONCATENATION = Concatenation(0x4C, 2, 1).element()
# Six octets of header, a fill bit, h 1101000 and i 1101001 from their low bits on: 0 0001011 | 1001011 0.
LONG, LONG_OCTETS = UserData("hi", (CONCATENATION,)), "09 050003 4C0201 D069"

SUBMIT = Submit(SHORT_CODE, HELLO)
DELIVER = Deliver(SHORT_CODE, STAMP, HELLO)
REPORT = StatusReport(78, SHORT_CODE, STAMP, LATER, 0)


@pytest.mark.parametrize(
    ("tpdu", "octets"),
    [
        # SMS-SUBMIT (9.2.2.2): first octet, TP-MR, TP-DA, TP-PID, TP-DCS, TP-VP, TP-UDL, TP-UD
        (SUBMIT, f"01 00 {DA} 00 00 {HELLO_OCTETS}"),
        (SUBMIT._replace(message_reference=255, protocol_identifier=0x41), f"01 FF {DA} 41 00 {HELLO_OCTETS}"),
        (SUBMIT._replace(reject_duplicates=True), f"05 00 {DA} 00 00 {HELLO_OCTETS}"),
        (SUBMIT._replace(status_report_request=True), f"21 00 {DA} 00 00 {HELLO_OCTETS}"),
        (SUBMIT._replace(reply_path=True), f"81 00 {DA} 00 00 {HELLO_OCTETS}"),
        (SUBMIT._replace(validity_period=RelativeValidity(0)), f"11 00 {DA} 00 00 00 {HELLO_OCTETS}"),
        (
            SUBMIT._replace(validity_period=AbsoluteValidity(STAMP)),
            f"19 00 {DA} 00 00 62113290502100 {HELLO_OCTETS}",
        ),
        (
            SUBMIT._replace(validity_period=EnhancedValidity(bytes.fromhex("01A70000000000"))),
            f"09 00 {DA} 00 00 01A70000000000 {HELLO_OCTETS}",
        ),
        (SUBMIT._replace(user_data=UserData(b"\x00\xff"), data_coding=DATA), f"01 00 {DA} 00 04 02 00FF"),
        (SUBMIT._replace(user_data=UserData("😀"), data_coding=UCS2), f"01 00 {DA} 00 08 04 D83DDE00"),
        (SUBMIT._replace(user_data=UserData("")), f"01 00 {DA} 00 00 00"),
        (SUBMIT._replace(user_data=LONG), f"41 00 {DA} 00 00 {LONG_OCTETS}"),
        (
            Submit(SHORT_CODE, LONG, DataCoding.of(0xF1), 1, 2, RelativeValidity(0xAA), True, True, True),
            f"F5 01 {DA} 02 F1 AA {LONG_OCTETS}",
        ),
        # SMS-DELIVER (9.2.2.1): first octet, TP-OA, TP-PID, TP-DCS, TP-SCTS, TP-UDL, TP-UD. TP-MMS is 1 for "no more".
        (DELIVER, f"04 {DA} 00 00 62113290502100 {HELLO_OCTETS}"),
        (DELIVER._replace(more_messages=True), f"00 {DA} 00 00 62113290502100 {HELLO_OCTETS}"),
        (DELIVER._replace(loop_prevention=True), f"0C {DA} 00 00 62113290502100 {HELLO_OCTETS}"),
        (DELIVER._replace(status_report_indication=True), f"24 {DA} 00 00 62113290502100 {HELLO_OCTETS}"),
        (DELIVER._replace(reply_path=True), f"84 {DA} 00 00 62113290502100 {HELLO_OCTETS}"),
        (DELIVER._replace(user_data=LONG), f"44 {DA} 00 00 62113290502100 {LONG_OCTETS}"),
        (
            DELIVER._replace(protocol_identifier=0x7F, data_coding=DataCoding.of(0xF2)),
            f"04 {DA} 7F F2 62113290502100 {HELLO_OCTETS}",
        ),
        # SMS-STATUS-REPORT (9.2.2.3): first octet, TP-MR, TP-RA, TP-SCTS, TP-DT, TP-ST, and the optional TP-PI ...
        (REPORT, f"06 4E {DA} 62113290502100 62113290503100 00"),
        (REPORT._replace(status=0x46, more_messages=True), f"02 4E {DA} 62113290502100 62113290503100 46"),
        (REPORT._replace(of_command=True, loop_prevention=True), f"2E 4E {DA} 62113290502100 62113290503100 00"),
        (REPORT._replace(parameters=NO_PARAMETERS), f"06 4E {DA} 62113290502100 62113290503100 00 00"),
        (REPORT._replace(parameters=Parameters(0x20)), f"06 4E {DA} 62113290502100 62113290503100 00 01 20"),
        (
            REPORT._replace(parameters=Parameters(0, DATA, UserData(b"ab"))),
            f"06 4E {DA} 62113290502100 62113290503100 00 07 00 04 02 6162",
        ),
        (
            REPORT._replace(parameters=Parameters(None, None, LONG)),
            f"46 4E {DA} 62113290502100 62113290503100 00 04 {LONG_OCTETS}",
        ),
        # SMS-COMMAND (9.2.2.4): first octet, TP-MR, TP-PID, TP-CT, TP-MN, TP-DA, TP-CDL, TP-CD
        (Command(SHORT_CODE, 2, 78), f"02 00 00 02 4E {DA} 00"),
        (
            Command(SHORT_CODE, 0, 78, b"\x01\x02", 9, 8, status_report_request=True),
            f"22 09 08 00 4E {DA} 02 0102",
        ),
        (Command(SHORT_CODE, 3, data=b"\x00", has_header=True), f"42 00 00 03 00 {DA} 01 00"),
    ],
)
def test_messages(tpdu: Submit | Deliver | StatusReport | Command, octets: str) -> None:
    wire = bytes.fromhex(octets)
    assert tpdu.encode() == wire
    for strict in (False, True):
        assert type(tpdu).decode(wire, strict) == tpdu
        decode = decode_from_mobile if isinstance(tpdu, Submit | Command) else decode_from_network
        assert decode(wire, strict) == tpdu


@pytest.mark.parametrize(
    ("report", "octets", "error"),
    [
        # SMS-DELIVER-REPORT (9.2.2.1a): first octet, [TP-FCS], TP-PI, [TP-PID], [TP-DCS], [TP-UDL, TP-UD]
        (DeliverReport(), "00 00", False),
        (DeliverReport(0xD3), "00 D3 00", True),
        (DeliverReport(None, Parameters(0x7F, DataCoding.of(0xF6), UserData(b"ab"))), "00 07 7F F6 02 6162", False),
        (DeliverReport(0xD5, Parameters(None, None, LONG)), f"40 D5 04 {LONG_OCTETS}", True),
        # SMS-SUBMIT-REPORT (9.2.2.2a): first octet, [TP-FCS], TP-PI, TP-SCTS, [TP-PID], [TP-DCS], [TP-UDL, TP-UD]
        (SubmitReport(STAMP), "01 00 62113290502100", False),
        (SubmitReport(STAMP, 0xC3), "01 C3 00 62113290502100", True),
        (SubmitReport(STAMP, None, Parameters(1, GSM7, HELLO)), f"01 07 62113290502100 01 00 {HELLO_OCTETS}", False),
        (SubmitReport(STAMP, 0xFF, Parameters(None, None, LONG)), f"41 FF 04 62113290502100 {LONG_OCTETS}", True),
    ],
)
def test_reports(report: DeliverReport | SubmitReport, octets: str, error: bool) -> None:
    wire = bytes.fromhex(octets)
    assert report.encode() == wire
    for strict in (False, True):
        assert type(report).decode(wire, error, strict) == report
    for size in range(len(wire)):
        for strict in (False, True):
            with pytest.raises(PduError) as caught:
                type(report).decode(wire[:size], error, strict)
            assert caught.value.clause
            assert 0 <= (caught.value.offset or 0) <= size


ALL = [SUBMIT, DELIVER, REPORT, Command(SHORT_CODE, 2, 78, b"abc")]


@pytest.mark.parametrize("tpdu", ALL, ids=lambda tpdu: type(tpdu).__name__)
def test_another_type_is_refused(tpdu: Any) -> None:
    wire = tpdu.encode()
    for mti in range(4):
        changed = bytes([wire[0] & ~3 & 0xFF | mti]) + wire[1:]
        if changed == wire or (mti == 3 and isinstance(tpdu, Deliver)):
            continue
        with pytest.raises(PduError) as caught:
            type(tpdu).decode(changed)
        assert (caught.value.field, caught.value.offset) == ("TP-MTI", 0)


@pytest.mark.parametrize("tpdu", ALL, ids=lambda tpdu: type(tpdu).__name__)
def test_octets_at_the_end_are_for_the_lenient(tpdu: Any) -> None:
    wire = tpdu.encode()
    if not isinstance(tpdu, Command):
        assert type(tpdu).decode(wire + b"\xff\xff") == tpdu
    with pytest.raises(PduError):
        type(tpdu).decode(wire + b"\xff\xff", strict=True)


def test_the_reserved_type_from_the_network_is_read_as_a_deliver() -> None:
    """TS 23.040 9.2.3.1: "If an MS receives a TPDU with a "Reserved" value in the TP-MTI it shall process the message
    as if it were an SMS-DELIVER"."""
    wire = b"\xaf" + DELIVER.encode()[1:]
    assert decode_from_network(wire) == DELIVER._replace(
        loop_prevention=True, status_report_indication=True, reply_path=True
    )
    with pytest.raises(PduError):
        decode_from_network(wire, strict=True)
    with pytest.raises(PduError):
        decode_from_mobile(b"\x03" + SUBMIT.encode()[1:])


def test_nothing_at_all() -> None:
    for decode in (decode_from_mobile, decode_from_network):
        for strict in (False, True):
            with pytest.raises(PduError) as caught:
                decode(b"", strict)
            assert caught.value.offset == 0


def test_an_endless_parameter_indicator() -> None:
    """A report in a SIM record is filled up with FF: an indicator that never ends, and no parameters."""
    wire = REPORT.encode()
    assert StatusReport.decode(wire + b"\xff" * 100) == REPORT
    with pytest.raises(PduError):
        StatusReport.decode(wire + b"\xff" * 100, strict=True)
    for report in (DeliverReport(), SubmitReport(STAMP)):
        with pytest.raises(PduError) as caught:
            type(report).decode(bytes([report.encode()[0]]) + b"\xff" * 20, error=False)
        assert caught.value.field == "TP-PI"


@pytest.mark.parametrize(
    ("octets", "offset"), [("0001", 2), ("0002", 2), ("0003", 2), ("000320", 2), ("0004", 2), ("000720", 2)]
)
def test_where_the_parameters_are_cut_off(octets: str, offset: int) -> None:
    for strict in (False, True):
        with pytest.raises(PduError) as caught:
            DeliverReport.decode(bytes.fromhex(octets), error=False, strict=strict)
        assert caught.value.offset == offset


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("later", ["", "00", "AABBCC"])
def test_fields_of_a_later_version(later: str, strict: bool) -> None:
    """9.2.3.27: with a reserved bit of TP-PI, or of its extension, set, fields may follow that nobody knows yet."""
    user_data = UserData("hello")
    for indicator, known, parameters in (
        ("08", "", Parameters()),
        ("41", "20", Parameters(0x20)),
        ("14", "05 E8329BFD06", Parameters(None, None, user_data)),
        ("8408", "05 E8329BFD06", Parameters(None, None, user_data)),
        ("27", "20 00 05 E8329BFD06", Parameters(0x20, GSM7, user_data)),
    ):
        wire = REPORT.encode() + bytes.fromhex(indicator + known + later)
        assert StatusReport.decode(wire, strict).parameters == parameters
        assert (
            DeliverReport.decode(bytes.fromhex("00" + indicator + known + later), False, strict).parameters
            == parameters
        )
    for indicator, known in (("00", ""), ("01", "20"), ("04", "05 E8329BFD06"), ("8000", "")):
        wire = REPORT.encode() + bytes.fromhex(indicator + known + later)
        if later and strict:
            with pytest.raises(PduError):
                StatusReport.decode(wire, strict)
        else:
            StatusReport.decode(wire, strict)


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("rest", ["04", "04 05 E8329BFD", "07 00 04 04 010203", "14 05 E8329BFD", "8408 06 E8329BFD06"])
def test_user_data_of_a_report_that_breaks_off(rest: str, strict: bool) -> None:
    with pytest.raises(PduError) as caught:
        StatusReport.decode(REPORT.encode() + bytes.fromhex(rest), strict)
    assert caught.value.field == "TP-UDL"


def test_an_extended_parameter_indicator() -> None:
    """9.2.3.27: bit 7 says that another octet follows."""
    wire = REPORT.encode() + bytes.fromhex("81 00 20")
    assert StatusReport.decode(wire, strict=True) == REPORT._replace(parameters=Parameters(0x20))


@pytest.mark.parametrize("value", [-1, 256])
def test_numbers_that_do_not_fit(value: int) -> None:
    for tpdu in (
        SUBMIT._replace(message_reference=value),
        SUBMIT._replace(protocol_identifier=value),
        SUBMIT._replace(validity_period=RelativeValidity(value)),
        SUBMIT._replace(destination=Address("1", value)),
        DELIVER._replace(protocol_identifier=value),
        REPORT._replace(message_reference=value),
        REPORT._replace(status=value),
        REPORT._replace(parameters=Parameters(value)),
        Command(SHORT_CODE, value),
        Command(SHORT_CODE, 0, message_number=value),
        Command(SHORT_CODE, 0, message_reference=value),
        Command(SHORT_CODE, 0, protocol_identifier=value),
        DeliverReport(value),
        SubmitReport(STAMP, value),
        SubmitReport(STAMP, None, Parameters(value)),
    ):
        with pytest.raises(PduError) as caught:
            tpdu.encode()  # type: ignore[attr-defined]
        assert caught.value.field


def test_stamps_that_do_not_fit() -> None:
    short = ServiceCentreTimeStamp(b"\x00")
    for tpdu in (
        DELIVER._replace(service_centre_time_stamp=short),
        REPORT._replace(service_centre_time_stamp=short),
        REPORT._replace(discharge_time=short),
        SubmitReport(short),
        SUBMIT._replace(validity_period=AbsoluteValidity(short)),
        SUBMIT._replace(validity_period=EnhancedValidity(b"\x00")),
    ):
        with pytest.raises(PduError):
            tpdu.encode()  # type: ignore[attr-defined]


def test_command_data() -> None:
    """9.2.3.21: 157 octets at most."""
    longest = Command(SHORT_CODE, 0xE0, data=bytes(157))
    assert Command.decode(longest.encode(), strict=True) == longest
    with pytest.raises(PduError):
        Command(SHORT_CODE, 0xE0, data=bytes(158)).encode()
    wire = longest.encode()
    over = wire[:9] + bytes([158]) + bytes(158)
    assert Command.decode(over).data == bytes(158)
    with pytest.raises(PduError) as caught:
        Command.decode(over, strict=True)
    assert (caught.value.field, caught.value.offset) == ("TP-CDL", 9)


@pytest.mark.parametrize(
    ("octets", "field", "offset"),
    [
        ("01", "SMS-SUBMIT", 1),
        ("0100", "TP-DA", 2),
        ("0100048192", "TP-DA", 2),
        (f"0100{DA}00", "TP-PID, TP-DCS", 6),
        (f"0100{DA}0000", "TP-UDL", 8),
        (f"1100{DA}0000", "TP-VP", 8),
        (f"1900{DA}0000621132905021", "TP-VP", 8),
        (f"0100{DA}000005E8329BFD", "TP-UDL", 8),
        (f"1100{DA}0000AA05E8329BFD", "TP-UDL", 9),
    ],
)
def test_where_a_submit_is_cut_off(octets: str, field: str, offset: int) -> None:
    for strict in (False, True):
        with pytest.raises(PduError) as caught:
            Submit.decode(bytes.fromhex(octets), strict)
        assert (caught.value.field, caught.value.offset) == (field, offset)


def test_the_longest_pdus() -> None:
    """TS 23.040 9.2.1: 164 octets."""
    longest = Submit(
        Address("1" * 20, 0x91),
        UserData("x" * 160),
        validity_period=AbsoluteValidity(ServiceCentreTimeStamp.of(datetime(2026, 1, 1, tzinfo=UTC))),
    )
    assert len(longest.encode()) == 164
    assert Submit.decode(longest.encode(), strict=True) == longest
    deliver = Deliver(Address("1" * 20, 0x91), STAMP, UserData(bytes(140)), DATA)
    assert len(deliver.encode()) == 163


def test_types_are_frozen() -> None:
    with pytest.raises(AttributeError):
        SUBMIT.message_reference = 1  # type: ignore[misc]
    assert hash(SUBMIT) == hash(Submit.decode(SUBMIT.encode()))


def test_a_command_cut_off_anywhere() -> None:
    octets = bytes.fromhex("02 01 00 02 07 04819263 02 ABCD")
    assert Command.decode(octets, strict=True).data == b"\xab\xcd"
    for size in range(len(octets)):
        with pytest.raises(PduError):
            Command.decode(octets[:size])
    with pytest.raises(PduError, match="2 octets announced, 1 there"):
        Command.decode(octets[:-1])


@pytest.mark.parametrize(
    ("decode", "octets", "field", "offset"),
    [
        # What is missing is the field that comes next in TS 23.040 9.2.2.
        (Deliver.decode, "04", "TP-OA", 1),
        (Deliver.decode, "04 04819263 0000", "TP-SCTS", 7),
        (partial(DeliverReport.decode, error=False), "00", "TP-PI", 1),
        (StatusReport.decode, "06", "SMS-STATUS-REPORT", 1),
        (StatusReport.decode, "06 5A", "TP-RA", 2),
        (Command.decode, "02 01 00 02", "SMS-COMMAND", 4),
        (Command.decode, "02 01 00 02 07", "TP-DA", 5),
        (Command.decode, "02 01 00 02 07 04819263", "TP-CDL", 9),
    ],
)
def test_what_is_missing(decode: Callable[[bytes], object], octets: str, field: str, offset: int) -> None:
    with pytest.raises(PduError) as caught:
        decode(bytes.fromhex(octets))
    assert (caught.value.field, caught.value.offset) == (field, offset)


@pytest.mark.parametrize("kind", [0b01, 0b10, 0b11])
def test_the_wrong_type_is_named(kind: int) -> None:
    with pytest.raises(PduError, match=f"{kind:02b} is not the type of an SMS-DELIVER-REPORT"):
        DeliverReport.decode(bytes((0x54 | kind, 0)), error=False)


def test_the_reserved_type_of_a_mobile() -> None:
    with pytest.raises(PduError, match="11 is not the type of an SMS-SUBMIT"):
        decode_from_mobile(bytes.fromhex("03 00 04819263 0000 00"))


def test_extensions_of_the_parameter_indicator() -> None:
    """TS 23.040 9.2.3.27: any bit of an extension may announce fields of a later version; without, none may follow."""
    for bit in range(7):
        assert DeliverReport.decode(bytes((0, 0x80, 1 << bit, 0xAB)), error=False, strict=True) == DeliverReport()
    with pytest.raises(PduError, match="2 octets after the end"):
        DeliverReport.decode(bytes.fromhex("00 00 ABCD"), error=False, strict=True)


def test_reports_are_read_leniently_where_nobody_says_otherwise() -> None:
    """What the README of modem/wire says of decoding: octets after the end are left unread."""
    assert DeliverReport.decode(bytes.fromhex("00 00 ABCD"), error=False) == DeliverReport()
    stamp = "62113290502100"
    assert (
        SubmitReport.decode(bytes.fromhex(f"01 00 {stamp} ABCD"), error=False).service_centre_time_stamp.octets.hex()
        == stamp
    )
