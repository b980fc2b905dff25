"""How a catalogue file is read: YAML in, checked values out, every fault named by file and entry.

What the catalogues mean does not live here; see the modules that call this one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Final, TypeVar

import yaml

HERE: Final = Path(__file__).parent
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The C loader reads all catalogues in a tenth of the time; it is missing where libyaml is."""

Choice = TypeVar("Choice", bound=StrEnum)


class CatalogError(ValueError):
    """A catalogue file says something that cannot be meant."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One mapping of a catalogue file, which knows where it stands."""

    where: str
    data: Mapping[str, object]

    def fault(self, what: str) -> CatalogError:
        """Return the error that names this entry and says `what` is wrong with it."""
        return CatalogError(f"{self.where}: {what}")

    def has(self, key: str) -> bool:
        """Tell whether `key` is given and not null."""
        return self.data.get(key) is not None

    def only(self, *keys: str) -> None:
        """Refuse keys that nobody reads, so that a misspelt one is noticed.

        Raises:
            CatalogError: a key outside `keys` is given.
        """
        unknown = sorted(set(self.data) - set(keys))
        if unknown:
            raise self.fault(f"unknown key {', '.join(unknown)}")

    def text(self, key: str, default: str | None = None) -> str:
        """Return a non-empty text.

        Raises:
            CatalogError: it is missing without a default, empty, or something else than text.
        """
        value = self.data.get(key, default)
        if not isinstance(value, str) or (not value.strip() and value != default):
            raise self.fault(f"{key} must be a text, not {value!r}")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts, empty if the key is missing.

        Raises:
            CatalogError: it is not a list of texts.
        """
        value = self.data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.fault(f"{key} must be a list of texts, not {value!r}")
        return tuple(value)

    def day(self, key: str) -> date:
        """Return a calendar day, written 2026-01-31.

        Raises:
            CatalogError: it is missing or no day.
        """
        return _day(self, key, self.data.get(key))

    def days(self, key: str) -> tuple[date, ...]:
        """Return a list of calendar days, empty if the key is missing.

        Raises:
            CatalogError: it is not a list of days.
        """
        value = self.data.get(key, [])
        if not isinstance(value, list):
            raise self.fault(f"{key} must be a list of days, not {value!r}")
        return tuple(_day(self, key, item) for item in value)

    def whole(self, key: str, *, least: int) -> int:
        """Return a whole number of at least `least`.

        Raises:
            CatalogError: it is missing, too small or no whole number.
        """
        value = self.data.get(key)
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise self.fault(f"{key} must be a whole number from {least}, not {value!r}")
        return value

    def choice(self, key: str, choices: type[Choice]) -> Choice:
        """Return one of a closed set of words.

        Raises:
            CatalogError: it is none of them.
        """
        value = self.data.get(key)
        try:
            return choices(value)  # type: ignore[arg-type]  # whatever stands there is looked up
        except ValueError:
            raise self.fault(f"{key} must be one of {', '.join(choices)}, not {value!r}") from None

    def entry(self, key: str) -> "Entry":
        """Return the mapping under `key`.

        Raises:
            CatalogError: it is missing or no mapping.
        """
        return _entry(f"{self.where}: {key}", self.data.get(key))

    def entries(self, key: str) -> Iterator["Entry"]:
        """Yield the mappings listed under `key`, each named by its place and by what identifies it.

        Raises:
            CatalogError: it is no list, or one of its items is no mapping.
        """
        value = self.data.get(key, [])
        if not isinstance(value, list):
            raise self.fault(f"{key} must be a list, not {value!r}")
        for number, item in enumerate(value, start=1):
            yield _entry(f"{self.where}: {key}[{number}]{_label(item)}", item)


def read(file: str, folder: Path) -> Entry:
    """Return the whole of `file` as one entry.

    Raises:
        CatalogError: the file is missing, no YAML, or not a mapping.
    """
    try:
        # _LOADER is a safe loader either way, which the linter cannot see.
        data = yaml.load((folder / file).read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506
    except (OSError, ValueError, yaml.YAMLError) as error:  # a thirteenth month is a ValueError
        raise CatalogError(f"{file}: {error}") from error
    return _entry(file, data)


def _entry(where: str, data: object) -> Entry:
    if not isinstance(data, dict) or not all(isinstance(key, str) for key in data):
        raise CatalogError(f"{where}: must be a mapping with text keys, not {data!r}")
    return Entry(where, data)


def _day(entry: Entry, key: str, value: object) -> date:
    if type(value) is not date:  # a datetime is a date too, but not a day
        raise entry.fault(f"{key} must be a day such as 2026-01-31, not {value!r}")
    return value


def _label(item: object) -> str:
    known = item if isinstance(item, dict) else {}
    return next((f" ({known[key]})" for key in ("key", "code", "name", "number", "type") if key in known), "")
