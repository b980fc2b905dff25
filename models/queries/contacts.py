"""Who speaks for an enterprise, and who of them reads the news of a case."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.queries.people import EnterpriseCard, OfficialCard, Party
from models.rules.lifecycle import Role
from models.tables import Contact, Event, Message, Official, Pairing, Side, Ticket


def reader_of(session: Session, ticket: Ticket) -> int | None:
    """Return the person who is told what happens to a case: its author, else the newest contact.

    None when nobody speaks for its enterprise here any more. Who asked as a stranger stays the reader.
    """
    if ticket.enterprise_id is None:
        return ticket.person_id
    contacts = active(session, ticket.enterprise_id)
    if ticket.person_id in contacts:
        return ticket.person_id
    return contacts[0] if contacts else None


def active(session: Session, enterprise_id: int) -> Sequence[int]:
    """Return the people who speak for an enterprise now, the newest first."""
    return session.scalars(
        select(Contact.person_id)
        .where(Contact.enterprise_id == enterprise_id, Contact.is_active)
        .order_by(Contact.since.desc(), Contact.id.desc())
    ).all()


def concerned(session: Session, ticket: Ticket) -> list[int]:
    """Return those who brought a case or acted in it and still speak for its enterprise."""
    if ticket.enterprise_id is None:
        return [ticket.person_id]
    spoke = select(Message.person_id).where(
        Message.ticket_id == ticket.id, Message.side == Side.ENTERPRISE, Message.person_id.is_not(None)
    )
    acted = select(Event.actor_id).where(Event.ticket_id == ticket.id, Event.actor_role == Role.ENTERPRISE)
    involved = {ticket.person_id, *session.scalars(spoke), *session.scalars(acted)}
    return [person for person in active(session, ticket.enterprise_id) if person in involved]


def name_of(session: Session, ticket: Ticket, person_id: int | None) -> str | None:
    """Return the name and role under which somebody speaks for the enterprise of a case."""
    row = session.execute(
        select(Contact.name, Contact.role).where(
            Contact.person_id == person_id, Contact.enterprise_id == ticket.enterprise_id
        )
    ).one_or_none()
    return None if row is None or not row.name else "".join(part for part in (row.role, row.name) if part)


def wants_no_calls(session: Session, ticket: Ticket) -> bool:
    """Whether the person who reads the news of a case asked not to be phoned."""
    asked = select(Contact.id).where(
        Contact.person_id == ticket.person_id,
        Contact.enterprise_id == ticket.enterprise_id,
        Contact.is_active,
        Contact.no_calls,
    )
    return session.scalars(asked).first() is not None


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
