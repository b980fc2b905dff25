"""What a message is for, by its words alone: a table of patterns and how much else may stand beside them.

A word such as 进度 or 催 does not make an enquiry: a text that also describes a matter is a request.
So each rule says how many characters may be left once its pattern and the small talk are taken out.
What was said before and which tickets are open is applied by the caller.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from .text import normalize


class Intent(StrEnum):
    """What the sender wants of us with this one message."""

    REQUEST = "request"
    FOLLOW_UP = "follow_up"
    PROGRESS = "progress"
    URGE = "urge"
    WITHDRAW = "withdraw"
    VERIFY = "verify"
    RATE = "rate"
    """How it went: solved or not, content or not."""
    CORRECTION = "correction"
    HUMAN = "human"
    GREETING = "greeting"
    THANKS = "thanks"
    """A courtesy that asks for nothing: thanks, received, good."""
    NOISE = "noise"
    HELP = "help"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Rule:
    """`pattern` found, and at most `slack` characters that are neither it nor small talk, means `intent`."""

    intent: Intent
    slack: int
    pattern: re.Pattern[str]


READ_AT_MOST: Final = 400
"""Characters read; by then a text that is more than a request has shown it."""
WHOLE_UP_TO: Final = 30
"""Characters of the longest text that may be courtesy or noise and nothing else."""
VERIFY_UP_TO: Final = 90
"""Characters; a longer tale about a caller is a matter of its own."""
REQUEST_FROM: Final = 4
"""Characters from which an unknown text is a request; shorter ones need a word of `_MATTER`."""

_STICKER: Final = re.compile(r"\[[^\[\]\s]{1,6}\]")
_SIGNS: Final = re.compile(r"[\W_]+")
_STUTTER: Final = re.compile(r"(.)\1{2,}")

_SMALL_TALK: Final = re.compile(
    r"你们?好|您们?好|大家好|领导|同志|老师|政府|客服|请问|请|麻烦|拜托|帮忙|帮|一下|我们?家?|咱们?|你们?|您|"
    r"诉求|问题|事情|事儿|事|工单|单子|反映|投诉|申请|提交?的|说的|报的|交的|上次|上回|上周|之前|昨天|前天|今天|"
    r"刚才|刚刚|那个|这个|那件|这件|那|这|个|件|给|都|也|就|又|再|已经|了|吧|呢|啊|呀|吗|嘛|哈|哦|诶|哎|唉|的|得|"
    r"现在|目前|想|要|问|看|查|知道|到底|究竟|可以|能|\d+|[一二两三四五六七八九十几好]+|多|个?(?:天|周|星期|礼拜|月|年)"
)
_MATTER: Final = re.compile(
    r"[欠钱款贷电水气暖热证照补奖税地厂房路车工人货罚骗拆租假仿批审停断销]|专利|商标|版权|政策|订单|原料|客户|合作|配套|"
    r"法院|招标|侵权|抢注|验收|备案|注册"
)

_THANKED = (
    r"谢了?|多谢|感谢|3q|thanks?|thankyou|thx|辛苦|费心|收到|好的?|好[嘞哒]|行|中|[嗯哦噢]|知道|明白|了解|没事|不客气|"
    r"ok(?:ay)?|妥|再见|拜拜"
)
_POLITELY = r"[了啦您你啊呀哈的先太很们]|大家|领导|老师|非常|十分|万分|真是|帮助|支持|回复|答复|辛苦"
_HAILED = (
    r"[你您]们?好|大家好|领导好|老师好|hi|hello|嗨|哈[喽罗]|在[吗不么]|在不在|有人在?[吗么]|[早上中下午晚]{1,2}[上午]?好|"
    r"[早晚]安|[新过]年好|节日快乐|新年快乐"
)
_WHAT_IS_IT = r"这是?个?(?:干啥|干什么|做什么|啥)的?(?:平台|号|公众号)?|你是谁|你是(?:干啥|干什么|做什么)的"
_WHAT_CAN = r"(?:这|个|你|您|们|都|能|可以|会)*[干做办](?:啥|什么|些什么|哪些)(?:事|呢|呀)?|有(?:啥|什么|哪些)(?:功能|用)"
_HOW_CONTENT = r"(?:处理|办|结果|服务|这次|[对我们挺很还太最]|非常|十分|比较|基本|还算|一般|有点|不太?|不是很)*满意[的了]?"
_ABOUT_IT = r"(?:问题|事[情儿]?|已经|终于|今天|[都给我帮真还是并]|早就|根本|压根)*"

WHOLE: Final = tuple(
    (intent, re.compile(pattern))
    for intent, pattern in (
        (Intent.GREETING, rf"(?:(?:{_HAILED})(?:领导|老师|同志|[啊呀哈们吗])*)+"),
        (Intent.THANKS, rf"(?:{_POLITELY})*(?:{_THANKED})(?:{_POLITELY}|{_THANKED})*"),
        (Intent.NOISE, r"(?:测试|试一下|试|test|helloworld|[哈呵嘿喂呃啊额])+|[a-z]{1,4}|\d{1,3}"),
        (
            Intent.HELP,
            rf"帮助|help|菜单|功能|使用说明|说明书|怎么[使操]?[用作]|如何使用|{_WHAT_IS_IT}|{_WHAT_CAN}",
        ),
        (Intent.RATE, rf"{_HOW_CONTENT}|[好中差]评|[1-5一二三四五]颗?[分星]"),
        (
            Intent.RATE,
            rf"{_ABOUT_IT}(?:没有?|未)?(?:得到)?(?:解决|办好|办妥|搞定|办成|处理好)了?[呢啊]?(?:谢谢.{{0,6}})?",
        ),
    )
)
"""The whole text, blanks and signs taken out, is nothing but this."""

_TYPE_NAMES = r"(?:政策(?:落实)?|要素(?:保障)?|(?:行政)?审批|拖欠(?:账款)?|[账欠]款|知识产权|产业链(?:协同)?)"
_DEALT_WITH = r"[管理来人给办]|回[复信话]?|消息|动静|音信?|信儿?|答复|联系|处理|解决|结果|反应|下文"
_STEP = r"哪|(?:什么|啥)(?:一?步|阶段|程度|环节|地步)"
_WHEN = r"(?:啥|什么)时候?|几[时天号]|多久"

RULES: Final = tuple(
    Rule(intent, slack, re.compile(pattern))
    for intent, slack, pattern in (
        (
            Intent.HUMAN,
            4,
            r"转?人工(?:服务|客服|[坐座]席)?|真人|活人|客服电话|你是机器人|[别不][用要让想]?[跟和同]?机器人[说聊讲]?话?|"
            r"[找换]个?(?:能说话的)?人来?跟?我?(?:[说谈聊]|接待)",
        ),
        (
            Intent.CORRECTION,
            4,
            r"[分归弄搞填选划报说发]错(?:类型|类别|类|地方|部门)?|(?:类型|类别|分类)(?:不对|错|有误|不符)|理解(?:错|偏|有误)|"
            r"不是[这那][件个一]?回?(?:事儿?|意思|类型?|问题)|[改换](?:一下|个)?(?:类型|类别)|我说的(?:可?不)是|"
            rf"(?:不[是属算]于?|应该?是|应属|属于|改成?|算){_TYPE_NAMES}类?(?:[,，]?是{_TYPE_NAMES})?",
        ),
        (
            Intent.WITHDRAW,
            4,
            r"撤[回销诉了掉]|取消|不(?:投诉|反映|告|办|追究|申请|催)了|(?:不用|别)再?(?:办|管|处理|查|跟进|麻烦)|算了|当我没说|作废",
        ),
        (Intent.URGE, 1, r"没有?人来?(?:管|理|联系|回复?|问|搭理)+|快[点些着]*"),
        (
            Intent.URGE,
            3,
            rf"(?:怎么|咋|为啥|为什么|凭啥)(?:还|就|都|总)*(?:没有?|不|不见)(?:{_DEALT_WITH})+|(?:还|一直|始终)没有?(?:{_DEALT_WITH})+|"
            r"催[办促]?|(?:抓紧|赶紧|赶快|尽快|尽早|加快|马上|快[点些])(?:时间|处理|解决|办理?|落实|给?答复|回复?|啊)*|"
            r"[管办]不[管办]|还[管办]不|还有人管|等不[起及]|等?急|太慢|拖(?:多久|到(?:啥|什么)时候)",
        ),
        (
            Intent.PROGRESS,
            3,
            rf"进[度展]|状态|(?:办理?|处理|[弄搞整]|落实|解决|跟)[得的到]?(?:咋|怎么?|如何)[样么地]*|(?:咋|怎么?)样|如何|"
            rf"[到走](?:了|行到)?(?:{_STEP})[一步儿里]*|有(?:没有?)?(?:结果|消息|信儿?|回音|下文|动静|眉目|着落|回复|答复)(?:没有?|不)?|"
            rf"(?:{_WHEN})[才会有能]*(?:办|解决|处理|结果|消息|回复|答复|出结果|[完好答])+|(?:结果|回复|答复)[呢出有]*(?:没有?)?|"
            r"(?:受理|解决|办|处理)[完好妥了]*(?:没有?|吗|么)",
        ),
    )
)
"""Found somewhere, and little else is said."""

_CALLED = r"打(?:来|了|个)*(?:电话|微信)|来(?:了|个)*电|接到|收到|加了?我|联系我|上门|找到我|给我[打发]|号码|电话|短信|来访|到我[厂店公单们]"
_POSING = r"自称|说[他她]?是|声称|冒充|假装|以.{1,8}名义"
_POST = r"[省市县区厅局处科委办]|政府|领导|书记|专班|联络员|工作人员|干部|秘书|包保|走访|督查|税务|公安"
_DOUBT = (
    r"真的?假|是真是假|真的吗|假的吗|骗子[吧吗]|诈骗吗|骗人的吗|可信|靠谱[吗不么]|核实|核验|验证|辨别|能信[吗不么]|"
    r"(?:是不是|是否|是)(?:真|假|骗|诈骗|本人|你们的?人|官方|政府|咱们的?|属实)|有(?:没有)?这(?:个|么个|回)[人事]"
)
_CALLER_DOUBTED: Final = re.compile(
    rf"(?:{_CALLED}).{{0,20}}(?:{_POSING}).{{0,12}}(?:{_POST})|(?:{_POSING}).{{0,16}}(?:{_POST}).{{0,16}}(?:{_CALLED})|"
    rf"(?:{_CALLED}|(?:{_POSING}).{{0,12}}(?:{_POST})).{{0,40}}(?:{_DOUBT})|^(?:核验|核实|验证)\D{{0,8}}\d|"
    rf"(?:{_DOUBT}).{{0,12}}(?:{_CALLED})"
)
_HARMED: Final = re.compile(r"被骗|报案|报警|立案|损失|[转骗]走|骗了")

_ADDED: Final = re.compile(
    r"补充|再补|再说[一两]|另外|还有(?:就是|一?[个点件条样](?:情况|事)?)|对了|忘了?说|刚才?(?:忘|漏|没说|说的?那)|"
    r"接[着上](?:刚才|[说面条])|续上|附[上件]|(?:材料|照片)[发传在补]|这是(?:合同|照片|材料|欠条|单子|凭证|证据|发票)|上面[说那]"
)


def intent_of(text: str) -> Intent:
    """Return what `text` is for, judged by its words alone. Never raises; time is bounded."""
    core = _core(text)
    if not core:
        return Intent.NOISE
    return _whole(core) or _verify(core) or _found(core) or _added(core) or _matter(core)


def _core(text: str) -> str:
    """Return the letters and digits of `text`, nothing repeated more than twice in a row."""
    return _STUTTER.sub(r"\1\1", _SIGNS.sub("", _STICKER.sub(" ", normalize(text[:READ_AT_MOST]))))


def _whole(core: str) -> Intent | None:
    if len(core) > WHOLE_UP_TO:
        return None
    return next((intent for intent, pattern in WHOLE if pattern.fullmatch(core)), None)


def _verify(core: str) -> Intent | None:
    is_doubt = len(core) <= VERIFY_UP_TO and _CALLER_DOUBTED.search(core) and not _HARMED.search(core)
    return Intent.VERIFY if is_doubt else None


def _found(core: str) -> Intent | None:
    return next((rule.intent for rule in RULES if _is_little_else(rule, core)), None)


def _is_little_else(rule: Rule, core: str) -> bool:
    parts = rule.pattern.split(core)
    return len(parts) > 1 and sum(len(_SMALL_TALK.sub("", part)) for part in parts) <= rule.slack


def _added(core: str) -> Intent | None:
    return Intent.FOLLOW_UP if _ADDED.match(core) else None


def _matter(core: str) -> Intent:
    return Intent.REQUEST if len(core) >= REQUEST_FROM or _MATTER.search(core) else Intent.UNCLEAR
