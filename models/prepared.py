"""Statements on the way of every message: compiled once, run on the driver without further ceremony.

What a statement is stays SQLAlchemy's affair (types, dialects, names); only its per-call machinery, which
costs three times what SQLite itself does, is left out. Errors are the ones SQLAlchemy would raise.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    JSON,
    BigInteger,
    BindParameter,
    Boolean,
    ColumnElement,
    CompoundSelect,
    Delete,
    Dialect,
    Insert,
    Select,
    Update,
    any_,
    bindparam,
    func,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models.session import core, drive, drive_many

Statement = Insert | Update | Delete | Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]]
Processor = Callable[[Any], Any]
_GIVEN: Final = object()
"""In place of a fixed value: each row brings its own."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """A statement in one dialect: its text, its parameters in order, and what becomes of values."""

    sql: str
    is_positional: bool
    """On SQLite parameters are told by their place, on PostgreSQL by name."""
    bind: Callable[[Mapping[str, Any]], Any]
    """A row → the parameters that the driver takes."""
    readers: tuple[tuple[int, Processor], ...]

    def read(self, found: Sequence[Any]) -> Sequence[Any]:
        if not self.readers:
            return found
        values = list(found)
        for index, reader in self.readers:
            values[index] = reader(values[index])
        return values


class Prepared:
    """One statement with named parameters; every call gives all of them.

    For an insert or update `parameters` name the columns that are given. Where the dialects need
    different statements (`ON CONFLICT`), pass one for each.
    """

    def __init__(self, statement: Statement | Mapping[str, Statement], *parameters: str) -> None:
        self._statements: Final = statement
        self._parameters: Final = list(parameters)
        self._plans: Final[dict[str, _Plan]] = {}

    def all(self, session: Session, **row: Any) -> list[Sequence[Any]]:
        """Run and return every row found."""
        plan = self._plan(session)
        return [plan.read(found) for found in drive(session, plan.sql, plan.bind(row)).fetchall()]

    def raw(self, session: Session, **row: Any) -> list[Sequence[Any]]:
        """Run and return every row found, as the driver gives it."""
        plan = self._plan(session)
        return drive(session, plan.sql, plan.bind(row)).fetchall()  # type: ignore[no-any-return]

    def first(self, session: Session, **row: Any) -> Sequence[Any] | None:
        """Run and return the first row found, or None."""
        found = self.all(session, **row)
        return found[0] if found else None

    def many(self, session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run once for each of `rows`."""
        plan = self._plan(session)
        if len(rows) == 1:
            drive(session, plan.sql, plan.bind(rows[0]))
        else:
            drive_many(session, plan.sql, [plan.bind(row) for row in rows])

    def _plan(self, session: Session) -> _Plan:
        dialect = core(session).dialect
        plan = self._plans.get(dialect.name)
        if plan is None:
            plan = self._plans[dialect.name] = self._compiled(dialect)
        return plan

    def _compiled(self, dialect: Dialect) -> _Plan:
        chosen = self._statements
        statement = chosen[dialect.name] if isinstance(chosen, Mapping) else chosen
        compiled: Any = statement.compile(dialect=dialect, column_keys=self._parameters or None)
        names = tuple(compiled.positiontup) if compiled.positional else tuple(compiled.binds)
        bind = _binding(
            [(name, *_source(compiled.binds[name], dialect)) for name in names],
            is_positional=compiled.positional,
        )
        readers = tuple(
            (index, reader)
            for index, column in enumerate(_columns(statement))
            if (reader := column.type.dialect_impl(dialect).result_processor(dialect, None))
        )
        return _Plan(str(compiled), compiled.positional, bind, readers)


class PreparedInsert(Prepared):
    """An insert into `table` of one row at a time, whose new id is wanted.

    With `once` nothing is inserted where a row has the same value in that column already. SQLite knows the
    id of what it has just inserted; `RETURNING` would cost it as much as the insert.
    """

    def __init__(self, table: type[Any], *parameters: str, once: str | None = None) -> None:
        statements = {each.__name__.rpartition(".")[2]: each.insert(table) for each in (sqlite, postgresql)}
        if once is not None:
            statements = {
                name: each.on_conflict_do_nothing(index_elements=[once]) for name, each in statements.items()
            }
        super().__init__(
            statements | {"postgresql": statements["postgresql"].returning(table.id)}, *parameters
        )

    def new_id(self, session: Session, **row: Any) -> int:
        """Run the insert and return the new row's id."""
        made = self.id_if_new(session, **row)
        if made is None:
            raise LookupError("nothing was inserted")
        return made

    def id_if_new(self, session: Session, **row: Any) -> int | None:
        """Run the insert and return the new row's id; None if there is such a row already."""
        plan = self._plan(session)
        cursor = drive(session, plan.sql, plan.bind(row))
        if plan.is_positional:
            return int(cursor.lastrowid) if cursor.rowcount else None
        found = cursor.fetchone()
        return None if found is None else int(found[0])


def _source(bound: BindParameter[Any], dialect: Dialect) -> tuple[Processor | None, Any]:
    """Return what writes a value down, unless it goes as it is, and the value itself if that is fixed."""
    write: Processor | None = bound.type.dialect_impl(dialect).bind_processor(dialect)
    if isinstance(bound.type, Boolean) and write is not None:
        write = {each: write(each) for each in (None, False, True)}.__getitem__
    if bound.required:
        return write, _GIVEN
    return None, bound.value if write is None else write(bound.value)


def _binding(
    sources: Sequence[tuple[str, Processor | None, Any]], *, is_positional: bool
) -> Callable[[Mapping[str, Any]], Any]:
    """Return the function that makes of a row what the driver takes.

    Put together as an expression, as dataclasses are: it runs fifteen times a message, and a loop over
    names takes thrice as long. Only names of columns and of our own parameters become part of it.
    """
    scope: dict[str, Any] = {}
    terms = []
    for place, (name, write, value) in enumerate(sources):
        term = f"row[{name!r}]"
        if value is not _GIVEN:
            term, scope[f"_{place}"] = f"_{place}", value
        elif write is not None:
            term, scope[f"_{place}"] = f"_{place}({term})", write
        terms.append(term if is_positional else f"{name!r}: {term}")
    inside = ", ".join(terms)
    whole = f"[{inside}]" if is_positional else f"{{{inside}}}"
    return eval(f"lambda row: {whole}", scope)  # type: ignore[no-any-return]  # noqa: S307


def listed(column: Any, name: str) -> dict[str, ColumnElement[bool]]:
    """Return the condition that a column is one of a list of numbers, for each dialect.

    The list is one parameter: a thousand of them, as `in_` makes, cost more than what they find.
    """
    each = func.json_each(bindparam(name, type_=JSON)).table_valued("value")
    return {
        "sqlite": column.in_(select(each.c.value)),
        "postgresql": column == any_(bindparam(name, type_=ARRAY(BigInteger))),
    }


def _columns(statement: Statement) -> Sequence[Any]:
    found = (
        statement.selected_columns
        if isinstance(statement, Select | CompoundSelect)
        else statement.exported_columns
    )
    return list(found)
