"""Numbers that name something: contracts, firms, licences, trademarks, patents. Text in, numbers out. Pure.

A number with a check digit counts only if that is right: of 统一社会信用代码 (GB 32100-2015) and of patents
(ZL, applications since 2003-10; the weights of 国家知识产权局's standard ZC 0006-2003).
"""

import re
from collections.abc import Iterable
from typing import Final

from models.rules.numbers import credit_code_is_valid

from .features import READ_AT_MOST
from .text import normalize

FOUND_AT_MOST: Final = 5
"""Numbers of one kind that are taken from one message."""

_CREDIT: Final = re.compile("(?<![0-9a-z])[0-9a-hj-npqrtuwxy]{18}(?![0-9a-z])")
_BODY: Final = (
    r"[〔\[(（]?[0-9a-z\u4e00-\u9fff]{0,8}[〕\])）]?[0-9a-z][0-9a-z〔〕\[\]()（）/_.\-]{2,30}(?:号)?"
)
_CONTRACT: Final = re.compile(
    rf"(?:合同|协议|订单|中标通知书|项目)(?:书)?(?:的)?(?:编号|号码|号|单号)\s?(?:为|是|[:：])?\s?(?P<number>{_BODY})"
)
_LICENCE: Final = re.compile(
    rf"(?:许可证|资质证书?|资格证书?|执照|注册证|备案|批准文号|证书|立项|批文|施工许可)(?:书)?(?:编号|号码|号|文号)\s?(?:为|是|[:：])?\s?(?P<number>{_BODY})"
)
_TRADEMARK: Final = re.compile(
    r"(?:商标)(?:注册|申请|的)?(?:注册)?(?:证)?(?:编?号|号码)?\s?(?:为|是|[:：])?\s?第?\s?(?P<number>[0-9]{6,9}[a-z]?)\s?号?"
)
_PATENT: Final = re.compile(r"(?:zl|cn)?\s?(?P<number>(?:19|20)\d{2}[1-589]\d{7}[.·]?[0-9x])(?![0-9])")
_DOCUMENT: Final = re.compile(
    r"(?:(?:依据|根据|按照|依照|《|按|即|和|与)\s?)?(?P<number>[\u4e00-\u9fff]{1,10}?[〔\[(（](?:19|20)\d{2}[〕\])）]\s?第?\d{1,5}号)"
)
_PATENT_WEIGHTS: Final = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)


def credit_codes(text: str) -> tuple[str, ...]:
    """Return the unified social credit codes whose check character is right."""
    found = (code.upper() for code in _CREDIT.findall(_plain(text)))
    return _first(code for code in found if credit_code_is_valid(code))


def contracts(text: str) -> tuple[str, ...]:
    """Return the numbers of contracts, orders and tenders."""
    return _numbers(_CONTRACT, text)


def licences(text: str) -> tuple[str, ...]:
    """Return the numbers of licences, certificates and approvals."""
    return _numbers(_LICENCE, text)


def trademarks(text: str) -> tuple[str, ...]:
    """Return the numbers under which trademarks are registered or applied for."""
    return _numbers(_TRADEMARK, text)


def patents(text: str) -> tuple[str, ...]:
    """Return the numbers of patents whose check digit is right, with their dot: 202110123456.7."""
    found = (match["number"].replace("·", ".") for match in _PATENT.finditer(_plain(text)))
    plain = (number.replace(".", "") for number in found)
    return _first(f"{number[:12]}.{number[12].upper()}" for number in plain if _patent_is_valid(number))


def documents(text: str) -> tuple[str, ...]:
    """Return the numbers of official documents: 国发〔2019〕5号."""
    return _first(match["number"] for match in _DOCUMENT.finditer(_plain(text)))


def patent_check(body: str) -> str:
    """Return the check digit of the first twelve digits of a patent's number: weighted sum modulo 11, 10 is X."""
    total = sum(int(digit) * weight for digit, weight in zip(body, _PATENT_WEIGHTS, strict=True))
    return "0123456789X"[total % 11]


def _patent_is_valid(number: str) -> bool:
    return patent_check(number[:12]) == number[12].upper()


def _numbers(pattern: re.Pattern[str], text: str) -> tuple[str, ...]:
    found = (match["number"].strip("-./()（）") for match in pattern.finditer(_plain(text)))
    return _first(number.upper() for number in found if any(char.isdigit() for char in number))


def _first(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found))[:FOUND_AT_MOST]


def _plain(text: str) -> str:
    return normalize(text[:READ_AT_MOST])
