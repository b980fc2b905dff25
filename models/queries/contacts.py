"""Who speaks for an enterprise now (联系人), and who no longer does."""

from typing import Final

from sqlalchemy import and_, bindparam, case, exists, select
from sqlalchemy.orm import Session

from models.prepared import Prepared
from models.queries.people import EnterpriseCard, OfficialCard, Party
from models.tables import Contact, Enterprise, Official, Pairing, Person, Ticket

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


def is_shut_out(session: Session, person_id: int, ticket_id: int) -> bool:
    """Whether a ticket is an enterprise's for which this person no longer speaks; never of officials."""
    speaks = exists().where(
        Contact.person_id == person_id, Contact.enterprise_id == Ticket.enterprise_id, Contact.is_active
    )
    found = session.scalars(
        select(Ticket.id)
        .join(Person, Person.id == person_id)
        .where(Ticket.id == ticket_id, Ticket.enterprise_id.is_not(None))
        .where(Person.official_id.is_(None), ~speaks)
    ).one_or_none()
    return found is not None


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
    return Party(person.id, person.openid, person.follows, None, None, None, None, None, card, carer)
