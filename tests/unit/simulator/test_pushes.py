"""Pushing: signed and sealed for a foreign reader, repeated, given up, judged."""

import asyncio
from datetime import timedelta

import httpx
import pytest
from wechatpy.crypto import WeChatCrypto

from bot.simulator import FaultKind, Mode
from bot.simulator.pushes import Outcome
from bot.simulator.users import OUT_OF_SERVICE
from tests.unit.simulator.desk import ACCOUNT, HANG, NOON, Desk, Echo, told


@pytest.mark.parametrize("mode", list(Mode))
def test_push_is_read_and_answered_by_wechatpy_in_every_mode(echo: Echo, mode: Mode) -> None:
    async def story(desk: Desk) -> None:
        echo.script.append("收到，马上办")
        answer = await desk.act("o1", "say", text="园区停电 ]]> 三天了")
        assert answer["result"]["outcome"] == "replied"
        shown = [(e["direction"], e["via"], e["kind"], e["text"]) for e in answer["entries"]]
        assert shown == [
            ("user", "", "text", "园区停电 ]]> 三天了"),
            ("account", "passive", "text", "收到，马上办"),
        ]
        assert desk.platform.violations == []
        assert echo.seen[0].content == "园区停电 ]]> 三天了"
        assert (echo.seen[0].source, echo.seen[0].target) == ("o1", desk.platform.account.original_id)
        assert echo.seen[0].create_time.timestamp() == NOON.timestamp()

    told(story, echo, mode=mode)


