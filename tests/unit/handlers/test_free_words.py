"""Meanings that people put in ever other words, held against words that nobody thought of when they were read."""

from collections.abc import Callable
from time import process_time

import pytest

from handlers.understanding import call_replies, caller_doubts
from handlers.understanding.asides import Aside, aside_of
from handlers.understanding.caller_doubts import asks_of_a_caller, asks_what_we_demand, tells_of_a_swindle
from handlers.understanding.commands import Command
from handlers.understanding.consent import consents
from handlers.understanding.headline import names_a_matter
from handlers.understanding.intents import Intent, intent_of
from handlers.understanding.not_for_them import meant_for_us
from handlers.understanding.number_questions import asks_of_number, asks_of_who_posed
from handlers.understanding.refusing import Refusal, refusal_in
from handlers.understanding.remarks import only_thanks
from handlers.understanding.stances import Stance, accepts, speaks_of_a_refusal, stance_of
from handlers.understanding.visit_talk import tells_of_visit_here

NO_CALLS = (
    "别老往我手机上打",
    "有话就在微信里讲吧，电话我不接",
    "我聋，打电话没用",
    "以后联系请发微信，勿拨打手机",
    "天天打，烦不烦啊，别打了",
    "甭给我打电话",
    "电话就算了，咱们打字聊",
    "不劳烦领导打电话了",
    "再打电话我就拉黑",
    "能不能不打电话",
    "免电话",
    "我们拒绝接电话",
    "别打电话催我",
)
CALLS = (
    "怎么不给我打电话",
    "管委会一直不接我电话",
    "让领导给我打个电话",
    "领导不接电话",
    "甲方拒绝接电话",
    "开发商拒接我们电话",
    "不想再给他们打电话了",
    "我不想打电话催了",
    "打电话没用",
    "请短信通知我",
    "一个电话都没有",
    "我不想打官司",
    "银行催收老打电话，贷款展期办不下来",
    "不想打字了，打电话说吧",
)
CALLERS = (
    "上午那个电话是不是领导打的",
    "那个024的号是你们单位的不",
    "谁呀刚才打我电话",
    "今天来厂里的那俩人是不是政府的",
    "我怎么确定来的人是政府派的",
    "刚才有个座机响了一声，是你们吗",
    "一个女的让我报验证码，说是营商局",
    "刚接了个电话说要给我办补贴让我交五百块押金",
    "你们办事收费吗，有人让我先打两千",
    "接了个电话说帮我要钱，让我先交手续费",
    "那个人说是督查的，要看我账本",
    "你们会要验证码吗",
)
NO_CALLERS = (
    "管委会打电话让我们交保证金才给办证",
    "领导能给我打个电话吗",
    "领导电话是多少",
    "电话费咋回事，多扣了三百",
    "他们说是市里的政策不行",
    "身份证被人冒用当了股东，怎么撤销登记",
    "你们给管委会打电话了吗",
    "希望工作人员能联系我一下",
)
REFUSALS = (
    "这个忙帮不了",
    "我单位不具备相应权限",
    "此事与我局业务无关联",
    "年底了实在腾不出人手",
    "建议请住建部门研究",
    "该企业不在我们辖区",
    "这块业务去年划到资源局了",
    "我们没有执法权",
    "恕不奉陪",
    "管辖权在区里",
    "不便协办",
    "非我局职责",
)
ANSWERS = (
    "已核实，企业退税手续齐全，本周五前办结",
    "经查该企业不符合留抵退税条件，差一项进项发票",
    "我们查了，没有收到企业的申请",
    "企业材料缺一份审计报告，请补交",
    "情况属实，正在走流程",
    "发票核完了，没问题",
)
FOR_US = {
    "驳回": Command.DECLINE,
    "您的诉求不符合政策，无法支持": Command.DECLINE,
    "这是经济纠纷，让他去法院": Command.DECLINE,
    "请转税务局": Command.PASS_ON,
    "跟我没关系": Command.PASS_ON,
    "派单错误": Command.PASS_ON,
    "让他们自己找财政局": Command.PASS_ON,
    "来不及了": Command.EXTEND,
    "期限太紧": Command.EXTEND,
    "我住院了": Command.DELEGATE,
    "这周我不在": Command.DELEGATE,
    "明天十点打给林总": Command.ANNOUNCE_CALL,
    "他把我当骗子": Command.CALL_FAILED,
    "回绝他": Command.DECLINE,
    "看不懂": Command.HELP,
}
FOR_THEM = (
    "已经和管委会联系过了",
    "财政局说月底前拨付",
    "已转财政局审核",
    "管委会拒绝付款，理由是没有预算",
    "您的申请不符合要求，请补充审计报告",
    "明天到厂里看看",
    "预计还要两周",
    "工期太紧，施工方加人了",
    "供电局明天上门",
    "我们会尽快协调",
)


