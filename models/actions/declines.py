"""Refusals with a reason and the right channel (不予办理), the appeal, and the supervisor's word on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from config import catalog
from config.catalog import ClockName, StartEvent
from models.actions import calls, clocks, co_handling, events, office
from models.actions.co_handling import ReasonMissing
from models.actions.conversation import Words, about, say, tell_author, tell_desk, watchers
from models.actions.outbox import Notice, tell
from models.actions.striking import SYSTEM, is_open, one_by_one, taken
from models.queries import declines as queries
from models.queries.people import supervisors
from models.queries.tickets import Actor
from models.rules.clocks import explain
from models.rules.lifecycle import Status, Verb, advance
from models.tables import Decline, Official, Ruling, Ticket

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


def decline(session: Session, ticket: Ticket, actor: Actor, grounds: Grounds, *, now: datetime) -> None:
    """The owner's desk refuses the case with a reason and the right channel (不予办理).

    A case that was not accepted yet is accepted first, so that the ledger has a number for it.

    Raises:
        GroundsMissing: the reason is unknown, or words or channel are empty.
        NotPossible: the case can no longer be declined.
        NotAllowed: `actor` is not the owner's desk.
    """
    is_explained = len(grounds.words) >= LEAST and grounds.channel
    if grounds.code not in catalog.decline_reasons() or not is_explained:
        raise GroundsMissing
    if ticket.status == Status.OPEN:
        office.take_on(session, ticket, actor, now=now)
    event_id = events.record(
        session,
        ticket,
        Verb.DECLINE,
        actor,
        now=now,
        code=grounds.code,
        reason=grounds.words,
        channel=grounds.channel,
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
    say(session, ticket.id, actor, Words("text", grounds.words), now=now)
    news = about(ticket) | {
        "code": grounds.code,
        "text": grounds.words,
        "channel": grounds.channel,
        "by": office.signature(session, ticket, actor),
    }
    tell_author(session, ticket, Notice.DECLINED, news, event_id=event_id, now=now)
    calls.call_off(session, ticket, event_id=event_id, now=now)


def appeal(session: Session, ticket: Ticket, actor: Actor, words: Words, *, now: datetime) -> Decline:
    """The enterprise objects to a refusal, once for each decision; the supervisor of the region decides.

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
    event_id = events.record(session, ticket, Verb.APPEAL, actor, now=now, decline=row.id)
    due = clocks.counted_from(StartEvent.APPEALED, ticket.type, now)
    row.appealed_at, row.appeal = now, words.text
    row.due_at, row.source, row.explanation = due.due_at, due.rule_source, explain(due)
    row.is_provisional = due.is_provisional
    session.flush()
    say(session, ticket.id, actor, words, now=now)
    news = _news(session, ticket, row)
    _tell_supervisors(session, ticket, Notice.APPEALED, news, event_id=event_id, now=now)
    tell_desk(session, ticket, Notice.APPEALED, news | {"is_yours": True}, event_id=event_id, now=now)
    return row


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
    _decide(session, ticket, actor, Verb.OVERTURN, reason, now=now)
    clocks.again(session, ticket, clocks.RESULT, clocks.PROGRESS, now=now)


def strike(session: Session, now: datetime, *, limit: int) -> int:
    """Tell the supervisors of up to `limit` appeals that are decided late, once each; return how many.

    The ticket's row is locked before its appeal is looked at again, so two workers tell it once.
    """
    if not is_open(now):
        return 0
    found = [(ticket_id,) for ticket_id in queries.late(session, now, limit=limit)]
    return one_by_one(session, "appeals", found, lambda key: _strike(session, key[0], now))


def _strike(session: Session, ticket_id: int, now: datetime) -> bool:
    ticket, row = taken(session, ticket_id), queries.open_appeal(session, ticket_id)
    due_at = _late_since(row, now) if row is not None else None
    if ticket is None or row is None or due_at is None:
        return False
    row.told_late_at = now
    event_id = events.record(
        session,
        ticket,
        Verb.WARN,
        SYSTEM,
        now=now,
        clock=ClockName.APPEAL,
        decline=row.id,
        due=due_at.isoformat(),
    )
    news = _news(session, ticket, row)
    _tell_supervisors(session, ticket, Notice.APPEAL_LATE, news, event_id=event_id, now=now)
    session.flush()
    return True


def _late_since(row: Decline, now: datetime) -> datetime | None:
    """Return by when the appeal should have been decided, None if it is not late or this was told."""
    is_late = row.due_at is not None and row.due_at < now and row.told_late_at is None
    return row.due_at if is_late else None


_VERDICTS: Final = {Verb.UPHOLD: Ruling.UPHELD, Verb.OVERTURN: Ruling.OVERTURNED}
_NOTICES: Final = {Verb.UPHOLD: Notice.UPHELD, Verb.OVERTURN: Notice.OVERTURNED}


def _decide(
    session: Session, ticket: Ticket, actor: Actor, verb: Verb, reason: str, *, now: datetime
) -> None:
    advance(Status(ticket.status), verb, actor.role)
    if not (reason and actor.signed):
        raise ReasonMissing
    row = awaits_verdict(session, ticket)
    event_id = events.record(
        session, ticket, verb, actor, now=now, decline=row.id, reason=reason, signed=actor.signed
    )
    row.decided_at, row.verdict = now, _VERDICTS[verb]
    row.verdict_reason, row.decided_by = reason, actor.signed
    session.flush()
    news = _news(session, ticket, row) | {"text": reason, "signed": actor.signed}
    tell_author(session, ticket, _NOTICES[verb], news, event_id=event_id, now=now)
    tell_desk(session, ticket, _NOTICES[verb], news | {"is_yours": True}, event_id=event_id, now=now)


def _stop(session: Session, ticket: Ticket, now: datetime) -> None:
    """A refusal is an answer, which keeps those promises; of the others, what was not due yet is void."""
    ticket.first_contact_at = ticket.first_contact_at or now
    clocks.end(session, ticket.id, now=now)


def _news(session: Session, ticket: Ticket, row: Decline) -> dict[str, Any]:
    owner = session.get_one(Official, ticket.owner_id)
    return about(ticket) | {
        "code": row.code,
        "reason": row.words,
        "channel": row.channel,
        "text": row.appeal or "",
        "due": row.due_at.isoformat() if row.due_at else None,
        "owner": {"name": owner.name, "post": owner.post},
    }


def _tell_supervisors(
    session: Session,
    ticket: Ticket,
    notice: Notice,
    news: dict[str, Any],
    *,
    event_id: int,
    now: datetime,
) -> None:
    """Tell the supervisors nearest above; while none has bound a WeChat, the provincial office, as it is."""
    people: Sequence[int] = supervisors(session, ticket.region)
    if not people:
        people, news = watchers(session, ticket.region, now), news | {"is_unattended": True}
    tell(session, people, notice, news, ticket_id=ticket.id, event_id=event_id, now=now)
