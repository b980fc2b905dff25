"""By when who must pay a small or medium enterprise, and what they owe when they do not."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from pathlib import Path

from config.catalog.reading import HERE, Entry, read


class DebtorKind(StrEnum):
    """The kinds of debtors between which the law tells."""

    ORGAN = "organ"
    """机关"""
    INSTITUTION = "institution"
    """事业单位"""
    STATE_OWNED = "state_owned"
    """国有企业，大小未知"""
    LARGE = "large"
    """大型企业"""
    SMALL = "small"
    """中小企业"""


@dataclass(frozen=True, slots=True)
class Ground:
    """A clause of a law, and the days of delivery (both included) for which it holds."""

    clause: str
    source: str
    first: date
    last: date | None

    def holds_on(self, day: date) -> bool:
        """Whether a delivery of `day` falls under it."""
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class PaymentTerm:
    """Calendar days from delivery within which `debtors` must pay; `at_most` what a contract may allow."""

    debtors: frozenset[DebtorKind]
    days: int
    at_most: int | None
    ground: Ground


@dataclass(frozen=True, slots=True)
class OverdueInterest:
    """The share of the sum that is owed for each day of delay where no rate was agreed."""

    daily: Decimal
    ground: Ground


@dataclass(frozen=True, slots=True)
class PaymentLaw:
    """Both tables, in the order of the file."""

    terms: tuple[PaymentTerm, ...]
    interest: tuple[OverdueInterest, ...]


def load_payment_law(folder: Path = HERE) -> PaymentLaw:
    """Return what the law says of payment.

    Raises:
        CatalogError: the file cannot be meant; the message names the entry.
    """
    whole = read("payment.yaml", folder)
    whole.only("terms", "interest")
    return PaymentLaw(
        tuple(_term(entry) for entry in whole.entries("terms")),
        tuple(_interest(entry) for entry in whole.entries("interest")),
    )


def _term(entry: Entry) -> PaymentTerm:
    entry.only("debtors", "days", "at_most", "clause", "source", "effective_from", "effective_to")
    try:
        debtors = frozenset(DebtorKind(kind) for kind in entry.texts("debtors"))
    except ValueError as error:
        raise entry.fault(str(error)) from None
    days = entry.whole("days", least=1)
    at_most = entry.whole("at_most", least=days) if entry.has("at_most") else None
    return PaymentTerm(debtors, days, at_most, _ground(entry))


def _interest(entry: Entry) -> OverdueInterest:
    entry.only("daily", "clause", "source", "effective_from", "effective_to")
    try:
        daily = Decimal(entry.text("daily"))
    except InvalidOperation:
        raise entry.fault("daily must be a share such as 0.0005") from None
    if not (daily.is_finite() and 0 < daily < 1):
        raise entry.fault("daily must be a share such as 0.0005")
    return OverdueInterest(daily, _ground(entry))


def _ground(entry: Entry) -> Ground:
    first = entry.day("effective_from")
    last = entry.day("effective_to") if entry.has("effective_to") else None
    if last is not None and last < first:
        raise entry.fault("effective_to lies before effective_from")
    return Ground(entry.text("clause"), entry.text("source"), first, last)
