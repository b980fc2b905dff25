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
_SPOKEN: Final = "〇零一二三四五六七八九幺两壹贰叁肆伍陆柒捌玖"
_SPOKEN_NUMBER: Final = (
    rf"(?<![\d{_SPOKEN}])(?:[{_SPOKEN}][ ,，、-]?){{10,29}}[{_SPOKEN}]"
    rf"(?![\d{_SPOKEN}十百千万亿拾佰仟])"
)
_BY_HAND: Final = (
    (r"(?<=\d)[\u200b-\u200f\u2060\ufeff\u00ad]+(?=\d)", ""),
    (r"(?<!\d)1[3-9]\d(?P<gap>[,，、_/*·])\d{4}(?P=gap)\d{4}(?!\d)", "【号码】"),
    (_SPOKEN_NUMBER, "【号码】"),
)
"""Numbers as only people read them: 138_1234_5678, 幺三八…, with signs between that nobody sees."""
_SAID_TO_BE: Final = r"(?:号码?)?[:：是为 ]{0,3}"
_ACCOUNT: Final = r"(?!20\d\d[-年])(?:\d[ -]?){4,29}\d(?![\d万亿元.])"
_LINE: Final = r"[2-9]\d{2,3}[ -]?\d{4}(?![\d万亿元次.])"
_LABELLED: Final = (
    (rf"(?P<label>(?:[账帐卡]号|[账帐]户|[Qq]{{2}}){_SAID_TO_BE}){_ACCOUNT}", "【号码】"),
    (rf"(?P<label>(?:电话|座机|固话|传真|手机|来电){_SAID_TO_BE}){_LINE}", "【电话】"),
    (rf"(?P<label>(?:护照|通行证){_SAID_TO_BE})[A-Za-z]{{1,2}}\d{{7,8}}(?![0-9A-Za-z])", "【证件号】"),
)
_NO_SURNAME: Final = (
    "(?!马上|江[苏西]|沈阳|武汉|唐山|石[材油]|董事|龙头|程序|严[重格]|何[时况]|周[一二三四五六日边围]|黄金|白天|万一|余额"
    "|许[多可]|于[今去前昨本上是]|曾[经多在向就于是被有]|任[何职]|高[度兴中]|安[全装]|常[年常在]|方[便面才]|康复)"
)
_SURNAME: Final = (
    "(?:欧阳|上官|司马|诸葛|夏侯|东方|皇甫|尉迟|司徒|慕容|令狐|[王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗郑梁谢宋唐许韩冯邓"
    "曹彭肖萧田董袁潘蒋蔡余杜叶程苏魏吕丁沈姚卢姜崔钟谭陆汪范石廖贾韦付邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵钱严"
    "覃武戴莫孔汤樊邢于曾高任康白万安常方])"
)
"""The most frequent family names."""
_GOES_ON: Final = (
    r"(?=反映|投诉|举报|要求|请求|申请|咨询|诉求|实名|现|想|[是在于系的有开办住]|经营|来自|承包"
    r"|[\s，。,.;；、:：（(【]|\Z)"
)
_BY_SURNAME: Final = Regex(
    r"(?P<label>本人|法人代表|法定代表人|户名|开户人|收款人)(?P<sign>[:：是为叫 ]{0,2})"
    rf"(?P<name>{_NO_SURNAME}{_SURNAME}[\u3400-\u9fff·]{{1,2}}?){_GOES_ON}"
)
_NAME: Final = Regex(
    r"(?P<label>姓\s?名|联\s?系\s?人|法定代表人|法\s?人代表|法\s?人|经办人|负责人|申请人|投诉人|身份证姓名)"
    r"(?P<sign>\s?(?:[:：]|是|为|叫)\s?|\s(?=[^\s，。,.;；、:：]{2,4}(?:[\s，。,.;；、:：]|\Z)))"
    r"(?P<name>[\u3400-\u9fff·]{2,4}(?=[\s，。,.;；、:：（(【\d]|电话|手机|联系|身份证|\Z)|[\u3400-\u9fff]{2,3})"
)
_BESIDE_A_NUMBER: Final = Regex(
    r"(?P<label>(?>姓\s?名|联\s?系\s?人|法定代表人|法人代表|法人|经办人|负责人|本人|我是|我叫))(?P<name>[\u3400-\u9fff·]{2,4}?)"
    r"(?=[\s，,、:：(（]{0,3}(?:身份证|电话|手机|联系电话|联系方式|微信|【|\u2026\d{4}))"
)
_I_AM: Final = Regex(r"(?P<label>我(?:的名字)?叫)(?P<name>[\u3400-\u9fff·]{2,4})(?=[\s，。,.;；、])")

_A_FIRMS: Final = 3
"""Characters of the shortest name of a firm that is one anywhere: two may be a word (供热, 东方)."""
_A_PERSONS: Final = 2
_TAIL: Final = Regex(r"\u2026\d{4}(?!\d)")

_COMPILED: Final = tuple((Regex(pattern, re.ASCII), mark) for pattern, mark in (*_BY_HAND, *_PATTERNS))
_COMPILED_AFTER: Final = tuple(
    (Regex(pattern, re.ASCII), mark)
    for pattern, mark in (*_AFTER_PHONES, *((pattern, rf"\g<label>{mark}") for pattern, mark in _LABELLED))
)


def mask(text: str) -> str:
    """Return `text` without personal data: numbers that point to somebody, names said to be one."""
    wide = text.translate(_NARROW)
    for pattern, mark in _COMPILED:
        wide = pattern.sub(mark, wide)
    wide = phones.mask(wide)
    for pattern, mark in _COMPILED_AFTER:
        wide = pattern.sub(mark, wide)
    for names in (_NAME, _BESIDE_A_NUMBER, _I_AM, _BY_SURNAME):
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
