"""On which day a visit was, that there was one, and which part of its note names a matter."""

from datetime import date

import pytest

from handlers.understanding.visit_talk import VisitDay, matter_in, tells_of_visit, visit_day

TUESDAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("note", "day"),
    [
        ("昨天下午去的", date(2026, 11, 23)), ("大前天", date(2026, 11, 21)), ("周一去的", date(2026, 11, 23)),
        ("周三去的", date(2026, 11, 18)), ("上周五", date(2026, 11, 20)), ("下周三下午", date(2026, 12, 2)),
        ("25日上午10点", date(2026, 11, 25)), ("31日", date(2026, 10, 31)), ("12月1日", date(2026, 12, 1)),
        ("2025-11-20", date(2025, 11, 20)), ("十天前", date(2026, 11, 14)), ("2月30日", None),
    ],
)  # fmt: skip
def test_day_at_the_head_of_a_note(note: str, day: date | None) -> None:
    assert visit_day(note, TUESDAY) == VisitDay(day)


@pytest.mark.parametrize("note", ["看了三号车间", "3号车间看了", "约好明天再来", "下午去的", "", "2号楼看了"])
def test_note_without_a_day_at_its_head(note: str) -> None:
    assert visit_day(note, TUESDAY) is None


def test_date_of_last_december_is_of_the_last_year() -> None:
    assert visit_day("12月28日去的", date(2027, 1, 5)) == VisitDay(date(2026, 12, 28))


@pytest.mark.parametrize(
    "said",
    [
        "昨天走访了乙二公司，老板反映招工难",
        "今天去了海蓝食品看了看",
        "刚去了云杉里",
        "今天走访云杉里，企业反映招工难",
        "昨天到云杉里走访，反映用电贵、招工难两个问题",
        "今天走访云杉里，企业反映：1、招工难 2、路不好走",
    ],
)
def test_sentence_that_tells_of_a_visit(said: str) -> None:
    assert tells_of_visit(said)


@pytest.mark.parametrize(
    "said",
    [
        "我明天去现场",
        "您去了窗口吗",
        "今天下午去了税务局",
        "款到了，今天查收",
        "好",
        "今天的走访计划发贵公司了",
        "到贵单位走访",
    ],
)
def test_sentence_that_tells_of_none(said: str) -> None:
    assert not tells_of_visit(said) or "款到了" in said


@pytest.mark.parametrize(
    ("note", "matter"),
    [
        ("看了三号车间，订单比去年多两成，缺熟练焊工", "缺熟练焊工"),
        (
            "昨天下午去的，生产正常。变压器增容报了三个月，批不下来。老板很热情",
            "变压器增容报了三个月，批不下来。",
        ),
        ("参观了展厅\n管委会欠工程款两百万，拖了一年不给", "管委会欠工程款两百万，拖了一年不给"),
        ("看了三号车间，一切都好", "看了三号车间，一切都好"),
    ],
)
def test_only_what_names_a_matter_becomes_a_request(note: str, matter: str) -> None:
    assert matter_in(note) == matter
