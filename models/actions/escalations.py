"""Tell upwards that a promise runs out, until it is certain that somebody has heard it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, exists, func, or_, select, update
from sqlalchemy.orm import Session

from config import catalog
from models.actions import events
from models.actions.conversation import about
from models.actions.outbox import Notice, tell
from models.actions.striking import SYSTEM, Key, is_open, may, one_by_one, opening, taken
from models.queries.ladder import nearest, standing
from models.rules.lifecycle import FINISHED, Verb
from models.rules.urging import DEEDS, URGING, rungs_of
from models.rules.warnings import LEVELS, Rung, Step, ladder, rungs_above, rungs_from
from models.tables import Clock, Delivery, Escalation, Event, Official, Outbox, Proof, Ticket

AGAIN: Final = timedelta(hours=1)
"""After this a warning is looked at again that is still on its way, or for which nobody higher is there."""

_UNDER_WAY: Final = frozenset({Delivery.PENDING, Delivery.SENDING})


@dataclass(frozen=True, slots=True)
class Alarm:
    """What is warned of: a clock, how far it has run, and its date; or urging, which has none."""

    clock: str
    level: int
    due_at: datetime | None = None


def warn(session: Session, ticket: Ticket, alarm: Alarm, *, since: int, now: datetime) -> None:
    """Tell whoever is to know at this level, and at every level above `since` that was passed unheard."""
    people = standing(session, ticket.owner_id, ticket.region, now)
    told: dict[int, Step] = {}
    for level in (each for each in LEVELS if since < each <= alarm.level):
        step, heard = nearest(people, rungs_from(level, ticket.region)) or (None, ())
        told |= {person: step for person in heard if step and person not in told}
    _tell(session, ticket, alarm, told, now=now)


def _tell(
    session: Session,
    ticket: Ticket,
    alarm: Alarm,
    told: Mapping[int, Step],
    *,
    now: datetime,
    instead_of: Escalation | None = None,
) -> None:
    """Write the event, the messages and who was told by which."""
    data: dict[str, Any] = {
        "clock": alarm.clock,
        "level": alarm.level,
        "due_at": alarm.due_at.isoformat() if alarm.due_at else None,
        "told": _counted(told.values()),
        "instead_of": instead_of.rung if instead_of else None,
    }
    event_id = events.record(session, ticket, Verb.WARN, SYSTEM, now=now, **data)
    owner = session.get_one(Official, ticket.owner_id)
    news = about(ticket) | data | {"owner": {"name": owner.name, "post": owner.post}}
    notice = Notice.URGED if alarm.clock == URGING else Notice.WARNED
    tell(session, told, notice, news, ticket_id=ticket.id, event_id=event_id, now=now)
    note(session, ticket, alarm, told, event_id=event_id, now=now, instead_of=instead_of)


def note(
    session: Session,
    ticket: Ticket,
    alarm: Alarm,
    told: Mapping[int, Step],
    *,
    event_id: int,
    now: datetime,
    instead_of: Escalation | None = None,
) -> None:
    """Write down who was told by which message of an event, so that it will be looked after.

    Nobody told is written down as well.
    """
    sent = select(Outbox.person_id, Outbox.id).where(
        Outbox.ticket_id == ticket.id, Outbox.event_id == event_id
    )
    rows: Sequence[tuple[int | None, int | None]] = [(row[0], row[1]) for row in session.execute(sent)]
    last = ladder(ticket.region)[-1]
    for person_id, outbox_id in rows or [(None, None)]:
        step = told.get(person_id, last) if person_id is not None else last
        session.add(
            Escalation(
                ticket_id=ticket.id,
                event_id=event_id,
                clock=alarm.clock,
                level=alarm.level,
                rung=step.rung,
                region=step.region,
                person_id=person_id,
                outbox_id=outbox_id,
                instead_of=instead_of.id if instead_of else None,
                told_at=now,
                check_at=opening(now + catalog.warning_manners().proof),
            )
        )
    session.flush()


def _counted(steps: Iterable[Step]) -> list[list[Any]]:
    listed = list(steps)
    return [[step.rung, step.region, listed.count(step)] for step in dict.fromkeys(listed)]


def strike(session: Session, now: datetime, *, limit: int) -> int:
    """Look whether warnings arrived in time; of one that did not, the next rung up is told instead."""
    if not is_open(now):
        return 0
    due = (
        select(Escalation.ticket_id, Escalation.event_id)
        .where(Escalation.check_at.is_not(None), Escalation.check_at <= now)
        .order_by(Escalation.check_at, Escalation.id)
        .limit(limit)
    )
    found = dict.fromkeys((row[0], row[1]) for row in session.execute(due))
    return one_by_one(
        session,
        "escalations",
        found,
        lambda key: _check(session, key, now),
        lambda key: _look_again(session, key[1], now),
    )


def _check(session: Session, key: Key, now: datetime) -> bool:
    ticket = taken(session, key[0])
    if ticket is None:
        return False
    rows = session.execute(
        select(Escalation, Outbox.state)
        .outerjoin(Outbox, Outbox.id == Escalation.outbox_id)
        .where(Escalation.event_id == key[1], Escalation.check_at.is_not(None))
        .order_by(Escalation.id)
    ).all()
    if not any(row[0].check_at is not None and row[0].check_at <= now for row in rows):
        return False
    steps = ladder(ticket.region)
    top = max((_step(row[0]) for row in rows), key=lambda step: steps.index(step) if step in steps else 0)
    highest = [row for row in rows if _step(row[0]) == top]
    if not _still_runs(session, ticket, highest[0][0]) or not may(ticket, Verb.WARN):
        _prove(rows, Proof.MOOT)
    elif any(state == Delivery.SENT for _, state in highest):
        _prove(rows, Proof.MISSED)
    elif any(state in _UNDER_WAY for _, state in highest) or not _climb(session, ticket, highest, top, now):
        _look_again(session, key[1], now)
        return True
    else:
        _prove(rows, Proof.RAISED)
    session.flush()
    return True


def _climb(
    session: Session,
    ticket: Ticket,
    unheard: Sequence[Row[Escalation, str]],
    top: Step,
    now: datetime,
) -> bool:
    """Tell the next rung above `top` on which somebody can be reached, else whoever has not been told yet.

    False if there is nobody.
    """
    first: Escalation = unheard[0][0]
    people = standing(session, ticket.owner_id, ticket.region, now)
    known = _told_of(session, first)
    again = rungs_of if first.clock == URGING else rungs_from
    found = nearest(people, rungs_above(top, ticket.region), but=known) or nearest(
        people, again(first.level, ticket.region), but=known
    )
    if found is None:
        return False
    clock = _running(session, ticket, first)
    alarm = Alarm(first.clock, first.level, clock.due_at if clock else None)
    told = dict.fromkeys(found[1], found[0])
    _tell(session, ticket, alarm, told, now=now, instead_of=first if first.person_id else None)
    return True


def _told_of(session: Session, row: Escalation) -> set[int]:
    """Everybody who was told of this clock at this level, heard or not; of urging, since the last time."""
    urged = select(func.max(Event.at)).where(Event.ticket_id == row.ticket_id, Event.verb == Verb.URGE)
    told = select(Escalation.person_id).where(
        Escalation.ticket_id == row.ticket_id,
        Escalation.clock == row.clock,
        Escalation.level == row.level,
        Escalation.proof.is_distinct_from(Proof.MOOT),
        or_(Escalation.clock != URGING, Escalation.told_at >= urged.scalar_subquery()),
    )
    return {person_id for person_id in session.scalars(told) if person_id is not None}


def _prove(rows: Iterable[Row[Escalation, str]], else_: Proof) -> None:
    for row, state in rows:
        row.proof = Proof.DELIVERED if state == Delivery.SENT else else_
        row.check_at = None


def _look_again(session: Session, event_id: int, now: datetime) -> None:
    session.execute(
        update(Escalation)
        .where(Escalation.event_id == event_id, Escalation.check_at.is_not(None))
        .values(check_at=opening(now + AGAIN))
    )


def _step(row: Escalation) -> Step:
    return Step(Rung(row.rung), row.region)


def _running(session: Session, ticket: Ticket, row: Escalation) -> Clock | None:
    """The clock that was warned of, if it still runs."""
    return session.scalars(
        select(Clock)
        .where(Clock.ticket_id == ticket.id, Clock.name == row.clock, Clock.met_at.is_(None))
        .order_by(Clock.id.desc())
    ).first()


def _still_runs(session: Session, ticket: Ticket, row: Escalation) -> bool:
    if row.clock == URGING:
        return not _is_answered(session, ticket, row)
    clock = _running(session, ticket, row)
    return clock is not None and clock.warned >= row.level


def _is_answered(session: Session, ticket: Ticket, row: Escalation) -> bool:
    """Whether something was done about a case since it was urged, or it was urged once more."""
    since = exists().where(
        Event.ticket_id == ticket.id, Event.id > row.event_id, Event.verb.in_([Verb.URGE, *DEEDS])
    )
    return ticket.status in FINISHED or bool(session.scalar(select(since)))
