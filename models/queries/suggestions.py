"""How often a large model was right where people decided."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.rules.suggestions import Tally
from models.tables import SuggestionCount


def tally(session: Session, model: str) -> Tally:
    """Return in how many decided cases a model said what, by what it said and what was decided."""
    counts = select(SuggestionCount.type, SuggestionCount.decided, SuggestionCount.number).where(
        SuggestionCount.model == model, SuggestionCount.number > 0
    )
    return {(said, decided): number for said, decided, number in session.execute(counts)}
