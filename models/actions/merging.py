"""Two cases that are one matter: the later goes on under the earlier (并案), until it is taken apart (拆案).

A matter counts once while it is merged. A later case that had been taken on keeps its number and its line
in the ledger, which says where it went; taken apart, it is in work again. The earlier case keeps its clocks;
those of the later one that nobody has kept are put aside and come back as they were. What the enterprise was
promised is never put off by it, and no failure leaves the rates: see `rules.one_matter`. Both cases are
locked, the earlier one first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from models.actions import events, gathered, owning, shielding, tallies
from models.actions.conversation import LOCAL, about, authors, tell_desk
from models.actions.outbox import Notice, tell
from models.queries import merging as queries
from models.queries.duty import on_duty
from models.queries.mergeable import Apart, CannotMerge, may_merge
from models.queries.people import official, supervisors
from models.queries.shielded import shielded
from models.queries.tickets import Actor
from models.rules.lifecycle import NotPossible, Role, Status, Verb
from models.rules.regions import upwards
from models.tables import Clock, Event, Merge, Official, Ticket

READ_AT_ONCE: Final = 5
"""Of what stands by itself again so many, the earliest, are named to who withdrew the main case at once."""
_SYSTEM: Final = Actor(Role.SYSTEM, None)
_MOMENTS: Final = frozenset({"started_at", "due_at", "met_at", "warn_at"})


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
    shielding.cover(session, main, actor, now=now)
    _carry(session, main, actor, now=now)
    _tell(session, Notice.MERGED, ticket, main, actor, event_id=merged, said=said, now=now)


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
    said = _said(actor, reason)
    event_id = _stand_alone(session, ticket, main, actor, said, now=now)
    _carry(session, main, actor, now=now)
    _find_an_owner(session, ticket, now=now)
    _tell(session, Notice.SEPARATED, ticket, main, actor, event_id=event_id, said=said, now=now)


def release(session: Session, main: Ticket, by: Actor, *, now: datetime) -> Sequence[Ticket]:
    """Have all that goes on under a case stand by itself, as the enterprise took that one back; return them.

    Nobody took those back: they go on as if taken apart. Both sides are told of each, but for `by` of the
    first `READ_AT_ONCE`, who reads of those in the answer.
    """
    carried = queries.locked(session, *queries.carried_by(session, main.id))
    done = [(each, _stand_alone(session, each, main, _SYSTEM, {}, now=now)) for each in carried]
    if done:
        _carry(session, main, _SYSTEM, now=now)
    for n, (ticket, event_id) in enumerate(done):
        _find_an_owner(session, ticket, now=now)
        who = replace(_SYSTEM, person_id=by.person_id) if n < READ_AT_ONCE else _SYSTEM
        _tell(session, Notice.SEPARATED, ticket, main, who, event_id=event_id, said={}, now=now)
    return carried


def take_out(session: Session, ticket: Ticket, main: Ticket, actor: Actor, *, now: datetime) -> None:
    """Have a case stand by itself, so that its enterprise may take it back: who does so tells both sides.

    Raises:
        NotPossible: it is not merged.
        NotAllowed: it is not for `actor`.
    """
    _stand_alone(session, ticket, main, actor, {}, now=now)
    _carry(session, main, actor, now=now)


def _stand_alone(
    session: Session, ticket: Ticket, main: Ticket, actor: Actor, said: Mapping[str, str], *, now: datetime
) -> int:
    verb = Verb.SEPARATE if ticket.accepted_at is None else Verb.REVIVE
    event_id = events.record(session, ticket, verb, actor, now=now, main=main.id, **said)
    row = session.get_one(Merge, ticket.id)
    _put_back(session, ticket.id, row.clocks)
    session.delete(row)
    session.flush()
    return event_id


def follow(session: Session, main: Ticket, *, now: datetime) -> None:
    """Give the cases merged into one to its new owner: no hop, they go where it goes."""
    for ticket in queries.locked(session, *queries.carried_by(session, main.id)):
        facts = {"from": ticket.owner_id, "to": main.owner_id, "main": main.id}
        event_id = events.record(session, ticket, Verb.HAND_OVER, _SYSTEM, now=now, **facts)
        owning.give(session, ticket, main.owner_id, event_id=event_id, now=now)


def propose(session: Session, ticket: Ticket, main: Ticket, *, now: datetime) -> None:
    """Tell the owner's desk that two cases seem to be one matter, if they may be made one.

    Where two desks work on them, neither knows of the other's: the supervisors over both are told, who alone
    may bring them together; nobody else, should none have bound their WeChat. The cause is the event by which
    the later one came: it is told once of each case, however often it is proposed.
    """
    try:
        may_merge(session, ticket, main, Actor(Role.OWNER, None), now=now)
    except CannotMerge as refused:
        if refused.why is Apart.OTHER_OWNER:
            _propose_above(session, ticket, main, now=now)
    except NotPossible:
        return
    else:
        came, news = _came(session, ticket), about(ticket, main)
        tell_desk(session, ticket, Notice.MERGE_OFFERED, news, event_id=came, now=now)


def _propose_above(session: Session, ticket: Ticket, main: Ticket, *, now: datetime) -> None:
    are_in_work = {ticket.status, main.status} <= {Status.OPEN, Status.ACCEPTED}
    if not are_in_work or shielded(session, [ticket.id, main.id]):
        return
    owners = [official(session, each.owner_id) for each in (ticket, main)]
    apart = [{"name": each.name, "post": each.post} for each in owners]
    news = about(ticket, main) | {"apart": apart}
    over_both = next(each for each in upwards(ticket.region) if each in upwards(main.region))
    people, came = supervisors(session, over_both), _came(session, ticket)
    tell(session, people, Notice.MERGE_OFFERED, news, ticket_id=ticket.id, event_id=came, now=now)


def _came(session: Session, ticket: Ticket) -> int:
    return session.scalars(select(Event.id).where(Event.ticket_id == ticket.id, Event.seq == 1)).one()


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
    news = about(ticket, main) | {"role": str(actor.role), "text": said.get("reason", "")}
    if actor.role not in {Role.OWNER, Role.AIDE}:
        tell_desk(session, ticket, notice, news | {"for": "desk"}, event_id=event_id, now=now)
    people = dict.fromkeys([*authors(session, ticket), *authors(session, main)])
    others = [each for each in people if each != actor.person_id]
    to_them = news | {"for": "enterprise"}
    tell(session, others, notice, to_them, ticket_id=ticket.id, event_id=event_id, now=now)
