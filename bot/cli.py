"""The `liaison` command: every way to start, prepare and inspect the service."""

import asyncio
import os
import signal
import sys
from contextlib import suppress
from typing import Annotated, Final

import typer
import uvicorn
from pydantic import ValidationError
from rich.console import Console
from rich.markup import escape
from sqlalchemy.exc import ArgumentError, OperationalError, ProgrammingError

from bot import exports, forgetting, importing, keys, learning, lines, log, verifying
from bot.service import build, wall_clock
from bot.web import health
from bot.wechat.errors import WeChatError
from config import catalog
from config.settings import DatabaseSettings, Settings
from handlers import say
from handlers.understanding.model import WrongModel
from models.queries.schema import is_current
from models.session import BadAddress, Database

app: Final = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Liaison: every request has one named owner.",
)
app.add_typer(keys.app, name="key")
app.add_typer(exports.app, name="export")
app.add_typer(importing.app, name="import")
out: Final = Console(emoji=False)
err: Final = Console(stderr=True, emoji=False)

MAX_BACKLOG: Final = 4096


def main() -> None:
    """Run the command line; a wrong setting or an absent database is explained, not traced."""
    _suit_the_reader()
    try:
        app()
    except ValidationError as error:
        for problem in error.errors():
            name = "LIAISON_" + "_".join(str(part) for part in problem["loc"]).upper()
            err.print(f"[red]{name}[/red]: {escape(problem['msg'])}")
        err.print("See the configuration table in README.md.")
        sys.exit(2)
    except (BadAddress, ArgumentError):
        err.print("[red]LIAISON_DATABASE_URL[/red]: use sqlite+aiosqlite:///… or postgresql+asyncpg://…")
        sys.exit(2)
    except ProgrammingError:
        err.print("[red]The database lacks our tables[/red]: run `liaison migrate`.")
        sys.exit(1)
    except OperationalError:
        err.print(
            "[red]LIAISON_DATABASE_URL[/red]: no answer or no such place; else `liaison migrate` first."
        )
        sys.exit(1)
    except lines.Refused as refused:
        err.print(f"[red]{escape(str(refused))}[/red]", highlight=False, soft_wrap=True)
        sys.exit(refused.code)
    except WrongModel as error:
        err.print(f"[red]LIAISON_MODEL[/red]: {escape(str(error))}", soft_wrap=True)
        sys.exit(2)
    except OSError as error:
        place = escape(str(error.filename or "system"))
        err.print(f"[red]{place}[/red]: {error.strerror or error}", soft_wrap=True)
        sys.exit(1)


def _suit_the_reader() -> None:
    """Wrap lines and draw boxes for a person at a terminal only: who reads a pipe reads whole lines."""
    out.soft_wrap = not sys.stdout.isatty()
    err.soft_wrap = not sys.stderr.isatty()
    for one in (app, keys.app, importing.app):
        one.rich_markup_mode = None if out.soft_wrap or err.soft_wrap else "rich"


def _refuse(error: Exception, code: int) -> typer.Exit:
    """Say on stderr what is wrong, word for word; return what ends the command."""
    err.print(f"[red]{escape(str(error))}[/red]", highlight=False)
    return typer.Exit(code)


@app.command()
def serve(
    *,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Port to listen on.")] = None,
    workers: Annotated[int, typer.Option(min=1, help="Number of processes.")] = 1,
    worker: Annotated[
        bool | None,
        typer.Option(help="Deliver messages in the web process too (else: LIAISON_WORKER)."),
    ] = None,
) -> None:
    """Serve the webhook, the API and the pages; deliver and watch the clocks, unless --no-worker."""
    settings = Settings()
    log.configure(settings.log_level, settings.log_format)
    _be_migrated(settings.database_url)
    learning.use_chosen_model(settings)
    if worker is not None:
        os.environ["LIAISON_WORKER"] = str(worker)
    # Once it has shut down in good order uvicorn raises the signal again: that is a clean end, not a death.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    uvicorn.run(
        "bot.app:from_environment",
        factory=True,
        host=host or settings.host,
        port=port or settings.port,
        workers=workers,
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        backlog=MAX_BACKLOG,
        timeout_graceful_shutdown=10,
    )


