"""The wall chart as of a past moment, told by the event log alone (`rules.replay`).

Counts are kept for now only, so this reads every ticket received until then: about as long as a ledger of all
types takes. Read in batches; memory does not grow with the number of tickets.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.queries.ledger import BATCH, Firm, Told, chains_of, pasts_of
from models.queries.registry import Regions
from models.queries.shielded import shielded
from models.queries.wall import (
    LEADERS,
    MONTHS,
    OLDEST,
    WEEKS,
    Groups,
    Waiting,
    Wall,
    months_before,
    today_of,
    without_words,
)
from models.rules import tally
from models.rules.counting import day_of
from models.rules.lifecycle import Status, Verb
from models.rules.replay import State, replay
from models.rules.tally import NOTHING, Cell, Counts, Promise, city_of
from models.session import core
from models.tables import Enterprise, Event, Official, Ticket


class _Row(NamedTuple):
    """What does not change of a ticket once it is received, and what it is now where events tell nothing."""

    id: int
    enterprise_id: int | None
    region: str
    owner_id: int
    type: str
    created_at: datetime


class _Stood(NamedTuple):
    """A ticket as it stood: its row, what its events tell, its enterprise then, the clocks warned of."""

    row: _Row
    state: State
    firm_id: int | None
    firm: Firm | None
    warned: frozenset[str]

    @property
    def region(self) -> str:
        """Where it belonged."""
        return self.state.region or self.row.region


def wall_at(session: Session, regions: Regions, at: datetime) -> Wall:
    """Return the wall chart of what lies in `regions`, as it stood at `at`."""
    cells: dict[Cell, Counts] = {}
    waiting: list[_Stood] = []
    for stood in _all(session, regions, at):
        tally.add(cells, tally.tally(_told(stood), at))
        if stood.state.status is Status.OPEN and stood.state.first_contact_at is None:
            waiting.append(stood)
    day = day_of(at)
    monday = day_number_of(day - timedelta(days=day.weekday(), weeks=WEEKS - 1))
    first = day_number_of(months_before(day, MONTHS - 1))
    hand = _grouped(cells, lambda cell: (cell.owner_id,))
    busiest = sorted(hand, key=lambda group: (-(hand[group].open + hand[group].accepted), group))
    leaders = [int(group[0]) for group in busiest if hand[group].open + hand[group].accepted][:LEADERS]
    theirs = {cell: counts for cell, counts in cells.items() if cell.owner_id in leaders}
    return Wall(
        places=_grouped(cells, lambda cell: (cell.type, city_of(cell.region))),
        leaders=leaders,
        matrix=_grouped(theirs, lambda cell: (cell.owner_id, cell.type)),
        days=_grouped({c: n for c, n in cells.items() if c.day >= monday}, lambda cell: (cell.day,)),
        months=_grouped({c: n for c, n in cells.items() if c.day >= first}, lambda cell: (cell.day // 100,)),
        oldest=_oldest(session, sorted(waiting, key=lambda each: each.row.id)[:OLDEST]),
        today=today_of(session, regions, day, at),
    )


def day_number_of(day: date) -> int:
    """Return a day as cells name it."""
    return day.year * 10_000 + day.month * 100 + day.day


def _all(session: Session, regions: Regions, at: datetime) -> Iterator[_Stood]:
    """Yield every ticket received until `at` that lay in `regions` then, wherever it lies now."""
    after = 0
    while True:
        wanted = (
            select(
                *(Ticket.id, Ticket.enterprise_id, Ticket.region, Ticket.owner_id, Ticket.type),
                Ticket.created_at,
            )
            .where(Ticket.id > after, Ticket.created_at <= at)
            .order_by(Ticket.id)
            .limit(BATCH)
        )
        rows = [_Row(*row) for row in core(session).execute(wanted)]
        if not rows:
            return
        found = [each for each in _stood(session, rows, at) if regions is None or each.region in regions]
        yield from found
        after = rows[-1].id


def _stood(session: Session, rows: Sequence[_Row], at: datetime) -> list[_Stood]:
    ids = [row.id for row in rows]
    chains = chains_of(session, select(Ticket.id).where(Ticket.id.in_(ids)), at)
    warned = _warned(session, ids, at)
    states = {row: state for row in rows if (state := replay(chains.get(row.id, ()), at)) is not None}
    whose = {row: state.enterprise_id or row.enterprise_id for row, state in states.items()}
    firms = _firms(session, {each for each in whose.values() if each is not None}, at)
    return [
        _Stood(
            *(row, state, whose[row], firms.get(whose[row] or 0)),
            _still_warned(chains[row.id], warned.get(row.id, {})),
        )
        for row, state in states.items()
    ]


def _firms(session: Session, ids: Collection[int], at: datetime) -> dict[int, Firm]:
    """Return enterprises as the roster had them."""
    wanted = select(
        *(Enterprise.id, Enterprise.name, Enterprise.credit_code, Enterprise.region, Enterprise.stage)
    ).where(Enterprise.id.in_(sorted(ids)))
    now = {row[0]: Firm(*row[1:]) for row in core(session).execute(wanted)}
    return now | pasts_of(session, ids, at)


def _warned(session: Session, ids: Sequence[int], at: datetime) -> dict[int, dict[str, int]]:
    """Return at which place of its chain somebody was last warned of each clock of these tickets."""
    wanted = (
        select(Event.ticket_id, Event.seq, Event.data)
        .where(Event.ticket_id.in_(ids), Event.verb == Verb.WARN, Event.at <= at)
        .order_by(Event.ticket_id, Event.seq)
    )
    found: dict[int, dict[str, int]] = {}
    for ticket_id, seq, data in core(session).execute(wanted):
        found.setdefault(ticket_id, {})[data["clock"]] = seq
    return found


def _still_warned(chain: Sequence[Told], warned: Mapping[str, int]) -> frozenset[str]:
    """Return the clocks that were warned of since they were last given another date."""
    dates: dict[str, str] = {}
    given: dict[str, int] = {}
    for fact in chain:
        for name, due in fact.data.get("due", {}).items():
            if dates.get(name) != due:
                dates[name], given[name] = due, fact.seq
    return frozenset(name for name, seq in warned.items() if seq > given.get(name, 0))


def _told(stood: _Stood) -> tally.State:
    """Return a ticket as the counts take it."""
    row, state = stood.row, stood.state
    promises = [
        Promise(name, datetime.fromisoformat(due), state.kept.get(name), int(name in stood.warned))
        for name, due in state.dues.items()
    ]
    return tally.State(
        type=state.type or row.type,
        owner_id=state.owner_id or row.owner_id,
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


def _grouped(cells: Mapping[Cell, Counts], key: Any) -> Groups:
    found: Groups = {}
    for cell, counts in cells.items():
        group = key(cell)
        found[group] = found.get(group, NOTHING).plus(counts)
    return {group: counts for group, counts in sorted(found.items()) if any(counts)}


def _oldest(session: Session, waiting: Sequence[_Stood]) -> list[Waiting]:
    """Return those who had waited longest; what is shielded now was not seen then either."""
    hidden = shielded(session, [each.row.id for each in waiting])
    found = [_waiting(session, each) for each in waiting]
    return [without_words(each) if each.id in hidden else each for each in found]


def _waiting(session: Session, stood: _Stood) -> Waiting:
    """Return a ticket that nobody had answered, with the owner and the enterprise of then."""
    row, state = stood.row, stood.state
    return Waiting(
        id=row.id,
        title=session.get_one(Ticket, row.id).title,
        type=state.type or row.type,
        region=stood.region,
        status=state.status.value,
        created_at=state.created_at or row.created_at,
        owner=session.get_one(Official, state.owner_id or row.owner_id),
        firm=None if stood.firm is None or stood.firm_id is None else (stood.firm_id, stood.firm.name),
    )
