"""PDUs taken apart, all fields with octets, words and clause: by hand from TS 23.040 9.2.2 and TS 23.041 9.4."""

from __future__ import annotations

import pytest

from modem.wire.breakdown import break_down
from modem.wire.breakdown.kinds import (
    COMMAND,
    DELIVER,
    DELIVER_REPORT,
    DELIVER_REPORT_ERROR,
    EMPTY_RECORD,
    PAGE,
    STATUS_REPORT,
    SUBMIT,
    SUBMIT_REPORT,
    SUBMIT_REPORT_ERROR,
    Kind,
    first_octet_bits,
)
from modem.wire.breakdown.meanings import broadcast_coding_words, element_words, validity_words
from modem.wire.cell_broadcast import BroadcastCoding
from modem.wire.header import InformationElement
from modem.wire.languages import Language
from modem.wire.status import status_and_group_words
from modem.wire.times import EnhancedValidity, RelativeValidity

NUMBER = ("04", "4 semi-octets", "9.1.2.5"), ("81", "unknown; ISDN/telephone (E.164)", "9.1.2.5"), ("9263", "2936")


def address(name: str, clause: str) -> list[tuple[str, str, str, str]]:
    length, kind, value = NUMBER
    return [(f"{name} length", *length), (f"{name} type", *kind), (name, *value, clause)]


