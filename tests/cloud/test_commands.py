"""The rules of Commands, on the virtual clock. Where a rule is one of the cloud's documented ones, the test says so."""

from __future__ import annotations

import base64
import re
from datetime import timedelta

import pytest

from emulator.cloud.commands import is_permanent
from emulator.cloud.errors import ApiError
from emulator.cloud.payload import decode_base64
from modem.wire.coding import DATA, GSM7, UCS2

DAY = 24 * 3600.0

COMMAND_KEYS = [
    "sid",
    "account_sid",
    "sim_sid",
    "command",
    "command_mode",
    "transport",
    "delivery_receipt_requested",
    "status",
    "direction",
    "date_created",
    "date_updated",
    "url",
]


def refusal(world, **form: str) -> ApiError:
    """The error that creating a Command raises; nothing may be stored or sent."""
    with pytest.raises(ApiError) as caught:
        world.cloud.commands.create({"Sim": "my meter", "Command": "x"} | form)
    assert world.cloud.commands.page({}).records == []
    return caught.value


def test_a_command_has_the_twelve_documented_keys_and_none_is_null(world):
    command = world.cloud.commands.fetch(world.create())
    answer = command.to_json("http://127.0.0.1:8936/v1")
    assert list(answer) == COMMAND_KEYS
    assert None not in answer.values()
    assert re.fullmatch("DC[0-9a-f]{32}", answer["sid"])
    assert answer["url"] == f"http://127.0.0.1:8936/v1/Commands/{answer['sid']}"
    assert answer["date_created"] == "2026-11-23T09:00:00Z"
    assert (answer["transport"], answer["direction"]) == ("sms", "to_sim")
    assert answer["delivery_receipt_requested"] is True


def test_creating_only_queues_and_the_message_leaves_afterwards(world):
    command = world.cloud.commands.create({"Sim": world.sim.sid, "Command": "reboot"})
    assert command.status == "queued"
    assert world.link.sent == []
    world.clock.settle()
    (sent,) = world.link.sent
    assert (sent.imsi, sent.data_coding, sent.user_data.body) == ("001010123456789", GSM7, "reboot")
    assert (sent.receipt, sent.validity_s) == (True, DAY)
    assert command.status == "queued"


def test_a_sim_is_named_by_sid_or_unique_name_and_shown_by_sid(world):
    by_name = world.cloud.commands.create({"Sim": "my meter", "Command": "x"})
    by_sid = world.cloud.commands.create({"Sim": world.sim.sid, "Command": "x"})
    assert by_name.sim_sid == by_sid.sim_sid == world.sim.sid


# --- status life


def test_queued_sent_delivered(world):
    sid = world.create()
    observer = world.link.sent[0].observer
    world.clock.advance(2)
    observer.attempted()
    assert world.status(sid) == "sent"
    world.clock.advance(1)
    observer.delivered()
    command = world.cloud.commands.fetch(sid)
    assert command.status == "delivered"
    assert command.date_updated - command.date_created == timedelta(seconds=3)


def test_handing_over_is_not_delivery(world):
    sid = world.create()
    world.link.sent[0].observer.attempted()
    world.clock.advance(3600)
    assert world.status(sid) == "sent"


def test_without_a_receipt_the_end_is_sent_whatever_comes(world):
    sid = world.create(DeliveryReceiptRequested="false", CallbackUrl="http://127.0.0.1/done")
    (sent,) = world.link.sent
    assert sent.receipt is False
    sent.observer.attempted()
    assert [b"Status=sent" in request.body for request in world.sink.requests] == [True]
    sent.observer.delivered()
    sent.observer.failed(0x41)
    assert world.status(sid) == "sent"
    assert len(world.sink.requests) == 1


def test_a_permanent_cause_is_failed(world):
    sid = world.create(CallbackUrl="http://127.0.0.1/done")
    observer = world.link.sent[0].observer
    observer.attempted()
    observer.failed(0x41)  # TS 23.040 9.2.3.15: incompatible destination
    assert world.status(sid) == "failed"
    observer.delivered()
    assert world.status(sid) == "failed"
    assert [b"Status=failed" in request.body for request in world.sink.requests] == [True]


@pytest.mark.parametrize(
    ("status", "permanent"), [(0x40, True), (0x46, False), (0x49, True), (0x60, False), (0x63, False), (0x00, False)]
)  # TS 23.040 9.2.3.15; 0x46 is "SM Validity Period Expired"
def test_permanent_causes(status, permanent):
    assert is_permanent(status) is permanent


