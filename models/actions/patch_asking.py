"""Ask enterprises what they think of a patch (征求意见), each once, because of its newest case.

The message goes the way of all: it waits for quiet hours and the budget, or for them to write. Until they
answer a question of ours is open with whoever was asked, so that their next words become a comment.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.actions import events
from models.actions.conversation import about, tell_author
from models.actions.outbox import Notice
from models.actions.patch_chain import head
from models.actions.patches import about_patch
from models.actions.striking import SYSTEM, Key, may, one_by_one, taken
from models.queries.contacts import voice
from models.queries.patch_asks import newest_case
from models.queries.patches import concerns
from models.rules.lifecycle import Verb
from models.rules.patches import PatchState
from models.tables import Patch, PatchAsk, Person

QUESTION: Final = "patch_comment"
"""The question of ours that is open while an enterprise is asked what it thinks of a patch."""
OPEN_FOR: Final = timedelta(days=7)


def ask(session: Session, now: datetime, limit: int) -> int:
    """Ask up to `limit` enterprises; return how many were looked at."""
    wanted = (
        select(PatchAsk.id, PatchAsk.ticket_id)
        .join(Patch, Patch.id == PatchAsk.patch_id)
        .where(PatchAsk.asked_at.is_(None), Patch.state == PatchState.CONSULTING)
        .where(Patch.round == PatchAsk.round)
        .order_by(PatchAsk.id)
    )
    found = session.execute(wanted.limit(limit)).all()
    return one_by_one(session, "patch_news", found, lambda key: _ask_one(session, key, now))


def _ask_one(session: Session, key: Key, now: datetime) -> bool:
    """Ask one enterprise: because of its newest case that is left, if that one is gone or shielded.

    Where none is left, or nobody speaks for it, it is not asked.
    """
    ticket, ask = taken(session, key[1]), session.get_one(PatchAsk, key[0])
    if ticket is None or ask.asked_at is not None:
        return False
    to = voice(session, ask.enterprise_id, ticket.person_id)
    patch = session.get_one(Patch, ask.patch_id)
    if not concerns(session, ticket, patch) and (newest := newest_case(session, patch, ask.enterprise_id)):
        ask.ticket_id = newest
        return True
    if to is None or not concerns(session, ticket, patch) or not may(ticket, Verb.CONSULT):
        session.delete(ask)
        return True
    person = session.scalars(
        select(Person).where(Person.id == to).with_for_update(key_share=True, skip_locked=True),
        execution_options={"populate_existing": True},
    ).one_or_none()
    if person is None:
        return False
    sealed = {"patch": patch.id, "head": head(session, patch.id)}
    ask.event_id = events.record(session, ticket, Verb.CONSULT, SYSTEM, now=now, **sealed)
    ask.asked_at = now
    if person.pending is None:
        until = (now + OPEN_FOR).isoformat()
        person.pending = {"ask": QUESTION, "patch": patch.id, "event": ask.event_id, "until": until}
    news = about(ticket) | about_patch(patch)
    tell_author(session, ticket, Notice.PATCH_ASKED, news, event_id=ask.event_id, now=now)
    session.flush()
    return True
