"""Who speaks for an enterprise now (联系人), who no longer does, and who hears the news of a case."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy import and_, bindparam, case, exists, select, union_all
from sqlalchemy.orm import Session

from models.prepared import Prepared
from models.queries.merging import authors_of_carried
from models.queries.people import EnterpriseCard, OfficialCard, Party
from models.rules.lifecycle import Role
from models.tables import (
    Call,
    Contact,
    Enterprise,
    Event,
    Message,
    Official,
    Outbox,
    Pairing,
    Person,
    Side,
    Ticket,
    Visit,
)

_VOICE: Final = Prepared(
    select(Contact.person_id)
    .where(Contact.enterprise_id == bindparam("firm"), Contact.is_active)
    .order_by(
        case((Contact.person_id == bindparam("author"), 0), else_=1), Contact.since.desc(), Contact.id.desc()
    )
    .limit(1)
)


def voice(session: Session, enterprise_id: int, author_id: int) -> int | None:
    """Return who is told of an enterprise's case: its author, or the newest contact once they have left.

    None if nobody speaks for the enterprise any more.
    """
    row = _VOICE.first(session, firm=enterprise_id, author=author_id)
    return None if row is None else row[0]


def colleague_heard(session: Session, ticket: Ticket) -> int | None:
    """Return who beside its author wrote last on an enterprise's case, as long as they speak for it.

    None if that was the author, or nobody.
    """
    last = session.scalars(
        select(Event.actor_id)
        .where(
            Event.ticket_id == ticket.id,
            Event.actor_role == Role.ENTERPRISE,
            Event.actor_id.is_not(None),
        )
        .order_by(Event.seq.desc())
        .limit(1)
    ).first()
    if last is None or last == ticket.person_id:
        return None
    speaks = select(Contact.person_id).where(
        Contact.enterprise_id == ticket.enterprise_id, Contact.person_id == last, Contact.is_active
    )
    return session.scalars(speaks).first()


def is_shut_out(session: Session, message: Outbox) -> bool:
    """Whether a message is about an enterprise for which its reader no longer speaks; never of officials."""
    concerned = (
        select(each.enterprise_id).where(each.id == cause)
        for each, cause in (
            (Ticket, message.ticket_id),
            (Visit, message.visit_id),
            (Call, message.call_id),
        )
    )
    firms = [firm for firm in session.scalars(union_all(*concerned)) if firm is not None]
    is_official = session.get_one(Person, message.person_id).official_id is not None
    return not is_official and any(speaks_for(session, message.person_id, firm) is None for firm in firms)


def speaker(session: Session, contact_id: int) -> Party | None:
    """Return a contact as the party to a request of that one enterprise; None if they have left it.

    The contact is locked against leaving before the request stands.
    """
    row = session.execute(
        select(Contact, Person, Enterprise, Official)
        .join(Person, Person.id == Contact.person_id)
        .join(Enterprise, Enterprise.id == Contact.enterprise_id)
        .outerjoin(Pairing, and_(Pairing.enterprise_id == Enterprise.id, Pairing.ended_at.is_(None)))
        .outerjoin(Official, and_(Official.id == Pairing.official_id, Official.is_active))
        .where(Contact.id == contact_id, Contact.is_active)
        .with_for_update(of=Contact, read=True)
    ).one_or_none()
    if row is None:
        return None
    person, firm = row[1], row[2]
    leader: Official | None = row[3]
    card = EnterpriseCard(firm.id, firm.name, firm.region, firm.stage)
    carer = OfficialCard(leader.id, leader.name, leader.post, leader.region) if leader else None
    return Party(
        person.id,
        person.openid,
        person.follows,
        *(None, None, None, None, None),
        card,
        carer,
        no_calls=row[0].no_calls,
    )


def speaks_for(session: Session, person_id: int, enterprise_id: int) -> Contact | None:
    """Return the contact that a person is of an enterprise now; None if they are none."""
    return session.scalars(
        select(Contact).where(
            Contact.person_id == person_id, Contact.enterprise_id == enterprise_id, Contact.is_active
        )
    ).one_or_none()


def active(session: Session, enterprise_id: int) -> Sequence[int]:
    """Return the people who speak for an enterprise now, the newest first."""
    return session.scalars(
        select(Contact.person_id)
        .where(Contact.enterprise_id == enterprise_id, Contact.is_active)
        .order_by(Contact.since.desc(), Contact.id.desc())
    ).all()


def named_in(session: Session, enterprise_id: int, words: str, *, besides: int) -> str | None:
    """Return the name of another who speaks for an enterprise, where `words` hold all of it."""
    names = session.scalars(
        select(Contact.name).where(
            Contact.enterprise_id == enterprise_id, Contact.is_active, Contact.person_id != besides
        )
    )
    return next((name for name in names if name and name in words), None)


def concerned(session: Session, ticket: Ticket) -> list[int]:
    """Return those who brought a case, or one merged into it, or acted in it, and speak for it."""
    if ticket.enterprise_id is None:
        return [ticket.person_id]
    spoke = select(Message.person_id).where(
        Message.ticket_id == ticket.id, Message.side == Side.ENTERPRISE, Message.person_id.is_not(None)
    )
    acted = select(Event.actor_id).where(Event.ticket_id == ticket.id, Event.actor_role == Role.ENTERPRISE)
    brought = {ticket.person_id, *authors_of_carried(session, ticket.id)}
    involved = {*brought, *session.scalars(spoke), *session.scalars(acted)}
    return [person for person in active(session, ticket.enterprise_id) if person in involved]


def colleagues_took_part(session: Session, ticket: Ticket) -> bool:
    """Whether anybody but its author has said or done something in a case for its enterprise."""
    spoke = select(Message.id).where(
        Message.ticket_id == ticket.id, Message.side == Side.ENTERPRISE, Message.person_id != ticket.person_id
    )
    acted = select(Event.id).where(
        Event.ticket_id == ticket.id,
        Event.actor_role == Role.ENTERPRISE,
        Event.actor_id != ticket.person_id,
    )
    return any(session.scalars(each.limit(1)).first() is not None for each in (spoke, acted))


def name_of(session: Session, ticket: Ticket, person_id: int | None) -> str | None:
    """Return the name and role under which somebody speaks for the enterprise of a case."""
    row = session.execute(
        select(Contact.name, Contact.role).where(
            Contact.person_id == person_id, Contact.enterprise_id == ticket.enterprise_id
        )
    ).one_or_none()
    return None if row is None or not row.name else "".join(part for part in (row.role, row.name) if part)


def speaking_for(session: Session, party: Party, enterprise_id: int | None) -> Party:
    """Return `party` as the contact of one of their enterprises, with the leader who cares for it.

    Those who speak for no such enterprise stay who they are.
    """
    if party.enterprise is None or enterprise_id in {None, party.enterprise.id}:
        return party
    firm = next((one for one in party.others if one.id == enterprise_id), None)
    if firm is None:
        return party
    rest = tuple(one for one in (party.enterprise, *party.others) if one.id != enterprise_id)
    return replace(party, enterprise=firm, others=rest, carer=carer_of(session, firm.id))


def carer_of(session: Session, enterprise_id: int) -> OfficialCard | None:
    """Return the leader paired with an enterprise."""
    row = session.scalars(
        select(Official)
        .join(Pairing, Pairing.official_id == Official.id)
        .where(Pairing.enterprise_id == enterprise_id, Pairing.ended_at.is_(None), Official.is_active)
    ).one_or_none()
    return None if row is None else OfficialCard(row.id, row.name, row.post, row.region)


def firm_called(party: Party, name: str) -> EnterpriseCard | None:
    """Return the one enterprise of `party` whose name holds `name`, None if none or several do."""
    firms = [party.enterprise, *party.others] if party.enterprise else []
    known = {firm: " ".join(firm.name.split()) for firm in firms}
    exact = [firm for firm in firms if known[firm] == name]
    found = exact or [firm for firm in firms if name and name in known[firm]]
    return found[0] if len(found) == 1 else None


def stage_was_asked(session: Session, enterprises: Sequence[int], *, since: datetime) -> bool:
    """Whether one of these enterprises was asked for its stage since then."""
    asked = Enterprise.id.in_(enterprises) & (Enterprise.stage_asked_at >= since)
    return session.scalar(select(exists().where(asked))) is True
