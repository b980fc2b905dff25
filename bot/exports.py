"""`liaison export`: files for people outside."""

from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Annotated, Final

import typer
from sqlalchemy import func, select

from bot.collector import spare_the_collector
from bot.ledgers.files import ALL, Format, NotYet, Question, is_same_digest, moment, write
from bot.lines import Refused
from bot.service import wall_clock
from bot.spread import spread
from config import catalog
from config.settings import DatabaseSettings
from models.actions import audit
from models.session import Database
from models.tables import Ticket

app: Final = typer.Typer(no_args_is_help=True, help="Files for people outside")


@app.callback()
def _export() -> None:
    """Files for people outside."""


@app.command()
def ledger(
    *,
    type_: Annotated[str, typer.Option("--type", help="A type, or all: a sheet for each.")] = ALL,
    form: Annotated[Format, typer.Option("--format", help="How it is written.")] = Format.XLSX,
    as_of: Annotated[
        str | None,
        typer.Option(help="A day (its end) or a moment, 2026-11-24T10:00 in China's time; else now."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(dir_okay=False, help="Where to write it; its digest goes beside it.")
    ] = None,
    check: Annotated[
        str | None, typer.Option(help="The SHA-256 it must have: exit code 1 if it has another.")
    ] = None,
) -> None:
    """Write a ledger (台账) as it stood at a moment, and print its SHA-256."""
    if out is None and check is None:
        raise Refused("Say where to write it (--out), or what to compare it with (--check).", 2)
    if type_ not in {ALL, *catalog.types()}:
        raise Refused(f"--type: one of {', '.join([*catalog.types(), ALL])}", 2)
    if check is not None and as_of is None:
        raise Refused("--check needs --as-of: a ledger as of now is another one every time.", 2)
    question = Question(type_, _moment(as_of), None)
    digest = _make(question, form, out)
    typer.echo(f"{digest}  {out or '-'}")
    typer.echo(f"as of {question.as_of.isoformat()}", err=True)
    if check is not None and not is_same_digest(digest, check):
        raise Refused("It is not the same file: --check names another digest.", 1)


def _moment(words: str | None) -> datetime:
    try:
        return moment(words, wall_clock())
    except NotYet:
        raise Refused("--as-of is to come: nobody knows what will be on record by then.", 2) from None
    except ValueError:
        raise Refused("--as-of: a day such as 2026-11-24, or a moment such as 2026-11-24T10:00", 2) from None


def _make(question: Question, form: Format, out: Path | None) -> str:
    """Write the ledger; a file appears under its name only when it is whole, its digest beside it."""
    spare_the_collector()
    database = Database(DatabaseSettings().database_url)
    try:
        with _place(out) as file:
            digest = written(database, question, form, file)
        if out is not None:
            _note(database, question, form)
    finally:
        database.dispose()
    if out is not None:
        _unfinished(out).replace(out)
        out.with_name(f"{out.name}.sha256").write_text(f"{digest}  {out.name}\n", encoding="utf-8")
    return digest


def written(database: Database, question: Question, form: Format, file: IO[bytes]) -> str:
    """Write a ledger, with every core where there are many cases; return its SHA-256 as hex."""
    with database.reading() as session:
        cases = session.scalar(select(func.max(Ticket.id))) or 0
    with spread(database, cases) as each:
        if each is not None:
            return write(each, question, form, file)
        with database.reading() as session:
            return write(session, question, form, file)


def _note(database: Database, question: Question, form: Format) -> None:
    """Put on record that a ledger was read, before its file appears."""
    place, why = f"ledgers/{question.type}.{form}", f"as of {question.as_of.isoformat()}"
    with database.transaction() as session:
        deed, now = audit.Deeds.READ, wall_clock()
        audit.note(session, audit.OPERATOR, deed, "liaison export ledger", place, reason=why, now=now)


def _place(out: Path | None) -> IO[bytes]:
    return TemporaryFile() if out is None else _unfinished(out).open("w+b")


def _unfinished(out: Path) -> Path:
    return out.with_name(f"{out.name}.part")
