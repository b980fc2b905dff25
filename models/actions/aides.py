"""What an aide does in their leader's name: one line to the leader for each act, most of which they can undo.

Formal acts are told as DONE_BY_AIDE. Words that wait are told as AIDE_WROTE the moment they are written, so
that there is time to take them back; words that went out at once are not told, as nothing can be done about
them any more (the case shows them). Lines that are due together travel as one message, and AIDE_WROTE never
takes the last message of the platform's window (see `outbox.CAN_WAIT`), so that a busy aide uses up nothing
that a new case will need.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.actions.conversation import Words, about
from models.actions.held import Held
from models.actions.outbox import Notice, tell
from models.queries.tickets import Actor
from models.rules.lifecycle import Role, Verb
from models.tables import Official, Person, Ticket


def is_aide(actor: Actor) -> bool:
    """Whether somebody acts in their own leader's name, and not as a deputy in their own."""
    return actor.role is Role.AIDE and actor.deputy_for is None


def tell_leader(
    session: Session,
    ticket: Ticket,
    actor: Actor,
    news: Mapping[str, Any],
    *,
    act: Verb,
    event_id: int,
    now: datetime,
) -> None:
    """Tell the leader what their aide has done; nothing where it was no aide. `news` holds its `text`."""
    if is_aide(actor):
        told = _signed(session, ticket, actor) | {**news, "act": act}
        to = _leader(session, actor)
        tell(session, to, Notice.DONE_BY_AIDE, told, ticket_id=ticket.id, event_id=event_id, now=now)


def tell_of_words(
    session: Session, ticket: Ticket, actor: Actor, words: Words, kept: Held, *, event_id: int, now: datetime
) -> None:
    """Tell the leader what their aide has written and until when it can be taken back."""
    if is_aide(actor):
        told = {"text": words.text, "kind": words.kind, "seq": kept.seq, "until": kept.until.isoformat()}
        told = _signed(session, ticket, actor) | told
        to = _leader(session, actor)
        tell(session, to, Notice.AIDE_WROTE, told, ticket_id=ticket.id, event_id=event_id, now=now)


def _leader(session: Session, actor: Actor) -> list[int]:
    return list(session.scalars(select(Person.id).where(Person.official_id == actor.desk_id)))


def _signed(session: Session, ticket: Ticket, actor: Actor) -> dict[str, Any]:
    aide = session.get_one(Official, actor.official_id)
    return about(ticket) | {"by": {"name": aide.name, "post": aide.post}}
