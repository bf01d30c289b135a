"""Pages: the cut, the neighbours' addresses, and records that disappear meanwhile."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from emulator.cloud import paging
from emulator.cloud.errors import ApiError

BASE = "http://127.0.0.1:8936/v1/Commands"


def get(world, address: str) -> dict:
    """What the API answers for an address, without a server."""
    query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    filters = {name: query[name] for name in ("Status", "Direction", "Transport", "Sim") if name in query}
    return paging.to_json(world.cloud.commands.page(query), "commands", BASE, filters)


def texts(page: dict) -> list[str]:
    return [command["command"] for command in page["commands"]]


def test_pages_forth_and_back(world):
    for number in range(5):
        world.create(str(number))
    first = get(world, f"{BASE}?PageSize=2")
    second = get(world, first["meta"]["next_page_url"])
    third = get(world, second["meta"]["next_page_url"])
    assert [texts(page) for page in (first, second, third)] == [["4", "3"], ["2", "1"], ["0"]]
    assert [page["meta"]["page"] for page in (first, second, third)] == [0, 1, 2]
    assert first["meta"]["previous_page_url"] is None
    assert third["meta"]["next_page_url"] is None
    assert texts(get(world, third["meta"]["previous_page_url"])) == ["2", "1"]
    assert texts(get(world, second["meta"]["previous_page_url"])) == ["4", "3"]
    assert texts(get(world, second["meta"]["url"])) == ["2", "1"]
    assert texts(get(world, third["meta"]["first_page_url"])) == ["4", "3"]


def test_addresses_repeat_the_filters_in_the_documented_order(world):
    world.create("a")
    world.create("b")
    meta = get(world, f"{BASE}?Sim=my+meter&PageSize=1&Status=queued&Direction=to_sim&Transport=sms")["meta"]
    prefix = f"{BASE}?Status=queued&Direction=to_sim&Transport=sms&Sim=my+meter&PageSize=1"
    assert meta["first_page_url"] == meta["url"] == f"{prefix}&Page=0"
    assert meta["next_page_url"].startswith(f"{prefix}&Page=1&PageToken=PADC")
    assert (meta["page"], meta["page_size"], meta["key"]) == (0, 1, "commands")


def test_deleting_while_paging_misses_nothing(world):
    for number in range(6):
        world.create(str(number))
    address, seen = f"{BASE}?PageSize=2", []
    while address:
        page = get(world, address)
        seen += texts(page)
        for command in page["commands"]:
            world.cloud.commands.delete(command["sid"])
        address = page["meta"]["next_page_url"]
    assert seen == ["5", "4", "3", "2", "1", "0"]


def test_new_records_do_not_shift_the_pages(world):
    for number in range(4):
        world.create(str(number))
    first = get(world, f"{BASE}?PageSize=2")
    world.create("late")
    assert texts(get(world, first["meta"]["next_page_url"])) == ["1", "0"]


def test_an_empty_list(world):
    page = get(world, BASE)
    assert page["commands"] == []
    assert page["meta"]["next_page_url"] is page["meta"]["previous_page_url"] is None
    assert page["meta"]["page_size"] == 50


@pytest.mark.parametrize(
    "query",
    [
        {"PageSize": "0"},
        {"PageSize": "-1"},
        {"PageSize": "false"},
        {"PageSize": "²"},
        {"PageSize": "9" * 5000},
        {"Page": "-1"},
        {"Page": "x"},
        {"PageToken": "x"},
        {"PageToken": "PADC" + "0" * 32},
    ],
)
def test_bad_paging(world, query):
    with pytest.raises(ApiError) as caught:
        world.cloud.commands.page(query)
    assert (caught.value.code, caught.value.status) == (33103, 400)


def test_more_than_a_thousand_is_cut_or_refused(world):
    assert world.cloud.commands.page({"PageSize": "5000"}).request.size == 1000
    with pytest.raises(ApiError) as caught:
        world.cloud.commands.page({"PageSize": "1001"}, strict=True)
    assert caught.value.code == 33103
