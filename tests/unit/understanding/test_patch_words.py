"""Words about a patch that take back what somebody was about to do, typed apart or in one line with it."""

import pytest

from handlers.understanding.patch_words import calls_off, said_of_patch, takes_itself_back


@pytest.mark.parametrize(
    "text",
    [
        "不换了",
        "算了，先不换",
        "不撤销了，保留",
        "取消换牵头人",
        "先不撤，留着吧",
        "那就算了",
        "我点错了",
        "还是原来的牵头",
    ],
)
def test_who_takes_it_back_wants_nothing_done(text: str) -> None:
    assert calls_off(text)


@pytest.mark.parametrize(
    "text", ["保留", "留着", "那就", "分工调整", "原牵头人取消了分管", "企业都说不再需要", "王强", "撤销"]
)
def test_reason_or_name_takes_nothing_back(text: str) -> None:
    assert not calls_off(text)


@pytest.mark.parametrize(
    "order",
    [
        "3 撤销 算了",
        "3 撤销，不撤销了，保留",
        "3 换牵头人 算了不换了",
        "3 换牵头人 王强 算了",
        "3 不撤销了，保留",
        "3 撤销 算了，留着吧",
        "3 撤销 先不撤，保留",
        "3 保留 不保留了",
        "3 保留 算了，不用改",
        "3 换牵头人 王强 我不换了",
        "3 换牵头人 王强 不用换人",
    ],
)
def test_order_is_taken_back_in_its_own_line(order: str) -> None:
    assert takes_itself_back(said_of_patch(order))


@pytest.mark.parametrize(
    "order",
    ["3", "3 撤销", "3 保留 不撤销了", "3 进展 算了", "3 撤销 企业已解决", "3 换牵头人 王强 分工调整", "3 文件 取消"],
)  # fmt: skip
def test_any_other_order_stands(order: str) -> None:
    assert not takes_itself_back(said_of_patch(order))


@pytest.mark.parametrize(
    "order",
    [
        "3 保留 不用改",
        "3 保留 不必换",
        "3 保留 还是不用改了",
        "3 保留 取消撤销",
        "3 撤销 不用保留了",
        "3 撤销 不必再保留",
        "3 撤銷 不用留了",
        "3 换牵头人 王强 我不牵头了",
        "3 换牵头人 王强，我不办了",
    ],
)
def test_reason_that_fits_the_order_does_not_call_it_off(order: str) -> None:
    assert not takes_itself_back(said_of_patch(order))
