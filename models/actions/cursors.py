"""How far our own readers have come in the event feed. A position goes forward, but where one was marked."""

from typing import Final

from sqlalchemy import tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models.queries.feed import end_of_events
from models.queries.second_look import Position
from models.tables import FeedCursor

_DIALECTS: Final = {"sqlite": sqlite, "postgresql": postgresql}


def start(session: Session, reader: str) -> None:
    """Put a new reader at the end of the feed: it reads what happens from now on.

    So does one that is beyond the end: the database came from another cluster, whose transactions counted
    higher.
    """
    tx, event_id = end_of_events(session)
    insert = _DIALECTS[session.get_bind().dialect.name].insert(FeedCursor)
    end = {"tx": tx, "event_id": event_id, "tries": 0}
    statement = insert.values(reader=reader, **end).on_conflict_do_update(
        index_elements=["reader"],
        set_=end,
        where=tuple_(FeedCursor.tx, FeedCursor.event_id) > tuple_(tx, event_id),
    )
    session.execute(statement)


def reach(session: Session, reader: str, place: Position) -> None:
    """Note that a reader has come to `place`; where it has come farther already, nothing changes."""
    row = session.get(FeedCursor, reader, with_for_update=True, populate_existing=True)
    if row is not None and (row.tx, row.event_id) <= (place.tx, place.event_id):
        row.tx, row.event_id, row.tries = place.tx, place.event_id, place.tries
        session.flush()


def mark(session: Session, name: str, place: Position) -> None:
    """Remember a place in the feed under a name, unless one is remembered."""
    if session.get(FeedCursor, name) is None:
        session.add(FeedCursor(reader=name, tx=place.tx, event_id=place.event_id, tries=0))
        session.flush()


def go_back(session: Session, reader: str, name: str) -> bool:
    """Send a reader back to the place that was remembered under a name, once; tell whether there was one."""
    marked = session.get(FeedCursor, name, with_for_update=True)
    if marked is None:
        return False
    row = session.get_one(FeedCursor, reader, with_for_update=True, populate_existing=True)
    row.tx, row.event_id, row.tries = marked.tx, marked.event_id, 0
    session.delete(marked)
    session.flush()
    return True
