"""A few words that name no matter open no case, and a terse request of any type does."""

import pytest

from handlers.newness import tells_nothing
from handlers.understanding.corpus import examples

TERSE = {
    "factors": (
        "停电了", "没水", "没暖气", "停气了", "变压器不够", "招不到人", "融资难", "蒸汽不够", "路坏了", "网不通", "跳闸",
    ),
    "arrears": ("欠钱不给", "押金不退", "订金没退", "质保金扣着不给", "运费不结", "老赖不还", "对方赖账"),
    "policy": ("补贴没到", "退税没下来", "稳岗没兑现", "高企没认定", "优惠没享受到", "减免不给办"),
    "approval": ("许可办不下来", "环评卡住了", "立项太慢", "消防过不了", "营业执照办不了", "年检过不了", "公章丢了"),
    "ip": ("商标被抢", "专利被抄", "技术被偷", "产品被山寨", "被人仿冒", "配方泄密了"),
    "chain": ("缺订单", "没客户", "找不到供应商", "缺配件", "想找合作", "货卖不出", "缺芯片", "卡脖子"),
}  # fmt: skip
EMPTY = (
    "行吧", "那好吧", "可以", "同意", "是的，来了", "来了", "嗯来过", "没来过", "不用了", "没有", "什么时候来", "随便", "不行",
    "来吧", "几点来", "明天不在", "改天吧", "欢迎", "欢迎来", "你说呢", "为什么", "不同意", "再说吧", "我想想", "看看再说", "有个事",
    "想反映情况", "我有问题", "听见了吗", "哦这样", "那行", "都行", "无所谓", "不知道", "可能吧", "是我", "稍等", "下午三点", "就这样",
    "然后呢", "哪位", "谁啊", "来不了", "你看着办", "同意，谢谢", "可以的，谢谢",
)  # fmt: skip


@pytest.mark.parametrize("text", [text for texts in TERSE.values() for text in texts])
def test_terse_request_is_one(text: str) -> None:
    assert not tells_nothing(text)


@pytest.mark.parametrize("text", EMPTY)
def test_words_that_name_no_matter_tell_nothing(text: str) -> None:
    assert tells_nothing(text)


def test_hardly_any_example_of_a_request_tells_nothing() -> None:
    empty = [each.text for each in examples() if tells_nothing(each.text)]
    assert "我要投诉" in empty
    assert len(empty) <= len(examples()) / 500
