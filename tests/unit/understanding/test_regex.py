"""Patterns are compiled when they are first tried, are what `re` makes of them, and hang over no text."""

import importlib
import pkgutil
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from time import thread_time
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

import handlers
from handlers import understanding
from handlers.understanding import caller_doubts, number_questions, refusing, ruling
from handlers.understanding.regex import Regex
from handlers.understanding.text import letters


def patterns_in(value: Any) -> Iterator[Regex]:
    if isinstance(value, Regex):
        yield value
    elif isinstance(value, tuple | list):
        for each in value:
            yield from patterns_in(each)
    elif isinstance(value, dict):
        yield from patterns_in([*value, *value.values()])
    elif is_dataclass(value) and not isinstance(value, type):
        yield from patterns_in([getattr(value, field.name, None) for field in fields(value)])


def ours() -> dict[str, Regex]:
    """Every pattern that a module of ours holds, once."""
    found: dict[str, Regex] = {}
    for package in (understanding, handlers):
        for one in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            for value in vars(importlib.import_module(one.name)).values():
                found |= {each.pattern: each for each in patterns_in(value)}
    return found


def read_by(module: str) -> Iterator[tuple[str, re.Pattern[str]]]:
    """Yield every pattern that a module of `understanding` holds, by name."""
    held = vars(importlib.import_module(f"{understanding.__name__}.{module}"))
    for name, value in held.items():
        if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
            yield name, value
        for place, each in enumerate(patterns_in(value)):
            yield f"{name}[{place}]", re.compile(each.pattern, each.flags)


def alphabet(pattern: str) -> list[str]:
    """Return the words and characters that a pattern is made of, and some that follow one another."""
    words = re.findall(r"[\u3400-\u9fff]+|[a-z]+|[，,。 ]", re.sub(r"\\[a-zA-Z]|\?P?<\w+>", "", pattern))
    own = sorted({*words, *"".join(words), "1", " "})
    chance = random.Random(0)
    return [*own, *("".join(chance.choices(own, k=chance.randint(2, 4))) for _ in range(40))]


def took(pattern: re.Pattern[str], text: str) -> float:
    """Return seconds of this thread; the better of two where they are many, as others work here, too."""
    both = []
    for _ in range(2):
        began = thread_time()
        pattern.fullmatch(text)
        pattern.search(text)
        both.append(thread_time() - began)
        if both[0] < QUICK:
            break
    return min(both)


OURS: Final = ours()
QUICK: Final = 0.001
MODULES: Final = sorted(
    one.name
    for one in pkgutil.iter_modules(understanding.__path__)
    if not one.name.startswith(("train", "fit_"))
)
READ_AT_MOST: Final = 400
"""Characters of the longest text that most patterns are tried on."""
SHORTER: Final = {
    "call_replies": 32,
    "caller_doubts": caller_doubts.LONGEST,
    "details": 40,
    "number_questions": number_questions.LONGEST,
    "refusing": refusing.LONGEST,
    "ruling": ruling.LONGEST,
}
"""Modules that try no longer text on their patterns."""
STEPS: Final = (16, 24, 32, 40, 48)
"""Lengths by which an exponential pattern is found long before it would hang."""
SLOWEST: Final = 5
"""So many words of a pattern, those it is slowest over, are tried on all that is read, too."""


def test_pattern_is_compiled_when_it_is_first_tried() -> None:
    one = Regex("(")
    with pytest.raises(re.error):
        one.search("(")
    with pytest.raises(AttributeError):
        one.subn  # noqa: B018 -- not one of those we use


def test_all_of_our_patterns_are_well_formed() -> None:
    assert len(OURS) > 400
    assert [one.pattern for one in OURS.values() if one.findall("") is None] == []


@pytest.mark.parametrize("text", ["查一下", "下一下", "", "一下一下"])
def test_every_method_is_that_of_re(text: str) -> None:
    one, plain = Regex("一?下", re.MULTILINE), re.compile("一?下", re.MULTILINE)
    for _ in range(2):
        assert repr(one.match(text)) == repr(plain.match(text))
        assert repr(one.search(text, 1, 2)) == repr(plain.search(text, 1, 2))
        assert repr(one.fullmatch(text)) == repr(plain.fullmatch(text))
        assert one.split(text, 1) == plain.split(text, 1)
        assert one.sub("上", text, 1) == plain.sub("上", text, 1)
        assert one.findall(text) == plain.findall(text)
        assert [each.span() for each in one.finditer(text)] == [each.span() for each in plain.finditer(text)]


@given(st.text())
def test_letters_are_what_is_neither_sign_nor_blank(text: str) -> None:
    assert letters(text) == re.sub(r"[\W_]+", "", text)


@pytest.mark.parametrize("module", MODULES)
def test_no_pattern_hangs_over_its_own_words(module: str) -> None:
    """Up to 48 characters cost a hundredth of a second at most, whatever is read less than half of one."""
    longest = SHORTER.get(module, READ_AT_MOST)
    for name, pattern in read_by(module):
        costs = {piece: over(pattern, piece, STEPS, 0.01) for piece in alphabet(pattern.pattern)}
        slowest = sorted(costs, key=costs.__getitem__)[-SLOWEST:]
        assert costs[slowest[-1]] < 0.01, (name, slowest[-1])
        for piece in slowest:
            assert over(pattern, piece, (100, 200, longest), 0.4) < 0.4, (name, piece)


def over(pattern: re.Pattern[str], piece: str, lengths: Sequence[int], most: float) -> float:
    """Return the seconds that a text of `piece` again and again takes, growing until it takes too long."""
    cost = 0.0
    for length in lengths:
        cost = took(pattern, (piece * length)[: length - 1] + "囧")
        if cost >= most:
            break
    return cost


def test_pattern_that_hangs_would_be_found() -> None:
    assert over(re.compile("(?:好的?|的)+"), "好的", STEPS, 0.01) >= 0.01
    assert over(re.compile("(?>好|的)+"), "好的", STEPS, 0.01) < 0.01
