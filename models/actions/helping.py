"""Help with a case (协办), from the side of the unit that was asked: accept, refuse, answer the owner.

What a unit writes goes to the owner's desk, never to the enterprise, and the owner's clocks go on.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.catalog import ClockName, StartEvent
from models.actions import clocks, events
from models.actions.co_handling import NoTask, ReasonMissing, close, news_of_help
from models.actions.conversation import Words, say, sealed, tell_author, tell_desk
from models.actions.outbox import Notice
from models.queries import co_handling as queries
from models.queries.tickets import Actor
from models.rules.lifecycle import STEPS, Status, Verb, advance
from models.rules.numbers import number_of
from models.tables import CoHandling, HelpState, Ticket


class TakenOnAlready(Exception):
    """The unit has accepted the task before."""


class GivenElsewhere(Exception):
    """A refusal stands: somebody else was asked since, or the case is over."""

    def __init__(self, number: str) -> None:
        super().__init__(number)
        self.number = number


class AnsweredAlready(Exception):
    """The unit has answered its task; it cannot refuse it any more."""


def join(session: Session, ticket: Ticket, actor: Actor, *, now: datetime) -> None:
    """The unit takes its task on. The owner is told, and the enterprise once for each unit.

    Raises:
        NotPossible: the case is not in work any more.
        NotAllowed: `actor` helps with nothing here.
        NoTask: the desk was asked for nothing.
        TakenOnAlready: it has accepted before.
    """
    advance(Status(ticket.status), Verb.JOIN, actor.role)
    row = _asked(session, ticket, actor)
    event_id = events.record(session, ticket, Verb.JOIN, actor, now=now, **_of(row))
    row.state, row.joined_at = HelpState.JOINED, now
    news = news_of_help(session, ticket, row.unit_id)
    tell_desk(session, ticket, Notice.JOINED, news, event_id=event_id, now=now)
    if not queries.joined_before(session, row):
        tell_author(session, ticket, Notice.HELPED, news, event_id=event_id, now=now)


def refuse(session: Session, ticket: Ticket, actor: Actor, reason: str, *, now: datetime) -> None:
    """The unit does not take its task on, and says why. The owner is told, and keeps the case.

    Raises:
        ReasonMissing: nothing was said.
        NotPossible: the case is not in work any more.
        NotAllowed: `actor` helps with nothing here.
        NoTask: the desk was asked for nothing.
        AnsweredAlready: it has written to the owner about it; a mere acceptance binds nobody yet.
    """
    advance(Status(ticket.status), Verb.REFUSE, actor.role)
    row = _task(session, ticket, actor)
    if row.answered_at is not None:
        raise AnsweredAlready
    if not reason:
        raise ReasonMissing
    event_id = events.record(session, ticket, Verb.REFUSE, actor, now=now, **_of(row), reason=reason)
    row.reason = reason
    close(session, row, HelpState.REFUSED, now=now)
    news = news_of_help(session, ticket, row.unit_id) | {"text": reason}
    tell_desk(session, ticket, Notice.HELP_REFUSED, news, event_id=event_id, now=now)


def explain(session: Session, before: CoHandling, actor: Actor, reason: str, *, now: datetime) -> None:
    """A unit that has refused adds why; the owner reads it. What was said already changes nothing.

    Raises:
        NotPossible: the case is not in work any more.
        NoTask: the refusal was taken back meanwhile.
    """
    ticket = _locked(session, before)
    advance(Status(ticket.status), Verb.REFUSE, actor.role)
    row = session.get_one(CoHandling, before.id, populate_existing=True)
    if row.state != HelpState.REFUSED:
        raise NoTask
    if reason in (row.reason or ""):
        return
    event_id = events.record(session, ticket, Verb.REFUSE, actor, now=now, **_of(row), reason=reason)
    row.reason = f"{row.reason}；{reason}"
    session.flush()
    news = news_of_help(session, ticket, row.unit_id) | {"text": reason, "more": True}
    tell_desk(session, ticket, Notice.HELP_REFUSED, news, event_id=event_id, now=now)


def reconsider(session: Session, before: CoHandling, *, now: datetime) -> None:
    """A unit thinks better of its refusal: it is asked for the same once more, as long as nobody else was.

    Raises:
        GivenElsewhere: somebody else was asked since, or the case is over.
    """
    ticket = _locked(session, before)
    is_open = (Status(ticket.status), Verb.JOIN) in STEPS and ticket.owner_id != before.unit_id
    if not is_open or queries.asked_since(session, before):
        raise GivenElsewhere(number_of(ticket.id))
    row = CoHandling(
        ticket_id=ticket.id,
        unit_id=before.unit_id,
        asked_by=before.asked_by,
        task=before.task,
        state=HelpState.ASKED,
        asked_at=now,
    )
    session.add(row)
    session.flush()
    clocks.start_for(session, ticket, StartEvent.CALLED_IN, subject_id=row.id, now=now)


def contribute(session: Session, ticket: Ticket, actor: Actor, words: Words, *, now: datetime) -> None:
    """The unit writes to the owner about its task, which keeps its promise; the enterprise reads none of it.

    Whoever answers without having accepted has accepted.

    Raises:
        NotPossible: the case is over.
        NotAllowed: `actor` helps with nothing here.
        NoTask: the desk was asked for nothing.
    """
    advance(Status(ticket.status), Verb.CONTRIBUTE, actor.role)
    row = _task(session, ticket, actor)
    if row.state == HelpState.ASKED and (Status(ticket.status), Verb.JOIN) in STEPS:
        join(session, ticket, actor, now=now)
    facts = _of(row) | sealed(actor, words, now=now)
    event_id = events.record(session, ticket, Verb.CONTRIBUTE, actor, now=now, **facts)
    row.answered_at = row.answered_at or now
    clocks.meet_for(session, ticket.id, ClockName.CO_HANDLE, row.id, now=now)
    say(session, ticket.id, actor, words, now=now)
    news = news_of_help(session, ticket, row.unit_id) | {
        "text": words.text,
        "kind": words.kind,
        "aide": actor.is_aide,
    }
    tell_desk(session, ticket, Notice.CONTRIBUTED, news, event_id=event_id, now=now, media_id=words.media_id)


def _locked(session: Session, row: CoHandling) -> Ticket:
    """Return the ticket of a refusal, whose unit may not see it any more, locked and as it is now."""
    locked = select(Ticket).where(Ticket.id == row.ticket_id).with_for_update(key_share=True)
    return session.scalars(locked, execution_options={"populate_existing": True}).one()


def _of(row: CoHandling) -> dict[str, int]:
    """Which request an event is about; the unit too, as one that is asked anew has no event of its own."""
    return {"co_handling": row.id, "unit_id": row.unit_id}


def _task(session: Session, ticket: Ticket, actor: Actor) -> CoHandling:
    row = None if actor.desk_id is None else queries.helping(session, ticket.id, actor.desk_id)
    if row is None:
        raise NoTask
    return row


def _asked(session: Session, ticket: Ticket, actor: Actor) -> CoHandling:
    row = _task(session, ticket, actor)
    if row.state != HelpState.ASKED:
        raise TakenOnAlready
    return row
