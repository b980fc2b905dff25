"""Tickets, as far as the person asking may see them.

Everything a person can reach goes through `visible_to`: a foreign number answers exactly as one that
does not exist.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from models.queries.people import OfficialCard, Party
from models.rules.lifecycle import FINISHED, Role, Status
from models.rules.numbers import number_of, ticket_id_of
from models.rules.regions import regions_within
from models.tables import (
    Clock,
    CoHandling,
    Enterprise,
    Message,
    Official,
    OfficialKind,
    Side,
    Ticket,
    is_helping,
)

LISTED: Final = 10


class NoSuchTicket(LookupError):
    """There is no such ticket, or none that this person may see: the answer is the same."""

    def __init__(self, number: str) -> None:
        super().__init__(number)
        self.number = number


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody doing something, in the capacity they have on one ticket.

    `official_id` is who really acted; `desk_id` the leader they act for. Both None for an enterprise; a
    supervisor acts for nobody's desk. `signed` is the name a supervisor answers for a decision with.
    """

    role: Role
    person_id: int | None
    official_id: int | None = None
    desk_id: int | None = None
    signed: str | None = None

    @property
    def id(self) -> int | None:
        """The official where there is one, else the person."""
        return self.official_id or self.person_id

    @property
    def is_aide(self) -> bool:
        """Whether an aide acts in the name of the desk's leader."""
        return self.desk_id is not None and self.official_id != self.desk_id


def actor_of(party: Party) -> Actor:
    """Return in which capacity somebody acts who is no official: for an enterprise, or for themselves.

    Raises:
        ValueError: `party` is an official, whose capacity depends on the ticket: see `actor_on`.
    """
    if party.official is not None:
        raise ValueError("an official's capacity depends on the ticket")
    return Actor(Role.ENTERPRISE, party.person_id)


def actor_on(session: Session, party: Party, ticket: Ticket) -> Actor:
    """Return in which capacity `party` acts on a ticket: the only place where that is decided.

    Raises:
        NoSuchTicket: in none, or no longer.
    """
    card = party.official
    if card is None:
        return actor_of(party)
    if card.kind == OfficialKind.SUPERVISOR:
        return Actor(Role.SUPERVISOR, party.person_id, card.id, signed=f"{card.post} {card.name}")
    if ticket.owner_id == card.desk_id:
        role = Role.OWNER if card.leader_id is None else Role.AIDE
    elif _helps(session, ticket, card.desk_id):
        role = Role.CO_HANDLER
    else:
        raise NoSuchTicket(number_of(ticket.id))
    return Actor(role, party.person_id, card.id, card.desk_id)


def _helps(session: Session, ticket: Ticket, desk_id: int) -> bool:
    return session.scalars(_helped_by(desk_id).where(CoHandling.ticket_id == ticket.id)).first() is not None


def _helped_by(desk_id: int) -> Select[int]:
    return select(CoHandling.ticket_id).where(CoHandling.unit_id == desk_id, is_helping(CoHandling.state))


def visible_to(party: Party) -> ColumnElement[bool]:
    """Return the condition that keeps the tickets `party` may see.

    Officials and aides see their desk's and those their desk helps with, supervisors those of their region;
    people see what was said for an enterprise they speak for, and what they said themselves as long as it
    belongs to no enterprise.
    """
    if party.official is not None:
        return _seen_by(party.official)
    as_stranger = and_(Ticket.person_id == party.person_id, Ticket.enterprise_id.is_(None))
    if party.enterprise is None:
        return as_stranger
    theirs = Ticket.enterprise_id.in_([firm.id for firm in (party.enterprise, *party.others)])
    return or_(theirs, as_stranger)


def _seen_by(card: OfficialCard) -> ColumnElement[bool]:
    if card.kind == OfficialKind.SUPERVISOR:
        return Ticket.region.in_(sorted(regions_within(card.region)))
    return or_(Ticket.owner_id == card.desk_id, Ticket.id.in_(_helped_by(card.desk_id)))


def kept_by(party: Party) -> ColumnElement[bool]:
    """Return the condition that keeps the tickets on somebody's own list: an official's desk owns them.

    What a desk only helps with is listed by `queries.co_handling`, and a supervisor owns nothing. Apart from
    that it keeps what `visible_to` does.
    """
    if party.official is None:
        return visible_to(party)
    return Ticket.owner_id == party.official.desk_id


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
    statement = select(Ticket).where(Ticket.id == ticket_id, visible_to(seen_by)).with_for_update()
    # What was read before the lock was ours may be stale by now.
    ticket = session.scalars(statement, execution_options={"populate_existing": True}).one_or_none()
    if ticket is None:
        raise NoSuchTicket(number_of(ticket_id))
    return ticket


def locked(session: Session, ticket_id: int) -> Ticket:
    """Return a ticket as it stands, locked for the rest of the transaction: for the system's own steps."""
    return session.get_one(Ticket, ticket_id, populate_existing=True, with_for_update=True)


def newest(session: Session, party: Party, *statuses: Status, limit: int = LISTED) -> Sequence[Ticket]:
    """Return the newest tickets on `party`'s list, in any of `statuses` (all if none is named)."""
    statement = select(Ticket).where(kept_by(party)).order_by(Ticket.id.desc()).limit(limit)
    if statuses:
        statement = statement.where(Ticket.status.in_(statuses))
    return session.scalars(statement).all()


def unfinished(session: Session, party: Party, *, limit: int = LISTED) -> Sequence[Ticket]:
    """Return the newest tickets of `party` that are not finished."""
    return newest(session, party, *(status for status in Status if status not in FINISHED), limit=limit)


def same_enterprise(session: Session, ticket: Ticket, number: str) -> bool:
    """Whether `number` calls another ticket of the same enterprise, or of the same stranger."""
    other = session.get(Ticket, ticket_id_of(number) or 0)
    if other is None or other.id == ticket.id:
        return False
    if ticket.enterprise_id is not None:
        return other.enterprise_id == ticket.enterprise_id
    return other.enterprise_id is None and other.person_id == ticket.person_id


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


def overview(session: Session, ticket: Ticket) -> Overview:
    """Return what a person is shown of one ticket they may see."""
    owner = session.get_one(Official, ticket.owner_id)
    enterprise = session.get(Enterprise, ticket.enterprise_id) if ticket.enterprise_id else None
    clock = session.scalars(
        select(Clock)
        .where(Clock.ticket_id == ticket.id, Clock.met_at.is_(None))
        .order_by(Clock.due_at, Clock.id)
        .limit(1)
    ).first()
    words = session.scalars(
        select(Message)
        .where(Message.ticket_id == ticket.id, Message.side != Side.CO_HANDLER)
        .order_by(Message.id.desc())
        .limit(1)
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
    )


def transcript(session: Session, ticket: Ticket, *, limit: int = LISTED) -> Sequence[Message]:
    """Return the last `limit` messages of a ticket, oldest first."""
    newest_first = session.scalars(
        select(Message).where(Message.ticket_id == ticket.id).order_by(Message.id.desc()).limit(limit)
    ).all()
    return list(reversed(newest_first))
