"""The people's side of the control API: what the page and the tests call. JSON in, JSON out."""

from collections.abc import Awaitable, Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.simulator.bodies import Body, body_of, number, query_number, text
from bot.simulator.buttons import Extras, Place
from bot.simulator.errors import PhoneError
from bot.simulator.hands import Hands
from bot.simulator.platform import Platform
from bot.simulator.pushes import PushResult

Act = Callable[[Hands, str, Body], Awaitable[PushResult | None]]
_LONGEST_WAIT: Final = 30.0


async def _say(hands: Hands, openid: str, body: Body) -> PushResult:
    return await hands.say(openid, text(body, "text"))


async def _tap(hands: Hands, openid: str, body: Body) -> PushResult:
    if "label" in body:
        return await hands.tap_label(openid, text(body, "label"))
    return await hands.tap(openid, text(body, "command"), text(body, "menu_id", default=""))


async def _image(hands: Hands, openid: str, body: Body) -> PushResult:
    content = body.get("media")
    if not isinstance(content, bytes):
        raise PhoneError(422, "media: a file is needed")
    return await hands.send_image(openid, content)


async def _voice(hands: Hands, openid: str, body: Body) -> PushResult:
    content, recognition = body.get("media"), body.get("recognition")
    return await hands.send_voice(
        openid,
        content=content if isinstance(content, bytes) else None,
        seconds=int(number(body, "seconds", default=3)),
        recognition=str(recognition) if recognition is not None else None,
    )


async def _location(hands: Hands, openid: str, body: Body) -> PushResult:
    return await hands.send_location(openid, _place(body))


async def _follow(hands: Hands, openid: str, body: Body) -> PushResult:
    return await hands.follow(openid, text(body, "scene", default=""))


async def _unfollow(hands: Hands, openid: str, _body: Body) -> PushResult:
    return await hands.unfollow(openid)


async def _give_up(hands: Hands, openid: str, _body: Body) -> PushResult:
    return await hands.give_up(openid)


async def _block(hands: Hands, openid: str, _body: Body) -> None:
    hands.block(openid, blocked=True)


async def _unblock(hands: Hands, openid: str, _body: Body) -> None:
    hands.block(openid, blocked=False)


async def _scan(hands: Hands, openid: str, body: Body) -> PushResult:
    return await hands.scan(openid, text(body, "scene"))


async def _menu(hands: Hands, openid: str, body: Body) -> PushResult:
    if "url" in body:
        return await hands.view(openid, text(body, "url"))
    return await hands.press(openid, text(body, "key"), _extras(body))


def _extras(body: Body) -> Extras:
    media = body.get("media")
    return Extras(
        seen=text(body, "seen", default=""),
        picture=media if isinstance(media, bytes) else None,
        place=_place(body) if "latitude" in body else None,
    )


def _place(body: Body) -> Place:
    return Place(number(body, "latitude"), number(body, "longitude"), text(body, "label", default=""))


async def _consent(hands: Hands, openid: str, body: Body) -> PushResult:
    return await hands.consent(openid, text(body, "template_id"), accept=body.get("accept") is True)


async def _revoke(hands: Hands, openid: str, body: Body) -> PushResult:
    return await hands.revoke(openid, text(body, "template_id"))


ACTS: Final[dict[str, Act]] = {
    "say": _say,
    "tap": _tap,
    "image": _image,
    "voice": _voice,
    "location": _location,
    "follow": _follow,
    "unfollow": _unfollow,
    "give_up": _give_up,
    "block": _block,
    "unblock": _unblock,
    "scan": _scan,
    "menu": _menu,
    "consent": _consent,
    "revoke": _revoke,
}


class Phones:
    """The control API over one platform."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._hands = Hands(platform)

    def routes(self) -> list[Route]:
        """Return its routes, relative to wherever the simulator is mounted."""
        return [
            Route("/phones", self._people, methods=["GET"]),
            Route("/phones", self._add, methods=["POST"]),
            Route("/phones/{openid}", self._person, methods=["GET"]),
            Route("/phones/{openid}/transcript", self._transcript, methods=["GET"]),
            Route("/phones/{openid}/push", self._push, methods=["POST"]),
            Route("/phones/{openid}/{act}", self._act, methods=["POST"]),
            Route("/media/{media_id}", self._media, methods=["GET"]),
        ]

    async def _people(self, _request: Request) -> Response:
        now = self._platform.clock()
        return JSONResponse({"phones": [user.as_json(now) for user in self._platform.users.values()]})

    async def _add(self, request: Request) -> Response:
        body = await body_of(request)
        openid = text(body, "openid", default="") or None
        is_new = openid not in self._platform.users
        user = self._platform.add_user(
            text(body, "nickname"),
            openid=openid,
            remark=text(body, "remark", default=""),
            followed=body.get("followed", True) is True,
        )
        return JSONResponse(user.as_json(self._platform.clock()), 201 if is_new else 200)

    async def _person(self, request: Request) -> Response:
        user = self._platform.user(request.path_params["openid"])
        return JSONResponse(user.as_json(self._platform.clock()))

    async def _transcript(self, request: Request) -> Response:
        user = self._platform.user(request.path_params["openid"])
        after = query_number(request, "after")
        wait = min(query_number(request, "wait"), _LONGEST_WAIT)
        entries = await user.wait(int(after), 0 if self._platform.is_ending else wait)
        return JSONResponse(
            {
                "entries": [entry.as_json() for entry in entries],
                "last_id": user.last_id,
                "phone": user.as_json(self._platform.clock()),
                "now": self._platform.clock().isoformat(),
            }
        )

    async def _act(self, request: Request) -> Response:
        act = ACTS.get(request.path_params["act"])
        if act is None:
            raise PhoneError(404, "no such act")
        openid = request.path_params["openid"]
        user = self._platform.user(openid)
        before = user.last_id
        result = await act(self._hands, openid, await body_of(request))
        return JSONResponse(
            {
                "result": result.as_json() if result else None,
                "entries": [entry.as_json() for entry in user.since(before)],
            }
        )

    async def _push(self, request: Request) -> Response:
        openid, fields = request.path_params["openid"], (await body_of(request)).get("fields")
        if not isinstance(fields, dict) or not isinstance(fields.get("MsgType"), str):
            raise PhoneError(422, "fields: an object with MsgType is needed")
        before = self._platform.user(openid).last_id
        result = await self._platform.push(openid, fields)
        entries = self._platform.user(openid).since(before)
        return JSONResponse({"result": result.as_json(), "entries": [entry.as_json() for entry in entries]})

    async def _media(self, request: Request) -> Response:
        media = self._platform.media.on_phone(request.path_params["media_id"])
        if media is None:
            raise PhoneError(404, "no such media")
        return Response(media.content, media_type=media.content_type)
