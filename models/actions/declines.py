"""Refusals with a reason and the right channel (不予办理), the appeal, and the supervisor's word on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from config import catalog
from config.catalog import ClockName, StartEvent
from models.actions import aides, calls, clocks, co_handling, escalations, events, gathered, office, overtaken
from models.actions.co_handling import ReasonMissing
from models.actions.conversation import Words, about, answer, say, sealed, tell_author, tell_desk
from models.actions.escalations import Alarm
from models.actions.keepers import news_of_appeal
from models.actions.outbox import Notice
from models.queries import declines as queries
from models.queries.tickets import Actor
from models.rules.clocks import Due
from models.rules.lifecycle import NotAllowed, NotPossible, Status, Verb, advance
from models.rules.warnings import LEVELS
from models.tables import Decline, Outbox, Ruling, Ticket

LEAST: Final = 4
"""Characters of the shortest explanation that says anything."""


@dataclass(frozen=True, slots=True)
class Grounds:
    """Why a case is declined: a reason of the catalogue, the owner's words, and where it belongs instead."""

    code: str
    words: str
    channel: str


class GroundsMissing(ValueError):
    """A refusal needs a reason of the catalogue, words of its own and a right channel in words."""


class AppealedAlready(Exception):
    """This decision was appealed before; `is_decided` says whether a supervisor has spoken."""

    def __init__(self, *, is_decided: bool) -> None:
        super().__init__(is_decided)
        self.is_decided = is_decided


class NoAppeal(Exception):
    """No appeal against a decision on this case waits for a supervisor."""


def decline(
    session: Session,
    ticket: Ticket,
    actor: Actor,
    grounds: Grounds,
    *,
    entered: Mapping[str, Any] | None = None,
    now: datetime,
) -> None:
    """The owner's desk refuses the case with a reason and the right channel (不予办理).

    A case that was not accepted yet is accepted first, so that the ledger has a number for it and holds what
    was `entered`.

    Raises:
        GroundsMissing: the reason is unknown, or words or channel are empty.
        NotPossible: the case can no longer be declined.
        NotAllowed: `actor` is not the owner's desk.
    """
    is_explained = len(grounds.words) >= LEAST and grounds.channel
    if grounds.code not in catalog.decline_reasons() or not is_explained:
        raise GroundsMissing
    gathered.settle(session, ticket, now=now)
    if ticket.status == Status.OPEN:
        office.take_on(session, ticket, actor, entered=entered, now=now)
    words = Words("text", grounds.words)
    event_id = events.record(
        session,
        ticket,
        Verb.DECLINE,
        actor,
        now=now,
        code=grounds.code,
        reason=grounds.words,
        channel=grounds.channel,
        **sealed(actor, words, now=now),
    )
    session.add(
        Decline(
            ticket_id=ticket.id,
            code=grounds.code,
            words=grounds.words,
            channel=grounds.channel,
            declined_at=now,
            declined_by=actor.official_id,
        )
    )
    _stop(session, ticket, now)
    co_handling.over(session, ticket, event_id=event_id, now=now)
    say(session, ticket.id, actor, words, now=now)
    news = about(ticket) | {
        "code": grounds.code,
        "text": grounds.words,
        "channel": grounds.channel,
        "by": office.signature(session, ticket, actor),
    }
    answer(session, ticket, Notice.DECLINED, news, event_id=event_id, now=now)
    told = {"text": grounds.words}
    aides.tell_leader(session, ticket, actor, told, act=Verb.DECLINE, event_id=event_id, now=now)
    calls.call_off(session, ticket, event_id=event_id, now=now)


def take_back(session: Session, ticket: Ticket, actor: Actor, words: Words, *, now: datetime) -> None:
    """Take back a refusal before the enterprise has appealed (撤回不予办理); `words` tell it so.

    A leader may take back what an aide has refused, an aide only what they refused themselves. The dates of
    the case stand as they were.

    Raises:
        NotPossible: the case was not declined.
        NotAllowed: `actor` does not work at the owner's desk, or another has refused.
        AppealedAlready: the enterprise has appealed, and the supervisor decides.
    """
    if ticket.status != Status.DECLINED:
        raise NotPossible(Status(ticket.status), Verb.REOPEN)
    advance(Status.DECLINED, Verb.REOPEN, actor.role)
    row = may_be_appealed(session, ticket)
    if aides.is_aide(actor) and row.declined_by != actor.official_id:
        raise NotAllowed(actor.role, Verb.REOPEN)
    due = clocks.dates(clocks.anew(session, ticket, clocks.PROGRESS, now=now))
    facts = sealed(actor, words, now=now)
    event_id = events.record(session, ticket, Verb.REOPEN, actor, now=now, decline=row.id, due=due, **facts)
    refused = Outbox.ticket_id == ticket.id, Outbox.kind == Notice.DECLINED
    overtaken.drop(session, *refused, why="overtaken", now=now)
    clocks.go_on(session, ticket, now)
    clocks.take_back(session, ticket.id, clocks.FORWARD, row.declined_at, met_at=None)
    office.speak(session, ticket, actor, words, Notice.REPLIED, event_id=event_id, now=now)


