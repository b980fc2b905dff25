"""Write down who read personal data or changed something: appended to a chain, never changed (ADR 0030).

An entry is the last thing its transaction does, so that the lock of its chain is held for one commit only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.rules.chain import GENESIS, audit_digest
from models.session import core
from models.tables import AuditEntry, AuditHead

SHARDS: Final = 16
"""So many chains the keys' entries are spread over; each key has one of them."""

_OPERATOR, _SYSTEM = 0, SHARDS + 1
_LOCKS: Final = 7117
"""The first half of PostgreSQL's advisory locks, one a chain; what is not there yet has no row to lock."""

LONGEST: Final = 200


class Doer(StrEnum):
    """Who acted: a key of the API, whoever sits at the command line, or the service by itself."""

    KEY = "key"
    OPERATOR = "operator"
    SYSTEM = "system"


class Deeds(StrEnum):
    """What was done: personal data read, something changed, or an attempt that was refused."""

    READ = "read"
    CHANGE = "change"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is on record with what they did; of a key its id, name, role and region."""

    kind: Doer
    name: str
    id: int | None = None
    role: str | None = None
    region: str | None = None

    @property
    def chain(self) -> int:
        """Return the chain this actor's entries are in."""
        if self.kind is Doer.KEY:
            return 1 + (self.id or 0) % SHARDS
        return _OPERATOR if self.kind is Doer.OPERATOR else _SYSTEM


OPERATOR: Final = Actor(Doer.OPERATOR, "command line")
SYSTEM: Final = Actor(Doer.SYSTEM, "timer")


def note(
    session: Session,
    actor: Actor,
    deed: Deeds,
    operation: str,
    object_: str,
    *,
    shown: Sequence[int | str] | None = None,
    status: int | None = None,
    request_id: str | None = None,
    reason: str | None = None,
    now: datetime,
) -> None:
    """Append one entry to the actor's chain. Nothing but the commit should follow."""
    fact: dict[str, Any] = {
        "actor_kind": actor.kind,
        "actor_id": actor.id,
        "actor_name": actor.name,
        "role": actor.role,
        "region": actor.region,
        "deed": deed,
        "operation": operation[:LONGEST],
        "object": object_[:LONGEST],
        "shown": None if shown is None else list(shown),
        "status": status,
        "request_id": request_id,
        "reason": None if reason is None else reason[:LONGEST],
    }
    chain = actor.chain
    head = _head(session, chain)
    seq, previous = head.seq + 1, head.digest
    sealed = audit_digest(previous, chain=chain, seq=seq, at=now, fact=fact)
    session.add(AuditEntry(**fact, chain=chain, seq=seq, at=now, previous=previous, digest=sealed))
    head.seq, head.digest = seq, sealed
    session.flush()


def _head(session: Session, chain: int) -> AuditHead:
    """Return the chain's end, ours until we commit; one that somebody took away is told by the entries."""
    if core(session).dialect.name == "postgresql":  # SQLite has one writer anyway
        session.execute(select(func.pg_advisory_xact_lock(_LOCKS, chain)))
    wanted = select(AuditHead).where(AuditHead.chain == chain)
    head = session.scalars(wanted, execution_options={"populate_existing": True}).one_or_none()
    if head is None:
        mine = select(AuditEntry.seq, AuditEntry.digest).where(AuditEntry.chain == chain)
        last = session.execute(mine.order_by(AuditEntry.seq.desc()).limit(1)).one_or_none()
        seq, digest = last or (0, GENESIS)
        head = AuditHead(chain=chain, seq=seq, digest=digest)
        session.add(head)
    return head
