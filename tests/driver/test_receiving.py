"""Receiving through the asyncio client, on a scripted modem and a virtual clock."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modem import Commands, Message, Modem
from modem.errors import PortLost
from modem.inbox import Entry, parse_entries
from modem.messages import Place
from modem.wire.address import Address
from modem.wire.coding import GSM7, UCS2
from modem.wire.pdumode import PduModePdu
from modem.wire.segments import split
from modem.wire.times import ServiceCentreTimeStamp
from modem.wire.tpdu import Deliver
from tests.driver.scripted import OK, ScriptedModem, info
from tests.virtual_loop import run

# Read alike by smspdudecoder, python-messaging and python-gsmmodem-new.
HELLO = "07917283010010F5040481926300006211329050210005C8329BFD06"
STAMP = ServiceCentreTimeStamp(bytes.fromhex("62113290502100"))


def delivers(text: str, sender: str = "2936", reference: int = 1) -> list[str]:
    """The PDUs of a message that comes in."""
    coding = GSM7 if text.isascii() else UCS2
    parts = split(text, coding, reference)
    return [PduModePdu(Deliver(Address.of(sender), STAMP, part, coding).encode()).hex() for part in parts]


async def collect(modem: Modem, count: int) -> list[Message]:
    """That many messages, acknowledged."""
    messages = []
    for _ in range(count):
        messages.append(await modem.receive(1000.0))
        await modem.ack(messages[-1])
    return messages


def test_hello() -> None:
    port = ScriptedModem()

    async def main() -> None:
        async with Modem.open(port) as modem:
            port.deliver(HELLO, index=3)
            message = await modem.receive(1.0)
            assert (message.sender, message.text, message.data) == ("2936", "Hello", None)
            assert message.sent_at is not None
            assert message.sent_at.isoformat() == "2026-11-23T09:05:12+00:00"
            assert message.places == (Place("ME", 3),)
            assert port.store
            await modem.ack(message)
            assert not port.store

    run(main())


def test_octets_for_a_message_without_text() -> None:
    """DCS 04; every octet value arrives."""
    octets = bytes(range(116, 256))
    pdu = PduModePdu(bytes.fromhex("04048192630004621132905021008C") + octets).hex()
    port = ScriptedModem()

    async def main() -> Message:
        async with Modem.open(port) as modem:
            port.deliver(pdu)
            return (await collect(modem, 1))[0]

    message = run(main())
    assert message.data == octets
    assert message.text is None
    assert message.as_dict()["data"] == octets.hex()


def test_r03_burst() -> None:
    port = ScriptedModem()

    async def main() -> list[Message]:
        async with Modem.open(port) as modem:
            for index in range(50):
                port.deliver(delivers(f"number {index}")[0], index=index, announce=False)
            port.say("".join(f'\r\n+CMTI: "ME",{index}\r\n' for index in range(50)))
            return await collect(modem, 50)

    assert sorted(str(message.text) for message in run(main())) == sorted(f"number {index}" for index in range(50))
    assert not port.store


@pytest.mark.parametrize(
    "line",
    [
        pytest.param('+CMTI: "ME",0,"MMS PUSH",2,1', id="R13 SIM900"),
        pytest.param('+CMTI: "SM",-1', id="R33 index -1, chan-quectel"),
        pytest.param("+CMTI: ,-1", id="SIM7000G"),
        pytest.param('+CMTI: "SM",0', id="announced in the wrong memory"),
        pytest.param('+CMTI: "ME",9', id="announced in the wrong slot"),
        pytest.param('+CMTI: "ME', id="cut off"),
        pytest.param('+CDSI: "SM",0', id="R44 EC25 names the wrong memory"),
    ],
)
@pytest.mark.parametrize("empty", [OK, "\r\n+CMS ERROR: 321\r\n", "\r\n+CMS ERROR: 500\r\n", info("+CMGR: 0,,0")])
def test_announcements_that_do_not_name_the_place(line: str, empty: str) -> None:
    port = ScriptedModem()
    read_slot = port._read_slot

    def slot(command: str) -> str:
        answer = read_slot(command)
        return empty if answer == OK else answer

    port.table.insert(0, (r"AT\+CMGR=(\d+)", slot))

    async def main() -> Message:
        async with Modem.open(port) as modem:
            port.deliver(HELLO, announce=False)
            port.say(f"\r\n{line}\r\n")
            return (await collect(modem, 1))[0]

    assert run(main()).text == "Hello"
    assert "AT+CMGR=-1" not in port.lines


def test_r33_the_memory_named_is_read() -> None:
    """serialport-gsm#12: the client read SM while the message was in ME."""
    port = ScriptedModem()

    async def main() -> Message:
        async with Modem.open(port) as modem:
            port.deliver(HELLO, index=5, memory="SM")
            return (await collect(modem, 1))[0]

    assert run(main()).places == (Place("SM", 5),)
    assert 'AT+CPMS="SM","ME","ME"' in port.lines
    assert not port.store


