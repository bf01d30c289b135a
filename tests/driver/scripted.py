"""A scripted modem on a memory port, for the driver's own tests."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence

from modem.engine import Completed
from modem.errors import PortLost
from modem.script import Pause, Reply, Script, T
from modem.wire.at import FinalResult, parse_final

Answer = str | Callable[[str], str]


class ScriptedModem:
    """A `Port` with a modem behind it that answers by a table: pattern of the command line -> what it sends.

    The first pattern that matches the whole line wins; tests put theirs in front. Echo is on at the start, ESC leaves
    the prompt, and `sent` has the PDUs that came, `lines` the command lines.
    """

    name = "memory"

    def __init__(self, *table: tuple[str, Answer]) -> None:
        self.table: list[tuple[str, Answer]] = [*table, *self.usual()]
        self.lines: list[str] = []
        self.sent: list[str] = []
        self.echo = True
        self.prompt: str | None = "\r\n> "
        self.on_data: Answer = "\r\n+CMGS: 7\r\n\r\nOK\r\n"
        self.escapes = 0
        self.closed = False
        self.store: dict[tuple[str, int], tuple[int, int, str]] = {}  # place -> <stat>, <length>, PDU
        self.selected = "ME"
        self._buffer = ""
        self._at_prompt = False
        self._out: asyncio.Queue[bytes | None] = asyncio.Queue()

    def usual(self) -> list[tuple[str, Answer]]:
        """A modem that does everything right."""
        return [
            (r"ATE0", self._echo_off),
            (r"AT(V1|Q0)?|AT\+CMEE=1|AT\+CMGF=0|AT\+CNMI=.*|AT\+CNMA|AT\+CSMS=0", OK),
            (r"AT\+CMEE\?", info("+CMEE: 1")),
            (r"AT\+CGMI", info("Quectel")),
            (r"AT\+CGMM", info("EC25")),
            (r"AT\+CGMR", info("EC25EFAR06A10M4G")),
            (r"AT\+CPIN\?", info("+CPIN: READY")),
            (r"AT\+CPMS=\?", info('+CPMS: ("SM","ME"),("SM","ME"),("SM","ME")')),
            (r'AT\+CPMS="(\w\w)".*', self._select),
            (r"AT\+CSMS=0", info("+CSMS: 1,1,1")),
            (r"AT\+CNMI\?", self._cnmi),
            (r"AT\+CREG\?", info("+CREG: 0,1")),
            (r"AT\+CEREG\?", info("+CEREG: 0,1")),
            (r"AT\+CMGL=4", self._list),
            (r"AT\+CMGR=(\d+)", self._read_slot),
            (r"AT\+CMGD=(\d+)", self._delete),
            (r"AT\+CMGS=\d+", self._ask_for_data),
        ]

    # --- the port ---------------------------------------------------------------------------------------------

    def reopen(self) -> ScriptedModem:
        """The same modem for another client, perhaps on another event loop."""
        self._out = asyncio.Queue()
        return self

    async def read(self) -> bytes:
        octets = await self._out.get()
        if octets is None:
            raise PortLost("the memory port was unplugged")
        return octets

    async def write(self, octets: bytes) -> None:
        for character in octets.decode("ascii"):
            self._take(character)

    async def close(self) -> None:
        self.closed = True

    def unplug(self) -> None:
        self._out.put_nowait(None)

    def say(self, text: str | bytes) -> None:
        if text:
            self._out.put_nowait(text.encode("latin-1") if isinstance(text, str) else text)

    # --- the modem --------------------------------------------------------------------------------------------

    def deliver(self, pdu: str, index: int = 0, memory: str = "ME", announce: bool = True) -> None:
        """A message comes in and is stored."""
        self.store[memory, index] = (0, len(pdu) // 2 - 1 - int(pdu[:2], 16), pdu)
        if announce:
            self.say(f'\r\n+CMTI: "{memory}",{index}\r\n')

    def _take(self, character: str) -> None:
        if character == "\x1b":
            self.escapes += 1
            self._buffer = ""
            if self._at_prompt:
                self._at_prompt = False
                self.say(OK)
        elif self._at_prompt and character == "\x1a":
            self._at_prompt = False
            self.sent.append(self._buffer)
            self._buffer = ""
            self.say(self._answer(self.on_data, self.sent[-1]))
        elif character == "\r" and not self._at_prompt:
            line, self._buffer = self._buffer, ""
            if line:
                self._command(line)
        else:
            self._buffer += character

    def _command(self, line: str) -> None:
        self.lines.append(line)
        echo = f"{line}\r" if self.echo else ""
        for pattern, answer in self.table:
            if re.fullmatch(pattern, line):
                self.say(echo + self._answer(answer, line))
                return
        self.say(echo + "\r\nERROR\r\n")

    def _answer(self, answer: Answer, line: str) -> str:
        return answer if isinstance(answer, str) else answer(line)

    def _echo_off(self, _: str) -> str:
        self.echo = False
        return OK

    def _select(self, line: str) -> str:
        self.selected = line.split('"')[1]
        used = sum(memory == self.selected for memory, _ in self.store)
        return info(f"+CPMS: {used},50,{used},50,{used},50")

    def _cnmi(self, _: str) -> str:
        last = next((line for line in reversed(self.lines) if line.startswith("AT+CNMI=")), "AT+CNMI=0,0,0,0,0")
        return info(f"+CNMI: {last[8:]}")

    def _list(self, _: str) -> str:
        lines = ""
        for (memory, index), (status, length, pdu) in sorted(self.store.items()):
            if memory == self.selected:
                lines += f"\r\n+CMGL: {index},{status},,{length}\r\n{pdu}"
        return f"{lines}\r\n\r\nOK\r\n"

    def _read_slot(self, line: str) -> str:
        entry = self.store.get((self.selected, int(line[8:])))
        return f"\r\n+CMGR: {entry[0]},,{entry[1]}\r\n{entry[2]}\r\n\r\nOK\r\n" if entry else OK

    def _delete(self, line: str) -> str:
        self.store.pop((self.selected, int(line[8:])), None)
        return OK

    def _ask_for_data(self, _: str) -> str:
        self._at_prompt = True
        return self.prompt or ""


OK = "\r\nOK\r\n"


def info(*lines: str) -> str:
    """An answer with these lines, and OK."""
    return "".join(f"\r\n{line}\r\n" for line in lines) + OK


def converse(
    script: Script[T], answers: Mapping[str, Sequence[str]], lines: list[str] | None = None
) -> tuple[T, list[str]]:
    """Carry out a script against a table: command after AT -> its answers in turn, of which the last stays.

    An answer is an information line, or a final result; a command that is not in the table is answered with OK. Gives
    the script's result and the lines it sent; pauses take no time.
    """
    left = {command: list(texts) for command, texts in answers.items()}
    lines = [] if lines is None else lines
    reply: Reply = None
    try:
        while True:
            step = script.send(reply)
            if isinstance(step, Pause):
                reply = None
                continue
            lines.append(step.line)
            texts = left.get(step.line[2:], ["OK"])
            text = texts.pop(0) if len(texts) > 1 else texts[0]
            final = parse_final(text)
            given = () if final else tuple(text.split("\n"))
            reply = Completed(step, final or FinalResult("OK", None, "OK"), given, step.payload is not None)
    except StopIteration as stop:
        return stop.value, lines
