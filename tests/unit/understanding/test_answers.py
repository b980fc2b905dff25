"""Answers to what we asked, and words to the service itself: closed sets that never take a matter for one."""

import pytest

from handlers.understanding.about import About, about, appeals_above, complains_of, only_complains
from handlers.understanding.codes import codes_in, hidden_in
from handlers.understanding.consent import consents, is_brief
from handlers.understanding.details import came_or_not, simply, stage_said
from handlers.understanding.headline import headline
from handlers.understanding.manners import wants_peace
from handlers.understanding.ratings import Rated, rated_in
from handlers.understanding.stances import Stance, stance_of
from handlers.understanding.succession import leaving_in
from models.rules.satisfaction import Rating

MATTERS = (
    "土地证办不下来", "房东不退押金", "对方不给钱", "要补贴", "是欠款的事", "没人管", "不给办", "电费太贵", "又跳闸了",
    "税务局的人态度很差，一直不给开发票", "结果满意，但是补贴还没到账", "对方一直不发货", "不要联系供电局", "发展不起来",
    "公司发展受限", "稳定用电的问题", "他们来了三次都没解决", "没来得及办手续", "电来了", "乱收费", "收费站不让走",
    "我离职了，公司欠我工资三个月没发", "以后这事由税务局负责", "以后谁负责", "举报隔壁厂排污", "我要投诉他们乱收费",
    "要投诉供电局断电", "投诉税务局不作为", "看看我的诉求", "政府采购订单20261103000000000000000000000017没付款",
)  # fmt: skip


@pytest.mark.parametrize("text", MATTERS)
def test_matter_is_no_answer(text: str) -> None:
    assert consents(text) is None
    assert codes_in(text) == []
    assert (rated_in(text), rated_in(text, of_manners=True)) == (None, None)
    assert (came_or_not(text), simply(text), stage_said(text)) == (None, None, None)
    assert not wants_peace(text)
    assert (leaving_in(text), about(text), complains_of(text), appeals_above(text)) == (None,) * 3 + (False,)


@pytest.mark.parametrize(
    "text",
    ["周末别给我发消息", "节假日不要打扰我们", "周六别发消息", "周末请不要联系", "别老给我发消息，烦死了"],
)
def test_wish_for_peace(text: str) -> None:
    assert wants_peace(text)


@pytest.mark.parametrize(
    "text", ["周末别断电", "工资周末别发", "周末不发货", "周末别给我打电话", "节假日不让开工"]
)
def test_matter_of_the_weekend_is_none(text: str) -> None:
    assert not wants_peace(text)


@pytest.mark.parametrize(
    "text",
    ["我要投诉", "我想投诉一下", "投诉", "我要举报！", "你好，我要投诉", "我要投诉个事", "我要投诉一个人"],
)
def test_complaint_that_says_not_of_what(text: str) -> None:
    assert only_complains(text)


@pytest.mark.parametrize(
    "text",
    [
        *MATTERS,
        "我要投诉安予诚",
        "投诉处理完了",
        "不投诉了",
        "投诉了三个月没人管",
        "消费者投诉我们",
        "有人举报我们",
    ],
)
def test_complaint_that_does_or_none(text: str) -> None:
    assert not only_complains(text)


@pytest.mark.parametrize(
    "text", ["是", "是的", "是我", "对的", "可以", "好的", "嗯", "确认", "没错，是我本人", "OK"]
)
def test_yes(text: str) -> None:
    assert consents(text) is True


@pytest.mark.parametrize(
    "text",
    ["不是", "不", "不是我", "否", "不对", "算了", "取消绑定", "发错人了", "我不是", "不对，不是我", "no"],
)
def test_no(text: str) -> None:
    assert consents(text) is False


@pytest.mark.parametrize("text", ["你好", "进度", "是不是你们打的电话", "", "好难"])
def test_neither_yes_nor_no(text: str) -> None:
    assert consents(text) is None


def test_brief_words_name_no_matter() -> None:
    assert is_brief("就这样吧")
    assert not is_brief("没电了")
    assert not is_brief("一句话说不清楚的那种事")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("b48d" * 8, "b48d" * 8),
        ("绑定B48D" + "b48d" * 7, "b48d" * 8),
        ("邀请码：mfzwcytdmfzwcytdmfzwcytdmf。", "mfzwcytdmfzwcytdmfzwcytdmf"),
        ("绑定 「" + "b48d" * 8 + "」谢谢", "b48d" * 8),
        ("邀请码 " + "b48d" * 7, "b48d" * 7),
    ],
)
def test_code_is_found_in_what_stands_around_it(text: str, code: str) -> None:
    [found] = codes_in(text)
    assert (found.text, found.is_all) == (code, True)


@pytest.mark.parametrize(
    "text",
    [
        "邀请码code" + "b48d" * 8,
        "b48d" * 4 + " " + "b48d" * 4,
        "ｂ４８ｄ" * 8,
        "合同哈希" + "a1" * 16 + "，" + "b48d" * 8,
    ],
)
def test_code_hides_neither_behind_letters_nor_in_pieces(text: str) -> None:
    assert "b48d" * 8 in hidden_in(text)


def test_part_of_a_link_is_no_code() -> None:
    assert codes_in("https://shop.example/item/" + "b48d" * 6) == []


@pytest.mark.parametrize(
    ("text", "rated"),
    [
        ("结果满意，态度一般", Rated(Rating.SATISFIED, Rating.FAIRLY)),
        ("结果还可以，就是太慢了", Rated(Rating.FAIRLY)),
        ("不怎么样", Rated(Rating.DISSATISFIED)),
        ("好的", None),
        ("谢谢", None),
        ("太好了", Rated(Rating.SATISFIED)),
    ],
)
def test_rating_of_the_result(text: str, rated: Rated | None) -> None:
    assert rated_in(text) == rated


def test_words_without_an_object_rate_what_was_asked() -> None:
    assert rated_in("还行", of_manners=True) == Rated(attitude=Rating.FAIRLY)
    assert rated_in("还行") == Rated(result=Rating.FAIRLY)


@pytest.mark.parametrize("text", ["收到", "好的收到", "收到，谢谢"])
def test_courtesy_is_no_approval(text: str) -> None:
    assert stance_of(text) is None


def test_money_that_came_is_one() -> None:
    said = stance_of("款已收到")
    assert said is not None
    assert said.stance is Stance.APPROVAL


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("你们是干啥的", About.US),
        ("你们这个号有用吗", About.US),
        ("收费吗", About.US),
        ("怎么反映问题", About.US),
        ("包保领导是谁", About.CARER),
        ("没什么事，就看看", About.CHAT),
        ("中午一起吃饭不", About.MEAL),
    ],
)
def test_words_to_the_service(text: str, kind: About) -> None:
    assert about(text) is kind


def test_complaints_about_the_handling() -> None:
    assert complains_of("我要投诉安予诚") == "安予诚"
    assert complains_of("我要投诉经办人不作为") == "经办人"
    assert appeals_above("没人理我，我要找督查")
    assert complains_of("投诉房东") is None


def test_headline_begins_at_a_word() -> None:
    text = "<x>" + "content" * 12 + ">＜x> 土地证办不下来，窗口每次说法都不一样，跑了三个月"
    title = headline(text, 24)
    assert not title.startswith("ontent")
    assert not (title[0].isascii() and title[0].isalnum()) or text[text.index(title) - 1] in "<> "
    assert "土地证" in title
