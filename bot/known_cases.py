"""The cases that new ones are compared with, in memory: read once, then kept as cases come and go."""

from collections.abc import Sequence
from itertools import groupby

from sqlalchemy.orm import Session

from handlers.understanding.nearest import Nearest
from models.actions import repeats
from models.queries.comparing import kept_vectors
from models.rules.patterns import Near
from models.session import Database
from models.tables import TicketVector


def read(database: Database, model: str) -> Nearest:
    """Return all cases whose vectors `model` made, but for those that only repeat others."""
    index, last = Nearest(), 0
    while True:
        with database.reading() as session:
            rows = kept_vectors(session, model, after=last)
        if not rows:
            return index
        for type_code, some in groupby(sorted(rows, key=lambda row: row.type), lambda row: row.type):
            each = list(some)
            index.add_all(type_code, [row.ticket_id for row in each], b"".join(row.vector for row in each))
        last = rows[-1].ticket_id


def stand_in(known: Nearest, session: Session, ticket_id: int) -> None:
    """Have those that repeated a case which left its pattern be compared with, as far as they speak now."""
    for each in repeats.stand_in(session, [ticket_id]):
        row = session.get_one(TicketVector, each)
        if row.vector is not None:
            known.add(each, row.type, row.vector)


def fall_silent(known: Nearest, session: Session, ticket_id: int, later: Sequence[Near]) -> None:
    """Have those that stood in for a case that is back repeat it again, and be compared with no more."""
    for each in repeats.fall_silent(session, ticket_id, [near.ticket_id for near in later]):
        known.remove(each)
