"""Tickets, what happened to them, and what was told to whom, as far as an API key's regions reach.

Numbers of statements do not depend on numbers of rows. Lists go by keyset, as in `registry`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVarTuple

from sqlalchemy import BigInteger, Select, Text, cast, func, or_, select, tuple_
from sqlalchemy.orm import Session

from models.queries.growing import Behind
from models.queries.merging import MAIN_OF
from models.queries.patches import PATCH_OF
from models.queries.reach import REACH
from models.queries.registry import NotFound, Regions, inside
from models.queries.shielded import is_shielded
from models.rules.numbers import ticket_id_of
from models.tables import (
    Attempt,
    Clock,
    CoHandling,
    Enterprise,
    Event,
    Message,
    Official,
    Outbox,
    Person,
    Ticket,
    is_helping,
)

_Columns = TypeVarTuple("_Columns")

LARGEST_ID: Final = 2**63 - 1
"""What a row's id can be at most; more digits are no ticket's number, and no database takes them."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A ticket with everything that is shown beside it."""

    ticket: Ticket
    owner: Official
    enterprise: Enterprise | None
    clocks: Sequence[Clock]
    reach: Sequence[Any]
    """For `queries.reach.reach_at`: what is true of it depends on the moment."""
    helping: Sequence[tuple[CoHandling, Official]] = ()
    main_id: int | None = None
    """The ticket it is merged into."""
    is_shielded: bool = False
    place: Sequence[Any] = ()
    """Where it stands in the list it was read from."""
    patch: int | None = None
    """The newest patch that it is about or stumbled over."""


def ticket(session: Session, regions: Regions, number: str) -> Sheet:
    """Return the ticket called `number`.

    Raises:
        NotFound: the number is mistyped, unknown, or not in `regions`.
    """
    found = complete(session, sheets(regions).where(Ticket.id == ticket_id(number)))
    if not found:
        raise NotFound
    return found[0]


def is_hidden(session: Session, regions: Regions, number: str) -> bool:
    """Whether the ticket called `number` is in `regions` and shielded.

    Raises:
        NotFound: the number is mistyped.
    """
    here = select(Ticket.id).where(Ticket.id == ticket_id(number), inside(Ticket.region, regions))
    return session.scalar(here.where(is_shielded())) is not None


def for_decision(session: Session, regions: Regions, number: str) -> Ticket:
    """Return the ticket called `number` as it stands, locked for the rest of the transaction.

    Raises:
        NotFound: as for `ticket`.
    """
    wanted = select(Ticket).where(Ticket.id == ticket_id(number), inside(Ticket.region, regions))
    fresh = {"populate_existing": True}
    found = session.scalars(wanted.with_for_update(key_share=True), execution_options=fresh).one_or_none()
    if found is None:
        raise NotFound
    return found


def ticket_id(number: str) -> int:
    """Return the id behind a number.

    Raises:
        NotFound: the number is mistyped, or longer than any.
    """
    found = ticket_id_of(number)
    if found is None or found > LARGEST_ID:
        raise NotFound
    return found


def events_of(session: Session, regions: Regions, number: str, *, after: int, limit: int) -> Sequence[Event]:
    """Return up to `limit` events of one ticket with sequence numbers above `after`.

    Raises:
        NotFound: as for `ticket`.
    """
    known = _known(session, regions, number)
    return session.scalars(
        select(Event).where(Event.ticket_id == known, Event.seq > after).order_by(Event.seq).limit(limit)
    ).all()


def messages_of(
    session: Session, regions: Regions, number: str, *, after: Behind, limit: int
) -> Sequence[Message]:
    """Return up to `limit` messages of one ticket behind `after`, up to the first still gathered.

    Raises:
        NotFound: as for `ticket`.
    """
    known = _known(session, regions, number)
    gathered = select(func.min(Message.id)).where(
        Message.ticket_id == known, Message.gathered_until.is_not(None)
    )
    first = gathered.scalar_subquery()
    return session.scalars(
        select(Message)
        .where(Message.ticket_id == known, after.holds(Message.id))
        .where(or_(first.is_(None), Message.id < first))
        .order_by(Message.id)
        .limit(limit)
    ).all()


def events(session: Session, regions: Regions, *, after: tuple[int, int], limit: int) -> Sequence[Event]:
    """Return up to `limit` events behind the position `after`, a pair of transaction and row id.

    On PostgreSQL only what every older transaction has outlived is shown, so that a reader who always
    passes the last position misses nothing (ADR 0010). On SQLite commits are in the order of the ids.
    """
    statement = _settled(session, _events(regions)).where(tuple_(Event.tx, Event.id) > tuple_(*after))
    return session.scalars(statement.order_by(Event.tx, Event.id).limit(limit)).all()


