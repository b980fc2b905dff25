"""Write a fact about a ticket: appended to its chain, never changed."""

from collections.abc import Mapping
from datetime import datetime
from secrets import token_hex
from typing import Any, Final

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from models.actions import clocks, tallies
from models.prepared import PreparedInsert
from models.queries.tickets import Actor
from models.rules.chain import digest
from models.rules.lifecycle import Role, Status, Verb, advance
from models.tables import Event, Ticket

_APPEND: Final = PreparedInsert(
    Event,
    *("ticket_id", "seq", "at", "verb", "actor_role", "actor_id", "from_status", "to_status", "data"),
    *("previous", "digest"),
)

FACT: Final = ("verb", "actor_role", "actor_id", "from_status", "to_status", "data")
"""What of an event is sealed beside its place."""

WORDS: Final = frozenset({"reason", "channel", "task", "note", "despite", "missing", "text"})
"""What of an event's data people wrote freely; whoever is named there may have to be forgotten (ADR 0031)."""

SALT: Final = "salt"
"""Beside such words: without it nobody finds out by trying what a redacted event said."""

_HEAD: Final = (
    select(Event.seq, Event.digest)
    .where(Event.ticket_id == bindparam("ticket"))
    .order_by(Event.seq.desc())
    .limit(1)
)


_NEWEST: Final = (
    select(Event.id).where(Event.ticket_id == bindparam("ticket")).order_by(Event.seq.desc()).limit(1)
)


def append(
    session: Session,
    *,
    ticket_id: int,
    seq: int,
    previous: str,
    verb: Verb,
    actor: Actor,
    source: Status | None,
    target: Status,
    data: Mapping[str, Any],
    now: datetime,
) -> int:
    """Append one event to a chain and return its id."""
    tallies.at(session, now)
    fact = {
        "verb": verb,
        "actor_role": actor.role,
        "actor_id": actor.id,
        "from_status": source,
        "to_status": target,
        "data": dict(data),
    }
    sealed = digest(previous, ticket_id=ticket_id, seq=seq, at=now, fact=fact)
    return _APPEND.new_id(
        session, **fact, ticket_id=ticket_id, seq=seq, at=now, previous=previous, digest=sealed
    )


def newest(session: Session, ticket_id: int) -> int:
    """Return the id of a ticket's last event: the cause of what is said where no step is taken."""
    return session.execute(_NEWEST, {"ticket": ticket_id}).scalar_one()


def record(session: Session, ticket: Ticket, verb: Verb, actor: Actor, *, now: datetime, **data: Any) -> int:
    """Take one step of the lifecycle: move the ticket, append the event, and stop the clocks it keeps.

    Return the event's id.

    Whoever acts for another's desk is on record as doing so; the owner stays the owner.

    Raises:
        NotPossible: the ticket's status has no such step.
        NotAllowed: the step is not for `actor`.
    """
    if actor.deputy_for is not None:
        data["deputy_for"] = actor.deputy_for
    source = Status(ticket.status)
    target = advance(source, verb, actor.role)
    if actor.role in {Role.OWNER, Role.AIDE} and actor.desk_id not in {None, ticket.owner_id}:
        data["stands_in_for"] = ticket.owner_id
    if not WORDS.isdisjoint(data):
        data[SALT] = token_hex(16)
    seq, previous = session.execute(_HEAD, {"ticket": ticket.id}).one()
    event_id = append(
        session,
        ticket_id=ticket.id,
        seq=seq + 1,
        previous=previous,
        verb=verb,
        actor=actor,
        source=source,
        target=target,
        data=data,
        now=now,
    )
    ticket.status = target
    clocks.keep(session, ticket.id, verb, now)
    return event_id
