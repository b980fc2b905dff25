"""Put what is left of texts in their place when somebody is forgotten."""

from collections.abc import Callable, Collection
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.rules.phones import Number, mask_only

Erase = Callable[[str, Collection[str]], str]
"""Takes personal data and certain names out of a text."""

Words = Callable[[Any], Any]
"""The same for JSON with texts in it, and the names of one person."""


def reword(
    session: Session, column: InstrumentedAttribute[Any], which: ColumnElement[bool], words: Words
) -> list[int]:
    """Put what is left of it in the place of every text in a column; return the ids of what changed."""
    table = column.class_
    found = session.execute(select(table.id, column).where(which, column.is_not(None)))
    left = {row_id: less for row_id, value in found if (less := words(value)) != value}
    if left:
        changes = [{"id": row_id, column.key: less} for row_id, less in left.items()]
        session.execute(update(table), changes, execution_options={"synchronize_session": False})
    return [*left]


def without(erase: Erase, names: Collection[str], value: Any) -> Any:
    """Return a text, or JSON with texts in it, without personal data."""
    return _each(lambda text: erase(text, names), value)


def without_theirs(erase: Erase, names: Collection[str], numbers: Collection[Number], value: Any) -> Any:
    """Return a text, or JSON with texts in it, without one person's names and numbers, but with others'."""
    traces = sorted({f"\u2026{number.tail}" for number in numbers} | {*names}, key=len, reverse=True)
    marks = {trace: erase(trace, names) for trace in traces}

    def left(text: str) -> str:
        less = mask_only(text, numbers)
        for trace, mark in marks.items():
            less = less.replace(trace, mark)
        return less

    return _each(left, value)


def _each(change: Callable[[str], str], value: Any) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_each(change, each) for each in value]
    if isinstance(value, dict):
        return {key: _each(change, each) for key, each in value.items()}
    return value