def end_of_events(session: Session) -> tuple[int, int]:
    """Return the position behind which `events` shows only what happens from now on."""
    newest = _settled(session, select(Event.tx, Event.id)).order_by(Event.tx.desc(), Event.id.desc()).limit(1)
    found = session.execute(newest).one_or_none()
    return (0, 0) if found is None else (found.tx, found.id)


def event(session: Session, regions: Regions, event_id: int) -> Event:
    """Return one event, such as a message of the outbox names as its cause.

    Raises:
        NotFound: there is none, or its ticket is not in `regions`.
    """
    row = session.scalars(_events(regions).where(Event.id == event_id)).one_or_none()
    if row is None:
        raise NotFound
    return row


def outbox(
    session: Session, regions: Regions, *, state: str | None = None, after: Behind, limit: int
) -> Sequence[Outbox]:
    """Return up to `limit` outgoing messages behind `after`, in one state if it is named.

    A message about no ticket belongs to no region: only who sees all of them sees it.
    """
    wanted = _outbox(regions).where(after.holds(Outbox.id)).order_by(Outbox.id).limit(limit)
    return session.scalars(wanted if state is None else wanted.where(Outbox.state == state)).all()


def outgoing(session: Session, regions: Regions, outbox_id: int) -> tuple[Outbox, Sequence[Attempt]]:
    """Return one outgoing message and the attempts to deliver it.

    Raises:
        NotFound: there is none, or its ticket is not in `regions`.
    """
    row = session.scalars(_outbox(regions).where(Outbox.id == outbox_id)).one_or_none()
    if row is None:
        raise NotFound
    tries = session.scalars(select(Attempt).where(Attempt.outbox_id == outbox_id).order_by(Attempt.id))
    return row, tries.all()


def _settled(session: Session, statement: Select[*_Columns]) -> Select[*_Columns]:
    """Keep the events before which nothing can appear any more."""
    if session.get_bind().dialect.name != "postgresql":
        return statement
    oldest_running = func.pg_snapshot_xmin(func.pg_current_snapshot())
    return statement.where(Event.tx < cast(cast(oldest_running, Text), BigInteger))


def _events(regions: Regions) -> Select[Event]:
    wanted = select(Event)
    if regions is None:
        return wanted
    return wanted.join(Ticket, Ticket.id == Event.ticket_id).where(inside(Ticket.region, regions))


def sheets(regions: Regions) -> Select[*tuple[Any, ...]]:
    """Return what selects tickets with all that `complete` needs; columns added to it become the `place`."""
    return (
        select(Ticket, Official, Enterprise, *REACH, PATCH_OF, MAIN_OF, is_shielded())
        .join(Person, Person.id == Ticket.person_id)
        .join(Official, Official.id == Ticket.owner_id)
        .outerjoin(Enterprise, Enterprise.id == Ticket.enterprise_id)
        .where(inside(Ticket.region, regions))
    )


def complete(
    session: Session, statement: Select[*tuple[Any, ...]], *, clocks: bool = True, helpers: bool = True
) -> list[Sheet]:
    """Run a selection of `sheets`; add clocks and helpers: a statement each, however many tickets."""
    rows = session.execute(statement).all()
    ids = [row[0].id for row in rows]
    promises: dict[int, list[Clock]] = {each: [] for each in ids}
    if rows and clocks:
        for clock in session.scalars(select(Clock).where(Clock.ticket_id.in_(ids)).order_by(Clock.id)):
            promises[clock.ticket_id].append(clock)
    helping: dict[int, list[tuple[CoHandling, Official]]] = {each: [] for each in ids}
    if rows and helpers:
        for help_, unit in session.execute(_helping(ids)):
            helping[help_.ticket_id].append((help_, unit))
    end = 3 + len(REACH)
    return [
        Sheet(
            row[0],
            row[1],
            row[2],
            tuple(promises[row[0].id]),
            row[3:end],
            tuple(helping[row[0].id]),
            row[end + 1],
            row[end + 2],
            tuple(row[end + 3 :]),
            row[end],
        )
        for row in rows
    ]


def _helping(ids: Sequence[int]) -> Select[CoHandling, Official]:
    return (
        select(CoHandling, Official)
        .join(Official, Official.id == CoHandling.unit_id)
        .where(CoHandling.ticket_id.in_(ids), is_helping(CoHandling.state))
        .order_by(CoHandling.id)
    )


def _known(session: Session, regions: Regions, number: str) -> int:
    known = session.scalar(
        select(Ticket.id).where(Ticket.id == ticket_id(number), inside(Ticket.region, regions))
    )
    if known is None:
        raise NotFound
    return int(known)


def _outbox(regions: Regions) -> Select[Outbox]:
    if regions is None:
        return select(Outbox)
    return select(Outbox).join(Ticket, Ticket.id == Outbox.ticket_id).where(inside(Ticket.region, regions))
