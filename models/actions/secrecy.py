"""What becomes of patterns when a case is shielded (保密): it is compared with nothing, its words go."""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.actions.patterns import keep, leave
from models.tables import Pattern, PatternDecision, PatternMember, PatternState, Ticket, TicketVector

_ITS_WORDS: Final = frozenset({"before", "told_from"})
"""What of a decision is words of a case, and whose."""


def shield(session: Session, ticket: Ticket) -> None:
    """Have a case (保密) compared with no other from now on, and take it out of whatever it is in.

    Title and stone may be its words: they go, from what was decided too, until whoever compares cases tells
    the pattern in others' words, if enough of them are left. So do words of its that it left in a pattern
    it is in no more, or that were split off with others.
    """
    member = session.get(PatternMember, ticket.id)
    its_own = () if member is None else (member.pattern_id,)
    for pattern_id in sorted({*its_own, *_told_by(session, ticket.id)}):
        _unsay(session, pattern_id)
    for decision in session.scalars(select(PatternDecision)).all():
        _keep_quiet_in(decision, ticket.id)
    leave(session, ticket.id)
    keep(session, ticket, model="", vector=None, traits=None)
    row = session.get_one(TicketVector, ticket.id)
    row.is_shielded, row.vector, row.traits = True, None, None
    session.flush()


def unshield(session: Session, ticket: Ticket) -> None:
    """Have a case that was shielded compared again, as one that has just come."""
    row = session.get(TicketVector, ticket.id)
    if row is not None:
        row.is_shielded, row.model = False, ""
        session.flush()


def _told_by(session: Session, ticket_id: int) -> Iterator[int]:
    """Yield the patterns that are told in a case's words, whether it is in them or not."""
    for pattern_id, told_from in session.execute(select(Pattern.id, Pattern.told_from)):
        if ticket_id in told_from:
            yield pattern_id


def _unsay(session: Session, pattern_id: int) -> None:
    pattern = session.get_one(Pattern, pattern_id, with_for_update=True)
    pattern.stone, pattern.told_from = "", []
    session.execute(update(Pattern).where(Pattern.joined_into == pattern.id).values(title="", stone=""))
    if pattern.is_named:
        return
    pattern.title = ""
    if pattern.state == PatternState.OPEN:
        pattern.state = PatternState.FORMING


def _keep_quiet_in(decision: PatternDecision, ticket_id: int) -> None:
    """Take a case out of what was decided: its number, and a title that was its words."""
    data = dict(decision.data)
    if ticket_id in data.get("told_from", ()):
        data = {key: said for key, said in data.items() if key not in _ITS_WORDS}
    if ticket_id in data.get("tickets", ()):
        data["tickets"] = [each for each in data["tickets"] if each != ticket_id]
    if data != decision.data:
        decision.data = data
