"""What is said of a known case in own words is told from matters in which the same words occur."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.understanding.corpus import examples
from handlers.understanding.remarks import rating_of
from handlers.understanding.stances import AGAIN_UP_TO, Stance, accepts, matter_in, objects, stance_of

SAID = {
    Stance.DISSENT: (
        "没拿到钱，糊弄人",
        "还差120万呢",
        "钱没到",
        "不认可",
        "根本没给",
        "骗人",
        "不同意办结",
        "不行，钱还没到",
        "不算办完",
        "这也叫办结？",
        "哪里解决了",
        "才给了一半",
        "一分钱都没给",
        "款还没到位",
        "没办好",
        "说话不算数",
        "我有意见",
        "敷衍了事",
        "没落实",
        "走过场",
        "不接受这个结果",
        "谁说办完了",
        "只付了三万",
        "账上没见着钱",
        "先别办结",
        "不服",
        "凭什么不给办",
        "你们这是踢皮球",
        "推来推去的",
        "这个答复我们不能接受",
        "我不同意，房东是国企",
        "不合理",
    ),
    Stance.APPROVAL: (
        "钱到账了，谢谢领导",
        "认可",
        "同意办结",
        "没意见",
        "款已到账",
        "收到钱了",
        "修好了",
        "钱都给了，辛苦了",
        "工程款昨天收到了",
        "退税款到账了",
        "没问题了",
        "批下来了",
        "可以结案了",
        "补贴发了，感谢",
        "已经通上了",
    ),
    Stance.AGAIN: (
        "变压器又跳闸了，没修好",
        "上次那个变压器的事又犯了",
        "老毛病又犯了",
        "没修好，还是坏的",
        "管委会的尾款又拖着不给了",
        "电压还是老样子",
        "假货又出现了",
        "他们又不给办了",
        "仓库又漏水了",
        "那条路又堵上了",
        "又断电了",
        "银行又停贷了",
        "问题反弹了",
        "污水又冒出来了",
        "再次停气了",
    ),
    Stance.ASKED: (
        "我问下上次说的那个路的钱",
        "上次说的那个事怎么样了",
        "之前报的那个有没有消息",
        "我们的事儿有信了吗",
        "那笔款怎么样了",
        "那个案子到哪了",
        "我们那个单子查一下",
        "前几天说的那事有结果没",
        "上回反映的问题什么情况",
        "问一下那个证",
        "这事儿多久能办",
        "上个月那件事如何了",
        "之前提过的那个路咋样了",
        "还有那笔钱呢",
        "上次登记的那个看一下",
    ),
    Stance.RESTORE: (
        "我刚才撤错了，还是要办",
        "撤错了",
        "点错了",
        "误撤了",
        "不该撤的",
        "取消错了，还要办",
        "我没想撤",
        "撤回错了",
        "恢复一下刚才的",
        "不撤了",
        "按错了，还要办的",
        "手滑点错了",
        "撤销错了",
        "别撤",
        "误操作了",
    ),
    Stance.APART: (
        "是两件事",
        "分开办吧",
        "这是两件事",
        "这是两回事",
        "不是一件事",
        "分开登记",
        "拆开办",
        "我说的是两个问题",
        "三件事",
        "分别办吧",
        "说的是两个不同的事情",
        "分成两件吧",
        "不是同一个事",
        "是两个诉求",
        "分开说",
    ),
    Stance.STAGE: ("我们是初创企业", "我们公司属于成长期企业", "我们现在还是初创型", "本企业算成熟期"),
    Stance.NEW_CONTACT: (
        "我们公司换联系人了，以后找邵其琛",
        "联系人换了",
        "要变更联系人",
        "联系人已经换成小邵了",
        "换个联系人",
    ),
    Stance.CALL_ME: (
        "让领导给我回个电话",
        "请给我回个电话",
        "能不能给我打个电话",
        "让负责人打电话给我",
        "希望领导给我来个电话",
        "麻烦给我打个电话吧",
        "叫他给我回电话",
        "让专班给我打个电话",
        "给我们回个电话",
        "电话联系我",
        "让你们领导打个电话过来",
        "想跟领导通个电话",
        "方便给我打个电话",
        "请联络员给我回电话",
        "让人给我打电话",
    ),
}


@pytest.mark.parametrize(
    ("stance", "text"), [(stance, text) for stance, texts in SAID.items() for text in texts]
)
def test_own_words_are_understood(stance: Stance, text: str) -> None:
    said = stance_of(text)
    assert said is not None
    assert said.stance is stance


MATTERS = (
    "给开发区管委会干的厂区道路工程，验收一年多了，尾款320万一直不给结",
    "新车间下个月投产，变压器增容报了三个月还排不上，停一天损失好几万",
    "网上有人卖假冒我们商标的产品，包装一模一样，投诉了也没人管",
    "第二笔工程款也到期了没给",
    "我们另外一个项目的钱没给",
    "环评批复卡了半年不给批",
    "税务局说政策变了不给退增值税留抵",
    "供电公司不给我们新厂房接电",
    "银行突然抽贷，资金链要断了",
    "消防验收跑了五趟都没给过",
    "想申请高新技术企业认定补贴",
    "供热站把我们厂的暖气停了",
    "想找一家做铸件的配套企业",
    "施工方联系人跑了，工资没发",
    "有人给我打电话说是省里的",
    "昨天接到领导给我打的电话",
    "老板总给我打电话催债",
    "没人给我打电话",
    "大连港的货柜被扣了三天",
    "工业园区规划调整影响我们扩建",
    "你好",
    "谢谢领导",
    "催办",
    "合同是前年三月签的",
    "",
)


@pytest.mark.parametrize("text", MATTERS)
def test_matter_is_no_remark_on_another(text: str) -> None:
    said = stance_of(text)
    assert said is None or not said.is_plain


def test_hardly_an_example_of_a_request_is_taken_for_a_plain_remark() -> None:
    plain = [each.text for each in examples() if (said := stance_of(each.text)) and said.is_plain]
    taken = [text for text in plain if stance_of(text) and stance_of(text).stance is not Stance.AGAIN]  # type: ignore[union-attr]
    assert sorted(taken) == ["保证金不退", "尾款不给", "房东不讲理"]
    assert len(plain) <= len(examples()) // 100


def test_question_whether_it_has_come_is_no_last_word() -> None:
    for text in ("钱到账了吗", "办好了没有", "款到了么", "解决了吗？"):
        said = stance_of(text)
        assert said is None or said.stance not in {Stance.DISSENT, Stance.APPROVAL}, text


def test_negated_good_news_is_no_approval() -> None:
    for text in ("钱没有到账", "没修好", "并没有收到钱", "还没批下来", "假装修好了"):
        said = stance_of(text)
        assert said is None or said.stance is not Stance.APPROVAL, text


def test_something_new_beside_again_is_not_plainly_the_same() -> None:
    for text in ("变压器又有一台要增容", "又要办一个证", "我们又租了新的厂房", "又开了个二期"):
        said = stance_of(text)
        assert said is None or not said.is_plain, text


def test_acceptance_and_objection_are_told_by_their_words() -> None:
    assert all(accepts(text) for text in ("认可", "同意办结", "没意见，谢谢领导"))
    assert not any(accepts(text) for text in ("钱到账了", "认可你们的态度但钱没到"))
    assert all(objects(text) for text in ("不服", "我不同意，房东是国企", "这是踢皮球"))
    assert not any(objects(text) for text in ("钱没到", "房东不同意退押金"))


def test_a_stance_alone_names_no_matter() -> None:
    assert [matter_in(text) for text in ("不认可", "凭什么不给办", "骗人", "这也叫办结？")] == [
        "",
        "",
        "",
        "",
    ]
    assert "变压器" in matter_in("变压器没修好")


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("评价 1010 差", "不满意 1010"),
        ("评价1010很好", "满意 1010"),
        ("评价 1010 一般", "基本满意 1010"),
        ("差评 1010", "不满意 1010"),
        ("好评 1010", "满意 1010"),
        ("评价", None),
        ("环评 1010 号文没批", None),
        ("评审费1010元不退", None),
        ("信用评价被降级了", None),
    ],
)
def test_rating_said_almost_right(text: str, command: str | None) -> None:
    assert rating_of(text) == command


@given(st.text(max_size=200))
def test_never_raises_and_only_short_texts_have_a_stance(text: str) -> None:
    assert stance_of(text) is None or sum(char.isalnum() for char in text) <= AGAIN_UP_TO * 20
