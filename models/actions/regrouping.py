"""Put cases where a regrouping found them to belong, some in each transaction; what people decided stays.

Whatever changed since it was read (a case moved, pinned, shielded, of another type, taken back; a pattern
joined, named, dismissed, patched) is left alone: nobody stops while this runs, and running it twice changes
nothing more.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, delete, exists, func, select, update
from sqlalchemy.orm import Session

from models.actions import patch_heirs, patterns, stumbles
from models.actions.patterns import InWords
from models.queries import comparing
from models.queries import regrouping as queries
from models.queries.patterns import GONE
from models.rules.patterns import voice_of
from models.tables import Pattern, PatternMember, PatternState, Ticket, TicketVector


class Move(NamedTuple):
    """A case, the pattern it was read in, and the one it belongs to; None is none.

    `copy_of` is the earlier case that it only repeats, `is_own` if that is the same voice's.
    """

    ticket_id: int
    was: int | None
    to: int | None
    likeness: float
    copy_of: int | None
    is_own: bool = False


def new_pattern(session: Session, type_code: str, *, now: datetime) -> Pattern:
    """Return a new pattern, which is shown to nobody yet."""
    new = Pattern(type=type_code, state=PatternState.FORMING, title="", stone="", created_at=now)
    new.is_named = False
    session.add(new)
    session.flush()
    return new


def put(session: Session, type_code: str, moves: Sequence[Move], *, now: datetime) -> int:
    """Move cases that are still as they were read; return how many. One may meet a patch where it arrives."""
    ids = [each.ticket_id for each in moves]
    standing = {row.id: row for row in session.scalars(_standing(type_code, ids))}
    # Tickets, then patterns, then members, as everybody does.
    concerned = {each.to for each in moves} | {each.was for each in moves}
    known = select(Pattern.id).where(Pattern.id.in_(concerned - {None}), Pattern.state != PatternState.JOINED)
    known = known.add_columns(Pattern.state).order_by(Pattern.id).with_for_update()
    states: dict[int | None, str] = {row.id: row.state for row in session.execute(known)}
    members = select(PatternMember).where(PatternMember.ticket_id.in_(ids)).order_by(PatternMember.ticket_id)
    held = {row.ticket_id: row for row in session.scalars(members.with_for_update())}
    decided = queries.decided(session, type_code)
    cleared = comparing.cleared(session, ids)
    moved, arrived = 0, list[tuple[Ticket, int]]()
    for each in moves:
        row, ticket = held.get(each.ticket_id), standing.get(each.ticket_id)
        is_same = (None if row is None else row.pattern_id) == each.was
        is_decided = each.was in decided or (row is not None and row.is_pinned)
        is_fixed = is_decided or (each.ticket_id, each.to) in cleared
        is_there = each.to is None or each.to in states
        would_vanish = (states.get(each.was), states.get(each.to)) == (
            PatternState.OPEN,
            PatternState.DISMISSED,
        )
        if ticket is None or not is_same or not is_there or is_fixed or would_vanish:
            continue
        moved += 1
        if row is None and each.to is not None:
            session.add(_member(ticket, each, now))
        elif row is not None and each.to is None:
            session.delete(row)
        elif row is not None and each.to is not None:
            row.pattern_id, row.likeness = each.to, each.likeness
            row.copy_of, row.is_own = each.copy_of, each.is_own
        if each.to is not None:
            arrived.append((ticket, each.to))
    session.flush()
    for ticket, pattern_id in arrived:
        stumbles.met(session, ticket, pattern_id, now=now)
    return moved


def _standing(type_code: str, ids: Sequence[int]) -> Select[Ticket]:
    """Return what selects those of some cases that may be compared, locked."""
    return (
        select(Ticket)
        .join(TicketVector, TicketVector.ticket_id == Ticket.id)
        .where(Ticket.id.in_(ids), Ticket.type == type_code, Ticket.status.not_in(GONE))
        .where(TicketVector.vector.is_not(None))
        .order_by(Ticket.id)
        .with_for_update(of=Ticket, key_share=True)
    )


def _member(ticket: Ticket, move: Move, now: datetime) -> PatternMember:
    return PatternMember(
        ticket_id=ticket.id,
        pattern_id=move.to,
        likeness=move.likeness,
        voice=voice_of(ticket.enterprise_id, ticket.person_id),
        copy_of=move.copy_of,
        is_own=move.is_own,
        is_pinned=False,
        joined_at=now,
    )


def close_empty(session: Session, into: Mapping[int, int], *, now: datetime) -> int:
    """Have patterns that nothing is left in lead to where most of their cases went; return how many.

    One that was never shown is taken away. Patches that were opened meanwhile go where the cases went.
    """
    rows = session.scalars(
        select(Pattern).where(Pattern.id.in_(into)).order_by(Pattern.id).with_for_update()
    ).all()
    closed = 0
    for row in rows:
        if session.scalar(select(func.count()).where(PatternMember.pattern_id == row.id)):
            continue
        closed += 1
        if row.state == PatternState.FORMING:
            leads = exists().where(Pattern.joined_into == row.id)
            if not session.scalar(select(leads)):
                session.execute(delete(Pattern).where(Pattern.id == row.id))
                continue
        target = into[row.id]
        patch_heirs.follow(session, row.id, target, now=now)
        session.execute(update(Pattern).where(Pattern.joined_into == row.id).values(joined_into=target))
        row.state, row.joined_into = PatternState.JOINED, target
    session.flush()
    return closed


def retell(session: Session, pattern: Pattern, words: InWords) -> None:
    """Give a pattern that is shown the words of the cases that are in it now, unless people named it."""
    if words.title and not pattern.is_named and pattern.state == PatternState.OPEN:
        patterns.tell(session, pattern, words)
