"""A safe reader for the platform's flat XML: bytes in, nested dicts of text out.

Bounded in depth and number of elements; no DOCTYPE, hence no entities; UTF-8 only. The caller caps the
size. Attributes and comments are skipped. What cannot be read is `Malformed`, never another exception.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, TypeAlias, final
from xml.parsers import expat

from bot.wechat.errors import Malformed

MAX_DEPTH: Final = 6
MAX_ELEMENTS: Final = 400
REPEATABLE: Final = frozenset({"item", "List", "PicList", "fail_idx"})
"""Lists of the documented pushes; everything else that is said twice is suspicious."""

Node: TypeAlias = "str | dict[str, Node] | list[Node]"
Tree: TypeAlias = dict[str, Node]
FrozenNode: TypeAlias = "str | FrozenTree | tuple[FrozenNode, ...]"
FrozenTree: TypeAlias = Mapping[str, FrozenNode]

_CONTROLS: Final = bytes(set(range(32)) - set(b"\t\n\r"))
_NONCHARACTERS: Final = re.compile(b"\xef\xbf[\xbe\xbf]")


def legal(body: bytes) -> bytes:
    """Return `body` without the characters XML forbids, which people do manage to type."""
    body = body.translate(None, _CONTROLS)
    return _NONCHARACTERS.sub(b"", body) if b"\xef\xbf" in body else body


class LeafTwice(Malformed):
    """A leaf is given twice where it is not known to repeat."""


def parse(body: bytes, *, leaves_repeat: bool = False) -> Tree:
    """Return the children of the root element: text leaves, dicts, and lists where a container repeats.

    With `leaves_repeat` a leaf given twice becomes a list too, which `leaf` never takes for a value.

    Raises:
        LeafTwice: a leaf is given twice (a second `FromUserName` must never win or lose silently).
        Malformed: not UTF-8, not well-formed, a DOCTYPE, too deep, too many elements, or text beside
            elements.
    """
    builder = _Builder(leaves_repeat=leaves_repeat)
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


def frozen(tree: Tree) -> FrozenTree:
    """Return the tree as nobody can change it: read-only mappings, tuples where an element repeats."""
    return MappingProxyType({name: _frozen(node) for name, node in tree.items()})


def _frozen(node: Node) -> FrozenNode:
    if isinstance(node, str):
        return node
    return frozen(node) if isinstance(node, dict) else tuple(_frozen(each) for each in node)


def _refuse_doctype(*_: object) -> None:
    raise Malformed("doctype")


@final
class _Builder:
    """Collects expat's events into a tree; `levels[0]` holds the root."""

    __slots__ = ("count", "leaves_repeat", "levels", "text")

    def __init__(self, *, leaves_repeat: bool) -> None:
        self.leaves_repeat = leaves_repeat
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
        node: Node = self.levels.pop()
        if node:
            self._drop_blank()
        else:
            node = "".join(self.text)
            self.text.clear()
        parent = self.levels[-1]
        parent[name] = node if name not in parent else self._joined(name, parent[name], node)

    def _drop_blank(self) -> None:
        if "".join(self.text).strip():
            raise Malformed("text beside elements")
        self.text.clear()

    def _joined(self, name: str, before: Node, node: Node) -> list[Node]:
        has_leaf = isinstance(before, str) or isinstance(node, str)
        if has_leaf and name not in REPEATABLE and not self.leaves_repeat:
            raise LeafTwice("a leaf given twice")
        return [*before, node] if isinstance(before, list) else [before, node]
