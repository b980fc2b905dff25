"""A PostgreSQL that keeps silent: the connection hangs up, and the next one is a new one."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Thread
from time import monotonic

import pytest
from sqlalchemy import Engine, make_url, text
from sqlalchemy.exc import OperationalError

from models.engines import sync_url, take_your_time
from models.postgres import ANSWERS_WITHIN, Impatient, postgres_engine

SOON = 1.0


@dataclass
class Middleman:
    """Stands between us and a server; from `freeze` on, the lines it holds swallow what they are given."""

    server: int
    listener: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))
    lines: list[tuple[socket.socket, Event]] = field(default_factory=list)

    @property
    def port(self) -> int:
        """Where to connect to instead of the server."""
        return int(self.listener.getsockname()[1])

    def freeze(self) -> None:
        """Let nothing through any more on the lines there are; new ones work."""
        for _, frozen in self.lines:
            frozen.set()

    def run(self) -> None:
        """Take calls until the listener is closed."""
        with suppress(OSError):
            while True:
                near, _ = self.listener.accept()
                far, frozen = socket.create_connection(("127.0.0.1", self.server)), Event()
                self.lines += [(near, frozen), (far, frozen)]
                for ends in ((near, far), (far, near)):
                    Thread(target=_carry, args=(*ends, frozen), daemon=True).start()

    def close(self) -> None:
        """Hang up."""
        for each in (self.listener, *(line for line, _ in self.lines)):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()


def _carry(near: socket.socket, far: socket.socket, frozen: Event) -> None:
    with suppress(OSError):
        while said := near.recv(65536):
            if not frozen.is_set():
                far.sendall(said)
        if not frozen.is_set():
            far.shutdown(socket.SHUT_WR)


@contextmanager
def standing_between(url: str) -> Iterator[tuple[Engine, Middleman]]:
    """Yield an engine that reaches its server through a middleman."""
    direct = sync_url(url)
    middleman = Middleman(direct.port or 5432)
    caller = Thread(target=middleman.run, daemon=True)
    caller.start()
    engine = postgres_engine(make_url(direct).set(host="127.0.0.1", port=middleman.port), size=1)
    try:
        yield engine, middleman
    finally:
        middleman.close()
        engine.dispose()
        caller.join()


def impatient(connection: object) -> Impatient:
    """The driver's connection below SQLAlchemy's."""
    found = connection.connection.driver_connection  # type: ignore[attr-defined]
    assert isinstance(found, Impatient)
    return found


def test_silent_server_is_left_and_the_next_connection_is_a_new_one(postgresql_url: str) -> None:
    with standing_between(postgresql_url) as (engine, middleman):
        with engine.connect() as connection:
            impatient(connection).patience = SOON
            middleman.freeze()
            began = monotonic()
            with pytest.raises(OperationalError):
                connection.execute(text("SELECT 1"))
            assert SOON <= monotonic() - began < SOON * 5
            assert connection.invalidated
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT 1")) == 1


def test_waiting_connection_is_looked_at_before_it_is_used(postgresql_url: str) -> None:
    with standing_between(postgresql_url) as (engine, middleman):
        engine.connect().close()
        middleman.freeze()
        began = monotonic()
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT 1")) == 1
            assert impatient(connection).patience == Impatient.patience, "what is asked for may take its time"
        assert monotonic() - began < ANSWERS_WITHIN.total_seconds() / 2


def test_who_takes_long_is_waited_for_where_that_is_expected(postgresql_url: str) -> None:
    engine = postgres_engine(sync_url(postgresql_url), size=1)
    with engine.connect() as connection:
        take_your_time(connection)
        assert impatient(connection).patience is None
        assert connection.scalar(text("SELECT 1 FROM pg_sleep(0.2)")) == 1
    with engine.connect() as connection:
        assert impatient(connection).patience == Impatient.patience
    engine.dispose()