def test_memory_selected_by_the_caller() -> None:
    port = ScriptedModem()

    async def main() -> None:
        async with Modem.open(port) as modem:
            await modem.at('AT+CPMS="SM"')
            port.deliver(HELLO)
            await collect(modem, 1)

    run(main())
    assert not port.store


def test_r35_what_nobody_announced_is_found() -> None:
    port = ScriptedModem()

    async def main() -> None:
        async with Modem.open(port, poll_s=600.0) as modem:
            port.deliver(HELLO, announce=False)
            await modem.receive(601.0)

    run(main())


def test_stored_messages_come_first_from_every_memory() -> None:
    port = ScriptedModem()
    port.deliver(HELLO, index=1, memory="SM", announce=False)
    port.deliver(delivers("second")[0], index=2, memory="ME", announce=False)

    async def main() -> list[Message]:
        async with Modem.open(port) as modem:
            return await collect(modem, 2)

    assert {message.text for message in run(main())} == {"Hello", "second"}
    assert not port.store


def test_r36_nothing_is_deleted_before_it_is_acknowledged() -> None:
    """python-gsmmodem#42, gammu#291: deleted first, processed afterwards, or never."""
    port = ScriptedModem()
    port.deliver(HELLO, announce=False)

    async def main() -> Message:
        async with Modem.open(port.reopen()) as modem:
            message = await modem.receive(1.0)
            await modem.at("AT")
            return message

    first = run(main())
    assert not any("CMGD" in line for line in port.lines)
    second = run(main())  # the application died; the message is there again, and is known to be the same
    assert first.id == second.id


def test_iteration_acknowledges_what_the_loop_has_done_with() -> None:
    port = ScriptedModem()
    for index in range(3):
        port.deliver(delivers(f"number {index}")[0], index=index, announce=False)

    async def main() -> None:
        async with Modem.open(port) as modem:
            async for message in modem.messages():
                if message.text == "number 2":
                    break
            assert [place.index for place in (message.places)] == [2]
            assert list(port.store) == [("ME", 2)]
            again = await modem.receive(1.0)
            assert again is message

    run(main())


def test_a_loop_that_fails_keeps_the_order() -> None:
    """What was being worked on comes again at once, before what came later, and not while another loop has it."""
    port = ScriptedModem()
    for index in range(3):
        port.deliver(delivers(f"number {index}")[0], index=index, announce=False)

    async def fail(messages: AsyncIterator[Message], text: str) -> None:
        async for message in messages:
            assert message.text == text
            raise ZeroDivisionError

    async def main() -> None:
        async with Modem.open(port) as modem:
            for messages in (modem.messages, Commands(modem).received):
                with pytest.raises(ZeroDivisionError):
                    await fail(messages(), "number 0")
                async for message in messages():
                    assert message.text == "number 0"
                    break
            other = modem.messages()
            assert (await anext(other)).text == "number 0"
            with pytest.raises(ZeroDivisionError):
                await fail(modem.messages(), "number 1")
            assert (await modem.receive()).text == "number 1"
            async for message in other:  # the other loop is taken up again
                assert message.text == "number 0"
                break
            assert len(port.store) == 3

    run(main())


def test_commands_leave_other_senders_alone() -> None:
    port = ScriptedModem()
    port.deliver(delivers("buy now", sender="Twilio")[0], index=0, announce=False)
    port.deliver(HELLO, index=1, announce=False)

    async def main() -> None:
        async with Modem.open(port) as modem:
            async for command in Commands(modem).received():
                assert command.text == "Hello"
                break
            assert (await modem.receive(1.0, sender="Twilio")).text == "buy now"

    run(main())


def test_two_equal_messages_are_two() -> None:
    """A device that is told the same thing twice within a second was told twice."""
    port = ScriptedModem()
    port.deliver(HELLO, index=0, announce=False)
    port.deliver(HELLO, index=1, announce=False)

    async def main() -> list[Message]:
        async with Modem.open(port) as modem:
            return await collect(modem, 2)

    first, second = run(main())
    assert first.id != second.id


