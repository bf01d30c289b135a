"""The identifiers of information elements, in numbers and words (TS 23.040 9.2.3.24); `header` reads the elements."""

from __future__ import annotations

CLAUSE = "TS 23.040 9.2.3.24"

CONCATENATED_8BIT = 0x00
SPECIAL_MESSAGE_INDICATION = 0x01
PORTS_8BIT = 0x04
PORTS_16BIT = 0x05
CONCATENATED_16BIT = 0x08
NATIONAL_SINGLE_SHIFT = 0x24
NATIONAL_LOCKING_SHIFT = 0x25

# Identifier: name, and where the clause goes on.
ELEMENTS: dict[int, tuple[str, str]] = {
    CONCATENATED_8BIT: ("concatenated, 8-bit reference", ".1"),
    SPECIAL_MESSAGE_INDICATION: ("special SMS message indication", ".2"),
    0x02: ("reserved", ""),
    0x03: ("value not used, to avoid misinterpretation as <LF>", ""),
    PORTS_8BIT: ("application ports, 8 bit", ".3"),
    PORTS_16BIT: ("application ports, 16 bit", ".4"),
    0x06: ("SMSC control parameters", ".5"),
    0x07: ("UDH source indicator", ".6"),
    CONCATENATED_16BIT: ("concatenated, 16-bit reference", ".8"),
    0x09: ("wireless control message protocol", ".9"),
    0x0A: ("text formatting", ".10"),
    0x0B: ("predefined sound", ".10"),
    0x0C: ("user defined sound (iMelody)", ".10"),
    0x0D: ("predefined animation", ".10"),
    0x0E: ("large animation", ".10"),
    0x0F: ("small animation", ".10"),
    0x10: ("large picture", ".10"),
    0x11: ("small picture", ".10"),
    0x12: ("variable picture", ".10"),
    0x13: ("user prompt indicator", ".10"),
    0x14: ("extended object", ".10"),
    0x15: ("reused extended object", ".10"),
    0x16: ("compression control", ".10"),
    0x17: ("object distribution indicator", ".10"),
    0x18: ("standard WVG object", ".10"),
    0x19: ("character size WVG object", ".10"),
    0x1A: ("extended object data request command", ".10"),
    0x20: ("RFC 822 e-mail header", ".11"),
    0x21: ("hyperlink format", ".12"),
    0x22: ("reply address", ".13"),
    0x23: ("enhanced voice mail information", ".14"),
    NATIONAL_SINGLE_SHIFT: ("national language single shift", ".15"),
    NATIONAL_LOCKING_SHIFT: ("national language locking shift", ".16"),
}


def element_name(identifier: int) -> tuple[str, str]:
    """What an identifier (0..255) stands for, and its clause."""
    if identifier in ELEMENTS:
        name, clause = ELEMENTS[identifier]
        return name, CLAUSE + clause
    if 0x70 <= identifier <= 0x7F:
        return "(U)SIM toolkit security header", CLAUSE
    if 0x80 <= identifier <= 0x9F:
        return "SME to SME specific use", CLAUSE
    return "SC specific use" if 0xC0 <= identifier <= 0xDF else "reserved", CLAUSE
