"""The ledgers (台账): one entry for each ticket that was taken on, as it stood at any past moment.

A view over the event log. Entries come in batches, so that memory does not grow with the ledger, and in the
order of their numbers. The tickets' rows are the index by which entries are found; what an entry shows is
told by events, by words that events seal, and by what is kept whenever the roster changes (`then`):
docs/ledgers.md says for each column which it is.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, select, tuple_
from sqlalchemy.orm import Session

from models.prepared import Prepared, listed
from models.queries.chains import Told, chains_of
from models.queries.registry import Regions, inside
from models.queries.shielded import hush, is_shielded
from models.queries.then import Firm, Owner, firms_at, officials_at
from models.rules.lifecycle import Verb
from models.rules.replay import State, Word, replay
from models.session import core
from models.tables import Clock, Event, Message, Ticket

BATCH: Final = 1000
RESULT: Final = "result"
_MOVERS: Final = sorted({Verb.GRANT, Verb.PAUSE, Verb.RESUME, Verb.RECKON})


class Place(NamedTuple):
    """Behind which entry of a ledger to go on."""

    year: int = 0
    number: int = 0


class Entry(NamedTuple):
    """One line of a ledger. `measures` are the desk's last words on what it did.

    `number` is what the events say, `place` where the row was found: the same, unless somebody has tampered
    with the row. Of a shielded ticket nothing is said that is anybody's words.
    """

    ticket_id: int
    type: str
    place: Place
    number: Place
    state: State
    accepted_at: datetime
    firm: Firm | None
    region: str
    content: str
    owner: Owner
    units: tuple[Owner, ...]
    measures: str | None
    due_at: datetime | None
    is_shielded: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """Which ledger, as of when, for whom."""

    type: str
    as_of: datetime
    regions: Regions = None


def entries(
    session: Session,
    asked: Asked,
    *,
    after: Place | None = None,
    limit: int | None = None,
    batch: int = BATCH,
) -> Iterator[Entry]:
    """Yield the entries of one ledger by number, behind `after`, at most `limit`, read in batches."""
    found = pages(session, asked, after=after, size=min(batch, limit or batch))
    return islice(chain.from_iterable(found), limit)


def pages(
    session: Session,
    asked: Asked,
    *,
    after: Place | None = None,
    upto: Place | None = None,
    size: int = BATCH,
) -> Iterator[list[Entry]]:
    """Yield the entries of one ledger by number, behind `after`, at most `size` at a time, never none."""
    place = after or Place()
    officials: dict[int, Owner] = {}
    while True:
        rows = [_Row(*row) for row in _read(session, _accepted(asked, place, upto).limit(size))]
        if not rows:
            return
        if found := _entries(session, asked, rows, officials):
            yield found
        if len(rows) < size:
            return
        place = Place(rows[-1].year, rows[-1].number)


_PLACE: Final = (Ticket.ledger_year, Ticket.ledger_no)


class _Row(NamedTuple):
    """A ticket's row, with the words it began with."""

    id: int
    year: int
    number: int
    region: str
    title: str
    enterprise_id: int | None
    owner_id: int
    words: str | None
    is_shielded: bool


_FIRST_WORDS: Final = (
    select(Message.text)
    .where(Message.ticket_id == Ticket.id)
    .order_by(Message.id)
    .limit(1)
    .correlate(Ticket)
    .scalar_subquery()
)


def places(session: Session, asked: Asked, *, every: int) -> list[Place]:
    """Return the place of each last of so many entries: where one may go on that reads in parts."""
    number = func.row_number().over(order_by=_PLACE).label("number")
    rows = select(*_PLACE, number).where(*_of(asked)).subquery()
    year, number_in_year, count = rows.c
    found = select(year, number_in_year).where(count % every == 0).order_by(count)
    return [Place(*row) for row in core(session).execute(found)]


def _accepted(asked: Asked, place: Place, upto: Place | None) -> Select[*tuple[Any, ...]]:
    wanted = (
        select(
            *(Ticket.id, Ticket.ledger_year, Ticket.ledger_no, Ticket.region),
            *(Ticket.title, Ticket.enterprise_id, Ticket.owner_id),
            *(_FIRST_WORDS, is_shielded()),
        )
        .where(*_of(asked), tuple_(*_PLACE) > place)
        .order_by(*_PLACE)
    )
    return wanted if upto is None else wanted.where(tuple_(*_PLACE) <= upto)


def _of(asked: Asked) -> tuple[ColumnElement[bool], ...]:
    is_numbered = Ticket.ledger_year.is_not(None)
    is_accepted = Ticket.accepted_at <= asked.as_of
    return Ticket.type == asked.type, is_numbered, is_accepted, inside(Ticket.region, asked.regions)


