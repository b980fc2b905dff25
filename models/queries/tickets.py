"""Tickets, as far as the person asking may see them.

Everything a person can reach goes through `visible_to`: a foreign number answers exactly as one that
does not exist.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from models.queries.people import Party, manned_desks
from models.queries.reach import wants_no_calls
from models.rules.lifecycle import FINISHED, Role, Status
from models.rules.numbers import number_of, ticket_id_of
from models.rules.regions import regions_within
from models.tables import (
    Clock,
    Delivery,
    Enterprise,
    Event,
    Message,
    Official,
    OfficialKind,
    Outbox,
    Person,
    Side,
    Ticket,
)

LISTED: Final = 10

_leader = aliased(Official)


class NoSuchTicket(LookupError):
    """There is no such ticket, or none that this person may see: the answer is the same."""

    def __init__(self, number: str) -> None:
        super().__init__(number)
        self.number = number


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody doing something, in the capacity they have on one ticket.

    `official_id` is who really acted; `desk_id` the leader they act for. Both None for an enterprise.
    """

    role: Role
    person_id: int | None
    official_id: int | None = None
    desk_id: int | None = None
    deputy_for: int | None = None
    """The leader who has delegated to them (委托), where they act for that reason."""

    @property
    def id(self) -> int | None:
        """The official where there is one, else the person."""
        return self.official_id or self.person_id


def actor_of(party: Party, ticket: Ticket | None = None) -> Actor:
    """Return in which capacity `party` acts: a leader's desk, its deputy, a supervisor, or an enterprise."""
    if party.official is None:
        return Actor(Role.ENTERPRISE, party.person_id)
    if party.official.kind == OfficialKind.SUPERVISOR:
        return Actor(Role.SUPERVISOR, party.person_id, party.official.id)
    role = Role.OWNER if party.official.leader_id is None else Role.AIDE
    if ticket is not None and ticket.owner_id in {leader.id for leader in party.deputises}:
        return Actor(role, party.person_id, party.official.id, ticket.owner_id, ticket.owner_id)
    return Actor(role, party.person_id, party.official.id, party.official.desk_id)


def visible_to(party: Party) -> ColumnElement[bool]:
    """Return the condition that keeps the tickets `party` may see.

    Officials and aides see their desk's, deputies that of whom they stand in for, the office that stands in
    the desks' nobody has bound a WeChat at, supervisors their region's; people see what was said for an
    enterprise they speak for, and what they said themselves as long as it belongs to no enterprise.
    """
    if party.official is not None and party.official.kind == OfficialKind.SUPERVISOR:
        return Ticket.region.in_(regions_within(party.official.region))
    if party.official is not None:
        return _on_desks(party.desks, stands_in=party.stands_in)
    as_stranger = and_(Ticket.person_id == party.person_id, Ticket.enterprise_id.is_(None))
    if party.enterprise is None:
        return as_stranger
    theirs = Ticket.enterprise_id.in_([firm.id for firm in (party.enterprise, *party.others)])
    return or_(theirs, as_stranger)


def _on_desks(desk_ids: Sequence[int], *, stands_in: bool) -> ColumnElement[bool]:
    if not stands_in:
        return Ticket.owner_id.in_(desk_ids)
    desks = select(_leader.id).where(or_(_leader.id.in_(desk_ids), _leader.id.not_in(manned_desks())))
    return Ticket.owner_id.in_(desks)


def by_number(session: Session, number: str, *, seen_by: Party) -> Ticket:
    """Return the ticket called `number`, locked for the rest of the transaction.

    Raises:
        NoSuchTicket: the number is mistyped, unknown, or not for `seen_by`.
    """
    ticket_id = ticket_id_of(number)
    if ticket_id is None:
        raise NoSuchTicket(number)
    return by_id(session, ticket_id, seen_by=seen_by)


def by_id(session: Session, ticket_id: int, *, seen_by: Party) -> Ticket:
    """Return one ticket, locked for the rest of the transaction.

    Raises:
        NoSuchTicket: unknown, or not for `seen_by`.
    """
    statement = (
        select(Ticket).where(Ticket.id == ticket_id, visible_to(seen_by)).with_for_update(key_share=True)
    )
    # What was read before the lock was ours may be stale by now.
    ticket = session.scalars(statement, execution_options={"populate_existing": True}).one_or_none()
    if ticket is None:
        raise NoSuchTicket(number_of(ticket_id))
    return ticket


def newest(session: Session, party: Party, *statuses: Status, limit: int = LISTED) -> Sequence[Ticket]:
    """Return the newest tickets `party` may see, in any of `statuses` (all if none is named)."""
    statement = select(Ticket).where(visible_to(party)).order_by(Ticket.id.desc()).limit(limit)
    if statuses:
        statement = statement.where(Ticket.status.in_(statuses))
    return session.scalars(statement).all()


