"""`modem decode`: what engineers paste, and what they see."""

from __future__ import annotations

import json
import os
import pty
import random
import subprocess
import sys
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modem.decoding import Decoded, Decoder, as_dict, in_words
from tests.wire.vectors import load

HELLO = "07917283010010F5040481926300006211329050210005C8329BFD06"
SUBMIT = "0001000481926300 0009E8329BFD8ECCD36D"
# ModemManager, src/tests/test-sms-part-3gpp.c: a message in two parts, and a status report
PART_1, PART_2 = (
    next(vector["pdu"] for vector in load("messages") if vector["name"] == name)
    for name in ("MM multipart 1", "MM multipart 2")
)
REPORT = "07914356060013F1065A098136397339F7219011700463802190117004638030"


def run(
    *arguments: str, stdin: str | bytes = "", code: int = 0, environment: dict[str, str] | None = None
) -> tuple[str, str]:
    """(stdout, stderr) of `modem decode`, which ends with `code`."""
    done = subprocess.run(
        [sys.executable, "-m", "modem", "decode", *arguments],
        input=stdin.encode() if isinstance(stdin, str) else stdin,
        capture_output=True,
        env={**os.environ, **(environment or {})},
        check=False,
        timeout=50,
    )
    assert done.returncode == code, done.stderr
    assert b"Traceback" not in done.stderr
    return done.stdout.decode(), done.stderr.decode()


def objects(*arguments: str, stdin: str | bytes = "", code: int = 0) -> list[dict[str, Any]]:
    out, _ = run("--json", *arguments, stdin=stdin, code=code)
    return [json.loads(line) for line in out.splitlines()]


def pasted(text: str) -> list[Decoded]:
    return list(Decoder().lines(text.split("\n")))


def facts(text: str) -> list[tuple[str, object, object]]:
    return [
        (found["type"], found.get("text"), found["error"]) for found in (as_dict(decoded) for decoded in pasted(text))
    ]


ONE_HELLO = [("SMS-DELIVER", "Hello", None)]


# --- for people --------------------------------------------------------------------------------------------------


def test_field_by_field() -> None:
    out, err = run(HELLO)
    assert err == ""
    lines = out.splitlines()
    assert lines[0] == "PDU 1: SMS-DELIVER, network to mobile, TPDU of 20 octets"
    assert lines[1].startswith("guessed: SMS-DELIVER behind a service centre, because ")
    rows = [line.split() for line in lines]
    assert ["9", "04", "TP-OA", "length", "4", "semi-octets", "TS", "23.040", "9.1.2.5"] in rows
    assert ["11", "9263", "TP-OA", "2936", "TS", "23.040", "9.2.3.7"] in rows
    assert ["23", "C8329BFD06", "TP-UD", '"Hello"', "TS", "23.040", "9.2.3.24"] in rows
    assert ["....", ".1..", "TP-MMS", "no", "more", "messages", "wait", "TS", "23.040", "9.2.3.2"] in rows
    assert "\x1b" not in out


def test_lines_fit_and_have_no_controls() -> None:
    """Everything that the vectors hold fits 100 columns, and shows nothing that a terminal obeys."""
    for vector in load("messages"):
        for decoded in Decoder().words([vector["pdu"]]):
            for line in in_words(decoded):
                assert len(line) <= 100
                assert line.isprintable()


def test_controls_are_shown() -> None:
    """What a message says is not obeyed: here ESC ] 0 ; BEL, which sets the title of a window, in UCS2."""
    out, _ = run("0100048192630008 0A 001B005D0030003B0007".replace(" ", ""), "--tpdu")
    assert r'"\x1b]0;\x07"' in out


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [({"TERM": "xterm"}, True), ({"TERM": "xterm", "NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)],
    ids=repr,
)
def test_colour_only_on_a_terminal_that_wants_it(environment: dict[str, str], coloured: bool) -> None:
    inside, outside = pty.openpty()
    clean = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "TERM")}
    command = [sys.executable, "-m", "modem", "decode", HELLO]
    with subprocess.Popen(command, stdout=outside, env=clean | environment) as process:
        os.close(outside)
        out = b""
        while chunk := _read(inside):
            out += chunk
    os.close(inside)
    assert process.returncode == 0
    assert (b"\x1b[1m" in out) is coloured


def _read(descriptor: int) -> bytes:
    """What a pty has to say; nothing once the other end is closed."""
    try:
        return os.read(descriptor, 65536)
    except OSError:
        return b""


def test_a_narrow_encoding_is_no_obstacle() -> None:
    """The Δ of a message on a terminal of Latin-1."""
    vector = next(vector for vector in load("messages") if "ΔΔΔ" in vector.get("text", ""))
    environment = {**os.environ, "PYTHONIOENCODING": "latin-1"}
    done = subprocess.run(
        [sys.executable, "-m", "modem", "decode", vector["pdu"]], capture_output=True, env=environment, check=False
    )
    assert done.returncode == 0
    assert rb"\u0394" in done.stdout


