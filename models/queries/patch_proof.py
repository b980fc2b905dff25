"""Check the chain of every patch against what is stored: its links, where it stands, what was said of it.

Patches have no anchor of their own. A case that is told of one, or stumbles over it, holds the digest of the
patch's last event at that moment in its own chain, which is anchored.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.rules.lifecycle import Verb
from models.rules.patches import PatchVerb, comment_digest, patch_digest
from models.rules.proof import ALTERED, DIFFERENT, MISSING, Flaw, Link, Walk
from models.tables import Event, Patch, PatchAsk, PatchCase, PatchEvent

FACT = ("verb", "actor_role", "actor_id", "signed", "from_state", "to_state", "data")


def patch_flaws(session: Session) -> list[Flaw]:
    """Return what is wrong with any patch."""
    found: list[Flaw] = []
    heads: dict[int, set[str]] = {}
    for patch in session.scalars(select(Patch).order_by(Patch.id)).all():
        chain = session.scalars(
            select(PatchEvent).where(PatchEvent.patch_id == patch.id).order_by(PatchEvent.seq)
        ).all()
        heads[patch.id] = {row.digest for row in chain}
        found += Walk(_name(patch.id)).along([_link(row) for row in chain])
        if not chain:
            found.append(Flaw(_name(patch.id), 1, MISSING, "the patch has no events"))
        elif chain[-1].to_state != patch.state:
            says = f"the patch is {patch.state}, its last event says {chain[-1].to_state}"
            found.append(Flaw(_name(patch.id), chain[-1].seq, DIFFERENT, says))
        found += _comments(session, patch.id, chain)
    return found + list(_pointed_at(session, heads))


def _comments(session: Session, patch_id: int, chain: Sequence[PatchEvent]) -> Iterator[Flaw]:
    """Yield each comment whose words are not those that were sealed last; forgotten ones are not asked."""
    sealed: dict[int, tuple[int, str]] = {}
    for row in chain:
        if row.verb == PatchVerb.COMMENT:
            sealed[row.data["of"]] = (row.seq, row.data["sealed"])
    for ask in session.scalars(select(PatchAsk).where(PatchAsk.patch_id == patch_id, PatchAsk.salt != "")):
        seq, digest = sealed.get(ask.id, (1, ""))
        if comment_digest(ask.words, ask.salt) != digest:
            yield Flaw(_name(patch_id), seq, ALTERED, "the comment is not the one that was sealed")


def _pointed_at(session: Session, heads: dict[int, set[str]]) -> Iterator[Flaw]:
    """Yield each case that was told of a patch as its chain never stood."""
    told = (
        select(Event.data, PatchCase.patch_id)
        .join(PatchCase, PatchCase.event_id == Event.id)
        .where(Event.verb.in_([Verb.PATCH, Verb.STUMBLE]))
    )
    for data, patch_id in session.execute(told.execution_options(yield_per=1000)):
        if data.get("head") not in heads.get(patch_id, set()):
            yield Flaw(_name(patch_id), None, DIFFERENT, "a case holds a digest that is not in its chain")


def _link(row: PatchEvent) -> Link:
    fact = {name: getattr(row, name) for name in FACT}
    at = row.at.astimezone(UTC).isoformat(timespec="microseconds")

    def seal(seq: int) -> str:
        return patch_digest(row.previous, patch_id=row.patch_id, seq=seq, at=at, fact=fact)

    return Link(row.seq, row.previous, row.digest, seal)


def _name(patch_id: int) -> str:
    return f"patch {patch_id}"
