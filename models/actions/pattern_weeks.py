"""Tell each desk once a week which patterns its cases and enterprises are in, on the first working day."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from types import ModuleType
from typing import Any, Final

from sqlalchemy import exists, literal, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models.actions.conversation import LOCAL
from models.actions.outbox import Notice, tell
from models.actions.striking import is_open
from models.queries.patterns import OfDesk, of_desk
from models.queries.people import desk
from models.queries.workdays import calendar
from models.rules.numbers import number_of
from models.rules.patterns import WINDOW
from models.tables import Official, OfficialKind, PatternWeek

AT: Final = time(9, 0)
"""After the list of the morning, on the first working day of a week (Asia/Shanghai)."""
NAMED: Final = 3
"""Patterns that a message names; the rest is counted."""
CASES: Final = 2

_DIALECTS: Final[Mapping[str, ModuleType]] = {"sqlite": sqlite, "postgresql": postgresql}


def strike(session: Session, now: datetime, *, limit: int) -> int:
    """Tell up to `limit` desks whose week has come; return how many were looked at.

    A desk moves on to its next week in the same transaction, so it is told once a week by however many
    workers; one that was missed for weeks is told once.
    """
    _enrol(session, now)
    if not is_open(now) or now.astimezone(LOCAL).time() < AT:
        return 0  # told late in the week rather than not at all
    due = session.scalars(
        select(PatternWeek)
        .join(Official, Official.id == PatternWeek.official_id)
        .where(PatternWeek.due_at <= now, Official.is_active)
        .order_by(PatternWeek.due_at, PatternWeek.official_id)
        .limit(limit)
        .with_for_update(of=PatternWeek, skip_locked=True)
    ).all()
    for week in due:
        week.due_at = next_week(now)
        _tell(session, week.official_id, now)
    session.flush()
    return len(due)


def next_week(now: datetime) -> datetime:
    """Return 09:00 of the first working day of the week after that of `now`."""
    local = now.astimezone(LOCAL).date()
    monday = local + timedelta(days=7 - local.weekday())
    return datetime.combine(calendar().add_working_days(monday, 0), AT, LOCAL)


def _enrol(session: Session, now: datetime) -> None:
    """Give every leader in office a week; two workers at once do it once."""
    known = exists().where(PatternWeek.official_id == Official.id)
    new = select(Official.id, literal(next_week(now), PatternWeek.due_at.type)).where(
        Official.kind == OfficialKind.LEADER, Official.is_active, ~known
    )
    insert = _DIALECTS[session.get_bind().dialect.name].insert(PatternWeek)
    statement = insert.from_select(["official_id", "due_at"], new)
    session.execute(statement.on_conflict_do_nothing(index_elements=["official_id"]))


def _tell(session: Session, official_id: int, now: datetime) -> None:
    day = now.astimezone(LOCAL).date()
    told = desk(session, official_id, day)
    found = of_desk(session, official_id, since=now - WINDOW) if told else []
    if not found:
        return
    news = {"count": len(found), "patterns": [_summed(each) for each in found[:NAMED]]}
    year, week, _ = day.isocalendar()
    key = f"patterns:{official_id}:{year}-{week}"
    tell(session, told, Notice.PATTERNS, news, ticket_id=None, event_id=None, now=now, key=key)


def _summed(found: OfDesk) -> dict[str, Any]:
    return {
        "title": found.title,
        "enterprises": found.enterprises,
        "count": len(found.tickets),
        "cared": found.cared,
        "numbers": [number_of(each) for each in found.tickets[:CASES]],
    }
