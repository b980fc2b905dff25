"""What decides whether somebody may be rung: who wrote last, what an enterprise wants, what rang today."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Select, and_, bindparam, exists, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from models.rules.disturbance import EXEMPT, JUST, Courtesy, Quiet, day_begins
from models.rules.lifecycle import Role, Verb
from models.tables import (
    Call,
    Enterprise,
    Event,
    Message,
    Outbox,
    OwnCourtesy,
    Person,
    Ticket,
    Verification,
    Visit,
    is_held,
    is_parked,
)


class Account(NamedTuple):
    """Who is disturbed: an enterprise, or a person as long as they speak for none."""

    enterprise_id: int | None
    person_id: int | None = None


class Facts(NamedTuple):
    """What is known of one message to somebody who is no official."""

    id: int
    person_id: int
    written_at: datetime
    enterprise_id: int | None
    asked_at: datetime | None
    others_at: datetime | None
    answered_at: datetime | None
    is_paid: bool

    @property
    def account(self) -> Account:
        """Whom it disturbs."""
        return Account(self.enterprise_id, None if self.enterprise_id is not None else self.person_id)


_mate, _writer = aliased(Outbox), aliased(Person)
_since: Final = bindparam("since", type_=Person.seen_at.type)
_WROTE: Final = (
    select(func.max(Event.at))
    .join(_writer, _writer.id == Event.actor_id)
    .where(
        Event.ticket_id == Outbox.ticket_id,
        Event.actor_role == literal(Role.ENTERPRISE.value),
        Event.at >= _since,
        _writer.seen_at >= _since,
    )
)
_ASKED: Final = _WROTE.where(Event.actor_id == Outbox.person_id).scalar_subquery()
"""When the reader last wrote on the case. What others noted in their name on a visit they did not write."""
_OTHERS: Final = _WROTE.where(Event.actor_id != Outbox.person_id).scalar_subquery()
_ANSWERED: Final = (
    select(func.max(Event.at))
    .where(
        Event.ticket_id == Outbox.ticket_id,
        Event.verb.in_([Verb.REPLY, Verb.PROGRESS, Verb.RESOLVE, Verb.DECLINE]),
        Event.at >= _since,
        Event.id < Outbox.event_id,
        ~exists().where(
            Message.ticket_id == Event.ticket_id,
            Message.event_id == Event.id,
            Message.retracted_at.is_not(None),
        ),
    )
    .correlate(Outbox)
    .scalar_subquery()
)
"""When officials last said something on the case before this, and did not take it back."""
_PAID: Final = or_(
    Outbox.rang_at.is_not(None),
    exists().where(
        _mate.ticket_id == Outbox.ticket_id,
        _mate.event_id == Outbox.event_id,
        _mate.person_id == Outbox.person_id,
        _mate.rang_at.is_not(None),
    ),
)
WHOSE: Final = func.coalesce(
    select(Ticket.enterprise_id).where(Ticket.id == Outbox.ticket_id).correlate(Outbox).scalar_subquery(),
    select(Visit.enterprise_id).where(Visit.id == Outbox.visit_id).correlate(Outbox).scalar_subquery(),
    select(Verification.enterprise_id)
    .where(Verification.id == Outbox.verification_id)
    .correlate(Outbox)
    .scalar_subquery(),
    select(Call.enterprise_id).where(Call.id == Outbox.call_id).correlate(Outbox).scalar_subquery(),
)
"""The enterprise that a message is to."""
_FACTS: Final = select(
    Outbox.id,
    Outbox.person_id,
    Outbox.created_at,
    WHOSE,
    _ASKED,
    _OTHERS,
    _ANSWERED,
    _PAID,
).where(Outbox.id.in_(bindparam("rows", expanding=True)))
_COURTESY: Final = (OwnCourtesy.quiet_from, OwnCourtesy.quiet_to, OwnCourtesy.budget)
_FIRMS: Final = (
    select(Enterprise.id, *_COURTESY)
    .outerjoin(OwnCourtesy, OwnCourtesy.enterprise_id == Enterprise.id)
    .where(Enterprise.id.in_(bindparam("firms", expanding=True)))
    .order_by(Enterprise.id)
    .with_for_update(of=Enterprise, key_share=True, skip_locked=True)
)
_COUNTS: Final = and_(
    Outbox.rang_at >= bindparam("since", type_=Outbox.rang_at.type), Outbox.kind.not_in(EXEMPT)
)
_RUNG_FOR: Final = (
    select(Outbox.rang_for, func.count())
    .where(Outbox.rang_for.in_(bindparam("firms", expanding=True)), _COUNTS)
    .group_by(Outbox.rang_for)
)
_RUNG: Final = (
    select(Outbox.person_id, func.count())
    .where(
        Outbox.person_id.in_(bindparam("people", expanding=True)),
        Outbox.rang_at.is_not(None),
        Outbox.rang_for.is_(None),
        _COUNTS,
    )
    .group_by(Outbox.person_id)
)


def facts(session: Session, rows: Collection[int], *, now: datetime) -> dict[int, Facts]:
    """Return what is known of each of these messages, by its id."""
    since = min(day_begins(now), now - JUST)
    found = session.execute(_FACTS, {"rows": list(rows), "since": since})
    return {row[0]: Facts(*row) for row in found}


class Told(NamedTuple):
    """One message that a fact has caused to somebody who is no official, and when they last came to us."""

    id: int
    kind: str
    payload: Any
    seen_at: datetime


def told(session: Session, ticket_id: int, event_id: int) -> list[Told]:
    """Return what an event of a case has told the enterprise, or will."""
    rows = session.execute(
        select(Outbox.id, Outbox.kind, Outbox.payload, Person.seen_at)
        .join(Person, Person.id == Outbox.person_id)
        .where(Outbox.ticket_id == ticket_id, Outbox.event_id == event_id, Person.official_id.is_(None))
        .order_by(Outbox.id)
    )
    return [Told(*row) for row in rows]


def lock_firms(session: Session, firms: Collection[int], granted: Courtesy) -> dict[int, Courtesy]:
    """Lock enterprises and return what each may expect; one whom another worker has in hand is left out.

    Who holds the lock alone spends of the enterprise's budget, whichever of its contacts is told.
    """
    found = session.execute(_FIRMS, {"firms": list(firms)}) if firms else ()
    return {row[0]: _courtesy(row[1:], granted) for row in found}


def rung_for(session: Session, firms: Collection[int], *, now: datetime) -> dict[int, int]:
    """Return how many messages of today's budget each enterprise has had; those without any are left out."""
    return _counted(session, _RUNG_FOR, {"firms": list(firms)}, now) if firms else {}


