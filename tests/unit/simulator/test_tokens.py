"""Access tokens, who may ask for them, and the quotas of the day."""

from datetime import timedelta
from typing import Any

import pytest

from bot.simulator.errors import ApiError
from bot.simulator.quotas import MINUTELY, Quotas
from tests.unit.simulator.desk import ACCOUNT, NOON, Desk, Echo, told


async def _classic(desk: Desk) -> dict[str, Any]:
    query = {"grant_type": "client_credential", "appid": ACCOUNT.app_id, "secret": ACCOUNT.app_secret}
    answer: dict[str, Any] = (await desk.http.get("/cgi-bin/token", params=query)).json()
    return answer


def test_stable_token_is_kept_and_renewed_five_minutes_early(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        first = await desk.stable()
        assert first["expires_in"] == 7200
        desk.platform.clock.advance(timedelta(seconds=6899))
        assert await desk.stable() == {"access_token": first["access_token"], "expires_in": 301}
        desk.platform.clock.advance(timedelta(seconds=1))
        second = await desk.stable()
        assert second["expires_in"] == 7200
        assert await desk.code(first["access_token"]) == 0
        desk.platform.clock.advance(timedelta(seconds=300))
        assert await desk.code(first["access_token"]) == 42001
        assert await desk.code(second["access_token"]) == 0

    told(story, echo)


def test_classic_token_ends_its_predecessor_but_no_stable_one(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        stable = (await desk.stable())["access_token"]
        first = (await _classic(desk))["access_token"]
        second = (await _classic(desk))["access_token"]
        assert [await desk.code(token) for token in (stable, first, second)] == [0, 0, 0]
        desk.platform.clock.advance(timedelta(seconds=300))
        assert [await desk.code(token) for token in (stable, first, second)] == [0, 40001, 0]

    told(story, echo)


def test_forced_refresh_ends_the_token_and_is_limited(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        first = (await desk.stable())["access_token"]
        second = (await desk.stable(force_refresh=True))["access_token"]
        assert [await desk.code(token) for token in (first, second)] == [40001, 0]
        assert (await desk.stable(force_refresh=True))["errcode"] == 45011
        for _ in range(19):
            desk.platform.clock.advance(timedelta(seconds=30))
            assert "access_token" in await desk.stable(force_refresh=True)
        desk.platform.clock.advance(timedelta(seconds=30))
        assert (await desk.stable(force_refresh=True))["errcode"] == 45009

    told(story, echo)


def test_token_calls_check_credentials(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        changes = [{"appid": "wx0"}, {"secret": "no"}, {"appid": ""}, {"secret": ""}, {"grant_type": "x"}]
        assert [(await desk.stable(**one))["errcode"] for one in changes] == [
            40013,
            40125,
            41002,
            41004,
            40002,
        ]

    told(story, echo)


def test_calls_without_a_good_token_are_refused(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        missing = (await desk.http.get("/cgi-bin/getcallbackip")).json()
        assert missing["errcode"] == 41001
        assert missing["errmsg"].startswith("access_token missing rid: ")
        assert await desk.code("junk") == 40001
        good = (await desk.stable())["access_token"]
        desk.platform.tokens.revoke_all()
        assert await desk.code(good) == 40001
        assert await desk.code((await desk.stable())["access_token"]) == 0

    told(story, echo)


def test_quota_ends_at_midnight_in_beijing_or_when_cleared(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        await desk.act("o1", "say", text="你好")
        assert [await desk.send("o1", "嗯") for _ in range(3)] == [0, 0, 45009]
        body = {"cgi_path": "/cgi-bin/message/custom/send"}
        reading = await desk.call("openapi/quota/get", body)
        assert reading["quota"] == {"daily_limit": 2, "used": 2, "remain": 0}
        assert (await desk.call("clear_quota", {"appid": ACCOUNT.app_id}))["errcode"] == 0
        assert [await desk.send("o1", "嗯") for _ in range(3)] == [0, 0, 45009]
        desk.platform.clock.set(NOON + timedelta(hours=12))
        desk.token = ""
        assert await desk.send("o1", "嗯") == 0
        clears = [(await desk.call("clear_quota", {"appid": ACCOUNT.app_id}))["errcode"] for _ in range(10)]
        assert clears == [0] * 9 + [48006]

    told(story, echo, quotas={"/cgi-bin/message/custom/send": 2})


def test_foreign_address_is_refused_by_name(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        desk.platform.reconfigure(ip_whitelist=frozenset({"10.0.0.1"}))
        answer = await desk.stable()
        assert answer["errcode"] == 40164
        assert answer["errmsg"].startswith("invalid ip 127.0.0.1, not in whitelist rid: ")
        desk.platform.reconfigure(ip_whitelist=None)
        assert "access_token" in await desk.stable()

    told(story, echo)


def test_token_is_asked_for_so_often_a_minute() -> None:
    quotas = Quotas({})
    for _ in range(MINUTELY["/cgi-bin/stable_token"]):
        quotas.spend("/cgi-bin/stable_token", NOON)
    with pytest.raises(ApiError) as refused:
        quotas.spend("/cgi-bin/stable_token", NOON + timedelta(seconds=59))
    assert refused.value.code == 45011
    quotas.spend("/cgi-bin/stable_token", NOON + timedelta(seconds=60))


def test_test_account_has_less(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        async def limit(path: str) -> int:
            reading: int = (await desk.call("openapi/quota/get", {"cgi_path": path}))["quota"]["daily_limit"]
            return reading

        paths = ["/cgi-bin/message/custom/send", "/cgi-bin/menu/create"]
        assert [await limit(path) for path in paths] == [500_000, 1_000]
        desk.platform.reconfigure(is_test_account=True)
        assert [await limit(path) for path in paths] == [50_000, 100]

    told(story, echo)


def test_quota_can_be_cleared_with_the_secret_alone(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        async def clear(secret: str) -> int:
            body = {"appid": ACCOUNT.app_id, "appsecret": secret}
            answer = (await desk.http.post("/cgi-bin/clear_quota/v2", json=body)).json()
            code: int = answer["errcode"]
            return code

        assert [await clear("no"), await clear(ACCOUNT.app_secret)] == [40125, 0]
        assert (await desk.call("clear_quota", {"appid": "wx0"}))["errcode"] == 40013
        assert (await desk.call("openapi/quota/get", {"cgi_path": "/nothing"}))["errcode"] == 40035
        for _ in range(9):
            assert await clear(ACCOUNT.app_secret) == 0
        assert await clear(ACCOUNT.app_secret) == 48006
        assert (await desk.call("clear_quota", {"appid": ACCOUNT.app_id}))["errcode"] == 48006

    told(story, echo)
