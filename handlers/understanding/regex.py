"""Regular expressions that are compiled when they are first tried.

We have some hundreds, and compiling them was a tenth of the time to start; many are for words that a process
may never hear.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

_METHODS: Final = ("findall", "finditer", "fullmatch", "match", "search", "split", "sub")


class Regex:
    """A pattern with the methods of `re.Pattern` that we use, which are its own from the first try on.

    An ill-formed one raises `re.error` then.
    """

    __slots__ = ("findall", "finditer", "flags", "fullmatch", "match", "pattern", "search", "split", "sub")

    findall: Callable[..., list[Any]]
    finditer: Callable[..., Iterator[re.Match[str]]]
    fullmatch: Callable[..., re.Match[str] | None]
    match: Callable[..., re.Match[str] | None]
    search: Callable[..., re.Match[str] | None]
    split: Callable[..., list[str]]
    sub: Callable[..., str]

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self.pattern: Final = pattern
        self.flags: Final = flags

    def __getattr__(self, name: str) -> Any:
        """Return a method that has not been asked for yet."""
        if name not in _METHODS:
            raise AttributeError(name)
        compiled = re.compile(self.pattern, self.flags)
        for each in _METHODS:
            setattr(self, each, getattr(compiled, each))
        return getattr(compiled, name)
