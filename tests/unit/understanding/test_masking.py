"""Personal data leave a text before anything learns from it; what somebody wants does not."""

import pytest

from handlers.understanding.masking import mask

MASKED = {
    "我叫赵六，厂里停电了": "我叫【姓名】，厂里停电了",
    "姓名：王小明": "姓名：【姓名】",
    "联系人: 张三丰, 尽快回复": "联系人: 【姓名】, 尽快回复",
    "联系人李四 024-23456789": "联系人【姓名】 …6789",
    "本人王小明，身份证号码21010219800101123X": "本人【姓名】，身份证号码【证件号】",
    "法定代表人 欧阳小红，": "法定代表人 【姓名】，",
    "电话１３８１２３４５６７８": "电话…5678",
    "信用代码91210102MA0T2P1234的企业": "信用代码【信用代码】的企业",
    "账号 6222 0201 0000 1234 567": "账号 【号码】",
    "微信号：abc_12345": "微信号【微信号】",
    "发我邮箱 zhang.san@example.com.cn": "发我邮箱 【邮箱】",
}
LEFT = [
    "合同金额1200万元，2019年10月8日签，欠我们320w",
    "负责人不在，窗口不给办",
    "联系人多次联系都不接",
    "申请人需要什么材料",
    "负责人说没钱",
    "辽政发〔2025〕12号文件的补贴",
    "",
    "\ud800\x00",
]


@pytest.mark.parametrize(("text", "masked"), MASKED.items())
def test_who_it_is_leaves_the_text(text: str, masked: str) -> None:
    assert mask(text) == masked
    assert mask(masked) == masked


@pytest.mark.parametrize("text", LEFT)
def test_what_is_wanted_stays_as_it_was(text: str) -> None:
    assert mask(text) == text


@pytest.mark.parametrize("piece", ["1", "1 ", "a", "@a.", "姓名", "联系人 ", "王", "1-", "\ud800"])
def test_masking_a_long_text_does_not_grow_faster_than_it(piece: str) -> None:
    """A pattern that tries every length at every place would not come back from this."""
    assert len(mask(piece * 100_000)) <= 100_000 * (len(piece) + 4)
