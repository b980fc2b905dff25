"""By when a debt was due by law, and what its delay has cost."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.payment import DebtorKind, due, interest

NEW, OLD = date(2025, 6, 1), date(2020, 9, 1)
"""In force since: 国令第802号, 国令第728号."""


@pytest.mark.parametrize(
    ("delivered", "kind", "days", "clause"),
    [
        (NEW, DebtorKind.ORGAN, 30, "第九条"),
        (NEW, DebtorKind.INSTITUTION, 30, "第九条"),
        (NEW, DebtorKind.LARGE, 60, "第九条"),
        (NEW, DebtorKind.STATE_OWNED, 60, "第九条"),
        (NEW - timedelta(days=1), DebtorKind.ORGAN, 30, "第八条"),
        (OLD, DebtorKind.INSTITUTION, 30, "第八条"),
    ],
)
def test_due_day_is_so_many_days_after_delivery(
    delivered: date, kind: DebtorKind, days: int, clause: str
) -> None:
    found = due(delivered, kind)
    assert found is not None
    assert (found.day, found.days, found.ground.clause) == (delivered + timedelta(days=days), days, clause)
    assert found.if_large is (kind in {DebtorKind.LARGE, DebtorKind.STATE_OWNED})


@pytest.mark.parametrize(
    ("delivered", "kind"),
    [
        (NEW, DebtorKind.SMALL),
        (NEW - timedelta(days=1), DebtorKind.LARGE),
        (NEW - timedelta(days=1), DebtorKind.STATE_OWNED),
        (OLD - timedelta(days=1), DebtorKind.ORGAN),
    ],
)
def test_law_names_no_day_where_only_the_contract_does(delivered: date, kind: DebtorKind) -> None:
    assert due(delivered, kind) is None


def test_interest_is_five_in_ten_thousand_a_day() -> None:
    cost = interest(100_0000_00, None, NEW, date(2025, 7, 1), date(2025, 7, 11))
    assert cost is not None
    assert (cost.least, cost.most, cost.days, cost.daily) == (5000_00, None, 10, Decimal("0.0005"))
    assert (cost.ground.clause, cost.ground.first) == ("第十七条", NEW)


@pytest.mark.parametrize("today", [date(2025, 7, 1), date(2025, 6, 1)])
def test_nothing_is_owed_on_top_while_it_is_not_overdue(today: date) -> None:
    assert interest(100, 100, NEW, date(2025, 7, 1), today) is None


def test_no_interest_where_no_law_held() -> None:
    before = OLD - timedelta(days=1)
    assert interest(100, 100, before, before, before + timedelta(days=99)) is None


@given(st.integers(0, 10**15), st.integers(1, 20000))
def test_interest_is_rounded_down_and_grows_with_each_day(sum_: int, days: int) -> None:
    due_on = date(2025, 7, 1)
    one, other = (interest(sum_, sum_, NEW, due_on, due_on + timedelta(days=n)) for n in (days, days + 1))
    assert one is not None
    assert other is not None
    assert one.least == one.most == sum_ * 5 * days // 10000 <= other.least
