"""smsd of smstools, unmodified, from Debian: its folders and its log are the judges."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import Emulator
from tests.foreign.programs import LONG, PLAIN, TELEPHONE, UNICODE, beside, eventually

pytestmark = [pytest.mark.foreign, pytest.mark.timeout(120)]

FOLDERS = ("outgoing", "checked", "incoming", "sent", "failed", "report")
CONFIGURATION = """\
devices = GSM1
outgoing = {folder}/outgoing
checked = {folder}/checked
incoming = {folder}/incoming
sent = {folder}/sent
failed = {folder}/failed
report = {folder}/report
logfile = {folder}/log
infofile = {folder}/working
pidfile = {folder}/pid
loglevel = 7
delaytime = 1
errorsleeptime = 1
autosplit = 3
receive_before_send = no
incoming_utf8 = yes
decode_unicode_text = yes
[GSM1]
device = {port}
incoming = yes
report = yes
baudrate = 115200
init = AT+CNMI=2,1,0,1,0
"""


@pytest.fixture
def folder(emulator: Emulator, foreign: Callable[..., str], tmp_path: Path) -> Iterator[Path]:
    """Where the daemon, which runs, has its folders."""
    program = foreign("smsd", "smstools")
    for name in FOLDERS:
        (tmp_path / name).mkdir()
    configuration = tmp_path / "smsd.conf"
    configuration.write_text(CONFIGURATION.format(port=emulator.port, folder=tmp_path))
    with beside(tmp_path / "output", program, "-c", str(configuration), "-t"):
        yield tmp_path


def put(folder: Path, name: str, text: str) -> None:
    """Give it a message to send: complete from the moment when it is there."""
    written = folder / name
    written.write_text(text)
    written.replace(folder / "outgoing" / name)


def read(file: Path) -> tuple[dict[str, str], str]:
    """The headers and the text of a file."""
    head, _, text = file.read_text("utf-8").partition("\n\n")
    return dict(line.split(": ", 1) for line in head.splitlines() if ": " in line), text


def test_it_sends_and_has_the_report(folder: Path, emulator: Emulator) -> None:
    # "s" makes it a short number; without, it is international to smstools, and nobody has +2936.
    put(folder, "plain", f"To: s2936\n\n{PLAIN}")
    put(folder, "unicode", f"To: {TELEPHONE}\nReport: yes\nAlphabet: UTF-8\n\n{UNICODE}")
    put(folder, "long", f"To: {TELEPHONE}\nReport: no\nAlphabet: UTF-8\n\n{LONG}")
    eventually(lambda: len(list((folder / "sent").iterdir())) == 3, within=60)
    sent = emulator.run("sent").stdout.splitlines()
    assert sorted(sent) == sorted([f"2936\t{PLAIN}", f"{TELEPHONE}\t{UNICODE}", f"{TELEPHONE}\t{LONG}"])
    assert not list((folder / "failed").iterdir())
    reference = read(folder / "sent" / "unicode")[0]["Message_id"]

    def reports() -> list[str]:
        texts = [read(file)[1] for file in (folder / "report").iterdir()]
        return [text for text in texts if f"Message_id: {reference}\n" in text]

    (report,) = eventually(reports)
    assert "Status: 0,Ok,short message received by the SME" in report


def test_it_receives_and_deletes(folder: Path, emulator: Emulator) -> None:
    for number, text in (("2936", "reboot {now}"), (TELEPHONE, LONG), ("Twilio", UNICODE)):
        emulator.run("sms", number, text)
    eventually(lambda: len(list((folder / "incoming").glob("GSM1.*"))) == 3)
    received = [read(file) for file in (folder / "incoming").glob("GSM1.*")]
    assert {(headers["From"], text) for headers, text in received} == {
        ("2936", "reboot {now}"), (TELEPHONE.lstrip("+"), LONG), ("Twilio", UNICODE),
    }  # fmt: skip
    assert {headers["IMSI"] for headers, _ in received} == {emulator.ready["sims"][0]["imsi"]}
    eventually(lambda: "Used memory is 0" in (folder / "log").read_text())
