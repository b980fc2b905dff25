"""What is in the outbox: what is due to whom, and how it fares."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby, takewhile
from typing import Any, Final, NamedTuple

from sqlalchemy import and_, bindparam, exists, func, or_, select, text
from sqlalchemy.orm import Session, aliased

from models.session import core
from models.tables import Attempt, Delivery, Media, Outbox, Person, is_in_line


class Recipient(NamedTuple):
    """Somebody to whom something is due, who they are, and what the platform lets us send them."""

    id: int
    openid: str
    follows: bool
    is_reachable: bool
    window_expires_at: datetime | None
    window_left: int
    official_id: int | None
    seen_at: datetime


class Waiting(NamedTuple):
    """One message of somebody's line."""

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

LOOKED_AT: Final = 20
"""More than fit into one message."""

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
        IS_FREE.label("is_free"),
        func.row_number().over(partition_by=Outbox.person_id, order_by=Outbox.id).label("place"),
    )
    .where(
        Outbox.person_id.in_(bindparam("people", expanding=True)),
        is_in_line(Outbox.state),
        ~_waits_for_media(Outbox.media_id),
    )
    .subquery()
)
_HEADS: Final = select(_LINES).where(_LINES.c.place <= LOOKED_AT).order_by(_LINES.c.person_id, _LINES.c.id)
_NO_JIT: Final = text("SET LOCAL jit = off")
"""With a long backlog PostgreSQL would compile, each time anew, a query that stops after a few rows."""


def lock_the_due(session: Session, *, limit: int, now: datetime) -> list[Recipient]:
    """Lock up to `limit` people whose oldest message is due, who waits longest first.

    On PostgreSQL a person whom somebody else has in hand is passed over; nobody waits.
    """
    if core(session).dialect.name == "postgresql":
        session.execute(_NO_JIT)
    return [Recipient(*row) for row in session.execute(_DUE, {"most": limit, "now": now})]


def lines_of(session: Session, people: Sequence[int], *, now: datetime) -> dict[int, list[Waiting]]:
    """Return what is due to each of `people` from the head of their line on, oldest first.

    Asked once they are locked: what was seen before may be in another worker's hand by now. A line ends
    where something is not due yet, and after `LOOKED_AT` messages.
    """
    lines: dict[int, list[Waiting]] = {}
    rows = session.execute(_HEADS, {"people": people, "now": now})
    for person_id, line in groupby(rows, key=lambda row: row.person_id):
        due = takewhile(lambda row: row.is_free, line)
        lines[person_id] = [Waiting(*row[: len(Waiting._fields)]) for row in due]
    return lines


def counts(session: Session) -> dict[str, int]:
    """Return how many rows are in each state that still needs somebody; sent ones are not counted."""
    open_states = (Delivery.PENDING, Delivery.SENDING, Delivery.HELD, Delivery.PARKED, Delivery.DEAD)
    found = dict.fromkeys(open_states, 0)
    rows = session.execute(
        select(Outbox.state, func.count()).where(Outbox.state.in_(list(found))).group_by(Outbox.state)
    )
    return {str(state): count for state, count in found.items()} | {row[0]: row[1] for row in rows}


class LastTry(NamedTuple):
    """The newest attempt of any worker, and the code by which it was refused, if it was."""

    at: datetime
    code: int | None


def last_try(session: Session) -> LastTry | None:
    """Return what became of the newest attempt; None before the first one."""
    row = session.execute(select(Attempt.at, Attempt.code).order_by(Attempt.id.desc()).limit(1)).first()
    return None if row is None else LastTry(*row)


RECENT: Final = 1000
"""So many of the newest attempts are looked at to see how a channel fares."""


def last_tries(session: Session) -> dict[str, LastTry]:
    """Return what became of the newest attempt by each channel that was used of late."""
    newest = select(func.max(Attempt.id)).scalar_subquery()
    latest = select(func.max(Attempt.id)).where(Attempt.id > newest - RECENT).group_by(Attempt.channel)
    rows = session.execute(select(Attempt.channel, Attempt.at, Attempt.code).where(Attempt.id.in_(latest)))
    return {row.channel: LastTry(row.at, row.code) for row in rows}
