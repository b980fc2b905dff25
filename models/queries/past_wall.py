"""The wall chart as of a past moment, told by the event log alone (`rules.replay`).

Counts are kept for now only, so this reads every ticket received until then: about as long as a ledger of all
types takes. Read in batches; memory does not grow with the number of tickets.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.queries.ledger import BATCH, Told, chains_of, pasts_of
from models.queries.registry import Regions, inside
from models.queries.wall import LEADERS, MONTHS, OLDEST, WEEKS, Groups, Waiting, Wall, months_before, today_of
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
    stage: str | None


def wall_at(session: Session, regions: Regions, at: datetime) -> Wall:
    """Return the wall chart of what lies in `regions`, as it stood at `at`."""
    cells: dict[Cell, Counts] = {}
    waiting: list[tuple[datetime, int, State]] = []
    for row, state, warned in _states(session, regions, at):
        told = _told(row, state, warned)
        tally.add(cells, tally.tally(told, at))
        if told.status == Status.OPEN.value and state.first_contact_at is None:
            waiting.append((told.created_at, row.id, state))
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
        oldest=_oldest(session, sorted(waiting, key=lambda each: each[:2])[:OLDEST]),
        today=today_of(session, regions, day, at),
    )


def day_number_of(day: date) -> int:
    """Return a day as cells name it."""
    return day.year * 10_000 + day.month * 100 + day.day


def _states(session: Session, regions: Regions, at: datetime) -> Iterator[tuple[_Row, State, frozenset[str]]]:
    """Yield every ticket received until `at` as it stood, and the clocks somebody had been warned of."""
    after = 0
    while True:
        wanted = (
            select(
                *(Ticket.id, Ticket.enterprise_id, Ticket.region, Ticket.owner_id, Ticket.type),
                *(Ticket.created_at, Enterprise.stage),
            )
            .outerjoin(Enterprise, Enterprise.id == Ticket.enterprise_id)
            .where(Ticket.id > after, Ticket.created_at <= at, inside(Ticket.region, regions))
            .order_by(Ticket.id)
            .limit(BATCH)
        )
        rows = [_Row(*row) for row in core(session).execute(wanted)]
        if not rows:
            return
        ids = select(Ticket.id).where(Ticket.id.in_([row.id for row in rows]))
        chains, warned = chains_of(session, ids, at), _warned(session, [row.id for row in rows], at)
        firms = {row.enterprise_id for row in rows if row.enterprise_id is not None}
        pasts = pasts_of(session, firms, at)
        for row in rows:
            state = replay(chains.get(row.id, ()), at)
            if state is not None:
                past = pasts.get(row.enterprise_id or 0)
                known = row if past is None else row._replace(stage=past.stage)
                yield known, state, _still_warned(chains[row.id], warned.get(row.id, {}))
        after = rows[-1].id


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


def _told(row: _Row, state: State, warned: frozenset[str]) -> tally.State:
    """Return a ticket as the counts take it."""
    promises = [
        Promise(name, datetime.fromisoformat(due), state.kept.get(name), int(name in warned))
        for name, due in state.dues.items()
    ]
    return tally.State(
        type=state.type or row.type,
        owner_id=state.owner_id or row.owner_id,
        region=state.region or row.region,
        stage=row.stage,
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


def _oldest(session: Session, waiting: Sequence[tuple[datetime, int, State]]) -> list[Waiting]:
    """Return the rows of tickets that nobody had answered, with the owner of then."""
    found: list[Waiting] = []
    for _, ticket_id, state in waiting:
        ticket = session.get_one(Ticket, ticket_id)
        owner = session.get_one(Official, state.owner_id or ticket.owner_id)
        firm = None if ticket.enterprise_id is None else session.get_one(Enterprise, ticket.enterprise_id)
        found.append(Waiting(ticket, owner, firm, state.type or ticket.type, state.status.value))
    return found
