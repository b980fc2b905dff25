"""Several matters in one message are found where they are, one matter stays whole, and no word is ever lost."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from handlers.understanding import parts
from handlers.understanding.corpus import examples
from handlers.understanding.parts import MOST, READ_AT_MOST, matters

POWER = "变压器增容报了三个月还排不上，停一天损失好几万"
BRAND = "网上有人卖假冒我们商标的产品，包装一模一样"
ARREARS = "管委会欠我们工程款两百万一直不给"


@pytest.mark.parametrize(
    "text",
    [
        f"一是{POWER}，二是{ARREARS}",
        f"1. {POWER} 2. {ARREARS}",
        f"领导好，我们有两件事：\n1、{POWER}\n2、{BRAND}",
        f"（一）{ARREARS}（二）{BRAND}",
        f"①{ARREARS}②{BRAND}",
        f"第一件，{ARREARS}。第二件，{BRAND}",
        f"{POWER}。另外还有一件事，{BRAND}",
        f"{POWER}，还有一件事就是{BRAND}",
        f"{ARREARS}，第二件是还有补贴没到账",
        f"{POWER}\n{BRAND}",
        f"{POWER}。{BRAND}",
        f"{POWER}然后还有就是{ARREARS}",
        f"{ARREARS}还有就是{BRAND}",
        f"{BRAND}另外就是{POWER}",
        f"{ARREARS}，另外食品许可证变更退了四次，说法都不一样",
        f"{ARREARS}，还有银行贷款今年也不给续了",
    ],
)
def test_two_matters_are_two_parts(text: str) -> None:
    assert len(matters(text)) == 2


@pytest.mark.parametrize(
    "text",
    [
        POWER,
        "",
        "第一，合同签了；第二，货也交了；第三，就是不给钱",
        "管委会欠我们工程款：1.合同是2019年签的 2.金额是320.5万 3.一直不付",
        "一是合同签了，二是活也干完了，他们就是不给钱",
        "还有一件是隔壁那个厂子的",
        "另外还有一件事",
        f"{ARREARS}。\n{ARREARS}。",
        f"{ARREARS}然后还有就是合同他们也不给盖章",
        f"{ARREARS}还有就是管委会那笔质保金也一直没退给我们",
        f"{POWER}还有就是这样",
        f"{ARREARS}，另外利息也没算，合同是前年签的",
        f"{ARREARS}，另外材料我也发你们",
    ],
)
def test_one_matter_is_one_part(text: str) -> None:
    assert matters(text) == (text,)


def test_never_more_than_three_parts() -> None:
    text = f"{POWER}。{BRAND}。{ARREARS}。施工许可证跑了三个月办不下来，窗口每次说法都不一样。"
    assert len(matters(text)) == MOST
    assert matters(text)[-1].startswith(ARREARS)


PIECES = st.sampled_from(
    [
        "一是",
        "二是",
        "1.",
        "2、",
        "。",
        "\n",
        "另外还有一件事，",
        "第二件是",
        "；",
        " ",
        POWER,
        BRAND,
        ARREARS,
        "好",
    ]
)


@settings(deadline=None)
@given(st.text(max_size=300) | st.lists(PIECES, max_size=12).map("".join))
@example("。" * READ_AT_MOST)
@example("长" * 20_000)
@example("另外还有一件事，" * 120)
def test_no_word_is_lost_by_a_split(text: str) -> None:
    found = matters(text)
    assert "".join(found) == text
    assert 1 <= len(found) <= MOST


@given(st.lists(PIECES, max_size=6).map("".join) | st.sampled_from([each.text for each in examples()]))
def test_no_seam_is_where_none_is_looked_for(text: str) -> None:
    found = [*parts._ANNOUNCED.finditer(text), *parts._SENTENCES.finditer(text)]
    assert parts._SEAM.search(text) or all(seam.start() in {0, len(text)} for seam in found)


def test_examples_of_one_matter_are_hardly_ever_taken_for_two() -> None:
    """Who tells of one matter is not asked whether it is two, but for a few in a hundred."""
    texts = [each.text for each in examples()]
    assert sum(len(matters(text)) > 1 for text in texts) / len(texts) < 0.03
