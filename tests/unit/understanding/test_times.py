"""Times in words: what people say becomes one span ahead of us, or a doubt to ask about; never a guess."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from config import catalog
from handlers.understanding.times import READ_AT_MOST, Doubt, only_span, span_in
from models.rules.calling import SHANGHAI, Span

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
"""A Tuesday, 10:00 in Shanghai."""

USUAL = catalog.call_habits().usual
WEEKDAYS = "一二三四五六日"
FIGURES = "零一二三四五六七八九"


def local(month: int, day: int, hour: int, minute: int = 0, *, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


def said(text: str, now: datetime = NOW) -> tuple[str, str] | Doubt:
    """Return beginning and end as Shanghai's clocks show them."""
    found = span_in(text, now)
    if isinstance(found, Doubt):
        return found
    begins, ends = (at.astimezone(SHANGHAI) for at in (found.begins, found.ends))
    return f"{begins:%m-%d %H:%M}", f"{ends:%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("text", "begins", "ends"),
    [
        ("今天下午3点", "11-24 15:00", "11-24 15:30"),
        ("今天下午三点钟", "11-24 15:00", "11-24 15:30"),
        ("明天上午", "11-25 09:00", "11-25 12:00"),
        ("周五10:30", "11-27 10:30", "11-27 11:00"),
        ("11月28日15时半", "11-28 15:30", "11-28 16:00"),
        ("15:30-16:00", "11-24 15:30", "11-24 16:00"),
        ("１５：３０－１６：００", "11-24 15:30", "11-24 16:00"),
        ("下午3点到5点", "11-24 15:00", "11-24 17:00"),
        ("上午11点到下午1点", "11-24 11:00", "11-24 13:00"),
        ("明天9-11点", "11-25 09:00", "11-25 11:00"),
        ("11點半至12點", "11-24 11:30", "11-24 12:00"),
        ("十一月二十八日下午三点一刻", "11-28 15:15", "11-28 15:45"),
        ("二〇二六年十二月一日上午十点", "12-01 10:00", "12-01 10:30"),
        ("2026-12-01 10:00", "12-01 10:00", "12-01 10:30"),
        ("12/1 10:00", "12-01 10:00", "12-01 10:30"),
        ("28号下午", "11-28 14:00", "11-28 17:30"),
        ("3号上午10点", "12-03 10:00", "12-03 10:30"),
        ("今晚8点", "11-24 20:00", "11-24 20:30"),
        ("明早8点", "11-25 08:00", "11-25 08:30"),
        ("明天中午12点", "11-25 12:00", "11-25 12:30"),
        ("中午1点", "11-24 13:00", "11-24 13:30"),
        ("大后天下午两点", "11-27 14:00", "11-27 14:30"),
        ("三天后上午9点", "11-27 09:00", "11-27 09:30"),
        ("下周一上午九点半", "11-30 09:30", "11-30 10:00"),
        ("周一上午", "11-30 09:00", "11-30 12:00"),
        ("星期天下午", "11-29 14:00", "11-29 17:30"),
        ("下下周三上午", "12-09 09:00", "12-09 12:00"),
        ("周二11点", "11-24 11:00", "11-24 11:30"),
        ("周四 11月26日 10点", "11-26 10:00", "11-26 10:30"),
        ("半小时后", "11-24 10:30", "11-24 11:00"),
        ("一个半小时后", "11-24 11:30", "11-24 12:00"),
        ("20分钟后", "11-24 10:20", "11-24 10:50"),
        ("现在", "11-24 10:00", "11-24 10:30"),
        ("3点", "11-24 15:00", "11-24 15:30"),
        ("9:55", "11-24 10:00", "11-24 10:30"),
        ("今天上午", "11-24 10:00", "11-24 12:00"),
        ("9点到11点", "11-24 10:00", "11-24 11:00"),
        ("1月5日10点", "01-05 10:00", "01-05 10:30"),
        ("明天上午10点 用13840001234打", "11-25 10:00", "11-25 10:30"),
    ],
)
def test_time_is_understood(text: str, begins: str, ends: str) -> None:
    assert said(text) == (begins, ends)


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("", Doubt.NO_TIME),
        ("打过电话了", Doubt.NO_TIME),
        ("13840001234", Doubt.NO_TIME),
        ("320万", Doubt.NO_TIME),
        ("明天", Doubt.NO_HOUR),
        ("11月28日", Doubt.NO_HOUR),
        ("明天3点", Doubt.WHICH_HALF),
        ("周五 4:30", Doubt.WHICH_HALF),
        ("明天上午或后天上午", Doubt.UNCLEAR),
        ("明天上午或者下午", Doubt.UNCLEAR),
        ("10点或11点", Doubt.UNCLEAR),
        ("10点、11点、15点", Doubt.UNCLEAR),
        ("半小时后或者明天上午", Doubt.UNCLEAR),
        ("周三 11月28日 10点", Doubt.UNCLEAR),
        ("2月30日10点", Doubt.UNCLEAR),
        ("周末上午", Doubt.UNCLEAR),
        ("明天25点", Doubt.UNCLEAR),
        ("明天10:75", Doubt.UNCLEAR),
        ("上午3点到2点", Doubt.UNCLEAR),
        ("明天晚上12点", Doubt.UNCLEAR),
        ("明天上午15点", Doubt.UNCLEAR),
        ("9点", Doubt.PAST),
        ("今天早上", Doubt.PAST),
        ("周二9点", Doubt.PAST),
        ("这周一10点", Doubt.PAST),
        ("11月20日10点", Doubt.PAST),
        ("8:00-10:00", Doubt.PAST),
    ],
)
def test_doubt_is_asked_about(text: str, doubt: Doubt) -> None:
    assert span_in(text, NOW) is doubt


