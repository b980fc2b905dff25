"""What is in the outbox: what is due to whom, and how it fares."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import and_, bindparam, exists, func, or_, select, text
from sqlalchemy.orm import Session, aliased

from models.session import core
from models.tables import Delivery, Media, Outbox, Person, is_in_line


class Recipient(NamedTuple):
    """Somebody to whom something is due, and what the platform lets us send them."""

    id: int
    openid: str
    follows: bool
    is_reachable: bool
    window_expires_at: datetime | None
    window_left: int


class Waiting(NamedTuple):
    """The oldest message of somebody's line."""

    id: int
    person_id: int
    kind: str
    payload: dict[str, Any]
    media_id: int | None
    misses: int
    doubts: int


def _waits_for_media(media_id: Any) -> Any:
    """Whether a picture or voice is still being fetched: it waits, and holds up nothing behind it."""
    return exists().where(Media.id == media_id, Media.fetch_due_at.is_not(None))


IS_FREE: Final = or_(
    and_(Outbox.state == Delivery.PENDING, Outbox.due_at <= bindparam("now")),
    and_(Outbox.state == Delivery.SENDING, Outbox.lease_until <= bindparam("now")),
)
"""Due, or in the hand of a worker whose lease lapsed."""

_mate: Final = aliased(Outbox)
_HEAD: Final = (
    select(_mate.id)
    .where(_mate.person_id == Outbox.person_id, is_in_line(_mate.state), ~_waits_for_media(_mate.media_id))
    .order_by(_mate.id)
    .limit(1)
    .scalar_subquery()
)
"""The first of somebody's line. Not in the words `NOT EXISTS`: of a join PostgreSQL would believe that next
to nothing is left, and look at all that is due instead of the first few."""
_DUE: Final = (
    select(*(getattr(Person, name) for name in Recipient._fields))
    .join(Outbox, Outbox.person_id == Person.id)
    .where(is_in_line(Outbox.state), IS_FREE, Outbox.id == _HEAD)
    .order_by(Outbox.id)
    .limit(bindparam("most"))
    .with_for_update(of=Person, key_share=True, skip_locked=True)
)
_LINES: Final = (
    select(
        *(getattr(Outbox, name) for name in Waiting._fields),
        func.row_number().over(partition_by=Outbox.person_id, order_by=Outbox.id).label("place"),
        IS_FREE.label("is_free"),
    )
    .where(
        Outbox.person_id.in_(bindparam("people", expanding=True)),
        is_in_line(Outbox.state),
        ~_waits_for_media(Outbox.media_id),
    )
    .subquery()
)
_OLDEST: Final = (
    select(*(_LINES.c[name] for name in Waiting._fields))
    .where(_LINES.c.place == 1, _LINES.c.is_free)
    .order_by(_LINES.c.id)
)
_NO_JIT: Final = text("SET LOCAL jit = off")
"""With a long backlog PostgreSQL would compile, each time anew, a query that stops after a few rows."""


def lock_the_due(session: Session, *, limit: int, now: datetime) -> list[Recipient]:
    """Lock up to `limit` people whose oldest message is due, who waits longest first.

    On PostgreSQL a person whom somebody else has in hand is passed over; nobody waits.
    """
    if core(session).dialect.name == "postgresql":
        session.execute(_NO_JIT)
    return [Recipient(*row) for row in session.execute(_DUE, {"most": limit, "now": now})]


def oldest_of(session: Session, people: Sequence[int], *, now: datetime) -> list[Waiting]:
    """Return the oldest message of each of `people`, if it is due, oldest first.

    Asked once they are locked: what was seen before may be in another worker's hand by now.
    """
    return [Waiting(*row) for row in session.execute(_OLDEST, {"people": people, "now": now})]


def counts(session: Session) -> dict[str, int]:
    """Return how many rows are in each state that still needs somebody; sent ones are not counted."""
    found = dict.fromkeys((Delivery.PENDING, Delivery.SENDING, Delivery.PARKED, Delivery.DEAD), 0)
    rows = session.execute(
        select(Outbox.state, func.count()).where(Outbox.state.in_(list(found))).group_by(Outbox.state)
    )
    return {str(state): count for state, count in found.items()} | {row[0]: row[1] for row in rows}
