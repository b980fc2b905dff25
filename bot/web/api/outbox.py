"""`/outbox`: what was told to whom, whether it arrived, and putting back in line what did not."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Annotated, Any, ClassVar, Final

from fastapi import Depends, Query, Response
from sqlalchemy.orm import Session

from bot.web.api.auth import Reader
from bot.web.api.delivery_schemas import AttemptView, OutboxView, OutgoingView
from bot.web.api.fields import IdInPath
from bot.web.api.idempotency import OnceHere
from bot.web.api.listing import SparseListing
from bot.web.api.paging import Page, SparsePage, nothing_asked
from bot.web.api.parts import PartsHere
from bot.web.api.problems import NOT_REARMED, NOT_THEIRS, Refusal
from bot.web.api.tags import SeenHere
from bot.web.api.witness import noun
from models.actions import settlements
from models.queries import feed
from models.queries.contacts import is_shut_out
from models.queries.registry import Regions
from models.queries.shielded import shielded, visits_behind
from models.rules.numbers import number_of, ticket_id_of
from models.tables import Delivery, Outbox

routes: Final = noun("/outbox", tags=["delivery"])

_NOBODYS: Final[dict[str, Any]] = {"person_id": None, "visit_id": None, "call_id": None}
"""What is shown of whom a message about a shielded case goes to."""


class Wanted(SparseListing):
    """Which messages."""

    shown: ClassVar = OutboxView
    state: Delivery | None = None


@routes.get("")
def outbox(
    parts: PartsHere, caller: Reader, wanted: Annotated[Wanted, Query()]
) -> Page[OutboxView] | SparsePage:
    """List outgoing messages."""
    with parts.database.reading() as session:
        rows: list[Outbox] = []

        def read(**place: Any) -> Sequence[Outbox]:
            rows[:] = feed.outbox(session, caller.regions, state=wanted.state, **place)
            return rows

        page = wanted.page(session, Outbox, read, lambda row: OutboxView(**_fields(row)))
        hidden = _hidden(session, rows)
        items = [each.model_copy(update=_NOBODYS) if each.id in hidden else each for each in page.items]
        return wanted.pick(page.model_copy(update={"items": items}))


@routes.get("/{outbox_id}", dependencies=[Depends(nothing_asked)])
def outgoing(parts: PartsHere, caller: Reader, outbox_id: IdInPath) -> OutgoingView:
    """Read one outgoing message with every attempt to deliver it."""
    with parts.database.reading() as session:
        return _outgoing(session, caller.regions, outbox_id)


@routes.post("/{outbox_id}/rearm", response_model=OutgoingView, dependencies=[Depends(nothing_asked)])
def rearm(once: OnceHere, seen: SeenHere, outbox_id: IdInPath) -> Response:
    """Put a dead or parked message back in line, unless its recipient has left the enterprise it is about."""

    def put_back(session: Session, now: datetime) -> OutgoingView:
        row, _ = feed.outgoing(session, once.caller.regions, outbox_id)
        seen.must_be(session, lambda: _outgoing(session, once.caller.regions, outbox_id))
        if is_shut_out(session, row):
            raise Refusal(NOT_THEIRS)
        if not settlements.rearm(session, outbox_id, now=now):
            raise Refusal(NOT_REARMED)
        return _outgoing(session, once.caller.regions, outbox_id)

    return once.answer(None, put_back, status=200)


def _outgoing(session: Session, regions: Regions, outbox_id: int) -> OutgoingView:
    row, tries = feed.outgoing(session, regions, outbox_id)
    shown = [AttemptView.model_validate(attempt) for attempt in tries]
    if not _hidden(session, [row]):
        return OutgoingView(**_fields(row) | {"payload": row.payload}, tries=shown)
    quiet = [each.model_copy(update={"said": None, "detail": None}) for each in shown]
    return OutgoingView(**_fields(row) | _NOBODYS | {"payload": {}}, tries=quiet)


def _hidden(session: Session, rows: Iterable[Outbox]) -> frozenset[int]:
    """Return which messages are about a shielded case, name one, or tell of the visit it came from."""
    told = {row.id: ({row.ticket_id or 0, *_told_of(row.payload)}, row.payload.get("visit")) for row in rows}
    quiet = shielded(session, {each for cases, _ in told.values() for each in cases})
    behind = visits_behind(session) if any(visit for _, visit in told.values()) else frozenset[int]()
    return frozenset(key for key, (cases, visit) in told.items() if cases & quiet or visit in behind)


def _told_of(said: Any) -> Iterator[int]:
    """Yield the cases whose numbers stand in a message: a morning's list names many, an offer two."""
    if isinstance(said, str):
        yield from filter(None, [ticket_id_of(said)])
    elif isinstance(said, dict | list):
        for each in said.values() if isinstance(said, dict) else said:
            yield from _told_of(each)


def _fields(row: Outbox) -> dict[str, Any]:
    return {
        "id": row.id,
        "person_id": row.person_id,
        "ticket": None if row.ticket_id is None else number_of(row.ticket_id),
        "event_id": row.event_id,
        "visit_id": row.visit_id,
        "verification_id": row.verification_id,
        "call_id": row.call_id,
        "kind": row.kind,
        "state": row.state,
        "channel": row.channel,
        "reason": row.reason,
        "attempts": row.attempts,
        "created_at": row.created_at,
        "due_at": row.due_at,
        "settled_at": row.settled_at,
        "rang_at": row.rang_at,
    }
