"""Two cases that are one matter: the later goes on under the earlier (并案), until it is taken apart (拆案).

A matter counts once while it is merged. A later case that had been taken on keeps its number and its line
in the ledger, which says where it went; taken apart, it is in work again. The earlier case keeps its clocks;
those of the later one that nobody has kept are put aside and come back as they were. What the enterprise was
promised is never put off by it, and no failure leaves the rates: see `rules.one_matter`. Both cases are
locked, the earlier one first.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from models.actions import events, gathered, owning, tallies
from models.actions.conversation import LOCAL, about, authors, tell_desk
from models.actions.outbox import Notice, tell
from models.queries import merging as queries
from models.queries.co_handling import helpers
from models.queries.deadlines import pause_running, pending
from models.queries.duty import on_duty
from models.queries.tickets import Actor
from models.queries.trust import open_call
from models.rules.lifecycle import NotPossible, Role, Status, Verb, advance
from models.rules.numbers import number_of
from models.rules.one_matter import is_any_broken, puts_off
from models.tables import Clock, Event, Merge, Message, Official, Ticket

_SYSTEM: Final = Actor(Role.SYSTEM, None)
_MOMENTS: Final = frozenset({"started_at", "due_at", "met_at", "warn_at"})


class Apart(StrEnum):
    """Why two cases cannot be one."""

    SAME = "same"
    OTHER_ENTERPRISE = "other_enterprise"
    OTHER_OWNER = "other_owner"
    NOT_THE_EARLIER = "not_the_earlier"
    CARRIES = "carries"
    """Others are merged into the later one already."""
    BUSY = "busy"
    """Help, a call, a pause, a wish for more time or words held back on the later one are not settled."""
    NOT_TAKEN_ON = "not_taken_on"
    """The later one is in work already, the earlier one is not."""
    PUT_OFF = "put_off"
    """The enterprise would get later what it was promised on the later one."""
    BROKEN = "broken"
    """A promise on the later one was broken, or it was not solved when that was said: it counts by itself."""


class CannotMerge(Exception):
    """The two cases cannot be one."""

    def __init__(self, why: Apart) -> None:
        super().__init__(why)
        self.why = why


def merge(
    session: Session, ticket: Ticket, main: Ticket, actor: Actor, *, reason: str | None = None, now: datetime
) -> None:
    """Have a case go on under an earlier one of the same enterprise and owner; both sides are told.

    Raises:
        CannotMerge: they are not two cases of one enterprise and owner, or something hangs on the later one.
        NotPossible: the later one is done or over, or nobody works on the earlier one.
        NotAllowed: it is not for `actor`.
    """
    may_merge(session, ticket, main, actor, now=now)
    for each in (main, ticket):
        gathered.settle(session, each, now=now)
    said = _said(actor, reason)
    merged = events.record(session, ticket, Verb.MERGE, actor, now=now, main=main.id, **said)
    session.add(Merge(ticket_id=ticket.id, main_id=main.id, since=now, clocks=_put_aside(session, ticket.id)))
    session.flush()
    _carry(session, main, actor, now=now)
    _tell(session, Notice.MERGED, ticket, main, actor, event_id=merged, said=said, now=now)


def may_merge(session: Session, ticket: Ticket, main: Ticket, actor: Actor, *, now: datetime) -> None:
    """Refuse what `merge` would refuse.

    Raises:
        CannotMerge, NotPossible, NotAllowed: as there.
    """
    why = _against(ticket, main)
    if why is not None:
        raise CannotMerge(why)
    advance(Status(ticket.status), Verb.MERGE, actor.role)
    advance(Status(main.status), Verb.CARRY, actor.role)
    if main.status not in {Status.OPEN, Status.ACCEPTED}:
        raise NotPossible(Status(main.status), Verb.CARRY)
    if queries.carried_by(session, ticket.id):
        raise CannotMerge(Apart.CARRIES)
    if _has_failed(session, ticket.id, now):
        raise CannotMerge(Apart.BROKEN)
    if _is_busy(session, ticket, now):
        raise CannotMerge(Apart.BUSY)
    if ticket.status == Status.ACCEPTED and main.status == Status.OPEN:
        raise CannotMerge(Apart.NOT_TAKEN_ON)
    if _puts_off(session, ticket.id, main.id):
        raise CannotMerge(Apart.PUT_OFF)


def main_case(session: Session, ticket: Ticket) -> Ticket:
    """Return the case that another is merged into; the caller has locked both.

    Raises:
        NotPossible: it is merged into none.
    """
    main_id = queries.main_of(session, ticket.id)
    if main_id is None:
        raise NotPossible(Status(ticket.status), Verb.SEPARATE)
    return session.get_one(Ticket, main_id)


def separate(
    session: Session, ticket: Ticket, main: Ticket, actor: Actor, *, reason: str | None = None, now: datetime
) -> None:
    """Have a case stand by itself again, with its dates as they were, late ones too; both sides are told.

    Raises:
        NotPossible: it is not merged.
        NotAllowed: it is not for `actor`.
    """
    verb = Verb.SEPARATE if ticket.accepted_at is None else Verb.REVIVE
    advance(Status(ticket.status), verb, actor.role)
    row = session.get_one(Merge, ticket.id)
    said = _said(actor, reason)
    event_id = events.record(session, ticket, verb, actor, now=now, main=main.id, **said)
    _put_back(session, ticket.id, row.clocks)
    session.delete(row)
    session.flush()
    _carry(session, main, actor, now=now)
    _find_an_owner(session, ticket, now=now)
    _tell(session, Notice.SEPARATED, ticket, main, actor, event_id=event_id, said=said, now=now)


def follow(session: Session, main: Ticket, *, now: datetime) -> None:
    """Give the cases merged into one to its new owner: no hop, they go where it goes."""
    for ticket in queries.locked(session, *queries.carried_by(session, main.id)):
        facts = {"from": ticket.owner_id, "to": main.owner_id, "main": main.id}
        event_id = events.record(session, ticket, Verb.HAND_OVER, _SYSTEM, now=now, **facts)
        owning.give(session, ticket, main.owner_id, event_id=event_id, now=now)


def propose(session: Session, ticket: Ticket, main: Ticket, *, now: datetime) -> bool:
    """Tell the owner's desk that two cases seem to be one matter; return whether they may be merged.

    The cause is the event by which the later one came, so it is told once of each case.
    """
    try:
        may_merge(session, ticket, main, Actor(Role.OWNER, None), now=now)
    except (CannotMerge, NotPossible):
        return False
    came = select(Event.id).where(Event.ticket_id == ticket.id, Event.seq == 1)
    event_id = session.scalars(came).one()
    tell_desk(session, ticket, Notice.MERGE_OFFERED, about(ticket) | _of(main), event_id=event_id, now=now)
    return True


def _against(ticket: Ticket, main: Ticket) -> Apart | None:
    if ticket.id == main.id:
        return Apart.SAME
    if ticket.enterprise_id is None or ticket.enterprise_id != main.enterprise_id:
        return Apart.OTHER_ENTERPRISE
    if main.id > ticket.id:
        return Apart.NOT_THE_EARLIER
    return Apart.OTHER_OWNER if ticket.owner_id != main.owner_id else None


def _is_busy(session: Session, ticket: Ticket, now: datetime) -> bool:
    held = select(Message.id).where(
        Message.ticket_id == ticket.id, Message.held_until > now, Message.retracted_at.is_(None)
    )
    return bool(
        helpers(session, ticket.id)
        or pause_running(session, ticket.id)
        or open_call(session, ticket)
        or pending(session, ticket.id)
        or session.scalars(held.limit(1)).first()
    )


def _has_failed(session: Session, ticket_id: int, now: datetime) -> bool:
    """Whether a case was ever late, disputed or back: merged it would count no more, and that with it."""
    clocks = select(Clock.name, Clock.due_at, Clock.met_at).where(
        Clock.ticket_id == ticket_id, Clock.subject_id.is_(None)
    )
    said = select(Event.id).where(Event.ticket_id == ticket_id, Event.verb.in_((Verb.DISPUTE, Verb.REBOUND)))
    is_late = is_any_broken(session.execute(clocks), now)
    return is_late or session.scalars(said.limit(1)).first() is not None


def _puts_off(session: Session, ticket_id: int, main_id: int) -> bool:
    """Whether a date of the later case would come later, or not at all, under the earlier one."""
    columns = (Clock.ticket_id, Clock.name, Clock.due_at, Clock.met_at)
    wanted = select(*columns).where(Clock.ticket_id.in_((ticket_id, main_id)), Clock.subject_id.is_(None))
    running: dict[int, dict[str, datetime]] = {ticket_id: {}, main_id: {}}
    kept: set[str] = set()
    for whose, name, due_at, met_at in session.execute(wanted.order_by(Clock.id)):
        if met_at is None:
            running[whose][name] = due_at
        elif whose == main_id:
            kept.add(name)
    return bool(puts_off(running[ticket_id], running[main_id], kept - running[main_id].keys()))


def _said(actor: Actor, reason: str | None) -> dict[str, str]:
    """Return what an event keeps of why, and of who signs for it."""
    found = {"reason": reason, "signed": actor.signed}
    return {name: value for name, value in found.items() if value}


def _carry(session: Session, main: Ticket, actor: Actor, *, now: datetime) -> None:
    carries = queries.carried_by(session, main.id)
    events.record(session, main, Verb.CARRY, actor, now=now, carries=carries)


def _put_aside(session: Session, ticket_id: int) -> list[dict[str, Any]]:
    """Take away the clocks that nobody has kept; return them without ids, which may be given anew."""
    unmet = (Clock.ticket_id == ticket_id, Clock.met_at.is_(None))
    columns = [each for each in Clock.__table__.c if each.name != "id"]
    rows = session.execute(select(*columns).where(*unmet).order_by(Clock.id)).mappings().all()
    session.execute(delete(Clock).where(*unmet))
    return [{name: _written(value) for name, value in row.items()} for row in rows]


def _put_back(session: Session, ticket_id: int, clocks: list[dict[str, Any]]) -> None:
    rows = [{name: _read(name, value) for name, value in each.items()} for each in clocks]
    if rows:  # as rows: an insert of objects has all tickets looked through for one that was never counted
        session.connection().execute(insert(Clock.__table__), rows)  # type: ignore[arg-type]
    tallies.touch(session, ticket_id)


def _written(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _read(name: str, value: Any) -> object:
    return datetime.fromisoformat(value) if name in _MOMENTS and value is not None else value


def _find_an_owner(session: Session, ticket: Ticket, *, now: datetime) -> None:
    """Give a case whose owner has left the post meanwhile to whoever is on duty for it."""
    if session.get_one(Official, ticket.owner_id).is_active:
        return
    to = on_duty(session, ticket.region, ticket.type, now.astimezone(LOCAL).date())
    facts = {"from": ticket.owner_id, "to": to.id}
    event_id = events.record(session, ticket, Verb.HAND_OVER, _SYSTEM, now=now, **facts)
    owning.give(session, ticket, to.id, event_id=event_id, now=now)


def _of(main: Ticket) -> dict[str, Any]:
    return {"main": {"number": number_of(main.id), "title": main.title}}


def _tell(
    session: Session,
    notice: Notice,
    ticket: Ticket,
    main: Ticket,
    actor: Actor,
    *,
    event_id: int,
    said: Mapping[str, str],
    now: datetime,
) -> None:
    """Tell both sides, but for whoever did it and knows: who brought the cases, and the owner's desk."""
    news = about(ticket) | _of(main) | {"role": str(actor.role), "text": said.get("reason", "")}
    if actor.role not in {Role.OWNER, Role.AIDE}:
        tell_desk(session, ticket, notice, news | {"for": "desk"}, event_id=event_id, now=now)
    people = dict.fromkeys([*authors(session, ticket), *authors(session, main)])
    others = [each for each in people if each != actor.person_id]
    to_them = news | {"for": "enterprise"}
    tell(session, others, notice, to_them, ticket_id=ticket.id, event_id=event_id, now=now)
