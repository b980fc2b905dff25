"""What a list must look like: headings in both languages, cells one by one, regions by any name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import catalog
from models.rules.faults import SAYS, Fault, Refused, Wrong
from models.rules.importing import (
    Cells,
    NoHeadings,
    Subject,
    columns,
    credit_code,
    headings,
    read,
    region_code,
)
from models.rules.numbers import credit_code_check
from tests.lists import ENTERPRISES, OFFICIALS
from tests.lists import credit_code as nth_code


@pytest.mark.parametrize("subject", list(Subject))
@pytest.mark.parametrize("which", [0, -1])
def test_templates_headings_and_the_english_ones_are_known(subject: Subject, which: int) -> None:
    row = [column.headings[which] for column in columns(subject)]
    found = headings(subject, row)
    assert [field for _, field in found.places] == [column.field for column in columns(subject)]
    assert found.ignored == ()


def test_remarks_spaces_and_order_do_not_matter_and_strange_headings_are_named() -> None:
    row = ["序号", "地 区*", "统一社会信用代码（18位）", " 企业名称（必填）", "", "Stage"]
    found = headings(Subject.ENTERPRISES, row)
    assert found.places == ((1, "region"), (2, "credit_code"), (3, "name"), (5, "stage"))
    assert found.ignored == ("序号",)


@pytest.mark.parametrize(
    ("row", "missing"),
    [
        (["企业名称", "地区"], ("统一社会信用代码",)),
        (["企业名称", "企业", "信用代码", "地区"], ("企业名称",)),
        (["二〇二六年名单"], ("企业名称", "统一社会信用代码", "地区")),
    ],
)
def test_headings_that_lack_or_repeat_a_column_are_none(row: list[str], missing: tuple[str, ...]) -> None:
    with pytest.raises(NoHeadings) as lacking:
        headings(Subject.ENTERPRISES, row)
    assert tuple(lacking.value.missing) == missing


def enterprise(*cells: str, reach: frozenset[str] | None = None) -> Cells | list[Fault]:
    return read(Subject.ENTERPRISES, 3, cells, headings(Subject.ENTERPRISES, ENTERPRISES), reach)


def official(*cells: str) -> Cells | list[Fault]:
    return read(Subject.OFFICIALS, 3, cells, headings(Subject.OFFICIALS, OFFICIALS), None)


def test_row_is_read_in_our_own_words() -> None:
    lower = nth_code(7).lower()
    assert enterprise(" 云杉里 ", f"{lower[:8]} {lower[8:]}", "沈阳", "成长型") == {
        "name": "云杉里", "credit_code": nth_code(7), "region": "210100", "stage": "growing",
    }  # fmt: skip
    assert enterprise("云杉里", nth_code(7), "210102") == {
        "name": "云杉里", "credit_code": nth_code(7), "region": "210102", "stage": None,
    }  # fmt: skip


def test_everything_wrong_with_a_row_is_said_at_once() -> None:
    assert enterprise("云\n杉", "91210100DEM000014B", "铁西区", "老") == [
        Fault(3, "企业名称", Wrong.CONTROL),
        Fault(3, "统一社会信用代码", Wrong.CREDIT_CODE),
        Fault(3, "地区", Wrong.WHICH_REGION),
        Fault(3, "发展阶段", Wrong.STAGE),
    ]
    assert enterprise("长" * 201, "", "火星") == [
        Fault(3, "企业名称", Wrong.TOO_LONG),
        Fault(3, "统一社会信用代码", Wrong.MISSING),
        Fault(3, "地区", Wrong.REGION),
    ]


def test_row_outside_the_reach_is_a_fault() -> None:
    row = ("云杉里", nth_code(7), "大连市")
    assert enterprise(*row, reach=frozenset({"210100"})) == [Fault(3, "地区", Wrong.OTHER_REGION)]
    assert not isinstance(enterprise(*row, reach=frozenset({"210200"})), list)


@pytest.mark.parametrize(
    ("kind", "above", "tail", "faults"),
    [
        ("专班联络员", "", "", [("责任领导", Wrong.LEADER_MISSING)]),
        ("领导", "安予诚", "", [("责任领导", Wrong.LEADER_TOO_MANY)]),
        ("", "安予诚", "", [("责任领导", Wrong.LEADER_TOO_MANY)]),
        ("女王", "", "", [("身份", Wrong.KIND)]),
        ("督查", "", "305", [("手机尾号", Wrong.TAIL)]),
    ],
)
def test_officials_of_which_nothing_can_be_are_refused(
    kind: str, above: str, tail: str, faults: list[tuple[str, Wrong]]
) -> None:
    found = official("程小满", "处长", "工信局", "沈阳市", kind, above, tail)
    assert found == [Fault(3, column, wrong) for column, wrong in faults]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("沈阳市铁西区", "210106"),
        ("辽宁省沈阳市铁西区", "210106"),
        ("沈阳铁西区", "210106"),
        ("沈抚示范区", "219900"),
        ("２１０１００", "210100"),
        ("辽宁", "210000"),
    ],
)
def test_region_is_known_by_code_and_by_every_name(text: str, code: str) -> None:
    assert region_code(text) == code


def test_every_region_is_found_by_its_own_name_under_its_city() -> None:
    for region in catalog.regions().values():
        city = "" if region.parent in {None, "210000"} else catalog.regions()[str(region.parent)].name
        assert region_code(f"{city}{region.name}") == region.code


@given(st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=9, max_size=9))
def test_credit_code_with_another_check_character_is_refused(body: str) -> None:
    shaped = f"91210100{body}"
    assert credit_code(shaped + credit_code_check(shaped)) == shaped + credit_code_check(shaped)
    for other in "0123456789ABCDEFGHJKLMNPQRTUWXY":
        if other != credit_code_check(shaped):
            with pytest.raises(Refused):
                credit_code(shaped + other)


@given(st.text(max_size=30))
def test_no_cell_surprises_us(text: str) -> None:
    found = enterprise(text, text, text, text)
    assert isinstance(found, list)


def test_every_fault_has_its_words() -> None:
    assert set(SAYS) == set(Wrong)
    assert len(set(SAYS.values())) >= len(Wrong) - 1
