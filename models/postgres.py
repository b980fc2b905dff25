"""Connections to PostgreSQL. SQLite's processes do without this and its driver: 10 MB."""

from datetime import timedelta
from time import monotonic
from typing import Any, Final

import psycopg
from psycopg.abc import PQGen
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL

from models.engines import COMPILED, PATIENCE, compiling_once, to_json

ANSWERS_WITHIN: Final = timedelta(seconds=30)
"""A statement that takes longer than this is taken for a server that keeps silent."""


LOOKED_AT_WITHIN: Final = timedelta(seconds=3)
"""What lay idle and says nothing for so long is left for a new connection, while whoever asks still waits."""


class Impatient(psycopg.Connection[Any]):
    """A connection that hangs up when its server keeps silent for too long: frozen, or gone without a word.

    The kernel would go on waiting for minutes, or for ever while something between us keeps the line alive.
    """

    patience: float | None = ANSWERS_WITHIN.total_seconds()
    """Seconds; None waits as long as it takes."""

    def wait(self, gen: PQGen[Any], interval: float = 0.1, timeout: float | None = None) -> Any:
        """Return what `gen` brings.

        Raises:
            psycopg.OperationalError: the server did not answer in time; the connection is closed then.
        """
        began = monotonic()
        limit = timeout or self.patience
        try:
            return super().wait(gen, interval, limit)
        except psycopg.OperationalError:
            if limit is not None and monotonic() - began >= limit:
                self.pgconn.finish()
            raise


def postgres_engine(url: URL, *, size: int) -> Engine:
    """An engine with at most `size` connections, each looked at before it is used."""
    engine = create_engine(
        url,
        pool_size=size,
        max_overflow=0,
        pool_timeout=PATIENCE.total_seconds(),
        pool_pre_ping=True,
        json_serializer=to_json,
        hide_parameters=True,
        connect_args={"connect_timeout": int(PATIENCE.total_seconds())},
        execution_options={"compiled_cache": COMPILED},
    )

    @event.listens_for(engine, "do_connect")
    def _connect(_dialect: object, _record: object, args: Any, settings: Any) -> Impatient:
        return Impatient.connect(*args, **settings)

    @event.listens_for(engine, "checkin")
    def _next_it_is_looked_at(driver: Impatient | None, _record: object) -> None:
        if driver is not None:
            driver.patience = LOOKED_AT_WITHIN.total_seconds()

    @event.listens_for(engine, "checkout")
    def _it_is_used(driver: Impatient, _record: object, _proxy: object) -> None:
        driver.patience = Impatient.patience

    return compiling_once(engine)
