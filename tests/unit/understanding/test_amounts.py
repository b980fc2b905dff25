"""Sums of money: every notation as the exact range that it allows, and nothing that is no money."""

from decimal import Decimal

import cn2an
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.understanding.amounts import amounts_in
from handlers.understanding.numerals import number

WAN, YI = 10**6, 10**10
"""万 and 亿 元 in 分."""

SUMS = [
    ("管委会欠我三百多万工程款", 300 * WAN, 400 * WAN - 1),
    ("320w到现在没给", 320 * WAN, 320 * WAN),
    ("合同金额1,200万元", 1200 * WAN, 1200 * WAN),
    ("他们一共欠了一亿二", 12 * YI // 10, 12 * YI // 10),
    ("拖欠五百多万", 500 * WAN, 600 * WAN - 1),
    ("还差五百多万尾款", 500 * WAN, 600 * WAN - 1),
    ("欠我们320w尾款", 320 * WAN, 320 * WAN),
    ("欠款120万双方已对账", 120 * WAN, 120 * WAN),
    ("拖欠60万科研经费", 60 * WAN, 60 * WAN),
    ("欠20万户外广告费", 20 * WAN, 20 * WAN),
    ("欠40万方案设计费", 40 * WAN, 40 * WAN),
    ("欠30万套餐费", 30 * WAN, 30 * WAN),
    ("货款十五六万", 15 * WAN, 16 * WAN),
    ("三五十万的货款要不回来", 30 * WAN, 50 * WAN),
    ("尾款300到500万", 300 * WAN, 500 * WAN),
    ("差我几万块", 2 * WAN, 10 * WAN - 1),
    ("上百万的货款", 100 * WAN, None),
    ("货款23万6", 236 * WAN // 10, 236 * WAN // 10),
    ("人民币贰拾叁万陆仟元整", 236 * WAN // 10, 236 * WAN // 10),
    ("大写：叁佰贰拾万元整", 320 * WAN, 320 * WAN),
    ("欠款360,000.00元", 36 * WAN, 36 * WAN),
    ("欠我们1.2亿", 12 * YI // 10, 12 * YI // 10),
    ("差四十来万", 36 * WAN, 44 * WAN),
    ("押金1000多块钱没退", 100000, 199999),
    ("每家补助50-60万", 50 * WAN, 60 * WAN),
    ("罚了3000余元", 300000, 399999),
    ("欠我8万5", 85 * WAN // 10, 85 * WAN // 10),
    ("电费每度0.8元", 80, 80),
    ("工资5千没发", 500000, 500000),
    ("1千2百万的设备款", 1200 * WAN, 1200 * WAN),
    ("赔两百五十万", 250 * WAN, 250 * WAN),
    ("欠我小一百万", 90 * WAN, 100 * WAN),
    ("工程款一百零五万三千二百元", 105_3200_00, 105_3200_00),
    ("¥3,650.5", 365050, 365050),
    ("RMB 50万", 50 * WAN, 50 * WAN),
    ("他家欠5个亿", 5 * YI, 5 * YI),
    ("总投资3.5个亿", 35 * YI // 10, 35 * YI // 10),
    ("120余万元尾款", 120 * WAN, 130 * WAN - 1),
    ("约35万元左右", 315 * WAN // 10, 385 * WAN // 10),
    ("货款35万以上", 35 * WAN, None),
    ("还剩不到20万", 18 * WAN, 20 * WAN),
    ("1w2的运费", 12 * WAN // 10, 12 * WAN // 10),
    ("欠我十几万", 10 * WAN, 20 * WAN - 1),
    ("手里压了二十多万的货款", 20 * WAN, 30 * WAN - 1),
    ("货款拖了两三百万", 200 * WAN, 300 * WAN),
    ("三千五百块押金", 350000, 350000),
    ("工程款128万6350元", 128_6350_00, 128_6350_00),
    ("４８０万元的贷款", 480 * WAN, 480 * WAN),
    ("拖欠貨款三萬五千元", 35000_00, 35000_00),
    ("至少欠60万", 60 * WAN, None),
    ("超过100万的欠款", 100 * WAN, None),
    ("欠一千二百三十四万五千六百七十八元", 1234_5678_00, 1234_5678_00),
    ("保证金20万元没退，都两年了", 20 * WAN, 20 * WAN),
    ("一万来块的配件钱", 9 * WAN // 10, 11 * WAN // 10),
    ("欠200万三年了", 200 * WAN, 200 * WAN),
    ("租金一年12万", 12 * WAN, 12 * WAN),
    ("贷款500万元到期", 500 * WAN, 500 * WAN),
    ("给了50k的定金", 50000_00, 50000_00),
    ("一共三十五万八", 358 * WAN // 10, 358 * WAN // 10),
    ("欠款数百万", 200 * WAN, 1000 * WAN - 1),
    ("近百万货款", 90 * WAN, 100 * WAN),
    ("欠款不超过50万", 0, 50 * WAN),
    ("欠我没超过50万", 0, 50 * WAN),
    ("未超过50万元", 0, 50 * WAN),
    ("最多50万", 0, 50 * WAN),
    ("至多50万", 0, 50 * WAN),
    ("欠我不止50万", 50 * WAN, None),
    ("欠款约人民币 3 200 000.00 元", 288 * WAN, 352 * WAN),
    ("欠 1 200万元", 1200 * WAN, 1200 * WAN),
    ("欠我50 万 元", 50 * WAN, 50 * WAN),
    ("贰拾叁万陆仟柒佰捌拾玖元柒角捌分", 236789_78, 236789_78),
    ("伍万元捌角", 50000_80, 50000_80),
    ("壹佰万元零伍角", 1_000_000_50, 1_000_000_50),
    ("伍万元零陆分", 50000_06, 50000_06),
    ("欠100元三分之一", 100_00, 100_00),
    ("百万余元", 100 * WAN, 200 * WAN - 1),
    ("欠我一百万余", 100 * WAN, 200 * WAN - 1),
    ("一千二百万余元", 1200 * WAN, 1300 * WAN - 1),
    ("一千多万不到两千万的货款", 1000 * WAN, 2000 * WAN - 1),
    ("欠我伍佰w", 500 * WAN, 500 * WAN),
    ("欠我一百来个w", 90 * WAN, 110 * WAN),
    ("欠我半个亿", YI // 2, YI // 2),
    ("上亿的货款", YI, None),
]

FOREIGN = [
    ("出口货款10万美元没收到", 10 * WAN, "USD"),
    ("$5,000尾款", 500000, "USD"),
    ("欠我们三万欧元", 3 * WAN, "EUR"),
    ("港币20万", 20 * WAN, "HKD"),
    ("俄罗斯客户欠300万卢布", 300 * WAN, "RUB"),
    ("USD 8000", 800000, "USD"),
    ("100万日元的设备", 100 * WAN, "JPY"),
]

SEVERAL = [
    ("合同价500万，已付300万，还欠200万", (500 * WAN, 300 * WAN, 200 * WAN)),
    ("20多个工人工资30万", (30 * WAN,)),
    ("50亩地，每亩3万元", (3 * WAN,)),
    ("欠电费8000元，罚款2000元", (800000, 200000)),
    ("2023年3月合同金额80万，给了30万", (80 * WAN, 30 * WAN)),
]

NO_MONEY = [
    "我们有200亩地",
    "欠了50吨钢材没给",
    "拖了3年没给",
    "打13800138000找我",
    "合同号20230512，款没付",
    "欠款合同编号为20230512",
    "厂里一百多号人",
    "种了三万多亩玉米",
    "2023年5月就该给了",
    "建了100米长的路，没付钱",
    "一分钱没给",
    "千万别再拖了",
    "万一不给怎么办",
    "百姓有百万人口",
    "我家住在中山路128号3单元502",
    "年产5万吨",
    "有三千多平米厂房",
    "十万火急",
    "十万个为什么",
    "电话024-86892345",
    "增容到630千伏安",
    "用电1200千瓦",
    "来回跑了八趟",
    "卖了3万台设备，没给结账",
    "欠我3个月工资",
    "50万平方米的厂房",
    "招了500名工人",
    "客户有10万家",
    "国发〔2019〕5号文件",
    "12345热线打了好几次",
    "邮编110000",
    "第三百二十条规定欠债要还",
    "2万多只鸡",
    "下单1000件，一直没交货",
    "统一社会信用代码912101007000000000",
    "税率13%，付款比例30%",
    "单位：亿元",
    "欠亿达公司的人情",
    "电话024 万达公司",
    "不止三五次了",
]


@pytest.mark.parametrize(("text", "least", "most"), SUMS)
def test_sum_is_read_as_the_range_its_words_allow(text: str, least: int, most: int | None) -> None:
    assert [(each.least, each.most, each.currency) for each in amounts_in(text)] == [(least, most, "CNY")]


@pytest.mark.parametrize(("text", "least", "currency"), FOREIGN)
def test_sum_keeps_its_currency(text: str, least: int, currency: str) -> None:
    assert [(each.least, each.most, each.currency) for each in amounts_in(text)] == [(least, least, currency)]


@pytest.mark.parametrize(("text", "sums"), SEVERAL)
def test_sums_come_in_the_order_in_which_they_are_said(text: str, sums: tuple[int, ...]) -> None:
    assert tuple(each.least for each in amounts_in(text)) == sums


@pytest.mark.parametrize("text", NO_MONEY)
def test_what_is_no_money_is_no_sum(text: str) -> None:
    assert amounts_in(text) == ()


def test_sum_is_quoted_as_it_was_said_and_where() -> None:
    (sum_,) = amounts_in("他家还欠我们大约３５万元呢")
    assert (sum_.text, sum_.start) == ("大约35万元", 6)


EXACT = st.integers(1, 10**12 - 1)


@given(EXACT)
def test_number_in_chinese_is_read_back(n: int) -> None:
    """The peer writes; 一十 and 十, 两 and 二 are the same to us."""
    for mode in ("low", "up"):
        written = cn2an.an2cn(n, mode)
        if len(written) <= 24:
            found = number(written)
            assert found is not None
            assert (found.low, found.high) == (n, n)


@given(EXACT)
def test_peer_reads_what_we_read(n: int) -> None:
    written = cn2an.an2cn(n, "low")
    found = number(written)
    if found is not None:
        assert found.low == cn2an.cn2an(written, "normal")


@given(st.integers(100, 10**9), st.sampled_from(["", ",", ".00"]))
def test_number_in_digits_is_read_back(n: int, notation: str) -> None:
    written = f"{n:,}" if notation == "," else f"{n}{notation}"
    (sum_,) = amounts_in(f"欠我们{written}元没给")
    assert (sum_.least, sum_.most) == (n * 100, n * 100)


@given(st.integers(1, 9999), st.integers(0, 9999), st.sampled_from(["万", "w"]))
def test_mixed_notation_is_read_back(wan: int, rest: int, unit: str) -> None:
    tail = str(rest) if rest >= 1000 else ""
    (sum_,) = amounts_in(f"欠货款{wan}{unit}{tail}元")
    assert sum_.least == sum_.most == (wan * 10000 + int(tail or 0)) * 100


@given(st.decimals("0.01", 9999, places=2), st.sampled_from([("万", 10**4), ("亿", 10**8)]))
def test_decimal_of_a_large_unit_is_read_back(value: Decimal, unit: tuple[str, int]) -> None:
    (sum_,) = amounts_in(f"货款{value}{unit[0]}元")
    assert sum_.least == sum_.most == int(value * unit[1] * 100)


@given(st.integers(1, 9), st.sampled_from([("十", 10), ("百", 100), ("千", 1000)]), st.integers(0, 99))
def test_vague_sum_holds_every_sum_that_it_may_mean(digit: int, unit: tuple[str, int], percent: int) -> None:
    low = digit * unit[1] * 10**4
    meant = low + unit[1] * 10**4 * percent // 100
    for written in (f"{'一二三四五六七八九'[digit - 1]}{unit[0]}多万", f"{digit * unit[1]}多万"):
        (sum_,) = amounts_in(f"欠我{written}")
        assert sum_.most is not None
        assert sum_.least <= meant * 100 <= sum_.most


@given(st.text())
def test_any_text_holds_sums_in_their_order(text: str) -> None:
    sums = amounts_in(text)
    assert all(each.most is None or 0 <= each.least <= each.most for each in sums)
    assert [each.start for each in sums] == sorted(each.start for each in sums)


@given(st.text("零一二两三四五六七八九十百千万亿几多余来数个半.,0123456789kw元块", max_size=40))
def test_any_heap_of_numerals_is_a_number_or_none(run: str) -> None:
    for sum_ in amounts_in(f"欠{run}"):
        assert sum_.least >= 0
