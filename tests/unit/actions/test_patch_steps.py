"""Whoever has a step of a patch is told once when it is due and once when it is late, in office hours."""

from datetime import UTC, datetime, timedelta

import pytest

from models.actions import patches
from models.actions.patch_chain import locked
from models.queries import proof
from models.rules.patches import StepNews, next_told, step_is
from models.session import Database
from models.tables import Outbox
from tests.patching import MINUTE, Ground, ground
from tests.unit.models.stage import NOW

FRIDAY = datetime(2026, 11, 27, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def desk(database: Database) -> Ground:
    return ground(database)


def warned(desk: Ground, now: datetime) -> list[tuple[bool, list[tuple[int, str]]]]:
    """What is told of steps at a moment: whether to the patch's owner, and of which steps what."""
    before = len(desk.told("patch_steps"))
    desk.strike(now)
    with desk.database.reading() as session:
        rows = session.query(Outbox).where(Outbox.kind == "patch_steps").order_by(Outbox.id).all()[before:]
        found = {row.dedupe_key.split(":steps:")[1].split(":")[0]: row.payload for row in rows}
    return [
        (each["is_own"], [(step["number"], step["is"]) for step in each["steps"]]) for each in found.values()
    ]


def opened(desk: Ground) -> int:
    other = desk.roster.officials["office"]
    return desk.open(
        steps=(
            {"what": "起草", "owner": None, "due_on": "2026-11-27"},
            {"what": "会签", "owner": other, "due_on": "2026-11-28"},
            {"what": "培训", "owner": other, "due_on": None},
        )
    )


def test_due_and_late_are_told_once_each_to_whoever_has_the_step(desk: Ground) -> None:
    opened(desk)
    assert warned(desk, FRIDAY - DAY) == []
    assert warned(desk, FRIDAY - timedelta(hours=3)) == [], "at seven in the morning the office is closed"
    assert warned(desk, FRIDAY) == [(True, [(1, "due")])]
    assert warned(desk, FRIDAY + MINUTE) == []
    assert warned(desk, FRIDAY + DAY) == [], "nobody is told on a Saturday"
    assert sorted(warned(desk, FRIDAY + 3 * DAY)) == [(False, [(2, "due")]), (True, [(1, "overdue")])]
    assert sorted(warned(desk, FRIDAY + 4 * DAY)) == [(False, [(2, "overdue")]), (True, [(2, "overdue")])]
    assert warned(desk, FRIDAY + 30 * DAY) == []
    assert proof.verify(desk.database).flaws == []


def test_after_days_without_a_service_only_what_is_so_now_is_told(desk: Ground) -> None:
    opened(desk)
    assert sorted(warned(desk, FRIDAY + 6 * DAY)) == [
        (False, [(2, "overdue")]),
        (True, [(1, "overdue"), (2, "overdue")]),
    ]


def test_what_is_done_amended_or_dropped_is_not_told_of_again(desk: Ground) -> None:
    patch, dropped = opened(desk), opened(desk)
    with desk.database.transaction() as session:
        patches.do_step(session, locked(session, patch), 2, desk.owner, now=NOW)
        verb = patches.PatchVerb.DROP
        patches.move(session, locked(session, dropped), verb, desk.supervisor, now=NOW, note="不办")
    assert warned(desk, FRIDAY) == [(True, [(1, "due")])]
    with desk.database.transaction() as session:
        steps = [
            {"what": "起草", "owner": None, "due_on": "2026-11-27"},
            {"what": "公示", "owner": None, "due_on": "2026-11-26"},
        ]
        patches.amend(session, locked(session, patch), desk.owner, now=FRIDAY, steps=steps)
    assert warned(desk, FRIDAY + MINUTE) == [(True, [(2, "overdue")])], "a new step, and a new message today"
    assert warned(desk, FRIDAY + 3 * DAY) == [(True, [(1, "overdue")])]
    assert warned(desk, FRIDAY + 4 * DAY) == []


def test_step_falls_due_on_the_first_working_day() -> None:
    step = {"due_on": "2026-11-28"}
    saturday = datetime(2026, 11, 28, tzinfo=UTC).date()

    def worked(day: object) -> object:
        return saturday + 2 * DAY if day in {saturday, saturday + DAY} else day

    assert step_is(step, saturday, worked) is None  # type: ignore[arg-type]
    assert step_is(step, saturday + 2 * DAY, worked) is StepNews.DUE  # type: ignore[arg-type]
    assert next_told([step | {"told": "due"}], worked) == saturday + 3 * DAY  # type: ignore[arg-type]
