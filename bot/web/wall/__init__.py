"""`/wall`: the wall chart, a page for those who would rather look than read.

Rendered here; htmx replaces parts of it, ECharts draws what a table beside it says too. Without scripts
every link is a page of its own. What may be seen is what the key may see that was signed in with.
"""

from typing import Annotated, Final

from fastapi import APIRouter, FastAPI, Form, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from bot.web.api.parts import Parts
from bot.web.api.problems import Refusal
from bot.web.wall import chart, drill_down, patches, patterns, sign_in
from bot.web.wall.pages import (
    STATIC,
    away,
    day_of,
    no_such_page,
    page,
    to_day,
    too_far,
    too_many,
    wrong_address,
)
from bot.web.wall.sign_in import Away, Signed, WallParts
from config.outlines import Outlines
from models.queries.past_cases import Known
from models.queries.past_wall import TooMuchSince
from models.queries.registry import NotFound

LONGEST_KEY: Final = 200
DOOR: Final = "/wall/sign-in"

routes: Final = APIRouter(prefix="/wall", include_in_schema=False)


def install(app: FastAPI, drawn: Outlines | None = None) -> None:
    """Have `app` serve the wall chart, with a map if one is `drawn`; `state.parts` is the API's too."""
    app.state.wall_map = drawn
    app.state.wall_past = Known()
    app.mount("/wall/static", StaticFiles(directory=STATIC))
    for each in (routes, chart.routes, drill_down.routes, patterns.routes, patches.routes):
        app.router.routes.extend(each.routes)
    app.add_exception_handler(Away, away)
    app.add_exception_handler(NotFound, no_such_page)
    app.add_exception_handler(Refusal, too_many)
    app.add_exception_handler(TooMuchSince, too_far)
    app.add_exception_handler(RequestValidationError, wrong_address)


@routes.get("/sign-in")
def door(request: Request, as_of: str = "") -> Response:
    """Ask for a key; whoever came with a link to a day gets there."""
    return page(request, "sign_in.html", refused=False, as_of=day_of(as_of))


@routes.post("/sign-in")
def enter(
    request: Request,
    parts: WallParts,
    key: Annotated[str, Form(max_length=LONGEST_KEY)] = "",
    as_of: Annotated[str, Form()] = "",
) -> Response:
    """Begin a session with a key, and show the wall, of a day if one was asked for."""
    is_ours = sign_in.is_of_our_page(request)
    entered = let_in(parts, key, as_of, is_secure=request.url.scheme == "https") if is_ours else None
    return entered or page(request, "sign_in.html", status=403, refused=True, as_of=day_of(as_of))


def let_in(parts: Parts, key: str, day: str = "", *, is_secure: bool) -> Response | None:
    """Return the way in with a session of its own, None if no key has this secret."""
    token = sign_in.start(parts, key)
    if token is None:
        return None
    response = RedirectResponse(to_day("/wall", day), 303)
    sign_in.keep(response, token, is_secure=is_secure)
    return response


@routes.post("/sign-out")
def leave(
    request: Request, parts: WallParts, who: Signed, form_token: Annotated[str, Form(max_length=64)] = ""
) -> Response:
    """End the session; a form from elsewhere ends nothing."""
    if not sign_in.is_form_of(who, form_token):
        return RedirectResponse("/wall", 303)
    sign_in.end(parts, who, request)
    response = RedirectResponse("/wall/sign-in", 303)
    sign_in.forget(response)
    return response
