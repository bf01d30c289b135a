"""gammu-smsd, unmodified, from Debian: a daemon that sends what is put into one folder and receives into another."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import Emulator
from tests.foreign.programs import LONG, PLAIN, TELEPHONE, UNICODE, beside, eventually

pytestmark = [pytest.mark.foreign, pytest.mark.timeout(120)]

CONFIGURATION = """\
[gammu]
device = {port}
connection = at115200
[smsd]
service = files
debuglevel = 255
logfile = {folder}/log
inboxpath = {folder}/inbox/
outboxpath = {folder}/outbox/
sentsmspath = {folder}/sent/
errorsmspath = {folder}/error/
inboxformat = detail
deliveryreport = sms
loopsleep = 1
receivefrequency = 1
commtimeout = 2
"""

Inject = Callable[..., None]


@pytest.fixture
def smsd(emulator: Emulator, foreign: Callable[..., str], tmp_path: Path) -> Iterator[Inject]:
    """Gives the daemon messages to send; it runs."""
    daemon, program = foreign("gammu-smsd"), foreign("gammu-smsd-inject", "gammu-smsd")
    for folder in ("inbox", "outbox", "sent", "error"):
        (tmp_path / folder).mkdir()
    configuration = tmp_path / "smsdrc"
    configuration.write_text(CONFIGURATION.format(port=emulator.port, folder=tmp_path))
    environment = os.environ | {"LC_ALL": "C.UTF-8"}

    def inject(*arguments: str) -> None:
        command = [program, "-c", str(configuration), "TEXT", *arguments]
        subprocess.run(command, capture_output=True, timeout=20, env=environment, check=True)

    with beside(tmp_path / "output", daemon, "-c", str(configuration), LC_ALL="C.UTF-8"):
        yield inject


def received(inbox: Path) -> set[tuple[str, str]]:
    """Sender and text of the messages received, one a file; a long one has a section for each part."""
    messages = set()
    for file in inbox.iterdir():
        content = file.read_text("latin-1")
        number = re.search(r'^Number = "(.+)"$', content, re.MULTILINE)
        if number is not None:  # otherwise it is the bare news that a report has come
            parts = re.findall(r"^Text\d\d = ([0-9A-F]+)$", content, re.MULTILINE)
            # A text with characters of the extension table has zeros at its end.
            text = "".join([bytes.fromhex(part).decode("utf-16-be").rstrip("\0") for part in parts])
            messages.add((number[1], text))
    return messages


def test_it_sends_and_has_the_report(smsd: Inject, emulator: Emulator, tmp_path: Path) -> None:
    smsd("2936", "-text", PLAIN)
    smsd(TELEPHONE, "-report", "-unicode", "-text", UNICODE)
    smsd(TELEPHONE, "-len", "400", "-text", LONG)
    eventually(lambda: len(list((tmp_path / "sent").iterdir())) == 3)
    sent = emulator.run("sent").stdout.splitlines()
    assert sorted(sent) == sorted([f"2936\t{PLAIN}", f"{TELEPHONE}\t{UNICODE}", f"{TELEPHONE}\t{LONG}"])
    assert not list((tmp_path / "error").iterdir())
    reports = {(TELEPHONE, "Delivered"), ("2936", "Delivered")}
    eventually(lambda: reports <= received(tmp_path / "inbox"))


def test_it_receives_into_its_inbox_and_deletes(smsd: Inject, emulator: Emulator, tmp_path: Path) -> None:
    for number, text in (("2936", "reboot {now}"), (TELEPHONE, LONG), ("Twilio", UNICODE)):
        emulator.run("sms", number, text)

    expected = {("2936", "reboot {now}"), (TELEPHONE, LONG), ("Twilio", UNICODE)}
    eventually(lambda: len(received(tmp_path / "inbox")) == 3)
    assert received(tmp_path / "inbox") == expected
    eventually(lambda: (tmp_path / "log").read_text().count("Used : 0") >= 2)  # of the two memories, at the last look