def test_push_carries_the_query_of_safe_mode(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        await desk.act("o1", "say", text="你好")
        query = echo.queries[0]
        assert sorted(query) == ["encrypt_type", "msg_signature", "nonce", "openid", "signature", "timestamp"]
        assert (query["openid"], query["encrypt_type"]) == ("o1", "aes")

    told(story, echo)


@pytest.mark.parametrize(("deliveries", "reuse_nonce"), [(3, False), (4, True)])
def test_failed_push_is_repeated_and_then_shown_as_out_of_service(
    echo: Echo, deliveries: int, *, reuse_nonce: bool
) -> None:
    async def story(desk: Desk) -> None:
        echo.script.extend([(500, b"")] * 9)
        answer = await desk.act("o1", "say", text="在吗")
        assert answer["result"]["outcome"] == "failed"
        assert [one["status"] for one in answer["result"]["deliveries"]] == [500] * deliveries
        assert [entry["text"] for entry in answer["entries"]] == ["在吗", OUT_OF_SERVICE]
        assert len({message.id for message in echo.seen}) == 1
        assert len({query["nonce"] for query in echo.queries}) == (1 if reuse_nonce else deliveries)

    told(story, echo, deliveries=deliveries, reuse_nonce=reuse_nonce)


def test_slow_answer_is_dropped_and_the_repeat_counts(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        echo.script.append(HANG)
        answer = await desk.act("o1", "say", text="慢")
        assert [one["outcome"] for one in answer["result"]["deliveries"]] == ["timeout", "replied"]
        assert [entry["text"] for entry in answer["entries"]] == ["慢", "收到：慢"]

    told(story, echo, patience=0.1)


def test_unreachable_server_is_out_of_service(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        result = await desk.platform.push("o1", {"MsgType": "text", "Content": "在吗"})
        assert [one.outcome for one in result.deliveries] == [Outcome.UNREACHABLE] * 3
        assert [entry.text for entry in desk.platform.user("o1").transcript] == [OUT_OF_SERVICE]

    told(story, Echo(url="http://127.0.0.1:9"))


def test_markfail_silences_the_platform_for_a_minute(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        echo.script.extend([(502, b"")] * 6)
        outcomes = [(await desk.act("o1", "say", text="喂"))["result"]["outcome"] for _ in range(3)]
        assert outcomes == ["failed", "failed", "silenced"]
        desk.platform.clock.advance(timedelta(seconds=60))
        assert (await desk.act("o1", "say", text="喂"))["result"]["outcome"] == "replied"

    told(story, echo, markfail_after=2)


def test_success_and_nothing_are_accepted_silently(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        for body in (b"success", b""):
            echo.script.append(body)
            answer = await desk.act("o1", "say", text="嗯")
            assert answer["result"]["outcome"] == "accepted"
            assert [entry["text"] for entry in answer["entries"]] == ["嗯"]
        assert desk.platform.violations == []

    told(story, echo)


def _plain(body: str, *, to: str = "o1", created: str = "1795406400") -> bytes:
    return (
        f"<xml><ToUserName>{to}</ToUserName><FromUserName>gh_5f0c1d2e3a4b</FromUserName>"
        f"<CreateTime>{created}</CreateTime>{body}</xml>"
    ).encode()


@pytest.mark.parametrize(
    ("answer", "rule"),
    [
        (b'"success"', "reply is unreadable: not well formed"),
        (b'{"detail":"Internal Server Error"}', "reply is unreadable: not well formed"),
        (b"\xff\xfe", "reply is not UTF-8"),
        (_plain("", to="o2"), "ToUserName and FromUserName are not swapped"),
        (_plain("", created="1795406400000"), "CreateTime is not in seconds"),
        (_plain("<MsgType>sticker</MsgType>"), "MsgType is unknown"),
        (_plain("<MsgType>text</MsgType><Content></Content>"), "Content is empty"),
        (_plain(f"<MsgType>text</MsgType><Content>{'政' * 683}</Content>"), "Content is over 2048 bytes"),
        (_plain("<MsgType>image</MsgType><Image><MediaId>x</MediaId></Image>"), "MediaId is unknown"),
        (_plain("<MsgType>news</MsgType><ArticleCount>2</ArticleCount>"), "ArticleCount is wrong"),
        (b"<xml><Encrypt>AAAA</Encrypt></xml>", "reply is not written in the account's mode"),
    ],
)
def test_answer_that_breaks_the_protocol_is_a_violation(echo: Echo, answer: bytes, rule: str) -> None:
    async def story(desk: Desk) -> None:
        echo.script.append(answer)
        said = await desk.act("o1", "say", text="问")
        assert said["entries"][-1]["text"] == OUT_OF_SERVICE
        assert [(one.rule, one.openid) for one in desk.platform.violations] == [(rule, "o1")]
        answer_json = (await desk.http.get("/violations")).json()
        assert [one["rule"] for one in answer_json["violations"]] == [rule]

    told(story, echo, mode=Mode.PLAINTEXT, deliveries=1)


@pytest.mark.parametrize(
    ("answer", "rule"),
    [
        (
            _plain("<MsgType>text</MsgType><Content>嗯</Content>"),
            "reply is not written in the account's mode",
        ),
        (b"<xml><Encrypt>AAAA</Encrypt></xml>", "MsgSignature, TimeStamp or Nonce is missing"),
        (
            b"<xml><Encrypt>A</Encrypt><MsgSignature>0</MsgSignature><TimeStamp>1</TimeStamp><Nonce>2</Nonce></xml>",
            "MsgSignature is wrong",
        ),
    ],
)
def test_answer_unsealed_in_safe_mode_is_a_violation(echo: Echo, answer: bytes, rule: str) -> None:
    async def story(desk: Desk) -> None:
        echo.script.append(answer)
        await desk.act("o1", "say", text="问")
        assert [one.rule for one in desk.platform.violations] == [rule]

    told(story, echo, deliveries=1)


def test_longest_content_is_no_violation(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        longest = "政" * 682 + "ab"
        echo.script.append(longest)
        answer = await desk.act("o1", "say", text="问")
        assert answer["entries"][-1]["text"] == longest
        assert desk.platform.violations == []

    told(story, echo)


def test_rotated_key_is_used_from_the_next_push_on(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        desk.platform.reconfigure(aes_key="B" * 42 + "A")
        assert (await desk.act("o1", "say", text="问"))["result"]["outcome"] == "failed"
        echo.crypto = WeChatCrypto(ACCOUNT.token, "B" * 42 + "A", ACCOUNT.app_id)
        assert (await desk.act("o1", "say", text="问"))["result"]["outcome"] == "replied"
        old = WeChatCrypto(ACCOUNT.token, ACCOUNT.aes_key, ACCOUNT.app_id)
        echo.script.append(
            old.encrypt_message(_plain("<MsgType>text</MsgType><Content>答</Content>").decode(), "1").encode()
        )
        assert (await desk.act("o1", "say", text="问"))["result"]["outcome"] == "failed"
        assert desk.platform.violations[-1].rule.startswith("reply is unreadable: ")

    told(story, echo, deliveries=1)


def test_duplicate_push_shows_the_answer_once(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        for kind in (FaultKind.DUPLICATE_PUSH, FaultKind.CONCURRENT_PUSH):
            desk.platform.faults.add(kind)
            answer = await desk.act("o1", "say", text="一次")
            assert [one["outcome"] for one in answer["result"]["deliveries"]] == ["replied", "replied"]
            assert [entry["text"] for entry in answer["entries"]] == ["一次", "收到：一次"]
        assert len({(message.id, message.source) for message in echo.seen}) == 2
        assert len(echo.seen) == 4

    told(story, echo)


def test_reordered_push_arrives_after_a_later_one(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        desk.platform.faults.add(FaultKind.REORDERED_PUSH)
        await asyncio.gather(desk.act("o1", "say", text="先"), desk.act("o1", "say", text="后"))
        assert [message.content for message in echo.seen] == ["后", "先"]

    told(story, echo)


def test_skew_moves_the_timestamps(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        desk.platform.faults.add(FaultKind.SKEW, seconds=-900)
        await desk.act("o1", "say", text="早")
        assert echo.queries[0]["timestamp"] == str(int(NOON.timestamp()) - 900)
        assert echo.seen[0].time == int(NOON.timestamp()) - 900

    told(story, echo)


def test_verify_callback_wants_its_echo(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        assert await desk.platform.verify_callback() is True
        desk.platform.reconfigure(callback_url=f"{echo.url}/elsewhere")
        assert await desk.platform.verify_callback() is False
        desk.platform.reconfigure(callback_url="http://127.0.0.1:9/")
        assert await desk.platform.verify_callback() is False

    told(story, echo)


def test_push_to_a_stranger_is_refused(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        answer = await desk.act("o9", "say", text="喂")
        assert (answer["status"], answer["detail"]) == (404, "no such person")
        assert isinstance(desk.http, httpx.AsyncClient)

    told(story, echo)


def test_events_of_one_second_look_alike(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        desk.platform.add_user("李", openid="o2")
        await desk.act("o1", "menu", key="A")
        desk.platform.clock.advance(timedelta(seconds=90))
        desk.platform.faults.add(FaultKind.SAME_SECOND, times=2)
        for openid, key in (("o1", "B"), ("o2", "C"), ("o1", "D")):
            await desk.act(openid, "menu", key=key)
        first, later = int(NOON.timestamp()), int(NOON.timestamp()) + 90
        assert [(event.key, event.time) for event in echo.seen] == [
            ("A", first), ("B", first), ("C", later), ("D", later)
        ]  # fmt: skip

    told(story, echo)


def test_id_of_a_message_may_coincide_with_a_strangers(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        desk.platform.add_user("李", openid="o2")
        await desk.act("o1", "say", text="甲")
        desk.platform.faults.add(FaultKind.SAME_ID)
        await desk.act("o2", "say", text="乙")
        await desk.act("o2", "say", text="丙")
        one, two, three = echo.seen
        assert (one.id == two.id, two.id == three.id) == (True, False)
        assert (one.source, two.source) == ("o1", "o2")

    told(story, echo)


NEWS = "<MsgType>news</MsgType><ArticleCount>{n}</ArticleCount><Articles>{items}</Articles>"


@pytest.mark.parametrize(
    ("act", "articles", "rule"),
    [
        ("say", 1, None),
        ("say", 2, "a message is answered by one article"),
        ("follow", 8, None),
        ("follow", 9, "ArticleCount is wrong"),
    ],
)
def test_number_of_articles_depends_on_the_question(
    echo: Echo, act: str, articles: int, rule: str | None
) -> None:
    async def story(desk: Desk) -> None:
        item = "<item><Title>通知</Title><Url>https://a.example/</Url></item>"
        echo.script.append(_plain(NEWS.format(n=articles, items=item * articles)))
        shown = (await desk.act("o1", act, text="问"))["entries"]
        assert [one.rule for one in desk.platform.violations] == ([rule] if rule else [])
        assert len([entry for entry in shown if entry["kind"] == "link"]) == (0 if rule else articles)

    told(story, echo, mode=Mode.PLAINTEXT, deliveries=1)


def test_repeat_may_come_four_times_before_it_is_given_up(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        echo.script.extend([(500, b"")] * 3)
        answer = await desk.act("o1", "say", text="在吗")
        assert [one["outcome"] for one in answer["result"]["deliveries"]] == ["http_error"] * 3 + ["replied"]
        assert [entry["text"] for entry in answer["entries"]] == ["在吗", "收到：在吗"]

    told(story, echo, deliveries=4)
