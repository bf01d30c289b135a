"""Somebody's program: it tells the owner of a boat by SMS what is wrong, and takes orders by SMS.

A driver as many write it first, in text mode and without a library; `test_alarm.py` beside it puts it to the test.
"""

from __future__ import annotations

import re

import serial


class AlarmError(Exception):
    """The modem did not do it."""


class Alarm:
    """Sends alarms to a number, and gives the orders that came from there."""

    def __init__(self, port: str, owner: str, pin: str | None = None) -> None:
        self._line = serial.serial_for_url(port, 115200, timeout=5)
        self._owner = owner
        self._ask("ATE0")
        self._ask("AT+CMEE=1")
        if "SIM PIN" in self._ask("AT+CPIN?"):
            if pin is None:
                raise AlarmError("the SIM wants a PIN")
            self._ask(f"AT+CPIN={pin}")
        self._patiently("AT+CMGF=1")

    def raise_alarm(self, text: str) -> None:
        """Send an SMS to the owner."""
        self._line.write(f'AT+CMGS="{self._owner}"\r'.encode())
        self._line.read_until(b"> ")
        self._finish(text.encode() + b"\x1a")

    def orders(self) -> list[str]:
        """What the owner has written since last asked."""
        listed = self._ask('AT+CMGL="REC UNREAD"')
        found = re.findall(r'\+CMGL: (\d+),"REC UNREAD","([^"]*)"[^\r]*\r\n([^\r]*)', listed)
        for index, _, _ in found:
            self._ask(f"AT+CMGD={index}")
        return [text for _, sender, text in found if sender == self._owner]

    def close(self) -> None:
        """Let go of the modem."""
        self._line.close()

    def _patiently(self, command: str) -> None:
        """A SIM800 refuses it until it has read the messages on the SIM."""
        for _ in range(6):
            try:
                self._ask(command)
            except AlarmError:
                self._line.read_until(b"SMS Ready")
            else:
                return
        raise AlarmError(f"{command} is refused")

    def _ask(self, command: str) -> str:
        return self._finish(f"{command}\r".encode())

    def _finish(self, octets: bytes) -> str:
        """Write, and read up to the final result."""
        self._line.write(octets)
        answer = ""
        while True:
            line = self._line.readline().decode()
            if not line or "ERROR" in line:
                raise AlarmError(line.strip() or "the modem does not answer")
            if line.strip() == "OK":  # with the line's end, it waited for ever: a Huawei ends lines with CR CR LF
                return answer
            answer += line
