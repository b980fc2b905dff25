"""Check the chain of every patch against what is stored: its links, where it stands, what was said of it.

The daily anchors hold the heads of patches, each when it had changed. A case that is told of one, or stumbles
over it, holds the digest of the patch's last event at that moment, too.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.rules.chain import PATCH_BLOCK, block_digest, heads_of
from models.rules.lifecycle import Verb
from models.rules.patches import PatchVerb, comment_digest, patch_digest
from models.rules.proof import ALTERED, DIFFERENT, MISSING, RESEALED, Flaw, Link, Walk
from models.tables import Anchor, AnchorBlock, Event, Patch, PatchAsk, PatchCase, PatchEvent

FACT = ("verb", "actor_role", "actor_id", "signed", "from_state", "to_state", "data")


def patch_flaws(session: Session) -> list[Flaw]:
    """Return what is wrong with any patch."""
    found: list[Flaw] = []
    chains: dict[int, dict[int, str]] = {}
    for patch in session.scalars(select(Patch).order_by(Patch.id)).all():
        chain = session.scalars(
            select(PatchEvent).where(PatchEvent.patch_id == patch.id).order_by(PatchEvent.seq)
        ).all()
        chains[patch.id] = {row.seq: row.digest for row in chain}
        found += Walk(_name(patch.id)).along([_link(row) for row in chain])
        if not chain:
            found.append(Flaw(_name(patch.id), 1, MISSING, "the patch has no events"))
        elif chain[-1].to_state != patch.state:
            says = f"the patch is {patch.state}, its last event says {chain[-1].to_state}"
            found.append(Flaw(_name(patch.id), chain[-1].seq, DIFFERENT, says))
        found += _comments(session, patch.id, chain)
    return [*found, *_anchored(session, chains), *_pointed_at(session, chains)]


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


def _anchored(session: Session, chains: dict[int, dict[int, str]]) -> Iterator[Flaw]:
    """Yield each anchored head that is not in its chain any more."""
    wanted = (
        select(Anchor.day, AnchorBlock.digest, AnchorBlock.leaves)
        .join(Anchor, Anchor.id == AnchorBlock.anchor_id)
        .where(AnchorBlock.block == PATCH_BLOCK)
        .order_by(Anchor.id)
    )
    for day, digest, leaves in session.execute(wanted):
        if leaves is None or block_digest(leaves) != digest:
            yield Flaw(
                "patches", None, ALTERED, f"the heads kept with the anchor of {day} do not fit its digest"
            )
            continue
        for patch_id, (seq, seal) in heads_of(leaves).items():
            stands = chains.get(patch_id, {}).get(seq)
            if stands is None:
                yield Flaw(_name(patch_id), seq, MISSING, f"it was there at the anchor of {day}")
            elif stands != seal:
                yield Flaw(_name(patch_id), seq, RESEALED, f"its digest is not the one anchored on {day}")


def _pointed_at(session: Session, chains: dict[int, dict[int, str]]) -> Iterator[Flaw]:
    """Yield each case that was told of a patch as its chain never stood."""
    told = (
        select(Event.data, PatchCase.patch_id)
        .join(PatchCase, PatchCase.event_id == Event.id)
        .where(Event.verb.in_([Verb.PATCH, Verb.STUMBLE]))
    )
    for data, patch_id in session.execute(told.execution_options(yield_per=1000)):
        if data.get("head") not in chains.get(patch_id, {}).values():
            yield Flaw(_name(patch_id), None, DIFFERENT, "a case holds a digest that is not in its chain")


def _link(row: PatchEvent) -> Link:
    fact = {name: getattr(row, name) for name in FACT}
    at = row.at.astimezone(UTC).isoformat(timespec="microseconds")

    def seal(seq: int) -> str:
        return patch_digest(row.previous, patch_id=row.patch_id, seq=seq, at=at, fact=fact)

    return Link(row.seq, row.previous, row.digest, seal)


def _name(patch_id: int) -> str:
    return f"patch {patch_id}"
