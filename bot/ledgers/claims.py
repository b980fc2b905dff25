"""What the ledger of arrears shows beside the rest: the claim as it was entered, and what its delay cost."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from handlers import gist, say
from models.queries.ledger import Entry
from models.rules.payment import DebtorKind, interest
from models.tables import Ticket

ARREARS: Final = "arrears"
_CNY: Final = "CNY"


@dataclass(frozen=True, slots=True)
class Claim:
    """Who owes how much (in 分, `most` None where no end was said), for how long it is late, at what cost.

    Days and interest are by law (`models.rules.payment`), until the result or the moment asked for; None
    where the words at the entry do not tell enough.
    """

    debtor: str | None
    kind: DebtorKind | None
    least: int | None
    most: int | None
    overdue: int | None
    interest_least: int | None
    interest_most: int | None


def claim_of(session: Session, entry: Entry, as_of: datetime) -> Claim | None:
    """Return the claim of an entry in the ledger of arrears, None in any other, and of a shielded one.

    Entries from before claims were entered are read anew from the words until then: that takes a millisecond.
    A merged one names no sum: the line it goes on under does, and whoever adds up counts a debt once.
    """
    if entry.type != ARREARS or entry.is_shielded:
        return None
    told: Mapping[str, Any] | None = entry.state.entered.get("debt")
    if told is None:
        ticket = session.get_one(Ticket, entry.ticket_id)
        told = gist.debt_of(session, ticket, entry.accepted_at)["debt"]
    claim = _reckoned(told or {}, entry.state.resolved_at or as_of)
    if entry.state.merged_into is None:
        return claim
    return replace(claim, least=None, most=None, interest_least=None, interest_most=None)


def _reckoned(told: Mapping[str, Any], until: datetime) -> Claim:
    kind = told.get("kind")
    least, most = (told.get("least"), told.get("most")) if told.get("currency") == _CNY else (None, None)
    days, cost = None, None
    if "due" in told:
        due, delivered = date.fromisoformat(told["due"]), date.fromisoformat(told["delivered"])
        today = until.astimezone(say.LOCAL).date()
        days = max((today - due).days, 0)
        if least is not None:
            cost = interest(least, most, delivered, due, today)
    return Claim(
        told.get("debtor"),
        None if kind is None else DebtorKind(kind),
        least,
        most,
        days,
        None if cost is None else cost.least,
        None if cost is None else cost.most,
    )
