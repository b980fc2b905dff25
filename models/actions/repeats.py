"""Cases that only repeat another's words: heard in a pattern while that one is not in it."""

from collections.abc import Collection

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.tables import PatternMember


def stand_in(session: Session, ticket_ids: Collection[int]) -> list[int]:
    """Have the earliest case that repeats one of these speak for itself, if that one has left their pattern.

    The others repeat the earliest then. Returns who speaks now. Doing it twice changes nothing more.
    """
    here = select(PatternMember.ticket_id, PatternMember.pattern_id)
    left = here.where(PatternMember.ticket_id.in_(ticket_ids))
    still = {(ticket_id, pattern_id) for ticket_id, pattern_id in session.execute(left)}
    theirs = select(PatternMember).where(PatternMember.copy_of.in_(ticket_ids))
    speaks: dict[tuple[int | None, int], PatternMember] = {}
    for each in session.scalars(theirs.order_by(PatternMember.ticket_id).with_for_update()).all():
        if (each.copy_of, each.pattern_id) in still:
            continue
        first = speaks.setdefault((each.copy_of, each.pattern_id), each)
        if first is each:
            each.copy_of, each.is_own = None, False
        else:
            each.copy_of, each.is_own = first.ticket_id, each.voice == first.voice
    session.flush()
    return sorted(each.ticket_id for each in speaks.values())


def fall_silent(session: Session, ticket_id: int, later: Collection[int]) -> list[int]:
    """Have later cases of a case's pattern that say the same repeat it, and what repeated them; return which.

    So a case that comes back, unshielded or taken apart, is what its saying begins with again.
    """
    mine = session.get(PatternMember, ticket_id)
    if mine is None or mine.copy_of is not None or not later:
        return []
    there = select(PatternMember).where(PatternMember.pattern_id == mine.pattern_id)
    theirs = or_(PatternMember.ticket_id.in_(later), PatternMember.copy_of.in_(later))
    rows = session.scalars(there.where(theirs).order_by(PatternMember.ticket_id).with_for_update()).all()
    for row in rows:
        row.copy_of, row.is_own = ticket_id, row.voice == mine.voice
    session.flush()
    return [row.ticket_id for row in rows]
