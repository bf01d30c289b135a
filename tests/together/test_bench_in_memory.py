"""The whole house without a port and without waiting: driver, modem, network and cloud on one virtual clock."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from emulator.bench import Bench
from emulator.cloud.callbacks import CallbackRequest
from emulator.ports import MemoryPort
from emulator.runner import Runner
from modem import Modem, SendOutcomeUnknown
from modem.errors import CmsError
from modem.wire.address import Address
from tests.virtual_loop import run


class Calls:
    """Keeps the callbacks that the cloud would make."""

    def __init__(self) -> None:
        self.requests: list[CallbackRequest] = []

    def send(self, request: CallbackRequest) -> None:
        self.requests.append(request)


@contextmanager
def running(bench: Bench) -> Iterator[Callable[[], MemoryPort]]:
    """The bench on the loop's clock, and a way to open a line to its modem."""
    runner = Runner(bench.clock)
    try:
        yield lambda: MemoryPort(bench.modem, runner.sync)
    finally:
        runner.close()


def statuses(bench: Bench) -> dict[str, int]:
    counts: dict[str, int] = {}
    page = bench.cloud.commands.page({"PageSize": "1000"})
    for command in page.records:
        counts[f"{command.direction} {command.status}"] = counts.get(f"{command.direction} {command.status}", 0) + 1
    return counts


def test_a_thousand_commands_each_way() -> None:
    count = 1000

    async def main() -> None:
        bench = Bench(seed=1)
        with running(bench) as line:
            async with Modem.open(line()) as modem:

                async def listen() -> list[str | None]:
                    texts: list[str | None] = []
                    async for message in modem.messages(sender="2936"):
                        texts.append(message.text)
                        if len(texts) == count:
                            await modem.ack(message)
                            break
                    return texts

                async with asyncio.TaskGroup() as group:
                    heard = group.create_task(listen())
                    for number in range(count):
                        bench.cloud.commands.create({"Sim": "device-1", "Command": f"down {number}"})
                        await modem.send("2936", f"up {number}")
                assert heard.result() == [f"down {number}" for number in range(count)]
        sent = [message.body for message in bench.smsc.sent]
        assert sent == [f"up {number}" for number in range(count)]
        to_sim = bench.cloud.commands.page({"PageSize": "1000", "Direction": "to_sim", "Status": "delivered"})
        from_sim = bench.cloud.commands.page({"PageSize": "1000", "Direction": "from_sim", "Status": "received"})
        assert (len(to_sim.records), len(from_sim.records)) == (count, count)

    run(main())


def test_two_benches_in_one_process_do_not_disturb_each_other() -> None:
    async def main() -> None:
        one, two = Bench(seed=1), Bench(seed=2)
        with running(one) as line_one, running(two) as line_two:
            async with Modem.open(line_one()) as modem_one, Modem.open(line_two()) as modem_two:
                one.cloud.commands.create({"Sim": "device-1", "Command": "for one"})
                two.cloud.commands.create({"Sim": "device-1", "Command": "for two"})
                await asyncio.gather(
                    *(modem_one.send("2936", f"one {n}") for n in range(20)),
                    *(modem_two.send("2936", f"two {n}") for n in range(20)),
                )
                assert (await modem_one.receive(60)).text == "for one"
                assert (await modem_two.receive(60)).text == "for two"
        assert sorted(str(message.body) for message in one.smsc.sent) == sorted(f"one {n}" for n in range(20))
        assert sorted(str(message.body) for message in two.smsc.sent) == sorted(f"two {n}" for n in range(20))
        assert one.cloud.account.sid != two.cloud.account.sid

    run(main())


def test_the_same_seed_gives_the_same_octets() -> None:
    async def conversation(seed: int) -> tuple[bytes, str]:
        bench = Bench(seed=seed)
        said = bytearray()
        bench.modem.outputs.append(said.extend)
        with running(bench) as line:
            async with Modem.open(line()) as modem:
                bench.cloud.commands.create({"Sim": "device-1", "Command": "x"})
                await modem.send("2936", "hello")
                await modem.ack(await modem.receive(60))
        return bytes(said), bench.cloud.account.sid

    assert run(conversation(7)) == run(conversation(7))
    assert run(conversation(7))[1] != run(conversation(8))[1]


OCTETS = [bytes(range(140)), bytes(range(116, 256)), b"\0", b"\x1a\x1b\r\n" * 35]


