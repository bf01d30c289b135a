"""Sending through the asyncio client, on a scripted modem and a virtual clock."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from modem import Commands, Modem, Sent
from modem.errors import (
    CmsError,
    CommandTimeout,
    InvalidInput,
    ModemError,
    NotRegistered,
    PortLost,
    SendOutcomeUnknown,
)
from modem.messages import State
from modem.wire.pdumode import PduModePdu
from modem.wire.tpdu import Submit
from tests.driver.scripted import ScriptedModem, info
from tests.virtual_loop import run

# Three implementations agree on it: python-messaging, python-gsmmodem-new and warthog618/sms.
HELLO_SIM = "00010004819263000009E8329BFD8ECCD36D"


def report(reference: int, recipient: str = "04819263", status: str = "00") -> str:
    """A STATUS-REPORT as +CDS shows it; the rest as python-messaging and python-gsmmodem-new read it."""
    pdu = f"07917283010010F506{reference:02X}{recipient}62113290502100 62113290503100{status}".replace(" ", "")
    return f"\r\n+CDS: {len(pdu) // 2 - 8}\r\n{pdu}\r\n"


def send(port: ScriptedModem, *arguments: object, **options: object) -> tuple[Sent | None, ModemError | None]:
    """Send once; the message or the error."""

    async def main() -> tuple[Sent | None, ModemError | None]:
        async with Modem.open(port) as modem:
            try:
                return await modem.send(*arguments, **options), None  # type: ignore[arg-type]
            except ModemError as error:
                return None, error

    return run(main())


def submits(port: ScriptedModem) -> list[Submit]:
    """What the modem was given, read strictly."""
    return [Submit.decode(PduModePdu.parse(pdu, strict=True).tpdu, strict=True) for pdu in port.sent]


def test_hello_sim() -> None:
    port = ScriptedModem()
    sent, _ = send(port, "2936", "hello_sim")
    assert port.sent == [HELLO_SIM]
    assert "AT+CMGS=17" in port.lines
    assert sent is not None
    assert sent.state is State.SENT
    assert sent.parts[0].reference == 7
    assert port.closed


@pytest.mark.parametrize("prompt", ["\r\n> ", ">", "\r\n>\r\n", '\r\n+CMTI: "SM",1\r\n> '])
def test_r01_prompts(prompt: str) -> None:
    port = ScriptedModem()
    port.prompt = prompt
    sent, _ = send(port, "2936", "hello_sim")
    assert sent is not None


def test_data() -> None:
    port = ScriptedModem()
    octets = bytes(range(140))
    send(port, "2936", octets)
    (submit,) = submits(port)
    assert submit.data_coding.octet == 0x04
    assert submit.user_data.body == octets


def test_r22_emoji() -> None:
    """babca/python-gsmmodem#120: ValueError, or a malformed PDU."""
    port = ScriptedModem()
    sent, _ = send(port, "+15551234567", "hi \U0001f338")
    assert submits(port)[0].user_data.body == "hi \U0001f338"
    assert sent is not None
    assert sent.encoding == "ucs2"


def test_long_text_in_parts() -> None:
    port = ScriptedModem()
    sent, _ = send(port, "+15551234567", "x" * 161, report=True, validity=timedelta(hours=24), flash=True)
    first, second = submits(port)
    assert (len(first.user_data.body), len(second.user_data.body)) == (153, 8)
    assert first.status_report_request
    assert first.data_coding.octet == 0x10
    assert first.validity_period is not None
    assert sent is not None
    assert len(sent.parts) == 2


@pytest.mark.parametrize(
    ("number", "body"),
    [
        ("2936", ""),
        pytest.param("2936", b"", id="no data"),
        ("", "x"),
        ("Twilio", "x"),
        ("29\r36", "x"),
        ("29\x1a36", "x"),
        ("+", "x"),
        ("1" * 21, "x"),
        ("٢٩٣٦", "x"),
        ("2936;", "x"),
    ],
)
def test_what_cannot_be_sent(number: str, body: str | bytes) -> None:
    port = ScriptedModem()
    _, error = send(port, number, body)
    assert isinstance(error, InvalidInput)
    assert port.sent == []


def test_control_characters_in_a_text_stay_text() -> None:
    port = ScriptedModem()
    send(port, "2936", "a\x1b\x1a\rAT+CMGD=1,4\r")
    assert submits(port)[0].user_data.body == "a\x1b\x1a\rAT+CMGD=1,4\r"
    assert not any("CMGD" in line for line in port.lines)


