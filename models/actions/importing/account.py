"""What one import has done so far: rows written, faults found, and what is needed to take it all back."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from pydantic_core import to_json
from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    Table,
    Text,
    bindparam,
    cast,
    column,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Session

from models.actions import pasts
from models.rules.faults import Fault, Wrong
from models.rules.importing import Reach, Subject, title
from models.session import core
from models.tables import Base, Enterprise, ImportChange, Official

NAMED: Final = 1000
"""So many faults are named; whoever has more mends these first."""
AT_ONCE: Final = 1000
"""Rows that are looked up and written together."""

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the list that is right in itself."""

    number: int
    cells: Mapping[str, str | None]


@dataclass(slots=True)
class Account:
    """The account of one import. Memory stays flat: runs of ids, and a bit for each row."""

    session: Session
    subject: Subject
    import_id: int
    reach: Reach
    now: datetime
    rows: int = 0
    created: int = 0
    changed: int = 0
    same: int = 0
    faults: list[Fault] = field(default_factory=list)
    fault_count: int = 0
    ignored: tuple[str, ...] = ()
    _seq: int = 0
    _runs: list[list[int]] = field(default_factory=list)
    _seen: bytearray = field(default_factory=bytearray)

    @property
    def connection(self) -> Connection:
        """The session's connection, for rows by the thousand."""
        return core(self.session)

    def blame(self, row: int, column: str, wrong: Wrong) -> None:
        """Note what is wrong with a row in the column of this field."""
        self.note([Fault(row, title(self.subject, column), wrong)])

    def note(self, faults: Sequence[Fault]) -> None:
        """Note what is wrong."""
        self.fault_count += len(faults)
        self.faults += faults[: max(0, NAMED - len(self.faults))]

    def is_first(self, row_id: int) -> bool:
        """Whether this list names what has this id for the first time."""
        place, bit = row_id >> 3, 1 << (row_id & 7)
        if place >= len(self._seen):
            self._seen.extend(bytes(place + 4096 - len(self._seen)))
        if self._seen[place] & bit:
            return False
        self._seen[place] |= bit
        return True

    def create(self, table: type[Base], rows: Sequence[Values]) -> Sequence[int]:
        """Put new rows into a table; return their ids in no particular order."""
        if not rows:
            return []
        made = _insert(self.connection, _core(table), rows)
        self.created += len(made)
        for row_id in sorted(made):
            if self._runs and self._runs[-1][1] == row_id - 1:
                self._runs[-1][1] = row_id
            else:
                self._runs.append([row_id, row_id])
        return made

    def change(self, table: type[Base], changes: Sequence[tuple[int, Values, Values]]) -> None:
        """Give rows new values: id, before, after. All changes name the same columns."""
        if not changes:
            return
        if table is Enterprise:
            pasts.change_many(self.session, [row_id for row_id, _, _ in changes], now=self.now)
        elif table is Official:
            pasts.keep_officials(self.session, [row_id for row_id, _, _ in changes], now=self.now)
        rows = _core(table)
        columns: dict[str, Any] = {name: bindparam(f"new_{name}") for name in changes[0][2]}
        self.connection.execute(
            update(rows).where(rows.c.id == bindparam("row_id")).values(columns),
            [
                {"row_id": row_id} | {f"new_{name}": value for name, value in after.items()}
                for row_id, _, after in changes
            ],
        )
        self.changed += len(changes)
        self._keep((row_id, row_id, dict(before), dict(after)) for row_id, before, after in changes)

    def close(self) -> None:
        """Keep which rows were created; the last thing an import does."""
        self._keep((first, last, None, None) for first, last in self._runs)

    def _keep(self, changes: Iterable[tuple[int, int, Values | None, Values | None]]) -> None:
        kept = []
        for first, last, before, after in changes:
            self._seq += 1
            kept.append(
                {
                    "import_id": self.import_id,
                    "seq": self._seq,
                    "first_id": first,
                    "last_id": last,
                    "before": before,
                    "after": after,
                }
            )
        if kept:
            self.connection.execute(insert(ImportChange), kept)


def batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Yield the rows in lists of at most `AT_ONCE`."""
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) == AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def among(connection: Connection, column: Any, texts: Sequence[str | None]) -> ColumnElement[bool]:
    """Return the condition that a column is one of a thousand texts: as one JSON list, as for `_insert`."""
    listed = bindparam(None, to_json(texts).decode(), type_=Text)
    if connection.dialect.name == "postgresql":
        return column.in_(select(func.json_array_elements_text(cast(listed, JSON))))  # type: ignore[no-any-return]
    return column.in_(select(func.json_each(listed).table_valued("value").c.value))  # type: ignore[no-any-return]


def _insert(connection: Connection, table: Table, rows: Sequence[Values]) -> Sequence[int]:
    """Insert rows that name the same columns; return their ids.

    PostgreSQL takes all of them as one JSON text: its driver would look for thousands of values in the
    statement again and again, which costs five times as much, and write down arrays value by value.
    """
    if connection.dialect.name != "postgresql":
        return connection.execute(insert(table).returning(table.c.id), [*rows]).scalars().all()
    named = [column(name, table.c[name].type) for name in rows[0]]
    told = func.json_to_recordset(cast(bindparam(None, to_json(rows).decode(), type_=Text), JSON))
    source = told.table_valued(*named).render_derived(with_types=True)
    made = insert(table).from_select([*rows[0]], select(*source.c)).returning(table.c.id)
    return connection.execute(made).scalars().all()


def _core(table: type[Base]) -> Table:
    core = table.__table__
    assert isinstance(core, Table)  # noqa: S101 -- for the type checker: none of ours is a view
    return core
