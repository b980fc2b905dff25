"""The words that always work, however they are typed, and the sentences that only begin like one."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from config.catalog import number_formats
from handlers.understanding.commands import WORDS, Command, Order, read
from handlers.understanding.text import simplified, trimmed
from models.rules.numbers import number_of, ticket_id_of

NUMBER = number_of(135)
WIDE = NUMBER.translate({ord(digit): chr(ord(digit) + 0xFEE0) for digit in "0123456789"})

ALONE = (
    "帮助", "菜单", "确认绑定", "取消", "待办", "今日", "评价", "确认退出", "别打电话", "不要打电话", "可以打电话",
    "不是这件事", "分成两件", "分成三件", "就是一件事", "人工", "今天有没有人来烦我", "今天有没有人帮我",
    "不是意见",
)  # fmt: skip
WITH_NUMBER = (
    "进度", "我的诉求", "催办", "补充", "改类型", "撤回", "确认", "没解决", "未解决",
    "详情", "受理", "回复", "回覆", "进展", "办结",
    "约电话", "约走访", "取消约电话", "打不通", "同意来电", "改来电", "不接来电",
    "延期", "同意延期", "不同意延期", "暂停计时", "走访", "现在发", "委托",
    "协办", "接受协办", "不接受协办", "协办回复", "结束协办", "不予办理", "申诉",
    "维持", "退回重办", "改派", "销号", "转给", "转交", "转办", "移交", "不归我管",
    "不是这件事", "分成两件", "分成三件", "就是一件事", "态度", "人工", "约我电话", "我已离职", "退出企业", "换企业", "发展阶段",
    "满意", "基本满意", "不满意", "并案", "拆案", "保密", "取消保密",
    "引用补丁", "不是再绊",
)  # fmt: skip
WITH_TEXT = (
    "补充",
    "没解决",
    "未解决",
    "回复",
    "进展",
    "办结",
    "延期",
    "不同意延期",
    "暂停计时",
    "走访",
    "委托",
)
NUMBERLESS = (
    "新诉求",
    "我要反映",
    "绑定",
    "核验",
    "核验来电",
    "线索",
    "免打扰",
    "补丁",
    "制度补丁",
    "提意见",
)


def test_every_word_is_tried_here() -> None:
    assert {*ALONE, *WITH_NUMBER, *NUMBERLESS} == set(WORDS)
    assert set(WORDS.values()) == set(Command)


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("typed", ["{}", " {} ", "{}\n", "\u3000{}"])
def test_word_alone_is_an_order(word: str, typed: str) -> None:
    assert read(typed.format(word)) == Order(WORDS[word])


@pytest.mark.parametrize("word", WORDS)
def test_word_may_end_like_a_sentence(word: str) -> None:
    """Voice typing puts a full stop after everything."""
    assert {read(word + ending) for ending in ("。", "！", "!", " 。", "，")} == {Order(WORDS[word])}


@pytest.mark.parametrize("word", WITH_NUMBER)
def test_number_is_found_however_it_is_joined(word: str) -> None:
    for between in (" ", "", "  ", "\u3000", "：", ":", "，", ",", "\n", " 编号", " 编号 ", "#", " #", "＃"):
        assert read(f"{word}{between}{NUMBER}") == Order(WORDS[word], NUMBER)
        assert read(f"{word}{between}{WIDE}") == Order(WORDS[word], WIDE)
    assert ticket_id_of(WIDE) == ticket_id_of(NUMBER) == 135


@pytest.mark.parametrize("prefix", number_formats().prefixes)
def test_prefixes_of_the_catalogue_are_understood(prefix: str) -> None:
    for typed in (prefix, prefix.lower()):
        assert read(f"进度 {typed}{NUMBER}") == Order(Command.PROGRESS, NUMBER), typed


@pytest.mark.parametrize("word", WITH_TEXT)
def test_text_after_the_number_is_kept_whole(word: str) -> None:
    said = "第一行：还差160万，\n第二行 2026年给"
    for between in (" ", "：", "，", "\n", "。", "；"):
        assert read(f"{word} {NUMBER}{between}{said}") == Order(WORDS[word], NUMBER, said)


@pytest.mark.parametrize("word", WITH_TEXT)
def test_text_without_a_number_is_kept_whole(word: str) -> None:
    assert read(f"{word} 还差160万") == Order(WORDS[word], None, "还差160万")


@pytest.mark.parametrize("name", ["拖欠账款", "要素保障", "知识产权"])
def test_type_follows_the_number_or_stands_alone(name: str) -> None:
    assert read(f"改类型 {NUMBER} {name}") == Order(Command.RETYPE, NUMBER, name)
    assert read(f"改类型 {name}") == Order(Command.RETYPE, None, name)


@pytest.mark.parametrize("word", NUMBERLESS)
@pytest.mark.parametrize("said", ["12345 家企业都被拖欠", "0123456789abcdef0123456789abcdef", NUMBER])
def test_digits_after_a_word_without_number_are_text(word: str, said: str) -> None:
    assert read(f"{word} {said}") == Order(WORDS[word], None, said)


@pytest.mark.parametrize(
    "sentence",
    [
        "进度怎么样",
        "进度款拖了半年",
        "确认一下政策什么时候能落实",
        "确认函他们不给盖章",
        "撤回申请之后押金不退",
        "受理窗口说材料不全",
        "受理通知书一直没下来",
        "回复我们说再等等",
        "办结证要跑三趟",
        "补充协议签了不认",
        "催办了三次都没人理",
        "没解决的问题还是老样子",
        "未解决过的难题",
        "帮助我们协调贷款",
        "帮助 我们协调贷款",
        "取消补贴有没有文件",
        "取消 补贴有没有文件",
        "待办 事项谁负责",
        "绑定银行卡被冻结了",
        "新诉求书怎么写",
        "详情见附件",
        "进展缓慢",
        "菜单里没有我要的",
        "免打扰民的投诉没人管",
        "今天有没有人来烦我们厂的施工队",
        "今天有没有人帮我，仓库着火了",
        "确认绑定之后收不到消息",
        "",
        "   ",
        "你好",
    ],
)
def test_sentence_that_only_begins_like_a_command_stays_one(sentence: str) -> None:
    assert read(sentence) is None


@pytest.mark.parametrize("amount", ["3 个月没动静", "160万没给", "2026年的款"])
def test_amounts_and_years_are_no_ticket_numbers(amount: str) -> None:
    assert read(f"没解决 {amount}") == Order(Command.DISPUTE, None, amount)


def test_valid_number_joined_to_its_text_is_still_the_number() -> None:
    assert read(f"回复{NUMBER}收到，明天上午碰头") == Order(Command.REPLY, NUMBER, "收到，明天上午碰头")


@given(
    st.text()
    | st.builds("".join, st.lists(st.sampled_from([*WORDS, NUMBER, WIDE, " ", "：", "#", "编号", "。"])))
)
@example("进度 " + "9" * 100_000)
@example("没解决" + " " * 100_000)
@example("补充 " + "编号" * 50_000)
def test_any_text_is_an_order_or_a_sentence(text: str) -> None:
    order = read(text)
    if order is not None:
        first = tuple(word for word, command in WORDS.items() if command is order.command)
        said = trimmed(text)
        assert simplified(said).startswith(first) or order == Order(Command.DETAIL, said)
        assert order.rest in text
        assert order.number is None or order.number in text


TRADITIONAL = {
    "幫助": Command.HELP, "菜單": Command.HELP, "綁定": Command.BIND, "確認綁定": Command.BIND_YES,
    "新訴求": Command.NEW, "我的訴求": Command.PROGRESS, "進度": Command.PROGRESS, "催辦": Command.URGE,
    "補充": Command.ADD, "改類型": Command.RETYPE, "確認": Command.CONFIRM, "沒解決": Command.DISPUTE,
    "未解決": Command.DISPUTE, "待辦": Command.WORKLIST, "詳情": Command.DETAIL, "回復": Command.REPLY,
    "回覆": Command.REPLY, "進展": Command.REPORT, "辦結": Command.RESOLVE,
}  # fmt: skip


@pytest.mark.parametrize("word", TRADITIONAL)
def test_traditional_characters_are_commands_too(word: str) -> None:
    assert read(word) == read(f"\ufeff{word}\u200b") == Order(TRADITIONAL[word])


@pytest.mark.parametrize("word", ["確認", "沒解決", "補充", "辦結", "回覆", "確认"])
def test_what_is_quoted_stays_as_it_was_typed(word: str) -> None:
    said = "第一筆：還差160萬，ＡＢ 2026年給"
    for between in (" ", "：", " 編號 ", "编号", "#"):
        order = read(f"{word}{between}{NUMBER} {said}")
        assert order is not None
        assert (order.number, order.rest) == (NUMBER, said)


@pytest.mark.parametrize(
    "sentence", ["進度怎麼樣", "確認函他們不給蓋章", "沒解決的問題還是老樣子", "綁定銀行卡被凍結了"]
)
def test_traditional_sentence_that_only_begins_like_a_command_stays_one(sentence: str) -> None:
    assert read(sentence) is None


@pytest.mark.parametrize("typed", [NUMBER, WIDE, f" {NUMBER}\n"])
def test_number_alone_asks_for_its_ticket(typed: str) -> None:
    assert read(typed) == Order(Command.DETAIL, typed.strip())


@pytest.mark.parametrize("digits", ["13800001111", "320", "2358", "2357万"])
def test_other_digits_alone_are_words(digits: str) -> None:
    assert read(digits) is None


@given(
    st.sampled_from(sorted(set(WORDS) - set(ALONE))), st.text("万元一二#。，： a1０", min_size=1, max_size=30)
)
def test_nothing_of_what_was_said_is_lost(word: str, said: str) -> None:
    order = read(f"{word} {said}")
    assert order is not None
    kept = [char for char in (order.number or "") + order.rest if char.isalnum()]
    assert kept == [char for char in said if char.isalnum()]
