"""Rows that no event tells of, and the seals that the audit holds of them, a stretch at a time."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, partial
from secrets import token_bytes
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    Text,
    bindparam,
    cast,
    exists,
    func,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.prepared import Prepared
from models.rules.chain import moment
from models.rules.proof import ALTERED, DIFFERENT, MISSING, Flaw
from models.rules.stretches import (
    SALT,
    Stretch,
    differing,
    leaf,
    newest_of,
    resalted,
    rows_of,
    said_of,
    salted,
)
from models.session import core
from models.tables import (
    Attempt,
    AuditEntry,
    Delivery,
    Inbox,
    Outbox,
    Posting,
    Sealed,
    WebhookAttempt,
    WebhookDelivery,
)
from models.tables.base import Moment

SEAL: Final = "seal"
"""The operation of an audit's entry that holds the digest of a stretch."""

KEPT: Final = timedelta(days=29)
"""What came so long ago may have been cleared away: `postings.KEPT` before, less twice `SPAN`."""

_LOCK: Final = 711_701
"""PostgreSQL's advisory lock of whoever seals rows or takes words out of them."""

_AT_ONCE: Final = 500
"""So many rows are named in one statement."""

SPAN: Final = timedelta(hours=12)
"""What is cleared away is sealed with what came within so long of its first row."""


@dataclass(frozen=True, slots=True)
class Kind:
    """Rows of one table: what of them is sealed, and the moment they came."""

    table: type[Any]
    came: InstrumentedAttribute[datetime]
    sealed: Sequence[ColumnElement[Any] | InstrumentedAttribute[Any]]
    is_cleared: bool = False
    """Whether rows are deleted once they are a month old."""
    is_salted: bool = False
    """Whether each row is sealed with random bytes, which go when it loses words."""
    is_past: bool = False
    """Whether none are sealed so any more; those that were remain what they were."""
    lessens: str = ""
    """The operation of an audit's entry that holds what is left of rows of somebody who was forgotten."""


KINDS: Final[Mapping[str, Kind]] = {
    "push": Kind(
        Inbox,
        Inbox.received_at,
        (Inbox.dedupe_key, Inbox.kind, Inbox.sealed, Inbox.sent_at, Inbox.received_at),
        lessens="empty pushes",
    ),
    "notice": Kind(
        Outbox,
        Outbox.created_at,
        (
            *(Outbox.ticket_id, Outbox.event_id, Outbox.visit_id, Outbox.verification_id, Outbox.call_id),
            *(Outbox.kind, cast(Outbox.payload, Text), Outbox.media_id, Outbox.created_at),
        ),
        is_salted=True,
        lessens="reword notices",
    ),
    "attempt": Kind(
        Attempt,
        Attempt.at,
        (Attempt.outbox_id, Attempt.at, Attempt.channel, Attempt.outcome, Attempt.code),
        is_past=True,
    ),
    "notice_attempt": Kind(
        Attempt,
        Attempt.at,
        (
            *(Attempt.outbox_id, Attempt.person_id, Attempt.at, Attempt.channel, Attempt.outcome),
            *(Attempt.code, Attempt.detail, Attempt.said),
        ),
        is_salted=True,
        lessens="reword attempts",
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


_MOMENTS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "sqlite": lambda at: func.replace(type_coerce(at, String), " ", "T") + "+00:00",
    "postgresql": lambda at: func.to_char(func.timezone("UTC", at), 'YYYY-MM-DD"T"HH24:MI:SS.US') + "+00:00",
}
"""How each database itself writes a moment as it is sealed."""


def _reading(kind: Kind) -> Prepared:
    """Return the statement that reads what is sealed of some rows: as text, as there are millions of them."""
    after, upto, limit = (bindparam(name, type_=kind.table.id.type) for name in ("after", "upto", "limit"))

    def read(written: Callable[[Any], Any]) -> Select[*tuple[Any, ...]]:
        sealed = (written(each) if isinstance(each.type, Moment) else each for each in kind.sealed)
        wanted = select(kind.table.id, *sealed).where(kind.table.id > after, kind.table.id <= upto)
        return wanted.order_by(kind.table.id).limit(limit)

    return Prepared({dialect: read(written) for dialect, written in _MOMENTS.items()})


_READ: Final = {name: _reading(kind) for name, kind in KINDS.items()}


def rows_in(session: Session, stretch: Stretch, *, limit: int) -> list[Sequence[Any]]:
    """Return what is sealed of the rows of a stretch, in the order of their ids, which come first."""
    return _READ[stretch.kind].all(session, after=stretch.after, upto=stretch.upto, limit=limit)


def left_of(session: Session, name: str, ids: Iterable[int]) -> list[bytes]:
    """Return what is to be kept of rows that have just been changed by right, in the order of their ids.

    Salted ones get a new salt, so that nobody can try what they had said; those not yet sealed are left out.
    """
    changed = sorted(ids)
    parts = (changed[start : start + _AT_ONCE] for start in range(0, len(changed), _AT_ONCE))
    rows = [row for part in parts for row in _sealed_of(session, name, part)]
    if not KINDS[name].is_salted:
        return [*map(leaf, rows)]
    salts = _salt_anew(session, name, changed)
    return [leaf([*row, salts[row[0]]]) for row in rows if row[0] in salts]


def _sealed_of(session: Session, name: str, ids: Sequence[int]) -> Iterator[Sequence[Any]]:
    """Yield what is sealed of some rows, in the order of their ids."""
    kind = KINDS[name]
    wanted = select(kind.table.id, *kind.sealed).where(kind.table.id.in_(ids))
    for row in session.execute(wanted.order_by(kind.table.id)):
        yield [moment(each) if isinstance(each, datetime) else each for each in row]


def _salt_anew(session: Session, name: str, ids: Sequence[int]) -> dict[int, str]:
    """Put new salts in the place of rows', a stretch at a time; return them by those ids that are sealed."""
    new: dict[int, str] = {}
    while ids:
        reaching = select(Sealed).where(Sealed.kind == name, Sealed.upto >= ids[0])
        stretch = session.scalars(reaching.order_by(Sealed.upto).limit(1)).one_or_none()
        if stretch is None:
            break
        end = bisect_right(ids, stretch.upto)
        if stretch.salts is not None:
            given = {each: token_bytes(SALT) for each in rows_of(stretch.leaves).keys() & ids[:end]}
            stretch.salts = resalted(stretch.leaves, stretch.salts, given)
            new |= {each: salt.hex() for each, salt in given.items()}
        ids = ids[end:]
    session.flush()
    return new


def alone(session: Session) -> None:
    """Let nobody seal rows while somebody is forgotten, nor the other way round, until the commit."""
    if core(session).dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_LOCK)))


