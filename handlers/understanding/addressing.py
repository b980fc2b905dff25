"""To which case an official's words are addressed: by a number, or by an enterprise's name as people say it.

Only what stands in the words; whose numbers and names they are is for the caller.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from config import catalog

from .regex import Regex
from .text import normalize

READ_AT_MOST: Final = 400
SHORTEST: Final = 2
"""Characters of the shortest name that an enterprise is called by."""

_DIGITS: Final = "[0-9０-９]"
_UNIT: Final = (
    r"(?!\s*(?:[.．]?[0-9０-９]|[万亿千百元块年月日度吨平亩米个台人户家次套份页张天%％倍片件双只瓶箱]"
    r"|号文|公[里斤顷]|千瓦|kw|kva|美元|人民币|[-—~～/:：,，]\s*[0-9０-９]))"
)
"""What does not follow a ticket's number: an amount, a date, more digits."""
_LEADING: Final = re.compile(
    rf"\s*+(?:请|麻烦)?(?:回复|回覆|答复|转告|告诉|发给|关于|回|给|告|对|致|跟)?\s*+(?>编号|诉求|单号|no\.?|[#＃])*\s*+[:：]?\s*+"
    rf"(?P<number>{_DIGITS}{{4,15}}){_UNIT}\s*+(?>号|[这那][个件家]|的?企业|的?诉求)*(?P<gap>[\s:：,，。、;；\-—]*)(?P<rest>.*)",
    re.DOTALL | re.IGNORECASE,
)
_ANYWHERE: Final = re.compile(
    rf"(?P<mark>(?:编号|诉求|单号|no\.?|[#＃])\s*[:：]?\s*)?(?<![0-9０-９.．,])(?P<number>{_DIGITS}{{4,8}}){_UNIT}",
    re.IGNORECASE,
)
_OTHER_FIGURE: Final = re.compile(
    r"(?:打|拨|电话|热线|致电|尾号|手机|微信|qq|账号|帐号|卡号|代码|邮编|房间?|发票号?|车牌|型号|[a-z〔\[（(第共约计付款价额金达超近余为是到有至差欠补缴贷-][:：]?)\s*$",
    re.IGNORECASE,
)
"""What stands before digits that are no ticket's number."""
HOTLINES: Final = frozenset(
    {"12309", "12315", "12329", "12333", "12345", "12348", "12366", "12369", "12381", "12388"}
)
"""The public's telephone numbers that people complain about, or of having rung."""
_JOIN: Final = r"(?:\s*(?:[,，、/;；]|和|跟|与|及|还有)\s*|\s+)"
_RUN: Final = re.compile(
    rf"(?<![0-9０-９.．,，]){_DIGITS}{{4,8}}(?:{_JOIN}(?:编号|[#＃])?{_DIGITS}{{4,8}})+(?![0-9０-９.．])"
)
"""Numbers in a row: 1010、1029 or 1010 1029."""
_EACH: Final = re.compile(f"{_DIGITS}{{4,8}}")
_HEAD_RUN: Final = re.compile(
    rf"\A\s*(?:请|麻烦)?(?:回复|回覆|答复|转告|告诉|发给|关于|给|告|对|跟)?\s*(?:编号|[#＃])?{_DIGITS}{{4,8}}(?:{_JOIN}(?:编号|[#＃])?{_DIGITS}{{4,8}})+"
    r"\s*(?:号|[这那]?(?:[两二三四几]|\d)?[个件家]|都|的?企业|的?诉求)*[\s:：,，。,、;；\-—]*"
)
_TELL_CLAUSE: Final = re.compile(
    rf"(?:^|(?<=[,，。;；]))\s*(?:请|再|还|也)?(?:给|跟|和|向|对|通知|告诉)?\s*(?:编号|[#＃])?{_DIGITS}{{4,8}}(?![0-9０-９])(?:号|[这那][个件家]|的?企业)*"
    r"(?:也|都|先|一起|同样)*(?:[说讲告通回]\w{0,4})?\s*(?:[,，。:：;；]\s*|$)"
)
_ALL: Final = "每一件都各发一份吧。"
_TO_ALL: Final = Regex(
    "(?:每一?[件家]|[两三四几]?[件家])?(?:都|各|分别|全)(?:各|要)?(?:发|是|告诉|说)(?:一[份下遍])?(?:吧|的)?[。.]?"
)
_PHONE: Final = Regex(r"1[3-9]\d{9}|0\d{9,11}")

_KIND: Final = Regex(
    "(?:股份|集团)?(?>有限责任公司|股份有限公司|有限公司|集团公司|总公司|公司|合作社|集团|工厂|厂|店|经营部|中心|事务所)+(?:[（(].*[）)])?$"
)
_PLACE_KIND: Final = "(?:省|市|县|区|自治县|新区|开发区|高新区|示范区)?"
_CALLED: Final = "(?=那|这|的|家|公司|企业|厂|老板|[，,:：、]|$)"
_BEFORE: Final = "(?:^|不?是|对|回复|回覆|答复|告诉|转告|发给|关于|给|回|跟|和)"
_LEAD_IN: Final = "^(?:请|麻烦)?(?:回复|回覆|答复|转告|告诉|发给|关于|回|给|跟)?\\s*"