def test_unconfirmed_after_the_validity_it_stays_sent(world):
    sid = world.create(CallbackUrl="http://127.0.0.1/done")
    observer = world.link.sent[0].observer
    observer.attempted()
    world.clock.advance(DAY)
    observer.failed(0x46)
    assert world.status(sid) == "sent"
    assert world.sink.requests == []


def test_a_cloud_without_a_network_keeps_it_queued(world):
    world.cloud.link = None
    assert world.status(world.create()) == "queued"


# --- validation


@pytest.mark.parametrize(
    ("form", "code", "status", "parameter"),
    [
        ({"Command": ""}, 33102, 400, "Command"),
        ({"Sim": ""}, 33102, 400, "Sim"),
        ({"Sim": "nobody"}, 33107, 400, "Sim"),
        ({"Sim": "DE" + "0" * 32}, 33107, 400, "Sim"),
        ({"CommandMode": "Text"}, 33101, 400, "CommandMode"),
        ({"IncludeSid": "middle"}, 33101, 400, "IncludeSid"),
        ({"CallbackMethod": "PUT"}, 33101, 400, "CallbackMethod"),
        ({"DeliveryReceiptRequested": "yes"}, 33101, 400, "DeliveryReceiptRequested"),
        ({"CallbackUrl": "ftp://127.0.0.1/x"}, 33101, 400, "CallbackUrl"),
        ({"CallbackUrl": "/inspect/x"}, 33101, 400, "CallbackUrl"),
        ({"CallbackUrl": "http://"}, 33101, 400, "CallbackUrl"),
        ({"CallbackUrl": "http://host:port/"}, 33101, 400, "CallbackUrl"),
        ({"CallbackUrl": "http://host/\r\nX-Evil: 1"}, 33101, 400, "CallbackUrl"),
        ({"CallbackUrl": "http://host/ü"}, 33101, 400, "CallbackUrl"),
        ({"CommandMode": "binary", "Command": "==="}, 33101, 400, "Command"),
    ],
)
def test_refused(world, form, code, status, parameter):
    error = refusal(world, **form)
    assert (error.code, error.status, error.parameter) == (code, status, parameter)


def test_missing_is_the_same_as_empty_and_case_counts(world):
    for form in ({"Sim": "my meter"}, {"Command": "x"}, {"Sim": "my meter", "command": "x"}, {"Device": "my meter"}):
        with pytest.raises(ApiError) as caught:
            world.cloud.commands.create(form)
        assert caught.value.code == 33102


def test_unknown_parameters_are_ignored(world):
    assert world.create(Device="x", Colour="red")


@pytest.mark.parametrize("status", ["new", "suspended", "deactivated", "canceled", "scheduled", "updating"])
def test_a_sim_that_is_not_served(world, status):
    world.sim.status = status
    error = refusal(world)
    assert (error.code, error.status) == (33104, 400)


def test_a_plan_without_messaging(world):
    world.sim.messaging_enabled = False
    error = refusal(world)
    assert (error.code, error.status) == (33201, 403)


# --- what fits: one message, TS 23.040 9.2.3.16: 160 septets or 140 octets


@pytest.mark.parametrize(
    ("text", "coding"),
    [
        ("a" * 160, GSM7),
        ("€" * 80, GSM7),  # TS 23.038 6.2.1.1: an extension character takes two septets
        ("ж" * 70, UCS2),
        ("😀" * 35, UCS2),
        ("one\r\n", GSM7),
    ],
)
def test_text_that_fits_arrives_unchanged(world, text, coding):
    world.create(text)
    (sent,) = world.link.sent
    assert (sent.data_coding, sent.user_data.body, sent.user_data.header) == (coding, text, ())


@pytest.mark.parametrize("text", ["a" * 161, "€" * 80 + "a", "[" * 81, "ж" * 71, "😀" * 35 + "a", "ж" + "a" * 70])
def test_septets_and_utf16_units_are_counted_not_characters(world, text):
    assert refusal(world, Command=text).code == 33101


@pytest.mark.parametrize("where", ["start", "end"])
def test_include_sid(world, where):
    sid = world.create("a" * 125, IncludeSid=where)
    body = world.link.sent[0].user_data.body
    assert body == (f"{sid} " + "a" * 125 if where == "start" else "a" * 125 + f" {sid}")
    assert len(body) == 160
    assert world.cloud.commands.fetch(sid).command == "a" * 125


@pytest.mark.parametrize("where", ["start", "end"])
@pytest.mark.parametrize(("length", "words"), [(126, "161"), (128, "163"), (129, "at most 128")])
def test_include_sid_arithmetic(world, where, length, words):
    # Documented: 128 or fewer. But a SID and a blank take 35 of 160, so that more than 125 never fit.
    error = refusal(world, Command="a" * length, IncludeSid=where)
    assert error.code == 33101
    assert words in error.message


