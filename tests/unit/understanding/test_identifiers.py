"""Numbers that name something are found where they are meant, and with the right check digit only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.understanding.identifiers import Identifiers, identifiers_in, patent_check
from models.rules.numbers import credit_code_check

CREDIT = "91210100MA0XXXXX2" + credit_code_check("91210100MA0XXXXX2")
PATENT = "202110123456" + patent_check("202110123456")
DOTTED = f"{PATENT[:12]}.{PATENT[12]}"

FOUND = [
    (f"我公司统一社会信用代码{CREDIT}", "credit_codes", (CREDIT,)),
    (f"代码：{CREDIT.lower()}，想办贷款", "credit_codes", (CREDIT,)),
    ("合同编号：HT-2023-015，款一直没付", "contracts", ("HT-2023-015",)),
    ("合同号为SY2021/088号", "contracts", ("SY2021/088",)),
    ("合同号20230512没结", "contracts", ("20230512",)),
    ("订单号：PO88123的货款", "contracts", ("PO88123",)),
    ("协议编号〔2022〕-17号", "contracts", ("〔2022〕-17号",)),
    ("许可证编号：SC10621010200345想延期", "licences", ("SC10621010200345",)),
    ("营业执照注册号210100000012345", "licences", ("210100000012345",)),
    ("资质证书编号D221012345", "licences", ("D221012345",)),
    ("我们的商标第12345678号被抢注", "trademarks", ("12345678",)),
    ("商标注册号：9876543A", "trademarks", ("9876543A",)),
    ("注册商标号 30112233 被仿冒", "trademarks", ("30112233",)),
    (f"专利号ZL{DOTTED}被侵权", "patents", (DOTTED,)),
    (f"专利号：{PATENT}", "patents", (DOTTED,)),
    (f"发明专利 zl {PATENT[:12]}．{PATENT[12]}", "patents", (DOTTED,)),
    ("依据国发〔2019〕5号文件", "documents", ("国发〔2019〕5号",)),
    ("按照辽政办发[2023]12号的规定", "documents", ("辽政办发〔2023〕12号",)),
    ("沈人社发（2022）31号文没落实", "documents", ("沈人社发〔2022〕31号",)),
    ("请落实工信部企业〔2023〕7号", "documents", ("工信部企业〔2023〕7号",)),
    ("采购合同编号沈采合字〔2023〕12号", "contracts", ("沈采合字〔2023〕12号",)),
]
NOTHING = [
    "",
    f"代码{CREDIT[:-1]}{'0' if CREDIT[-1] != '0' else '1'}",
    f"专利号ZL{PATENT[:12]}.{(int(PATENT[12]) + 1) % 10 if PATENT[12].isdigit() else 0}",
    "合同一直没签",
    "合同金额300万",
    "许可证办不下来",
    "商标被人抢注了3年",
    "13800138000",
    "欠款20230512元",
    "第12号车间",
    "2023年5月12日",
    "文件说2020年补贴",
    "（2023）辽0102民初1234号判决已经生效",
    "合同的编号我忘了",
]


@pytest.mark.parametrize(("text", "kind", "numbers"), FOUND)
def test_number_is_found_under_its_kind(text: str, kind: str, numbers: tuple[str, ...]) -> None:
    assert getattr(identifiers_in(text), kind) == numbers


@pytest.mark.parametrize("text", NOTHING)
def test_what_names_nothing_is_no_number(text: str) -> None:
    assert identifiers_in(text) == Identifiers((), (), (), (), (), ())


@pytest.mark.parametrize("number", ["200410012345", "198510000001"])
def test_check_digit_of_a_patent_is_the_weighted_sum(number: str) -> None:
    weights = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
    total = sum(int(digit) * weight for digit, weight in zip(number, weights, strict=True)) % 11
    assert patent_check(number) == ("X" if total == 10 else str(total))


@given(st.integers(0, 11), st.integers(1, 9))
def test_one_wrong_digit_makes_no_patent(place: int, more: int) -> None:
    if place >= 5:
        wrong = PATENT[:place] + str((int(PATENT[place]) + more) % 10) + PATENT[place + 1 :]
        assert identifiers_in(f"专利号{wrong}").patents == ()


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    identifiers_in(f"合同编号{text}许可证号{text}")
