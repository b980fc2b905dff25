"""Officials, enterprises, contacts, pairings and invites, as far as an API key's regions reach.

Lists go by keyset: `after` is the id of the last row seen, so that rows added meanwhile neither hide nor
repeat others. What lies in a foreign region answers exactly as what does not exist.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.queries.growing import Behind
from models.rules.regions import regions_within
from models.tables import (
    Base,
    Contact,
    Enterprise,
    Handover,
    Inbox,
    Invite,
    Message,
    Official,
    Outcome,
    Pairing,
    Person,
    Ticket,
)

Regions = frozenset[str] | None
"""The codes of the regions somebody may see; None for all."""

Found = TypeVar("Found", bound=Base)


class NotFound(LookupError):
    """There is no such object, or none in the regions asked for: the answer is the same."""


def inside(column: ColumnElement[Any] | InstrumentedAttribute[Any], regions: Regions) -> ColumnElement[bool]:
    """Return the condition that a region's code is among `regions`."""
    return true() if regions is None else column.in_(sorted(regions))


def _within(column: InstrumentedAttribute[str], region: str | None) -> ColumnElement[bool]:
    """Return the condition that a region's code lies in the one that is named, if one is."""
    return inside(column, None if region is None else regions_within(region))


def officials(
    session: Session, regions: Regions, *, region: str | None = None, after: Behind, limit: int
) -> Sequence[Official]:
    """Return up to `limit` officials behind `after`, of a region and all it holds if it is named."""
    wanted = _officials(regions).where(after.holds(Official.id)).order_by(Official.id).limit(limit)
    return session.scalars(wanted.where(_within(Official.region, region))).all()


def official(session: Session, regions: Regions, official_id: int) -> Official:
    """Return one official.

    Raises:
        NotFound: there is none, or not in `regions`.
    """
    return _one(session, _officials(regions).where(Official.id == official_id))


