"""Which tickets, in which order, as far as an API key's regions reach. Every order goes by keyset.

By creation a list that grows is read without a gap or a repeat. By due date and by last change a ticket may
move while the list is read: it is then where it belongs now, behind or before the reader.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from config.catalog import ClockName
from models.queries.feed import Sheet, complete, sheets
from models.queries.growing import Behind
from models.queries.registry import Regions, inside
from models.queries.shielded import is_shielded
from models.rules.clocks import OF_OTHERS
from models.rules.lifecycle import Status
from models.rules.regions import regions_within
from models.tables import Clock, Enterprise, Event, Message, Ticket

_BEGIN: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_IN_WORK: Final = (Status.OPEN.value, Status.ACCEPTED.value)
CLOCKS_OF_ONE: Final = len(ClockName)
"""Promises of one case that may run at once, at most."""
_LAST: Final = (datetime(9999, 1, 1, tzinfo=UTC) - _BEGIN) // _MICROSECOND
"""No date of ours lies behind it."""


class Order(StrEnum):
    """What a list of tickets is sorted by; a minus means the other way round."""

    CREATED = "created"
    CREATED_LAST = "-created"
    DUE = "due"
    DUE_LAST = "-due"
    UPDATED = "updated"
    UPDATED_LAST = "-updated"

    @property
    def is_reversed(self) -> bool:
        """Whether the greatest comes first."""
        return self.value.startswith("-")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which tickets a list is about; None means any.

    `overdue_at` keeps those with a promise that was due before that moment and is not kept; `text` those in
    whose title, enterprise's name or conversation it occurs; `within` those of a region and all it holds.
    Neither by `text` nor by `stage` is a shielded one found: it would tell of its enterprise.
    `only` are conditions besides (`queries.counted`).
    """

    type: str | None = None
    status: str | None = None
    owner_id: int | None = None
    stage: str | None = None
    text: str | None = None
    overdue_at: datetime | None = None
    order: Order = Order.CREATED
    within: str | None = None
    only: tuple[ColumnElement[bool], ...] = ()


def tickets(
    session: Session,
    regions: Regions,
    wanted: Wanted,
    *,
    after: Behind | tuple[int, ...] | None,
    limit: int,
    clocks: bool = True,
    helpers: bool = True,
) -> list[Sheet]:
    """Return up to `limit` tickets behind the place `after`.

    A `Behind` is a place in the order of creation. By due date only those are listed that have a promise
    still to be kept.
    """
    statement, key = _SORTED[wanted.order](_filtered(sheets(regions), wanted))
    columns = (*key, Ticket.id)
    if isinstance(after, Behind):
        statement = statement.where(after.holds(Ticket.id))
    elif after is not None:
        statement = statement.where(_behind(columns, after, reverse=wanted.order.is_reversed))
    in_order = [column.desc() if wanted.order.is_reversed else column.asc() for column in columns]
    statement = statement.add_columns(*columns).order_by(*in_order).limit(limit)
    return complete(session, statement, clocks=clocks, helpers=helpers)


def how_many(session: Session, regions: Regions, wanted: Wanted, *, most: int) -> int:
    """Return how many tickets a list has in all; `most` + 1 stands for more than that."""
    ids = _filtered(sheets(regions), wanted).with_only_columns(Ticket.id, maintain_column_froms=True)
    return session.scalar(select(func.count()).select_from(ids.limit(most + 1).subquery())) or 0


def place(sheet: Sheet) -> tuple[int, ...]:
    """Return where a ticket stands in its list, in numbers."""
    return tuple(
        (part - _BEGIN) // _MICROSECOND if isinstance(part, datetime) else int(part) for part in sheet.place
    )


def size_of(order: Order) -> int:
    """Return how many numbers a place in this order has."""
    return 1 if order in {Order.CREATED, Order.CREATED_LAST} else 2


_Sorted = tuple[Select[*tuple[Any, ...]], Sequence[Any]]


def _by_creation(statement: Select[*tuple[Any, ...]]) -> _Sorted:
    return statement, ()


