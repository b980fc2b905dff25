"""A key has so many requests a minute, over all processes together."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from bot.web.api.limits import Limits
from bot.web.api.problems import Refusal
from models.tables import KeyUse
from tests.contracts.api.desk import Call, Desk

LIMIT = 40


@pytest.fixture
def counted(database_url: str) -> Iterator[Desk]:
    """A desk where a key has few requests."""
    with Desk.open(database_url, api_rate=LIMIT) as opened:
        opened.clock.advance(timedelta(seconds=60 - opened.clock().second))
        yield opened


def test_more_than_the_limit_waits_for_the_next_minute(counted: Desk) -> None:
    key = counted.key("viewer")
    counted.clock.advance(timedelta(seconds=20))
    calls: list[Call] = [("GET", "/officials", {})] * (LIMIT + 5)
    answers = counted.all_at_once(calls, key)
    assert sorted(a.status_code for a in answers) == [200] * LIMIT + [429] * 5
    refused = next(a for a in answers if a.status_code == 429)
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["type"] == "urn:liaison:too-many"
    assert (refused.headers["retry-after"], refused.headers["ratelimit-reset"]) == ("40", "40")
    assert refused.headers["ratelimit-remaining"] == "0"
    assert counted.get("/officials", counted.key("admin")).status_code == 200
    counted.clock.advance(timedelta(seconds=40))
    again = counted.get("/officials", key)
    assert again.status_code == 200
    left = {name: again.headers[f"ratelimit-{name}"] for name in ("limit", "remaining", "reset")}
    assert left == {"limit": str(LIMIT), "remaining": str(LIMIT - 1), "reset": "60"}


def test_refusals_and_problems_count_and_carry_the_limit_too(counted: Desk) -> None:
    key = counted.key("viewer")
    lost, forbidden = counted.get("/officials/9", key), counted.post("/officials", {}, key=key)
    assert (lost.status_code, forbidden.status_code) == (404, 403)
    assert [a.headers["ratelimit-remaining"] for a in (lost, forbidden)] == [str(LIMIT - 1), str(LIMIT - 2)]


def test_processes_share_the_limit(counted: Desk) -> None:
    key_id = counted.get("/keys").json()["items"][0]["id"]
    counted.clock.advance(timedelta(minutes=1))
    processes = [Limits(counted.database, counted.clock, LIMIT) for _ in range(4)]

    def ask(n: int) -> bool:
        try:
            processes[n % 4].admit(key_id)
        except Refusal:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(ask, range(4 * LIMIT))) == LIMIT


def test_most_requests_write_nothing(counted: Desk) -> None:
    key_id = counted.get("/keys").json()["items"][0]["id"]
    with counted.database.reading() as session:
        taken = session.get_one(KeyUse, key_id).taken
    counted.get("/keys")
    with counted.database.reading() as session:
        assert session.get_one(KeyUse, key_id).taken == taken == LIMIT // 20


def test_without_a_limit_the_last_use_is_noted_all_the_same(database_url: str) -> None:
    with Desk.open(database_url, api_rate=0) as desk:
        for _ in range(3):
            answer = desk.get("/keys")
        assert [name for name in answer.headers if name.startswith("ratelimit")] == []
        assert answer.json()["items"][0]["last_used_at"] is not None
