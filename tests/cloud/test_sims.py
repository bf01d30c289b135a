"""The SIM resource: shape, names, updates."""

from __future__ import annotations

import pytest

from emulator.cloud.errors import ApiError

SIM_KEYS = [
    "sid",
    "unique_name",
    "account_sid",
    "rate_plan_sid",
    "friendly_name",
    "iccid",
    "e_id",
    "status",
    "reset_status",
    "commands_callback_url",
    "commands_callback_method",
    "sms_fallback_method",
    "sms_fallback_url",
    "sms_method",
    "sms_url",
    "voice_fallback_method",
    "voice_fallback_url",
    "voice_method",
    "voice_url",
    "date_created",
    "date_updated",
    "url",
    "links",
    "ip_address",
]


def refusal(world, **form: str) -> ApiError:
    with pytest.raises(ApiError) as caught:
        world.cloud.sims.update("my meter", form)
    return caught.value


def test_a_sim_has_the_24_documented_keys(world):
    answer = world.sim.to_json("http://127.0.0.1:8936/v1")
    assert list(answer) == SIM_KEYS
    assert list(answer["links"]) == ["data_sessions", "rate_plan", "usage_records"]
    assert answer["url"] == f"http://127.0.0.1:8936/v1/Sims/{world.sim.sid}"
    assert (answer["status"], answer["commands_callback_method"]) == ("active", "POST")
    assert (answer["sms_method"], answer["sms_url"]) == ("POST", None)
    assert answer["date_created"] == "2026-11-23T09:00:00Z"


def test_found_by_sid_and_by_name_with_its_case(world):
    sims = world.cloud.sims
    assert sims.fetch("my meter") is sims.fetch(world.sim.sid) is world.sim
    for name in ("My Meter", "mymeter", "", "DE" + "0" * 32, world.sim.sid.lower()):
        with pytest.raises(ApiError) as caught:
            sims.fetch(name)
        assert caught.value.code == 20404


def test_update_changes_what_is_named_and_an_empty_address_clears(world):
    world.clock.advance(60)
    sims = world.cloud.sims
    sims.update("my meter", {"CommandsCallbackUrl": "http://127.0.0.1/c?site=7", "CommandsCallbackMethod": "GET"})
    assert world.sim.commands_callback_url == "http://127.0.0.1/c?site=7"
    assert world.sim.commands_callback_method == "GET"
    assert world.sim.unique_name == "my meter"
    assert world.sim.date_updated > world.sim.date_created
    sims.update("my meter", {"CommandsCallbackUrl": "", "SmsUrl": "https://example.net/sms", "SmsMethod": "GET"})
    assert world.sim.commands_callback_url is None
    assert world.sim.to_json("")["sms_url"] == "https://example.net/sms"
    assert world.sim.to_json("")["sms_method"] == "GET"


def test_renaming(world):
    world.cloud.sims.update(world.sim.sid, {"UniqueName": "pump", "FriendlyName": "<b>Pump</b>"})
    assert world.cloud.sims.fetch("pump").friendly_name == "<b>Pump</b>"
    world.cloud.sims.update("pump", {"UniqueName": "pump"})
    world.cloud.sims.update("pump", {"UniqueName": ""})
    assert world.sim.unique_name is None


def test_names_that_cannot_be(world):
    world.cloud.add_sim("001010000000002", "8988307000000000002", unique_name="taken")
    for name in ("taken", "x" * 65, "DE" + "a" * 32):
        assert refusal(world, UniqueName=name).code == 33101
    with pytest.raises(ApiError):
        world.cloud.add_sim("001010000000003", "8988307000000000003", unique_name="taken")
    with pytest.raises(ValueError, match="IMSI"):
        world.cloud.add_sim("001010000000002", "8988307000000000004")


@pytest.mark.parametrize(
    "form",
    [
        {"CommandsCallbackUrl": "javascript:alert(1)"},
        {"CommandsCallbackMethod": "post"},
        {"SmsUrl": "nowhere"},
        {"Status": "canceled"},
    ],
)
def test_a_refused_update_changes_nothing(world, form):
    before = world.sim.to_json("")
    assert refusal(world, FriendlyName="changed", **form).code == 33101
    assert world.sim.to_json("") == before


@pytest.mark.parametrize(
    ("before", "after"), [("new", "ready"), ("ready", "active"), ("active", "suspended"), ("suspended", "active")]
)
def test_life_of_a_sim(world, before, after):
    world.sim.status = before
    assert world.cloud.sims.update("my meter", {"Status": after}).status == after


@pytest.mark.parametrize(
    ("before", "after"), [("active", "ready"), ("deactivated", "active"), ("canceled", "active"), ("new", "suspended")]
)
def test_moves_that_the_life_of_a_sim_does_not_know(world, before, after):
    world.sim.status = before
    assert refusal(world, Status=after).code == 33105


def test_list_filters(world):
    other = world.cloud.add_sim("001010000000002", "8988307000000000002", status="suspended")

    def found(**query: str) -> list[str]:
        return [sim.sid for sim in world.cloud.sims.page(query).records]

    assert found() == [other.sid, world.sim.sid]
    assert found(Status="suspended") == found(Iccid="8988307000000000002") == [other.sid]
    assert found(RatePlan=world.sim.rate_plan_sid) == [other.sid, world.sim.sid]
    assert found(Iccid="none") == []
    with pytest.raises(ApiError) as caught:
        found(Status="lost")
    assert caught.value.code == 33101


def test_secrets_and_identities_do_not_show(world):
    assert world.cloud.account.auth_token not in repr(world.cloud.account)
    assert world.sim.imsi not in str(world.sim.to_json(""))
