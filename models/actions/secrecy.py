"""What becomes of patterns when cases are shielded (保密): they are compared with nothing, their words go."""

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from sqlalchemy import Text, cast, select, update
from sqlalchemy.orm import Session

from models.actions import access
from models.actions.patterns import keep, leave
from models.tables import (
    PatchAsk,
    Pattern,
    PatternDecision,
    PatternMember,
    PatternState,
    Ticket,
    TicketVector,
)

_ITS_WORDS: Final = frozenset({"before", "told_from"})
"""What of a decision is words of a case, and whose."""


def shield(session: Session, tickets: Sequence[Ticket]) -> None:
    """Have cases (保密) compared with no other from now on, and take them out of whatever they are in.

    Title and stone of a pattern may be their words: they go, from what was decided and from kept answers of
    the API too, until whoever compares cases tells the pattern in others' words, if enough of them are left.
    So do words of theirs that they left in a pattern they are in no more, or that were split off with
    others.
    """
    if not tickets:
        return
    ids = [each.id for each in tickets]
    told = _unsay(session, ids)
    for decision in session.scalars(select(PatternDecision)).all():
        if _keep_quiet_in(decision, ids):
            told.add(decision.pattern_id)
    for each in tickets:
        leave(session, each.id)
        keep(session, each, model="", vector=None, traits=None)
        row = session.get_one(TicketVector, each.id)
        row.is_shielded, row.vector, row.traits = True, None, None
    session.flush()
    commented = select(PatchAsk.patch_id).where(PatchAsk.ticket_id.in_(ids))
    access.empty_answers(session, tickets, patterns=told, patches=session.scalars(commented).all())


def unshield(session: Session, tickets: Sequence[Ticket]) -> None:
    """Have cases that were shielded compared again, as some that have just come."""
    theirs = update(TicketVector).where(TicketVector.ticket_id.in_([each.id for each in tickets]))
    session.execute(theirs.values(is_shielded=False, model=""))


def _unsay(session: Session, ticket_ids: Collection[int]) -> set[int]:
    """Take their words out of all patterns, locked in one order; return which those are."""
    done: set[int] = set()
    while meant := {*_with(session, ticket_ids)} - done:
        locked = select(Pattern).where(Pattern.id.in_(meant)).order_by(Pattern.id).with_for_update()
        for pattern in session.scalars(locked, execution_options={"populate_existing": True}).all():
            _unsay_one(session, pattern)
        session.flush()
        done |= meant  # while we waited, they may have been split off into others
    return done


def _with(session: Session, ticket_ids: Collection[int]) -> Iterator[int]:
    """Yield the patterns that cases are in, and those that are told in their words."""
    yield from session.scalars(
        select(PatternMember.pattern_id).where(PatternMember.ticket_id.in_(ticket_ids))
    )
    yield from _told_by(session, frozenset(ticket_ids))


def _told_by(session: Session, ticket_ids: frozenset[int]) -> Iterator[int]:
    """Yield the patterns that are told in the words of cases, whether these are in them or not."""
    told = select(Pattern.id, Pattern.told_from).where(cast(Pattern.told_from, Text) != "[]")
    for pattern_id, told_from in session.execute(told):
        if not ticket_ids.isdisjoint(told_from):
            yield pattern_id


def _unsay_one(session: Session, pattern: Pattern) -> None:
    pattern.stone, pattern.told_from = "", []
    session.execute(update(Pattern).where(Pattern.joined_into == pattern.id).values(title="", stone=""))
    if pattern.is_named:
        return
    pattern.title = ""
    if pattern.state == PatternState.OPEN:
        pattern.state = PatternState.FORMING


def _keep_quiet_in(decision: PatternDecision, ticket_ids: Collection[int]) -> bool:
    """Take cases out of what was decided: numbers, and a title that was their words. False if in vain."""
    data = dict(decision.data)
    if any(each in data.get("told_from", ()) for each in ticket_ids):
        data = {key: said for key, said in data.items() if key not in _ITS_WORDS}
    if any(each in data.get("tickets", ()) for each in ticket_ids):
        data["tickets"] = [each for each in data["tickets"] if each not in ticket_ids]
    is_changed = data != decision.data
    if is_changed:
        decision.data = data
    return is_changed
