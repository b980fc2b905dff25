"""Values are shortened into their fields or refused, never sent to be refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wechat.errors import Unfit
from bot.wechat.notices import fit, fit_all, plainer

FITTING = [
    ("thing1", "拖欠工程款", "拖欠工程款"),
    ("thing2", "一二三四五六七八九十一二三四五六七八九十", "一二三四五六七八九十一二三四五六七八九十"),
    ("thing3", "一二三四五六七八九十一二三四五六七八九十多", "一二三四五六七八九十一二三四五六七八九…"),
    ("thing4", " a\n\x00 b\u3000", "a b"),
    ("thing5", "", "-"),
    ("phrase1", "已办结待确认", "已办结待确"),
    ("phrase2", "已 OK 受理", "已受理"),
    ("name1", "辽宁省沈阳市某某科技公司", "辽宁省沈阳市某某科…"),
    ("name2", "a" * 21, "a" * 20),
    ("name3", "", "-"),
    ("character_string1", "拖欠〔2026〕12", "202612"),
    ("character_string2", "A-" * 20, "A-" * 16),
    ("letter1", "AB12c", "ABc"),
    ("symbol1", "+-*/%$", "+-*/%"),
    ("number1", "12.5", "12.5"),
    ("phone_number1", "024-12345678", "024-12345678"),
    ("car_number1", "辽A12345", "辽A12345"),
    ("amount1", "￥3200000.00", "￥3200000.00"),
    ("amount2", "320元", "320元"),
    ("time1", "15:01", "15:01"),
    ("time2", "2019年10月1日 15:01", "2019年10月1日 15:01"),
    ("date1", "2026年11月23日", "2026年11月23日"),
    ("date2", "2026-11-23", "2026-11-23"),
    ("keyword1", "旧模板 " * 20, ("旧模板 " * 20).strip()),
    ("first", "", "-"),
]
UNFIT = [
    ("phrase1", "OK"),
    ("letter1", "汉字"),
    ("symbol1", ""),
    ("character_string1", "拖欠"),
    ("number1", "十二"),
    ("number2", "1" * 33),
    ("number3", "１２"),
    ("phone_number1", "0" * 18),
    ("car_number1", "辽A 12345"),
    ("amount1", "12345678901"),
    ("amount2", "三百万"),
    ("time1", "24:00"),
    ("time2", "明天"),
    ("date1", "2026年13月1日"),
    ("date2", ""),
]
KINDS = sorted({name.rstrip("12345") for name, *_ in FITTING})
LIMITS = {
    "thing": 20, "phrase": 5, "name": 20, "character_string": 32, "letter": 32, "symbol": 5,
    "number": 32, "phone_number": 17, "car_number": 8,
}  # fmt: skip


@pytest.mark.parametrize(("field", "value", "fitted"), FITTING)
def test_value_is_fitted(field: str, value: str, fitted: str) -> None:
    assert fit(field, value) == fitted
    assert fit(field, fitted) == fitted


@pytest.mark.parametrize(("field", "value"), UNFIT)
def test_value_of_another_form_is_refused_without_being_shown(field: str, value: str) -> None:
    with pytest.raises(Unfit) as error:
        fit(field, value)
    assert error.value.field_name == field
    assert str(error.value) == f"the value has not the form of the field {field}"


@given(st.sampled_from(sorted(LIMITS)), st.text(max_size=60))
def test_no_value_exceeds_its_limit_or_is_empty(kind: str, value: str) -> None:
    try:
        fitted = fit(f"{kind}1", value)
    except Unfit:
        return
    assert 1 <= len(fitted) <= LIMITS[kind]


@given(st.sampled_from(KINDS), st.text(st.characters(exclude_categories=())))
def test_any_value_is_fitted_or_unfit(kind: str, value: str) -> None:
    try:
        fitted = fit(f"{kind}1", value)
    except Unfit:
        fitted = "refused"
    assert fitted != ""


def test_data_is_wrapped_as_the_platform_wants_it() -> None:
    assert fit_all({"thing1": "a", "time2": "15:01"}) == {
        "thing1": {"value": "a"},
        "time2": {"value": "15:01"},
    }


CARD = {
    "character_string1": "1010",
    "thing3": "《尾款》：一直没有付，已经催了三次",
    "time2": "10:00",
    "keyword1": "！",
}


@pytest.mark.parametrize(
    ("complaint", "changed"),
    [
        ("argument invalid! data.thing3.value invalid rid: 1-2-3", {"thing3": "尾款一直没有付已经催"}),
        ("argument invalid! data.time2.value invalid", {}),
        ("argument invalid! data.thing9.value invalid", {"thing3": "尾款一直没有付已经催"}),
        ("argument invalid!", {"thing3": "尾款一直没有付已经催"}),
    ],
)
def test_what_the_platform_complains_of_is_made_plainer(complaint: str, changed: dict[str, str]) -> None:
    assert plainer(CARD, complaint) == CARD | changed


def test_value_of_which_nothing_would_be_left_stays() -> None:
    assert plainer({"thing1": "！？"}, "data.thing1.value") == {"thing1": "！？"}
