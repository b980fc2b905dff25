"""Which other case of a desk plain words speak of: by its subject, or by the city of its enterprise.

Simple on purpose, so that it can be explained: words that only one case's first words have count by how rare
they are; words in everybody's mouth (合同, 材料, 财政) count for little. What speaks of the case in hand as
much as of another is about the case in hand.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import add
from typing import Final

from .classifier import default_classifier
from .features import slices
from .likeness import stretches
from .regex import Regex
from .text import normalize

READ_AT_MOST: Final = 200
"""Characters; whoever writes more tells the enterprise something."""
ENOUGH: Final = 2
"""From this weight on a case is spoken of: one word that names its subject, or two that go with it."""
CITY: Final = 3
"""The weight of a city that is pointed at."""

_COMMON: Final = Regex(
    "合同|协议|材料|流程|手续|申请|受理|办理|审批|审核|审计|证明|盖章|登记|变更|注册|窗口|政策|文件|规定|通知|标准|承诺|落实|申报"
    "|银行|法院|仲裁|律师|起诉|公安|工资|工人|工程师|客户|订单|产品|设备|车间|厂房|场地|园区|质量|损失|投资|图纸|公证|竣工|工程"
    "|验收|验收单|结算|结算单|对账|发票|资金|还款|付清|退还|逾期|利息|违法|执法|整改|评估|维修|规划|建议|感谢|合作|联合|对接"
    "|介绍|开发|办法|用地|保证金|执照|营业执照|知识产权|营业证|超市|字号|财政|部分|消息|工作|主任|厂区"
)
"""Words of our lexicon that any case may need; two of them together say something."""
_RARE: Final = 6.4
_UNCOMMON: Final = 5.5
_PLAIN: Final = re.compile(
    "[哪的了着过在是不没这那有和跟与就也都还又再先才只很说讲问看把被给让能会要想得去来到上下出里外前后中人个您你我他她们自本该应一二三四五六七八九十两几半]"
    "|今天|明天|昨天|什么|怎么|时候|答复|同意|方案|经理|账号|开户行|证据|会计|身份证|复印|环节|紧张|电话|公司|企业|单位|项目"
)
"""Characters that join words, and words rare in what enterprises write, which may be said of any case."""
_POINTS: Final = (
    "(?:市|地区)?(?:[那这](?:[家个件]|一[家件个])|的?(?:企业|厂子?|公司|老板|客户)(?:那|的|老板|说|[，,：:]))"
)
_TOPIC: Final = Regex("(?P<it>[^，,。的那]{1,8}?)(?:的(?:事|问题)|那个|那件)")
"""How words begin that name a subject: 电的事, 消防那个."""
_SEVERAL: Final = Regex(
    "(?:请|麻烦|帮我)?(?:[跟和给对向把])?(?:[这那])?(?:(?P<count>[两二三四五几2-9])|每|各)家(?:企业|公司|厂)?(?:都|各|分别|也)*"
    "(?:回复?|说|讲|告诉|通知|答复|转告)(?:一[下声句])?(?:[\\s，,：:。、]+(?P<words>.*))?",
    re.DOTALL,
)
_COUNTS: Final = {"两": 2, "二": 2, "三": 3, "四": 4, "五": 5} | {str(n): n for n in range(2, 10)}


@dataclass(frozen=True, slots=True)
class Known:
    """What a case is known by: its first words, and the city of its enterprise."""

    words: str
    city: str = ""


@dataclass(frozen=True, slots=True)
class ForSeveral:
    """Words for several enterprises, and how many there are said to be: 0 if that is not said."""

    words: str
    count: int


def others_meant(text: str, held: Known, others: Sequence[Known]) -> list[int]:
    """Return the places of the `others` that `text` speaks of most, and more than of the case in hand."""
    if len(text) > READ_AT_MOST:
        return []
    weights = [_weight(text, one, normalize(held.words)) + _calls(text, one, held) for one in others]
    most = max(weights, default=0)
    if most < ENOUGH or most <= _own_weight(text, held):
        return []
    return [place for place, weight in enumerate(weights) if weight == most]


def said_to_several(text: str) -> ForSeveral | None:
    """Return what several enterprises are to be told: 两家都回一下：在办; None for what is said to one."""
    found = _SEVERAL.fullmatch(text.strip())
    return None if found is None else ForSeveral(found["words"] or "", _COUNTS.get(found["count"] or "", 0))


def _weight(text: str, one: Known, own: str) -> int:
    """How much `text` says of a case that it does not say of the one in hand, whose words are `own`."""
    shared = {words for words in stretches(text, one.words) if words not in own}
    alike = _ideas(one.words) & _ideas(text) - _ideas(own) - _ideas(" ".join(shared))
    weight = sum(map(_weigh, shared)) + bool(alike)
    topic = _TOPIC.match(text)
    is_topic = topic is not None and topic["it"] in one.words and topic["it"] not in own
    return weight + (ENOUGH if is_topic else bool(alike and topic))


def _own_weight(text: str, held: Known) -> int:
    known_by = _ideas(held.words) & _ideas(text)
    return max(2 * bool(known_by), sum(map(_weigh, stretches(text, held.words))))


def _calls(text: str, one: Known, held: Known) -> int:
    """How much it says that the city of one case's enterprise is pointed at: 大连那家."""
    is_other = bool(one.city) and one.city != held.city and one.city not in held.words
    return CITY if is_other and re.search(re.escape(one.city) + _POINTS, text) else 0


@lru_cache(maxsize=1024)
def _weigh(words: str) -> int:
    """How much a stretch of words says about which case is meant."""
    weight = 0
    for word in _known_in(words):
        weight += 1 if _COMMON.fullmatch(word) else ENOUGH
        words = words.replace(word, " ")
    parts = _PLAIN.sub(" ", words).split()
    return weight + max((_rarity(pair) for part in parts for pair in map(add, part, part[1:])), default=0)


def _known_in(words: str) -> list[str]:
    """Return the words of our lexicon and the common ones, the longest first and none within another."""
    known, found = default_classifier().vocabulary.ideas, list[str]()
    for length in (4, 3, 2):
        said = (word for word in slices(words, length) if not any(word in longer for longer in found))
        found += [word for word in said if word in known or _COMMON.fullmatch(word)]
    return found


def _rarity(pair: str) -> int:
    vocabulary = default_classifier().vocabulary
    row = vocabulary.rows.get(pair)
    rarity = _RARE if row is None else vocabulary.rarity[row]
    return 2 if rarity >= _RARE else int(rarity >= _UNCOMMON)


@lru_cache(maxsize=256)
def _ideas(text: str) -> frozenset[int]:
    return default_classifier().ideas(_COMMON.sub(" ", text))
