"""Help with a case (协办), from the owner's side: ask a unit, let it go; and what ends with the case.

The owner stays the owner, and none of this touches the owner's clocks. What the unit does is in `helping`.
Every change goes through the ticket, whose row is locked first.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from config.catalog import ClockName, StartEvent
from models.actions import aides, clocks, events
from models.actions.conversation import about, tell_desk
from models.actions.outbox import Notice, tell
from models.actions.roster import NoSuchOfficial, NotALeader
from models.queries import co_handling as queries
from models.queries.people import desk
from models.queries.tickets import Actor
from models.rules.counting import day_of
from models.rules.lifecycle import Role, Status, Verb, advance
from models.tables import CoHandling, Enterprise, HelpState, Official, OfficialKind, Ticket


class OwnDesk(Exception):
    """The owner's own desk cannot be asked to help it."""


class AskedAlready(Exception):
    """The unit was asked before and has not answered yet."""

    def __init__(self, unit: queries.Help) -> None:
        super().__init__(unit.id)
        self.unit = unit


class NoTask(Exception):
    """The desk was asked for nothing in this case, or it is over."""


class ReasonMissing(ValueError):
    """Whoever refuses or decides must say why."""


def call_in(
    session: Session, ticket: Ticket, actor: Actor, unit_id: int, task: str, *, now: datetime
) -> queries.Help:
    """The owner's desk asks a unit to help, with a task and until when to answer. The owner stays the owner.

    A unit that has answered what it was asked before can be asked again.

    Raises:
        NotPossible: nobody can be asked any more.
        NotAllowed: `actor` is not the owner's desk.
        NoSuchOfficial: there is no such desk.
        NotALeader: it is none of a leader in office.
        OwnDesk: it is the owner's own.
        AskedAlready: it was asked and has not answered.
    """
    advance(Status(ticket.status), Verb.CALL_IN, actor.role)
    unit = _unit(session, ticket, actor, unit_id)
    _end_answered(session, ticket, unit, now)
    row = CoHandling(
        ticket_id=ticket.id,
        unit_id=unit.id,
        asked_by=actor.official_id,
        task=task,
        state=HelpState.ASKED,
        asked_at=now,
    )
    session.add(row)
    session.flush()
    due = clocks.start_for(session, ticket, StartEvent.CALLED_IN, subject_id=row.id, now=now)
    event_id = events.record(
        session, ticket, Verb.CALL_IN, actor, now=now, co_handling=row.id, unit_id=unit.id, task=task
    )
    news = news_of_help(session, ticket, unit.id) | {"task": task, "due": due.due_at.isoformat()}
    tell_unit(session, ticket, unit.id, Notice.CALLED_IN, news, event_id=event_id, now=now)
    told = {"text": task, "unit": {"name": unit.name, "post": unit.post}}
    aides.tell_leader(session, ticket, actor, told, act=Verb.CALL_IN, event_id=event_id, now=now)
    return queries.help_of(row, unit)


def let_go(session: Session, ticket: Ticket, actor: Actor, unit_id: int, *, now: datetime) -> None:
    """The owner's desk needs a unit's help no longer; the unit is told.

    Raises:
        NotPossible: the case is not in work any more.
        NotAllowed: `actor` is not the owner's desk.
        NoTask: the unit helps with nothing here.
    """
    advance(Status(ticket.status), Verb.LET_GO, actor.role)
    row = queries.helping(session, ticket.id, unit_id)
    if row is None:
        raise NoTask
    event_id = events.record(
        session, ticket, Verb.LET_GO, actor, now=now, co_handling=row.id, unit_id=unit_id
    )
    _end(session, ticket, unit_id, event_id=event_id, now=now)


def over(session: Session, ticket: Ticket, *, event_id: int, now: datetime) -> None:
    """End all help with a case that has ended; whoever helped is told."""
    for helper in queries.helpers(session, ticket.id):
        _end(session, ticket, helper.unit_id, event_id=event_id, now=now)


def becomes_owner(session: Session, ticket: Ticket, *, now: datetime) -> None:
    """Whoever owns the case from now on does not help with it: their part as a helper is over."""
    row = queries.helping(session, ticket.id, ticket.owner_id)
    if row is not None:
        close(session, row, HelpState.ENDED, now=now)


