"""Words kept until their speaker says to which case they belong; unanswered, they go to the likeliest one.

Meanwhile their pushes are WAITING, so that reconciliation sees those which nobody put anywhere.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, exists, or_, select, update
from sqlalchemy.orm import Session

from models.actions import gathered, inbox
from models.actions.conversation import Words
from models.actions.striking import Key, one_by_one, taken
from models.queries.tickets import Actor
from models.rules.lifecycle import FINISHED, Role
from models.tables import Inbox, Outcome, Person, Ticket

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


def still_wait(session: Session, words: Sequence[Words]) -> bool:
    """Whether any of `words` has neither been put somewhere nor been taken back."""
    rows = [each.inbox_id for each in words]
    unsettled = or_(Inbox.outcome.is_(None), Inbox.outcome == Outcome.WAITING.value)
    return bool(rows) and session.scalar(select(exists().where(Inbox.id.in_(rows), unsettled))) is True


def strike(session: Session, now: datetime, *, limit: int) -> int:
    """Put words that waited too long to the likeliest case; return of how many people.

    People in somebody's hands wait for the next time. Where nothing is kept, or what is kept cannot be put
    anywhere, the pushes end in nothing: reconciliation lists them, and they stand in nobody's way here.
    """
    due = select(Inbox.person_id).where(_is_due(now)).distinct().limit(limit)
    found = [(each,) for each in session.scalars(due)]
    return one_by_one(
        session,
        "waiting",
        found,
        lambda key: _place(session, key, now),
        lambda key: _give_up(session, key, now),
    )


def _is_due(now: datetime) -> ColumnElement[bool]:
    return and_(Inbox.outcome == Outcome.WAITING.value, Inbox.received_at <= now - PATIENCE)


def _give_up(session: Session, key: Key, now: datetime) -> None:
    session.execute(update(Inbox).where(Inbox.person_id == key[0], _is_due(now)).values(outcome=None))


def _place(session: Session, key: Key, now: datetime) -> bool:
    speaker = session.scalars(
        select(Person).where(Person.id == key[0]).with_for_update(skip_locked=True),
        execution_options={"populate_existing": True},
    ).one_or_none()
    if speaker is None:
        return False
    waiting = kept_in(speaker.pending)
    likeliest = _likeliest(session, (speaker.pending or {})["cases"]) if waiting else None
    if likeliest is None:
        _give_up(session, key, now)
        return True
    ticket = taken(session, likeliest)
    if ticket is None:
        return False
    for words in waiting:
        gathered.gather(session, ticket, Actor(Role.ENTERPRISE, speaker.id), words, now=now)
    inbox.belongs(session, [each.inbox_id for each in waiting], ticket.id)
    speaker.pending = None
    session.flush()
    return True


def _likeliest(session: Session, cases: Sequence[int]) -> int | None:
    """Return the first of the cases shown that is not finished, else the first: there it is at least read."""
    rows = session.execute(select(Ticket.id, Ticket.status).where(Ticket.id.in_(cases)))
    finished = {row.id: row.status in FINISHED for row in rows}
    known = [each for each in cases if each in finished]
    return next((each for each in known if not finished[each]), known[0] if known else None)
