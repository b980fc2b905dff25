"""The wall chart as of a past moment: today's counts, less what has happened since.

A ticket to which nothing has happened since adds what it added then, and one that came on a later day is in
cells of its own: neither is looked at. Those that had come and were still to change give back what the counts
hold of them and add what their events tell of that moment (`rules.replay`). So this takes as long as there
were cases in hand, not as long as there are tickets (docs/rates.md).
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, time, timedelta
from itertools import islice
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, select, union
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.queries import rates, tallying
from models.queries.chains import Told, chains_of
from models.queries.ledger import BATCH
from models.queries.met_today import last_before
from models.queries.rates import By, Scope
from models.queries.registry import Regions, inside
from models.queries.shielded import shielded
from models.queries.then import Firm, Owner, firms_at, officials_at
from models.queries.wall import LEADERS, OLDEST, Waiting, Wall, hung, without_words
from models.rules import tally
from models.rules.counting import SHANGHAI, day_of
from models.rules.lifecycle import Status, Verb
from models.rules.replay import State, replay
from models.rules.tally import Promise
from models.session import at_one_moment, core
from models.tables import Clock, EnterprisePast, Event, Ticket

MOST: Final = 200_000
"""So many tickets are told anew from their events in one answer: that takes half a minute."""

SLACK: Final = timedelta(hours=1)
"""By so much the moments of events may be out of order: no transaction takes as long."""

_HAND: Final = ("open", "accepted")


_Warning = tuple[str, int, int]
"""Of which clock somebody was warned, at which place of the chain, at which level."""


class TooMuchSince(Exception):
    """More tickets have changed since than can be told in the time that somebody waits for an answer."""


class _Row(NamedTuple):
    """What does not change of a ticket once it is received, and what it is now where events tell nothing."""

    id: int
    enterprise_id: int | None
    region: str
    owner_id: int
    type: str
    created_at: datetime
    counted: str | None
    title: str


class Stood(NamedTuple):
    """A ticket as it stood: its row, what its events tell, its enterprise then, how far each clock warned."""

    row: _Row
    state: State
    firm_id: int | None
    firm: Firm | None
    warned: Mapping[str, int]

    @property
    def region(self) -> str:
        """Where it belonged."""
        return self.state.region or self.row.region

    @property
    def owner_id(self) -> int:
        """Whose it was."""
        return self.state.owner_id or self.row.owner_id


def wall_at(session: Session, regions: Regions, at: datetime, *, now: datetime, most: int = MOST) -> Wall:
    """Return the wall chart of what lies in `regions`, as it stood at `at`. Nothing was read before.

    Raises:
        TooMuchSince: more than `most` tickets that had come by then are no longer as they were.
    """
    at_one_moment(session)
    until = day_of(at) + timedelta(days=1)
    changed = changed_since(session, at, now, datetime.combine(until, time(), SHANGHAI))
    since: tally.Tally = {}
    waiting: list[Stood] = []
    told = 0
    for rows in rows_of(session, changed):
        for row in rows:
            tally.take(since, tally.read(row.counted, tally.day_number(row.created_at)))
        before = [row for row in rows if row.created_at <= at]
        told += len(before)
        if told > most:
            raise TooMuchSince
        for stood in stood_at(session, before, at):
            tally.add(since, tally.tally(as_counted(stood), at))
            if _waits(stood, regions):
                waiting.append(stood)
    since = {cell: counts for cell, counts in since.items() if any(counts)}
    waiting += _still_waiting(session, regions, at, changed)
    hand = rates.sums(session, Scope(regions, until=until), By.OWNER, late=since, names=_HAND)
    busiest = sorted(hand, key=lambda group: (-sum(hand[group]), group))
    leaders = [int(group[0]) for group in busiest][:LEADERS]
    oldest = sorted(waiting, key=lambda stood: stood.row.id)[:OLDEST]
    shown = _shown(session, oldest, at)
    return hung(session, regions, at, late=since, leaders=leaders, oldest=shown, until=until)


def changed_since(
    session: Session, at: datetime, now: datetime, end: datetime, *, among: Sequence[int] | None = None
) -> Sequence[int]:
    """Return the tickets from before `end` that are no longer as they were at `at`: 8 bytes a ticket.

    Something was done, a promise has run out, or the enterprise has told another stage. With `among` only
    those of a few tickets are returned.
    """
    last = last_before(session, end + SLACK, Ticket.id, Ticket.created_at)
    newer = Event.id > last_before(session, at - SLACK, Event.id, Event.at), Event.at > at
    ran_out = tallying.lapsing(min(tallying.marked(session), at), now)
    restaged = EnterprisePast.enterprise_id == Ticket.enterprise_id, EnterprisePast.until > at

    def meant(ticket_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
        return ticket_id <= last if among is None else ticket_id.in_(among)

    found = union(
        select(Event.ticket_id.label("id")).where(*newer, meant(Event.ticket_id)),
        select(ran_out.where(meant(Clock.ticket_id)).subquery().c.ticket_id),
        select(Ticket.id).join(EnterprisePast, restaged[0]).where(restaged[1], meant(Ticket.id)),
    )
    rows = core(session).execute(found, execution_options={"yield_per": BATCH})
    return array("q", sorted(row[0] for row in rows))


_ROWS: Final = select(
    *(Ticket.id, Ticket.enterprise_id, Ticket.region, Ticket.owner_id, Ticket.type, Ticket.created_at),
    *(Ticket.counted, Ticket.title),
)


def rows_of(session: Session, ids: Sequence[int]) -> Iterator[list[_Row]]:
    """Yield tickets by id, some at a time."""
    for start in range(0, len(ids), BATCH):
        found = core(session).execute(_ROWS.where(Ticket.id.in_(ids[start : start + BATCH])))
        yield [_Row(*row) for row in found]


def _still_waiting(session: Session, regions: Regions, at: datetime, changed: Sequence[int]) -> list[Stood]:
    """Return who has waited longest, of the tickets to which nothing has happened since."""
    waits = (Ticket.status == Status.OPEN.value, Ticket.first_contact_at.is_(None), Ticket.created_at <= at)
    wanted = select(Ticket.id).where(*waits, inside(Ticket.region, regions)).order_by(Ticket.id)
    with core(session).execute(wanted, execution_options={"yield_per": BATCH}) as found:
        ids = [*islice((row[0] for row in found if not is_among(changed, row[0])), OLDEST)]
    return [stood for rows in rows_of(session, ids) for stood in stood_at(session, rows, at)]


def is_among(ids: Sequence[int], ticket_id: int) -> bool:
    """Whether a ticket is one of these, which are in order."""
    place = bisect_left(ids, ticket_id)
    return place < len(ids) and ids[place] == ticket_id


def _waits(stood: Stood, regions: Regions) -> bool:
    is_ours = regions is None or stood.region in regions
    return is_ours and stood.state.status is Status.OPEN and stood.state.first_contact_at is None


def stood_at(session: Session, rows: Sequence[_Row], at: datetime) -> list[Stood]:
    """Return how tickets that had come stood at a moment, as their events tell."""
    ids = [row.id for row in rows]
    if not ids:
        return []
    chains = chains_of(session, ids, at)
    warned = _warned(session, ids, at)
    states = {row: state for row in rows if (state := replay(chains.get(row.id, ()), at)) is not None}
    whose = {row: state.enterprise_id or row.enterprise_id for row, state in states.items()}
    firms = firms_at(session, {each for each in whose.values() if each is not None}, at)
    return [
        Stood(
            *(row, state, whose[row], firms.get(whose[row] or 0)),
            _still_warned(chains[row.id], warned.get(row.id, ())),
        )
        for row, state in states.items()
    ]


def _warned(session: Session, ids: Sequence[int], at: datetime) -> dict[int, list[_Warning]]:
    """Return of which clocks of these tickets somebody was warned, at which place of its chain, how far."""
    wanted = (
        select(Event.ticket_id, Event.seq, Event.data)
        .where(Event.ticket_id.in_(ids), Event.verb == Verb.WARN, Event.at <= at)
        .order_by(Event.ticket_id, Event.seq)
    )
    found: dict[int, list[_Warning]] = {}
    for ticket_id, seq, data in core(session).execute(wanted):
        found.setdefault(ticket_id, []).append((data["clock"], seq, data["level"]))
    return found


def _still_warned(chain: Sequence[Told], warned: Sequence[_Warning]) -> dict[str, int]:
    """Return the clocks that were warned of since they were last given another date, and how far."""
    dates: dict[str, str] = {}
    given: dict[str, int] = {}
    for fact in chain:
        for name, due in fact.data.get("due", {}).items():
            if dates.get(name) != due:
                dates[name], given[name] = due, fact.seq
    levels: dict[str, int] = {}
    for name, seq, level in warned:
        if seq > given.get(name, 0):
            levels[name] = max(level, levels.get(name, 0))
    return levels


def as_counted(stood: Stood) -> tally.State:
    """Return a ticket as the counts take it."""
    row, state = stood.row, stood.state
    promises = [
        Promise(name, datetime.fromisoformat(due), state.kept.get(name), int(name in stood.warned))
        for name, due in state.dues.items()
    ]
    return tally.State(
        type=state.type or row.type,
        owner_id=stood.owner_id,
        region=stood.region,
        stage=None if stood.firm is None else stood.firm.stage,
        status=state.status.value,
        created_at=state.created_at or row.created_at,
        resolved_at=state.resolved_at,
        confirmed_at=state.confirmed_at,
        rated_result=state.rated_result,
        rebounds=state.rebounds,
        promises=promises,
    )


def _shown(session: Session, waiting: Sequence[Stood], at: datetime) -> list[Waiting]:
    """Return tickets that nobody had answered, with the owner and the enterprise of then.

    What is shielded now was not seen then either.
    """
    hidden = shielded(session, [stood.row.id for stood in waiting])
    owners: dict[int, Owner] = officials_at(session, {stood.owner_id for stood in waiting}, at)
    found = [
        Waiting(
            id=stood.row.id,
            title=stood.row.title,
            type=stood.state.type or stood.row.type,
            region=stood.region,
            status=stood.state.status.value,
            created_at=stood.state.created_at or stood.row.created_at,
            owner=owners[stood.owner_id],
            firm=None if stood.firm is None or stood.firm_id is None else (stood.firm_id, stood.firm.name),
        )
        for stood in waiting
    ]
    return [without_words(each) if each.id in hidden else each for each in found]
