"""Whom a day disturbed (烦) and helped (帮): what `contact_day` counts for one firm, for all of them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache, lru_cache
from typing import Any, Final

from sqlalchemy import Select, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session

from models.prepared import Prepared
from models.queries.contact_day import RANG, STEPS
from models.queries.registry import Regions, inside
from models.rules.counting import SHANGHAI, day_of
from models.rules.lifecycle import Verb
from models.session import core
from models.tables import Call, Enterprise, Event, Message, Outbox, Ticket, Visit, is_open_to_others

_MOST: Final = 1_000_000
"""More events than any day has."""

_BEGINS: Final = bindparam("begins", type_=Event.at.type)
_NOW: Final = bindparam("now", type_=Event.at.type)
_DAY: Final = bindparam("day", type_=Visit.day.type)
_LAST: Final = bindparam("last", type_=Event.id.type)
"""The last event before the day."""

_Rows = Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Today:
    """Whom the day disturbed (烦) and helped (帮): how often, and how many enterprises."""

    messages: int
    calls: int
    visits: int
    disturbed: int
    steps: int
    helped: int


@dataclass(frozen=True, slots=True)
class Moved:
    """One enterprise of the day: how often it was disturbed, and in how many steps helped."""

    firm: tuple[int, str, str]
    """Its id, name and region."""
    messages: int
    calls: int
    visits: int
    steps: int


@dataclass(frozen=True, slots=True)
class _Day:
    """How often each enterprise was met so; None stands for those who speak for none."""

    messages: Counter[int | None]
    calls: Counter[int | None]
    visits: Counter[int | None]
    steps: Counter[int | None]

    @property
    def disturbed(self) -> set[int]:
        return _firms(self.messages, self.calls, self.visits)

    @property
    def helped(self) -> set[int]:
        return _firms(self.steps)


def today_of(session: Session, regions: Regions, day: date, now: datetime) -> Today:
    """Count as `contact_day` does for one enterprise, for all of them."""
    found = _day(session, regions, day, now)
    return Today(
        messages=found.messages.total(),
        calls=found.calls.total(),
        visits=found.visits.total(),
        disturbed=len(found.disturbed),
        steps=found.steps.total(),
        helped=len(found.helped),
    )


def enterprises_of(
    session: Session, regions: Regions, now: datetime, *, are_helped: bool, after: int, limit: int
) -> tuple[int, int, list[Moved]]:
    """Return how many enterprises today helped, or disturbed, how many of them are not named, and some by id.

    Not named are those that were met because of shielded cases (保密) only: beside the lists of cases name
    and place would tell whose these are.
    """
    whole = _day(session, regions, day_of(now), now)
    found = _day(session, regions, day_of(now), now, is_open=True)
    ids = sorted(found.helped if are_helped else found.disturbed)
    count = len(whole.helped if are_helped else whole.disturbed)
    page = [each for each in ids if each > after][:limit]
    wanted = select(Enterprise.id, Enterprise.name, Enterprise.region).where(Enterprise.id.in_(page))
    firms = {row[0]: (row[0], row[1], row[2]) for row in session.execute(wanted)}
    return (
        count,
        count - len(ids),
        [
            Moved(
                firm=firms[each],
                messages=found.messages[each],
                calls=found.calls[each],
                visits=found.visits[each],
                steps=found.steps[each],
            )
            for each in page
        ],
    )


def _day(session: Session, regions: Regions, day: date, now: datetime, *, is_open: bool = False) -> _Day:
    """Count the day; with `is_open` without what shielded cases brought."""
    begins = datetime.combine(day, time(), SHANGHAI)
    last = last_before(session, begins, Event.id, Event.at)
    asked = {"begins": begins, "now": now, "day": day, "last": last}
    messages, calls, visits, in_vain, steps = (
        Counter({row[0]: row[1] for row in core(session).execute(part, asked).all()})
        for part in _parts(regions, is_open=is_open)
    )
    return _Day(messages, calls + in_vain, visits, steps)


@lru_cache(maxsize=64)
def _parts(regions: Regions, *, is_open: bool) -> Sequence[_Rows]:
    """Return what asks for each part of a day: to build it takes longer than to answer it."""
    parts = (
        (_messages(regions), Outbox.ticket_id),
        (_calls(regions), Call.ticket_id),
        (_visits(regions), None),
        (_in_vain(regions), Ticket.id),
        (_steps(regions), Ticket.id),
    )
    return [_in_the_open(part, of) if is_open else part for part, of in parts]


def _in_the_open(part: _Rows, ticket_id: Any) -> _Rows:
    return part if ticket_id is None else part.where(is_open_to_others(ticket_id))


def _firms(*counters: Counter[int | None]) -> set[int]:
    return {firm for counter in counters for firm in counter if firm is not None}


def _messages(regions: Regions) -> _Rows:
    firm = Outbox.rang_for
    return (
        select(firm, func.count())
        .outerjoin(Enterprise, Enterprise.id == firm)
        .outerjoin(Ticket, Ticket.id == Outbox.ticket_id)
        .where(
            Outbox.rang_at.is_not(None),
            Outbox.rang_at >= _BEGINS,
            Outbox.rang_at <= _NOW,
            inside(func.coalesce(Enterprise.region, Ticket.region), regions),
        )
        .group_by(firm)
    )


def _calls(regions: Regions) -> _Rows:
    firm = func.coalesce(Call.enterprise_id, Ticket.enterprise_id)
    return (
        select(firm, func.count())
        .outerjoin(Ticket, Ticket.id == Call.ticket_id)
        .outerjoin(Enterprise, Enterprise.id == Call.enterprise_id)
        .where(
            Call.state.in_(RANG),
            Call.begins_at >= _BEGINS,
            Call.begins_at <= _NOW,
            inside(func.coalesce(Enterprise.region, Ticket.region), regions),
        )
        .group_by(firm)
    )


def _visits(regions: Regions) -> _Rows:
    return (
        select(Visit.enterprise_id, func.count())
        .join(Enterprise, Enterprise.id == Visit.enterprise_id)
        .where(Visit.day == _DAY, Visit.created_at <= _NOW, inside(Enterprise.region, regions))
        .where(or_(Visit.disputed_at.is_(None), Visit.disputed_at > _NOW))
        .group_by(Visit.enterprise_id)
    )


def last_before(session: Session, moment: datetime, id_: Any, moment_of: Any) -> int:
    """Return the id of the last row before a moment, by halving: no index goes by time, but ids nearly do."""
    low, high = 0, session.scalar(select(func.max(id_))) or 0
    while low < high:
        middle = (low + high + 1) // 2
        [(at,)] = _moment_from(id_, moment_of).all(session, id=middle)
        low, high = (middle, high) if at < moment else (low, middle - 1)
    return low


@cache
def _moment_from(id_: Any, moment_of: Any) -> Prepared:
    """Return what asks for the moment of the first row from an id on: some twenty times for one answer."""
    return Prepared(select(moment_of).where(id_ >= bindparam("id")).order_by(id_).limit(1), "id")


def _events(*verbs: Verb) -> Any:
    """Return the day's events of some verbs, found before anything is joined to them."""
    # What has a limit is worked out by itself: else SQLite may begin with all tickets.
    return (
        select(Event.id, Event.ticket_id)
        .where(Event.id > _LAST, Event.verb.in_(verbs), Event.at >= _BEGINS, Event.at <= _NOW)
        .order_by(Event.id)
        .limit(_MOST)
        .subquery()
    )


def _by_firm(regions: Regions, events: Any) -> _Rows:
    return (
        select(Ticket.enterprise_id, func.count())
        .select_from(events)
        .join(Ticket, Ticket.id == events.c.ticket_id)
        .where(inside(Ticket.region, regions))
        .group_by(Ticket.enterprise_id)
    )


def _in_vain(regions: Regions) -> _Rows:
    events = _events(Verb.CALL_FAILED)
    announced = exists().where(
        Call.ticket_id == events.c.ticket_id,
        Call.state.in_(RANG),
        Call.begins_at >= _BEGINS,
        Call.begins_at <= _NOW,
    )
    return _by_firm(regions, events).where(~announced)


def _steps(regions: Regions) -> _Rows:
    events = _events(*STEPS)
    is_said = or_(
        Message.id.is_(None),
        and_(
            or_(Message.retracted_at.is_(None), Message.retracted_at > _NOW),
            or_(Message.held_until.is_(None), Message.held_until <= _NOW),
        ),
    )
    words = and_(Message.ticket_id == events.c.ticket_id, Message.event_id == events.c.id)
    return _by_firm(regions, events).outerjoin(Message, words).where(is_said)
