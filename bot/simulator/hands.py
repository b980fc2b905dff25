"""What a person can do with WeChat on a phone: every act shows in the chat and reaches the account."""

from typing import Final

from bot.simulator.buttons import Extras, Place, event_of
from bot.simulator.encoder import Value
from bot.simulator.errors import ApiError, PhoneError
from bot.simulator.media import EXTENSIONS, silence
from bot.simulator.menus import button_by_key, button_by_url
from bot.simulator.platform import Platform
from bot.simulator.pushes import PushResult
from bot.simulator.users import (
    BLOCKED,
    EXPIRED_CODE,
    FOLLOWED,
    UNBLOCKED,
    UNFOLLOWED,
    Draft,
    User,
)

_LONGEST_TEXT: Final = 20_000
_POPUP_H5: Final = "1"


class Hands:
    """The hands of the people on one platform.

    Every act may raise PhoneError: 404 for a stranger, 409 for what their relation to the account forbids.
    """

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    async def say(self, openid: str, text: str) -> PushResult:
        """Type a text and send it."""
        user = self._follower(openid)
        if not text.strip() or len(text) > _LONGEST_TEXT:
            raise PhoneError(422, "a text has 1 to 20000 characters")
        self._show(user, Draft("text", text, (text,)))
        return await self._platform.push(openid, {"MsgType": "text", "Content": text})

    async def tap(self, openid: str, command: str, menu_id: str) -> PushResult:
        """Tap a link that says `command`."""
        user = self._follower(openid)
        self._show(user, Draft("text", command, (command,)))
        fields: dict[str, Value] = {"MsgType": "text", "Content": command}
        account = self._platform.account
        if menu_id and account.keeps_menu_ids and not account.is_test_account:
            fields["bizmsgmenuid"] = menu_id
        return await self._platform.push(openid, fields)

    async def tap_label(self, openid: str, label: str) -> PushResult:
        """Tap the newest link in the chat with that label."""
        link = self._follower(openid).latest_link(label)
        if link is None:
            raise PhoneError(404, "no such link in the chat")
        return await self.tap(openid, link.command, link.menu_id)

    async def send_image(self, openid: str, content: bytes) -> PushResult:
        """Send a picture (png, jpeg or gif)."""
        user = self._follower(openid)
        media_id = self._keep("image", content)
        self._show(user, Draft("image", media_id=media_id))
        url = f"http://mmbiz.qpic.cn/mmbiz_jpg/{media_id}/0"
        return await self._platform.push(openid, {"MsgType": "image", "PicUrl": url, "MediaId": media_id})

    async def send_voice(
        self, openid: str, *, content: bytes | None, seconds: int, recognition: str | None
    ) -> PushResult:
        """Send a voice message: `content` (amr, speex or mp3), or silence of that many seconds."""
        user = self._follower(openid)
        media_id = self._keep("voice", silence(seconds) if content is None else content)
        media = self._platform.media.get(media_id, self._platform.clock())
        self._show(user, Draft("voice", media_id=media_id, seconds=seconds))
        fields: dict[str, Value] = {
            "MsgType": "voice",
            "MediaId": media_id,
            "Format": EXTENSIONS[media.content_type],
            "MediaId16K": media_id,
        }
        if recognition is not None:
            fields["Recognition"] = recognition
        return await self._platform.push(openid, fields)

    async def send_location(self, openid: str, place: Place) -> PushResult:
        """Send a place."""
        user = self._follower(openid)
        self._show(user, Draft("location", place.label))
        return await self._platform.push(openid, {"MsgType": "location", **place.fields()})

    async def follow(self, openid: str, scene: str = "") -> PushResult:
        """Follow the account, by a QR code if there is a `scene`; again if already following."""
        user = self._platform.user(openid)
        user.followed, user.blocked, user.scene = True, False, scene
        user.subscribed_at = self._platform.clock()
        self._note(user, FOLLOWED)
        event = {"MsgType": "event", "Event": "subscribe"}
        if not scene:
            return await self._platform.push(openid, {**event, "EventKey": ""})
        ticket = self._ticket(scene)
        return await self._platform.push(openid, {**event, "EventKey": f"qrscene_{scene}", "Ticket": ticket})

    async def unfollow(self, openid: str) -> PushResult:
        """Leave the account: windows close, consents end."""
        self._leave(openid)
        return await self._platform.push(openid, {"MsgType": "event", "Event": "unsubscribe", "EventKey": ""})

    async def give_up(self, openid: str) -> PushResult:
        """Give up the WeChat account: the account is told so by the platform itself, as a privacy event."""
        self._leave(openid)
        event = {"MsgType": "event", "Event": "user_authorization_cancellation", "OpenID": openid}
        return await self._platform.push(openid, event)

    def _leave(self, openid: str) -> None:
        user = self._follower(openid)
        user.followed, user.subscribed_at = False, None
        user.windows.close()
        user.consents.clear()
        self._note(user, UNFOLLOWED)

    def block(self, openid: str, *, blocked: bool) -> None:
        """Stop, or allow again, messages of the account; the account is not told."""
        user = self._follower(openid)
        user.blocked = blocked
        self._note(user, BLOCKED if blocked else UNBLOCKED)

    async def scan(self, openid: str, seen: str) -> PushResult:
        """Scan a QR code by its scene, ticket or content; a scene nobody made is taken as it stands."""
        user, code = self._platform.user(openid), self._platform.codes.read(seen)
        if code is not None and not code.is_valid(self._platform.clock()):
            self._note(user, EXPIRED_CODE)
            raise PhoneError(410, "the code has expired")
        scene = code.scene if code else seen
        if not scene:
            raise PhoneError(422, "nothing to scan")
        if not user.followed:
            return await self.follow(openid, scene)
        fields = {"MsgType": "event", "Event": "SCAN", "EventKey": scene, "Ticket": self._ticket(scene)}
        return await self._platform.push(openid, fields)

    async def press(self, openid: str, key: str, extras: Extras) -> PushResult:
        """Tap a menu button that has a key, and give what its type asks for next.

        What was photographed or picked follows as a message of its own; a key nobody made is a plain click.
        """
        user = self._follower(openid)
        button = button_by_key(self._platform.menu, key) or {"name": key, "type": "click"}
        event = {"MsgType": "event", "EventKey": key, **event_of(str(button["type"]), extras)}
        self._show(user, Draft("menu", str(button["name"])))
        pushed = await self._platform.push(openid, event)
        if extras.picture is not None:
            await self.send_image(openid, extras.picture)
        if extras.place is not None:
            await self.send_location(openid, extras.place)
        return pushed

    async def view(self, openid: str, url: str) -> PushResult:
        """Tap a menu button that opens a page."""
        user = self._follower(openid)
        button = button_by_url(self._platform.menu, url)
        if button is None:
            raise PhoneError(404, "no such button in the menu")
        self._show(user, Draft("menu", str(button["name"])))
        event = {"MsgType": "event", "Event": "VIEW", "EventKey": url}
        return await self._platform.push(openid, {**event, "MenuId": self._platform.menu_id})

    async def consent(self, openid: str, template_id: str, *, accept: bool) -> PushResult:
        """Answer the question whether this notice may be sent."""
        user = self._follower(openid)
        if template_id not in self._platform.account.subscription_ids:
            raise PhoneError(404, "no such subscription template")
        if accept:
            user.consents[template_id] += 1
        word = "accept" if accept else "reject"
        answer = {"TemplateId": template_id, "SubscribeStatusString": word, "PopupScene": _POPUP_H5}
        return await self._platform.push(
            openid,
            {
                "MsgType": "event",
                "Event": "subscribe_msg_popup_event",
                "SubscribeMsgPopupEvent": {"List": answer},
            },
        )

    async def revoke(self, openid: str, template_id: str) -> PushResult:
        """Switch a notice off in the account's settings: every consent given so far ends."""
        user = self._follower(openid)
        if not user.consents.pop(template_id, 0):
            raise PhoneError(404, "no consent to take back")
        answer = {"TemplateId": template_id, "SubscribeStatusString": "reject"}
        return await self._platform.push(
            openid,
            {
                "MsgType": "event",
                "Event": "subscribe_msg_change_event",
                "SubscribeMsgChangeEvent": {"List": answer},
            },
        )

    def _follower(self, openid: str) -> User:
        user = self._platform.user(openid)
        if not user.followed:
            raise PhoneError(409, "this person does not follow the account")
        return user

    def _keep(self, kind: str, content: bytes) -> str:
        try:
            return self._platform.media.receive(kind, content, self._platform.clock()).media_id
        except ApiError as error:
            raise PhoneError(415, error.message) from error

    def _ticket(self, scene: str) -> str:
        code = self._platform.codes.read(scene)
        return code.ticket if code else f"gQ{scene}=="

    def _show(self, user: User, draft: Draft) -> None:
        user.show(draft, "user", self._platform.clock())

    def _note(self, user: User, text: str) -> None:
        user.show(Draft("system", text), "system", self._platform.clock())
