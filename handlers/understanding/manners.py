"""What enterprises say about being disturbed: quiet hours, how many messages a day, who came today.

Pure. Text in, meaning out; whole messages only, as a longer text describes a matter.
"""

import re
from dataclasses import dataclass
from typing import Final

from handlers.understanding.regex import Regex
from handlers.understanding.text import normalize
from models.rules.disturbance import Quiet

NEVER: Final = Quiet(0, 0)
"""No quiet hours at all."""

_NUMERALS: Final = {numeral: n for n, numeral in enumerate("零一二三四五六七八九十")} | {
    "两": 2,
    "十一": 11,
    "十二": 12,
}
_NUMBER: Final = "(?:[0-9]{1,2}|十[一二]?|[零一二两三四五六七八九])"


def _time(n: int) -> str:
    """The pattern of one time of day, its groups numbered."""
    return (
        f"(?P<part{n}>(?:每天|每晚|第二天|次日|今晚|晚上?|夜里|夜间|凌晨|早上?|上午|中午|下午)*)"
        f"(?P<hour{n}>{_NUMBER})(?:[:点时](?P<half{n}>半)?(?P<minute{n}>[0-9]{{1,2}})?分?)?"
    )


_SPAN: Final = Regex(f"{_time(1)}(?:-+|—+|–|~+|到|至){_time(2)}(?:不要打扰|别打扰|免打扰|别发)?")
_DAILY: Final = Regex(
    rf"(?:请|以后)?(?:每[天日]|一天)?(?:最多|不超过|至多|只)?(?:给我|给我们)?(?:发|收)?(?P<count>{_NUMBER})条(?:消息|信息|通知)?"
)
_DAILY_SAID: Final = Regex(r"(?:请|以后)?(?:每[天日]|一天)(?:最多|不超过|至多|只).{1,12}")
_OFF: Final = Regex("关|关闭|关掉|不要|不需要|取消|不设")
_AS_USUAL: Final = Regex("默认|恢复默认|恢复|还原")
_AFTER_NOON: Final = ("晚", "夜", "下午")
_NOON: Final = 12
_HOURS: Final = 24

_CLAUSE: Final = (
    "(?:(?:有没有人|有没有|有人|有谁|谁|还有谁)(?:来)?(?:过来)?"
    "(?:烦|打扰|打搅|骚扰|麻烦|帮助?|帮忙|帮着?办?|给)[过了着]?(?:我们|我|咱们|本企业)?(?:的忙|办事儿?|办过?事儿?|的事儿?)?"
    "|(?:我们?|咱们?|企业)?被(?:人)?(?:烦|打扰|打搅|骚扰)[过了]?(?:几次|几回|多少次|多少回)?)"
    "(?:没有|了没|吗|么|没|了|呢|呀|啊)*"
)
_DAY: Final = "今天|今日|今儿个?|昨天|昨日|昨儿个?"
_DAY_LAST: Final = Regex(rf"(?P<rest>.+?)(?P<day>{_DAY})")
_ASKED: Final = Regex(
    rf"(?P<day>{_DAY})(?:到底|究竟|一天|都)?{_CLAUSE}"
    rf"(?:[,、;/ ]|还是|和|也|又|再|以及)*(?:{_CLAUSE}|[帮烦]过?我们?)?"
)
_ASKED_ANY_DAY: Final = Regex(
    "(?:是)?(?:有没有人|有谁|谁)(?:来|总|老|又|还|一直|在)*(?:烦|打扰|骚扰|打搅)[过了着]?(?:我们?|咱们?)(?:了|呀|啊|呢|没有|吗)?"
)
_NO_NIGHT: Final = Regex(
    "(?:请|麻烦|能不能|以后|领导|你们)*(?:晚上|夜里|半夜|夜间|大晚上|大半夜|下班后?|下班以后|休息时间)(?:就|请|能不能|可以|都|再)*"
    "(?:别|不要|不想|勿|不用|甭|少)(?:再|老|总|给我|来)*(?:发|打扰|吵|烦|推送|收到?)(?:我们?)?(?:消息|信息|通知|微信|东西)?(?:了|吧|啊|呀)?(?:谢谢)?"
)
_FROM_THEN_ON: Final = Regex(
    f"(?:请|麻烦|以后)*{_time(1)}(?:以后|之后|后)(?:就|请|都)*(?:别|不要|勿|不用|甭)(?:再|老|给我|来)*"
    "(?:发|打扰|推送|联系|吵)(?:我们?)?(?:消息|信息|通知|微信)?(?:了|吧|谢谢)*"
)
_NO_QUIET: Final = Regex("(?:取消|关闭|关掉|解除|不要|不用)免打扰(?:时段)?(?:了|吧)?")
NIGHT: Final = Quiet(19 * 60, 8 * 60)
"""What who wants no messages at night asks for: from seven in the evening to eight."""
_NIGHT_UP_TO: Final = 24
_LONGEST: Final = 40
_PEACE_WORD: Final = Regex("烦|扰|退订|取消订阅|取消推送|发|联系|推送|[tT][dD]|别来")
_FED_UP: Final = "(?:烦死了?|烦死人了?|太烦了?|真烦|很烦|烦人|烦|受不了了?|吵死了?|太多了?|没完没了)"
_PEACE: Final = Regex(
    f"(?:{_FED_UP}的?)?(?:请|麻烦|求求|你们?|您们?|能不能|可不可以|以后|今后|从现在起|天天|周末|双休日?|休息日|节假日|假期|放假|周[六日]|领导|就|都|这个号|平台)*"
    "(?:别|不要|不用|不想|勿|甭|停止|少)(?:再|老|总|天天|一直|来|给|跟|向|再来|每天)*(?:我们?|咱们?|俺)?(?:再|老|总|天天|一直|乱)*"
    "(?:收到?|发|推送?|烦|打扰|骚扰|打搅|联系|吵)(?:我们?|咱们?|俺)?(?:消息|信息|通知|微信|推送|东西|短信|这些)?"
    "(?:给(?:我们?|咱们?))?(?:了|吧|啊|呀|行吗|好吗)*"
    f"(?:我?{_FED_UP})?|(?:我要|要|我想)?(?:退订|取消订阅|取消推送)(?:消息|通知)?(?:吧|了)?|td"
)


