"""Hours, numbers and questions as people put them; what describes a matter is none of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.understanding.manners import (
    NEVER,
    Wish,
    asks_about_day,
    daily_wish,
    wants_peace,
    wish_in,
)
from models.rules.disturbance import Quiet

TEN_TO_SEVEN = Wish(quiet=Quiet(22 * 60, 7 * 60))


@pytest.mark.parametrize(
    "words",
    [
        "22:00-07:00", "22：00—7：00", "22:00 到 7:00", "晚上10点到早上7点", "晚十点至早七点", "22-7",
        "每天晚上10点到第二天早上7点别打扰", "夜里10点到次日7点", "２２：００～０７：００", "22点到7點",
    ],
)  # fmt: skip
def test_hours_are_understood_as_people_say_them(words: str) -> None:
    assert wish_in(words) == TEN_TO_SEVEN


@pytest.mark.parametrize(
    ("words", "quiet"),
    [
        ("12点到14点半", Quiet(12 * 60, 14 * 60 + 30)),
        ("晚上12点到早上6点", Quiet(0, 6 * 60)),
        ("24:00-06:00", Quiet(0, 6 * 60)),
        ("下午1点15分到下午3点", Quiet(13 * 60 + 15, 15 * 60)),
        ("关", NEVER),
        ("不要", NEVER),
    ],
)
def test_halves_quarters_and_midnight(words: str, quiet: Quiet) -> None:
    assert wish_in(words) == Wish(quiet=quiet)


@pytest.mark.parametrize(
    ("words", "budget"),
    [("每天最多2条", 2), ("每天两条", 2), ("三条", 3), ("0条", 0), ("每天最多十二条消息", 12), ("99条", 99)],
)
def test_number_a_day(words: str, budget: int) -> None:
    assert wish_in(words) == Wish(budget=budget)


@pytest.mark.parametrize("words", ["默认", "恢复默认"])
def test_as_usual(words: str) -> None:
    assert wish_in(words) == Wish(as_usual=True)


@pytest.mark.parametrize(
    "words", ["随便", "25:00-7:00", "22:60-7:00", "24:30-6:00", "十点", "2条路", "100条"]
)
def test_what_is_no_wish(words: str) -> None:
    assert wish_in(words) is None


@pytest.mark.parametrize(
    "words", ["每天最多两条", "以后每天只发一条。", "每天不超过3条消息", "一天最多给我发2条"]
)
def test_whole_message_about_how_many_a_day(words: str) -> None:
    assert daily_wish(words) is not None


@pytest.mark.parametrize(
    "words",
    [
        "每天最多3小时供电",
        "每天三条短信催债",
        "每天最多两条生产线能开工，电不够",
        "两条",
        "每天最多给我们两条货运线路",
    ],
)
def test_request_that_counts_something_else_stays_one(words: str) -> None:
    assert daily_wish(words) is None


@pytest.mark.parametrize(
    "words",
    [
        "今天有没有人来烦我", "今天有没有人帮我？", "今天有人帮我吗", "今天有人来打扰我们吗?", "今天谁烦我了",
        "今天谁帮了我", "今天有没有人来烦我、有没有人帮我", "今天有没有人烦我，帮我", "今天有沒有人來煩我", "今日有没有人帮忙",
    ],
)  # fmt: skip
def test_question_who_came_today(words: str) -> None:
    assert asks_about_day(words) == "today"


def test_question_who_came_yesterday() -> None:
    assert asks_about_day("昨天有没有人来烦我") == "yesterday"


@pytest.mark.parametrize(
    "words",
    [
        "今天有人来我厂里闹事", "今天有没有人帮我，仓库着火了", "有没有人帮我", "今天有没有人管管拖欠的事",
        "今天有没有人帮我们协调一下贷款", "今天的进度", "昨天有人来收钱", "",
    ],
)  # fmt: skip
def test_plea_or_complaint_is_no_such_question(words: str) -> None:
    assert asks_about_day(words) is None


@given(st.text() | st.text("每天最多0123条点到:-~十晚早今昨有没人烦帮我吗？"))
def test_any_text_is_read(text: str) -> None:
    wish_in(text)
    daily_wish(text)
    asks_about_day(text)


@pytest.mark.parametrize(
    ("words", "quiet"),
    [
        ("晚上9点以后别发消息", Quiet(21 * 60, 8 * 60)),
        ("下午六点后不要再发通知了", Quiet(18 * 60, 8 * 60)),
        ("取消免打扰", NEVER),
        ("早上9点以后别发消息", None),
        ("晚上9点以后别打电话", None),
    ],
)
def test_hours_in_plain_words(words: str, quiet: Quiet | None) -> None:
    wish = daily_wish(words)
    assert (wish and wish.quiet) == quiet


def test_wish_for_peace_may_end_with_whom() -> None:
    assert wants_peace("别再发消息给我了")
