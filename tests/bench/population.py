"""A province in a SQLite file: officials, enterprises, the people who speak for them, and their history.

Written by plain bulk SQL, because the product's own way would take days for five million enterprises.
"""

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from alembic.script import ScriptDirectory

from config import catalog
from models.migrations import config, migrate
from models.session import Database

IN_CARE: Final = 20
"""Enterprises in one leader's care."""

ALLOWED: Final = 1000
"""Messages each official may still be sent: more than the platform's five, as if they answered in between."""

NOW: Final = "strftime('%Y-%m-%d %H:%M:%f000', 'now')"
TOMORROW: Final = "strftime('%Y-%m-%d %H:%M:%f000', 'now', '+40 hours')"
LONG_AGO: Final = "strftime('%Y-%m-%d %H:%M:%f000', 'now', '-' || (n % 500 + 2) || ' days')"


@dataclass(frozen=True, slots=True)
class Scale:
    """How much of everything: `contacts` people speak for as many of the `enterprises`."""

    leaders: int
    enterprises: int
    contacts: int
    tickets: int = 0

    @property
    def officials(self) -> int:
        """Leaders and aides, one aide for every two leaders, as many people."""
        return self.leaders + self.leaders // 2


def fill(path: Path, scale: Scale) -> None:
    """Make a migrated database of this scale at `path`."""
    database = Database(f"sqlite:///{path}")
    migrate(database)
    database.dispose()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-4000000", "foreign_keys=OFF"):
            connection.execute(f"PRAGMA {pragma}")
        for statement in (*_roster(scale), *(_history(scale) if scale.tickets else ()), *_counts(scale)):
            connection.execute(statement)
        connection.execute("PRAGMA journal_mode=WAL")


