"""What we write, read by Wireshark's GSM SMS dissector."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from modem.wire.coding import DATA, GSM7
from modem.wire.errors import PduError
from modem.wire.pdumode import PduModePdu
from modem.wire.reports import DeliverReport, Parameters, StatusReport, SubmitReport
from modem.wire.tpdu import Command, Deliver, Submit, decode_from_mobile, decode_from_network
from modem.wire.user_data import UserData
from tests.wire.samples import some_address, some_message, some_stamp
from tests.wire.tshark import (
    FIELDS,
    TSHARK,
    differences,
    dissect,
    flag,
    of_address,
    of_message,
    of_report,
    of_stamps,
    of_user_data,
    rp_answer,
    rp_data,
)
from tests.wire.vectors import load

pytestmark = [
    pytest.mark.foreign,
    pytest.mark.skipif(TSHARK is None, reason="tshark is not installed (Debian package tshark)"),
]


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
        expected.append(of_report(report))
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