def _entries(
    session: Session,
    asked: Asked,
    rows: Sequence[_Row],
    officials: dict[int, Owner],
) -> list[Entry]:
    chains = chains_of(session, [row.id for row in rows], asked.as_of)
    states = {row.id: replay(chains.get(row.id, ())) or State() for row in rows}
    said = _reports(session, chains, states)
    untold = [key for key, state in states.items() if RESULT not in state.dues]
    dues = _dues_of_old(session, untold, asked.as_of)
    firm_ids, named = set(), set()
    for row, state in zip(rows, states.values(), strict=True):
        state.owner_id = state.owner_id or row.owner_id
        state.enterprise_id = state.enterprise_id or row.enterprise_id
        firm_ids.add(state.enterprise_id or 0)
        named.add(state.owner_id)
        if state.helpers:
            named.update(_units(state))
    firms = firms_at(session, firm_ids, asked.as_of)
    officials |= officials_at(session, named - officials.keys(), asked.as_of)
    found = []
    for row, state in zip(rows, states.values(), strict=True):
        if state.accepted_at is None:
            continue  # the row says so, its events do not
        if row.is_shielded:
            hush(state)
        place = Place(row.year, row.number)
        due = state.dues.get(RESULT)
        entry = Entry(
            row.id,
            asked.type,
            place,
            Place(*state.ledger) if state.ledger else place,
            state,
            state.accepted_at,
            None if row.is_shielded else firms.get(state.enterprise_id or 0),
            state.region or row.region,
            "" if row.is_shielded else row.words or row.title,
            officials[state.owner_id],
            tuple([officials[unit_id] for unit_id in _units(state)]) if state.helpers else (),
            None if row.is_shielded else said.get(row.id),
            dues.get(row.id) if due is None else datetime.fromisoformat(due),
            bool(row.is_shielded),
        )
        found.append(entry)
    return found


def _read(session: Session, wanted: Select[*tuple[Any, ...]]) -> Sequence[Any]:
    """Return rows as the driver gives them: SQLAlchemy's own would take half the time of a ledger."""
    with core(session).execute(wanted) as found:
        return found.cursor.fetchall()


def _reports(
    session: Session, chains: Mapping[int, Sequence[Told]], states: Mapping[int, State]
) -> dict[int, str]:
    """Return the desk's last words on what it did or decided, by ticket."""
    said: dict[int, str] = {}
    events: dict[int, int] = {}
    for key, state in states.items():
        if (word := state.last_report) is None:
            continue
        if word.verb != Verb.DECLINE:
            events[_event_of(word, chains[key])] = key
        elif state.refusal:
            said[key] = str(state.refusal["reason"])
    if events:
        found = _SAID.all(session, tickets=list(events.values()), events=list(events))
        said |= {events[event_id]: text for event_id, text in found}
    return said


def _event_of(word: Word, facts: Sequence[Told]) -> int:
    """Return the event that took a word in."""
    for fact in facts:
        if fact.seq == word.seq:
            return fact.id
    raise LookupError(word.seq)


_TEXTS: Final = select(Message.event_id, Message.text)
_SAID: Final = Prepared(
    {
        dialect: _TEXTS.where(these, listed(Message.event_id, "events")[dialect])
        for dialect, these in listed(Message.ticket_id, "tickets").items()
    },
    *("tickets", "events"),
)


def _dues_of_old(session: Session, ids: Sequence[int], as_of: datetime) -> dict[int, datetime]:
    """Return by when tickets whose events do not tell were to have a result: by clocks, moves undone."""
    if not ids:
        return {}
    clocks = (
        select(Clock.ticket_id, Clock.due_at)
        .where(Clock.ticket_id.in_(ids), Clock.name == RESULT, Clock.started_at <= as_of)
        .order_by(Clock.ticket_id, Clock.started_at, Clock.id)
    )
    found = {row[0]: row[1] for row in core(session).execute(clocks)}
    later = and_(Event.ticket_id.in_(sorted(found)), Event.at > as_of, Event.verb.in_(_MOVERS))
    moves = select(Event.ticket_id, Event.data).where(later).order_by(Event.ticket_id, Event.seq.desc())
    for ticket_id, data in core(session).execute(moves):
        for name, before, _ in data.get("moved", ()):
            if name == RESULT:
                found[ticket_id] = datetime.fromisoformat(before)
    return found


def _units(state: State) -> list[int]:
    """Return the units that help or have helped; not those that refused, or were let go before they began."""
    if not state.helpers:
        return []
    helping = [each for each in state.helpers.values() if each.took_part or each.state in {"asked", "joined"}]
    return list(dict.fromkeys(each.unit_id for each in helping))