STAMP = ("62113290502100", "2026-11-23 09:05:12+00:00")
PID = ("TP-PID", "00", "no interworking: from SME to SME", "9.2.3.9")


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (
            SUBMIT,
            [
                ("first octet", "F5", "SMS-SUBMIT", "9.2.2.2"),
                ("TP-MR", "2A", "42", "9.2.3.6"),
                *address("TP-DA", "9.2.3.8"),
                ("TP-PID", "41", "replace short message type 1", "9.2.3.9"),
                ("TP-DCS", "18", "UCS2; class 0, shown at once", "9.2.3.10"),
                ("TP-VP", "A7", "for 1 day", "9.2.3.12"),
                ("TP-UDL", "0B", "11 octets", "9.2.3.16"),
                ("TP-UDHL", "06", "6 octets", "9.2.3.24"),
                ("IE 05", "05040B8423F0", "application ports, 16 bit: to 2948 from 9200", "9.2.3.24.4"),
                ("TP-UD", "65E5672C", "日本", "9.2.3.24"),
            ],
        ),
        (
            DELIVER,  # a header of six octets is 48 bits: one more, and the text begins at the eighth septet
            [
                ("first octet", "44", "SMS-DELIVER", "9.2.2.1"),
                *address("TP-OA", "9.2.3.7"),
                PID,
                ("TP-DCS", "00", "GSM 7-bit default alphabet", "9.2.3.10"),
                ("TP-SCTS", *STAMP, "9.2.3.11"),
                ("TP-UDL", "09", "9 septets", "9.2.3.16"),
                ("TP-UDHL", "05", "5 octets", "9.2.3.24"),
                ("IE 00", "0003170201", "concatenated, 8-bit reference: part 1 of 2, reference 23", "9.2.3.24.1"),
                ("TP-UD", "9069", "Hi", "9.2.3.24"),
            ],
        ),
        (
            DELIVER,
            [
                ("first octet", "44", "SMS-DELIVER", "9.2.2.1"),
                *address("TP-OA", "9.2.3.7"),
                PID,
                ("TP-DCS", "F5", "8-bit data; class 1, for the ME", "9.2.3.10"),
                ("TP-SCTS", *STAMP, "9.2.3.11"),
                ("TP-UDL", "09", "9 octets", "9.2.3.16"),
                ("TP-UDHL", "00", "0 octets", "9.2.3.24"),
                ("TP-UD", "1F20217D7E7F80FF", "8 octets, in ASCII . !}~...", "9.2.3.24"),
            ],
        ),
        (
            STATUS_REPORT,
            [
                ("first octet", "26", "SMS-STATUS-REPORT", "9.2.2.3"),
                ("TP-MR", "5A", "90", "9.2.3.6"),
                *address("TP-RA", "9.2.3.14"),
                ("TP-SCTS", *STAMP, "9.2.3.11"),
                ("TP-DT", "62113290502101", "2026-11-23 09:05:12+02:30", "9.2.3.13"),
                ("TP-ST", "46", "validity period expired; permanent", "9.2.3.15"),
                ("TP-PI", "8700", "which of the following stand", "9.2.3.27"),
                PID,
                ("TP-DCS", "04", "8-bit data", "9.2.3.10"),
                ("TP-UDL", "01", "1 octets", "9.2.3.16"),
                ("TP-UD", "41", "1 octets, in ASCII A", "9.2.3.24"),
            ],
        ),
        (
            COMMAND,
            [
                ("first octet", "02", "SMS-COMMAND", "9.2.2.4"),
                ("TP-MR", "01", "1", "9.2.3.6"),
                PID,
                ("TP-CT", "02", "delete a message submitted before", "9.2.3.19"),
                ("TP-MN", "07", "7", "9.2.3.18"),
                *address("TP-DA", "9.2.3.8"),
                ("TP-CDL", "02", "2 octets", "9.2.3.20"),
                ("TP-CD", "ABCD", "2 octets", "9.2.3.21"),
            ],
        ),
        (
            DELIVER_REPORT_ERROR,
            [
                ("first octet", "00", "SMS-DELIVER-REPORT in an RP-ERROR", "9.2.2.1a"),
                ("TP-FCS", "D3", "memory capacity exceeded", "9.2.3.22"),
                ("TP-PI", "01", "which of the following stand", "9.2.3.27"),
                ("TP-PID", "7F", "(U)SIM data download", "9.2.3.9"),
            ],
        ),
        (
            SUBMIT_REPORT,
            [
                ("first octet", "01", "SMS-SUBMIT-REPORT in an RP-ACK", "9.2.2.2a"),
                ("TP-PI", "00", "which of the following stand", "9.2.3.27"),
                ("TP-SCTS", *STAMP, "9.2.3.11"),
            ],
        ),
    ],
)
def test_messages(kind: Kind, fields: list[tuple[str, str, str, str]]) -> None:
    breakdown = break_down(bytes.fromhex("".join(octets for _, octets, _, _ in fields)), kind)
    found = [
        (field.name, field.octets.hex().upper(), field.value, field.clause.removeprefix("TS 23.040 "))
        for field in breakdown.fields
    ]
    assert found == fields
    assert (breakdown.error, breakdown.strict_error) == (None, None)
    said = " ".join(value for _, _, value, _ in fields)
    assert breakdown.facts.get("message_class") == (0 if "class 0" in said else 1 if "class 1" in said else None)


@pytest.mark.parametrize(
    ("header", "length", "text", "bits"),
    [
        # H is septet 1001000, after the fill that brings the header to the next septet (9.2.3.24).
        ("05 0003170201", 8, "90", [("1 bit before the text", 0b1)]),  # 6 octets, 48 bits; 7 septets are 49
        ("0B 0003170201 05040B8423F0", 15, "2001", [("2 bits before the text", 0b11)]),  # 96 bits; 14 septets are 98
        ("06 7004 00000000", 9, "48", []),  # 7 octets are 8 septets: nothing to fill
    ],
)
def test_fill_bits(header: str, length: int, text: str, bits: list[tuple[str, int]]) -> None:
    tpdu = bytes.fromhex("4404819263000062113290502100") + bytes([length]) + bytes.fromhex(header + text)
    *_, last = break_down(tpdu, DELIVER).fields
    assert (last.value, last.octets) == ("H", bytes.fromhex(text))
    assert [(bit.value, bit.mask) for bit in last.bits] == bits


