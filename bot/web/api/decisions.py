"""`/tickets/{number}/actions/{verb}`: what supervisors decide, by the same actions as in the chat.

The event, and everybody concerned, name the key that signed.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from fastapi import APIRouter, Depends, Response
from sqlalchemy.orm import Session

from bot.web.api.fields import Id, NumberInPath, Sent, Words
from bot.web.api.idempotency import DecidedOnce
from bot.web.api.paging import nothing_asked
from bot.web.api.schemas import TicketView
from bot.web.api.tags import SeenHere
from bot.web.api.tickets import as_read, ticket_view
from models.actions import declines, supervision
from models.queries import feed
from models.queries.tickets import Actor
from models.rules.lifecycle import Role
from models.tables import Ticket

routes: Final = APIRouter(
    prefix="/tickets/{number}/actions", tags=["tickets"], dependencies=[Depends(nothing_asked)]
)


class WithReason(Sent):
    """Why a supervisor decides as it does."""

    reason: Words


class Reassignment(WithReason):
    """Who owns the ticket from now on, and why."""

    owner_id: Id


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


def _decide(once: DecidedOnce, seen: SeenHere, number: str, asked: WithReason, act: Act) -> Response:
    """Do it once, as a supervisor who signs with the key's name, and answer with the ticket as it is then."""

    def decide(session: Session, now: datetime) -> TicketView:
        ticket = feed.for_decision(session, once.caller.regions, number)
        seen.must_be(session, lambda: as_read(session, once.caller.regions, number, now))
        act(session, ticket, Actor(Role.SUPERVISOR, None, signed=once.caller.name), now)
        session.flush()
        return ticket_view(feed.ticket(session, once.caller.regions, number), now)

    return once.answer(asked, decide, status=200)
