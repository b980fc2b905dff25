"""Template messages and subscription notices: consent, limits of values, and what became of them."""

from datetime import timedelta
from typing import Any

import pytest

from bot.simulator import FaultKind
from tests.unit.simulator.desk import Desk, Echo, told

CARD = {
    "touser": "o1",
    "template_id": "T-news",
    "url": "https://example.com/t/12",
    "data": {"character_string1": {"value": "12"}, "thing2": {"value": "已派人到现场"}},
}


def test_template_needs_no_window_and_reports_later(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        answer = await desk.call("message/template/send", CARD)
        await desk.platform.settle()
        entry = desk.platform.user("o1").transcript[-1].as_json()
        assert (entry["kind"], entry["via"], entry["title"]) == ("template", "template", "诉求进展")
        assert entry["rows"] == (("编号", "12"), ("进展", "已派人到现场"))
        event = echo.seen[-1]
        assert (event.event, event.status, event.id) == ("templatesendjobfinish", "success", answer["msgid"])

    told(story, echo)


def test_template_to_who_blocked_fails_later(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        await desk.act("o1", "block")
        assert (await desk.call("message/template/send", CARD))["errcode"] == 0
        await desk.platform.settle()
        assert echo.seen[-1].status == "failed:user block"
        assert [entry.kind for entry in desk.platform.user("o1").transcript] == ["system"]

    told(story, echo)


def test_template_with_a_known_client_msg_id_is_sent_once(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        body = CARD | {"client_msg_id": "event-7"}
        sent = [(await desk.call("message/template/send", body))["msgid"] for _ in range(2)]
        desk.platform.clock.advance(timedelta(minutes=10))
        sent.append((await desk.call("message/template/send", body))["msgid"])
        await desk.platform.settle()
        assert (sent[0] == sent[1], sent[1] == sent[2]) == (True, False)
        assert len(desk.platform.user("o1").transcript) == 2

    told(story, echo)


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"template_id": "T-none"}, 40037, ""),
        ({"touser": "o9"}, 40003, ""),
        ({"url": "https://" + "a" * 2050}, 40039, ""),
        ({"data": {}}, 47003, "data is empty"),
        ({"data": {"thing2": {"value": "好"}}}, 47003, "data.character_string1.value is empty"),
        (
            {"data": {"character_string1": {"value": "12"}, "thing2": {"value": "好" * 21}}},
            47003,
            "data.thing2.value invalid",
        ),
        ({"data": CARD["data"] | {"thing3": {"value": "好"}}}, 47003, "data.thing3.value invalid"),  # type: ignore[operator]
    ],
)
def test_template_checks_its_call(echo: Echo, change: dict[str, Any], code: int, field: str) -> None:
    async def story(desk: Desk) -> None:
        answer = await desk.call("message/template/send", CARD | change)
        assert answer["errcode"] == code
        assert field in answer["errmsg"]

    told(story, echo)


NOTICE = {"touser": "o1", "template_id": "S-once", "data": {"thing1": {"value": "电价补贴"}}}


def test_subscription_needs_a_consent_for_each_notice(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        async def send(template_id: str) -> int:
            answer = await desk.call("message/subscribe/bizsend", NOTICE | {"template_id": template_id})
            code: int = answer["errcode"]
            return code

        assert await send("S-once") == 43101
        await desk.act("o1", "consent", template_id="S-once", accept=False)
        assert await send("S-once") == 43101
        await desk.act("o1", "consent", template_id="S-once", accept=True)
        await desk.act("o1", "consent", template_id="S-ever", accept=True)
        assert [await send("S-once"), await send("S-once")] == [0, 43101]
        assert [await send("S-ever"), await send("S-ever")] == [0, 0]
        await desk.platform.settle()
        answered = [one.event for one in echo.seen]
        assert answered == ["subscribe_msg_popup_event"] * 3 + ["subscribe_msg_sent_event"] * 3

    told(story, echo)


@pytest.mark.parametrize(
    ("key", "good", "bad"),
    [
        ("thing1", "好" * 20, "好" * 21),
        ("phrase1", "办理中", "办理中中中中"),
        ("phrase1", "已办结", "done"),
        ("name1", "张三", "张" * 11),
        ("character_string1", "A-12/3", "十二"),
        ("number1", "12", "12 个"),
        ("phone_number1", "024-12345678", "0" * 18),
        ("amount1", "¥12.50", "十元"),
        ("time1", "2026年11月23日 10:00", "2026-11-23 10:00"),
        ("time1", "15:01", "下午"),
        ("date1", "2026年11月23日", "明天"),
        ("letter1", "ABC", "A1"),
        ("thing1", "好", ""),
        ("thing1", "好", 5),
        ("gadget1", None, "好"),
    ],
)
def test_values_keep_the_limits_of_their_kind(echo: Echo, key: str, good: str | None, bad: Any) -> None:
    async def story(desk: Desk) -> None:
        await desk.act("o1", "consent", template_id="S-ever", accept=True)
        for value, code in ((good, 0), (bad, 47003)):
            body = {"touser": "o1", "template_id": "S-ever", "data": {key: {"value": value}}}
            if value is not None:
                assert (await desk.call("message/subscribe/bizsend", body))["errcode"] == code

    told(story, echo)


def test_notice_that_is_lost_says_so_later(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        await desk.act("o1", "consent", template_id="S-once", accept=True)
        desk.platform.faults.add(FaultKind.NOTICE_LOST, times=2)
        sent = [
            await desk.call("message/template/send", CARD),
            await desk.call("message/subscribe/bizsend", NOTICE),
        ]
        await desk.platform.settle()
        assert [answer["errcode"] for answer in sent] == [0, 0]
        template, notice = sorted(echo.seen[1:], key=lambda event: str(event.event), reverse=True)
        assert (template.id, template.status) == (sent[0]["msgid"], "failed: system failed")
        listed = notice._data["SubscribeMsgSentEvent"]["List"]
        assert (listed["MsgID"], listed["ErrorCode"]) == (str(sent[1]["msgid"]), "-1")
        assert list(desk.platform.user("o1").transcript) == []

    told(story, echo)


@pytest.mark.parametrize("template_id", ["S-once", "S-ever"])
def test_consent_can_be_taken_back_in_the_settings(echo: Echo, template_id: str) -> None:
    async def story(desk: Desk) -> None:
        assert (await desk.act("o1", "revoke", template_id=template_id))["status"] == 404
        for _ in range(2):
            await desk.act("o1", "consent", template_id=template_id, accept=True)
        assert (await desk.act("o1", "revoke", template_id=template_id))["status"] == 200
        event = echo.seen[-1]
        assert event.event == "subscribe_msg_change_event"
        assert event._data["SubscribeMsgChangeEvent"]["List"] == {
            "TemplateId": template_id,
            "SubscribeStatusString": "reject",
        }
        answer = await desk.call("message/subscribe/bizsend", NOTICE | {"template_id": template_id})
        assert answer["errcode"] == 43101

    told(story, echo)


def test_consents_end_with_following(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        await desk.act("o1", "consent", template_id="S-once", accept=True)
        await desk.act("o1", "unfollow")
        assert (await desk.call("message/template/send", CARD))["errcode"] == 43004
        await desk.act("o1", "follow")
        assert (await desk.call("message/subscribe/bizsend", NOTICE))["errcode"] == 43101

    told(story, echo)
