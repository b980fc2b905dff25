"""`liaison key …`: who may use the API, from the machine that holds the database."""

import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy.orm import Session

from bot.lines import Refused
from bot.service import wall_clock
from config.settings import DatabaseSettings
from models.actions import access, audit
from models.queries import keys as found
from models.queries.growing import START
from models.queries.registry import NotFound
from models.session import Database

app: Final = typer.Typer(no_args_is_help=True, help="API keys")
_ALL_AT_ONCE: Final = 1_000_000
_WIDE: Final = 250
"""Characters of a line in a pipe, which has no width."""

_KeyId = Annotated[int, typer.Argument(min=1, help="The key's number in `liaison key list`.", metavar="ID")]


@app.command("create")
def create(
    *,
    name: Annotated[str, typer.Option(help="Whose key it is.")],
    role: Annotated[str, typer.Option(help="admin, supervisor or viewer.")],
    region: Annotated[str | None, typer.Option(help="Only this region, by code.")] = None,
    expires: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Worthless from this day on (UTC).")
    ] = None,
) -> None:
    """Make an API key. It is printed once and stored as a hash."""
    raw, ends = secrets.token_urlsafe(32), expires and expires.replace(tzinfo=UTC)
    try:
        with _open() as session:
            now = wall_clock()
            key = access.create_key(
                session, raw, name=name, role=role, region=region, expires_at=ends, now=now
            )
            _note(session, "create", key.id, now)
    except (ValueError, LookupError) as error:
        raise Refused(str(error), 2) from None
    sys.stdout.write(f"{raw}\n")


@app.command("list")
def show() -> None:
    """List the keys, ended ones too; never their secrets."""
    table = Table()
    for head in ("id", "name", "role", "region", "created", "last used", "ends", "state"):
        table.add_column(head, no_wrap=True)
    now = wall_clock()
    with _open() as session:
        for key, used in found.keys(session, None, after=START, limit=_ALL_AT_ONCE):
            ended = key.revoked_at or (key.expires_at if key.expires_at and key.expires_at <= now else None)
            state = "live" if ended is None else "revoked" if key.revoked_at else "expired"
            days = [_day(day) for day in (key.created_at, used, key.revoked_at or key.expires_at)]
            table.add_row(str(key.id), key.name, key.role, key.region or "all", *days, state)
    wide = None if sys.stdout.isatty() else _WIDE
    Console(emoji=False, markup=False, highlight=False, width=wide).print(table)


@app.command("rotate")
def rotate(
    key_id: _KeyId,
    *,
    grace: Annotated[
        int, typer.Option(min=0, max=168, help="Hours that the secret it has goes on being good.")
    ] = 24,
) -> None:
    """Give a key another secret, printed once."""
    raw = secrets.token_urlsafe(32)
    try:
        with _open() as session:
            now = wall_clock()
            access.rotate_key(session, key_id, raw, grace=timedelta(hours=grace), now=now)
            _note(session, "rotate", key_id, now)
    except access.KeyEnded:
        raise Refused(f"There is no key {key_id}, or it has ended.", 1) from None
    sys.stdout.write(f"{raw}\n")


@app.command("revoke")
def revoke(key_id: _KeyId) -> None:
    """Make a key worthless from now on, both its secrets."""
    try:
        with _open() as session:
            found.key(session, None, key_id)
            now = wall_clock()
            is_new = access.revoke_key(session, key_id, now=now)
            _note(session, "revoke", key_id, now)
    except NotFound:
        raise Refused(f"There is no key {key_id}.", 1) from None
    sys.stdout.write(f"Key {key_id} is revoked.\n" if is_new else f"Key {key_id} was revoked already.\n")


def _note(session: Session, verb: str, key_id: int, now: datetime) -> None:
    audit.note(session, audit.OPERATOR, audit.Deeds.CHANGE, f"liaison key {verb}", f"keys/{key_id}", now=now)


@contextmanager
def _open() -> Iterator[Session]:
    database = Database(DatabaseSettings().database_url)
    try:
        with database.transaction() as session:
            yield session
    finally:
        database.dispose()


def _day(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment:%Y-%m-%d %H:%M}"
