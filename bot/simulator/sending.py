"""What the account sends to people: customer-service messages, template messages, subscription notices."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final, Literal

from bot.simulator.calls import OK, Answer, Call
from bot.simulator.contents import draft_of
from bot.simulator.encoder import Value
from bot.simulator.errors import ApiError
from bot.simulator.faults import FaultKind
from bot.simulator.notices import Template, rows
from bot.simulator.platform import Platform
from bot.simulator.users import Draft, User

_REMEMBERED: Final = timedelta(minutes=10)
_RECENT: Final = timedelta(seconds=30)
_LONGEST_URL: Final = 2048


def custom_send(platform: Platform, call: Call) -> Answer:
    """Send a customer-service message, if a window is open."""
    user, now = platform.recipient(call.body.get("touser")), platform.clock()
    if user.blocked:
        raise ApiError(48002)
    if platform.account.is_test_account and call.body.get("msgtype") == "msgmenu":
        raise ApiError(40200)
    draft = draft_of(call.body, platform.media, now)
    user.windows.spend(now)
    user.show(draft, "account", now, "custom")
    return OK


def custom_typing(platform: Platform, call: Call) -> Answer:
    """Show, or stop showing, that somebody types: within 30 seconds of the person's last act."""
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


def template_send(platform: Platform, call: Call) -> Answer:
    """Accept a template message; what became of it is pushed later."""
    template = _template(platform.account.template_ids, call)
    user = platform.recipient(call.body.get("touser"))
    draft = _card(template, "template", call.body)
    known = _already_sent(platform, user, call.body.get("client_msg_id"))
    if known is not None:
        return {**OK, "msgid": known}
    msgid = platform.next_id() % 10**10
    _remember(platform, user, call.body.get("client_msg_id"), msgid)
    status = _fate(platform, user)
    if status == "success":
        user.show(draft, "account", platform.clock(), "template")
    platform.report(user.openid, {"Event": "TEMPLATESENDJOBFINISH", "MsgID": msgid, "Status": status})
    return {**OK, "msgid": msgid}


def _fate(platform: Platform, user: User) -> str:
    """Return the status that a template message will have."""
    if user.blocked:
        return "failed:user block"
    return "failed: system failed" if platform.faults.take_push(FaultKind.NOTICE_LOST) else "success"


def bizsend(platform: Platform, call: Call) -> Answer:
    """Send a subscription notice: one consent, one notice, unless the template is a long-term one."""
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
        sent |= {"ErrorCode": fault.errcode, "ErrorStatus": "system failed"}
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
