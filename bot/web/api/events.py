"""`/events`: everything that happens to tickets, in an order in which nothing can be missed (ADR 0010)."""

from functools import partial
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query
from pydantic import AfterValidator, Field

from bot.web.api.auth import Reader
from bot.web.api.fields import IdInPath
from bot.web.api.paging import Bounds, Page, checked, cursor, nothing_asked, place_of
from bot.web.api.parts import PartsHere
from bot.web.api.schemas import ActorView, EventView
from models.queries import feed
from models.rules.lifecycle import Role, Status
from models.rules.numbers import number_of
from models.tables import Event

routes: Final = APIRouter(prefix="/events", tags=["tickets"])


class Wanted(Bounds):
    """From where on."""

    after: Annotated[str, Field(max_length=100), AfterValidator(partial(checked, size=2))] | None = Field(
        None, description="`next` of the answer before."
    )

    @property
    def place(self) -> tuple[int, int]:
        """Behind which transaction and row the answer starts."""
        if self.after is None:
            return 0, 0
        transaction, row = place_of(self.after, 2)
        return transaction, row


@routes.get("")
def events(parts: PartsHere, caller: Reader, wanted: Annotated[Wanted, Query()]) -> Page[EventView]:
    """Follow what happens. `next` is always there: pass it as `after` to get what has come since.

    Whoever always passes the last `next` gets every event once, also those whose transaction ended late.
    """
    with parts.database.reading() as session:
        rows = feed.events(session, caller.regions, after=wanted.place, limit=wanted.limit)
        place = (rows[-1].tx, rows[-1].id) if rows else wanted.place
        return Page(items=[event_view(row) for row in rows], next=cursor(*place))


@routes.get("/{event_id}", dependencies=[Depends(nothing_asked)])
def event(parts: PartsHere, caller: Reader, event_id: IdInPath) -> EventView:
    """Read one event, such as a message of the outbox names as its cause."""
    with parts.database.reading() as session:
        return event_view(feed.event(session, caller.regions, event_id))


def event_view(event: Event) -> EventView:
    """Return an event as it is shown."""
    return EventView(
        id=event.id,
        ticket=number_of(event.ticket_id),
        seq=event.seq,
        at=event.at,
        verb=event.verb,
        actor=ActorView(role=Role(event.actor_role), id=event.actor_id),
        from_status=None if event.from_status is None else Status(event.from_status),
        to_status=Status(event.to_status),
        data=event.data,
        previous=event.previous,
        digest=event.digest,
    )