def test_a_page() -> None:
    octets = (
        bytes.fromhex("C112 1112 01 11") + bytes.fromhex("C8340D") + bytes.fromhex("1A8D46A3D16834") * 11 + b"\x1a\x0d"
    )
    fields = break_down(octets, PAGE).fields
    assert [(field.name, field.octets.hex().upper()) for field in fields[:4]] == [
        ("serial number", "C112"), ("message id", "1112"), ("DCS", "01"), ("page parameter", "11"),
    ]  # fmt: skip
    assert [field.value for field in fields[:4]] == [
        "code 17, update 2, cell", "4370", "GSM 7-bit default alphabet; language en", "page 1 of 1",
    ]  # fmt: skip
    assert [field.name for field in fields[4:]] == ["content"]
    assert len(fields[4].octets) == 82


def test_a_umts_message() -> None:
    """Two pages, the second with seven octets in use, 75 not."""
    first, second = bytes.fromhex("41") * 82, bytes.fromhex("42") * 7
    octets = bytes.fromhex("01 1112 C112 44 02") + first + b"\x52" + second.ljust(82, b"\0") + b"\x07"
    fields = break_down(octets, PAGE).fields
    assert [(field.name, field.octets, field.value) for field in fields if field.octets] == [
        ("message type", b"\x01", "CBS message"),
        ("message id", b"\x11\x12", "4370"),
        ("serial number", b"\xc1\x12", "code 17, update 2, cell"),
        ("DCS", b"\x44", "8-bit data"),
        ("pages", b"\x02", "2"),
        ("content", first, "82 octets"),
        ("content length", b"\x52", "82 octets"),
        ("content", second, "7 octets"),
        ("unused", bytes(75), "75 octets"),
        ("content length", b"\x07", "7 octets"),
    ]


@pytest.mark.parametrize(
    ("kind", "first", "words"),
    [
        # TS 23.040 9.2.3.1 to .5, .17, .23, .25, .26, .28; what a kind does not use is spare (9.2.2)
        (SUBMIT, 0x11, ["SMS-SUBMIT", "accept", "relative", "no status report", "no header", "no reply"]),
        (SUBMIT, 0xED, ["SMS-SUBMIT", "reject", "enhanced", "status report req", "a header", "reply path set"]),
        (SUBMIT, 0x19, ["SMS-SUBMIT", "accept", "absolute", "no status report", "no header", "no reply"]),
        (DELIVER, 0x00, ["SMS-DELIVER", "more", "not forwarded", "not used", "no status", "no header", "no reply"]),
        (DELIVER, 0xFC, ["SMS-DELIVER", "no more", "forwarded", "set", "status", "a header", "reply path set"]),
        (DELIVER, 0x03, ["reserved", "more", "not forwarded", "not used", "no status", "no header", "no reply"]),
        (COMMAND, 0x22, ["SMS-COMMAND", "not used", "status report req", "no header"]),
        (COMMAND, 0x92, ["SMS-COMMAND", "set", "no status report", "no header"]),
    ],
)
def test_bits_of_first_octets(kind: Kind, first: int, words: list[str]) -> None:
    found = [bits.value for bits in first_octet_bits(kind, first)]
    assert len(found) == len(words)
    assert all(value.startswith(start) for value, start in zip(found, words, strict=True)), found


@pytest.mark.parametrize(
    ("kind", "clauses"),
    [
        (SUBMIT, {"TP-MTI": 1, "TP-RD": 25, "TP-VPF": 3, "TP-SRR": 5, "TP-UDHI": 23, "TP-RP": 17}),
        (DELIVER, {"TP-MTI": 1, "TP-MMS": 2, "TP-LP": 28, "TP-SRI": 4, "TP-UDHI": 23, "TP-RP": 17}),
        (STATUS_REPORT, {"TP-MTI": 1, "TP-MMS": 2, "TP-LP": 28, "TP-SRQ": 26, "TP-UDHI": 23}),
        (COMMAND, {"TP-MTI": 1, "TP-SRR": 5, "TP-UDHI": 23}),
        (DELIVER_REPORT, {"TP-MTI": 1, "TP-UDHI": 23}),
        (SUBMIT_REPORT, {"TP-MTI": 1, "TP-UDHI": 23}),
    ],
)
def test_clauses_of_bits(kind: Kind, clauses: dict[str, int]) -> None:
    """The headings of TS 23.040 9.2.3.1 to 9.2.3.28."""
    found = {bits.name: bits.clause for bits in first_octet_bits(kind, 0) if bits.name != "spare"}
    assert found == {name: f"TS 23.040 9.2.3.{clause}" for name, clause in clauses.items()}


