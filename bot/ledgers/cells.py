"""A ledger as people read it: lines of cells, in the words of the catalogue. Days are those of China."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from bot.ledgers.claims import ARREARS, Claim, claim_of
from config import catalog
from config.catalog import LedgerColumn, LedgerForm
from handlers import say
from models.queries import ledger
from models.queries.ledger import Asked, Entry, Place
from models.queries.then import Owner
from models.rules.lifecycle import Status
from models.rules.numbers import ledger_number, number_of

_LONGEST = 32_000
"""Characters of a cell; a spreadsheet takes no more than 32,767."""

Cell = str | int | float | date | None
Column = Sequence[Cell]


def pages(
    session: Session,
    asked: Asked,
    form: LedgerForm,
    columns: Sequence[LedgerColumn],
    *,
    after: Place | None = None,
    upto: Place | None = None,
) -> Iterator[list[Column]]:
    """Yield a ledger some lines at a time, column by column; a column of another ledger stays empty."""
    for entries in ledger.pages(session, asked, after=after, upto=upto):
        page = _Page(form, name_of(asked.type), entries)
        cells = {column.key: _COLUMNS[column.key](page) for column in columns if column.key in _COLUMNS}
        if asked.type == ARREARS:
            claims = [claim_of(session, entry, asked.as_of) or _NO_CLAIM for entry in entries]
            cells |= _of_claims(form, claims)
        yield [cells.get(column.key) or [None] * len(entries) for column in columns]


def name_of(type_code: str) -> str:
    """Return what people call a type."""
    return catalog.types()[type_code].name


class _Page(NamedTuple):
    """Some entries of one ledger."""

    form: LedgerForm
    type: str
    entries: Sequence[Entry]


_COLUMNS: Final[Mapping[str, Callable[[_Page], Column]]] = {
    "number": lambda page: [ledger_number(page.type, *entry.number) for entry in page.entries],
    "accepted": lambda page: [_day(entry.accepted_at) for entry in page.entries],
    "enterprise": lambda page: [
        say.SHIELDED if entry.is_shielded else entry.firm and entry.firm.name for entry in page.entries
    ],
    "credit_code": lambda page: [entry.firm and entry.firm.credit_code for entry in page.entries],
    "region": lambda page: [_region(entry.region) for entry in page.entries],
    "stage": lambda page: [
        entry.firm and entry.firm.stage and say.STAGE[entry.firm.stage] for entry in page.entries
    ],
    "content": lambda page: [
        say.SHIELDED if entry.is_shielded else entry.content[:_LONGEST] for entry in page.entries
    ],
    "type": lambda page: [page.type] * len(page.entries),
    "owner": lambda page: [f"{entry.owner.post} {entry.owner.name}" for entry in page.entries],
    "co_handlers": lambda page: [
        page.form.words["names"].join(map(_unit, entry.units)) for entry in page.entries
    ],
    "measures": lambda page: [entry.measures and entry.measures[:_LONGEST] for entry in page.entries],
    "due": lambda page: [_day(entry.due_at) for entry in page.entries],
    "resolved": lambda page: [_day(entry.state.resolved_at) for entry in page.entries],
    "acknowledged": lambda page: [
        (view := acknowledged(entry)) and page.form.words[view] for entry in page.entries
    ],
    "satisfaction": lambda page: [
        (rated := entry.state.rated_result) and page.form.words[rated] for entry in page.entries
    ],
    "written_off": lambda page: [_day(entry.state.closed_at) for entry in page.entries],
    "rebound": lambda page: [
        page.form.words["rebounded" if entry.state.rebounds else "not_rebounded"] for entry in page.entries
    ],
    "remarks": lambda page: [
        page.form.words["between"].join(_remarks(page.form, entry)) for entry in page.entries
    ],
}


class Acknowledged(StrEnum):
    """What the enterprise says of the result (企业认可)."""

    YES = "acknowledged"
    NO = "disputed"
    AWAITED = "awaited"
    UNHEARD = "unheard"
    """A supervisor wrote it off without its word."""


def acknowledged(entry: Entry) -> Acknowledged | None:
    """Return what the enterprise says of the result; None as long as there was none."""
    state = entry.state
    if state.confirmed_at is not None:
        return Acknowledged.YES
    if state.closed_at is not None:
        return Acknowledged.UNHEARD
    if state.status is Status.RESOLVED:
        return Acknowledged.AWAITED
    return Acknowledged.NO if state.disputes else None


def _remarks(form: LedgerForm, entry: Entry) -> Iterable[str]:
    words, state = form.words, entry.state
    if state.refusal is not None:
        reason, channel = state.refusal["reason"], state.refusal["channel"]
        yield words["declined"].format(reason=reason, channel=channel)
    if state.status is Status.WITHDRAWN and state.ended_at is not None:
        yield words["withdrawn"].format(day=_day(state.ended_at))
    if state.merged_into is not None:
        yield words["merged"].format(number=number_of(state.merged_into))
    if state.written_off is not None:
        reason, signed = state.written_off["reason"], state.written_off["signed"]
        yield words["written_off"].format(reason=reason, signed=signed)
    for key, count in (("rebounds", state.rebounds), ("hops", state.hops), ("extended", state.extended)):
        if count:
            yield words[key].format(n=count)


_NO_CLAIM: Final = Claim(None, None, None, None, None, None, None)


def _of_claims(form: LedgerForm, claims: Sequence[Claim]) -> dict[str, Column]:
    return {
        "debtor": [claim.debtor for claim in claims],
        "debtor_kind": [claim.kind and form.words[claim.kind] for claim in claims],
        "amount": [_sum(form, claim.least, claim.most) for claim in claims],
        "overdue": [claim.overdue for claim in claims],
        "interest": [_sum(form, claim.interest_least, claim.interest_most) for claim in claims],
    }


def _sum(form: LedgerForm, least: int | None, most: int | None) -> Cell:
    """Return a sum in 元: a number, or a range where the words left one."""
    if least is None:
        return None
    if least == most:
        return least / 100
    end = "" if most is None else f"{most / 100:.2f}"
    return f"{least / 100:.2f}{form.words['up_to']}{end}"


def _unit(unit: Owner) -> str:
    return unit.department


def _region(code: str) -> str:
    return catalog.regions()[code].name if code in catalog.regions() else code


_EAST: Final = timedelta(hours=8)
"""How far ahead the clocks of China have been since 1991, when they last changed."""


def _day(at: datetime | None) -> date | None:
    if at is None:
        return None
    return (at + _EAST).date() if at.tzinfo is UTC else at.astimezone(say.LOCAL).date()
