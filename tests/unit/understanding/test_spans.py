"""How many days, and which day, as people type them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.understanding.spans import how_many, which

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5 财政拨款", (5, "财政拨款")),
        ("5天财政拨款", (5, "财政拨款")),
        ("5 天，财政拨款", (5, "财政拨款")),
        ("5个工作日，因为财政拨款", (5, "因为财政拨款")),
        ("１０日 财政拨款", (10, "财政拨款")),
        ("五天 财政拨款", (5, "财政拨款")),
        ("两天", (2, "")),
        ("十 财政拨款", (10, "财政拨款")),
        ("十五天 财政拨款", (15, "财政拨款")),
        ("二十日 财政拨款", (20, "财政拨款")),
        ("三十二个工作日 财政拨款", (32, "财政拨款")),
        ("0 财政拨款", (0, "财政拨款")),
        ("5", (5, "")),
        ("5月份才拨款", None),
        ("5000 财政拨款", None),
        ("五十百天 财政拨款", None),
        ("十十天 财政拨款", None),
        ("一二天 财政拨款", None),
        ("一家单位说再等等", None),
        ("财政拨款", None),
        ("", None),
    ],
)
def test_number_of_days_is_read(text: str, expected: tuple[int, str] | None) -> None:
    assert how_many(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12月10日 等鉴定", (date(2026, 12, 10), "等鉴定")),
        ("12月10号等鉴定", (date(2026, 12, 10), "等鉴定")),
        ("12-10 等鉴定", (date(2026, 12, 10), "等鉴定")),
        ("12.10，等鉴定", (date(2026, 12, 10), "等鉴定")),
        ("2026年12月10日：等鉴定", (date(2026, 12, 10), "等鉴定")),
        ("2026-12-10 等鉴定", (date(2026, 12, 10), "等鉴定")),
        ("2027/1/5", (date(2027, 1, 5), "")),
        ("11月24日 等鉴定", (TODAY, "等鉴定")),
        ("1月5日 等鉴定", (date(2027, 1, 5), "等鉴定")),
        ("11月23日 等鉴定", (date(2027, 11, 23), "等鉴定")),
        ("2月30日 等鉴定", None),
        ("13月1日 等鉴定", None),
        ("下周五 等鉴定", (date(2026, 12, 4), "等鉴定")),
        ("到10天后 等鉴定", (date(2026, 12, 4), "等鉴定")),
        ("昨天 等鉴定", None),
        ("等鉴定到12月10日", None),
        ("", None),
    ],
)
def test_day_is_read_and_lies_ahead(text: str, expected: tuple[date, str] | None) -> None:
    assert which(text, TODAY) == expected


@given(st.text() | st.text("0123456789一二十年月日.-/ 天", max_size=20))
def test_any_text_is_read_or_not(text: str) -> None:
    count, day = how_many(text), which(text, TODAY)
    assert count is None or (count[0] >= 0 and count[1] in text)
    assert day is None or day[1] in text
