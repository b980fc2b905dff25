"""The desk around the platform: the clock, the control API, and the phones' page."""

import asyncio
import contextlib
import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from bot.simulator import Clock, Platform, create_app
from bot.simulator.app import PAGE
from tests.faults.processes import until
from tests.unit.simulator.desk import ACCOUNT, HANG, NOON, Desk, Echo, told


def test_frozen_clock_moves_only_when_moved() -> None:
    clock = Clock(NOON)
    assert clock() == NOON
    assert clock.advance(timedelta(hours=1)) == NOON + timedelta(hours=1)
    assert clock.set(NOON) == NOON
    assert clock() == NOON


def test_running_clock_keeps_its_distance_from_real_time() -> None:
    clock = Clock()
    clock.advance(timedelta(days=3))
    distance = clock() - datetime.now(UTC)
    assert timedelta(days=3) - timedelta(seconds=5) < distance <= timedelta(days=3)
    assert clock.set(NOON) - NOON < timedelta(seconds=5)


def test_clock_wants_a_time_zone() -> None:
    with pytest.raises(ValueError, match="time zone"):
        Clock(datetime(2026, 1, 1))  # noqa: DTZ001 - the point of this test


def test_person_is_added_once(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        wanted = {"openid": "o2", "nickname": "李省长", "remark": "副省长", "followed": False}
        first = await desk.http.post("/phones", json=wanted)
        again = await desk.http.post("/phones", json={"openid": "o2", "nickname": "另一位"})
        assert (first.status_code, again.status_code) == (201, 200)
        assert first.json() == again.json()
        assert first.json() == {
            "openid": "o2",
            "nickname": "李省长",
            "remark": "副省长",
            "followed": False,
            "blocked": False,
            "typing": False,
            "last_id": 0,
            "window": {"open": False, "remaining": 0, "expires_at": None},
            "consents": {},
        }
        someone = (await desk.http.post("/phones", json={"nickname": "某人"})).json()
        assert re.fullmatch(r"o[A-Za-z0-9_-]{27}", someone["openid"])
        people = (await desk.http.get("/phones")).json()["phones"]
        assert [person["nickname"] for person in people] == ["王总", "李省长", "某人"]

    told(story, echo)


def test_transcript_waits_for_the_next_entry(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        await desk.act("o1", "say", text="你好")
        watching = asyncio.create_task(desk.http.get("/phones/o1/transcript?after=2&wait=5"))
        await asyncio.sleep(0)
        assert await desk.send("o1", "新消息") == 0
        heard = (await watching).json()
        assert [(entry["id"], entry["text"]) for entry in heard["entries"]] == [(3, "新消息")]
        assert (heard["last_id"], heard["phone"]["window"]["remaining"]) == (3, 4)
        nothing = (await desk.http.get("/phones/o1/transcript?after=3&wait=0.01")).json()
        assert nothing["entries"] == []

    told(story, echo)


def test_nobody_waits_for_a_desk_that_is_cleared_away(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        watching = asyncio.create_task(desk.platform.user("o1").wait(0, 30))
        await asyncio.sleep(0)
        desk.platform.hang_up()
        async with asyncio.timeout(5):
            assert await watching == []
            assert (await desk.http.get("/phones/o1/transcript?after=0&wait=30")).json()["entries"] == []

    told(story, echo)


def test_desk_that_is_cleared_away_leaves_no_errand_behind(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        echo.script.append(HANG)
        desk.platform.report("o1", {"Event": "TEMPLATESENDJOBFINISH"})
        await asyncio.to_thread(until, lambda: len(echo.seen) == 1)
        await desk.platform.aclose()
        desk.platform.report("o1", {"Event": "TEMPLATESENDJOBFINISH"})
        assert asyncio.all_tasks() == {asyncio.current_task()}

    told(story, echo)


def test_clock_is_moved_for_everyone(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        moved = await desk.http.post("/clock/advance", json={"seconds": 86400})
        assert moved.json() == {"now": "2026-11-24T04:00:00+00:00"}
        assert (await desk.http.get("/clock")).json() == moved.json()
        assert desk.platform.clock() == NOON + timedelta(days=1)

    told(story, echo)


@pytest.mark.parametrize(
    ("path", "content", "status"),
    [
        ("/phones/o1/say", b"{}", 422),
        ("/phones/o1/say", b'{"text":"  "}', 422),
        ("/phones/o1/say", b"[]", 400),
        ("/phones/o1/say", b"{", 400),
        ("/phones/o1/dance", b"{}", 404),
        ("/phones/o1/location", b'{"latitude":"north"}', 422),
        ("/phones/o1/consent", b'{"template_id":"S-none","accept":true}', 404),
        ("/phones/o1/push", b'{"fields":{}}', 422),
        ("/phones", b"{}", 422),
        ("/clock/advance", b"{}", 422),
    ],
)
def test_control_refuses_what_no_phone_can_do(echo: Echo, path: str, content: bytes, status: int) -> None:
    async def story(desk: Desk) -> None:
        response = await desk.http.post(path, content=content)
        assert response.status_code == status
        assert list(response.json()) == ["detail"]
        assert echo.seen == []

    told(story, echo)


def test_any_event_can_be_pushed(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        fields = {"MsgType": "event", "Event": "LOCATION", "Latitude": "41.8", "Longitude": "123.4"}
        pushed = await desk.http.post("/phones/o1/push", json={"fields": fields})
        assert pushed.json()["result"]["outcome"] == "accepted"
        assert (echo.seen[0].event, echo.seen[0].latitude) == ("location", 41.8)
        assert await desk.send("o1", "嗯") == 45015

    told(story, echo)


def test_account_tells_the_page_its_menu_and_codes(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        scene = {"action_name": "QR_STR_SCENE", "action_info": {"scene": {"scene_str": "b7"}}}
        made = await desk.call("qrcode/create", scene)
        account = (await desk.http.get("/account")).json()
        assert account == {
            "name": "政企直通",
            "menu": [],
            "subscriptions": {"S-once": "办结提醒", "S-ever": "进展提醒"},
            "codes": [{"scene": "b7", "ticket": made["ticket"]}],
        }

    told(story, echo)


def _page(prefix: str, **settings: str) -> httpx.Response:
    async def fetched() -> httpx.Response:
        async with contextlib.aclosing(Platform(ACCOUNT, Clock(NOON))) as platform:
            app = Starlette(routes=[Mount(prefix, app=create_app(platform, **settings))])
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://desk") as http:
                return await http.get(f"{prefix}/")

    return asyncio.run(fetched())


def test_page_is_served_under_any_prefix_with_its_names_filled_in() -> None:
    page = _page("/demo", wall_url="/wall", office_url="/office", intro='两部手机 <b>"随便"</b>')
    assert page.status_code == 200
    assert 'data-wall="/wall" data-office="/office"' in page.text
    assert "两部手机 &lt;b&gt;&quot;随便&quot;&lt;/b&gt;" in page.text
    assert "{{" not in page.text


@pytest.mark.parametrize(
    ("wall", "frame"),
    [("/wall", "'self'"), ("", "'self'"), ("https://wall.example.com/w?a=1", "https://wall.example.com")],
)
def test_page_forbids_everything_foreign(wall: str, frame: str) -> None:
    policy = _page("", wall_url=wall).headers["content-security-policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' blob:",
        "media-src": "'self'",
        "connect-src": "'self'",
        "frame-src": frame,
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'self'",
    }


def test_page_refers_only_to_files_of_its_own() -> None:
    html = (PAGE / "index.html").read_text(encoding="utf-8")
    referred = set(re.findall(r'(?:src|href)="([^"{]+)"', html))
    assert referred == {"page/icon.svg", "page/phones.css", "page/phones.js"}
    assert all((PAGE.parent / name).is_file() for name in referred)
    for text in [path.read_text(encoding="utf-8") for path in PAGE.iterdir()]:
        foreign = text.replace("http://www.w3.org/2000/svg", "")
        assert re.findall(r"https?://[\w.]+", foreign) == []


def test_page_has_no_inline_script_or_style() -> None:
    html = (PAGE / "index.html").read_text(encoding="utf-8")
    assert re.findall(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", html) == []
    assert '<html lang="zh-CN">' in html
