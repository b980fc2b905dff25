"""What the demo serves where: the product, beside it the simulated platform, and the office."""

import asyncio
from typing import Any, Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.app import Front, parts_of
from bot.demo_office import PATH, Office, OfficeClosed
from bot.web import wall
from bot.web.wall.pages import page
from bot.web.webhook import Receive, Scope, Send

PREFIX: Final = "/demo"


class Both:
    """The product, with the simulated platform and the office under `/demo`; everybody has the wall's key."""

    def __init__(self, product: Front, simulator: Any, office: Any, key: str) -> None:
        self._product = product
        self._simulator = simulator
        self._office = office
        self._key = key

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http" and scope["path"] in {"/", PREFIX}:
            await RedirectResponse(f"{PREFIX}/")(scope, receive, send)
        elif scope["type"] == "http" and scope["path"] == wall.DOOR and scope["method"] == "GET":
            parts = parts_of(self._product.service)
            day = Request(scope).query_params.get("as_of", "")
            way_in = await asyncio.to_thread(wall.let_in, parts, self._key, day, is_secure=False)
            await (way_in or Response(status_code=404))(scope, receive, send)
        elif scope["type"] == "http" and scope["path"].startswith(PATH):
            await self._office(scope, receive, send)
        elif scope["type"] == "http" and scope["path"].startswith(PREFIX + "/"):
            await self._simulator({**scope, "root_path": PREFIX}, receive, send)
        else:
            await self._product(scope, receive, send)


def pages(office: Office) -> Starlette:
    """Serve the office: its page, its files, its button, and the other system's address."""

    async def shown(request: Request) -> Response:
        return page(request, "office.html", office=office.words, told=office.told, path=PATH)

    async def again(_request: Request) -> Response:
        try:
            await office.walk()
        except OfficeClosed as error:
            return PlainTextResponse(str(error), 502)
        return RedirectResponse(PATH, 303)

    async def taken(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in office.files:
            return Response(status_code=404)
        media_type, content = office.files[name]
        shown = "inline" if name.endswith(".html") else "attachment"
        headers = {"content-disposition": f'{shown}; filename="{name}"', "cache-control": "no-store"}
        return Response(content, media_type=media_type, headers=headers)

    async def posted(request: Request) -> Response:
        office.hook.headers, office.hook.body = dict(request.headers), await request.body()
        office.hook.came.set()
        return Response(status_code=204)

    return Starlette(
        routes=[
            Route(PATH, shown),
            Route(f"{PATH}/again", again, methods=["POST"]),
            Route(f"{PATH}/files/{{name}}", taken),
            Route(f"{PATH}/hook", posted, methods=["POST"]),
        ]
    )