def test_announced_while_it_is_listed() -> None:
    """The message is in the listing already when its announcement is looked at: it comes once."""
    port = ScriptedModem()
    port.deliver(HELLO, announce=False)

    async def main() -> None:
        async with Modem.open(port) as modem:
            port.say('\r\n+CMTI: "ME",0\r\n')
            await modem.receive(1.0)
            with pytest.raises(TimeoutError):
                await modem.receive(1000.0)

    run(main())


def test_r37_deleted_and_kept() -> None:
    """gammu#217, home-assistant/core#40462: the same message for ever."""
    port = ScriptedModem((r"AT\+CMGD=\d+", OK))
    port.deliver(HELLO)

    async def main() -> None:
        async with Modem.open(port, poll_s=60.0) as modem:
            await collect(modem, 1)
            with pytest.raises(TimeoutError):
                await modem.receive(1000.0)
            port.deliver(HELLO)  # the same text again, in the same slot: a new message
            assert (await modem.receive(1.0)).text == "Hello"

    run(main())


# --- long messages ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_r38_parts_in_any_order(order: tuple[int, ...]) -> None:
    text = "\U0001f338" * 80
    pdus = delivers(text)
    port = ScriptedModem()

    async def main() -> Message:
        async with Modem.open(port) as modem:
            for index, number in enumerate(order):
                port.deliver(pdus[number], index=index)
            return (await collect(modem, 1))[0]

    message = run(main())
    assert message.text == text
    assert message.parts == 3
    assert not port.store


def test_parts_wait_in_the_modem_over_a_restart() -> None:
    pdus = delivers("x" * 200)
    port = ScriptedModem()
    port.deliver(pdus[1], index=0, announce=False)

    async def first() -> None:
        async with Modem.open(port.reopen()) as modem:
            with pytest.raises(TimeoutError):
                await modem.receive(10.0)

    async def second() -> Message:
        async with Modem.open(port.reopen()) as modem:
            port.deliver(pdus[0], index=1)
            return (await collect(modem, 1))[0]

    run(first())
    assert len(port.store) == 1
    assert run(second()).text == "x" * 200
    assert not port.store


def test_r39_a_missing_part_does_not_hold_up_others() -> None:
    port = ScriptedModem()
    port.deliver(delivers("x" * 200)[0], index=0, announce=False)
    port.deliver(HELLO, index=1, announce=False)

    async def main() -> Message:
        async with Modem.open(port) as modem:
            return (await collect(modem, 1))[0]

    assert run(main()).text == "Hello"
    assert list(port.store) == [("ME", 0)]


# --- handed over directly ---------------------------------------------------------------------------------------


def insisting() -> ScriptedModem:
    """A modem that keeps to +CSMS=1."""
    return ScriptedModem((r"AT\+CSMS=0", "\r\n+CMS ERROR: 303\r\n"), (r"AT\+CSMS\?", info("+CSMS: 1,1,1,1")))


@pytest.mark.parametrize("header", ["+CMT: ,20", "+CMT: 20", '+CMT: "alpha",20'])
def test_message_handed_over(header: str) -> None:
    port = ScriptedModem()

    async def main() -> Message:
        async with Modem.open(port) as modem:
            port.say(f"\r\n{header}\r\n{HELLO}\r\n")
            return (await collect(modem, 1))[0]

    assert run(main()).text == "Hello"
    assert "AT+CNMA" not in port.lines


def test_r42_acknowledged_to_the_network_after_the_application() -> None:
    """warthog618/modem#8: without +CNMA delivery stops; before the application has it, a crash loses it."""
    port = insisting()

    async def main() -> None:
        async with Modem.open(port) as modem:
            port.say(f"\r\n+CMT: ,20\r\n{HELLO}\r\n")
            message = await modem.receive(1.0)
            await modem.at("AT")
            assert "AT+CNMA" not in port.lines
            await modem.ack(message)
            assert port.lines.count("AT+CNMA") == 1

    run(main())


def test_handed_over_during_bring_up() -> None:
    port = ScriptedModem((r"AT\+CGMI", f"\r\n+CMT: ,20\r\n{HELLO}\r\n{info('Quectel')}"))

    async def main() -> Message:
        async with Modem.open(port) as modem:
            return (await collect(modem, 1))[0]

    assert run(main()).text == "Hello"


