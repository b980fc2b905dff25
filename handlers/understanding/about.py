"""Short words to the service itself: what it is, who is responsible, small talk, and complaints about it.

Closed patterns, whole messages only: a text that tells a matter of its own is none of these.
"""

import re
from enum import StrEnum
from functools import lru_cache
from typing import Final

from .headline import names_a_matter
from .intents import bare
from .regex import Regex


class About(StrEnum):
    """What a short text wants to know of us."""

    US = "us"
    CARER = "carer"
    CHAT = "chat"
    """Small talk that asks for nothing."""
    MEAL = "meal"
    """An invitation."""


WHOEVER: Final = frozenset(
    {"经办人", "负责人", "责任领导", "包保领导", "领导", "你们领导", "联络员", "专班"}
    | {"干部", "官员", "办事的人", "办事员", "工作人员"}
)
"""Whom a complaint may name instead of the owner of its case."""
LONGEST: Final = 20
COMPLAINT_UP_TO: Final = 40
"""Characters of the longest complaint about the handling; what is longer tells more than that."""

_ENDS: Final = "(?:啊|呀|呢|吗|么|吧|不|啦|了|的|哈|嘛)*"
_HERE: Final = "(?:你们?|您们?|这|这个|那个?|咱们?|公众号|号|平台|服务|系统|东西|政企直通|到底|究竟|是)*"
_OURS: Final = "(?:我们?|咱们?|本?企业|公司|厂里)?家?的?"


def _any(*alternatives: str) -> str:
    return "(?:" + "|".join(alternatives) + f"){_ENDS}"


