"""The roster as it was: enterprises and officials under the names and posts they had at a past moment.

Whatever changes what the roster says keeps the old first (`actions.pasts`); what is kept began to be another
at `until`, so the earliest that ended after a moment is what was said then.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from models.prepared import Prepared, listed
from models.tables import Enterprise, EnterprisePast, Official, OfficialPast


class Firm(NamedTuple):
    """An enterprise as the roster had it."""

    name: str
    credit_code: str | None
    region: str
    stage: str | None


class Owner(NamedTuple):
    """A leader by name, post and department."""

    id: int
    name: str
    post: str
    department: str


def firms_at(session: Session, ids: Collection[int], at: datetime) -> dict[int, Firm]:
    """Return enterprises as the roster had them at `at`."""
    return {key: Firm(*said) for key, *said in _FIRMS.at(session, ids, at)}


def officials_at(session: Session, ids: Collection[int], at: datetime) -> dict[int, Owner]:
    """Return officials as the roster had them at `at`."""
    return {row[0]: Owner(*row) for row in _OFFICIALS.at(session, ids, at)}


class _Roster:
    """What the roster says of enterprises or of officials, and what it said."""

    def __init__(self, table: Any, whose: Any, said: Collection[str]) -> None:
        pasts = whose.class_
        today = select(table.id, *(getattr(table, name) for name in said))
        before = (
            select(whose, *(getattr(pasts, name) for name in said))
            .where(pasts.until > bindparam("at"))
            .order_by(pasts.until.desc(), pasts.id.desc())
        )
        self._today: Final = Prepared(
            {dialect: today.where(these) for dialect, these in listed(table.id, "ids").items()}, "ids"
        )
        self._before: Final = Prepared(
            {dialect: before.where(these) for dialect, these in listed(whose, "ids").items()}, "ids", "at"
        )

    def at(self, session: Session, ids: Collection[int], at: datetime) -> Iterator[Sequence[Any]]:
        """Yield ids with what is said of them today, then with what was kept, the earliest last."""
        if ids:
            yield from self._today.all(session, ids=sorted(ids))
            yield from self._before.all(session, ids=sorted(ids), at=at)


_FIRMS: Final = _Roster(Enterprise, EnterprisePast.enterprise_id, Firm._fields)
_OFFICIALS: Final = _Roster(Official, OfficialPast.official_id, Owner._fields[1:])
