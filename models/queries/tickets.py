"""Tickets, as far as the person asking may see them.

Everything a person can reach goes through `visible_to`: a foreign number answers exactly as one that
does not exist.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from models.queries.conversation import is_said
from models.queries.merging import main_of
from models.queries.people import OfficialCard, Party, manned_desks
from models.queries.reach import speakers
from models.rules.lifecycle import FINISHED, Role, Status
from models.rules.numbers import number_of, ticket_id_of
from models.rules.regions import regions_within
from models.tables import Clock, CoHandling, Enterprise, Message, Official, OfficialKind, Ticket, is_helping

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

    `official_id` is who really acted; `desk_id` the leader they act for. Both None for an enterprise; a
    supervisor acts for nobody's desk.
    """

    role: Role
    person_id: int | None
    official_id: int | None = None
    desk_id: int | None = None
    deputy_for: int | None = None
    """The leader who has delegated to them (委托), where they act for that reason."""
    signed: str | None = None
    """The name a supervisor answers for a decision with."""

    @property
    def id(self) -> int | None:
        """The official where there is one, else the person."""
        return self.official_id or self.person_id

    @property
    def is_aide(self) -> bool:
        """Whether an aide acts in the name of the desk's leader."""
        if self.role is Role.CO_HANDLER:
            return self.official_id != self.desk_id and self.deputy_for is None
        return self.role is Role.AIDE


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
    if ticket.owner_id in party.desks:
        return at_desk(party, card, ticket.owner_id)
    if party.stands_in and not _is_manned(session, ticket.owner_id):
        return at_desk(party, card, card.desk_id)
    helps = helping_desk(session, party, ticket.id)
    if helps is None:
        raise NoSuchTicket(number_of(ticket.id))
    return replace(at_desk(party, card, helps), role=Role.CO_HANDLER)


def at_desk(party: Party, card: OfficialCard, desk_id: int) -> Actor:
    """Return in which capacity an official works at one of their desks: another leader's if they deputise."""
    role = Role.OWNER if card.leader_id is None else Role.AIDE
    deputises = desk_id in {leader.id for leader in party.deputises}
    return Actor(role, party.person_id, card.id, desk_id, desk_id if deputises else None)


def _is_manned(session: Session, leader_id: int) -> bool:
    return session.scalars(select(_leader.id).where(_leader.id == leader_id, _manned())).first() is not None


def _manned() -> ColumnElement[bool]:
    return _leader.id.in_(manned_desks())


def helping_desk(session: Session, party: Party, ticket_id: int) -> int | None:
    """Return the desk that helps with a ticket, of those somebody works at: their own first."""
    helping = select(CoHandling.unit_id).where(
        CoHandling.ticket_id == ticket_id, CoHandling.unit_id.in_(party.desks), is_helping(CoHandling.state)
    )
    found = set(session.scalars(helping))
    return next((desk_id for desk_id in party.desks if desk_id in found), None)


def visible_to(party: Party) -> ColumnElement[bool]:
    """Return the condition that keeps the tickets `party` may see.

    Beside those on their list, officials see those their desks help with, supervisors those of their region.
    """
    card = party.official
    if card is None:
        return kept_by(party)
    if card.kind == OfficialKind.SUPERVISOR:
        return Ticket.region.in_(sorted(regions_within(card.region)))
    helped = select(CoHandling.ticket_id).where(
        CoHandling.unit_id.in_(party.desks), is_helping(CoHandling.state)
    )
    return or_(kept_by(party), Ticket.id.in_(helped))


def kept_by(party: Party) -> ColumnElement[bool]:
    """Return the condition that keeps the tickets on somebody's own list.

    Officials and aides have their desk's, deputies that of whom they stand in for, the office that stands in
    the desks' nobody has bound a WeChat at, supervisors none; people have what was said for an enterprise
    they speak for, and what they said themselves as long as it belongs to no enterprise.
    """
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
    desks = select(_leader.id).where(or_(_leader.id.in_(desk_ids), ~_manned()))
    return Ticket.owner_id.in_(desks)


def by_number(session: Session, number: str, *, seen_by: Party) -> Ticket:
    """Return the ticket called `number`, locked for the rest of the transaction; of one merged, its main.

    Raises:
        NoSuchTicket: the number is mistyped, unknown, or not for `seen_by`.
    """
    ticket_id = ticket_id_of(number)
    if ticket_id is None:
        raise NoSuchTicket(number)
    return standing(session, ticket_id, seen_by=seen_by)


def standing(session: Session, ticket_id: int, *, seen_by: Party) -> Ticket:
    """Return one ticket, locked for the rest of the transaction; of one that is merged, its main case.

    Raises:
        NoSuchTicket: unknown, or not for `seen_by`.
    """
    main_id = main_of(session, ticket_id)
    if main_id is None:
        return by_id(session, ticket_id, seen_by=seen_by)
    try:
        return by_id(session, main_id, seen_by=seen_by)
    except NoSuchTicket:  # the main case's number is no more theirs to know than this one
        raise NoSuchTicket(number_of(ticket_id)) from None


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


def newest(
    session: Session, party: Party, *statuses: Status, limit: int = LISTED, offset: int = 0
) -> Sequence[Ticket]:
    """Return the newest tickets on `party`'s list, in any of `statuses` (all if none is named)."""
    statement = select(Ticket).where(kept_by(party)).order_by(Ticket.id.desc()).limit(limit).offset(offset)
    if statuses:
        statement = statement.where(Ticket.status.in_(statuses))
    return session.scalars(statement).all()


def unfinished(session: Session, party: Party, *, limit: int = LISTED, offset: int = 0) -> Sequence[Ticket]:
    """Return the newest tickets of `party` that are not finished."""
    live = [status for status in Status if status not in FINISHED]
    return newest(session, party, *live, limit=limit, offset=offset)


def how_many_unfinished(session: Session, party: Party) -> int:
    """Return how many tickets on `party`'s list are not finished."""
    mine = select(func.count()).where(kept_by(party), Ticket.status.not_in(sorted(FINISHED)))
    return session.scalars(mine).one()


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
    is_stand_in: bool = False
    """Whether it is shown to the office that stands in for the owner, or to a deputy."""
    is_deputised: bool = False
    """Whether it is shown to the deputy of the owner, who is away."""
    no_calls: bool = False
    """Whether whoever would be telephoned about it asked not to be."""
    is_unheard: bool = False
    """Whether nobody speaks for its enterprise any more."""


def overview(session: Session, ticket: Ticket, *, seen_by: Party | None = None) -> Overview:
    """Return what a person is shown of one ticket they may see; `seen_by` matters where officials look."""
    owner = session.get_one(Official, ticket.owner_id)
    enterprise = session.get(Enterprise, ticket.enterprise_id) if ticket.enterprise_id else None
    clock = session.scalars(
        select(Clock)
        .where(Clock.ticket_id == ticket.id, Clock.met_at.is_(None), Clock.subject_id.is_(None))
        .order_by(Clock.due_at, Clock.id)
        .limit(1)
    ).first()
    speak = speakers(session, ticket)
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
        is_deputised=bool(seen_by and ticket.owner_id in {each.id for each in seen_by.deputises}),
        no_calls=bool(speak and speak[0].no_calls),
        is_unheard=ticket.enterprise_id is not None and not speak,
    )
