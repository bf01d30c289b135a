"""PDUs taken apart: every octet in one field, values as the standard and other programs read them."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modem.wire.address import Address, encode_service_centre
from modem.wire.breakdown import KINDS, Breakdown, Field, Hint, Kind, break_down, read
from modem.wire.breakdown.kinds import (
    COMMAND,
    DELIVER,
    DELIVER_REPORT,
    DELIVER_REPORT_ERROR,
    PAGE,
    STATUS_REPORT,
    SUBMIT,
    SUBMIT_REPORT,
    SUBMIT_REPORT_ERROR,
)
from modem.wire.breakdown.meanings import element_words
from modem.wire.errors import PduError
from modem.wire.header import InformationElement
from modem.wire.pdumode import PduModePdu
from tests.wire import strategies
from tests.wire.tshark import TSHARK, dissect, rp_data
from tests.wire.vectors import cases, load

OF_TYPE = {"Deliver": DELIVER, "Submit": SUBMIT, "StatusReport": STATUS_REPORT, "Command": COMMAND}


def check_partition(octets: bytes, breakdown: Breakdown) -> None:
    """Every octet stands in exactly one field, at its offset; bits never overlap."""
    assert b"".join(field.octets for field in breakdown.fields) == octets
    at = 0
    for field in breakdown.fields:
        assert field.offset == at
        assert field.octets or field.problem  # an empty field is there to say what is missing
        at += len(field.octets)
        taken = 0
        for bits in field.bits:
            assert not taken & bits.mask
            taken |= bits.mask


def field(breakdown: Breakdown, name: str) -> Field:
    (found,) = (field for field in breakdown.fields if field.name == name)
    return found


# --- by hand ----------------------------------------------------------------------------------------------------


def test_deliver_by_hand() -> None:
    """TS 23.040 9.2.2.1, worked out octet by octet."""
    octets = bytes.fromhex("07917283010010F5" "04" "04819263" "00" "00" "62113290502100" "05C8329BFD06")  # fmt: skip
    breakdown = break_down(octets, DELIVER, service_centre=True)
    check_partition(octets, breakdown)
    assert [(field.name, field.octets.hex().upper(), field.value) for field in breakdown.fields] == [
        ("SC length", "07", "7 octets"),
        ("SC type", "91", "international; ISDN/telephone (E.164)"),
        ("SC address", "7283010010F5", "+27381000015"),
        ("first octet", "04", "SMS-DELIVER"),
        ("TP-OA length", "04", "4 semi-octets"),
        ("TP-OA type", "81", "unknown; ISDN/telephone (E.164)"),
        ("TP-OA", "9263", "2936"),
        ("TP-PID", "00", "no interworking: from SME to SME"),
        ("TP-DCS", "00", "GSM 7-bit default alphabet"),
        ("TP-SCTS", "62113290502100", "2026-11-23 09:05:12+00:00"),
        ("TP-UDL", "05", "5 septets"),
        ("TP-UD", "C8329BFD06", "Hello"),
    ]
    assert [(bits.name, bits.mask) for bits in field(breakdown, "first octet").bits] == [
        *(("TP-MTI", 0x03), ("TP-MMS", 0x04), ("TP-LP", 0x08), ("spare", 0x10)),
        *(("TP-SRI", 0x20), ("TP-UDHI", 0x40), ("TP-RP", 0x80)),
    ]
    assert (breakdown.error, breakdown.strict_error, breakdown.length) == (None, None, 20)


def test_submit_by_hand() -> None:
    """TS 23.040 9.2.2.2: class 0 in UCS2, 16-bit ports, 24 hours, reject duplicates, status report, reply path."""
    octets = bytes.fromhex("F5" "2A" "0B915155551532F4" "41" "18" "A7" "0B" "06" "05040B8423F0" "65E5672C")  # fmt: skip
    breakdown = break_down(octets, SUBMIT)
    check_partition(octets, breakdown)
    said = {field.name: field.value for field in breakdown.fields}
    assert said["TP-MR"] == "42"
    assert said["TP-DA"] == "+15555551234"
    assert said["TP-PID"] == "replace short message type 1"
    assert said["TP-DCS"] == "UCS2; class 0, shown at once"
    assert said["TP-VP"] == "for 1 day"
    assert said["TP-UDL"] == "11 octets"
    assert said["IE 05"] == "application ports, 16 bit: to 2948 from 9200"
    assert said["TP-UD"] == "日本"
    bits = {bits.name: bits.value for bits in field(breakdown, "first octet").bits}
    assert bits["TP-VPF"] == "relative"
    assert bits["TP-RD"] == "reject duplicates"
    assert breakdown.facts["ports"] == {"destination": 2948, "source": 9200}
    assert breakdown.strict_error is None


@pytest.mark.parametrize(
    ("kind", "tpdu", "expected"),
    [
        # TS 23.040 9.2.2.3: TP-MTI 10, TP-SRQ; TP-ST 46 "validity period expired" is permanent.
        (STATUS_REPORT, "26 5A 04819263 62113290502100 62113290502101 46",
         {"TP-MR": "90", "TP-RA": "2936", "TP-DT": "2026-11-23 09:05:12+02:30",
          "TP-ST": "validity period expired; permanent"}),
        # 9.2.2.4: delete (TP-CT 2) message 7.
        (COMMAND, "02 01 00 02 07 04819263 02 ABCD",
         {"TP-CT": "delete a message submitted before", "TP-MN": "7", "TP-DA": "2936", "TP-CD": "2 octets"}),
        # 9.2.2.1a: in an RP-ERROR, memory capacity exceeded, TP-PI 01.
        (DELIVER_REPORT_ERROR, "00 D3 01 7F", {"TP-FCS": "memory capacity exceeded", "TP-PID": "(U)SIM data download"}),
        (DELIVER_REPORT, "00 04 03 C22015", {"TP-UDL": "3 septets", "TP-UD": "BAT"}),
        # 9.2.2.2a
        (SUBMIT_REPORT, "01 00 62113290502100", {"TP-SCTS": "2026-11-23 09:05:12+00:00"}),
        (SUBMIT_REPORT_ERROR, "01 C5 00 62113290502100", {"TP-FCS": "SM rejected - duplicate SM"}),
    ],
)  # fmt: skip
def test_the_other_kinds_by_hand(kind: Kind, tpdu: str, expected: dict[str, str]) -> None:
    octets = bytes.fromhex(tpdu)
    breakdown = break_down(octets, kind)
    check_partition(octets, breakdown)
    said = {field.name: field.value for field in breakdown.fields}
    assert {name: said.get(name) for name in expected} == expected
    assert breakdown.error is None


@pytest.mark.parametrize(
    ("status", "words"),
    [
        # TS 23.040 9.2.3.15
        (0x00, "received by the SME; done"),
        (0x20, "congestion; the SC tries on"),
        (0x43, "not obtainable; permanent"),
        (0x61, "SME busy; the SC tries no more"),
    ],
)
def test_status_in_words(status: int, words: str) -> None:
    octets = bytes.fromhex("065A 04819263 62113290502100 62113290502100") + bytes([status])
    assert field(break_down(octets, STATUS_REPORT), "TP-ST").value == words


@pytest.mark.parametrize(
    ("dcs", "words"),
    [
        # TS 23.038 4
        (0x00, "GSM 7-bit default alphabet"),
        (0x11, "GSM 7-bit default alphabet; class 1, for the ME"),
        (0x04, "8-bit data"),
        (0x20, "GSM 7-bit default alphabet; compressed"),
        (0x48, "UCS2; to be deleted once read"),
        (0x0C, "reserved alphabet"),
        (0x80, "GSM 7-bit default alphabet; by a reserved coding"),
        (0xC8, "GSM 7-bit default alphabet; voicemail message waiting on, discard"),
        (0xD1, "GSM 7-bit default alphabet; fax message waiting off, store"),
        (0xE2, "UCS2; e-mail message waiting off, store"),
        (0xF6, "8-bit data; class 2, for the (U)SIM"),
    ],
)
def test_data_coding_in_words(dcs: int, words: str) -> None:
    octets = bytes.fromhex("0404819263 00") + bytes([dcs]) + bytes.fromhex("6211329050210000")
    assert field(break_down(octets, DELIVER), "TP-DCS").value == words


@pytest.mark.parametrize(
    ("tpdu", "kind", "at", "words"),
    [
        # 9.1.2.5: the fill of an odd count is 1111.
        ("0403819203000062113290502100 00", DELIVER, "TP-OA", "fill"),
        # 9.2.3.11: month 13
        ("0404819263000062313290502100 00", DELIVER, "TP-SCTS", "no valid time"),
        # 9.2.3.16: more than TP-UDL says
        ("04048192630000621132905021000141FF00", DELIVER, "rest", "2 octets after the user data"),
        # 9.1.2.5: bit 7 of the type of address
        ("0100040192630000 0141", SUBMIT, "TP-DA type", "bit 7"),
    ],
)
def test_what_the_standard_forbids_is_marked_in_its_place(tpdu: str, kind: Kind, at: str, words: str) -> None:
    octets = bytes.fromhex(tpdu)
    breakdown = break_down(octets, kind)
    check_partition(octets, breakdown)
    assert words in field(breakdown, at).problem
    assert breakdown.error is None
    assert breakdown.strict_error is not None
    assert [field.name for field in breakdown.fields if field.problem] == [at]


def test_several_problems_are_all_marked() -> None:
    octets = bytes.fromhex("04" "03819203" "0000" "62313290502100" "0141")  # fmt: skip
    breakdown = break_down(octets, DELIVER)
    assert {field.name for field in breakdown.fields if field.problem} == {"TP-OA", "TP-SCTS"}


def test_cut_off_text_shows_what_is_there() -> None:
    octets = bytes.fromhex("0404819263000062113290502100" "05C8329BFD")  # fmt: skip
    breakdown = break_down(octets, DELIVER)
    check_partition(octets, breakdown)
    assert field(breakdown, "TP-UD").value == "Hell"
    assert "5 septets announced, 4 octets left" in field(breakdown, "TP-UDL").problem
    assert breakdown.error is not None
    assert breakdown.error.field == "TP-UDL"


def test_record_of_ef_sms() -> None:
    """TS 31.102 4.2.25: 176 octets, the status first, FF behind the TPDU."""
    pdu = bytes.fromhex("07917283010010F5040481926300006211329050210005C8329BFD06")
    octets = (b"\x03" + pdu).ljust(176, b"\xff")
    reading = read(octets)
    check_partition(octets, reading.breakdown)
    fields = reading.breakdown.fields
    assert (fields[0].name, fields[0].value) == ("record status", "received, to be read")
    assert (fields[-1].name, len(fields[-1].octets)) == ("fill", 176 - 29)
    assert reading.breakdown.facts["text"] == "Hello"
    assert (reading.breakdown.error, reading.breakdown.strict_error) == (None, None)


# --- vectors and a foreign judge ---------------------------------------------------------------------------------


@cases("messages")
def test_vectors(vector: dict[str, Any]) -> None:
    """The breakdown says what the vector says, and the guess finds the kind, with a service centre or without."""
    whole = bytes.fromhex(vector["pdu"])
    tpdu = PduModePdu.parse(vector["pdu"]).tpdu
    for octets, with_centre in ((whole, True), (tpdu, False)):
        breakdown = read(octets).breakdown
        check_partition(octets, breakdown)
        assert breakdown.kind is OF_TYPE[vector["type"]]
        assert breakdown.kind.from_mobile == (vector["direction"] == "mobile")
        assert (breakdown.fields[0].name == "SC length") is with_centre
        facts = breakdown.facts
        if with_centre and "service_centre" in vector:
            assert facts.get("service_centre") == vector["service_centre"]
        assert vector["address"] in (facts.get("from"), facts.get("to"), facts.get("recipient"))
        assert (breakdown.strict_error is not None) == ("bends" in vector)
        if "text" in vector:
            assert facts["text"].encode("utf-8", "replace") == vector["text"].encode("utf-8", "replace")
        if "data" in vector:
            assert facts["data"] == vector["data"]
        if "time" in vector and vector["type"] == "Deliver":
            assert facts["sent_at"] == vector["time"]
        if "status" in vector:
            assert facts["status"] == vector["status"]


@cases("broadcasts")
def test_broadcasts(vector: dict[str, Any]) -> None:
    """Pages of cell broadcast are told by their length, and by +CBM."""
    octets = bytes.fromhex(vector["octets"])
    for hint in (None, Hint(len(octets), (PAGE,), "+CBM", "+CBM is for such")):
        breakdown = read(octets, hint).breakdown
        check_partition(octets, breakdown)
        assert breakdown.kind is PAGE
        assert breakdown.facts["message_identifier"] == vector["message_identifier"]
        assert breakdown.facts["language"] == vector["language"]
        if "texts" in vector and "text" in breakdown.facts:
            assert breakdown.facts["text"] == "".join(vector["texts"])


def test_an_empty_record() -> None:
    octets = b"\x00".ljust(176, b"\xff")
    breakdown = read(octets).breakdown
    check_partition(octets, breakdown)
    assert [field.value for field in breakdown.fields] == ["free", "175 octets unused"]
    assert breakdown.error is None


@pytest.mark.foreign
@pytest.mark.skipif(TSHARK is None, reason="tshark is not installed (Debian package tshark)")
def test_fields_as_tshark_shows_them(tmp_path: Path) -> None:
    names = {"TP-PID": "tp-pid", "TP-DCS": "tp-dcs", "TP-MR": "tp-mr", "TP-UDL": "tp.user_data_length"}
    addresses = {"TP-OA": "tp-oa", "TP-DA": "tp-da", "TP-RA": "tp-ra"}
    wanted = [*names.values(), *addresses.values(), "ie_identifier"]
    vectors = [vector for vector in load("messages") if vector["type"] in OF_TYPE and "bends" not in vector]
    tpdus = [PduModePdu.parse(vector["pdu"]).tpdu for vector in vectors]
    frames = [rp_data(tpdu, vector["direction"] == "mobile") for vector, tpdu in zip(vectors, tpdus, strict=True)]
    for vector, tpdu, seen in zip(vectors, tpdus, dissect(frames, wanted, tmp_path), strict=True):
        breakdown = break_down(tpdu, OF_TYPE[vector["type"]])
        for item in breakdown.fields:
            if item.name in names:
                assert seen[names[item.name]] == [str(item.octets[0])], (vector["name"], item)
            if item.name in addresses:
                assert seen[addresses[item.name]] == [item.value.removeprefix("+")], (vector["name"], item)
        elements = [f"0x{item.octets[0]:02x}" for item in breakdown.fields if item.name.startswith("IE ")]
        assert seen.get("ie_identifier", []) == elements, vector["name"]


# --- properties --------------------------------------------------------------------------------------------------

tpdus = (
    st.tuples(st.just(SUBMIT), strategies.submits())
    | st.tuples(st.just(DELIVER), strategies.delivers())
    | st.tuples(st.just(STATUS_REPORT), strategies.reports)
    | st.tuples(st.just(COMMAND), strategies.commands)
)
centres = st.none() | st.builds(Address, st.text("0123456789", min_size=3, max_size=20), st.sampled_from([0x81, 0x91]))


def mutated(octets: bytes, changes: list[tuple[int, int]], cut: int) -> bytes:
    """`octets` with some replaced, and cut off (cut < 0) or longer."""
    changed = bytearray(octets)
    for place, value in changes:
        changed[place % len(changed)] = value
    return bytes(changed[:cut] if cut < 0 else changed + bytes(range(cut)))


mutations = st.tuples(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 255)), max_size=3), st.integers(-30, 5))


@given(tpdus, centres)
def test_every_octet_of_a_valid_tpdu_is_in_one_field(made: tuple[Kind, Any], centre: Address | None) -> None:
    kind, value = made
    octets = encode_service_centre(centre) + value.encode()
    breakdown = break_down(octets, kind, service_centre=True)
    check_partition(octets, breakdown)
    assert breakdown.error is None
    assert not {"rest", "not decoded"} & {field.name for field in breakdown.fields}
    assert breakdown.length == len(value.encode())


@given(tpdus, mutations)
def test_every_octet_of_a_changed_tpdu_is_in_one_field(
    made: tuple[Kind, Any], mutation: tuple[list[tuple[int, int]], int]
) -> None:
    octets = mutated(made[1].encode(), *mutation)
    for kind in KINDS:
        for with_centre in (False, True):
            check_partition(octets, break_down(octets, kind, with_centre))
    check_partition(octets, read(octets).breakdown)


@given(st.sampled_from(KINDS), st.binary(max_size=180))
def test_the_breakdown_agrees_with_the_codec(kind: Kind, octets: bytes) -> None:
    """It has an error where decoding has one, and marks each problem at a field."""
    octets = bytes([octets[0] & ~3 | kind.type_indicator]) + octets[1:] if octets else octets
    breakdown = break_down(octets, kind)
    check_partition(octets, breakdown)
    errors: list[str | None] = []
    for strict in (False, True):
        try:
            kind.decode(octets, strict)
            errors.append(None)
        except PduError as error:
            errors.append(str(error))
    lenient, strict_error = errors
    assert (str(breakdown.error) if breakdown.error else None) == lenient
    assert (str(breakdown.strict_error) if breakdown.strict_error else None) == strict_error
    assert any(field.problem for field in breakdown.fields) == (strict_error is not None)


@given(st.binary(max_size=200))
def test_any_octets_have_a_reading(octets: bytes) -> None:
    check_partition(octets, read(octets).breakdown)


def test_any_records_have_a_reading() -> None:
    rng = random.Random(2936)
    for _ in range(300):
        octets = rng.choice((b"\x00", b"\x01", b"\x03\x00", b"\x07\x00\x01")) + rng.randbytes(rng.randrange(40))
        octets = octets.ljust(176, b"\xff")
        check_partition(octets, read(octets).breakdown)


def test_what_waits_is_told_with_its_kind_and_profile() -> None:
    """TS 23.040 9.2.3.24.2: bit 7 store, bits 6 and 5 the profile less one, bits 4 to 0 the kind; 7 is video."""
    told = [element_words(InformationElement(0x01, bytes.fromhex(data)))[0] for data in ("8003", "2702")]
    assert told[0].endswith("3 voice messages waiting, store")
    assert told[1].endswith("2 video messages waiting, discard, profile 2")
