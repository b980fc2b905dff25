"""Admit each push once, remember its answer, and keep what came with it."""

from dataclasses import dataclass
from datetime import datetime
from types import ModuleType
from typing import Any, Final, cast

from sqlalchemy import Insert, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models.prepared import Prepared
from models.session import later, write_down
from models.tables import Inbox, Media, Outcome


def _once(dialect: ModuleType) -> Insert:
    return cast(
        "Insert",
        dialect.insert(Inbox).on_conflict_do_nothing(index_elements=["dedupe_key"]).returning(Inbox.id),
    )


_ADMIT: Final = Prepared(
    {"sqlite": _once(sqlite), "postgresql": _once(postgresql)},
    *("dedupe_key", "kind", "sealed", "sent_at", "received_at"),
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
_KEEP: Final = Prepared(
    insert(Media).returning(Media.id), "remote_id", "kind", "received_at", "fetch_due_at", "fetch_attempts"
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
    admitted = _ADMIT.first(
        session, dedupe_key=key, kind=kind, sealed=sealed, sent_at=sent_at, received_at=now
    )
    if admitted is not None:
        return Admission(admitted[0])
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


def keep_media(session: Session, remote_id: str, *, kind: str, now: datetime) -> int:
    """Note a picture or voice, to be fetched at once: the platform forgets it after three days."""
    return _KEEP.new_id(
        session, remote_id=remote_id, kind=kind, received_at=now, fetch_due_at=now, fetch_attempts=0
    )
