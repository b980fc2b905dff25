"""The columns of the lists that are imported, and the words that may stand in them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeVar

from config.catalog.checks import unique
from config.catalog.reading import HERE, Entry, read
from config.catalog.roster import OfficialKind
from config.catalog.shapes import Stage

_FILE: Final = "imports.yaml"

Code = TypeVar("Code", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: our name for it, and what may stand over it, the template's heading first."""

    field: str
    headings: tuple[str, ...]
    is_optional: bool

    @property
    def title(self) -> str:
        """The heading that the template has."""
        return self.headings[0]


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of each list by its name, and what the words in their cells mean."""

    of: Mapping[str, tuple[Column, ...]]
    kinds: Mapping[str, OfficialKind]
    stages: Mapping[str, Stage]


def load_columns(folder: Path = HERE) -> Columns:
    """Return the columns of the lists.

    Raises:
        CatalogError: the file cannot be meant; the message names the entry.
    """
    whole = read(_FILE, folder)
    lists = ("officials", "enterprises", "pairings")
    whole.only(*lists, "kinds", "stages")
    found = {name: tuple(map(_column, whole.entries(name))) for name in lists}
    for columns in found.values():
        unique(whole, "heading", (heading for column in columns for heading in column.headings))
    return Columns(
        MappingProxyType(found),
        _words(whole, "kinds", OfficialKind),
        _words(whole, "stages", Stage),
    )


def _column(entry: Entry) -> Column:
    entry.only("field", "headings", "optional")
    headings = entry.texts("headings")
    if not headings:
        raise entry.fault("a column needs a heading")
    return Column(entry.text("field"), headings, entry.data.get("optional") is True)


def _words(whole: Entry, key: str, codes: type[Code]) -> Mapping[str, Code]:
    pairs = list(_pairs(whole, key, codes))
    unique(whole, key, (word for word, _ in pairs))
    return MappingProxyType(dict(pairs))


def _pairs(whole: Entry, key: str, codes: type[Code]) -> Iterator[tuple[str, Code]]:
    for entry in whole.entries(key):
        entry.only("code", "words")
        code = entry.choice("code", codes)
        yield from ((word, code) for word in entry.texts("words"))
