"""Words kept until their speaker says to which case they belong; unanswered, they go to the likeliest one.

Meanwhile their pushes are WAITING, so that reconciliation sees those which nobody put anywhere.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.actions import gathered, inbox
from models.actions.conversation import Words
from models.actions.striking import Key, one_by_one, taken
from models.queries.tickets import Actor
from models.rules.lifecycle import Role
from models.tables import Inbox, Outcome, Person

QUESTION: Final = "words_of_which_case"
"""The open question to which case what was said belongs."""

PATIENCE: Final = timedelta(minutes=30)
"""So long after the first of them words wait for an answer."""


def question(waiting: Sequence[Words], cases: Sequence[int]) -> dict[str, Any]:
    """Return the open question that keeps words; `cases` are the ids that were shown, the likeliest first."""
    return {"ask": QUESTION, "kept": [asdict(each) for each in waiting], "cases": list(cases)}


def kept_in(pending: dict[str, Any] | None) -> list[Words]:
    """Return the words an open question keeps, oldest first; none if it is another question."""
    if pending is None or pending["ask"] != QUESTION:
        return []
    return [Words(**each) for each in pending["kept"]]


def strike(session: Session, now: datetime, *, limit: int) -> int:
    """Put words that waited too long to the likeliest case; return of how many people.

    People in somebody's hands wait for the next time.
    """
    due = (
        select(Inbox.person_id)
        .where(Inbox.outcome == Outcome.WAITING.value, Inbox.received_at <= now - PATIENCE)
        .distinct()
        .limit(limit)
    )
    found = [(each,) for each in session.scalars(due)]
    return one_by_one(session, "waiting", found, lambda key: _place(session, key, now))


def _place(session: Session, key: Key, now: datetime) -> bool:
    speaker = session.scalars(
        select(Person).where(Person.id == key[0]).with_for_update(skip_locked=True),
        execution_options={"populate_existing": True},
    ).one_or_none()
    waiting = [] if speaker is None else kept_in(speaker.pending)
    if speaker is None or not waiting or not (speaker.pending or {})["cases"]:
        return False
    ticket = taken(session, int((speaker.pending or {})["cases"][0]))
    if ticket is None:
        return False
    for words in waiting:
        gathered.gather(session, ticket, Actor(Role.ENTERPRISE, speaker.id), words, now=now)
    inbox.belongs(session, [each.inbox_id for each in waiting], ticket.id)
    speaker.pending = None
    session.flush()
    return True
