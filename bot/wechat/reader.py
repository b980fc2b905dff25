"""How a parsed push becomes an `Envelope`.

An unknown kind or event is an envelope with its raw tree, never an error: the platform adds new ones.
"""

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from bot.wechat import xml
from bot.wechat.errors import Malformed
from bot.wechat.messages import Consent, Envelope, Event, Kind
from bot.wechat.xml import Tree, branch, leaf

_LAST_SECOND: Final = 253_402_300_799  # the year 9999: every accepted time fits a datetime

_FIELDS: Final[Mapping[Kind, Mapping[str, str]]] = {
    Kind.IMAGE: {"pic_url": "PicUrl", "media_id": "MediaId"},
    Kind.VOICE: {"media_id": "MediaId", "media_format": "Format", "recognition": "Recognition"},
    Kind.VIDEO: {"media_id": "MediaId", "thumb_media_id": "ThumbMediaId"},
    Kind.SHORTVIDEO: {"media_id": "MediaId", "thumb_media_id": "ThumbMediaId"},
    Kind.LOCATION: {"label": "Label"},
    Kind.LINK: {"title": "Title", "description": "Description", "url": "Url"},
    Kind.MINIPROGRAMPAGE: {"title": "Title", "thumb_media_id": "ThumbMediaId", "url": "PagePath"},
}
_KINDS: Final = {kind.value: kind for kind in Kind}
_EVENTS: Final = {event.value: event for event in Event}
_PRIVACY: Final = frozenset({Event.USER_AUTHORIZATION_REVOKE, Event.USER_AUTHORIZATION_CANCELLATION})
_CONSENTS: Final[Mapping[Event, str]] = {
    Event.SUBSCRIBE_MSG_POPUP: "SubscribeMsgPopupEvent",
    Event.SUBSCRIBE_MSG_CHANGE: "SubscribeMsgChangeEvent",
    Event.SUBSCRIBE_MSG_SENT: "SubscribeMsgSentEvent",
}


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
        Malformed: ToUserName, FromUserName, CreateTime or MsgType is missing or not a plain value.
    """
    account, openid = _required(tree, "ToUserName"), _required(tree, "FromUserName")
    created = _seconds(_required(tree, "CreateTime"))
    kind = _KINDS.get(_required(tree, "MsgType").lower(), Kind.UNKNOWN)
    msg_id = "" if kind is Kind.EVENT else leaf(tree, "MsgId")
    more = _details(tree, kind)
    if not msg_id:
        more["digest"] = hashlib.sha1(body, usedforsecurity=False).hexdigest()
    return Envelope(account, openid, created, kind, tree, sealed, key_index, msg_id, **more)


def _words(tree: Tree) -> dict[str, Any]:
    return {"text": leaf(tree, "Content"), "menu_id": leaf(tree, "bizmsgmenuid")}


def _details(tree: Tree, kind: Kind) -> dict[str, Any]:
    if kind is Kind.TEXT:
        return _words(tree)
    if kind is Kind.EVENT:
        return _event(tree)
    more: dict[str, Any] = {name: leaf(tree, tag) for name, tag in _FIELDS.get(kind, {}).items()}
    if kind is Kind.LOCATION:
        more |= _place(tree, "Location_X", "Location_Y")
    return more


def _event(tree: Tree) -> dict[str, Any]:
    name, key = _required(tree, "Event"), leaf(tree, "EventKey")
    event = _EVENTS.get(name.lower(), Event.UNKNOWN)
    more: dict[str, Any] = {
        "event": event,
        "event_name": name,
        "event_key": key,
        "qr_ticket": leaf(tree, "Ticket"),
        "notice_id": leaf(tree, "MsgID"),
    }
    match event:
        case Event.SUBSCRIBE:
            more["scene"] = key.removeprefix("qrscene_")
        case Event.SCAN:
            more["scene"] = key
        case Event.LOCATION:
            more |= _place(tree, "Latitude", "Longitude")
        case Event.LOCATION_SELECT:
            chosen = branch(tree, "SendLocationInfo")
            more |= _place(chosen, "Location_X", "Location_Y") | {"label": leaf(chosen, "Label")}
        case Event.SCANCODE_PUSH | Event.SCANCODE_WAITMSG:
            more["scan_result"] = leaf(branch(tree, "ScanCodeInfo"), "ScanResult")
        case Event.TEMPLATESENDJOBFINISH:
            more["notice_status"] = leaf(tree, "Status")
    if event in _CONSENTS:
        more["consents"] = _consents(branch(tree, _CONSENTS[event]))
    if event in _PRIVACY:
        more["revoked_openid"] = leaf(tree, "OpenID")
    return more


def _consents(branch: Tree) -> tuple[Consent, ...]:
    lists = branch.get("List", [])
    entries = lists if isinstance(lists, list) else [lists]
    return tuple(_consent(entry) for entry in entries if isinstance(entry, dict))


def _consent(entry: Tree) -> Consent:
    status = leaf(entry, "SubscribeStatusString") or leaf(entry, "ErrorStatus")
    return Consent(leaf(entry, "TemplateId"), status, leaf(entry, "MsgID"), leaf(entry, "ErrorCode"))


def _place(tree: Tree, latitude: str, longitude: str) -> dict[str, float | None]:
    north, east = _degrees(leaf(tree, latitude), 90), _degrees(leaf(tree, longitude), 180)
    return {"latitude": north, "longitude": east}


def _degrees(text: str, most: int) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if -most <= value <= most else None


def _seconds(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(_LAST_SECOND))):
        raise Malformed("CreateTime")
    if (seconds := int(text)) > _LAST_SECOND:
        raise Malformed("CreateTime")
    return seconds


def _required(tree: Tree, name: str) -> str:
    value = leaf(tree, name).strip()
    if not value:
        raise Malformed(name)
    return value
