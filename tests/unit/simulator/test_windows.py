"""Customer-service messages: who may be written to, how often, until when."""

from datetime import timedelta
from typing import Any

import pytest

from bot.simulator.windows import Trigger
from tests.unit.simulator.desk import PNG, Desk, Echo, told


@pytest.mark.parametrize(
    ("act", "body", "allowed", "length"),
    [
        ("say", {"text": "你好"}, 5, timedelta(hours=48)),
        ("location", {"latitude": 41.8, "longitude": 123.4, "label": "沈阳"}, 5, timedelta(hours=48)),
        ("tap", {"command": "进度", "menu_id": "7"}, 5, timedelta(hours=48)),
        ("menu", {"key": "NEW"}, 3, timedelta(minutes=1)),
        ("follow", {}, 3, timedelta(minutes=1)),
        ("scan", {"scene": "bind-1"}, 3, timedelta(minutes=1)),
    ],
)
def test_window_allows_so_many_messages_for_so_long(
    echo: Echo, act: str, body: dict[str, Any], allowed: int, length: timedelta
) -> None:
    async def story(desk: Desk) -> None:
        assert await desk.send("o1", "早") == 45015
        await desk.act("o1", act, **body)
        assert [await desk.send("o1", "嗯") for _ in range(allowed + 1)] == [0] * allowed + [45047]
        await desk.act("o1", act, **body)
        desk.platform.clock.advance(length - timedelta(seconds=1))
        desk.token = ""
        assert await desk.send("o1", "赶上") == 0
        desk.platform.clock.advance(timedelta(seconds=1))
        assert await desk.send("o1", "晚了") == 45015

    told(story, echo)


def test_open_windows_do_not_add_up(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        await desk.act("o1", "say", text="你好")
        await desk.act("o1", "menu", key="NEW")
        assert [await desk.send("o1", "嗯") for _ in range(6)] == [0] * 5 + [45047]
        await desk.act("o1", "menu", key="NEW")
        assert [await desk.send("o1", "嗯") for _ in range(4)] == [0] * 3 + [45047]

    told(story, echo)


def test_menu_tap_window_is_a_setting(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        await desk.act("o1", "tap", command="进度", menu_id="1")
        person = (await desk.http.get("/phones/o1")).json()
        assert person["window"] == {"open": True, "remaining": 3, "expires_at": "2026-11-23T04:01:00+00:00"}

    told(story, echo, menu_tap=Trigger.MENU)


def test_phone_shows_its_window(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        person = (await desk.http.get("/phones/o1")).json()
        assert person["window"] == {"open": False, "remaining": 0, "expires_at": None}
        await desk.act("o1", "say", text="你好")
        await desk.send("o1", "嗯")
        person = (await desk.http.get("/phones/o1")).json()
        assert person["window"] == {"open": True, "remaining": 4, "expires_at": "2026-11-25T04:00:00+00:00"}

    told(story, echo)


def test_unfollowing_closes_the_window_and_the_way(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        await desk.act("o1", "say", text="你好")
        await desk.act("o1", "unfollow")
        assert await desk.send("o1", "还在吗") == 43004
        refused = await desk.act("o1", "say", text="在")
        assert (refused["status"], refused["detail"]) == (409, "this person does not follow the account")
        await desk.act("o1", "follow")
        await desk.act("o1", "block")
        assert await desk.send("o1", "还在吗") == 48002
        await desk.act("o1", "unblock")
        assert await desk.send("o1", "还在吗") == 0
        assert [message.event for message in echo.seen[1:]] == ["unsubscribe", "subscribe"]

    told(story, echo)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"touser": "nobody", "msgtype": "text", "text": {"content": "x"}}, 40003),
        ({"touser": ["o1"], "msgtype": "text", "text": {"content": "x"}}, 40003),
        ({"touser": "o1", "msgtype": "sticker"}, 40008),
        ({"touser": "o1", "msgtype": "text", "text": {"content": ""}}, 44004),
        ({"touser": "o1", "msgtype": "text", "text": {"content": 5}}, 47001),
        ({"touser": "o1", "msgtype": "text"}, 47001),
        ({"touser": "o1", "msgtype": "text", "text": {"content": "政" * 683}}, 45002),
        ({"touser": "o1", "msgtype": "image", "image": {"media_id": "x"}}, 40007),
        ({"touser": "o1", "msgtype": "news", "news": {"articles": [{}, {}]}}, 45008),
        ({"touser": "o1", "msgtype": "text", "text": {"content": "政" * 682 + "ab"}}, 0),
        (
            {
                "touser": "o1",
                "msgtype": "news",
                "news": {"articles": [{"title": "通知", "url": "https://a.cn"}]},
            },
            0,
        ),
    ],
)
def test_custom_send_checks_its_content(echo: Echo, body: dict[str, Any], code: int) -> None:
    async def story(desk: Desk) -> None:
        await desk.act("o1", "say", text="你好")
        assert (await desk.call("message/custom/send", body))["errcode"] == code

    told(story, echo)


