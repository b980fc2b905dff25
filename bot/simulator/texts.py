"""What a person sees of a text: plain pieces, web links, and menu links that say something when tapped."""

import html
import re
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qs

_ANCHOR: Final = re.compile(
    r"""<a\s[^>]*?href=(?:"([^"]*)"|'([^']*)')[^>]*>(.*?)</a>""", re.DOTALL | re.IGNORECASE
)
_MENU: Final = "weixin://bizmsgmenu?"


@dataclass(frozen=True, slots=True)
class Link:
    """A blue word: a tap says `command` (with `menu_id`), or opens `url`."""

    label: str
    command: str = ""
    menu_id: str = ""
    url: str = ""

    def as_json(self) -> dict[str, str]:
        """Return the page's form of it."""
        if self.url:
            return {"label": self.label, "url": self.url}
        return {"label": self.label, "command": self.command, "menu_id": self.menu_id}


Part = str | Link


def parts_of(text: str) -> tuple[Part, ...]:
    """Split a text as the client shows it; a tag it does not know stays as typed."""
    parts: list[Part] = []
    end = 0
    for anchor in _ANCHOR.finditer(text):
        link = _link(anchor[1] or anchor[2] or "", anchor[3])
        if link is None:
            continue
        if anchor.start() > end:
            parts.append(text[end : anchor.start()])
        parts.append(link)
        end = anchor.end()
    if end < len(text):
        parts.append(text[end:])
    return tuple(parts)


def shown(parts: tuple[Part, ...]) -> str:
    """Return the parts as one plain text, links by their labels."""
    return "".join(part if isinstance(part, str) else part.label for part in parts)


def parts_as_json(parts: tuple[Part, ...]) -> list[Any]:
    """Return the parts as JSON: strings and link objects."""
    return [part if isinstance(part, str) else part.as_json() for part in parts]


def _link(href: str, label: str) -> Link | None:
    if href.startswith(_MENU):
        query = parse_qs(html.unescape(href[len(_MENU) :]), keep_blank_values=True)
        command = query.get("msgmenucontent", [""])[0]
        return Link(label, command=command, menu_id=query.get("msgmenuid", [""])[0]) if command else None
    if href.startswith(("https://", "http://")):
        return Link(label, url=html.unescape(href))
    return None
