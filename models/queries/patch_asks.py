"""Who is asked what they think of a patch, and who answered."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from models.queries.patches import reach
from models.queries.patterns import GONE
from models.rules.patches import PatchState
from models.tables import Patch, PatchAsk, PatternMember, Ticket, is_open_to_others


def newest_cases(patch: Patch) -> Select[int | None, int | None]:
    """Return what selects the enterprises that a patch concerns, each with its newest case of the pattern."""
    return (
        select(Ticket.enterprise_id, func.max(Ticket.id))
        .join(PatternMember, PatternMember.ticket_id == Ticket.id)
        .where(PatternMember.pattern_id == patch.pattern_id, Ticket.enterprise_id.is_not(None))
        .where(Ticket.status.not_in(GONE), Ticket.region.in_(sorted(reach(patch))))
        .where(is_open_to_others(Ticket.id))
        .group_by(Ticket.enterprise_id)
        .order_by(Ticket.enterprise_id)
    )


def newest_case(session: Session, patch: Patch, enterprise_id: int) -> int | None:
    """Return the newest case by which a patch concerns an enterprise; None if it does no more."""
    mine = newest_cases(patch).where(Ticket.enterprise_id == enterprise_id)
    return next((ticket_id for _, ticket_id in session.execute(mine)), None)


def open_ask(session: Session, enterprise_ids: Collection[int], patch_id: int | None) -> PatchAsk | None:
    """Return the newest question about a patch that some enterprises have been asked and can still answer."""
    wanted = (
        select(PatchAsk)
        .join(Patch, Patch.id == PatchAsk.patch_id)
        .where(PatchAsk.enterprise_id.in_(enterprise_ids), PatchAsk.asked_at.is_not(None))
        .where(Patch.state == PatchState.CONSULTING, Patch.round == PatchAsk.round)
        .order_by(PatchAsk.id.desc())
        .limit(1)
    )
    return session.scalars(wanted if patch_id is None else wanted.where(Patch.id == patch_id)).first()


def was_asked(session: Session, enterprise_ids: Collection[int]) -> bool:
    """Whether any of these enterprises was ever asked about a patch."""
    wanted = select(PatchAsk.id).where(
        PatchAsk.enterprise_id.in_(enterprise_ids), PatchAsk.asked_at.is_not(None)
    )
    return session.scalars(wanted.limit(1)).first() is not None


def last_answer(session: Session, person_id: int, *, since: datetime) -> PatchAsk | None:
    """Return what somebody last said of a patch, if that is not too long ago."""
    wanted = select(PatchAsk).where(PatchAsk.person_id == person_id, PatchAsk.answered_at >= since)
    return session.scalars(wanted.order_by(PatchAsk.answered_at.desc(), PatchAsk.id.desc()).limit(1)).first()
