"""Both programs as processes, over a pty: what a user does, and what a user does wrong."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import termios
import time
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, Emulator, program

COMMAND_KEYS = [
    "sid", "account_sid", "sim_sid", "command", "command_mode", "transport", "delivery_receipt_requested", "status",
    "direction", "date_created", "date_updated", "url",
]  # fmt: skip


def api(emulator: Emulator, path: str, **form: str) -> tuple[int, Any]:
    """A request as curl would make it, POST with a form and GET without."""
    data = urllib.parse.urlencode(form).encode() if form else None
    credentials = base64.b64encode(":".join(emulator.credentials).encode()).decode()
    request = urllib.request.Request(emulator.http + path, data, {"Authorization": f"Basic {credentials}"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return answer.status, json.load(answer)


def wait_for(condition: Callable[[], Any], within: float = 10) -> Any:
    """What `condition` gives once it is true."""
    end = time.monotonic() + within
    while not (value := condition()):
        assert time.monotonic() < end, "it did not come true"
        time.sleep(0.02)
    return value


# --- what the guide does ----------------------------------------------------------------------------------------


def test_from_the_device_to_the_cloud(emulator: Emulator) -> None:
    sim = emulator.ready["sims"][0]["sid"]
    api(emulator, f"/v1/Sims/{sim}", CommandsCallbackUrl=f"{emulator.http}/inspect/guide")
    sent = emulator.modem("send", "hello_sim", "--json")
    assert (sent.returncode, sent.stderr) == (0, "")
    assert json.loads(sent.stdout)["to"] == "2936"
    _, listed = api(emulator, "/v1/Commands?Direction=from_sim")
    (command,) = listed["commands"]
    assert list(command) == COMMAND_KEYS
    assert (command["command"], command["status"], command["sim_sid"]) == ("hello_sim", "received", sim)

    def inspected() -> Any:
        return api(emulator, "/inspect/guide?format=json")[1]["requests"]

    (callback,) = wait_for(inspected)
    assert callback["form"]["Command"] == "hello_sim"
    assert callback["signature"] == "valid"
    assert emulator.run("sent").stdout == "2936\thello_sim\n"


def test_from_the_cloud_to_the_device_with_the_guides_curl_line(
    emulator: Emulator, foreign: Callable[[str], str]
) -> None:
    account, token = emulator.credentials
    sim = emulator.ready["sims"][0]["sid"]
    curl = [foreign("curl"), "-sS", "-w", "%{http_code}", "-X", "POST", f"{emulator.http}/v1/Commands",
            "-d", f"Sim={sim}", "-d", "Command=wakeup", "-u", f"{account}:{token}"]  # fmt: skip
    answer = subprocess.run(curl, capture_output=True, text=True, timeout=10, check=True).stdout
    created = json.loads(answer[:-3])
    assert answer[-3:] == "201"
    assert list(created) == COMMAND_KEYS
    assert (created["status"], created["direction"]) == ("queued", "to_sim")
    heard = emulator.modem("listen", "--once", "--json")
    assert (heard.returncode, heard.stderr) == (0, "")
    message = json.loads(heard.stdout)
    assert (message["from"], message["text"], message["encoding"]) == ("2936", "wakeup", "gsm7")
    assert {"id", "sent_at", "received_at", "parts"} <= set(message)
    _, command = api(emulator, f"/v1/Commands/{created['sid']}")
    assert command["status"] == "delivered"
    again = emulator.modem("listen", "--once", "--timeout", "1", "--json")
    assert again.stdout == ""


def test_octets_both_ways(emulator: Emulator) -> None:
    octets = bytes(range(100, 240))
    assert emulator.modem("send", "--binary", octets.hex()).returncode == 0
    _, listed = api(emulator, "/v1/Commands?Direction=from_sim")
    assert base64.b64decode(listed["commands"][0]["command"]) == octets
    encoded = base64.b64encode(octets).decode()
    api(emulator, "/v1/Commands", Sim="device-1", Command=encoded, CommandMode="binary")
    message = json.loads(emulator.modem("listen", "--once", "--json").stdout)
    assert bytes.fromhex(message["data"]) == octets
    assert "text" not in message


def test_an_sms_from_outside_reaches_the_device(emulator: Emulator) -> None:
    text = "Grüße, мир 🙂 " * 20
    assert emulator.run("sms", "+4917612345678", text).returncode == 0
    message = json.loads(emulator.modem("listen", "--once", "--json").stdout)
    assert (message["from"], message["text"]) == ("+4917612345678", text)
    assert message["parts"] > 1


def test_a_report_is_waited_for(emulator: Emulator) -> None:
    sent = emulator.modem("send", "--report", "--json", "hello")
    assert sent.returncode == 0
    assert json.loads(sent.stdout)["parts"][0]["meaning"] == "received by the SME"


def test_what_was_sent_is_printed_one_message_a_line(emulator: Emulator) -> None:
    text = "tab\tback\\slash\r\nnew 🙂👨‍👩‍👧"
    emulator.modem("send", "+4917612345678", text)
    assert emulator.run("sent").stdout == "+4917612345678\ttab\\tback\\\\slash\\r\\nnew 🙂👨‍👩‍👧\n"
    (message,) = [json.loads(line) for line in emulator.run("sent", "--json").stdout.splitlines()]
    assert message["text"] == text


def test_info_and_at(emulator: Emulator) -> None:
    information = json.loads(emulator.modem("info", "--json").stdout)
    assert information["imsi"] == emulator.ready["sims"][0]["imsi"]
    answer = emulator.modem("at", "AT+CSQ")
    assert (answer.returncode, answer.stdout) == (0, "+CSQ: 20,99\nOK\n")


def test_a_hook_gets_the_message_by_environment_and_stdin_and_no_shell_sees_it(
    emulator: Emulator, tmp_path: Path
) -> None:
    evil = f'"; touch {tmp_path}/owned; $(touch {tmp_path}/owned) `touch {tmp_path}/owned`'
    emulator.run("sms", "Evil", evil)
    hook = tmp_path / "hook"
    hook.write_text(f'#!/bin/sh\nprintf %s "$MODEM_FROM" > {tmp_path}/from\ncat > {tmp_path}/text\n')
    hook.chmod(0o755)
    assert emulator.modem("listen", "--once", "--exec", str(hook)).returncode == 0
    assert (tmp_path / "from").read_text() == "Evil"
    assert (tmp_path / "text").read_text() == evil
    assert not (tmp_path / "owned").exists()


def test_over_tcp(start_emulator: Callable[..., Emulator]) -> None:
    emulator = start_emulator("--tcp", "127.0.0.1:0")
    assert emulator.port.startswith("socket://127.0.0.1:")
    assert emulator.modem("send", "hello").returncode == 0
    assert emulator.run("sent").stdout == "2936\thello\n"


def test_a_pin_is_entered_from_its_file(start_emulator: Callable[..., Emulator], tmp_path: Path) -> None:
    emulator = start_emulator("--pin", "2936")
    refused = emulator.modem("send", "hello")
    assert refused.returncode == 1
    assert "--pin-file" in refused.stderr
    (tmp_path / "pin").write_text("2936\n")
    (tmp_path / "pin").chmod(0o600)
    assert emulator.modem("--pin-file", str(tmp_path / "pin"), "send", "hello").returncode == 0


def test_the_same_account_when_it_is_given(start_emulator: Callable[..., Emulator]) -> None:
    account = "AC" + "5" * 32
    emulator = start_emulator("--account-sid", account, "--auth-token", "secret")
    assert emulator.credentials == (account, "secret")
    assert api(emulator, "/v1/Commands")[0] == 200


# --- what goes wrong --------------------------------------------------------------------------------------------


def complaint(done: subprocess.CompletedProcess[str], code: int = 1) -> str:
    """The one line that a failure prints."""
    assert (done.returncode, done.stdout) == (code, "")
    assert "Traceback" not in done.stderr
    (line,) = done.stderr.splitlines()
    return line


def test_a_port_that_does_not_exist() -> None:
    assert "/nope" in complaint(program("modem", "--port", "/nope", "info"))


def test_a_port_that_another_process_holds(emulator: Emulator) -> None:
    held = os.open(emulator.port, os.O_RDWR | os.O_NOCTTY)
    try:
        fcntl.ioctl(held, termios.TIOCEXCL)
        fcntl.flock(held, fcntl.LOCK_EX)
        line = complaint(emulator.modem("info"))
        assert "stop it first" in line
        assert str(os.getpid()) in line
    finally:
        os.close(held)
    assert emulator.modem("info").returncode == 0


def test_two_of_our_own_programs_on_one_port(emulator: Emulator) -> None:
    command = [sys.executable, "-m", "modem", "--port", emulator.port, "listen"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as listener:
        wait_for(lambda: "modem" in holders(emulator.port))
        line = complaint(emulator.modem("send", "x"))
        assert str(listener.pid) in line
        listener.send_signal(signal.SIGINT)
        _, complaints = listener.communicate(timeout=10)
        assert (listener.returncode, complaints) == (130, "")
    assert emulator.modem("send", "x").returncode == 0


def holders(port: str) -> str:
    """The command lines of the processes that have a port open."""
    target, found = str(Path(port).resolve()), ""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if any(str(descriptor.readlink()) == target for descriptor in (process / "fd").iterdir()):
                found += (process / "cmdline").read_text()
        except OSError:
            continue
    return found


def test_a_port_where_nothing_answers() -> None:
    master, slave = os.openpty()
    try:
        line = complaint(program("modem", "--port", os.ttyname(slave), "info"))
        assert "answers" in line
    finally:
        os.close(master)
        os.close(slave)


def test_a_tcp_port_where_nobody_listens() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        line = complaint(program("modem", "--port", f"socket://127.0.0.1:{unused.getsockname()[1]}", "info"))
        assert "127.0.0.1" in line


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["send", ""], "empty"),
        (["send", "x" * 161], "161"),
        (["send", "€" * 81], "162"),
        (["send", "🙂" * 36], "72"),
        (["send", "--binary", "zz"], "hex"),
        (["send", "--binary", "00" * 141], "141"),
        (["send", "not a number", "x"], "not a number"),
        (["at", "AT+CMGS=1\x1a"], "printable"),
    ],
)
def test_what_cannot_be_sent_is_refused_before_anything_leaves(
    emulator: Emulator, arguments: list[str], said: str
) -> None:
    assert said in complaint(emulator.modem(*arguments), code=2)
    assert emulator.run("sent").stdout == ""


def test_interrupted_in_the_middle_the_modem_stays_usable(emulator: Emulator) -> None:
    command = [sys.executable, "-m", "modem", "--port", emulator.port, "listen"]
    for _ in range(3):
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as listener:
            wait_for(lambda: "modem" in holders(emulator.port))
            listener.send_signal(signal.SIGKILL)
    assert emulator.modem("send", "still here").returncode == 0


def test_a_client_killed_in_the_middle_of_a_line_or_at_the_prompt_leaves_a_working_modem(emulator: Emulator) -> None:
    for half in (b"AT+CMG", b"AT+CMGS=17\r", b"AT+CMGS=17\r0001000481"):
        script = (
            f"import os,sys; os.write(os.open({emulator.port!r}, os.O_RDWR|os.O_NOCTTY), {half!r}); sys.stdin.read()"
        )
        with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE) as client:
            wait_for(lambda: holders(emulator.port))
            client.kill()
        assert emulator.modem("send", "still here").returncode == 0
    assert emulator.run("sent").stdout == "2936\tstill here\n" * 3


def test_emulator_ports_that_cannot_be_opened(emulator: Emulator, tmp_path: Path) -> None:
    taken = emulator.http.removeprefix("http://")
    assert "choose another --http" in complaint(program("emulator", "run", "--http", taken))
    busy = program("emulator", "run", "--http", "127.0.0.1:0", "--link", emulator.port)
    assert "in use" in complaint(busy)
    assert "no profile" in complaint(program("emulator", "run", "--profile", "nokia3310"))
    usage = program("emulator", "run", "--http", "here")
    assert usage.returncode == 2
    assert "HOST:PORT" in usage.stderr


def test_sms_and_sent_without_an_emulator() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        for arguments in (["sent"], ["sms", "+1555", "x"]):
            assert "modem-emulator run" in complaint(program("emulator", *arguments, "--http", url))


def test_sms_that_cannot_be_delivered(emulator: Emulator) -> None:
    assert "no modem has a SIM" in complaint(emulator.run("sms", "+1555", "x", "--sim", "nobody"))
    assert "neither a number" in complaint(emulator.run("sms", "a name that is too long", "x"))
    assert "text" in complaint(emulator.run("sms", "+1555", ""))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_the_emulator_ends_with_0_and_takes_its_link_away(
    start_emulator: Callable[..., Emulator], tmp_path: Path, number: signal.Signals
) -> None:
    emulator = start_emulator("--link", str(tmp_path / "tty"))
    client = os.open(emulator.port, os.O_RDWR | os.O_NOCTTY)
    emulator.process.send_signal(number)
    assert emulator.process.communicate(timeout=2) == ("", "")
    assert emulator.process.returncode == 0
    assert not (tmp_path / "tty").is_symlink()
    os.close(client)


def test_without_json_it_prints_what_it_opened_and_then_ready(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "emulator", "run", "--http", "127.0.0.1:0", "--link", str(tmp_path / "tty")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = []
        while (line := process.stdout.readline().rstrip()) != "ready":
            lines.append(line)
        process.send_signal(signal.SIGINT)
        assert process.wait(2) == 0
    assert any(str(tmp_path / "tty") in line for line in lines)
    assert any("http://127.0.0.1:" in line for line in lines)


def test_an_emulator_that_was_killed_is_started_again_on_the_same_link(
    start_emulator: Callable[..., Emulator], tmp_path: Path
) -> None:
    link = str(tmp_path / "tty")
    for _ in range(3):
        emulator = start_emulator("--link", link)
        emulator.process.kill()
        emulator.process.communicate()
    assert start_emulator("--link", link).modem("send", "x").returncode == 0


def test_the_same_link_twice_is_a_mistake(tmp_path: Path) -> None:
    link = str(tmp_path / "tty")
    assert "twice" in complaint(program("emulator", "run", "--http", "127.0.0.1:0", "--link", link, "--link", link))


def shell(line: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A line of shell in which $P is our Python."""
    variables = os.environ | {"P": sys.executable} | environment
    return subprocess.run(["sh", "-c", line], cwd=ROOT, env=variables, capture_output=True, text=True, timeout=30)


