"""Whether an enterprise can be reached about its ticket, by whom, and how often it could not."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, case, exists, func, select
from sqlalchemy.orm import Session

from models.rules.calling import SHANGHAI
from models.rules.lifecycle import Role, Verb
from models.rules.reach import Contact as Reachable
from models.rules.reach import Next, Way
from models.rules.windows import Window
from models.tables import Contact, Event, Outbox, Person, Ticket, is_parked


@dataclass(frozen=True, slots=True)
class Reach:
    """How somebody can be reached about a ticket: in the chat, and how often they were rung in vain.

    `name` is who would be telephoned where the enterprise has contacts; `tried` are the ways that were taken
    since it was last heard, each with whom it led to.
    """

    last_heard_at: datetime
    follows: bool
    is_window_open: bool
    failed_calls: int
    name: str | None = None
    tried: tuple[tuple[Way, str | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Callee:
    """Somebody who speaks for the enterprise of a ticket."""

    person_id: int
    name: str | None
    no_calls: bool
    hears: bool
    window_expires_at: datetime | None
    window_left: int

    def reachable(self, now: datetime, *, has_notices: bool) -> Reachable:
        """The same, as the rule of the next way looks at it: what would lie parked reaches nobody.

        Outside a window only a notice gets through, where the installation has a template for it.
        """
        expires = self.window_expires_at
        is_open = expires is not None and Window(expires, self.window_left).is_open(now)
        return Reachable(self.person_id, hears=self.hears and (is_open or has_notices))


FAILED_CALLS: Final = (
    select(func.count())
    .select_from(Event)
    .where(Event.ticket_id == Ticket.id, Event.verb == Verb.CALL_FAILED)
    .correlate(Ticket)
    .scalar_subquery()
)
REACH: Final = (Person.seen_at, Person.follows, Person.window_expires_at, Person.window_left, FAILED_CALLS)
"""What `reach_at` is made of; for a statement that joins a ticket with the person who brought it."""


def reach_at(row: Sequence[Any], now: datetime) -> Reach:
    """Return the reach that a row of `REACH` describes at `now`."""
    seen_at, follows, expires_at, left, failed = row
    window = None if expires_at is None else Window(expires_at, left)
    return Reach(seen_at, follows, window is not None and window.is_open(now), failed)


def reach(session: Session, ticket: Ticket, now: datetime) -> Reach | None:
    """Return how whoever would be telephoned about `ticket` can be reached, and which ways were tried.

    None if nobody speaks for its enterprise any more.
    """
    people = callees(session, ticket)
    if not people:
        return None
    names = {each.person_id: each.name for each in people}
    statement = select(*REACH).select_from(Ticket).join(Person, Person.id == people[0].person_id)
    found = reach_at(session.execute(statement.where(Ticket.id == ticket.id)).one(), now)
    tried = tuple((step.way, names.get(step.person_id or 0)) for step in ways_tried(session, ticket.id))
    return replace(found, name=people[0].name, tried=tried)


def callees(session: Session, ticket: Ticket) -> list[Callee]:
    """Return who speaks for the enterprise, whoever brought the ticket first; a stranger for themself.

    Nobody for an enterprise that all its contacts have left: what they brought is theirs no longer.
    """
    if ticket.enterprise_id is not None:
        return speakers(session, ticket)
    alone = select(_hears(), Person.window_expires_at, Person.window_left)
    hears, expires, left = session.execute(alone.where(Person.id == ticket.person_id)).one()
    return [Callee(ticket.person_id, None, False, hears, expires, left)]


def callee(session: Session, ticket: Ticket) -> Callee | None:
    """Return who would be telephoned about a ticket; None if nobody speaks for its enterprise any more."""
    return next(iter(callees(session, ticket)), None)


def speakers(session: Session, ticket: Ticket) -> list[Callee]:
    """Return who speaks for the enterprise of a ticket, whoever brought it first; nobody for a stranger's."""
    if ticket.enterprise_id is None:
        return []
    mine: ColumnElement[Any] = case((Person.id == ticket.person_id, 0), else_=1)
    rows = session.execute(
        select(
            *(Person.id, Contact.name, Contact.no_calls, _hears()),
            *(Person.window_expires_at, Person.window_left),
        )
        .join(Contact, Contact.person_id == Person.id)
        .where(Contact.enterprise_id == ticket.enterprise_id, Contact.is_active)
        .order_by(mine, Contact.since.desc(), Contact.id.desc())
    ).all()
    return [Callee(*row) for row in rows]


def failed_attempts(session: Session, ticket_id: int, *, since: datetime | None = None) -> tuple[date, ...]:
    """Return the days on which the enterprise could not be reached, since it was last heard on this ticket.

    A write-off without the enterprise's word needs two of them (MISSION.md, 4): several tries on one day
    count as one, and whoever has spoken since then was reachable after all. What failed before they were told
    of the result (`since`) proves nothing about it.
    """
    failures = (event for event in _failures(session, ticket_id) if since is None or event.at > since)
    days = {event.at.astimezone(SHANGHAI).date() for event in failures}
    return tuple(sorted(days))


def ways_tried(session: Session, ticket_id: int) -> list[Next]:
    """Return the ways taken to reach the enterprise since it was last heard on this ticket."""
    return [step for step, _ in _taken(session, ticket_id)]


def is_soon_after(session: Session, ticket_id: int, patience: timedelta, *, now: datetime) -> bool:
    """Whether the way that was taken last to reach the enterprise still has time to lead there."""
    taken = _taken(session, ticket_id)
    return bool(taken) and now - taken[-1][1] < patience


def _taken(session: Session, ticket_id: int) -> list[tuple[Next, datetime]]:
    """The ways taken, and when; a call in vain that had to wait for the last one took none."""
    failures = _failures(session, ticket_id)
    steps = [(Next(Way(event.data["way"]), event.data["to"]), event.at) for event in failures]
    return [(step, at) for step, at in steps if step.way is not Way.SOON]


def _failures(session: Session, ticket_id: int) -> Sequence[Event]:
    last_heard = (
        select(func.coalesce(func.max(Event.seq), 0))
        .where(Event.ticket_id == ticket_id, Event.actor_role == Role.ENTERPRISE)
        .scalar_subquery()
    )
    return session.scalars(
        select(Event)
        .where(Event.ticket_id == ticket_id, Event.verb == Verb.CALL_FAILED, Event.seq > last_heard)
        .order_by(Event.seq)
    ).all()


def _hears() -> ColumnElement[bool]:
    """Whether messages get through: they follow us, the platform does not refuse, nothing lies parked."""
    waiting = exists().where(Outbox.person_id == Person.id, is_parked(Outbox.state))
    return Person.follows & Person.is_reachable & ~waiting