def test_bits_of_parameter_indicators() -> None:
    """9.2.3.27: bit 0 TP-PID, 1 TP-DCS, 2 TP-UDL, 3 to 6 reserved, 7 another octet."""
    field = break_down(bytes.fromhex("00 05 00 0141"), DELIVER_REPORT).fields[1]
    assert [(bits.name, bits.mask, bits.value) for bits in field.bits] == [
        ("TP-PID", 0x01, "follows"), ("TP-DCS", 0x02, "absent"), ("TP-UDL", 0x04, "follows"),
        ("reserved", 0x78, "absent"), ("extension", 0x80, "absent"),
    ]  # fmt: skip


def test_directions_and_types() -> None:
    """TS 23.040 9.2.3.1: TP-MTI for each direction; cell broadcast has none, and comes from the network."""
    kinds = {
        (True, 0b00): {DELIVER_REPORT, DELIVER_REPORT_ERROR},
        (True, 0b01): {SUBMIT},
        (True, 0b10): {COMMAND},
        (False, 0b00): {DELIVER},
        (False, 0b01): {SUBMIT_REPORT, SUBMIT_REPORT_ERROR},
        (False, 0b10): {STATUS_REPORT},
    }
    for (from_mobile, indicator), members in kinds.items():
        for kind in members:
            assert (kind.from_mobile, kind.type_indicator) == (from_mobile, indicator)
            assert kind.direction == ("mobile to network" if from_mobile else "network to mobile")
    assert not PAGE.from_mobile
    assert PAGE.type_indicator not in range(4)
    assert EMPTY_RECORD.type_indicator not in range(4)


def test_a_command_cut_off() -> None:
    fields = break_down(bytes.fromhex("02 01 00 02 07 04819263 05 AB"), COMMAND).fields
    marked = [(field.name, field.problem) for field in fields if field.problem]
    assert marked == [("TP-CDL", "5 octets announced, 1 there (TS 23.040 9.2.3.20)")]


@pytest.mark.parametrize(
    ("tpdu", "text"),
    [
        ("04 04819263 00 00 62113290502100 0A C8329BFD06", "Hello"),  # five octets hold five septets
        ("04 04819263 00 00 62113290502100 0A E8329BFD4697D9", "hellohel"),  # seven hold eight
        ("04 04819263 00 08 62113290502100 0A 65E5672C65", "日本"),
    ],
)
def test_text_cut_off(tpdu: str, text: str) -> None:
    octets = bytes.fromhex(tpdu)
    *_, length, field = break_down(octets, DELIVER).fields
    assert length.value == ("10 octets" if text == "日本" else "10 septets")
    assert (field.name, field.value, field.octets) == ("TP-UD", text, octets[15:])


@pytest.mark.parametrize(
    ("indicator", "later"),
    [
        ("04", False),
        ("0500", False),
        ("8400", False),
        ("0C", True),
        ("44", True),
        ("8401", True),
        ("8440", True),
        ("848008", True),
    ],
)
def test_fields_of_a_later_version(indicator: str, later: bool) -> None:
    """9.2.3.27: reserved bits of TP-PI may announce what follows TP-UD; without them it is too much."""
    breakdown = break_down(bytes.fromhex(f"00 {indicator} 01 41 FFEE"), DELIVER_REPORT)
    assert (breakdown.strict_error is None) == later
    assert breakdown.error is None
    assert breakdown.facts["text"] == "A"
    assert breakdown.fields[-1].name == ("later fields" if later else "rest")


