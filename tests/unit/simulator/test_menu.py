"""The menu at the foot of the chat: every type of button, and what the account is told of it."""

import hashlib
from typing import Any

import pytest

from tests.unit.simulator.desk import PNG, Desk, Echo, told

PAGE = "https://a.example/h5"
BUTTONS = [
    {"name": "官网", "type": "view", "url": PAGE},
    {
        "name": "扫码",
        "sub_button": [
            {"name": "扫一扫", "type": "scancode_push", "key": "S1"},
            {"name": "扫码等待", "type": "scancode_waitmsg", "key": "S2"},
        ],
    },
    {
        "name": "发送",
        "sub_button": [
            {"name": "拍照", "type": "pic_sysphoto", "key": "P1"},
            {"name": "拍照或相册", "type": "pic_photo_or_album", "key": "P2"},
            {"name": "相册", "type": "pic_weixin", "key": "P3"},
            {"name": "位置", "type": "location_select", "key": "L1"},
        ],
    },
]


async def hang(desk: Desk) -> None:
    """Give the account its menu."""
    assert (await desk.call("menu/create", {"button": BUTTONS}))["errcode"] == 0


def test_view_tells_the_page_and_opens_no_window(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        await hang(desk)
        tapped = await desk.act("o1", "menu", url=PAGE)
        assert [(entry["kind"], entry["text"]) for entry in tapped["entries"]] == [("menu", "官网")]
        event = echo.seen[0]
        assert (event.event, event.url, "MsgId" in event._data) == ("view", PAGE, False)
        assert event._data["MenuId"].isdigit()
        assert await desk.send("o1", "嗯") == 45015
        assert (await desk.act("o1", "menu", url="https://b.example/"))["status"] == 404

    told(story, echo)


@pytest.mark.parametrize(("key", "kind"), [("S1", "scancode_push"), ("S2", "scancode_waitmsg")])
def test_scancode_tells_what_was_seen_and_opens_a_window(echo: Echo, key: str, kind: str) -> None:
    async def story(desk: Desk) -> None:
        await hang(desk)
        await desk.act("o1", "menu", key=key, seen="https://a.example/code?1")
        event = echo.seen[0]
        assert (event.event, event.key) == (kind, key)
        assert (event.scan_type, event.scan_result) == ("qrcode", "https://a.example/code?1")
        assert [await desk.send("o1", "嗯") for _ in range(4)] == [0, 0, 0, 45047]

    told(story, echo)


@pytest.mark.parametrize(
    ("key", "kind"), [("P1", "pic_sysphoto"), ("P2", "pic_photo_or_album"), ("P3", "pic_weixin")]
)
def test_picture_follows_its_event_as_a_message(echo: Echo, key: str, kind: str) -> None:
    async def story(desk: Desk) -> None:
        await hang(desk)
        files = {"media": ("a.png", PNG, "image/png")}
        sent = (await desk.http.post("/phones/o1/menu", data={"key": key}, files=files)).json()
        assert [entry["kind"] for entry in sent["entries"]] == ["menu", "image"]
        event, image = echo.seen
        assert (event.event, event.key, event.count) == (kind, key, 1)
        md5 = hashlib.md5(PNG, usedforsecurity=False).hexdigest()
        assert event._data["SendPicsInfo"]["PicList"] == {"item": {"PicMd5Sum": md5}}
        assert (image.type, image.media_id) == ("image", sent["entries"][1]["media_id"])

    told(story, echo)


def test_place_follows_its_event_as_a_message(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        await hang(desk)
        await desk.act("o1", "menu", key="L1", latitude=41.8, longitude=123.4, label="沈阳")
        event, place = echo.seen
        assert (event.event, event.key) == ("location_select", "L1")
        assert event._data["SendLocationInfo"]["Location_X"] == "41.800000"
        assert (place.type, place.label) == ("location", "沈阳")

    told(story, echo)


@pytest.mark.parametrize("key", ["S1", "P1", "L1"])
def test_button_that_asks_for_more_does_nothing_without(echo: Echo, key: str) -> None:
    async def story(desk: Desk) -> None:
        await hang(desk)
        assert (await desk.act("o1", "menu", key=key))["status"] == 422
        assert (echo.seen, desk.platform.user("o1").last_id) == ([], 0)

    told(story, echo)


@pytest.mark.parametrize("changes", [{"is_test_account": True}, {"keeps_menu_ids": False}])
def test_some_clients_leave_the_id_of_a_menu_message_out(echo: Echo, changes: dict[str, Any]) -> None:
    async def story(desk: Desk) -> None:
        await desk.act("o1", "tap", command="受理 12", menu_id="9")
        assert (echo.seen[0].content, "bizmsgmenuid" in echo.seen[0]._data) == ("受理 12", False)

    told(story, echo, **changes)
