"""Keep what a large model took a case for, and count it once people have decided what it is."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models.actions.moves import split_into
from models.tables import Suggestion, SuggestionCount, Ticket

_DIALECTS: Final = {"sqlite": sqlite, "postgresql": postgresql}


def keep(session: Session, ticket_id: int, *, model: str, type_code: str, now: datetime) -> None:
    """Keep what a model named for a case. The first word stands, however often it is asked."""
    row = {"ticket_id": ticket_id, "model": model, "type": type_code, "at": now}
    session.execute(_insert(session, Suggestion).values(row).on_conflict_do_nothing())


def count(session: Session, ticket_ids: Collection[int]) -> None:
    """Count what was suggested for cases whose type people have decided; a later decision moves the count.

    Doing it again changes nothing. A case that was split is not counted: the words were of several.
    """
    if not ticket_ids:
        return
    wanted = (
        select(Suggestion, Ticket)
        .join(Ticket, Ticket.id == Suggestion.ticket_id)
        .where(Suggestion.ticket_id.in_(ticket_ids))
        .order_by(Suggestion.ticket_id)
        .with_for_update(of=Suggestion)
    )
    for said, ticket in session.execute(wanted, execution_options={"populate_existing": True}).all():
        if said.decided == ticket.type or split_into(session, ticket):
            continue
        if said.decided is not None:
            _add(session, said, -1)
        said.decided = ticket.type
        _add(session, said, 1)


def _add(session: Session, said: Suggestion, change: int) -> None:
    row = {"model": said.model, "type": said.type, "decided": said.decided, "number": max(change, 0)}
    statement = _insert(session, SuggestionCount).values(row)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["model", "type", "decided"],
            set_={"number": SuggestionCount.number + change},
        )
    )


def _insert(session: Session, table: type[Any]) -> Any:
    return _DIALECTS[session.get_bind().dialect.name].insert(table)