def test_the_end_of_a_status_report_may_be_broken() -> None:
    """TP-PI is optional (9.2.2.3): what follows is marked, and the report is read; but not text that breaks off."""
    report = bytes.fromhex("06 5A 04819263 62113290502100 62113290502100 46")
    broken = break_down(report + b"\x80", STATUS_REPORT)
    assert (broken.error, broken.facts["status"]) == (None, 0x46)
    assert broken.strict_error is not None
    torn = break_down(report + bytes.fromhex("04 05 41"), STATUS_REPORT)
    assert torn.error is not None
    assert torn.error.field == "TP-UDL"


CENTRE = bytes.fromhex("07917283010010F5")
DELIVERED = "04 04819263 00 00 {} 0141"


def test_where_problems_are_behind_a_service_centre() -> None:
    """Offsets count from the first octet: the time stamp stands at 8 + 7."""
    octets = CENTRE + bytes.fromhex(DELIVERED.format("62313290502100"))  # month 13
    breakdown = break_down(octets, DELIVER, service_centre=True)
    assert breakdown.error is None
    assert breakdown.strict_error is not None
    assert (breakdown.strict_error.field, breakdown.strict_error.offset) == ("TP-SCTS", 15)
    assert [field.name for field in breakdown.fields if field.problem] == ["TP-SCTS"]


@pytest.mark.parametrize("stamp", ["62113290502100", "62313290502100"])
def test_a_service_centre_that_the_standard_forbids(stamp: str) -> None:
    """Bit 7 of its type is 0; whatever is wrong behind it, this comes first."""
    octets = b"\x07\x11" + CENTRE[2:] + bytes.fromhex(DELIVERED.format(stamp))
    breakdown = break_down(octets, DELIVER, service_centre=True)
    assert breakdown.strict_error is not None
    assert (breakdown.strict_error.field, breakdown.strict_error.offset) == ("service centre", 1)
    marked = [field.name for field in breakdown.fields if field.problem]
    assert marked == (["SC type"] if stamp[2] == "1" else ["SC type", "TP-SCTS"])


@pytest.mark.parametrize(
    ("kind", "tpdu", "marked"),
    [
        (SUBMIT, "09 00 0381 9203 00 00 81A70000000000 0141", ["TP-DA", "TP-VP"]),  # fill not 1111, extension octet
        (DELIVER, "04 0381 9203 00 00 62113290502100 01C1", ["TP-OA", "TP-UD"]),  # and a spare bit is set
    ],
)
def test_two_problems(kind: Kind, tpdu: str, marked: list[str]) -> None:
    assert [field.name for field in break_down(bytes.fromhex(tpdu), kind).fields if field.problem] == marked


@pytest.mark.parametrize(
    ("first", "dcs", "data", "encoding", "header"),
    [
        ("04", "00", "01 41", "gsm7", False),
        ("04", "20", "01 41", "compressed", False),
        ("04", "04", "02 0000", "8bit", False),  # a zero octet is a header only where one is announced
        ("44", "04", "02 0000", "8bit", True),
        ("44", "04", "01 00", "8bit", True),
        ("44", "04", "00", "8bit", False),  # announced, and not there
        ("44", "08", "08 05000317020165E5", "ucs2", True),
        ("44", "08", "02 FF41", "unknown", False),  # a header so long that nobody knows where the text begins
    ],
)
def test_encodings(first: str, dcs: str, data: str, encoding: str, header: bool) -> None:
    breakdown = break_down(bytes.fromhex(f"{first} 04819263 00 {dcs} 62113290502100 {data}"), DELIVER)
    assert breakdown.facts["encoding"] == encoding
    assert breakdown.fields[-1].bits == ()  # octets begin at an octet: nothing is filled
    assert ("TP-UDHL" in [field.name for field in breakdown.fields if field.octets]) == header