def unfinished(session: Session, party: Party, *, limit: int = LISTED) -> Sequence[Ticket]:
    """Return the newest tickets of `party` that are not finished."""
    return newest(session, party, *(status for status in Status if status not in FINISHED), limit=limit)


@dataclass(frozen=True, slots=True)
class Overview:
    """A ticket as a list or a detail view shows it."""

    number: str
    type: str
    status: Status
    title: str
    owner_name: str
    owner_post: str
    enterprise_name: str | None
    enterprise_stage: str | None
    created_at: datetime
    next_due: datetime | None
    next_clock: str | None
    next_explanation: str | None
    last_words: str | None
    last_side: str | None
    is_stand_in: bool = False
    """Whether it is shown to the office that stands in for the owner."""
    no_calls: bool = False
    """Whether whoever would be telephoned about it asked not to be."""


def overview(session: Session, ticket: Ticket, *, seen_by: Party | None = None) -> Overview:
    """Return what a person is shown of one ticket they may see; `seen_by` matters where officials look."""
    owner = session.get_one(Official, ticket.owner_id)
    enterprise = session.get(Enterprise, ticket.enterprise_id) if ticket.enterprise_id else None
    clock = session.scalars(
        select(Clock)
        .where(Clock.ticket_id == ticket.id, Clock.met_at.is_(None))
        .order_by(Clock.due_at, Clock.id)
        .limit(1)
    ).first()
    words = session.scalars(
        select(Message).where(Message.ticket_id == ticket.id, is_said()).order_by(Message.id.desc()).limit(1)
    ).first()
    return Overview(
        number=number_of(ticket.id),
        type=ticket.type,
        status=Status(ticket.status),
        title=ticket.title,
        owner_name=owner.name,
        owner_post=owner.post,
        enterprise_name=enterprise.name if enterprise else None,
        enterprise_stage=enterprise.stage if enterprise else None,
        created_at=ticket.created_at,
        next_due=clock.due_at if clock else None,
        next_clock=clock.name if clock else None,
        next_explanation=clock.explanation if clock else None,
        last_words=words.text if words else None,
        last_side=words.side if words else None,
        is_stand_in=bool(seen_by and seen_by.official and seen_by.official.desk_id != ticket.owner_id),
        no_calls=wants_no_calls(session, ticket),
    )


@dataclass(frozen=True, slots=True)
class Said:
    """One message as the official side reads it: who of the desk really wrote it, and whether it counts."""

    message: Message
    writer: str | None = None
    is_deputy: bool = False
    is_waiting: bool = False


def said(session: Session, ticket: Ticket, *, now: datetime) -> Sequence[Said]:
    """Return all that was said in a ticket with its authors, oldest first."""
    rows = session.execute(
        select(Message, Official.name, Event.data)
        .outerjoin(Event, Event.id == Message.event_id)
        .outerjoin(Person, Person.id == Message.person_id)
        .outerjoin(Official, Official.id == func.coalesce(Event.actor_id, Person.official_id))
        .where(Message.ticket_id == ticket.id, Message.gathered_until.is_(None))
        .order_by(Message.id)
    ).all()
    return [_said(row[0], row[1], row[2], now) for row in rows]


def _said(message: Message, writer: str | None, data: dict[str, Any] | None, now: datetime) -> Said:
    is_ours = message.side == Side.OFFICIAL
    is_waiting = message.retracted_at is None and message.held_until is not None and message.held_until > now
    return Said(message, writer if is_ours else None, "deputy_for" in (data or {}), is_waiting)


def is_said() -> ColumnElement[bool]:
    """Return the condition that keeps the messages the enterprise may know of.

    What was taken back was never said, and what may still be taken back is not said yet. Nor is what they
    said themselves as long as it may turn out to belong to another.
    """
    waits = exists().where(
        Outbox.ticket_id == Message.ticket_id,
        Outbox.event_id == Message.event_id,
        Outbox.state == Delivery.PENDING,
        Outbox.attempts == 0,
    )
    return and_(
        Message.retracted_at.is_(None),
        Message.gathered_until.is_(None),
        or_(Message.held_until.is_(None), ~waits),
    )


def transcript(session: Session, ticket: Ticket) -> Sequence[Message]:
    """Return all that was said in a ticket as far as the enterprise may know of it, oldest first."""
    return session.scalars(
        select(Message).where(Message.ticket_id == ticket.id, is_said()).order_by(Message.id)
    ).all()