_FOR_WHAT: Final = (
    "(?:干啥|干嘛|干什么|做什么|做啥|管什么|管啥|能干啥|什么用|啥用|有什么用|有啥用|有用|管用|好使|靠得住)"
)
_HOW: Final = "(?:我|我们)?(?:该|要|想)?(?:怎么|怎样|如何|咋)(?:跟你们)?"
_US: Final = _any(
    f"{_HERE}{_FOR_WHAT}",
    f"{_HERE}(?:要|用|得|还)?(?:不)?(?:收不收|收|花|要)(?:费|钱)用?",
    f"{_HERE}(?:免费|(?:怎么|如何)收费)",
    f"{_HOW}(?:反映|反应|提|说|上报|报|提交|发)(?:问题|诉求|情况|事情?|困难)",
)
_CARER: Final = _any(
    f"{_OURS}(?:包保|包联|结对|挂钩|责任|联系)(?:领导|干部|负责人|人)(?:是|叫)?(?:谁|哪位|哪个|什么名字)",
    "(?:谁|哪位领导|哪个领导)(?:是|在)?(?:包保|包联|联系|负责)(?:我们?|咱们?)(?:企业|公司|厂)?",
)
_LOOKING: Final = "(?:看看|问问|逛逛|了解了解|了解一下|点进来看看|试试)"
_CHAT: Final = _any(
    f"也?没(?:什么|啥|有)?事[儿情]?(?:就|我)*(?:随便|先|来)?{_LOOKING}?",
    "我?(?:就|只是|先)?(?:随便)?(?:看看|逛逛|随便问问)",
    "吃饭?了[吗没么]",
)
_MEAL: Final = _any(
    "(?:今天|今晚|中午|晚上|明天|改天|哪天|周末|有空|领导|我)*(?:一起|出来|请你们?|请您|请领导|咱们?)*"
    "(?:吃[个顿]?便?饭|喝个?[酒茶]|聚一?聚|坐坐)(?:行|好|可以|有空)?",
)
_RULES: Final = ((About.US, _US), (About.CARER, _CARER), (About.CHAT, _CHAT), (About.MEAL, _MEAL))
_PATTERNS: Final = tuple((kind, Regex(pattern)) for kind, pattern in _RULES)
_HINT: Final = Regex("[干做管用费钱看逛吃喝聚坐谁哪]|反[映应]|怎么|怎样|如何|咋")
_LEFT_ALONE: Final = "没人|不理|不管|不回|不办|拖|推|敷衍|没动静|没消息|没回音"
_COMPLAINED: Final = Regex(
    f"(?:(?P<before>[^，,。！!；;]{{0,12}}(?:{_LEFT_ALONE})[^，,。！!；;]{{0,6}})[，,。！!；; ]+)?"
    "(?:我们?|企业)?(?:就|还)?(?:要|想|得)?(?:投诉|举报|告)(?:一下|你们的?|那个|这个)?"
    "(?P<whom>经办人|干部|官员|办事的人|办事员|工作人员|负责人|责任领导|包保领导|你们领导|领导|联络员|专班|[一-龥]{2,4}?)"
    "(?=$|[，,。！!；; ]|不作为|不理|不管|不回|态度|推|拖|敷衍|他|她)(?P<why>.*)",
    re.DOTALL,
)
_COMPLAINS: Final = Regex(
    "(?:你们?好|您好|领导|我们?|企业|就|还|有事|有个事|今天|现在|来)*(?:要|想|得)?(?:来)?(?:投诉|举报|告状)"
    "(?:一下|一?个?人|你们|一[个件]事情?儿?|电话(?:是)?(?:多少|几号)?|在哪|找谁|怎么弄?|个事儿?|啊|吧|了|呢)*"
)
_NOT_A_PERSON: Final = Regex(
    "(?:局|厅|委|部|院|处|所|公司|厂|店|银行|房东|对方|邻居|他们|物业|集团|中心|街道|政府|供应商|部门|办公室)$"
)
_OF_OTHERS: Final = Regex("[局厅]|委员会|管委|法院|派出所|银行|公司|部门|街道|政府")
"""Who is complained about to a supervisor beside our own people: that is a matter."""
_ABOVE: Final = Regex(
    f"(?:[^，,。！!；;]{{0,12}}(?:{_LEFT_ALONE})[^，,。！!；;]{{0,12}}[，,。！!；; ]*)?"
    "(?:我们?|那我)?(?:就|还)?(?:要|想|得|去|直接)?(?:找|见|联系|反映给|告诉|转给|告到|跟|向)(?:一?下)?(?:你们)?的?"
    "(?:督查|督察|监督|上级|上面|纪委)(?:部门|的人|人员|组|办|室|领导)?(?:反映|投诉|说说?|举报)?(?:了|吧|啊|去)?[。！!]*"
    "|(?:能不能|可不可以|请|麻烦|给我们?|我们?|要|想)*换一?个(?:人|干部|领导|负责人|经办人)(?:来|去)?(?:办|管|负责|处理|跟)?"
    "(?:吧|行吗|行不行|可以吗|好吗|啊)?[。！!?？]*"
)


@lru_cache(maxsize=64)
def about(text: str) -> About | None:
    """Return what a short text asks of the service itself, None for everything else."""
    if len(text) > LONGEST or not _HINT.search(text):
        return None
    core = bare(text)
    return next((kind for kind, pattern in _PATTERNS if pattern.fullmatch(core)), None)


@lru_cache(maxsize=64)
def complains_of(text: str) -> str | None:
    """Return whom of the officials a short text complains about, None if it is no such complaint."""
    if len(text) > COMPLAINT_UP_TO or not ("投诉" in text or "举报" in text or "告" in text[:4]):
        return None
    found = _COMPLAINED.fullmatch(text.strip())
    if found is None or (found["whom"] not in WHOEVER and _NOT_A_PERSON.search(found["whom"])):
        return None
    if names_a_matter(found["why"]) or names_a_matter(found["before"] or ""):
        return None
    return found["whom"]


def only_complains(text: str) -> bool:
    """Whether a short text says that there is something to complain about, and not what: 我要投诉."""
    return len(text) <= LONGEST and _COMPLAINS.fullmatch(bare(text)) is not None


def appeals_above(text: str) -> bool:
    """Whether a short text calls for a supervisor, or for another owner: 我要找督查, 换个人办."""
    if len(text) > COMPLAINT_UP_TO or not any(word in text for word in ("督", "上", "纪委", "换")):
        return False
    return _ABOVE.fullmatch(text.strip()) is not None and not _OF_OTHERS.search(text)
