"""A place where the product lives in processes of its own: a platform, a database, people, a command line."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import httpx
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.simulator import AccountConfig, Clock, Platform, create_app
from models.actions import roster
from models.actions.deliveries import LEASE
from models.actions.outbox import Notice, tell
from models.actions.people import join, meet
from models.session import Database
from models.tables import Delivery, Inbox, Lease, Outbox, Person
from tests.faults.gate import Gate
from tests.faults.processes import PATIENCE, Process, Web, until
from tests.faults.wire import Wire
from tests.roster import OFFICE, load
from tests.serving import Loop, Server, client_of
from tests.unit.models.stage import cause_of
from tests.world import TEMPLATE, account_config

CHINESE = re.compile("[\u3400-\u9fff]")
PHONE = "13912345678"
"""A number that people mention in their messages and that no log may repeat."""


@dataclass(frozen=True)
class Pair:
    """An enterprise's contact and the leader who looks after it: openids."""

    contact: str
    leader: str


@dataclass
class Site:
    """The simulated platform in a thread, a database, and processes of the product between them."""

    folder: Path
    loop: Loop
    platform: Platform
    simulator: Server
    database: Database
    environment: dict[str, str]
    sim: httpx.Client
    processes: list[Process] = field(default_factory=list)
    gates: list[Gate] = field(default_factory=list)

    @classmethod
    @contextmanager
    def open(cls, database_url: str, folder: Path, **account: Any) -> Iterator[Self]:
        """Set everything up but start no process; at the end, read all logs for what must not be in them."""
        loop, config = Loop(), replace(account_config(), markfail_after=10**6, **account)
        platform = loop.run(_platform(config))
        simulator = Server.start(loop, create_app(platform))
        database = Database(database_url)
        with database.transaction() as session:
            people = load(session, datetime.now(UTC)).people
        site = cls(
            folder,
            loop,
            platform,
            simulator,
            database,
            _environment(config, database_url, simulator.url),
            client_of(simulator),
        )
        site.arrive(*people)
        try:
            yield site
            site.check_discretion()
            assert platform.violations == []
        finally:
            site.close()

    def close(self) -> None:
        """Stop everything, the processes first."""
        for process in self.processes:
            process.stop()
        for gate in self.gates:
            gate.shut()
        self.loop.run(self.platform.aclose())
        self.sim.close()
        self.simulator.stop()
        self.database.dispose()
        self.loop.close()

    @property
    def account(self) -> AccountConfig:
        """The account whose secrets the processes were given."""
        return self.platform.account

    def web(self, *options: str, within: float = PATIENCE) -> Web:
        """Start a web process, wait until it is ready (`within` seconds), and let the platform push to it."""
        web = Web.on_free_port(*options, environment=self.environment, log=self._log())
        self.processes.append(web)
        web.start()
        web.wait_ready(within=within)
        self.loop.run(_push_to(self.platform, f"{web.url}/wechat"))
        return web

    def proxy(self, web: Web) -> Gate:
        """Put a gate in front of a web process: platforms push to it, and it can hold pushes back."""
        gate = Gate(self.loop, web.port)
        self.gates.append(gate)
        gate.open()
        self.loop.run(_push_to(self.platform, f"{gate.url}/wechat"))
        return gate

    def worker(self) -> Process:
        """Start a process that only delivers."""
        worker = Process(("worker",), self.environment, self._log())
        self.processes.append(worker)
        worker.start()
        return worker

    def seasoned_worker(self) -> Process:
        """Start such a process and wait until it has delivered something; nothing else may deliver yet."""
        worker = self.worker()
        self.queue(OFFICE, "first")
        until(lambda: self.count(Outbox.state == Delivery.SENT, Outbox.dedupe_key.startswith("first")) == 1)
        return worker

    def queue(self, openid: str, key: str) -> None:
        """Put a message to somebody into the outbox; `key` makes it unlike any other."""
        now, news = datetime.now(UTC), {"number": "1010", "title": key}
        with self.database.transaction() as session:
            who = session.scalars(select(Person.id).where(Person.openid == openid)).one()
            tell(session, [who], Notice.URGED, news, **cause_of(session, who), now=now, key=key)

    def wire(self, web: Web) -> Wire:
        """Return a wire to a process, on which the same push can be repeated at will."""
        return Wire(self.account, f"{web.url}/wechat")

    def arrive(self, *openids: str) -> None:
        """Let people follow the account."""
        self.loop.run(_add(self.platform, openids))

    def crowd(self, size: int) -> list[Pair]:
        """Put so many enterprises on the roster, each in the care of a leader of its own."""
        with self.database.transaction() as session:
            pairs = [_pair(session, n, datetime.now(UTC)) for n in range(size)]
        self.arrive(*(openid for pair in pairs for openid in (pair.contact, pair.leader)))
        return pairs

    def say(self, openid: str, text: str) -> dict[str, Any]:
        """Let somebody type; return what became of the push: outcome, reply, deliveries."""
        answer = self.sim.post(f"/phones/{openid}/say", json={"text": text})
        answer.raise_for_status()
        return dict(answer.json()["result"])

    def heard(self, openid: str) -> list[str]:
        """Return everything the account said to somebody of its own accord, oldest first."""
        entries = self.sim.get(f"/phones/{openid}/transcript").json()["entries"]
        return [
            entry["text"]
            for entry in entries
            if entry["direction"] == "account" and entry["via"] != "passive"
        ]

    def fault(self, kind: str, path: str = "/cgi-bin/message", **more: Any) -> None:
        """Order a fault of the platform."""
        self.sim.post("/faults", json={"kind": kind, "path": path, **more}).raise_for_status()

    def outbox(self) -> list[Outbox]:
        """Return every row of the outbox, oldest first."""
        with self.database.reading() as session:
            rows = list(session.scalars(select(Outbox).order_by(Outbox.id)))
            session.expunge_all()
            return rows

    def count(self, *conditions: Any) -> int:
        """Return how many rows of the outbox meet the conditions."""
        with self.database.reading() as session:
            return session.scalar(select(func.count()).select_from(Outbox).where(*conditions)) or 0

    def inbox(self, openid: str | None = None) -> list[Inbox]:
        """Return the inbox, or somebody's part of it, oldest first."""
        of_whom = () if openid is None else (Person.openid == openid,)
        with self.database.reading() as session:
            rows = session.scalars(
                select(Inbox)
                .outerjoin(Person, Person.id == Inbox.person_id)
                .where(*of_whom)
                .order_by(Inbox.id)
            ).all()
            session.expunge_all()
            return list(rows)

    def stored(self) -> int:
        """Return how many pushes are stored."""
        with self.database.reading() as session:
            return session.scalar(select(func.count()).select_from(Inbox)) or 0

    def let_leases_lapse(self, pid: int) -> int:
        """Let the leases of a process that was killed run out at once; return how many messages it held.

        The processes live by the real clock, so this stands for the 90 seconds that would pass. Should it
        have been fetching a token, that lease ends too.
        """
        now = datetime.now(UTC)
        held = (Outbox.state == Delivery.SENDING, Outbox.claimed_by.startswith(f"{pid}-"))
        with self.database.transaction() as session:
            leases = list(session.scalars(select(Outbox.lease_until).where(*held)))
            session.execute(update(Outbox).where(*held).values(lease_until=now))
            session.execute(update(Lease).where(Lease.holder.startswith(f"{pid}-")).values(until=now))
        assert all(lease is not None and lease <= now + LEASE for lease in leases)
        return len(leases)

    def check_discretion(self) -> None:
        """No process wrote a secret, an openid, a phone number or what somebody said into its log."""
        account, platform = self.account, self.platform
        secret = {account.app_secret, account.token, account.aes_key, PHONE}
        secret |= set(platform.users) | set(platform.tokens._issued)
        for process in self.processes:
            told = [line for line in process.said() if CHINESE.search(line) or any(s in line for s in secret)]
            if told:
                raise AssertionError("\n".join([f"{process.command} must not log:", *told]))

    def _log(self) -> Path:
        return self.folder / f"{len(self.processes)}.log"


