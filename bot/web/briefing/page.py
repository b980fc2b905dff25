"""The briefing as a page of its own: everything is in it, so that it prints the same wherever it is kept.

A browser's print makes the PDF. The style is the only thing the page may load, named by its digest.
"""

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.web.briefing.words import (
    PATCHES,
    about,
    line,
    more,
    more_patches,
    on,
    patch_state,
    percent,
    region_name,
    stage_name,
    whose,
)
from handlers import say
from models.queries.briefing import Briefing
from models.rules.numbers import number_of

if TYPE_CHECKING:
    from jinja2 import Environment

_HERE: Final = Path(__file__).parent / "templates"
_STYLE: Final = (_HERE / "briefing.css").read_text(encoding="utf-8")
_DIGEST: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
HEADERS: Final = {
    "content-security-policy": f"default-src 'none'; style-src 'sha256-{_DIGEST}'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}


def page(shown: Briefing) -> str:
    """Return the whole page."""
    template = _templates().get_template("briefing.html")
    return template.render(
        it=shown,
        words=say.BRIEFING,
        line=line(shown),
        more=more(shown),
        most_patches=PATCHES,
        more_patches=more_patches(shown),
        style=_STYLE,
    )


@cache
def _templates() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415 -- 5 MB for a page alone

    made = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "day": on,
        "percent": percent,
        "stage": stage_name,
        "region": region_name,
        "type": say.type_name,
        "number": number_of,
        "patch_state": patch_state,
        "about": about,
        "whose": whose,
    }
    return made