def test_date_without_its_year_is_the_next_years_only_when_that_is_near() -> None:
    december = datetime(2026, 12, 28, 2, 0, tzinfo=UTC)
    assert said("1月5日上午10点", december) == ("01-05 10:00", "01-05 10:30")
    assert said("11月28日上午10点", december) is Doubt.PAST
    assert said("31号10点", datetime(2026, 12, 31, 1, 0, tzinfo=UTC)) == ("12-31 10:00", "12-31 10:30")
    assert said("3号10点", december) == ("01-03 10:00", "01-03 10:30")


@pytest.mark.parametrize(
    "text", ["明天上午10点", "明天上午10点可以", "明天上午10点方便，请打我电话吧", "那就改到周五下午3点到4点"]
)
def test_time_and_courtesies_alone_are_a_time(text: str) -> None:
    assert isinstance(only_span(text, NOW), Span)


@pytest.mark.parametrize("text", ["明天3点", "今天早上吧", "10点或11点"])
def test_doubtful_time_alone_is_still_asked_about(text: str) -> None:
    assert isinstance(only_span(text, NOW), Doubt)


@pytest.mark.parametrize(
    "text", ["明天上午10点我们去管委会要钱", "欠款320万", "收到", "", "工程款拖到11月28日还没给"]
)
def test_sentence_with_a_time_in_it_is_a_sentence(text: str) -> None:
    assert only_span(text, NOW) is None


START = datetime(2025, 1, 1, tzinfo=SHANGHAI)
MOMENTS = st.timedeltas(timedelta(0), timedelta(days=1400)).map(lambda span: START + span)
PIECES = st.sampled_from(
    [
        "今天",
        "明天",
        "后天",
        "周五",
        "下周一",
        "11月28日",
        "28号",
        "上午",
        "下午",
        "晚上",
        "3点",
        "15:30",
        "10点半",
        "到",
        "-",
        "或",
        "半小时后",
        "现在",
        "可以",
        "管委会",
        "1",
        "0",
        "十",
        "点",
        "月",
        "/",
        ":",
    ]
)


@given(st.text(max_size=200) | st.lists(PIECES, max_size=12).map("".join), MOMENTS)
@example("1-" * 5000, NOW)
@example("十" * 5000 + "点", NOW)
@example("上午" * 5000 + "3点", NOW)
@example("9999年12月31日23:59", NOW)
@example("99天后10点", NOW)
def test_any_text_is_a_span_ahead_or_a_doubt(text: str, now: datetime) -> None:
    found = span_in(text, now)
    if isinstance(found, Span):
        assert now <= found.begins < found.ends
        assert found.begins.tzinfo is UTC
        assert found.ends - found.begins < timedelta(days=1)
    only = only_span(text, now)
    assert only is None or only == found


def days_said(day: date, today: date) -> list[str]:
    """Return the ways to say a day within the next week."""
    ahead = (day - today).days
    near = {0: "今天", 1: "明天", 2: "后天", 3: "大后天"}
    ways = [f"{day.month}月{day.day}日", f"{day.year}年{day.month}月{day.day}日", f"{day:%Y-%m-%d} "]
    ways.append(f"周{WEEKDAYS[day.weekday()]}")
    return ways + ([near[ahead]] if ahead in near else [])


def hours_said(hour: int, minute: int) -> list[str]:
    """Return the ways to say an hour of the working day."""
    part = "上午" if hour < 12 else "下午"
    small = hour if hour < 13 else hour - 12
    past = {0: "", 15: "一刻", 30: "半", 45: "三刻"}[minute]
    spoken = {10: "十", 11: "十一", 12: "十二"}.get(small) or FIGURES[small]
    return [
        f"{hour:02}:{minute:02}",
        f"{part}{small}点{past}",
        f"{part}{spoken}点{past}",
        f"{hour}时{minute:02}分",
    ]


@given(MOMENTS, st.integers(1, 6), st.integers(8, 18), st.sampled_from([0, 15, 30, 45]), st.data())
def test_every_way_to_say_a_moment_means_that_moment(
    now: datetime, ahead: int, hour: int, minute: int, data: st.DataObject
) -> None:
    day = now.date() + timedelta(days=ahead)
    text = data.draw(st.sampled_from(days_said(day, now.date()))) + data.draw(
        st.sampled_from(hours_said(hour, minute))
    )
    begins = datetime(day.year, day.month, day.day, hour, minute, tzinfo=SHANGHAI)
    assert span_in(text, now) == Span(begins, begins + USUAL)
    assert only_span(text, now) == Span(begins, begins + USUAL)


@given(MOMENTS, st.integers(8, 17), st.integers(1, 4), st.sampled_from(["到", "-", "至", "~", " - "]))
def test_span_said_is_the_span_meant(now: datetime, hour: int, length: int, joint: str) -> None:
    assume(hour + length <= 20)
    day = now.date() + timedelta(days=1)
    begins = datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI)
    for text in (f"明天{hour}:00{joint}{hour + length}:00", f"明天{hour}点{joint}{hour + length}点"):
        assert span_in(text, now) == Span(begins, begins + timedelta(hours=length)), text


def test_only_the_beginning_is_read() -> None:
    assert span_in(" " * READ_AT_MOST + "明天上午10点", NOW) is Doubt.NO_TIME