def _pair(session: Session, n: int, now: datetime) -> Pair:
    pair = Pair(f"o-contact-{n:03}", f"o-leader-{n:03}")
    leader = roster.add_official(
        session,
        name=f"安予{n}",
        post="副市长",
        department="沈阳市人民政府",
        region="210100",
        kind="leader",
        now=now,
    )
    firm = roster.add_enterprise(
        session, name=f"云杉里{n}号公司", credit_code=None, region="210100", stage="mature", now=now
    )
    roster.pair(session, enterprise_id=firm.id, official_id=leader.id, now=now)
    session.get_one(Person, meet(session, pair.leader, now=now).person_id).official_id = leader.id
    contact = meet(session, pair.contact, now=now).person_id
    join(session, contact, firm.id, name=f"林向{n}", role="法定代表人", now=now)
    return pair


def _environment(account: AccountConfig, database_url: str, api_base: str) -> dict[str, str]:
    return {
        "LIAISON_DATABASE_URL": database_url,
        "LIAISON_WECHAT_APP_ID": account.app_id,
        "LIAISON_WECHAT_APP_SECRET": account.app_secret,
        "LIAISON_WECHAT_TOKEN": account.token,
        "LIAISON_WECHAT_AES_KEY": account.aes_key,
        "LIAISON_WECHAT_API_BASE": api_base,
        "LIAISON_WECHAT_TEMPLATE_ID": TEMPLATE,
        "LIAISON_QUIET_HOURS": "none",  # these processes live by the real clock
        "LIAISON_CONTACT_BUDGET": "20",
        "LIAISON_LOG_FORMAT": "json",
        "LIAISON_LOG_LEVEL": "INFO",
    }


async def _platform(account: AccountConfig) -> Platform:
    return Platform(account, Clock())


async def _push_to(platform: Platform, url: str) -> None:
    platform.reconfigure(callback_url=url)


async def _add(platform: Platform, openids: tuple[str, ...]) -> None:
    for openid in openids:
        platform.add_user(openid, openid=openid)