def cached_path(scale: Scale) -> Path:
    """Return where a database of this scale and of these tables is kept between runs."""
    recipe = (*_roster(scale), *_history(scale), *_counts(scale), *_tables())
    name = sha256("\n".join(recipe).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"liaison-bench-{scale.tickets}-{scale.enterprises}-{name}.db"


def recipe() -> tuple[str, ...]:
    """Return what the tables look like, for whoever keeps a file of their own between runs."""
    return tuple(_tables())


def make(path: Path, scale: Scale) -> None:
    """Fill `path`, which appears only when it is complete."""
    unfinished = path.with_suffix(".making")
    unfinished.unlink(missing_ok=True)
    fill(unfinished, scale)
    unfinished.rename(path)


def _tables() -> Iterator[str]:
    """Yield what the tables look like, so that a cached file of other tables is not used."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/tables.db")
        migrate(database)
        database.dispose()
        with closing(sqlite3.connect(f"{folder}/tables.db")) as connection:
            # Migrations that rebuild a table name its constraints in no certain order.
            for (sql,) in connection.execute("SELECT sql FROM sqlite_master ORDER BY name"):
                yield "\n".join(sorted(line.rstrip(", ") for line in (sql or "").splitlines()))


def senders(path: Path, count: int) -> list[str]:
    """Return openids of at most `count` people in a leader's care with no case in hand, in random order."""
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute(
            "SELECT p.openid FROM pairings AS r JOIN contacts AS c ON c.enterprise_id = r.enterprise_id "
            "JOIN people AS p ON p.id = c.person_id "
            "WHERE p.hand_until IS NULL OR p.hand_until < datetime('now') ORDER BY random() LIMIT ?",
            (count,),
        )
        return [row[0] for row in found]


def rows(path: Path) -> dict[str, int]:
    """Return how many rows each table that has any holds."""
    with closing(sqlite3.connect(path)) as connection:
        tables = "SELECT name, wr FROM pragma_table_list WHERE type = 'table' AND schema = 'main'"
        counts = {
            name: int(connection.execute(f"SELECT {_size(has_no_rowid)} FROM {name}").fetchone()[0])
            for name, has_no_rowid in connection.execute(tables).fetchall()
            if name not in {"alembic_version", "sqlite_schema"}
        }
    return {name: count for name, count in counts.items() if count}


def _size(has_no_rowid: int) -> str:
    return "count(*)" if has_no_rowid else "coalesce(max(rowid), 0)"


def _series(count: int) -> str:
    return f"WITH RECURSIVE series(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < {count}) "


def _insert(table: str, count: int, **columns: str) -> str:
    names, values = ", ".join(columns), ", ".join(columns.values())
    return f"INSERT INTO {table} ({names}) {_series(count)} SELECT {values} FROM series"


def _roster(scale: Scale) -> Iterator[str]:
    leaders, paired = scale.leaders, scale.leaders * IN_CARE
    yield _insert(
        "officials",
        scale.officials,
        id="n",
        name="'官员' || n",
        post="'副市长'",
        department=f"'{catalog.office_department()}'",
        region="printf('21%02d00', n % 15)",
        kind=f"iif(n > {leaders}, 'aide', 'leader')",
        leader_id=f"iif(n > {leaders}, n - {leaders}, NULL)",
        is_active="1",
        created_at=LONG_AGO,
    )
    yield "UPDATE officials SET region = '210000' WHERE id = 1"
    yield _insert(
        "enterprises",
        scale.enterprises,
        id="n",
        name="'辽宁基准' || n || '机械有限公司'",
        credit_code="printf('91210000MA%08d', n)",
        region="printf('21%02d00', n % 14 + 1)",
        stage="iif(n % 3 = 0, 'startup', iif(n % 3 = 1, 'growing', 'mature'))",
        created_at=LONG_AGO,
    )
    yield _insert(
        "pairings",
        paired,
        enterprise_id="n",
        official_id=f"(n - 1) / {IN_CARE} + 1",
        slot=f"(n - 1) % {IN_CARE} + 1",
        since=LONG_AGO,
    )
    yield _insert(
        "people",
        scale.officials + scale.contacts,
        id="n",
        openid="'o' || substr(lower(hex(randomblob(14))), 1, 27)",
        official_id=f"iif(n <= {scale.officials}, n, NULL)",
        follows="1",
        is_reachable="1",
        window_expires_at=f"iif(n <= {scale.officials}, {TOMORROW}, NULL)",
        window_left=f"iif(n <= {scale.officials}, {ALLOWED}, 0)",
        created_at=LONG_AGO,
        seen_at=LONG_AGO,
    )
    yield _insert(
        "contacts",
        scale.contacts,
        person_id=f"n + {scale.officials}",
        enterprise_id="n",
        name="'联系人' || n",
        role="'法定代表人'",
        is_active="1",
        since=LONG_AGO,
    )


_DUE: Final = (
    '{"accept":"2026-11-25T09:30:00+00:00","first_contact":"2026-11-26T09:30:00+00:00",'
    '"result":"2026-12-15T09:30:00+00:00"}'
)
_SUBMITTED: Final = (
    '{"type":"%s","confidence":0.8,"second":"other","owner_id":%d,"enterprise_id":%d,"region":"%s",'
    f'"due":{_DUE}}}'
)
_ACCEPTED: Final = (
    '{"ledger":[2026,%d],"due":{"progress":"2026-12-01T09:30:00+00:00"},"entered":{"debt":{"debtor":'
    '"高新区管委会","kind":"organ","least":%d,"most":32000000,"currency":"CNY",'
    '"delivered":"2026-01-15","due":"2026-02-14"}}}'
)


def _counts(scale: Scale) -> Iterator[str]:
    """Yield what fills the counts behind rates and wall chart, as for a database that had none."""
    if scale.tickets:
        yield f"INSERT INTO tally_marks (id, until) SELECT 1, {NOW}"
        for revision in ("0121", "0160"):
            yield from (
                ScriptDirectory.from_config(config()).get_revision(revision).module.statements("sqlite")
            )


def _facts(scale: Scale, n: str) -> tuple[str, str, str, str]:
    """Return the enterprise, owner, region and type of the ticket that an expression numbers."""
    who = f"(({n} * 7919) % {scale.contacts} + 1)"
    cared = f"({who} - 1) / {IN_CARE} + 1"
    owner = f"iif({who} <= {scale.leaders * IN_CARE}, {cared}, {who} % {scale.leaders} + 1)"
    types = "'policy', 'factors', 'approval', 'arrears', 'ip', 'chain', 'other'"
    kind = f"(SELECT value FROM json_each(json_array({types})) WHERE key = {n} % 7)"
    return who, owner, f"printf('21%02d00', {who} / 20 % 14 + 1)", kind


def _history(scale: Scale) -> Iterator[str]:
    """Yield a life for every ticket: of ten, seven are closed, one is resolved, one accepted, one open."""
    count, officials = scale.tickets, scale.officials
    ticket = "((n - 1) / 4 + 1)"
    who, owner, region, kind = _facts(scale, "n")
    told = ", ".join(_facts(scale, ticket)[place] for place in (3, 1, 0, 2))
    digest = "lower(hex(randomblob(32)))"
    yield _insert(
        "tickets",
        count,
        id="n",
        person_id=f"{who} + {officials}",
        enterprise_id=who,
        owner_id=owner,
        region=region,
        type=kind,
        type_source="'guess'",
        confidence="0.8",
        second_type="'other'",
        status="iif(n % 10 > 2, 'closed', iif(n % 10 = 2, 'resolved', iif(n % 10 = 1, 'accepted', 'open')))",
        title="'给高新区修路的工程款' || n || '万元验收了没给'",
        created_at=LONG_AGO,
        accepted_at=f"iif(n % 10 > 0, {LONG_AGO}, NULL)",
        first_contact_at=f"iif(n % 10 > 0, {LONG_AGO}, NULL)",
        resolved_at=f"iif(n % 10 > 1, {LONG_AGO}, NULL)",
        confirmed_at=f"iif(n % 10 > 2, {LONG_AGO}, NULL)",
        closed_at=f"iif(n % 10 > 2, {LONG_AGO}, NULL)",
        ledger_year="iif(n % 10 > 0, 2026, NULL)",
        ledger_no="iif(n % 10 > 0, n, NULL)",
        rebounds="0",
        hops="0",
    )
    yield _insert(
        "inbox",
        2 * count,
        dedupe_key="'m:o' || hex(randomblob(14)) || ':' || (23000000000000000 + n * 7) || ':1760000000'",
        person_id=f"(((n / 2) * 7919) % {scale.contacts} + 1) + {officials}",
        kind="'text'",
        sealed="hex(randomblob(300))",
        sent_at="1760000000 + n",
        received_at=LONG_AGO,
        outcome="'ticket'",
        ticket_id="n / 2 + 1",
        reply="json_array('已收到您的诉求，编号' || n || '，承办人会在三个工作日内与您联系。')",
    )
    verbs, statuses = "'submit', 'accept', 'resolve', 'confirm'", "'open', 'accepted', 'resolved', 'closed'"
    step = "(n - 1) % 4"
    yield _insert(
        "events",
        4 * count,
        ticket_id="(n - 1) / 4 + 1",
        seq="(n - 1) % 4 + 1",
        at=LONG_AGO,
        verb=f"(SELECT value FROM json_each(json_array({verbs})) WHERE key = {step})",
        actor_role="iif(n % 4 < 2, 'enterprise', 'owner')",
        actor_id="n % 1000 + 1",
        from_status="'open'",
        to_status=f"(SELECT value FROM json_each(json_array({statuses})) WHERE key = {step})",
        data=f"CASE {step} WHEN 0 THEN printf('{_SUBMITTED}', {told}) "
        f"WHEN 1 THEN printf('{_ACCEPTED}', {ticket}, 1000000 + {ticket}) ELSE '{{}}' END",
        previous=digest,
        digest=digest,
    )
    yield _insert(
        "messages",
        2 * count,
        ticket_id="(n - 1) / 2 + 1",
        inbox_id="n",
        side="iif(n % 2 = 1, 'enterprise', 'official')",
        by_aide="0",
        kind="'text'",
        text="'给高新区修路的工程款' || n || '万元，验收八个月了一分没给，请帮忙协调'",
        at=LONG_AGO,
        event_id="iif(n % 2 = 0, (n / 2 - 1) * 4 + 3, NULL)",
    )
    yield _insert(
        "clocks",
        4 * count,
        ticket_id="(n - 1) / 4 + 1",
        name="iif(n % 4 < 2, 'accept', 'result')",
        started_at=LONG_AGO,
        due_at=LONG_AGO,
        met_at=f"iif((n - 1) / 4 % 10 > 1, {LONG_AGO}, NULL)",
        source="'《辽宁省优化营商环境条例》第十条'",
        explanation="'自十一月二十四日起三个工作日内，至十一月二十七日下班前。'",
        is_provisional="0",
    )
    yield _insert(
        "outbox",
        4 * count,
        id="n",
        person_id=f"((n / 4) * 7919) % {scale.contacts} + 1",
        ticket_id="(n - 1) / 4 + 1",
        event_id="n",
        kind="'new_ticket'",
        payload='\'{"number":"1007","type":"policy","title":"x","status":"open"}\'',
        dedupe_key="'event:' || n || ':new_ticket:' || (n % 1000)",
        state="'sent'",
        created_at=LONG_AGO,
        due_at=LONG_AGO,
        attempts="1",
        channel="'custom'",
        settled_at=LONG_AGO,
    )
    yield _insert(
        "attempts",
        4 * count,
        outbox_id="n",
        at=LONG_AGO,
        channel="'custom'",
        outcome="'sent'",
        code="0",
        said="'您有一件新诉求，请在三个工作日内受理。'",
    )
