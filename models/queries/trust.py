"""Whose number it is, who may know that, and which calls have been announced to whom."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

from sqlalchemy import ColumnElement, bindparam, or_, select, union
from sqlalchemy.orm import Session

from models.prepared import Prepared
from models.queries.people import OfficialCard, Party
from models.queries.tickets import by_id, visible_to
from models.rules.lifecycle import FINISHED, Status
from models.tables import (
    Call,
    Enterprise,
    Finding,
    FraudLead,
    Official,
    OfficialPhone,
    Pairing,
    Ticket,
    Verification,
)

Addressee: TypeAlias = Ticket | Enterprise
"""To whom a call is announced: who brought a case, or an enterprise that has none."""


@dataclass(frozen=True, slots=True)
class OwnerCard:
    """An official answerable to whoever asks: what they may know of the numbers are the last digits."""

    id: int
    name: str
    post: str
    tails: tuple[str, ...]


def holder(session: Session, seal: str) -> OfficialCard | None:
    """Return the official in office whose number has this seal."""
    row = session.execute(
        select(Official.id, Official.name, Official.post, Official.region, Official.leader_id, Official.kind)
        .join(OfficialPhone, OfficialPhone.official_id == Official.id)
        .where(OfficialPhone.number_hash == seal, OfficialPhone.ended_at.is_(None), Official.is_active)
    ).one_or_none()
    return None if row is None else OfficialCard(*row)


def may_be_sealed_otherwise(session: Session, tail: str, mark: str) -> bool:
    """Whether a number with these last digits was sealed with another key than the one called `mark`."""
    wanted = select(OfficialPhone.id).where(
        OfficialPhone.tail == tail, OfficialPhone.key_mark != mark, OfficialPhone.ended_at.is_(None)
    )
    return session.scalars(wanted.limit(1)).first() is not None


def tails_of(session: Session, official_id: int) -> tuple[str, ...]:
    """Return the last digits of an official's numbers, the newest first."""
    return _tails(session, [official_id]).get(official_id, ())


def owners(session: Session, party: Party) -> list[OwnerCard]:
    """Return the leaders answerable to `party`: the paired one, then those of its unfinished tickets."""
    if party.official is not None:
        return []
    paired = select(Pairing.official_id).where(
        Pairing.enterprise_id.in_(_firms(party)), Pairing.ended_at.is_(None)
    )
    live = [status for status in Status if status not in FINISHED]
    owning = select(Ticket.owner_id).where(visible_to(party), Ticket.status.in_(live))
    rows = session.execute(
        select(Official.id, Official.name, Official.post)
        .where(Official.id.in_(union(paired, owning).scalar_subquery()), Official.is_active)
        .order_by(Official.id)
    ).all()
    tails = _tails(session, [row.id for row in rows])
    cards = [OwnerCard(row.id, row.name, row.post, tails.get(row.id, ())) for row in rows]
    return sorted(cards, key=lambda card: party.carer is None or card.id != party.carer.id)


def open_call(session: Session, to: Addressee) -> Call | None:
    """Return the open call of a ticket or to an enterprise, locked; its window may just have ended."""
    return session.scalars(
        select(Call).where(_is_to(to), Call.closed_at.is_(None)).with_for_update(),
        execution_options={"populate_existing": True},
    ).one_or_none()


def current_call(session: Session, to: Addressee, now: datetime) -> Call | None:
    """Return the call of a ticket or to an enterprise that is still open at `now`, to be shown."""
    wanted = select(Call).where(_is_to(to), Call.closed_at.is_(None), Call.lapses_at > now)
    return session.scalars(wanted).one_or_none()


def _is_to(to: Addressee) -> ColumnElement[bool]:
    return Call.ticket_id == to.id if isinstance(to, Ticket) else Call.enterprise_id == to.id


def calls_to(session: Session, party: Party, now: datetime) -> Sequence[Call]:
    """Return the open calls that `party` may know of, the next one first; asked ones last."""
    theirs = Call.ticket_id.in_(select(Ticket.id).where(visible_to(party)))
    firms = _firms(party)
    return session.scalars(
        select(Call)
        .where(or_(theirs, Call.enterprise_id.in_(firms)) if firms else theirs)
        .where(Call.closed_at.is_(None), Call.lapses_at > now)
        .order_by(Call.begins_at.is_(None), Call.begins_at, Call.id)
    ).all()


def addressees(session: Session, calls: Sequence[Call], *, seen_by: Party) -> list[Addressee]:
    """Return what calls are about: tickets, locked in the order of their numbers, then enterprises."""
    tickets = sorted(call.ticket_id for call in calls if call.ticket_id is not None)
    firms = sorted(call.enterprise_id for call in calls if call.enterprise_id is not None)
    cases: list[Addressee] = [by_id(session, each, seen_by=seen_by) for each in tickets]
    return cases + [session.get_one(Enterprise, each) for each in firms if each in _firms(seen_by)]


def firm_of(session: Session, party: Party, enterprise_id: int) -> Enterprise | None:
    """Return an enterprise if `party` speaks for it."""
    return session.get(Enterprise, enterprise_id) if enterprise_id in _firms(party) else None


def _firms(party: Party) -> list[int]:
    return [firm.id for firm in (party.enterprise, *party.others) if firm is not None]


_ASKED_SINCE: Final = Prepared(
    select(Verification.at).where(
        Verification.person_id == bindparam("asker"), Verification.at > bindparam("since")
    )
)


def asked_since(session: Session, person_id: int, since: datetime) -> Sequence[datetime]:
    """Return when a person had numbers checked after `since`."""
    return [at for (at,) in _ASKED_SINCE.all(session, asker=person_id, since=since)]


def is_known_fraud(session: Session, seal: str) -> bool:
    """Whether a supervisor has found the number to be a fraud's, and none has found the contrary since."""
    last = session.scalars(
        select(FraudLead.finding)
        .where(FraudLead.number_hash == seal, FraudLead.finding.in_((Finding.FRAUD, Finding.GENUINE)))
        .order_by(FraudLead.decided_at.desc(), FraudLead.id.desc())
        .limit(1)
    ).first()
    return last == Finding.FRAUD


def _tails(session: Session, official_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    rows = session.execute(
        select(OfficialPhone.official_id, OfficialPhone.tail)
        .where(OfficialPhone.official_id.in_(official_ids), OfficialPhone.ended_at.is_(None))
        .order_by(OfficialPhone.id.desc())
    ).all()
    found: dict[int, tuple[str, ...]] = {}
    for row in rows:
        found[row.official_id] = (*found.get(row.official_id, ()), row.tail)
    return found
