"""`liaison verify` and `liaison anchor`: prove that what is written down is what was written down."""

import json
import sys
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.collector import spare_the_collector
from bot.service import wall_clock
from bot.spread import Spread, in_turn, spread
from config.settings import DatabaseSettings
from models.actions.handover import seal
from models.queries import audit, contradictions, marks, media, proof, recounting, stretches, tallying
from models.rules.proof import Flaw
from models.session import Database, at_one_moment
from models.tables import Handover


def handovers(session: Session, _now: datetime) -> Iterable[str]:
    """Yield each handover whose signed list is not the one that was signed."""
    for row in session.scalars(select(Handover).order_by(Handover.id).execution_options(yield_per=100)):
        on = row.effective_on.isoformat()
        facts = {"from": row.from_id, "to": row.to_id, "reason": row.reason, "on": on}
        if seal(facts, row.listed) != row.digest:
            yield f"handover {row.id} of {on} is not the list that was signed"


def tickets(session: Session, _now: datetime) -> Iterable[object]:
    """Yield each ticket of which anything is kept otherwise than its events tell."""
    return contradictions.contradictions(session)


def merged_and_shielded(session: Session, _now: datetime) -> Iterable[str]:
    """Yield each ticket that is merged or shielded otherwise than its events tell."""
    return marks.contradictions(session)


def pictures(session: Session, _now: datetime) -> Iterable[Flaw]:
    """Yield each picture, voice or video whose bytes are not those that came."""
    return media.flaws(session)


def counts(session: Session, now: datetime) -> Iterable[str]:
    """Yield each sum behind the rates that is not what its tickets add up to."""
    for each in recounting.differences(session, now):
        yield f"counts of {each.where}: kept {each.kept}, counted {each.counted}"


Check = Callable[[Session, datetime], Iterable[object]]

CHECKS: Final[tuple[tuple[str, Check], ...]] = (
    ("stretches", stretches.flaws),  # first: where several are done at once the longest must not be the last
    ("handovers", handovers),
    ("tickets", tickets),
    ("marks", merged_and_shielded),
    ("counts", counts),
    ("media", pictures),
)
"""What else is compared with the event log: a name, and what yields each difference in words.

Whoever keeps something that can be told from the events adds a line here.
"""

_BEHIND: Final = (
    "This machine's clock ({now:%Y-%m-%d %H:%M} UTC) is behind the newest moment on record "
    "({seen:%Y-%m-%d %H:%M} UTC): what time alone changes is compared at that moment.\n"
)


def verify(
    *, as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of lines.")] = False
) -> None:
    """Check every chain of events, the audit and the daily anchors; name what is not as it was written."""
    spare_the_collector()
    database, now = Database(DatabaseSettings().database_url), wall_clock()
    try:
        if (seen := _seen(database)) > now:
            sys.stderr.write(_BEHIND.format(now=now, seen=seen))
        report = _checked(database, now)
    finally:
        database.dispose()
    figures = _figures(report) | {"moment": max(now, seen).isoformat(), "is_clock_behind": seen > now}
    sys.stdout.write(json.dumps(figures, ensure_ascii=False) if as_json else _lines(report))
    sys.stdout.write("\n")
    if report.flaws:
        raise typer.Exit(1)


def anchor(
    *, every: Annotated[bool, typer.Option("--all", help="Every day's, not only the last.")] = False
) -> None:
    """Print the digest over all chains of the last day that has one, as JSON lines to print and publish."""
    database = Database(DatabaseSettings().database_url)
    try:
        with database.reading() as session:
            after = 0
            while rows := audit.anchors(session, after=after, limit=1000):
                for row in rows if every else ():
                    _print_anchor(row.day.isoformat(), row.digest, row.previous)
                after, newest = rows[-1].id, rows[-1]
            if not after:
                sys.stderr.write("There is no anchor yet: the service makes one a day.\n")
                raise typer.Exit(1)
            if not every:
                _print_anchor(newest.day.isoformat(), newest.digest, newest.previous)
    finally:
        database.dispose()


def _print_anchor(day: str, digest: str | None, previous: str) -> None:
    sys.stdout.write(json.dumps({"day": day, "digest": digest, "previous": previous}) + "\n")


def _seen(database: Database) -> datetime:
    """Return the moment of the audit's newest entry, or up to which the counts stand, whichever is later."""
    with database.reading() as session:
        return max(tallying.marked(session), audit.newest_moment(session) or tallying.NEVER)


def _checked(database: Database, now: datetime) -> proof.Report:
    console = Console(stderr=True)
    columns = ("{task.description}", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        rows = proof.total(database)
        task = bar.add_task("verify", total=rows)
        with spread(database, rows) as each:
            return checked(database, now, lambda done: bar.advance(task, done), each=each)


def checked(
    database: Database,
    now: datetime,
    progress: Callable[[int], None] = lambda _: None,
    checks: Iterable[tuple[str, Check]] = CHECKS,
    each: Spread | None = None,
) -> proof.Report:
    """Look through every chain, and through all that is kept beside them; return what is wrong.

    Each check sees one moment: what happens meanwhile is no difference. What has run out or may be cleared
    away by now is judged at `now`, by a clock that is behind the audit at its newest entry: a demo's clock
    is moved, and a machine's may be wrong.
    """
    each = each or in_turn(database)
    with database.reading() as session:
        now = max(now, audit.newest_moment(session) or now)
    report = proof.verify(database, progress, each)
    for flaws in each(partial(_differences, now=now), checks):
        report.flaws += flaws
    return report


def _differences(database: Database, named: tuple[str, Check], *, now: datetime) -> list[Flaw]:
    name, check = named
    with database.reading() as session:
        at_one_moment(session)
        return [
            found if isinstance(found, Flaw) else Flaw(name, None, "different", str(found))
            for found in check(session, now)
        ]


def _figures(report: proof.Report) -> dict[str, object]:
    flaws = [
        {"chain": each.chain, "seq": each.seq, "kind": each.kind, "says": each.says} for each in report.flaws
    ]
    return {
        "tickets": report.tickets,
        "events": report.events,
        "redacted": report.redacted,
        "audit": report.entries,
        "anchors": report.anchors,
        "newest_anchor": report.newest,
        "flaws": flaws,
    }


def _lines(report: proof.Report) -> str:
    counted = (
        f"{report.events} events of {report.tickets} tickets ({report.redacted} redacted), "
        f"{report.entries} entries of the audit, {report.anchors} anchors"
    )
    newest = "no anchor yet" if report.newest is None else f"newest anchor {report.newest}"
    verdict = f"{len(report.flaws)} flaws" if report.flaws else "everything is as it was written down"
    return "\n".join([*map(str, report.flaws), counted, newest, verdict])
