"""`/ledgers`: what was taken on, type by type, as it stood at any past moment (台账).

The same ledger as of the same moment has the same bytes whenever it is asked for; `Repr-Digest` (RFC 9530)
names them. A key sees the entries of its regions.
"""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice
from tempfile import TemporaryFile
from typing import IO, Annotated, Any, Final, Literal
from urllib.parse import quote

from fastapi import Path, Query, Response
from fastapi.responses import StreamingResponse
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from bot.ledgers.cells import acknowledged, name_of
from bot.ledgers.claims import claim_of
from bot.ledgers.files import MEDIA_TYPES, Format, NotYet, Question, file_name, moment, repr_digest, write
from bot.web.api.auth import Caller, Reader
from bot.web.api.fields import TypeCode
from bot.web.api.ledger_shapes import (
    ClaimView,
    FirmThen,
    LedgerEntryView,
    LedgerPage,
    RefusalView,
    UnitCard,
    WriteOffView,
)
from bot.web.api.paging import Bounds, checked, cursor, place_of
from bot.web.api.parts import Parts, PartsHere
from bot.web.api.problems import INVALID, NOT_YET, Refusal
from bot.web.api.schemas import OwnerCard
from bot.web.api.witness import noun
from handlers import say
from models.queries.ledger import Asked, Entry, Place, entries
from models.rules.lifecycle import Status
from models.rules.numbers import ledger_number, number_of
from models.rules.satisfaction import Rating

routes: Final = noun("/ledgers", tags=["ledgers"])

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_PIECE: Final = 64 * 1024
_PLACE: Final = 4

Which = Annotated[
    TypeCode | Literal["all"],
    Path(alias="type", description="A type; `all`: one after the other."),
]
AsOf = Annotated[
    str | None,
    Field(
        max_length=40,
        description="A moment (RFC 3339; without offset it is the time in China), or a day: the end of it. "
        "None: now.",
        examples=["2026-11-24", "2026-11-24T10:00:00+08:00"],
    ),
]
_DIGEST: Final[dict[str, Any]] = {
    "Repr-Digest": {"description": "SHA-256 of the body (RFC 9530).", "schema": {"type": "string"}}
}


class Wanted(Bounds):
    """Which entries."""

    as_of: AsOf = None
    after: Annotated[str, Field(max_length=100), AfterValidator(partial(checked, size=_PLACE))] | None = (
        Field(None, description="`next` of the page before, which keeps its moment.")
    )


