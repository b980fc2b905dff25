"""Patterns are compiled when they are first tried, and then are what `re` makes of them."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

import handlers
from handlers import understanding
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


OURS: Final = ours()


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