@dataclass(frozen=True, slots=True)
class Wish:
    """What an enterprise asks of us; None leaves that half as it is. `as_usual`: both as for everybody."""

    quiet: Quiet | None = None
    budget: int | None = None
    as_usual: bool = False


def wish_in(text: str) -> Wish | None:
    """Return what the words after `免打扰` ask for, or None if they are none we understand."""
    said = _plain(text)
    if _OFF.fullmatch(said):
        return Wish(quiet=NEVER)
    if _AS_USUAL.fullmatch(said):
        return Wish(as_usual=True)
    daily = _DAILY.fullmatch(said)
    if daily is not None:
        return Wish(budget=_number(daily["count"]))
    span = _SPAN.fullmatch(said)
    quiet = None if span is None else _quiet(span)
    return None if quiet is None else Wish(quiet=quiet)


def daily_wish(text: str) -> Wish | None:
    """Return what a whole message asks for that says how many messages a day: 每天最多两条."""
    if len(text) <= _NIGHT_UP_TO:
        said = _plain(text)
        if _NO_NIGHT.fullmatch(said):
            return Wish(quiet=NIGHT)
        if _NO_QUIET.fullmatch(said):
            return Wish(quiet=NEVER)
        begins = _evening(said)
        if begins is not None:
            return Wish(quiet=Quiet(begins, NIGHT.ends))
    if "条" not in text or len(text) > _LONGEST or not _DAILY_SAID.fullmatch(_plain(text)):
        return None
    return wish_in(text)


def wants_peace(text: str) -> bool:
    """Whether a whole message asks that we write less, or not at all: 别老给我发消息，烦死了; 退订."""
    if len(text) > _NIGHT_UP_TO or not _PEACE_WORD.search(text):
        return False
    return _PEACE.fullmatch(_plain(text)) is not None


def asks_about_day(text: str) -> str | None:
    """Return `today` or `yesterday` if a message asks who bothered or helped then, and nothing else."""
    first = text.strip()[:1]
    if len(text) > _LONGEST or first not in {"今", "昨", "谁", "有", "是"}:
        return None
    said = normalize(text).rstrip("?。!~ ")
    if first in {"谁", "有", "是"}:
        if _ASKED_ANY_DAY.fullmatch(said):
            return "today"
        last = _DAY_LAST.fullmatch(said)
        if last is None:
            return None
        said = last["day"] + last["rest"]
    asked = _ASKED.fullmatch(said)
    if asked is None:
        return None
    return "today" if asked["day"].startswith("今") else "yesterday"


def _plain(text: str) -> str:
    return re.sub(r"[\s。!,;]+", "", normalize(text))


def _evening(said: str) -> int | None:
    """The minute of an afternoon or evening after which nothing shall come, if only that is said."""
    found = _FROM_THEN_ON.fullmatch(said)
    begins = None if found is None else _minute(found, 1)
    return begins if begins is not None and begins >= _NOON * 60 else None


def _quiet(span: re.Match[str]) -> Quiet | None:
    first, second = _minute(span, 1), _minute(span, 2)
    return None if first is None or second is None else Quiet(first, second)


def _minute(span: re.Match[str], n: int) -> int | None:
    """The minute of the day that one of the two times names; None if there is no such time."""
    hour, minute = _number(span[f"hour{n}"]), int(span[f"minute{n}"] or 0)
    if span[f"half{n}"]:
        minute = 30
    if any(part in span[f"part{n}"] for part in _AFTER_NOON) and hour <= _NOON:
        hour += _NOON
    if hour > _HOURS or minute > 59 or (hour == _HOURS and minute):  # noqa: PLR2004 -- minutes of an hour
        return None
    return hour % _HOURS * 60 + minute


def _number(said: str) -> int:
    return int(said) if said.isdigit() else _NUMERALS[said]
