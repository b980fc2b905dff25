"""Claims, settlements and turns on the same people at once: nobody ever waits in a circle."""

import random
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from handlers.desk import take
from handlers.turn import Incoming, Kind
from models.actions import deliveries, roster, settlements
from models.actions.deliveries import Claimed
from models.actions.people import join, meet
from models.actions.settlements import Fate, Settlement
from models.queries.tickets import by_id
from models.rules.retry import Failure
from models.session import Database
from models.tables import Attempt, Person
from tests.means import MEANS
from tests.unit.models.mail import NOTICES, ids_of
from tests.unit.models.stage import NOW, a_message, a_person, a_ticket, known

ROUNDS = 40
ENOUGH = 100
"""Messages that must have been tried for the test to have tried anything."""
PAIRS = 6
BATCH = 5
Job = Callable[[random.Random], None]
SAYINGS = {
    "contact": ("新诉求 道路工程尾款一直不给结", "催办", "进度", "免打扰 每天最多20条"),
    "leader": ("待办", "受理", "已经转给财政局"),
}
HARMLESS = {"contact": ("新诉求 道路工程尾款一直不给结", "帮助"), "leader": ("待办", "帮助")}


@dataclass
class Office:
    """Threads that claim, settle and take turns, all on the same few people."""

    database: Database
    people: list[str]
    claims: SimpleQueue[Claimed] = field(default_factory=SimpleQueue)
    errors: list[Exception] = field(default_factory=list)

    def run(self, *, turns: Sequence[Job], beside: Sequence[Job]) -> None:
        """Take so many rounds of turns, do the rest beside them as often as it goes, keep what goes wrong."""
        done = threading.Event()
        talking = [self._thread(job, range(ROUNDS)) for job in turns]
        working = [self._thread(job, iter(done.is_set, True)) for job in beside]
        for thread in talking:
            thread.join()
        done.set()
        for thread in working:
            thread.join()

    def _thread(self, job: Job, rounds: Iterable[object]) -> threading.Thread:
        thread = threading.Thread(target=self._rounds, args=(job, rounds))
        thread.start()
        return thread

    def _rounds(self, job: Job, rounds: Iterable[object]) -> None:
        chance = random.Random(threading.get_ident())
        for _ in rounds:
            try:
                job(chance)
            except Exception as error:  # noqa: BLE001 -- a thread's failure is the test's
                self.errors.append(error)

    def claim(self, chance: random.Random) -> None:
        """Take some of what is due."""
        with self.database.transaction() as session:
            most = chance.randint(1, PAIRS)
            taken = deliveries.claim(session, "w", channels=NOTICES, how_many=len, limit=most, now=NOW)
        for one in taken:
            self.claims.put(one)

    def settle(self, chance: random.Random) -> None:
        """Settle some of what was taken, in any order and with any outcome."""
        taken = list(some(self.claims, BATCH))
        chance.shuffle(taken)
        outcomes = [Settlement(one, chance.choice(list(Fate)), **more(chance)) for one in taken]
        with self.database.transaction() as session:
            settlements.settle(session, outcomes, NOW)
        for one in outcomes:
            if one.fate is Fate.NEXT_CHANNEL:  # still in our hand: it went on by another way
                self.claims.put(one.claimed)

    def talk(self, chance: random.Random) -> None:
        """Let some people speak in one batch, about their cases too."""
        self._batch(chance, SAYINGS)

    def chat(self, chance: random.Random) -> None:
        """Let some people speak in one batch, about nobody else's cases."""
        self._batch(chance, HARMLESS)

    def _batch(self, chance: random.Random, sayings: Mapping[str, tuple[str, ...]]) -> None:
        with self.database.transaction() as session:
            for openid in sorted(chance.sample(self.people, BATCH)):
                text = chance.choice(sayings[openid.rpartition("-")[2]])
                take(session, said(openid, text, chance), NOW, MEANS)
                session.expunge_all()


def more(chance: random.Random) -> dict[str, Any]:
    return {
        "again_at": NOW,
        "failure": chance.choice((None, *Failure)),
        "was_counted": chance.random() < 0.5,
        "platform_id": str(chance.getrandbits(40)),
    }


