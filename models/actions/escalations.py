"""Tell upwards that a promise runs out, until it is certain that somebody has heard it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, cast

from sqlalchemy import ColumnElement, Row, exists, func, or_, select, update
from sqlalchemy.orm import Session

from config import catalog
from config.catalog import ClockName
from models.actions import events
from models.actions.keepers import keeper, tell_beside
from models.actions.outbox import tell
from models.actions.striking import SYSTEM, Key, is_open, may, one_by_one, opening, taken
from models.queries.ladder import nearest, standing
from models.rules.lifecycle import FINISHED, Verb
from models.rules.urging import DEEDS, URGING, rungs_of
from models.rules.warnings import LEVELS, Rung, Step, climbs, ladder, rungs_above
from models.tables import Clock, Delivery, Escalation, Event, Outbox, Proof, Ticket

AGAIN: Final = timedelta(hours=1)
"""After this a warning is looked at again that is still on its way, or for which nobody higher is there."""

_UNDER_WAY: Final = frozenset({Delivery.PENDING, Delivery.SENDING})


@dataclass(frozen=True, slots=True)
class Alarm:
    """What is warned of: a clock (of what), how far it has run, and its date; or urging, which has none."""

    clock: str
    level: int
    due_at: datetime | None = None
    subject_id: int | None = None


def warn(session: Session, ticket: Ticket, alarm: Alarm, *, since: int, now: datetime) -> None:
    """Tell whoever is to know at this level, and at every level above `since` that was passed unheard."""
    levels = [each for each in LEVELS if since < each <= alarm.level]
    told: dict[int, Step] = {}
    for level in levels:
        heard = _reached(session, ticket, replace(alarm, level=level), now)
        told |= {person: step for person, step in heard.items() if person not in told}
    is_for_somebody = any(climbs(alarm.clock, level, ticket.region) for level in levels)
    event_id = _tell(session, ticket, alarm, told, now=now, is_noted=is_for_somebody)
    for level in levels:
        tell_beside(session, ticket, alarm.clock, level, alarm.subject_id, event_id=event_id, now=now)


def inform(session: Session, ticket: Ticket, alarm: Alarm, *, event_id: int, now: datetime) -> None:
    """Tell whoever must act on an event, so that it is certain that somebody has heard it."""
    told = _reached(session, ticket, alarm, now)
    _spread(session, ticket, alarm, told, {}, event_id=event_id, now=now)
    note(session, ticket, alarm, told, event_id=event_id, now=now)


def _reached(session: Session, ticket: Ticket, alarm: Alarm, now: datetime) -> dict[int, Step]:
    """Who is told at this level: on each ladder the first rung on which somebody can be reached."""
    desk_id = keeper(session, ticket, alarm.clock, alarm.level, alarm.subject_id).desk_id
    people = standing(session, desk_id, ticket.region, now)
    found = [nearest(people, steps) for steps in climbs(alarm.clock, alarm.level, ticket.region)]
    told: dict[int, Step] = {}
    for step, heard in (each for each in found if each is not None):
        told |= {person: step for person in heard if person not in told}
    return told


def _spread(
    session: Session,
    ticket: Ticket,
    alarm: Alarm,
    told: Mapping[int, Step],
    more: Mapping[str, Any],
    *,
    event_id: int,
    now: datetime,
) -> None:
    """Queue the messages; whoever cannot decide an appeal themselves hears that nobody can be reached."""
    who = keeper(session, ticket, alarm.clock, alarm.level, alarm.subject_id)
    for person, step in told.items():
        is_unattended = alarm.clock == ClockName.APPEAL and step.rung is Rung.OFFICE
        news = {**who.news, **more} | ({"is_unattended": True} if is_unattended else {})
        tell(session, [person], who.notice, news, ticket_id=ticket.id, event_id=event_id, now=now)


def _tell(
    session: Session,
    ticket: Ticket,
    alarm: Alarm,
    told: Mapping[int, Step],
    *,
    now: datetime,
    instead_of: Escalation | None = None,
    is_noted: bool = True,
) -> int:
    """Write the event, the messages and who was told by which; return the event's id."""
    data: dict[str, Any] = {
        "clock": alarm.clock,
        **({} if alarm.subject_id is None else {"subject": alarm.subject_id}),
        "level": alarm.level,
        "due_at": alarm.due_at.isoformat() if alarm.due_at else None,
        "told": _counted(told.values()),
        "instead_of": instead_of.rung if instead_of else None,
    }
    event_id = events.record(session, ticket, Verb.WARN, SYSTEM, now=now, **data)
    _spread(session, ticket, alarm, told, data, event_id=event_id, now=now)
    if is_noted:
        note(session, ticket, alarm, told, event_id=event_id, now=now, instead_of=instead_of)
    return event_id


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
    kind = keeper(session, ticket, alarm.clock, alarm.level, alarm.subject_id).notice
    sent = select(Outbox.person_id, Outbox.id).where(
        Outbox.ticket_id == ticket.id, Outbox.event_id == event_id, Outbox.kind == kind
    )
    found = session.execute(sent.where(Outbox.person_id.in_(list(told))))
    rows: Sequence[tuple[int | None, int | None]] = [(row[0], row[1]) for row in found]
    last = ladder(ticket.region)[-1]
    for person_id, outbox_id in rows or [(None, None)]:
        step = told.get(person_id, last) if person_id is not None else last
        session.add(
            Escalation(
                ticket_id=ticket.id,
                event_id=event_id,
                clock=alarm.clock,
                subject_id=alarm.subject_id,
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

    Whoever was told by now that more of the time is gone is not told of less: nothing older comes after it.
    False if there is nobody.
    """
    first: Escalation = unheard[0][0]
    who = keeper(session, ticket, first.clock, first.level, first.subject_id)
    people = standing(session, who.desk_id, ticket.region, now)
    known = _told_of(session, first)
    is_urging, region = first.clock == URGING, ticket.region
    again = (rungs_of(first.level, region),) if is_urging else climbs(first.clock, first.level, region)
    ladders = (rungs_above(top, region), *again)
    found = next((each for steps in ladders if (each := nearest(people, steps, but=known))), None)
    if found is None:
        return False
    told = dict.fromkeys(
        (one for one in found[1] if one not in _told_of(session, first, more=True)), found[0]
    )
    if not told:
        return True
    clock = _running(session, ticket, first)
    alarm = Alarm(first.clock, first.level, clock.due_at if clock else None, first.subject_id)
    _tell(session, ticket, alarm, told, now=now, instead_of=first if first.person_id else None)
    return True


def _told_of(session: Session, row: Escalation, *, more: bool = False) -> set[int]:
    """Everybody told of this clock at this level, or of `more`, heard or not; of urging, since the last."""
    urged = select(func.max(Event.at)).where(Event.ticket_id == row.ticket_id, Event.verb == Verb.URGE)
    told = select(Escalation.person_id).where(
        Escalation.ticket_id == row.ticket_id,
        Escalation.clock == row.clock,
        Escalation.level > row.level if more else Escalation.level == row.level,
        _of(Escalation.subject_id, row.subject_id),
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
    mine = (Clock.ticket_id == ticket.id, Clock.name == row.clock, _of(Clock.subject_id, row.subject_id))
    running = select(Clock).where(*mine, Clock.met_at.is_(None))
    return session.scalars(running.order_by(Clock.id.desc())).first()


def _still_runs(session: Session, ticket: Ticket, row: Escalation) -> bool:
    if row.clock == URGING:
        return not _is_answered(session, ticket, row)
    clock = _running(session, ticket, row)
    if clock is not None and row.clock == ClockName.APPEAL:
        return True  # supervisors are told at once, before any of its time is gone
    return clock is not None and clock.warned >= row.level


def _of(column: Any, subject_id: int | None) -> ColumnElement[bool]:
    return cast("ColumnElement[bool]", column.is_(None) if subject_id is None else column == subject_id)


def _is_answered(session: Session, ticket: Ticket, row: Escalation) -> bool:
    """Whether something was done about a case since it was urged, or it was urged once more."""
    since = exists().where(
        Event.ticket_id == ticket.id, Event.id > row.event_id, Event.verb.in_([Verb.URGE, *DEEDS])
    )
    return ticket.status in FINISHED or bool(session.scalar(select(since)))
