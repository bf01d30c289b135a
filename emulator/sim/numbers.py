"""Telephone numbers on the card: a record of EF_ADN or EF_MSISDN (TS 51.011 10.5.1 and Annex B)."""

from __future__ import annotations

from modem.wire.address import Address, decode_service_centre, encode_semi_octets
from modem.wire.alphabet import decode_gsm7, encode_gsm7, is_gsm7
from modem.wire.errors import PduError

ALPHA_OCTETS = 14  # octets of a name in EF_ADN, EF_MSISDN and EF_SMSP
_NUMBER_DIGITS = "0123456789*#abc"


def number_record(name: str, number: str) -> bytes:
    """A record of EF_ADN or EF_MSISDN (TS 51.011 10.5.1): a name of up to 14 characters and a number.

    Raises ValueError when one of them does not fit.
    """
    alpha = encode_gsm7(name) if is_gsm7(name) else b"\x80" + name.encode("utf-16-be")  # TS 51.011 Annex B
    digits = number.removeprefix("+")
    if len(alpha) > ALPHA_OCTETS or len(digits) > 20 or any(digit not in _NUMBER_DIGITS for digit in digits):
        raise ValueError(f"{name!r}, {number!r} does not fit a record")
    value = encode_semi_octets(digits)
    dialling = bytes([len(value) + 1, 0x91 if number.startswith("+") else 0x81]) + value
    return alpha.ljust(ALPHA_OCTETS, b"\xff") + dialling.ljust(14, b"\xff")


def read_number_record(record: bytes) -> tuple[str, Address] | None:
    """(name, number) of a record of EF_ADN or EF_MSISDN, or None when it is unused.

    Whatever was written into a record by its octets is read as far as it makes sense.
    """
    if record[ALPHA_OCTETS] == 0xFF:
        return None
    try:
        address = decode_service_centre(record, ALPHA_OCTETS)[0]  # the same form: octets, type, digits
    except PduError:
        address = None
    return _name(record[:ALPHA_OCTETS].rstrip(b"\xff")), address or Address("")


def _name(alpha: bytes) -> str:
    coding, rest = alpha[:1], alpha[1:]
    if coding == b"\x80":
        return rest.decode("utf-16-be", "replace")
    if coding in (b"\x81", b"\x82") and len(rest) > 1:
        # A length, the half page of UCS2 that octets over 7F are in, then octets (Annex B, 2 and 3).
        start = 2 if coding == b"\x81" else 3
        page = rest[1] << 7 if coding == b"\x81" else int.from_bytes(rest[1:3], "big")
        return "".join([_letter(page, octet) for octet in rest[start : start + rest[0]]])
    return decode_gsm7(alpha) if alpha.isascii() else "".join([_letter(None, octet) for octet in alpha])


def _letter(page: int | None, octet: int) -> str:
    """A letter of the default alphabet, or one of the page."""
    if octet < 0x80:
        return decode_gsm7(bytes([octet]))
    if page is None:
        return "\ufffd"
    return ((page + octet - 0x80) % 0x10000).to_bytes(2, "big").decode("utf-16-be", "replace")
