"""The declarative base, the naming of constraints, and the one way a moment is stored."""

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
    """An aware datetime, kept in UTC. A naive one is refused rather than guessed."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment in UTC, naive where the database knows no zones.

        Raises:
            ValueError: `value` has no time zone.
        """
        if value is None:
            return None
        return _in_utc(value, is_naive=dialect.name == "sqlite")

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the stored moment in UTC."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


@lru_cache(maxsize=256)
def _in_utc(value: datetime, *, is_naive: bool) -> datetime:
    if value.tzinfo is None:
        raise ValueError("a moment without a time zone")
    moment = value.astimezone(UTC)
    return moment.replace(tzinfo=None) if is_naive else moment


class Base(DeclarativeBase):
    """All tables of the project."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: Moment(),
        str: String(),
        dict[str, Any]: JSON(none_as_null=True),
        list[Any]: JSON(none_as_null=True),
    }
