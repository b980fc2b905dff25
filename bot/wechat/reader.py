"""How a parsed push becomes an `Envelope`.

An unknown kind or event is an envelope with its raw tree, never an error: the platform adds new ones.
"""

import hashlib
import math
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from bot.wechat import xml
from bot.wechat.errors import Malformed
from bot.wechat.messages import (
    Article,
    Consent,
    Envelope,
    Event,
    Kind,
    Pictures,
    Privacy,
    ServiceSession,
)
from bot.wechat.xml import Node, Tree, branch, frozen, leaf

_LONGEST: Final = {"FromUserName": 64, "ToUserName": 64, "MsgId": 64, "MediaId": 200}
"""Characters; the platform's own are 28, 15, 17 and 64 long. What is longer is not its."""
_LAST_SECOND: Final = 253_402_300_799  # the year 9999: every accepted time fits a datetime

_FIELDS: Final[Mapping[Kind, Mapping[str, str]]] = {
    Kind.IMAGE: {"pic_url": "PicUrl", "media_id": "MediaId"},
    Kind.VOICE: {
        "media_id": "MediaId",
        "media_id_16k": "MediaId16K",
        "media_format": "Format",
        "recognition": "Recognition",
    },
    Kind.VIDEO: {"media_id": "MediaId", "thumb_media_id": "ThumbMediaId"},
    Kind.SHORTVIDEO: {"media_id": "MediaId", "thumb_media_id": "ThumbMediaId"},
    Kind.LOCATION: {"label": "Label"},
    Kind.LINK: {"title": "Title", "description": "Description", "url": "Url"},
    Kind.MINIPROGRAMPAGE: {"title": "Title", "thumb_media_id": "ThumbMediaId", "url": "PagePath"},
    Kind.FILE: {"title": "Title", "description": "Description"},
}
_KINDS: Final = {kind.value: kind for kind in Kind}
_EVENTS: Final = {event.value: event for event in Event}
Fields: TypeAlias = dict[str, Any]


def parse(body: bytes) -> Tree:
    """Return the tree of a push. In kinds we do not know any leaf may repeat: nothing is read from it.

    Raises:
        Malformed: the body breaks a limit, or repeats a leaf of a kind we read.
    """
    try:
        return xml.parse(body)
    except xml.LeafTwice:
        found = xml.parse(body, leaves_repeat=True)
        if _is_known(found):
            raise
        return found


def _is_known(tree: Tree) -> bool:
    """Whether we read more of a push than who sent it when. Who and when given twice is nobody, never."""
    kind = leaf(tree, "MsgType").strip().lower()
    return leaf(tree, "Event").strip().lower() in _EVENTS if kind == Kind.EVENT else kind in _KINDS


def read(tree: Tree, *, body: bytes, sealed: str, key_index: int | None) -> Envelope:
    """Return the envelope of a parsed push; `body` is the decrypted bytes `tree` was parsed from.

    Raises:
        Malformed: ToUserName, FromUserName, CreateTime or MsgType is missing or not a plain value, or an id
            is longer than the platform's can be.
    """
    _check_lengths(tree)
    account, openid = _required(tree, "ToUserName"), _required(tree, "FromUserName")
    created = _seconds(_required(tree, "CreateTime"))
    kind = _KINDS.get(_required(tree, "MsgType").lower(), Kind.UNKNOWN)
    msg_id = "" if kind is Kind.EVENT else leaf(tree, "MsgId")
    more = _details(tree, kind)
    if not msg_id:
        more["digest"] = hashlib.sha1(body, usedforsecurity=False).hexdigest()
    if "MsgDataId" in tree:
        more["article"] = Article(leaf(tree, "MsgDataId"), leaf(tree, "Idx"))
    return Envelope(account, openid, created, kind, frozen(tree), sealed, key_index, msg_id, **more)


def _words(tree: Tree) -> Fields:
    return {"text": leaf(tree, "Content"), "menu_id": leaf(tree, "bizmsgmenuid")}


def _details(tree: Tree, kind: Kind) -> Fields:
    if kind is Kind.TEXT:
        return _words(tree)
    if kind is Kind.EVENT:
        return _event(tree)
    more: Fields = {name: leaf(tree, tag) for name, tag in _FIELDS.get(kind, {}).items()}
    if kind is Kind.LOCATION:
        more |= _point(tree)
    return more


def _event(tree: Tree) -> Fields:
    name = _required(tree, "Event")
    event = _EVENTS.get(name.lower(), Event.UNKNOWN)
    return {
        "event": event,
        "event_name": name,
        "event_key": leaf(tree, "EventKey"),
        "menu": leaf(tree, "MenuId"),
        "qr_ticket": leaf(tree, "Ticket"),
        "notice_id": leaf(tree, "MsgID"),
    } | _DETAILS.get(event, _nothing_more)(tree)


