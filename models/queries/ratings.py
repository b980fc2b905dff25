"""Ratings as officials may see them: counted, together with others', and only some time after write-off."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config import catalog
from models.rules.satisfaction import Rating
from models.tables import Ticket

Counts = Mapping[str, int]

_COLUMNS: Final = {"result": Ticket.rated_result, "attitude": Ticket.rated_attitude}


def counts(session: Session, desk_id: int, now: datetime) -> dict[str, Counts] | None:
    """Return how often each rating was given to a desk's cases, by what was rated.

    None while there are too few for nobody to be picked out, so that nobody need fear for having said it.
    """
    manners = catalog.manners().ratings
    seen = (
        Ticket.owner_id == desk_id,
        Ticket.closed_at <= now - manners.hidden,
        Ticket.rated_at <= now - manners.hidden,
    )
    found: dict[str, Counts] = {}
    for name, column in _COLUMNS.items():
        rows = session.execute(
            select(column, func.count()).where(*seen, column.is_not(None)).group_by(column)
        )
        given = {row[0]: row[1] for row in rows}
        found[name] = {each: given.get(each, 0) for each in Rating}
    if sum(found["result"].values()) < manners.shown_from:
        return None
    return found
