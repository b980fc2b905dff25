"""Whom somebody means who names a unit or a person; nobody is guessed where several fit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.directory import NEAR, Desk, Found, look_up

SHENYANG, PROVINCE, HEPING = "210100", "210000", "210102"
GOVERNOR = Desk(1, "安予诚", "副省长", "辽宁省人民政府", PROVINCE)
ANOTHER = Desk(2, "柏知远", "副省长", "辽宁省人民政府", PROVINCE)
FINANCE = Desk(3, "阮允中", "省财政厅副厅长", "财政部门", PROVINCE)
CITY_TAX = Desk(4, "沈柏年", "局长", "国家税务总局沈阳市税务局", SHENYANG)
PROVINCE_TAX = Desk(5, "税大民", "局长", "辽宁省税务局", PROVINCE)
POWER = Desk(6, "陆知白", "总经理", "国网沈阳供电公司", SHENYANG)
OFFICE = Desk(7, "简闻和", "省营商环境建设局局长", "营商环境建设局", PROVINCE)
CITY_OFFICE = Desk(8, "项南乔", "沈阳市营商环境建设局局长", "营商环境建设局", SHENYANG)
DISTRICT = Desk(9, "和平君", "局长", "市容局", HEPING)
SHORT = Desk(10, "王伟", "局长", "审计局", SHENYANG)
DESKS = (
    GOVERNOR, ANOTHER, FINANCE, CITY_TAX, PROVINCE_TAX, POWER, OFFICE, CITY_OFFICE, DISTRICT, SHORT,
)  # fmt: skip


def found(words: str, *, region: str = SHENYANG, is_strict: bool = False) -> Found:
    return look_up(words, DESKS, region, is_strict=is_strict)


@pytest.mark.parametrize(
    ("words", "desk", "rest"),
    [
        ("税务局 请核实退税", CITY_TAX, "请核实退税"),
        ("沈阳市税务局，请核实", CITY_TAX, "请核实"),
        ("市税务局", CITY_TAX, ""),
        ("省税务局 请核实", PROVINCE_TAX, "请核实"),
        ("辽宁省税务局：请核实", PROVINCE_TAX, "请核实"),
        ("供电公司 查一下 线路", POWER, "查一下 线路"),
        ("国网沈阳供电公司", POWER, ""),
        ("财政厅 请拨付", FINANCE, "请拨付"),
        ("财政局", FINANCE, ""),
        ("营商局", CITY_OFFICE, ""),
        ("省营商局", OFFICE, ""),
        ("沈阳营商局", CITY_OFFICE, ""),
        ("市容局", DISTRICT, ""),
        ("阮允中 请拨付", FINANCE, "请拨付"),
        ("简闻和请出面协调", OFFICE, "请出面协调"),
        ("副省长柏知远", ANOTHER, ""),
        ("副省长 柏知远 请过问", ANOTHER, "请过问"),
        ("辽宁省人民政府 柏知远 请过问", ANOTHER, "请过问"),
        ("省财政厅副厅长", FINANCE, ""),
        ("王伟 请审计", SHORT, "请审计"),
    ],
)
def test_unit_or_person_is_found_and_the_rest_is_kept(words: str, desk: Desk, rest: str) -> None:
    hit = found(words)
    assert (hit.desks, hit.rest) == ((desk,), rest)


@pytest.mark.parametrize("words", ["辽宁省人民政府", "辽宁省人民政府 请过问", "省人民政府"])
def test_several_that_fit_alike_are_all_returned(words: str) -> None:
    assert found(words).desks == (GOVERNOR, ANOTHER)


@pytest.mark.parametrize(
    "words", ["局长", "副省长", "政府", "税", "王", "水务集团 请查", "发改委", "", "，，"]
)
def test_words_that_mean_nobody_or_anybody_find_nobody(words: str) -> None:
    assert found(words).desks == ()


def test_short_name_joined_to_other_words_is_no_name() -> None:
    assert found("王伟请审计").desks == ()


def test_nearest_unit_goes_first_and_depends_on_where_the_matter_lies() -> None:
    assert found("税务局", region=SHENYANG).desks == (CITY_TAX,)
    assert found("税务局", region=HEPING).desks == (CITY_TAX,)
    assert found("税务局", region=PROVINCE).desks == (PROVINCE_TAX,)


def test_what_was_looked_for_and_what_follows_are_told_apart_for_the_unknown_too() -> None:
    unknown = found("自然资源局 请查宗地")
    assert (unknown.word, unknown.rest, unknown.desks) == ("自然资源局", "请查宗地", ())


def test_near_names_are_offered_and_few() -> None:
    assert found("税务剧").near[:2] == (CITY_TAX, PROVINCE_TAX)
    assert found("简闻合").near[0] == OFFICE
    assert len(found("局").near) <= NEAR


@pytest.mark.parametrize("words", ["税务局那边我说好了", "沈阳市税务局已经同意", "简闻和同志很支持"])
def test_strictly_a_name_stands_apart(words: str) -> None:
    assert found(words, is_strict=True).desks == ()
    assert found(words).desks != ()


def test_strictly_a_short_name_still_counts() -> None:
    assert found("供电公司 请查线路", is_strict=True).desks == (POWER,)


WORDS = st.text(max_size=60) | st.builds(
    "{}{}{}".format,
    st.sampled_from([name for desk in DESKS for name in (desk.name, desk.post, desk.department)]),
    st.sampled_from(["", " ", "，", "\n"]),
    st.text(max_size=30),
)


@given(WORDS, st.booleans())
def test_any_words_lose_nothing_that_was_said(words: str, is_strict: bool) -> None:  # noqa: FBT001 -- drawn
    hit = look_up(words, DESKS, SHENYANG, is_strict=is_strict)
    said = [char for char in words if char.isalnum()]
    kept = [char for char in hit.word + hit.rest if char.isalnum()]
    assert kept == said
    assert {*hit.desks, *hit.near} <= set(DESKS)


def test_no_desks_no_finding() -> None:
    assert look_up("税务局", (), SHENYANG) == Found((), "税务局", "")