def _place_reported(tree: Tree) -> Fields:
    return _place(tree, "Latitude", "Longitude") | {"precision": _number(leaf(tree, "Precision"))}


def _place_chosen(tree: Tree) -> Fields:
    chosen = branch(tree, "SendLocationInfo")
    return _point(chosen) | {"label": leaf(chosen, "Label"), "place": leaf(chosen, "Poiname")}


def _code_scanned(tree: Tree) -> Fields:
    scanned = branch(tree, "ScanCodeInfo")
    return {"scan_type": leaf(scanned, "ScanType"), "scan_result": leaf(scanned, "ScanResult")}


def _pictures_announced(tree: Tree) -> Fields:
    sent = branch(tree, "SendPicsInfo")
    sums = tuple(leaf(item, "PicMd5Sum") for item in _entries(branch(sent, "PicList").get("item", [])))
    count = leaf(sent, "Count")
    return {"pictures": Pictures(int(count) if count.isascii() and count.isdigit() else None, sums)}


def _service_session(tree: Tree) -> Fields:
    return {
        "service": ServiceSession(*_leaves(tree, "KfAccount", "FromKfAccount", "ToKfAccount", "CloseType"))
    }


def _privacy(tree: Tree) -> Fields:
    return {"privacy": Privacy(*_leaves(tree, "OpenID", "UnionID", "AppID", "RevokeInfo"))}


def _consents(container: str) -> Callable[[Tree], Fields]:
    def read_consents(tree: Tree) -> Fields:
        asked = _entries(branch(tree, container).get("List", []))
        return {"consents": tuple(_consent(entry) for entry in asked)}

    return read_consents


def _consent(entry: Tree) -> Consent:
    status = leaf(entry, "SubscribeStatusString") or leaf(entry, "ErrorStatus")
    return Consent(leaf(entry, "TemplateId"), status, *_leaves(entry, "MsgID", "ErrorCode", "PopupScene"))


_DETAILS: Final[Mapping[Event, Callable[[Tree], Fields]]] = {
    Event.SUBSCRIBE: lambda tree: {"scene": leaf(tree, "EventKey").removeprefix("qrscene_")},
    Event.SCAN: lambda tree: {"scene": leaf(tree, "EventKey")},
    Event.LOCATION: _place_reported,
    Event.LOCATION_SELECT: _place_chosen,
    Event.SCANCODE_PUSH: _code_scanned,
    Event.SCANCODE_WAITMSG: _code_scanned,
    Event.PIC_SYSPHOTO: _pictures_announced,
    Event.PIC_PHOTO_OR_ALBUM: _pictures_announced,
    Event.PIC_WEIXIN: _pictures_announced,
    Event.TEMPLATESENDJOBFINISH: lambda tree: {"notice_status": leaf(tree, "Status")},
    Event.SUBSCRIBE_MSG_POPUP: _consents("SubscribeMsgPopupEvent"),
    Event.SUBSCRIBE_MSG_CHANGE: _consents("SubscribeMsgChangeEvent"),
    Event.SUBSCRIBE_MSG_SENT: _consents("SubscribeMsgSentEvent"),
    Event.KF_CREATE_SESSION: _service_session,
    Event.KF_CLOSE_SESSION: _service_session,
    Event.KF_SWITCH_SESSION: _service_session,
    Event.USER_INFO_MODIFIED: _privacy,
    Event.USER_AUTHORIZATION_REVOKE: _privacy,
    Event.USER_AUTHORIZATION_CANCELLATION: _privacy,
}
"""What an event says beyond what every event may say; the others say no more."""


def _nothing_more(_: Tree) -> Fields:
    return {}


def _entries(node: Node) -> list[Tree]:
    """Return the containers of a list that the platform writes as one element or as several."""
    return [entry for entry in (node if isinstance(node, list) else [node]) if isinstance(entry, dict)]


def _leaves(tree: Tree, *names: str) -> list[str]:
    return [leaf(tree, name) for name in names]


def _point(tree: Tree) -> Fields:
    return _place(tree, "Location_X", "Location_Y") | {"scale": _number(leaf(tree, "Scale"))}


def _place(tree: Tree, latitude: str, longitude: str) -> Fields:
    north, east = _degrees(leaf(tree, latitude), 90), _degrees(leaf(tree, longitude), 180)
    return {"latitude": north, "longitude": east}


def _degrees(text: str, most: int) -> float | None:
    value = _number(text)
    return value if value is not None and -most <= value <= most else None


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _seconds(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(_LAST_SECOND))):
        raise Malformed("CreateTime")
    if (seconds := int(text)) > _LAST_SECOND:
        raise Malformed("CreateTime")
    return seconds


def _check_lengths(tree: Tree) -> None:
    for name, most in _LONGEST.items():
        if len(leaf(tree, name)) > most:
            raise Malformed(f"{name} is too long")


def _required(tree: Tree, name: str) -> str:
    value = leaf(tree, name).strip()
    if not value:
        raise Malformed(name)
    return value
