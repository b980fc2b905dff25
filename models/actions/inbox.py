"""Admit each push once, remember its answer, and keep what came with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Insert, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models.session import core, later, new_id, write_down
from models.tables import Inbox, Media, Outcome

_ADMIT: Final[Mapping[str, Insert]] = {
    "sqlite": sqlite.insert(Inbox).on_conflict_do_nothing(index_elements=["dedupe_key"]).returning(Inbox.id),
    "postgresql": (
        postgresql.insert(Inbox).on_conflict_do_nothing(index_elements=["dedupe_key"]).returning(Inbox.id)
    ),
}
_SAVED: Final = select(Inbox.reply).where(Inbox.dedupe_key == bindparam("key"))
_SETTLE: Final = (
    update(Inbox.__table__)  # type: ignore[arg-type]  # a mapped class always has a Table
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
    row = {"dedupe_key": key, "kind": kind, "sealed": sealed, "sent_at": sent_at, "received_at": now}
    new_id = core(session).execute(_ADMIT[core(session).dialect.name], row).scalar()
    if new_id is not None:
        return Admission(new_id)
    write_down(session)
    return Admission(None, core(session).execute(_SAVED, {"key": key}).scalar_one())


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
    row = {"remote_id": remote_id, "kind": kind, "received_at": now, "fetch_due_at": now, "fetch_attempts": 0}
    return new_id(session, insert(Media), row)
