"""What a message says in figures and names: sums, who owes, since when, by when, where, which numbers, how urgent.

Pure; text and today in, `Facts` out. Nothing is looked up: a region is one that the words name, a number one that
they hold. Whatever is not said is empty or None.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from config import catalog
from models.rules.payment import Due, Interest, due, interest
from models.rules.phones import numbers_in

from . import identifiers
from .amounts import Amount, amounts_in
from .debtors import Debtor, debtor_in
from .features import READ_AT_MOST
from .moments import Span, deadline, since
from .text import normalize

URGENT: Final = {
    "production": re.compile("停产|停工|停摆|关门|歇业|生产线[都全]?停|机器[都全]?停|没法(?:生产|开工|干活)|等米下锅|揭不开锅"),
    "power": re.compile("断电|停电|拉闸|跳闸|断水|停水|停气|断气|停暖|断供|断网"),
    "cash": re.compile("资金链|断贷|抽贷|发不出工资|开不出工资|濒临破产|破产|倒闭|活不下去|撑不(?:住|下去)|贷款(?:马上)?到期"),
    "crowd": re.compile("讨薪|集体上访|上访|堵门|拉横幅|围堵|聚众|农民工(?:闹|堵|要工资)|工人(?:闹|堵|要工资)|跳楼|轻生|不想活"),
    "safety": re.compile("爆炸|起火|着火|泄漏|塌(?:方|陷|了)|受伤|中毒|危房|漏电"),
}  # fmt: skip
"""Kind of urgency → the words that tell of it."""
_OWED: Final = re.compile("欠|未付|没付|没给|不给|未支付|尾款|余款|剩|还差|没结|未结|应付|拖着|压着|扣着|一分")
_NEAR: Final = 14
_DELIVERED: Final = re.compile("验收|交付|竣工|完工|交货|供货|送货|送完|干完|做完|完成|交工|投入使用|通车|收货|签收|发货|结算|装完|安装")


@dataclass(frozen=True, slots=True)
class Facts:
    """What one message says. `arrears` is filled for matters of money owed only."""

    amounts: tuple[Amount, ...]
    since: Span | None
    deadline: Span | None
    region: str | None
    """Code of the county, city or zone that is named."""
    phones: tuple[str, ...]
    """Last four digits of each number: nobody needs more here."""
    credit_codes: tuple[str, ...]
    contracts: tuple[str, ...]
    licences: tuple[str, ...]
    trademarks: tuple[str, ...]
    patents: tuple[str, ...]
    documents: tuple[str, ...]
    urgency: tuple[str, ...]
    arrears: "Arrears | None"


@dataclass(frozen=True, slots=True)
class Arrears:
    """Who owes what, and what the law says of it as far as the message tells enough."""

    debtor: Debtor | None
    owed: Amount | None
    due: Due | None
    interest: Interest | None
    """From the latest day of delivery that the words allow: a floor."""


def facts_in(text: str, today: date, *, type_code: str | None = None) -> Facts:
    """Return what `text`, said on `today`, tells; of money owed only if it is of type `arrears`. Never raises."""
    sums = amounts_in(text)
    began = since(text, today)
    return Facts(
        amounts=sums,
        since=began,
        deadline=deadline(text, today),
        region=catalog.region_named(text[:READ_AT_MOST]),
        phones=tuple(number.tail for number in numbers_in(text)),
        credit_codes=identifiers.credit_codes(text),
        contracts=identifiers.contracts(text),
        licences=identifiers.licences(text),
        trademarks=identifiers.trademarks(text),
        patents=identifiers.patents(text),
        documents=identifiers.documents(text),
        urgency=urgency(text),
        arrears=_arrears(text, sums, began, today) if type_code == "arrears" else None,
    )


def urgency(text: str) -> tuple[str, ...]:
    """Return the kinds of urgency that `text` tells of."""
    plain = normalize(text[:READ_AT_MOST])
    return tuple(kind for kind, words in URGENT.items() if words.search(plain))


def owed(text: str, sums: tuple[Amount, ...]) -> Amount | None:
    """Return the sum that is owed: the last that stands beside words of owing, else the only one there is."""
    plain = normalize(text[:READ_AT_MOST])
    beside = [
        each
        for each in sums
        if _OWED.search(plain[max(0, each.start - _NEAR) : each.start])
        or _OWED.search(plain[each.start + len(each.text) : each.start + len(each.text) + _NEAR // 2])
    ]
    if beside:
        return beside[-1]
    return sums[0] if len(sums) == 1 else None


def _arrears(text: str, sums: tuple[Amount, ...], began: Span | None, today: date) -> Arrears:
    debtor, sum_ = debtor_in(text), owed(text, sums)
    is_delivery = began is not None and _DELIVERED.search(normalize(text[:READ_AT_MOST])) is not None
    if not is_delivery or began is None or debtor is None or debtor.kind is None:
        return Arrears(debtor, sum_, None, None)
    term = due(began.last, debtor.kind)
    cost = None
    if term is not None and sum_ is not None and sum_.currency == "CNY":
        cost = interest(sum_.least, sum_.most, began.last, term.day, today)
    return Arrears(debtor, sum_, term, cost)


def as_json(facts: Facts) -> dict[str, Any]:
    """Return what was found as JSON holds it: sums in 分, days as 2026-01-31; what was not said is left out."""
    ...
