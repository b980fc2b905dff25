"""From the platform's words to ours: an `Envelope` becomes an `Incoming`, and so does the unreadable."""

import re
from datetime import datetime
from typing import Final

from bot.wechat.errors import Action, Unreadable, action_for
from bot.wechat.messages import Consent, Envelope, Event
from bot.wechat.messages import Kind as Wire
from handlers.turn import Incoming, Kind
from models.actions.reports import Verdict
from models.rules.windows import Channel

_MESSAGES: Final = {
    Wire.TEXT: Kind.TEXT,
    Wire.IMAGE: Kind.IMAGE,
    Wire.VOICE: Kind.VOICE,
    Wire.VIDEO: Kind.VIDEO,
    Wire.SHORTVIDEO: Kind.VIDEO,
    Wire.LOCATION: Kind.LOCATION,
    Wire.LINK: Kind.LINK,
    Wire.MINIPROGRAMPAGE: Kind.ODD,
    Wire.FILE: Kind.ODD,
    Wire.UNKNOWN: Kind.OTHER,
}
_EVENTS: Final = {
    Event.SUBSCRIBE: Kind.FOLLOW,
    Event.UNSUBSCRIBE: Kind.UNFOLLOW,
    Event.USER_AUTHORIZATION_CANCELLATION: Kind.CLOSED,
    Event.SCAN: Kind.SCAN,
    Event.CLICK: Kind.CLICK,
    Event.SUBSCRIBE_MSG_POPUP: Kind.CONSENT,
    Event.SUBSCRIBE_MSG_CHANGE: Kind.CONSENT,
    Event.TEMPLATESENDJOBFINISH: Kind.NOTICE_DONE,
    Event.SUBSCRIBE_MSG_SENT: Kind.NOTICE_DONE,
}
_DELIVERED: Final = "success"
_NO_ERROR: Final = "0"
_CODE: Final = re.compile(r"-?[0-9]{1,9}")
_LONGEST_ID: Final = 64


def incoming(envelope: Envelope) -> Incoming:
    """Return a push as handlers see it."""
    if envelope.kind is Wire.EVENT:
        kind = _EVENTS.get(envelope.event or Event.UNKNOWN, Kind.OTHER)
        name, text = f"event:{envelope.event_name}"[:40], envelope.scene or envelope.event_key
    else:
        kind = _MESSAGES[envelope.kind]
        name, text = str(envelope.kind), _text(envelope)
    return Incoming(
        key=envelope.dedupe_key,
        openid=_whose(envelope),
        kind=kind,
        name=name,
        text=text,
        sealed=envelope.sealed,
        sent_at=envelope.created,
        media=envelope.media_id or None,
        extra=_extra(envelope, kind),
    )


def unreadable(push: Unreadable, now: datetime) -> Incoming:
    """Return a push of which we know only that it is the platform's; who sent it, when and what is in it."""
    return Incoming(
        key=f"u:{push.digest}",
        openid="",
        kind=Kind.UNREADABLE,
        name=Kind.UNREADABLE,
        text="",
        sealed=push.sealed,
        sent_at=int(now.timestamp()),
    )


def _whose(envelope: Envelope) -> str:
    """Return whom a push is about: of a privacy event the sender may be the platform itself."""
    return envelope.privacy.openid if envelope.privacy and envelope.privacy.openid else envelope.openid


def _text(envelope: Envelope) -> str:
    if envelope.kind is Wire.TEXT:
        return envelope.text.strip()
    if envelope.kind is Wire.VOICE:
        return envelope.recognition.strip()
    if envelope.kind is Wire.LOCATION:
        is_placed = envelope.latitude is not None and envelope.longitude is not None
        return envelope.label or (f"{envelope.latitude}, {envelope.longitude}" if is_placed else "")
    return " ".join(part for part in (envelope.title, envelope.url) if part)


def _extra(envelope: Envelope, kind: Kind) -> dict[str, object] | None:
    if kind is Kind.CONSENT:
        return {"consents": [(consent.template_id, consent.status) for consent in envelope.consents]}
    if kind is Kind.NOTICE_DONE:
        return {"verdicts": _verdicts(envelope)}
    return None


def _verdicts(envelope: Envelope) -> list[Verdict]:
    if envelope.event is Event.SUBSCRIBE_MSG_SENT:
        return [_on_subscription(notice) for notice in envelope.consents]
    return [_on_template(envelope)]


def _on_template(envelope: Envelope) -> Verdict:
    status = envelope.notice_status
    return Verdict(Channel.TEMPLATE, _id(envelope.notice_id), None, status == _DELIVERED, status)


def _on_subscription(notice: Consent) -> Verdict:
    code, status = notice.error_code, notice.status
    is_delivered = code == _NO_ERROR if code else status in {"", _DELIVERED}
    return Verdict(
        Channel.SUBSCRIPTION,
        _id(notice.notice_id),
        _id(notice.template_id),
        is_delivered,
        f"{code} {status}".strip(),
        is_consent_used=bool(_CODE.fullmatch(code)) and action_for(int(code)) is Action.CONSENT_USED,
    )


def _id(text: str) -> str | None:
    """An id as we keep it: what the platform's client cuts off an answer's id is missing here too."""
    return text[:_LONGEST_ID] or None
