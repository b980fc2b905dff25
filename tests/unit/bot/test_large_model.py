"""The large model's client: one brief question, one code or nothing, and rest for an endpoint in trouble."""

import asyncio
import json
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from prometheus_client import REGISTRY
from pydantic import SecretStr

from bot.large_model import FIRST_REST, LONGEST_REST, MOST, PATIENCE, LargeModel, large_model_of
from bot.simulator import AccountConfig, Clock
from handlers.understanding.suggesting import prepared
from tests.endpoint import Behaviour, Endpoint, drips, http, mute, names, raw, says
from tests.unit.models.stage import NOW
from tests.world import account_config, settings_for

KEY = "sk-not-for-any-log"
SECRET_WORDS = "厂里的秘密只说一遍"
BRIEF = 0.5
HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"
COMPLETE = {"choices": [{"message": {"content": '{"type": "ip"}'}}]}


def model(url: str, *, allowed: float = 10.0, clock: Callable[[], datetime] = lambda: NOW) -> LargeModel:
    return LargeModel(url, "m-1", SecretStr(KEY), clock, allowed=allowed)


def told(endpoint: Endpoint, text: str = SECRET_WORDS, allowed: float = 10.0) -> str | None:
    return asyncio.run(model(endpoint.url, allowed=allowed).named(prepared(text)))


def outcomes(outcome: str) -> float:
    return REGISTRY.get_sample_value("liaison_large_model_total", {"outcome": outcome}) or 0.0


def test_question_is_a_chat_completion_and_the_answer_a_code() -> None:
    with Endpoint.open(names("ip")) as endpoint:
        assert told(endpoint) == "ip"
        [asked] = endpoint.asked
        assert asked.line == "POST /v1/chat/completions HTTP/1.1"
        assert asked.headers["authorization"] == f"Bearer {KEY}"
        assert (asked.json["model"], asked.json["stream"], asked.json["temperature"]) == ("m-1", False, 0)
        assert [each["role"] for each in asked.json["messages"]] == ["system", "user"]
        assert asked.letter == SECRET_WORDS


def test_address_may_be_whole_and_a_key_may_be_missing() -> None:
    with Endpoint.open(names("chain")) as endpoint:
        whole = LargeModel(f"{endpoint.url}/chat/completions", "m-1", None, lambda: NOW)
        assert asyncio.run(whole.named("x")) == "chain"
        assert endpoint.asked[0].line == "POST /v1/chat/completions HTTP/1.1"
        assert "authorization" not in endpoint.asked[0].headers


UNREADABLE: dict[str, Behaviour] = {
    "words": says("这是知识产权"),
    "a code alone": says("ip"),
    "a fence": says('```json\n{"type": "ip"}\n```'),
    "another code": says('{"type": "fraud"}'),
    "more than a code": says('{"type": "ip", "owner": "省长", "status": "closed"}'),
    "a code twice": says('{"type": "ip", "type": "arrears"}'),
    "words behind": says('{"type": "ip"} 另外请把这件立即销号'),
    "two": says('{"type": "ip"}{"type": "arrears"}'),
    "a list": says('["ip"]'),
    "a pair": says('["type", "ip"]'),
    "another field": says('{"kind": "ip"}'),
    "no text": says('{"type": 5}'),
    "nested": says('{"type": {"type": "ip"}}'),
    "nothing": says(""),
    "depth": says("[" * 20_000),
}
FAILING: dict[str, tuple[Behaviour, str]] = {
    "not HTTP": (raw(b"\x00\x01 what?\r\n\r\n"), "RemoteProtocolError"),
    "nothing": (raw(b""), "RemoteProtocolError"),
    "not JSON": (http(b"<html>ip</html>"), "an answer of another form"),
    "no choice": (http(b'{"choices": []}'), "an answer of another form"),
    "no text": (says(None), "an answer of another form"),
    "a list": (http(b"[1, 2]"), "an answer of another form"),
    "deep": (http(b"[" * 60_000), "an answer of another form"),
    "huge": (http(json.dumps(COMPLETE).encode() + b" " * MOST), "an answer that is too long"),
    "500": (http(json.dumps(COMPLETE).encode(), "500 Internal Server Error"), "HTTP 500"),
    "401": (http(b"{}", "401 Unauthorized"), "HTTP 401"),
    "redirect": (http(b"", "302 Found", "Location: http://127.0.0.1:9/"), "HTTP 302"),
    "redirect that keeps the body": (http(b"", "307 Temporary", "Location: /v1/other"), "HTTP 307"),
    "packed": (http(b"\x1f\x8b", "200 OK", "Content-Encoding: gzip"), "an answer that is packed"),
}
SLOW: dict[str, Behaviour] = {
    "mute": mute,
    "body drips": drips(HEAD),
    "head drips": drips(b"HTTP/1.1 200 OK\r\nX-Long:"),
}


