"""The enterprise asks where its case stays (催办): the desk hears it, then those above it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from models.actions import escalations, events, gathered
from models.actions.conversation import Desk, about, tell_desk
from models.actions.escalations import Alarm
from models.actions.outbox import Notice, tell
from models.queries.ladder import can_be_reached, nearest, office, standing
from models.queries.people import OfficialCard
from models.queries.tickets import Actor
from models.rules.clocks import OF_OTHERS
from models.rules.lifecycle import Verb
from models.rules.urging import AT_THE_DESK, URGING, level_of, rungs_of, times_urged
from models.rules.warnings import Rung, Step
from models.tables import Clock, Event, Official, Ticket

URGE_EVERY: Final = timedelta(hours=24)


class UrgedAlready(Exception):
    """The case was urged within the last day; `again_at` is when it may be urged once more."""

    def __init__(self, again_at: datetime) -> None:
        super().__init__(again_at)
        self.again_at = again_at


@dataclass(frozen=True, slots=True)
class Urged:
    """Who was told that a case was urged: the desk, and above it whoever stands on `step`, if anybody.

    `times` counts since something was last done about the case; `office` is who stands on the office's rung.
    """

    desk: Desk
    times: int = 1
    level: int = AT_THE_DESK
    is_overdue: bool = False
    step: Step | None = None
    office: OfficialCard | None = None


def urge(session: Session, ticket: Ticket, actor: Actor, *, now: datetime) -> Urged:
    """The enterprise asks where its case stays, at most once in 24 hours a case; return who was told.

    The first time it is the desk. Where nothing was done about it until the next time, or the desk cannot be
    reached, the next rung hears it too; the supervisors do after that, or at once if a date has passed.

    Raises:
        UrgedAlready: it was urged within the last day.
        NotPossible: the case is over.
        NotAllowed: `actor` does not speak for the enterprise.
    """
    story = session.execute(
        select(Event.seq, Event.verb, Event.data, Event.at)
        .where(Event.ticket_id == ticket.id)
        .order_by(Event.seq)
    ).all()
    last = max((row.at for row in story if row.verb == Verb.URGE), default=None)
    if last is not None and now - last < URGE_EVERY:
        raise UrgedAlready(last + URGE_EVERY)
    gathered.settle(session, ticket, now=now)
    times = times_urged((row.seq, Verb(row.verb), row.data.get("of")) for row in story) + 1
    is_overdue = _is_overdue(session, ticket, now)
    level = level_of(times, is_overdue=is_overdue)
    event_id = events.record(session, ticket, Verb.URGE, actor, now=now, times=times, level=level)
    news = {"times": times, "overdue": is_overdue}
    told = tell_desk(session, ticket, Notice.URGED, about(ticket) | news, event_id=event_id, now=now)
    above = _above(session, ticket, told, level, now)
    # A desk is one rung: it is enough that one of its people hears of it.
    heard = dict.fromkeys(told.people, Step(Rung.OFFICE if told.office else Rung.LEADER))
    heard |= dict.fromkeys(above[1], above[0]) if above else {}
    if above:
        _tell_above(session, ticket, above[1], news, event_id=event_id, now=now)
    escalations.note(session, ticket, Alarm(URGING, level), heard, event_id=event_id, now=now)
    return Urged(
        told,
        times,
        level,
        is_overdue,
        above[0] if above else None,
        office(session, now) if above and above[0].rung is Rung.OFFICE else None,
    )


def _is_overdue(session: Session, ticket: Ticket, now: datetime) -> bool:
    """Whether a promise to the enterprise was not kept in time."""
    running = exists().where(
        Clock.ticket_id == ticket.id, Clock.met_at.is_(None), Clock.due_at < now, Clock.name.not_in(OF_OTHERS)
    )
    return bool(session.scalar(select(running)))


def _above(
    session: Session, ticket: Ticket, told: Desk, level: int, now: datetime
) -> tuple[Step, list[int]] | None:
    """Who hears of it beside the desk: nobody the first time, unless nobody there can be reached."""
    if level == AT_THE_DESK and can_be_reached(session, told.people):
        return None
    people = standing(session, ticket.owner_id, ticket.region, now)
    return nearest(people, rungs_of(level, ticket.region), but=told.people)


def _tell_above(
    session: Session,
    ticket: Ticket,
    people: Sequence[int],
    news: Mapping[str, Any],
    *,
    event_id: int,
    now: datetime,
) -> None:
    owner = session.get_one(Official, ticket.owner_id)
    more = {"owner": {"name": owner.name, "post": owner.post}, "instead_of": None}
    about_it = about(ticket) | dict(news) | more
    tell(session, people, Notice.URGED, about_it, ticket_id=ticket.id, event_id=event_id, now=now)
