"""A safe reader for the platform's flat XML: bytes in, nested dicts of text out.

Bounded in depth and number of elements; no DOCTYPE, hence no entities; UTF-8 only. The caller caps the
size. Attributes and comments are skipped. What cannot be read is `Malformed`, never another exception.
"""

import re
from typing import Final, TypeAlias, final
from xml.parsers import expat

from bot.wechat.errors import Malformed

MAX_DEPTH: Final = 6
MAX_ELEMENTS: Final = 400
REPEATABLE: Final = frozenset({"item", "List", "PicList"})

Node: TypeAlias = "str | dict[str, Node] | list[Node]"
Tree: TypeAlias = dict[str, Node]

_CONTROLS: Final = bytes(set(range(32)) - set(b"\t\n\r"))
_NONCHARACTERS: Final = re.compile(b"\xef\xbf[\xbe\xbf]")


def legal(body: bytes) -> bytes:
    """Return `body` without the characters XML forbids, which people do manage to type."""
    body = body.translate(None, _CONTROLS)
    return _NONCHARACTERS.sub(b"", body) if b"\xef\xbf" in body else body


def parse(body: bytes) -> Tree:
    """Return the children of the root element: text leaves, dicts, and lists where a container repeats.

    Raises:
        Malformed: not UTF-8, not well-formed, a DOCTYPE, too deep, too many elements, text beside
            elements, or a leaf given twice (a second `FromUserName` must never win or lose silently).
    """
    builder = _Builder()
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = builder.start
    parser.CharacterDataHandler = builder.text.append
    parser.EndElementHandler = builder.end
    try:
        parser.Parse(body, True)
    except (expat.ExpatError, UnicodeDecodeError):
        raise Malformed("not well-formed") from None
    root = builder.levels[0].get("xml")
    if not isinstance(root, dict):
        raise Malformed("no root element with children")
    return root


def leaf(tree: Tree, name: str) -> str:
    """Return the text of the leaf `name`; empty when it is absent or no leaf."""
    value = tree.get(name, "")
    return value if isinstance(value, str) else ""


def branch(tree: Tree, name: str) -> Tree:
    """Return the container `name`; empty when it is absent or no single container."""
    value = tree.get(name)
    return value if isinstance(value, dict) else {}


def _refuse_doctype(*_: object) -> None:
    raise Malformed("doctype")


@final
class _Builder:
    """Collects expat's events into a tree; `levels[0]` holds the root."""

    __slots__ = ("count", "levels", "text")

    def __init__(self) -> None:
        self.count = 0
        self.levels: list[Tree] = [{}]
        self.text: list[str] = []

    def start(self, _name: str, _attributes: dict[str, str]) -> None:
        self.count += 1
        if self.count > MAX_ELEMENTS or len(self.levels) > MAX_DEPTH:
            raise Malformed("too deep or too many elements")
        if self.text:
            self._drop_blank()
        self.levels.append({})

    def end(self, name: str) -> None:
        children = self.levels.pop()
        if children:
            self._drop_blank()
            _put(self.levels[-1], name, children)
        else:
            leaf = "".join(self.text)
            self.text.clear()
            _put(self.levels[-1], name, leaf)

    def _drop_blank(self) -> None:
        if "".join(self.text).strip():
            raise Malformed("text beside elements")
        self.text.clear()


def _put(parent: Tree, name: str, node: str | Tree) -> None:
    if name not in parent:
        parent[name] = node
        return
    before = parent[name]
    if name not in REPEATABLE and (isinstance(before, str) or isinstance(node, str)):
        raise Malformed("a leaf given twice")
    if isinstance(before, list):
        before.append(node)
    else:
        parent[name] = [before, node]
