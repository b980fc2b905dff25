"""Cases that only repeat another's words: they are heard in a pattern once that one is in it no more."""

from collections.abc import Collection

from sqlalchemy import select
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
    speaks: dict[tuple[int | None, int], int] = {}
    for each in session.scalars(theirs.order_by(PatternMember.ticket_id).with_for_update()).all():
        place = (each.copy_of, each.pattern_id)
        if place in still:
            continue
        first = speaks.setdefault(place, each.ticket_id)
        each.copy_of = None if first == each.ticket_id else first
    session.flush()
    return sorted(speaks.values())
