"""Runs command lines: the commands of a line one after the other, one final result for all of them (V.250 5.6)."""

from __future__ import annotations

import re
from collections import deque
from typing import TYPE_CHECKING

from modem.wire.at import Call, CommandLineError, Form, parse_command_line

from .registry import Answer, Connected, Later, Parting, Prompt
from .responses import OK, CmsError, Refusal, frame_information, frame_result, unknown_command

if TYPE_CHECKING:
    from .channel import Channel

ABORT_GUARD_S = 0.125  # V.250 5.6.1: so long after the end of the line no character aborts (it may be a line feed)

_SECRETS = re.compile(r"(\+(?:CPIN|CLCK|CPWD)\s*=)[^;?][^;]*", re.IGNORECASE)
# The same to the card itself: VERIFY 20, CHANGE 24, DISABLE 26, ENABLE 28, UNBLOCK 2C; their header may be seen.
_SECRET_APDUS = re.compile(
    r'(\+(?:CSIM|CGLA)\s*=[^;"]*?,\s*"?[0-9A-F]{2}2[0468C][0-9A-F]{6})[0-9A-F]+', re.IGNORECASE
)  # fmt: skip


def without_secrets(line: str) -> str:
    """A command line as logs may have it: what is given to commands that take a PIN or a PUK is left out."""
    return _SECRET_APDUS.sub(r"\1****", _SECRETS.sub(r"\1****", line))


class Interpreter:
    """The command line that a channel is working on."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._modem = channel.modem
        self._calls: deque[Call] = deque()
        self._prompt: Prompt | None = None
        self._prompt_name = ""  # the command that asked for it
        self._running: Later | None = None
        self._started = 0.0
        self.busy = False  # between the end of a command line and its final result

    def execute(self, line: str) -> None:
        """Run a command line, given without its AT."""
        self._write("at.line", line=without_secrets(f"AT{line}"))
        self.busy = True
        try:
            self._calls.extend(parse_command_line(line))
        except CommandLineError:
            self.finish(Refusal())
            return
        self._proceed()

    def submit(self, body: bytes | None) -> None:
        """Go on with the message body that was asked for; None when the client gave it up, which is OK."""
        prompt, self._prompt = self._prompt, None
        assert prompt is not None
        outcome: Answer | Refusal
        self._write("at.body", body=None if body is None else body.decode("latin-1"))
        if body is None:
            self._calls.clear()
            self.finish()
            return
        try:
            if len(body) > self._modem.profile.line.body:  # the front has cut it
                raise CmsError(305 if prompt.text else 304)
            outcome = prompt.taken(body)
        except Refusal as refusal:
            outcome = refusal
        self._go_on(self._paced(self._prompt_name, outcome))

    def abort(self) -> bool:
        """Stop the running command if it can be stopped; a character came in. False when nothing is to be stopped."""
        running = self._running
        if running is None or running.abort is None or self._modem.clock.now < self._started + ABORT_GUARD_S:
            return False
        running.abort()
        self._running = None
        self.finish(Refusal(running.aborted))
        return True

    def reset(self) -> None:
        """Drop the line without a result: the modem starts again."""
        self._calls.clear()
        self._prompt = self._running = None
        self.busy = False

    def finish(self, refusal: Refusal | None = None) -> None:
        """End the line with its final result. What was still to come on it is dropped."""
        self._calls.clear()
        settings, profile = self._channel.settings, self._modem.profile
        result = OK if refusal is None else refusal.final(settings, profile)
        self._write("at.result", result=result)
        self._channel.line_boundary()
        self._channel.write(frame_result(result, settings, profile.line.doubled_cr))
        self.busy = False
        self._channel.line_ended()

    def _write(self, kind: str, **data: str | None) -> None:
        self._modem.journal.write(kind, modem=self._modem.name, port=self._channel.name, **data)

    def _proceed(self) -> None:
        while self._calls:
            call = self._calls.popleft()
            command = self._modem.commands.get(call.name)
            outcome: Answer | Refusal
            try:
                if command is None:
                    raise unknown_command(self._modem.profile)
                outcome = command.perform(self._channel, call)
            except Refusal as refusal:
                outcome = refusal
            if isinstance(outcome, Prompt):
                self._prompt_name = call.name
                self._calls.clear()  # the prompt ends the line (TS 27.005 3.5.1)
            outcome = self._paced("" if call.form is Form.TEST else call.name, outcome)
            if isinstance(outcome, Refusal):
                self.finish(outcome)
                return
            if not self._took(outcome):
                return
        self.finish()

    def _go_on(self, outcome: Answer | Refusal) -> None:
        """Take an outcome that came later than the rest of the line expected."""
        if isinstance(outcome, Refusal):
            self.finish(outcome)
        elif self._took(outcome):
            self._proceed()

    def _paced(self, name: str, outcome: Answer | Refusal) -> Answer | Refusal:
        """The outcome after the time that this modem takes for it; its own refusals take no longer than most things."""
        times = self._modem.profile.times
        span = times.get("") if isinstance(outcome, Refusal) else times.get(name) or times.get("")
        if isinstance(outcome, Prompt):
            wait = self._modem.profile.line.prompt_s
        else:
            wait = self._modem.rng.uniform(*span) if span else 0.0
        if not wait:
            return outcome
        later = Later()

        def complete(found: Answer | Refusal) -> None:
            self._modem.clock.call_later(wait, later.complete, found)

        if isinstance(outcome, Later):
            later.abort, later.aborted = outcome.abort, outcome.aborted
            outcome.listen(complete)
        else:
            complete(outcome)
        return later

    def _took(self, answer: Answer) -> bool:
        """Whether the answer is complete; if not, the rest of the line waits for it."""
        if isinstance(answer, Prompt):
            self._prompt = answer
            self._channel.front.open_prompt(answer.text)
            return False
        if isinstance(answer, Connected):
            self._calls.clear()
            self.finish(Refusal(answer.result))
            self._channel.go_online(answer.sink, answer.hang_up)
            return False
        if isinstance(answer, Parting):
            self.finish()
            self._modem.clock.call_later(0, answer.then)
            return False
        if isinstance(answer, Later):
            self._running = answer
            self._started = self._modem.clock.now
            self._channel.front.held = True
            answer.listen(lambda outcome: self._completed(answer, outcome))
            return False
        if answer:
            self._channel.line_boundary()
            settings = self._channel.settings
            self._channel.write(frame_information(answer, settings, self._modem.profile.line.doubled_cr))
        return True

    def _completed(self, later: Later, outcome: Answer | Refusal) -> None:
        if later is not self._running:  # aborted, or the modem was reset meanwhile
            return
        self._running = None
        self._channel.front.held = False
        self._go_on(outcome)
        self._channel.front.pump()
        self._channel.flush()
