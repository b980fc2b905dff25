"""What a pattern is called and its stone, in the masked words of the cases that are in it."""

from typing import Final

from sqlalchemy.orm import Session

from handlers.understanding.stone import told_by
from models.queries import patterns as queries
from models.queries.comparing import names_around
from models.tables import Pattern

TOLD_BY: Final = 40
"""Cases whose words title and stone are taken from."""


def told(session: Session, pattern: Pattern) -> tuple[str, str]:
    """Return title and stone of a pattern, in which nobody is named who brought or handles it."""
    ids = [each.ticket_id for each in queries.members(session, pattern.id) if each.copy_of is None][:TOLD_BY]
    words = queries.first_words(session, ids)
    people, firms = names_around(session, ids)
    return told_by([words[each] for each in sorted(words)], people, firms)