def test_several_and_divided_arguments() -> None:
    assert [found["text"] for found in objects(HELLO, HELLO)] == ["Hello", "Hello"]
    assert [found["text"] for found in objects(*SUBMIT.split())] == ["hello_sim"]
    assert [found["text"] for found in objects(HELLO.lower())] == ["Hello"]
    assert [found["text"] for found in objects(" ".join(HELLO[at : at + 2] for at in range(0, len(HELLO), 2)))] == [
        "Hello"
    ]
    assert [found["text"] for found in objects(f"+CMT: ,20\r\n{HELLO}\r\n")] == ["Hello"]


def test_a_torn_pdu_is_shown_as_far_as_it_goes() -> None:
    out, err = run(HELLO[:-2], code=1)
    assert '"Hell"' in out
    assert "5 septets announced, 4 octets left (TS 23.040 9.2.3.16)" in out
    assert err == "modem: 1 of 1 PDU cannot be decoded: see above\n"
    out, _ = run(HELLO[:-1], code=1)
    assert "cannot be decoded" in out


@pytest.mark.parametrize("arguments", [["zz"], [""], ["no pdu here"], ["-"], []], ids=repr)
def test_no_pdu(arguments: list[str]) -> None:
    out, err = run(*arguments, code=2)
    assert out == ""
    assert err.startswith("modem: there is no PDU")
    assert err.count("\n") == 1


def test_what_is_too_long_is_said() -> None:
    _, err = run("A" * 600, code=2)
    assert "no PDU" in err
    _, err = run(stdin=f"{HELLO}\n{'A' * 600}\n")
    assert err == "modem: 1 row of more than 512 digits is left out: no PDU is so long\n"


def test_text_mode_is_named() -> None:
    dialogue = '+CMGL: 1,"REC UNREAD","+15551234567",,"26/11/23,09:05:12+00"\r\n00480065006C006C006F0020\r\nOK\r\n'
    _, err = run(stdin=dialogue, code=2)
    assert "AT+CMGF=0" in err


# --- for programs ------------------------------------------------------------------------------------------------


def test_json() -> None:
    (found,) = objects(HELLO)
    assert (found["type"], found["direction"], found["guessed"]) == ("SMS-DELIVER", "network to mobile", True)
    assert (found["from"], found["text"], found["encoding"]) == ("2936", "Hello", "gsm7")
    assert (found["sent_at"], found["service_centre"]) == ("2026-11-23T09:05:12+00:00", "+27381000015")
    assert (found["error"], found["strict_error"], found["length"]) == (None, None, 20)
    assert "".join(field["octets"] for field in found["fields"]) == HELLO
    assert set(found["fields"][0]) == {"name", "offset", "octets", "value", "clause"}
    (first,) = (field for field in found["fields"] if field["name"] == "first octet")
    assert first["bits"][1] == {
        "name": "TP-MMS",
        "bits": ".... .1..",
        "value": "no more messages wait",
        "clause": "TS 23.040 9.2.3.2",
    }


def test_json_of_halves_of_characters() -> None:
    """A part that ends in half of a surrogate pair is text that no UTF-8 can carry."""
    tpdu = "4404819263000862113290502100" + "08" + "050003010201" + "D83D"
    (found, incomplete) = objects("--tpdu", tpdu)
    assert found["text"] == "\ufffd"
    assert (incomplete["type"], incomplete["complete"]) == ("long message", False)


def test_what_is_said_is_not_guessed() -> None:
    (found,) = objects("--from", "network", "--pdu", HELLO)
    assert found["guessed"] is False
    (found,) = objects("--from", "mobile", "--tpdu", SUBMIT[2:].replace(" ", ""))
    assert (found["guessed"], found["text"]) == (False, "hello_sim")
    assert objects("--from", "network", "--pdu", SUBMIT, code=1)[0]["type"] == "SMS-SUBMIT-REPORT"


# --- pasted dialogues --------------------------------------------------------------------------------------------


def test_a_whole_list() -> None:
    dialogue = (
        "AT+CMGL=4\r\r\n"
        f"+CMGL: 3,1,,159\r\n{PART_1}\r\n"
        f'+CMGL: 4,0,"bob, or so",63\r\n{PART_2}\r\n'
        f"+CMGL: 7,1,,24\r\n{REPORT}\r\n"
        "\r\nOK\r\n"
    )
    first, second, report, whole = objects(stdin=dialogue)
    assert (first["index"], first["stat"], first["announced_length"]) == (3, 1, 159)
    assert (second["index"], second["stat"], second["header"]) == (4, 0, '+CMGL: 4,0,"bob, or so",63')
    assert (report["type"], report["status"]) == ("SMS-STATUS-REPORT", 48)
    assert (whole["type"], whole["pdus"], whole["complete"]) == ("long message", [1, 2], True)
    assert whole["text"].startswith("This is a very long test")
    assert whole["text"].endswith("related to one another. ")
    out, _ = run(stdin=dialogue)
    assert "from line 3, +CMGL: 3,1,,159, received, read" in out
    assert "Long message from +16175046925, reference 76, 2 parts: PDU 1, 2" in out


