"""How long something has lasted, and how long ago it was: 拖了两年多, 三年了, 半年没发, 三个月前. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from .numerals import number
from .regex import Regex

COUNT: Final = (
    r"\d{1,3}(?:\.\d)?[多几余来]?|[一二两三四五六七八九十]{1,3}[多几余来]?|[俩仨](?=月)|好几|几|大?半"
)
"""A pattern of a count of days, weeks, months or years."""
DAYS: Final = {
    "年": 365.25,
    "载": 365.25,
    "月": 30.44,
    "周": 7.0,
    "星期": 7.0,
    "礼拜": 7.0,
    "天": 1.0,
    "日": 1.0,
}
_LARGEST: Final = Decimal(200)
_UNIT: Final = "年|载|个多?月|(?<=[俩仨])月|周|个?星期|个?礼拜|天"
_MONTHS: Final = r"(?P<months>\d{1,2}|[一二两三四五六七八九十]{1,2})个月"
_LENGTH: Final = rf"(?P<count>{COUNT})(?P<unit>{_UNIT})(?P<half>半)?(?P<more>多)?(?:零?{_MONTHS})?"
_SUFFERED: Final = (
    "拖欠|拖延|拖|欠|等|压|扣|卡|赖|耽误|跑|停|断|投诉|反映"
    "|要|催|找|修路|封|报|审|推|封路|堵|没发|没给|没付|未付|未发"
)
_FROM_US: Final = "(?:了我们?|我们?|着)?"
_ALREADY: Final = "(?:了|已|都)?(?:将?近|快|整整|长达|已经?|有)?"
_CUE: Final = "了|来|以来|都|也|至今|没|未|一直|还[没是不]|不给"
_LASTED: Final = Regex(
    rf"(?P<suffered>(?:{_SUFFERED}){_FROM_US}{_ALREADY})?"
    rf"(?<![\d.第前后]){_LENGTH}(?!算)(?P<still>时间)?(?P<cue>{_CUE})?"
)
_OF_SELF: Final = (
    "成立|经营|开店|创业|办厂|建厂|从事|干|做|开|工作|合作|质保期?|保修期?|有效期|租期|工期|账期"
    "|满|每|近|这|期限|认识|结婚|第"
)
_ABOUT_SELF: Final = Regex(f"(?:{_OF_SELF})[^,。;!?]{{0,5}}$")
AGO: Final = Regex(rf"(?<![\d.第]){_LENGTH}(?:之|以)?前(?!后|途|景)")
_HALF: Final = 0.5


@dataclass(frozen=True, slots=True)
class Span:
    """From the first to the last day that words may mean, both included; `text` is what was said."""

    first: date
    last: date
    text: str


def lasted(plain: str, today: date) -> Iterator[Span]:
    """Yield since when it has been, for each length of time that a normalised text tells of its matter."""
    for match in _LASTED.finditer(plain):
        is_told = match["suffered"] or match["cue"]
        before = plain[max(0, match.start() - 8) : match.start()]
        if is_told and (match["suffered"] or not _ABOUT_SELF.search(before)):
            span = back(match, today)
            if span is not None:
                end = match.start("cue") if match["cue"] else match.end()
                yield replace(span, text=plain[match.start() : end])


def back(match: re.Match[str], today: date) -> Span | None:
    """Return the span of days that lies as long before `today` as a match of a length says."""
    bounds = counted(match["count"])
    if bounds is None:
        return None
    (low, high), unit = bounds, match["unit"]
    is_more = bool(match["more"]) or "多" in unit
    place = _HALF if match["half"] or low < 1 else 1.0
    if match["half"]:
        low, high = low + _HALF, high + _HALF
    size = DAYS[unit.removeprefix("个").removeprefix("多")]
    months = counted(match["months"]) if match["months"] else None
    if months is not None:
        low, high, place = low + months[0] * DAYS["月"] / size, high + months[1] * DAYS["月"] / size, 0.1
    if is_more:
        high += place
    elif low == high and size > 1:
        low, high = max(0.0, low - place / 2), high + place / 2
    try:
        first, last = today - timedelta(days=round(high * size)), today - timedelta(days=round(low * size))
    except OverflowError:
        return None
    return Span(first, last, match[0])


def counted(written: str) -> tuple[float, float] | None:
    """Return from how many to how many a count means; None if it is none, or too large for a time."""
    if written.endswith("半"):
        return (_HALF, 1.0) if written.startswith("大") else (_HALF, _HALF)
    if written in {"几", "好几"}:
        return 2.0, 9.0
    found = number(written)
    if found is None or found.high > _LARGEST:
        return None
    return float(found.low), float(found.high)
