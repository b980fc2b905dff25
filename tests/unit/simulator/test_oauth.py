"""Pages that know who reads them: the link, the code, the tokens, and who is told what."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from bot.simulator import connect, create_app
from bot.simulator.app import PAGE
from tests.unit.simulator.desk import ACCOUNT, Desk, Echo, told

HOME = "http://127.0.0.1:9/h5/mine?tab=1#top"


def link(
    scope: str = "snsapi_base", state: str = "s7", redirect: str = HOME, host: str = "http://desk"
) -> str:
    """Return an authorize link in the one order that the platform takes."""
    return (
        f"{host}/connect/oauth2/authorize?appid={ACCOUNT.app_id}&redirect_uri={quote(redirect, safe='')}"
        f"&response_type=code&scope={scope}&state={state}#wechat_redirect"
    )


async def offer(desk: Desk, openid: str, url: str) -> None:
    """Let the account write a link into somebody's chat."""
    await desk.act(openid, "say", text="你好")
    assert await desk.send(openid, f'<a href="{url}">我的诉求</a>') == 0


async def tap(desk: Desk, openid: str, url: str) -> httpx.Response:
    """Open a link of the chat as its reader, and follow it as far as it stays on this desk."""
    answer = await desk.http.get(f"/phones/{openid}/open", params={"url": url})
    while answer.is_redirect and str(answer.next_request.url).startswith("http://desk/"):  # type: ignore[union-attr]
        answer = await desk.http.get(str(answer.next_request.url))  # type: ignore[union-attr]
    return answer


def landed(answer: httpx.Response) -> dict[str, str]:
    """Return what the page was given: a code and its own state."""
    assert answer.status_code == 302
    parts = urlsplit(answer.headers["location"])
    assert (parts.scheme, parts.netloc, parts.path, parts.fragment) == (
        "http",
        "127.0.0.1:9",
        "/h5/mine",
        "top",
    )
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    assert query.pop("tab") == "1"
    return query


async def code_of(desk: Desk, openid: str, scope: str = "snsapi_base") -> str:
    """Return a fresh code of somebody."""
    await offer(desk, openid, link(scope))
    return landed(await tap(desk, openid, link(scope)))["code"]


async def sns(desk: Desk, path: str, **query: str) -> dict[str, Any]:
    """Call /sns as a page's server does."""
    response = await desk.http.get(f"/sns/{path}", params=query)
    assert response.status_code == 200
    answer: dict[str, Any] = response.json()
    return answer


async def redeem(desk: Desk, value: str, /, **changes: str) -> dict[str, Any]:
    """Change a code for tokens."""
    asked = {"appid": ACCOUNT.app_id, "secret": ACCOUNT.app_secret, "code": value}
    return await sns(desk, "oauth2/access_token", **(asked | {"grant_type": "authorization_code"} | changes))


async def renew(desk: Desk, token: str, **changes: str) -> dict[str, Any]:
    """Ask for two more hours."""
    asked = {"appid": ACCOUNT.app_id, "grant_type": "refresh_token", "refresh_token": token}
    return await sns(desk, "oauth2/refresh_token", **(asked | changes))


def test_page_learns_who_tapped_its_link(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        await offer(desk, "o1", link())
        given = landed(await tap(desk, "o1", link()))
        assert given["state"] == "s7"
        leave = await redeem(desk, given["code"])
        assert re.fullmatch(r"\d\d_[\w-]{80,}", leave.pop("access_token"))
        assert re.fullmatch(r"\d\d_[\w-]{80,}", leave.pop("refresh_token"))
        assert leave == {"expires_in": 7200, "openid": "o1", "scope": "snsapi_base"}

    told(story, echo)


def test_whoever_taps_last_is_the_visitor(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        desk.platform.add_user("李", openid="o2")
        codes = [await code_of(desk, openid) for openid in ("o1", "o2", "o1")]
        assert [(await redeem(desk, code))["openid"] for code in codes] == ["o1", "o2", "o1"]

    told(story, echo)


def test_code_is_good_once_and_for_five_minutes(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        first, second, third = [await code_of(desk, "o1") for _ in range(3)]
        assert "access_token" in await redeem(desk, first)
        assert (await redeem(desk, first))["errcode"] == 40163
        desk.platform.clock.advance(timedelta(seconds=299))
        assert "access_token" in await redeem(desk, second)
        desk.platform.clock.advance(timedelta(seconds=1))
        late = await redeem(desk, third)
        assert late["errcode"] == 40029
        assert re.fullmatch(r"invalid code rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}", late["errmsg"])
        assert (await redeem(desk, first))["errcode"] == 40163
        assert (await redeem(desk, "nonsense"))["errcode"] == 40029

    told(story, echo)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"appid": ""}, 41002),
        ({"secret": ""}, 41004),
        ({"appid": "wx0"}, 40013),
        ({"secret": "no"}, 40125),
        ({"grant_type": "client_credential"}, 40002),
        ({"code": ""}, 41008),
    ],
)
def test_code_is_kept_from_who_is_not_the_account(echo: Echo, change: dict[str, str], code: int) -> None:
    async def story(desk: Desk) -> None:
        value = await code_of(desk, "o1")
        assert (await redeem(desk, value, **change))["errcode"] == code
        assert "access_token" in await redeem(desk, value)

    told(story, echo)


