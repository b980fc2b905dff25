"""Stop the clocks of a case for some days (暂停计时): a supervisor decides, says why, and until when."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config import catalog
from models.actions import events, reckoning
from models.actions.conversation import about, tell_desk
from models.actions.extensions import LONGEST_REASON, card, tell_both
from models.actions.outbox import Notice
from models.actions.reckoning import Moved, moved_dates
from models.actions.striking import SYSTEM, Key, is_open, may, one_by_one, taken
from models.queries.deadlines import changes, pause_running
from models.queries.tickets import Actor
from models.rules.clocks import Paused
from models.rules.counting import SHANGHAI, day_of
from models.rules.lifecycle import Status, Verb, advance
from models.tables import Pause, Ticket


class WhyNot(StrEnum):
    """Why there can be no pause."""

    INCOMPLETE = "incomplete"
    RUNNING = "running"
    """An earlier one has not ended."""

    PAST = "past"
    TOO_LONG = "too_long"
    TOO_OFTEN = "too_often"


class NoPause(Exception):
    """There can be no pause. `latest` is the last day there could be, where an earlier one would do."""

    def __init__(self, why: WhyNot, latest: date | None = None) -> None:
        super().__init__(why)
        self.why, self.latest = why, latest


class NothingPaused(LookupError):
    """The clocks of this case run."""


def pause(
    session: Session, ticket: Ticket, actor: Actor, until: date, reason: str, *, now: datetime
) -> Sequence[Moved]:
    """A supervisor stops the clocks from today until a day, both included; both sides are told.

    Return the dates that moved.

    Raises:
        NoPause: reason missing, day past or too far, a pause running or too many before.
        NotPossible: nobody is working on the case.
        NotAllowed: `actor` is no supervisor.
    """
    advance(Status(ticket.status), Verb.PAUSE, actor.role)
    _may_pause(session, ticket, until, reason, now)
    by = card(session, actor)
    made = changes(session, ticket.id)
    stop = Paused(now, day_of(now), until, f"{by['post']} {by['name']}", reason)
    moved = reckoning.recompute(session, ticket, replace(made, pauses=(*made.pauses, stop)), now=now)
    data = {"until": until.isoformat(), "reason": reason, "moved": [each.as_data() for each in moved]}
    event_id = events.record(session, ticket, Verb.PAUSE, actor, now=now, **data)
    session.add(
        Pause(
            ticket_id=ticket.id,
            event_id=event_id,
            began_at=now,
            until=_midnight(until + timedelta(days=1)),
            reason=reason[:LONGEST_REASON],
            decided_by=actor.official_id,
        )
    )
    session.flush()
    news = about(ticket) | {
        "until": until.isoformat(),
        "reason": reason,
        "dates": moved_dates(moved),
        "by": by,
    }
    tell_both(session, ticket, Notice.PAUSED, news, event_id=event_id, now=now)
    return moved


def _may_pause(session: Session, ticket: Ticket, until: date, reason: str, now: datetime) -> None:
    limits, today = catalog.pause_limits(), day_of(now)
    latest = today + timedelta(days=limits.longest - 1)
    before = session.scalar(select(func.count()).select_from(Pause).where(Pause.ticket_id == ticket.id)) or 0
    if not reason.strip():
        raise NoPause(WhyNot.INCOMPLETE)
    if pause_running(session, ticket.id) is not None:
        raise NoPause(WhyNot.RUNNING)
    if before >= limits.most:
        raise NoPause(WhyNot.TOO_OFTEN)
    if until < today:
        raise NoPause(WhyNot.PAST, latest)
    if until > latest:
        raise NoPause(WhyNot.TOO_LONG, latest)


def resume(session: Session, ticket: Ticket, actor: Actor, *, now: datetime) -> Sequence[Moved]:
    """A supervisor lets the clocks run again before the pause ends; today counts. Both sides are told.

    Raises:
        NothingPaused: they run.
        NotPossible: nobody is working on the case.
        NotAllowed: `actor` is no supervisor.
    """
    advance(Status(ticket.status), Verb.RESUME, actor.role)
    running = pause_running(session, ticket.id)
    if running is None:
        raise NothingPaused
    running.ended_at, running.until = now, min(running.until, _midnight(day_of(now)))
    session.flush()
    moved = reckoning.recompute(session, ticket, changes(session, ticket.id), now=now)
    _tell_resumed(session, ticket, actor, moved, now=now)
    return moved


def _tell_resumed(
    session: Session, ticket: Ticket, actor: Actor, moved: Sequence[Moved], *, now: datetime
) -> None:
    data = {"moved": [each.as_data() for each in moved]}
    event_id = events.record(session, ticket, Verb.RESUME, actor, now=now, **data)
    dates = moved_dates(moved)
    news = about(ticket) | {"dates": dates}
    if dates:
        tell_both(session, ticket, Notice.RESUMED, news, event_id=event_id, now=now)
    else:
        tell_desk(session, ticket, Notice.RESUMED, news, event_id=event_id, now=now)


def strike(session: Session, now: datetime, *, limit: int) -> int:
    """Note that pauses have ended: the clocks run again since then. The desk is told in office hours."""
    if not is_open(now):
        return 0
    ended = (
        select(Pause.id, Pause.ticket_id)
        .where(Pause.ended_at.is_(None), Pause.until <= now)
        .order_by(Pause.until, Pause.id)
        .limit(limit)
    )
    found = [(row[0], row[1]) for row in session.execute(ended)]
    return one_by_one(session, "pauses", found, lambda key: _end(session, key, now))


def _end(session: Session, key: Key, now: datetime) -> bool:
    ticket = taken(session, key[1])
    if ticket is None:
        return False
    row = session.get(Pause, key[0], populate_existing=True)
    if row is None or row.ended_at is not None:
        return False  # somebody was faster
    row.ended_at = now
    session.flush()
    if may(ticket, Verb.RESUME):
        _tell_resumed(session, ticket, SYSTEM, (), now=now)
    return True


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)
