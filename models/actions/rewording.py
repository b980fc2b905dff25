"""Put what is left of texts in their place when somebody is forgotten; say what is left of sealed rows."""

from collections.abc import Callable, Collection, Iterator
from typing import Any

from sqlalchemy import ColumnElement, Update, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.queries.stretches import changed

Erase = Callable[[str, Collection[str]], str]
"""Takes personal data and certain names out of a text."""

Words = Callable[[Any], Any]
"""The same for JSON with texts in it, and the names of one person."""


def reword(
    session: Session, column: InstrumentedAttribute[Any], which: ColumnElement[bool], words: Words
) -> None:
    """Put what is left of it in the place of every text in a column."""
    for change in _changes(session, column, which, words):
        session.execute(change, execution_options={"synchronize_session": False})


def reword_sealed(
    session: Session, kind: str, column: InstrumentedAttribute[Any], which: ColumnElement[bool], words: Words
) -> list[bytes]:
    """Do so in rows that are sealed a stretch at a time; return what is left of each that has changed."""
    changes = _changes(session, column, which, words)
    return [left for change in changes for left in changed(session, kind, change)]


def without(erase: Erase, names: Collection[str], value: Any) -> Any:
    """Return a text, or JSON with texts in it, without personal data."""
    if isinstance(value, str):
        return erase(value, names)
    if isinstance(value, list):
        return [without(erase, names, each) for each in value]
    if isinstance(value, dict):
        return {key: without(erase, names, each) for key, each in value.items()}
    return value


def _changes(
    session: Session, column: InstrumentedAttribute[Any], which: ColumnElement[bool], words: Words
) -> Iterator[Update]:
    table = column.class_
    for row_id, value in session.execute(select(table.id, column).where(which, column.is_not(None))).all():
        left = words(value)
        if left != value:
            yield update(table).where(table.id == row_id).values({column: left})
