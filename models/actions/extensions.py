"""More time for a case (延期): the desk asks, a supervisor decides, and until then the old date stands."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models.actions import aides, events, reckoning
from models.actions.conversation import about, tell_author, tell_desk
from models.actions.outbox import Notice, tell
from models.actions.reckoning import Moved, moved_dates
from models.queries import ladder
from models.queries.deadlines import Changes, changes, is_about, pending, running, undecided
from models.queries.tickets import Actor
from models.queries.workdays import calendar
from models.rules.clocks import Due
from models.rules.extensions import Move, NoExtension, Why, moves, room
from models.rules.lifecycle import Role, Status, Verb, advance
from models.rules.warnings import Rung
from models.tables import Extension, Official, Ticket

LONGEST_REASON = 200


class NothingAsked(LookupError):
    """Nobody asks for more time in this case."""


def ask_extension(
    session: Session, ticket: Ticket, actor: Actor, days: int, reason: str, *, now: datetime
) -> tuple[Move, ...]:
    """The owner's desk asks for `days` more; supervisors are told. Return what it would move.

    Raises:
        NoExtension: the rules leave no room for it.
        NotPossible: the case is not being worked on.
        NotAllowed: `actor` is not at the owner's desk.
    """
    advance(Status(ticket.status), Verb.EXTEND, actor.role)
    if days < 1 or not reason.strip():
        raise NoExtension(Why.INCOMPLETE)
    made = changes(session, ticket.id)
    _only_one(session, ticket, now)
    moved = moves(_promises(session, ticket, made), days, calendar(), pauses=made.pauses, now=now)
    would = [_as_data(move) for move in moved]
    event_id = events.record(
        session, ticket, Verb.EXTEND, actor, now=now, days=days, reason=reason, moves=would
    )
    session.add(
        Extension(
            ticket_id=ticket.id,
            event_id=event_id,
            days=days,
            clocks=[move.before.name for move in moved],
            reason=reason[:LONGEST_REASON],
            asked_by=actor.official_id,
            asked_at=now,
        )
    )
    session.flush()
    approvers = {move.before.name: move.before.rule.approver for move in moved}
    news = about(ticket) | {"days": days, "reason": reason, "moves": would, "approvers": approvers}
    news |= {"by": card(session, actor) | {"aide": actor.role is Role.AIDE}}
    step, people = ladder.deciding(session, ticket.owner_id, ticket.region, now) or (None, [])
    news |= {"is_unattended": step is not None and step.rung is Rung.OFFICE}
    tell(session, people, Notice.EXTENSION_ASKED, news, ticket_id=ticket.id, event_id=event_id, now=now)
    told = {"text": reason, "days": days}
    aides.tell_leader(session, ticket, actor, told, act=Verb.EXTEND, event_id=event_id, now=now)
    return moved


def most(session: Session, ticket: Ticket, *, now: datetime) -> int:
    """Return by how many days the case's next extendable date may be extended at most.

    Raises:
        NoExtension: by none, as things stand.
    """
    made = changes(session, ticket.id)
    _only_one(session, ticket, now)
    [first, *_] = moves(_promises(session, ticket, made), 1, calendar(), pauses=made.pauses, now=now)
    return room(first.before)


def must_be_asked(session: Session, ticket: Ticket) -> None:
    """See that somebody asks for more time in a case.

    Raises:
        NothingAsked: nobody does.
    """
    if undecided(session, ticket.id) is None:
        raise NothingAsked


def grant(session: Session, ticket: Ticket, actor: Actor, *, now: datetime) -> Sequence[Moved]:
    """A supervisor grants what the desk asked for; both sides are told the new dates.

    Raises:
        NothingAsked: there is no request, or what it was about is over.
        NotPossible: the case is not being worked on.
        NotAllowed: `actor` is no supervisor.
    """
    advance(Status(ticket.status), Verb.GRANT, actor.role)
    if pending(session, ticket.id) is None:
        raise NothingAsked
    asked = _decided(session, ticket, actor, is_granted=True, now=now)
    moved = reckoning.recompute(session, ticket, changes(session, ticket.id), now=now)
    if not moved:
        raise NothingAsked
    data = {"days": asked.days, "reason": asked.reason, "moved": [each.as_data() for each in moved]}
    event_id = events.record(session, ticket, Verb.GRANT, actor, now=now, **data)
    news = about(ticket) | {
        "days": asked.days,
        "reason": asked.reason,
        "dates": moved_dates(moved),
        "by": card(session, actor),
    }
    tell_both(session, ticket, Notice.EXTENDED, news, event_id=event_id, now=now)
    return moved


def deny(session: Session, ticket: Ticket, actor: Actor, reason: str, *, now: datetime) -> None:
    """A supervisor denies what the desk asked for, with a reason; the date stands.

    Raises:
        NothingAsked: there is no request.
        NoExtension: the reason is missing.
        NotPossible: the case is not being worked on.
        NotAllowed: `actor` is no supervisor.
    """
    advance(Status(ticket.status), Verb.DENY, actor.role)
    if not reason.strip():
        raise NoExtension(Why.INCOMPLETE)
    asked = _decided(session, ticket, actor, is_granted=False, now=now)
    event_id = events.record(session, ticket, Verb.DENY, actor, now=now, days=asked.days, reason=reason)
    news = about(ticket) | {"days": asked.days, "reason": reason, "by": card(session, actor)}
    tell_desk(session, ticket, Notice.NOT_EXTENDED, news, event_id=event_id, now=now)


def tell_both(
    session: Session, ticket: Ticket, notice: Notice, news: dict[str, Any], *, event_id: int, now: datetime
) -> None:
    """Tell the enterprise and the owner's desk the same, each in its own words."""
    tell_author(session, ticket, notice, news | {"to_enterprise": True}, event_id=event_id, now=now)
    tell_desk(session, ticket, notice, news, event_id=event_id, now=now)


def card(session: Session, actor: Actor) -> dict[str, Any]:
    """Return who decided or asked, as news names them."""
    official = session.get_one(Official, actor.official_id)
    return {"name": official.name, "post": official.post}


def _promises(session: Session, ticket: Ticket, made: Changes) -> list[Due]:
    found = (reckoning.promise(clock, ticket.type, made) for clock in running(session, ticket.id))
    return [one for one in found if one is not None]


def _as_data(move: Move) -> list[str]:
    return [move.before.name, move.before.due_at.isoformat(), move.after.due_at.isoformat()]


def _only_one(session: Session, ticket: Ticket, now: datetime) -> None:
    """Refuse a second request beside an undecided one; one whose clocks are over is laid aside."""
    asked = undecided(session, ticket.id)
    if asked is None:
        return
    if any(is_about(asked, clock) for clock in running(session, ticket.id)):
        raise NoExtension(Why.UNDECIDED)
    asked.decided_at, asked.is_granted = now, False
    session.flush()


def _decided(session: Session, ticket: Ticket, actor: Actor, *, is_granted: bool, now: datetime) -> Extension:
    asked = undecided(session, ticket.id)
    if asked is None:
        raise NothingAsked
    asked.decided_at, asked.decided_by, asked.is_granted = now, actor.official_id, is_granted
    session.flush()
    return asked