# --- damage -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", range(2, len(HELLO), 2))
def test_r31_truncated_pdu_is_kept_and_reported(end: int, caplog: pytest.LogCaptureFixture) -> None:
    cut = HELLO[:end]
    port = ScriptedModem()
    port.deliver(cut, index=0, announce=False)
    port.deliver(HELLO, index=1, announce=False)

    async def main() -> None:
        async with Modem.open(port) as modem:
            message = (await collect(modem, 1))[0]
            assert message.text == "Hello"
            assert [unreadable.pdu for unreadable in modem.unreadable] == [cut]
            assert modem.unreadable[0].place == Place("ME", 0)

    with caplog.at_level(logging.WARNING):
        run(main())
    assert cut in caplog.text
    assert list(port.store) == [("ME", 0)]


def test_pdu_damaged_on_the_line_is_read_again() -> None:
    port = ScriptedModem()
    answers = [f"\r\n+CMGR: 0,,20\r\n{HELLO[:30]}{HELLO[34:]}\r\n{OK}"]

    def once(command: str) -> str:
        return answers.pop() if answers else port._read_slot(command)

    port.table.insert(0, (r"AT\+CMGR=(\d+)", once))

    async def main() -> Message:
        async with Modem.open(port) as modem:
            port.deliver(HELLO)
            return (await collect(modem, 1))[0]

    assert run(main()).text == "Hello"


def test_drafts_of_others_are_left_alone() -> None:
    port = ScriptedModem()
    port.store["ME", 0] = (2, 17, "00010004819263000009E8329BFD8ECCD36D")

    async def main() -> None:
        async with Modem.open(port) as modem:
            with pytest.raises(TimeoutError):
                await modem.receive(10.0)
            assert modem.unreadable == ()

    run(main())
    assert port.store


noise = st.lists(
    st.one_of(
        st.binary(max_size=8),
        st.sampled_from(
            [
                b"\r\n",
                b"OK",
                b"ERROR",
                b"+CMTI: ",
                b'"ME",0',
                b"+CMT: ,20\r\n",
                b"+CDS: 26\r\n",
                b"0791",
                b"> ",
                b"+CMGL: 1,1,,20",
            ]
        ),
        st.sampled_from([bytes([octet]) for octet in HELLO.encode()]),
        st.just(HELLO.encode()),
    ),
    max_size=12,
).map(b"".join)


@given(noise)
def test_r04_any_noise_is_survived(octets: bytes) -> None:
    """Whatever comes in, the next message is received, at the latest when the memory is looked through."""
    port = ScriptedModem()

    async def main() -> None:
        async with Modem.open(port, poll_s=60.0) as modem:
            port.say(octets)
            port.deliver(delivers("after the noise")[0], index=9)
            while (await modem.receive(130.0)).text != "after the noise":
                pass

    run(main())


def test_port_lost_ends_the_iteration() -> None:
    port = ScriptedModem()

    async def main() -> None:
        async with Modem.open(port) as modem:
            asyncio.get_running_loop().call_later(5, port.unplug)
            with pytest.raises(PortLost):
                async for _ in modem.messages():
                    pass

    run(main())


# --- listings ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "entries"),
    [
        pytest.param(("+CMGL: 0,1,,147", "07AA"), [Entry(0, 1, 147, "07AA")], id="standard"),
        pytest.param(("+CMGL: 17,3,35", "07aa"), [Entry(17, 3, 35, "07AA")], id="no alpha field"),
        pytest.param(('+CMGR: 0,"",50', "07AA"), [Entry(None, 0, 50, "07AA")], id="empty alpha"),
        pytest.param(("+CMGR: 1,,147 07912933030100F4",), [Entry(None, 1, 147, "07912933030100F4")], id="one line"),
        pytest.param(("+CMGR: ,,26", "07AA"), [Entry(None, None, 26, "07AA")], id="status report, no stat"),
        pytest.param(("+CMGR: 1,,20", "07AA,0"), [Entry(None, 1, 20, "07AA")], id="stray ,0"),
        pytest.param(("+CMGR: 0,,0",), [], id="Siemens, empty slot"),
        pytest.param(
            ("+CMGL: 0,1,,2", "07AA+CMGL: 1,1,,2", "07BB"),
            [Entry(0, 1, 2, "07AA"), Entry(1, 1, 2, "07BB")],
            id="glued to the PDU before",
        ),
        pytest.param((), [], id="nothing"),
    ],
)
def test_listings_of_real_modems(lines: tuple[str, ...], entries: list[Entry]) -> None:
    """Shapes from ModemManager's tests, gammu's at-sms.c and gammu#156."""
    assert parse_entries(lines) == entries
