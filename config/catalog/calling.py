"""Calls by officials: their hours and windows, how often one may guess, and the words of phrases."""

import re
from collections.abc import Mapping
from datetime import time, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Final

from config.catalog.checks import time_of_day, unique
from config.catalog.reading import HERE, Entry, read
from config.catalog.shapes import Allowance, CallHabits, DayPart

FEWEST_WORDS: Final = 200
"""Two of fewer could be guessed by somebody who calls often enough."""

_SYLLABLE: Final = re.compile("(zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw]?)([a-z]+)")
_ALIKE: Final = {"zh": "z", "ch": "c", "sh": "s", "n": "l", "r": "y"}
"""Beginnings of syllables that are not told apart on the telephone or in a dialect."""


def load_call_habits(folder: Path = HERE) -> CallHabits:
    """Return when officials may call, how long windows are, and how often one may guess.

    Raises:
        CatalogError: the file cannot be meant; the message names the entry.
    """
    whole = read("calls.yaml", folder)
    whole.only("hours", "window", "unasked", "parts", "guesses")
    hours, window = whole.entry("hours"), whole.entry("window")
    hours.only("from", "until", "source")
    spans = ("usual_minutes", "longest_minutes", "early_minutes", "patience_minutes")
    window.only(*spans, "days_ahead", "answer_days", "source")
    hours.text("source")
    window.text("source")
    unasked = whole.entry("unasked")
    unasked.only("most", "source")
    unasked.text("source")
    opens, closes = _hours(hours)
    usual = window.whole("usual_minutes", least=1)
    return CallHabits(
        opens=opens,
        closes=closes,
        usual=timedelta(minutes=usual),
        longest=timedelta(minutes=window.whole("longest_minutes", least=usual)),
        early=timedelta(minutes=window.whole("early_minutes", least=0)),
        ahead=timedelta(days=window.whole("days_ahead", least=1)),
        patience=timedelta(minutes=window.whole("patience_minutes", least=0)),
        answer=timedelta(days=window.whole("answer_days", least=1)),
        unasked=unasked.whole("most", least=1),
        parts=_parts(whole),
        guesses=tuple(_allowance(entry) for entry in whole.entries("guesses")),
    )


def load_phrase_words(folder: Path = HERE) -> tuple[str, ...]:
    """Return the words of phrases, no two of which sound alike.

    Raises:
        CatalogError: there are too few, or two of them can be mistaken for each other.
    """
    whole = read("phrases.yaml", folder)
    whole.only("words")
    listed = whole.entry("words")
    words = tuple(listed.data)
    if len(words) < FEWEST_WORDS:
        raise listed.fault(f"{len(words)} words are too few, {FEWEST_WORDS} are needed")
    unique(listed, "sound", (_heard(listed, word) for word in words))
    return words


def _hours(entry: Entry) -> tuple[time, time]:
    """From when to when; both times of day."""
    begins, ends = time_of_day(entry, "from"), time_of_day(entry, "until")
    if ends <= begins:
        raise entry.fault(f"until {ends} is not after from {begins}")
    return begins, ends


def _parts(whole: Entry) -> Mapping[str, DayPart]:
    parts: dict[str, DayPart] = {}
    for entry in whole.entries("parts"):
        entry.only("words", "hours", "from", "until")
        begins, ends = _hours(entry)
        part = DayPart(*_meant_hours(entry), begins, ends)
        unique(entry, "word", (*parts, *entry.texts("words")))
        parts |= dict.fromkeys(entry.texts("words"), part)
    return MappingProxyType(parts)


def _meant_hours(entry: Entry) -> tuple[int, int]:
    """The first and the last hour; less than twelve of them, so that an hour said means one only."""
    hours = entry.data.get("hours")
    match hours:
        case [int(first), int(last)] if 0 <= first <= last < min(first + 12, 24):
            return first, last
    raise entry.fault(f"hours must be two hours less than twelve apart, not {hours!r}")


def _allowance(entry: Entry) -> Allowance:
    entry.only("most", "minutes", "source")
    entry.text("source")
    return Allowance(entry.whole("most", least=1), timedelta(minutes=entry.whole("minutes", least=1)))


def _heard(listed: Entry, word: str) -> str:
    """How a word sounds to somebody who does not hear every difference."""
    sound = listed.text(word)
    syllables = [_SYLLABLE.fullmatch(syllable) for syllable in sound.split()]
    if len(word) != len(syllables) or len(word) != 2:  # noqa: PLR2004 -- two characters, two syllables
        raise listed.fault(f"{word} must be two characters with the sound of each, not {sound}")
    heard = []
    for syllable in syllables:
        if syllable is None:
            raise listed.fault(f"{word}: {sound} is no sound")
        heard.append(_ALIKE.get(syllable[1], syllable[1]) + re.sub("ng$", "n", syllable[2]))
    return " ".join(heard)
