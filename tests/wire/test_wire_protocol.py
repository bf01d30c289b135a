"""TS 23.040 9.2.3.9 and 9.2.3.19: the protocol identifier and the command types."""

from __future__ import annotations

import pytest

from modem.wire.protocol import CommandType, command_words, protocol_words, replace_type

# 9.2.3.9, as its list reads; the ranges that it reserves or gives away are below.
NAMED = {
    0x00: "no interworking",
    0x20: "implicit",
    0x21: "telex",
    0x22: "group 3",
    0x23: "group 4",
    0x24: "voice telephone",
    0x25: "ERMES",
    0x26: "national paging",
    0x27: "Videotex",
    0x28: "carrier unspecified",
    0x29: "PSPDN",
    0x2A: "CSPDN",
    0x2B: "analog PSTN",
    0x2C: "digital ISDN",
    0x2D: "UCI",
    0x30: "message handling facility",
    0x31: "X.400",
    0x32: "electronic mail",
    0x3F: "mobile station",
    0x40: "type 0",
    **{0x40 + number: f"replace short message type {number}" for number in range(1, 8)},
    0x48: "device triggering",
    0x5E: "enhanced message service",
    0x5F: "return call",
    0x7C: "ANSI-136 R-DATA",
    0x7D: "ME data download",
    0x7E: "de-personalization",
    0x7F: "(U)SIM data download",
}


@pytest.mark.parametrize("octet", range(256))
def test_every_protocol_identifier(octet: int) -> None:
    words = protocol_words(octet)
    if octet in NAMED:
        assert NAMED[octet] in words
    elif octet < 0x20:
        assert words == f"from SME to SME, by protocol {octet}"
    elif 0x38 <= octet <= 0x3E or octet >= 0xC0:
        assert "specific to the service centre" in words
    else:
        assert "reserved" in words
    assert words.startswith("telematic interworking: ") == (octet >> 5 == 1)
    assert replace_type(octet) == (octet - 0x40 if 0x41 <= octet <= 0x47 else None)


@pytest.mark.parametrize("octet", range(256))
def test_every_command_type(octet: int) -> None:
    words = command_words(octet)
    wanted = {0: "enquiry", 1: "cancel the status report", 2: "delete", 3: "enable the status report"}
    if octet in wanted:
        assert words.startswith(wanted[octet])
        assert CommandType(octet) == octet
    else:
        assert words == ("specific to the service centre" if octet >= 0xE0 else "reserved")