def _by_due_date(statement: Select[*tuple[Any, ...]]) -> _Sorted:
    running = (Clock.met_at.is_(None), Clock.name.not_in(OF_OTHERS))
    due = func.min(Clock.due_at).label("due_at")
    first = select(Clock.ticket_id, due).where(*running).group_by(Clock.ticket_id).subquery()
    return statement.join(first, first.c.ticket_id == Ticket.id), (first.c.due_at,)


def _by_last_change(statement: Select[*tuple[Any, ...]]) -> _Sorted:
    """The last event of a ticket is found walking the events, so that the newest changes come at once."""
    last = aliased(Event)
    newest = select(func.max(Event.seq)).where(Event.ticket_id == Ticket.id).correlate(Ticket)
    joined = statement.join(last, and_(last.ticket_id == Ticket.id, last.seq == newest.scalar_subquery()))
    return joined, (last.id,)


_SORTED: Final[Mapping[Order, Callable[[Select[*tuple[Any, ...]]], _Sorted]]] = {
    Order.CREATED: _by_creation,
    Order.CREATED_LAST: _by_creation,
    Order.DUE: _by_due_date,
    Order.DUE_LAST: _by_due_date,
    Order.UPDATED: _by_last_change,
    Order.UPDATED_LAST: _by_last_change,
}


def _behind(columns: Sequence[Any], after: Sequence[int], *, reverse: bool) -> ColumnElement[bool]:
    """Return the condition that a row stands behind a place, the first column deciding first."""
    values = [
        _BEGIN + min(value, _LAST) * _MICROSECOND if column.key == "due_at" else value
        for column, value in zip(columns, after, strict=True)
    ]
    pairs = zip(columns, values, strict=True)
    farther = [column < value if reverse else column > value for column, value in pairs]
    if len(columns) > 1:
        return or_(farther[0], and_(columns[0] == values[0], farther[1]))
    return and_(farther[0])


def _filtered(statement: Select[*tuple[Any, ...]], wanted: Wanted) -> Select[*tuple[Any, ...]]:
    equal = {
        Ticket.type: wanted.type,
        Ticket.status: wanted.status,
        Ticket.owner_id: wanted.owner_id,
        Enterprise.stage: wanted.stage,
    }
    statement = statement.where(*(column == value for column, value in equal.items() if value is not None))
    if wanted.text is not None:
        statement = statement.where(_holds(wanted.text))
    if wanted.text is not None or wanted.stage is not None:
        statement = statement.where(~is_shielded())
    statement = statement.where(*wanted.only)
    if wanted.within is not None:
        statement = statement.where(Ticket.region.in_(sorted(regions_within(wanted.within))))
    if wanted.overdue_at is None:
        return statement
    late = select(Clock.ticket_id).where(
        Clock.met_at.is_(None), Clock.due_at < wanted.overdue_at, Clock.name.not_in(OF_OTHERS)
    )
    return statement.where(Ticket.id.in_(late))


def due_next(session: Session, regions: Regions, type_code: str, limit: int) -> list[Sheet]:
    """Return up to `limit` tickets of a type in work whose owner's next promise is due first.

    Walks the running clocks from the earliest on, so that no others are looked at, however many there are.
    """
    rows = session.execute(
        select(Clock.ticket_id)
        .join(Ticket, Ticket.id == Clock.ticket_id)
        .where(Clock.met_at.is_(None), Clock.name.not_in(OF_OTHERS))
        .where(Ticket.type == type_code, Ticket.status.in_(_IN_WORK), inside(Ticket.region, regions))
        .order_by(Clock.due_at, Clock.id)
        .limit(limit * CLOCKS_OF_ONE)
    ).scalars()
    first = list(dict.fromkeys(rows))[:limit]
    found = {
        sheet.ticket.id: sheet for sheet in complete(session, sheets(regions).where(Ticket.id.in_(first)))
    }
    return [found[each] for each in first]


def _holds(text: str) -> ColumnElement[bool]:
    """Return the condition that a text occurs in a ticket; what was not certainly said does not count."""
    said = exists().where(
        Message.ticket_id == Ticket.id,
        Message.text.icontains(text, autoescape=True),
        Message.gathered_until.is_(None),
        Message.retracted_at.is_(None),
    )
    named = (each.icontains(text, autoescape=True) for each in (Ticket.title, Enterprise.name))
    return or_(*named, said)
