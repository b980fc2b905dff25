"""Warn when half, four fifths and all of a clock's time are gone; each warning happens once."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from config import catalog
from models.actions import clocks, escalations, reckoning
from models.actions.escalations import Alarm
from models.actions.striking import Key, is_open, may, one_by_one, taken
from models.queries.deadlines import changes
from models.queries.workdays import calendar
from models.rules.lifecycle import Verb
from models.rules.warnings import level_at
from models.tables import Clock, Ticket

PUT_OFF: Final = timedelta(hours=1)
"""A warning that broke is tried again after this, so that it holds up no other."""


def strike(session: Session, now: datetime, *, limit: int) -> int:
    """Warn of every clock whose moment has come, the longest overdue first; never outside office hours."""
    if not is_open(now):
        return 0
    due = (
        select(Clock.id, Clock.ticket_id)
        .where(Clock.met_at.is_(None), Clock.warn_at.is_not(None), Clock.warn_at <= now)
        .order_by(Clock.warn_at, Clock.id)
        .limit(limit)
    )
    found = [(row[0], row[1]) for row in session.execute(due)]
    return one_by_one(
        session,
        "warnings",
        found,
        lambda key: _warn(session, key, now),
        lambda key: _put_off(session, key, now),
    )


def _warn(session: Session, key: Key, now: datetime) -> bool:
    ticket = taken(session, key[1])
    if ticket is None:
        return False
    clock = session.get(Clock, key[0], populate_existing=True)
    if clock is None or clock.met_at is not None or clock.warn_at is None or clock.warn_at > now:
        return False  # somebody was faster
    if may(ticket, Verb.WARN):
        _say_so(session, ticket, clock, now)
    else:
        clock.warn_at = None
    session.flush()
    return True


def _say_so(session: Session, ticket: Ticket, clock: Clock, now: datetime) -> None:
    one = reckoning.promise(clock, ticket.type, changes(session, ticket.id))
    span, stops = (clock.started_at, clock.due_at), one.pauses if one else ()
    level = level_at(span, now, calendar(), catalog.warning_manners(), stops)
    since, clock.warned = clock.warned, max(level, clock.warned)
    clock.warn_at = clocks.warns_next(span, clock.warned, stops)
    if level > since:
        alarm = Alarm(clock.name, level, clock.due_at, clock.subject_id)
        escalations.warn(session, ticket, alarm, since=since, now=now)


def _put_off(session: Session, key: Key, now: datetime) -> None:
    clock = session.get(Clock, key[0])
    if clock is not None:
        clock.warn_at = now + PUT_OFF
        session.flush()
