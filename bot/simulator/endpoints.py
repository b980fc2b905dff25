"""What the account may call under /cgi-bin: one function a path, each giving the answer or an ApiError."""

import time
from typing import Final

from bot.simulator.calls import OK, Answer, Binary, Call, Endpoint
from bot.simulator.errors import ApiError
from bot.simulator.menus import checked
from bot.simulator.oauth import union_id_of
from bot.simulator.platform import Platform
from bot.simulator.sending import bizsend, custom_send, custom_typing, template_send
from bot.simulator.tokens import check_credentials

_LOOPBACK: Final = "127.0.0.1"
_OPERATOR: Final = "UNICOM"
_OPERATORS: Final = frozenset({"CHINANET", _OPERATOR, "CAP", "DEFAULT"})


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


def _menu_create(platform: Platform, call: Call) -> Answer:
    platform.menu, platform.menu_id = checked(call.body), platform.next_id() % 10**9
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
        **({"unionid": union_id_of(user.openid)} if platform.account.has_union_ids else {}),
    }


def _ip_list(_platform: Platform, _call: Call) -> Answer:
    return {"ip_list": [_LOOPBACK]}


async def _callback_check(platform: Platform, call: Call) -> Answer:
    """Look up the callback's host, and have the account's server echo as when its URL is saved."""
    action, operator = call.body.get("action"), call.body.get("check_operator", "DEFAULT")
    if action not in {"dns", "ping", "all"} or operator not in _OPERATORS:
        raise ApiError(40035)
    started = time.perf_counter()
    addresses, is_well = await platform.callback_addresses(), await platform.verify_callback()
    took = f"{(time.perf_counter() - started) * 1000:.3f}ms"
    dns = [{"ip": one, "real_operator": _OPERATOR} for one in addresses]
    loss = "0%" if is_well else "100%"
    ping = [{"ip": one, "from_operator": _OPERATOR, "package_loss": loss, "time": took} for one in addresses]
    return {**({"dns": dns} if action != "ping" else {}), **({"ping": ping} if action != "dns" else {})}


def _ticket(platform: Platform, call: Call) -> Answer:
    if call.query.get("type") != "jsapi":
        raise ApiError(40097)
    value, seconds = platform.tokens.ticket()
    return {**OK, "ticket": value, "expires_in": seconds}


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
    "/cgi-bin/message/custom/send": Endpoint("POST", custom_send),
    "/cgi-bin/message/custom/typing": Endpoint("POST", custom_typing),
    "/cgi-bin/message/template/send": Endpoint("POST", template_send),
    "/cgi-bin/message/subscribe/bizsend": Endpoint("POST", bizsend),
    "/cgi-bin/menu/create": Endpoint("POST", _menu_create),
    "/cgi-bin/menu/get": Endpoint("GET", _menu_get),
    "/cgi-bin/menu/delete": Endpoint("GET", _menu_delete),
    "/cgi-bin/get_current_selfmenu_info": Endpoint("GET", _menu_info),
    "/cgi-bin/qrcode/create": Endpoint("POST", _qrcode_create),
    "/cgi-bin/media/upload": Endpoint("POST", _media_upload, is_upload=True),
    "/cgi-bin/media/get": Endpoint("GET", _media_get),
    "/cgi-bin/user/info": Endpoint("GET", _user_info),
    "/cgi-bin/ticket/getticket": Endpoint("GET", _ticket),
    "/cgi-bin/getcallbackip": Endpoint("GET", _ip_list),
    "/cgi-bin/get_api_domain_ip": Endpoint("GET", _ip_list),
    "/cgi-bin/callback/check": Endpoint("POST", _callback_check),
    "/cgi-bin/clear_quota": Endpoint("POST", _clear_quota),
    "/cgi-bin/clear_quota/v2": Endpoint("POST", _clear_quota_v2, needs_token=False),
    "/cgi-bin/openapi/quota/get": Endpoint("POST", _quota_get),
}