def names_of(session: Session, ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """Return the name and post of officials."""
    rows = session.execute(select(Official.id, Official.name, Official.post).where(Official.id.in_(ids)))
    return {row[0]: (row[1], row[2]) for row in rows}


def handover(session: Session, regions: Regions, official_id: int, handover_id: int) -> Handover:
    """Return one handover of an official.

    Raises:
        NotFound: there is none, or the official is not in `regions`.
    """
    official(session, regions, official_id)
    return _one(session, select(Handover).where(Handover.id == handover_id, Handover.from_id == official_id))


def enterprises(
    session: Session,
    regions: Regions,
    *,
    region: str | None = None,
    credit_code: str | None = None,
    after: Behind,
    limit: int,
) -> Sequence[Enterprise]:
    """Return up to `limit` enterprises behind `after`, within a region or by credit code if named."""
    wanted = _enterprises(regions).where(after.holds(Enterprise.id), _within(Enterprise.region, region))
    wanted = wanted.order_by(Enterprise.id).limit(limit)
    if credit_code is not None:
        wanted = wanted.where(Enterprise.credit_code == credit_code)
    return session.scalars(wanted).all()


def enterprise(session: Session, regions: Regions, enterprise_id: int) -> Enterprise:
    """Return one enterprise.

    Raises:
        NotFound: there is none, or not in `regions`.
    """
    return _one(session, _enterprises(regions).where(Enterprise.id == enterprise_id))


def pairings(
    session: Session, regions: Regions, *, official_id: int | None = None, after: Behind, limit: int
) -> Sequence[Pairing]:
    """Return up to `limit` pairings behind `after`, ended ones too, of one official if named."""
    wanted = _pairings(regions).where(after.holds(Pairing.id)).order_by(Pairing.id).limit(limit)
    if official_id is not None:
        wanted = wanted.where(Pairing.official_id == official_id)
    return session.scalars(wanted).all()


def pairing(session: Session, regions: Regions, pairing_id: int) -> Pairing:
    """Return one pairing, ended or not.

    Raises:
        NotFound: there is none, or its enterprise is not in `regions`.
    """
    return _one(session, _pairings(regions).where(Pairing.id == pairing_id))


def contacts(
    session: Session, regions: Regions, *, enterprise_id: int | None = None, after: Behind, limit: int
) -> Sequence[Row[Contact, Enterprise, str]]:
    """Return up to `limit` contacts behind `after`: contact, enterprise, openid."""
    wanted = _contacts(regions).where(after.holds(Contact.id)).order_by(Contact.id).limit(limit)
    if enterprise_id is not None:
        wanted = wanted.where(Contact.enterprise_id == enterprise_id)
    return session.execute(wanted).all()


def contact(session: Session, regions: Regions, contact_id: int) -> Row[Contact, Enterprise, str]:
    """Return one contact: contact, enterprise, openid.

    Raises:
        NotFound: there is none, or the enterprise is not in `regions`.
    """
    row = session.execute(_contacts(regions).where(Contact.id == contact_id)).one_or_none()
    if row is None:
        raise NotFound
    return row


def person(session: Session, regions: Regions, person_id: int) -> Person:
    """Return somebody who has written to us or follows us, and who belongs to `regions` or to nowhere yet.

    Raises:
        NotFound: there is nobody, or they are an official, speak for an enterprise or asked for something
            outside `regions` only.
    """
    return _one(session, _people(regions).where(Person.id == person_id))


def contacts_of(session: Session, regions: Regions, person_id: int) -> list[int]:
    """Return the ids of the contacts in `regions` that a person is and that have not ended."""
    theirs = _contacts(regions).where(Contact.person_id == person_id, Contact.is_active)
    return list(session.scalars(theirs.with_only_columns(Contact.id).order_by(Contact.id)))


def invites(session: Session, regions: Regions, *, after: Behind, limit: int) -> Sequence[Invite]:
    """Return up to `limit` invites behind `after`, used and expired ones too."""
    wanted = _invites(regions).where(after.holds(Invite.id)).order_by(Invite.id).limit(limit)
    return session.scalars(wanted).all()


def invite(session: Session, regions: Regions, invite_id: int) -> Invite:
    """Return one invite.

    Raises:
        NotFound: there is none, or whom it is for is not in `regions`.
    """
    return _one(session, _invites(regions).where(Invite.id == invite_id))


WAITED: Final = timedelta(hours=1)
"""For so long words may be gathered, or wait for their case: whatever still does then was forgotten."""


def unsettled(
    session: Session, *, after: Behind, limit: int, now: datetime
) -> Sequence[Row[int, str, datetime]]:
    """Return up to `limit` pushes that ended in nothing: id, kind, received_at (MISSION.md, 1)."""
    return session.execute(
        select(Inbox.id, Inbox.kind, Inbox.received_at)
        .where(_in_nothing(now), after.holds(Inbox.id))
        .order_by(Inbox.id)
        .limit(limit)
    ).all()


def unsettled_in_all(session: Session, now: datetime) -> tuple[int, datetime | None]:
    """Return how many pushes ended in nothing, and when the oldest of them came."""
    row = session.execute(select(func.count(), func.min(Inbox.received_at)).where(_in_nothing(now))).one()
    return row[0], row[1]


def _in_nothing(now: datetime) -> ColumnElement[bool]:
    """No outcome; or one that is not true: a ticket without any words, or words that nobody was ever told.

    Words that wait for their case for ever are among them. A ticket may be made of words that came before the
    tap which opened it.
    """
    said = exists().where(Message.ticket_id == Inbox.ticket_id)
    forgotten = select(Message.inbox_id).where(
        Message.gathered_until.is_not(None), Message.gathered_until < now - WAITED
    )
    return or_(
        Inbox.outcome.is_(None),
        and_(Inbox.outcome == Outcome.WAITING.value, Inbox.received_at < now - WAITED),
        and_(Inbox.outcome == Outcome.TICKET.value, ~said),
        Inbox.id.in_(forgotten),
    )


def _one(session: Session, statement: Select[Found]) -> Found:
    row = session.scalars(statement).one_or_none()
    if row is None:
        raise NotFound
    return row


def _officials(regions: Regions) -> Select[Official]:
    return select(Official).where(inside(Official.region, regions))


def _enterprises(regions: Regions) -> Select[Enterprise]:
    return select(Enterprise).where(inside(Enterprise.region, regions))


def _pairings(regions: Regions) -> Select[Pairing]:
    return (
        select(Pairing)
        .join(Enterprise, Enterprise.id == Pairing.enterprise_id)
        .where(inside(Enterprise.region, regions))
    )


def _contacts(regions: Regions) -> Select[Contact, Enterprise, str]:
    return (
        select(Contact, Enterprise, Person.openid)
        .join(Enterprise, Enterprise.id == Contact.enterprise_id)
        .join(Person, Person.id == Contact.person_id)
        .where(inside(Enterprise.region, regions))
    )


def _invites(regions: Regions) -> Select[Invite]:
    return (
        select(Invite)
        .outerjoin(Official, Official.id == Invite.official_id)
        .outerjoin(Enterprise, Enterprise.id == Invite.enterprise_id)
        .where(inside(func.coalesce(Official.region, Enterprise.region), regions))
    )


def _people(regions: Regions) -> Select[Person]:
    """Those who belong to `regions` by what they are; who is nothing yet belongs where their cases lie."""
    if regions is None:
        return select(Person)
    firms = (
        select(Contact.id)
        .join(Enterprise, Enterprise.id == Contact.enterprise_id)
        .where(Contact.person_id == Person.id, Contact.is_active)
    )
    elsewhere = exists().where(
        Ticket.person_id == Person.id, Ticket.enterprise_id.is_(None), ~inside(Ticket.region, regions)
    )
    return (
        select(Person)
        .outerjoin(Official, and_(Official.id == Person.official_id, Official.is_active))
        .where(
            or_(Official.id.is_(None), inside(Official.region, regions)),
            or_(~firms.exists(), firms.where(inside(Enterprise.region, regions)).exists()),
            ~elsewhere,
        )
    )
