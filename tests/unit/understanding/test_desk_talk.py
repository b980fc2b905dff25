"""What an official says to us in free words, and to whom the rest is addressed."""

import pytest

from handlers.understanding import addressing
from handlers.understanding.commands import Command, Order
from handlers.understanding.consent import decides
from handlers.understanding.desk_talk import is_doubtful, spoken
from handlers.understanding.finishing import Finished, finished
from handlers.understanding.passing import may_pass_on, passes_on
from handlers.understanding.refusing import Refusal, refusal_in, takes_on

MEANT = {
    "1010受理": Order(Command.ACCEPT, "1010"), "1010这个我接了": Order(Command.ACCEPT, "1010"),
    "这个我接了": Order(Command.ACCEPT), "今天要办什么": Order(Command.TODAY), "还有几个没办": Order(Command.WORKLIST),
    "帮我看看1010到哪了": Order(Command.DETAIL, "1010"), "1010怎么回事": Order(Command.DETAIL, "1010"),
    "哪些超期了": Order(Command.WORKLIST), "再给我几天": Order(Command.EXTEND), "能不能延几天": Order(Command.EXTEND),
    "再给我5天": Order(Command.EXTEND, None, "5天"), "撤销刚才的": Order(Command.WITHDRAW),
    "把刚才那句撤回来": Order(Command.WITHDRAW), "发错了": Order(Command.WITHDRAW), "发错人了": Order(Command.WITHDRAW),
    "明天上午给企业打电话": Order(Command.ANNOUNCE_CALL, None, "明天上午"), "取消委托": Order(Command.DELEGATE, None, "取消"),
    "我明天休假，小程帮我看着": Order(Command.DELEGATE, None, "小程 明天"), "委托取消": Order(Command.DELEGATE, None, "取消"),
    "我下周出差，请程小满代办": Order(Command.DELEGATE, None, "程小满 下周"), "我明天休假": Order(Command.DELEGATE, None, "明天"), "我明天开始休假到下周五": Order(Command.DELEGATE, None, "明天到下周五"),
    "约个电话": Order(Command.ANNOUNCE_CALL), "我明天下午3点给1010打电话": Order(Command.ANNOUNCE_CALL, "1010", "明天下午3点"),
    "今天要办的": Order(Command.TODAY), "有超期的吗": Order(Command.WORKLIST), "可以销号了": Order(Command.RESOLVE),
    "1029 办结了": Order(Command.RESOLVE, "1029"), "撤回办结": Order(Command.WITHDRAW, None, "办结"),
    "我下周休假，程小满替我": Order(Command.DELEGATE, None, "程小满 下周"), "下周我不在，有事找程小满": Order(Command.DELEGATE, None, "程小满 下周"),
    "我明天开始休假一周，工作由程小满代": Order(Command.DELEGATE, None, "程小满 明天 一周"), "我明天出差三天，程小满代我": Order(Command.DELEGATE, None, "程小满 明天 三天"),
    "税务局不用协办了": Order(Command.LET_GO, None, "税务局"), "1010不用税务局协办了": Order(Command.LET_GO, "1010", "税务局"), "取消税务局的协办": Order(Command.LET_GO, None, "税务局"),
    "约他明天上午10点通话": Order(Command.ANNOUNCE_CALL, None, "明天上午10点"), "跟企业约下午3点通个电话": Order(Command.ANNOUNCE_CALL, None, "下午3点"),
    "我手里有几件": Order(Command.WORKLIST), "手头还有哪些": Order(Command.WORKLIST), "还有啥没办": Order(Command.WORKLIST), "还有什么没处理的": Order(Command.WORKLIST),
    "超期的有哪些": Order(Command.WORKLIST), "逾期的诉求有几件": Order(Command.WORKLIST),
    "专班那条撤回": Order(Command.WITHDRAW, None, "专班发的"), "等等，发错人了": Order(Command.WITHDRAW),
}  # fmt: skip
FOR_THE_ENTERPRISE = [
    "供电局答应下周三送电", "明天上午给您打电话", "我明天去现场", "现在怎么样了", "已受理", "今天办好了", "材料发错了，请重发", "接了",
    "您再给我几天", "说错了，是周四", "1010 供电局答应了", "有几个问题要问您", "还有几个材料没办", "算了，材料先发我", "撤销处罚",
    "下周我不在，您有事找程小满", "下周我不在，材料找窗口交", "我明天开始休假一周，回来再议", "我出差三天", "约您明天10点通话", "手里有几份合同",
    "还有什么材料没办", "税务局的协办意见已到", "超期的罚款有多少钱", "问题解决了一半", "已解决资金缺口", "钱付了一半", "还没解决", "找不到合同", "叫上会计一起来",
    "我明天出差，后天联系您", "打过电话给企业了", "", "好的",
]  # fmt: skip


@pytest.mark.parametrize(("said", "order"), MEANT.items())
def test_words_for_us_mean_a_command(said: str, order: Order) -> None:
    assert spoken(said) == order


@pytest.mark.parametrize("said", FOR_THE_ENTERPRISE)
def test_words_for_the_enterprise_stay_words(said: str) -> None:
    assert spoken(said) is None
    assert not is_doubtful(said)


@pytest.mark.parametrize("said", ["这家企业太能闹", "他们总是催", "帮我看看", "怎么办结", "这个老板不讲理"])
def test_what_is_said_about_them_is_in_doubt(said: str) -> None:
    assert is_doubtful(said)


@pytest.mark.parametrize("text", ["9" * 30, "我" * 30, "再给" * 15, "这个" * 15, "刚才" * 15, "\ud800"])
def test_any_text_is_read(text: str) -> None:
    assert spoken(text) is None
    assert refusal_in(text * 40) in set(Refusal)
    assert isinstance(may_pass_on(text) or passes_on(text), bool)