def flaws(session: Session, now: datetime) -> Iterator[Flaw]:
    """Yield each row that is not what it was when the audit's entry was written."""
    entries = (
        select(AuditEntry.object, AuditEntry.reason)
        .where(AuditEntry.operation == SEAL)
        .order_by(AuditEntry.chain, AuditEntry.seq)
    )
    reached: dict[str, int] = {}
    lessened = cache(partial(_lessened, session))
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
        yield from _differing(session, stretch, kept, newest < now - KEPT, lessened)
        session.expunge(kept)
    yield from _not_taken(session)
    yield from _not_told(session)


def _not_taken(session: Session) -> Iterator[Flaw]:
    """Yield each delivery to another system that is said to have arrived, although no attempt says so."""
    taken = WebhookAttempt.delivery_id == WebhookDelivery.id, WebhookAttempt.status.between(200, 299)
    wanted = select(WebhookDelivery.id).where(
        WebhookDelivery.state == Posting.SENT.value, ~exists().where(*taken)
    )
    for row_id in session.scalars(wanted.order_by(WebhookDelivery.id)):
        yield Flaw(f"webhook_delivery {row_id}", None, ALTERED, "no attempt says that it was taken")


def _not_told(session: Session) -> Iterator[Flaw]:
    """Yield each message that is said to have gone out, although no attempt to reach that person says so."""
    arrived = Attempt.outbox_id == Outbox.id, Attempt.outcome == Delivery.SENT.value
    to_them = or_(Attempt.person_id == Outbox.person_id, Attempt.person_id.is_(None))
    wanted = select(Outbox.id).where(Outbox.state == Delivery.SENT.value, ~exists().where(*arrived, to_them))
    for row_id in session.scalars(wanted.order_by(Outbox.id)):
        yield Flaw(f"notice {row_id}", None, ALTERED, "no attempt says that it went out to whom it was for")


def _differing(
    session: Session,
    stretch: Stretch,
    kept: Sealed,
    is_old: bool,  # noqa: FBT001 -- private
    lessened: Callable[[str], Mapping[int, bytes]],
) -> Iterator[Flaw]:
    rows, sealed = rows_in(session, stretch, limit=len(kept.leaves)), rows_of(kept.leaves)
    found = b"".join(map(leaf, salted(rows, sealed, kept.salts)))
    if found == kept.leaves:
        return
    kind, stored = KINDS[stretch.kind], rows_of(found)
    wrong = {row_id for row_id in sealed if stored.get(row_id) != sealed[row_id]}
    gone: dict[int, bool] = {}
    if kind.is_cleared and is_old:
        gone = {row_id: row_id not in stored for row_id in wrong}
    elif kind.lessens:
        left = lessened(kind.lessens)
        gone = {row_id: stored[row_id] == left.get(row_id) for row_id in wrong if row_id in stored}
    yield from differing(stretch.kind, sealed, stored, gone)


def _lessened(session: Session, operation: str) -> dict[int, bytes]:
    """Return what must be left of each row that holds less by right; none of what a garbled entry names."""
    entries = select(AuditEntry.shown).where(AuditEntry.operation == operation).order_by(AuditEntry.id)
    found: dict[int, bytes] = {}
    for shown in session.scalars(entries):
        with suppress(TypeError, ValueError):
            found |= rows_of(bytes.fromhex("".join(shown or ())))
    return found
