"""Short remarks about the conversation are told from matters in which the same words occur."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.understanding.asides import LONGEST, Aside, aside_of
from handlers.understanding.corpus import examples
from handlers.understanding.headline import headline, names_a_matter

SAID = {
    Aside.OTHER_MATTER: (
        "不是这件事",
        "说的不是这个",
        "这是另外一件",
        "搞错了",
        "不是这个事",
        "我说的是另一件事",
        "跟这件没关系",
        "不对，这是两码事",
    ),
    Aside.MISTAKEN: (
        "发错了",
        "不好意思发错群了",
        "刚才那句说错了",
        "打错字了",
        "上面那条不算",
        "刚才那句话不算",
        "上一条作废",
        "刚发的那条撤回",
        "那条消息不要了",
        "前面的话不算数",
    ),
    Aside.NO_CALLS: (
        "别打电话",
        "不要给我打电话了",
        "请不要给我打电话，微信联系",
        "不方便接电话",
        "别再给我打电话了",
    ),
    Aside.CALLS_WELCOME: ("可以打电话", "可以给我打电话了", "欢迎来电"),
    Aside.GONE: ("我已经离职了", "我不在这家公司了", "本人已离职", "我退休了"),
}


@pytest.mark.parametrize(
    ("aside", "text"), [(aside, text) for aside, texts in SAID.items() for text in texts]
)
def test_remark_is_understood(aside: Aside, text: str) -> None:
    assert aside_of(text) is aside


@pytest.mark.parametrize(
    "text",
    [
        "他们说不是这件事不给办理退税款怎么办",
        "打电话不接",
        "老板不打电话也不给钱",
        "工人离职工资没结",
        "对方公司的人都离职了，欠款没人认",
        "账算错了多收了电费",
        "政策文件不给解释",
        "合同上面那条不算违约",
        "他们说上面那条规定不算数",
        "领导那句话不算数",
        "上面不给批",
        "撤了吧",
        "",
    ],
)
def test_matter_is_no_remark(text: str) -> None:
    assert aside_of(text) is None


def test_no_example_of_a_matter_is_taken_for_a_remark() -> None:
    assert [each.text for each in examples() if aside_of(each.text) is not None] == []


@given(st.text(max_size=200))
def test_remarks_are_short(text: str) -> None:
    assert aside_of(text) is None or sum(char.isalnum() for char in text) <= LONGEST * 20


SPOKEN = "喂那个领导你好啊我就是想说一下这个事情就是我们厂子在开发区给管委会修路修完了一年多了尾款三百多万就是不给我们结"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (SPOKEN, "我们厂子在开发区给管委会修路修完了一年多了尾款三"),
        (
            "你好，我是沈阳云杉里的林总，我们在浑南干了十来年一直规规矩矩的，就是今年变压器增容批不下来",
            "就是今年变压器增容批不下来",
        ),
        ("那个款一直没给", "那个款一直没给"),
        ("管委会欠工程款", "管委会欠工程款"),
        ("你好", "你好"),
        ("", ""),
    ],
)
def test_title_begins_where_it_is_about_something(text: str, title: str) -> None:
    assert headline(text, 24)[:24] == title


@given(st.text(max_size=120))
def test_title_is_a_piece_of_what_was_said(text: str) -> None:
    line = " ".join(text.split())
    assert headline(text, 24) in line
    assert bool(headline(text, 24)) == bool(line)


def test_introduction_names_no_matter() -> None:
    assert [names_a_matter(text) for text in ("我是老林，有个事想麻烦领导", "管委会欠工程款")] == [
        False,
        True,
    ]
