"""What a message says in figures and names: sums, debtors, days, places, numbers, what makes it urgent.

Pure; text and today in, `Facts` out. Nothing is looked up: a region is one that the words name, a number one
that they hold. Whatever is not said is empty or None.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any, TypeVar

from config import catalog
from models.rules.payment import Due, Interest
from models.rules.phones import numbers_in

from . import identifiers
from .amounts import Amount, amounts_in
from .arrears import Arrears, arrears_told, is_of_own_wages, owed
from .deadlines import deadline
from .features import READ_AT_MOST
from .identifiers import Identifiers
from .moments import Span, since
from .text import normalize
from .urgency import urgency

__all__ = ["Facts", "as_json", "facts_in", "facts_told"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Facts:
    """What one message says, or several on one matter. `arrears` is filled for matters of money owed only."""

    amounts: tuple[Amount, ...]
    owed: Amount | None
    since: Span | None
    deadline: Span | None
    region: str | None
    """Code of the county, city or zone that is named."""
    phones: tuple[str, ...]
    """Last four digits of each number: nobody needs more here."""
    identifiers: Identifiers
    urgency: tuple[str, ...]
    arrears: Arrears | None


def facts_in(text: str, today: date, *, type_code: str | None = None) -> Facts:
    """Return what `text`, said on `today`, tells; of debts only if it is of type `arrears`. Never raises."""
    return facts_told([(text, today)], today, type_code=type_code)


def facts_told(said: Sequence[tuple[str, date]], today: date, *, type_code: str | None = None) -> Facts:
    """Return what several messages on one matter tell together: oldest first, each with the day it was said.

    What began, where it is and who owes is as first told; by when and how much as last told. Interest runs to
    `today`. Never raises.
    """
    is_arrears = type_code == "arrears"
    sums = [amounts_in(text) for text, _ in said]
    texts = [text for text, _ in said]
    sum_ = _owed(texts, sums, is_arrears=is_arrears)
    regions = (catalog.region_named(normalize(text[:READ_AT_MOST])) for text in texts)
    return Facts(
        amounts=tuple(chain.from_iterable(sums)),
        owed=sum_,
        since=_first(since(text, day) for text, day in said),
        deadline=_first(deadline(text, day) for text, day in reversed(said)),
        region=_first(regions),
        phones=_distinct(number.tail for text in texts for number in numbers_in(text)),
        identifiers=identifiers.identifiers_told(texts),
        urgency=_distinct(kind for text in texts for kind in urgency(text)),
        arrears=arrears_told(said, sum_, today) if is_arrears else None,
    )


def _owed(texts: Sequence[str], sums: Sequence[tuple[Amount, ...]], *, is_arrears: bool) -> Amount | None:
    """Return the sum last said beside words of owing, else the first that can be meant.

    Later words of wages that name no debtor are of what the sender owes.
    """
    told = list(zip(texts, sums, strict=True))
    later = [each for each in told[1:] if not is_of_own_wages(each[0])]
    plainly = (owed(text, each, is_arrears=False) for text, each in reversed([*told[:1], *later]))
    return _first(plainly) or _first(owed(text, each, is_arrears=is_arrears) for text, each in told)


def _first(found: Iterable[T | None]) -> T | None:
    return next((each for each in found if each is not None), None)


def _distinct(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found))


def as_json(facts: Facts) -> dict[str, Any]:
    """Return it as JSON holds it: sums in 分, days as 2026-01-31; what was not said is left out."""
    numbers = facts.identifiers
    said = {
        "amounts": [_amount(each) for each in facts.amounts],
        "owed": facts.owed and _amount(facts.owed),
        "since": facts.since and _span(facts.since),
        "deadline": facts.deadline and _span(facts.deadline),
        "region": facts.region and {"code": facts.region, "name": catalog.regions()[facts.region].name},
        "phones": list(facts.phones),
        "credit_codes": list(numbers.credit_codes),
        "contracts": list(numbers.contracts),
        "licences": list(numbers.licences),
        "trademarks": list(numbers.trademarks),
        "patents": list(numbers.patents),
        "documents": list(numbers.documents),
        "urgency": list(facts.urgency),
        **(_arrears(facts.arrears) if facts.arrears else {}),
    }
    return {name: value for name, value in said.items() if value}


def _amount(amount: Amount) -> Mapping[str, Any]:
    return {
        "text": amount.text,
        "least": amount.least,
        "most": amount.most,
        "currency": amount.currency,
    }


def _span(span: Span) -> Mapping[str, str]:
    return {"from": span.first.isoformat(), "to": span.last.isoformat(), "text": span.text}


def _arrears(arrears: Arrears) -> Mapping[str, Any]:
    debtor = arrears.debtor
    return {
        "debtor": debtor and debtor.name,
        "debtor_kind": debtor and debtor.kind and debtor.kind.value,
        "due": arrears.due and _due(arrears.due),
        "interest": arrears.interest and _interest(arrears.interest),
    }


def _due(due: Due) -> Mapping[str, Any]:
    said = {
        "date": due.day.isoformat(),
        "days": due.days,
        "clause": due.ground.clause,
        "source": due.ground.source,
    }
    return said | {"if_large": True} if due.if_large else said


def _interest(interest: Interest) -> Mapping[str, Any]:
    return {
        "least": interest.least,
        "most": interest.most,
        "days": interest.days,
        "daily": str(interest.daily),
        "clause": interest.ground.clause,
        "source": interest.ground.source,
    }
