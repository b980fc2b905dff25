"""Bad days on order, and the record of what the account called."""

import json

import httpx
import pytest

from bot.simulator import Clock, FaultKind, Platform, create_app
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
