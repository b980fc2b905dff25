"""The roster as it was: enterprises and officials under the names and posts they had at a past moment.

Whatever changes what the roster says keeps the old first (`actions.pasts`); what is kept began to be another
at `until`, so the earliest that ended after a moment is what was said then.
"""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.session import core
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


_NOW: Final[dict[type, Any]] = {EnterprisePast: Enterprise, OfficialPast: Official}


def firms_at(session: Session, ids: Collection[int], at: datetime) -> dict[int, Firm]:
    """Return enterprises as the roster had them at `at`."""
    whose = EnterprisePast.enterprise_id
    return {key: Firm(*said) for key, *said in _at(session, ids, at, whose, Firm._fields)}


def officials_at(session: Session, ids: Collection[int], at: datetime) -> dict[int, Owner]:
    """Return officials as the roster had them at `at`."""
    whose = OfficialPast.official_id
    return {row[0]: Owner(*row) for row in _at(session, ids, at, whose, Owner._fields[1:])}


def _at(
    session: Session, ids: Collection[int], at: datetime, whose: Any, said: Collection[str]
) -> Iterator[Any]:
    """Yield ids with what is said of them today, then with what was kept: of several the earliest is last."""
    listed, pasts = sorted(ids), whose.class_
    table = _NOW[pasts]
    today = select(table.id, *(getattr(table, name) for name in said)).where(table.id.in_(listed))
    before = (
        select(whose, *(getattr(pasts, name) for name in said))
        .where(whose.in_(listed), pasts.until > at)
        .order_by(pasts.until.desc(), pasts.id.desc())
    )
    for wanted in (today, before) if listed else ():
        yield from core(session).execute(wanted)
