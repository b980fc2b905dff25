"""Tell those who speak for the same enterprise what one of them did, so that nobody is surprised."""

from datetime import datetime

from sqlalchemy.orm import Session

from models.actions.conversation import about
from models.actions.outbox import Notice, tell
from models.queries.contacts import concerned, name_of
from models.queries.tickets import Actor
from models.rules.lifecycle import Verb
from models.tables import Ticket


def tell_colleagues(
    session: Session,
    ticket: Ticket,
    actor: Actor,
    verb: Verb,
    *,
    main: Ticket | None = None,
    event_id: int,
    now: datetime,
) -> None:
    """Tell the author of a case, and who else acted in it, what a colleague has done to it; once an event.

    So are those told who brought or acted in `main`, which the case was merged into and which goes on.
    """
    cases = [ticket] if main is None else [ticket, main]
    people = dict.fromkeys(person for each in cases for person in concerned(session, each))
    others = [person for person in people if person != actor.person_id]
    if not others:
        return
    news = about(ticket, main) | {"verb": verb, "who": name_of(session, ticket, actor.person_id)}
    tell(session, others, Notice.COLLEAGUE_ACTED, news, ticket_id=ticket.id, event_id=event_id, now=now)
