"""Compare the heads of chains with those that were anchored, block by block."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.rules.chain import block_digest, heads_of, leaves_of
from models.rules.proof import DIFFERENT, MISSING, RESEALED, Flaw
from models.tables import AnchorBlock


@dataclass(slots=True)
class Anchored:
    """The finished anchors, in order, and by which of them a row is covered first."""

    days: list[str]
    ids: list[int]
    events_upto: list[tuple[int, int]]
    entries_upto: list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Kept:
    """The digests of one block by the place of their anchor in the row of anchors, and its newest heads."""

    digests: dict[int, str | None]
    heads: dict[int, tuple[int, str]]
    heads_at: int | None


@dataclass(frozen=True, slots=True)
class Names:
    """What a block is called, and each chain in it."""

    block: str
    chain: Callable[[int], str]


Came = dict[int, list[tuple[int, int, str]]]
"""Which links (chain, number, digest) each anchor is the first to cover."""


def kept_of(session: Session, block: int, anchored: Anchored) -> Kept:
    """Return what is stored of a block."""
    places = {anchor_id: place for place, anchor_id in enumerate(anchored.ids)}
    mine = AnchorBlock.block == block
    found = session.execute(select(AnchorBlock.anchor_id, AnchorBlock.digest).where(mine))
    digests = {places[each]: seal for each, seal in found if each in places}
    wanted = select(AnchorBlock.anchor_id, AnchorBlock.leaves).where(mine, AnchorBlock.leaves.is_not(None))
    leaves = {places[each]: leaf for each, leaf in session.execute(wanted) if each in places}
    at = max(leaves, default=None)
    return Kept(digests, {} if at is None else heads_of(leaves[at] or b""), at)


def compared(came: Came, kept: Kept, anchored: Anchored, names: Names) -> list[Flaw]:
    """Return what a block's rows and its anchored heads do not agree on."""
    heads: dict[int, tuple[int, str]] = {}
    for place in sorted({*came, *kept.digests}):
        for chain, seq, seal in came.get(place, ()):
            if seq >= heads.get(chain, (0, ""))[0]:
                heads[chain] = (seq, seal)
        if kept.digests.get(place) != block_digest(leaves_of(heads)):
            says = f"its heads are not those of the anchor of {anchored.days[place]}"
            return _pointed_out(came, kept, anchored, names) or [Flaw(names.block, None, DIFFERENT, says)]
    return []


def _pointed_out(came: Came, kept: Kept, anchored: Anchored, names: Names) -> list[Flaw]:
    """Name the links that are not the anchored heads, as far as those are still kept."""
    if kept.heads_at is None:
        return []
    flaws, day = [], anchored.days[kept.heads_at]
    covered = (rows for place, rows in came.items() if place <= kept.heads_at)
    now = {(chain, seq): seal for rows in covered for chain, seq, seal in rows}
    for chain, (seq, seal) in kept.heads.items():
        if (chain, seq) not in now:
            flaws.append(Flaw(names.chain(chain), seq, MISSING, f"it was there at the anchor of {day}"))
        elif now[chain, seq] != seal:
            says = f"its digest is not the one anchored on {day}"
            flaws.append(Flaw(names.chain(chain), seq, RESEALED, says))
    for chain, seq in sorted(now):
        if seq > kept.heads.get(chain, (0, ""))[0]:
            says = f"it was not there at the anchor of {day}"
            flaws.append(Flaw(names.chain(chain), seq, DIFFERENT, says))
    return flaws
