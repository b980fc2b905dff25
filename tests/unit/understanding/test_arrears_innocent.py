"""Money owed: who is named beside it and owes nothing, and who owes all the same."""

from datetime import date

import pytest

from config.catalog import DebtorKind
from handlers.understanding.amounts import amounts_in
from handlers.understanding.arrears import arrears_told, owed
from handlers.understanding.debtors import debtor_in, is_owed

TODAY = date(2026, 11, 27)

DENIED = [
    ("不是教育局欠我，是一中欠我20万，2026年3月1日交货", "一中"),
    ("不是教育局欠我们，是县医院欠我们", "县医院"),
    ("教育局没欠我，是一中欠我", "一中"),
    ("教育局从没欠过我，是三中欠我食堂款", "三中"),
    ("并非水利局拖欠，是总包拖欠", "总包"),
    ("不是城投欠的，是二建欠的", "二建"),
    ("不是司机欠钱是保险公司欠我们", "保险公司"),
]

PAID = [
    ("县医院已付清，县一中2026年3月1日验收欠20万", "县一中"),
    ("县医院的钱付过了，一中的钱没付", "一中"),
    ("我给教育局送货，教育局已经结清，三中还欠我5万", "三中"),
    ("教育局把钱给过了，四中不给结", "四中"),
]

ASKED = [
    ("我向信访局反映，信访局没管，公司2026年3月1日验收后拖欠我20万", "公司"),
    ("劳动局不管，工地欠我工资", "工地"),
    ("找了市场监管局，市场监管局不给解决，超市不给钱", "超市"),
    ("街道办不管，物业欠我工资", "物业"),
    ("教育局推给财政局，财政局不理，一中欠我20万", "一中"),
    ("教育局没管，欠我的是县医院", "县医院"),
    ("举报到市场监管局，没人处理，健身房不退钱", "健身房"),
    ("向住建局投诉了，没下文，开发商欠我80万", "开发商"),
]

CREDITOR = [
    ("我欠银行钱，一中欠我钱", "一中"),
    ("我公司欠县医院5万，县教育局欠我公司20万", "县教育局"),
    ("不是我欠银行，是银行欠我", "银行"),
]

NOBODY = [
    "县财政局不是欠钱的那家，欠钱的是谁你们查查",
    "不是镇里欠的",
    "12345不管，信访局也不管，欠我20万没人给",
    "教育局早就付清了，老王一直没给我",
    "欠船厂的修理费一直没给",
    "给教育局供货，红太阳欠我20万",
    "我经营一家电缆厂，红太阳拖欠我们电缆款二百六十万",
    "给县一中食堂送了四年猪肉，承包人跑了，钱没给",
]

OWING_STILL = [
    ("我向县医院反映，县医院还是不给钱", "县医院"),
    ("镇政府欠我修路钱，我找镇政府，镇政府不管", "镇政府"),
    ("县医院去年的付清了，今年的20万没付", "县医院"),
    ("水利局前期款付清了，尾款一直欠着", "水利局"),
    ("县医院已付30万，还欠70万", "县医院"),
    ("县医院一直没付清", "县医院"),
    ("县医院欠我20万，信访局不管", "县医院"),
    ("县医院至今已拖欠货款289万元，向医院反映，医院说解决不了", "县医院"),
    ("大华集团不理我们，货款拖欠两年", "大华集团"),
    ("找过管委会，管委会不给解决工程款，欠了三年", "管委会"),
    ("是不是县医院欠我钱就可以投诉", "县医院"),
    ("县医院是不是欠我钱", "县医院"),
    ("要不是镇政府欠我钱，我早就发工资了", "镇政府"),
    ("这不是镇政府欠我们的钱吗", "镇政府"),
    ("县医院不是第一次欠我们钱了", "县医院"),
    ("在县医院干保洁，单位欠我工资", "县医院"),
    ("和城投合作，一共欠我30万", "城投"),
    ("县医院用了我们的设备，至今拖欠我们20万", "县医院"),
    ("公司拖欠我三个月工资", "公司"),
]

UNKNOWN = ["一中", "县一中", "铁西区二小", "二建", "村小", "工地", "施工队"]


@pytest.mark.parametrize(("text", "name"), [*DENIED, *PAID, *ASKED, *CREDITOR])
def test_who_is_cleared_or_was_asked_is_not_who_owes(text: str, name: str) -> None:
    debtor = debtor_in(text)
    assert debtor is not None
    assert debtor.name == name


@pytest.mark.parametrize("text", NOBODY)
def test_nobody_owes_where_the_only_known_name_is_innocent(text: str) -> None:
    assert debtor_in(text) is None


@pytest.mark.parametrize(("text", "name"), OWING_STILL)
def test_who_owes_is_not_cleared_by_words_of_other_things(text: str, name: str) -> None:
    debtor = debtor_in(text)
    assert debtor is not None
    assert debtor.name == name


@pytest.mark.parametrize("name", UNKNOWN)
def test_short_name_owes_and_its_kind_is_not_guessed(name: str) -> None:
    debtor = debtor_in(f"教育局不管，{name}欠我20万")
    assert debtor is not None
    assert (debtor.name, debtor.kind_at_most) == (name, None)


@pytest.mark.parametrize("text", ["其中一小部分欠我20万", "我二建证书没退", "十一中秋都过了，钱没给"])
def test_words_that_only_look_like_a_short_name_are_none(text: str) -> None:
    assert debtor_in(text) is None


def test_what_is_denied_is_no_debt_and_what_follows_it_is() -> None:
    assert is_owed("不是教育局欠我20万") is False
    assert is_owed("不是教育局欠我20万，是一中欠我") is True


@pytest.mark.parametrize(
    "text",
    [
        "不是教育局欠我，是一中欠我20万，2026年3月1日交货",
        "我向信访局反映，信访局没管，公司2026年3月1日验收后拖欠我20万",
        "县医院已付清，县一中2026年3月1日验收欠20万",
    ],
)
def test_law_is_told_of_nobody_innocent(text: str) -> None:
    found = arrears_told([(text, TODAY)], owed(text, amounts_in(text), is_arrears=True), TODAY)
    assert (found.due, found.interest) == (None, None)


def test_law_is_told_of_who_owes_beside_somebody_innocent() -> None:
    text = "不是教育局欠我们，是县医院欠我们20万，2024年3月1日签收"
    found = arrears_told([(text, TODAY)], owed(text, amounts_in(text), is_arrears=True), TODAY)
    assert found.debtor is not None
    assert found.debtor.kind is DebtorKind.INSTITUTION
    assert found.due is not None
    assert found.interest is not None
