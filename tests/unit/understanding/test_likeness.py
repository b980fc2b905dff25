"""Which case a message mentions: by number, by four characters in a row, or none at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.understanding.likeness import ENOUGH, mentioned, pairs
from models.rules.numbers import number_of

CASES = {
    1: "给开发区管委会干的厂区道路工程，验收一年多了，尾款320万一直不给结",
    2: "新车间下个月投产，变压器增容报了三个月还排不上，停一天损失好几万",
}


@pytest.mark.parametrize(
    ("text", "case"),
    [
        ("管委会那边说年底能付尾款", 1),
        ("开发区管委会今天来人了", 1),
        ("供电局说变压器增容要排到明年", 2),
        (f"{number_of(2)} 有消息吗", 2),
        (f"{number_of(9)} 有消息吗", None),
        ("合同是前年三月签的", None),
        ("工程", None),
        ("请问我们的事情现在办得怎么样了", None),
        ("开发区管委会的变压器增容", None),
        (f"{number_of(1)}和{number_of(2)}", None),
        ("", None),
    ],
)
def test_case_is_found_by_what_it_alone_is_about(text: str, case: int | None) -> None:
    assert mentioned(text, CASES) == case


def test_cases_that_say_the_same_are_not_told_apart() -> None:
    assert mentioned("变压器增容怎么样了", {1: CASES[2], 2: CASES[2]}) is None


@given(st.text(max_size=60), st.dictionaries(st.integers(1, 9), st.text(max_size=60), max_size=4))
def test_mentioned_case_is_one_of_them_and_shares_enough(text: str, cases: dict[int, str]) -> None:
    found = mentioned(text, cases)
    assert found is None or (
        found in cases
        and (len(pairs(text) & pairs(cases[found])) >= ENOUGH or any(c.isdigit() for c in text))
    )
