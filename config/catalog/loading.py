"""The types of request, how numbers are written, and who answers for what."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from config.catalog.checks import known_types, pattern, span, unique
from config.catalog.reading import HERE, Entry, read
from config.catalog.shapes import OTHER, Duty, DutyCatalogue, NumberFormats, RequestType


def load_types(folder: Path = HERE) -> Mapping[str, RequestType]:
    """Return the types by code, in the order in which they are offered.

    Raises:
        CatalogError: the file cannot be meant; the message names the entry.
    """
    whole = read("types.yaml", folder)
    whole.only("types", "numbers")
    types = tuple(_type(entry) for entry in whole.entries("types"))
    unique(whole, "type", (one.code for one in types))
    unique(whole, "name or alias", (word for one in types for word in (one.name, *one.aliases)))
    if OTHER not in {one.code for one in types}:
        raise whole.fault(f"the type {OTHER} is missing")
    return MappingProxyType({one.code: one for one in types})


def load_number_formats(folder: Path = HERE) -> NumberFormats:
    """Return how ticket and ledger numbers are written.

    Raises:
        CatalogError: the file cannot be meant; the message names the entry.
    """
    entry = read("types.yaml", folder).entry("numbers")
    entry.only("prefixes", "ledger")
    return NumberFormats(entry.texts("prefixes"), pattern(entry, "ledger", {"type", "year", "n"}))


def load_duties(folder: Path = HERE) -> DutyCatalogue:
    """Return who answers for what.

    Raises:
        CatalogError: the file cannot be meant, or a type has no duty at all.
    """
    whole = read("duties.yaml", folder)
    whole.only("office", "duties")
    office = whole.entry("office")
    office.only("department", "source")
    office.text("source")
    known = set(load_types(folder))
    duties = tuple(_duty(entry, known) for entry in whole.entries("duties"))
    missing = known - {duty.type_code for duty in duties}
    if missing:
        raise whole.fault(f"no department for {', '.join(sorted(missing))}")
    return DutyCatalogue(office.text("department"), duties)


def _type(entry: Entry) -> RequestType:
    entry.only("code", "name", "description", "example", "aliases")
    return RequestType(
        entry.text("code"),
        entry.text("name"),
        entry.text("description"),
        entry.text("example"),
        entry.texts("aliases"),
    )


def _duty(entry: Entry, known: set[str]) -> Duty:
    entry.only("type", "department", "source", "effective_from", "effective_to")
    first, last = span(entry)
    (type_code,) = known_types(entry, (entry.text("type"),), known)
    return Duty(type_code, entry.text("department"), entry.text("source"), first, last)
