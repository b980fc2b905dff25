"""Gather words that only seem to belong to a case, and pass them on as one piece of news.

The words are stored with their message at once; only the event and the notice wait, so that a wrong guess
leaves nothing on the wrong case, and five short messages reach the owner as one.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from config import catalog
from models.actions import events, inbox
from models.actions.conversation import Words, about, desk_or_office, say, seal_of, why_you
from models.actions.outbox import Notice, tell
from models.queries import gathered
from models.queries.people import official
from models.queries.tickets import Actor
from models.rules.lifecycle import STEPS, Role, Status, Verb
from models.rules.numbers import number_of
from models.rules.sealing import SEALED
from models.tables import Message, Outcome, Ticket

AT_ONCE: Final = 100
"""Tickets that one strike settles."""


def gather(session: Session, ticket: Ticket, actor: Actor, words: Words, *, now: datetime) -> None:
    """Keep words for a case without telling anybody yet."""
    until = now + catalog.manners().gathering.span
    say(session, ticket.id, actor, words, now=now, gathered_until=until)


def drop(session: Session, run: Sequence[Message], *, outcome: Outcome = Outcome.ANSWER) -> None:
    """Take words off a case before anybody has heard them; their pushes stay, by default as answered."""
    for one in run:
        session.delete(one)
    inbox.dropped(session, [one.inbox_id for one in run], outcome=outcome)


def settle(session: Session, ticket: Ticket, *, now: datetime) -> None:
    """Pass on what is gathered on a ticket: one event and one piece of news for each who spoke.

    The ticket is locked by the caller.
    """
    words = gathered.gathered(session, ticket.id)
    for person_id in dict.fromkeys(one.person_id for one in words):
        _pass_on(session, ticket, [one for one in words if one.person_id == person_id], now=now)


def strike(session: Session, now: datetime, *, limit: int = AT_ONCE) -> int:
    """Settle the tickets whose gathered words are due and return how many there were.

    A ticket that somebody else has in hand is left for the next time.
    """
    manners = catalog.manners().gathering
    struck = 0
    for ticket_id in gathered.due(session, now, manners.longest - manners.span, limit=limit):
        ticket = session.scalars(
            select(Ticket).where(Ticket.id == ticket_id).with_for_update(skip_locked=True),
            execution_options={"populate_existing": True},
        ).one_or_none()
        if ticket is not None:
            settle(session, ticket, now=now)
            struck += 1
    return struck


def _pass_on(session: Session, ticket: Ticket, run: Sequence[Message], *, now: datetime) -> None:
    """Tell the desk what one person said. A case finished meanwhile takes no step, but they are told.

    Whatever finishes a case settles first; words without a step are sealed by nothing.
    """
    actor = Actor(Role.ENTERPRISE, run[0].person_id)
    key = f"gathered:{run[0].id}"
    if (Status(ticket.status), Verb.FOLLOW_UP) not in STEPS:
        event_id = events.newest(session, ticket.id)
    else:
        told = {"guessed": [one.inbox_id for one in run], SEALED: [seal_of(one) for one in run]}
        event_id = events.record(session, ticket, Verb.FOLLOW_UP, actor, now=now, **told)
        key = f"event:{event_id}"
    for one in run:
        one.gathered_until = None
    session.flush()
    desk = desk_or_office(session, ticket.owner_id, now)
    news = about(ticket) | why_you(desk, official(session, ticket.owner_id)) | said(run)
    people = desk.people
    tell(session, people, Notice.FOLLOWED_UP, news, ticket_id=ticket.id, event_id=event_id, now=now, key=key)
    send_media(session, people, run, ticket_id=ticket.id, event_id=event_id, key=key, now=now)


def said(run: Sequence[Message]) -> dict[str, object]:
    """Return a run of words as news carries it."""
    return {"said": [[one.kind, one.text] for one in run]}


def send_media(
    session: Session,
    people: Sequence[int],
    run: Sequence[Message],
    *,
    ticket_id: int,
    event_id: int,
    key: str,
    now: datetime,
) -> None:
    """Let the pictures and voices of a run follow the news, each as a message of its own."""
    for one in run:
        if one.media_id is not None:
            tell(
                session,
                people,
                Notice.MEDIA,
                {"number": number_of(ticket_id), "kind": one.kind},
                ticket_id=ticket_id,
                event_id=event_id,
                now=now,
                media_id=one.media_id,
                key=f"{key}:{one.id}",
            )
