"""Days as people say them, read on Tuesday 2026-11-24."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.understanding.dates import Days, days_in

TUESDAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("今天到下周五", (2026, 11, 24), (2026, 12, 4)),
        ("今天 下周五", (2026, 11, 24), (2026, 12, 4)),
        ("12月1日-12月5日", (2026, 12, 1), (2026, 12, 5)),
        ("12月1日至5日", (2026, 12, 1), (2026, 12, 5)),
        ("12月1号 到 5号", (2026, 12, 1), (2026, 12, 5)),
        ("12.1-12.5", (2026, 12, 1), (2026, 12, 5)),
        ("2026-12-01 到 2026-12-05", (2026, 12, 1), (2026, 12, 5)),
        ("2026年12月30日到1月3日", (2026, 12, 30), (2027, 1, 3)),
        ("1月4日到1月8日", (2027, 1, 4), (2027, 1, 8)),
        ("11月20日到11月27日", (2026, 11, 20), (2026, 11, 27)),
        ("明天", (2026, 11, 25), (2026, 11, 25)),
        ("后天起三天", (2026, 11, 26), (2026, 11, 28)),
        ("明天开始10天", (2026, 11, 25), (2026, 12, 4)),
        ("周一到周三", (2026, 11, 30), (2026, 12, 2)),
        ("本周四到周五", (2026, 11, 26), (2026, 11, 27)),
        ("周五", (2026, 11, 27), (2026, 11, 27)),
        ("下周一至下下周日。", (2026, 11, 30), (2026, 12, 13)),
        ("从明天到星期天止", (2026, 11, 25), (2026, 11, 29)),
    ],
)
def test_days_are_understood(text: str, first: tuple[int, int, int], last: tuple[int, int, int]) -> None:
    assert days_in(text, TUESDAY) == Days(date(*first), date(*last), "")
    assert days_in(f"程小满 {text}", TUESDAY) == Days(date(*first), date(*last), "程小满")
    assert days_in(f"程小满{text}", TUESDAY) == Days(date(*first), date(*last), "程小满")


@pytest.mark.parametrize(
    "text", ["", "程小满", "2月30日", "下周五到今天", "13月1日", "三天", "12月1日到年底吧"]
)
def test_what_names_no_days_is_not_understood(text: str) -> None:
    assert days_in(text, TUESDAY) is None


@given(st.dates(date(2026, 1, 1), date(2029, 12, 1)), st.integers(0, 40), st.integers(0, 200))
def test_days_written_out_are_read_back(today: date, ahead: int, length: int) -> None:
    first = today + timedelta(days=ahead)
    last = first + timedelta(days=length)
    said = f"{first.month}月{first.day}日到{last.month}月{last.day}日"
    assert days_in(said, today) == Days(first, last, "")


@given(st.text(max_size=60), st.dates(date(2026, 1, 1), date(2029, 12, 1)))
def test_whatever_is_said_is_days_in_order_or_none(text: str, today: date) -> None:
    found = days_in(text, today)
    assert found is None or found.first <= found.last