# --- failures ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "code", "transient"),
    [
        ("\r\n+CMS ERROR: 38\r\n", 38, True),
        ("\r\n+CMS ERROR: 21\r\n", 21, False),
        ("\r\n+CMS ERROR: 500\r\n", 500, None),
    ],
)
def test_r17_causes(answer: str, code: int, transient: bool | None) -> None:
    port = ScriptedModem()
    port.on_data = answer
    _, error = send(port, "2936", "hello_sim")
    assert isinstance(error, CmsError)
    assert (error.code, error.transient) == (code, transient)
    assert error.sent is not None
    assert error.sent.state is State.FAILED
    assert len(port.sent) == 1


def test_r16_busy_sim_is_tried_again_a_few_times() -> None:
    """faucamp/python-gsmmodem#11; python-gsmmodem-new tries for ever."""
    port = ScriptedModem()
    answers = ["\r\n+CMS ERROR: 314\r\n", "\r\n+CMS ERROR: 314\r\n", "\r\n+CMGS: 1\r\n\r\nOK\r\n"]
    port.on_data = lambda _: answers.pop(0)
    sent, _ = send(port, "2936", "hello_sim")
    assert sent is not None

    port = ScriptedModem()
    port.on_data = "\r\n+CMS ERROR: 314\r\n"
    _, error = send(port, "2936", "hello_sim")
    assert isinstance(error, CmsError)
    assert len(port.sent) == 5


def test_r14_no_prompt() -> None:
    port = ScriptedModem()
    port.prompt = None

    async def main() -> None:
        async with Modem.open(port) as modem:
            with pytest.raises(CommandTimeout) as caught:
                await modem.send("2936", "hello_sim")
            assert caught.value.sent is not None
            assert caught.value.sent.state is State.FAILED
            port.prompt = "\r\n> "
            await modem.send("2936", "hello_sim")

    run(main())
    assert port.sent == [HELLO_SIM]
    assert port.escapes > 0


def test_r15_unknown_outcome_is_not_sent_again() -> None:
    """gammu#131, #61: lost or doubled."""
    port = ScriptedModem()
    port.on_data = ""
    _, error = send(port, "2936", "hello_sim")
    assert isinstance(error, SendOutcomeUnknown)
    assert error.sent is not None
    assert error.sent.state is State.UNKNOWN
    assert port.sent == [HELLO_SIM]


def test_r15_unknown_outcome_sent_again_on_request_rejects_duplicates() -> None:
    port = ScriptedModem()
    port.on_data = ""

    async def main() -> None:
        async with Modem.open(port) as modem:
            with pytest.raises(SendOutcomeUnknown) as caught:
                await modem.send("2936", "hello_sim")
            sent = caught.value.sent
            assert sent is not None
            with pytest.raises(SendOutcomeUnknown):
                await modem.resume(sent)
            port.on_data = "\r\n+CMGS: 8\r\n\r\nOK\r\n"
            await modem.resume(sent, on_unknown="retry")
            assert sent.state is State.SENT

    run(main())
    first, second = submits(port)
    assert (first.reject_duplicates, second.reject_duplicates) == (False, True)


def test_r51_port_lost_after_the_pdu_left() -> None:
    port = ScriptedModem()

    def unplug(_: str) -> str:
        port.unplug()
        return ""

    port.on_data = unplug
    _, error = send(port, "2936", "hello_sim")
    assert isinstance(error, SendOutcomeUnknown)


def test_port_lost_before_the_pdu_left() -> None:
    port = ScriptedModem()
    port.prompt = None

    async def main() -> None:
        async with Modem.open(port) as modem:
            task = asyncio.create_task(modem.send("2936", "hello_sim"))
            while "AT+CMGS=17" not in port.lines:
                await asyncio.sleep(0)
            port.unplug()
            with pytest.raises(PortLost) as caught:
                await task
            assert caught.value.sent is not None
            assert caught.value.sent.state is State.FAILED
            with pytest.raises(PortLost):
                await modem.receive()

    run(main())


