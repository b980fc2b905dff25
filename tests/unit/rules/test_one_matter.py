"""What was promised on a later case holds under the earlier one, or the two stay two."""

from datetime import UTC, datetime, timedelta

import pytest

from models.rules.one_matter import puts_off

DAY = datetime(2026, 12, 1, tzinfo=UTC)
LATER = DAY + timedelta(days=1)


@pytest.mark.parametrize(
    ("promised", "main", "kept", "late"),
    [
        ({"result": LATER}, {"result": DAY}, (), ()),
        ({"result": DAY}, {"result": DAY}, (), ()),
        ({"result": DAY}, {"result": LATER}, (), ("result",)),
        ({"answer": LATER}, {"result": DAY}, (), ("answer",)),
        ({"accept": DAY, "first_contact": DAY}, {"first_contact": LATER}, ("accept",), ("first_contact",)),
        ({"accept": DAY, "first_contact": DAY}, {}, ("accept", "first_contact"), ()),
        (
            {"progress": DAY, "co_handle": DAY, "appeal": DAY, "confirmation": DAY},
            {"progress": LATER},
            (),
            (),
        ),
        ({}, {}, (), ()),
    ],
)
def test_a_date_is_put_off_where_it_is_later_or_missing_and_was_not_kept(
    promised: dict[str, datetime], main: dict[str, datetime], kept: tuple[str, ...], late: tuple[str, ...]
) -> None:
    assert puts_off(promised, main, kept) == frozenset(late)
