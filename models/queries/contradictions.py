"""Tickets whose row is not what their events tell: for `liaison verify`.

Read in batches, so that memory stays flat however many there are. What events do not tell is not compared:
those from before release 0125 lack the enterprise, the region, the ledger number and the dates of clocks they
started, so that no date of a case that came before is compared; and what a stranger had asked for becomes
their enterprise's without an event.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from models.queries.chains import Told, chains_of
from models.queries.ledger import BATCH
from models.rules.clocks import OF_OTHERS
from models.rules.numbers import number_of
from models.rules.replay import State, replay
from models.rules.tally import IN_WORK
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

_Kept = Row[*tuple[Any, ...]]


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
        running = _running(session, [row.id for row in rows])
        found = ((row, _differences(row, chains.get(row.id, ()), running.get(row.id, {}))) for row in rows)
        suspects = {row: says for row, says in found if says}
        again = _ROWS.where(Ticket.id.in_([row.id for row in suspects]))
        fresh = {row.id: row for row in _read(session, again)} if suspects else {}
        for row, says in suspects.items():
            if fresh.get(row.id) == row:
                yield Contradiction(number_of(row.id), says)
        rows = [fresh[row.id] for row in suspects if row.id in fresh and fresh[row.id] != row]


def _read(session: Session, wanted: Select[*tuple[Any, ...]]) -> Sequence[_Kept]:
    return core(session).execute(wanted).all()


def _running(session: Session, ids: Sequence[int]) -> dict[int, dict[str, datetime]]:
    """Return by when what the owner still has to do must have happened, by ticket and clock."""
    ours = Clock.subject_id.is_(None), Clock.name.not_in(sorted(OF_OTHERS)), Clock.met_at.is_(None)
    wanted = select(Clock.ticket_id, Clock.name, Clock.due_at).where(Clock.ticket_id.in_(ids), *ours)
    found: dict[int, dict[str, datetime]] = {}
    for ticket_id, name, due_at in core(session).execute(wanted.order_by(Clock.id)):
        found.setdefault(ticket_id, {})[name] = due_at
    return found


def _differences(row: _Kept, chain: Sequence[Told], running: Mapping[str, datetime]) -> str:
    """Return in what a row is otherwise than its chain tells; empty if in nothing."""
    try:
        state = replay(chain)
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
    tells_dates = "due" in chain[0].data
    is_told = tells_dates and state.status in IN_WORK
    return ", ".join([*wrong, *(_late(state, running) if is_told else ())])


def put_aside(session: Session, ticket_id: int, clocks: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield what is wrong with the dates that a merged case will have again once it is taken apart."""
    try:
        chain = chains_of(session, [ticket_id], _EVER)[ticket_id]
        state = replay(chain)
        ours = [each for each in clocks if each["subject_id"] is None and each["name"] not in OF_OTHERS]
        running = {each["name"]: datetime.fromisoformat(each["due_at"]) for each in ours}
        if state is not None and "due" in chain[0].data:
            yield from _late(state, running)
    except _UNREADABLE:
        yield "its events, or its dates put aside, cannot be followed"


def _late(state: State, running: Mapping[str, datetime]) -> Iterator[str]:
    """Yield what is wrong with the dates of what is still to be done, as far as events tell them."""
    dues = {name: datetime.fromisoformat(due) for name, due in state.dues.items() if name not in OF_OTHERS}
    for name, due in sorted(dues.items()):
        stands = running.get(name)
        if stands != due and (stands is not None or name not in state.kept):
            yield f"clock {name} is {_said(stands)}, its events say {_said(due)}"


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