@pytest.mark.parametrize("octets", OCTETS)
def test_octets_both_ways_byte_for_byte(octets: bytes) -> None:
    async def main() -> None:
        bench, calls = Bench(seed=1), Calls()
        bench.cloud.callbacks = calls
        bench.cloud.sims.update("device-1", {"CommandsCallbackUrl": "http://127.0.0.1:9/x"})
        with running(bench) as line:
            async with Modem.open(line()) as modem:
                await modem.send("2936", octets)
                encoded = base64.b64encode(octets).decode()
                bench.cloud.commands.create({"Sim": "device-1", "Command": encoded, "CommandMode": "binary"})
                message = await modem.receive(60)
                assert (message.data, message.text, message.encoding) == (octets, None, "8bit")
                await modem.ack(message)
        (up,) = bench.cloud.commands.page({"Direction": "from_sim"}).records
        assert (up.command_mode, base64.b64decode(up.command)) == ("binary", octets)
        assert len(calls.requests) == 1

    run(main())


TEXTS = [
    "hello_sim",
    "x" * 160,
    "{}[]~\\|^€" * 8,
    "¿Qué? Ñandú",
    "zażółć gęślą jaźń",
    "🙂" * 35,
    "\r\n",
    "@",
    "OK\r\n> ",
]


@pytest.mark.parametrize("text", TEXTS)
def test_texts_both_ways_character_for_character(text: str) -> None:
    async def main() -> None:
        bench = Bench(seed=1)
        with running(bench) as line:
            async with Modem.open(line()) as modem:
                await modem.send("2936", text)
                bench.cloud.commands.create({"Sim": "device-1", "Command": text})
                message = await modem.receive(60)
                assert message.text == text
                await modem.ack(message)
        (up,) = bench.cloud.commands.page({"Direction": "from_sim"}).records
        assert (up.command_mode, up.command) == ("text", text)

    run(main())


def test_a_long_message_to_a_telephone_and_one_from_a_telephone() -> None:
    text = "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich. " * 10

    async def main() -> None:
        bench = Bench(seed=1)
        with running(bench) as line:
            async with Modem.open(line()) as modem:
                sent = await modem.send("+4917612345678", text, report=True)
                assert len(sent.parts) == 5
                assert await modem.delivered(sent, 60)
                bench.smsc.send_text(Address.of("+4917612345678"), imsi(bench), text)
                message = await modem.receive(60)
                assert (message.sender, message.text, message.parts) == ("+4917612345678", text, 5)
        assert [(message.to, message.body) for message in bench.smsc.sent] == [("+4917612345678", text)]

    run(main())


def imsi(bench: Bench) -> str:
    card = bench.modem.card
    assert card is not None
    return card.imsi


def test_messages_that_came_before_the_driver_are_found_and_commands_stay_sent_until_then() -> None:
    async def main() -> None:
        bench = Bench(seed=1)
        cell = bench.network.cells[0]
        cell.set_coverage(False)
        with running(bench) as line:
            bench.cloud.commands.create({"Sim": "device-1", "Command": "while away"})
            await asyncio.sleep(3600)
            assert statuses(bench) == {"to_sim sent": 1}
            cell.set_coverage(True)
            await asyncio.sleep(1)
            assert statuses(bench) == {"to_sim delivered": 1}
            async with Modem.open(line()) as modem:
                message = await modem.receive(60)
                assert message.text == "while away"

    run(main())


def test_a_message_that_was_not_acknowledged_comes_again_and_one_that_was_does_not() -> None:
    async def main() -> None:
        bench = Bench(seed=1)
        with running(bench) as line:
            bench.cloud.commands.create({"Sim": "device-1", "Command": "x"})
            identifiers = set()
            for _ in range(2):
                async with Modem.open(line()) as modem:
                    identifiers.add((await modem.receive(60)).id)
            async with Modem.open(line()) as modem:
                message = await modem.receive(60)
                identifiers.add(message.id)
                await modem.ack(message)
            assert len(identifiers) == 1
            async with Modem.open(line()) as modem:
                with pytest.raises(TimeoutError):
                    await modem.receive(60)

    run(main())


def test_the_international_form_of_the_short_code_is_refused_with_its_cause() -> None:
    async def main() -> None:
        bench = Bench(seed=1)
        with running(bench) as line:
            async with Modem.open(line()) as modem:
                with pytest.raises(CmsError) as caught:
                    await modem.send("+2936", "x")
                assert (caught.value.code, caught.value.transient) == (1, False)

    run(main())


def test_a_result_that_never_comes_leaves_the_outcome_unknown_and_the_modem_usable() -> None:
    async def main() -> None:
        bench = Bench(seed=1)
        network = bench.network
        with running(bench) as line:
            async with Modem.open(line()) as modem:
                network.delay = 10_000.0  # the answer of the network is lost for all that anybody can tell
                with pytest.raises((SendOutcomeUnknown, CmsError)):
                    await modem.send("2936", "x")
                network.delay = 0.0
                await modem.send("2936", "y")
        assert [message.body for message in bench.smsc.sent] == ["y"]

    run(main())
