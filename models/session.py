"""How we reach the database, and the only place in the project that commits.

Sessions are synchronous on purpose (ADR 0002): they run in worker threads, so that one commit can
carry many turns.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Protocol, cast

from sqlalchemy import Connection, event, text
from sqlalchemy.exc import (
    DBAPIError,
    DisconnectionError,
    InterfaceError,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import ORMExecuteState, Session

from models.engines import BadAddress, sqlite_engine, sync_url, take_your_time

__all__ = [
    "TROUBLE",
    "BadAddress",
    "BrokenReferences",
    "Database",
    "Deferrable",
    "UnitOfWork",
    "at_one_moment",
    "core",
    "drive",
    "drive_many",
    "later",
    "savepoint",
    "sync_url",
    "write_down",
]

_CORE: Final = "core"
_DRIVER: Final = "driver"
_LATER: Final = "later"


TROUBLE: Final = (OperationalError, InterfaceError, PoolTimeout, DisconnectionError)
"""The database is away, full or locked: nothing is wrong with what was asked of it."""


class BrokenReferences(Exception):
    """A migration would leave rows that refer to rows which are not there."""


@contextmanager
def _references_unchecked(connection: Connection) -> Iterator[None]:
    """Let SQLite rebuild tables that others refer to; it can do so only outside a transaction."""
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA foreign_keys=OFF").close()
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys=ON").close()


class UnitOfWork(Session):
    """A session with rows put off by `later`, written down before anything is looked up."""


@event.listens_for(UnitOfWork, "do_orm_execute")
def _write_down_first(state: ORMExecuteState) -> None:
    write_down(state.session)


def _connect(session: Session) -> None:
    connection = session.connection()
    session.info[_CORE] = connection
    session.info[_DRIVER] = connection.connection.driver_connection


class Database:
    """One SQLite file or one PostgreSQL database.

    On SQLite there is one writing connection a process (writers queue in memory instead of polling a
    lock) and `BEGIN IMMEDIATE`, because a transaction that reads first and writes later fails at once
    when another process wrote in between.
    """

    def __init__(self, url: str, *, connections: int = 8) -> None:
        self.url = sync_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite:
            path = Path(self.url.database or "")
            self.engine = sqlite_engine(path, begin="BEGIN IMMEDIATE", size=1, cache=4096)
            self._readers = sqlite_engine(path, begin="BEGIN", size=connections, cache=2000)
        else:
            from models.postgres import postgres_engine  # noqa: PLC0415 -- 10 MB that SQLite does not need

            self.engine = self._readers = postgres_engine(self.url, size=connections)

    @property
    def writers(self) -> int:
        """How many transactions may usefully run at once."""
        return 1 if self.is_sqlite else 4

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Yield a session; commit on a clean exit, roll back on any exception."""
        with UnitOfWork(self.engine, expire_on_commit=False) as session:
            _connect(session)
            yield session
            write_down(session)
            session.commit()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Yield a session for looking only; whatever it changed is rolled back."""
        with Session(self._readers, autoflush=False) as session:
            _connect(session)
            yield session

    @contextmanager
    def migrating(self) -> Iterator[Connection]:
        """Yield a connection for changing tables; everything or nothing is committed.

        On PostgreSQL processes that migrate at once queue behind one advisory lock; SQLite's write lock
        does the same.

        Raises:
            BrokenReferences: the new tables hold references that lead nowhere; nothing is committed.
        """
        if self.is_sqlite:
            Path(self.url.database or "").touch()
        with self.engine.connect() as connection, _references_unchecked(connection), connection.begin():
            if not self.is_sqlite:
                take_your_time(connection)
                connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7116)")
            yield connection
            if self.is_sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                raise BrokenReferences

    def ping(self) -> None:
        """Return if the database answers.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: it does not.
        """
        with self._readers.connect() as connection:
            connection.execute(text("SELECT 1"))

    def dispose(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()
        self._readers.dispose()


def core(session: Session) -> Connection:
    """The session's connection, for statements that need no unit of work."""
    return cast("Connection", session.info[_CORE])


def at_one_moment(session: Session) -> None:
    """Have everything that is read from now on be of one moment; called before anything is."""
    if core(session).dialect.name == "postgresql":
        drive(session, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


def drive(session: Session, sql: str, values: Any = ()) -> Any:
    """Run `sql` on the driver's own connection and return its cursor.

    Raises:
        sqlalchemy.exc.DBAPIError: the database refuses; the error is the one SQLAlchemy would raise.
    """
    try:
        return session.info[_DRIVER].execute(sql, values)
    except _errors(session) as error:
        raise _wrapped(sql, error, session) from error


def drive_many(session: Session, sql: str, values: Sequence[Any]) -> None:
    """Run `sql` once for each of `values`; errors are as for `drive`."""
    try:
        session.info[_DRIVER].cursor().executemany(sql, values)
    except _errors(session) as error:
        raise _wrapped(sql, error, session) from error


def _errors(session: Session) -> type[Exception]:
    return core(session).dialect.loaded_dbapi.Error


def _wrapped(sql: str, error: Exception, session: Session) -> BaseException:
    return DBAPIError.instance(sql, None, error, _errors(session), hide_parameters=True)


class Deferrable(Protocol):
    """A statement that can run for many rows at once."""

    def many(self, session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run once for each of `rows`."""


def later(session: Session, statement: Deferrable, *rows: Mapping[str, Any]) -> None:
    """Put rows off to the end of the transaction, where those of all its turns go in one statement.

    Whoever looks anything up through the session finds them; prepared statements do not.
    """
    session.info.setdefault(_LATER, {}).setdefault(statement, []).extend(rows)


def write_down(session: Session) -> None:
    """Execute what was put off, in the order in which it was."""
    put_off: dict[Deferrable, list[Mapping[str, Any]]] = session.info.pop(_LATER, {})
    for statement, rows in put_off.items():
        if rows:
            statement.many(session, rows)


@contextmanager
def savepoint(session: Session) -> Iterator[None]:
    """Take back what was done inside on any exception, and nothing else.

    Plain SQL instead of `begin_nested`, which costs four times as much on the way of every message. An
    error of the database itself has ended the whole transaction already; it is the caller's affair.
    """
    session.flush()
    before = {statement: (rows, len(rows)) for statement, rows in session.info.get(_LATER, {}).items()}
    drive(session, "SAVEPOINT turn")
    try:
        yield
        session.flush()
    except SQLAlchemyError:
        raise
    except BaseException:
        session.expunge_all()
        drive(session, "ROLLBACK TO SAVEPOINT turn")
        drive(session, "RELEASE SAVEPOINT turn")
        # Rows put off before, and perhaps written down inside, have been taken back too: put them off again.
        session.info[_LATER] = {statement: rows[:count] for statement, (rows, count) in before.items()}
        raise
    drive(session, "RELEASE SAVEPOINT turn")
