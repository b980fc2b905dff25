"""`/tickets`: requests, what happened to each, and what was said. Each belongs to a region.

Most come from the chat; what was said by telephone or on a visit is taken down here.
"""

from datetime import datetime
from functools import partial
from typing import Annotated, ClassVar, Final, Self

from fastapi import Depends, Query, Response
from pydantic import Field, model_validator
from sqlalchemy.orm import Session

from bot.web.api.auth import Caller, Reader
from bot.web.api.events import event_view
from bot.web.api.facts_shapes import FactsView, TicketWithFacts
from bot.web.api.fields import Id, NumberInPath, RegionCode, SearchText, TypeCode
from bot.web.api.idempotency import OnceByOffice
from bot.web.api.listing import LONGEST, Listing, behind, page_by_id
from bot.web.api.paging import Page, Paging, Sparse, SparsePage, nothing_asked, place_of
from bot.web.api.parts import PartsHere
from bot.web.api.problems import NOT_ALLOWED, Refusal
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
from bot.web.api.witness import noun
from config import catalog
from config.catalog import Stage
from handlers import gist, say
from handlers.understanding.classifier import default_classifier
from handlers.understanding.facts import as_json
from models.actions import behalf
from models.actions.tickets import Guess
from models.queries import feed, registry, ticket_lists
from models.queries.growing import START, Behind
from models.queries.reach import Reach, reach_at
from models.queries.registry import Regions
from models.queries.shielded import hidden_in
from models.queries.ticket_lists import Order, size_of
from models.rules.clocks import state
from models.rules.lifecycle import Status
from models.rules.numbers import ledger_number, number_of
from models.rules.permissions import Deed
from models.tables import Clock, CoHandling, HelpState, Message, Official, Ticket

routes: Final = noun("/tickets", tags=["tickets"])


class Wanted(Sparse):
    """Which tickets, in which order, and what of them."""

    shown: ClassVar = TicketView
    type: TypeCode | None = None
    status: Status | None = None
    owner: Id | None = None
    region: RegionCode | None = None
    stage: Stage | None = Field(None, description="Of the enterprise. Shielded tickets are not found by it.")
    overdue: bool = False
    text: SearchText | None = Field(None, description="In the title, the enterprise's name or what was said.")
    sort: Order = Order.CREATED
    after: Annotated[str, Field(max_length=LONGEST)] | None = Field(
        None, description="`next` of the page before, in the same order."
    )

    @model_validator(mode="after")
    def _place_is_of_this_order(self) -> Self:
        _ = self.behind
        return self

    @property
    def behind(self) -> Behind | tuple[int, ...] | None:
        """Behind which place the page starts.

        Raises:
            ValueError: `after` is no place in this order.
        """
        if self.sort is Order.CREATED:
            return START if self.after is None else behind(self.after)
        return None if self.after is None else place_of(self.after, size_of(self.sort))


@routes.get("")
def tickets(
    parts: PartsHere, caller: Reader, wanted: Annotated[Wanted, Query()]
) -> Page[TicketView] | SparsePage:
    """List the tickets; with `overdue=true` those with a promise that is late and not kept.

    With `sort=due` only those that have something to keep. Sorted by `due` or `updated`, a ticket that
    changes while pages are read moves to its new place; by `created` nothing is missed or repeated.
    """
    now = parts.clock()
    chosen = ticket_lists.Wanted(
        type=wanted.type,
        status=wanted.status,
        owner_id=wanted.owner,
        within=wanted.region,
        stage=wanted.stage,
        text=wanted.text,
        overdue_at=now if wanted.overdue else None,
        order=wanted.sort,
    )
    with parts.database.reading() as session:
        read = partial(
            ticket_lists.tickets,
            session,
            caller.regions,
            chosen,
            clocks=wanted.wants("clocks"),
            helpers=wanted.wants("co_handlers"),
        )
        view = partial(listed, now=now)
        place = wanted.behind
        if isinstance(place, Behind):
            page = page_by_id(
                session, Ticket, read, view, lambda sheet: sheet.ticket.id, place=place, limit=wanted.limit
            )
            return wanted.pick(page)
        rows = read(after=place, limit=wanted.limit + 1)
        return wanted.pick(Page.of(rows, wanted.limit, view, ticket_lists.place))


@routes.get("/{number}", dependencies=[Depends(nothing_asked)])
def ticket(parts: PartsHere, caller: Reader, number: NumberInPath) -> TicketWithFacts:
    """Read one ticket, with what the enterprise's words tell in figures and names, reckoned as of today."""
    now = parts.clock()
    with parts.database.reading() as session:
        _must_see(session, caller, number)
        return as_read(session, caller.regions, number, now)


@routes.get("/{number}/events")
def events_of_ticket(
    parts: PartsHere, caller: Reader, number: NumberInPath, wanted: Annotated[Paging, Query()]
) -> Page[EventView]:
    """List what happened to a ticket; who only looks on is not told which shielded ones it was one with."""
    with parts.database.reading() as session:
        _must_see(session, caller, number)
        rows = feed.events_of(session, caller.regions, number, after=wanted.place, limit=wanted.limit + 1)
        hidden = frozenset[int]() if caller.may(Deed.DECIDE) else hidden_in(session, rows)
        return Page.of(rows, wanted.limit, lambda event: event_view(event, hidden), lambda event: event.seq)


@routes.get("/{number}/messages")
def messages_of_ticket(
    parts: PartsHere, caller: Reader, number: NumberInPath, wanted: Annotated[Listing, Query()]
) -> Page[MessageView]:
    """List what was said in a ticket, by both sides."""
    with parts.database.reading() as session:
        _must_see(session, caller, number)
        read = partial(feed.messages_of, session, caller.regions, number)
        return wanted.page(session, Message, read, MessageView.model_validate)


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


def as_read(session: Session, regions: Regions, number: str, now: datetime) -> TicketWithFacts:
    """Return a ticket as somebody reads it who asks for it alone.

    Raises:
        NotFound: there is none of this number in `regions`.
    """
    sheet = feed.ticket(session, regions, number)
    facts = FactsView.model_validate(as_json(gist.facts_of(session, sheet.ticket, now)))
    return TicketWithFacts(**dict(ticket_view(sheet, now)), facts=facts)


def _must_see(session: Session, caller: Caller, number: str) -> None:
    """Return if somebody may read a ticket itself: a shielded one is for those who decide about it.

    Whether there is such a ticket in their regions is for whoever reads it then to say.

    Raises:
        Refusal: it is shielded, and they only look on.
        NotFound: the number is mistyped.
    """
    if not caller.may(Deed.DECIDE) and feed.is_hidden(session, caller.regions, number):
        raise Refusal(NOT_ALLOWED)


def listed(sheet: feed.Sheet, now: datetime) -> TicketView:
    """Return a ticket as lists show it: of a shielded one neither what it is about nor whose it is."""
    view = ticket_view(sheet, now)
    hidden = {"title": say.SHIELDED, "enterprise": None, "confidence": 0.0, "reach": None}
    return view.model_copy(update=hidden) if sheet.is_shielded else view


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
        patch=sheet.patch,
        merged_into=None if sheet.main_id is None else number_of(sheet.main_id),
        is_shielded=sheet.is_shielded,
        ledger_number=ledger_number_of(row),
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


def ledger_number_of(row: Ticket) -> str | None:
    """Return a ticket's number in its ledger, None before it has one."""
    if row.ledger_year is None or row.ledger_no is None:
        return None
    return ledger_number(catalog.types()[row.type].name, row.ledger_year, row.ledger_no)
