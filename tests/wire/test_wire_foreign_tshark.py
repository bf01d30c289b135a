"""What we write, read by Wireshark's GSM SMS dissector."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from modem.wire.address import Address
from modem.wire.coding import DATA, GSM7, DataCoding
from modem.wire.errors import PduError
from modem.wire.header import Concatenation, Header, InformationElement
from modem.wire.pdumode import PduModePdu
from modem.wire.reports import DeliverReport, Parameters, StatusReport, SubmitReport
from modem.wire.times import RelativeValidity, ServiceCentreTimeStamp
from modem.wire.tpdu import Command, Deliver, Submit, decode_from_mobile, decode_from_network
from modem.wire.user_data import UserData
from tests.wire import models
from tests.wire.tshark import TSHARK, dissect, rp_answer, rp_data
from tests.wire.vectors import load

pytestmark = [
    pytest.mark.foreign,
    pytest.mark.skipif(TSHARK is None, reason="tshark is not installed (Debian package tshark)"),
]

FIELDS = [
    *(
        "tp-mti",
        "tp-oa",
        "tp-da",
        "tp-ra",
        "tp-mr",
        "tp-pid",
        "tp-dcs",
        "tp-fcs",
        "tp-udhi",
        "tp-mms",
        "tp-rd",
        "tp-srr",
    ),
    *("tp-vpf", "tp-rp", "tp-lp", "tp-sri", "tp-srq", "sms_text", "sms_body", "tp.user_data_length", "ie_identifier"),
    *("vp.validity_period", "dis_field_addr.num_type", "dis_field_addr.num_plan", "dis_field_addr.length"),
    *("udh.mm.msg_id", "udh.mm.msg_parts", "udh.mm.msg_part", "tp.command_type", "tp.message_number"),
    *(f"scts.{part}" for part in ("year", "month", "day", "hour", "minutes", "seconds", "timezone")),
]


# --- messages made at random ------------------------------------------------------------------------------------


def some_text(rng: random.Random, coding: DataCoding, taken: int) -> str | bytes:
    if coding.septets:
        room = 160 - -(-taken * 8 // 7)
        text = "".join(rng.choices(sorted(models.CHARACTERS), k=rng.choice((0, 1, 7, 8, 9, room // 2, room))))
        while len(models.septets(text)) > room:
            text = text[:-1]
        return text
    if coding.text:
        alphabet = "aé日本ő😀𝄞€ \n"
        text = "".join(rng.choices(alphabet, k=rng.randint(0, (140 - taken) // 2)))
        while len(text.encode("utf-16-be")) > 140 - taken:
            text = text[:-1]
        return text
    return rng.randbytes(rng.randint(0, 140 - taken))


def some_user_data(rng: random.Random, coding: DataCoding) -> UserData:
    header: Header = ()
    if rng.random() < 0.5:
        wide = rng.random() < 0.5
        header = (Concatenation(rng.randrange(65536 if wide else 256), 3, rng.randint(1, 3), wide).element(),)
        # Source and destination controlled elements: nobody gives them a meaning.
        header += tuple(InformationElement(0x80 + n, rng.randbytes(rng.randrange(8))) for n in range(rng.randrange(3)))
    taken = 1 + sum(2 + len(data) for _, data in header) if header else 0
    return UserData(some_text(rng, coding, taken), header)


def some_address(rng: random.Random) -> Address:
    if rng.random() < 0.3:
        name = "".join(rng.choices("abcXYZ 0189_@ß", k=rng.randint(1, 10))) + "z"
        return Address(name, 0xD0)
    digits = "".join(rng.choices("0123456789*#abc", k=rng.randint(1, 20)))
    return Address(digits, 0x80 | rng.choice((0, 1, 2, 3, 4, 6)) << 4 | rng.choice((0, 1, 3, 4, 8, 9, 10)))


def some_stamp(rng: random.Random) -> ServiceCentreTimeStamp:
    digits = [rng.randint(0, 99), *map(rng.randint, (1, 1, 0, 0, 0), (12, 28, 23, 59, 59)), rng.randint(0, 79)]
    octets = bytes(number % 10 << 4 | number // 10 for number in digits)
    return ServiceCentreTimeStamp(octets)


def some_message(rng: random.Random) -> Submit | Deliver:
    coding = DataCoding.of(rng.randrange(256))
    user_data = some_user_data(rng, coding)
    flags = [rng.random() < 0.5 for _ in range(4)]
    if rng.random() < 0.5:
        period = RelativeValidity(rng.randrange(256)) if rng.random() < 0.5 else None
        return Submit(some_address(rng), user_data, coding, rng.randrange(256), rng.randrange(256), period, *flags[:3])
    return Deliver(some_address(rng), some_stamp(rng), user_data, coding, rng.randrange(256), *flags)


# --- in the dissector's words -----------------------------------------------------------------------------------


def of_address(field: str, address: Address) -> dict[str, list[str]]:
    return {
        field: [address.value],
        "dis_field_addr.num_type": [str(int(address.type_of_number))],
        "dis_field_addr.num_plan": [str(address.numbering_plan)],
    }


def of_stamps(*stamps: ServiceCentreTimeStamp) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for stamp in stamps:
        numbers = [int(f"{octet & 0x0F}{octet >> 4}") for octet in stamp.octets[:6]]
        names = ("year", "month", "day", "hour", "minutes", "seconds")
        for name, number in zip(names, numbers, strict=True):
            found.setdefault(f"scts.{name}", []).append(str(number))
    return found


def of_user_data(user_data: UserData, coding: DataCoding) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {"tp-dcs": [str(coding.octet)]}
    place = user_data.concatenation
    if place:
        found["udh.mm.msg_id"] = [str(place.reference)]
        found["udh.mm.msg_parts"] = [str(place.total)]
        found["udh.mm.msg_part"] = [str(place.sequence)]
    if user_data.header:
        found["ie_identifier"] = [f"0x{identifier:02x}" for identifier, _ in user_data.header]
    if isinstance(user_data.body, str):
        # It shows nothing for an empty text, and nothing for the reserved groups 1000 to 1011, which TS 23.038 4 tells
        # a receiver to read as the default alphabet.
        if user_data.body and coding.octet >> 6 != 0b10:
            found["sms_text"] = [user_data.body]
    elif coding.alphabet is DATA.alphabet and not coding.compressed and user_data.body:
        found["sms_body"] = [user_data.body.hex()]
    return found


def flag(value: bool) -> list[str]:
    return [str(int(value))]


def of_message(message: Submit | Deliver) -> dict[str, list[str]]:
    found = of_user_data(message.user_data, message.data_coding) | {
        "tp-pid": [str(message.protocol_identifier)],
        "tp-rp": flag(message.reply_path),
        "tp-udhi": flag(bool(message.user_data.header)),
    }
    if isinstance(message, Submit):
        period = message.validity_period
        if isinstance(period, RelativeValidity):
            found["vp.validity_period"] = [str(period.octet)]
        return (
            found
            | of_address("tp-da", message.destination)
            | {
                "tp-mti": ["1"],
                "tp-mr": [str(message.message_reference)],
                "tp-rd": flag(message.reject_duplicates),
                "tp-srr": flag(message.status_report_request),
            }
        )
    return (
        found
        | of_address("tp-oa", message.originator)
        | of_stamps(message.service_centre_time_stamp)
        | {
            "tp-mti": ["0"],
            "tp-mms": flag(not message.more_messages),
            "tp-sri": flag(message.status_report_indication),
            "tp-lp": flag(message.loop_prevention),
        }
    )


def differences(expected: dict[str, list[str]], seen: dict[str, list[str]]) -> dict[str, Any]:
    return {name: (value, seen.get(name)) for name, value in expected.items() if seen.get(name) != value}


def test_random_messages(tmp_path: Path) -> None:
    rng = random.Random(2936)
    messages = [some_message(rng) for _ in range(1500)]
    frames = [rp_data(message.encode(), isinstance(message, Submit)) for message in messages]
    for message, seen in zip(messages, dissect(frames, FIELDS, tmp_path), strict=True):
        assert differences(of_message(message), seen) == {}, message


def test_reports_and_commands(tmp_path: Path) -> None:
    rng = random.Random(2936)
    frames, expected = [], []
    for number in range(256):
        stamp, later, address = some_stamp(rng), some_stamp(rng), some_address(rng)
        report = StatusReport(number, address, stamp, later, number, number % 2 == 0, number % 3 == 0, number % 5 == 0)
        frames.append(rp_data(report.encode(), from_mobile=False))
        expected.append(
            of_address("tp-ra", address)
            | of_stamps(stamp, later)
            | {"tp-mti": ["2"], "tp-mr": [str(number)], "tp-mms": flag(not report.more_messages)}
            | {"tp-lp": flag(report.loop_prevention), "tp-srq": flag(report.of_command)}
        )
        command = Command(address, number, 255 - number, rng.randbytes(number % 100), number, 8, number % 2 == 0)
        frames.append(rp_data(command.encode(), from_mobile=True))
        expected.append(
            of_address("tp-da", address)
            | {"tp-mti": ["2"], "tp-mr": [str(number)], "tp-pid": ["8"], "tp-srr": flag(command.status_report_request)}
            | {"tp.command_type": [str(number)], "tp.message_number": [str(255 - number)]}
        )
        coding = rng.choice((GSM7, DATA))
        user_data = UserData("h€" if coding is GSM7 else b"h\x00")
        parameters = Parameters(number, coding, user_data)
        said = of_user_data(user_data, coding) | {"tp-pid": [str(number)]}
        for error in (False, True):
            # It takes the second octet for a TP-FCS from 80 on only; the values below are reserved (9.2.3.22).
            cause = 0x80 | number if error else None
            failure = {"tp-fcs": [f"0x{cause:02x}"]} if error else {}
            frames.append(rp_answer(DeliverReport(cause, parameters).encode(), from_mobile=True, error=error))
            expected.append(said | failure | {"tp-mti": ["0"]})
            frames.append(rp_answer(SubmitReport(stamp, cause, parameters).encode(), from_mobile=False, error=error))
            expected.append(said | failure | of_stamps(stamp) | {"tp-mti": ["1"]})
    for wanted, seen in zip(expected, dissect(frames, FIELDS, tmp_path), strict=True):
        assert differences(wanted, seen) == {}


def test_changed_messages_that_stay_valid(tmp_path: Path) -> None:
    """Real messages with an octet changed: what strict reading makes of them, the dissector makes of them too.

    Where they differ on messages that break the standard it is the dissector that is wrong or silent: it shows the
    spare nibble of an odd number as a digit, reads UCS2 beyond TP-UDL, shows U+FFFD for an escape with a character
    outside the extension table, drops the character after half a surrogate pair, and knows no reserved TP-MTI.
    """
    rng = random.Random(2936)
    frames, messages = [], []
    vectors = load("messages")
    while len(frames) < 2000:
        vector = rng.choice(vectors)
        from_mobile = vector["direction"] == "mobile"
        octets = bytearray(PduModePdu.parse(vector["pdu"]).tpdu)
        octets[rng.randrange(len(octets))] = rng.randrange(256)
        try:
            message = (decode_from_mobile if from_mobile else decode_from_network)(bytes(octets), strict=True)
        except PduError:
            continue
        if not isinstance(message, Submit | Deliver) or message.encode() != octets:
            continue
        if not any(
            "\ud800" <= character <= "\udfff" or character == "\ufffd" for character in message.user_data.text or ""
        ):
            frames.append(rp_data(bytes(octets), from_mobile))
            messages.append(message)
    for message, seen in zip(messages, dissect(frames, FIELDS, tmp_path), strict=True):
        assert differences(of_message(message), seen) == {}, message
