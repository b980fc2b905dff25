"""`/tickets/{number}/actions/{verb}`: what supervisors decide, by the same actions as in the chat.

The event, and everybody concerned, name the key that signed.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from fastapi import Depends, Response
from sqlalchemy.orm import Session

from bot.web.api.fields import Id, Number, NumberInPath, Sent, Words
from bot.web.api.idempotency import DecidedOnce
from bot.web.api.paging import nothing_asked
from bot.web.api.schemas import TicketView
from bot.web.api.tags import SeenHere
from bot.web.api.tickets import as_read, ticket_view
from bot.web.api.witness import noun
from models.actions import declines, merging, shielding, supervision
from models.queries import feed
from models.queries.merging import locked, main_of
from models.queries.tickets import Actor
from models.rules.lifecycle import Role
from models.tables import Ticket

routes: Final = noun("/tickets/{number}/actions", tags=["tickets"], dependencies=[Depends(nothing_asked)])


class WithReason(Sent):
    """Why a supervisor decides as it does."""

    reason: Words


class Reassignment(WithReason):
    """Who owns the ticket from now on, and why."""

    owner_id: Id


class Merging(WithReason):
    """Into which earlier ticket, and why they are one matter."""

    into: Number


Act = Callable[[Session, Ticket, Actor, datetime], None]


@routes.post("/reassign", response_model=TicketView)
def reassign(once: DecidedOnce, seen: SeenHere, number: NumberInPath, asked: Reassignment) -> Response:
    """Give a ticket to another owner. The hop is counted; clocks and pairing stay as they are."""

    def act(session: Session, ticket: Ticket, actor: Actor, now: datetime) -> None:
        supervision.reassign(session, ticket, actor, asked.owner_id, asked.reason, now=now)

    return _decide(once, seen, number, asked, act)


@routes.post("/uphold", response_model=TicketView)
def uphold(once: DecidedOnce, seen: SeenHere, number: NumberInPath, asked: WithReason) -> Response:
    """Let a refusal stand that the enterprise has appealed."""

    def act(session: Session, ticket: Ticket, actor: Actor, now: datetime) -> None:
        declines.uphold(session, ticket, actor, asked.reason, now=now)

    return _decide(once, seen, number, asked, act)


@routes.post("/overturn", response_model=TicketView)
def overturn(once: DecidedOnce, seen: SeenHere, number: NumberInPath, asked: WithReason) -> Response:
    """Send a refused ticket back after an appeal: same number, same owner."""

    def act(session: Session, ticket: Ticket, actor: Actor, now: datetime) -> None:
        declines.overturn(session, ticket, actor, asked.reason, now=now)

    return _decide(once, seen, number, asked, act)


@routes.post("/write_off", response_model=TicketView)
def write_off(once: DecidedOnce, seen: SeenHere, number: NumberInPath, asked: WithReason) -> Response:
    """Write a resolved ticket off without the enterprise's word, after two days of calls in vain."""

    def act(session: Session, ticket: Ticket, actor: Actor, now: datetime) -> None:
        supervision.write_off(session, ticket, actor, asked.reason, now=now)

    return _decide(once, seen, number, asked, act)


@routes.post("/merge", response_model=TicketView)
def merge(once: DecidedOnce, seen: SeenHere, number: NumberInPath, asked: Merging) -> Response:
    """Have a ticket, open or in work, go on under an earlier one of its enterprise and owner. Clocks stay."""

    def act(session: Session, ticket: Ticket, actor: Actor, now: datetime) -> None:
        main = feed.for_decision(session, once.caller.regions, asked.into)
        merging.merge(session, ticket, main, actor, reason=asked.reason, now=now)

    return _decide(once, seen, number, asked, act, beside=asked.into)


@routes.post("/separate", response_model=TicketView)
def separate(once: DecidedOnce, seen: SeenHere, number: NumberInPath, asked: WithReason) -> Response:
    """Take a merged ticket out again: it stands by itself, with its dates as they were."""

    def act(session: Session, ticket: Ticket, actor: Actor, now: datetime) -> None:
        main = merging.main_case(session, ticket)
        merging.separate(session, ticket, main, actor, reason=asked.reason, now=now)

    return _decide(once, seen, number, asked, act)


@routes.post("/shield", response_model=TicketView)
def shield(once: DecidedOnce, seen: SeenHere, number: NumberInPath, asked: WithReason) -> Response:
    """Keep what a ticket is about from all but those who work on it, its enterprise and supervisors."""

    def act(session: Session, ticket: Ticket, actor: Actor, now: datetime) -> None:
        shielding.shield(session, ticket, actor, reason=asked.reason, now=now)

    return _decide(once, seen, number, asked, act)


@routes.post("/unshield", response_model=TicketView)
def unshield(once: DecidedOnce, seen: SeenHere, number: NumberInPath, asked: WithReason) -> Response:
    """Lift the secrecy of a ticket."""

    def act(session: Session, ticket: Ticket, actor: Actor, now: datetime) -> None:
        shielding.unshield(session, ticket, actor, reason=asked.reason, now=now)

    return _decide(once, seen, number, asked, act)


def _decide(
    once: DecidedOnce,
    seen: SeenHere,
    number: str,
    asked: WithReason,
    act: Act,
    *,
    beside: str | None = None,
) -> Response:
    """Do it once, as a supervisor who signs with the key's name, and answer with the ticket as it is then.

    What it is decided `beside`, or is merged into, is locked too, the earlier of the two first.
    """

    def decide(session: Session, now: datetime) -> TicketView:
        known = feed.ticket_id(number)
        other = main_of(session, known) if beside is None else feed.ticket_id(beside)
        if other is not None:
            locked(session, known, other)
        ticket = feed.for_decision(session, once.caller.regions, number)
        seen.must_be(session, lambda: as_read(session, once.caller.regions, number, now))
        act(session, ticket, Actor(Role.SUPERVISOR, None, signed=once.caller.name), now)
        session.flush()
        return ticket_view(feed.ticket(session, once.caller.regions, number), now)

    return once.answer(asked, decide, status=200)
