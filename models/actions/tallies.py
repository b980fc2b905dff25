"""Keep the counts behind rates and wall chart, in the transaction of whatever changes a ticket.

Nobody who changes a ticket calls anything here: the session notes which tickets, clocks and enterprises a
transaction changes, whether by objects or by statements, and before it commits the difference between what
each ticket adds now and what the counts hold of it (`Ticket.counted`) is appended. Only what opens tickets
says so itself (`opened`), because it inserts them past the session, sixteen in a statement.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, bindparam, delete, event, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import ORMExecuteState, Session, object_session

from models.prepared import Prepared
from models.queries import tallying
from models.rules import tally
from models.rules.tally import NO_STAGE, Cell, Counts, day_number
from models.session import UnitOfWork, later
from models.tables import Clock, Enterprise, Tally, TallyChange, TallyMark, Ticket

LAG: Final = timedelta(minutes=10)
"""Promises are counted as run out by the timer so much later, which no transaction outlasts; whoever asks
before is answered from the clocks themselves."""

FOLDED: Final = 40
"""Changes folded for each thing that a timer may do at once: they cost a fraction of it."""

_TOUCHED: Final = "tallies touched"
_UNCOUNTED: Final = "tallies uncounted"
_NOW: Final = "tallies now"
_AT_ONCE: Final = 500
_NAMES: Final = Counts._fields
_PLACE: Final = ("type", "owner_id", "region", "stage", "day")
_KEY: Final = ("span", "owner_id", "region", "day", "type", "stage")

_RECEIVED: Final = Prepared(insert(TallyChange), *_PLACE, "open")
_CHANGED: Final = Prepared(insert(TallyChange), *_PLACE, *_NAMES)
_KEEP: Final = (
    update(Ticket.__table__)  # type: ignore[arg-type]  # a mapped class's table, past the session
    .where(Ticket.__table__.c.id == bindparam("ticket"))
    .values(counted=bindparam("kept"))
)


def _summing(dialect: Any) -> Any:
    statement = dialect.insert(Tally)
    sums = {name: getattr(Tally, name) + statement.excluded[name] for name in _NAMES}
    return statement.on_conflict_do_update(index_elements=_KEY, set_=sums)


_FOLD: Final = Prepared(
    {"sqlite": _summing(sqlite), "postgresql": _summing(postgresql)},
    *_KEY,
    *_NAMES,
)


def opened(
    session: Session, *, type_code: str, owner_id: int, region: str, stage: str | None, now: datetime
) -> str:
    """Count a ticket that is opened now; return what it is to keep of that."""
    place, day = stage or NO_STAGE, day_number(now)
    row = {"type": type_code, "owner_id": owner_id, "region": region, "stage": place, "day": day, "open": 1}
    later(session, _RECEIVED, row)
    return tally.opened(type_code, owner_id, region, place)


def at(session: Session, now: datetime) -> None:
    """Note the moment of what is being done."""
    session.info[_NOW] = now


def touch(session: Session, *ids: int) -> None:
    """Have tickets counted anew before this transaction commits."""
    session.info.setdefault(_TOUCHED, set()).update(ids)


@event.listens_for(Ticket, "after_insert")
@event.listens_for(Ticket, "after_update")
def _ticket(_mapper: object, _connection: object, row: Ticket) -> None:
    _touched(row, row.id)


@event.listens_for(Clock, "after_insert")
@event.listens_for(Clock, "after_update")
@event.listens_for(Clock, "after_delete")
def _clock(_mapper: object, _connection: object, row: Clock) -> None:
    _touched(row, row.ticket_id)


@event.listens_for(Enterprise, "after_update")
def _enterprise(_mapper: object, _connection: object, row: Enterprise) -> None:
    session = object_session(row)
    if session is not None:
        # A flush is under way, which no statement of the session may interrupt.
        wanted = select(Ticket.__table__.c.id).where(Ticket.__table__.c.enterprise_id == row.id)
        touch(session, *(found[0] for found in session.connection().execute(wanted)))


def _touched(row: object, ticket_id: int) -> None:
    session = object_session(row)
    if session is not None:
        touch(session, ticket_id)


_WHOSE: Final[Mapping[type, ColumnElement[int]]] = {
    Ticket: Ticket.__table__.c.id,
    Clock: Clock.__table__.c.ticket_id,
    Enterprise: Ticket.__table__.c.id,
}


@event.listens_for(UnitOfWork, "do_orm_execute")
def _statement(asked: ORMExecuteState) -> None:
    """Find out which tickets a statement is about to change: those its own condition names."""
    if asked.is_select or asked.bind_mapper is None or asked.bind_mapper.class_ not in _WHOSE:
        return
    changed = asked.bind_mapper.class_
    if asked.is_insert:
        asked.session.info[_UNCOUNTED] = True
        return
    statement: Any = asked.statement
    if changed is Enterprise and "stage" not in statement.compile().params:
        return
    wanted = select(_WHOSE[changed])
    if changed is Enterprise:
        wanted = wanted.join(Enterprise, Enterprise.id == Ticket.enterprise_id)
    if statement.whereclause is not None:
        wanted = wanted.where(statement.whereclause)
    touch(asked.session, *asked.session.scalars(wanted.distinct(), asked.parameters or {}))


@event.listens_for(UnitOfWork, "before_commit")
def settle(session: Session) -> None:
    """Append what a transaction has changed in the counts."""
    session.flush()
    if session.info.pop(_UNCOUNTED, False):
        touch(session, *session.scalars(select(Ticket.id).where(Ticket.counted.is_(None))))
    touched = sorted(session.info.pop(_TOUCHED, ()))
    for start in range(0, len(touched), _AT_ONCE):
        _count(session, touched[start : start + _AT_ONCE])


def _count(session: Session, ids: Sequence[int]) -> None:
    # Locked first and read afterwards: what somebody else has just committed must be seen.
    lock = select(Ticket.id).where(Ticket.id.in_(ids)).order_by(Ticket.id).with_for_update(key_share=True)
    session.execute(lock)
    until = max(filter(None, (session.info.get(_NOW), tallying.marked(session))))
    changes: tally.Tally = {}
    kept: list[dict[str, Any]] = []
    for one in tallying.standing(session, ids):
        found = tally.tally(one.state, until)
        word = tally.written(found)
        if word != one.counted:
            tally.take(changes, tally.read(one.counted, day_number(one.state.created_at)))
            tally.add(changes, found)
            kept.append({"ticket": one.id, "kept": word})
    if kept:
        session.connection().execute(_KEEP, kept)
    rows = [cell._asdict() | counts._asdict() for cell, counts in changes.items() if any(counts)]
    if rows:
        _CHANGED.many(session, rows)


def lapse(session: Session, now: datetime, *, limit: int) -> int:
    """Count promises that have run out: up to `limit` tickets."""
    mark = session.execute(select(TallyMark).with_for_update()).scalar_one_or_none()
    if mark is None:
        session.add(mark := TallyMark(id=1, until=tallying.NEVER))
    until = now - LAG
    if until <= mark.until:
        return 0
    rows = session.execute(
        tallying.lapsing(mark.until, until).add_columns(Clock.due_at).order_by(Clock.due_at).limit(limit)
    ).all()
    if len(rows) == limit:  # the last of them may have others of its moment behind it: it is asked again
        until = max(row.due_at for row in rows)
        if until <= mark.until:
            until += timedelta(microseconds=1)
            rows = session.execute(tallying.lapsing(mark.until, until)).all()
    touch(session, *(row.ticket_id for row in rows))
    at(session, until)
    mark.until = until
    return len(rows)


def fold(session: Session, now: datetime, *, limit: int) -> int:
    """Fold changes into the sums that are read; return how many things that was."""
    del now
    oldest = (
        select(TallyChange.id)
        .order_by(TallyChange.id)
        .limit(limit * FOLDED)
        .with_for_update(skip_locked=True)
    )
    columns = [getattr(TallyChange, name) for name in (*_PLACE, *_NAMES)]
    gone = delete(TallyChange).where(TallyChange.id.in_(oldest)).returning(*columns)
    rows = session.execute(gone, execution_options={"synchronize_session": False}).all()
    changes: tally.Tally = {}
    for row in rows:
        tally.add(changes, {Cell._make(row[:5]): Counts._make(row[5:])})
    if sums := tally.rows(changes):
        # In one order, so that two who fold at once do not wait for one another.
        _FOLD.many(session, [dict(zip(_KEY, key, strict=True)) | sums[key]._asdict() for key in sorted(sums)])
    return len(rows)
