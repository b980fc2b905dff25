"""The phones' control API: what the page and the tests call. JSON in, JSON out."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Final

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.simulator.errors import PhoneError
from bot.simulator.hands import Hands
from bot.simulator.platform import Platform
from bot.simulator.pushes import PushResult

Body = dict[str, Any]
Act = Callable[[Hands, str, Body], Awaitable[PushResult | None]]
_LONGEST_WAIT: Final = 30.0


async def _say(hands: Hands, openid: str, body: Body) -> PushResult:
    return await hands.say(openid, _text(body, "text"))


async def _tap(hands: Hands, openid: str, body: Body) -> PushResult:
    if "label" in body:
        return await hands.tap_label(openid, _text(body, "label"))
    return await hands.tap(openid, _text(body, "command"), _text(body, "menu_id", default=""))


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
        seconds=int(_number(body, "seconds", default=3)),
        recognition=str(recognition) if recognition is not None else None,
    )


async def _location(hands: Hands, openid: str, body: Body) -> PushResult:
    latitude, longitude = _number(body, "latitude"), _number(body, "longitude")
    return await hands.send_location(openid, latitude, longitude, _text(body, "label", default=""))


async def _follow(hands: Hands, openid: str, body: Body) -> PushResult:
    return await hands.follow(openid, _text(body, "scene", default=""))


async def _unfollow(hands: Hands, openid: str, _body: Body) -> PushResult:
    return await hands.unfollow(openid)


async def _block(hands: Hands, openid: str, _body: Body) -> None:
    hands.block(openid, blocked=True)


async def _unblock(hands: Hands, openid: str, _body: Body) -> None:
    hands.block(openid, blocked=False)


async def _scan(hands: Hands, openid: str, body: Body) -> PushResult:
    return await hands.scan(openid, _text(body, "scene"))


async def _menu(hands: Hands, openid: str, body: Body) -> PushResult:
    return await hands.click(openid, _text(body, "key"))


async def _consent(hands: Hands, openid: str, body: Body) -> PushResult:
    return await hands.consent(openid, _text(body, "template_id"), accept=body.get("accept") is True)


ACTS: Final[dict[str, Act]] = {
    "say": _say,
    "tap": _tap,
    "image": _image,
    "voice": _voice,
    "location": _location,
    "follow": _follow,
    "unfollow": _unfollow,
    "block": _block,
    "unblock": _unblock,
    "scan": _scan,
    "menu": _menu,
    "consent": _consent,
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
            Route("/account", self._account, methods=["GET"]),
            Route("/clock", self._clock, methods=["GET"]),
            Route("/clock/advance", self._advance, methods=["POST"]),
            Route("/faults", self._faults, methods=["GET", "POST", "DELETE"]),
            Route("/violations", self._violations, methods=["GET"]),
            Route("/calls", self._calls, methods=["GET"]),
            Route("/settle", self._settle, methods=["POST"]),
        ]

    async def _people(self, _request: Request) -> Response:
        now = self._platform.clock()
        return JSONResponse({"phones": [user.as_json(now) for user in self._platform.users.values()]})

    async def _add(self, request: Request) -> Response:
        body = await _body(request)
        openid = _text(body, "openid", default="") or None
        is_new = openid not in self._platform.users
        user = self._platform.add_user(
            _text(body, "nickname"),
            openid=openid,
            remark=_text(body, "remark", default=""),
            followed=body.get("followed", True) is True,
        )
        return JSONResponse(user.as_json(self._platform.clock()), 201 if is_new else 200)

    async def _person(self, request: Request) -> Response:
        user = self._platform.user(request.path_params["openid"])
        return JSONResponse(user.as_json(self._platform.clock()))

    async def _transcript(self, request: Request) -> Response:
        user = self._platform.user(request.path_params["openid"])
        after = _query_number(request, "after")
        entries = await user.wait(int(after), min(_query_number(request, "wait"), _LONGEST_WAIT))
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
        result = await act(self._hands, openid, await _body(request))
        return JSONResponse(
            {
                "result": result.as_json() if result else None,
                "entries": [entry.as_json() for entry in user.since(before)],
            }
        )

    async def _push(self, request: Request) -> Response:
        openid, fields = request.path_params["openid"], (await _body(request)).get("fields")
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

    async def _account(self, _request: Request) -> Response:
        platform, account = self._platform, self._platform.account
        subscriptions = {key: template.title for key, template in account.subscription_ids.items()}
        codes = [
            {"scene": code.scene, "ticket": code.ticket} for code in platform.codes.valid(platform.clock())
        ]
        return JSONResponse(
            {
                "name": account.name,
                "menu": platform.menu,
                "subscriptions": subscriptions,
                "codes": codes[:6],
            }
        )

    async def _clock(self, _request: Request) -> Response:
        return JSONResponse({"now": self._platform.clock().isoformat()})

    async def _advance(self, request: Request) -> Response:
        seconds = _number(await _body(request), "seconds")
        now = self._platform.clock.advance(timedelta(seconds=seconds))
        for user in self._platform.users.values():
            user.stir()
        return JSONResponse({"now": now.isoformat()})

    async def _faults(self, request: Request) -> Response:
        faults = self._platform.faults
        if request.method == "DELETE":
            faults.clear()
        elif request.method == "POST":
            body = await _body(request)
            try:
                faults.add(
                    _text(body, "kind"),
                    _text(body, "path", default="/cgi-bin/"),
                    times=body.get("times", 1),
                    errcode=int(_number(body, "errcode", default=-1)),
                    seconds=_number(body, "seconds", default=0),
                )
            except ValueError as error:
                raise PhoneError(422, str(error)) from error
        return JSONResponse({"faults": faults.listing()})

    async def _violations(self, _request: Request) -> Response:
        return JSONResponse({"violations": [one.as_json() for one in self._platform.violations]})

    async def _calls(self, request: Request) -> Response:
        path = request.query_params.get("path")
        calls = [call.as_json() for call in self._platform.calls if path in {None, call.path}]
        return JSONResponse({"calls": calls})

    async def _settle(self, _request: Request) -> Response:
        await self._platform.settle()
        return JSONResponse({"settled": True})


async def _body(request: Request) -> Body:
    """Return a JSON object, or a form's fields with files as bytes; nothing at all is an empty object."""
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        async with request.form() as form:
            return {
                name: await value.read() if isinstance(value, UploadFile) else value
                for name, value in form.items()
            }
    raw = await request.body()
    if not raw:
        return {}
    try:
        body = await request.json()
    except ValueError as error:
        raise PhoneError(400, "not JSON") from error
    if not isinstance(body, dict):
        raise PhoneError(400, "not a JSON object")
    return body


def _text(body: Body, name: str, *, default: str | None = None) -> str:
    value = body.get(name, default)
    if not isinstance(value, str):
        raise PhoneError(422, f"{name}: a string is needed")
    return value


def _number(body: Body, name: str, *, default: float | None = None) -> float:
    try:
        return float(body.get(name, default))  # type: ignore[arg-type]
    except (TypeError, ValueError) as error:
        raise PhoneError(422, f"{name}: a number is needed") from error


def _query_number(request: Request, name: str) -> float:
    return _number(dict(request.query_params), name, default=0)
