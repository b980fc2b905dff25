"""What becomes of patches when whoever answers for them leaves, or their pattern joins another."""

from datetime import datetime

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from models.actions.patch_chain import Hand
from models.actions.patches import SWEPT_FOR, give
from models.rules.patches import IN_FORCE, PatchRole, PatchState
from models.tables import Patch


def answered_by(official_id: int) -> Select[int]:
    """Return what selects the patches that somebody must hand over before they leave their post."""
    return select(Patch.id).where(Patch.owner_id == official_id, Patch.state != PatchState.DROPPED)


def hand_over(session: Session, from_id: int, to_id: int, reason: str, *, now: datetime) -> list[int]:
    """Have a successor in a post answer for all patches of the one who leaves it; return which."""
    mine = select(Patch).where(Patch.owner_id == from_id, Patch.state != PatchState.DROPPED)
    rows = session.scalars(mine.order_by(Patch.id).with_for_update(key_share=True)).all()
    for row in rows:
        give(session, row, to_id, reason, Hand(PatchRole.SUPERVISOR), now=now, is_left=True)
    return [row.id for row in rows]


def follow(session: Session, joined: int, into: int, *, now: datetime) -> None:
    """Have the patches of a pattern that was joined to another be that one's; its cases are looked for."""
    mine = update(Patch).where(Patch.pattern_id == joined)
    session.execute(mine.values(pattern_id=into))
    theirs = update(Patch).where(Patch.pattern_id == into, Patch.state.in_(sorted(IN_FORCE)))
    session.execute(theirs.values(sweep_until=now + SWEPT_FOR))
