"""What the platform pushes to us: kinds, events, and the frozen `Envelope`.

How a body becomes one is in `reader`. Must not live here: what any of it means to us.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

from bot.wechat.xml import FrozenTree

_KEY_IN_DEDUPE: Final = 128


class Kind(StrEnum):
    """The MsgType of a push."""

    TEXT = "text"
    IMAGE = "image"
    VOICE = "voice"
    VIDEO = "video"
    SHORTVIDEO = "shortvideo"
    LOCATION = "location"
    LINK = "link"
    MINIPROGRAMPAGE = "miniprogrampage"
    FILE = "file"
    """A document. The platform's pages do not name it, phones send it: its title is all that can be had."""
    EVENT = "event"
    UNKNOWN = "unknown"


class Event(StrEnum):
    """The Event of an event push, lower-cased: the platform's own spelling wavers."""

    SUBSCRIBE = "subscribe"
    UNSUBSCRIBE = "unsubscribe"
    SCAN = "scan"
    LOCATION = "location"
    CLICK = "click"
    VIEW = "view"
    VIEW_MINIPROGRAM = "view_miniprogram"
    SCANCODE_PUSH = "scancode_push"
    SCANCODE_WAITMSG = "scancode_waitmsg"
    PIC_SYSPHOTO = "pic_sysphoto"
    PIC_PHOTO_OR_ALBUM = "pic_photo_or_album"
    PIC_WEIXIN = "pic_weixin"
    LOCATION_SELECT = "location_select"
    TEMPLATESENDJOBFINISH = "templatesendjobfinish"
    SUBSCRIBE_MSG_POPUP = "subscribe_msg_popup_event"
    SUBSCRIBE_MSG_CHANGE = "subscribe_msg_change_event"
    SUBSCRIBE_MSG_SENT = "subscribe_msg_sent_event"
    KF_CREATE_SESSION = "kf_create_session"
    KF_CLOSE_SESSION = "kf_close_session"
    KF_SWITCH_SESSION = "kf_switch_session"
    USER_INFO_MODIFIED = "user_info_modified"
    USER_AUTHORIZATION_REVOKE = "user_authorization_revoke"
    USER_AUTHORIZATION_CANCELLATION = "user_authorization_cancellation"
    MASSSENDJOBFINISH = "masssendjobfinish"
    PUBLISHJOBFINISH = "publishjobfinish"
    UNKNOWN = "unknown"


class Consent(NamedTuple):
    """One template in a `subscribe_msg_*` event; `status` is `accept`, `reject`, or a send's outcome.

    `popup_scene` says where the person was asked: `1` on a page of ours, `2` in an article.
    """

    template_id: str
    status: str
    notice_id: str = ""
    error_code: str = ""
    popup_scene: str = ""


class Pictures(NamedTuple):
    """What a `pic_*` event announces: the pictures themselves follow as image messages."""

    announced: int | None
    md5_sums: tuple[str, ...]


class Article(NamedTuple):
    """The article a message was written under; `position` counts the articles of one post from 1."""

    data_id: str
    position: str


class ServiceSession(NamedTuple):
    """A `kf_*` event: which human account joined or left; `source` and `target` where it was handed on."""

    account: str
    source: str
    target: str
    close_type: str


class Privacy(NamedTuple):
    """Whose data a `user_*` event is about, and what was taken back; the app's own id stands beside it."""

    openid: str
    union_id: str
    app_id: str
    revoked: str


@dataclass(frozen=True, slots=True, repr=False)
class Envelope:
    """One push, read. Absent texts are empty, absent numbers None.

    `account` is our `gh_` id, `created` is in seconds, `raw` every element as it came, `sealed` the
    `Encrypt` text (or the plain XML) as received, `key_index` the key that opened it (None for plaintext),
    `digest` the SHA-1 of the decrypted body where `dedupe_key` needs it. Places are in degrees, `precision`
    in metres, `scale` is the map's zoom.
    """

    account: str
    openid: str
    created: int
    kind: Kind
    raw: FrozenTree = field(hash=False)
    sealed: str
    key_index: int | None
    msg_id: str = ""
    text: str = ""
    menu_id: str = ""
    media_id: str = ""
    media_id_16k: str = ""
    thumb_media_id: str = ""
    media_format: str = ""
    pic_url: str = ""
    recognition: str = ""
    latitude: float | None = None
    longitude: float | None = None
    precision: float | None = None
    scale: float | None = None
    label: str = ""
    place: str = ""
    title: str = ""
    description: str = ""
    url: str = ""
    event: Event | None = None
    event_name: str = ""
    event_key: str = ""
    menu: str = ""
    scene: str = ""
    qr_ticket: str = ""
    scan_type: str = ""
    scan_result: str = ""
    pictures: Pictures | None = None
    notice_id: str = ""
    notice_status: str = ""
    consents: tuple[Consent, ...] = ()
    article: Article | None = None
    service: ServiceSession | None = None
    privacy: Privacy | None = None
    digest: str = ""

    @property
    def dedupe_key(self) -> str:
        """Return what repeats of one push share and no two pushes do.

        MsgIds have coincided across users and same-second events collide, so neither stands alone. Time
        comes first: keys of one hour lie side by side wherever they are kept in order.
        """
        if self.msg_id:
            return f"m:{self.created}:{self.msg_id}:{self.openid}"
        event = (self.event_name or self.kind)[:_KEY_IN_DEDUPE]
        token = (self.notice_id or self.qr_ticket or self.menu)[:_KEY_IN_DEDUPE]
        key = self.event_key[:_KEY_IN_DEDUPE]
        return f"e:{self.created}:{self.openid}:{event}:{key}:{token}:{self.digest}"

    def __repr__(self) -> str:
        """Name the kind only: an envelope that strays into a log must not carry a person along."""
        return f"<Envelope {self.kind} {self.event_name}>"
