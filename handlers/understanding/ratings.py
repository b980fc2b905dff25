"""How content somebody is, in their own words, while we have asked: 结果满意，态度一般; 办得挺快的.

A closed vocabulary: where more is said than that, it is no rating, and what else it is is for others.
"""

import re
from dataclasses import dataclass
from typing import Final

from models.rules.satisfaction import Rating

from .intents import Intent, intent_of
from .regex import Regex
from .text import normalize

LONGEST: Final = 30
"""Characters of the longest answer."""
_SLACK: Final = 2
"""Characters beside the vocabulary."""

_BAD: Final = (
    "不(?:太|是很|是太|怎么|大|够|很)?(?:满意|好|行|满|及时|耐烦|热情|负责|专业|认真|样|到位|耐心|咋样)|不咋样|差评?|糟糕?|慢|垃圾"
    "|失望|敷衍|推[诿脱]|冷[淡漠]|凶|恶劣|[一二12]颗?[星分]|爱[答搭]不理|磨蹭|拖拉"
)
_MILD: Final = (
    "一般般?|还行|还?可以|还好|凑[合活]|中[评等]|基本(?:满意)?|马马虎虎|过得去|就那样|勉强|[三四34]颗?[星分]"
    "|还?算满意|比较满意"
)
_GOOD: Final = (
    "非常满意|满意|好评|[五5]颗?[星分]|不错|优秀?|棒|赞|热情|及时|快|周到|耐心|负责|给力|到位|专业|认真|客气|高效"
    "|没[得的]说|没毛病|好"
)
_WORD: Final = Regex(f"(?P<bad>{_BAD})|(?P<mild>{_MILD})|(?P<good>{_GOOD})")
_BESIDE: Final = re.compile(
    "结果|态度|服务|办事|效率|速度|这次|这回|整体|总体|总的来说|说实话|他们|你们|领导|工作人员|同志|电话|联系|打得|回复|答复"
    "|办[理得的]?|处理|解决|感觉|觉得|比较|有点|非常|特别|十分|但是?|不过|就是?|[我对的得了吧啊呀挺很还都也真太这那个件事给蛮打人点些是算呢哦嗯]"
)
_WARMLY: Final = Regex("[很挺真太都]好|非常好|不错")
"""What of a courtesy is more than one: 好的 only says that it was read."""
_CLAUSE: Final = re.compile(r"[\s，,。.；;！!、~～]+|但是?|不过|就是|可是")
_MANNERS: Final = Regex("态度|热情|耐[心烦]|及时|电话|联系|他们|人员|冷|凶|客气|敷衍|理")
_TREATED: Final = Regex("态度|热情|耐心|客气")
_RESULT: Final = Regex("结果|解决")


@dataclass(frozen=True, slots=True)
class Rated:
    """What was said of the result and of the manner; None where nothing was."""

    result: Rating | None = None
    attitude: Rating | None = None


def rated_in(text: str, *, of_manners: bool = False) -> Rated | None:
    """Return the ratings that `text` gives and nothing else says, None if it is anything more or less.

    What names neither the result nor the manner is of what was asked: the result, or with `of_manners` that.
    """
    if len(text) > LONGEST:
        return None
    said = normalize(text)
    if intent_of(text) in {Intent.THANKS, Intent.GREETING} and not _WARMLY.search(said):
        return None
    if len(re.sub(r"[\W_]+", "", _BESIDE.sub("", _WORD.sub("", said)))) > _SLACK:
        return None
    found: dict[bool, list[Rating]] = {True: [], False: []}
    for clause in _CLAUSE.split(said):
        is_manners = bool(_MANNERS.search(clause)) or (of_manners and not _RESULT.search(clause))
        found[is_manners] += [_rating(word) for word in _WORD.finditer(clause)]
    if not any(found.values()):
        return None
    return Rated(_together(found[False]), _together(found[True]))


def names_manners(text: str) -> bool:
    """Whether words name how somebody was treated, and not only how it went."""
    return _TREATED.search(text) is not None


def _rating(word: re.Match[str]) -> Rating:
    if word["bad"]:
        return Rating.DISSATISFIED
    return Rating.FAIRLY if word["mild"] else Rating.SATISFIED


def _together(given: list[Rating]) -> Rating | None:
    """One rating of several words; where they differ it is neither the best nor the worst."""
    if not given:
        return None
    return given[0] if len(set(given)) == 1 else Rating.FAIRLY
