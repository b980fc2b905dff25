"""Somebody's desk with a few API keys, at the real application on a real database; and what lies in it."""

import asyncio
import secrets
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Self

import httpx
from sqlalchemy import event, insert, text
from sqlalchemy.orm import Session

from bot.app import create_app
from bot.service import Service, build
from bot.simulator import Clock
from config import catalog
from models.actions import access, people, roster, tickets
from models.actions.conversation import Words
from models.actions.tickets import Guess
from models.queries.people import party
from models.session import Database
from models.tables import Inbox, Person
from tests.faults.processes import until
from tests.serving import Loop
from tests.world import TUESDAY, account_config, settings_for

SHENYANG, HEPING, DALIAN, PROVINCE = "210100", "210102", "210200", "210000"
V1 = "/api/v1"
PATIENCE = 1000
"""Hundredths of a second."""

REFUSE_AT_COMMIT = {
    "sqlite": [
        "CREATE TABLE nowhere (id INTEGER PRIMARY KEY)",
        "CREATE TABLE needs (id INTEGER REFERENCES nowhere (id) DEFERRABLE INITIALLY DEFERRED)",
        "CREATE TRIGGER refuse AFTER INSERT ON officials BEGIN INSERT INTO needs VALUES (1); END",
    ],
    "postgresql": [
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$",
        """CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON officials DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION refuse()""",
    ],
}
"""What makes either database take a new official and refuse the commit."""

Call = tuple[str, str, dict[str, Any]]


@dataclass
class Place:
    """What lies in one region, by id."""

    official: int
    enterprise: int
    pairing: int
    contact: int
    invite: int
    outbox: int
    number: str

    def paths(self) -> list[str]:
        """Return where each of these is read."""
        return [
            f"/officials/{self.official}",
            f"/enterprises/{self.enterprise}",
            f"/enterprises/{self.enterprise}/courtesy",
            f"/enterprises/{self.enterprise}/contact",
            f"/pairings/{self.pairing}",
            f"/contacts/{self.contact}",
            f"/invites/{self.invite}",
            f"/outbox/{self.outbox}",
            f"/tickets/{self.number}",
            f"/tickets/{self.number}/events",
            f"/tickets/{self.number}/messages",
        ]


@dataclass
class Desk:
    """The application without a port: requests go straight in, on one event loop."""

    loop: Loop
    clock: Clock
    service: Service
    web: httpx.AsyncClient
    keys: dict[str, str] = field(default_factory=dict)

    @classmethod
    @contextmanager
    def open(cls, database_url: str, api_base: str = "http://127.0.0.1:9", **settings: Any) -> Iterator[Self]:
        """Build everything on a migrated database; nothing is delivered."""
        loop, clock = Loop(), Clock(frozen_at=TUESDAY)
        usual = {"api_rate": 100_000}  # a day's requests of a test fall into one minute of its clock
        chosen = settings_for(account_config(), database_url, api_base, **(usual | settings))
        service = build(chosen, clock=clock)
        transport = httpx.ASGITransport(create_app(service, with_worker=False), raise_app_exceptions=False)
        desk = cls(loop, clock, service, httpx.AsyncClient(transport=transport, base_url="http://desk"))
        yield desk
        loop.run(desk.web.aclose())
        loop.run(service.http.aclose())
        service.close()
        loop.close()

    @property
    def database(self) -> Database:
        """Where everything is kept."""
        return self.service.database

    def key(self, role: str = "admin", region: str | None = None) -> str:
        """Return a key of that role and region, made when first asked for."""
        name = f"{role} {region}"
        if name not in self.keys:
            raw = secrets.token_urlsafe(32)
            with self.database.transaction() as session:
                access.create_key(session, raw, name=name, role=role, region=region, now=self.clock())
            self.keys[name] = raw
        return self.keys[name]

    def get(self, path: str, key: str | None = None, **params: Any) -> httpx.Response:
        """Read something, as an administrator of everything unless another key is given."""
        return self.send("GET", path, key or self.key(), params=params or None)

    def post(
        self, path: str, body: Any = None, *, key: str | None = None, once: str | None = None
    ) -> httpx.Response:
        """Write something, as an administrator of everything unless another key is given."""
        headers = {} if once is None else {"Idempotency-Key": once}
        return self.send("POST", path, key or self.key(), json=body, headers=headers)

    def send(self, method: str, path: str, key: str | None = None, **more: Any) -> httpx.Response:
        """Send one request."""
        return self.all_at_once([(method, path, more)], key)[0]

    def events(self, count: int, **bounds: int) -> list[dict[str, Any]]:
        """Follow the feed until `count` events have come.

        On PostgreSQL it waits for older transactions of the whole cluster, of strangers too (ADR 0010).
        """
        seen: list[dict[str, Any]] = []
        after: dict[str, str] = {}
        pause, tries = threading.Event(), 0
        while len(seen) < count:
            page = self.get("/events", None, **bounds, **after).json()
            seen, after = seen + page["items"], {"after": page["next"]}
            tries += 1
            assert tries < PATIENCE, f"only {len(seen)} of {count} events came"
            pause.wait(0.0 if page["items"] else 0.01)
        return seen

    def looks(self, operation: str, count: int) -> list[dict[str, Any]]:
        """Follow the audit until `count` entries of an operation have come; it waits for strangers as the feed does."""
        pause = threading.Event()
        for _ in range(PATIENCE):
            items = self.get("/audit", None, limit=200).json()["items"]
            found = [each for each in items if each["operation"] == operation]
            if len(found) >= count:
                return found
            pause.wait(0.01)
        raise AssertionError(f"only {len(found)} of {count} looks came")

    def all_at_once(self, calls: Sequence[Call], key: str | None = None) -> list[httpx.Response]:
        """Send requests at the same time and return the answers in their order."""

        async def answers() -> list[httpx.Response]:
            return list(await asyncio.gather(*(self._send(call, key) for call in calls)))

        return self.loop.run(answers())

    async def _send(self, call: Call, key: str | None) -> httpx.Response:
        method, path, more = call
        headers = {} if key is None else {"Authorization": f"Bearer {key}"}
        return await self.web.request(
            method, V1 + path, **(more | {"headers": headers | more.get("headers", {})})
        )


