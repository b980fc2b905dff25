"""Tell each desk in the morning of a working day what the day brings: once, and only if it does."""

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from types import ModuleType
from typing import Any, Final

from sqlalchemy import exists, literal, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models.actions import overtaken
from models.actions.conversation import LOCAL
from models.actions.outbox import Notice, tell
from models.queries.agenda import Agenda, Item, agenda
from models.queries.people import desk
from models.queries.visits import VISIT_EVERY
from models.queries.workdays import calendar
from models.tables import Morning, Official, OfficialKind, Outbox

AT: Final = time(8, 30)
"""When offices open in the province (Asia/Shanghai)."""

TOO_LATE: Final = time(17, 30)
"""A list that could not be made by the close of business is not made any more that day."""

IN_ALL: Final = 6
"""So many cases a list names, of all sorts together; the rest is counted."""
LEAST: Final = 2
"""So many it names of each sort all the same."""

NAMED_VISITS: Final = 3

_DIALECTS: Final[Mapping[str, ModuleType]] = {"sqlite": sqlite, "postgresql": postgresql}


def strike(session: Session, now: datetime, *, limit: int, visit_every: timedelta = VISIT_EVERY) -> int:
    """Tell up to `limit` desks whose morning has come; return how many were looked at.

    A desk moves on to its next morning in the same transaction, so it is told once a day by however many
    workers; one that was missed for days is told once, not once for each day.
    """
    _enrol(session, now)
    due = session.scalars(
        select(Morning)
        .join(Official, Official.id == Morning.official_id)
        .where(Morning.due_at <= now, Official.is_active)
        .order_by(Morning.due_at, Morning.official_id)
        .limit(limit)
        .with_for_update(of=Morning, skip_locked=True)
    ).all()
    for morning in due:
        morning.due_at = next_morning(now)
        if _is_time(now):
            _tell(session, morning.official_id, visit_every, now)
    session.flush()
    return len(due)


def next_morning(now: datetime) -> datetime:
    """Return the next 08:30 of a working day after `now`."""
    local = now.astimezone(LOCAL)
    day = local.date() if local.time() < AT else local.date() + timedelta(days=1)
    return datetime.combine(calendar().add_working_days(day, 0), AT, LOCAL)


def summary(found: Agenda) -> dict[str, Any]:
    """Return what a message says of a day: counts, and the first of each sort by name.

    The fewer sorts there are, the more of each is named.
    """
    sorts = {
        "overdue": found.overdue,
        "due_today": found.due,
        "rebounds": found.rebounds,
        "silent": found.silent,
        "unconfirmed": found.unconfirmed,
    }
    named = max(LEAST, IN_ALL // max(1, sum(map(bool, sorts.values()))))
    summed = {sort: _some(items, named) for sort, items in sorts.items()}
    return summed | {"visits": _some(found.visits, NAMED_VISITS)}


def _some(items: tuple[Item, ...], most: int) -> dict[str, Any]:
    return {"count": len(items), "named": [[item.key, item.title, item.firm] for item in items[:most]]}


def _is_time(now: datetime) -> bool:
    local = now.astimezone(LOCAL)
    return calendar().is_working_day(local.date()) and AT <= local.time() < TOO_LATE


def _enrol(session: Session, now: datetime) -> None:
    """Give every leader in office a morning; two workers at once do it once."""
    known = exists().where(Morning.official_id == Official.id)
    new = select(Official.id, literal(next_morning(now), Morning.due_at.type)).where(
        Official.kind == OfficialKind.LEADER, Official.is_active, ~known
    )
    statement = (
        _DIALECTS[session.get_bind().dialect.name].insert(Morning).from_select(["official_id", "due_at"], new)
    )
    session.execute(statement.on_conflict_do_nothing(index_elements=["official_id"]))


def _tell(session: Session, official_id: int, visit_every: timedelta, now: datetime) -> None:
    day = now.astimezone(LOCAL).date()
    told = desk(session, official_id, day)
    _drop_yesterdays(session, official_id, told, now)
    found = agenda(session, [official_id], visit_every=visit_every, now=now) if told else None
    if not found:
        return
    leader = session.get_one(Official, official_id)
    news = summary(found) | {"leader": {"name": leader.name, "post": leader.post}}
    key = f"morning:{official_id}:{day.isoformat()}"
    tell(session, told, Notice.MORNING, news, ticket_id=None, event_id=None, now=now, key=key)


def _drop_yesterdays(session: Session, official_id: int, told: Iterable[int], now: datetime) -> None:
    """Take earlier lists of this desk out of the line: whoever comes back reads how it stands today."""
    of_desk = Outbox.dedupe_key.startswith(f"morning:{official_id}:")
    which = (Outbox.person_id.in_(list(told)), Outbox.kind == Notice.MORNING, of_desk)
    overtaken.drop(session, *which, why="overtaken", now=now)
