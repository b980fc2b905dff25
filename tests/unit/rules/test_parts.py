"""Nothing that was said gets lost between parts and pages, and each has room for what it holds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.parts import pages, size, split

TEXTS = st.text("长😀<&a。\n", max_size=300)
ROOMS = st.integers(4, 60)


@given(TEXTS, ROOMS)
def test_parts_are_the_text_and_each_has_room(text: str, room: int) -> None:
    parts = split(text, room)
    assert "".join(parts) == text
    assert max(map(size, parts)) <= room
    assert parts == [text] or all(parts)


@given(TEXTS, ROOMS)
def test_part_is_as_long_as_its_marks_allow(text: str, room: int) -> None:
    parts = split(text, room)
    assert all(size(part) > room // 4 - 4 for part in parts[:-1])


def test_text_is_parted_after_lines_else_sentences_else_anywhere() -> None:
    assert split("ab。c\nde。f", 8) == ["ab。c\n", "de。f"]
    assert split("abc。def。g", 8) == ["abc。", "def。g"]
    assert split("abcdefghij", 8) == ["abcdefgh", "ij"]


def test_size_is_that_of_the_text_as_shown() -> None:
    assert [size(text) for text in ("a", "长", "😀", "<")] == [1, 3, 4, 3]


@given(st.lists(TEXTS.map(lambda text: text.replace("\n", "")), max_size=12), ROOMS)
def test_pages_hold_everything_said(lines: list[str], room: int) -> None:
    found = pages(lines, room)
    assert max(map(size, found)) <= room
    assert sorted("".join(found).replace("\n", "")) == sorted("".join(lines))


def test_newest_page_is_first_and_long_lines_are_read_in_order() -> None:
    assert pages(["aa", "bb", "cc"], 5) == ["bb\ncc", "aa"]
    assert pages(["aa", "bbbbbbbb", "cc"], 5) == ["cc", "bbbbb", "bbb", "aa"]
    assert pages([], 5) == [""]


def test_room_for_less_than_a_character_is_refused() -> None:
    with pytest.raises(ValueError, match="room"):
        split("a", 3)
