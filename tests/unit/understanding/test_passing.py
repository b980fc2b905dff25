"""What passes a case on, and what only says that something was handed over."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.understanding.passing import numbers_in, passes_on

PASSING = [
    "这个不归我管", "不归我们管。", "这事不归我管，转给财政局吧", "转给财政局", "请转交税务局办理", "1013 不归我管",
    "编号1013转给大连", "这件诉求转给大连", "这不是我们单位职责", "不属于我局职权范围", "把这件转给商务厅", "移交法院处理",
    "這個不歸我管", "麻烦批转营商局", "建议改派给工信局", "这个不是我们的业务",
]  # fmt: skip
TELLING = [
    "材料已转给财政局审核", "您的申请转交给税务局了", "我把材料转给他们", "明天我去转给您", "不是我们不办，是材料不齐",
    "不是我的意思", "合同不归我管", "交给我吧", "交给我办", "退回材料", "不是我", "这是我们管的", "好的", "",
    "这事归我管，明天上门", "款项已转给贵公司", "转账给您了", "请把合同转给我，我今天下午就送财政局去，争取本周办完",
]  # fmt: skip


@pytest.mark.parametrize("words", PASSING)
def test_short_words_that_only_pass_on_are_found(words: str) -> None:
    assert passes_on(words)


@pytest.mark.parametrize("words", TELLING)
def test_words_that_tell_something_are_not(words: str) -> None:
    assert not passes_on(words)


@given(
    st.text(max_size=30)
    | st.lists(
        st.sampled_from(["编号", "这件", "不归我", "1", "转给", "请", "把", "管", "#"]), max_size=14
    ).map("".join)
)
def test_time_is_bounded(words: str) -> None:
    started = time.process_time()
    passes_on(words)
    assert time.process_time() - started < 0.5


def test_numbers_are_found_anywhere() -> None:
    assert numbers_in("与１０１３是同一件事，也像 1024，2026年") == ["1013", "1024", "2026"]
    assert numbers_in("12 123 12345678901234567890") == []