def test_include_sid_leaves_35_units_of_ucs2(world):
    assert world.create("ж" * 35, IncludeSid="start")
    with pytest.raises(ApiError):
        world.create("ж" * 36, IncludeSid="start")


def test_include_sid_is_ignored_in_binary_mode(world):
    octets = bytes(range(140))
    world.create(base64.b64encode(octets).decode(), CommandMode="binary", IncludeSid="start")
    (sent,) = world.link.sent
    assert (sent.data_coding, sent.user_data.body) == (DATA, octets)


def test_binary_is_echoed_as_it_came(world):
    sid = world.create("SGVsbG8sIE1hY2hpbmUh==", CommandMode="binary")
    assert world.cloud.commands.fetch(sid).command == "SGVsbG8sIE1hY2hpbmUh=="
    assert world.link.sent[0].user_data.body == b"Hello, Machine!"


def test_141_octets_do_not_fit(world):
    assert refusal(world, CommandMode="binary", Command=base64.b64encode(bytes(141)).decode()).code == 33101


# RFC 4648 section 10, and the vendor's sample with its needless padding.
@pytest.mark.parametrize(
    ("text", "octets"),
    [
        ("Zg==", b"f"),
        ("Zg", b"f"),
        ("Zm8=", b"fo"),
        ("Zm9v", b"foo"),
        ("Zm9vYmFy", b"foobar"),
        ("SGVsbG8sIE1hY2hpbmUh==", b"Hello, Machine!"),
        ("AP8QgA==", b"\x00\xff\x10\x80"),
    ],
)
def test_base64(text, octets):
    assert decode_base64(text) == octets


@pytest.mark.parametrize("text", ["=", "==", "Z", "Zm9vY", "Zm9v Zg==", "Zm9v\n", "Zm9-", "Zg===", "=Zg=", "zäh="])
def test_not_base64(text):
    with pytest.raises(ApiError) as caught:
        decode_base64(text)
    assert caught.value.code == 33101


def test_a_blank_in_base64_is_explained(world):
    assert "percent-encoded" in refusal(world, CommandMode="binary", Command="Zm8 YmFy").message


# --- lists, deletion, retention


def test_newest_first_even_within_one_second(world):
    sids = [world.create(str(number)) for number in range(5)]
    assert [command.sid for command in world.cloud.commands.page({}).records] == sids[::-1]


def test_filters(world):
    other = world.cloud.add_sim("001010999999999", "8988307000000000002", unique_name="other")
    sent = world.create("one")
    world.link.sent[0].observer.attempted()
    world.receive("two")
    third = world.cloud.commands.create({"Sim": "other", "Command": "three"}).sid

    def found(**query: str) -> list[str]:
        return [command.command for command in world.cloud.commands.page(query).records]

    assert found(Status="sent") == ["one"]
    assert found(Direction="from_sim") == ["two"]
    assert found(Sim="other") == found(Sim=other.sid) == ["three"]
    assert found(Sim="nobody") == []
    assert found(Transport="ip") == []
    assert found(Transport="sms", Direction="to_sim") == ["three", "one"]
    assert sent != third
    with pytest.raises(ApiError) as caught:
        found(Status="lost")
    assert caught.value.code == 33101


def test_deleted_is_gone_and_its_fate_is_not_told(world):
    sid = world.create(CallbackUrl="http://127.0.0.1/done")
    world.cloud.commands.delete(sid)
    for act in (world.cloud.commands.fetch, world.cloud.commands.delete):
        with pytest.raises(ApiError) as caught:
            act(sid)
        assert (caught.value.code, caught.value.status) == (20404, 404)
    world.link.sent[0].observer.delivered()
    assert world.sink.requests == []


def test_retention_is_thirty_days_on_the_clock_handed_in(world):
    old = world.create("old")
    world.clock.advance(30 * DAY - 1)
    young = world.create("young")
    assert world.cloud.commands.fetch(old).command == "old"
    world.clock.advance(2)
    with pytest.raises(ApiError) as caught:
        world.cloud.commands.fetch(old)
    assert caught.value.code == 20404
    assert [command.sid for command in world.cloud.commands.page({}).records] == [young]


def test_sids_are_compared_as_sent(world):
    sid = world.create()
    with pytest.raises(ApiError):
        world.cloud.commands.fetch(sid.upper())


def test_sids_are_unique(world):
    assert len({world.create() for _ in range(500)}) == 500