def test_tokens_of_pages_and_of_the_account_do_not_open_each_others_doors(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        account = await desk.token_now()
        page = (await redeem(desk, await code_of(desk, "o1")))["access_token"]
        assert (await sns(desk, "auth", access_token=page, openid="o1"))["errcode"] == 0
        assert await desk.code(account) == 0
        assert (await sns(desk, "auth", access_token=account, openid="o1"))["errcode"] == 40001
        assert await desk.code(page) == 40001
        desk.platform.tokens.revoke_all()
        assert (await sns(desk, "auth", access_token=page, openid="o1"))["errcode"] == 0

    told(story, echo)


def test_page_may_ask_only_about_its_visitor(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        desk.platform.add_user("李", openid="o2")
        page = (await redeem(desk, await code_of(desk, "o1")))["access_token"]
        asked = [
            {"openid": "o1"},
            {"access_token": page},
            {"access_token": page, "openid": "o2"},
            {"access_token": "junk", "openid": "o1"},
        ]
        assert [(await sns(desk, "auth", **one))["errcode"] for one in asked] == [41001, 41009, 40003, 40001]
        desk.platform.clock.advance(timedelta(seconds=7200))
        assert (await sns(desk, "auth", access_token=page, openid="o1"))["errcode"] == 42001

    told(story, echo)


def test_userinfo_wants_its_scope_and_tells_ids_only(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        base = await redeem(desk, await code_of(desk, "o1"))
        refused = await sns(desk, "userinfo", access_token=base["access_token"], openid="o1", lang="zh_CN")
        assert refused["errcode"] == 48001
        leave = await redeem(desk, await code_of(desk, "o1", "snsapi_userinfo"))
        assert leave["scope"] == "snsapi_userinfo"
        asked = {"access_token": leave["access_token"], "openid": "o1", "lang": "zh_CN"}
        assert await sns(desk, "userinfo", **asked) == {"openid": "o1"}

    told(story, echo)


def test_union_id_is_the_same_everywhere_once_the_account_is_bound(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        leave = await redeem(desk, await code_of(desk, "o1", "snsapi_userinfo"))
        asked = {"access_token": leave["access_token"], "openid": "o1"}
        told_of = await sns(desk, "userinfo", **asked)
        known = await desk.call("user/info", openid="o1")
        assert leave["unionid"] == told_of["unionid"] == known["unionid"]
        assert "unionid" not in await redeem(desk, await code_of(desk, "o1"))

    told(story, echo, has_union_ids=True)


def test_access_token_is_renewed_for_thirty_days(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        leave = await redeem(desk, await code_of(desk, "o1"))
        desk.platform.clock.advance(timedelta(hours=1))
        longer = await renew(desk, leave["refresh_token"])
        assert longer == leave
        desk.platform.clock.advance(timedelta(hours=2))
        other = await renew(desk, leave["refresh_token"])
        assert other["access_token"] != leave["access_token"]
        assert (other["openid"], other["expires_in"]) == ("o1", 7200)
        old = await sns(desk, "auth", access_token=leave["access_token"], openid="o1")
        new = await sns(desk, "auth", access_token=other["access_token"], openid="o1")
        assert (old["errcode"], new["errcode"]) == (42001, 0)
        desk.platform.clock.advance(timedelta(days=30))
        assert (await renew(desk, leave["refresh_token"]))["errcode"] == 42002

    told(story, echo)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"refresh_token": "junk"}, 40030),
        ({"refresh_token": ""}, 41003),
        ({"appid": "wx0"}, 40013),
        ({"appid": ""}, 41002),
        ({"grant_type": "authorization_code"}, 40002),
    ],
)
def test_renewal_checks_its_call(echo: Echo, change: dict[str, str], code: int) -> None:
    async def story(desk: Desk) -> None:
        leave = await redeem(desk, await code_of(desk, "o1"))
        assert (await renew(desk, leave["refresh_token"], **change))["errcode"] == code

    told(story, echo)


APP = f"appid={ACCOUNT.app_id}"
BACK = f"redirect_uri={quote(HOME, safe='')}"
REST = "response_type=code&scope=snsapi_base"


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", connect.ORDER),
        (f"{BACK}&{APP}&{REST}&state=a", connect.ORDER),
        (f"{APP}&{BACK}&scope=snsapi_base&response_type=code&state=a", connect.ORDER),
        (f"{APP}&{BACK}&response_type=token&scope=snsapi_base&state=a", connect.ORDER),
        (f"{APP}&{REST}&state=a", connect.ORDER),
        (f"{APP}&redirect_uri={HOME}&{REST}&state=a&more=1", connect.ORDER),
        (f"appid=wx0&{BACK}&{REST}&state=a", connect.APP_ID),
        (f"{APP}&redirect_uri=&{REST}&state=a", connect.REDIRECT_URI),
        (f"{APP}&redirect_uri=javascript%3Aalert(1)&{REST}&state=a", connect.REDIRECT_URI),
        (f"{APP}&redirect_uri=http%3A%2F%2F%5B&{REST}&state=a", connect.REDIRECT_URI),
        (f"{APP}&redirect_uri=http%3A%2F%2Fevil.example%2F&{REST}&state=a", connect.HOST),
        (f"{APP}&redirect_uri=http%3A%2F%2F127.0.0.1%40evil.example&{REST}&state=a", connect.HOST),
        (f"{APP}&{BACK}&response_type=code&scope=snsapi_login&state=a", connect.SCOPE),
        (f"{APP}&{BACK}&{REST}&state={'a' * 129}", connect.STATE),
        (f"{APP}&{BACK}&{REST}&state=a-b", connect.STATE),
        (f"{APP}&{BACK}&{REST}&state=%E6%94%BF", connect.STATE),
    ],
)
def test_link_that_is_not_as_prescribed_leads_nowhere(echo: Echo, query: str, words: str) -> None:
    async def story(desk: Desk) -> None:
        await offer(desk, "o1", link())
        await tap(desk, "o1", link())
        answer = await desk.http.get(f"/connect/oauth2/authorize?{query}")
        assert answer.status_code == 200
        assert f"<p>{words}</p>" in answer.text

    told(story, echo)