def test_output_that_goes_nowhere_is_no_bug(emulator: Emulator) -> None:
    emulator.modem("send", "grüße €")
    closed = shell(f"$P -m emulator sent --http {emulator.http} >&-")
    assert (closed.returncode, closed.stderr) == (0, "")
    full = shell(f"$P -m emulator sent --http {emulator.http} >/dev/full")
    assert "No space left" in complaint(full)
    ascii_only = shell(f"$P -m emulator sent --http {emulator.http}", PYTHONIOENCODING="ascii")
    assert ascii_only.stdout == "2936\tgr\\xfc\\xdfe \\u20ac\n"
    as_json = shell(f"$P -m emulator sent --json --http {emulator.http}", PYTHONIOENCODING="ascii")
    assert json.loads(as_json.stdout)["text"] == "grüße €"


@pytest.mark.parametrize("url", ["http://127.0.0.1:abc", "http://[::1", "http://", "ftp://x"])
def test_an_address_that_is_none_is_a_usage_error(url: str) -> None:
    done = program("emulator", "sent", "--http", url)
    assert done.returncode == 2
    assert "no HTTP address" in done.stderr


# --- the control API --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"Content-Type": "application/json", "Host": "evil.example"}, b'{"from": "+1", "text": "x"}', 403),
        ({"Content-Type": "application/json", "Origin": "http://evil.example"}, b'{"from": "+1", "text": "x"}', 403),
        ({"Content-Type": "text/plain"}, b'{"from": "+1", "text": "x"}', 415),
        ({"Content-Type": "application/json"}, b"[1]", 400),
        ({"Content-Type": "application/json"}, b"{", 400),
        ({"Content-Type": "application/json"}, b"[" * 20_000, 400),
        ({"Content-Type": "application/json; charset=zzz"}, b'{"from": "+1", "text": "x"}', 400),
        ({"Content-Type": "application/json", "Host": "[::1"}, b'{"from": "+1", "text": "x"}', 403),
        ({"Content-Type": "application/json"}, b'{"from": "+1", "text": "\\ud800"}', 400),
        ({"Content-Type": "application/json", "Content-Encoding": "gzip"}, b"not gzip", 400),
        ({"Content-Type": "application/json"}, b'{"from": "+1\\r\\nX: y", "text": "x"}', 400),
        ({"Content-Type": "application/json"}, b'{"from": 1, "text": "x"}', 400),
        ({"Content-Type": "application/json"}, b'{"from": "+1", "text": "x", "sim": ["a"]}', 400),
    ],
)
def test_the_control_api_is_for_programs_on_this_machine(
    emulator: Emulator, headers: dict[str, str], body: bytes, status: int
) -> None:
    request = urllib.request.Request(f"{emulator.http}/emulator/sms", body, headers)
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=10)
    with refused.value as answer:
        assert answer.status == status
        assert json.load(answer)["status"] == status
