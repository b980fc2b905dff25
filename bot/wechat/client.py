"""The platform's API as one async client: send, upload, download, menus, QR codes.

Every call goes out at most twice, the second time only because the platform refused a stale token (and
so did nothing). Whether to repeat anything else is the caller's affair: see `Unreachable.sent`.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, TypeVar, final
from urllib.parse import quote

import httpx

from bot.wechat.errors import Action, ApiError, Unreachable, action_for
from bot.wechat.media import DOWNLOAD_CAP, DOWNLOAD_PATH, UPLOAD_PATH, Media, MediaKind, received
from bot.wechat.notices import fit_all
from bot.wechat.replies import clean
from bot.wechat.tokens import Tokens
from bot.wechat.transport import JSON, MEDIA_TIMEOUT, TIMEOUT, decode, encode, fetch

SEND_PATH: Final = "/cgi-bin/message/custom/send"
_SHOW_QR: Final = "https://mp.weixin.qq.com/cgi-bin/showqrcode?ticket="

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Receipt:
    """A message is in the platform's hands; `notice_id` is what its report will name, "" if we were not told.

    `is_whole` is False where the rest of the platform's answer is missing.
    """

    notice_id: str = ""
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class Qr:
    """A temporary QR code: what it encodes (`url`), its life in seconds, and where its picture is."""

    ticket: str
    url: str
    expires_seconds: int
    image_url: str


@final
class Client:
    """Talks to the API of one account; `api_base` is the scheme and host.

    Every method raises `ApiError` when the platform refuses and `Unreachable` when it gives no readable
    answer. The notices also raise `Unfit` for a value that cannot go into its field.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        tokens: Tokens,
        *,
        api_base: str,
        timeout: httpx.Timeout = TIMEOUT,
        media_timeout: httpx.Timeout = MEDIA_TIMEOUT,
    ) -> None:
        self._http = http
        self._tokens = tokens
        self._base = api_base.rstrip("/")
        self._timeout = timeout
        self._media_timeout = media_timeout

    async def call(self, path: str, body: object) -> dict[str, Any]:
        """POST `body` as JSON in real UTF-8 and return the answer, with one retry on a stale token."""
        return await self._with_token(lambda token: self._post(path, token, body))

    async def read(self, path: str, **params: str) -> dict[str, Any]:
        """GET `path` and return the answer, with one retry on a stale token."""
        return await self._with_token(lambda token: self._get(path, token, params))

    async def send_text(self, openid: str, text: str) -> Receipt:
        """Send a customer-service text of at most 2048 bytes; links in it are live (see `render`)."""
        return await self._send(openid, "text", {"content": clean(text)})

    async def send_image(self, openid: str, media_id: str) -> Receipt:
        """Send an uploaded picture as a customer-service message."""
        return await self._send(openid, "image", {"media_id": media_id})

    async def send_voice(self, openid: str, media_id: str) -> Receipt:
        """Send an uploaded recording as a customer-service message."""
        return await self._send(openid, "voice", {"media_id": media_id})

    async def send_menu(
        self, openid: str, head: str, options: Sequence[tuple[str, str]], tail: str = ""
    ) -> Receipt:
        """Send a menu message; `options` are `(id, content)`, and a tap says the content."""
        chosen = [{"id": number, "content": clean(content)} for number, content in options]
        menu = {"head_content": clean(head), "list": chosen, "tail_content": clean(tail)}
        return await self._send(openid, "msgmenu", menu)

    async def send_template(
        self,
        openid: str,
        template_id: str,
        data: Mapping[str, str],
        url: str | None = None,
        client_msg_id: str | None = None,
    ) -> Receipt:
        """Send a template message; TEMPLATESENDJOBFINISH will name the id that is returned.

        `client_msg_id` makes the platform refuse a repeat within 10 minutes (45065).
        """
        body = {"touser": openid, "template_id": template_id, "data": fit_all(data)}
        more = {"url": url, "client_msg_id": client_msg_id}
        return await self._hand_over("/cgi-bin/message/template/send", body | _given(more))

    async def send_subscription(
        self, openid: str, template_id: str, data: Mapping[str, str], page: str | None = None
    ) -> Receipt:
        """Send a subscription notice, which uses up one consent of a one-time template.

        `subscribe_msg_sent_event` will name the id that is returned. The platform's page does not promise
        that the answer tells one.
        """
        body = {"touser": openid, "template_id": template_id, "data": fit_all(data)}
        return await self._hand_over("/cgi-bin/message/subscribe/bizsend", body | _given({"page": page}))

    async def typing(self, openid: str) -> None:
        """Show that an answer is being written; errors of this kind are `Action.IGNORE`."""
        await self.call("/cgi-bin/message/custom/typing", {"touser": openid, "command": "Typing"})

    async def create_menu(self, buttons: Sequence[Mapping[str, Any]]) -> None:
        """Replace the account's menu; phones show it within about five minutes."""
        await self.call("/cgi-bin/menu/create", {"button": list(buttons)})

    async def create_qr(self, scene: str, expire_seconds: int) -> Qr:
        """Return a temporary QR code for `scene` (1 to 64 characters), living up to 30 days."""
        body = {
            "expire_seconds": expire_seconds,
            "action_name": "QR_STR_SCENE",
            "action_info": {"scene": {"scene_str": scene}},
        }
        answer = await self.call("/cgi-bin/qrcode/create", body)
        ticket, life = str(_expected(answer, "ticket", str)), _expected(answer, "expire_seconds", int)
        return Qr(ticket, str(answer.get("url", "")), life, _SHOW_QR + quote(ticket, safe=""))

    async def upload(self, kind: MediaKind, filename: str, content_type: str, data: bytes) -> str:
        """Upload a medium and return its media id, which lives three days."""
        files = {"media": (filename, data, content_type)}

        async def send(token: str) -> dict[str, Any]:
            request = self._request(
                "POST", UPLOAD_PATH, token, {"type": kind}, files=files, timeout=self._media_timeout
            )
            return decode((await fetch(self._http, request)).content, UPLOAD_PATH)

        answer = await self._with_token(send)
        return _expected(answer, "thumb_media_id" if kind is MediaKind.THUMB else "media_id", str)

    async def download(self, media_id: str, kind: MediaKind) -> Media:
        """Return a medium that a person sent, at most 10 MB; do it soon, it lives three days.

        An answer that is no medium of this kind is none: `Unreachable`.
        """

        async def get(token: str) -> Media:
            request = self._request(
                "GET", DOWNLOAD_PATH, token, {"media_id": media_id}, timeout=self._media_timeout
            )
            return received(await fetch(self._http, request, cap=DOWNLOAD_CAP), kind)

        return await self._with_token(get)

    async def user_info(self, openid: str) -> dict[str, Any]:
        """Return what the platform tells of a person: whether they follow, since when, by which scene."""
        return await self.read("/cgi-bin/user/info", openid=openid, lang="zh_CN")

    async def callback_ips(self) -> tuple[str, ...]:
        """Return the addresses pushes come from; a second line of defence, never the first."""
        answer = await self.read("/cgi-bin/getcallbackip")
        return tuple(str(address) for address in _expected(answer, "ip_list", list))

    async def _send(self, openid: str, kind: str, content: Mapping[str, Any]) -> Receipt:
        return await self._hand_over(SEND_PATH, {"touser": openid, "msgtype": kind, kind: content})

    async def _hand_over(self, path: str, body: object) -> Receipt:
        """Give the platform a message. One that it has taken need not be given again for its last words."""
        try:
            answer = await self.call(path, body)
        except Unreachable as error:
            if error.sent is not True:
                raise
            return Receipt(is_whole=False)
        if "errcode" not in answer:
            raise Unreachable("the answer has no errcode", sent=None)
        return Receipt(_notice_id(answer))

    async def _with_token(self, attempt: Callable[[str], Awaitable[T]]) -> T:
        """Return what `attempt` gives; a token refused as stale is replaced once, never twice."""
        token = await self._tokens.get()
        try:
            return await attempt(token)
        except ApiError as error:
            if action_for(error.code) is not Action.REFRESH_TOKEN:
                raise
        return await attempt(await self._tokens.get(stale=token))

    async def _post(self, path: str, token: str, body: object) -> dict[str, Any]:
        request = self._request("POST", path, token, {}, content=encode(body), headers=JSON)
        return decode((await fetch(self._http, request)).content, path)

    async def _get(self, path: str, token: str, params: Mapping[str, str]) -> dict[str, Any]:
        return decode((await fetch(self._http, self._request("GET", path, token, params))).content, path)

    def _request(
        self, method: str, path: str, token: str, params: Mapping[str, str], **more: Any
    ) -> httpx.Request:
        address = _address(self._base + path, token)
        if params:
            address = address.copy_merge_params(params)
        more.setdefault("timeout", self._timeout)
        return self._http.build_request(method, address, **more)


@lru_cache(maxsize=64)
def _address(path: str, token: str) -> httpx.URL:
    """Where a call goes. Putting it together anew takes a tenth of the time of a whole call."""
    return httpx.URL(path, params={"access_token": token})


def _notice_id(answer: Mapping[str, Any]) -> str:
    return clean(str(answer.get("msgid") or ""))[:64]


def _given(values: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in values.items() if value is not None}


def _expected(answer: Mapping[str, Any], name: str, kind: type[T]) -> T:
    value = answer.get(name)
    if not isinstance(value, kind):
        raise Unreachable(f"the answer lacks {name}", sent=True)
    return value
