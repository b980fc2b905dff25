"""What the account may call under /cgi-bin: one function a path, each giving the answer or an ApiError."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, Literal

from bot.simulator.contents import draft_of
from bot.simulator.encoder import Value
from bot.simulator.errors import ApiError
from bot.simulator.faults import FaultKind
from bot.simulator.menus import checked
from bot.simulator.notices import Template, rows
from bot.simulator.platform import Platform
from bot.simulator.tokens import check_credentials
from bot.simulator.users import Draft, User

OK: Final[dict[str, Any]] = {"errcode": 0, "errmsg": "ok"}
_REMEMBERED: Final = timedelta(minutes=10)
_RECENT: Final = timedelta(seconds=30)
_LONGEST_URL: Final = 2048
_LOOPBACK: Final = "127.0.0.1"


@dataclass(slots=True)
class Call:
    """One request: query, JSON object, and the uploaded file if it was a form."""

    path: str
    query: Mapping[str, str]
    body: dict[str, Any] = field(default_factory=dict)
    upload: bytes | None = None


@dataclass(frozen=True, slots=True)
class Binary:
    """An answer that is a file."""

    content: bytes
    content_type: str
    filename: str


Answer = dict[str, Any] | Binary


@dataclass(frozen=True, slots=True)
class Endpoint:
    """How a path is called: its method, whether it wants a token, and what it does."""

    method: str
    run: Callable[[Platform, Call], Answer]
    needs_token: bool = True
    is_upload: bool = False


def _token(platform: Platform, call: Call) -> Answer:
    if call.query.get("grant_type") != "client_credential":
        raise ApiError(40002)
    check_credentials(platform.account, call.query.get("appid"), call.query.get("secret"))
    platform.quotas.spend(call.path, platform.clock())
    value, seconds = platform.tokens.classic()
    return {"access_token": value, "expires_in": seconds}


def _stable_token(platform: Platform, call: Call) -> Answer:
    if call.body.get("grant_type") != "client_credential":
        raise ApiError(40002)
    check_credentials(platform.account, call.body.get("appid"), call.body.get("secret"))
    platform.quotas.spend(call.path, platform.clock())
    value, seconds = platform.tokens.stable(force=call.body.get("force_refresh") is True)
    return {"access_token": value, "expires_in": seconds}


def _custom_send(platform: Platform, call: Call) -> Answer:
    user, now = platform.recipient(call.body.get("touser")), platform.clock()
    if user.blocked:
        raise ApiError(48002)
    if platform.account.is_test_account and call.body.get("msgtype") == "msgmenu":
        raise ApiError(40200)
    draft = draft_of(call.body, platform.media, now)
    user.windows.spend(now)
    user.show(draft, "account", now, "custom")
    return OK


def _custom_typing(platform: Platform, call: Call) -> Answer:
    user, command = platform.recipient(call.body.get("touser")), call.body.get("command")
    if command not in {"Typing", "CancelTyping"}:
        raise ApiError(45072)
    if user.last_active is None or platform.clock() - user.last_active > _RECENT:
        raise ApiError(45080)
    if command == "Typing" and user.is_being_typed_to:
        raise ApiError(45081)
    user.is_being_typed_to = command == "Typing"
    user.stir()
    return OK


def _template_send(platform: Platform, call: Call) -> Answer:
    template = _template(platform.account.template_ids, call)
    user = platform.recipient(call.body.get("touser"))
    draft = _card(template, "template", call.body)
    known = _already_sent(platform, user, call.body.get("client_msg_id"))
    if known is not None:
        return {**OK, "msgid": known}
    msgid = platform.next_id() % 10**10
    _remember(platform, user, call.body.get("client_msg_id"), msgid)
    status = "failed:user block" if user.blocked else "success"
    if platform.faults.take_push(FaultKind.NOTICE_LOST):
        status = "failed: system failed"
    if status == "success":
        user.show(draft, "account", platform.clock(), "template")
    platform.report(user.openid, {"Event": "TEMPLATESENDJOBFINISH", "MsgID": msgid, "Status": status})
    return {**OK, "msgid": msgid}


def _bizsend(platform: Platform, call: Call) -> Answer:
    template = _template(platform.account.subscription_ids, call)
    user, template_id = platform.recipient(call.body.get("touser")), str(call.body["template_id"])
    if user.blocked or not user.consents[template_id]:
        raise ApiError(43101)
    draft = _card(template, "subscription", call.body)
    if not template.is_long_term:
        user.consents[template_id] -= 1
    msgid = platform.next_id() % 10**10
    sent: dict[str, Value] = {"TemplateId": template_id, "MsgID": msgid}
    if fault := platform.faults.take_push(FaultKind.NOTICE_LOST):
        sent |= {"ErrorCode": fault.errcode, "ErrorStatus": "failed"}
    else:
        user.show(draft, "account", platform.clock(), "subscription")
        sent |= {"ErrorCode": 0, "ErrorStatus": "success"}
    platform.report(
        user.openid, {"Event": "subscribe_msg_sent_event", "SubscribeMsgSentEvent": {"List": sent}}
    )
    return {**OK, "msgid": msgid} if platform.account.tells_notice_ids else OK


def _template(templates: Mapping[str, Template], call: Call) -> Template:
    template_id = call.body.get("template_id")
    template = templates.get(template_id) if isinstance(template_id, str) else None
    if template is None:
        raise ApiError(40037)
    return template


def _card(template: Template, kind: Literal["template", "subscription"], body: dict[str, Any]) -> Draft:
    url = body.get("url") or body.get("page") or ""
    if not isinstance(url, str) or len(url) > _LONGEST_URL:
        raise ApiError(40039)
    lines = rows(template, body.get("data"))
    text = "\n".join(f"{label}：{value}" for label, value in lines)
    return Draft(kind, text, title=template.title, url=url, rows=lines)


def _already_sent(platform: Platform, user: User, client_msg_id: Any) -> int | None:
    sent = platform.sent_notices.get((user.openid, str(client_msg_id))) if client_msg_id else None
    return sent[0] if sent and platform.clock() - sent[1] < _REMEMBERED else None


def _remember(platform: Platform, user: User, client_msg_id: Any, msgid: int) -> None:
    if client_msg_id:
        platform.sent_notices[user.openid, str(client_msg_id)] = (msgid, platform.clock())


def _menu_create(platform: Platform, call: Call) -> Answer:
    platform.menu = checked(call.body)
    return OK


def _menu_get(platform: Platform, _call: Call) -> Answer:
    if not platform.menu:
        raise ApiError(46003)
    return {"menu": {"button": platform.menu}}


def _menu_delete(platform: Platform, _call: Call) -> Answer:
    platform.menu = []
    return OK


def _menu_info(platform: Platform, _call: Call) -> Answer:
    return {"is_menu_open": int(bool(platform.menu)), "selfmenu_info": {"button": platform.menu}}


def _qrcode_create(platform: Platform, call: Call) -> Answer:
    code, seconds = platform.codes.create(call.body, platform.clock())
    lifetime = {} if seconds is None else {"expire_seconds": seconds}
    return {"ticket": code.ticket, **lifetime, "url": code.url}


def _media_upload(platform: Platform, call: Call) -> Answer:
    media = platform.media.add(call.query.get("type", ""), call.upload or b"", platform.clock())
    key = "thumb_media_id" if media.kind == "thumb" else "media_id"
    return {
        "type": media.kind,
        key: media.media_id,
        "created_at": int(media.created_at.timestamp()),
        "item": [],
    }


def _media_get(platform: Platform, call: Call) -> Answer:
    media = platform.media.get(call.query.get("media_id"), platform.clock())
    if media.kind == "video":
        return {"video_url": f"http://mpvideo.qpic.cn/{media.media_id}.mp4"}
    return Binary(media.content, media.content_type, media.filename)


def _user_info(platform: Platform, call: Call) -> Answer:
    user = platform.users.get(call.query.get("openid", ""))
    if user is None:
        raise ApiError(40003)
    if not user.followed:
        return {"subscribe": 0, "openid": user.openid}
    since = int(user.subscribed_at.timestamp()) if user.subscribed_at else 0
    came = "ADD_SCENE_QR_CODE" if user.scene else "ADD_SCENE_SEARCH"
    return {
        "subscribe": 1,
        "openid": user.openid,
        "language": "zh_CN",
        "subscribe_time": since,
        "remark": "",
        "groupid": 0,
        "tagid_list": [],
        "subscribe_scene": came,
        "qr_scene": int(user.scene) if user.scene.isascii() and user.scene.isdigit() else 0,
        "qr_scene_str": user.scene,
    }


def _ip_list(_platform: Platform, _call: Call) -> Answer:
    return {"ip_list": [_LOOPBACK]}


def _callback_check(_platform: Platform, _call: Call) -> Answer:
    dns = [{"ip": _LOOPBACK, "real_operator": "UNICOM"}]
    ping = [{"ip": _LOOPBACK, "from_operator": "UNICOM", "package_loss": "0%", "time": "0.052ms"}]
    return {"dns": dns, "ping": ping}


def _clear_quota(platform: Platform, call: Call) -> Answer:
    if call.body.get("appid") != platform.account.app_id:
        raise ApiError(40013)
    platform.quotas.clear(platform.clock())
    return OK


def _clear_quota_v2(platform: Platform, call: Call) -> Answer:
    check_credentials(platform.account, call.body.get("appid"), call.body.get("appsecret"))
    platform.quotas.clear(platform.clock())
    return OK


def _quota_get(platform: Platform, call: Call) -> Answer:
    reading = platform.quotas.reading(str(call.body.get("cgi_path")), platform.clock())
    return {**OK, "quota": reading}


ENDPOINTS: Final[dict[str, Endpoint]] = {
    "/cgi-bin/token": Endpoint("GET", _token, needs_token=False),
    "/cgi-bin/stable_token": Endpoint("POST", _stable_token, needs_token=False),
    "/cgi-bin/message/custom/send": Endpoint("POST", _custom_send),
    "/cgi-bin/message/custom/typing": Endpoint("POST", _custom_typing),
    "/cgi-bin/message/template/send": Endpoint("POST", _template_send),
    "/cgi-bin/message/subscribe/bizsend": Endpoint("POST", _bizsend),
    "/cgi-bin/menu/create": Endpoint("POST", _menu_create),
    "/cgi-bin/menu/get": Endpoint("GET", _menu_get),
    "/cgi-bin/menu/delete": Endpoint("GET", _menu_delete),
    "/cgi-bin/get_current_selfmenu_info": Endpoint("GET", _menu_info),
    "/cgi-bin/qrcode/create": Endpoint("POST", _qrcode_create),
    "/cgi-bin/media/upload": Endpoint("POST", _media_upload, is_upload=True),
    "/cgi-bin/media/get": Endpoint("GET", _media_get),
    "/cgi-bin/user/info": Endpoint("GET", _user_info),
    "/cgi-bin/getcallbackip": Endpoint("GET", _ip_list),
    "/cgi-bin/get_api_domain_ip": Endpoint("GET", _ip_list),
    "/cgi-bin/callback/check": Endpoint("POST", _callback_check),
    "/cgi-bin/clear_quota": Endpoint("POST", _clear_quota),
    "/cgi-bin/clear_quota/v2": Endpoint("POST", _clear_quota_v2, needs_token=False),
    "/cgi-bin/openapi/quota/get": Endpoint("POST", _quota_get),
}