def _be_migrated(url: str) -> None:
    """Bring an embedded database up to date; on PostgreSQL that is the operator's decision."""
    database = Database(url)
    if database.is_sqlite and not _is_current(database):
        database.dispose()
        _migrate_apart(database)
    database.dispose()


def _migrate_apart(database: Database) -> None:
    """Migrate in a process that ends: this one then never holds what is needed for one moment only.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: the database refuses, there as well as here.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    child = os.fork()
    if child == 0:
        try:
            _migrate(database)
            database.dispose()  # SQLite moves what it wrote into the file itself
        except BaseException:  # noqa: BLE001 -- whoever waits tries it once more, and hears the same
            os._exit(1)
        os._exit(0)
    try:
        has_failed = os.waitpid(child, 0)[1]
    except BaseException:  # told to stop: the next start finds the database as it was, and nobody else at it
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        raise
    if has_failed:
        _migrate(database)


def _is_current(database: Database) -> bool:
    try:
        with database.reading() as session:
            return is_current(session)
    except OperationalError:
        return False  # there is no file yet


def _migrate(database: Database) -> None:
    from models.migrations import migrate as migrate_database  # noqa: PLC0415 -- 14 MB for one moment

    migrate_database(database)


@app.command()
def worker() -> None:
    """Deliver messages and do what falls due, in a process of its own, until SIGTERM."""
    settings = Settings()
    log.configure(settings.log_level, settings.log_format)
    _be_migrated(settings.database_url)
    learning.use_chosen_model(settings)
    asyncio.run(_work(settings))


async def _work(settings: Settings) -> None:
    service = build(settings)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, service.stop)
    try:
        async with health.answering(service.database, settings.host, settings.metrics_port):
            await service.work()
    finally:
        service.close()
        await service.http.aclose()


@app.command()
def migrate() -> None:
    """Create or update the tables."""
    database = Database(DatabaseSettings().database_url)
    _migrate(database)
    out.print(f"{database.url.render_as_string()} is up to date.", markup=False)


@app.command()
def demo(
    *,
    headless: Annotated[bool, typer.Option(help="Play the stories and leave.")] = False,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port for the phones page.")] = 8000,
) -> None:
    """Try everything on this machine: a simulated WeChat, an invented roster, two phones."""
    from bot.demo import run  # noqa: PLC0415 -- the simulator is loaded only where it is wanted

    log.configure("WARNING", "console")
    sys.exit(asyncio.run(run(port=port, headless=headless, console=out)))


@app.command()
def menu() -> None:
    """Put the chat menu on the service account (WeChat shows it within minutes)."""
    settings = Settings()
    log.configure("WARNING", "console")
    try:
        asyncio.run(_put_menu(settings))
    except WeChatError as error:
        err.print(f"The platform at {settings.wechat_api_base}: `liaison doctor` says what to do.")
        raise _refuse(error, 1) from None
    out.print("The menu is set.")


async def _put_menu(settings: Settings) -> None:
    service = build(settings)
    try:
        await service.client.create_menu(say.MENU)
    finally:
        service.close()
        await service.http.aclose()


@app.command()
def doctor() -> None:
    """Check configuration, database, platform, calendar and roster; say what to do about each."""
    from bot.doctor import examine  # noqa: PLC0415 -- only this command needs it

    settings = Settings()
    log.configure("WARNING", "console")
    learning.use_chosen_model(settings)
    catalog.use_notices(settings.calendar)
    findings = asyncio.run(examine(settings, wall_clock()))
    for finding in findings:
        mark = {True: "[green]✓[/green]", False: "[red]✗[/red]", None: "[yellow]![/yellow]"}[finding.is_well]
        out.print(f"{mark} {finding.subject}: {escape(finding.words)}", highlight=False)
    if any(finding.is_well is False for finding in findings):
        raise typer.Exit(1)


for command in (learning.classify, learning.evaluate, learning.train, learning.patterns):
    app.command()(command)
for more in (verifying.verify, verifying.anchor, forgetting.forget):
    app.command()(more)
