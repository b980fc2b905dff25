"""Bring a list of officials, enterprises or pairings onto the roster: all of it or nothing.

What the list says already stands changes nothing, so that the same list may come again. One import is carried
out after the other; every batch of rows is looked up and written at once.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from sqlalchemy import Connection, insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.actions.importing import enterprises, officials, pairings
from models.actions.importing.account import Account, Row, batches
from models.queries.registry import Regions
from models.rules.faults import Fault
from models.rules.importing import HEADING_WITHIN, Headings, NoHeadings, Subject, columns, headings, read
from models.session import core
from models.tables import Import

Rows = Callable[[], Iterator[tuple[int, Sequence[str]]]]
"""Begins a list anew: rows with their numbers, empty ones left out."""
Take = Callable[[Account, Sequence[Row], datetime], None]

_QUEUE: Final = 7131
"""The advisory lock that imports on PostgreSQL wait for; SQLite has one writer anyway."""


class Faulty(Exception):
    """Something is wrong with the list, and nothing was changed."""

    def __init__(self, report: "Report") -> None:
        super().__init__(f"{report.fault_count} faults")
        self.report = report


class RosterMoved(Exception):
    """Somebody changed the same rows of the roster meanwhile; nothing was imported."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a list comes from: file, whose key, and what that reaches."""

    file_name: str
    file_digest: str
    key_id: int | None = None
    region: str | None = None
    regions: Regions = None


@dataclass(frozen=True, slots=True)
class Report:
    """What an import does, or would do. `faults` are the first of `fault_count`."""

    rows: int
    created: int
    changed: int
    same: int
    fault_count: int
    faults: tuple[Fault, ...]
    ignored: tuple[str, ...]
    import_id: int


def bring_in(session: Session, subject: Subject, rows: Rows, origin: Origin, *, now: datetime) -> Report:
    """Bring a list onto the roster.

    Raises:
        NoHeadings: the list has no row of headings.
        Faulty: rows of it are wrong.
        RosterMoved: somebody else changed the same rows meanwhile.
    """
    report = rehearse(session, subject, rows, origin, now=now)
    if report.fault_count:
        raise Faulty(report)
    return report


def rehearse(session: Session, subject: Subject, rows: Rows, origin: Origin, *, now: datetime) -> Report:
    """Do everything and say what came of it; the caller takes it back by ending the transaction so.

    Raises:
        NoHeadings: the list has no row of headings.
        RosterMoved: somebody else changed the same rows meanwhile.
    """
    session.flush()
    connection = core(session)
    wait_in_line(connection)
    import_id = _begin(connection, subject, origin, now)
    account = Account(session, subject, import_id, origin.regions, now)
    try:
        for chosen, take in _waves(subject):
            for batch in batches(row for row in _read(account, rows) if chosen(row)):
                take(account, batch, now)
        account.close()
    except IntegrityError as race:
        raise RosterMoved from race
    counts = {"created": account.created, "changed": account.changed, "same": account.same}
    done = update(Import).where(Import.id == account.import_id)
    connection.execute(done.values(rows=account.rows, **counts))
    return Report(
        rows=account.rows,
        fault_count=account.fault_count,
        faults=tuple(sorted(account.faults, key=lambda fault: fault.row)),
        ignored=account.ignored,
        import_id=account.import_id,
        **counts,
    )


def wait_in_line(connection: Connection) -> None:
    """Wait for the end of whichever import is being carried out or taken back."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_QUEUE})")


def _waves(subject: Subject) -> tuple[tuple[Callable[[Row], bool], Take], ...]:
    """Return which rows are taken after which, and how. Aides come after all leaders."""
    if subject is Subject.ENTERPRISES:
        return ((lambda _: True, enterprises.take),)
    if subject is Subject.PAIRINGS:
        return ((lambda _: True, partial(_with_slots, pairings.Slots())),)
    return ((lambda row: not officials.is_aide(row), officials.take), (officials.is_aide, officials.take))


def _with_slots(slots: pairings.Slots, account: Account, batch: Sequence[Row], now: datetime) -> None:
    pairings.take(account, batch, slots, now)


def _begin(connection: Connection, subject: Subject, origin: Origin, now: datetime) -> int:
    row = {
        "subject": subject.value,
        "file_name": origin.file_name,
        "file_digest": origin.file_digest,
        "key_id": origin.key_id,
        "region": origin.region,
        "at": now,
        **dict.fromkeys(("rows", "created", "changed", "same"), 0),
    }
    return int(connection.execute(insert(Import).values(row).returning(Import.id)).scalar_one())


def _read(account: Account, rows: Rows) -> Iterator[Row]:
    """Yield the rows that are right in themselves; faults go on the account when the list is first read."""
    again = rows()
    where = _headings(account, again)
    is_first_time, account.ignored = account.rows == 0, where.ignored
    for number, texts in again:
        account.rows += is_first_time
        found = read(account.subject, number, texts, where, account.reach)
        if not isinstance(found, list):
            yield Row(number, found)
        elif is_first_time:
            account.note(found)


def _headings(account: Account, rows: Iterator[tuple[int, Sequence[str]]]) -> Headings:
    """Return the headings, which are taken off the rows.

    Raises:
        NoHeadings: none of the first rows is one.
    """
    best: NoHeadings | None = None
    for _, (_, texts) in zip(range(HEADING_WITHIN), rows, strict=False):
        try:
            return headings(account.subject, texts)
        except NoHeadings as lacking:
            if best is None or len(lacking.missing) < len(best.missing):
                best = lacking
    raise best or NoHeadings([each.title for each in columns(account.subject) if not each.is_optional])
