"""What was promised on a later case holds under the earlier one, or the two stay two."""

from datetime import UTC, datetime, timedelta

import pytest

from models.rules.one_matter import is_any_broken, puts_off

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


@pytest.mark.parametrize(
    ("promise", "is_broken"),
    [
        (("result", LATER, None), False),
        (("result", DAY, None), False),
        (("result", DAY - timedelta(seconds=1), None), True),
        (("first_contact", DAY, LATER), True),
        (("first_contact", DAY, DAY), False),
        (("progress", DAY, LATER), True),
        (("confirmation", DAY, LATER), False),
    ],
)
def test_a_promise_is_broken_once_it_is_late_kept_or_not(
    promise: tuple[str, datetime, datetime | None], *, is_broken: bool
) -> None:
    assert is_any_broken([promise], DAY) is is_broken
    assert is_any_broken([("accept", DAY, DAY), promise], DAY) is is_broken
