"""Admit each push once and remember its answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from models.prepared import Prepared, PreparedInsert
from models.session import later, write_down
from models.tables import Inbox, Outcome

_ADMIT: Final = PreparedInsert(
    Inbox, *("dedupe_key", "kind", "sealed", "sent_at", "received_at"), once="dedupe_key"
)
_SAVED: Final = Prepared(select(Inbox.reply).where(Inbox.dedupe_key == bindparam("key")))
_SETTLE: Final = Prepared(
    update(Inbox)
    .where(Inbox.id == bindparam("row"))
    .values(
        person_id=bindparam("who"),
        outcome=bindparam("ended"),
        ticket_id=bindparam("about"),
        reply=bindparam("said"),
    )
)


@dataclass(frozen=True, slots=True)
class Admission:
    """The inbox row of a new push, or the answer that a repeated one got the first time."""

    inbox_id: int | None
    saved_reply: list[Any] | None = None


def admit(session: Session, key: str, *, kind: str, sealed: str, sent_at: int, now: datetime) -> Admission:
    """Store a push under its unique key, or find that it is here already.

    On PostgreSQL a concurrent repeat waits here until the first one has committed.
    """
    admitted = _ADMIT.id_if_new(
        session, dedupe_key=key, kind=kind, sealed=sealed, sent_at=sent_at, received_at=now
    )
    if admitted is not None:
        return Admission(admitted)
    write_down(session)
    saved = _SAVED.all(session, key=key)
    return Admission(None, saved[0][0])


def settle(
    session: Session,
    inbox_id: int,
    *,
    person_id: int | None,
    outcome: Outcome | None,
    ticket_id: int | None,
    reply: list[Any] | None,
) -> None:
    """Write down how a push ended and what we answered."""
    later(
        session,
        _SETTLE,
        {"row": inbox_id, "who": person_id, "ended": outcome, "about": ticket_id, "said": reply},
    )


def belongs(session: Session, inbox_ids: Sequence[int | None], ticket_id: int) -> None:
    """Write down to which case earlier pushes belong, which had been kept until somebody said so."""
    _end(session, inbox_ids, ticket_id, Outcome.FOLLOW_UP)


def dropped(session: Session, inbox_ids: Sequence[int | None], *, outcome: Outcome = Outcome.ANSWER) -> None:
    """Write down that what earlier pushes brought belongs to no case: taken back, or waiting for its own."""
    _end(session, inbox_ids, None, outcome)


def _end(session: Session, inbox_ids: Sequence[int | None], ticket_id: int | None, outcome: Outcome) -> None:
    session.execute(
        update(Inbox)
        .where(Inbox.id.in_([each for each in inbox_ids if each is not None]))
        .values(ticket_id=ticket_id, outcome=outcome)
    )
