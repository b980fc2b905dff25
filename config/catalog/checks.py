"""What several catalogue files are checked for: repeats, spans of days, types, places in a pattern."""

from collections.abc import Iterable
from datetime import date, time
from string import Formatter

from config.catalog.reading import Entry


def unique(where: Entry, what: str, values: Iterable[str]) -> None:
    """Refuse a value that occurs twice.

    Raises:
        CatalogError: one of `values` is repeated.
    """
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise where.fault(f"{what} {value} occurs twice")
        seen.add(value)


def span(entry: Entry) -> tuple[date, date | None]:
    """Return the first and last day on which `entry` is in force; None for no end.

    Raises:
        CatalogError: the end is before the beginning.
    """
    first = entry.day("effective_from")
    last = entry.day("effective_to") if entry.has("effective_to") else None
    if last is not None and last < first:
        raise entry.fault(f"effective_to {last} is before effective_from {first}")
    return first, last


def known_types(entry: Entry, named: tuple[str, ...], known: set[str]) -> frozenset[str]:
    """Return the types that `entry` names.

    Raises:
        CatalogError: one of them is not `known`.
    """
    unknown = sorted(set(named) - known)
    if unknown:
        raise entry.fault(f"unknown type {', '.join(unknown)}")
    return frozenset(named)


def time_of_day(entry: Entry, key: str) -> time:
    """Return a time of day, written "17:30:00" in quotes.

    Raises:
        CatalogError: it is no such text.
    """
    text = entry.text(key)
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise entry.fault(f'{key} must be a time such as "17:30:00", not {text!r}') from None


def pattern(entry: Entry, key: str, places: set[str]) -> str:
    """Return a text whose places in braces are exactly `places`.

    Raises:
        CatalogError: a place is missing, unknown or badly written.
    """
    text = entry.text(key)
    try:
        found = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError as error:
        raise entry.fault(f"{key}: {error}") from None
    if found != places:
        wanted, given = (", ".join(sorted(names)) for names in (places, found))
        raise entry.fault(f"{key} must have the places {wanted}, not {given}")
    return text
