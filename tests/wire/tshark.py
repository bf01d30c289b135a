"""Wireshark's SMS dissector as a witness: TPDUs go in inside RP messages (TS 24.011 7.3), its fields come out."""

from __future__ import annotations

import json
import shutil
import struct
import subprocess
from pathlib import Path
from typing import Any

from modem.wire.address import Address
from modem.wire.coding import DATA, DataCoding
from modem.wire.reports import StatusReport
from modem.wire.times import RelativeValidity, ServiceCentreTimeStamp
from modem.wire.tpdu import Deliver, Submit
from modem.wire.user_data import UserData

TSHARK = shutil.which("tshark")

USER1 = 148  # a link type for private use, here "GSM A-I/F RP"
USER_TABLE = 'uat:user_dlts:"User 1 (DLT=148)","gsm_a_rp","0","","0",""'

SERVICE_CENTRE = bytes.fromhex("059121436587")


def rp_data(tpdu: bytes, from_mobile: bool) -> bytes:
    """RP-DATA: type, reference, originator, destination, user data."""
    addresses = b"\0" + SERVICE_CENTRE if from_mobile else SERVICE_CENTRE + b"\0"
    return bytes([0x00 if from_mobile else 0x01, 1]) + addresses + bytes([len(tpdu)]) + tpdu


def rp_answer(tpdu: bytes, from_mobile: bool, error: bool) -> bytes:
    """RP-ACK or RP-ERROR (with a cause): type, reference, user data with its identifier 41."""
    kind = (0x04 if error else 0x02) | (0 if from_mobile else 1)
    cause = b"\x01\x6f" if error else b""
    return bytes([kind, 1]) + cause + bytes([0x41, len(tpdu)]) + tpdu


def dissect(frames: list[bytes], fields: list[str], folder: Path) -> list[dict[str, list[str]]]:
    """What tshark finds of `fields` (without "gsm_sms.") in each frame."""
    capture = folder / "sms.pcap"
    with capture.open("wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, USER1))
        for number, frame in enumerate(frames):
            file.write(struct.pack("<IIII", number, 0, len(frame), len(frame)) + frame)
    command = [str(TSHARK), "-r", str(capture), "-o", USER_TABLE, "-o", "gsm_sms.reassemble:false", "-T", "json"]
    for field in [f"gsm_sms.{field}" for field in fields] + ["_ws.malformed"]:
        command += ["-e", field]
    run = subprocess.run(command, capture_output=True, check=True, timeout=60)
    packets = json.loads(run.stdout)
    assert len(packets) == len(frames)
    return [
        {name.removeprefix("gsm_sms."): values for name, values in packet["_source"].get("layers", {}).items()}
        for packet in packets
    ]


# --- what we expect it to find, in its words

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


def of_address(field: str, address: Address) -> dict[str, list[str]]:
    return {
        field: [address.value],
        "dis_field_addr.num_type": [str(int(address.type_of_number))],
        "dis_field_addr.num_plan": [str(address.numbering_plan)],
    }


def of_stamps(*stamps: ServiceCentreTimeStamp) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for stamp in stamps:
        numbers = [(octet & 0x0F) * 10 + (octet >> 4) for octet in stamp.octets[:6]]
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


def of_report(report: StatusReport) -> dict[str, list[str]]:
    return (
        of_address("tp-ra", report.recipient)
        | of_stamps(report.service_centre_time_stamp, report.discharge_time)
        | {"tp-mti": ["2"], "tp-mr": [str(report.message_reference)], "tp-mms": flag(not report.more_messages)}
        | {"tp-lp": flag(report.loop_prevention), "tp-srq": flag(report.of_command)}
    )
