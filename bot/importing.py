"""`liaison import …`: lists of officials, enterprises and pairings from files at this machine."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import sheets
from bot.lines import Refused
from config.settings import DatabaseSettings
from models.actions import audit, importing
from models.actions.importing import Origin, Report
from models.actions.importing.undoing import UndoneAlready, undo
from models.rules.faults import Fault
from models.rules.importing import NoHeadings, Subject
from models.session import Database
from models.tables import Import

EVERY: Final = 500
"""Rows between two looks at how far it has come."""

app: Final = typer.Typer(no_args_is_help=True, help="Lists for the roster, all of one or nothing of it")


class _TakenBack(Exception):
    """Ends the transaction of a dry run."""

    def __init__(self, report: Report) -> None:
        self.report = report


def _command(subject: Subject) -> Callable[..., None]:
    def command(
        file: Annotated[
            Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="CSV or .xlsx.")
        ],
        *,
        dry_run: Annotated[
            bool, typer.Option("--dry-run", help="Say what would happen; change nothing.")
        ] = False,
    ) -> None:
        _carry_out(subject, file, is_dry=dry_run)

    return command


for _subject in Subject:
    app.command(_subject.value, help=f"Bring a list of {_subject.value} onto the roster.")(_command(_subject))


@app.command("undo")
def take_back(
    import_id: Annotated[int, typer.Argument(min=1, help="The number an import has printed.")],
) -> None:
    """Take an import back, as far as nothing hangs on it yet."""
    with _database() as database:
        try:
            with database.transaction() as session:
                if session.scalars(select(Import.id).where(Import.id == import_id)).first() is None:
                    raise Refused(f"There is no import {import_id}.", 2)
                now = _now()
                row = undo(session, import_id, key_id=None, now=now)
                _note(session, "undo", import_id, now)
        except UndoneAlready:
            raise Refused(f"Import {import_id} was taken back before.", 1) from None
        except importing.RosterMoved:
            raise Refused(
                "Somebody has just used what would leave. Nothing was changed; try again.", 1
            ) from None
    for each in row.left or []:
        sys.stderr.write(f"stays: {each['name']} (id {each['id']}), {each['why']}\n")
    sys.stdout.write(f"Import {import_id} is taken back; {row.left_count:,} of it stay.\n")


def _carry_out(subject: Subject, file: Path, *, is_dry: bool) -> None:
    with _database() as database, file.open("rb") as binary:
        try:
            read = sheets.opened(binary)
            origin = Origin(file.name[-200:], sheets.digest(binary))
            with progress(read, subject) as rows:
                report = _report(database, subject, rows, origin, is_dry=is_dry)
        except (sheets.Unreadable, NoHeadings) as unfit:
            raise Refused(f"{file}: {unfit}.", 2) from None
        except importing.RosterMoved:
            raise Refused(
                "Somebody changed the roster meanwhile. Nothing was changed; try again.", 1
            ) from None
    if report.ignored:
        sys.stderr.write(f"columns nobody reads: {', '.join(report.ignored)}\n")
    _name(report.faults, report.fault_count)
    counts = f"{report.created:,} new, {report.changed:,} changed, {report.same:,} as they were"
    if report.fault_count:
        raise Refused(f"{report.fault_count:,} faults in {report.rows:,} rows. Nothing was changed.", 1)
    done = "Nothing was changed; it would be" if is_dry else f"Import {report.import_id}:"
    sys.stdout.write(f"{done} {counts}.\n")


def _report(
    database: Database, subject: Subject, rows: importing.Rows, origin: Origin, *, is_dry: bool
) -> Report:
    try:
        with database.transaction() as session:
            now = _now()
            report = importing.rehearse(session, subject, rows, origin, now=now)
            if not is_dry and not report.fault_count:
                _note(session, subject.value, report.import_id, now)
                return report
            raise _TakenBack(report)  # noqa: TRY301 -- an exception is how a transaction is taken back
    except _TakenBack as back:
        return back.report


def _note(session: Session, verb: str, import_id: int, now: datetime) -> None:
    """Put on record what the command line has changed."""
    operation, place = f"liaison import {verb}", f"imports/{import_id}"
    audit.note(session, audit.OPERATOR, audit.Deeds.CHANGE, operation, place, now=now)


def _name(faults: Sequence[Fault], count: int) -> None:
    for fault in faults:
        sys.stderr.write(f"row {fault.row}, {fault.column}: {fault.says}\n")
    if count > len(faults):
        sys.stderr.write(f"and {count - len(faults):,} more\n")


@contextmanager
def progress(read: sheets.List, subject: Subject, console: Console | None = None) -> Iterator[importing.Rows]:
    """Show a bar at a terminal while the rows are read; yield what begins to read them."""
    console = console or Console(stderr=True)
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
    )
    with bar:
        task = bar.add_task(escape(subject.value), total=read.total)

        def rows() -> Iterator[tuple[int, Sequence[str]]]:
            for count, row in enumerate(read.rows()):
                if count % EVERY == 0:
                    bar.update(task, completed=read.done)
                yield row
            bar.update(task, completed=read.total)

        yield rows


@contextmanager
def _database() -> Iterator[Database]:
    database = Database(DatabaseSettings().database_url)
    try:
        yield database
    finally:
        database.dispose()


def _now() -> datetime:
    return datetime.now(UTC)
