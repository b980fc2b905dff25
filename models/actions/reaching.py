"""Nobody answers the telephone: log it, and find the next way to the enterprise (打不通)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from config import catalog
from models.actions import events
from models.actions.appointments import open_anew
from models.actions.conversation import LOCAL, about
from models.actions.outbox import Notice, tell
from models.queries.duty import NobodyOnDuty, on_duty
from models.queries.people import PROVINCE, OfficialCard, desk, official, supervisors
from models.queries.reach import Callee, callees, failed_attempts, is_soon_after, ways_tried
from models.queries.tickets import Actor
from models.queries.trust import tails_of
from models.rules.lifecycle import Verb
from models.rules.numbers import number_of
from models.rules.phones import mask
from models.rules.reach import Way, next_way
from models.tables import Enterprise, Ticket


@dataclass(frozen=True, slots=True)
class Failed:
    """Which way was taken after a call that nobody answered, to whom it leads, and whether they were told.

    `days` counts the days on which the enterprise could not be reached so far. `is_first`: nobody there was
    asked before.
    """

    way: Way
    whom: str | None
    days: int
    is_told: bool = True
    is_first: bool = False


def failed(
    session: Session,
    ticket: Ticket,
    actor: Actor,
    words: str,
    *,
    has_notices: bool = False,
    now: datetime,
) -> Failed:
    """Log a call that nobody answered, and take the next way to reach the enterprise.

    `has_notices`: this installation has a template, so that a message gets through outside the 48 hours too.

    Raises:
        NotPossible: the ticket does not allow it.
        NotAllowed: it is not for `actor`.
    """
    people, tried = callees(session, ticket), ways_tried(session, ticket.id)
    is_soon = is_soon_after(session, ticket.id, catalog.call_habits().patience, now=now)
    ways = [each.reachable(now, has_notices=has_notices) for each in people]
    step = next_way(ways, tried, is_soon=is_soon)
    facts = {"way": step.way, "to": step.person_id, "note": mask(words)}
    event_id = events.record(session, ticket, Verb.CALL_FAILED, actor, now=now, **facts)
    days = len(failed_attempts(session, ticket.id))
    if step.way is Way.WAIT:
        return Failed(step.way, None, days)
    if step.way is Way.VISIT:
        whom, is_told = _ask_for_visit(session, ticket, event_id, now)
        return Failed(step.way, whom, days, is_told)
    callee = next((each for each in people if each.person_id == step.person_id), None)
    if callee is None or step.way is Way.SOON:
        return Failed(step.way, callee.name if callee else None, days)
    _write(session, ticket, actor, step.way, callee, event_id=event_id, now=now)
    return Failed(step.way, callee.name, days, is_first=not tried)


def _write(
    session: Session,
    ticket: Ticket,
    actor: Actor,
    way: Way,
    callee: Callee,
    *,
    event_id: int,
    now: datetime,
) -> None:
    """Write to a contact that somebody called in vain, and ask when to call, unless they want no calls."""
    caller_id = actor.official_id or ticket.owner_id
    caller, tails = official(session, caller_id), tails_of(session, caller_id)
    asks = bool(tails) and not callee.no_calls
    if asks:
        open_anew(session, ticket, caller_id, event_id, now)
    news = {
        "by": {"name": caller.name, "post": caller.post},
        "tails": list(tails),
        "asks": asks,
        "colleague": way is Way.COLLEAGUE,
    }
    told = about(ticket) | news
    people = [callee.person_id]
    tell(session, people, Notice.CALL_MISSED, told, ticket_id=ticket.id, event_id=event_id, now=now)


def _ask_for_visit(session: Session, ticket: Ticket, event_id: int, now: datetime) -> tuple[str | None, bool]:
    """Ask the office of the enterprise's region to go there; return who that is, and whether anybody heard.

    The office does not own the case: it learns whom to visit and for whom, nothing of what was said.
    """
    firm = session.get(Enterprise, ticket.enterprise_id) if ticket.enterprise_id else None
    region = firm.region if firm else ticket.region
    offices = [office for place in (region, PROVINCE) if (office := _office(session, place, now))]
    owner = official(session, ticket.owner_id)
    people = next((found for office in offices if (found := desk(session, office.id))), None)
    news = {
        "number": number_of(ticket.id),
        "enterprise": firm.name if firm else None,
        "by": {"name": owner.name, "post": owner.post},
    }
    told = people or supervisors(session, region)
    tell(session, told, Notice.VISIT_ASKED, news, ticket_id=ticket.id, event_id=event_id, now=now)
    return (f"{offices[0].post} {offices[0].name}" if offices else None), bool(told)


def _office(session: Session, region: str, now: datetime) -> OfficialCard | None:
    try:
        return on_duty(session, region, catalog.OTHER, now.astimezone(LOCAL).date())
    except NobodyOnDuty:
        return None
