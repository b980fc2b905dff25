"""An official wishes for more time and says why, in free words: 能不能再延几天，领导出差了."""

from typing import Final

from .commands import Command, Order
from .desk_phrases import DAYS, ENDS, MAY, NUMBER, SPLIT, THIS, TO_THEM
from .regex import Regex
from .text import normalize

_MORE_TIME: Final = Regex(
    f"(?:{MAY}|{THIS}|我们?|领导|这边|办理|办结|时间|期限|时限|把|给|再|多|往后|稍微|先|适当)*"
    f"(?:(?:延[期长后]?|宽限|缓|展期|推[后迟])(?P<days>{DAYS}|一?段时间|一阵子?)|延期|延长|宽限|展期)"
    "(?:一?下|一些|点)?(?:的?(?:时间|期限|时限|办理))?(?:吗|吧|么|呢|啊|行吗|好吗|可以吗|行不行|可不可以|好不好)?"
)
"""A wish for more time, beside which a reason may stand: 能不能再延几天，领导出差了."""
COUNTED: Final = Regex(r"(?:\d{1,3}|[一二两三四五六七八九十]{1,3})个?(?:工作日|天|日)")
_DROPPED: Final = Regex("(?:那|先|就|还是)*(?:算了|不延|不用延|不申请|不需要延|取消|先不)")
_WITH_REASON: Final = 60
"""Characters of the longest wish for more time, its reason with it."""


def wish_for_more(text: str) -> Order | None:
    """A wish for more time with its reason before or behind it; none of what is said to the enterprise."""
    if len(text) > _WITH_REASON or TO_THEM.search(text):
        return None
    found = NUMBER.search(normalize(text))
    clauses = [each for each in SPLIT.split(normalize(text).strip(ENDS)) if each]
    wishes = [_MORE_TIME.fullmatch(NUMBER.sub("", each).strip(ENDS)) for each in clauses]
    found_wishes = [one for one in wishes if one is not None]
    if len(found_wishes) != 1:
        return None
    counted = COUNTED.fullmatch(found_wishes[0]["days"] or "")
    reason = "，".join(
        each for each, one in zip(clauses, wishes, strict=True) if one is None and not NUMBER.fullmatch(each)
    )
    rest = f"{counted[0]} {reason}" if counted else reason
    return Order(Command.EXTEND, found[1] if found else None, rest.strip())


def speaks_to_them(text: str) -> bool:
    """Whether words are said to somebody politely, as officials speak to an enterprise and not to us."""
    return TO_THEM.search(normalize(text)) is not None


def is_dropped(text: str) -> bool:
    """Whether somebody whom we asked how long wants no more time: 算了，不延了."""
    return _DROPPED.match(normalize(text)) is not None
