"""The pages of open.weixin.qq.com: who taps a link in the chat is known to the page behind it.

A phone opens its links through `/phones/{openid}/open`, which leaves a cookie: whoever tapped last is the
visitor, as there is one WeChat on one phone. Without it this is a browser like any other, and is told so.
The query is matched as it was written: the platform takes its parameters in one order only.
"""

import html
import re
from pathlib import Path
from typing import Final
from urllib.parse import quote, unquote, urlencode, urlsplit, urlunsplit

from starlette.requests import Request as HttpRequest
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.simulator.errors import PhoneError
from bot.simulator.oauth import Request, Scope, Visitor, visitor_of
from bot.simulator.platform import Platform
from bot.simulator.users import User

COOKIE: Final = "desk_phone"
PATH: Final = "/connect/oauth2/authorize"
OFFICIAL_HOST: Final = "open.weixin.qq.com"
_WRITTEN: Final = re.compile(
    r"appid=(?P<app_id>[^&]*)&redirect_uri=(?P<redirect_uri>[^&]*)&response_type=code"
    r"&scope=(?P<scope>[^&]*)(?:&state=(?P<state>[^&]*))?"
)
_STATE: Final = re.compile(r"[A-Za-z0-9]{0,128}")
_PAGE: Final = Path(__file__).parent / "page" / "connect.html"
_HEADERS: Final = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none';"
        " frame-ancestors 'none'"
    ),
}

# What the platform's own pages say.
ORDER: Final = "参数错误"
APP_ID: Final = "AppID 参数错误"
REDIRECT_URI: Final = "redirect_uri 参数错误"
HOST: Final = "redirect_uri 域名与后台配置不一致，错误码：10003"
SCOPE: Final = "scope 参数错误或没有 scope 权限，错误码：10005"
STATE: Final = "state 参数错误"
NOT_WECHAT: Final = "请在微信客户端打开链接"
REFUSED: Final = "您已拒绝，可以关闭本页"
STALE: Final = "页面已过期，请返回聊天重新打开"


class RefusedError(Exception):
    """A link that the platform does not follow; the argument is what its page says."""


class Connect:
    """The pages, over one platform."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._page = _PAGE.read_text(encoding="utf-8")

    def routes(self) -> list[Route]:
        """Return its routes, relative to wherever the simulator is mounted."""
        return [
            Route("/phones/{openid}/open", self._open, methods=["GET"]),
            Route(PATH, self._authorize, methods=["GET"]),
            Route("/connect/oauth2/allow", self._allow, methods=["GET"]),
            Route("/connect/oauth2/refuse", self._refuse, methods=["GET"]),
        ]

    async def _open(self, request: HttpRequest) -> Response:
        """Follow a link that stands in this person's chat, or in the menu, as this person."""
        user, url = self._platform.user(request.path_params["openid"]), request.query_params.get("url", "")
        if not url.startswith(("https://", "http://")) or not (
            user.has_seen(url) or self._platform.has_menu_link(url)
        ):
            raise PhoneError(404, "no such link in the chat")
        root = str(request.scope.get("root_path", ""))
        answer = RedirectResponse(_on_this_desk(url, root), 302, _HEADERS)
        answer.set_cookie(COOKIE, quote(user.openid), path=f"{root}/connect", httponly=True, samesite="lax")
        return answer

    async def _authorize(self, request: HttpRequest) -> Response:
        try:
            wanted = wanted_by(request.scope["query_string"].decode("latin-1"), self._platform)
            user = self._user(request)
        except RefusedError as refusal:
            return self._shown(str(refusal))
        account = self._platform.account
        visitor = visitor_of(
            user.openid, is_snapshot=account.has_snapshots, has_union_id=account.has_union_ids
        )
        # Followers who come from the chat are not asked.
        if wanted.scope == Scope.USERINFO and not user.followed:
            return self._shown(
                f"{account.name} 申请获取您的身份信息", self._platform.oauth.ask(visitor, wanted)
            )
        return self._back(visitor, wanted)

    def _user(self, request: HttpRequest) -> User:
        user = self._platform.users.get(unquote(request.cookies.get(COOKIE, "")))
        if user is None:
            raise RefusedError(NOT_WECHAT)
        return user

    async def _allow(self, request: HttpRequest) -> Response:
        answered = self._platform.oauth.answered(request.query_params.get("asked", ""))
        return self._back(*answered) if answered else self._shown(STALE)

    async def _refuse(self, request: HttpRequest) -> Response:
        self._platform.oauth.answered(request.query_params.get("asked", ""))
        return self._shown(REFUSED)

    def _back(self, visitor: Visitor, wanted: Request) -> Response:
        code = self._platform.oauth.code(visitor, wanted.scope, self._platform.clock())
        return RedirectResponse(with_query(wanted.redirect_uri, code=code, state=wanted.state), 302, _HEADERS)

    def _shown(self, words: str, question: str = "") -> Response:
        text = self._page.replace("{{words}}", html.escape(words))
        text = text.replace("{{asked}}", quote(question)).replace("{{kind}}", "ask" if question else "tell")
        return HTMLResponse(text, headers=_HEADERS)


def wanted_by(query: str, platform: Platform) -> Request:
    """Return what a page wants, from the query as it was written.

    Raises:
        RefusedError: an order, AppID, address, scope or state that the platform does not take.
    """
    written = _WRITTEN.fullmatch(query)
    if written is None:
        raise RefusedError(ORDER)
    if unquote(written["app_id"]) != platform.account.app_id:
        raise RefusedError(APP_ID)
    redirect_uri = unquote(written["redirect_uri"])
    _check_redirect(redirect_uri, platform)
    if written["scope"] not in set(Scope):
        raise RefusedError(SCOPE)
    state = unquote(written["state"] or "")
    if not _STATE.fullmatch(state):
        raise RefusedError(STATE)
    return Request(redirect_uri, Scope(written["scope"]), state)


def _check_redirect(redirect_uri: str, platform: Platform) -> None:
    try:
        parts = urlsplit(redirect_uri)
    except ValueError as error:
        raise RefusedError(REDIRECT_URI) from error
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise RefusedError(REDIRECT_URI)
    allowed = platform.account.oauth_host
    if parts.hostname != (urlsplit(platform.account.callback_url).hostname if allowed is None else allowed):
        raise RefusedError(HOST)


def with_query(url: str, **more: str) -> str:
    """Return `url` with parameters added before its fragment."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(query="&".join(filter(None, [parts.query, urlencode(more)]))))


def _on_this_desk(url: str, root: str) -> str:
    """Return where a link leads from here: the platform's own host is this desk."""
    parts = urlsplit(url)
    return f"{root}{PATH}?{parts.query}" if (parts.hostname, parts.path) == (OFFICIAL_HOST, PATH) else url
