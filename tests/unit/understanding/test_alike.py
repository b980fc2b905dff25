"""Texts of one stone are alike, those of neighbouring stones are not, and groups come out as they must."""

import json
from functools import cache
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.understanding.alike import AT_MOST, FEATURES, features, is_copy, likeness, shipped
from handlers.understanding.embedding import SHARED
from handlers.understanding.fit_alike import RULES
from handlers.understanding.grouping import grouped, labels
from handlers.understanding.pattern_corpus import LATER, LETTERS, UNNAMED, UNREAD, told
from handlers.understanding.pattern_measure import agreement
from handlers.understanding.regroup import groups_of, nearest, vectors_of
from handlers.understanding.stone import told_by
from handlers.understanding.traits import Traits, traits_of

vector = cache(SHARED.vector)
DEBT = "澜河县城投欠我们工程款三年了，一共二百六十万"
SAME = "给澜河城投修的滨河路，早通车了，工程尾款一分没见着"


def alike(one: str, other: str) -> float:
    both = vectors_of([one, other], vector)
    return likeness(traits_of(one), traits_of(other), float(both[0] @ both[1]))


def test_one_debtor_in_other_words_is_alike() -> None:
    assert alike(DEBT, SAME) > shipped().join


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (  # what one party owes, for works and for goods
            "关于锦州滨海新区管委会拖欠道路工程款的情况反映，验收五年了，尚欠八百万元",
            "给锦州滨海新区供的路灯，货款一百八十万，管委会换了三任，都认账都不付",
        ),
        (  # 医院 alone is no other hospital
            "建昌县中医院拖欠试剂款一百五十九万，仪器由我方投放，撤走仪器医院检验科就得停",
            "我公司给建昌县中医院配送中成药，药款拖了三年",
        ),
    ],
)
def test_one_debtor_is_known_in_letters_too(one: str, other: str) -> None:
    assert alike(one, other) > shipped().join


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("欠工程款三年", "拖延审批三年"),
        (DEBT, "北屏县城投欠我们工程款三年了，一共二百六十万"),
        ("北屏工业园停气第三天了，窑炉凉了全报废", "北屏工业园水压太低，印染没法干"),
        ("云台县人民医院欠我们货款两年多了", "云台县中医院的药款压了我们两年"),
        ("消防验收申请交了两个月了，没人来现场", "消防说要先有规划核实才能验收，规划说要先过消防"),
    ],
)
def test_neighbouring_stones_are_told_apart(one: str, other: str) -> None:
    assert alike(one, other) < shipped().join


@given(st.text(max_size=60), st.text(max_size=60), st.floats(-1, 1))
def test_any_two_texts_have_a_likeness_the_same_both_ways(one: str, other: str, cosine: float) -> None:
    a, b = traits_of(one), traits_of(other)
    assert 0.0 <= likeness(a, b, cosine) <= 1.0
    assert features(a, b, cosine) == features(b, a, cosine)
    assert Traits.of(json.loads(json.dumps(a.as_json()))) == a


def test_rules_of_the_mission_are_in_the_shipped_weights() -> None:
    weights = dict(zip(FEATURES, shipped().weights, strict=True))
    assert all(weights[name] <= most for name, most in RULES.items())
    assert weights["cosine"] > 0


def test_a_copy_with_a_word_changed_is_one_and_another_voice_is_none() -> None:
    assert is_copy(traits_of(DEBT), traits_of(DEBT + "！"))
    assert not is_copy(traits_of(DEBT), traits_of(SAME))
    assert not is_copy(traits_of(""), traits_of(""))


def test_a_bridge_does_not_make_two_groups_one() -> None:
    left = {(a, b): 0.9 for a in range(4) for b in range(a + 1, 4)}
    right = {(a, b): 0.9 for a in range(5, 9) for b in range(a + 1, 9)}
    bridge = {(n, 4): 0.8 for n in range(4)} | {(4, n): 0.7 for n in range(5, 9)}
    assert grouped(9, left | right | bridge, join=0.4, known=48) == [[0, 1, 2, 3, 4], [5, 6, 7, 8]]


@given(st.dictionaries(st.tuples(st.integers(0, 9), st.integers(0, 9)), st.floats(0.02, 1), max_size=40))
def test_groups_hold_everything_once_and_know_no_order(pairs: dict[tuple[int, int], float]) -> None:
    clean = {(a, b): likeness for (a, b), likeness in pairs.items() if a < b}
    found = grouped(10, clean, join=0.4, known=48)
    assert sorted(each for group in found for each in group) == list(range(10))
    assert grouped(10, dict(reversed(clean.items())), join=0.4, known=48) == found


