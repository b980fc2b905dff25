"""Since when, by when, and when it was delivered: words and today in, days out."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.understanding.deadlines import deadline
from handlers.understanding.moments import delivery, since

TODAY = date(2026, 11, 27)
"""A Friday."""

SINCE = [
    ("2019年5月就该给的钱", "2019-05-01", "2019-05-31"),
    ("2023年3月15日验收合格，至今未付", "2023-03-15", "2023-03-15"),
    ("2023-03-15验收，一直没给钱", "2023-03-15", "2023-03-15"),
    ("2023.5.6完工，没结账", "2023-05-06", "2023-05-06"),
    ("从2024年6月开始停电", "2024-06-01", "2024-06-30"),
    ("去年10月交的货，钱没给", "2025-10-01", "2025-10-31"),
    ("去年底就答应给我们", "2025-11-01", "2025-12-31"),
    ("今年3月份断水到现在", "2026-03-01", "2026-03-31"),
    ("前年完工的工程一直没结", "2024-01-01", "2024-12-31"),
    ("9月份开始就没发过退税", "2026-09-01", "2026-09-30"),
    ("12月5号送的货到现在没给钱", "2025-12-05", "2025-12-05"),
    ("3月5号就停了电", "2026-03-05", "2026-03-05"),
    ("十月十五日停的水", "2026-10-15", "2026-10-15"),
    ("二〇二三年五月竣工", "2023-05-01", "2023-05-31"),
    ("21年8月干完的活", "2021-08-01", "2021-08-31"),
    ("上个月就断电了", "2026-10-01", "2026-10-31"),
    ("上月15号交的材料，没人管", "2026-10-15", "2026-10-15"),
    ("昨天开始停水", "2026-11-26", "2026-11-26"),
    ("上周三就跳闸了", "2026-11-18", "2026-11-18"),
    ("拖了两年多", "2023-11-27", "2024-11-27"),
    ("欠我三百多万三年了", "2023-05-29", "2024-05-28"),
    ("半年没发工资了", "2026-02-26", "2026-08-28"),
    ("等了三个月，没人理", "2026-08-12", "2026-09-12"),
    ("工程款拖欠一年零三个月", "2025-08-09", "2025-09-15"),
    ("都15天没来电了", "2026-11-12", "2026-11-12"),
    ("三年前完工，一直拖着不给", "2023-05-29", "2024-05-28"),
    ("我公司2010年成立，2023年8月完工的项目至今没结", "2023-08-01", "2023-08-31"),
    ("我厂成立于2008年，去年12月被断电", "2025-12-01", "2025-12-31"),
    ("2019年签的合同，2020年9月验收，一直没付款", "2020-09-01", "2020-09-30"),
    ("自2022年7月1日以来一直没给", "2022-07-01", "2022-07-01"),
    ("经营10年了，被欠款两年了", "2024-05-28", "2025-05-28"),
]

NO_SINCE = [
    "",
    "我公司2010年成立，想办贷款",
    "2015年来到抚顺投资建厂，想扩建",
    "我厂成立于2008年",
    "成立三年了，想申请专精特新",
    "依据2020年9月1日起施行的条例",
    "国发〔2019〕5号文件不落实",
    "质保期2年",
    "2023年度稳岗补贴怎么申请",
    "合同编号2021-03-15",
    "十四五规划提到的补贴",
    "每月15号发工资",
    "租期五年",
    "想在2027年3月投产",
    "我做这行20年了",
    "有3个月的账期",
    "注册商标2018年第35类",
    "一年产值三千万",
    "24小时营业",
]

DEADLINES = [
    ("希望下周五前解决", "2026-12-04", "2026-12-04"),
    ("请在12月5日之前答复", "2026-12-05", "2026-12-05"),
    ("12月5号前必须交货", "2026-12-05", "2026-12-05"),
    ("三天内给个说法", "2026-11-30", "2026-11-30"),
    ("10个工作日内答复我们", "2026-12-11", "2026-12-11"),
    ("5个工作日之内", "2026-12-04", "2026-12-04"),
    ("月底前要开工", "2026-11-30", "2026-11-30"),
    ("本月内解决", "2026-11-30", "2026-11-30"),
    ("年底前必须投产", "2026-12-31", "2026-12-31"),
    ("年前能不能结一部分", "2027-02-05", "2027-02-05"),
    ("春节前工人要回家", "2027-02-05", "2027-02-05"),
    ("元旦前给个准信", "2026-12-31", "2026-12-31"),
    ("过年前得把工资发了", "2027-02-05", "2027-02-05"),
    ("五一之前要通车", "2027-04-30", "2027-04-30"),
    ("最晚周三", "2026-12-02", "2026-12-02"),
    ("最迟12月10日给我们装表", "2026-12-10", "2026-12-10"),
    ("明天下班前给回话", "2026-11-28", "2026-11-28"),
    ("两周内办好", "2026-12-11", "2026-12-11"),
    ("48小时内恢复供电", "2026-11-29", "2026-11-29"),
    ("下个月10号前交不上就违约", "2026-12-10", "2026-12-10"),
    ("下月底前", "2026-12-31", "2026-12-31"),
    ("明年3月底前投产", "2027-03-31", "2027-03-31"),
    ("明年6月前要搬走", "2027-05-31", "2027-05-31"),
    ("12月中旬前办下来", "2026-12-20", "2026-12-20"),
    ("本周内给答复", "2026-11-29", "2026-11-29"),
    ("下周内装上", "2026-12-06", "2026-12-06"),
    ("贷款截止到12月20号", "2026-12-20", "2026-12-20"),
    ("明年国庆前完工", "2027-09-30", "2027-09-30"),
    ("几天内就要停产", "2026-11-29", "2026-12-06"),
    ("半个月内", "2026-12-12", "2026-12-12"),
]

NO_DEADLINE = [
    "",
    "目前没人管",
    "以前也反映过",
    "三年前完工的工程没给钱",
    "一个月内停电5次",
    "最近三天内连续跳闸",
    "合同约定2023年10月前付清，至今未付",
    "规定15个工作日内办结，已经过了两个月",
    "厂内有三百人",
    "前年答应的",
    "两年前就该给",
    "前天去问过",
    "几年前的事了",
    "室内装修",
    "提前通知一下",
    "5月前后停过电",
    "门前的路不通",
    "他们承诺三个月内付清，没兑现",
]

DELIVERED = [
    ("2023年3月15日验收合格", "2023-03-15"),
    ("去年10月交的货", None),
    ("去年10月交货", "2025-10-31"),
    ("竣工日期为2024年6月30日", "2024-06-30"),
    ("2024年3月完工，2024年5月20日验收", "2024-05-20"),
    ("验收时间：2025-07-01", "2025-07-01"),
    ("8月20号送的货", "2026-08-20"),
    ("2023年5月签的合同，活干完了", None),
    ("2023年完工", None),
    ("2023年3月15日未验收", None),
    ("应于2023年3月15日交货", None),
    ("约定2023年3月15日竣工", None),
    ("2010年成立，一直供货", None),
    ("从2023年5月开始供货", None),
    ("完工三年了", None),
    ("2023年3月验收不合格", None),
]


@pytest.mark.parametrize(("text", "first", "last"), SINCE)
def test_since_when(text: str, first: str, last: str) -> None:
    span = since(text, TODAY)
    assert span is not None
    assert (span.first.isoformat(), span.last.isoformat()) == (first, last)


@pytest.mark.parametrize("text", NO_SINCE)
def test_since_when_is_not_said(text: str) -> None:
    assert since(text, TODAY) is None


@pytest.mark.parametrize(("text", "first", "last"), DEADLINES)
def test_by_when(text: str, first: str, last: str) -> None:
    span = deadline(text, TODAY)
    assert span is not None
    assert (span.first.isoformat(), span.last.isoformat()) == (first, last)


@pytest.mark.parametrize("text", NO_DEADLINE)
def test_by_when_is_not_said(text: str) -> None:
    assert deadline(text, TODAY) is None


@pytest.mark.parametrize(("text", "last"), DELIVERED)
def test_delivered_when(text: str, last: str | None) -> None:
    span = delivery(text, TODAY)
    assert (span and span.last.isoformat()) == last


def test_words_are_quoted() -> None:
    begun, wanted = since("从2024年6月开始停电", TODAY), deadline("希望下周五下班前解决", TODAY)
    assert begun is not None
    assert wanted is not None
    assert (begun.text, wanted.text) == ("2024年6月", "下周五下班前")


@given(st.dates(date(1990, 1, 1), date(2099, 12, 31)), st.integers(0, 3000))
def test_day_that_is_written_is_read_back(today: date, days: int) -> None:
    day = today - timedelta(days=days)
    for written in (f"{day.year}年{day.month}月{day.day}日", f"{day:%Y-%m-%d}"):
        if day.year >= 2000 or "年" in written:
            span = since(f"{written}停电至今", today)
            assert span is not None
            assert (span.first, span.last) == (day, day)


@given(st.dates(), st.text())
def test_any_text_on_any_day_is_read(today: date, text: str) -> None:
    for span in (since(text, today), deadline(text, today), delivery(text, today)):
        assert span is None or span.first <= span.last


@given(
    st.dates(),
    st.lists(
        st.sampled_from(
            [
                "下周五",
                "前",
                "内",
                "三",
                "天",
                "2019",
                "年",
                "5",
                "月",
                "15",
                "日",
                "号",
                "个",
                "底",
                "初",
                "拖了",
                "多",
                "半",
                "工作日",
                "去年",
                "春节",
                "最晚",
                "至今",
                "验收",
                ".",
                "-",
                "/",
            ]
        ),
        max_size=12,
    ).map("".join),
)
def test_any_heap_of_dates_on_any_day_is_read(today: date, text: str) -> None:
    for span in (since(text, today), deadline(text, today), delivery(text, today)):
        assert span is None or span.first <= span.last