@pytest.mark.parametrize(
    "said", ["我们不管这个", "没空", "不接", "这不是我们的活，找财政", "这事不归我们管，请退回", "1010我们税务没法办", "退回",
             "抱歉，我们局顾不上", "不同意", "我们最近实在没人手，抱歉"]
)  # fmt: skip
def test_plain_refusals(said: str) -> None:
    assert refusal_in(said) is Refusal.PLAIN


@pytest.mark.parametrize(
    "said",
    ["退库手续已办完，三日内到账", "已核实，情况属实", "我们来办", "查了，不欠税", "不用担心，今天就办"],
)
def test_answers_are_no_refusals(said: str) -> None:
    assert refusal_in(said) is Refusal.NO


@pytest.mark.parametrize(
    "said", ["企业的材料没法核实，已通知补", "这个要找财政局要文件", "我们不管这个流程，只管退库"]
)
def test_what_may_be_either_is_asked(said: str) -> None:
    assert refusal_in(said) is Refusal.PERHAPS


@pytest.mark.parametrize(
    "said", ["这个事该住建局管", "这个不是我分管的", "这事应该归生态环境厅", "让生态环境局接手吧", "这个我办不了", "退回",
             "请退回"]
)  # fmt: skip
def test_natural_passing_on(said: str) -> None:
    assert passes_on(said)


def test_passing_on_that_is_asked_about() -> None:
    assert may_pass_on("按规定由税务局办理")
    for said in ("请您到政务中心办理", "我让供电公司尽快处理", "已请住建局核实"):
        assert not may_pass_on(said)
        assert not passes_on(said)


@pytest.mark.parametrize(
    ("said", "number", "rest"),
    [("1029 榆树湾下周三送电", "1029", "榆树湾下周三送电"), ("回1029 下周", "1029", "下周"), ("１０２９：好", "1029", "好"),
     ("编号1029，好了", "1029", "好了"), ("给1029的企业：明天去", "1029", "明天去"), ("1030", "1030", "")],
)  # fmt: skip
def test_leading_number(said: str, number: str, rest: str) -> None:
    assert addressing.leading(said) == addressing.Numbered(number, rest)


@pytest.mark.parametrize(
    ("said", "rest"),
    [("帮我催一下1029", "帮我催一下"), ("编号１０２９那件：好了", "好了"), ("1029和1032都催一下", "都催一下"), ("10291一共", "10291一共")],
)  # fmt: skip
def test_words_without_their_numbers(said: str, rest: str) -> None:
    assert addressing.without_numbers(said, ["1029", "1032"]) == rest


def test_number_that_a_word_marks_or_a_sign_sets_apart() -> None:
    assert [addressing.is_marked(said) for said in ("编号1029的", "#1029", "1029好")] == [True, True, False]
    found = [addressing.leading(said) for said in ("1029：好", "1029好", "1029")]
    assert [each is not None and each.is_apart for each in found] == [True, False, False]


@pytest.mark.parametrize(
    "said",
    [
        "2026年12月1日送电",
        "320万已付",
        "13912345678 请打",
        "5000元已付",
        "1029号文已下发",
        "1,029元",
        "1029.5平方米",
        "",
    ],
)
def test_amounts_dates_and_telephones_are_no_numbers(said: str) -> None:
    assert addressing.leading(said) is None


def test_name_by_which_an_enterprise_is_called() -> None:
    elm, star = "沈阳榆树湾电气有限公司", "大连市华星科技股份有限公司"
    assert (addressing.brand(elm), addressing.brand(star)) == ("榆树湾电气", "华星科技")
    assert addressing.names("榆树湾那个，好了", elm) == "榆树湾"
    assert addressing.names("给华星：下周送", star) == "华星"
    assert addressing.names("文华星级酒店", star) == ""
    assert addressing.without("回复榆树湾 供电局答应下周三", "榆树湾") == "供电局答应下周三"
    assert addressing.without("榆树湾下周三送电", "榆树湾") == "榆树湾下周三送电"


@pytest.mark.parametrize(
    "said",
    [
        "已解决",
        "已经办好了",
        "搞定了",
        "问题解决了",
        "钱付了",
        "款已经拨到位了",
        "都处理好了。",
        "这件事办妥了",
        "尾款结清了",
    ],
)
def test_done_in_other_words_is_asked_about(said: str) -> None:
    assert finished(said) == Finished("")


@pytest.mark.parametrize(
    "said",
    ["问题解决了一半", "还没解决", "问题解决了吗", "钱付了？", "钱付了一半", "解决了告诉您", "已解决资金缺口", "钱还没付", "材料收到了",
     "解决不了", "搞不定", "账对好了", "给您办好了通知"],
)  # fmt: skip
def test_what_is_not_done_or_more_than_that_is_not(said: str) -> None:
    assert finished(said) is None


@pytest.mark.parametrize(
    ("said", "is_yes"),
    [("接受", True), ("好的我们接", True), ("收到，我们马上办", True), ("可以", True), ("好的", False), ("收到", False), ("不接", False),
     ("发票核完了，没问题", False), ("我们不接", False), ("接到通知了", False), ("可以，但要先看合同", False)],
)  # fmt: skip
def test_unit_takes_on_in_its_own_words(said: str, *, is_yes: bool) -> None:
    assert takes_on(said) is is_yes


@pytest.mark.parametrize(
    ("said", "verdict"),
    [("同意", True), ("同意延期", True), ("批准了", True), ("不同意", False), ("不批", False), ("好的", None), ("可以吗", None),
     ("同意企业的说法", None), ("批复", None)],
)  # fmt: skip
def test_supervisor_decides_in_a_word(said: str, verdict: bool | None) -> None:  # noqa: FBT001
    assert decides(said) is verdict
