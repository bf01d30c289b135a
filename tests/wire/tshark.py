"""Wireshark's SMS dissector as a witness: TPDUs go in inside RP messages (TS 24.011 7.3), its fields come out."""

from __future__ import annotations

import json
import shutil
import struct
import subprocess
from pathlib import Path

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
