"""How long `liaison verify` and a first anchor take: `python -m tests.bench.chains [EVENTS] [URL]`.

Events are written by bulk SQL, five to a ticket, with digests that fit; three of them take words in, which came
as a push each; the first gives the title. Of every event somebody is told, at the first attempt.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from sqlalchemy import insert

from models.actions import anchors, stretches
from models.migrations import migrate
from models.queries import proof
from models.queries import stretches as sealed_rows
from models.rules.chain import GENESIS, digest, moment, title_digest, words_digest
from models.rules.sealing import SEALED, TITLED
from models.session import Database, core
from models.tables import Attempt, Event, Inbox, Message, Official, Outbox, Person, Ticket
from tests.bench.servers import memory

A_TICKET = 5
AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
VERBS = (
    ("submit", "open"),
    ("accept", "accepted"),
    ("reply", "accepted"),
    ("resolve", "resolved"),
    ("confirm", "closed"),
)
SPOKEN = {"submit", "reply", "resolve"}
SALT = "0" * 32
TITLE = "欠我们工程款"
PUSH = "密" * 300
NEWS = {"number": "1046", "title": TITLE, "text": "已收到" * 20, "enterprise": "沈阳云杉里精密机械有限公司"}
TOLD = "您的诉求 1046 有进展：" + "已收到" * 20
SAID = (1, "enterprise", False, "text", "欠我们工程款三百二十万，验收八个月了一分没给", None)


def tickets(count: int) -> Iterator[dict[str, Any]]:
    for number in range(1, count + 1):
        yield {
            "id": number,
            "person_id": 1,
            "owner_id": 1,
            "region": "210000",
            "type": "other",
            "type_source": "guess",
            "confidence": 0.5,
            "status": "closed",
            "title": TITLE,
            "title_salt": SALT,
            "created_at": AT,
            "rebounds": 0,
            "hops": 0,
        }


def events(first: int, last: int) -> Iterator[dict[str, Any]]:
    for number in range(first, last):
        previous, before = GENESIS, None
        for seq, (verb, status) in enumerate(VERBS, 1):
            at = AT + timedelta(minutes=seq)
            data = {"confidence": 0.8123, "type": "arrears", "second": "policy"} if seq == 1 else {}
            if seq == 1:
                data |= {TITLED: title_digest(SALT, TITLE)}
            if verb in SPOKEN:
                data = data | {SEALED: [words_digest(SALT, moment(at), SAID)]}
            fact = {
                "verb": verb,
                "actor_role": "owner",
                "actor_id": 1,
                "from_status": before,
                "to_status": status,
                "data": data,
            }
            seal = digest(previous, ticket_id=number, seq=seq, at=at, fact=fact)
            yield {**fact, "ticket_id": number, "seq": seq, "at": at, "previous": previous, "digest": seal}
            previous, before = seal, status


def messages(first: int, last: int) -> Iterator[dict[str, Any]]:
    names = ("person_id", "side", "by_aide", "kind", "text", "media_id")
    for number in range(first, last):
        for seq, (verb, _) in enumerate(VERBS, 1):
            if verb in SPOKEN:
                at = AT + timedelta(minutes=seq)
                yield {"ticket_id": number, "at": at, "salt": SALT, **dict(zip(names, SAID, strict=True))}


def pushes(first: int, last: int) -> Iterator[dict[str, Any]]:
    for number in range(first, last):
        for each in range(len(SPOKEN)):
            key = {"dedupe_key": f"{number}:{each}", "kind": "text", "outcome": "answer", "person_id": 1}
            yield key | {"sealed": PUSH, "sent_at": number, "received_at": AT}


def notices(first: int, last: int) -> Iterator[dict[str, Any]]:
    moments = {"created_at": AT, "due_at": AT, "settled_at": AT}
    for number in range(first, last):
        for each in range(A_TICKET):
            row = (number - 1) * A_TICKET + each + 1
            about = {
                "id": row,
                "person_id": 1,
                "ticket_id": number,
                "event_id": row,
                "dedupe_key": f"event:{row}",
            }
            yield about | moments | {"kind": "progressed", "payload": NEWS, "state": "sent", "attempts": 1}


def tries(first: int, last: int) -> Iterator[dict[str, Any]]:
    for row in range((first - 1) * A_TICKET + 1, (last - 1) * A_TICKET + 1):
        told = {"outbox_id": row, "person_id": 1, "said": TOLD}
        yield told | {"at": AT, "channel": "custom", "outcome": "sent", "code": 0}


def fill(database: Database, count: int) -> None:
    with database.transaction() as session:
        facts = {"name": "甲", "post": "乙", "department": "丙", "region": "210000", "created_at": AT}
        session.execute(insert(Official), facts | {"id": 1})
        session.execute(insert(Person), {"id": 1, "openid": "o", "created_at": AT, "seen_at": AT})
        core(session).execute(insert(Ticket), list(tickets(count)))
        for first in range(1, count + 1, 10_000):
            rows = list(events(first, min(first + 10_000, count + 1)))
            core(session).execute(insert(Event), rows)
            said = list(messages(first, min(first + 10_000, count + 1)))
            core(session).execute(insert(Message), said)
            came = list(pushes(first, min(first + 10_000, count + 1)))
            core(session).execute(insert(Inbox), came)
            told = list(notices(first, min(first + 10_000, count + 1)))
            core(session).execute(insert(Outbox), told)
            core(session).execute(insert(Attempt), list(tries(first, min(first + 10_000, count + 1))))


def anchor(database: Database) -> None:
    began, longest, steps = perf_counter(), 0.0, 1
    while steps:
        at = perf_counter()
        with database.transaction() as session:
            steps = anchors.strike(session, AT + timedelta(days=1), limit=50)
        longest = max(longest, perf_counter() - at)
    print(f"first anchor: {perf_counter() - began:.1f} s, longest transaction {longest * 1000:.0f} ms")


def seal(database: Database) -> None:
    began, rounds, steps = process_time(), 0, 1
    while steps:
        with database.transaction() as session:
            steps = stretches.seal(session, AT + timedelta(hours=1), limit=50)
        rounds += 1
    print(
        f"sealed: {(process_time() - began) / rounds * 1000:.1f} ms of the processor for 500 rows of each kind"
    )


def check(database: Database) -> None:
    before, began, worked = memory("VmHWM"), perf_counter(), process_time()
    report = proof.verify(database)
    with database.reading() as session:
        report.flaws += sealed_rows.flaws(session, AT)
    took, work = perf_counter() - began, (process_time() - worked) / report.events * 1e6
    print(f"verify: {report.events} events and {report.messages} messages in {took:.1f} s")
    print(f"of the processor: {work:.0f} µs an event with its words, pushes and notices")
    print(
        f"flaws {len(report.flaws)}, anchors {report.anchors}; memory {before:.0f} to {memory('VmHWM'):.0f} MB"
    )


def main(wanted: int, url: str) -> None:
    """Fill, anchor and check; the last two each in a process of its own, for the sake of its memory."""
    migrate(Database(url))
    fill(Database(url), wanted // A_TICKET)
    for step in ("seal", "anchor", "check"):
        subprocess.run([sys.executable, "-m", "tests.bench.chains", step, url], check=True)


if __name__ == "__main__":
    steps = {"seal": seal, "anchor": anchor, "check": check}
    if len(sys.argv) > 2 and sys.argv[1] in steps:
        steps[sys.argv[1]](Database(sys.argv[2]))
    else:
        wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
        with tempfile.TemporaryDirectory() as folder:
            main(wanted, sys.argv[2] if len(sys.argv) > 2 else f"sqlite:///{Path(folder) / 'chains.db'}")
