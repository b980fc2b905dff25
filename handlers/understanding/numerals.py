"""Numbers as people write them, exact or vague: 一亿二, 23万6, 三百多万, 十五六, 几十万. Pure.

A vague number is the exact range that its words allow: 多, 余 and 几 reach up to the next of the last place
that was named (三百多万: from 300 to under 400 万), 来 is a tenth either way (二十来万), two digits side by
side are both ends (三五十万).
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from .regex import Regex

_SMALL: Final = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000, "k": 1000}
_BIG: Final = {"万": 10**4, "w": 10**4, "亿": 10**8}
_DIGITS: Final = (
    {digit: n for n, digit in enumerate("零一二三四五六七八九")}
    | {digit: n for n, digit in enumerate("〇壹贰叁肆伍陆柒捌玖")}
    | {"两": 2, "俩": 2, "仨": 3}
)
_TOKEN: Final = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|.")
RUN: Final = (
    r"(?>\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)"
    r"|[1-9](?<![\d十百千].)\d{0,2}(?: \d{3})+(?:\.\d+)?(?=\s?[万亿元圆])"
    r"|\d+(?:\.\d+)?|[" + "".join(_DIGITS) + "几数十拾百佰千仟万亿]"
    r"| (?<=\d )(?=[万亿](?:\s?[元块,。;!?多余]|$))|半(?=个?亿)"
    r"|个(?:(?=亿)(?<=[\d一二两三四五六七八九十几半]个)|(?=w(?![a-z]))(?<=[\d十百千来多余]个))"
    r"|[kw](?<=[\d十拾百佰千仟来多余个].)(?![a-z])|[多余来几](?<=[\d十拾百佰千仟万亿kw].))++"
)
"""A pattern of everything that `number` may be able to read; text must be normalised."""
_TEN: Final = 10
_TENTH: Final = Decimal("0.1")
_HALF: Final = Decimal("0.5")
_ONE: Final = Decimal(1)
_LONGEST: Final = 24
"""Characters of a number; what is longer is none."""
_IDIOM: Final = Regex("[百佰千仟万亿][" + "".join(_DIGITS) + r"\d]")
"""百八十万 is said of anything below a million."""
_SEVERAL: Final = (2, 10)
"""From where to under where 几 reaches."""


@dataclass(frozen=True, slots=True)
class Number:
    """From `low` to `high`, which is not reached itself if `is_open`.

    `scale` is the 万 or 亿 that it ends with, or 1.
    """

    low: Decimal
    high: Decimal
    is_open: bool = False
    scale: int = 1

    def times(self, factor: Decimal | int) -> "Number":
        """Return so many times this number."""
        return Number(self.low * factor, self.high * factor, self.is_open, self.scale)


class _Reader:
    """Reads one number from left to right. Extents of what is vague grow with the units that follow."""

    def __init__(self) -> None:
        self.total = self.section = Decimal(0)
        self.total_extent = self.extent = Decimal(0)
        self.digit: Decimal | None = None
        self.digit_extent = Decimal(0)
        self.is_open = False
        self.about = Decimal(0)
        self.unit = 1
        self.before_unit = _ONE
        self.scale = 1
        self.follows_unit = False

    def read(self, parts: list[str]) -> Number | None:
        if not all(self._take(part) for part in parts):
            return None
        self._rest(is_tail=True)
        low, extent = self.total + self.section, self.total_extent + self.extent
        if low <= 0:
            return None
        off = low * self.about
        return Number(low - off, low + extent + off, self.is_open, self.scale)

    def _take(self, part: str) -> bool:
        if part in _SMALL:
            return self._small(_SMALL[part])
        if part in _BIG:
            return self._big(_BIG[part])
        if part in "多余来几数" and (self.digit is not None or self.follows_unit):
            return self._vague(part)
        return self._digit(part)

    def _digit(self, part: str) -> bool:
        if part == "半" and self.digit is None:
            self.digit = _HALF
            return True
        if part in "几数":
            self.digit, self.digit_extent, self.is_open = Decimal(_SEVERAL[0]), Decimal(8), True
            return True
        if not (part[0].isdigit() and part[0].isascii()) and part not in _DIGITS:
            return False
        value = Decimal(_DIGITS[part]) if part in _DIGITS else Decimal(part.replace(",", ""))
        if self.digit is None:
            self.digit = value
        elif self.digit == 0:
            self.digit, self.follows_unit = value, False
        elif part in _DIGITS and 0 < self.digit < value and self.digit_extent == 0:
            self.digit_extent = value - self.digit
        else:
            return False
        return True

    def _small(self, unit: int) -> bool:
        if self.section and unit >= self.unit and not self.extent:
            return False
        if self.digit is None:
            self.digit = Decimal(1)
        self.section += self.digit * unit
        self.extent += self.digit_extent * unit
        self._named(unit, _ONE)
        return True

    def _big(self, unit: int) -> bool:
        self._rest(is_tail=False)
        if not self.section and not self.total:
            return False
        before = self.section or self.total
        if unit == _BIG["亿"]:
            self.total, self.total_extent = (
                (self.total + self.section) * unit,
                (self.total_extent + self.extent) * unit,
            )
        else:
            self.total, self.total_extent = (
                self.total + self.section * unit,
                self.total_extent + self.extent * unit,
            )
        self.section = self.extent = Decimal(0)
        self._named(unit, before)
        self.scale = unit
        return True

    def _named(self, unit: int, before: Decimal) -> None:
        self.unit, self.before_unit = unit, before
        self.digit, self.digit_extent, self.follows_unit = None, Decimal(0), True

    def _vague(self, part: str) -> bool:
        if self.extent or self.digit_extent or self.about:
            return False
        if part == "来":
            self.about = _TENTH
            return True
        step = _last_place(self.before_unit) * self.unit if self.digit is None else _last_place(self.digit)
        self._rest(is_tail=False)
        self.extent, self.is_open, self.follows_unit = step, True, True
        if not self.section:  # 三万多, 百万余: what is vague stands under the 万 already
            self.total_extent, self.extent = step, Decimal(0)
        return True

    def _rest(self, *, is_tail: bool) -> None:
        """Add a digit that no unit followed: of 一亿二 and 23万6 the next place, of 一亿零二 itself."""
        if self.digit is None:
            return
        is_single = self.digit < _TEN and not self.digit_extent
        is_next = is_tail and self.follows_unit and self.unit > _TEN and is_single
        factor = Decimal(self.unit) / 10 if is_next else Decimal(1)
        self.section += self.digit * factor
        self.extent += self.digit_extent * factor
        self.digit, self.digit_extent = None, Decimal(0)


def number(run: str) -> Number | None:
    """Return what a run of digits, numerals and units means; None if it is no number."""
    if len(run) > _LONGEST or _IDIOM.match(run):
        return None
    return _Reader().read(_TOKEN.findall(run.replace("个", "").replace(" ", "")))


def _last_place(value: Decimal) -> Decimal:
    """Return the value of the last digit that is not zero: 100 of 1,200."""
    digits = value.normalize().as_tuple()
    return Decimal(1).scaleb(int(digits.exponent))
