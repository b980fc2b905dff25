"""`/tickets`: requests, what happened to each, and what was said. Each belongs to a region.

Most come from the chat; what was said by telephone or on a visit is taken down here.
"""

from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy.orm import Session

from bot.web.api.auth import Reader
from bot.web.api.events import event_view
from bot.web.api.fields import Id, NumberInPath, RegionCode, TypeCode
from bot.web.api.idempotency import OnceByOffice
from bot.web.api.paging import Page, Paging, nothing_asked
from bot.web.api.parts import PartsHere
from bot.web.api.schemas import (
    ClockView,
    EnterpriseCard,
    EventView,
    HelperCard,
    MessageView,
    NewTicket,
    OwnerCard,
    ReachView,
    TicketView,
)
from config import catalog
from handlers import say
from handlers.understanding.classifier import default_classifier
from models.actions import behalf
from models.actions.tickets import Guess
from models.queries import feed, registry
from models.queries.reach import Reach, reach_at
from models.rules.clocks import state
from models.rules.lifecycle import Status
from models.rules.numbers import ledger_number, number_of
from models.tables import Clock, CoHandling, HelpState, Official, Ticket

routes: Final = APIRouter(prefix="/tickets", tags=["tickets"])


class Wanted(Paging):
    """Which tickets."""

    type: TypeCode | None = None
    status: Status | None = None
    owner: Id | None = None
    region: RegionCode | None = None
    overdue: bool = False


@routes.get("")
def tickets(parts: PartsHere, caller: Reader, wanted: Annotated[Wanted, Query()]) -> Page[TicketView]:
    """List the tickets; with `overdue=true` those with a promise that is late and not kept."""
    now = parts.clock()
    chosen = feed.Wanted(
        type=wanted.type,
        status=wanted.status,
        owner_id=wanted.owner,
        region=wanted.region,
        overdue_at=now if wanted.overdue else None,
    )
    with parts.database.reading() as session:
        sheets = feed.tickets(session, caller.regions, chosen, after=wanted.place, limit=wanted.limit + 1)
        return Page.of(
            sheets, wanted.limit, lambda sheet: ticket_view(sheet, now), lambda sheet: sheet.ticket.id
        )


@routes.get("/{number}", dependencies=[Depends(nothing_asked)])
def ticket(parts: PartsHere, caller: Reader, number: NumberInPath) -> TicketView:
    """Read one ticket."""
    with parts.database.reading() as session:
        return ticket_view(feed.ticket(session, caller.regions, number), parts.clock())


@routes.get("/{number}/events")
def events_of_ticket(
    parts: PartsHere, caller: Reader, number: NumberInPath, wanted: Annotated[Paging, Query()]
) -> Page[EventView]:
    """List what happened to a ticket."""
    with parts.database.reading() as session:
        rows = feed.events_of(session, caller.regions, number, after=wanted.place, limit=wanted.limit + 1)
        return Page.of(rows, wanted.limit, event_view, lambda event: event.seq)


@routes.get("/{number}/messages")
def messages_of_ticket(
    parts: PartsHere, caller: Reader, number: NumberInPath, wanted: Annotated[Paging, Query()]
) -> Page[MessageView]:
    """List what was said in a ticket, by both sides."""
    with parts.database.reading() as session:
        rows = feed.messages_of(session, caller.regions, number, after=wanted.place, limit=wanted.limit + 1)
        return Page.of(rows, wanted.limit, MessageView.model_validate)


@routes.post("", status_code=201, response_model=TicketView, dependencies=[Depends(nothing_asked)])
def take_down(once: OnceByOffice, new: NewTicket) -> Response:
    """Take down what an enterprise asked for by telephone or on a visit.

    It gets an owner and clocks like a request in the chat; the contact and the owner are told.
    """

    def take(session: Session, now: datetime) -> TicketView:
        registry.contact(session, once.caller.regions, new.contact_id)
        done = behalf.register(
            session,
            new.contact_id,
            new.text,
            _guess(new),
            title=say.title("text", new.text),
            key_id=once.caller.key_id,
            now=now,
        )
        return ticket_view(feed.ticket(session, once.caller.regions, done.number), now)

    return once.answer(new, take)


def _guess(new: NewTicket) -> Guess:
    """The type that the office named, or what the text seems to be about."""
    if new.type is not None:
        return Guess(new.type, 1.0, None, is_sure=True, source="supervisor")
    verdict = default_classifier().classify(new.text)
    return Guess(verdict.type, verdict.confidence, verdict.second, is_sure=verdict.is_sure)


def ticket_view(sheet: feed.Sheet, now: datetime) -> TicketView:
    """Return a ticket as it reads at `now`."""
    row = sheet.ticket
    return TicketView(
        number=number_of(row.id),
        type=row.type,
        type_source=row.type_source,
        confidence=row.confidence,
        status=Status(row.status),
        title=row.title,
        region=row.region,
        owner=OwnerCard.model_validate(sheet.owner),
        co_handlers=[_helper_card(row, unit) for row, unit in sheet.helping],
        enterprise=None if sheet.enterprise is None else EnterpriseCard.model_validate(sheet.enterprise),
        created_at=row.created_at,
        accepted_at=row.accepted_at,
        first_contact_at=row.first_contact_at,
        resolved_at=row.resolved_at,
        confirmed_at=row.confirmed_at,
        closed_at=row.closed_at,
        clocks=[_clock_view(clock, now) for clock in sheet.clocks],
        rebounds=row.rebounds,
        hops=row.hops,
        patch=None,
        ledger_number=_ledger_number(row),
        reach=_reach_view(reach_at(sheet.reach, now)),
    )


def _reach_view(reach: Reach) -> ReachView:
    return ReachView(
        last_heard_at=reach.last_heard_at,
        follows=reach.follows,
        window_open=reach.is_window_open,
        failed_calls=reach.failed_calls,
    )


def _helper_card(row: CoHandling, unit: Official) -> HelperCard:
    return HelperCard(
        id=unit.id,
        name=unit.name,
        post=unit.post,
        department=unit.department,
        state=HelpState(row.state),
        due_at=row.due_at,
        answered_at=row.answered_at,
    )


def _clock_view(clock: Clock, now: datetime) -> ClockView:
    return ClockView(
        name=clock.name,
        due_at=clock.due_at,
        state=state(clock.due_at, clock.started_at, clock.met_at, now),
        explanation=clock.explanation,
    )


def _ledger_number(row: Ticket) -> str | None:
    if row.ledger_year is None or row.ledger_no is None:
        return None
    return ledger_number(catalog.types()[row.type].name, row.ledger_year, row.ledger_no)
