"""How the chat treats people: for how long words are held, and what becomes of ratings."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from config.catalog.reading import HERE, read


@dataclass(frozen=True, slots=True)
class HeldWords:
    """For how long words wait that only seem to belong to a case, and may be moved after that."""

    span: timedelta
    longest: timedelta
    movable: timedelta


@dataclass(frozen=True, slots=True)
class Ratings:
    """For how long a rating may be changed, and when officials see it, as a count among others."""

    changeable: timedelta
    hidden: timedelta
    shown_from: int


@dataclass(frozen=True, slots=True)
class Manners:
    """All of it."""

    held_words: HeldWords
    ratings: Ratings


def load_manners(folder: Path = HERE) -> Manners:
    """Return how the chat treats people.

    Raises:
        CatalogError: the file cannot be meant; the message names the entry.
    """
    whole = read("manners.yaml", folder)
    whole.only("held_words", "ratings")
    held, ratings = whole.entry("held_words"), whole.entry("ratings")
    held.only("seconds", "longest_seconds", "movable_hours", "source")
    ratings.only("changeable_days", "hidden_hours", "shown_from", "source")
    for entry in (held, ratings):
        entry.text("source")
    span, longest = held.whole("seconds", least=1), held.whole("longest_seconds", least=1)
    if longest < span:
        raise held.fault("longest_seconds must not be less than seconds")
    return Manners(
        HeldWords(
            timedelta(seconds=span),
            timedelta(seconds=longest),
            timedelta(hours=held.whole("movable_hours", least=1)),
        ),
        Ratings(
            timedelta(days=ratings.whole("changeable_days", least=1)),
            timedelta(hours=ratings.whole("hidden_hours", least=1)),
            ratings.whole("shown_from", least=1),
        ),
    )
