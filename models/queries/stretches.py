"""Rows that no event tells of, and the seals that the audit holds of them, a stretch at a time."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, partial
from typing import Any, Final

from sqlalchemy import ColumnElement, Update, exists, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.rules.chain import moment
from models.rules.proof import ALTERED, DIFFERENT, MISSING, Flaw
from models.rules.stretches import Stretch, differing, leaf, newest_of, rows_of, said_of
from models.tables import (
    Attempt,
    AuditEntry,
    Inbox,
    Posting,
    Sealed,
    WebhookAttempt,
    WebhookDelivery,
)

SEAL: Final = "seal"
"""The operation of an audit's entry that holds the digest of a stretch."""

EMPTIED: Final = "empty pushes"
"""The operation of one that holds what is left of the pushes of somebody who was forgotten."""

KEPT: Final = timedelta(days=29)
"""What came so long ago may have been cleared away: `postings.KEPT` before, less twice `SPAN`."""

SPAN: Final = timedelta(hours=12)
"""What is cleared away is sealed with what came within so long of its first row."""


@dataclass(frozen=True, slots=True)
class Kind:
    """Rows of one table: what of them is sealed, and the moment they came."""

    table: type[Any]
    came: InstrumentedAttribute[datetime]
    sealed: Sequence[InstrumentedAttribute[Any]]
    is_cleared: bool = False
    """Whether rows are deleted once they are a month old."""


PUSHES: Final = Kind(
    Inbox,
    Inbox.received_at,
    (Inbox.dedupe_key, Inbox.kind, Inbox.sealed, Inbox.sent_at, Inbox.received_at),
)
KINDS: Final[Mapping[str, Kind]] = {
    "push": PUSHES,
    "attempt": Kind(
        Attempt,
        Attempt.at,
        (Attempt.outbox_id, Attempt.at, Attempt.channel, Attempt.outcome, Attempt.code),
    ),
    "webhook_delivery": Kind(
        WebhookDelivery,
        WebhookDelivery.created_at,
        (WebhookDelivery.webhook_id, WebhookDelivery.event_id, WebhookDelivery.created_at),
        is_cleared=True,
    ),
    "webhook_attempt": Kind(
        WebhookAttempt,
        WebhookAttempt.at,
        (
            *(WebhookAttempt.delivery_id, WebhookAttempt.at, WebhookAttempt.status),
            *(WebhookAttempt.error, WebhookAttempt.took_ms),
        ),
        is_cleared=True,
    ),
}


def leaves(session: Session, kind: Kind, which: ColumnElement[bool], *, limit: int) -> dict[int, bytes]:
    """Return what is to be kept of rows, by id."""
    wanted = select(kind.table.id, *kind.sealed).where(which).order_by(kind.table.id).limit(limit)
    return _leaves(session.execute(wanted))


def changed(session: Session, kind: Kind, change: Update) -> list[bytes]:
    """Change rows; return what is to be kept of them as they are now, in the order of their ids."""
    unseen = {"synchronize_session": False}
    found = _leaves(session.execute(change.returning(kind.table.id, *kind.sealed), execution_options=unseen))
    return [found[row_id] for row_id in sorted(found)]


def _leaves(rows: Iterable[Sequence[Any]]) -> dict[int, bytes]:
    return {row_id: leaf(row_id, map(_plain, values)) for row_id, *values in rows}


def _plain(value: Any) -> Any:
    return moment(value) if isinstance(value, datetime) else value


def flaws(session: Session, now: datetime) -> Iterator[Flaw]:
    """Yield each row that is not what it was when the audit's entry was written."""
    entries = (
        select(AuditEntry.object, AuditEntry.reason)
        .where(AuditEntry.operation == SEAL)
        .order_by(AuditEntry.chain, AuditEntry.seq)
    )
    reached: dict[str, int] = {}
    emptied = cache(partial(_emptied, session))
    for place, said in session.execute(entries).all():
        try:
            stretch, newest = Stretch.read(place), newest_of(said or "")
        except ValueError:
            yield Flaw(place, None, ALTERED, "the audit's entry names nothing that was sealed together")
            continue
        kept = session.get(Sealed, (stretch.kind, stretch.upto))
        if kept is None or stretch.kind not in KINDS:
            yield Flaw(place, None, MISSING, "what was sealed together is not there")
            continue
        if said_of(kept.leaves, newest) != said or kept.after != stretch.after:
            yield Flaw(place, None, ALTERED, "what was sealed together does not fit its digest")
            continue
        if stretch.after != reached.get(stretch.kind, stretch.after):
            yield Flaw(place, None, DIFFERENT, "it does not begin where the one before ended")
        reached[stretch.kind] = stretch.upto
        yield from _differing(session, stretch, rows_of(kept.leaves), newest < now - KEPT, emptied)
        session.expunge(kept)
    yield from _not_taken(session)


def _not_taken(session: Session) -> Iterator[Flaw]:
    """Yield each delivery to another system that is said to have arrived, although no attempt says so."""
    taken = WebhookAttempt.delivery_id == WebhookDelivery.id, WebhookAttempt.status.between(200, 299)
    wanted = select(WebhookDelivery.id).where(
        WebhookDelivery.state == Posting.SENT.value, ~exists().where(*taken)
    )
    for row_id in session.scalars(wanted.order_by(WebhookDelivery.id)):
        yield Flaw(f"webhook_delivery {row_id}", None, ALTERED, "no attempt says that it was taken")


def _differing(
    session: Session,
    stretch: Stretch,
    sealed: Mapping[int, bytes],
    is_old: bool,  # noqa: FBT001 -- private
    emptied: Callable[[], Mapping[int, bytes]],
) -> Iterator[Flaw]:
    kind = KINDS[stretch.kind]
    inside = (kind.table.id > stretch.after) & (kind.table.id <= stretch.upto)
    stored = leaves(session, kind, inside, limit=2 * len(sealed) + 1000)
    if stored == sealed:
        return
    wrong = {row_id for row_id in sealed if stored.get(row_id) != sealed[row_id]}
    gone: dict[int, bool] = {}
    if kind.is_cleared and is_old:
        gone = {row_id: row_id not in stored for row_id in wrong}
    elif kind is PUSHES:
        left = emptied()
        gone = {row_id: stored[row_id] == left.get(row_id) for row_id in wrong if row_id in stored}
    yield from differing(stretch.kind, sealed, stored, gone)


def _emptied(session: Session) -> dict[int, bytes]:
    """Return what must be left of each push that was emptied; none of what a garbled entry names."""
    entries = select(AuditEntry.shown).where(AuditEntry.operation == EMPTIED).order_by(AuditEntry.id)
    found: dict[int, bytes] = {}
    for shown in session.scalars(entries):
        with suppress(TypeError, ValueError):
            found |= rows_of(bytes.fromhex("".join(shown or ())))
    return found
