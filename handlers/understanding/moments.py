"""Since when something has been so: words and today in, a span of days out. Pure.

A vague moment is the span of days that its words allow: 2019年5月 is the whole month, 拖了两年多 from under
three to two years ago, 三年了 half a year to either side of three. By when something is wanted: `deadlines`.
"""

from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Final

from .durations import lasted
from .features import READ_AT_MOST
from .past import Dated, Span, dates_in
from .regex import Regex
from .text import normalize

__all__ = ["Span", "delivery", "since"]

_PAUSE: Final = ",。;!?\n、"
_CLAUSE: Final = 24
"""Characters to either side of a date within which its clause may tell what happened then."""
_LONGEST_MONTH: Final = 31

_BEGUN: Final = Regex("[^,。;!?]{0,4}?以来|以后|之后|起|开始|至今|到现在|到今天|到目前|迄今|就(?:一直|没|不)")
_FROM: Final = Regex(r"(?:从|自|自从|打)\s?$")
_OWING: Final = (
    "欠|拖|没[给付结还发有到批办]|未[付结给发支收到办批能]|不[给付结还发]|压着|扣|就该|应该|应付|答应|承诺"
    "|停|断|卡|到期|跳闸|漏|坏|侵权|仿冒|抢注|着火|起火|塌|发生|不通|进水"
)
_DELIVERING: Final = (
    "验收|交付|竣工|完工|交货|供货|供完|送货|送到|送完|送的(?!礼)|发货|交工|交房|投入使用|通车|签收"
    "|安装完|装完|干完|做完|供的"
)
_MATTER: Final = Regex(f"{_OWING}|{_DELIVERING}")
_DELIVERED: Final = Regex(_DELIVERING)
_NOT_YET: Final = "没有?|未|尚未|不能|无法|不让|拒绝|应|应该|应当|计划|约定|预计|要求|准备|将|等"
_UNDELIVERED: Final = Regex(
    rf"(?:{_NOT_YET})[^,。;!?]{{0,4}}?(?:{_DELIVERING})"
    rf"|(?:{_DELIVERING})(?:不了|不合格|未通过|没通过|前|之前)"
)
_FOUNDING: Final = (
    "成立|创办|创建|注册(?!商标)|建厂|办厂|投产|出生|开业|入驻|落户|创业|毕业|退伍|下岗|起家|进驻"
    "|来到|返乡|引进"
)
_FOUNDED: Final = Regex(rf"(?:{_FOUNDING})")
_FOUNDED_ON: Final = Regex(rf"(?:{_FOUNDING}|始建)(?:时间|日期)?(?:为|是|于|在|:)?\s?$")
_STILL: Final = Regex("至今|到现在|一直|没|未|不给|不退|逾期|拒|不下来|办不|拖|欠|还是不")
_ANY: Final = 3
"""The rank of a day of which nothing is said: it counts only if something is not done since."""
_PAPER: Final = Regex(
    r"\s?(?:度|版|修订|第|届|级|产|款|生(?!效|产)|号文|起?(?:正式)?(?:施行|实施|颁布|出台|印发"
    r"|发布)|[^,。;!?]{0,6}(?:号文|规划|条例|办法))"
)
_AHEAD: Final = Regex(r"\s?(?:就|又)?(?:(?:之|以)?前|到期|截止|要|必须|得)")
_NUMBERED: Final = Regex(r"(?:编号|号码|文号|单号|合同号|\d[-/])(?:为|是|:)?\s?$")
_EARLIER: Final = Regex("签|合同|中标|租|承包|承接|购买|买的?|申请|招标|立项")
"""What begins before anything can be owed: such a date is taken only if there is no better one."""


def since(text: str, today: date) -> Span | None:
    """Return since when what `text` tells has been so, None if it does not say.

    What is said to have begun then goes before what happened then, that before how long it has lasted, and
    any other day comes last. The firm's beginnings and the dates of papers are no answer. Never raises.
    """
    plain = normalize(text[:READ_AT_MOST])
    ranked = [(2, span.first, span) for span in lasted(plain, today)]
    last_still = cache(lambda: max((match.start() for match in _STILL.finditer(plain)), default=-1))
    for each in _told(plain, today):
        rank = _rank(plain, each)
        if rank < _ANY or each.end <= last_still():
            ranked.append((rank, each.span.first, each.span))
    return min(ranked, key=lambda each: each[:2])[2] if ranked else None


def delivery(text: str, today: date) -> Span | None:
    """Return when goods, works or services were delivered, by day or month; the last of several."""
    plain = normalize(text[:READ_AT_MOST])
    found = [each.span for each in _told(plain, today) if _is_delivery(plain, each)]
    last = max(found, key=lambda span: span.last, default=None)
    if last is None or (last.last - last.first).days >= _LONGEST_MONTH:
        return None
    return last


def _is_ahead(each: Dated, after: str) -> bool:
    """Whether a day without its year is the coming one: 12月15号到期."""
    return _AHEAD.match(after) is not None and "年" not in each.span.text


def _told(plain: str, today: date) -> Iterator[Dated]:
    for each in dates_in(plain, today):
        before, after = _around(plain, each)
        is_paper = _PAPER.match(plain, each.end) or _NUMBERED.search(before)
        is_founding = _FOUNDED.search(after) or _FOUNDED_ON.search(before)
        if not is_paper and not is_founding and not _is_ahead(each, after):
            yield each


def _rank(plain: str, each: Dated) -> int:
    before, after = _around(plain, each)
    if _FROM.search(before) or _BEGUN.match(after):
        return 0
    if _EARLIER.search(after):
        return _ANY
    return 1 if _MATTER.search(before + after) else _ANY


def _is_delivery(plain: str, each: Dated) -> bool:
    before, after = _around(plain, each)
    if _FROM.search(before):
        return False
    if _DELIVERED.search(after):
        return _UNDELIVERED.search(before + after) is None
    named = _DELIVERED.search(before)
    return named is not None and len(before) - named.end() <= 6 and _UNDELIVERED.search(before) is None  # noqa: PLR2004


def _around(plain: str, each: Dated) -> tuple[str, str]:
    """Return what its clause says before and after a date."""
    before = plain[max(0, each.start - _CLAUSE) : each.start]
    after = plain[each.end : each.end + _CLAUSE]
    first = max(before.rfind(pause) for pause in _PAUSE) + 1
    last = min((place for pause in _PAUSE if (place := after.find(pause)) >= 0), default=len(after))
    return before[first:], after[:last]
