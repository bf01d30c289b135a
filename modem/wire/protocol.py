"""The protocol identifier and the command types: what a message asks of whoever handles it (TS 23.040 9.2.3.9, .19)."""

from __future__ import annotations

from enum import IntEnum

CLAUSE = "TS 23.040 9.2.3.9"

TYPE_0 = 0x40  # to be acknowledged, and thrown away without a sign
REPLACE = range(0x41, 0x48)  # types 1 to 7: takes the place of a message of the same type from the same address
DEVICE_TRIGGERING = 0x48
RETURN_CALL = 0x5F
ANSI_136_R_DATA = 0x7C
ME_DATA_DOWNLOAD = 0x7D
ME_DEPERSONALIZATION = 0x7E
SIM_DATA_DOWNLOAD = 0x7F

TELEMATIC = range(0x20, 0x40)  # telematic interworking, with the device type in bits 4 to 0

# Bits 4 to 0 of telematic interworking.
_DEVICES = {
    0x00: "implicit: the device type is known from the service centre or the address",
    0x01: "telex (or teletex reduced to telex format)",
    0x02: "group 3 telefax",
    0x03: "group 4 telefax",
    0x04: "voice telephone (conversion to speech)",
    0x05: "ERMES",
    0x06: "national paging system",
    0x07: "Videotex (T.100, T.101)",
    0x08: "teletex, carrier unspecified",
    0x09: "teletex, in PSPDN",
    0x0A: "teletex, in CSPDN",
    0x0B: "teletex, in analog PSTN",
    0x0C: "teletex, in digital ISDN",
    0x0D: "UCI (Universal Computer Interface)",
    0x10: "a message handling facility known to the service centre",
    0x11: "any public X.400-based message handling system",
    0x12: "Internet electronic mail",
    0x1F: "a mobile station (the service centre converts the coding to what it supports)",
}

_NAMED = {
    TYPE_0: "short message type 0",
    **{octet: f"replace short message type {octet & 7}" for octet in REPLACE},
    DEVICE_TRIGGERING: "device triggering short message",
    0x5E: "enhanced message service (obsolete)",
    RETURN_CALL: "return call message",
    ANSI_136_R_DATA: "ANSI-136 R-DATA",
    ME_DATA_DOWNLOAD: "ME data download",
    ME_DEPERSONALIZATION: "ME de-personalization short message",
    SIM_DATA_DOWNLOAD: "(U)SIM data download",
}


def protocol_words(octet: int) -> str:
    """What a protocol identifier (0..255) means."""
    group = octet >> 6
    if octet in _NAMED:
        return _NAMED[octet]
    if octet == 0:
        return "no interworking: from SME to SME"
    if octet in TELEMATIC:
        device = octet & 0x1F
        specific = "specific to the service centre" if 0x18 <= device <= 0x1E else "reserved"
        return f"telematic interworking: {_DEVICES.get(device, specific)}"
    if group == 0b00:
        return f"from SME to SME, by protocol {octet}"
    return "specific to the service centre" if group == 0b11 else "reserved"


def replace_type(octet: int) -> int | None:
    """The number (1 to 7) of a "replace short message" type, or None."""
    return octet & 7 if octet in REPLACE else None


class CommandType(IntEnum):
    """What an SMS-COMMAND asks about a message submitted before (9.2.3.19)."""

    ENQUIRY = 0
    CANCEL_STATUS_REPORT = 1
    DELETE = 2
    ENABLE_STATUS_REPORT = 3


_COMMANDS = {
    CommandType.ENQUIRY: "enquiry about a message submitted before",
    CommandType.CANCEL_STATUS_REPORT: "cancel the status report request of a message submitted before",
    CommandType.DELETE: "delete a message submitted before",
    CommandType.ENABLE_STATUS_REPORT: "enable the status report request of a message submitted before",
}


def command_words(octet: int) -> str:
    """What a command type (0..255) means."""
    if octet in _COMMANDS:
        return _COMMANDS[CommandType(octet)]
    return "specific to the service centre" if octet >= 0xE0 else "reserved"
