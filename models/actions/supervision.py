"""What only a supervisor (督查) does to a case: give it to another owner, or write it off unheard.

The reason and the name it is signed with stand in the event; those concerned read both.
"""

from datetime import date, datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from models.actions import calls, clocks, co_handling, events, gathered, merging, owning
from models.actions.co_handling import ReasonMissing
from models.actions.conversation import about, desk_or_office, tell_author, tell_desk
from models.actions.outbox import Notice, tell
from models.actions.roster import NoSuchOfficial, NotALeader
from models.queries.deadlines import pending
from models.queries.reach import failed_attempts
from models.queries.tickets import Actor
from models.rules.lifecycle import Status, Verb, advance
from models.rules.regions import regions_within, upwards
from models.tables import Official, OfficialKind, Ticket

DAYS_TRIED: Final = 2
"""On so many different days somebody must have tried in vain to reach the enterprise."""


class OwnedAlready(Exception):
    """The case is that official's already."""


class NotTried(Exception):
    """Nobody tried in vain to reach the enterprise on enough different days: `days` are those there are."""

    def __init__(self, days: tuple[date, ...]) -> None:
        super().__init__(days)
        self.days = days


def reassign(
    session: Session, ticket: Ticket, actor: Actor, official_id: int, reason: str, *, now: datetime
) -> None:
    """A supervisor gives a case to another owner, and says why (改派). The hop is counted.

    Clocks go on as they run, help goes on, and the pairing of the enterprise stays: an administrator changes
    that. The enterprise, both owners and whoever helps are told, with the reason.

    Raises:
        ReasonMissing: no reason, or no signature.
        NotPossible: the case is over.
        NotAllowed: `actor` is no supervisor.
        NoSuchOfficial: there is no such official where the matter lies, above it or inside it.
        NotALeader: it is none of a leader in office.
        OwnedAlready: it is the present owner.
    """
    advance(Status(ticket.status), Verb.REASSIGN, actor.role)
    if not (reason and actor.signed):
        raise ReasonMissing
    before, after = session.get_one(Official, ticket.owner_id), _leader(session, ticket, official_id)
    event_id = events.record(
        session,
        ticket,
        Verb.REASSIGN,
        actor,
        now=now,
        owner_before=before.id,
        owner_id=after.id,
        reason=reason,
        signed=actor.signed,
    )
    ticket.hops += 1
    owning.give(session, ticket, after.id, event_id=event_id, now=now)
    merging.follow(session, ticket, now=now)
    asked = pending(session, ticket.id)
    news = about(ticket) | {
        "text": reason,
        "signed": actor.signed,
        "owner": {"name": after.name, "post": after.post},
        "owner_before": {"name": before.name, "post": before.post},
        "asked_days": asked.days if asked else None,
    }
    _tell_of_move(session, ticket, before.id, news, event_id=event_id, now=now)


def write_off(session: Session, ticket: Ticket, actor: Actor, note: str, *, now: datetime) -> None:
    """A supervisor writes a resolved case off without the enterprise's word (销号), with note and signature.

    It needs two days on which somebody tried in vain to reach the enterprise, since the result and since its
    last word. The enterprise is told, and may still come back within the time for a rebound.

    Raises:
        ReasonMissing: no note, or no signature.
        NotPossible: the case is not resolved.
        NotAllowed: `actor` is no supervisor.
        NotTried: the enterprise was not tried often enough.
    """
    advance(Status(ticket.status), Verb.WRITE_OFF, actor.role)
    if not (note and actor.signed):
        raise ReasonMissing
    days = must_have_tried(session, ticket)
    gathered.settle(session, ticket, now=now)
    event_id = events.record(
        session,
        ticket,
        Verb.WRITE_OFF,
        actor,
        now=now,
        reason=note,
        signed=actor.signed,
        tried_on=[day.isoformat() for day in days],
    )
    ticket.closed_at = now
    clocks.end(session, ticket.id, now=now)
    co_handling.over(session, ticket, event_id=event_id, now=now)
    calls.call_off(session, ticket, event_id=event_id, now=now)
    news = about(ticket) | {"text": note, "signed": actor.signed}
    tell_author(session, ticket, Notice.WRITTEN_OFF, news, event_id=event_id, now=now)
    tell_desk(session, ticket, Notice.WRITTEN_OFF, news | {"is_yours": True}, event_id=event_id, now=now)


def must_have_tried(session: Session, ticket: Ticket) -> tuple[date, ...]:
    """Return the days on which the enterprise was not reached since it was told of the result.

    Raises:
        NotTried: there are too few of them.
    """
    days = tried(session, ticket)
    if len(days) < DAYS_TRIED:
        raise NotTried(days)
    return days


def tried(session: Session, ticket: Ticket) -> tuple[date, ...]:
    """Return the days on which the enterprise was not reached since it was told of the result."""
    if ticket.resolved_at is None:
        return ()
    return failed_attempts(session, ticket.id, since=ticket.resolved_at)


def _leader(session: Session, ticket: Ticket, official_id: int) -> Official:
    row = session.get(Official, official_id, populate_existing=True, with_for_update={"key_share": True})
    if row is None or row.region not in {*upwards(ticket.region), *regions_within(ticket.region)}:
        raise NoSuchOfficial(official_id)
    if row.kind != OfficialKind.LEADER or not row.is_active:
        raise NotALeader(official_id)
    if row.id == ticket.owner_id:
        raise OwnedAlready
    return row


def _tell_of_move(
    session: Session, ticket: Ticket, before_id: int, news: dict[str, Any], *, event_id: int, now: datetime
) -> None:
    notice = Notice.REASSIGNED
    tell_author(session, ticket, notice, news | {"for": "enterprise"}, event_id=event_id, now=now)
    tell_desk(session, ticket, notice, news | {"for": "owner"}, event_id=event_id, now=now)
    co_handling.tell_helpers(session, ticket, notice, news | {"for": "helper"}, event_id=event_id, now=now)
    tell(
        session,
        desk_or_office(session, before_id, now).people,
        notice,
        news | {"for": "owner_before"},
        ticket_id=ticket.id,
        event_id=event_id,
        now=now,
    )
