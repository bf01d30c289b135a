"""Character sets between the terminal and the modem (+CSCS, TS 27.007 5.5).

On the line a character is an octet, in Python a character below U+0100: a string for the terminal holds one
character for each octet to be sent.
"""

from __future__ import annotations

from modem.wire.alphabet import decode_gsm7, encode_gsm7, is_gsm7

# Those that Python has a codec for. "PCCP" is a code page of PCs, "PCDN" the Danish and Norwegian one.
_CODECS = {"IRA": "ascii", "UTF-8": "utf-8", "8859-1": "latin-1", "PCCP437": "cp437", "PCDN": "cp865"}
NAMES = ("IRA", "GSM", "HEX", "UCS2", "UTF-8", "8859-1", "PCCP437", "PCDN")


def to_terminal(text: str, charset: str) -> str:
    """`text` as the terminal is to see it; what its character set lacks becomes a question mark."""
    if charset == "UCS2":
        return text.encode("utf-16-be", "surrogatepass").hex().upper()
    if charset in _CODECS:
        return text.encode(_CODECS[charset], "replace").decode("latin-1")
    septets = encode_gsm7("".join([character if is_gsm7(character) else "?" for character in text]))
    # "HEX": hexadecimal numbers of the modem's own characters, here those of the default alphabet.
    return septets.hex().upper() if charset == "HEX" else septets.decode("latin-1")


def from_terminal(string: str, charset: str) -> str:
    """The text behind a string from the terminal. Raises ValueError when it is not in that character set."""
    if charset in _CODECS:
        return string.encode("latin-1").decode(_CODECS[charset])
    if charset == "UCS2":
        if len(string) % 4:
            raise ValueError("UCS2 takes four digits a character")
        return hexadecimal(string).decode("utf-16-be", "surrogatepass")
    septets = hexadecimal(string) if charset == "HEX" else string.encode("latin-1")
    if any(septet > 0x7F for septet in septets):
        raise ValueError("not in the GSM 7-bit default alphabet")
    return decode_gsm7(septets)


def hexadecimal(string: str) -> bytes:
    """The octets that pairs of hexadecimal digits stand for. Raises ValueError for anything else in between."""
    if string and not (string.isascii() and string.isalnum()):
        raise ValueError("not hexadecimal")
    return bytes.fromhex(string)
