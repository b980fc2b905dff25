"""What a message says in figures and names: sums, debtors, days, places, numbers, what makes it urgent.

Pure; text and today in, `Facts` out. Nothing is looked up: a region is one that the words name, a number one
that they hold. Whatever is not said is empty or None.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from config import catalog
from models.rules.payment import Due, Interest
from models.rules.phones import numbers_in

from . import identifiers
from .amounts import Amount, amounts_in
from .arrears import Arrears, arrears_in, owed
from .deadlines import deadline
from .features import READ_AT_MOST
from .identifiers import Identifiers
from .moments import Span, since
from .text import normalize
from .urgency import urgency

__all__ = ["Facts", "as_json", "facts_in"]


@dataclass(frozen=True, slots=True)
class Facts:
    """What one message says. `arrears` is filled for matters of money owed only."""

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
    sums = amounts_in(text)
    is_arrears = type_code == "arrears"
    sum_ = owed(text, sums, is_arrears=is_arrears)
    return Facts(
        amounts=sums,
        owed=sum_,
        since=since(text, today),
        deadline=deadline(text, today),
        region=catalog.region_named(normalize(text[:READ_AT_MOST])),
        phones=tuple(number.tail for number in numbers_in(text)),
        identifiers=identifiers.identifiers_in(text),
        urgency=urgency(text),
        arrears=arrears_in(text, sum_, today) if is_arrears else None,
    )


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
