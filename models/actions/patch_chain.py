"""Write a fact about a patch: appended to its chain, never changed."""

from dataclasses import dataclass
from datetime import UTC, datetime
from secrets import token_hex
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.actions.events import SALT, WORDS
from models.rules.chain import GENESIS
from models.rules.patches import BIRTH, PatchRole, PatchState, PatchVerb, advance, patch_digest
from models.tables import Patch, PatchEvent


@dataclass(frozen=True, slots=True)
class Hand:
    """Whose hand it is: the key of a supervisor, an official, a person of an enterprise, or the service.

    A supervisor in the chat has no key: `official_id` says who it is, and stands in what the event says.
    """

    role: PatchRole
    id: int | None = None
    signed: str = ""
    official_id: int | None = None


CLOCKWORK = Hand(PatchRole.SYSTEM)


def locked(session: Session, patch_id: int) -> Patch:
    """Return a patch as it is stored now, locked for the rest of the transaction.

    Whoever only points at it (a case that stumbles) does not wait.
    """
    wanted = select(Patch).where(Patch.id == patch_id).with_for_update(key_share=True)
    return session.scalars(wanted, execution_options={"populate_existing": True}).one()


def head(session: Session, patch_id: int) -> str:
    """Return the digest of a patch's last event: sealed into a case's chain, it holds the patch's too."""
    return _head(session, patch_id)[1]


def born(session: Session, patch: Patch, by: Hand, *, now: datetime, **data: Any) -> PatchEvent:
    """Write down that a patch was opened, in the state every patch begins in."""
    return _append(session, patch, (PatchVerb.OPEN, None, BIRTH), by, data, now=now)


def record(session: Session, patch: Patch, verb: PatchVerb, by: Hand, *, now: datetime, **data: Any) -> None:
    """Take one step with a locked patch: check it, move it, write the event.

    Raises:
        PatchNotPossible: the patch's state has no such step.
        PatchNotAllowed: the step is not for this hand.
    """
    source = PatchState(patch.state)
    target = advance(source, verb, by.role)
    _append(session, patch, (verb, source, target), by, data, now=now)
    patch.state = target
    session.flush()


def _append(
    session: Session,
    patch: Patch,
    step: tuple[PatchVerb, PatchState | None, PatchState],
    by: Hand,
    data: dict[str, Any],
    *,
    now: datetime,
) -> PatchEvent:
    verb, source, target = step
    if by.official_id is not None:
        data["official"] = by.official_id
    if not WORDS.isdisjoint(data):
        data[SALT] = token_hex(16)
    seq, previous = _head(session, patch.id)
    fact = {
        "verb": verb,
        "actor_role": by.role,
        "actor_id": by.id,
        "signed": by.signed,
        "from_state": source,
        "to_state": target,
        "data": data,
    }
    at = now.astimezone(UTC).isoformat(timespec="microseconds")
    sealed = patch_digest(previous, patch_id=patch.id, seq=seq + 1, at=at, fact=fact)
    row = PatchEvent(**fact, patch_id=patch.id, seq=seq + 1, at=now, previous=previous, digest=sealed)
    session.add(row)
    session.flush()
    return row


def _head(session: Session, patch_id: int) -> tuple[int, str]:
    wanted = select(PatchEvent.seq, PatchEvent.digest).where(PatchEvent.patch_id == patch_id)
    found = session.execute(wanted.order_by(PatchEvent.seq.desc()).limit(1)).first()
    return (0, GENESIS) if found is None else (found.seq, found.digest)
