"""`/imports`: lists of officials, enterprises and pairings from files; docs/imports.md has the columns."""

import re
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Annotated, Any, Final, NoReturn

from fastapi import Depends, Query, Response
from sqlalchemy.orm import Session

from bot import sheets
from bot.web.api.auth import Reader
from bot.web.api.fields import IdInPath
from bot.web.api.idempotency import OnceHere
from bot.web.api.import_shapes import Asked, ImportView, Rehearsal, Sent
from bot.web.api.listing import Listing
from bot.web.api.paging import Page, nothing_asked
from bot.web.api.parts import PartsHere
from bot.web.api.problems import FAULTY, NO_HEADINGS, UNREADABLE, Flaw, Refusal
from bot.web.api.tags import SeenHere
from bot.web.api.uploads import BODY, UploadedHere
from bot.web.api.witness import noun
from models.actions import importing
from models.actions.importing import Origin, Report
from models.actions.importing.undoing import undo
from models.queries import imports as found
from models.rules.importing import NoHeadings
from models.session import savepoint
from models.tables import Import

routes: Final = noun("/imports", tags=["roster"])

UNNAMED: Final = "list"
_REHEARSED: Final[dict[int | str, dict[str, Any]]] = {
    200: {"model": Rehearsal, "description": "A dry run: nothing was changed."}
}


class _Rehearsed(Exception):
    """Takes back what a dry run did; that it was asked for stays."""

    def __init__(self, report: Report) -> None:
        self.report = report


@routes.get("")
def imports(parts: PartsHere, caller: Reader, wanted: Annotated[Listing, Query()]) -> Page[ImportView]:
    """List the imports of keys that reach no further than this one."""
    with parts.database.reading() as session:
        read = partial(found.imports, session, caller.regions)
        return wanted.page(session, Import, read, ImportView.of, lambda row: row[0].id)


@routes.get("/{import_id}", dependencies=[Depends(nothing_asked)])
def one_import(parts: PartsHere, caller: Reader, import_id: IdInPath) -> ImportView:
    """Read one import."""
    with parts.database.reading() as session:
        return ImportView.of(found.one_import(session, caller.regions, import_id))


@routes.post("", status_code=201, response_model=ImportView, responses=_REHEARSED, openapi_extra=BODY)
def bring_in(once: OnceHere, asked: Annotated[Asked, Query()], sent: UploadedHere) -> Response:
    """Bring a list (CSV or .xlsx, up to 8 MB) onto the roster: all of it, or nothing if anything is wrong."""
    caller = once.caller
    name = _printable(asked.file_name or sent.name or UNNAMED)
    try:
        rows = sheets.opened(sent.file).rows
        digest = sheets.digest(sent.file)
        region = None if caller.regions is None else caller.region
        origin = Origin(name, digest, caller.key_id, region, caller.regions)

        def carry_out(session: Session, now: datetime) -> ImportView | Rehearsal:
            if asked.dry_run:
                return _rehearsal(
                    session, lambda: importing.rehearse(session, asked.subject, rows, origin, now=now)
                )
            report = importing.bring_in(session, asked.subject, rows, origin, now=now)
            return ImportView.of(found.one_import(session, caller.regions, report.import_id))

        request = Sent(asked=asked, file_name=name, file_digest=digest)
        return once.answer(request, carry_out, status=200 if asked.dry_run else 201)
    except importing.Faulty as faulty:
        raise Refusal(FAULTY, errors=_flaws(faulty.report)) from None
    except NoHeadings as lacking:
        raise Refusal(
            NO_HEADINGS, errors=[Flaw(where=title, says="missing") for title in lacking.missing]
        ) from None
    except sheets.Unreadable as unfit:
        raise Refusal(UNREADABLE, errors=[Flaw(where="body", says=str(unfit))]) from None


@routes.post("/{import_id}/undo", response_model=ImportView, dependencies=[Depends(nothing_asked)])
def take_back(once: OnceHere, seen: SeenHere, import_id: IdInPath) -> Response:
    """Take an import back; what something hangs on by now stays, and is named."""

    def back(session: Session, now: datetime) -> ImportView:
        regions = once.caller.regions
        seen.must_be(session, lambda: ImportView.of(found.one_import(session, regions, import_id)))
        found.one_import(session, regions, import_id)
        undo(session, import_id, key_id=once.caller.key_id, now=now)
        return ImportView.of(found.one_import(session, regions, import_id))

    return once.answer(None, back, status=200)


def _rehearsal(session: Session, rehearse: Callable[[], Report]) -> Rehearsal:
    try:
        with savepoint(session):
            _take_back(rehearse())
    except _Rehearsed as rehearsed:
        return Rehearsal.of(rehearsed.report)


def _take_back(report: Report) -> NoReturn:
    raise _Rehearsed(report)


def _flaws(report: Report) -> list[Flaw]:
    return [Flaw(where=f"row {fault.row}, {fault.column}", says=fault.says) for fault in report.faults]


def _printable(name: str) -> str:
    """Return a file's name without folders and without what a line cannot hold."""
    plain = re.sub(r"[\x00-\x1f\x7f\ud800-\udfff]", "", re.split(r"[/\\]", name)[-1]).strip()
    return plain[-200:] or UNNAMED
