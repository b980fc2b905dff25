"""Patterns that are tried only where they can fit say what `re` says, of every text."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import handlers
from handlers import understanding
from handlers.understanding.corpus import examples
from handlers.understanding.regex import Regex, required_in
from handlers.understanding.text import core_of, letters, normalize

EVERY_NTH: Final = 41


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


@pytest.mark.parametrize(
    ("pattern", "required"),
    [
        ("电话", {"电话"}),
        ("打(?:来|过来)?(?:的)?电话", {"电话"}),
        ("催(?:一?下)?", {"催"}),
        ("(?:查|验)一?下", {"查", "验"}),
        ("[查验核]", {"查", "验", "核"}),
        ("(?:真的)?吗|假的吧", {"吗", "假的"}),
        ("(?P<who>谁)打", {"谁"}),
        ("谁{2,3}打", {"谁"}),
        ("(?:谁)?", None),
        ("谁*", None),
        ("谁|", None),
        ("[^谁]", None),
        ("[一-龥]{2}", None),
        (r"\d+", None),
        ("(?=谁)", None),
        ("(?!谁)打", {"打"}),
        ("(?<!谁)打", {"打"}),
        ("(谁)\\1", {"谁"}),
        ("", None),
        ("(?i:OK)", None),
        ("(?i)OK", None),
    ],
)
def test_required_literals_are_those_without_which_nothing_fits(
    pattern: str, required: set[str] | None
) -> None:
    assert required_in(pattern) == required


def test_case_may_be_ignored() -> None:
    assert required_in("OK", re.IGNORECASE) is None
    assert Regex("OK", re.IGNORECASE).search("ok") is not None


def test_ill_formed_pattern_fails_when_it_is_tried() -> None:
    with pytest.raises(re.error):
        Regex("(").search("(")


def test_nearly_all_of_our_patterns_know_what_they_require() -> None:
    """A new Python that parses otherwise would cost time, silently."""
    assert len(OURS) > 400
    assert sum(required_in(name, each.flags) is None for name, each in OURS.items()) < 10


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_whatever_fits_is_found(data: st.DataObject) -> None:
    one = OURS[data.draw(st.sampled_from(sorted(OURS)))]
    plain = re.compile(one.pattern, one.flags)
    text = data.draw(st.from_regex(plain))
    assert repr(one.search(text)) == repr(plain.search(text)) != "None"


def test_all_patterns_say_of_our_examples_what_re_says() -> None:
    told = [each.text[:300] for each in examples()][::EVERY_NTH]
    texts = [form for text in told for form in (text, normalize(text), core_of(text))]
    for pattern, one in OURS.items():
        plain = re.compile(pattern, one.flags)
        for text in texts:
            assert repr(one.search(text)) == repr(plain.search(text)), (pattern, text)
            assert repr(one.fullmatch(text)) == repr(plain.fullmatch(text)), (pattern, text)
            assert one.sub("", text) == plain.sub("", text), (pattern, text)


@pytest.mark.parametrize("text", ["查一下", "下一下", "", "一下一下"])
def test_every_method_says_what_re_says(text: str) -> None:
    one, plain = Regex("一?下"), re.compile("一?下")
    assert repr(one.match(text)) == repr(plain.match(text))
    assert repr(one.match(text, 1)) == repr(plain.match(text, 1))
    assert repr(one.search(text, 1)) == repr(plain.search(text, 1))
    assert one.split(text) == plain.split(text)
    assert one.split(text, 1) == plain.split(text, 1)
    assert one.sub("上", text, 1) == plain.sub("上", text, 1)
    assert one.findall(text) == plain.findall(text)
    assert [each.span() for each in one.finditer(text)] == [each.span() for each in plain.finditer(text)]


@given(st.text())
def test_letters_are_what_is_neither_sign_nor_blank(text: str) -> None:
    assert letters(text) == re.sub(r"[\W_]+", "", text)