def some(claims: SimpleQueue[Claimed], most: int) -> Iterator[Claimed]:
    with suppress(Empty):
        for _ in range(most):
            yield claims.get(timeout=0.02)


def said(openid: str, text: str, chance: random.Random) -> Incoming:
    return Incoming(f"m:{openid}:{chance.getrandbits(64)}", openid, Kind.TEXT, "text", text, "sealed", 0)


def staffed(session: Session) -> Iterable[str]:
    """Put enterprises, each in the care of a leader, on the roster; openids do not go up with ids."""
    for n in range(PAIRS, 0, -1):
        official = roster.add_official(
            session, name=f"安予{n}", post="副市长", department="沈阳市人民政府", region="210100", kind="leader", now=NOW
        )  # fmt: skip
        firm = roster.add_enterprise(
            session, name=f"云杉里{n}号", credit_code=None, region="210100", stage=None, now=NOW
        )
        roster.pair(session, enterprise_id=firm.id, official_id=official.id, now=NOW)
        contact, leader = f"o-{n}-contact", f"o-{n}-leader"
        join(session, meet(session, contact, now=NOW).person_id, firm.id, name=None, role=None, now=NOW)
        session.get_one(Person, meet(session, leader, now=NOW).person_id).official_id = official.id
        yield from (contact, leader)


@pytest.fixture
def office(postgresql_url: str) -> Iterator[Office]:
    """Only PostgreSQL has writers that overlap."""
    database = Database(postgresql_url, connections=8)
    with database.transaction() as session:
        people = list(staffed(session))
    yield Office(database, people)
    database.dispose()


def test_claims_settlements_and_turns_never_wait_in_a_circle(office: Office) -> None:
    office.run(
        turns=(office.talk, office.chat), beside=(office.claim, office.claim, office.settle, office.settle)
    )

    assert office.errors == []
    with office.database.reading() as session:
        assert (session.scalar(select(func.count()).select_from(Attempt)) or 0) > ENOUGH
        left = set(session.scalars(select(Person.window_left)))
    assert left <= set(range(6))


def hurried(session: Session) -> None:
    """Fail at once instead of waiting for anybody's lock."""
    session.execute(text("SET LOCAL lock_timeout = '1ms'"))


def test_news_about_a_case_and_to_a_person_waits_for_nobody_who_has_them_in_hand(office: Office) -> None:
    with office.database.transaction() as session:
        case = a_ticket(session, office.people[0])
    with office.database.transaction() as mine, office.database.transaction() as theirs:
        me = known(mine, office.people[0])
        by_id(mine, case.id, seen_by=me)
        settlements.lock(mine, [me.person_id])
        hurried(theirs)
        a_message(theirs, me.person_id, "news", ticket=case)


def test_claim_passes_over_a_person_somebody_has_in_hand(office: Office) -> None:
    with office.database.transaction() as session:
        ids = {openid: a_message(session, a_person(session, openid), openid) for openid in office.people}
    with office.database.transaction() as mine:
        known(mine, office.people[3])
        with office.database.transaction() as theirs:
            hurried(theirs)
            taken = deliveries.claim(theirs, "w", channels=NOTICES, how_many=len, limit=64, now=NOW)

    assert set(ids_of(taken)) == set(ids.values()) - {ids[office.people[3]]}


def test_two_workers_never_claim_the_same_message(office: Office) -> None:
    with office.database.transaction() as session:
        for openid in office.people:
            a_message(session, a_person(session, openid), openid)
    taken: list[Claimed] = []
    start = threading.Barrier(4)

    def work(_chance: random.Random) -> None:
        start.wait()
        with office.database.transaction() as session:
            taken.extend(deliveries.claim(session, "w", channels=NOTICES, how_many=len, limit=64, now=NOW))

    threads = [office._thread(work, range(1)) for _ in range(4)]
    for thread in threads:
        thread.join()

    assert office.errors == []
    assert sorted(one.openid for one in taken) == sorted(office.people)
