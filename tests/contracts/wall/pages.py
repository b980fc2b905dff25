"""A page of the wall as its reader sees it: elements, their text, the links among them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import NamedTuple, Self

VOID = frozenset({"meta", "link", "input", "br", "hr", "img"})


@dataclass
class Element:
    """An element, with what stands in it in its order."""

    tag: str
    attributes: dict[str, str]
    inside: list["Element | str"] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What it says, without the white space between."""
        return "".join(one if isinstance(one, str) else one.text for one in self.inside).strip()

    def all(self, tag: str = "", css: str = "") -> Iterator["Element"]:
        """Yield all elements within, of that name and class."""
        for one in self.inside:
            if isinstance(one, str):
                continue
            if tag in {"", one.tag} and (not css or css in one.attributes.get("class", "").split()):
                yield one
            yield from one.all(tag, css)

    def one(self, tag: str = "", css: str = "", **having: str) -> "Element":
        """Return the first such element."""
        found = (each for each in self.all(tag, css) if having.items() <= each.attributes.items())
        return next(found)

    def table(self) -> list[list[str]]:
        """Return the cells of every line of the first table's body."""
        body = self.one("tbody")
        return [[cell.text for cell in line.all() if cell.tag in {"td", "th"}] for line in body.all("tr")]


class Link(NamedTuple):
    """Where a link leads, and the number it says last; None if it says none."""

    href: str
    number: int | None


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.stack = [Element("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = Element(tag, {name: value or "" for name, value in attrs})
        self.stack[-1].inside.append(found)
        if tag not in VOID:
            self.stack.append(found)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.stack[-1].inside.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.stack.pop().tag == tag

    def handle_data(self, data: str) -> None:
        self.stack[-1].inside.append(data)


@dataclass
class Shown:
    """A whole page."""

    root: Element

    @classmethod
    def of(cls, html: str) -> Self:
        """Read a page; its elements are closed in their order."""
        reader = _Reader()
        reader.feed(html)
        assert len(reader.stack) == 1
        return cls(reader.stack[0])

    @property
    def links(self) -> list[Link]:
        """All links, in their order."""
        return [
            Link(each.attributes["href"], _last(each))
            for each in self.root.all("a")
            if "href" in each.attributes
        ]

    def section(self, css: str) -> Element:
        """Return a section of the board."""
        return self.root.one("section", css)


def _last(link: Element) -> int | None:
    found = re.findall(r"\d+", link.text)
    return int(found[-1]) if found else None
