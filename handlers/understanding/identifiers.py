"""Numbers that name something: contracts, firms, licences, trademarks, patents. Text in, numbers out. Pure.

A number with a check digit counts only if that is right: of 统一社会信用代码 (GB 32100-2015) and of patents
(ZL, applications since 2003-10; the weights of 国家知识产权局's standard ZC 0006-2003).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass
from itertools import chain
from typing import Final

from models.rules.numbers import credit_code_is_valid

from .features import READ_AT_MOST
from .regex import Regex
from .text import normalize

FOUND_AT_MOST: Final = 5
"""Numbers of one kind that are taken from one message."""

_IS: Final = r"\s?(?:为|是|:)?\s?"
_WRITTEN: Final = (
    r"(?P<number>(?:[\u4e00-\u9fff]{1,8}(?:字"
    r"|(?=[〔\[(])))?[0-9a-z〔\[(][0-9a-z〔〕\[\]()/_.\-]{2,30}(?:第\d{1,6})?)(?P<ends>号)?"
)
"""What a number with letters, years in brackets and dashes looks like: HT-2023-015, 沈采合字〔2023〕12号."""
_NUMBER_OF: Final = "(?:书|证)?的?(?:注册|登记)?(?:编号|号码|文号|单号|号)"

_CREDIT: Final = re.compile("(?<![0-9a-z])[0-9a-hj-npqrtuwxy]{18}(?![0-9a-z])")
_CONTRACT: Final = Regex(f"(?:合同|协议|订单|中标通知|项目){_NUMBER_OF}{_IS}{_WRITTEN}")
_LICENCE: Final = Regex(
    f"(?:许可|资质证?|资格证?|执照|注册证|备案|批准|证书|立项|批文|准产证){_NUMBER_OF}{_IS}{_WRITTEN}"
)
_TRADEMARK: Final = Regex(
    rf"商标[^,。;!?0-9赔损费款价万元电]{{0,14}}?{_IS}第?\s?(?P<number>[0-9]{{6,9}}[a-z]?)"
    r"(?![0-9a-z.])(?!\s?[元万])"
)
_PATENT: Final = Regex(r"(?<![0-9a-z])(?:zl|cn)?\s?(?P<number>20\d{2}[12389]\d{7}[.·]?[0-9x])(?![0-9a-z])")
_DOCUMENT: Final = Regex(r"[〔\[(](?P<year>(?:19|20)\d{2})[〕\])]\s?第?(?P<place>\d{1,5})号")
_ISSUER: Final = re.compile(r"[\u4e00-\u9fff]{2,10}$")
_NO_ISSUER: Final = Regex(
    "依据|根据|按照|依照|遵照|落实|执行|出台|印发|下发|颁布|文件|适用|违反|符合|关于|[据按照和与的了请对见即]"
)
_LEAST_DIGITS: Final = 3
_PATENT_WEIGHTS: Final = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)


@dataclass(frozen=True, slots=True)
class Identifiers:
    """The numbers that one message holds, each kind in the order in which they are said."""

    credit_codes: tuple[str, ...]
    contracts: tuple[str, ...]
    licences: tuple[str, ...]
    trademarks: tuple[str, ...]
    patents: tuple[str, ...]
    documents: tuple[str, ...]


def identifiers_in(text: str) -> Identifiers:
    """Return every kind of number that `text` holds. Never raises."""
    return Identifiers(
        credit_codes(text), contracts(text), licences(text), trademarks(text), patents(text), documents(text)
    )


def identifiers_told(texts: Sequence[str]) -> Identifiers:
    """Return the numbers of several messages, each once. Never raises."""
    found = zip(*(astuple(identifiers_in(text)) for text in ["", *texts]), strict=True)
    return Identifiers(*(tuple(dict.fromkeys(chain.from_iterable(kind))) for kind in found))


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
    """Return the numbers of official documents, in their usual form: 国发〔2019〕5号."""
    return _first(_documents(_plain(text)))


def _documents(plain: str) -> Iterator[str]:
    for match in _DOCUMENT.finditer(plain):
        issuer = _ISSUER.search(plain, max(0, match.start() - 10), match.start())
        named = _NO_ISSUER.split(issuer[0])[-1] if issuer else ""
        if len(named) > 1 and "合" not in named:
            yield f"{named}〔{match['year']}〕{match['place']}号"


def patent_check(body: str) -> str:
    """Return the check digit of twelve digits of a patent's number: weighted sum modulo 11, 10 is X."""
    total = sum(int(digit) * weight for digit, weight in zip(body, _PATENT_WEIGHTS, strict=True))
    return "0123456789X"[total % 11]


def _patent_is_valid(number: str) -> bool:
    return patent_check(number[:12]) == number[12].upper()


def _numbers(pattern: Regex, text: str) -> tuple[str, ...]:
    found = (_written(match) for match in pattern.finditer(_plain(text)))
    return _first(number for number in found if sum(map(str.isdigit, number)) >= _LEAST_DIGITS)


def _written(match: re.Match[str]) -> str:
    """Return a number as papers have it; 号 is part of those that are made like an official document's."""
    number, is_like_a_document = (
        match["number"].rstrip("-./([〔").upper(),
        re.search("[字第〕]", match["number"]),
    )
    return f"{number}号" if is_like_a_document and match.groupdict().get("ends") else number


def _first(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found))[:FOUND_AT_MOST]


def _plain(text: str) -> str:
    return normalize(text[:READ_AT_MOST])