def test_a_group_larger_than_the_known_neighbours_stays_one() -> None:
    size, known = 300, 16
    pairs = {(a, b): 0.9 for a in range(size) for b in range(a + 1, min(size, a + known))}
    assert len(grouped(size, pairs, join=0.4, known=known)) < size / known


def test_labels_count_groups_and_leave_the_lonely_out() -> None:
    assert labels(4, [[0, 2], [1], [3]]) == [1, None, 1, None]


def test_agreement_is_that_of_the_textbook() -> None:
    same = agreement(["a", "a", "b", "b", None], [1, 1, 2, 2, None])
    assert (same.precision, same.recall, same.ari) == (1.0, 1.0, 1.0)
    # Hubert and Arabie: {0,1,2},{3,4,5} beside {0,1},{2,3},{4,5} has 0.2424…
    some = agreement([1, 1, 1, 2, 2, 2], ["x", "x", "y", "y", "z", "z"])
    assert round(some.ari, 4) == 0.2424
    nothing = agreement([None, None], [None, None])
    assert (nothing.precision, nothing.recall, nothing.ari) == (1.0, 1.0, 1.0)


def test_neighbours_by_blocks_are_those_of_the_whole() -> None:
    texts = [row.text for row in told()][:40]
    vectors = vectors_of(texts, vector)
    cosines = vectors @ vectors.T
    for one, other, cosine in nearest(vectors, most=5):
        assert one < other
        assert abs(float(cosines[one, other]) - cosine) < 1e-5


def test_groups_do_not_depend_on_the_order_of_texts() -> None:
    rows = [row for row in told() if row.stone in {"beiping-park-gas", "beiping-park-water", "wage-deposit"}]
    texts = [row.text for row in rows]
    order = list(range(len(texts)))
    Random(7).shuffle(order)
    plain = groups_of(texts, vector=vector)
    mixed = groups_of([texts[n] for n in order], vector=vector)
    assert agreement([plain[n] for n in order], mixed).ari == 1.0


def test_the_held_back_half_is_grouped_as_well_as_the_guide_says() -> None:
    rows = [row for row in told() if not row.is_for_fitting]
    found = agreement([row.stone for row in rows], groups_of([row.text for row in rows], vector=vector))
    assert len({row.stone for row in told()} - {None}) >= 40
    assert len(told()) >= 400
    assert found.ari >= 0.91
    assert found.precision >= 0.99


def test_letters_that_nothing_was_fitted_on_are_grouped_as_well_as_the_guide_says() -> None:
    for folder, texts, groups, least in ((LETTERS, 124, 16, (0.94, 0.95)), (LATER, 34, 6, (0.94, 0.91))):
        rows = told(folder)
        found = agreement([row.stone for row in rows], groups_of([row.text for row in rows], vector=vector))
        assert (len(rows), found.groups) == (texts, groups)
        assert found.ari >= least[0]
        assert found.precision >= least[1]
        assert found.recall >= 0.94


def test_debt_of_whoever_is_not_named_joins_nothing_and_bridges_nothing() -> None:
    rows = told(UNNAMED)
    found = agreement([row.stone for row in rows], groups_of([row.text for row in rows], vector=vector))
    assert len([row for row in rows if row.stone is None]) == 18
    assert found.ari >= 0.95
    assert found.precision >= 0.95


def test_debt_of_one_whose_name_our_reader_does_not_know_is_grouped() -> None:
    rows = told(UNREAD)
    found = agreement([row.stone for row in rows], groups_of([row.text for row in rows], vector=vector))
    assert (len(rows), found.groups, len([row for row in rows if row.stone is None])) == (51, 7, 20)
    assert found.ari >= 0.8
    assert found.precision >= 0.85
    assert found.recall >= 0.75, "read without what their rare pairs tell, it is nearly nothing"


def test_what_letters_name_by_the_way_makes_them_not_alike() -> None:
    """Both name a court and wages on their way to what they ask for, and hardly a word else is the same."""
    one = (
        "尊敬的领导：本人在步行街经营眼镜店二十年，街面改造后统一更换店面样式，设计稿报了五次，先说字体，后说颜色，"
        "又说等专家论证，至今门头空着，老顾客以为歇业。店里三名员工的工资都是借钱发的，有人劝我去法院，恳请过问审批进度。"
    )
    other = (
        "各位领导好，我厂做汽车座椅骨架，去年更换了两台冲压机，申报设备补助时系统提示年份不符，科室让我们找软件公司，"
        "软件公司让等升级。为了这批设备垫付的资金快拖垮企业，工人工资按月要发，银行已把担保人告到法院，请协调尽快处理。"
    )
    assert traits_of(one).things & traits_of(other).things >= {"court", "wages"}
    for cosine in (0.3, 0.6):
        assert likeness(traits_of(one), traits_of(other), cosine) <= AT_MOST
    short = "法院判了三年，执行局一分没要回来", "法院胜诉了，老赖名下没有财产，执行不了"
    assert alike(*short) > shipped().join, "of two sentences what they name is what they are about"


