"""Tickets whose row is not what their events tell: for `liaison verify`.

Read in batches, so that memory stays flat however many there are. What events do not tell is not compared:
those from before release 0125 lack the enterprise, the region, the ledger number and the dates of clocks they
started, so that no date of a case that came before is compared; and what a stranger had asked for becomes
their enterprise's without an event.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import zip_longest
from typing import Any, Final, NamedTuple

from sqlalchemy import Row, Select, literal_column, select
from sqlalchemy.orm import Session

from models.prepared import Prepared, listed
from models.queries.chains import Told, chains_of
from models.queries.ledger import BATCH
from models.rules.clocks import OF_OTHERS
from models.rules.numbers import number_of
from models.rules.promises import Promise, promised
from models.rules.replay import State, replay
from models.session import core
from models.tables import Clock, Ticket

_TOLD: Final = (
    *("type", "status", "owner_id", "created_at", "accepted_at", "first_contact_at", "resolved_at"),
    *("confirmed_at", "closed_at", "rebounds", "hops", "rated_result", "rated_attitude", "rated_at"),
)
"""What every event tells of, whenever it was written."""
_PLACE: Final = ("enterprise_id", "region", "ledger_year", "ledger_no")
_ROWS: Final = select(Ticket.id, *(getattr(Ticket, name) for name in (*_TOLD, *_PLACE))).order_by(Ticket.id)
_EVER: Final = datetime(9999, 1, 1, tzinfo=UTC)
_UNREADABLE: Final = (LookupError, TypeError, ValueError, AttributeError)
"""What comes of folding events that somebody has tampered with."""

_PROMISES: Final = Prepared(
    {
        dialect: select(Clock.ticket_id, Clock.name, Clock.due_at, Clock.met_at).where(
            these,
            Clock.subject_id.is_(None),
            Clock.name.not_in(map(literal_column, map(repr, sorted(map(str, OF_OTHERS))))),
        )
        for dialect, these in listed(Clock.ticket_id, "tickets").items()
    },
    "tickets",
)

_Kept = Row[*tuple[Any, ...]]
_Dated = tuple[str, datetime, datetime | None]
"""A promise by its name, when it was due, and when it was kept."""


class Contradiction(NamedTuple):
    """A ticket that is otherwise than its events tell, and in what."""

    number: str
    says: str

    def __str__(self) -> str:
        return f"ticket {self.number}: {self.says}"


def contradictions(session: Session, *, batch: int = BATCH) -> Iterator[Contradiction]:
    """Yield every ticket whose row its events do not bear out, by id."""
    last = 0
    while rows := _read(session, _ROWS.where(Ticket.id > last).limit(batch)):
        last = rows[-1].id
        yield from _contradicted(session, rows)


def _contradicted(session: Session, rows: Sequence[_Kept]) -> Iterator[Contradiction]:
    """Yield what is wrong with these; one that somebody changes meanwhile is looked at again."""
    while rows:
        chains = chains_of(session, [row.id for row in rows], _EVER)
        clocks = _clocks(session, [row.id for row in rows])
        found = ((row, _differences(row, chains.get(row.id, ()), clocks[row.id])) for row in rows)
        suspects = {row: says for row, says in found if says}
        again = _ROWS.where(Ticket.id.in_([row.id for row in suspects]))
        fresh = {row.id: row for row in _read(session, again)} if suspects else {}
        for row, says in suspects.items():
            if fresh.get(row.id) == row:
                yield Contradiction(number_of(row.id), says)
        rows = [fresh[row.id] for row in suspects if row.id in fresh and fresh[row.id] != row]


def _read(session: Session, wanted: Select[*tuple[Any, ...]]) -> Sequence[_Kept]:
    return core(session).execute(wanted).all()


def _clocks(session: Session, ids: Sequence[int]) -> Mapping[int, list[_Dated]]:
    """Return what the owners have promised, kept or not, by ticket: what the counts are made of."""
    found: dict[int, list[_Dated]] = {ticket_id: [] for ticket_id in ids}
    columns: list[Iterable[Any]] = [*zip(*_PROMISES.raw(session, tickets=ids), strict=True)]
    if not columns:
        return found
    whose, names, due, met = columns
    if core(session).dialect.name == "sqlite":  # it keeps text; PostgreSQL's driver has read it already
        due, met = map(_moment, due), (at and _moment(at) for at in met)
    for ticket_id, dated in zip(whose, zip(names, due, met, strict=True), strict=True):
        found[ticket_id].append(dated)
    return found


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text + "+00:00")


def _differences(row: _Kept, chain: Sequence[Told], clocks: Iterable[_Dated]) -> str:
    """Return in what a row, or its clocks, are otherwise than its chain tells; empty if in nothing."""
    try:
        state = replay(chain)
        unlike = [*_unlike(promised(chain).rows, clocks)] if chain and "due" in chain[0].data else []
    except _UNREADABLE:
        return "its events cannot be followed"
    if state is None or state.created_at is None:
        return "no event tells that it was submitted"
    kept = row._mapping  # noqa: SLF001 -- SQLAlchemy's public name for it
    wrong = [
        f"{name} is {_said(kept[name])}, its events say {_said(value)}"
        for name, value in _told(state, kept).items()
        if kept[name] != value
    ]
    return ", ".join([*wrong, *unlike])


def put_aside(session: Session, ticket_id: int, clocks: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield what is wrong with the dates that a merged case will have again once it is taken apart."""
    try:
        chain = chains_of(session, [ticket_id], _EVER)[ticket_id]
        ours = [each for each in clocks if each["subject_id"] is None and each["name"] not in OF_OTHERS]
        if "due" in chain[0].data:
            yield from _unlike(promised(chain).aside, [_read_back(each) for each in ours])
    except _UNREADABLE:
        yield "its events, or its dates put aside, cannot be followed"


def _read_back(clock: Mapping[str, Any]) -> _Dated:
    met_at = clock["met_at"]
    kept = None if met_at is None else datetime.fromisoformat(met_at)
    return clock["name"], datetime.fromisoformat(clock["due_at"]), kept


def _unlike(promises: Iterable[Promise], clocks: Iterable[_Dated]) -> Iterator[str]:
    """Yield each promise that is kept otherwise than events tell, is not there, or was told by none."""
    left, lacking = list(clocks), []
    for told in [(one.name, one.due, one.kept) for one in promises]:
        if told in left:
            left.remove(told)
        else:
            lacking.append(told)
    for name in sorted({dated[0] for dated in (*left, *lacking)}):
        stand, said = ([dated for dated in some if dated[0] == name] for some in (left, lacking))
        for stands, says in zip_longest(stand, said):
            yield f"clock {name} is {_dated(stands)}, its events say {_dated(says)}"


def _dated(one: _Dated | None) -> str:
    if one is None:
        return "empty"
    _, due, kept = one
    return f"{due}" if kept is None else f"{due}, kept {kept}"


def _told(state: State, kept: Mapping[Any, Any]) -> dict[str, Any]:
    """Return what the events of a ticket tell of its row."""
    told = {name: getattr(state, name) for name in _TOLD}
    if state.enterprise_id is not None:
        told["enterprise_id"] = state.enterprise_id
    is_adopted = state.enterprise_id is None and kept["enterprise_id"] is not None
    if state.region is not None and not is_adopted:
        told["region"] = state.region
    if state.ledger is not None:
        told["ledger_year"], told["ledger_no"] = state.ledger
    elif state.accepted_at is None:
        told["ledger_year"] = told["ledger_no"] = None
    return told


def _said(value: object) -> str:
    return "empty" if value is None else str(value)
