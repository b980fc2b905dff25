"""How ledgers (台账) look on paper: columns in the official order, and the words of their cells."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from config.catalog.checks import known_types, pattern, unique
from config.catalog.loading import load_types
from config.catalog.reading import HERE, Entry, read

WORDS = (
    *("rebounded", "not_rebounded", "acknowledged", "disputed", "awaited", "unheard"),
    *("satisfied", "fairly", "dissatisfied", "declined", "withdrawn", "merged", "written_off"),
    *("rebounds", "hops", "extended", "between", "names", "up_to"),
    *("organ", "institution", "state_owned", "large", "small", "page"),
)


@dataclass(frozen=True, slots=True)
class LedgerColumn:
    """One column: what it holds, what stands above it, how wide it is."""

    key: str
    title: str
    width: int


@dataclass(frozen=True, slots=True)
class LedgerForm:
    """The form of all ledgers; `extra` are the columns that only one type has."""

    title: str
    file: str
    all: str
    columns: tuple[LedgerColumn, ...]
    extra: Mapping[str, tuple[LedgerColumn, ...]]
    words: Mapping[str, str]

    def of(self, type_code: str) -> tuple[LedgerColumn, ...]:
        """Return the columns of one type's ledger."""
        return (*self.columns, *self.extra.get(type_code, ()))


def load_ledger_form(folder: Path = HERE) -> LedgerForm:
    """Return the form of the ledgers.

    Raises:
        CatalogError: the file cannot be meant; the message names the entry.
    """
    whole = read("ledger.yaml", folder)
    whole.only("title", "file", "all", "columns", "extra", "words")
    columns = _columns(whole)
    known = set(load_types(folder))
    extra = {}
    for entry in whole.entries("extra"):
        entry.only("type", "columns")
        (code,) = known_types(entry, (entry.text("type"),), known)
        extra[code] = _columns(entry)
        unique(entry, "column", (one.key for one in (*columns, *extra[code])))
    words = whole.entry("words")
    words.only(*WORDS)
    return LedgerForm(
        pattern(whole, "title", {"type", "as_of"}),
        pattern(whole, "file", {"type", "as_of"}),
        whole.text("all"),
        columns,
        MappingProxyType(extra),
        MappingProxyType({word: words.text(word) for word in WORDS}),
    )


def _columns(whole: Entry) -> tuple[LedgerColumn, ...]:
    found = tuple(_column(entry) for entry in whole.entries("columns"))
    unique(whole, "column", (one.key for one in found))
    return found


def _column(entry: Entry) -> LedgerColumn:
    entry.only("key", "title", "width")
    return LedgerColumn(entry.text("key"), entry.text("title"), entry.whole("width", least=1))
