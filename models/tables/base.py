"""The declarative base, the naming of constraints, and the one way a moment is stored."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, ClassVar

from sqlalchemy import JSON, BigInteger, DateTime, Integer, MetaData, String, TypeDecorator
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.sql.functions import FunctionElement

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}

BigId = BigInteger().with_variant(Integer, "sqlite")
"""SQLite counts rowids only for INTEGER PRIMARY KEY."""


def one_of(column: str, *values: str) -> str:
    """The words of a CHECK that `column` is one of `values`.

    SQLite builds a table for every row that a list (`in`) is asked about; the comparisons cost it nothing.
    """
    return " or ".join(f"{column} = '{value}'" for value in values)


class CurrentTransaction(FunctionElement[int]):
    """The number of the writing transaction, where writers overlap; 0 on SQLite, where they do not."""

    type = BigInteger()
    inherit_cache = True


@compiles(CurrentTransaction)
def _serial(_element: CurrentTransaction, _compiler: Any, **_: Any) -> str:
    return "0"


@compiles(CurrentTransaction, "postgresql")
def _overlapping(_element: CurrentTransaction, _compiler: Any, **_: Any) -> str:
    return "(pg_current_xact_id()::text::bigint)"


class Moment(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC. A naive one is refused rather than guessed.

    SQLite knows no moments: they are kept as text of one width, so that their order is that of the texts.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any]:
        """Return what writes a moment down; it raises ValueError where there is no time zone.

        The processors stand in place of SQLAlchemy's own two layers: a message binds a dozen moments.
        """
        return _written if dialect.name == "sqlite" else _in_utc

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:
        """Return what reads a stored moment, in UTC."""
        del coltype
        return _read if dialect.name == "sqlite" else _in_utc


@lru_cache(maxsize=1024)
def _in_utc(value: datetime | None) -> datetime | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return value.astimezone(UTC)


@lru_cache(maxsize=1024)
def _written(value: datetime | None) -> str | None:
    moment = _in_utc(value)
    return None if moment is None else moment.replace(tzinfo=None).isoformat(" ", "microseconds")


def _read(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value + "+00:00")


class Base(DeclarativeBase):
    """All tables of the project."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: Moment(),
        str: String(),
        dict[str, Any]: JSON(none_as_null=True),
        list[Any]: JSON(none_as_null=True),
    }
