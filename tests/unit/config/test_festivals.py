"""When the next festival is, and how people say before it."""

from datetime import date

import pytest
from holidays.countries.china import China

from config.catalog import festival_before
from config.catalog.festivals import load_festivals

TODAY = date(2026, 11, 27)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("春节前", date(2027, 2, 6)),
        ("过年前", date(2027, 2, 6)),
        ("年前", date(2027, 2, 6)),
        ("元旦之前", date(2027, 1, 1)),
        ("国庆节以前", date(2027, 10, 1)),
        ("五一假期前", date(2027, 5, 1)),
        ("端午前", date(2027, 6, 9)),
    ],
)
def test_next_festival_is_found_by_its_name(text: str, day: date) -> None:
    assert festival_before(text, TODAY) == day


@pytest.mark.parametrize(
    "text", ["", "两年前", "几年前", "前年前", "春节后", "年前的事", "目前", "今年前", "三十一前"]
)
def test_what_names_no_festival_is_none(text: str) -> None:
    assert festival_before(text, TODAY) is None


def test_festival_that_nobody_wrote_down_is_none() -> None:
    assert festival_before("春节前", date(2090, 1, 1)) is None


@pytest.mark.parametrize(
    ("name", "theirs"),
    [("春节", "Chinese New Year"), ("端午节", "Dragon Boat Festival"), ("中秋节", "Mid-Autumn Festival")],
)
def test_days_of_the_moon_calendar_agree_with_another_source(name: str, theirs: str) -> None:
    (festival,) = (each for each in load_festivals() if each.name == name)
    for day in festival.days:
        known = China(years=day.year, expand=False, language="en_US")
        days = [each for each, called in known.items() if theirs in called and "Eve" not in called]
        assert day == min(days), day
