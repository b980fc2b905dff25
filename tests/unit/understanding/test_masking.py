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
    "本人李小明反映": "本人【姓名】反映",
    "法人代表孙权": "法人代表【姓名】",
    "法人代表是孙权，": "法人代表是【姓名】，",
    "户名：刘强": "户名：【姓名】",
    "账号 2100 1234 5678": "账号 【号码】",
    "一三八一二三四五六七八": "【号码】",
    "电话幺三八一二三四五六七八": "电话【号码】",
    "壹叁捌壹贰叁肆伍陆柒捌": "【号码】",
    "138,1234,5678": "【号码】",
    "138_1234_5678": "【号码】",
    "138\u200b1234\u200b5678": "…5678",
    "QQ 12345678": "QQ 【号码】",
    "电话：2345678": "电话：【电话】",
    "护照E12345678": "护照【证件号】",
    "发我邮箱 zhang.san@example.com.cn": "发我邮箱 【邮箱】",
}
LEFT = [
    "合同金额1200万元，2019年10月8日签，欠我们320w",
    "负责人不在，窗口不给办",
    "联系人多次联系都不接",
    "申请人需要什么材料",
    "负责人说没钱",
    "本人于去年反映，曾经打过电话",
    "本人马上要交房",
    "本人方便的时候再说",
    "法人代表不在",
    "户名不对",
    "户名：沈阳某某有限公司",
    "账户余额1200000元，账户：120000元",
    "账号2023年开的",
    "电话打了12345678次",
    "许可证号 210012345678",
    "合同金额1,380,123,456元，约3 200 000.00元",
    "2023年12月20日到2024-01-01",
    "贰拾叁万陆仟柒佰捌拾玖元柒角捌分，二〇二六年十二月二十日",
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


@pytest.mark.parametrize(
    "piece",
    ["1", "1 ", "a", "@a.", "姓名", "联系人 ", "王", "1-", "\ud800", "一", "一 ", "1\u200b", "本人", "账号1"],
)
def test_masking_a_long_text_does_not_grow_faster_than_it(piece: str) -> None:
    """A pattern that tries every length at every place would not come back from this."""
    assert len(mask(piece * 100_000)) <= 100_000 * (len(piece) + 4)