def test_custom_send_shows_links_that_can_be_tapped(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        await desk.act("o1", "say", text="你好")
        text = (
            '新诉求 12：停电。<a href="weixin://bizmsgmenu?msgmenucontent=%E5%8F%97%E7%90%86%2012&msgmenuid=9">受理</a>'
            ' <a href="https://example.com/a?b=1&amp;c=2">网页</a> <b>粗</b>'
        )
        assert await desk.send("o1", text) == 0
        entry = (await desk.http.get("/phones/o1/transcript?after=2")).json()["entries"][0]
        assert entry["text"] == "新诉求 12：停电。受理 网页 <b>粗</b>"
        assert entry["links"] == [["受理", "受理 12"]]
        assert entry["parts"] == [
            "新诉求 12：停电。",
            {"label": "受理", "command": "受理 12", "menu_id": "9"},
            " ",
            {"label": "网页", "url": "https://example.com/a?b=1&c=2"},
            " <b>粗</b>",
        ]
        tapped = await desk.act("o1", "tap", label="受理")
        assert tapped["result"]["message"]["Content"] == "受理 12"
        assert echo.seen[-1]._data["bizmsgmenuid"] == "9"
        assert (await desk.act("o1", "tap", label="没有"))["status"] == 404

    told(story, echo)


def test_msgmenu_becomes_links_except_on_a_test_account(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        menu = {"head_content": "满意吗？", "list": [{"id": "1", "content": "满意"}], "tail_content": "谢谢"}
        body = {"touser": "o1", "msgtype": "msgmenu", "msgmenu": menu}
        await desk.act("o1", "say", text="你好")
        assert (await desk.call("message/custom/send", body))["errcode"] == 0
        entry = desk.platform.user("o1").transcript[-1]
        assert (entry.text, entry.links) == ("满意吗？\n满意\n谢谢", [("满意", "满意")])
        desk.platform.reconfigure(is_test_account=True)
        assert (await desk.call("message/custom/send", body))["errcode"] == 40200
        await desk.act("o1", "tap", label="满意")
        assert "bizmsgmenuid" not in echo.seen[-1]._data

    told(story, echo)


def test_typing_is_shown_until_the_message_comes(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        async def typing(command: str) -> int:
            answer = await desk.call("message/custom/typing", {"touser": "o1", "command": command})
            code: int = answer["errcode"]
            return code

        assert await typing("Typing") == 45080
        await desk.act("o1", "say", text="你好")
        assert [await typing("Typing"), await typing("Typing"), await typing("Rest")] == [0, 45081, 45072]
        assert (await desk.http.get("/phones/o1")).json()["typing"] is True
        await desk.send("o1", "好了")
        assert (await desk.http.get("/phones/o1")).json()["typing"] is False
        assert [await typing("Typing"), await typing("CancelTyping"), await typing("Typing")] == [0, 0, 0]
        desk.platform.clock.advance(timedelta(seconds=30))
        assert await typing("Typing") == 45081
        desk.platform.clock.advance(timedelta(seconds=1))
        assert await typing("CancelTyping") == 45080

    told(story, echo)


def test_image_sent_by_a_person_is_a_media_push(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        response = await desk.http.post("/phones/o1/image", files={"media": ("a.png", PNG, "image/png")})
        entry = response.json()["entries"][0]
        assert (entry["kind"], entry["media_id"]) == ("image", echo.seen[0].media_id)
        assert (await desk.http.get(f"/media/{entry['media_id']}")).content == PNG
        bad = await desk.http.post("/phones/o1/image", files={"media": ("a.png", b"hello", "image/png")})
        assert (bad.status_code, bad.json()) == (415, {"detail": "invalid file type"})

    told(story, echo)


def test_voice_is_amr_and_recognition_only_on_request(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        await desk.act("o1", "voice", seconds=4)
        await desk.act("o1", "voice", seconds=2, recognition="停电了")
        assert [message.format for message in echo.seen] == ["amr", "amr"]
        assert [message.recognition for message in echo.seen] == [None, "停电了"]
        voice = await desk.http.get(f"/media/{echo.seen[0].media_id}")
        assert (voice.content[:6], len(voice.content)) == (b"#!AMR\n", 6 + 200)

    told(story, echo)
