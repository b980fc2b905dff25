"""How fast one worker gets rid of a backlog: a notice for everybody, each sent and settled by itself."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from sqlalchemy import func, insert, select

from models.actions.outbox import Notice
from models.actions.roster import add_official
from models.session import Database
from models.tables import Delivery, Outbox, Person
from tests.bench.pushes import Platform
from tests.bench.servers import Server, product
from tests.databases import PostgresDatabases, SqliteFiles, postgres_server

WITHIN: Final = 120.0
NEWS: Final = {"number": "1010", "title": "道路工程尾款一直不给结", "kind": "text", "text": "明天上午联系您"}


def paces(platform: Platform, sink: Server, readers: int) -> Mapping[str, float]:
    """Return how many notices a second one worker delivers, by the kind of database."""
    found = {}
    for kind, url in databases():
        environment = platform.environment() | {
            "LIAISON_DATABASE_URL": url,
            "LIAISON_WECHAT_API_BASE": f"http://127.0.0.1:{sink.port}",
        }
        found[kind] = _pace(Database(url), environment, readers)
    return found


def databases() -> Iterator[tuple[str, str]]:
    """Yield a fresh database of each kind, and its URL."""
    with TemporaryDirectory(prefix="liaison-bench-") as folder:
        yield "SQLite", SqliteFiles(Path(folder)).fresh()
        with _postgres(Path(folder)) as url:
            yield "PostgreSQL", url


@contextmanager
def _postgres(folder: Path) -> Iterator[str]:
    with postgres_server(folder) as server:
        databases = PostgresDatabases(server)
        yield databases.fresh()
        databases.close()


def _pace(database: Database, environment: Mapping[str, str], readers: int) -> float:
    _fill(database, readers)
    with product(environment):
        until = time.monotonic() + WITHIN
        while _unsent(database):
            if time.monotonic() > until:
                raise RuntimeError("the backlog does not end")
            time.sleep(0.05)
    with database.reading() as session:
        first, last = session.execute(select(func.min(Outbox.settled_at), func.max(Outbox.settled_at))).one()
    database.dispose()
    return readers / (last - first).total_seconds()


def _fill(database: Database, readers: int) -> None:
    """Let one notice wait for each of so many officials' telephones, whose windows are open."""
    now = datetime.now(UTC)
    people = [
        {
            "openid": f"o-{n}",
            "window_left": 5,
            "window_expires_at": now + timedelta(hours=48),
            "created_at": now,
            "seen_at": now,
        }
        for n in range(readers)
    ]
    with database.transaction() as session:
        official = add_official(
            session,
            name="简闻和",
            post="局长",
            department="省营商局",
            region="210000",
            kind="leader",
            now=now,
        )
        session.flush()
        session.execute(insert(Person).values(official_id=official.id), people)
        ids = session.scalars(select(Person.id).order_by(Person.id)).all()
        session.execute(
            insert(Outbox).values(kind=Notice.TAKEN_BACK, payload=NEWS, created_at=now, due_at=now),
            [{"person_id": person, "dedupe_key": f"bench:{person}"} for person in ids],
        )


def _unsent(database: Database) -> int:
    with database.reading() as session:
        waits = Outbox.state != Delivery.SENT
        return session.scalar(select(func.count()).select_from(Outbox).where(waits)) or 0