def leader(session: Session, region: str, desk: Desk) -> int:
    """Put a leader on the roster."""
    return roster.add_official(
        session,
        name="安予诚",
        post="局长",
        department=catalog.office_department(),
        region=region,
        kind="leader",
        phone_tail="3059",
        now=desk.clock(),
    ).id


def enterprise(session: Session, region: str, desk: Desk) -> int:
    """Put an enterprise on the roster."""
    return roster.add_enterprise(
        session, name="云杉里机械", credit_code=None, region=region, stage="mature", now=desk.clock()
    ).id


def request(session: Session, openid: str, desk: Desk, words: str = "管委会欠我们工程款") -> str:
    """Let a known person ask for something; return the ticket's number."""
    who = party(session, openid)
    assert who is not None
    guess = Guess("arrears", 0.9, "policy", is_sure=True)
    return tickets.submit(
        session, who, Words("text", words), guess, title=words[:20], now=desk.clock()
    ).number


def settle_in(desk: Desk, region: str) -> Place:
    """Put one of everything into a region: the leader, reached through WeChat, has a new ticket."""
    with desk.database.transaction() as session:
        official_id, enterprise_id = leader(session, region, desk), enterprise(session, region, desk)
        pairing = roster.pair(session, enterprise_id=enterprise_id, official_id=official_id, now=desk.clock())
        person_id = people.meet(session, f"o-leader-{region}", now=desk.clock()).person_id
        session.get_one(Person, person_id).official_id = official_id
        author = people.meet(session, f"o-owner-{region}", now=desk.clock()).person_id
        contact = people.join(
            session, author, enterprise_id, name="林向晚", role="法定代表人", now=desk.clock()
        )
        invite = people.invite(session, secrets.token_hex(16), official_id=official_id, now=desk.clock())
        number = request(session, f"o-owner-{region}", desk)
    outbox = desk.get("/outbox", limit=200).json()["items"]
    told = next(row["id"] for row in outbox if row["ticket"] == number)
    return Place(official_id, enterprise_id, pairing.id, contact.id, invite.id, told, number)


def lose_a_push(desk: Desk) -> int:
    """Put a push into the inbox that ended in nothing; return its id."""
    with desk.database.transaction() as session:
        row = {"dedupe_key": "m:1", "kind": "text", "sealed": "…", "sent_at": 1, "received_at": desk.clock()}
        return int(session.execute(insert(Inbox).values(row).returning(Inbox.id)).scalar_one())


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """Yield the list of SELECTs that readers send meanwhile."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        is_ours = (
            "FROM audit" in statement or "pg_advisory_xact_lock" in statement
        )  # that it was read is noted
        if statement.startswith(("SELECT", "WITH")) and not is_ours:
            seen.append(statement)

    event.listen(database._readers, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(database._readers, "before_cursor_execute", note)


def is_somebody_waiting(database: Database) -> bool:
    """Whether a session of this PostgreSQL database waits for another's lock."""
    wanted = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with database.reading() as session:
        return session.scalar(text(wanted)) is not None


def second(desk: Desk, first: Callable[[Session], object], path: str, body: Any = None) -> httpx.Response:
    """Post while `first` is done and not committed: the database lets the request wait for the end of it."""
    key = desk.key()
    with ThreadPoolExecutor(1) as pool:
        with desk.database.transaction() as session:
            first(session)
            answer = pool.submit(desk.post, path, body, key=key)
            if not desk.database.is_sqlite:  # there it waits for the one writer before it looks
                until(lambda: is_somebody_waiting(desk.database))
        return answer.result()