def test_what_fills_a_record() -> None:
    """TS 51.011 10.5.3: "bytes in the record following the TPDU are set to FF"; elsewhere no standard says so."""
    tpdu = bytes.fromhex(DELIVERED.format("62113290502100"))
    for octets, record, clause in (
        ((b"\x01\0" + tpdu).ljust(176, b"\xff"), True, "TS 51.011 10.5.3"),
        (tpdu + b"\xff", False, ""),
    ):
        *_, last = break_down(octets, DELIVER, service_centre=record, record=record).fields
        assert (last.name, last.clause) == ("fill", clause)


REPORT = bytes.fromhex("06 5A 04819263 62113290502100 62113290502100 46")


@pytest.mark.parametrize(
    ("kind", "tpdu"),
    [
        (DELIVER, bytes.fromhex("04 04819263 00 00 62113290502100 08 E8329BFD4697D9")),  # 8 septets, 7 octets
        (DELIVER, bytes.fromhex("04 04819263 00 00 62113290502100 0A E8329BFD4697D9EC37")),
        (DELIVER, bytes.fromhex("44 04819263 00 04 62113290502100 08 0500031702014142")),
        (STATUS_REPORT, REPORT),
        (STATUS_REPORT, REPORT + bytes.fromhex("01 7F")),
    ],
)
def test_records(kind: Kind, tpdu: bytes) -> None:
    """TS 51.011 10.5.3: FF behind the TPDU is no part of it, and no TP-PI."""
    octets = (b"\x01\0" + tpdu).ljust(176, b"\xff")
    breakdown = break_down(octets, kind, service_centre=True, record=True)
    assert (breakdown.error, breakdown.strict_error, breakdown.length) == (None, None, len(tpdu))
    assert [field.name for field in breakdown.fields if field.problem] == []
    assert (breakdown.fields[-1].name, len(breakdown.fields[-1].octets)) == ("fill", 176 - 2 - len(tpdu))
    assert ("TP-PID" in [field.name for field in breakdown.fields]) == (kind is DELIVER or tpdu != REPORT)


def test_no_filling_outside_a_record() -> None:
    breakdown = break_down(REPORT + b"\xff\xff", STATUS_REPORT)
    assert breakdown.error is None
    assert breakdown.strict_error is not None
    assert breakdown.strict_error.field == "TP-PI"


def test_what_is_too_much_counts() -> None:
    """<length> of TS 27.005 3.1 is that of all that is sent."""
    octets = bytes.fromhex(DELIVERED.format("62113290502100")) + b"\xab\xcd"
    assert break_down(octets, DELIVER).length == len(octets)


def test_a_header_cut_off() -> None:
    """Where the text would begin, nobody knows."""
    *_, last = break_down(bytes.fromhex("44 04819263 00 00 62113290502100 0A 0500 03"), DELIVER).fields
    assert (last.name, last.octets) == ("not decoded", b"\x05\0\x03")


def test_a_umts_message_with_a_header() -> None:
    octets = bytes.fromhex("01 1112 C112 94 01 03 7001AB 4142").ljust(89, b"\0") + b"\x06"
    fields = break_down(octets, PAGE).fields
    assert [(field.name, field.octets.hex().upper()) for field in fields[5:8]] == [
        ("TP-UDHL", "03"), ("IE 70", "7001AB"), ("content", "4142"),
    ]  # fmt: skip
    assert len(fields[8].octets) == 76


