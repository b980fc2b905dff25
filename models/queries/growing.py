"""Pages of a list by id that miss nothing which is committed late, and show nothing twice (ADR 0226).

On PostgreSQL a transaction that took its id early may commit after others with greater ids. A page shows
these; its place passes only what nobody can come before any more, and remembers what was shown beyond.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.tables import Base

EVERYTHING: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Behind:
    """A place in a list: rows up to an id are done with, and so are some beyond it, in order."""

    upto: int = 0
    seen: tuple[int, ...] = ()

    def holds(self, column: InstrumentedAttribute[int]) -> ColumnElement[bool]:
        """Return the condition that a row lies behind this place."""
        beyond = column > self.upto
        return and_(beyond, column.not_in(self.seen)) if self.seen else beyond

    def past(self, shown: Sequence[int], settled: int) -> "Behind":
        """Return the place behind this one's next rows in order, where ids up to `settled` are settled."""
        upto = max(self.upto, min(shown[-1], settled)) if shown else self.upto
        return Behind(upto, tuple(sorted(each for each in (*self.seen, *shown) if each > upto)))


START: Final = Behind()
"""Where every list begins."""


def may_overlap(session: Session) -> bool:
    """Whether two transactions may take ids at once."""
    return session.get_bind().dialect.name == "postgresql"


def settled(session: Session, listed: type[Base]) -> int:
    """Return up to which id of a table nothing can appear any more for the statements that follow."""
    if not may_overlap(session):
        return EVERYTHING
    found: Any = session.scalar(select(func.liaison_settled(listed.__tablename__)))
    return int(found)
