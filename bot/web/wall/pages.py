"""How a page of the wall chart is made: its template, its headers, and what is shown when it cannot be."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

if TYPE_CHECKING:
    from jinja2 import Environment

HERE: Final = Path(__file__).parent
STATIC: Final = HERE / "static"
THEMES: Final = frozenset({"light", "dark"})
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)
_HEADERS: Final = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}


@cache
def _templates() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415 -- 5 MB for pages alone

    return Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page(request: Request, template: str, *, status: int = 200, **shown: Any) -> Response:
    """Return a page, or only its middle where htmx asks for a part."""
    theme = request.cookies.get("wall_theme", "")
    text = (
        _templates()
        .get_template(template)
        .render(
            theme=theme if theme in THEMES else "auto",
            is_part=is_part(request),
            head="h2" if is_part(request) else "h1",
            sub="h3" if is_part(request) else "h2",
            **shown,
        )
    )
    return HTMLResponse(text, status, _HEADERS | {"vary": "HX-Request"})


def is_part(request: Request) -> bool:
    """Whether htmx asks, which puts the answer into a page that is there already."""
    return request.headers.get("hx-request") == "true"


async def away(request: Request, _error: Exception) -> Response:
    """Show whoever is not signed in the door; tell a page whose session has ended to go there."""
    if is_part(request):
        return Response(status_code=401)
    day = request.query_params.get("as_of", "") if request.url.path == "/wall" else ""
    return RedirectResponse(to_day("/wall/sign-in", day), 303)


def day_of(said: str) -> str:
    """Return the day that somebody named, as addresses write it; nothing if it is none."""
    try:
        return date.fromisoformat(said).isoformat()
    except ValueError:
        return ""


def to_day(path: str, said: str) -> str:
    """Return where a path shows a day that somebody named, if it is one: a link to it survives the door."""
    day = day_of(said)
    return f"{path}?as_of={day}" if day else path


async def no_such_page(request: Request, _error: Exception) -> Response:
    """What is not there, or not theirs, looks the same."""
    return page(request, "trouble.html", status=404, trouble="unknown")


async def too_many(request: Request, error: Exception) -> Response:
    """A key that has used up its requests of this minute."""
    answer = page(request, "busy.html", status=429)
    answer.headers.update(getattr(error, "headers", None) or {})
    return answer


async def wrong_address(request: Request, _error: Exception) -> Response:
    """An address that asks for what there cannot be."""
    return page(request, "trouble.html", status=400, trouble="wrong")


async def too_far(request: Request, _error: Exception) -> Response:
    """A past moment since which too much has changed to tell it while somebody waits."""
    return page(request, "trouble.html", status=422, trouble="far")