# --- words ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("identifier", range(256))
def test_groups_of_elements(identifier: int) -> None:
    """TS 23.040 9.2.3.24: what its table gives to whom."""
    words, clause = element_words(InformationElement(identifier, b"\xab"))
    name = words.partition(":")[0]
    if 0x70 <= identifier <= 0x7F:
        assert name == "(U)SIM toolkit security header"
    elif 0x80 <= identifier <= 0x9F:
        assert name == "SME to SME specific use"
    elif 0xC0 <= identifier <= 0xDF:
        assert name == "SC specific use"
    elif identifier > 0x25 or 0x1A < identifier < 0x20 or identifier == 2:
        assert name == "reserved"
    else:
        assert name != "reserved"
        assert clause.startswith("TS 23.040 9.2.3.24")


@pytest.mark.parametrize(
    ("octets", "words"),
    [
        ("0003170000", "concatenated, 8-bit reference: invalid, to be ignored"),
        ("080400170001", "concatenated, 16-bit reference: invalid, to be ignored"),
        ("0701AB", "UDH source indicator: AB"),
        ("010180", "special SMS message indication: 80"),
        ("24010D", "national language single shift: Urdu"),
        ("250103", "national language locking shift: Portuguese"),
        ("25010E", "national language locking shift: reserved language 14"),
        ("25020103", "national language locking shift: 0103"),
        ("2500", "national language locking shift"),
    ],
)
def test_elements(octets: str, words: str) -> None:
    identifier, _, *data = bytes.fromhex(octets)
    assert element_words(InformationElement(identifier, bytes(data)))[0] == words


def test_every_language_has_its_name() -> None:
    """TS 23.038 6.2.1.2.4, the list of identifiers."""
    names = [
        *("Turkish", "Spanish", "Portuguese", "Bengali", "Gujarati", "Hindi", "Kannada", "Malayalam", "Oriya"),
        *("Punjabi", "Tamil", "Telugu", "Urdu"),
    ]
    for number, name in enumerate(names, start=1):
        assert element_words(InformationElement(0x24, bytes([number])))[0].endswith(name)
        assert Language(number).name == name.upper()


@pytest.mark.parametrize(
    ("octets", "words"),
    [
        # 9.2.3.12.3
        ("03214365000000", "for 12 h 34 min 56 s"),
        ("03009595000000", "for 59 min 59 s"),
        ("02FF0000000000", "for 4 min 15 s"),
        ("023C0000000000", "for 1 min"),
        ("43100000000000", "for 1 h, a single attempt"),
        ("40000000000000", "no period, a single attempt"),
        ("00000000000000", "no period"),
    ],
)
def test_enhanced_periods(octets: str, words: str) -> None:
    assert validity_words(EnhancedValidity(bytes.fromhex(octets))) == words


def test_relative_periods() -> None:
    """9.2.3.12.1: 0 is 5 minutes, 144 is 12 h 30 min, 167 a day, 168 two."""
    words = [validity_words(RelativeValidity(octet)) for octet in (0, 11, 144, 167, 168)]
    assert words == ["for 5 min", "for 1 h", "for 12 h 30 min", "for 1 day", "for 2 days"]


@pytest.mark.parametrize(
    ("dcs", "words"),
    [
        # TS 23.038 5
        (0x00, "GSM 7-bit default alphabet; language de"),
        (0x0F, "GSM 7-bit default alphabet"),
        (0x11, "UCS2; the language first"),
        (0x24, "GSM 7-bit default alphabet; language is"),
        (0x51, "GSM 7-bit default alphabet; class 1"),
        (0x60, "GSM 7-bit default alphabet; compressed"),
        (0x80, "GSM 7-bit default alphabet; by a reserved coding"),
        (0x4C, "reserved alphabet"),
    ],
)
def test_codings_of_broadcasts(dcs: int, words: str) -> None:
    assert broadcast_coding_words(BroadcastCoding.of(dcs)) == words


def test_groups_of_statuses() -> None:
    """9.2.3.15: 00 to 7F have a meaning by their group, 80 to FF none."""
    assert status_and_group_words(0x7F).endswith("; the SC tries no more")
    assert status_and_group_words(0x1F).endswith("; done")
    assert ";" not in status_and_group_words(0x80)