@pytest.mark.parametrize(
    "text",
    [
        HELLO,
        HELLO.lower(),
        f"  {HELLO}  ",
        f"+CMGR: 1,,20\r\n{HELLO}\r\n\r\nOK",
        f"+CMT: ,20\r{HELLO}\r",
        f"+CMT: ,20 {HELLO}",
        f'+CMT: "Bob",20\n\n{HELLO}\n',
        f"2026-11-23 12:00:00.123 RX: {HELLO}",
        f"Nov 23 12:00:00 gateway smsd[123]: pdu={HELLO} (20 octets)",
        f"DEBUG:root:b'+CMT: ,20\\r\\n{HELLO}\\r\\n'",
        f"<debug> [ttyUSB2/at] <-- '<CR><LF>+CMT: ,20<CR><LF>{HELLO}<CR><LF>'",
        f"12:00:01 {' '.join(HELLO[at : at + 2] for at in range(0, len(HELLO), 2))}",
        f"{HELLO[:30]}\n{HELLO[30:]}\n",
        f"+CMGL: 1,1,,20\n{HELLO[:30]}\n{HELLO[30:]}\nOK",
        f"AT+CGSN\r\n490154203237518\r\nOK\r\nAT+CIMI\r\n001010123456789\r\n\r\nOK\r\n{HELLO}",
        f"+CMTI: \"SM\",1\r\nAT+CMGR=1\r\n+CMGR: 0,,20\r\n{HELLO}",
    ],
)  # fmt: skip
def test_noise(text: str) -> None:
    assert facts(text) == ONE_HELLO


def test_sending() -> None:
    digits = SUBMIT.replace(" ", "")
    for text in (
        f"AT+CMGS=17\r\r\n> {digits}\x1a\r\n+CMGS: 12\r\n\r\nOK\r\n",
        f"TX: AT+CMGS=17\nRX: > \nTX: {digits}^Z\nRX: +CMGS: 12\n",
        f"at+cmgw=17\r\n> {digits}\x1a",
    ):
        (decoded,) = pasted(text)
        assert as_dict(decoded)["text"] == "hello_sim"
        assert decoded.found.hint.length == 17
        assert decoded.problem is None


def test_the_length_that_a_command_names_is_checked() -> None:
    """+CMS ERROR 304 puzzles people: <length> does not count the service centre (TS 27.005 3.1)."""
    out, _ = run(stdin=f"AT+CMGS=18\r\n> {SUBMIT}\x1a")
    assert "AT+CMGS says 18 octets, the TPDU has 17 (TS 27.005 3.1)" in out


def test_what_carries_it_decides() -> None:
    """00 D3 01 7F: in AT+CNMA=2 the report of a failure."""
    (decoded,) = pasted("AT+CNMA=2,4\r\n> 0000D3017F\x1a")
    found = as_dict(decoded)
    assert (found["type"], found["failure_cause"], found["length"]) == ("SMS-DELIVER-REPORT", 0xD3, 4)
    (decoded,) = pasted(f"+CDS: 24\r\n{REPORT}\r\n")
    assert as_dict(decoded)["recipient"] == "639337937"


def test_a_long_message_with_a_part_missing() -> None:
    *_, whole = objects(PART_2)
    assert (whole["complete"], whole["total"], whole["pdus"]) == (False, 2, [1])
    out, _ = run(PART_2)
    assert "incomplete: part 1 of 2 missing" in out


def test_record_of_ef_sms() -> None:
    record = "03" + HELLO.ljust(350, "F")
    (found,) = objects(stdin=f'+CRSM: 144,0,"{record}"\r\nOK\r\n')
    assert (found["record_status"], found["text"]) == ("received, to be read", "Hello")


# --- any input ---------------------------------------------------------------------------------------------------


@given(st.text(st.sampled_from("0123456789abcdefABCDEF +CMGLRTDS:,\"\r\n\x1a>ATOK=;'xyz"), max_size=200))
def test_any_text(text: str) -> None:
    for decoded in pasted(text):
        json.dumps(as_dict(decoded)).encode()
        list(in_words(decoded))


@pytest.mark.parametrize("noise", [b"\x00\xff\xfe", b"0" * 9000, b"\n" * 100, b"+CMGL: 1,1,,23", b'+CMT: "'])
def test_octets_that_are_no_text(noise: bytes) -> None:
    run(stdin=noise + b"\n" + HELLO.encode())


def test_ten_megabytes() -> None:
    rng = random.Random(2936)
    lines = [rng.randbytes(60).replace(b"\n", b" ") for _ in range(50_000)]
    noise = b"\n".join([*lines, b"A" * 3_500_000, b" " * 3_500_000, HELLO.encode()])
    assert len(noise) > 10_000_000
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "modem", "decode", "--json"], input=noise, capture_output=True, check=False, timeout=50
    )
    assert time.perf_counter() - start < 30
    assert json.loads(done.stdout.splitlines()[-1])["text"] == "Hello"
