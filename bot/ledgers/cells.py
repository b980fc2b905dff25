"""A ledger as people read it: lines of cells, in the words of the catalogue. Days are those of China."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from bot.ledgers.claims import Claim, claim_of
from config import catalog
from config.catalog import LedgerColumn, LedgerForm
from handlers import say
from models.queries.ledger import Asked, Entry, entries
from models.queries.then import Owner
from models.rules.lifecycle import Status
from models.rules.numbers import ledger_number

_LONGEST = 32_000
"""Characters of a cell; a spreadsheet takes no more than 32,767."""

Cell = str | int | float | date | None


def rows(
    session: Session, asked: Asked, form: LedgerForm, columns: Sequence[LedgerColumn]
) -> Iterator[list[Cell]]:
    """Yield a ledger line by line; a column of another ledger stays empty."""
    keys = [column.key for column in columns]
    for entry in entries(session, asked):
        cells = _cells(form, entry)
        if (claim := claim_of(session, entry, asked.as_of)) is not None:
            cells |= _of_claim(form, claim)
        yield [cells.get(key) for key in keys]


def name_of(type_code: str) -> str:
    """Return what people call a type."""
    return catalog.types()[type_code].name


def _cells(form: LedgerForm, entry: Entry) -> dict[str, Cell]:
    words, state, firm = form.words, entry.state, entry.firm
    view = acknowledged(entry)
    return {
        "number": ledger_number(name_of(entry.type), *entry.number),
        "accepted": _day(entry.accepted_at),
        "enterprise": say.SHIELDED if entry.is_shielded else firm and firm.name,
        "credit_code": firm and firm.credit_code,
        "region": _region(entry.region),
        "stage": firm and firm.stage and say.STAGE[firm.stage],
        "content": say.SHIELDED if entry.is_shielded else entry.content[:_LONGEST],
        "type": name_of(entry.type),
        "owner": f"{entry.owner.post} {entry.owner.name}",
        "co_handlers": words["names"].join(map(_unit, entry.units)),
        "measures": entry.measures and entry.measures[:_LONGEST],
        "due": _day(entry.due_at),
        "resolved": _day(state.resolved_at),
        "acknowledged": view and words[view],
        "satisfaction": state.rated_result and words[state.rated_result],
        "written_off": _day(state.closed_at),
        "rebound": words["rebounded" if state.rebounds else "not_rebounded"],
        "remarks": words["between"].join(_remarks(form, entry)),
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
    if state.written_off is not None:
        reason, signed = state.written_off["reason"], state.written_off["signed"]
        yield words["written_off"].format(reason=reason, signed=signed)
    for key, count in (("rebounds", state.rebounds), ("hops", state.hops), ("extended", state.extended)):
        if count:
            yield words[key].format(n=count)


def _of_claim(form: LedgerForm, claim: Claim) -> dict[str, Cell]:
    return {
        "debtor": claim.debtor,
        "debtor_kind": claim.kind and form.words[claim.kind],
        "amount": _sum(form, claim.least, claim.most),
        "overdue": claim.overdue,
        "interest": _sum(form, claim.interest_least, claim.interest_most),
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


def _day(at: datetime | None) -> date | None:
    return None if at is None else at.astimezone(say.LOCAL).date()