def test_one_who_owes_and_has_not_handed_over_the_flat_is_two_stones() -> None:
    owed = "华宸地产拖欠我们货款四百一十八万，给他们供的保温材料，三年了不付"
    sold = "华宸地产拖欠我们返租收益，商铺2021年就该交房，房贷月月还，至今没有交付"
    wages = "华宸地产拖欠我们工资，工地干完两年了，四十多人的农民工工资三百万不给"
    assert alike(owed, sold) <= AT_MOST
    assert alike(owed, wages) > shipped().join, "what one party owes is one stone, whatever for"


def test_texts_of_two_types_are_in_no_group_together() -> None:
    """As in the service, which looks within a type: one park that owes, and one that broke its promises."""
    found = groups_of(
        [
            "滨海新区管委会欠我们道路工程款八百万，验收五年了没给",
            "滨海新区管委会拖欠路灯工程款一百八十万，三年没付",
            "滨海新区管委会招商时承诺的税收奖励和设备补贴，五年没有兑现",
            "滨海新区管委会招商引资的优惠政策不兑现，说好的扶持补贴一分没给",
        ],
        vector=vector,
    )
    assert found[0] == found[1] != found[2] == found[3]


def test_no_name_is_read_where_there_is_none() -> None:
    for plain in ("我是返乡创业的", "三个乡镇都有", "农业农村局不批", "跑了两所大学"):
        assert traits_of(plain).names == frozenset(), plain


def test_whom_one_enterprise_does_not_name_twice_is_one_debtor() -> None:
    one, other = "甲方欠我们工程款五十万，验收两年了一直不付", "甲方那笔工程款五十万还是没给，早就验收了"
    a, b = traits_of(one), traits_of(other)
    assert likeness(a, b, 0.8) < shipped().join <= likeness(a, b, 0.8, are_of_one=True)
    another = traits_of("澜河县城投欠我们工程款五十万，验收两年了一直不付")
    third = traits_of("北屏县城投欠我们工程款五十万，验收两年了一直不付")
    assert likeness(another, third, 0.8, are_of_one=True) < shipped().join


@pytest.mark.parametrize(
    ("one", "other", "is_alike"),
    [
        ("甲方欠我们工程款三年，一直不给", "澜河县城投欠我们工程款三年了，年年说明年给", False),
        ("甲方欠我们工程款三年，一直不给", "开发商欠我们工程款一百万，两年了不给", False),
        ("本钢欠我们运费三百万", "给本钢做检修，款子两年没给", True),
        ("政府工程的工程款一直不拨，我们在垫", "业主拖欠工程款，我们还在垫资", False),
        ("甲方欠我们工程款三年了，一直不给我们", "甲方欠我们工程款三年，一直不给", True),
        ("投标保证金半年没退，二十万", "没中标，投标保证金该五天退，三个月没动静", True),
        ("澜河的城投公司太难要账了，绿化的工程款就是拖着不给", DEBT, True),
        ("某公司欠我们工程款，拖了两年", "博锐重工公司欠我们工程款", False),
        ("北票市水利局欠我们灌区的工程款", "北票市水利局水毁修复的工程款不认", True),
    ],
)
def test_unnamed_debtor_is_like_nobodys_unless_more_than_the_debt_is_the_same(
    one: str, other: str, *, is_alike: bool
) -> None:
    a, b = (Traits.of(traits_of(text).as_json()) for text in (one, other))
    assert (likeness(a, b, 0.8) >= shipped().join) is is_alike


def test_stone_is_a_sentence_of_theirs_without_names_and_numbers() -> None:
    texts = [
        "我叫张向前，电话13912345678。澜河县城投欠我们工程款三年了。",
        "云杉里机械公司反映，澜河县城投拖欠工程款两年。",
        "澜河县城投欠工程款不给，请帮忙。",
    ]
    title, stone, said_in = told_by(texts, people=["张向前"], firms=["云杉里机械公司"])
    assert "澜河县城投" in title
    assert "工程款" in stone
    for hidden in ("张向前", "13912345678", "云杉里"):
        assert hidden not in title + stone
    assert said_in
    assert all(stone in texts[place] for place in said_in), "and whose words it is"
    assert told_by([]) == ("", "", [])
    assert told_by(["。"]) == ("", "", [])
