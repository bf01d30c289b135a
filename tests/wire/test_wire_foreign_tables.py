"""Wireshark as a witness for cell broadcast pages, special message indications and national languages."""

from __future__ import annotations

import json
import random
import struct
import subprocess
from pathlib import Path

import pytest

from modem.wire.address import Address
from modem.wire.cell_broadcast import BroadcastCoding, GeographicalScope, Page, SerialNumber, decode_pages
from modem.wire.coding import Alphabet
from modem.wire.header import Header, SpecialIndication
from modem.wire.languages import LOCKING_LANGUAGES, SINGLE_LANGUAGES, shift_tables
from modem.wire.tpdu import Submit
from modem.wire.user_data import UserData
from tests.wire import models
from tests.wire.tshark import TSHARK, dissect, rp_data
from tests.wire.vectors import load

pytestmark = [
    pytest.mark.foreign,
    pytest.mark.skipif(TSHARK is None, reason="tshark is not installed (Debian package tshark)"),
]

FIELDS = (
    *("message_code", "geographic_scope", "update_number", "message-identifier"),
    *("total_pages", "current_page", "page_content"),
)


def seen(pages: list[bytes], folder: Path) -> list[dict[str, str]]:
    """What Wireshark's dissector of cell broadcast finds in each page."""
    capture = folder / "pages.pcap"
    with capture.open("wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 148))
        for number, page in enumerate(pages):
            file.write(struct.pack("<IIII", number, 0, len(page), len(page)) + page)
    command = [str(TSHARK), "-r", str(capture), "-T", "json"]
    command += ["-o", 'uat:user_dlts:"User 1 (DLT=148)","gsm_cbs","0","","0",""']
    for field in FIELDS:
        command += ["-e", f"gsm_cbs.{field}"]
    run = subprocess.run(command, capture_output=True, check=True, timeout=60)
    layers = [packet["_source"].get("layers", {}) for packet in json.loads(run.stdout)]
    assert len(layers) == len(pages)
    return [{name.removeprefix("gsm_cbs."): values[0] for name, values in layer.items()} for layer in layers]


def described(page: Page) -> dict[str, str]:
    return {
        "message_code": f"{page.serial_number.message_code}",
        "geographic_scope": f"{page.serial_number.scope:d}",
        "update_number": f"{page.serial_number.update_number}",
        "message-identifier": f"{page.message_identifier}",
        "total_pages": f"{page.pages}",
        "current_page": f"{page.page}",
        "page_content": f"{page.user_data.body!s}",
    }


def test_pages_of_every_text_coding(tmp_path: Path) -> None:
    rng = random.Random(2936)
    characters = sorted(set(models.ALPHABET.values()) - {"\x1b", "\r", "\n"})
    pages = []
    for octet in range(256):
        coding = BroadcastCoding.of(octet)
        if not coding.text or coding.has_header or coding.reserved or coding.language_first:
            continue
        ucs2 = coding.alphabet is Alphabet.UCS2
        letters = "aé日本őж" if ucs2 else characters
        body = "".join(rng.choices(letters, k=rng.choice((1, 40, 41) if ucs2 else (1, 50, 92, 93)))).rstrip() + "."
        serial = SerialNumber(rng.randrange(1024), rng.randrange(16), GeographicalScope(rng.randrange(4)))
        pages.append(Page(serial, rng.randrange(65536), UserData(body[: 41 if ucs2 else 93]), coding))
    found = seen([page.encode() for page in pages], tmp_path)
    different = {
        f"{page.data_coding.octet:02X}": (described(page), one)
        for page, one in zip(pages, found, strict=True)
        if described(page) != one
    }
    assert different == {}


# Where Wireshark 4.0 is wrong about the content.
KNOWN = {
    "Swedish, said in the text": "the language and its carriage return are shown as text",
    "UCS2 with a language in front": "the two septets of the language are shown as a character of UCS2",
    "carriage returns within the text": "an escape before a character without an extension is shown as U+FFFD",
}


def test_captured_pages(tmp_path: Path) -> None:
    vectors = [vector for vector in load("broadcasts") if len(vector["octets"]) == 176 and vector["texts"]]
    pages = [bytes.fromhex(vector["octets"]) for vector in vectors]
    for vector, page, one in zip(vectors, pages, seen(pages, tmp_path), strict=True):
        (ours,) = decode_pages(page)
        if vector["name"] in KNOWN:
            one["page_content"] = vector["texts"][0]
        assert described(ours) == one


def submitted(header: Header) -> bytes:
    return rp_data(Submit(Address.of("2936"), UserData("a", header)).encode(), from_mobile=True)


def test_special_message_indications(tmp_path: Path) -> None:
    indications = [
        SpecialIndication(kind, waiting, store, profile)
        for kind in range(32)
        for profile in range(1, 5)
        for waiting, store in ((0, False), (255, True))
    ]
    fields = ["msg_ind_type", "ext_msg_ind_type", "msg_ind_type_and_stor", "msg_count"]
    found = dissect([submitted((indication.element(),)) for indication in indications], fields, tmp_path)
    for indication, one in zip(indications, found, strict=True):
        assert one == {
            "msg_ind_type": [f"{indication.kind & 3}"],
            "ext_msg_ind_type": [f"{indication.kind >> 2}"],
            "msg_ind_type_and_stor": [f"{indication.store:d}"],
            "msg_count": [f"{indication.messages}"],
        }


def test_languages(tmp_path: Path) -> None:
    """Wireshark names them, and reads the text by the default alphabet all the same: "a" is "a" in all of them."""
    tables = [shift_tables(locking, single) for locking in LOCKING_LANGUAGES for single in SINGLE_LANGUAGES]
    fields = ["dis_iei_lang.single_shift", "dis_iei_lang.locking_shift", "sms_text"]
    found = dissect([submitted(made.elements()) for made in tables], fields, tmp_path)
    for made, one in zip(tables, found, strict=True):
        wanted = {"dis_iei_lang.single_shift": made.single, "dis_iei_lang.locking_shift": made.locking}
        assert one == {"sms_text": ["a"]} | {name: [f"{value:d}"] for name, value in wanted.items() if value}
