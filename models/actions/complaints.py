"""A complaint about how a case is handled: beside its owner, who is complained about, 督查 hears it."""

from datetime import datetime

from sqlalchemy.orm import Session

from models.actions.conversation import Words, about, watchers
from models.actions.outbox import Notice, tell
from models.queries.people import Party, official
from models.tables import Ticket


def complain(session: Session, who: Party, ticket: Ticket, words: Words, *, now: datetime) -> bool:
    """Tell the supervisors of a case's region what was said of its handling; return whether anybody was."""
    owner = official(session, ticket.owner_id)
    firm = who.enterprise
    news = about(ticket) | {
        "text": words.text,
        "enterprise": firm.name if firm else None,
        "owner": {"name": owner.name, "post": owner.post},
    }
    people = watchers(session, ticket.region, now)
    key = f"complaint:{words.inbox_id}"
    tell(session, people, Notice.COMPLAINED, news, ticket_id=ticket.id, event_id=None, now=now, key=key)
    return bool(people)
