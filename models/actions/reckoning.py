"""Compute the running clocks of a ticket anew, because the calendar or what was decided has changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from config import catalog
from config.catalog import ClockName
from models.actions import clocks, events
from models.actions.conversation import about, tell_author, tell_desk
from models.actions.keepers import keeper
from models.actions.outbox import Notice, tell
from models.actions.striking import SYSTEM, Key, is_open, may, one_by_one, taken
from models.queries.deadlines import Changes, changes, running
from models.queries.ladder import above
from models.queries.people import desk
from models.queries.workdays import calendar
from models.rules.clocks import OF_OTHERS, Due, due, explain, rule_behind
from models.rules.counting import day_of
from models.rules.lifecycle import FINISHED, Verb
from models.rules.warnings import LEVELS
from models.tables import Clock, Ticket


@dataclass(frozen=True, slots=True)
class Moved:
    """One clock whose date changed, or became certain or uncertain."""

    name: str
    before: datetime
    after: datetime
    subject_id: int | None = None

    def as_data(self) -> list[str]:
        """Return it as an event keeps it."""
        return [self.name, self.before.isoformat(), self.after.isoformat()]


def moved_dates(moved: Sequence[Moved]) -> list[list[str]]:
    """Return the new dates as news carries them: clock and moment, those that moved."""
    return [[each.name, each.after.isoformat()] for each in moved if each.after != each.before]


def promise(clock: Clock, type_code: str, made: Changes) -> Due | None:
    """Return when a stored clock falls due by its rule and by what was decided since; None without a rule."""
    rule = rule_behind(clock.name, type_code, clock.started_at, catalog.clock_rules())
    if rule is None:
        return None
    return due(
        rule,
        clock.started_at,
        calendar(),
        extensions=made.granted(clock),
        pauses=made.pauses,
    )


def recompute(session: Session, ticket: Ticket, made: Changes, *, now: datetime) -> list[Moved]:
    """Put the dates of all running clocks right and return what changed."""
    found = []
    for clock in running(session, ticket.id):
        one = promise(clock, ticket.type, made)
        if one is None:
            clock.calendar = calendar().digest  # a rule nobody has any more: its date stands
        elif (moved := _put_right(clock, one, now)) is not None:
            found.append(moved)
    session.flush()
    return found


def _put_right(clock: Clock, one: Due, now: datetime) -> Moved | None:
    moved = Moved(clock.name, clock.due_at, one.due_at, clock.subject_id)
    is_news = one.due_at != clock.due_at or one.is_provisional != clock.is_provisional
    if clock.warned == LEVELS[-1] and one.due_at > max(clock.due_at, now):
        clock.warned = LEVELS[-2]  # it may run out once more, and must be heard of once more
    clock.due_at, clock.explanation = one.due_at, explain(one)
    clock.is_provisional, clock.calendar = one.is_provisional, calendar().digest
    clock.warn_at = clocks.warns(one, clock.warned)
    return moved if is_news else None


def strike(session: Session, now: datetime, *, limit: int) -> int:
    """Compute anew what was computed from another calendar; tell once a ticket those concerned."""
    if not is_open(now):
        return 0
    current = calendar().digest
    stale = (
        select(Clock.ticket_id)
        .where(Clock.met_at.is_(None), or_(Clock.calendar < current, Clock.calendar > current))
        .limit(limit)
    )
    found = [(ticket_id,) for ticket_id in sorted(set(session.scalars(stale)))]

    def act(key: Key) -> bool:
        ticket = taken(session, key[0])
        return ticket is not None and _reckon(session, ticket, now)

    return one_by_one(session, "reckoning", found, act)


def _reckon(session: Session, ticket: Ticket, now: datetime) -> bool:
    moved = recompute(session, ticket, changes(session, ticket.id), now=now)
    if moved and may(ticket, Verb.RECKON):
        data: dict[str, Any] = {
            "calendar": calendar().digest,
            "moved": [each.as_data() for each in moved],
        }
        event_id = events.record(session, ticket, Verb.RECKON, SYSTEM, now=now, **data)
        _tell(session, ticket, moved, event_id=event_id, now=now)
    return True


def _tell(session: Session, ticket: Ticket, moved: Sequence[Moved], *, event_id: int, now: datetime) -> None:
    """Tell the owner's desk all new dates, and everybody else those that were promised to or by them."""
    if not (dates := moved_dates(moved)):
        return
    news, what = about(ticket), Notice.RECKONED
    tell_desk(session, ticket, what, news | {"dates": dates}, event_id=event_id, now=now)
    mine = [each for each in dates if each[0] not in OF_OTHERS]
    if mine and ticket.status not in FINISHED:
        hers = news | {"dates": mine, "to_enterprise": True}
        tell_author(session, ticket, what, hers, event_id=event_id, now=now)
    for one in (each for each in moved if each.subject_id is not None and each.after != each.before):
        theirs = news | {"dates": moved_dates([one])}
        people = _keepers(session, ticket, one, now)
        tell(session, people, what, theirs, ticket_id=ticket.id, event_id=event_id, now=now)


def _keepers(session: Session, ticket: Ticket, one: Moved, now: datetime) -> Sequence[int]:
    """Return who keeps a promise beside the owner: the unit that helps, or who decides an appeal."""
    if one.name == ClockName.APPEAL:
        return above(session, ticket.owner_id, ticket.region, now)
    unit_id = keeper(session, ticket, one.name, LEVELS[0], one.subject_id).desk_id
    return desk(session, unit_id, day_of(now))
