"""Takes out of a text what says whose it is: phones, identity and credit codes, names. The matter is left.

It errs towards masking: an invoice's number is no loss to who reads what somebody wants.
"""

import re
from collections.abc import Collection, Iterable
from typing import Final

from models.rules import phones

from .addressing import brand
from .regex import Regex

_FROM: Final = r"(?<![0-9A-Za-z])"
_TO: Final = r"(?![0-9A-Za-z])"
_PATTERNS: Final = (
    (rf"{_FROM}[1-9]\d{{5}}[ -]?(?:19|20)\d{{2}}[ -]?\d{{4}}[ -]?\d{{3}}[\dXx]{_TO}", "【证件号】"),
    (rf"{_FROM}[0-9A-Za-z]{{2}}\d{{6}}[0-9A-Za-z]{{10}}{_TO}", "【信用代码】"),
    (r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,4}", "【邮箱】"),
)
_AFTER_PHONES: Final = (
    (r"(?<!\d)(?:\d[ -]?){12,29}\d(?!\d)", "【号码】"),
    (r"(?<=微信号)[:：是为 ]{0,3}[A-Za-z][\w-]{5,19}", "【微信号】"),
)
_NAME: Final = Regex(
    r"(?P<label>姓\s?名|联\s?系\s?人|法定代表人|法\s?人代表|法\s?人|经办人|负责人|申请人|投诉人|身份证姓名)"
    r"(?P<sign>\s?(?:[:：]|是|为|叫)\s?|\s(?=[^\s，。,.;；、:：]{2,4}(?:[\s，。,.;；、:：]|\Z)))"
    r"(?P<name>[\u3400-\u9fff·]{2,4}(?=[\s，。,.;；、:：（(【\d]|电话|手机|联系|身份证|\Z)|[\u3400-\u9fff]{2,3})"
)
_BESIDE_A_NUMBER: Final = Regex(
    r"(?P<label>姓\s?名|联\s?系\s?人|法定代表人|法人代表|法人|经办人|负责人|本人|我是|我叫)(?P<name>[\u3400-\u9fff·]{2,4}?)"
    r"(?=[\s，,、:：(（]{0,3}(?:身份证|电话|手机|联系电话|联系方式|微信|【|\u2026\d{4}))"
)
_I_AM: Final = Regex(r"(?P<label>我(?:的名字)?叫)(?P<name>[\u3400-\u9fff·]{2,4})(?=[\s，。,.;；、])")

_A_FIRMS: Final = 3
"""Characters of the shortest name of a firm that is one anywhere: two may be a word (供热, 东方)."""
_A_PERSONS: Final = 2
_TAIL: Final = Regex(r"\u2026\d{4}(?!\d)")

_COMPILED: Final = tuple((Regex(pattern, re.ASCII), mark) for pattern, mark in _PATTERNS)
_COMPILED_AFTER: Final = tuple((Regex(pattern, re.ASCII), mark) for pattern, mark in _AFTER_PHONES)


def mask(text: str) -> str:
    """Return `text` without personal data: numbers that point to somebody, names said to be one."""
    wide = text.translate(_NARROW)
    for pattern, mark in _COMPILED:
        wide = pattern.sub(mark, wide)
    wide = phones.mask(wide)
    for pattern, mark in _COMPILED_AFTER:
        wide = pattern.sub(mark, wide)
    for names in (_NAME, _BESIDE_A_NUMBER, _I_AM):
        wide = names.sub(_unnamed, wide)
    return wide


def without_known(text: str, people: Iterable[str], firms: Iterable[str]) -> str:
    """Return `text` without these names of people and of firms; a firm's also as it is called for short."""
    marks = {name: "【企业】" for firm in firms for name in (firm, brand(firm)) if len(name) >= _A_FIRMS}
    marks |= {name: "【姓名】" for name in people if len(name) >= _A_PERSONS}
    if not marks:
        return text
    longest_first = sorted(marks, key=len, reverse=True)
    return re.sub("|".join(map(re.escape, longest_first)), lambda found: marks[found[0]], text)


def erase(text: str, names: Collection[str] = ()) -> str:
    """Return `text` also without the last digits of numbers and without certain names: nobody is left in it.

    A text in which there was nobody stays as it was, letter for letter.
    """
    left = _TAIL.sub("【电话】", mask(text))
    for name in sorted(names, key=len, reverse=True):
        if len(name) > 1:
            left = left.replace(name, "【姓名】")
    return text if left == text.translate(_NARROW) else left


def _unnamed(found: re.Match[str]) -> str:
    sign = found.groupdict().get("sign") or ""
    return f"{found['label']}{sign}【姓名】"


_NARROW: Final = {0xFF10 + n: chr(0x30 + n) for n in range(10)} | {
    0xFF21 + n + case: chr(0x41 + n + case) for case in (0, 32) for n in range(26)
}
"""Full-width digits and letters, made narrow: a number is one however it is written."""
