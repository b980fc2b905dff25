"""The festivals by which people date things, and when the next one is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from config.catalog.reading import HERE, Entry, read

_COUNTED: Final = "(?<![\\d一二两三四五六七八九十几半多去今明后前本每月])"
"""Two years ago is no festival, although the new year is called the year for short."""
_BEFORE: Final = "(?:假期|放假|长假)?(?:之|以)?前$"


@dataclass(frozen=True, slots=True)
class Festival:
    """What a festival is called, and its days: every year's month and day, or one a year."""

    name: str
    words: tuple[str, ...]
    yearly: tuple[int, int] | None
    days: tuple[date, ...]

    def after(self, day: date) -> date | None:
        """Return the first such day after `day`, None if nobody has written it down."""
        if self.yearly is None:
            return next((each for each in self.days if each > day), None)
        this = date(day.year, *self.yearly)
        return this if this > day else date(day.year + 1, *self.yearly)


class Festivals:
    """All of them, found by their names."""

    def __init__(self, festivals: tuple[Festival, ...]) -> None:
        self._by_word = {word: festival for festival in festivals for word in festival.words}
        words = "|".join(map(re.escape, sorted(self._by_word, key=len, reverse=True)))
        self._before = re.compile(f"{_COUNTED}(?P<word>{words}){_BEFORE}")

    def before(self, text: str, today: date) -> date | None:
        """Return the next day of the festival before which `text` says at its end; None if it says none."""
        found = self._before.search(text)
        return self._by_word[found["word"]].after(today) if found else None


def load_festivals(folder: Path = HERE) -> tuple[Festival, ...]:
    """Return the festivals in the order of the file.

    Raises:
        CatalogError: the file cannot be meant; the message names the entry.
    """
    whole = read("festivals.yaml", folder)
    whole.only("festivals")
    return tuple(_festivals(whole))


def _festivals(whole: Entry) -> Iterator[Festival]:
    for entry in whole.entries("festivals"):
        entry.only("name", "words", "yearly", "days")
        words, days = entry.texts("words"), entry.days("days")
        if not words:
            raise entry.fault("words must name it")
        if entry.has("yearly") == bool(days):
            raise entry.fault("give either yearly or days")
        if list(days) != sorted({*days}):
            raise entry.fault("days must be in their order")
        yield Festival(entry.text("name"), words, _yearly(entry) if entry.has("yearly") else None, days)


def _yearly(entry: Entry) -> tuple[int, int]:
    try:
        day = date.fromisoformat(f"2001-{entry.text('yearly')}")
    except ValueError:
        raise entry.fault("yearly must be a month and a day such as 10-01") from None
    return day.month, day.day