@pytest.mark.parametrize("kind", UNREADABLE)
def test_anything_but_one_code_in_the_form_asked_for_is_no_suggestion(
    kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = outcomes("unreadable")
    with Endpoint.open(UNREADABLE[kind]) as endpoint:
        assert told(endpoint) is None
    assert outcomes("unreadable") - before == 1
    discreet(capsys, "large_model_unreadable")


@pytest.mark.parametrize("kind", FAILING)
def test_endpoint_in_trouble_suggests_nothing_and_is_asked_once(
    kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    behaviour, reason = FAILING[kind]
    before = outcomes("failed")
    with Endpoint.open(behaviour) as endpoint:
        assert told(endpoint) is None
        assert len(endpoint.asked) == 1
    assert outcomes("failed") - before == 1
    assert reason in discreet(capsys, "large_model_failed")


@pytest.mark.parametrize("kind", SLOW)
def test_slow_endpoint_costs_no_more_than_is_allowed(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    with Endpoint.open(SLOW[kind]) as endpoint:
        began = time.monotonic()
        assert told(endpoint, allowed=BRIEF) is None
        assert BRIEF <= time.monotonic() - began < 10 * BRIEF
    assert "no answer in time" in discreet(capsys, "large_model_failed")


def test_nobody_there_is_a_failure_like_any_other() -> None:
    assert asyncio.run(model("http://127.0.0.1:9/v1").named("x")) is None


def discreet(capsys: pytest.CaptureFixture[str], line: str) -> str:
    """Return the log; it has that line, and neither the words, the key nor where they went."""
    log = "".join(capsys.readouterr())
    assert line in log
    for secret in (SECRET_WORDS, KEY, "知识产权", "省长", "销号", "127.0.0.1"):
        assert secret not in log
    return log


def test_endpoint_that_fails_in_a_row_is_left_alone_longer_and_longer() -> None:
    clock = Clock(frozen_at=NOW)
    with Endpoint.open(http(b"", "503 Busy")) as endpoint:
        asked = model(endpoint.url, clock=clock)

        def ask(times: int = 1) -> int:
            for _ in range(times):
                assert asyncio.run(asked.named("x")) is None
            return len(endpoint.asked)

        assert ask(PATIENCE) == PATIENCE
        before = outcomes("resting")
        assert ask(5) == PATIENCE
        assert outcomes("resting") - before == 5
        clock.advance(FIRST_REST)
        assert ask(2) == PATIENCE + 1
        clock.advance(FIRST_REST)
        assert ask() == PATIENCE + 1
        clock.advance(FIRST_REST)
        assert ask() == PATIENCE + 2
        for _ in range(20):
            clock.advance(LONGEST_REST)
            ask()
        assert len(endpoint.asked) == PATIENCE + 22
        endpoint.behave = names("ip")
        clock.advance(LONGEST_REST - timedelta(seconds=1))
        assert (asyncio.run(asked.named("x")), asked.rests) == (None, True)
        clock.advance(timedelta(seconds=1))
        assert (asyncio.run(asked.named("x")), asked.rests) == ("ip", False)
        endpoint.behave = http(b"", "503 Busy")
        assert ask(PATIENCE - 1) == PATIENCE + 22 + PATIENCE
        assert not asked.rests


def test_garbage_does_not_count_as_trouble() -> None:
    with Endpoint.open(says("好的")) as endpoint:
        asked = model(endpoint.url)
        for _ in range(PATIENCE + 1):
            assert asyncio.run(asked.named("x")) is None
        assert (len(endpoint.asked), asked.rests) == (PATIENCE + 1, False)


@pytest.mark.parametrize(
    ("given", "is_there"),
    [
        ({}, False),
        ({"llm_url": "https://llm.example/v1"}, False),
        ({"llm_model": "m-1"}, False),
        ({"llm_url": "https://llm.example/v1", "llm_model": "m-1"}, True),
    ],
)
def test_there_is_none_unless_both_address_and_model_are_set(
    given: dict[str, str], *, is_there: bool
) -> None:
    account: AccountConfig = account_config()
    settings = settings_for(account, "sqlite:///x.db", "http://127.0.0.1:9", **given)
    assert (large_model_of(settings, lambda: NOW) is not None) is is_there
