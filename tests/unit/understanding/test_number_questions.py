"""Is this number real? A number and a question about it is a check; a number in a matter, or one's own, is none."""

import pytest

from handlers.understanding.corpus import examples
from handlers.understanding.intents import Intent, intent_of
from handlers.understanding.number_questions import LONGEST, asks_of_number

NUMBER = "13840003059"


@pytest.mark.parametrize(
    "text",
    [
        f"这个号码是不是你们的 {NUMBER}",
        "138-4000-3059 这个号是你们的吗",
        f"{NUMBER}是不是你们的",
        f"这个号是真的吗{NUMBER}",
        f"帮我查一下{NUMBER}",
        f"帮我核实一下{NUMBER}",
        f"麻烦看看{NUMBER}是谁",
        f"{NUMBER} 是安省长吗",
        f"这是安省长的电话吗 {NUMBER}",
        f"{NUMBER}是安副省长的手机号码吗",
        "138 4000 3059 是省里的吗",
        "１３８４０００３０５９是你们的吗",
        "一三八四零零零三零五九是你们的号吗",
        f"{NUMBER}是税务局的吗",
        f"{NUMBER}是真的还是假的",
        f"{NUMBER} 靠谱吗",
        "麻烦查查 024-86892345",
        "024-86892345是政府电话吗",
    ],
)
def test_question_about_a_number_is_a_check(text: str) -> None:
    assert asks_of_number(text)


@pytest.mark.parametrize(
    "text",
    [
        f"我的电话是{NUMBER}",
        f"我手机号{NUMBER}，核实一下",
        f"我的电话是{NUMBER}对吗",
        f"联系电话{NUMBER}",
        f"有事打{NUMBER}",
        f"{NUMBER}，材料交给谁",
        f"{NUMBER}是我们财务，能联系吗",
        f"老板电话是{NUMBER}，查一下",
        f"欠我们货款的老板电话{NUMBER}",
        f"查一下{NUMBER}欠我们的补贴",
        f"经办人{NUMBER}一直不接电话",
        f"合同编号{NUMBER}是不是要重签",
        f"变压器增容报了三个月，电话{NUMBER}",
        f"这个号是你们的吗{NUMBER}，刚才给我们厂打电话说要来检查消防",
        "核实一下补贴",
        "补贴是真的吗",
        "这个号是你们的吗",
        "编号1010是不是你们办",
        "",
    ],
)
def test_number_in_a_matter_is_no_question(text: str) -> None:
    assert not asks_of_number(text)


def test_no_example_of_a_matter_asks_about_a_number() -> None:
    assert [each.text for each in examples() if asks_of_number(each.text)] == []
    assert len(f"帮我核实一下{NUMBER}") < LONGEST


@pytest.mark.parametrize(
    "text",
    [
        "有人冒充你们给我打电话",
        "有人冒充省领导",
        "有人冒充安省长",
        "有人冒充税务局的人上门",
        "我接到一个省里的电话",
        "接到个自称省政府的电话",
        "刚接到省政府的来电",
        "今天接到一个市里领导的电话",
    ],
)
def test_poser_and_a_call_out_of_the_blue_are_doubted(text: str) -> None:
    assert intent_of(text) is Intent.VERIFY


@pytest.mark.parametrize(
    "text",
    [
        "有人冒充我们品牌卖货",
        "有人冒充我们公司签合同",
        "对手冒充我们办事处主任",
        "冒充厂家总代理串货",
        "供应商冒充名牌",
        "有人冒充政府的人骗了我们两万",
        "接到供电局电话说明天停电",
        "接到客户电话要退货",
        "接到法院电话让领判决书",
        "接到安省长的电话了",
    ],
)
def test_matter_and_a_call_that_was_expected_are_not(text: str) -> None:
    assert intent_of(text) is not Intent.VERIFY
