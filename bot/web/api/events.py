"""`/events`: everything that happens to tickets, in an order in which nothing can be missed (ADR 0010)."""

import asyncio
from collections.abc import Collection
from functools import partial
from typing import Annotated, ClassVar, Final

from fastapi import Depends, Query, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import AfterValidator, Field

from bot.web.api.auth import Caller, Reader
from bot.web.api.fields import IdInPath
from bot.web.api.paging import Page, Sparse, SparsePage, checked, cursor, nothing_asked, place_of
from bot.web.api.parts import Parts, PartsHere, WatchHere
from bot.web.api.schemas import ActorView, EventView
from bot.web.api.witness import noun
from models.actions.events import SALT, WORDS
from models.queries import feed
from models.queries.shielded import LINKS, hidden_in, without_links
from models.rules.lifecycle import Role, Status, Verb
from models.rules.numbers import number_of
from models.tables import Event

routes: Final = noun("/events", tags=["tickets"])

_WORDS: Final = WORDS | {"entered", SALT}
_WHOSE: Final = frozenset({"enterprise_id", "person_id", "visit", "raised_by"})
_OF_PATCHES: Final = frozenset({"patch", "patches", "head", "cites"})
"""What says which patch a case met, and so what it is about."""
_GUESSED: Final = frozenset({"confidence", "second", "suggested", "deep", "code"})
"""What was read out of the words, and why the desk refused."""
_BREATH: Final = 5.0
"""Seconds after which somebody who waits is asked whether they are still there."""


class Wanted(Sparse):
    """From where on, and for how long to wait."""

    shown: ClassVar = EventView
    after: Annotated[str, Field(max_length=100), AfterValidator(partial(checked, size=2))] | None = Field(
        None, description="`next` of the answer before."
    )
    wait: int = Field(0, ge=0, le=30, description="Seconds to wait if there is nothing yet.")

    @property
    def place(self) -> tuple[int, int]:
        """Behind which transaction and row the answer starts."""
        if self.after is None:
            return 0, 0
        transaction, row = place_of(self.after, 2)
        return transaction, row


@routes.get("")
async def events(
    request: Request, parts: PartsHere, watch: WatchHere, caller: Reader, wanted: Annotated[Wanted, Query()]
) -> Page[EventView] | SparsePage:
    """Follow what happens. `next` is always there: pass it as `after` to get what has come since.

    Whoever always passes the last `next` gets every event once, also those whose transaction ended late.
    With `wait` the answer comes as soon as there is an event, or empty after so many seconds.
    """
    clock = asyncio.get_running_loop().time
    until, after = clock() + wanted.wait, wanted.place
    while True:
        page, after = await run_in_threadpool(_behind, parts, caller, after, wanted.limit)
        left = until - clock()
        if page.items or left <= 0 or await request.is_disconnected():
            return wanted.pick(page)
        await watch.beyond(after, min(left, _BREATH))


def _behind(
    parts: Parts, caller: Caller, after: tuple[int, int], limit: int
) -> tuple[Page[EventView], tuple[int, int]]:
    """Return the events behind a place, and how far the feed has been read with that.

    Where nothing of the caller's regions has come, the place is the end: what lies before is not read again.
    """
    with parts.database.reading() as session:
        end = feed.end_of_events(session)
        rows = feed.events(session, caller.regions, after=after, limit=limit)
        place = (rows[-1].tx, rows[-1].id) if rows else max(after, end)
        hidden = hidden_in(session, rows)
        items = [event_view(row, hidden) for row in rows]
        return Page(items=items, next=cursor(*place)), place


@routes.get("/{event_id}", dependencies=[Depends(nothing_asked)])
def event(parts: PartsHere, caller: Reader, event_id: IdInPath) -> EventView:
    """Read one event, such as a message of the outbox names as its cause."""
    with parts.database.reading() as session:
        row = feed.event(session, caller.regions, event_id)
        return event_view(row, hidden_in(session, [row]))


def event_view(event: Event, hidden: Collection[int] = ()) -> EventView:
    """Return an event as it is shown: of a case among `hidden` without what people wrote, or whose it is.

    Nor what seals it or was guessed by it: whoever has that could try what was written. Of any other it names
    none of those cases.
    """
    is_shielded = event.ticket_id in hidden
    unsaid = _unsaid_of(event) if is_shielded else frozenset[str]()
    data = {key: said for key, said in without_links(event.data, hidden).items() if key not in unsaid}
    is_nobody = is_shielded and event.actor_role == Role.ENTERPRISE
    return EventView(
        id=event.id,
        ticket=number_of(event.ticket_id),
        seq=event.seq,
        at=event.at,
        verb=event.verb,
        actor=ActorView(role=Role(event.actor_role), id=None if is_nobody else event.actor_id),
        from_status=None if event.from_status is None else Status(event.from_status),
        to_status=Status(event.to_status),
        data=data,
        previous=None if is_shielded else event.previous,
        digest=None if is_shielded else event.digest,
    )


def _unsaid_of(event: Event) -> frozenset[str]:
    """Return what is not told of a shielded case: also which others are of the same enterprise."""
    rung = {"to"} if event.verb == Verb.CALL_FAILED else set[str]()
    return _WORDS | _WHOSE | _OF_PATCHES | _GUESSED | LINKS | rung
