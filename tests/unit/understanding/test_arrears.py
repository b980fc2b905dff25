"""Money owed: who owes, how much, and what the law says where the message tells enough."""

from datetime import date

import pytest

from config.catalog import DebtorKind
from handlers.understanding.amounts import amounts_in
from handlers.understanding.arrears import Arrears, arrears_told, owed
from handlers.understanding.debtors import debtor_in, kind_of

TODAY = date(2026, 11, 27)
WAN = 10**6

OWED = [
    ("管委会欠我三百万工程款", 300 * WAN),
    ("合同价500万，已付300万，还欠200万", 200 * WAN),
    ("工程总造价500万，只付了200万，剩300万一直不给", 300 * WAN),
    ("欠货款120万，还了20万，余款100万", 100 * WAN),
    ("拖欠工程款300万，利息50万", 300 * WAN),
    ("欠我30万，欠他50万，合计80万", 80 * WAN),
    ("50万的货款到现在没给", 50 * WAN),
    ("货款23万6一直拖着", 236 * WAN // 10),
    ("尾款80万，拖两年了", 80 * WAN),
    ("干完活应收款60万，一分没给", 60 * WAN),
    ("20万质保金到期不退", 20 * WAN),
    ("我公司注册资本5000万，被拖欠货款40万", 40 * WAN),
    ("医院的设备款15万", 15 * WAN),
]

NOT_OWED = [
    "政府没有欠我们300万",
    "对方不欠我100万",
    "我们欠银行500万贷款",
    "我公司欠供应商200万，想办贷款",
    "对方已付300万",
    "注册资本500万",
    "一直不给钱",
]

DEBTORS = [
    ("铁西区管委会欠我们工程款320万", "铁西区管委会", DebtorKind.ORGAN),
    ("给县医院供的药，货款一直没付", "县医院", DebtorKind.INSTITUTION),
    ("我们给城投修路，钱拖了两年没给", "城投", DebtorKind.STATE_OWNED),
    ("沈阳某某建设有限公司拖欠货款", "沈阳某某建设有限公司", None),
    ("货款被大华集团拖欠", "大华集团", None),
    ("住建局的项目，总包一直不给结", "总包", None),
    ("县教育局至今未付校服款", "县教育局", DebtorKind.ORGAN),
    ("第三中学食堂欠我菜钱2万", "第三中学", DebtorKind.INSTITUTION),
    ("开发商拿房子抵债，拖欠工程款", "开发商", None),
    ("我厂给华强机械厂供配件，对方欠我们30万", "华强机械厂", None),
    ("镇政府欠饭钱三年了", "镇政府", DebtorKind.ORGAN),
    ("村委会修路欠我20万", "村委会", None),
    ("央企拖欠我们小公司的钱", "央企", DebtorKind.STATE_OWNED),
    ("一家上市公司压着货款不给", "上市公司", DebtorKind.LARGE),
    ("国网供电公司退款未退", "国网供电公司", DebtorKind.STATE_OWNED),
    ("甲方拖欠进度款", "甲方", None),
    ("包工头欠我3万块", "包工头", None),
    ("我公司与东港市水利局签的合同，尾款没给", "东港市水利局", DebtorKind.ORGAN),
    ("大学实验楼的空调款没付，给东华大学装的", "大学", DebtorKind.INSTITUTION),
    ("客户欠钱不还", "客户", None),
    ("和平区政府拖欠绿化款", "和平区政府", DebtorKind.ORGAN),
    ("欠我二十万的老板姓王", "老板", None),
    ("农业农村局说等审计，只结了一半", "农业农村局", DebtorKind.ORGAN),
    ("跟沈阳恒大签的合同，商票拒付", "沈阳恒大", None),
    ("当地一家小微企业华强公司欠我2万", "华强公司", DebtorKind.SMALL),
    ("大型企业华强公司欠我2万", "华强公司", DebtorKind.LARGE),
    ("区中小企业服务中心欠我2万", "区中小企业服务中心", DebtorKind.INSTITUTION),
    ("民营企业华强公司欠我2万", "华强公司", None),
    ("民办学校欠我2万", "民办学校", None),
]

CALLED = [
    ("甲方沈阳华强建设有限公司拖欠工程款30万", "沈阳华强建设有限公司", None),
    ("沈阳华强建设有限公司（甲方）拖欠工程款", "沈阳华强建设有限公司", None),
    ("县医院作为甲方一直不付款", "县医院", DebtorKind.INSTITUTION),
    ("沈阳万合建设公司老板欠我钱", "沈阳万合建设公司", None),
    ("业主单位铁西区管委会拖欠工程款", "铁西区管委会", DebtorKind.ORGAN),
    ("总包中铁九局欠我们工程款", "中铁九局", DebtorKind.STATE_OWNED),
    ("施工单位沈阳万合建设公司欠款", "沈阳万合建设公司", None),
    ("对方单位沈阳万合建设公司欠我钱", "沈阳万合建设公司", None),
    ("我的客户沈阳万合机械公司欠款17万", "沈阳万合机械公司", None),
    ("国企沈阳重工集团欠我货款", "沈阳重工集团", DebtorKind.STATE_OWNED),
    ("上市公司沈阳大华股份有限公司拖欠货款", "沈阳大华股份有限公司", DebtorKind.LARGE),
    ("被告沈阳万合建设公司欠我钱", "沈阳万合建设公司", None),
    ("房地产开发商大连万科欠我工程款", "大连万科", None),
    ("某央企项目部拖欠工资", "某央企项目部", DebtorKind.STATE_OWNED),
    ("沈阳华强公司，甲方拖欠工程款", "甲方", None),
]

NO_DEBTOR = [
    "",
    "没有欠款",
    "政府没有欠我们钱",
    "我公司欠供应商200万",
    "想问问工信局怎么申请补贴",
    "公司欠费停电了",
    "想问问拖欠怎么投诉",
    "我们不欠银行的钱",
]

LAW = [
    (
        "给铁西区管委会修路，2025年8月15日验收，欠工程款100万",
        ("2025-09-14", 30, "第九条", False),
        (100 * WAN * 439 // 2000, 439, "第十七条"),
    ),
    (
        "县医院2024年3月1日签收的设备，货款20万没付",
        ("2024-03-31", 30, "第八条", False),
        (20 * WAN * 971 // 2000, 971, "第十五条"),
    ),
    (
        "大华集团2026年3月交货的货款50万一直没给",
        ("2026-05-30", 60, "第九条", True),
        (50 * WAN * 181 // 2000, 181, "第十七条"),
    ),
    ("城投2026年11月1日验收，欠30万", ("2026-12-31", 60, "第九条", True), None),
    (
        "华强机械厂2025年8月15日签收，货款20万没付",
        ("2025-10-14", 60, "第九条", True),
        (20 * WAN * 409 // 2000, 409, "第十七条"),
    ),
]

NO_LAW = [
    "铁西区管委会欠工程款100万",
    "铁西区管委会2023年的工程，欠100万",
    "我公司2025年8月15日成立，铁西区管委会欠工程款100万",
    "县医院2019年3月1日签收，货款20万没付",
    "包工头2025年8月15日验收，欠我20万没付",
    "小微企业华强公司2025年8月15日签收，货款20万没付",
    "民办学校2025年8月15日签收，货款20万没付",
    "华强机械厂2025年5月15日签收，货款20万没付",
    "铁西区管委会2025年8月15日签合同，活干完了欠100万",
    "铁西区管委会没有欠我们钱，2025年8月15日验收",
    "给镇政府修路，2025年8月15日验收，质保金5万没退",
    "大华集团2026年3月1日交货，约定180天付款，货款50万没给",
    "镇政府征地补偿20万没给，2025年8月15日交付",
    "开发商2025年8月15日验收，欠30万",
    "给县医院供货，应于2025年8月15日交货，款20万没付",
]


@pytest.mark.parametrize(("text", "fen"), OWED)
def test_sum_that_is_owed_is_told_from_others(text: str, fen: int) -> None:
    sum_ = owed(text, amounts_in(text), is_arrears=True)
    assert sum_ is not None
    assert sum_.least == fen


@pytest.mark.parametrize("text", NOT_OWED)
def test_nothing_is_owed_where_it_is_not_said(text: str) -> None:
    assert owed(text, amounts_in(text), is_arrears=True) is None


def test_only_sum_is_owed_in_matters_of_money_owed_only() -> None:
    text = "设备款15万"
    sums = amounts_in(text)
    assert owed(text, sums, is_arrears=True) == sums[0]
    assert owed(text, sums, is_arrears=False) is None


@pytest.mark.parametrize(("text", "name", "kind"), [*DEBTORS, *CALLED])
def test_debtor_is_named_with_their_kind(text: str, name: str, kind: DebtorKind | None) -> None:
    debtor = debtor_in(text)
    assert debtor is not None
    assert (debtor.name, debtor.kind) == (name, kind)


@pytest.mark.parametrize("text", NO_DEBTOR)
def test_nobody_is_accused_without_words(text: str) -> None:
    assert debtor_in(text) is None


@pytest.mark.parametrize("name", ["村委会", "开发商", "建设银行", "对方", "甲方", "物业", "客户"])
def test_kind_is_not_guessed(name: str) -> None:
    assert kind_of(name) is None


@pytest.mark.parametrize("name", ["沈阳华强建设有限公司", "大华集团", "砂石厂", "好再来饭店", "红星超市"])
def test_size_is_not_in_a_name(name: str) -> None:
    """《中小企业划型标准规定》 goes by staff, turnover and assets."""
    assert kind_of(name) is None


def test_enterprise_of_unknown_size_owes_before_whoever_is_only_a_word_or_comes_later() -> None:
    said = [("甲方拖欠工程款", TODAY), ("沈阳华强公司欠我们30万", TODAY), ("县医院欠我们20万", TODAY)]
    debtor = arrears_told(said, None, TODAY).debtor
    assert debtor is not None
    assert (debtor.name, debtor.kind) == ("沈阳华强公司", None)


@pytest.mark.parametrize(("text", "due", "interest"), LAW)
def test_law_is_asked_where_enough_is_told(
    text: str, due: tuple[str, int, str, bool], interest: tuple[int, int, str] | None
) -> None:
    found = arrears_told([(text, TODAY)], owed(text, amounts_in(text), is_arrears=True), TODAY)
    assert found.due is not None
    assert (
        found.due.day.isoformat(),
        found.due.days,
        found.due.ground.clause,
        found.due.if_large,
    ) == due
    cost = found.interest and (found.interest.least, found.interest.days, found.interest.ground.clause)
    assert cost == interest


@pytest.mark.parametrize("text", NO_LAW)
def test_law_is_silent_where_too_little_is_told(text: str) -> None:
    found = arrears_told([(text, TODAY)], owed(text, amounts_in(text), is_arrears=True), TODAY)
    assert found == Arrears(found.debtor, None, None)


def test_no_interest_is_named_in_foreign_money() -> None:
    text = "铁西区管委会2025年8月15日验收，欠10万美元"
    found = arrears_told([(text, TODAY)], owed(text, amounts_in(text), is_arrears=True), TODAY)
    assert found.due is not None
    assert found.interest is None
