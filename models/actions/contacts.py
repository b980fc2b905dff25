"""Who speaks for an enterprise (联系人): entered by an office that knows them, and ended when they leave.

Who leaves keeps what they said, and from that moment sees and is told nothing of the enterprise. What
contacts settle for their enterprise while they speak for it is in `standing`.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.actions import inherited
from models.actions.conversation import about, desk_or_office, tell_desk, watchers, why_you
from models.actions.outbox import Notice, tell
from models.actions.people import adopt, join
from models.queries.contacts import voice
from models.queries.people import EnterpriseCard, official
from models.rules.lifecycle import FINISHED
from models.tables import Call, Contact, Delivery, Official, Outbox, Person, Ticket, Visit

NOBODY: Final = "nobody speaks for the enterprise"
"""Why a message that waited for a contact who has left is given up."""

_UNDELIVERED: Final = (Delivery.PENDING, Delivery.SENDING, Delivery.HELD, Delivery.PARKED)


class NoSuchPerson(LookupError):
    """Nobody with this id has ever written to us or followed us."""


class InOffice(Exception):
    """An official in office cannot speak for an enterprise with the same WeChat."""


def enter(
    session: Session, *, person_id: int, enterprise_id: int, name: str | None, role: str | None, now: datetime
) -> Contact:
    """Make a person known to us a contact of an enterprise; entered again nothing changes but what is new.

    What they asked for as a stranger becomes the enterprise's, as when they bind themselves.

    Raises:
        NoSuchPerson: there is nobody with this id.
        InOffice: they are an official.
    """
    person = _locked(session, person_id)
    if person.official_id is not None and session.get_one(Official, person.official_id).is_active:
        raise InOffice(person_id)
    person.official_id = None
    row = session.scalars(
        select(Contact).where(Contact.person_id == person_id, Contact.enterprise_id == enterprise_id)
    ).one_or_none()
    if row is None or not row.is_active:
        row = join(session, person_id, enterprise_id, name=name, role=role, now=now)
        adopt(session, person_id, enterprise_id)
        return row
    row.name, row.role = name or row.name, role or row.role
    session.flush()
    return row


def leave(session: Session, contact: Contact, *, now: datetime) -> None:
    """End a contact; one that has ended stays as it was.

    The person and then their cases are locked, as in a turn of the chat: whoever answers such a case at the
    same moment either tells them before this, and it is passed on below, or does not tell them any more.
    """
    _locked(session, contact.person_id)
    session.execute(
        select(Ticket.id)
        .where(Ticket.person_id == contact.person_id, Ticket.enterprise_id == contact.enterprise_id)
        .where(Ticket.status.not_in(FINISHED))
        .order_by(Ticket.id)
        .with_for_update()
    )
    session.refresh(contact)
    if not contact.is_active:
        return
    expected = inherited.expected_by(session, contact, now)
    contact.is_active = False
    session.flush()
    heir = voice(session, contact.enterprise_id, contact.person_id)
    expected = expected if heir is None else inherited.spare(session, expected, heir, now=now)
    waiting = _waiting(session, contact)
    if heir is None:
        told = _give_up(session, waiting, now=now)
        _tell_owners(session, contact, told, now=now)
        inherited.give_up(session, expected, now=now)
    else:
        _pass_on(waiting, heir, now=now)
        inherited.hand_on(session, expected, heir, moved=waiting, now=now)
    session.flush()


def ask_for_another(
    session: Session, firm: EnterpriseCard, words: str, *, inbox_id: int, now: datetime
) -> bool:
    """Tell those who enter contacts that an enterprise names another; tell whether anybody was told."""
    people = watchers(session, firm.region, now)
    news = {"enterprise": firm.name, "text": words}
    key = f"contact:{inbox_id}"
    tell(session, people, Notice.NEW_CONTACT, news, ticket_id=None, event_id=None, now=now, key=key)
    return bool(people)


def _locked(session: Session, person_id: int) -> Person:
    statement = select(Person).where(Person.id == person_id).with_for_update(key_share=True)
    row = session.scalars(statement).one_or_none()
    if row is None:
        raise NoSuchPerson(person_id)
    return row


def _waiting(session: Session, contact: Contact) -> Sequence[Outbox]:
    """Return what was to be told to the contact about the enterprise and has not arrived."""
    return session.scalars(
        select(Outbox)
        .outerjoin(Ticket, Ticket.id == Outbox.ticket_id)
        .outerjoin(Visit, Visit.id == Outbox.visit_id)
        .outerjoin(Call, Call.id == Outbox.call_id)
        .where(
            Outbox.person_id == contact.person_id,
            Outbox.state.in_(_UNDELIVERED),
            or_(*(each.enterprise_id == contact.enterprise_id for each in (Ticket, Visit, Call))),
        )
        .order_by(Outbox.id)
        .with_for_update(of=Outbox)
    ).all()


def _pass_on(waiting: Sequence[Outbox], heir: int, *, now: datetime) -> None:
    """Tell somebody else instead, also what a worker has in hand: nobody knows what becomes of that."""
    for row in waiting:
        row.person_id, row.dedupe_key = heir, f"passed:{row.id}:{row.person_id}:{heir}"
        row.state, row.due_at = Delivery.PENDING, now
        row.lease_until = row.reason = row.settled_at = None


def _give_up(session: Session, waiting: Sequence[Outbox], *, now: datetime) -> Collection[int]:
    """Nobody is left to be told: the owners hear of it once a case, with the last cause there was.

    Returns of which cases.
    """
    causes: dict[int, int] = {}
    for row in waiting:
        row.state, row.reason, row.settled_at, row.lease_until = Delivery.DEAD, NOBODY, now, None
        if row.ticket_id is not None and row.event_id is not None:
            causes[row.ticket_id] = row.event_id
    for ticket_id, event_id in causes.items():
        ticket = session.get_one(Ticket, ticket_id)
        tell_desk(session, ticket, Notice.NO_CONTACT, about(ticket), event_id=event_id, now=now)
    return causes.keys()


def _tell_owners(session: Session, contact: Contact, told: Collection[int], *, now: datetime) -> None:
    """Owners of the other unfinished cases hear that nobody reads the chat for the enterprise any more."""
    unfinished = select(Ticket).where(
        Ticket.enterprise_id == contact.enterprise_id, Ticket.status.not_in(sorted(FINISHED))
    )
    for ticket in session.scalars(unfinished.order_by(Ticket.id)):
        if ticket.id not in told:
            desk = desk_or_office(session, ticket.owner_id, now)
            news = about(ticket) | why_you(desk, official(session, ticket.owner_id)) | {"is_lost": False}
            key = f"left:{contact.id}:{ticket.id}:{now.isoformat()}"
            tell(
                session,
                desk.people,
                Notice.NO_CONTACT,
                news,
                ticket_id=ticket.id,
                event_id=None,
                now=now,
                key=key,
            )
