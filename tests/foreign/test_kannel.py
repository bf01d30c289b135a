"""Kannel, unmodified, from Debian: an SMS gateway; its HTTP answers and its access log are the judges."""

from __future__ import annotations

import re
import socket
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import Emulator
from tests.foreign.programs import LONG, PLAIN, SENT, TELEPHONE, UNICODE, beside, eventually, said

pytestmark = [pytest.mark.foreign, pytest.mark.timeout(120)]

CONFIGURATION = """\
group = core
admin-port = {admin}
admin-interface = 127.0.0.1
admin-password = secret
smsbox-port = {boxes}
smsbox-interface = 127.0.0.1
log-file = {folder}/bearerbox.log
access-log = {folder}/access.log
dlr-storage = internal

group = smsc
smsc = at
smsc-id = emulator
modemtype = generic
device = {port}
speed = 115200
my-number = 12025550101

group = modems
id = generic
name = "Generic Modem"

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = {http}
sendsms-interface = 127.0.0.1
log-file = {folder}/smsbox.log
mo-recode = true

group = sendsms-user
username = tester
password = secret
default-sender = 12025550101
max-messages = 5
concatenation = true

group = sms-service
keyword = default
catch-all = true
max-messages = 0
text = "not sent"
"""

Send = Callable[..., str]


def free_ports(number: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


@pytest.fixture
def send(emulator: Emulator, foreign: Callable[..., str], tmp_path: Path) -> Iterator[Send]:
    """Gives the gateway, which runs, messages to send, as its users do: over HTTP."""
    bearerbox, smsbox = foreign("bearerbox", "kannel"), foreign("smsbox", "kannel")
    admin, boxes, http = free_ports(3)
    configuration = tmp_path / "kannel.conf"
    configuration.write_text(
        CONFIGURATION.format(admin=admin, boxes=boxes, http=http, folder=tmp_path, port=emulator.port)
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def run(to: str, text: str, **options: str) -> str:
        query = {"username": "tester", "password": "secret", "to": to, "text": text, "charset": "UTF-8"} | options
        try:
            with opener.open(f"http://127.0.0.1:{http}/cgi-bin/sendsms?{urllib.parse.urlencode(query)}") as answer:
                return str(answer.read().decode())
        except urllib.error.HTTPError as error:
            return error.read().decode()

    with beside(tmp_path / "output", bearerbox, str(configuration)):
        eventually(lambda: "AT SMSC successfully opened" in said(tmp_path / "bearerbox.log"))
        with beside(tmp_path / "output-of-smsbox", smsbox, str(configuration)):
            eventually(lambda: "Connected to bearerbox" in said(tmp_path / "smsbox.log"))
            yield run


def test_it_does_its_whole_job(send: Send, emulator: Emulator, tmp_path: Path) -> None:
    access = tmp_path / "access.log"
    assert send("2936", PLAIN) == "0: Accepted for delivery"
    assert send(TELEPHONE, UNICODE, coding="2", **{"dlr-mask": "31", "dlr-url": "http://127.0.0.1:1/"}).startswith("0:")
    assert send(TELEPHONE, LONG) == "0: Accepted for delivery"
    eventually(lambda: said(access).count("Sent SMS") == 3)
    assert sorted(emulator.run("sent").stdout.splitlines()) == sorted(SENT.splitlines())
    eventually(lambda: re.search(r"Receive DLR .*:1\] \[msg:", said(access)))  # 1: delivered to the telephone

    for number, text in (("2936", "reboot {now}"), (TELEPHONE, LONG), ("Twilio", UNICODE)):
        emulator.run("sms", number, text)

    def received() -> dict[str, str]:
        return dict(re.findall(r"Receive SMS .*\[from:(.*?)\].*\[msg:\d+:(.*?)\]", said(access)))

    eventually(lambda: len(received()) == 3)
    shown = "".join([letter if letter.isascii() else "." * len(letter.encode()) for letter in LONG])
    assert received() == {"2936": "reboot {now}", TELEPHONE: shown, "Twilio": UNICODE.encode("utf-16-be").hex().upper()}