@pytest.mark.parametrize("state", ["&state=" + "aZ9" * 42 + "bc", "&state=", ""])
def test_state_of_128_letters_or_none_comes_back(echo: Echo, state: str) -> None:
    async def story(desk: Desk) -> None:
        url = f"http://desk/connect/oauth2/authorize?{APP}&{BACK}&{REST}{state}"
        await offer(desk, "o1", url)
        answer = await tap(desk, "o1", url)
        assert answer.headers["location"].endswith(f"&state={state.removeprefix('&state=')}#top")

    told(story, echo)


def test_domain_of_the_console_is_compared_exactly(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        for redirect, lands in [("https://h5.example.gov/a", True), ("https://www.h5.example.gov/a", False)]:
            await offer(desk, "o1", link(redirect=redirect))
            answer = await tap(desk, "o1", link(redirect=redirect))
            assert (answer.status_code == 302) is lands
            assert (connect.HOST in answer.text) is not lands

    told(story, echo, oauth_host="h5.example.gov")


def test_browser_that_is_no_phone_is_told_so(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        answer = await desk.http.get(link())
        assert connect.NOT_WECHAT in answer.text
        desk.http.cookies.set(connect.COOKIE, "o9")
        assert connect.NOT_WECHAT in (await desk.http.get(link())).text

    told(story, echo)


def test_stranger_is_asked_before_a_page_learns_more(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        url = link("snsapi_userinfo")
        await offer(desk, "o1", url)
        await desk.act("o1", "unfollow")
        asked = await tap(desk, "o1", url)
        assert (asked.status_code, 'class="ask"' in asked.text) == (200, True)
        answers = re.findall(r'href="((?:allow|refuse)\?asked=[^"]+)"', asked.text)
        assert len(answers) == 2
        given = landed(await desk.http.get(f"/connect/oauth2/{answers[0]}"))
        assert (await redeem(desk, given["code"]))["openid"] == "o1"
        assert connect.STALE in (await desk.http.get(f"/connect/oauth2/{answers[0]}")).text
        again = re.findall(r'href="((?:allow|refuse)\?asked=[^"]+)"', (await tap(desk, "o1", url)).text)
        assert connect.REFUSED in (await desk.http.get(f"/connect/oauth2/{again[1]}")).text
        assert connect.STALE in (await desk.http.get(f"/connect/oauth2/{again[0]}")).text
        await offer_base(desk)

    async def offer_base(desk: Desk) -> None:
        await desk.act("o1", "follow")
        await offer(desk, "o1", link())
        await desk.act("o1", "unfollow")
        assert (await tap(desk, "o1", link())).status_code == 302

    told(story, echo)


def test_reader_of_a_snapshot_is_nobody_we_know(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        leave = await redeem(desk, await code_of(desk, "o1"))
        assert "is_snapshotuser" not in leave
        desk.platform.reconfigure(has_snapshots=True)
        virtual = await redeem(desk, await code_of(desk, "o1"))
        assert virtual["is_snapshotuser"] == 1
        assert re.fullmatch(r"o[\w-]{27}", virtual["openid"])
        assert await desk.send(virtual["openid"], "您好") == 40003

    told(story, echo)


def test_phone_opens_only_what_its_chat_or_the_menu_shows(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        shown, typed, card = "https://a.example/1?b=1&c=2", "https://a.example/2", "https://example.com/t/12"
        await offer(desk, "o1", shown.replace("&", "&amp;"))
        await desk.act("o1", "say", text=f"看 {typed} 这里")
        data = {"character_string1": {"value": "12"}, "thing2": {"value": "已派人到现场"}}
        body = {"touser": "o1", "template_id": "T-news", "url": card, "data": data}
        await desk.call("message/template/send", body)
        menu = "https://a.example/menu"
        await desk.call("menu/create", {"button": [{"name": "官网", "type": "view", "url": menu}]})
        for url in (shown, typed, card, menu):
            opened = await desk.http.get("/phones/o1/open", params={"url": url})
            assert (opened.status_code, opened.headers["location"]) == (302, url)
        for url in ("https://evil.example/", "javascript:alert(1)", ""):
            assert (await desk.http.get("/phones/o1/open", params={"url": url})).status_code == 404
        desk.platform.add_user("李", openid="o2")
        assert (await desk.http.get("/phones/o2/open", params={"url": shown})).status_code == 404
        assert (await desk.http.get("/phones/o9/open", params={"url": shown})).status_code == 404

    told(story, echo)


def test_link_to_the_real_host_stays_on_the_desk(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        url = link(host="https://open.weixin.qq.com")
        await offer(desk, "o1", url)
        assert (await redeem(desk, landed(await tap(desk, "o1", url))["code"]))["openid"] == "o1"

    told(story, echo)


def test_pages_work_under_any_prefix(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        url = link(host="https://open.weixin.qq.com")
        await offer(desk, "o1", url)
        app = Starlette(routes=[Mount("/demo", app=create_app(desk.platform))])
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://desk") as browser:
            opened = await browser.get("/demo/phones/o1/open", params={"url": url})
            assert opened.headers["location"].startswith("/demo/connect/oauth2/authorize?appid=")
            assert "; Path=/demo/connect;" in opened.headers["set-cookie"]
            code = landed(await browser.get(opened.headers["location"]))["code"]
            query = {"appid": ACCOUNT.app_id, "secret": ACCOUNT.app_secret, "code": code}
            answer = await browser.get(
                "/demo/sns/oauth2/access_token", params=query | {"grant_type": "authorization_code"}
            )
            assert answer.json()["openid"] == "o1"

    told(story, echo)


def test_page_is_strict_and_escapes_the_accounts_name(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        url = link("snsapi_userinfo")
        await offer(desk, "o1", url)
        await desk.act("o1", "unfollow")
        answer = await tap(desk, "o1", url)
        assert "&lt;b&gt;直通 申请" in answer.text
        assert "{{" not in answer.text
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'self';")
        assert answer.headers["cache-control"] == "no-store"
        html = (PAGE / "connect.html").read_text(encoding="utf-8")
        assert re.findall(r"<style|\sstyle=|\son\w+=|<script|https?://", html) == []

    told(story, echo, name="<b>直通")


def test_ticket_of_the_js_sdk_is_kept_for_two_hours(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        first = await desk.call("ticket/getticket", type="jsapi")
        assert (first["errcode"], first["expires_in"]) == (0, 7200)
        desk.platform.clock.advance(timedelta(seconds=7199))
        assert await desk.call("ticket/getticket", type="jsapi") == first | {"expires_in": 1}
        desk.platform.clock.advance(timedelta(seconds=1))
        desk.token = ""
        assert (await desk.call("ticket/getticket", type="jsapi"))["ticket"] != first["ticket"]
        assert (await desk.call("ticket/getticket", type="wx_card"))["errcode"] == 40097

    told(story, echo)
