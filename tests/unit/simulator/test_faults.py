"""Bad days on order, and the record of what the account called."""

import json

import httpx
import pytest

from bot.simulator import Clock, FaultKind, Mode, Platform, create_app
from bot.simulator.controls import SWITCHES
from bot.simulator.windows import Trigger
from tests.unit.simulator.desk import ACCOUNT, NOON, Desk, Echo, served, told


def test_calls_are_recorded_with_their_codes(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        await desk.send("o1", "早")
        calls = (await desk.http.get("/calls", params={"path": "/cgi-bin/message/custom/send"})).json()[
            "calls"
        ]
        assert calls == [
            {
                "at": NOON.isoformat(),
                "path": "/cgi-bin/message/custom/send",
                "body": {"touser": "o1", "msgtype": "text", "text": {"content": "早"}},
                "errcode": 45015,
            }
        ]

    told(story, echo)


def test_fault_answers_so_many_calls_with_its_code(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        await desk.act("o1", "say", text="你好")
        fault = {"kind": "errcode", "path": "/cgi-bin/message/", "times": 2, "errcode": -1}
        assert len((await desk.http.post("/faults", json=fault)).json()["faults"]) == 1
        assert [await desk.send("o1", "嗯") for _ in range(3)] == [-1, -1, 0]
        assert (await desk.http.post("/faults", json={"kind": "fire"})).status_code == 422

    told(story, echo)


def test_fault_of_an_address_that_is_not_listed_names_the_address(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        fault = {"kind": "errcode", "path": "/cgi-bin/", "errcode": 40164}
        assert (await desk.http.post("/faults", json=fault)).status_code == 200
        answer = (await desk.http.post("/cgi-bin/stable_token", json={})).json()
        assert answer["errmsg"].startswith("invalid ip 127.0.0.1, not in whitelist rid: ")

    told(story, echo)


def test_fault_rejects_every_token_until_cleared(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        token = await desk.token_now()
        desk.platform.faults.add(FaultKind.REJECT_TOKENS, times=None)
        assert [await desk.code(token), await desk.code((await desk.stable())["access_token"])] == [40001] * 2
        assert (await desk.http.delete("/faults")).json() == {"faults": []}
        assert await desk.code(token) == 0

    told(story, echo)


def test_fault_breaks_the_answer_but_not_the_call() -> None:
    platform = Platform(ACCOUNT, Clock(NOON))
    user = platform.add_user("王总", openid="o1")
    token, _ = platform.tokens.stable(force=False)
    user.windows.open(Trigger.MESSAGE, NOON)
    body = {"touser": "o1", "msgtype": "text", "text": {"content": "嗯"}}
    with served(create_app(platform)) as url, httpx.Client(trust_env=False) as http:
        address = f"{url}/cgi-bin/message/custom/send?access_token={token}"
        platform.faults.add(FaultKind.RESET)
        with pytest.raises(httpx.RemoteProtocolError):
            http.post(address, json=body)
        platform.faults.add(FaultKind.TRUNCATED)
        with pytest.raises(json.JSONDecodeError):
            http.post(address, json=body).json()
        assert user.last_id == 2
        platform.faults.add(FaultKind.BAD_GATEWAY)
        assert http.post(address, json=body).status_code == 502
        platform.faults.add(FaultKind.LATENCY, seconds=0.2)
        with pytest.raises(httpx.ReadTimeout):
            http.post(address, json=body, timeout=0.05)
        assert user.last_id == 2


def test_json_may_call_itself_anything(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        async def kind_of(path: str) -> str:
            query = {"access_token": await desk.token_now()}
            answer = await desk.http.get(path, params=query)
            assert answer.json()
            found: str = answer.headers["content-type"]
            return found

        paths = ["/cgi-bin/getcallbackip", "/sns/oauth2/access_token"]
        assert [await kind_of(path) for path in paths] == ["application/json; encoding=utf-8", "text/plain"]
        desk.platform.faults.add(FaultKind.TEXT_PLAIN)
        assert [await kind_of(paths[0]) for _ in range(2)] == [
            "text/plain",
            "application/json; encoding=utf-8",
        ]

    told(story, echo)


def test_fault_reaches_the_pages_api_by_its_path(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        desk.platform.faults.add(FaultKind.ERRCODE, "/sns/", errcode=-1)
        answers = [(await desk.http.get("/sns/auth")).json()["errcode"] for _ in range(2)]
        assert answers == [-1, 41001]

    told(story, echo)


SWITCHED: list[tuple[str, object, object]] = [
    ("mode", "plaintext", Mode.PLAINTEXT),
    ("aes_key", "B" * 42 + "A", "B" * 42 + "A"),
    ("deliveries", 4, 4),
    ("markfail_after", 2, 2),
    ("reuse_nonce", True, True),
    ("menu_tap", "menu", Trigger.MENU),
    ("keeps_menu_ids", False, False),
    ("is_test_account", True, True),
    ("has_snapshots", True, True),
    ("has_union_ids", True, True),
    ("ip_whitelist", ["10.0.0.1"], frozenset({"10.0.0.1"})),
]


def test_every_switch_can_be_turned_from_outside(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        assert [name for name, _, _ in SWITCHED] == list(SWITCHES)
        for name, said, held in SWITCHED:
            assert getattr(desk.platform.account, name) != held
            assert (await desk.http.post("/account", json={name: said})).status_code == 200
            assert getattr(desk.platform.account, name) == held

    told(story, echo)


@pytest.mark.parametrize(
    "body",
    [
        {"app_secret": "x"},
        {"mode": "open"},
        {"aes_key": "short"},
        {"aes_key": 5},
        {"deliveries": 0},
        {"deliveries": "3"},
        {"reuse_nonce": 1},
        {"ip_whitelist": 5},
        {"deliveries": 4, "mode": "open"},
    ],
)
def test_switch_that_is_none_or_badly_turned_changes_nothing(echo: Echo, body: dict[str, object]) -> None:
    async def story(desk: Desk) -> None:
        before = desk.platform.account
        assert (await desk.http.post("/account", json=body)).status_code == 422
        assert desk.platform.account == before

    told(story, echo)