def test_r19_a_long_message_resumes_at_the_part_that_failed() -> None:
    """gammu#311."""
    port = ScriptedModem()
    answers = [
        "\r\n+CMGS: 1\r\n\r\nOK\r\n",
        "\r\n+CMS ERROR: 41\r\n",
        "\r\n+CMGS: 2\r\n\r\nOK\r\n",
        "\r\n+CMGS: 3\r\n\r\nOK\r\n",
    ]
    port.on_data = lambda _: answers.pop(0)

    async def main() -> None:
        async with Modem.open(port) as modem:
            with pytest.raises(CmsError) as caught:
                await modem.send("+15551234567", "x" * 400)
            sent = caught.value.sent
            assert sent is not None
            assert [part.state for part in sent.parts] == [State.SENT, State.FAILED, State.PENDING]
            await modem.resume(sent)
            assert [part.reference for part in sent.parts] == [1, 2, 3]

    run(main())
    places = [submit.user_data.concatenation for submit in submits(port)]
    assert [place.sequence for place in places if place] == [1, 2, 2, 3]
    assert len({place.reference for place in places if place}) == 1


def test_r18_waits_for_the_network() -> None:
    states = ["+CREG: 0,2"] * 600 + ["+CREG: 0,5"]
    port = ScriptedModem((r"AT\+CREG\?", lambda _: info(states.pop(0))), (r"AT\+CEREG\?", "\r\nERROR\r\n"))
    sent, _ = send(port, "2936", "hello_sim", timeout=900.0)
    assert sent is not None


def test_r18_no_network() -> None:
    port = ScriptedModem((r"AT\+CREG\?", info("+CREG: 0,3")), (r"AT\+CEREG\?", info("+CEREG: 0,2")))
    _, error = send(port, "2936", "hello_sim", timeout=30.0)
    assert isinstance(error, NotRegistered)
    assert "denied" in str(error)
    assert port.sent == []


def test_r20_senders_do_not_interleave() -> None:
    port = ScriptedModem()

    async def main() -> None:
        async with Modem.open(port) as modem:
            await asyncio.gather(*(modem.send("2936", f"number {number}") for number in range(20)), modem.at("AT"))

    run(main())
    assert sorted(str(submit.user_data.body) for submit in submits(port)) == sorted(
        f"number {number}" for number in range(20)
    )


def test_cancelled_send_leaves_the_prompt() -> None:
    port = ScriptedModem()
    port.on_data = ""

    async def main() -> None:
        async with Modem.open(port) as modem:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(3.0):
                    await modem.send("2936", "hello_sim")
            assert await modem.at("AT") == ()

    run(main())


def test_cancelled_while_the_network_takes_its_time_is_unknown() -> None:
    port = ScriptedModem()
    port.on_data = "\r\n+CMS ERROR: 38\r\n"

    async def main() -> None:
        async with Modem.open(port) as modem:
            with pytest.raises(CmsError) as caught:
                await modem.send("2936", "hello_sim")
            sent = caught.value.sent
            assert sent is not None
            port.on_data = ""
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(3.0):
                    await modem.resume(sent)
            with pytest.raises(SendOutcomeUnknown):
                await modem.resume(sent)

    run(main())
    assert len(port.sent) == 2


# --- reports ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "delivered"), [("00", True), ("01", True), ("02", True), ("46", False), ("41", False), ("63", False)]
)
def test_report(status: str, delivered: bool) -> None:
    port = ScriptedModem()

    async def main() -> bool:
        async with Modem.open(port) as modem:
            sent = await modem.send("2936", "hello_sim", report=True)
            port.say(report(7, status="30"))  # still trying
            port.say(report(6, status="00"))  # another message
            port.say(report(7, recipient="04811111", status="00"))  # another recipient
            asyncio.get_running_loop().call_later(60, port.say, report(7, status=status))
            return await modem.delivered(sent, 100.0)

    assert run(main()) is delivered


def test_r32_report_before_the_reference_is_known() -> None:
    port = ScriptedModem()
    port.on_data = report(0) + "\r\n+CMGS: 0\r\n\r\nOK\r\n"

    async def main() -> None:
        async with Modem.open(port) as modem:
            sent = await modem.send("2936", "hello_sim", report=True)
            assert await modem.delivered(sent, 1.0)

    run(main())


def test_r32_reference_used_again() -> None:
    """The reference comes round after 256 messages: the latest message with it is meant."""
    port = ScriptedModem()

    async def main() -> None:
        async with Modem.open(port) as modem:
            first = await modem.send("2936", "one", report=True)
            second = await modem.send("2936", "two", report=True)
            port.say(report(7))
            assert await modem.delivered(second, 1.0)
            port.say(report(7, status="46"))
            assert not await modem.delivered(first, 1.0)

    run(main())