def no_calls(text: str) -> bool:
    return aside_of(text) is Aside.NO_CALLS


def of_a_caller(text: str) -> bool:
    is_told = asks_of_a_caller(text) or asks_what_we_demand(text) or tells_of_a_swindle(text)
    return is_told or intent_of(text) is Intent.VERIFY


def refused(text: str) -> bool:
    return refusal_in(text) is not Refusal.NO


@pytest.mark.parametrize(
    ("is_heard", "heard", "others"),
    [
        (no_calls, NO_CALLS, CALLS),
        (of_a_caller, CALLERS, NO_CALLERS),
        (refused, REFUSALS, ANSWERS),
        (lambda text: meant_for_us(text) is not None, (*FOR_US,), FOR_THEM),
        (
            tells_of_visit_here,
            ("今天走访了这家企业，生产正常", "到企业调研，企业反映融资难", "昨天去了一趟，老板不在"),
            ("明天到厂里看看", "已请住建局现场查看", "走访方案定了"),
        ),
        (
            speaks_of_a_refusal,
            ("理由不成立", "那我找谁", "怎么申诉", "请重新考虑", "你们搞错了，这不是民事纠纷", "伸诉"),
            ("收到", "新车间要用地", "谢谢领导"),
        ),
        (
            only_thanks,
            ("谢谢你们帮我要回了钱", "太感谢政府了", "感谢领导"),
            (
                *("谢谢，不过钱还没到", "感谢，另外问一下进度", "谢谢，能快点吗", "谢谢，已经解决了"),
                *("谢谢领导，我公司被大连甲方拖欠货款80万", "感谢您的关心，我们厂里停电三天了"),
                *(
                    "感谢政府，我公司环评批复卡在区里半年了",
                    "谢谢领导，钱只到了一半",
                    "谢谢，怎么申诉",
                    "谢谢，撤回吧",
                ),
                *("感谢政府给我们厂断电了", "谢谢领导帮我看看环评批复的事"),
            ),
        ),
        (
            accepts,
            ("认可", "同意办结", "没有意见", "可以销号了"),
            ("没有意见吧", "确认无误吧", "认可吗", "已经解决吗", "属实吗"),
        ),
        (
            names_a_matter,
            ("天然气人家不给接", "煤气死活不通", "进口气阀被扣了"),
            ("真气人", "什么口气"),
        ),
    ],
)
def test_meaning_is_heard_in_any_words(
    is_heard: Callable[[str], bool], heard: tuple[str, ...], others: tuple[str, ...]
) -> None:
    assert [text for text in heard if not is_heard(text)] == []
    assert [text for text in others if is_heard(text)] == []


def test_words_of_an_official_are_near_to_the_command_they_need() -> None:
    assert {text: meant_for_us(text) for text in FOR_US} == FOR_US


def test_whoever_has_no_objections_does_not_object() -> None:
    said, objected = stance_of("没有意见"), stance_of("我们有意见")
    assert (said and said.stance, objected and objected.stance) == (Stance.APPROVAL, Stance.DISSENT)


STUTTERED = [*"嗯刚谢好了吗的我你那就打来", "刚才", "电话", "可以", "知道"]


@pytest.mark.parametrize(
    "heard",
    [
        *(call_replies.says_yes, call_replies.says_no, call_replies.wants_another_time),
        *(call_replies.asks_when, caller_doubts.asks_of_a_caller, caller_doubts.asks_what_we_demand),
        *(
            caller_doubts.tells_of_a_swindle,
            consents,
            intent_of,
            stance_of,
            asks_of_number,
            asks_of_who_posed,
        ),
    ],
)
def test_nobody_who_stutters_holds_up_the_others(heard: Callable[[str], object]) -> None:
    began = process_time()
    for each in STUTTERED:
        heard((each * 40)[:39] + "囧")
    assert process_time() - began < 0.5


def test_finding_of_a_unit_is_no_refusal_of_its_own() -> None:
    said = {text: refusal_in(text) for text in ("这事跟企业没关系", "与我局无关", "不过得等到三月", "太忙了")}
    assert said["与我局无关"] is Refusal.PLAIN
    assert (said["这事跟企业没关系"], said["太忙了"]) == (Refusal.PERHAPS, Refusal.PERHAPS)
    assert said["不过得等到三月"] is Refusal.NO
