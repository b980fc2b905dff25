"""`liaison export ledger`: a file, its digest beside it, and the proof that nobody has changed either."""

import csv
import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryFile

import pytest
from sqlalchemy import select

from bot.ledgers.files import Format, NotYet, Question, is_same_digest, moment, repr_digest, write
from bot.ledgers.lines import Look
from bot.ledgers.parts import Part, shaped
from bot.spread import at_once
from config import catalog
from models.actions import office, tickets
from models.actions.conversation import Words
from models.queries.ledger import Asked, Place, places
from models.queries.tickets import Actor
from models.rules.lifecycle import Role
from models.session import Database
from models.tables import AuditEntry, Ticket
from tests.roster import OWNER, load
from tests.unit.bot.test_cli import Liaison, liaison
from tests.unit.models.stage import SURE, known

__all__ = ["liaison"]

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
LONG_AGO = datetime(2025, 3, 4, 2, 0, tzinfo=UTC)


@pytest.fixture
def url(sqlite_url: str) -> str:
    """A database with two cases taken on, on two days of spring."""
    database = Database(sqlite_url)
    with database.transaction() as session:
        load(session, LONG_AGO)
        for days in (0, 2):
            at = LONG_AGO + timedelta(days=days)
            who, words = known(session, OWNER), Words("text", "=欠我们工程款")
            done = tickets.submit(session, who, words, SURE, title="欠款", now=at)
            row = session.get_one(Ticket, done.id)
            office.accept(session, row, Actor(Role.OWNER, None, row.owner_id, row.owner_id), now=at)
    database.dispose()
    return sqlite_url


def test_file_and_digest_are_written_and_can_be_checked(liaison: Liaison, url: str, tmp_path: Path) -> None:
    out = tmp_path / "ledger.csv"
    asked = ("export", "ledger", "--type", "arrears", "--format", "csv", "--as-of", "2025-03-05")
    ran = liaison(*asked, "--out", str(out), LIAISON_DATABASE_URL=url)
    digest = hashlib.sha256(out.read_bytes()).hexdigest()
    assert (ran.code, ran.out) == (0, f"{digest}  {out}\n"), ran.err
    assert (tmp_path / "ledger.csv.sha256").read_text() == f"{digest}  ledger.csv\n"
    assert sorted(path.name for path in tmp_path.glob("ledger*")) == ["ledger.csv", "ledger.csv.sha256"]
    with out.open(encoding="utf-8-sig", newline="") as file:
        assert [row[6] for row in csv.reader(file)] == ["诉求内容", "'=欠我们工程款"]
    for known_as in (digest, digest.upper(), repr_digest(digest)):
        assert liaison(*asked, "--check", known_as, LIAISON_DATABASE_URL=url).code == 0
    ran = liaison(*asked, "--check", "0" * 64, LIAISON_DATABASE_URL=url)
    assert (ran.code, "not the same file" in ran.err) == (1, True)


def test_ledger_that_was_written_is_on_record_and_a_comparison_is_not(
    liaison: Liaison, url: str, tmp_path: Path
) -> None:
    asked = ("export", "ledger", "--type", "arrears", "--format", "csv", "--as-of", "2025-03-05T10:00")
    ran = liaison(*asked, "--out", str(tmp_path / "ledger.csv"), LIAISON_DATABASE_URL=url)
    assert liaison(*asked, "--check", ran.out[:64], LIAISON_DATABASE_URL=url).code == 0
    database = Database(url)
    with database.reading() as session:
        [row] = session.scalars(select(AuditEntry)).all()
    database.dispose()
    assert (row.actor_kind, row.deed, row.operation) == ("operator", "read", "liaison export ledger")
    assert (row.object, row.reason) == ("ledgers/arrears.csv", "as of 2025-03-05T02:00:00+00:00")


def test_workbook_is_the_same_every_time(liaison: Liaison, url: str, tmp_path: Path) -> None:
    asked = ("export", "ledger", "--as-of", "2025-03-10T12:00")
    outs = [tmp_path / name for name in ("one.xlsx", "two.xlsx")]
    for out in outs:
        assert liaison(*asked, "--out", str(out), LIAISON_DATABASE_URL=url).code == 0
    assert outs[0].read_bytes() == outs[1].read_bytes()


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--type", "wages", "--out", "x"), "--type: one of policy"),
        (("--as-of", "2999-01-01", "--out", "x"), "--as-of is to come"),
        (("--as-of", "soon", "--out", "x"), "--as-of: a day such as"),
        ((), "Say where to write it"),
        (("--check", "ab"), "--check needs --as-of"),
    ],
)
def test_what_cannot_be_meant_is_said(
    liaison: Liaison, sqlite_url: str, options: tuple[str, ...], says: str
) -> None:
    ran = liaison("export", "ledger", *options, LIAISON_DATABASE_URL=sqlite_url)
    assert (ran.code, says in ran.err) == (2, True), ran.err


def test_moments() -> None:
    assert moment(None, NOW) == NOW
    assert moment("2026-11-23", NOW) == datetime(2026, 11, 23, 15, 59, 59, 999999, tzinfo=UTC)
    assert moment("2026-11-24T09:00", NOW) == datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
    assert moment("2026-11-24T01:00:00Z", NOW) == datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
    for words in ("2026-11-24", "2026-11-24T10:00:01"):
        with pytest.raises(NotYet):
            moment(words, NOW)
    for words in ("", "2026-02-30", "9999-12-31", "2026-11-24T25:00"):
        with pytest.raises(ValueError, match=r".*"):
            moment(words, NOW)


def test_a_question_about_all_names_every_type_in_order() -> None:
    assert [one.type for one in Question("all", NOW).each()] == [
        *("policy", "factors", "approval", "arrears", "ip", "chain", "other")
    ]
    assert [str(each) for each in Format] == ["csv", "xlsx"]
    assert not is_same_digest("a" * 64, "b" * 64)


def test_ledger_read_in_parts_by_several_processes_is_the_same(url: str) -> None:
    columns = catalog.ledger_form().of("arrears")
    look = Look.of(len(columns), text=1, day=2, amount=3)
    whole = Part(Asked("arrears", LONG_AGO + timedelta(days=9)), columns, look)
    database = Database(url)
    with database.reading() as session, at_once(database, 2) as each:
        [page] = shaped(session, whole)
        assert list(shaped(each, whole, every=1)) == [page[:1], page[1:]]
        assert list(shaped(each, whole, every=2)) == [page]
        assert places(session, whole.asked, every=1) == [Place(2025, 1), Place(2025, 2)]
    database.dispose()


def test_file_is_the_same_however_it_is_read(url: str) -> None:
    question, database = Question("all", NOW), Database(url)
    with database.reading() as session, at_once(database, 2) as each:
        for how in Format:
            with TemporaryFile() as here, TemporaryFile() as there:
                digests = write(session, question, how, here), write(each, question, how, there)
                assert here.read() == there.read()
                assert digests[0] == digests[1]
    database.dispose()
