"""What officials say of visits: on which day one was, by the head of its note; and that there was one."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from .regex import Regex
from .text import normalize

READ_AT_MOST: Final = 24
"""Characters at the head of a note in which its day stands."""
LONGEST: Final = 80
"""Characters of a sentence that may tell of a visit without its word."""

_WEEK: Final = 7
_WEEKDAYS: Final = "一二三四五六日"
_NEAR: Final = {"大前": 3, "前": 2, "昨": 1, "今": 0, "明": -1, "后": -2, "大后": -3}
_PART: Final = "(?:一?[早上中下]午?|早上|晚上|傍晚|上午|中午|下午)?"
_LEAD: Final = "(?:我们?|俺们?|于|在|是|约|定|准备|打算|计划)*"
_DAY: Final = Regex(
    f"{_LEAD}(?:(?P<near>大前|前|昨|今|明|大后|后)[天日儿晚早]"
    "|(?P<which>上上|上|本|这|下)?个?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])"
    "|(?P<ago>\\d{1,2}|[一两二三四五六七八九十])天(?P<side>前|后|以前|之前|以后|之后)"
    "|(?:(?P<year>20\\d\\d)[年./-])?(?P<month>1[0-2]|0?[1-9])[月./-](?P<day>3[01]|[12]\\d|0?[1-9])(?!\\d)[日号]?"
    f"|(?P<only>3[01]|[12]\\d|[1-9])[日号](?!楼|车间|线|厂房|机|门|院|地)){_PART}"
)
_COUNTS: Final = {
    "一": 1,
    "两": 2,
    "二": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "十": 10,
}
_LATE: Final = timedelta(days=180)
"""A date without its year that lies further ahead is one of the year before."""

_WENT: Final = Regex(
    "走访(?!计划|方案|安排|通知|时间)|[走去到回]访了|去了|去过|到了|看望了?|去看[了过]|到访了?"
)
_PAST: Final = Regex("昨[天日]|前[天日]|今[天日]|上午|下午|刚才?|上周|上个?星期|周[一二三四五六日]|走访")
_TO_THEM: Final = Regex("[您你]|贵(?:公司|企业|单位|厂|方|司|店|院)|材料|法院|窗口|部门|局[里去]?")


_HERE: Final = Regex(
    "走访(?:了|过|一下|企业|，|,|$|：|:|。)|走访.{0,6}企业|调研[了，,]|到企业调研|下企业了?|(?:去|到|来)(?:了|过)?(?:企业|厂里|厂区|公司|现场|车间)(?:看|走|转|了解|调研|实地|查|见)[^看一]*(?:看了|看过|了|过|$|，|,)|(?:去|到)了?(?:企业|厂里|公司|现场)(?:了|走了|看了)"
    "|(?:现场|实地)(?:看|查看|走访|走|核查|勘查)(?:了|过)|(?:去|走|跑)了一趟|(?:去|到)过(?:企业|厂里?|公司|现场)|(?:到|去|在)(?:车间|厂里|现场)(?:转|走)了|从(?:企业|厂里|公司|现场)(?:刚)?回来|(?:记|登记|记录).{0,4}走访"
)
_NOT_YET: Final = Regex(
    "[明后]天|下[周月]|准备|打算|计划|将|要去|想去|再去|已?[请让安派].{0,6}(?:去|到|现场|局|委|厅|部门)|[局委厅队]|是否|吗|方案|通知"
)


_SENTENCE: Final = re.compile(r"[^。；;!！\n]+[。；;!！]?")
_CLAUSE: Final = re.compile(r"[^，,]+[，,]?")
_TROUBLE: Final = Regex(
    "诉求|希望|要求|困难|难题|问题|缺|欠|拖|[不没未][给批办兑返到能让通]|卡[在着住了]|太慢|太贵|堵|停[产电水工]|急需|需要|解决|投诉"
    "|侵权|[批办兑要拿]不|假冒|仿冒|纠纷|难|不足|不够|紧张|受阻|反复|跑了.{1,4}趟"
)
_TELLING: Final = Regex(
    "昨|前天|今天|上午|下午|上周|周[一二三四五六日]|[去到]了|去过|走访|看了|看望|参观|座谈|听取|了解|见了|陪同|订单|产值|产能|生产|形势"
    "|势头|发展|效益|营收|员工|老板|负责人|企业"
)


@dataclass(frozen=True, slots=True)
class VisitDay:
    """The day that a note begins with; None for one that does not exist."""

    day: date | None


def visit_day(note: str, today: date) -> VisitDay | None:
    """Return the day at the head of a note, None if it begins with none."""
    found = _DAY.match(normalize(note[:READ_AT_MOST]).replace(" ", ""))
    return None if found is None else VisitDay(_meant(found, today))


def tells_of_visit(text: str) -> bool:
    """Whether a sentence sounds as if somebody had been at an enterprise. Time is bounded."""
    if len(text) > LONGEST or _WENT.search(text) is None:
        return False
    return _PAST.search(text) is not None and _TO_THEM.search(text) is None


def tells_of_visit_here(text: str) -> bool:
    """Whether a sentence without a name tells of a visit to the enterprise that is spoken of anyway."""
    plain = normalize(text)
    if len(text) > LONGEST or _HERE.search(plain) is None:
        return False
    return _NOT_YET.search(plain) is None and _TO_THEM.search(plain) is None


def matter_in(note: str) -> str:
    """Return the part of a visit's note that names a matter, without what only tells of the visit.

    The whole note where no part sounds like a matter of its own.
    """
    told = (_matter(sentence.strip()) for sentence in _SENTENCE.findall(note))
    return "\n".join(each for each in told if each) or note


def _matter(sentence: str) -> str:
    if _TROUBLE.search(sentence) is None:
        return ""
    clauses = _CLAUSE.findall(sentence)
    for place, clause in enumerate(clauses):
        if _TROUBLE.search(clause) or not _TELLING.search(clause):
            return "".join(clauses[place:]).strip()
    return sentence


def _meant(found: re.Match[str], today: date) -> date | None:
    if found["near"]:
        return today - timedelta(days=_NEAR[found["near"]])
    if found["weekday"]:
        return _weekday(found["which"], found["weekday"], today)
    if found["ago"]:
        days = _COUNTS.get(found["ago"]) or int(found["ago"])
        return today + timedelta(days=days if "后" in found["side"] else -days)
    if found["only"]:
        return _day_of_month(int(found["only"]), today)
    return _dated(found, today)


def _weekday(which: str | None, weekday: str, today: date) -> date:
    """A day of a named week; without one the last such day, as a visit lies behind who notes it."""
    number = _WEEKDAYS.index(weekday.replace("天", "日"))
    if which is None:
        return today - timedelta(days=(today.weekday() - number) % _WEEK)
    weeks = 1 if which == "下" else -which.count("上")
    return today + timedelta(days=number - today.weekday() + weeks * _WEEK)


def _day_of_month(day: int, today: date) -> date | None:
    """Such a day of this month or of the one before, whichever is nearer."""
    before = today.replace(day=1) - timedelta(days=1)
    days = [_existing(each.year, each.month, day) for each in (today, before)]
    return min((one for one in days if one is not None), key=lambda one: abs(one - today), default=None)


def _dated(found: re.Match[str], today: date) -> date | None:
    month, day = int(found["month"]), int(found["day"])
    if found["year"]:
        return _existing(int(found["year"]), month, day)
    this = _existing(today.year, month, day)
    return _existing(today.year - 1, month, day) if this and this - today > _LATE else this


def _existing(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
