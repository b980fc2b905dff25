"""What one ticket adds to the counts: each count by its definition, and kept words that read back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.lifecycle import Status
from models.rules.rates import Rate, shares
from models.rules.tally import NOTHING, Cell, Counts, Promise, State, city_of, opened, read, tally, written
from models.tables import TallyChange

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)
CELL = Cell("arrears", 7, "210100", "growing", 20261124)
OPEN = State("arrears", 7, "210100", "growing", "open", NOW, None, None, None, 0)
CONTACT = Promise("first_contact", NOW + 2 * DAY, None, 0)
RESULT = Promise("result", NOW + 15 * DAY, None, 0)


def counts(state: State, until: datetime = NOW) -> Counts:
    return tally(state, until)[CELL]


def test_day_is_shanghais() -> None:
    late = NOW.replace(hour=16)
    assert [cell.day for cell in tally(replace(OPEN, created_at=late), NOW)] == [20261125]


def test_every_count_has_its_column() -> None:
    columns = set(TallyChange.__table__.c.keys())
    assert columns == {"id", *Cell._fields, *Counts._fields}


def test_withdrawn_and_merged_count_as_nothing_else() -> None:
    for status in ("withdrawn", "merged"):
        late = [Promise("result", NOW - DAY, NOW, 100), Promise("first_contact", NOW - DAY, NOW, 0)]
        found = counts(replace(OPEN, status=status, rebounds=1, promises=late))
        assert found == NOTHING._replace(**{status: 1})
        assert (found.received, found.done, found.due) == (0, 0, 0)


def test_declined_is_received_and_not_resolved() -> None:
    found = counts(replace(OPEN, status="declined"))
    assert (found.received, found.done) == (1, 0)


@pytest.mark.parametrize(
    ("met", "until", "expected"),
    [
        (None, NOW, (0, 0, 0)),
        (None, NOW + 2 * DAY, (0, 0, 0)),
        (None, NOW + 3 * DAY, (0, 0, 1)),
        (NOW + DAY, NOW + DAY, (1, 1, 0)),
        (NOW + 2 * DAY, NOW + 9 * DAY, (1, 1, 0)),
        (NOW + 3 * DAY, NOW + 9 * DAY, (1, 0, 0)),
    ],
)
def test_first_contact_is_due_once_it_is_kept_or_has_run_out(
    met: datetime | None, until: datetime, expected: tuple[int, int, int]
) -> None:
    found = counts(replace(OPEN, promises=[CONTACT._replace(met_at=met), RESULT]), until)
    assert (found.contacted, found.in_time, found.missed) == expected


def test_a_case_once_overdue_stays_so_and_red_ends_with_the_work() -> None:
    running = replace(OPEN, status="accepted", promises=[RESULT])
    assert (counts(running).overdue, counts(running).red) == (0, 0)
    late = counts(running, NOW + 16 * DAY)
    assert (late.overdue, late.red) == (1, 1)
    done = replace(
        running,
        status="resolved",
        resolved_at=NOW + 17 * DAY,
        promises=[RESULT._replace(met_at=NOW + 17 * DAY)],
    )
    assert (counts(done).overdue, counts(done).red, counts(done).seconds) == (1, 0, 17 * 86400)


def test_amber_has_been_warned_of_and_red_goes_before() -> None:
    warned = replace(OPEN, promises=[RESULT._replace(warned=50)])
    assert (counts(warned).amber, counts(warned, NOW + 16 * DAY).amber) == (1, 0)


def test_promises_of_others_are_nobodys_here() -> None:
    for name in ("co_handle", "appeal", "confirmation"):
        late = replace(OPEN, promises=[Promise(name, NOW - DAY, None, 100)])
        assert counts(late) == NOTHING._replace(open=1)


def test_written_off_without_the_enterprise_is_not_confirmed() -> None:
    found = counts(replace(OPEN, status="closed", resolved_at=NOW + DAY))
    assert (found.done, found.confirmed, found.written_off) == (1, 0, 1)


def test_rate_without_a_denominator_has_no_value() -> None:
    assert {share.value for share in shares(NOTHING)} == {None}
    assert [share.rate for share in shares(NOTHING)] == list(Rate)


def test_county_is_its_citys() -> None:
    codes = ("210102", "210100", "219900", "210000", "999999")
    assert [city_of(code) for code in codes] == ["210100", "210100", "219900", "210000", "999999"]


def test_what_opening_keeps_is_what_the_tally_would() -> None:
    assert opened("arrears", 7, "210100", "growing") == written(tally(OPEN, NOW))


MOMENTS = st.none() | st.datetimes(timezones=st.just(UTC), min_value=datetime(2020, 1, 1))  # noqa: DTZ001
PROMISES = st.builds(
    Promise,
    st.sampled_from(["first_contact", "result", "accept", "confirmation"]),
    st.datetimes(timezones=st.just(UTC), min_value=datetime(2020, 1, 1)),  # noqa: DTZ001
    MOMENTS,
    st.sampled_from([0, 50, 100]),
)
STATES = st.builds(
    State,
    *(st.just("ip"), st.integers(1, 10**12), st.sampled_from(["210100", "219900"])),
    *(st.none() | st.just("mature"), st.sampled_from(list(Status)), st.just(NOW), MOMENTS, MOMENTS),
    *(st.none() | st.sampled_from(["satisfied", "fairly", "dissatisfied"]), st.integers(0, 3)),
    st.lists(PROMISES, max_size=4),
)


@given(STATES)
def test_what_is_kept_reads_back_as_it_was(state: State) -> None:
    found = tally(state, NOW)
    assert read(written(found), 20261124) == found
    assert len(written(found)) <= 200