def rung(session: Session, people: Collection[int], *, now: datetime) -> dict[int, int]:
    """Return the same for people who speak for no enterprise."""
    return _counted(session, _RUNG, {"people": list(people)}, now) if people else {}


def _counted(
    session: Session, statement: Select[*tuple[Any, ...]], whose: dict[str, Any], now: datetime
) -> dict[int, int]:
    rows = session.execute(statement, whose | {"since": day_begins(now)})
    return {row[0]: row[1] for row in rows}


def courtesy(session: Session, enterprise_id: int, granted: Courtesy) -> Courtesy:
    """Return what one enterprise may expect: what it has asked for, else what everybody is granted."""
    row = session.execute(select(*_COURTESY).where(OwnCourtesy.enterprise_id == enterprise_id)).one_or_none()
    return granted if row is None else _courtesy(row, granted)


def own(session: Session, enterprise_id: int) -> OwnCourtesy | None:
    """Return what one enterprise has asked for, if it has."""
    return session.get(OwnCourtesy, enterprise_id)


def is_left_alone(session: Session, enterprise_id: int | None) -> bool:
    """Whether an enterprise has asked that nothing is sent to it by ourselves."""
    asked = None if enterprise_id is None else own(session, enterprise_id)
    return asked is not None and asked.budget == 0


def _courtesy(row: Any, granted: Courtesy) -> Courtesy:
    quiet_from, quiet_to, budget = row
    return Courtesy(
        granted.quiet if quiet_from is None else Quiet(quiet_from, quiet_to),
        granted.budget if budget is None else budget,
    )


class Waits(NamedTuple):
    """Messages of one case that wait to be sent to the enterprise, why, and until when if that is known."""

    messages: int
    reason: str | None
    until: datetime | None


def waiting(session: Session, ticket_id: int) -> list[Waits]:
    """Return what waits of what is to be told to the enterprise about a case, by the reason for it."""
    until = func.min(Outbox.due_at)
    rows: list[Any] = []
    for is_waiting, when in ((is_held(Outbox.state), until), (is_parked(Outbox.state), literal(None))):
        statement = (
            select(func.count(), Outbox.reason, when)
            .join(Person, Person.id == Outbox.person_id)
            .where(Outbox.ticket_id == ticket_id, Person.official_id.is_(None), is_waiting)
            .group_by(Outbox.reason)
            .order_by(Outbox.reason)
        )
        rows += session.execute(statement).all()
    return [Waits(*row) for row in rows]
