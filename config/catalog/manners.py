"""How the chat treats people: for how long words are gathered, and what becomes of ratings."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from config.catalog.reading import HERE, read


@dataclass(frozen=True, slots=True)
class Gathering:
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

    gathering: Gathering
    ratings: Ratings


def load_manners(folder: Path = HERE) -> Manners:
    """Return how the chat treats people.

    Raises:
        CatalogError: the file cannot be meant; the message names the entry.
    """
    whole = read("manners.yaml", folder)
    whole.only("gathering", "ratings")
    gathering, ratings = whole.entry("gathering"), whole.entry("ratings")
    gathering.only("seconds", "longest_seconds", "movable_hours", "source")
    ratings.only("changeable_days", "hidden_hours", "shown_from", "source")
    for entry in (gathering, ratings):
        entry.text("source")
    span, longest = gathering.whole("seconds", least=1), gathering.whole("longest_seconds", least=1)
    if longest < span:
        raise gathering.fault("longest_seconds must not be less than seconds")
    return Manners(
        Gathering(
            timedelta(seconds=span),
            timedelta(seconds=longest),
            timedelta(hours=gathering.whole("movable_hours", least=1)),
        ),
        Ratings(
            timedelta(days=ratings.whole("changeable_days", least=1)),
            timedelta(hours=ratings.whole("hidden_hours", least=1)),
            ratings.whole("shown_from", least=1),
        ),
    )
