"""Slow, naive models of the formats, straight from the standards' tables. They import nothing of the project."""

from __future__ import annotations

# TS 23.038 6.2.1 as it is printed: eight columns (bits 7 to 5), sixteen rows (bits 4 to 1).
TABLE_ROWS = """
@ Δ SP 0 ¡ P ¿ p
£ _ ! 1 A Q a q
$ Φ " 2 B R b r
¥ Γ # 3 C S c s
è Λ ¤ 4 D T d t
é Ω % 5 E U e u
ù Π & 6 F V f v
ì Ψ ' 7 G W g w
ò Σ ( 8 H X h x
Ç Θ ) 9 I Y i y
LF Ξ * : J Z j z
Ø ESC + ; K Ä k ä
ø Æ , < L Ö l ö
CR æ - = M Ñ m ñ
Å ß . > N Ü n ü
å É / ? O § o à
"""
SPECIAL = {"SP": " ", "LF": "\n", "CR": "\r", "ESC": "\x1b"}
ROWS = [[SPECIAL.get(cell, cell) for cell in line.split(" ")] for line in TABLE_ROWS.strip().split("\n")]
ALPHABET = {column * 16 + row: ROWS[row][column] for row in range(16) for column in range(8)}
# TS 23.038 6.2.1.1
EXTENSION = {
    0x0A: "\f",
    0x14: "^",
    0x28: "{",
    0x29: "}",
    0x2F: "\\",
    0x3C: "[",
    0x3D: "~",
    0x3E: "]",
    0x40: "|",
    0x65: "€",
}
CHARACTERS = {character: [septet] for septet, character in ALPHABET.items() if septet != 0x1B} | {
    character: [0x1B, septet] for septet, character in EXTENSION.items()
}


def septets(text: str) -> list[int]:
    return [septet for character in text for septet in CHARACTERS[character]]


def text(values: list[int]) -> str:
    shown = ""
    at = 0
    while at < len(values):
        if values[at] != 0x1B:
            shown += ALPHABET[values[at]]
        else:
            at += 1
            if at == len(values) or values[at] == 0x1B:
                shown += " "
            else:
                shown += EXTENSION.get(values[at], ALPHABET[values[at]])
        at += 1
    return shown


def pack(values: list[int], fill_bits: int = 0) -> bytes:
    """Bit by bit, the lowest bit of the first septet first (TS 23.038 6.1.2.1)."""
    bits = [0] * fill_bits
    for value in values:
        bits += [value >> bit & 1 for bit in range(7)]
    bits += [0] * (-len(bits) % 8)
    return bytes(sum(bits[at + bit] << bit for bit in range(8)) for at in range(0, len(bits), 8))


def unpack(octets: bytes, count: int, fill_bits: int = 0) -> list[int]:
    bits = [octet >> bit & 1 for octet in octets for bit in range(8)][fill_bits:]
    return [sum(bits[7 * n + bit] << bit for bit in range(7)) for n in range(count)]


def coding(octet: int) -> dict[str, object]:
    """TS 23.038 4, the table read with its bits as letters."""
    bits = f"{octet:08b}"
    found: dict[str, object] = {
        "alphabet": "gsm7",
        "class": None,
        "compressed": False,
        "delete": False,
        "indication": None,
        "reserved": False,
    }
    if bits[0] == "0":  # 00xx and 01xx
        found["delete"] = bits[1] == "1"
        found["compressed"] = bits[2] == "1"
        found["class"] = int(bits[6:], 2) if bits[3] == "1" else None
        found["alphabet"] = {"00": "gsm7", "01": "8bit", "10": "ucs2", "11": "reserved"}[bits[4:6]]
        found["reserved"] = bits[4:6] == "11"
    elif bits[:2] == "10":  # 1000 to 1011: reserved, to be read as the default alphabet
        found["reserved"] = True
    elif bits[:4] == "1111":
        found["alphabet"] = "8bit" if bits[5] == "1" else "gsm7"
        found["class"] = int(bits[6:], 2)
        found["reserved"] = bits[4] == "1"
    else:  # 1100 discard, 1101 store, 1110 store and UCS2
        found["alphabet"] = "ucs2" if bits[:4] == "1110" else "gsm7"
        kind = ("voicemail", "fax", "e-mail", "other")[int(bits[6:], 2)]
        found["indication"] = (kind, bits[4] == "1", bits[:4] != "1100")
        found["reserved"] = bits[5] == "1"
    return found


def relative_minutes(octet: int) -> int:
    """TS 23.040 9.2.3.12.1, in minutes."""
    if octet <= 143:
        return (octet + 1) * 5
    if octet <= 167:
        return 12 * 60 + (octet - 143) * 30
    if octet <= 196:
        return (octet - 166) * 24 * 60
    return (octet - 192) * 7 * 24 * 60


def semi_octets(digits: str) -> bytes:
    """TS 23.040 9.1.2.3: swapped pairs, an odd last digit under a fill of 1111."""
    nibbles = ["0123456789*#abcF".index(digit) for digit in digits + "F" * (len(digits) % 2)]
    return bytes(nibbles[at + 1] * 16 + nibbles[at] for at in range(0, len(nibbles), 2))


def pieces(units: list[list[int]], room: int) -> list[list[int]]:
    """Fill parts of `room` with units (characters as lists of septets or code units) that may not be torn."""
    parts: list[list[int]] = [[]]
    for unit in units:
        if len(parts[-1]) + len(unit) > room:
            parts.append([])
        parts[-1] += unit
    return parts
