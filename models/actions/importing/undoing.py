"""Take an import back: what it created leaves the roster unless something hangs on it.

What it changed is given the values of before, if nobody has given it others since.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, Table, bindparam, delete, exists, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.actions import pasts, roster
from models.actions.importing import RosterMoved, wait_in_line
from models.rules.importing import Subject
from models.session import core
from models.tables import (
    Base,
    Enterprise,
    EnterprisePast,
    Import,
    ImportChange,
    OfficialKind,
    OfficialPast,
    Pairing,
)

NAMED: Final = 1000
"""So many that stay are named."""
_PASTS: Final = (EnterprisePast.__table__.c.enterprise_id, OfficialPast.__table__.c.official_id)
"""Whose pasts are kept for ledgers: of somebody in no ledger they go with them."""
AT_ONCE: Final = 2000
"""Ids that are looked at together: no statement takes long."""


class UndoneAlready(Exception):
    """The import was taken back before."""


class Why(StrEnum):
    """Why something cannot be taken back."""

    IN_USE = "in-use"
    """Cases, people, pairings or the like refer to it."""
    CHANGED = "changed-since"
    """It is not as the import left it, or a later list has changed it."""
    ENDED = "ended-since"
    """The pairing has ended in another way."""


@dataclass(slots=True)
class _Undoing:
    """One import on its way back."""

    session: Session
    import_id: int
    subject: Subject
    now: datetime
    count: int = 0
    named: list[dict[str, Any]] = field(default_factory=list)

    @property
    def connection(self) -> Connection:
        return core(self.session)

    @property
    def table(self) -> Table:
        return Base.metadata.tables[self.subject]

    def leave(self, row_id: int, name: str, why: Why) -> None:
        self.count += 1
        if len(self.named) < NAMED:
            self.named.append({"id": row_id, "name": name, "why": why.value})


def undo(session: Session, import_id: int, *, key_id: int | None, now: datetime) -> Import:
    """Take an import back and note on it what stays, and why.

    Raises:
        UndoneAlready: it was taken back before.
        RosterMoved: somebody else has just made use of what would leave; nothing was taken back.
    """
    session.flush()
    wait_in_line(core(session))
    row = session.scalars(select(Import).where(Import.id == import_id).with_for_update()).one()
    if row.undone_at is not None:
        raise UndoneAlready(import_id)
    undoing = _Undoing(session, import_id, Subject(row.subject), now)
    try:
        _change_back(undoing)
        if undoing.subject is Subject.PAIRINGS:
            _unpair(undoing)
        elif undoing.subject is Subject.OFFICIALS:
            is_aide = undoing.table.c.kind == OfficialKind.AIDE
            _remove(undoing, is_aide)
            _remove(undoing, ~is_aide)
        else:
            _remove(undoing)
    except IntegrityError as race:
        raise RosterMoved from race
    row.undone_at, row.undone_key_id = now, key_id
    row.left_count, row.left = undoing.count, undoing.named
    session.flush()
    return row


def _change_back(undoing: _Undoing) -> None:
    """Give rows the values they had before, if they still have those of the import."""
    table, seq = undoing.table, 0
    while True:
        wanted = select(ImportChange.seq, ImportChange.first_id, ImportChange.before, ImportChange.after)
        wanted = wanted.where(
            ImportChange.import_id == undoing.import_id,
            ImportChange.seq > seq,
            ImportChange.before.is_not(None),
        )
        changes = undoing.connection.execute(wanted.order_by(ImportChange.seq).limit(AT_ONCE)).all()
        if not changes:
            return
        seq = changes[-1].seq
        ids = [change.first_id for change in changes]
        found = undoing.connection.execute(select(table).where(table.c.id.in_(ids))).mappings()
        current = {each["id"]: each for each in found}
        back = []
        for change in changes:
            held = current.get(change.first_id)
            if held is not None and change.after == {name: held[name] for name in change.after}:
                back.append({"row_id": change.first_id} | {f"old_{k}": v for k, v in change.before.items()})
            else:
                name = change.after.get("name") or (held["name"] if held else "")
                undoing.leave(change.first_id, name, Why.CHANGED)
        if back:
            if undoing.subject is Subject.ENTERPRISES:
                pasts.change_many(undoing.session, [each["row_id"] for each in back], now=undoing.now)
            elif undoing.subject is Subject.OFFICIALS:
                pasts.keep_officials(undoing.session, [each["row_id"] for each in back], now=undoing.now)
            columns: dict[str, Any] = {name: bindparam(f"old_{name}") for name in changes[0].before}
            statement = update(table).where(table.c.id == bindparam("row_id")).values(columns)
            undoing.connection.execute(statement, back)


def _remove(undoing: _Undoing, *which: Any) -> None:
    """Take off the roster what the import created, except what something refers to."""
    table = undoing.table
    for first, last in _spans(undoing):
        inside = (table.c.id.between(first, last), *which)
        later = set(undoing.connection.scalars(_changed_later(undoing, first, last)))
        used = undoing.connection.execute(select(table.c.id, table.c.name).where(*inside, _is_used(table)))
        names = {each.id: (each.name, Why.IN_USE) for each in used}
        if later:
            changed = select(table.c.id, table.c.name).where(*inside, table.c.id.in_(later))
            names |= {each.id: (each.name, Why.CHANGED) for each in undoing.connection.execute(changed)}
        goes = (*inside, table.c.id.not_in(sorted(names)))
        for whose in _PASTS:
            if whose.references(table.c.id):
                gone = whose.in_(select(table.c.id).where(*goes))
                undoing.connection.execute(delete(whose.table).where(gone))
        undoing.connection.execute(delete(table).where(*goes))
        for row_id, (name, why) in sorted(names.items()):
            undoing.leave(row_id, name, why)


def _unpair(undoing: _Undoing) -> None:
    session = undoing.session
    for first, last in _spans(undoing):
        wanted = select(Pairing, Enterprise.name).join(Enterprise, Enterprise.id == Pairing.enterprise_id)
        found = session.execute(wanted.where(Pairing.id.between(first, last)).order_by(Pairing.id)).all()
        for pairing, name in found:
            if pairing.ended_at is None:
                roster.unpair(session, pairing.id, now=undoing.now)
            else:
                undoing.leave(pairing.id, name, Why.ENDED)


def _spans(undoing: _Undoing) -> Iterator[tuple[int, int]]:
    """Yield the ids of what the import created, in spans of at most `AT_ONCE`."""
    wanted = select(ImportChange.first_id, ImportChange.last_id).where(
        ImportChange.import_id == undoing.import_id, ImportChange.before.is_(None)
    )
    for first, last in undoing.connection.execute(wanted.order_by(ImportChange.seq)).all():
        for start in range(first, last + 1, AT_ONCE):
            yield start, min(start + AT_ONCE - 1, last)


def _changed_later(undoing: _Undoing, first: int, last: int) -> Any:
    """Return which of the rows another list has changed, one that stands."""
    return (
        select(ImportChange.first_id)
        .join(Import, Import.id == ImportChange.import_id)
        .where(
            ImportChange.first_id.between(first, last),
            ImportChange.before.is_not(None),
            Import.id != undoing.import_id,
            Import.subject == undoing.subject.value,
            Import.undone_at.is_(None),
        )
    )


def _is_used(table: Table) -> Any:
    """Return the condition that a row of any table but of pasts refers to a row of this one."""
    uses = []
    pasts_of = {whose.table for whose in _PASTS}
    for other in Base.metadata.sorted_tables:
        if other in pasts_of:
            continue
        for key in other.foreign_keys:
            if key.column.table is table:
                using = other.alias()
                uses.append(exists().where(using.c[key.parent.name] == table.c.id))
    return or_(*uses)