def test_no_report_comes() -> None:
    port = ScriptedModem()

    async def main() -> None:
        async with Modem.open(port) as modem:
            sent = await modem.send("2936", "hello_sim", report=True)
            with pytest.raises(TimeoutError):
                await modem.delivered(sent, 3600.0)
            with pytest.raises(InvalidInput):
                await modem.delivered(await modem.send("2936", "hello_sim"))

    run(main())


def test_reports_are_acknowledged_where_the_modem_wants_it() -> None:
    port = ScriptedModem((r"AT\+CSMS=0", "\r\n+CMS ERROR: 303\r\n"), (r"AT\+CSMS\?", info("+CSMS: 1,1,1,1")))

    async def main() -> None:
        async with Modem.open(port) as modem:
            sent = await modem.send("2936", "hello_sim", report=True)
            port.say(report(7))
            assert await modem.delivered(sent, 1.0)
            while "AT+CNMA" not in port.lines:
                await asyncio.sleep(0)

    run(main())


# --- Commands ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["x" * 160, "€" * 80, "ż" * 70, "\U0001f338" * 35, bytes(140)])
def test_command_that_fits(command: str | bytes) -> None:
    port = ScriptedModem()

    async def main() -> None:
        async with Modem.open(port) as modem:
            await Commands(modem).send(command)

    run(main())
    (submit,) = submits(port)
    assert submit.destination.value == "2936"
    assert submit.destination.type_of_address == 0x81
    assert submit.user_data.body == command


@pytest.mark.parametrize(
    ("command", "numbers"),
    [
        ("x" * 161, "161 septets .* 160 fit"),
        ("€" * 81, "162 septets .* 160 fit"),
        ("ż" * 71, "71 UTF-16 units .* 70 fit"),
        ("\U0001f338" * 36, "72 UTF-16 units .* 70 fit"),
        (bytes(141), "141 octets .* 140 fit"),
    ],
)
def test_command_that_is_too_long(command: str | bytes, numbers: str) -> None:
    port = ScriptedModem()

    async def main() -> None:
        async with Modem.open(port) as modem:
            with pytest.raises(InvalidInput, match=numbers):
                await Commands(modem).send(command)

    run(main())
    assert port.sent == []


def test_at_prompt_of_another_command() -> None:
    """Somebody types a command that asks for data: it fails in time, and the line is usable again."""
    port = ScriptedModem()

    async def main() -> None:
        async with Modem.open(port) as modem:
            with pytest.raises(CommandTimeout):
                await modem.at("AT+CMGS=17")
            assert await modem.at("AT") == ()

    run(main())


def test_data_for_any_command() -> None:
    port = ScriptedModem((r"AT\+CMGW=17", lambda line: port._ask_for_data(line)))

    async def main() -> None:
        async with Modem.open(port) as modem:
            port.on_data = info("+CMGW: 3")
            assert await modem.at_data("AT+CMGW=17", HELLO_SIM) == ("+CMGW: 3",)
            port.on_data = "\r\n+CMS ERROR: 304\r\n"
            with pytest.raises(CmsError):
                await modem.at_data("+CMGW=17", "not hexadecimal")
            with pytest.raises(InvalidInput):
                await modem.at_data("+CMGW=17", "00\x1aAT+CMGD=1,4\r")

    run(main())
    assert port.sent == [HELLO_SIM, "not hexadecimal"]


@pytest.mark.parametrize(
    ("to", "body", "words"),
    [
        (2936, "x", "quotation marks"),
        ("2936", "\ud800", "half a character"),
        ("2936", "a\ud83c\udf38", "half a character"),
        ("2936", 5, "a text"),
        ("2936", None, "a text"),
    ],
)
def test_what_a_program_may_get_wrong(to: object, body: object, words: str) -> None:
    port = ScriptedModem()
    _, error = send(port, to, body)
    assert isinstance(error, InvalidInput)
    assert words in str(error)
    assert port.sent == []


def test_a_pin_is_text() -> None:
    async def main() -> None:
        async with Modem.open(ScriptedModem(), pin=1234):  # type: ignore[arg-type]
            pass

    with pytest.raises(InvalidInput, match="leading zeros"):
        run(main())
