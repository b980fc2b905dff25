"""How another matter is announced, how people point at one, and how they correct its type."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.say import corrected_type
from handlers.understanding.corpus import examples
from handlers.understanding.kinds import (
    POINTERS,
    corrected,
    kinds_named,
    points,
    says_all,
    without_opening,
)
from handlers.understanding.stances import Stance, stance_of


@pytest.mark.parametrize(
    ("said", "body", "is_sure"),
    [
        ("另外我们厂变压器增容排不上", "我们厂变压器增容排不上", True),
        ("还有个事，税务局退税没到账", "税务局退税没到账", True),
        ("对了，我们商标被人假冒了", "我们商标被人假冒了", True),
        ("再说一个，许可证没批", "许可证没批", True),
        ("第二个事，贷款不批", "贷款不批", True),
        ("还想反映一下我们的专利", "我们的专利", True),
        ("我这边还有另外一个事，消防验收", "消防验收", True),
        ("还有验收单", "验收单", False),
        ("再说一遍，合同是去年的", "再说一遍，合同是去年的", False),
        ("第二笔工程款也没给", "第二笔工程款也没给", False),
        ("另外", "另外", False),
    ],
)
def test_opening_is_taken_off(said: str, body: str, *, is_sure: bool) -> None:
    assert without_opening(said) == (body, is_sure)


@pytest.mark.parametrize(
    ("said", "kinds"),
    [
        ("欠钱的那个呢", {"arrears"}),
        ("商标那个有结果吗", {"ip"}),
        ("电的那个不用管了", {"factors"}),
        ("许可证的那个啥情况", {"approval"}),
        ("催一下补贴的事", {"policy"}),
        ("客户的那件怎么样", {"chain"}),
    ],
)
def test_case_is_pointed_at_by_words_of_its_type(said: str, kinds: set[str]) -> None:
    assert points(said)
    assert kinds_named(said) == kinds


def test_every_type_but_other_has_words() -> None:
    assert set(POINTERS) == {each.type for each in examples()} - {"other"}


@pytest.mark.parametrize(
    ("said", "is_all"), [("催办所有的", True), ("我的事都咋样了", True), ("催一下", False)]
)
def test_all_is_said(said: str, *, is_all: bool) -> None:
    assert says_all(said) is is_all


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("类型不对，是拖欠账款", "arrears"),
        ("这属于要素保障吧", "factors"),
        ("不是政策，是欠款", "arrears"),
        ("这个不是要钱的事，是办证", "approval"),
        ("改成知识产权", "ip"),
        ("我们是初创企业", None),
        ("这是合同", None),
        ("是不是欠款", None),
        ("拖欠账款", None),
        ("不对，改回拖欠账款", "arrears"),
        ("改回去，是拖欠账款", "arrears"),
        ("应该还是拖欠账款", "arrears"),
        ("还是改成政策吧", "policy"),
        ("改为行政审批", "approval"),
        ("合同改回去了", None),
        ("还是老样子", None),
        ("他们改成了政策", None),
    ],
)
def test_type_is_corrected_by_its_name(said: str, code: str | None) -> None:
    assert corrected_type(said) == code


def test_no_example_is_a_correction_or_a_question_about_a_case() -> None:
    assert [each.text for each in examples() if corrected_type(each.text)] == []
    pointed = [said for said in map(stance_of, [each.text for each in examples()]) if said and said.is_plain]
    assert [said for said in pointed if said.stance is Stance.APPROVAL] == []


@given(st.text(max_size=300))
def test_anything_can_be_read(text: str) -> None:
    body, _ = without_opening(text)
    assert text.endswith(body)
    corrected(text)
    kinds_named(text)
    points(text)


@pytest.mark.parametrize("piece", ["另外", "还有个事，", "对了", "不是", "这个", "想反映一下", "的那个"])
def test_endless_text_takes_bounded_time(piece: str) -> None:
    started = time.process_time()
    without_opening(piece * 2_000)
    points(piece * 2_000)
    corrected((piece * 20)[:24])
    assert time.process_time() - started < 0.5
