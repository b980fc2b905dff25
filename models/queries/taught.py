"""What decisions about patterns have taught: how many enterprises make one, how alike cases must be."""

from collections import Counter
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.rules import patterns as rules
from models.tables import Pattern, PatternDecision, Ticket

_OF_EACH: Final = frozenset({"split", "join"})
"""Each of these makes or ends a pattern; one that is named or dismissed again is one still."""


def needed(session: Session, type_code: str, *, since: datetime) -> int:
    """Return how many enterprises a pattern of this type needs, by its cases and by what people decided."""
    cases = select(func.count()).where(Ticket.type == type_code, Ticket.created_at >= since)
    decided = _decided(session, type_code)
    kept = decided["rename"] + decided["join"] + decided["split"]
    return rules.needed(session.scalar(cases) or 0, rules.more_after(decided["dismiss"], kept))


def join_from(session: Session, type_code: str, fitted: float) -> float:
    """Return the likeness from which on cases of this type belong together."""
    decided = _decided(session, type_code)
    return rules.join_from(fitted, decided["split"], decided["join"])


def _decided(session: Session, type_code: str) -> Counter[str]:
    """Return how many patterns of a type people named or dismissed, how many splits and joins they made."""
    wanted = (
        select(
            PatternDecision.verb,
            func.count(PatternDecision.id),
            func.count(PatternDecision.pattern_id.distinct()),
        )
        .join(Pattern, Pattern.id == PatternDecision.pattern_id)
        .where(Pattern.type == type_code)
        .group_by(PatternDecision.verb)
    )
    found: Counter[str] = Counter()
    for verb, decisions, decided_on in session.execute(wanted):
        found[verb] = decisions if verb in _OF_EACH else decided_on
    return found