def close(session: Session, row: CoHandling, state: HelpState, *, now: datetime) -> None:
    """End a unit's part in a case, and the clock of its answer."""
    row.state, row.ended_at = state, now
    clocks.end_one(session, row.ticket_id, ClockName.CO_HANDLE, subject_id=row.id, now=now)
    session.flush()


def hand_over(
    session: Session, tickets: Iterable[Ticket], facts: Mapping[str, Any], *, now: datetime
) -> dict[int, int]:
    """A successor takes over what a desk was asked to help with; the owners of those cases are told.

    Where they own the case or help with it already, the desk's task ends. Returns the event of each case.
    """
    tasks = {ticket: queries.helping(session, ticket.id, facts["from"]) for ticket in tickets}
    return {
        ticket.id: _inherit(session, ticket, row, facts, now)
        for ticket, row in tasks.items()
        if row is not None
    }


def _inherit(
    session: Session, ticket: Ticket, row: CoHandling, facts: Mapping[str, Any], now: datetime
) -> int:
    to_id, before = facts["to"], session.get_one(Official, facts["from"])
    goes_on = to_id != ticket.owner_id and queries.helping(session, ticket.id, to_id) is None
    event_id = events.record(
        session, ticket, Verb.INHERIT, Actor(Role.SUPERVISOR, None), now=now, co_handling=row.id, **facts
    )
    news = news_of_help(session, ticket, to_id) | {
        "unit_before": {"name": before.name, "post": before.post, "department": before.department},
        "text": row.task,
        "goes_on": goes_on,
    }
    if goes_on:
        row.unit_id = to_id
        session.flush()
    else:
        close(session, row, HelpState.ENDED, now=now)
    tell_desk(session, ticket, Notice.HELP_PASSED, news, event_id=event_id, now=now)
    return event_id


def tell_helpers(
    session: Session, ticket: Ticket, notice: Notice, news: Mapping[str, Any], *, event_id: int, now: datetime
) -> None:
    """Tell everybody who helps with a case what happened to it."""
    for helper in queries.helpers(session, ticket.id):
        tell_unit(session, ticket, helper.unit_id, notice, news, event_id=event_id, now=now)


def _unit(session: Session, ticket: Ticket, actor: Actor, unit_id: int) -> Official:
    unit = session.get(Official, unit_id)
    if unit is None:
        raise NoSuchOfficial(unit_id)
    if unit.kind != OfficialKind.LEADER or not unit.is_active:
        raise NotALeader(unit_id)
    if unit.id in {ticket.owner_id, actor.desk_id}:
        raise OwnDesk
    return unit


def _end_answered(session: Session, ticket: Ticket, unit: Official, now: datetime) -> None:
    """Make room for a new task: what the unit was asked before must be answered."""
    row = queries.helping(session, ticket.id, unit.id)
    if row is None:
        return
    if row.answered_at is None:
        raise AskedAlready(queries.help_of(row, unit))
    close(session, row, HelpState.ENDED, now=now)


def _end(session: Session, ticket: Ticket, unit_id: int, *, event_id: int, now: datetime) -> None:
    row = queries.helping(session, ticket.id, unit_id)
    if row is None:
        return
    close(session, row, HelpState.ENDED, now=now)
    news = news_of_help(session, ticket, unit_id)
    tell_unit(session, ticket, unit_id, Notice.HELP_OVER, news, event_id=event_id, now=now)


def news_of_help(session: Session, ticket: Ticket, unit_id: int) -> dict[str, Any]:
    """What news about help says: which case of which enterprise, who helps, and who owns it."""
    firm = session.get(Enterprise, ticket.enterprise_id) if ticket.enterprise_id else None
    unit, owner = (session.get_one(Official, each) for each in (unit_id, ticket.owner_id))
    return about(ticket) | {
        "enterprise": firm.name if firm else None,
        "unit": {"name": unit.name, "post": unit.post, "department": unit.department},
        "owner": {"name": owner.name, "post": owner.post},
    }


def tell_unit(
    session: Session,
    ticket: Ticket,
    unit_id: int,
    notice: Notice,
    news: Mapping[str, Any],
    *,
    event_id: int,
    now: datetime,
) -> None:
    """Tell the unit's desk. Nobody else may read it; the owner sees whether anybody there can be reached."""
    people = desk(session, unit_id, day_of(now))
    tell(session, people, notice, news, ticket_id=ticket.id, event_id=event_id, now=now)
