"""Regular expressions for short Chinese texts: compiled when first needed, tried only where they can fit.

Most of our hundreds of patterns fit none of the messages that come, and trying them costs more than all
else that is done to understand one. So each knows its required literals (characters, or pairs of them, one
of which stands in whatever it fits), and a text that holds none of those is not searched. What fits stays
exactly what `re` says.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from importlib import import_module
from operator import add
from typing import Any, Final

_parser: Final[Any] = import_module("re._parser")
_COMMON: Final = frozenset("的了是不在有我你们这那个一人来说要去就都也还没吗吧呢么能会上下到大多给过")
_WEIGHTS: Final = (1, 5, 30)
"""How often a pair, a character and a common one stand in a text at random, one to the other, roughly."""
_MOST_OF_A_SET: Final = 20
"""Characters of the largest set that is spelled out; a larger one says little."""
_REPEATS: Final = frozenset({"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"})

Literals = frozenset[str]
_NOTHING: Final[Literals] = frozenset({""})
"""What stands in every text: where no other literals are known."""

SHORT: Final = 120
"""Characters of the longest text that is looked into beforehand; a long one holds some of everything."""


class Regex:
    """A pattern with the methods of `re.Pattern` that we use; an ill-formed one fails when it is tried.

    Those that look through a text look for the required literals first; those that look at one place do not,
    as they fail sooner than that.
    """

    __slots__ = ("_compiled", "_required", "flags", "pattern")

    _compiled: re.Pattern[str]
    _required: Literals

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self.pattern: Final = pattern
        self.flags: Final = flags

    def __getattr__(self, name: str) -> Any:
        """Work out what is needed for the first time."""
        value: Any
        match name:
            case "_compiled":
                value = re.compile(self.pattern, self.flags)
            case "_required":
                value = required_in(self.pattern, self.flags) or _NOTHING
            case _:
                raise AttributeError(name)
        setattr(self, name, value)
        return value

    def match(self, text: str, start: int = 0) -> re.Match[str] | None:
        """Return the fit at `start`."""
        return self._compiled.match(text, start)

    def fullmatch(self, text: str, start: int = 0) -> re.Match[str] | None:
        """Return the fit of the whole text from `start` on."""
        return self._compiled.fullmatch(text, start)

    def search(self, text: str, start: int = 0) -> re.Match[str] | None:
        """Return the first place that fits, from `start` on."""
        if len(text) <= SHORT and self._required.isdisjoint(_held(text)):
            return None
        return self._compiled.search(text, start)

    def sub(self, by: str | Callable[[re.Match[str]], str], text: str, count: int = 0) -> str:
        """Return the text with what fits replaced."""
        if len(text) <= SHORT and self._required.isdisjoint(_held(text)):
            return text
        return self._compiled.sub(by, text, count)

    def split(self, text: str, maxsplit: int = 0) -> list[str]:
        """Return the parts between the places that fit."""
        if len(text) <= SHORT and self._required.isdisjoint(_held(text)):
            return [text]
        return self._compiled.split(text, maxsplit)

    def findall(self, text: str) -> list[Any]:
        """Return what fits, one after the other."""
        if len(text) <= SHORT and self._required.isdisjoint(_held(text)):
            return []
        return self._compiled.findall(text)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Return the places that fit, one after the other."""
        if len(text) <= SHORT and self._required.isdisjoint(_held(text)):
            return iter(())
        return self._compiled.finditer(text)


@lru_cache(maxsize=16)
def _held(text: str) -> Literals:
    """Return every character of a text and every pair of neighbours: many patterns ask about one text."""
    return _NOTHING.union(text, map(add, text, text[1:]))


def required_in(pattern: str, flags: int = 0) -> Literals | None:
    """Return literals one of which stands in every text that a pattern fits; None if none are known.

    Raises:
        re.error: it is no pattern.
    """
    parsed = _parser.parse(pattern, flags)
    if parsed.state.flags & re.IGNORECASE:
        return None
    return _of_sequence(parsed)


def _of_sequence(parts: Sequence[tuple[Any, Any]]) -> Literals | None:
    """Return the most telling literals of what stands one after the other."""
    found: list[Literals] = []
    before = ""
    for kind, value in parts:
        one = chr(value) if str(kind) == "LITERAL" else ""
        literals = frozenset({before + one}) if one else _of_part(str(kind), value)
        if literals:
            found.append(literals)
        before = one
    return min(found, key=_commonness, default=None)


def _of_part(kind: str, value: Any) -> Literals | None:
    if kind == "BRANCH":
        return _of_branches(value[1])
    if kind == "SUBPATTERN":
        added_flags, inside = value[1], value[3]
        return None if added_flags & re.IGNORECASE else _of_sequence(inside)
    if kind in _REPEATS:
        least, _, inside = value
        return _of_sequence(inside) if least else None
    return _of_set(value) if kind == "IN" else None


def _of_branches(branches: Sequence[Any]) -> Literals | None:
    each = [_of_sequence(branch) for branch in branches]
    known = [literals for literals in each if literals]
    return frozenset().union(*known) if len(known) == len(each) else None


def _of_set(members: Sequence[tuple[Any, Any]]) -> Literals | None:
    if len(members) > _MOST_OF_A_SET or any(str(kind) != "LITERAL" for kind, _ in members):
        return None
    return frozenset(chr(value) for _, value in members)


def _commonness(literals: Literals) -> int:
    pair, single, common = _WEIGHTS
    return sum(pair if len(each) > 1 else common if each in _COMMON else single for each in literals)
