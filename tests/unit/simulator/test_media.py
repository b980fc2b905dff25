"""Pictures, voices and QR codes: kept three days, checked, scanned."""

import io
from datetime import timedelta
from typing import Any

import pytest

from bot.simulator.media import sniff
from tests.unit.simulator.desk import NOON, PNG, Desk, Echo, told


def test_media_lives_three_days(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        query = {"access_token": await desk.token_now(), "type": "image"}
        files = {"media": ("站牌.png", PNG, "image/png")}
        uploaded = await desk.http.post("/cgi-bin/media/upload", params=query, files=files)
        answer = uploaded.json()
        assert (answer["type"], answer["created_at"]) == ("image", int(NOON.timestamp()))
        query = {"access_token": await desk.token_now(), "media_id": answer["media_id"]}
        got = await desk.http.get("/cgi-bin/media/get", params=query)
        assert (got.content, got.headers["content-type"]) == (PNG, "image/png")
        assert got.headers["content-disposition"].startswith('attachment; filename="')
        desk.platform.clock.advance(timedelta(days=3))
        desk.token = ""
        assert (await desk.call("media/get", media_id=answer["media_id"]))["errcode"] == 40007
        assert (await desk.http.get(f"/media/{answer['media_id']}")).content == PNG

    told(story, echo)


@pytest.mark.parametrize(
    ("kind", "content", "code"),
    [
        ("image", b"%PDF-1.7", 40005),
        ("gif", PNG, 40004),
        ("voice", b"#!AMR\n" + b"\0" * 2 * 1024 * 1024, 40006),
        ("thumb", b"\xff\xd8\xff" + b"\0" * 64 * 1024, 40006),
        ("voice", b"", 41005),
    ],
)
def test_media_upload_checks_kind_format_and_size(echo: Echo, kind: str, content: bytes, code: int) -> None:
    async def story(desk: Desk) -> None:
        query = {"access_token": await desk.token_now(), "type": kind}
        response = await desk.http.post(
            "/cgi-bin/media/upload", params=query, files={"media": ("a", io.BytesIO(content))}
        )
        assert response.json()["errcode"] == code

    told(story, echo)


def test_picture_of_a_person_can_be_fetched_and_sent_on(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        await desk.http.post("/phones/o1/image", files={"media": ("a.png", PNG, "image/png")})
        media_id = echo.seen[0].media_id
        query = {"access_token": await desk.token_now(), "media_id": media_id}
        assert (await desk.http.get("/cgi-bin/media/get", params=query)).content == PNG
        body = {"touser": "o1", "msgtype": "image", "image": {"media_id": media_id}}
        assert (await desk.call("message/custom/send", body))["errcode"] == 0
        assert desk.platform.user("o1").transcript[-1].draft.media_id == media_id

    told(story, echo)


def test_code_is_a_picture_that_people_scan(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        scene = {
            "expire_seconds": 600,
            "action_name": "QR_STR_SCENE",
            "action_info": {"scene": {"scene_str": "b7"}},
        }
        made = await desk.call("qrcode/create", scene)
        assert made["expire_seconds"] == 600
        picture = await desk.http.get("/cgi-bin/showqrcode", params={"ticket": made["ticket"]})
        assert (sniff(picture.content), picture.headers["content-type"]) == ("image/png", "image/png")
        desk.platform.add_user("李", openid="o2", followed=False)
        await desk.act("o1", "scan", scene=made["url"])
        await desk.act("o2", "scan", scene=made["ticket"])
        scan, subscribe = echo.seen
        assert (scan.event, scan.scene_id, scan.ticket) == ("scan", "b7", made["ticket"])
        assert (subscribe.event, subscribe.scene_id) == ("subscribe_scan", "b7")
        assert (await desk.call("user/info", openid="o2"))["qr_scene_str"] == "b7"
        desk.platform.clock.advance(timedelta(seconds=600))
        assert (await desk.act("o1", "scan", scene="b7"))["status"] == 410
        gone = await desk.http.get("/cgi-bin/showqrcode", params={"ticket": made["ticket"]})
        assert gone.status_code == 404

    told(story, echo)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"action_name": "QR", "action_info": {"scene": {"scene_str": "a"}}}, 40052),
        ({"action_name": "QR_STR_SCENE", "action_info": {"scene": {"scene_str": "a" * 65}}}, 40053),
        (
            {
                "action_name": "QR_STR_SCENE",
                "expire_seconds": 2592001,
                "action_info": {"scene": {"scene_str": "a"}},
            },
            40053,
        ),
        ({"action_name": "QR_LIMIT_SCENE", "action_info": {"scene": {"scene_id": 100001}}}, 40053),
        ({"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": "a"}}}, 0),
    ],
)
def test_code_checks_its_scene(echo: Echo, body: dict[str, Any], code: int) -> None:
    async def story(desk: Desk) -> None:
        assert (await desk.call("qrcode/create", body)).get("errcode", 0) == code

    told(story, echo)


def test_code_that_nobody_made_has_no_picture(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        for ticket in ({"ticket": "gQnonsense=="}, {}):
            assert (await desk.http.get("/cgi-bin/showqrcode", params=ticket)).status_code == 404

    told(story, echo)