@dataclass(frozen=True, slots=True)
class Numbered:
    """A number that words begin with, and the words without it."""

    number: str
    rest: str
    is_apart: bool = field(default=False, compare=False)
    """Whether a sign or a blank stands between them."""


def leading(text: str) -> Numbered | None:
    """Return the number that `text` is addressed to: `1029：…`, `回1029 …`, `给编号1029的企业，…`."""
    found = _LEADING.fullmatch(text[: 20 * READ_AT_MOST])
    if found is None:
        return None
    number = normalize(found["number"])
    if _PHONE.fullmatch(number):
        return None
    return Numbered(
        number, found["rest"].strip(), is_apart=bool(found["gap"]) and bool(found["rest"].strip())
    )


def is_marked(text: str) -> bool:
    """Whether a word says of digits in `text` that they are a ticket's number: 编号1029, #1029."""
    return any(found["mark"] for found in _ANYWHERE.finditer(text[:READ_AT_MOST]))


def without_numbers(text: str, numbers: Iterable[str]) -> str:
    """Return words without these numbers and the little that belongs to each: 编号1029那件的."""
    for number in numbers:
        text = re.sub(
            rf"(?:编号|诉求|单号|no\.?|[#＃])*\s*[:：]?\s*(?<!{_DIGITS}){_wide(number)}(?!{_DIGITS})\s*"
            r"(?:号|[这那][个件])*\s*[:：]?",
            "",
            text,
            count=1,
            flags=re.IGNORECASE,
        )
    return text.strip(" ，,。:：、和跟与")


def _wide(number: str) -> str:
    """Match digits as a Chinese keyboard writes them too."""
    return "".join(f"[{digit}{chr(ord(digit) + 0xFEE0)}]" for digit in number)


def mentioned(text: str) -> list[str]:
    """Return the digits in `text` that look like a ticket's number: no amount, date or telephone."""
    said = text[:READ_AT_MOST]
    return [
        normalize(found["number"])
        for found in _ANYWHERE.finditer(said)
        if found["mark"] or not _OTHER_FIGURE.search(said[max(0, found.start() - 6) : found.start()])
    ]


def digits(text: str) -> list[str]:
    """Return all digits in `text` that could be a ticket's number, amounts aside."""
    if _EACH.search(text) is None:
        return []
    return [normalize(found["number"]) for found in _ANYWHERE.finditer(text[:READ_AT_MOST])]


def rows(text: str) -> list[str]:
    """Return the numbers that stand in a row, as nobody writes amounts: 1010、1029这两件."""
    if _EACH.search(text) is None:
        return []
    return [
        normalize(found[0]) for run in _RUN.finditer(text[:READ_AT_MOST]) for found in _EACH.finditer(run[0])
    ]


def is_each(text: str) -> bool:
    """Whether somebody wants words to go to every case that was named."""
    return len(text) <= len(_ALL) and _TO_ALL.fullmatch(text.strip()) is not None


def without_list(text: str) -> str:
    """Return words for several cases without the numbers at their head or in clauses of their own."""
    return _TELL_CLAUSE.sub("", _HEAD_RUN.sub("", text, count=1)).strip()


@lru_cache(maxsize=1024)
def brand(name: str) -> str:
    """Return what is an enterprise's own in its name: without the place before it and the kind behind it."""
    bare = _KIND.sub("", name.strip())
    places = "|".join(sorted(map(re.escape, _places()), key=len, reverse=True))
    own = re.sub(f"^(?:(?:{places}){_PLACE_KIND})+", "", bare)
    return own if len(own) >= SHORTEST else bare


def names(text: str, name: str) -> str:
    """Return the longest piece of `text` that calls an enterprise by name, empty if it is not called.

    Three characters of its own name are enough anywhere; two where an address or a company is named.
    """
    said, own = text[:READ_AT_MOST], brand(name)
    for length in range(len(own), 2, -1):
        if own[:length] in said:
            return own[:length]
    short = re.escape(own[:SHORTEST])
    is_called = len(own) >= SHORTEST and re.search(f"{_BEFORE}\\s*{short}{_CALLED}", said)
    return own[:SHORTEST] if is_called else ""


def is_named(text: str, name: str) -> bool:
    """Whether an enterprise is named anywhere in words, by the first two characters of its own at least."""
    own = brand(name)
    return len(own) >= SHORTEST and own[:SHORTEST] in text[:READ_AT_MOST]


def without(text: str, called: str) -> str:
    """Return words without the name they begin with, where it stands apart from the rest as an address."""
    apart = re.compile(
        f"{_LEAD_IN}[^，,。:：\\s]{{0,6}}?{re.escape(called)}"
        "(?:[^，,。:：\\s]{0,8}?(?:公司|企业|厂))?(?:[那这][个家件边]?(?:企业|公司|事)?|的)?[\\s，,:：、。]+(?=\\S)"
    )
    return apart.sub("", text, count=1)


@lru_cache(maxsize=1)
def _places() -> frozenset[str]:
    return frozenset(
        name
        for region in catalog.regions().values()
        for name in (region.name, region.short)
        if len(name) >= SHORTEST
    )
