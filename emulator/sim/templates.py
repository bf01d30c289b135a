"""What a card tells about a selected file: the FCP template of a UICC, and the answer of a GSM card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .files import Df, Ef, Structure
from .secrets import Secret
from .tree import EF_ARR, access_rules

if TYPE_CHECKING:
    from .card import Card

_DESCRIPTORS = {Structure.TRANSPARENT: 0x41, Structure.LINEAR_FIXED: 0x42, Structure.CYCLIC: 0x46}
_DIRECTORY = 0x78
_CODING = 0x21  # data coding byte: as ISO 7816-4 has it by default
_UICC_CHARACTERISTICS = bytes.fromhex("800171")  # clock stop, all supply classes, as of most cards
_CHARACTERISTICS = 0x01  # TS 51.011 9.2.1: clock stop allowed, no preferred level


def file_control_parameters(card: Card, found: Df | Ef) -> bytes:
    """The FCP template (TS 102.221 11.1.1.3), objects in the order in which they are listed there."""
    if isinstance(found, Df):
        proprietary = _object(0xA5, _UICC_CHARACTERISTICS)
        name = _object(0x84, found.name) if found.name else b""
        body = (
            _object(0x82, bytes([_DIRECTORY, _CODING])) + _object(0x83, _identifier(found)) + name + proprietary
            + _object(0x8A, b"\x05") + _rule(card, None) + _object(0xC6, _pin_status(card))
        )  # fmt: skip
        return _object(0x62, body)
    descriptor = bytes([_DESCRIPTORS[found.structure], _CODING])
    if found.structure is not Structure.TRANSPARENT:
        descriptor += len(found.records[0]).to_bytes(2, "big") + bytes([len(found.records)])
    short = bytes([found.sfi << 3]) if found.sfi else b""
    life = b"\x05" if found.active else b"\x04"
    body = (
        _object(0x82, descriptor) + _object(0x83, _identifier(found)) + _object(0x8A, life)
        + _rule(card, found) + _object(0x80, found.size.to_bytes(2, "big")) + _object(0x88, short)
    )  # fmt: skip
    return _object(0x62, body)


def _object(tag: int, value: bytes) -> bytes:
    return bytes([tag, len(value)]) + value


def _identifier(found: Df | Ef) -> bytes:
    return found.fid.to_bytes(2, "big")


def _rule(card: Card, file: Ef | None) -> bytes:
    """Security attributes by reference: the record of EF_ARR that has the conditions; directories have the first."""
    rules = access_rules(card.files.directories)
    number = rules.index(file.access) + 1 if file is not None else 1
    return _object(0x8B, EF_ARR.to_bytes(2, "big") + bytes([number]))


def _pin_status(card: Card) -> bytes:
    """PIN status template (TS 102.221 9.5.2): which keys there are, and with a bit for each which are enabled."""
    enabled = b"".join([b"1" if secret.enabled else b"0" for secret in card.secrets.values()])
    bits = int(enabled.ljust(8, b"0"), 2)
    return _object(0x90, bytes([bits])) + b"".join([_object(0x83, bytes([key])) for key in card.secrets])


def gsm_answer(card: Card, found: Df | Ef) -> bytes:
    """What GET RESPONSE gives after SELECT on a GSM card (TS 51.011 9.2.1)."""
    if isinstance(found, Ef):
        access = found.access
        conditions = bytes([access.read << 4 | access.update, 0xFF, access.manage << 4 | access.manage])
        record = 0 if found.structure is Structure.TRANSPARENT else len(found.records[0])
        return (
            b"\0\0" + found.size.to_bytes(2, "big") + _identifier(found) + b"\x04\0" + conditions
            + bytes([found.active, 2, found.structure, record])
        )  # fmt: skip
    first, second = card.secret, card.secret2
    characteristics = _CHARACTERISTICS | (0 if first.enabled else 0x80)
    counts = bytes([len(list(found.directories)), len(list(found.files)), len(card.secrets) + 2])
    kind = 1 if found.parent is None else 2
    return (
        b"\0\0\0\0" + _identifier(found) + bytes([kind]) + bytes(5) + bytes([9, characteristics]) + counts + b"\0"
        + _chv_status(first) + _chv_status(second)
    )  # fmt: skip


def _chv_status(secret: Secret) -> bytes:
    """A code and its unblocking code: initialised, and how many tries are left."""
    return bytes([0x80 | secret.pin_tries, 0x80 | secret.puk_tries])