class WantedFile(BaseModel):
    """A whole ledger."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    as_of: AsOf = None


def _file(how: Format) -> dict[str, Any]:
    content = {MEDIA_TYPES[how].partition(";")[0]: {"schema": {"type": "string", "format": "binary"}}}
    return {"response_class": Response, "responses": {200: {"content": content, "headers": _DIGEST}}}


@routes.get("/{type}.csv", **_file(Format.CSV))
def ledger_as_csv(
    parts: PartsHere,
    caller: Reader,
    which: Which,
    wanted: Annotated[WantedFile, Query()],
) -> Response:
    """Read a whole ledger as CSV for a spreadsheet: UTF-8 with BOM, no cell is taken for a formula."""
    return _answer(parts, caller, which, wanted.as_of, Format.CSV)


@routes.get("/{type}.xlsx", **_file(Format.XLSX))
def ledger_as_xlsx(
    parts: PartsHere,
    caller: Reader,
    which: Which,
    wanted: Annotated[WantedFile, Query()],
) -> Response:
    """Read a whole ledger as a workbook ready for print, a sheet for each type."""
    return _answer(parts, caller, which, wanted.as_of, Format.XLSX)


@routes.get("/{type}", response_model=LedgerPage, responses={200: {"headers": _DIGEST}})
def ledger(
    parts: PartsHere,
    caller: Reader,
    which: Which,
    wanted: Annotated[Wanted, Query()],
) -> Response:
    """List the entries of a ledger by number."""
    as_of, start, place = _place(wanted, which, parts.clock())
    question = Question(which, as_of, caller.regions)
    with parts.database.reading() as session:
        found = list(islice(_from(session, question, start, place, wanted.limit + 1), wanted.limit + 1))
        shown = [_view(session, entry, as_of) for _, entry in found[: wanted.limit]]
    more = _cursor(as_of, *found[wanted.limit - 1]) if len(found) > wanted.limit else None
    body = LedgerPage(as_of=as_of, items=shown, next=more).model_dump_json().encode()
    digest = repr_digest(hashlib.sha256(body).hexdigest())
    return Response(body, media_type="application/json", headers={"Repr-Digest": digest})


def _moment(words: str | None, now: datetime) -> datetime:
    try:
        return moment(words, now)
    except NotYet:
        raise Refusal(NOT_YET) from None
    except ValueError:
        raise Refusal(INVALID) from None


def _place(wanted: Wanted, which: str, now: datetime) -> tuple[datetime, int, Place]:
    """Return as of when a page is, in which of the ledgers it starts, and behind which entry."""
    as_of = _moment(wanted.as_of, now)
    if wanted.after is None:
        return as_of, 0, Place()
    start, year, number, since = place_of(wanted.after, _PLACE)
    try:
        kept = _EPOCH + since * _MICROSECOND
    except OverflowError:
        raise Refusal(INVALID) from None
    if kept > now or (wanted.as_of is not None and kept != as_of):
        raise Refusal(INVALID)
    if start >= len(Question(which, as_of).each()):
        raise Refusal(INVALID)
    return kept, start, Place(year, number)


def _cursor(as_of: datetime, ledger_at: int, entry: Entry) -> str:
    return cursor(ledger_at, *entry.place, (as_of - _EPOCH) // _MICROSECOND)


def _from(
    session: Session, question: Question, start: int, place: Place, limit: int
) -> Iterator[tuple[int, Entry]]:
    """Yield entries behind `place` of the ledger `start`, then those of the ledgers that follow."""
    asked: list[Asked] = question.each()
    for number, one in list(enumerate(asked))[start:]:
        behind = place if number == start else Place()
        yield from ((number, entry) for entry in entries(session, one, after=behind, limit=limit))


def _answer(parts: Parts, caller: Caller, which: str, as_of: str | None, how: Format) -> Response:
    """Write the file first, so that its digest goes ahead of it; memory stays flat either way."""
    question = Question(which, _moment(as_of, parts.clock()), caller.regions)
    file: IO[bytes] = TemporaryFile()  # noqa: SIM115 -- it is closed when it was sent
    try:
        with parts.database.reading() as session:
            digest = write(session, question, how, file)
    except BaseException:
        file.close()
        raise
    size = file.seek(0, 2)
    headers = {
        "Repr-Digest": repr_digest(digest),
        "Content-Length": str(size),
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file_name(question, how))}",
    }
    return StreamingResponse(_pieces(file), headers=headers, media_type=MEDIA_TYPES[how])


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        file.seek(0)
        yield from iter(partial(file.read, _PIECE), b"")


def _view(session: Session, entry: Entry, as_of: datetime) -> LedgerEntryView:
    state, claim = entry.state, claim_of(session, entry, as_of)
    refused, written_off = state.refusal, state.written_off
    is_withdrawn = state.status is Status.WITHDRAWN
    return LedgerEntryView(
        number=ledger_number(name_of(entry.type), *entry.number),
        ticket=number_of(entry.ticket_id),
        accepted_at=entry.accepted_at,
        enterprise=None if entry.firm is None else FirmThen.model_validate(entry.firm),
        region=entry.region,
        content=say.SHIELDED if entry.is_shielded else entry.content,
        type=entry.type,
        status=state.status,
        owner=OwnerCard.model_validate(entry.owner),
        co_handlers=[UnitCard.model_validate(unit) for unit in entry.units],
        measures=entry.measures,
        due_at=entry.due_at,
        resolved_at=state.resolved_at,
        acknowledged=acknowledged(entry),
        rated_result=None if state.rated_result is None else Rating(state.rated_result),
        closed_at=state.closed_at,
        rebounds=state.rebounds,
        refusal=None if refused is None else RefusalView(**_only(refused, "reason", "channel")),
        withdrawn_at=state.ended_at if is_withdrawn else None,
        merged_into=None if state.merged_into is None else number_of(state.merged_into),
        written_off=None if written_off is None else WriteOffView(**_only(written_off, "reason", "signed")),
        hops=state.hops,
        extensions=state.extended,
        claim=None if claim is None else ClaimView.model_validate(claim),
    )


def _only(data: Any, *names: str) -> dict[str, Any]:
    return {name: data[name] for name in names}