def appeal(session: Session, ticket: Ticket, actor: Actor, words: Words, *, now: datetime) -> Due:
    """The enterprise objects to a refusal, once for each decision; the supervisor of the region decides.

    Returns by when. The nearest supervisors that can be reached are told, else the office above them.

    Raises:
        ReasonMissing: nothing was said.
        NotPossible: the case was not declined.
        NotAllowed: `actor` does not speak for the enterprise.
        AppealedAlready: this decision was appealed before.
    """
    advance(Status(ticket.status), Verb.APPEAL, actor.role)
    if not words.text:
        raise ReasonMissing
    row = may_be_appealed(session, ticket)
    facts = sealed(actor, words, now=now)
    event_id = events.record(session, ticket, Verb.APPEAL, actor, now=now, decline=row.id, **facts)
    row.appealed_at, row.appeal = now, words.text
    due = clocks.start_for(session, ticket, StartEvent.APPEALED, subject_id=row.id, now=now)
    session.expire(row, ["due_at"])
    say(session, ticket.id, actor, words, now=now)
    alarm = Alarm(ClockName.APPEAL, LEVELS[0], due.due_at, row.id)
    escalations.inform(session, ticket, alarm, event_id=event_id, now=now)
    news = news_of_appeal(session, ticket, row) | {"is_yours": True}
    tell_desk(session, ticket, Notice.APPEALED, news, event_id=event_id, now=now)
    return due


def may_be_appealed(session: Session, ticket: Ticket) -> Decline:
    """Return the refusal an enterprise may appeal.

    Raises:
        NoAppeal: nothing was refused.
        AppealedAlready: it was appealed before.
    """
    row = queries.newest_decline(session, ticket.id)
    if row is None:
        raise NoAppeal
    if row.appealed_at is not None:
        raise AppealedAlready(is_decided=row.decided_at is not None)
    return row


def awaits_verdict(session: Session, ticket: Ticket) -> Decline:
    """Return the refusal a supervisor is to decide on.

    Raises:
        NoAppeal: nobody has appealed, or it is decided.
    """
    row = queries.open_appeal(session, ticket.id)
    if row is None:
        raise NoAppeal
    return row


def uphold(session: Session, ticket: Ticket, actor: Actor, reason: str, *, now: datetime) -> None:
    """A supervisor lets the refusal stand (维持), with a reason that the enterprise reads.

    Raises:
        ReasonMissing: nothing was said.
        NotPossible: the case was not declined.
        NotAllowed: `actor` is no supervisor.
        NoAppeal: nobody has appealed, or it is decided.
    """
    _decide(session, ticket, actor, Verb.UPHOLD, reason, now=now)


def overturn(session: Session, ticket: Ticket, actor: Actor, reason: str, *, now: datetime) -> None:
    """A supervisor sends the case back (退回重办): same number, same owner, a new date for a result.

    Raises:
        As for `uphold`.
    """
    names = (clocks.RESULT, clocks.PROGRESS)
    due = clocks.dates(clocks.anew(session, ticket, *names, now=now))
    _decide(session, ticket, actor, Verb.OVERTURN, reason, now=now, due=due)
    clocks.again(session, ticket, *names, now=now)


_VERDICTS: Final = {Verb.UPHOLD: Ruling.UPHELD, Verb.OVERTURN: Ruling.OVERTURNED}
_NOTICES: Final = {Verb.UPHOLD: Notice.UPHELD, Verb.OVERTURN: Notice.OVERTURNED}


def _decide(
    session: Session, ticket: Ticket, actor: Actor, verb: Verb, reason: str, *, now: datetime, **more: Any
) -> None:
    advance(Status(ticket.status), verb, actor.role)
    if not (reason and actor.signed):
        raise ReasonMissing
    row = awaits_verdict(session, ticket)
    facts = {"decline": row.id, "reason": reason, "signed": actor.signed} | more
    event_id = events.record(session, ticket, verb, actor, now=now, **facts)
    row.decided_at, row.verdict = now, _VERDICTS[verb]
    row.verdict_reason, row.decided_by = reason, actor.signed
    clocks.meet_for(session, ticket.id, ClockName.APPEAL, row.id, now=now)
    session.flush()
    news = news_of_appeal(session, ticket, row) | {"text": reason, "signed": actor.signed}
    tell_author(session, ticket, _NOTICES[verb], news, event_id=event_id, now=now)
    tell_desk(session, ticket, _NOTICES[verb], news | {"is_yours": True}, event_id=event_id, now=now)


def _stop(session: Session, ticket: Ticket, now: datetime) -> None:
    """A refusal is an answer, which keeps those promises; of the others, what was not due yet is void."""
    ticket.first_contact_at = ticket.first_contact_at or now
    clocks.end(session, ticket.id, now=now)
